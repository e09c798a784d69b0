"""The parts of a scenario's simulated day: made of its network and of what its flows load."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bbwnet.model.day_freight import day_freight
from bbwnet.model.day_passengers import day_passengers
from bbwnet.model.day_ports import port_day
from bbwnet.model.day_roads import day_roads
from bbwnet.simulation.consignment import FreightPart
from bbwnet.simulation.ferries import Ferries
from bbwnet.simulation.passengers import Passengers
from bbwnet.simulation.ports import PortDay, Ports
from bbwnet.simulation.runs import Runs

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
    messages: list[str] = []
    roads = day_roads(network, found)
    makers["roads"] = roads
    messages += roads.messages
    makers["ferries"] = Ferries
    if found is not None and found.passengers is not None:
        passengers = day_passengers(network, found.passengers)
        makers["passengers"] = partial(Passengers, cohorts=passengers.cohorts)
        messages += passengers.left_out
        makers["runs"] = partial(Runs, vehicles_per_run=found.passengers.coaches.per_run)
    else:
        makers["runs"] = Runs
    ports = PortDay()
    if found is not None and found.freight is not None:
        ports, freight = port_day(network, found.freight), day_freight(network, found.freight)
        makers["freight"] = partial(FreightPart, day=freight)
        messages += freight.messages
    makers["ports"] = partial(Ports, day=ports)
    messages += ports.messages
    return DayParts(makers, tuple(messages))
