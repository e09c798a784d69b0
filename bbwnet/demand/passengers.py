"""Passenger demand of a scenario: trip ends, trips across the edge, gravity by purpose, put together into one `Demand`."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.demand.demand import Demand
from bbwnet.demand.deterrence import log_deterrence_of
from bbwnet.demand.external import External, external_trips, free_choice
from bbwnet.demand.flying import share_flying
from bbwnet.demand.gravity import Gravity, doubly_constrained, singly_constrained
from bbwnet.demand.productions import trip_ends
from bbwnet.demand.profile import hour_shares
from bbwnet.demand.through import through_trips
from bbwnet.demand.user_trips import TwoWays, UnreachedTrips, UserTrips, as_gravity, half_each_way, out_and_home
from bbwnet.scenario.schema.demand import PURPOSES, PassengerDemand, Purpose

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from bbwnet.demand.people import People
    from bbwnet.demand.productions import TripEnds


@dataclass(frozen=True)
class Passengers:
    """Passenger demand, and what became of each purpose on the way to it."""

    demand: Demand
    gravity: Mapping[Purpose, Gravity]
    """By purpose, from where people live to where they go: gap, sweeps, what is stranded; trips between gateways through the region are
    in its trips, productions and attractions."""
    through_trips: Mapping[Purpose, float]
    """Trips a day between gateways through the region, by purpose."""
    cordon_trips: Mapping[str, float]
    """Trips a day both ways between each gateway and the region, all purposes."""
    cordon_lost: tuple[str, ...]
    """Gateways with a cordon total that no trip could be found for, or that are no gateways."""
    ways: Mapping[Purpose, TwoWays]
    """The same trips as those of `gravity`, apart by the way out and the way home."""
    given: UserTrips | None = None
    """The scenario's own matrices: of their purposes there is no gravity model, and the trips stand in its place."""
    unreached: tuple[UnreachedTrips, ...] = ()
    """Trips of these matrices that no mode has a way for."""

    @property
    def car_vehicles_day(self) -> NDArray[np.float64]:
        """Cars of the scenario's own matrices that choose no mode (purposes x n x n), as they drive; `demand` has those in them."""
        none = np.zeros(self.demand.trips.shape[1:])
        return np.stack([none if self.given is None else self.given.car_vehicles.get(purpose, none) for purpose in PURPOSES])

    @property
    def gap(self) -> float:
        """Largest relative error of a margin of any purpose."""
        return max((found.gap for found in self.gravity.values()), default=0.0)


def passengers(
    people: People,
    choice: PassengerDemand,
    cost_min: Mapping[Purpose, NDArray[np.float64]],
    quickest_min: NDArray[np.float64],
    *,
    must_converge: bool = False,
    start: Mapping[Purpose, Gravity] | None = None,
    through: NDArray[np.bool_] | None = None,
    given: UserTrips | None = None,
) -> Passengers:
    """Trips between the places of `people` (n) at generalised costs by purpose (n x n minutes, infinite where there is no way).

    `quickest_min` (n x n) are times by the quickest mode: pairs nearer or further apart than the limits of a purpose have no trips
    of it. No trips are made within a zone, or by car to an airport other than to fly; between gateways by pairs of `through` (n x n,
    `bbwnet.demand.through`) only, and not to commute. Where `land_weight` says so, those who find the way over land the better do not fly,
    at the costs of leisure. `start` is what a former run gave: balancing begins there. Purposes of `given` (places as in `people`) have no
    gravity and do not count towards cordon totals.

    Raises `DidNotConverge` if a purpose did not and `must_converge`, `ValueError` for costs that are none.
    """
    gateways = people.rows("gateway")
    passing = np.zeros(quickest_min.shape, dtype=np.bool_) if through is None else through
    ends = {purpose: trip_ends(people, choice, purpose) for purpose in PURPOSES}
    logs = {purpose: _allowed(people, choice, purpose, cost_min[purpose], quickest_min) for purpose in PURPOSES}
    taken = frozenset[Purpose]() if given is None else given.purposes
    across: list[Purpose] = [purpose for purpose in PURPOSES if purpose != "airport_access" and purpose not in taken]
    free = {purpose: free_choice(people.names, ends[purpose], logs[purpose]) for purpose in across}
    external, lost = external_trips(people.names, gateways, free, choice.external)
    found: dict[Purpose, Gravity] = {}
    for purpose in PURPOSES:
        if purpose in taken:
            continue
        if purpose == "airport_access":
            flying = ends[purpose].productions * share_flying(people, choice.purposes.airport_access, logs[purpose], cost_min["leisure"])
            found[purpose] = singly_constrained(people.names, flying, ends[purpose].weights, logs[purpose])
            continue
        made, drawn = _margins(people, choice, purpose, ends[purpose], logs[purpose], free[purpose], external[purpose])
        found[purpose] = doubly_constrained(
            people.names, made, drawn, logs[purpose], must_converge=must_converge,
            start=_log(ends[purpose].weights) if start is None else start[purpose].log_column_factor,
        )  # fmt: skip
    passed: dict[Purpose, float] = {}
    for purpose in across:
        pairs = passing if purpose != "commuting" else np.zeros_like(passing)
        log_f = log_deterrence_of(
            np.where(pairs | (logs[purpose] > -np.inf), cost_min[purpose], np.inf), choice.purposes.of(purpose).deterrence
        )
        more = through_trips(people, ends[purpose], log_f, pairs, choice.external.through_factor)
        passed[purpose] = math.fsum(more.ravel())
        found[purpose] = _with(found[purpose], more)
    ways = {purpose: half_each_way(item.trips) for purpose, item in found.items()}
    unreached: list[UnreachedTrips] = []
    if given is not None:
        for purpose in sorted(taken):
            ways[purpose], lost_trips = out_and_home(given, purpose, people.rows("airport"), np.isfinite(cost_min[purpose]))
            found[purpose] = as_gravity(people.names, ways[purpose])
            unreached += lost_trips
    trips = np.stack([ways[purpose].travelled() for purpose in PURPOSES])
    if given is not None:
        for row, purpose in enumerate(PURPOSES):
            trips[row] += given.car_vehicles.get(purpose, 0.0) * given.persons_per_car
    demand = Demand(people.names, PURPOSES, trips, hour_shares(choice, PURPOSES))
    crossing = {
        name: math.fsum(
            float(found[purpose].trips[row, ~gateways].sum() + found[purpose].trips[~gateways, row].sum()) for purpose in PURPOSES
        )
        for row, name in enumerate(people.names)
        if gateways[row]
    }
    return Passengers(demand, found, passed, crossing, lost, ways, given, tuple(unreached))


def without_cars(found: Passengers, lost: Iterable[tuple[str, str, str]]) -> Passengers:
    """The same without the cars of the scenario's own matrices that have no way: pairs of purpose, origin and destination.

    Nobody makes these trips, so that they count neither as demand nor by mode.
    """
    given = found.given
    if given is None:
        return found
    row = {name: place for place, name in enumerate(found.demand.zones)}
    vehicles = {purpose: matrix.copy() for purpose, matrix in given.car_vehicles.items()}
    trips = found.demand.trips.copy()
    for purpose, origin, destination in lost:
        if purpose not in vehicles:
            continue
        pair = (row[origin], row[destination])
        trips[PURPOSES.index(purpose)][pair] = found.ways[purpose].travelled()[pair]
        vehicles[purpose][pair] = 0.0
    demand = dataclasses.replace(found.demand, trips=trips)
    return dataclasses.replace(found, demand=demand, given=dataclasses.replace(given, car_vehicles=vehicles))


def _with(found: Gravity, more: NDArray[np.float64]) -> Gravity:
    """Trips of a gravity model and others besides, margins and all."""
    return dataclasses.replace(
        found,
        trips=found.trips + more,
        productions=found.productions + more.sum(axis=1),
        attractions=found.attractions + more.sum(axis=0),
    )


def _log(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.log(weights, out=np.full(weights.shape, -np.inf), where=weights > 0))


def _allowed(
    people: People, choice: PassengerDemand, purpose: Purpose, cost_min: NDArray[np.float64], quickest_min: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Logarithm of deterrence; minus infinity for pairs that have no trips of the purpose."""
    own = choice.purposes.of(purpose)
    zones, gateways, airports = (people.rows(kind) for kind in ("zone", "gateway", "airport"))
    if purpose == "airport_access":
        pairs = zones[:, None] & airports[None, :]
    else:
        pairs = ~airports[:, None] & ~airports[None, :] & ~(gateways[:, None] & gateways[None, :])
    near = quickest_min < own.shortest_min
    far = quickest_min > (np.inf if own.longest_min is None else own.longest_min)
    allowed = pairs & ~near & ~far & ~np.eye(len(people.names), dtype=np.bool_)
    return log_deterrence_of(np.where(allowed, cost_min, np.inf), own.deterrence)


def _margins(
    people: People,
    choice: PassengerDemand,
    purpose: Purpose,
    ends: TripEnds,
    log_f: NDArray[np.float64],
    free: NDArray[np.float64],
    external: External,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What rows and columns add up to: residents and visitors as producers, zones and gateways as attractors.

    Gateways draw what crosses the edge. Zones draw what is left: doubly constrained by weight, as far as anybody reaches them; else as
    residents and visitors would choose freely, so that balancing gives just that choice where no cordon total says otherwise.
    """
    gateways = people.rows("gateway")
    produced = ends.productions + external.visitors
    # who reaches nothing is listed by gravity; what he would draw is no trip to share out
    total = math.fsum(produced[(log_f > -np.inf).any(axis=1)])
    if choice.purposes.of(purpose).constraint == "doubly":
        reached = ((log_f > -np.inf) & (produced[:, None] > 0)).any(axis=0)
        weights = np.where(reached & ~gateways, ends.weights, 0.0)
    else:
        to_zones = np.where(gateways, 0.0, ends.weights)
        visits = singly_constrained(people.names, external.visitors, to_zones, log_f).trips
        weights = np.where(gateways, 0.0, free.sum(axis=0) + visits.sum(axis=0))
    inside = max(0.0, total - math.fsum(external.outbound))
    drawn = math.fsum(weights)
    return produced, external.outbound + (weights * (inside / drawn) if drawn > 0 else 0.0)
