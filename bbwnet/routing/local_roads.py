"""Ways over roads near a place: seconds by car and kilometres on foot between nodes, terminals and borders not crossed on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from scipy.sparse.csgraph import dijkstra

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles
from bbwnet.network.least_cost import cheapest_arcs
from bbwnet.network.terminals import NO_THROUGH_KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.network.state import NetworkState


@dataclass(frozen=True)
class Reach:
    """What is reached from (or to) some nodes; infinite where it is too far."""

    car_s: NDArray[np.float64]
    """Seconds by car (n periods x n rows x n nodes)."""
    car_km: NDArray[np.float64]
    """Kilometres of the quickest way by car in the first period (n rows x n nodes)."""
    walk_km: NDArray[np.float64]
    """Kilometres of the shortest way (n rows x n nodes)."""


class LocalRoads:
    """Least-time and shortest ways by road in one state, with limits; borders, and ferries if so asked, are left out.

    Ways begin and end at stations and airports but do not cross them. A ferry's mean wait is in its seconds (`car_times`).
    """

    def __init__(self, network: Network, state: NetworkState, without: tuple[str, ...]) -> None:
        """Take the arcs that cars can use, those of the modes in `without` apart."""
        star = network.graph
        self._size = star.node_count
        off = network.links["mode"].isin(without).to_numpy()[star.link]
        by_period = np.stack([state.passable_car_seconds(network, period) for period in range(len(state.period_start_s))])
        arcs = np.flatnonzero((by_period >= 0).all(axis=0) & ~off)
        self._seconds = by_period[:, arcs].astype(np.float64)
        self._length_km = network.links["length_km"].to_numpy(dtype=np.float64)[star.link[arcs]]
        self._tail, self._head = star.tail[arcs].astype(np.int64), star.head[arcs].astype(np.int64)
        self._no_through = np.flatnonzero(network.nodes["kind"].isin(NO_THROUGH_KINDS).to_numpy(dtype=np.bool_))
        self._twin = np.arange(self._size)
        self._twin[self._no_through] = self._size + np.arange(len(self._no_through))

    def reach(self, rows: Sequence[int] | NDArray[np.int64], limit_s: float, limit_km: float, *, backward: bool = False) -> Reach:
        """Seconds and kilometres from the nodes `rows` to every node, or with `backward` from every node to them."""
        tail, head = (self._head, self._tail) if backward else (self._tail, self._head)
        # What leaves a node that is not crossed leaves its twin, at which only searches begin.
        begin = self._twin[tail]
        nodes = self._size + len(self._no_through)
        sources = self._twin[np.array(rows, dtype=np.int64)]
        car, km = [], np.zeros((len(rows), self._size))
        for period, seconds in enumerate(self._seconds):
            arc, matrix = cheapest_arcs(nodes, begin, head, seconds)
            distance, predecessor = dijkstra(matrix, directed=True, indices=sources, limit=limit_s, return_predecessors=True)
            if period == 0:
                lengths = _lengths_along(distance, predecessor, matrix.indptr, matrix.indices, self._length_km[arc])
                km = self._at_home(lengths, rows)
            car.append(self._at_home(distance, rows))
        _, by_length = cheapest_arcs(nodes, begin, head, self._length_km)
        walk = dijkstra(by_length, directed=True, indices=sources, limit=limit_km)
        return Reach(np.stack(car), km, self._at_home(walk, rows))

    def _at_home(self, values: NDArray[np.float64], rows: Sequence[int] | NDArray[np.int64]) -> NDArray[np.float64]:
        """Values of the nodes themselves; from a node to itself it is nothing."""
        own = values[:, : self._size].copy()
        own[np.arange(len(rows)), np.array(rows, dtype=np.int64)] = 0.0
        return own


def _lengths_along(
    distance: NDArray[np.float64],
    predecessor: NDArray[np.int32],
    first: NDArray[np.int32],
    head: NDArray[np.int32],
    length_km: NDArray[np.float64],
) -> NDArray[np.float64]:
    order = np.argsort(distance, axis=1, kind="stable")
    return _sum_lengths(order, distance, predecessor, first, head, length_km)


@njit(cache=True)
def _sum_lengths(
    order: NDArray[np.int64],
    distance: NDArray[np.float64],
    predecessor: NDArray[np.int32],
    first: NDArray[np.int32],
    head: NDArray[np.int32],
    length_km: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Kilometres along each tree: those to the node before, and of the arc from it; infinite where there is no way."""
    km = np.full(distance.shape, np.inf)
    for row in range(len(order)):
        for node in order[row]:
            if distance[row, node] == np.inf:
                break
            before = predecessor[row, node]
            if before < 0:
                km[row, node] = 0.0
                continue
            for arc in range(first[before], first[before + 1]):
                if head[arc] == node:
                    km[row, node] = km[row, before] + length_km[arc]
                    break
    return km
