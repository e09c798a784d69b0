"""Ways round what is closed: trees to a destination on the arcs that are open, and what a driver does before a closed one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles
from bbwnet.simulation.calendars import next_open_s
from bbwnet.simulation.road_heap import pop_event, push_event
from bbwnet.simulation.road_state import WANT_CLASS, WANT_EPOCH, WANT_NODE

if TYPE_CHECKING:
    from bbwnet.simulation.road_state import Ints, RoadArrays, Rows

CLASSES = 4
GOES, GIVES_UP, WANTS_TREE = range(3)


@njit(cache=True)
def speed_of(net: RoadArrays, arc: int, moment_s: float) -> float:
    """Speed of an arc at a moment; 0: closed."""
    row = net.calendar[arc]
    if row < 0:
        return 1.0
    first, last = net.calendar_first[row], net.calendar_first[row + 1]
    return float(net.calendar_speed[first + np.searchsorted(net.calendar_s[first:last], moment_s, side="right") - 1])


@njit(cache=True)
def tree_to(net: RoadArrays, destination: int, road_class: int, moment_s: float, next_arc: Rows) -> None:
    """The arc to take from every node to a destination over what is open at a moment (nodes), -1: no way. Dijkstra, backwards."""
    nodes, arcs = len(net.first_into) - 1, len(net.tail)
    cost = np.full(nodes, np.inf)
    second, sequence, what = np.empty(arcs + 2), np.empty(arcs + 2, np.int64), np.empty(arcs + 2, np.int32)
    next_arc[:] = -1
    cost[destination] = 0.0
    size = push_event(second, sequence, what, 0, 0.0, destination, destination)
    while size > 0:
        reached, node = second[0], what[0]
        size = pop_event(second, sequence, what, size)
        if reached > cost[node] or (net.no_through[node] and node != destination):
            continue
        for place in range(net.first_into[node], net.first_into[node + 1]):
            arc = net.into[place]
            speed = speed_of(net, arc, moment_s)
            if speed <= 0.0:
                continue
            found = reached + net.mean_seconds[road_class, arc] / speed
            tail = net.tail[arc]
            if found < cost[tail]:
                cost[tail], next_arc[tail] = found, arc
                size = push_event(second, sequence, what, size, found, tail, tail)


@njit(cache=True)
def way_on(  # noqa: PLR0913, PLR0917  one driver's choice: what he knows one by one
    net: RoadArrays,
    tree_of: Rows,
    next_arc: Rows,
    road_class: int,
    destination: int,
    arc: int,
    moment_s: float,
    tree: int,
    numbers: Ints,
) -> tuple[int, float, int, int]:
    """What a driver does who wants onto an arc at a moment: arc, moment, tree that he follows, and `GOES`, `GIVES_UP` or `WANTS_TREE`.

    Before a closed arc he waits as long as his patience, then takes another way as soon as there is one; without any he waits until the
    arc opens, or gives up where that is too long.
    """
    row = net.calendar[arc]
    if row < 0:
        return arc, moment_s, tree, GOES
    first, last = net.calendar_first[row], net.calendar_first[row + 1]
    opens_s = next_open_s(net.calendar_s[first:last], net.calendar_speed[first:last], moment_s)
    if opens_s - moment_s <= net.patience_s:
        return arc, opens_s, tree, GOES
    last_s = moment_s + max(net.give_up_s, net.patience_s)
    turns_s = moment_s + net.patience_s
    nodes = len(net.first_into) - 1
    for epoch in range(np.searchsorted(net.epoch_s, turns_s, side="right") - 1, len(net.epoch_s)):
        turns_s = max(turns_s, net.epoch_s[epoch])
        if turns_s >= opens_s or turns_s > last_s:
            break
        found = tree_of[(epoch * CLASSES + road_class) * nodes + destination]
        if found < 0:
            numbers[WANT_EPOCH], numbers[WANT_CLASS], numbers[WANT_NODE] = epoch, road_class, destination
            return arc, moment_s, tree, WANTS_TREE
        other = next_arc[found, net.tail[arc]]
        if other >= 0:
            return other, turns_s, found, GOES
    if opens_s > last_s:
        return arc, last_s, tree, GIVES_UP
    return arc, opens_s, tree, GOES
