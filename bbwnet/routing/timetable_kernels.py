"""Connection-scan kernels: earliest arrival for each departure, with the journey that achieves it.

Method: Dibbelt, Pajor, Strasser, Wagner (2018), "Connection Scan Algorithm", ACM JEA 23, sections 3.1 and 3.2
(earliest arrival, journey pointers). Integer seconds throughout, so results do not depend on the machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from bbwnet.routing.clock import UNREACHED

if TYPE_CHECKING:
    from numpy.typing import NDArray

HORIZON_S = 48 * 3600
"""No journey is followed for longer than this after its departure."""


@njit(cache=True)
def scan(  # noqa: PLR0913, PLR0917  a kernel takes its arrays one by one
    depart: NDArray[np.int64],
    arrive: NDArray[np.int64],
    from_stop: NDArray[np.int32],
    to_stop: NDArray[np.int32],
    run: NDArray[np.int32],
    first: int,
    origins: NDArray[np.bool_],
    start: int,
    minimum_connection: NDArray[np.int64],
    arrival: NDArray[np.int64],
    enter: NDArray[np.int64],
    leave_enter: NDArray[np.int64],
    leave: NDArray[np.int64],
    boardings: NDArray[np.int64],
    run_boardings: NDArray[np.int64],
) -> None:
    """Earliest arrivals from any origin when leaving at `start` or later; ties go to fewer boardings.

    `arrival`, `leave_enter`, `leave`, `boardings` have a value per stop and `enter`, `run_boardings` per run; all are
    reset here. `first` is the first connection that leaves at `start` or later.
    """
    arrival[:] = UNREACHED
    boardings[:] = 0
    enter[:] = -1
    leave[:] = -1
    leave_enter[:] = -1
    for position in range(first, len(depart)):
        if depart[position] > start + HORIZON_S:
            break
        tail, vehicle = from_stop[position], run[position]
        ridden = enter[vehicle] >= 0
        count = 0
        boardable = origins[tail]
        if not boardable and arrival[tail] != UNREACHED and arrival[tail] + minimum_connection[tail] <= depart[position]:
            boardable = True
            count = boardings[tail]
        if boardable and (not ridden or count + 1 < run_boardings[vehicle]):
            enter[vehicle] = position
            run_boardings[vehicle] = count + 1
            ridden = True
        if not ridden:
            continue
        head = to_stop[position]
        if origins[head]:
            continue
        sooner = arrive[position] < arrival[head]
        if sooner or (arrive[position] == arrival[head] and run_boardings[vehicle] < boardings[head]):
            arrival[head] = arrive[position]
            boardings[head] = run_boardings[vehicle]
            leave_enter[head] = enter[vehicle]
            leave[head] = position


@njit(cache=True)
def scan_one_more_train(  # noqa: PLR0913, PLR0917  a kernel takes its arrays one by one
    depart: NDArray[np.int64],
    arrive: NDArray[np.int64],
    from_stop: NDArray[np.int32],
    to_stop: NDArray[np.int32],
    run: NDArray[np.int32],
    first: int,
    until: int,
    origins: NDArray[np.bool_],
    ready: NDArray[np.int64],
    arrival: NDArray[np.int64],
    enter: NDArray[np.int64],
    leave_enter: NDArray[np.int64],
    leave: NDArray[np.int64],
) -> None:
    """Earliest arrivals by `until` of one train more, boarded at stops from the second that `ready` gives.

    `scan` keeps one arrival per stop, so it may change trains only to be early for a train that it would catch anyway;
    one round for each train finds the journey of fewest changes. The last four arrays are reset here.
    """
    arrival[:] = UNREACHED
    enter[:] = -1
    leave[:] = -1
    leave_enter[:] = -1
    for position in range(first, len(depart)):
        if depart[position] > until:
            break
        tail, head, vehicle = from_stop[position], to_stop[position], run[position]
        if enter[vehicle] < 0 and ready[tail] <= depart[position]:
            enter[vehicle] = position
        if enter[vehicle] >= 0 and not origins[head] and arrive[position] < arrival[head]:
            arrival[head] = arrive[position]
            leave_enter[head] = enter[vehicle]
            leave[head] = position


@njit(cache=True)
def fastest_durations(  # noqa: PLR0913, PLR0917  a kernel takes its arrays one by one
    depart: NDArray[np.int64],
    arrive: NDArray[np.int64],
    from_stop: NDArray[np.int32],
    to_stop: NDArray[np.int32],
    run: NDArray[np.int32],
    run_count: int,
    origins: NDArray[np.bool_],
    starts: NDArray[np.int64],
    firsts: NDArray[np.int64],
    minimum_connection: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Shortest time to each stop over all departures, first departure to last arrival, and the departure that gives it.

    `starts` are the seconds at which some trip leaves an origin, ascending; ties go to the earliest.
    """
    stops = len(minimum_connection)
    arrival = np.empty(stops, dtype=np.int64)
    leave_enter = np.empty(stops, dtype=np.int64)
    leave = np.empty(stops, dtype=np.int64)
    boardings = np.empty(stops, dtype=np.int64)
    enter = np.empty(run_count, dtype=np.int64)
    run_boardings = np.empty(run_count, dtype=np.int64)
    best = np.full(stops, UNREACHED, dtype=np.int64)
    best_start = np.full(stops, -1, dtype=np.int64)
    best_boardings = np.zeros(stops, dtype=np.int64)
    for number in range(len(starts)):
        scan(
            depart, arrive, from_stop, to_stop, run, firsts[number], origins, starts[number], minimum_connection,
            arrival, enter, leave_enter, leave, boardings, run_boardings,
        )  # fmt: skip
        for stop in range(stops):
            if arrival[stop] == UNREACHED:
                continue
            # The trip taken may leave later than `start`: time counts from when it leaves.
            position = stop
            while True:
                entered = leave_enter[position]
                if origins[from_stop[entered]]:
                    break
                position = from_stop[entered]
            duration = arrival[stop] - depart[entered]
            if duration < best[stop] or (duration == best[stop] and boardings[stop] < best_boardings[stop]):
                best[stop] = duration
                best_start[stop] = depart[entered]
                best_boardings[stop] = boardings[stop]
    return best, best_start
