"""Trees of least cost over road links, from one origin at a time; nodes that may not be passed are reached, not left.

Method: Dijkstra (1959) with a heap of four children a node; a node reached at less enters it again, and its older entry is passed over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles

if TYPE_CHECKING:
    from numpy.typing import NDArray

NO_LINK = -1
"""Last link of a node that no way reaches, and of the origin."""
_SHIFT = 2
"""Four children: so many bits."""


@njit(cache=True, nogil=True)
def _put(key: NDArray[np.float64], item: NDArray[np.int32], size: int, own: float, node: int) -> None:
    """Put a node into a heap of `size`."""
    position = size
    while position > 0:
        above = (position - 1) >> _SHIFT
        if key[above] <= own:
            break
        key[position], item[position] = key[above], item[above]
        position = above
    key[position], item[position] = own, node


@njit(cache=True, nogil=True)
def _close_top(key: NDArray[np.float64], item: NDArray[np.int32], size: int) -> None:
    """Take the top of a heap out, of which `size` are left, the last of them at `size`."""
    own, node, position = key[size], item[size], 0
    while True:
        child = (position << _SHIFT) + 1
        if child >= size:
            break
        least, least_key = child, key[child]
        if child + 3 < size:
            second, third, fourth = key[child + 1], key[child + 2], key[child + 3]
            if second < least_key:
                least, least_key = child + 1, second
            if fourth < third:
                if fourth < least_key:
                    least, least_key = child + 3, fourth
            elif third < least_key:
                least, least_key = child + 2, third
        else:
            for sibling in range(child + 1, size):
                if key[sibling] < least_key:
                    least, least_key = sibling, key[sibling]
        if least_key >= own:
            break
        key[position], item[position] = least_key, item[least]
        position = least
    key[position], item[position] = own, node


@njit(cache=True, nogil=True)
def ends_of_ways(tail: NDArray[np.int32], head: NDArray[np.int32], no_through: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Nodes that no least-cost way passes: those that may not be passed, and dead ends (all links from and to one neighbour)."""
    neighbour = np.full(len(no_through), -1, np.int32)
    is_end = np.ones(len(no_through), np.bool_)
    for link in range(len(tail)):
        for node, other in ((tail[link], head[link]), (head[link], tail[link])):
            if neighbour[node] == -1:
                neighbour[node] = other
            elif neighbour[node] != other:
                is_end[node] = False
    return is_end | no_through


@njit(cache=True, nogil=True)
def grow_tree(  # noqa: PLR0913, PLR0917  the inner loop of every search: its arrays one by one
    first_link: NDArray[np.int32],
    head: NDArray[np.int32],
    link_cost: NDArray[np.float64],
    is_end: NDArray[np.bool_],
    origin: int,
    cost: NDArray[np.float64],
    last_link: NDArray[np.int32],
    key: NDArray[np.float64],
    item: NDArray[np.int32],
) -> None:
    """Fill least cost and last link of every node (`inf`, `NO_LINK`: not reached).

    Links are sorted by tail, those of node `i` being `first_link[i]:first_link[i + 1]`. A link of infinite cost is closed. Nodes that
    no way passes are labelled and never enter the heap (`key`, `item`: room for one more than there are links): on networks with a
    connector for each zone they are a third of all.
    """
    cost[:] = np.inf
    last_link[:] = NO_LINK
    cost[origin] = 0.0
    key[0], item[0] = 0.0, origin
    size = 1
    while size > 0:
        here, node = key[0], item[0]
        size -= 1
        if size > 0:
            _close_top(key, item, size)
        if here > cost[node]:  # reached at less since
            continue
        for link in range(first_link[node], first_link[node + 1]):
            there, other = here + link_cost[link], head[link]
            if there < cost[other]:
                cost[other] = there
                last_link[other] = link
                if not is_end[other]:
                    _put(key, item, size, there, other)
                    size += 1
