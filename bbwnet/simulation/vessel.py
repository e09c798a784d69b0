"""Ferries that carry vehicles as SimPy processes: ships that go to and fro, sailings of a timetable, and sailings beside both."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

from bbwnet.simulation.service_run import At
from bbwnet.simulation.vehicle_queue import NOBODY, Taken

if TYPE_CHECKING:
    from collections.abc import Generator

    import simpy
    from numpy.typing import NDArray
    from simpy.events import Event

    from bbwnet.scenario.schema.simulation_ferries import BerthTimes
    from bbwnet.simulation.calendars import Calendar
    from bbwnet.simulation.ferry_terminal import Berths, Lane

    Running = Generator[Event, object, None]

_MINUTE_S = 60.0
_INSTANT_S = 1e-6
"""What a clock of floating point may be short of a moment that it was set to."""
_LEAST_SPEED = 1e-3
"""Share of its speed that a ship under way never falls below."""


@dataclass(frozen=True, eq=False)
class Sailing:
    """A ship that left a port."""

    lane: str
    ship: str
    depart_s: float
    arrive_s: float
    taken: Taken
    lane_m: float
    """Lane metres of the ship."""


@dataclass(frozen=True)
class Side:
    """One end of a route as its ships see it."""

    lane: Lane
    """Vehicles that leave from here."""
    berths: Berths


@dataclass(frozen=True)
class Route:
    """A ferry route with both ends (first: where the service's stops begin), for ships of one class."""

    service: str
    sides: tuple[Side, Side]
    crossing_s: float
    sailing: Calendar
    """When ships of the class may leave, and how fast they are: closures of the route and its ports, and the weather."""
    lane_m: float
    persons: float
    """Persons that a ship takes in vehicles and on foot."""


class Shore(Protocol):
    """What ships tell."""

    def sailed(self, sailing: Sailing, route: Route, side: int) -> None:
        """A ship has left."""

    def berthed(self, sailing: Sailing, route: Route, side: int) -> None:
        """A ship that left from `side` is there: who is on foot gets off."""

    def cancelled(self, ship: str, route: Route, side: int) -> None:
        """A sailing will not leave."""

    def landed(self, sailing: Sailing, route: Route, side: int, drove_off_s: float) -> None:
        """What a ship brought has driven off, at the other end than `side`."""


@dataclass
class Ship:
    """A ship of a fleet."""

    name: str
    route: Route
    side: int
    """Where it lies, or sails to."""
    crossings: NDArray[np.float64]
    """Factors on the time of its crossings, one after the other."""
    first_s: float
    """When it first comes for a berth."""
    number: int = 0
    """Its place among the ships of its fleet, from 0."""
    of: int = 1
    aboard: Taken = field(default_factory=lambda: NOBODY)
    """What has been loaded and has not left yet."""
    arrived: Sailing | None = None
    """Its last sailing, until it is unloaded."""
    trips: int = 0


class FleetShips:
    """Ships that go to and fro: berth, unload, load until full or the longest wait is over, sail."""

    def __init__(self, env: simpy.Environment, times: BerthTimes, shore: Shore, shelter: tuple[float, float], smallest_m: float) -> None:
        """Take the clock, what is usual at a berth, and who hears of it.

        `shelter`: seconds of a closure from which on ships leave for shelter, and seconds until the last of a fleet is back; `smallest_m`:
        lane metres below which a deck is full.
        """
        self._env, self._times, self._shore = env, times, shore
        self._shelter_s, self._return_s = shelter
        self._smallest_m = smallest_m

    def run(self, ship: Ship) -> Running:
        """The process of one ship, for ever."""
        env, times, route = self._env, self._times, ship.route
        fixed_s = times.fixed_min * _MINUTE_S / 2
        yield env.timeout(max(ship.first_s - env.now, 0.0))
        while True:
            here, asked_s = route.sides[ship.side], env.now
            yield here.berths.request()
            given_s = env.now
            yield env.timeout(fixed_s)
            if ship.arrived is not None:
                self._shore.berthed(ship.arrived, route, 1 - ship.side)
                yield env.timeout(ship.arrived.taken.count / times.unload_per_min * _MINUTE_S)
                self._shore.landed(ship.arrived, route, 1 - ship.side, env.now)
                ship.arrived = None
            if (away_s := self._away_s(ship)) > 0:
                # A long closure: the ship goes to shelter and gives its berth back.
                here.berths.release(asked_s, given_s)
                yield env.timeout(away_s)
                asked_s = env.now
                yield here.berths.request()
                given_s = env.now
            yield from self._load(ship, here)
            yield env.timeout(fixed_s)
            while (opens_s := route.sailing.next_open_s(env.now)) > env.now + _INSTANT_S:
                if np.isinf(opens_s):
                    return
                yield env.timeout(opens_s - env.now)
            ship.trips += 1
            took_s = _crossing_s(route, opens_s) * float(ship.crossings[(ship.trips - 1) % len(ship.crossings)])
            sailing = Sailing(here.lane.name, ship.name, env.now, env.now + took_s, ship.aboard, route.lane_m)
            ship.arrived, ship.aboard = sailing, NOBODY
            here.berths.release(asked_s, given_s)
            self._shore.sailed(sailing, route, ship.side)
            ship.side = 1 - ship.side
            yield env.timeout(took_s)

    def _away_s(self, ship: Ship) -> float:
        """Seconds that a ship is away in shelter, from now; 0 where the route is open or its closure short."""
        env, calendar = self._env, ship.route.sailing
        opens_s = calendar.next_open_s(env.now)
        if opens_s - env.now < self._shelter_s or np.isinf(opens_s):
            return 0.0
        return opens_s - env.now + self._return_s * (ship.number + 1) / ship.of

    def _load(self, ship: Ship, here: Side) -> Running:
        env, times, route = self._env, self._times, ship.route
        begun_s, free_m, free_persons, taken = env.now, route.lane_m, route.persons, [NOBODY]
        while True:
            opens_s = route.sailing.next_open_s(env.now)
            if opens_s > env.now + _INSTANT_S and not times.load_while_closed:
                if np.isinf(opens_s):
                    break
                yield env.timeout(opens_s - env.now)
                begun_s = env.now
            piece = here.lane.board(env.now, free_m, free_persons)
            if piece.count > 0:
                taken.append(piece)
                ship.aboard = Taken(np.concatenate([item.rows for item in taken]))
                free_m, free_persons = free_m - piece.lane_m, free_persons - piece.persons
                # Vehicles are called on board once a minute at most, or a trickle through the gate would have no end.
                yield env.timeout(max(piece.count / times.load_per_min, 1.0) * _MINUTE_S)
            left_s = begun_s + times.longest_wait_min * _MINUTE_S - env.now
            if free_m < self._smallest_m or free_persons < 1 or left_s < 1:
                break
            if piece.count > 0:
                continue
            if route.sides[1 - ship.side].lane.waiting_lane_m(env.now) > route.lane_m * 2:
                # More wait on the other side than the next ships there take: it goes back with what it has.
                break
            yield env.timeout(min(left_s, 5 * _MINUTE_S))


@dataclass(frozen=True)
class Timed:
    """A sailing at a time that is known: of a timetable, or beside it."""

    name: str
    depart_s: float
    side: int
    """Where it leaves."""
    leaves: int
    """Priority of its leaving among what happens at that second."""
    comes: int
    """The same of its arrival."""


class TimedSailings:
    """Sailings that leave at their time with what waits then, or once the route opens, or not at all."""

    def __init__(self, env: simpy.Environment, shore: Shore, hold_s: float, unload_per_min: float) -> None:
        """`hold_s`: longest that a sailing waits for the route to open."""
        self._env, self._shore, self._hold_s, self._unload_per_min = env, shore, hold_s, unload_per_min

    def run(self, timed: Timed, route: Route) -> Running:
        """The process of one sailing."""
        env = self._env
        yield At(env, max(timed.depart_s - env.now, 0.0), timed.leaves)
        opens_s = route.sailing.next_open_s(env.now)
        if opens_s - timed.depart_s > self._hold_s:
            self._shore.cancelled(timed.name, route, timed.side)
            return
        if opens_s > env.now:
            yield At(env, opens_s - env.now, timed.leaves)
        lane = route.sides[timed.side].lane
        taken = lane.board(env.now, route.lane_m, route.persons)
        took_s = _crossing_s(route, max(opens_s, env.now))
        sailing = Sailing(lane.name, timed.name, env.now, env.now + took_s, taken, route.lane_m)
        self._shore.sailed(sailing, route, timed.side)
        yield At(env, took_s, timed.comes)
        self._shore.berthed(sailing, route, timed.side)
        yield env.timeout(taken.count / self._unload_per_min * _MINUTE_S)
        self._shore.landed(sailing, route, timed.side, env.now)


def _crossing_s(route: Route, now_s: float) -> float:
    """Seconds over the water of a ship that leaves at a moment: at its speed then, for who is at sea when the route closes goes on."""
    return route.crossing_s / max(min(route.sailing.speed_at(now_s), 1.0), _LEAST_SPEED)


def spread_s(ship: int, ships: int, cycle_s: float) -> float:
    """When a ship of a fleet first comes for a berth, so that all are evenly apart on either side."""
    return (ship // 2) * cycle_s / max((ships + 1) // 2, 1)


def crossing_factors(generator: np.random.Generator, cv: float, count: int) -> NDArray[np.float64]:
    """Factors on crossings, lognormal with mean 1 and a coefficient of variation."""
    if cv == 0:
        return np.ones(1)
    sigma = np.sqrt(np.log1p(cv**2))
    return np.asarray(np.exp(generator.normal(-(sigma**2) / 2, sigma, count)), dtype=np.float64)


def cycle_s(route: Route, times: BerthTimes, vehicles: float) -> float:
    """How long a ship takes to and fro if it carries so many vehicles each way and waits for nothing."""
    stay_min = times.fixed_min + vehicles / times.unload_per_min + vehicles / times.load_per_min
    return 2 * (route.crossing_s + stay_min * _MINUTE_S)
