"""Lanes that serve first come, first served, as a recursion over customers in order of arrival (Kiefer and Wolfowitz 1955).

Whoever comes takes the lane that is free first; when it will be free is known on arrival, so that no customer needs an event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles
from bbwnet.simulation.calendars import finish_s, next_open_s

if TYPE_CHECKING:
    from numpy.typing import NDArray


@njit(cache=True)
def replace_first(free_s: NDArray[np.float64], moment_s: float) -> None:
    """Put another moment in the place of the earliest of a binary heap (c lanes), and set the heap right."""
    place, count = 0, len(free_s)
    while True:
        child = 2 * place + 1
        if child >= count:
            break
        if child + 1 < count and free_s[child + 1] < free_s[child]:
            child += 1
        if free_s[child] >= moment_s:
            break
        free_s[place] = free_s[child]
        place = child
    free_s[place] = moment_s


@njit(cache=True)
def end_of_service(
    start_s: NDArray[np.float64],
    speed: NDArray[np.float64],
    begin_s: float,
    service_s: float,
    rests_while_closed: bool,  # noqa: FBT001
) -> float:
    """When a service that begins while it is open ends: it goes on at the pace it began with, or rests with the lanes."""
    if rests_while_closed:
        return float(finish_s(start_s, speed, begin_s, service_s))
    return float(begin_s + service_s / speed[np.searchsorted(start_s, begin_s, side="right") - 1])


@njit(cache=True)
def serve_each(  # noqa: PLR0913, PLR0917  one pass: its arrays one by one
    free_s: NDArray[np.float64],
    arrive_s: NDArray[np.float64],
    service_s: NDArray[np.float64],
    patience_s: NDArray[np.float64],
    calendar_start_s: NDArray[np.float64],
    calendar_speed: NDArray[np.float64],
    rests_while_closed: bool,  # noqa: FBT001
    start_s: NDArray[np.float64],
    leave_s: NDArray[np.float64],
) -> None:
    """Serve customers (n) in the order given, arrivals rising; `free_s` is the heap of lanes, kept between calls.

    Who would wait longer than his patience (an empty array: all wait) leaves when it ends; start is then infinite.
    """
    always = len(calendar_speed) == 1 and calendar_speed[0] == 1.0
    impatient = len(patience_s) > 0
    for row in range(len(arrive_s)):
        arrive = arrive_s[row]
        begin = max(arrive, free_s[0])
        if not always:
            begin = next_open_s(calendar_start_s, calendar_speed, begin)
        if impatient and begin - arrive > patience_s[row]:
            start_s[row], leave_s[row] = np.inf, arrive + patience_s[row]
            continue
        if begin == np.inf:
            start_s[row], leave_s[row] = np.inf, np.inf
            continue
        end = begin + service_s[row]
        if not always:
            end = end_of_service(calendar_start_s, calendar_speed, begin, service_s[row], rests_while_closed)
        start_s[row], leave_s[row] = begin, end
        replace_first(free_s, end)


@njit(cache=True)
def push_group(level_s: NDArray[np.float64], lanes: NDArray[np.float64], count: int, moment_s: float, some: float) -> int:
    """Add lanes that are free at a moment to the heap of groups; returns the number of groups."""
    place = count
    while place > 0:
        parent = (place - 1) // 2
        if level_s[parent] <= moment_s:
            break
        level_s[place], lanes[place] = level_s[parent], lanes[parent]
        place = parent
    level_s[place], lanes[place] = moment_s, some
    return count + 1


@njit(cache=True)
def pop_group(level_s: NDArray[np.float64], lanes: NDArray[np.float64], count: int) -> int:
    """Take the earliest group off the heap; returns the number of groups."""
    count -= 1
    moment, some = level_s[count], lanes[count]
    place = 0
    while True:
        child = 2 * place + 1
        if child >= count:
            break
        if child + 1 < count and level_s[child + 1] < level_s[child]:
            child += 1
        if level_s[child] >= moment:
            break
        level_s[place], lanes[place] = level_s[child], lanes[child]
        place = child
    level_s[place], lanes[place] = moment, some
    return count


@njit(cache=True)
def serve_cohorts(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917  one pass: its arrays one by one
    level_s: NDArray[np.float64],
    lanes: NDArray[np.float64],
    groups: int,
    arrive_s: NDArray[np.float64],
    service_s: NDArray[np.float64],
    number: NDArray[np.float64],
    patience_s: NDArray[np.float64],
    calendar_start_s: NDArray[np.float64],
    calendar_speed: NDArray[np.float64],
    rests_while_closed: bool,  # noqa: FBT001
    part: tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
) -> tuple[int, int]:
    """Serve cohorts (n) of so many units each, which need not be whole, with an equal service for each unit.

    Lanes are held as groups that become free together: units fill the group that is free first, then the next, as water does. Where the
    cohort is larger than all lanes together and they are all open, whole turns of the lanes are taken at once. `part` receives the
    pieces: row of the cohort, units, start, leave; whole turns give one piece at their mean. Returns groups and pieces; a
    negative number of pieces says that there was no room for more.
    """
    rows, units, starts, leaves = part
    always = len(calendar_speed) == 1 and calendar_speed[0] == 1.0
    impatient = len(patience_s) > 0
    all_lanes = 0.0
    for group in range(groups):
        all_lanes += lanes[group]
    pieces = 0
    for row in range(len(arrive_s)):
        arrive, service, left = arrive_s[row], service_s[row], number[row]
        filled, filled_begin, filled_end = 0.0, 0.0, -np.inf
        while left > 0.0:
            # Every turn of the loop writes at most one piece and adds at most one group.
            if pieces + 2 >= len(rows) or groups + 2 >= len(level_s):
                return groups, -1 - pieces
            # Those just filled go back before they are free first themselves, or before turns of all lanes together.
            if filled > 0.0 and (groups == 0 or filled_end <= level_s[0] or left >= 2 * all_lanes):
                groups = push_group(level_s, lanes, groups, filled_end, filled)
                filled = 0.0
            begin = max(arrive, level_s[0])
            if not always:
                begin = next_open_s(calendar_start_s, calendar_speed, begin)
            if begin == np.inf or (impatient and begin - arrive > patience_s[row]):
                rows[pieces], units[pieces], starts[pieces] = row, left, np.inf
                leaves[pieces] = arrive + patience_s[row] if impatient else np.inf
                pieces += 1
                break
            if always and left >= 2 * all_lanes and not impatient:
                latest = level_s[0]
                for group in range(1, groups):
                    latest = max(latest, level_s[group])
                if latest <= begin + service:
                    turns = np.floor(left / all_lanes)
                    mean = 0.0
                    for group in range(groups):
                        level_s[group] = max(level_s[group], arrive)
                        mean += lanes[group] * level_s[group]
                        level_s[group] += turns * service
                    mean = mean / all_lanes + (turns - 1) / 2 * service
                    rows[pieces], units[pieces], starts[pieces], leaves[pieces] = row, turns * all_lanes, mean, mean + service
                    pieces += 1
                    left -= turns * all_lanes
                    continue
            end = begin + service
            if not always:
                end = end_of_service(calendar_start_s, calendar_speed, begin, service, rests_while_closed)
            taken = min(left, lanes[0])
            if taken < lanes[0]:
                lanes[0] -= taken
            else:
                groups = pop_group(level_s, lanes, groups)
            if filled > 0.0 and (begin != filled_begin or end != filled_end):
                groups = push_group(level_s, lanes, groups, filled_end, filled)
                filled = 0.0
            if filled > 0.0:
                units[pieces - 1] += taken
            else:
                rows[pieces], units[pieces], starts[pieces], leaves[pieces] = row, taken, begin, end
                pieces += 1
            filled, filled_begin, filled_end = filled + taken, begin, end
            left -= taken
        if filled > 0.0:
            groups = push_group(level_s, lanes, groups, filled_end, filled)
    return groups, pieces
