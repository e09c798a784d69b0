"""Trucks of consignments on roads that are closed or slowed: they wait before what is closed, or drive round it.

Who sends them knows when roads open again: of the usual way with its waits, and the quickest way over all roads from that moment on,
they take the one that is there sooner. Queues of other vehicles are those of the part `roads`, not of these.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles
from bbwnet.simulation.calendars import finish_s
from bbwnet.simulation.freight_day import Passage
from bbwnet.simulation.road_heap import pop_event, push_event

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.simulation.freight_day import HaulRoads
    from bbwnet.simulation.world import World

_ROUNDING_S: Final = 1e-6


class TruckHauls:
    """Hauls between sites on the roads of the simulated days."""

    def __init__(self, world: World, roads: HaulRoads) -> None:
        """Find the roads that are closed or slowed at any time."""
        self._roads = roads
        found = [(arc, world.closures.of_link(link)) for arc, link in enumerate(roads.links) if link]
        self._disturbed = {arc: calendar for arc, calendar in found if not calendar.is_always_open}
        self._passages: dict[tuple[int, int], Passage] = {}
        if not self._disturbed:
            return
        calendars = list(self._disturbed.values())
        self._row = np.full(len(roads.links), -1, dtype=np.int64)
        self._row[list(self._disturbed)] = np.arange(len(calendars))
        self._first = np.concatenate([[0], np.cumsum([len(item.start_s) for item in calendars])]).astype(np.int64)
        self._start_s = np.concatenate([item.start_s for item in calendars])
        self._speed = np.concatenate([item.speed for item in calendars])
        nodes = len(roads.no_through)
        self._out = np.argsort(roads.tail, kind="stable").astype(np.int64)
        self._first_out = np.searchsorted(roads.tail[self._out], np.arange(nodes + 1)).astype(np.int64)

    def begins_s(self, start: int, end: int, leave_s: float) -> float:
        """When who wants to leave one site for another would have to begin an undisturbed haul to be there as soon; infinite if never."""
        usual_s = float(self._roads.seconds[start, end])
        if not self._disturbed or not math.isfinite(usual_s):
            return leave_s if math.isfinite(usual_s) else math.inf
        there_s = self._usual_way_s(start, end, leave_s)
        if there_s - leave_s - usual_s > _ROUNDING_S:
            node = self._roads.site_node
            there_s = min(
                there_s,
                earliest_s(
                    self._roads.head, self._roads.arc_s, self._roads.no_through, self._out, self._first_out, self._row, self._first,
                    self._start_s, self._speed, int(node[start]), int(node[end]), leave_s,
                ),
            )  # fmt: skip
        late_s = there_s - leave_s - usual_s
        return leave_s + late_s if late_s > _ROUNDING_S else leave_s

    def _usual_way_s(self, start: int, end: int, leave_s: float) -> float:
        """When the usual way leads there; infinite where it is not known."""
        if (start, end) not in self._passages:
            arcs = self._roads.ways.get((start, end))
            if arcs is None:
                return math.inf
            before, closures = 0.0, []
            for arc in arcs:
                if arc in self._disturbed:
                    closures.append((before, float(self._roads.arc_s[arc]), self._disturbed[arc]))
                before += float(self._roads.arc_s[arc])
            self._passages[start, end] = Passage.of(float(self._roads.seconds[start, end]), closures)
        return self._passages[start, end].arrive_s(leave_s)


@njit(cache=True)
def earliest_s(  # noqa: PLR0913, PLR0917  a graph and its calendars, array by array
    head: NDArray[np.int64],
    arc_s: NDArray[np.float64],
    no_through: NDArray[np.bool_],
    out: NDArray[np.int64],
    first_out: NDArray[np.int64],
    row: NDArray[np.int64],
    first: NDArray[np.int64],
    start_s: NDArray[np.float64],
    speed: NDArray[np.float64],
    origin: int,
    destination: int,
    leave_s: float,
) -> float:
    """Earliest arrival of who leaves a node at a moment, waits before closed arcs counted; infinite without a way.

    Dijkstra on arrival times: who enters an arc later leaves it later (Cooke and Halsey 1966), so that the first time found is the least.
    """
    reached = np.full(len(no_through), np.inf)
    second, sequence, what = np.empty(len(head) + 2), np.empty(len(head) + 2, np.int64), np.empty(len(head) + 2, np.int32)
    reached[origin] = leave_s
    size = push_event(second, sequence, what, 0, leave_s, origin, origin)
    while size > 0:
        now, node = second[0], what[0]
        size = pop_event(second, sequence, what, size)
        if node == destination:
            return float(now)
        if now > reached[node] or (no_through[node] and node != origin):
            continue
        for place in range(first_out[node], first_out[node + 1]):
            arc = out[place]
            own = row[arc]
            there = now + arc_s[arc]
            if own >= 0:
                there = finish_s(start_s[first[own] : first[own + 1]], speed[first[own] : first[own + 1]], now, arc_s[arc])
            if there < reached[head[arc]]:
                reached[head[arc]] = there
                size = push_event(second, sequence, what, size, there, head[arc], head[arc])
    return np.inf
