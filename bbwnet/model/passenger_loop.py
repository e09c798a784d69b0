"""The passenger loop: times → choice → demand → seats and roads → times, until the costs that people go by fit their own outcome.

Convergence measures: minutes in full vehicles that do not fit the loads they bring about (`Round.crowding_gap`), and the largest
relative difference, over purposes and pairs of places, between the cost of going by car that choice and demand went by and the one that
the loaded roads give back (`Round.cost_gap`). Plain substitution would swing where roads are full: a pair's next cost is found by the
secant of its last two rounds (`bbwnet.model.secant`), half as far each time the gap has grown. Within a round, with trips as they are,
modes and departures are chosen again until minutes and loads of vehicles fit (`ServiceLoading.settle`).

Services are looked for on empty roads, and again on loaded ones if `LoopSettings.searches` says so: between two searches congestion
changes the drive all the way, not the taxi to the station.
"""

from __future__ import annotations

import dataclasses
import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from bbwnet.assignment.crowding import full_runs, seats_of
from bbwnet.assignment.service_loads import call_loads, run_loads, stop_loads
from bbwnet.choice.mode_table import ALTERNATIVES
from bbwnet.demand.passengers import passengers
from bbwnet.demand.people import people_of
from bbwnet.errors import DidNotConverge, InputError
from bbwnet.model.coach_supply import coach_supply
from bbwnet.model.passenger_model import LEFT_OUT, PassengerModel, Round
from bbwnet.model.passenger_search import PassengerSearch, passenger_search
from bbwnet.model.road_loading import RoadLoading
from bbwnet.model.secant import largest_change, next_cost, secant_shares
from bbwnet.model.service_loading import ServiceLoading, lost_ways_home, out_of_reach, unlisted_riders
from bbwnet.model.user_matrices import read_user_trips
from bbwnet.network.state import NetworkState
from bbwnet.routing.fares import Fares
from bbwnet.scenario.schema.demand import PURPOSES, Purpose

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from bbwnet.assignment.equilibrium import Equilibrium
    from bbwnet.assignment.truck_trips import TruckTrips
    from bbwnet.choice.mode_table import ModeChoices, ModeTable
    from bbwnet.demand.passengers import Passengers
    from bbwnet.demand.people import People
    from bbwnet.model.coach_supply import CoachSupply
    from bbwnet.model.service_loading import Settled
    from bbwnet.network.network import Network

_CAR = ALTERNATIVES.index(("car", False))
_LEAST_STEP = 0.05
"""Least factor on steps."""


@dataclass(frozen=True)
class LoopSettings:
    """How far to go, and what to do where that fails."""

    gap: float = 1e-3
    """Largest relative change of the cost of going by car, see `Round.cost_gap`."""
    most_rounds: int = 30
    """Rounds of one search of journeys."""
    if_not_converged: Literal["raise", "warn"] = "raise"
    searches: int = 1
    """How often journeys by services are looked for: once on empty roads, then on those loaded before."""
    most_crowding_rounds: int = 12
    """How often the minutes in full vehicles change in one round, at most."""
    road_gap: float = 1e-5
    """Relative gap of the equilibrium of each group of hours."""

    def check(self) -> None:
        """Raise `InputError` for values that make no sense."""
        if not (math.isfinite(self.gap) and self.gap > 0):
            raise InputError(f"gap(={self.gap}) must be > 0")
        for name in ("most_rounds", "most_crowding_rounds", "searches"):
            if getattr(self, name) < 1:
                raise InputError(f"{name}(={getattr(self, name)}) must be 1 or more")


def passenger_model(
    network: Network,
    state: NetworkState | None = None,
    settings: LoopSettings | None = None,
    trucks: TruckTrips | None = None,
    search: PassengerSearch | None = None,
) -> PassengerModel:
    """Passengers of a day under the scenario of a network, and the cars they load the roads with, beside trucks if there are any.

    `state` has the empty roads, one period, and what is closed; by default everything is open. `search` is what services were found to
    offer before, for the same places, links and services in the same state; the first search is then left out. Raises `InputError` for
    wrong settings or a search of another network, `NetworkError` without residents, `DidNotConverge` where loop, gravity or an equilibrium
    of the roads does not reach its gap (or warns, as the settings say).
    """
    settings = settings or LoopSettings()
    settings.check()
    loop = _Loop(network, state or NetworkState.free_flow(network), settings, trucks)
    rounds: list[Round] = []
    found = loop.start()
    if search is None:
        search = loop.search(found.state, None)
    search.check(network, loop.people)
    for number in range(1, settings.searches + 1):
        if number > 1:
            search = loop.search(found.state, search)
        services = ServiceLoading(network, search)
        found = dataclasses.replace(found, settled=services.start())
        step, before = 1.0, math.inf
        for _ in range(settings.most_rounds):
            found, measured = loop.round(search, services, found, (len(rounds) + 1, number))
            if measured.cost_gap > before:
                step = max(step / 2, _LEAST_STEP)
            before = measured.cost_gap
            rounds.append(dataclasses.replace(measured, step=step))
            if measured.cost_gap <= settings.gap and measured.crowding_gap <= services.bound:
                break
            found = dataclasses.replace(found, next_min=next_cost(found.used_min, found.given_min, found.share, step))
    faults = _faults(found, rounds, settings, services.bound)
    if faults and settings.if_not_converged == "raise":
        raise DidNotConverge("; ".join(faults))
    if faults:
        warnings.warn("; ".join(faults), RuntimeWarning, stacklevel=2)
    return loop.result(search, services, found, tuple(rounds), converged=not faults)


@dataclass(frozen=True)
class _Found:
    """What a round found, and what the next begins with."""

    used_min: NDArray[np.float64]
    """Cost of going by car that choice and demand went by (purposes x n x n)."""
    next_min: NDArray[np.float64]
    """The one that the next round goes by."""
    given_min: NDArray[np.float64]
    """The one that the roads gave back."""
    share: NDArray[np.float64]
    """Share of its change that each pair takes up, as its secant says."""
    equilibria: tuple[Equilibrium, ...]
    state: NetworkState
    settled: Settled | None = None
    """What is offered by services, and who rides them."""
    travel: Passengers | None = None


class _Loop:
    """What stays the same from round to round."""

    def __init__(self, network: Network, state: NetworkState, settings: LoopSettings, trucks: TruckTrips | None) -> None:
        """Lay out places, roads and hours."""
        self.network, self.state, self.settings = network, state, settings
        self.choice, self.demand = network.settings.choice, network.settings.demand.passenger
        if self.choice.weights.drive <= 0:
            raise InputError("choice.weights.drive is 0: nobody would mind how long a drive takes")
        self.people: People = people_of(network, needed=not self.demand.matrices)
        self.fares = Fares(network)
        self.roads = RoadLoading(
            network,
            self.state,
            self.people.names,
            self.fares,
            trucks=trucks,
            gap=settings.road_gap,
            if_not_converged=settings.if_not_converged,
        )
        given = read_user_trips(network)
        self.given = None if given is None else given.among(self.people.names)
        self.persons_per_car = network.settings.fares.persons_per_car

    def start(self) -> _Found:
        """Empty roads."""
        count = len(self.people.names)
        equilibria = self.roads.assign(np.zeros((len(PURPOSES), count, count)))
        cost = self.roads.car_min(equilibria)
        return _Found(cost, cost, cost, np.ones(cost.shape), equilibria, self.state)

    def search(self, state: NetworkState, before: PassengerSearch | None) -> PassengerSearch:
        """What services offer in a state."""
        return passenger_search(self.network, state, people=self.people, roads=self.roads, given=self.given, before=before)

    def round(self, search: PassengerSearch, services: ServiceLoading, last: _Found, numbers: tuple[int, int]) -> tuple[_Found, Round]:
        """Choose, travel, ride and load the roads once, by the costs of the last round."""
        if last.settled is None:
            raise ValueError("nothing is offered yet")
        used = last.next_min

        def choose(tables: Mapping[Purpose, ModeTable]) -> dict[Purpose, ModeChoices]:
            return {
                purpose: self._with_cars(tables[purpose], used[row]).choices(self.choice, purpose) for row, purpose in enumerate(PURPOSES)
            }

        expected = choose(last.settled.tables)
        travel = passengers(
            self.people, self.demand, {purpose: expected[purpose].cost_min for purpose in PURPOSES}, search.quickest_min,
            start=None if last.travel is None else last.travel.gravity, through=search.through, given=self.given,
        )  # fmt: skip
        settled = services.settle(travel.ways, choose, last.settled, self.settings.most_crowding_rounds)
        choices = settled.choices
        driven = np.stack([travel.ways[purpose].travelled(choices[purpose].shares[..., _CAR]) for purpose in PURPOSES])
        coaches = self._coaches(search, settled)
        equilibria = self.roads.assign(driven / self.persons_per_car + travel.car_vehicles_day, last.equilibria, coaches.per_run)
        cost = self.roads.car_min(equilibria)
        measured = Round(
            number=numbers[0],
            search=numbers[1],
            cost_gap=largest_change(cost, used),
            crowding_gap=settled.first_gap,
            crowding_rounds=settled.rounds,
            flow_change=math.inf if last.travel is None else _flow_change(equilibria, last.equilibria),
            demand_gap=travel.gap,
            road_gap=max(item.relative_gap for item in equilibria),
            road_iterations=sum(item.iterations for item in equilibria),
            step=1.0,
        )
        share = last.share
        if last.travel is not None:
            share = secant_shares(used, cost, last.used_min, last.given_min, last.share)
        return _Found(used, cost, cost, share, equilibria, self.roads.loaded_state(equilibria), settled, travel), measured

    def result(
        self, search: PassengerSearch, services: ServiceLoading, found: _Found, rounds: tuple[Round, ...], *, converged: bool
    ) -> PassengerModel:
        """Put the last round together."""
        if found.travel is None or found.settled is None:
            raise ValueError("no round was run")
        settled, journeys = found.settled, search.offers.journeys
        crowding = self.choice.crowding
        loads = call_loads(journeys, settled.riders)
        seats = seats_of(self.network, journeys.trips, crowding)
        coaches = self._coaches(search, settled)
        seats_of_run = seats.seats * coaches.per_run
        crowded = services.crowded
        apart = out_of_reach(self.people, settled.choices)
        unlisted_trips, unlisted_km = unlisted_riders(search.offers, found.travel.ways, settled.choices)
        return PassengerModel(
            people=self.people,
            demand=found.travel.demand,
            passengers=found.travel,
            search=search,
            tables=settled.tables,
            choices=settled.choices,
            car_min=found.used_min,
            loads=self.roads.loads(found.equilibria, coaches.per_run),
            equilibria=found.equilibria,
            state=found.state,
            riders=settled.riders,
            run_loads=run_loads(journeys.trips, loads, seats_of_run, seats.assumed),
            stop_loads=stop_loads(journeys.trips, loads, self.roads.starts),
            crowding_min=np.zeros(len(journeys))
            if crowded is None or settled.pressure is None
            else crowded.felt_min(settled.pressure.of_call),
            full_runs=full_runs(journeys, loads, seats_of_run, crowding.tolerance),
            unknown_seats=seats.unknown,
            out_of_reach=apart,
            lost_ways_home=lost_ways_home(search.offers, found.travel.ways, settled.choices),
            rounds=rounds,
            bound=self.settings.gap,
            converged=converged,
            lost_drives=self.roads.lost(found.equilibria),
            persons_per_car=self.persons_per_car,
            unlisted_coach_trips=unlisted_trips,
            unlisted_coach_km=unlisted_km,
            coaches=coaches,
            left_out=(*LEFT_OUT, *_unlisted_said(unlisted_trips), *_coaches_said(coaches), *_apart_said(apart)),
        )

    def _coaches(self, search: PassengerSearch, settled: Settled) -> CoachSupply:
        """How many coaches run for those who ride them."""
        journeys = search.offers.journeys
        return coach_supply(self.network, journeys.trips, call_loads(journeys, settled.riders))

    def _with_cars(self, table: ModeTable, car_min: NDArray[np.float64]) -> ModeTable:
        """The table with cars at a cost (n x n) that has the money in it."""
        felt, fare = table.felt_min.copy(), table.fare_cny.copy()
        felt[..., _CAR] = np.where(np.eye(len(car_min), dtype=np.bool_), np.inf, car_min)
        fare[..., _CAR] = 0.0
        return dataclasses.replace(table, felt_min=felt, fare_cny=fare)


def _faults(found: _Found, rounds: Sequence[Round], settings: LoopSettings, crowding_bound: float) -> list[str]:
    """What did not come as far as was asked for in the last round."""
    faults = []
    if rounds[-1].cost_gap > settings.gap:
        faults.append(
            f"cost of going by car changes by {rounds[-1].cost_gap:.3g} after {len(rounds)} rounds, {settings.gap:g} was asked for"
        )
    if rounds[-1].crowding_gap > crowding_bound:
        faults.append(
            f"minutes in full vehicles miss their loads by {rounds[-1].crowding_gap:.3g} of what riders feel after {len(rounds)} rounds,"
            f" {crowding_bound:g} was asked for"
        )
    if found.travel is not None:
        faults += [
            f"gravity of {purpose} has a margin off by {item.gap:.3g} of itself"
            for purpose, item in sorted(found.travel.gravity.items())
            if not item.converged
        ]
    return faults


def _unlisted_said(trips: float) -> tuple[str, ...]:
    """What is not known of those who ride coaches in no data."""
    if trips <= 0:
        return ()
    return (f"{trips:,.0f} trips a day by coaches that are in no data (assumed, choice.unlisted_coach): on no service, on no road",)


def _coaches_said(coaches: CoachSupply) -> tuple[str, ...]:
    """What more coaches than those of the timetable rest on."""
    if not coaches.followed:
        return ()
    return (f"coaches follow demand (assumed, choice.coach_supply): {coaches.added_km:,.0f} km a day beyond the timetable, at its hours",)


def _apart_said(places: tuple[str, ...]) -> tuple[str, ...]:
    """What places that nobody can travel to or from are left with."""
    return (f"nobody travels to or from {', '.join(places)}: no mode leads there from any zone",) if places else ()


def _flow_change(new: tuple[Equilibrium, ...], old: tuple[Equilibrium, ...]) -> float:
    """Sum of |new - old| volumes over the sum of new ones."""
    changed = math.fsum(float(np.abs(after.volume_pcu - before.volume_pcu).sum()) for after, before in zip(new, old, strict=True))
    total = math.fsum(float(item.volume_pcu.sum()) for item in new)
    return changed / total if total > 0 else 0.0
