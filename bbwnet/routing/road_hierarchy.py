"""A hierarchy of regions for many road times at once: customized once for the seconds on the arcs, then asked for matrices.

Method: customizable contraction hierarchies (Dibbelt, Strasser, Wagner 2016, ACM JEA 21) in the dense form of multifrontal
elimination (Duff and Reid 1983, ACM TOMS 9 (3)), with minimum and sum in place of sum and product (Carré 1971, J. Inst. Maths Applics 7).
Regions of a nested dissection are eliminated from the smallest outwards: each leaves the least seconds between its own nodes, and
between these and its border, over ways within the region. Every way has a largest region whose own nodes it meets, so that its seconds
are the least sum, over the regions around both its ends, of the seconds to an own node and on from there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bbwnet.routing.region_kernels import Arcs, Blocks, climb, eliminate_regions, join, nodes_around

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.routing.road_dissection import Dissection

PLACES_AT_ONCE = 4096
"""Origins, and destinations, whose labels are held at once: bounds the memory of a matrix."""


class RoadHierarchy:
    """Least seconds between the own nodes of every region and from and to its border; exact for any seconds."""

    def __init__(self, dissection: Dissection, first_arc: NDArray[np.int32], arc: NDArray[np.int32]) -> None:
        """Eliminate the regions of a dissection; `arc` holds head and seconds of the arcs by turns, by tail."""
        self._regions = dissection
        own_count, border_count = dissection.own_counts, dissection.border_counts
        self._around = nodes_around(dissection)
        self._length = int((self._around + own_count).max())
        self._spot = np.repeat(self._around - dissection.own, own_count) + np.arange(len(dissection.rank))
        first_inner, first_outer = _running(own_count * own_count), _running(own_count * border_count)
        self._forward, self._backward = (
            Blocks(first_inner, np.empty(first_inner[-1], dtype=np.int32), first_outer, np.empty(first_outer[-1], dtype=np.int32))
            for _ in range(2)
        )
        tail, head = np.repeat(dissection.rank, np.diff(first_arc)), dissection.rank[arc[::2]]
        order = np.argsort(np.minimum(tail, head), kind="stable")
        eliminate_regions(dissection, Arcs(tail[order], head[order], arc[1::2][order]), self._forward, self._backward)

    def matrix(self, origins: NDArray[np.int32], destinations: NDArray[np.int32]) -> NDArray[np.int32]:
        """Least seconds from every origin to every destination, `UNREACHED` where there is no way."""
        rank = self._regions.rank
        from_ranks, row = np.unique(rank[origins], return_inverse=True)
        to_ranks, column = np.unique(rank[destinations], return_inverse=True)
        seconds = np.empty((len(from_ranks), len(to_ranks)), dtype=np.int32)
        for first in range(0, len(from_ranks), PLACES_AT_ONCE):
            rows = slice(first, first + PLACES_AT_ONCE)
            from_labels = self._labels(from_ranks[rows], self._forward)
            for second in range(0, len(to_ranks), PLACES_AT_ONCE):
                columns = slice(second, second + PLACES_AT_ONCE)
                to_labels = self._labels(to_ranks[columns], self._backward)
                seconds[rows, columns] = join(
                    self._regions, self._around, from_ranks[rows], from_labels, to_ranks[columns], to_labels, self._length
                )
        return seconds[row][:, column]

    def _labels(self, ranks: NDArray[np.int32], blocks: Blocks) -> NDArray[np.int32]:
        labels: NDArray[np.int32] = climb(self._regions, blocks, self._around, self._spot, ranks, self._length)
        return labels


def _running(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each of the parts of these sizes begins, and where the last ends."""
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)])
