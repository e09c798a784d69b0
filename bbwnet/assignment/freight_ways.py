"""Least-cost ways of one mode between its terminals: figures along them, and the arcs that flows over them load."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse.csgraph import dijkstra

from bbwnet.assignment.freight_kernels import least_sum, load_trees, sum_along_trees
from bbwnet.network.least_cost import cheapest_arcs

if TYPE_CHECKING:
    from numpy.typing import NDArray

_AT_ORIGIN = -2


@dataclass(frozen=True)
class ModeArcs:
    """Directed arcs of one mode over nodes numbered from 0."""

    node_count: int
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    hours: NDArray[np.float64]
    money: NDArray[np.float64]
    """CNY of a truck (roads) or of a tonne."""
    km: NDArray[np.float64]
    link: NDArray[np.int64]
    """Row of the link in the network's links; -1: a connector that stands for a road not in the data."""
    backward: NDArray[np.bool_]
    no_through: NDArray[np.bool_]
    """Nodes where ways begin and end only (nodes)."""


def _without_lone_nodes(arcs: ModeArcs, nodes: NDArray[np.int64]) -> tuple[ModeArcs, NDArray[np.int64], int]:
    """The arcs and terminals over nodes that are the end of an arc or a terminal, numbered anew in their order."""
    used = np.unique(np.concatenate([arcs.tail, arcs.head, nodes]))
    tail, head, places = (np.searchsorted(used, rows) for rows in (arcs.tail, arcs.head, nodes))
    return replace(arcs, node_count=len(used), tail=tail, head=head, no_through=arcs.no_through[used]), places, len(used)


@dataclass(frozen=True)
class ModeWays:
    """Ways of least cost between n terminals over the arcs of a mode."""

    arcs: ModeArcs
    nodes: NDArray[np.int64]
    """Node of each terminal, as numbered in `arcs`."""
    hours: NDArray[np.float64]
    """n x n: hours on the way, infinite where no way leads, 0 to itself."""
    money: NDArray[np.float64]
    km: NDArray[np.float64]
    _order: NDArray[np.int64]
    _before: NDArray[np.int64]
    _arc: NDArray[np.int64]

    @classmethod
    def least(cls, arcs: ModeArcs, nodes: NDArray[np.int64], hour_cny: float) -> ModeWays:
        """Ways of least money and time between terminals, an hour worth `hour_cny`; of equals the first by order of nodes."""
        arcs, nodes, count = _without_lone_nodes(arcs, nodes)
        closed = np.flatnonzero(arcs.no_through)
        # A node that no way passes is two: one where ways end, and behind all others one where they begin.
        start = np.arange(count)
        start[closed] = count + np.arange(len(closed))
        size = count + len(closed)
        kept, matrix = cheapest_arcs(size, start[arcs.tail], arcs.head, arcs.money + hour_cny * arcs.hours)
        origins = start[nodes]
        shape = (len(nodes), size)
        if len(nodes) and len(kept):
            cost, found = dijkstra(matrix, directed=True, indices=origins, return_predecessors=True)
            cost, before = np.atleast_2d(cost), np.atleast_2d(found).astype(np.int64)
        else:
            cost, before = np.full(shape, np.inf), np.full(shape, -1, dtype=np.int64)
            cost[np.arange(len(nodes)), origins] = 0.0
        before[before < 0] = -1
        pair = start[arcs.tail[kept]] * size + arcs.head[kept]
        place = np.searchsorted(pair, before * size + np.arange(size))
        arc = np.where(before >= 0, kept[np.minimum(place, max(len(kept) - 1, 0))] if len(kept) else -1, -1)
        arc[np.arange(len(nodes)), origins] = _AT_ORIGIN
        order = np.argsort(cost, axis=1, kind="stable")
        total = np.empty((len(nodes), size, 3))
        sum_along_trees(order, before, arc, np.column_stack([arcs.hours, arcs.money, arcs.km]), total)
        figures = total[:, nodes]
        figures[np.arange(len(nodes)), np.arange(len(nodes))] = 0.0
        hours, money, km = (np.ascontiguousarray(figures[:, :, k]) for k in range(3))
        return cls(arcs, nodes, hours, money, km, order, before, arc)

    def way(self, start: int, end: int) -> list[int]:
        """Arcs from a terminal to another in their order; raises `ValueError` where no way leads."""
        node, arcs = int(self.nodes[end]), list[int]()
        if start == end:
            return arcs
        while self._arc[start, node] != _AT_ORIGIN:
            arc = int(self._arc[start, node])
            if arc < 0:
                raise ValueError(f"no way from terminal {start} to {end}")
            arcs.append(arc)
            node = int(self._before[start, node])
        return arcs[::-1]

    def loads(self, flow: NDArray[np.float64]) -> NDArray[np.float64]:
        """Load on each arc (a x c) of flows between terminals (n x n x c); those from a terminal to itself load nothing."""
        count = flow.shape[2]
        spread = np.zeros((*self._order.shape, count))
        own = flow.copy()
        own[np.arange(len(self.nodes)), np.arange(len(self.nodes))] = 0.0
        for place, node in enumerate(self.nodes.tolist()):
            spread[:, node] += own[:, place]
        load = np.zeros((len(self.arcs.tail), count))
        load_trees(self._order, self._before, self._arc, spread, load)
        return load


def least_over(first: NDArray[np.float64], second: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Least of first (n x k) + second (k x m) over k (n x m), and which k; infinite and -1 where there is none."""
    least = np.empty((first.shape[0], second.shape[1]))
    middle = np.empty(least.shape, dtype=np.int64)
    least_sum(np.ascontiguousarray(first), np.ascontiguousarray(second), least, middle)
    return least, middle
