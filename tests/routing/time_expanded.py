"""An oracle for journeys with no code shared with bbwnet: a time-expanded graph, networkx Dijkstra, and every second of leaving tried.

It knows from the documentation only what a gate, a period, a point and a way are. Whole seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import networkx as nx
import numpy as np
from numpy.typing import NDArray

DAY = 86_400
THERE = -1
"""Node of the graph: the destination."""
BOARDING = 10**9
"""One boarding against seconds: arrivals are compared first, so seconds are multiplied by this."""

Array = NDArray[np.int64]


class AWay(NamedTuple):
    """A way: seconds by period up to a gate (-1: none, and the whole way), seconds by period after it."""

    row: int
    to: int
    before: tuple[int, ...]
    gate: int
    after: tuple[int, ...]


class Border(NamedTuple):
    """A gate."""

    open_s: int
    span_s: int
    dwell_s: int


class Hop(NamedTuple):
    """A trip of a day from one call to the next, between a boarding and an alighting point; -1: not here."""

    depart: int
    arrive: int
    run: int
    board: int
    alight: int


@dataclass(frozen=True)
class Small:
    """One origin, one destination, a few points and trips on some days."""

    periods: tuple[int, ...]
    borders: tuple[Border, ...]
    points: int
    hops: tuple[Hop, ...]
    runs: int
    access: tuple[AWay, ...]
    transfers: tuple[AWay, ...]
    egress: tuple[AWay, ...]
    direct: tuple[AWay, ...]


class Oracle:
    """What the documentation says, tried out second by second and edge by edge."""

    def __init__(self, small: Small, first_start: int, last_start: int) -> None:
        self.small = small
        self.first = first_start
        # No way takes longer than the wait for a border and some hours.
        end = max(last_start + DAY + 8 * 3600, max((hop.depart for hop in small.hops), default=0) + 1)
        seconds = np.arange(first_start, end, dtype=np.int64)
        # Least arrival of who sets out at each second or later.
        self.access = [(way, self.or_later(self.arrivals(way, seconds))) for way in small.access]
        self.direct = [self.or_later(self.arrivals(way, seconds)) for way in small.direct]
        self.to_go = self._to_go()

    def _period(self, second: Array) -> Array:
        of_day = second - np.floor(second / DAY).astype(np.int64) * DAY
        return np.searchsorted(self.small.periods, of_day, side="right") - 1

    def arrivals(self, way: AWay, second: Array) -> Array:
        """Arrival of who sets out at each second."""
        second = second + np.array(way.before)[self._period(second)]
        if way.gate >= 0:
            border = self.small.borders[way.gate]
            # The first opening that has not ended: pass now, or wait for its begin.
            begins = [border.open_s + day * DAY for day in range(-3, 8)]
            passed = np.full(len(second), 10**12)
            for begin in begins:
                passed = np.where(second <= begin + border.span_s, np.minimum(passed, np.maximum(second, begin)), passed)
            second = passed + border.dwell_s
            second = second + np.array(way.after)[self._period(second)]
        return second

    def _to_go(self) -> dict[int, tuple[int, int]]:
        """From being aboard at the beginning of each hop: arrival, and boardings still to come. Dijkstra on the graph turned round."""
        hops = self.small.hops
        graph: nx.DiGraph[int] = nx.DiGraph()
        graph.add_node(THERE)
        graph.add_nodes_from(range(len(hops)))
        offs = np.array([hop.arrive for hop in hops], dtype=np.int64)

        def add(head: int, tail: int, seconds: int, boardings: int) -> None:
            cost = seconds * BOARDING + boardings
            known = graph[head][tail]["cost"] if graph.has_edge(head, tail) else cost
            graph.add_edge(head, tail, cost=min(cost, known))

        following: dict[int, int] = {}
        at_point: dict[int, list[int]] = {}
        for tail in range(len(hops) - 1, -1, -1):
            hop = hops[tail]
            if hop.run in following:
                head = following[hop.run]
                add(head, tail, hops[head].depart - hop.depart, 0)
            following[hop.run] = tail
            at_point.setdefault(hop.board, []).append(tail)
        for way in self.small.transfers:
            ready = self.arrivals(way, offs)
            for tail, hop in enumerate(hops):
                for head in at_point.get(way.to, ()) if hop.alight == way.row else ():
                    if hops[head].depart >= ready[tail]:
                        add(head, tail, hops[head].depart - hop.depart, 1)
        for way in self.small.egress:
            there = self.arrivals(way, offs)
            for tail, hop in enumerate(hops):
                if hop.alight == way.row:
                    add(THERE, tail, int(there[tail]) - hop.depart, 0)
        cost = nx.single_source_dijkstra_path_length(graph, THERE, weight="cost")
        return {tail: (hops[tail].depart + int(value) // BOARDING, int(value) % BOARDING) for tail, value in cost.items() if tail != THERE}

    @staticmethod
    def or_later(arrivals: Array) -> Array:
        return np.minimum.accumulate(arrivals[::-1])[::-1]

    def latest(self, table: Array, target: int) -> int:
        """Latest second to set out and arrive by `target`, of all that there are; before the first if none will do."""
        return self.first + int(np.searchsorted(table, target, side="right")) - 1

    def candidates(self, start: int) -> list[tuple[int, int, int]]:
        """Arrival, boardings and latest leaving of everything worth trying."""
        found = []
        for table in self.direct:
            arrive = int(table[start - self.first])
            found.append((arrive, 0, self.latest(table, arrive)))
        for number, (arrive, boardings) in self.to_go.items():
            hop = self.small.hops[number]
            for way, table in self.access:
                if way.to == hop.board and hop.depart >= start:
                    leave = self.latest(table, hop.depart)
                    if leave >= start:
                        found.append((arrive, boardings + 1, leave))
        return found

    def fewest(self, start: int) -> tuple[int, int, int] | None:
        return min(self.candidates(start), key=lambda item: (item[0], item[1], -item[2]), default=None)

    def planned(self, start: int) -> tuple[int, int, int] | None:
        return min(self.candidates(start), key=lambda item: (item[0], -item[2], item[1]), default=None)
