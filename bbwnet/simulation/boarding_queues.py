"""Queues of pieces of cohorts, bookings of runs, and the search for the run that arrives first; compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles
from bbwnet.scenario.schema.base import DAY_SECONDS
from bbwnet.simulation.boarding_state import (
    FIRST_DAY,
    FREE,
    LATEST_S,
    N_CALLS,
    N_DAYS,
    N_TRIPS,
    NONE,
    USED,
    booked_of,
    calls_of,
    counters_of,
    patterns_of,
    pieces_of,
    position_of,
    queues_of,
    runs_of,
    stop_first_of,
    stop_pattern_of,
    stop_position_of,
    totals_of,
    trips_of,
)

if TYPE_CHECKING:
    from bbwnet.routing.clock import Whole
    from bbwnet.simulation.boarding_state import Addresses

LEAST = 1e-9
"""Less room than for this many persons is what sums leave."""


@njit(cache=True)
def free_piece(at: Addresses, piece: Whole) -> None:
    """Give the room of a piece back, whoever was in it."""
    pieces = pieces_of(at)
    counters = counters_of(at)
    pieces[piece]["count"] = 0.0
    pieces[piece]["next"] = counters[FREE]
    counters[FREE] = piece


@njit(cache=True)
def split_piece(at: Addresses, piece: Whole, count: float) -> int:
    """Take so many persons out of a piece; the new piece of those, in no queue."""
    pieces = pieces_of(at)
    counters = counters_of(at)
    new = counters[FREE]
    if new == NONE:
        new = counters[USED]
        if new == len(pieces):
            raise IndexError("no room for another piece of a cohort")
        counters[USED] += 1
    else:
        counters[FREE] = pieces[new]["next"]
    pieces[new] = pieces[piece]
    pieces[new]["count"] = count
    pieces[new]["next"] = NONE
    pieces[new]["before"] = NONE
    pieces[piece]["count"] -= count
    return int(new)


@njit(cache=True, inline="always")
def sooner(at: Addresses, first: Whole, second: Whole) -> bool:
    """Whether a piece was ready before another, at equal seconds whether its cohort comes first."""
    pieces = pieces_of(at)
    one, other = pieces[first], pieces[second]
    return bool(one["ready_s"] < other["ready_s"] or (one["ready_s"] == other["ready_s"] and one["cohort"] < other["cohort"]))


@njit(cache=True)
def push(at: Addresses, number: Whole, piece: Whole) -> None:
    """Put a piece in its place in the list of a queue, looked for from the end."""
    pieces = pieces_of(at)
    queues = queues_of(at)
    queue = queues[number]
    after = queue["tail"]
    while after != NONE and sooner(at, piece, after):
        after = pieces[after]["before"]
    follower = queue["head"] if after == NONE else pieces[after]["next"]
    pieces[piece]["before"], pieces[piece]["next"] = after, follower
    if after == NONE:
        queue["head"] = piece
    else:
        pieces[after]["next"] = piece
    if follower == NONE:
        queue["tail"] = piece
    else:
        pieces[follower]["before"] = piece


@njit(cache=True, inline="always")
def peek(at: Addresses, number: Whole) -> int:
    """First piece of a queue; NONE if it is empty."""
    queues = queues_of(at)
    queue = queues[number]
    late = queue["head"]
    if queue["fresh"] < queue["fresh_end"] and (late == NONE or sooner(at, queue["fresh"], late)):
        return int(queue["fresh"])
    return int(late)


@njit(cache=True, inline="always")
def drop(at: Addresses, number: Whole, piece: Whole) -> None:
    """Take the first piece out of a queue."""
    pieces = pieces_of(at)
    queues = queues_of(at)
    queue = queues[number]
    if piece == queue["head"]:
        queue["head"] = pieces[piece]["next"]
        if queue["head"] == NONE:
            queue["tail"] = NONE
        else:
            pieces[queue["head"]]["before"] = NONE
    else:
        queue["fresh"] += 1


@njit(cache=True)
def settle_fresh(at: Addresses, number: Whole) -> None:
    """Put what is left of the sorted slice of a queue into its list, so that there may be a new slice."""
    queues = queues_of(at)
    queue = queues[number]
    while queue["fresh"] < queue["fresh_end"]:
        piece = queue["fresh"]
        queue["fresh"] += 1
        push(at, number, piece)


@njit(cache=True, inline="always")
def midnight(at: Addresses, run: Whole) -> float:
    """Second at which the day of a run begins."""
    counters = counters_of(at)
    return float((counters[FIRST_DAY] - 1 + run // counters[N_TRIPS]) * DAY_SECONDS)


@njit(cache=True, inline="always")
def row_of(at: Addresses, run: Whole, position: Whole) -> int:
    """Row of a call of a run among those of all runs."""
    trips = trips_of(at)
    counters = counters_of(at)
    trip = run % counters[N_TRIPS]
    return int(run // counters[N_TRIPS] * counters[N_CALLS] + trips[trip]["first_call"] + position)


@njit(cache=True, inline="always")
def within(at: Addresses, run: Whole) -> bool:
    """Whether a run is of one of the simulated days."""
    runs = runs_of(at)
    return bool(0 <= run < len(runs))


@njit(cache=True, inline="always")
def serves(at: Addresses, run: Whole, start: Whole, end: Whole) -> bool:
    """Whether a run may still be boarded at a position and goes on to another."""
    runs = runs_of(at)
    return bool(within(at, run) and runs[run]["left"] <= start and runs[run]["end"] >= end)


@njit(cache=True)
def book(at: Addresses, run: Whole, start: Whole, end: Whole, count: float) -> None:
    """Add persons (or take them off) to the bookings of the hops between two positions of a run."""
    booked = booked_of(at)
    row = row_of(at, run, 0)
    for hop in range(start, end):
        booked[row + hop] += count


@njit(cache=True)
def seats_left(at: Addresses, run: Whole, start: Whole, end: Whole) -> float:
    """Seats that are booked on no hop between two positions."""
    runs = runs_of(at)
    booked = booked_of(at)
    capacity = runs[run]["capacity"]
    if capacity == np.inf:
        return np.inf
    row, most = row_of(at, run, 0), 0.0
    for hop in range(start, end):
        most = max(most, booked[row + hop])
    return float(capacity - most)


@njit(cache=True)
def first_of_pattern(at: Addresses, pattern: Whole, start: Whole, end: Whole, ready_s: float, now: float) -> tuple[int, float, float]:
    """First run of a pattern with a seat that leaves a position at a second or later: run, departure and arrival at another."""
    runs = runs_of(at)
    trips = trips_of(at)
    calls = calls_of(at)
    patterns = patterns_of(at)
    counters = counters_of(at)
    totals = totals_of(at)
    line, latest = patterns[pattern], totals[LATEST_S]
    days, count = counters[N_DAYS], counters[N_TRIPS]
    first, beyond = line["first_trip"], line["first_trip"] + line["trips"]
    base = (counters[FIRST_DAY] - 1) * DAY_SECONDS
    last_s = calls[trips[beyond - 1]["first_call"] + start]["depart_s"]
    day = max(0, int(np.ceil((ready_s - latest - last_s - base) / DAY_SECONDS)))
    while day < days:
        midnight = base + day * DAY_SECONDS
        low, high = first, beyond
        while low < high:
            middle = (low + high) // 2
            if calls[trips[middle]["first_call"] + start]["depart_s"] + midnight < ready_s - latest:
                low = middle + 1
            else:
                high = middle
        for trip in range(low, beyond):
            run = day * count + trip
            if not serves(at, run, start, end):
                continue
            call = trips[trip]["first_call"]
            late = runs[run]["late_s"]
            leaves = max(calls[call + start]["depart_s"] + midnight + late, now)
            if leaves < ready_s or seats_left(at, run, start, end) <= LEAST:
                continue
            return run, leaves, calls[call + end]["arrive_s"] + midnight + late
        day += 1
    return NONE, np.inf, np.inf


@njit(cache=True)
def best_run(at: Addresses, stop: Whole, target: Whole, mode: Whole, ready_s: float, now: float) -> tuple[int, int, int, float]:
    """The run that gets from a stop to another first: run, positions of boarding and leaving, departure. Ties go to the lowest run."""
    patterns = patterns_of(at)
    position = position_of(at)
    stop_first = stop_first_of(at)
    stop_pattern = stop_pattern_of(at)
    stop_position = stop_position_of(at)
    found, board, leave, depart, arrive = NONE, 0, 0, np.inf, np.inf
    for row in range(stop_first[stop], stop_first[stop + 1]):
        pattern, start = stop_pattern[row], stop_position[row]
        end = position[pattern, target]
        if end <= start or patterns[pattern]["mode"] != mode or patterns[pattern]["queue"] != NONE:
            continue
        run, leaves, comes = first_of_pattern(at, pattern, start, end, ready_s, now)
        if run != NONE and (comes < arrive or (comes == arrive and run < found)):
            found, board, leave, depart, arrive = run, start, end, leaves, comes
    return found, board, leave, depart
