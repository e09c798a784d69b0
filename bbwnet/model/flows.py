"""The whole of a scenario's flows: freight and passengers in turn until trucks meet the roads that they reckoned with.

Freight takes the empty roads first, passengers drive beside the trucks that it sends, freight takes the roads as both have loaded them,
and so on. Convergence measure: the sum over arcs and hours of trucks times |seconds met - seconds reckoned with|, over that of trucks
times seconds reckoned with (`FlowRound.truck_time_gap`). What the loops within converge by is said in `bbwnet.model.passenger_loop` and
`bbwnet.model.freight_model`.
"""

from __future__ import annotations

import dataclasses
import math
import time
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from bbwnet.assignment.truck_trips import TRUCK_CLASSES
from bbwnet.demand.passengers import without_cars
from bbwnet.errors import DidNotConverge, InputError, NetworkError
from bbwnet.model.freight_model import freight_model
from bbwnet.model.passenger_loop import LoopSettings, passenger_model

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from bbwnet.assignment.freight_flows import FreightFlows
    from bbwnet.model.passenger_model import PassengerModel
    from bbwnet.model.road_loads import RoadLoads
    from bbwnet.network.network import Network
    from bbwnet.network.state import NetworkState

FREIGHT_LEFT_OUT: tuple[str, ...] = (
    "trucks on board of ferries emit nothing here; ships and trains beyond the region emit as within it",
    "tonnes of a year move evenly over its days; a load of freight is of that mean day",
)
"""What flows of freight do not know of, besides what freight itself says."""


@dataclass(frozen=True)
class FlowSettings:
    """How far to go, and what to do where that fails."""

    gap: float = 0.02
    """Largest truck time gap, see `FlowRound`."""
    most_rounds: int = 6
    if_not_converged: Literal["raise", "warn"] = "raise"
    """Of this loop and of all loops within it."""
    passengers: LoopSettings = field(default_factory=LoopSettings)

    def check(self) -> None:
        """Raise `InputError` for values that make no sense."""
        if not (math.isfinite(self.gap) and self.gap > 0):
            raise InputError(f"gap(={self.gap}) must be > 0")
        if self.most_rounds < 1:
            raise InputError(f"most_rounds(={self.most_rounds}) must be 1 or more")
        if self.if_not_converged not in {"raise", "warn"}:
            raise InputError(f"if_not_converged(={self.if_not_converged}) must be raise or warn")
        self.passengers.check()


@dataclass(frozen=True)
class FlowRound:
    """How far one round of freight and passengers was from being its own answer."""

    number: int
    truck_time_gap: float
    """The convergence measure: how far the time of trucks on the loaded roads is from that which freight reckoned with."""
    trucks_day: float
    """Trucks that set out in a day."""


@dataclass(frozen=True)
class Flows:
    """Passengers and freight of a mean day on a network, and what they load."""

    network: Network
    passengers: PassengerModel | None
    """None where the region has nobody who could travel."""
    freight: FreightFlows | None
    """None where the region has nobody who could send anything."""
    rounds: tuple[FlowRound, ...]
    """None where only one of the two is there: they have nothing to agree on."""
    bound: float
    """The truck time gap asked for."""
    missing: tuple[str, ...]
    """What could not be modelled, and for want of what."""
    converged: bool
    """Whether this loop and those within it reached their gaps."""
    seconds: Mapping[str, float]
    """Wall time by part; in no table."""

    @property
    def loads(self) -> RoadLoads | None:
        """What the roads carry."""
        return None if self.passengers is None else self.passengers.loads

    @property
    def left_out(self) -> tuple[str, ...]:
        """What the models do not know of."""
        travel = () if self.passengers is None else self.passengers.left_out
        return (*travel, *(() if self.freight is None else (*self.freight.left_out, *FREIGHT_LEFT_OUT)))


def flows(network: Network, state: NetworkState | None = None, settings: FlowSettings | None = None) -> Flows:
    """Flows of a network under its scenario; `state` has the empty roads and what is closed, by default everything is open.

    Raises `InputError` for wrong settings, `NetworkError`, naming all that is missing, where nobody travels and nothing is sent,
    `DidNotConverge` where a loop does not reach its gap (or warns, as the settings say).
    """
    settings = settings or FlowSettings()
    settings.check()
    loop = _Loop(network, state, settings)
    loop.run()
    if loop.passengers is None and loop.freight is None:
        raise NetworkError("no flows: " + "; ".join(loop.missing))
    faults = loop.faults()
    if faults and settings.if_not_converged == "raise":
        raise DidNotConverge("; ".join(faults))
    if faults:
        warnings.warn("; ".join(faults), RuntimeWarning, stacklevel=2)
    return Flows(
        network=network,
        passengers=None if loop.passengers is None else _without_lost_cars(loop.passengers),
        freight=loop.freight,
        rounds=tuple(loop.rounds),
        bound=settings.gap,
        missing=tuple(loop.missing),
        converged=not faults and all(part is None or part.converged for part in (loop.passengers, loop.freight)),
        seconds=loop.seconds,
    )


class _Loop:
    """Freight and passengers as they stand after the last round."""

    def __init__(self, network: Network, state: NetworkState | None, settings: FlowSettings) -> None:
        self.network, self.state, self.settings = network, state, settings
        self.inner = dataclasses.replace(settings.passengers, if_not_converged=settings.if_not_converged)
        self.passengers: PassengerModel | None = None
        self.freight: FreightFlows | None = None
        self.rounds: list[FlowRound] = []
        self.missing: list[str] = []
        self.seconds = {"freight_s": 0.0, "passengers_s": 0.0}

    def run(self) -> None:
        """Go round until trucks meet what they reckoned with, once if there are no trucks or no roads to load."""
        for number in range(1, self.settings.most_rounds + 1):
            reckoned = None if self.passengers is None else self.passengers.loads.seconds
            self._send(self.state if self.passengers is None else self.passengers.state)
            self._travel()
            if self.passengers is None or self.freight is None:
                return
            gap = truck_time_gap(self.passengers.loads, reckoned)
            self.rounds.append(FlowRound(number, gap, self.freight.truck_trips.total()))
            if gap <= self.settings.gap:
                return

    def faults(self) -> list[str]:
        """What did not come as far as was asked for; freight and passengers say so themselves."""
        found = []
        if self.rounds and self.rounds[-1].truck_time_gap > self.settings.gap:
            gap, rounds = self.rounds[-1].truck_time_gap, len(self.rounds)
            found.append(f"time of trucks is off by {gap:.3g} after {rounds} rounds, {self.settings.gap:g} was asked for")
        return found

    def _send(self, state: NetworkState | None) -> None:
        started = time.perf_counter()
        try:
            self.freight = freight_model(self.network, state, start=self.freight, if_not_converged=self.settings.if_not_converged)
        except NetworkError as error:
            self.missing.append(f"freight: {error}")
        self.seconds["freight_s"] += time.perf_counter() - started

    def _travel(self) -> None:
        started = time.perf_counter()
        trucks = None if self.freight is None else self.freight.truck_trips
        search = None if self.passengers is None else self.passengers.search
        try:
            self.passengers = passenger_model(self.network, self.state, self.inner, trucks, search)
        except NetworkError as error:
            self.missing.append(f"passengers: {error}")
        self.seconds["passengers_s"] += time.perf_counter() - started


def _without_lost_cars(model: PassengerModel) -> PassengerModel:
    """The same without the trips in cars of the scenario's own matrices that have no way: they stay in `lost_drives` alone."""
    lost = [(item.purpose, item.origin, item.destination) for item in model.lost_drives]
    made = without_cars(model.passengers, lost) if lost else model.passengers
    return dataclasses.replace(model, passengers=made, demand=made.demand)


def truck_time_gap(loads: RoadLoads, reckoned_s: NDArray[np.float64] | None) -> float:
    """How far trucks' time on the roads is from the one reckoned with (groups x arcs, by default that of empty roads), as a share of it."""
    trucks = loads.vehicles_h[:, [loads.classes.index(name) for name in TRUCK_CLASSES if name in loads.classes]].sum(axis=1)
    trucks *= loads.hours[:, None]
    before = np.broadcast_to(loads.free_s, loads.seconds.shape) if reckoned_s is None else reckoned_s
    used = trucks > 0
    total = math.fsum((trucks * before)[used])
    return math.fsum((trucks * np.abs(loads.seconds - before))[used]) / total if total > 0 else 0.0
