"""The whole of a scenario's flows: freight and passengers in turn until trucks and cars agree on what the roads cost them.

Passengers take the roads as trucks leave them, freight takes the roads as both have loaded them. What the loop within the passengers
converges by is in `bbwnet.model.passenger_loop`.
"""

from __future__ import annotations

import dataclasses
import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from bbwnet.errors import InputError, NetworkError
from bbwnet.model.passenger_loop import LoopSettings, passenger_model

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bbwnet.model.passenger_model import PassengerModel
    from bbwnet.model.road_loads import RoadLoads
    from bbwnet.network.network import Network
    from bbwnet.network.state import NetworkState


@dataclass(frozen=True)
class FlowSettings:
    """How far to go, and what to do where that fails."""

    if_not_converged: Literal["raise", "warn"] = "raise"
    """Of this loop and of all loops within it."""
    passengers: LoopSettings = field(default_factory=LoopSettings)

    def check(self) -> None:
        """Raise `InputError` for values that make no sense."""
        if self.if_not_converged not in ("raise", "warn"):
            raise InputError(f"if_not_converged(={self.if_not_converged}) must be raise or warn")
        self.passengers.check()


@dataclass(frozen=True)
class Flows:
    """Passengers and freight of a mean day on a network, and what they load."""

    network: Network
    passengers: PassengerModel | None
    """None where the region has nobody who could travel."""
    missing: tuple[str, ...]
    """What could not be modelled, and for want of what."""
    converged: bool
    seconds: Mapping[str, float]
    """Wall time by part; in no table."""

    @property
    def loads(self) -> RoadLoads | None:
        """What the roads carry."""
        return None if self.passengers is None else self.passengers.loads

    @property
    def left_out(self) -> tuple[str, ...]:
        """What the models do not know of."""
        return () if self.passengers is None else self.passengers.left_out


def flows(network: Network, state: NetworkState | None = None, settings: FlowSettings | None = None) -> Flows:
    """Flows of a network under its scenario; `state` has the empty roads and what is closed, by default everything is open.

    Raises `InputError` for wrong settings, `NetworkError`, naming all that is missing, where nobody travels and nothing is sent,
    `DidNotConverge` where a loop does not reach its gap (or warns, as the settings say).
    """
    settings = settings or FlowSettings()
    settings.check()
    inner = dataclasses.replace(settings.passengers, if_not_converged=settings.if_not_converged)
    missing: list[str] = []
    seconds: dict[str, float] = {}
    started = time.perf_counter()
    travel: PassengerModel | None = None
    try:
        travel = passenger_model(network, state, inner)
    except NetworkError as error:
        missing.append(f"passengers: {error}")
    seconds["passengers_s"] = time.perf_counter() - started
    if travel is None:
        raise NetworkError("no flows: " + "; ".join(missing))
    seconds["flows_s"] = math.fsum(seconds.values())
    return Flows(network, travel, tuple(missing), travel.converged, seconds)
