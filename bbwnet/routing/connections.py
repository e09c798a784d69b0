"""The timetable as connections sorted by departure, over some days so that journeys may pass midnight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.scenario.schema.base import DAY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.network.state import NetworkState
    from bbwnet.network.trips import Pattern, Trips

DAYS_AFTER = 2
"""Days after the one described that a journey may last into."""

WEEK = 7


@dataclass(frozen=True)
class Connections:
    """Hops of trips from a stop to the next, sorted by departure; ties by arrival, then trip, then call."""

    depart_s: NDArray[np.int64]
    arrive_s: NDArray[np.int64]
    from_stop: NDArray[np.int32]
    to_stop: NDArray[np.int32]
    run: NDArray[np.int32]
    """A trip on one of the days: `day * trips + trip`; what runs beyond a closed stop counts as further days."""
    call: NDArray[np.int64]
    """Call of the trip at `from_stop`, an index into the arrays of `Trips`."""
    run_count: int
    trip_count: int


def connections_of(network: Network, state: NetworkState, wanted: Callable[[Pattern], bool], weekday: int | None = None) -> Connections:
    """Connections of the trips whose pattern is wanted and that the state lets run.

    With `weekday` (0 is Monday) the trips are those of that day and the days about it; without, every trip of the week runs every day.
    """
    trips = network.trips
    index = network.node_index
    closed_stops = {index[node] for node in state.closed_nodes if node in index}
    keep_pattern = np.array(
        [
            wanted(pattern) and not state.closed_links.intersection(link for section in pattern.links for link in section)
            for pattern in trips.patterns
        ],
        dtype=bool,
    )
    calls = len(trips.stop)
    trip_of_call = np.repeat(np.arange(trips.count), np.diff(trips.first_call)) if trips.count else np.zeros(0, dtype=np.int64)
    last_call = np.zeros(calls, dtype=bool)
    last_call[trips.first_call[1:] - 1] = True
    keep = ~last_call
    if trips.count:
        keep &= keep_pattern[trips.pattern[trip_of_call]]
        keep &= ~np.isin(trip_of_call, list(state.cancelled_trips))
    call = np.flatnonzero(keep)
    shut = np.isin(trips.stop, list(closed_stops))
    call = call[~shut[call] & ~shut[call + 1]]
    # Nobody rides through a closed stop: each piece of the trip is a run of its own.
    shut_before = np.cumsum(shut)
    piece: NDArray[np.int64] = shut_before[call] - shut_before[trips.first_call[trip_of_call[call]]]
    pieces = int(piece.max(initial=0)) + 1
    delay = _delays(state, trips)[trip_of_call[call]]
    days = _days(trips, state)
    shift = np.repeat(np.array(days, dtype=np.int64) * DAY_SECONDS, len(call))
    day = np.repeat(np.arange(len(days), dtype=np.int64), len(call))
    if weekday is not None:
        masks = trips.days[trip_of_call[call]]
        runs = np.concatenate([(masks >> ((weekday + offset) % WEEK)) & 1 for offset in days]).astype(bool)
    else:
        runs = np.ones(len(day), dtype=bool)
    call, delay, piece = (np.tile(array, len(days))[runs] for array in (call, delay, piece))
    day, shift = day[runs], shift[runs]
    depart = trips.depart_s[call] + shift + delay
    arrive = trips.arrive_s[call + 1] + shift + delay
    run = (day + piece * len(days)) * trips.count + trip_of_call[call]
    order = np.lexsort((call, run, arrive, depart))
    return Connections(
        depart_s=depart[order],
        arrive_s=arrive[order],
        from_stop=trips.stop[call][order].astype(np.int32),
        to_stop=trips.stop[call + 1][order].astype(np.int32),
        run=run[order].astype(np.int32),
        call=call[order].astype(np.int64),
        run_count=pieces * len(days) * trips.count,
        trip_count=trips.count,
    )


def _days(trips: Trips, state: NetworkState) -> range:
    """The days to run, counted from the one described: back to the first whose trips still run today, on to the last of a journey."""
    latest = int(trips.arrive_s.max(initial=0)) + max(state.delayed_trips.values(), default=0)
    return range(-(latest // DAY_SECONDS), DAYS_AFTER + 1)


def _delays(state: NetworkState, trips: Trips) -> NDArray[np.int64]:
    """Seconds that each trip runs late (n trips)."""
    delay = np.zeros(trips.count, dtype=np.int64)
    for trip, seconds in state.delayed_trips.items():
        delay[trip] = seconds
    return delay
