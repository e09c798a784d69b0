"""Nested dissection of a road graph: regions within regions, each cut in two by a few nodes that every way across must pass.

Method: George (1973), "Nested dissection of a regular finite element mesh", SIAM J. Numer. Anal. 10 (2), with cuts through the median of
the nodes' positions. These are not where nodes lie on the map but how many arcs they are away from nodes far apart (Faloutsos and Lin
1995, "FastMap", SIGMOD), which also suits roads around bays and mountains. Only the time that a matrix takes depends on the cuts.
"""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
from numba import njit
from numpy.typing import NDArray

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles

LEAF_NODES = 12
"""A region of so few nodes is not cut any more."""

MOST_BORDER_NODES = 100
"""Length of all borders together, for each node of the graph, at which its regions are no regions any more; a grid of a million has 3."""

OUTSIDE = -1
"""No side of the cut: the node is not in the region."""


class Dissection(NamedTuple):
    """Regions, those within before those around them. A region's own nodes are its cut: all nodes of one that is not cut.

    A tuple with names, which kernels take as it is. Nodes are ranked so that a region's nodes are `lowest[r]:end[r]`, the last of
    them its own, `own[r]:end[r]`.
    """

    rank: NDArray[np.int32]
    """Rank of each node."""
    parent: NDArray[np.int32]
    """Region around each region; -1 around the last, which is the whole graph."""
    lowest: NDArray[np.int32]
    own: NDArray[np.int32]
    end: NDArray[np.int32]
    first_border: NDArray[np.int64]
    """Where the border of each region begins in `border` (regions + 1)."""
    border: NDArray[np.int32]
    """Ranks of the nodes outside a region that can be got to from it in one arc or that can get to it, rising."""

    @classmethod
    def of(cls, first_arc: NDArray[np.int32], head: NDArray[np.int32]) -> Self | None:
        """Dissect the graph of the arcs, whatever their direction; `None` if it is joined too closely to be cut by few nodes."""
        first, neighbour = _neighbours(first_arc, head)
        x, y = _hop_positions(first, neighbour)
        order, regions = _dissect(first, neighbour, x, y)
        lowest, own, end, parent = regions.T.copy()
        rank = np.empty(len(order), dtype=np.int32)
        rank[order] = np.arange(len(order))
        first_border, border = _borders(first, neighbour, order, rank, parent, own, end)
        is_cut = len(first_border) == len(parent) + 1
        return cls(rank, parent, lowest, own, end, first_border, border) if is_cut else None

    @property
    def own_counts(self) -> NDArray[np.int64]:
        """Number of own nodes of each region."""
        return (self.end - self.own).astype(np.int64)

    @property
    def border_counts(self) -> NDArray[np.int64]:
        """Number of nodes on the border of each region."""
        return np.diff(self.first_border)

    @property
    def block_bytes(self) -> int:
        """Memory of the blocks that a hierarchy keeps: own nodes to own nodes and to the border, there and back, 4 bytes each."""
        own, border = self.own_counts, self.border_counts
        return int((8 * own * (own + border)).sum())

    @property
    def sum_count(self) -> int:
        """Sums that the elimination of all regions takes at most."""
        return int((self.own_counts * (self.own_counts + self.border_counts) ** 2).sum())


def _neighbours(first_arc: NDArray[np.int32], head: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """First neighbour of every node and the neighbours, over arcs to and from it; loops left out."""
    node_count = len(first_arc) - 1
    tail = np.repeat(np.arange(node_count, dtype=np.int64), np.diff(first_arc))
    between = tail != head
    pair = np.sort(np.concatenate([(tail * node_count + head)[between], (head * np.int64(node_count) + tail)[between]]))
    pair = pair[np.flatnonzero(np.diff(pair, prepend=-1))]
    first = np.zeros(node_count + 1, dtype=np.int32)
    np.cumsum(np.bincount(pair // max(node_count, 1), minlength=node_count), out=first[1:])
    return first, (pair % max(node_count, 1)).astype(np.int32)


@njit(cache=True)
def _hops(first: NDArray[np.int32], neighbour: NDArray[np.int32], root: int, hops: NDArray[np.float64], met: NDArray[np.int32]) -> int:
    """Fill the least number of arcs from the root, over -1; return how many nodes it reaches, listed in `met` as they are met."""
    hops[root] = 0
    met[0] = root
    count, done = 1, 0
    while done < count:
        node = met[done]
        done += 1
        for index in range(first[node], first[node + 1]):
            other = neighbour[index]
            if hops[other] < 0:
                hops[other] = hops[node] + 1
                met[count] = other
                count += 1
    return count


@njit(cache=True)
def _hop_positions(first: NDArray[np.int32], neighbour: NDArray[np.int32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Positions of the nodes by hops: across, between two nodes far apart, and along, between two that are far apart otherwise.

    Parts of the graph that are not joined lie one beside the other.
    """
    node_count = len(first) - 1
    x, y = np.full(node_count, -np.inf), np.zeros(node_count)
    hops, more_hops = np.full(node_count, -1.0), np.full(node_count, -1.0)
    met = np.empty(node_count, dtype=np.int32)
    offset = 0.0
    for root in range(node_count):
        if x[root] > -np.inf:
            continue
        count = _hops(first, neighbour, root, hops, met)
        part = met[:count].copy()
        west = part[-1]
        hops[part] = -1
        _hops(first, neighbour, west, hops, met)
        _hops(first, neighbour, met[count - 1], more_hops, met)
        across = (hops[part] - more_hops[part]) / 2
        middle = np.argmin(np.abs(across))
        hops[part] = -1
        more_hops[part] = -1
        _hops(first, neighbour, part[middle], hops, met)
        south = np.argmax(hops[part] - np.abs(across - across[middle]))
        hops[part] = -1
        _hops(first, neighbour, part[south], hops, met)
        north = np.argmax(hops[part] - np.abs(across - across[south]))
        _hops(first, neighbour, part[north], more_hops, met)
        y[part] = (hops[part] - more_hops[part]) / 2
        hops[part] = -1
        more_hops[part] = -1
        x[part] = across - across.min() + offset
        offset = x[part].max() + 1
    return x, y


@njit(cache=True)
def _is_beside(node: int, first: NDArray[np.int32], neighbour: NDArray[np.int32], side: NDArray[np.int8]) -> bool:
    """Whether a node has a neighbour on the other side."""
    other = 1 - side[node]
    for index in range(first[node], first[node + 1]):  # noqa: SIM110  plain loops are what numba compiles best
        if side[neighbour[index]] == other:
            return True
    return False


@njit(cache=True)
def _cut(
    nodes: NDArray[np.int32],
    along: NDArray[np.float64],
    first: NDArray[np.int32],
    neighbour: NDArray[np.int32],
    side: NDArray[np.int8],
) -> tuple[int, int]:
    """Set `side` (0 or 1) of the nodes of a region, half on each, by their place along a line.

    Return the side that has fewer nodes beside the other, and how many.
    """
    half = len(nodes) // 2
    middle = np.partition(along, half)[half]
    low = half - (along < middle).sum()  # of those in the very middle
    for number in range(len(nodes)):
        side[nodes[number]] = along[number] >= middle
        if along[number] == middle and low > 0:
            side[nodes[number]] = 0
            low -= 1
    beside = [0, 0]
    for node in nodes:
        if _is_beside(node, first, neighbour, side):
            beside[side[node]] += 1
    return (0, beside[0]) if beside[0] <= beside[1] else (1, beside[1])


@njit(cache=True)
def _best_cut(
    nodes: NDArray[np.int32],
    first: NDArray[np.int32],
    neighbour: NDArray[np.int32],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    side: NDArray[np.int8],
) -> int:
    """Set `side` of the nodes of a region by the line, of four, that few nodes lie beside; return the side whose nodes cut it."""
    lines = ((1, 0), (0, 1), (1, 1), (1, -1))
    best, fewest = 0, len(nodes) + 1
    for line in range(len(lines)):
        east, north = lines[line]
        count = _cut(nodes, east * x[nodes] + north * y[nodes], first, neighbour, side)[1]
        if count < fewest:
            best, fewest = line, count
    east, north = lines[best]
    return _cut(nodes, east * x[nodes] + north * y[nodes], first, neighbour, side)[0]


@njit(cache=True)
def _dissect(
    first: NDArray[np.int32], neighbour: NDArray[np.int32], x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Cut the graph and its parts in two until they are small: nodes by rank, and of every region lowest, own, end and parent."""
    node_count = len(first) - 1
    order = np.arange(node_count).astype(np.int32)
    side = np.full(node_count, OUTSIDE, dtype=np.int8)
    regions = np.empty((2 * node_count + 1, 4), dtype=np.int32)
    count = 0
    stack = [(0, node_count, -1)]
    while len(stack) > 0:
        low, high, around = stack.pop()
        bottom, top, cut = low, high, high
        this = count
        count += 1
        if high - low <= LEAF_NODES:
            cut = low
        else:
            nodes = order[low:high].copy()
            cutting = _best_cut(nodes, first, neighbour, x, y, side)
            inner = np.empty(len(nodes), dtype=np.int32)
            for node in nodes:
                if side[node] == cutting and _is_beside(node, first, neighbour, side):
                    cut -= 1
                    order[cut] = node
                elif side[node] == 0:
                    order[bottom] = node
                    bottom += 1
                else:
                    top -= 1
                    inner[top - low] = node
            order[bottom:cut] = inner[top - low :]
            side[nodes] = OUTSIDE
            stack.append((low, bottom, this))
            stack.append((bottom, cut, this))
        regions[this] = (low, cut, high, around)
    kept = regions[:count][::-1].copy()  # met from the whole to its parts, kept from the parts to the whole
    for region in range(count - 1):
        kept[region, 3] = count - 1 - kept[region, 3]
    return order, kept


@njit(cache=True)
def _borders(
    first: NDArray[np.int32],
    neighbour: NDArray[np.int32],
    order: NDArray[np.int32],
    rank: NDArray[np.int32],
    parent: NDArray[np.int32],
    own: NDArray[np.int32],
    end: NDArray[np.int32],
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Border of every region: what borders the regions within it or its own nodes, and lies outside. Ends early if borders are too long."""
    node_count, count = len(order), len(own)
    part = np.full((count, 2), -1, dtype=np.int32)
    first_border = np.zeros(count + 1, dtype=np.int64)
    border = np.empty(node_count + 1024, dtype=np.int32)
    seen_by = np.full(node_count, -1, dtype=np.int32)
    used = 0
    for region in range(count):
        if used + node_count > len(border):
            border = np.concatenate((border[:used], np.empty(used + 2 * node_count, dtype=np.int32)))
        begin = used
        for inner in part[region]:
            if inner >= 0:
                for index in range(first_border[inner], first_border[inner + 1]):
                    other = border[index]
                    if other >= end[region] and seen_by[other] != region:
                        seen_by[other] = region
                        border[used] = other
                        used += 1
        for node in order[own[region] : end[region]]:
            for index in range(first[node], first[node + 1]):
                other = rank[neighbour[index]]
                if other >= end[region] and seen_by[other] != region:
                    seen_by[other] = region
                    border[used] = other
                    used += 1
        border[begin:used].sort()
        first_border[region + 1] = used
        if parent[region] >= 0:
            part[parent[region], 1 if part[parent[region], 0] >= 0 else 0] = region
        if used > MOST_BORDER_NODES * (node_count + 1024):
            return first_border[:region], border[:0]
    return first_border, border[:used].copy()
