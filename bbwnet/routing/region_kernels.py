"""What a hierarchy of regions computes: the blocks of every region, from the smallest outwards; labels of places; matrices."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles
from bbwnet.routing.min_plus import PIVOTS, eliminate, multiply, transpose
from bbwnet.routing.road_dissection import Dissection
from bbwnet.routing.road_kernels import UNREACHED

LABELS_AT_ONCE = 128
"""Labels that climb through a region together."""


class Blocks(NamedTuple):
    """Least seconds over ways within each region: between its own nodes, and from these to its border; row by row."""

    first_inner: NDArray[np.int64]
    """Where the block between own nodes begins for each region (regions + 1)."""
    inner: NDArray[np.int32]
    first_outer: NDArray[np.int64]
    """Where the block from own nodes to the border begins for each region (regions + 1)."""
    outer: NDArray[np.int32]


class Arcs(NamedTuple):
    """Arcs by the rank of their ends, sorted by the lower rank."""

    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    seconds: NDArray[np.int32]


@njit(cache=True)
def nodes_around(regions: Dissection) -> NDArray[np.int64]:
    """Number of own nodes of all regions around each region: where its own nodes begin in a label."""
    around = np.zeros(len(regions.parent), dtype=np.int64)
    for region in range(len(regions.parent) - 2, -1, -1):
        outer = regions.parent[region]
        around[region] = around[outer] + regions.end[outer] - regions.own[outer]
    return around


@njit(cache=True)
def _room_for_waiting(regions: Dissection) -> int:
    """Largest sum of squared borders of regions that are eliminated and that the region around them has not taken up yet."""
    within = np.zeros(len(regions.parent), dtype=np.int64)
    total = most = 0
    for region in range(len(regions.parent)):
        squared = (regions.first_border[region + 1] - regions.first_border[region]) ** 2
        total += squared - within[region]
        most = max(most, total)
        if regions.parent[region] >= 0:
            within[regions.parent[region]] += squared
    return most


@njit(cache=True)
def _lower_front(
    front: NDArray[np.int32], size: int, place: NDArray[np.int32], ranks: NDArray[np.int32], waiting: NDArray[np.int32], begin: int
) -> None:
    """Lower the front to the square matrix between nodes given by rank that begins at `begin`."""
    for row in range(len(ranks)):
        at = place[ranks[row]] * size
        for column in range(len(ranks)):
            there = at + place[ranks[column]]
            front[there] = min(front[there], waiting[begin])
            begin += 1


@njit(cache=True)
def _keep_blocks(front: NDArray[np.int32], size: int, region: int, own_count: int, there: Blocks, back: Blocks) -> None:
    """Copy what leads from the own nodes of an eliminated front, and what leads to them."""
    border_count = size - own_count
    for row in range(own_count):
        inner_at = there.first_inner[region] + row * own_count
        outer_at = there.first_outer[region] + row * border_count
        there.inner[inner_at : inner_at + own_count] = front[row * size : row * size + own_count]
        there.outer[outer_at : outer_at + border_count] = front[row * size + own_count : (row + 1) * size]
        for column in range(own_count):
            back.inner[inner_at + column] = front[column * size + row]
        for column in range(border_count):
            back.outer[outer_at + column] = front[(own_count + column) * size + row]


@njit(cache=True)
def eliminate_regions(regions: Dissection, arcs: Arcs, there: Blocks, back: Blocks) -> None:
    """Fill the blocks of every region, and those of the graph with its arcs reversed.

    The front of a region is the matrix between its own nodes and its border: its arcs, lowered to what the regions in it left.
    """
    widest = (regions.end - regions.own + regions.first_border[1:] - regions.first_border[:-1]).max()
    front = np.empty(widest * widest, dtype=np.int32)
    panel, pivots = np.empty(PIVOTS * widest, dtype=np.int32), np.empty(PIVOTS * widest, dtype=np.int32)
    place = np.zeros(len(regions.rank), dtype=np.int32)
    waiting = np.empty(_room_for_waiting(regions), dtype=np.int32)
    waiting_region = np.empty(len(regions.parent), dtype=np.int32)
    waiting_count = top = arc = 0
    for region in range(len(regions.parent)):
        own_count = regions.end[region] - regions.own[region]
        border = regions.border[regions.first_border[region] : regions.first_border[region + 1]]
        size = own_count + len(border)
        front[: size * size] = UNREACHED
        for number in range(own_count):
            place[regions.own[region] + number] = number
            front[number * size + number] = 0
        for number in range(len(border)):
            place[border[number]] = own_count + number
        while arc < len(arcs.tail) and min(arcs.tail[arc], arcs.head[arc]) < regions.end[region]:
            at = place[arcs.tail[arc]] * size + place[arcs.head[arc]]
            front[at] = min(front[at], arcs.seconds[arc])
            arc += 1
        while waiting_count > 0 and regions.parent[waiting_region[waiting_count - 1]] == region:
            waiting_count -= 1
            part = waiting_region[waiting_count]
            ranks = regions.border[regions.first_border[part] : regions.first_border[part + 1]]
            top -= len(ranks) ** 2
            _lower_front(front, size, place, ranks, waiting, top)
        eliminate(front, size, own_count, panel, pivots)
        _keep_blocks(front, size, region, own_count, there, back)
        for row in range(own_count, size):
            waiting[top : top + len(border)] = front[row * size + own_count : (row + 1) * size]
            top += len(border)
        waiting_region[waiting_count] = region
        waiting_count += 1


@njit(cache=True)
def climb(
    regions: Dissection, blocks: Blocks, around: NDArray[np.int64], spot: NDArray[np.int64], ranks: NDArray[np.int32], length: int
) -> NDArray[np.int32]:
    """Labels of places given by rank, rising: least seconds to the own nodes of every region around, over ways within it.

    Labels are rows of `length`; `around` is where the own nodes of each region begin in them, `spot` where each rank is.
    """
    labels = np.full(len(ranks) * length, UNREACHED, dtype=np.int32)
    for number in range(len(ranks)):
        labels[number * length + spot[ranks[number]]] = 0
    among = np.empty(LABELS_AT_ONCE * (regions.end - regions.own).max(), dtype=np.int32)
    beyond = np.empty(LABELS_AT_ONCE * (regions.first_border[1:] - regions.first_border[:-1]).max(), dtype=np.int32)
    for region in range(len(regions.parent)):
        low, high = np.searchsorted(ranks, regions.lowest[region]), np.searchsorted(ranks, regions.end[region])
        own_count = regions.end[region] - regions.own[region]
        border = regions.border[regions.first_border[region] : regions.first_border[region + 1]]
        for group in range(low, high, LABELS_AT_ONCE):
            count = min(LABELS_AT_ONCE, high - group)
            at = group * length + around[region]
            among[: count * own_count] = UNREACHED
            beyond[: count * len(border)] = UNREACHED
            begin = blocks.first_inner[region]
            multiply(labels, at, length, blocks.inner, begin, own_count, among, 0, own_count, count, own_count, own_count)
            begin = blocks.first_outer[region]
            multiply(among, 0, own_count, blocks.outer, begin, len(border), beyond, 0, len(border), count, own_count, len(border))
            for row in range(count):
                labels[at + row * length : at + row * length + own_count] = among[row * own_count : (row + 1) * own_count]
                for number in range(len(border)):
                    there = (group + row) * length + spot[border[number]]
                    labels[there] = min(labels[there], beyond[row * len(border) + number])
    return labels


@njit(cache=True)
def join(
    regions: Dissection,
    around: NDArray[np.int64],
    from_ranks: NDArray[np.int32],
    from_labels: NDArray[np.int32],
    to_ranks: NDArray[np.int32],
    to_labels: NDArray[np.int32],
    length: int,
) -> NDArray[np.int32]:
    """Least seconds (from × to) by way of the own nodes of the regions around both ends."""
    rows, columns = len(from_ranks), len(to_ranks)
    turned = transpose(to_labels, columns, length)
    seconds = np.full(rows * columns, UNREACHED, dtype=np.int32)
    for region in range(len(regions.parent)):
        low, high = np.searchsorted(from_ranks, regions.lowest[region]), np.searchsorted(from_ranks, regions.end[region])
        left, right = np.searchsorted(to_ranks, regions.lowest[region]), np.searchsorted(to_ranks, regions.end[region])
        if low == high or left == right:
            continue
        own_count = regions.end[region] - regions.own[region]
        from_at, to_at = low * length + around[region], around[region] * columns + left
        at = low * columns + left
        multiply(from_labels, from_at, length, turned, to_at, columns, seconds, at, columns, high - low, own_count, right - left)
    return seconds.reshape((rows, columns))
