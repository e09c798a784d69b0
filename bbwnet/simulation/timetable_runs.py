"""The timetable as runs: every trip on every simulated day, its calls in seconds, its seats, in the order in which they set out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.assignment.crowding import seats_of
from bbwnet.network.operating_days import WEEKDAYS
from bbwnet.scenario.schema.base import DAY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.network.trips import Pattern
    from bbwnet.simulation.world import World


@dataclass(frozen=True)
class RunTable:
    """t trips with their c calls, repeated on the simulated days; run `k` is trip `k % t` on day `first_day + k // t`.

    Lists where one number at a time is read, which lists are quicker at than arrays.
    """

    first_call: list[int]
    """First call of each trip (t + 1)."""
    arrive_s: list[float]
    """Arrival of each call from midnight of the trip's day (c); passes 24 h."""
    depart_s: list[float]
    capacity: NDArray[np.float64]
    """Persons that find room on each trip (t); not-a-number: whoever comes."""
    runs: NDArray[np.int64]
    """Runs that set out, in order of departure, ties by run."""
    start_s: NDArray[np.float64]
    """Departure of each of those from midnight before day 1."""
    first_day: int = 1
    seats: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    """Seats of each trip (t); not-a-number where they are not known."""

    @property
    def trips(self) -> int:
        """Number of trips in the timetable."""
        return len(self.first_call) - 1

    def day_of(self, run: int) -> int:
        """Day of a run; 1 is the first that counts."""
        return self.first_day + run // self.trips

    def midnight_s(self, run: int) -> float:
        """Midnight before the day of a run, in seconds of the simulation."""
        return float((self.day_of(run) - 1) * DAY_SECONDS)


def run_table(
    first_call: Sequence[int],
    arrive_s: Sequence[float],
    depart_s: Sequence[float],
    capacity: NDArray[np.float64],
    *,
    days: range = range(1, 2),
    runs_on: NDArray[np.bool_] | None = None,
    from_s: float = -np.inf,
) -> RunTable:
    """Runs of trips on days; `runs_on` (days x trips) says which run when, all by default.

    Runs that set out before `from_s`, where simulating begins, are left out. Raises `ValueError` if a trip goes back in time.
    """
    first, come, go = (np.asarray(item) for item in (first_call, arrive_s, depart_s))
    same_trip = np.ones(max(len(come) - 1, 0), dtype=np.bool_)
    same_trip[first[1:-1] - 1] = False
    if (go < come).any() or (come[1:] < go[:-1])[same_trip].any():
        raise ValueError("a trip must not go back in time")
    trips = len(first) - 1
    offset = DAY_SECONDS * (np.array(days, dtype=np.float64) - 1)
    start = (offset[:, None] + go[first[:-1]][None, :]).ravel()
    running = np.ones(len(start), dtype=np.bool_) if runs_on is None else runs_on.ravel()
    runs = np.flatnonzero(running & (start >= from_s)).astype(np.int64)
    order = np.argsort(start[runs], kind="stable")
    return RunTable(
        first_call=first.tolist(),
        arrive_s=come.astype(np.float64).tolist(),
        depart_s=go.astype(np.float64).tolist(),
        capacity=capacity,
        runs=runs[order],
        start_s=start[runs[order]],
        first_day=days.start if trips else 1,
        seats=capacity,
    )


def runs_of(world: World, vehicles_per_run: NDArray[np.float64] | None = None) -> RunTable:
    """Runs of the timetable of a simulation's network; who may stand is counted in the capacity.

    `vehicles_per_run` (patterns): vehicles that leave together as one run; by default one.
    """
    network = world.network
    trips = network.trips
    seats, places = seats_and_places(network, vehicles_per_run)
    days = range(world.first_day, world.days + 1)
    table = run_table(
        trips.first_call.tolist(),
        trips.arrive_s.tolist(),
        trips.depart_s.tolist(),
        places,
        days=days,
        runs_on=np.stack([operating(network, day) for day in days]),
        from_s=world.start_s,
    )
    return RunTable(**{**vars(table), "seats": seats})


def seats_and_places(network: Network, vehicles_per_run: NDArray[np.float64] | None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Seats of each trip (t), and persons that find room with those who may stand; not-a-number where seats are not known."""
    trips, settings = network.trips, network.settings.simulation.services
    seats = seats_of(network, trips, network.settings.choice.crowding).seats
    if vehicles_per_run is not None:
        seats = seats * vehicles_per_run
    standing = np.array([1.0 + settings.standing_share.of(pattern.mode) for pattern in trips.patterns])
    return seats[trips.pattern], (seats * standing)[trips.pattern]


def operating(network: Network, day: int) -> NDArray[np.bool_]:
    """Which trips run on a simulated day (t): day 1 is the scenario's day of the week, which journeys and flows are of."""
    weekday = (WEEKDAYS.index(network.settings.evaluation.weekday) + day - 1) % len(WEEKDAYS)
    return np.asarray((network.trips.days >> weekday) & 1, dtype=np.bool_)


def run_name(pattern: Pattern, *, backward: bool, departure_s: float, day: int) -> str:
    """What a run is called, for its random stream and the event log: whatever else is in the timetable, it stays the same."""
    return f"{pattern.service}|{'back' if backward else 'out'}|{departure_s:.0f}|{day}"
