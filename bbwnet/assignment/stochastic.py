"""Stochastic user equilibrium: logit loading averaged over iterations until the volumes stand.

Method of successive averages with self-regulated steps: Liu, He and He (2009), "Method of successive weighted averages and
self-regulated averaging schemes in stochastic user equilibrium problems", Networks and Spatial Economics 9: the step 1/β shrinks faster
while the volumes move apart (β + 1.8) and slower while they come together (β + 0.1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bbwnet.assignment.delays import times
from bbwnet.assignment.stochastic_kernels import load_logit, node_order
from bbwnet.assignment.tree_kernels import NO_LINK, grow_tree
from bbwnet.errors import RunError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.assignment.sorted_roads import SortedRoads

_SLOWER, _FASTER = 1.8, 0.1


class LogitLoading:
    """Volumes of each class on one network by logit shares."""

    def __init__(self, roads: SortedRoads, dispersion: float, memory_limit_mb: float) -> None:
        """Order the nodes from every origin at free flow; raises `RunError` if that takes more memory than allowed."""
        size_mb = 8e-6 * roads.row_count * roads.node_count
        if size_mb > memory_limit_mb:
            raise RunError(
                f"the orders of nodes from {roads.row_count:,} origins need {size_mb:,.0f} MB, the bound is {memory_limit_mb:g} MB"
            )
        self._roads = roads
        self._dispersion = dispersion
        free = times(roads.delays, roads.preload)
        self._orders = [self._order(roads.class_fixed[road_class] + free, origin) for road_class, origin in self._rows()]
        self._places = np.full((roads.row_count, roads.node_count), -1, dtype=np.int32)
        for row, order in enumerate(self._orders):
            self._places[row, order] = np.arange(len(order), dtype=np.int32)

    def _rows(self) -> list[tuple[int, int]]:
        pairs = self._roads.pairs
        return list(zip(pairs.row_class.tolist(), pairs.row_origin.tolist(), strict=True))

    def _order(self, cost: NDArray[np.float64], origin: int) -> NDArray[np.int32]:
        roads = self._roads
        least, last_link = np.empty(roads.node_count), np.full(roads.node_count, NO_LINK, dtype=np.int32)
        key, item = np.empty(roads.link_count + 1), np.empty(roads.link_count + 1, dtype=np.int32)
        grow_tree(roads.first_link, roads.head, cost, roads.is_end, origin, least, last_link, key, item)
        found: NDArray[np.int32] = node_order(least, last_link, roads.tail, origin)
        return found

    def unassigned(self) -> NDArray[np.int64]:
        """Pairs that no way joins."""
        pairs = self._roads.pairs
        row_of_pair = np.repeat(np.arange(self._roads.row_count), np.diff(pairs.first_pair))
        return np.flatnonzero(self._places[row_of_pair, pairs.destination] < 0)

    def load(self, time: NDArray[np.float64]) -> NDArray[np.float64]:
        """Volumes (classes × links, pcu) of all trips at given times."""
        roads, pairs = self._roads, self._roads.pairs
        volume = np.zeros_like(roads.class_fixed)
        for row, (road_class, _) in enumerate(self._rows()):
            waiting = np.zeros(roads.node_count)
            mine = slice(pairs.first_pair[row], pairs.first_pair[row + 1])
            waiting[pairs.destination[mine]] = pairs.demand[mine]
            waiting[self._places[row] < 0] = 0.0
            cost = roads.class_fixed[road_class] + time
            load_logit(
                roads.first_link, roads.head, cost, roads.is_end, self._orders[row], self._places[row], self._dispersion, waiting,
                volume[road_class],
            )  # fmt: skip
        return volume

    def equilibrate(self, gap: float, most_iterations: int) -> tuple[NDArray[np.float64], float, int]:
        """Average until the volumes change by less than `gap` of their sum; return volumes (classes × links, pcu), gap, iterations."""
        preload = self._roads.preload
        volume = self.load(times(self._roads.delays, preload))
        weight, before, iterations = 1.0, np.inf, 0
        while True:
            target = self.load(times(self._roads.delays, preload + volume.sum(axis=0)))
            total = float(volume.sum())
            residual = float(np.abs(target - volume).sum()) / total if total > 0 else 0.0
            if residual <= gap or iterations == most_iterations:
                return volume, residual, iterations
            iterations += 1
            weight += _SLOWER if residual >= before else _FASTER
            volume += (target - volume) / weight
            before = residual
