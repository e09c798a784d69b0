"""The timetable as connections sorted by departure, over four days so that journeys may pass midnight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.network.trips import DAY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.network.state import NetworkState
    from bbwnet.network.trips import Pattern

DAYS = (-1, 0, 1, 2)
"""Trips of yesterday, for one that left before midnight still runs today, and of the two days that a journey may last."""


@dataclass(frozen=True)
class Connections:
    """Hops of trips from a stop to the next, sorted by departure; ties by arrival, then trip, then call."""

    depart_s: NDArray[np.int64]
    arrive_s: NDArray[np.int64]
    from_stop: NDArray[np.int32]
    to_stop: NDArray[np.int32]
    run: NDArray[np.int32]
    """A trip on one of the days: `day * trips + trip`."""
    call: NDArray[np.int64]
    """Call of the trip at `from_stop`, an index into the arrays of `Trips`."""
    run_count: int
    trip_count: int


def connections_of(network: Network, state: NetworkState, wanted: Callable[[Pattern], bool]) -> Connections:
    """Connections of the trips whose pattern is wanted and that the state lets run."""
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
    if closed_stops:
        shut = np.isin(trips.stop, list(closed_stops))
        call = call[~shut[call] & ~shut[call + 1]]
    shift = np.repeat(np.array(DAYS, dtype=np.int64) * DAY_SECONDS, len(call))
    day = np.repeat(np.arange(len(DAYS), dtype=np.int64), len(call))
    call = np.tile(call, len(DAYS))
    depart = trips.depart_s[call] + shift
    arrive = trips.arrive_s[call + 1] + shift
    run = day * trips.count + trip_of_call[call]
    order = np.lexsort((call, run, arrive, depart))
    return Connections(
        depart_s=depart[order],
        arrive_s=arrive[order],
        from_stop=trips.stop[call][order].astype(np.int32),
        to_stop=trips.stop[call + 1][order].astype(np.int32),
        run=run[order].astype(np.int32),
        call=call[order].astype(np.int64),
        run_count=len(DAYS) * trips.count,
        trip_count=trips.count,
    )
