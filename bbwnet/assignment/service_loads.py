"""Who rides each run of a service, hop by hop, and who boards, leaves and changes at each stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.assignment.service_load_kernels import load_calls
from bbwnet.scenario.schema.base import DAY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.network.trips import Trips
    from bbwnet.routing.journey_set import JourneySet


@dataclass(frozen=True)
class CallLoads:
    """Persons at each call of the trips (n calls of `Trips`), of the day looked at."""

    boardings: NDArray[np.float64]
    alightings: NDArray[np.float64]
    transfers_in: NDArray[np.float64]
    """Of those who board, who came by another vehicle."""
    transfers_out: NDArray[np.float64]
    """Of those who leave, who go on by another vehicle."""
    on_board: NDArray[np.float64]
    """After each call, until the next; 0 at the last."""


@dataclass(frozen=True)
class RunLoads:
    """h hops of runs, from a call to the next, sorted by trip and position."""

    trip: NDArray[np.int64]
    """Row of `trips`."""
    position: NDArray[np.int32]
    """Number of the stop in its pattern, from 0, that the hop leaves."""
    on_board: NDArray[np.float64]
    """Persons between this stop and the next."""
    boardings: NDArray[np.float64]
    """At the stop that the hop leaves."""
    alightings: NDArray[np.float64]
    """At the stop that the hop leads to."""
    seats: NDArray[np.float64]
    """Of the vehicle; not-a-number where they are not known."""
    seats_assumed: NDArray[np.bool_]
    """Whether they are the scenario's figure for the train class or mode, not the service's own."""
    trips: Trips
    """What `trip` counts: the network's, but for services seen by their headway."""

    @property
    def load_factor(self) -> NDArray[np.float64]:
        """Persons over seats (h); not-a-number where seats are not known."""
        return np.asarray(self.on_board / self.seats)


@dataclass(frozen=True)
class StopLoads:
    """s sums of persons by stop, mode and group of hours, sorted in this order; only those with anybody."""

    stop: NDArray[np.int32]
    """Row of `Network.nodes`."""
    mode: tuple[str, ...]
    group: NDArray[np.int32]
    """Group of hours, region's clock."""
    boardings: NDArray[np.float64]
    alightings: NDArray[np.float64]
    transfers_in: NDArray[np.float64]
    """Of those who board, who came by another vehicle."""
    transfers_out: NDArray[np.float64]
    """Of those who leave, who go on by another vehicle."""


def call_loads(journeys: JourneySet, riders: NDArray[np.float64]) -> CallLoads:
    """Put the riders of each journey (n, persons) on its vehicles.

    What boards leaves: boardings and alightings of each trip add up to the same, and nobody is on board after its last call.
    """
    count = len(journeys.trips.stop)
    boardings, alightings, out, into = (np.zeros(count) for _ in range(4))
    load_calls(journeys.first_ride, journeys.ride_from, journeys.ride_to, riders, boardings, alightings, out, into)
    aboard = np.cumsum(boardings - alightings)
    first = journeys.trips.first_call
    last = first[1:] - 1
    # What is left of rounding when a trip ends is not handed on to the next.
    before = np.where(first[:-1] > 0, aboard[first[:-1] - 1], 0.0) if count else np.zeros(0)
    aboard -= np.repeat(before, np.diff(first))
    aboard[last] = 0.0
    return CallLoads(boardings, alightings, into, out, np.maximum(aboard, 0.0))


def run_loads(trips: Trips, loads: CallLoads, seats: NDArray[np.float64], seats_assumed: NDArray[np.bool_]) -> RunLoads:
    """The hops of all trips; seats, and whether they are assumed, by pattern."""
    first = trips.first_call
    trip = np.repeat(np.arange(trips.count, dtype=np.int64), np.maximum(np.diff(first) - 1, 0))
    starts = np.ones(len(trips.stop), dtype=np.bool_)
    starts[first[1:] - 1] = False
    call = np.flatnonzero(starts)
    return RunLoads(
        trip=trip,
        position=(call - first[trip]).astype(np.int32),
        on_board=loads.on_board[call],
        boardings=loads.boardings[call],
        alightings=loads.alightings[call + 1],
        seats=seats[trips.pattern[trip]],
        seats_assumed=seats_assumed[trips.pattern[trip]],
        trips=trips,
    )


def stop_loads(trips: Trips, loads: CallLoads, start_hours: Sequence[int]) -> StopLoads:
    """Sums by stop, mode and group of hours (each begins at one of `start_hours`), by when vehicles leave, or arrive where they end."""
    modes = sorted({pattern.mode for pattern in trips.patterns})
    mode_of = np.array([modes.index(pattern.mode) for pattern in trips.patterns], dtype=np.int64)
    trip = np.repeat(np.arange(trips.count, dtype=np.int64), np.diff(trips.first_call))
    hour_s = np.array(start_hours, dtype=np.int64) * 3600

    def group(seconds: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.searchsorted(hour_s, seconds % DAY_SECONDS, side="right") - 1

    place = (trips.stop.astype(np.int64) * len(modes) + (mode_of[trips.pattern[trip]] if len(trip) else 0)) * len(hour_s)
    boarding, leaving = place + group(trips.depart_s), place + group(trips.arrive_s)
    busy_on, busy_off = loads.boardings > 0, loads.alightings > 0
    keys = np.unique(np.concatenate([boarding[busy_on], leaving[busy_off]]))

    def total(rows: NDArray[np.int64], values: NDArray[np.float64]) -> NDArray[np.float64]:
        held = values > 0
        return np.bincount(np.searchsorted(keys, rows[held]), weights=values[held], minlength=len(keys)).astype(np.float64)

    return StopLoads(
        stop=(keys // (len(hour_s) * max(1, len(modes)))).astype(np.int32),
        mode=tuple(modes[row] for row in (keys // len(hour_s) % max(1, len(modes))).tolist()),
        group=(keys % len(hour_s)).astype(np.int32),
        boardings=total(boarding, loads.boardings),
        alightings=total(leaving, loads.alightings),
        transfers_in=total(boarding, loads.transfers_in),
        transfers_out=total(leaving, loads.transfers_out),
    )
