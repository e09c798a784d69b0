"""Checks at the door of a terminal: lanes that take one person after the other, each the same time, in order of arrival.

A server with c lanes and a fixed time of service lets person x begin when person x - c is done, or when he comes (Kiefer and Wolfowitz
1955, for equal services). That holds for parts of persons too, so that cohorts are served by the measure of their count: the lanes at work
are kept as (free at, how many lanes), in order of time, and a cohort fills the earliest first, like water.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from numba import njit

from bbwnet.simulation.boarding_state import CHECKS, busy_of, calendar_s_of, calendar_speed_of, checked_of, counters_of, servers_of
from bbwnet.simulation.calendars import finish_s, next_open_s

if TYPE_CHECKING:
    from bbwnet.routing.clock import Whole
    from bbwnet.simulation.boarding_state import Addresses

ROOM = 1024
"""Different moments at which lanes of one server become free that are told apart; beyond, the last two count as the later."""

LEAST = 1e-12
"""Fewer persons, or lanes, than these are what sums leave."""


@njit(cache=True)
def serve(at: Addresses, number: Whole, arrive_s: float, count: float, cohort: Whole) -> float:
    """Check a cohort that comes to a server; the second at which the last of it is through. Calls must come in order of arrival."""
    servers = servers_of(at)
    busy = busy_of(at)
    calendar_s = calendar_s_of(at)
    calendar_speed = calendar_speed_of(at)
    checked = checked_of(at)
    counters = counters_of(at)
    server = servers[number]
    first, head, size = server["first"], server["head"], server["size"]
    begin, end = server["calendar"], server["calendar_end"]
    starts, speeds = calendar_s[begin:end], calendar_speed[begin:end]
    lanes = server["lanes"]
    idle = lanes
    # Lanes that are free again are all alike.
    while size and busy[first + head]["free_s"] <= arrive_s:
        head = (head + 1) % ROOM
        size -= 1
    for place in range(size):
        idle -= busy[first + (head + place) % ROOM]["lanes"]
    left, through, start_sum, leave_sum = count, arrive_s, 0.0, 0.0
    while left > LEAST:
        if idle > LEAST or size == 0:
            taken, moment = min(left, idle if size else lanes), arrive_s
            idle -= taken
        else:
            slot = first + head
            taken, moment = min(left, busy[slot]["lanes"]), max(arrive_s, busy[slot]["free_s"])
            busy[slot]["lanes"] -= taken
            if busy[slot]["lanes"] <= LEAST:
                head = (head + 1) % ROOM
                size -= 1
        start = next_open_s(starts, speeds, moment)
        done = finish_s(starts, speeds, start, server["service_s"])
        through = max(through, done)
        start_sum += taken * start
        leave_sum += taken * done
        left -= taken
        tail = first + (head + size - 1) % ROOM
        if size and (busy[tail]["free_s"] >= done or size == ROOM):
            busy[tail]["free_s"] = max(busy[tail]["free_s"], done)
            busy[tail]["lanes"] += taken
        else:
            tail = first + (head + size) % ROOM
            busy[tail]["free_s"], busy[tail]["lanes"] = done, taken
            size += 1
    server["head"], server["size"] = head, size
    note = checked[counters[CHECKS]]
    note["arrive_s"], note["start_s"], note["leave_s"] = arrive_s, start_sum / count, leave_sum / count
    note["count"], note["server"], note["cohort"] = count, number, cohort
    counters[CHECKS] += 1
    return through
