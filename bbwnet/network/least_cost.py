"""Least-cost ways on arcs (seconds or kilometres): one tree per origin, parallel arcs reduced by minimum, never by sum."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags_array
from scipy.sparse.csgraph import dijkstra

SMALLEST_COST = 1e-6
"""A zero cost would vanish from a sparse graph; a millionth (of a second, of a kilometre) keeps it and changes no result."""


def cheapest_arcs(
    node_count: int, tail: NDArray[np.int64], head: NDArray[np.int64], cost: NDArray[np.float64]
) -> tuple[NDArray[np.int64], csr_matrix]:
    """Reduce parallel arcs to the cheapest, the first of equals: their positions, sorted by ends, and the matrix of costs."""
    order = np.lexsort((np.arange(len(tail)), cost, head, tail))
    pair = tail[order] * node_count + head[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = pair[1:] != pair[:-1]
    arc = order[first]
    matrix = csr_matrix((np.maximum(cost[arc], SMALLEST_COST), (tail[arc], head[arc])), shape=(node_count, node_count))
    return arc, matrix


class LeastCostWays:
    """Least-cost ways between nodes; the tree of each origin is computed once (scipy's Dijkstra)."""

    def __init__(
        self,
        node_count: int,
        tail: NDArray[np.int64],
        head: NDArray[np.int64],
        cost: NDArray[np.float64],
        no_through: NDArray[np.bool_] | None = None,
    ) -> None:
        """Take arcs by their end nodes and cost; of parallel arcs the cheapest is kept, the first of equals.

        Ways may begin and end at the nodes of `no_through` (n nodes), but not pass them.
        """
        self._arc, self._matrix = cheapest_arcs(node_count, tail, head, cost)
        self._pair = tail[self._arc] * node_count + head[self._arc]
        self._node_count = node_count
        self._no_through = np.zeros(node_count, dtype=bool) if no_through is None else no_through
        self._open: csr_matrix | None = None
        self._trees: dict[int, tuple[NDArray[np.float64], NDArray[np.int32]]] = {}

    def cost(self, start: int, end: int) -> float:
        """Cost from node to node; infinite if there is no way."""
        return float(self._tree(start)[0][end])

    def way(self, start: int, end: int) -> list[int] | None:
        """Arcs from node to node in order, as positions in the arrays given; `None` if there is no way."""
        distance, predecessor = self._tree(start)
        if not np.isfinite(distance[end]):
            return None
        arcs: list[int] = []
        position = end
        while position != start:
            before = int(predecessor[position])
            arcs.append(int(self._arc[np.searchsorted(self._pair, before * self._node_count + position)]))
            position = before
        return arcs[::-1]

    def _tree(self, start: int) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
        if start not in self._trees:
            distance, predecessor = dijkstra(self._from(start), directed=True, indices=np.array(start), return_predecessors=True)
            self._trees[start] = np.ravel(distance), np.ravel(predecessor)
        return self._trees[start]

    def _from(self, start: int) -> csr_matrix:
        """The matrix without what leaves the nodes that may not be passed, `start` itself apart."""
        if not self._no_through.any():
            return self._matrix
        if self._no_through[start]:
            return self._without(np.arange(self._node_count) != start)
        if self._open is None:
            self._open = self._without(np.ones(self._node_count, dtype=bool))
        return self._open

    def _without(self, closable: NDArray[np.bool_]) -> csr_matrix:
        """The matrix without the rows that may not be passed and may be closed; a zero left behind would be a free arc."""
        kept = (~(self._no_through & closable)).astype(np.float64)
        matrix = csr_matrix(diags_array(kept, format="csr") @ self._matrix)
        matrix.eliminate_zeros()
        return matrix
