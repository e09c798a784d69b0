"""Trees held against the paths that pairs have: what the flows cost too much, and which pairs need another path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles
from bbwnet.assignment.path_kernels import FREE_PATH, LINKS, NEXT_PAIR, NO_PATH, PATHS, PairArrays, PathArrays
from bbwnet.assignment.tree_kernels import NO_LINK, grow_tree

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SAME_COST = 1e-14
"""Relative difference in cost that is only rounding."""


@njit(cache=True, nogil=True)
def search_rows(  # noqa: PLR0913, PLR0917  what a thread does on its own: its arrays one by one
    first_link: NDArray[np.int32],
    tail: NDArray[np.int32],
    head: NDArray[np.int32],
    is_end: NDArray[np.bool_],
    class_fixed: NDArray[np.float64],
    time: NDArray[np.float64],
    pairs: PairArrays,
    paths: PathArrays,
    rows: NDArray[np.int64],
    begin: int,
    end: int,
    last_link: NDArray[np.int32],
    is_wanting: NDArray[np.bool_],
    sums: NDArray[np.float64],
) -> None:
    """Grow the trees of rows, those at `begin` to `end` of `rows`, and hold them against the paths of their pairs.

    Sets, for every pair, whether its tree is cheaper than all its paths, and for every row in `sums` (rows × 2) the excess of its flows'
    cost over their trees', and their fixed cost, both in pcu × cost. `last_link` takes the trees, in the order of `rows`.
    """
    next_path, start, length = paths.next_path, paths.start, paths.length
    fixed, flow, pool = paths.fixed, paths.flow, paths.link
    least_cost, link_cost = np.empty(len(first_link) - 1), np.empty(len(head))
    key, item = np.empty(len(head) + 1), np.empty(len(head) + 1, np.int32)
    for place in range(begin, end):
        row = rows[place]
        origin, tree = pairs.row_origin[row], last_link[place]
        fixed_cost = class_fixed[pairs.row_class[row]]
        if place == begin or pairs.row_class[row] != pairs.row_class[rows[place - 1]]:
            for link in range(len(head)):
                link_cost[link] = fixed_cost[link] + time[link]
        grow_tree(first_link, head, link_cost, is_end, origin, least_cost, tree, key, item)
        excess, fixed_total = 0.0, 0.0
        for pair in range(pairs.first_pair[row], pairs.first_pair[row + 1]):
            path = paths.first_path[pair]
            node = pairs.destination[pair]
            if path == NO_PATH or tree[node] == NO_LINK:
                is_wanting[pair] = tree[node] != NO_LINK
                continue
            if next_path[path] == NO_PATH:
                # most pairs have one path, and it is still the tree's: nothing is to be summed up
                step, path_end = np.int64(start[path]), np.int64(start[path]) + length[path]
                while step < path_end and tree[node] == pool[step]:
                    node = tail[pool[step]]
                    step += 1
                if step == path_end:
                    fixed_total += flow[path] * fixed[path]
                    is_wanting[pair] = False
                    continue
                node = pairs.destination[pair]
            # summed as the paths are, so that the same links cost the same
            tree_fixed, tree_time = 0.0, 0.0
            while node != origin:
                link = tree[node]
                tree_fixed += fixed_cost[link]
                tree_time += time[link]
                node = tail[link]
            tree_cost, least = tree_fixed + tree_time, np.inf
            while path != NO_PATH:
                path_time = 0.0
                for position in range(start[path], start[path] + length[path]):
                    path_time += time[pool[position]]
                path_cost = fixed[path] + path_time
                least = min(least, path_cost)
                excess += flow[path] * (path_cost - tree_cost)
                fixed_total += flow[path] * fixed[path]
                path = next_path[path]
            is_wanting[pair] = tree_cost < least * (1.0 - _SAME_COST)
        sums[row, 0], sums[row, 1] = excess, fixed_total


@njit(cache=True, nogil=True)
def add_columns(  # noqa: PLR0912  room, volume, places used again: one pass over the pairs
    tail: NDArray[np.int32],
    class_fixed: NDArray[np.float64],
    pairs: PairArrays,
    paths: PathArrays,
    rows: NDArray[np.int64],
    last_link: NDArray[np.int32],
    is_wanting: NDArray[np.bool_],
    volume: NDArray[np.float64],
) -> bool:
    """Add to each wanting pair of the rows the path of its tree in `last_link`; a pair with no path yet sends its trips along it.

    A path that is free again hands over its links if they are enough. Returns False if the arrays are full: make room, call again, and
    it goes on where it stopped.
    """
    first_path, next_path, start, pool, counts = paths.first_path, paths.next_path, paths.start, paths.link, paths.counts
    link_count = counts[LINKS]
    for place in range(len(rows)):
        row = rows[place]
        origin, tree = pairs.row_origin[row], last_link[place]
        fixed_cost = class_fixed[pairs.row_class[row]]
        for pair in range(max(pairs.first_pair[row], counts[NEXT_PAIR]), pairs.first_pair[row + 1]):
            if not is_wanting[pair]:
                continue
            path = counts[FREE_PATH]
            if (path == NO_PATH and counts[PATHS] == len(next_path)) or link_count + last_link.shape[1] > len(pool):
                counts[LINKS], counts[NEXT_PAIR] = link_count, pair
                return False
            node, tree_fixed, demand = pairs.destination[pair], 0.0, 0.0
            if first_path[pair] == NO_PATH:
                demand = pairs.demand[pair]
            length = 0
            while node != origin:
                link = tree[node]
                pool[link_count + length] = link
                length += 1
                tree_fixed += fixed_cost[link]
                node = tail[link]
            if demand > 0.0:
                for position in range(link_count, link_count + length):
                    volume[pool[position]] += demand
            if path != NO_PATH and length <= paths.length[path]:
                counts[FREE_PATH], begin = next_path[path], start[path]
                for position in range(length):
                    pool[begin + position] = pool[link_count + position]
            else:
                if path == NO_PATH:
                    path = counts[PATHS]
                    counts[PATHS] += 1
                else:
                    counts[FREE_PATH] = next_path[path]
                start[path] = link_count
                link_count += length
            paths.length[path] = length
            paths.fixed[path], paths.flow[path] = tree_fixed, demand
            next_path[path] = first_path[pair]
            first_path[pair] = path
    counts[LINKS], counts[NEXT_PAIR] = link_count, 0
    return True
