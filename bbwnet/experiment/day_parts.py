"""The parts of a scenario's simulated day: made of its network and of what its flows load."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bbwnet.model.flows import Flows
    from bbwnet.network.network import Network
    from bbwnet.simulation.world import Part, World


@dataclass(frozen=True)
class DayParts:
    """Parts in the order in which they are made and started."""

    makers: Mapping[str, Callable[[World], Part]]
    messages: tuple[str, ...] = ()
    """What the user should hear: what could not be simulated, and why."""


def day_parts(network: Network, found: Flows | None) -> DayParts:
    """The parts of a network's days; without flows, only what its own streams of arrivals bring."""
    makers: dict[str, Callable[[World], Part]] = {}
    del network, found
    return DayParts(makers)
