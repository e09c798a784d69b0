"""Path flows moved towards equal cost: gradient projection over pairs, one after the other.

Method: Jayakrishnan, Tsai, Prashker and Rajadhyaksha (1994), "A faster path-based algorithm for traffic assignment", TRR 1443: flow
moves from each path of a pair to its cheapest by a Newton step on the links in which they differ. Pairs take turns and see each
other's moves at once; pairs that are nearly even are passed over, as in Xie, Nie and Liu (2018), "A greedy path-based algorithm for
traffic assignment", TRR 2672 (48). The cost of a path is the fixed cost of its class along it plus the times of its links.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles
from bbwnet.assignment.delays import CONSTANT, DelayArrays, delay

if TYPE_CHECKING:
    from numpy.typing import NDArray

NO_PATH = -1
"""Where the list of a pair's paths ends."""
PATHS, LINKS, NEXT_PAIR, FREE_PATH = range(4)
"""Places in `PathArrays.counts`."""
_NEWTON_STEPS = 3
"""Steps on one pair of paths in a row, while they differ much."""
_ROUGHLY = 0.05
"""Share of a difference that is small enough to go on to the next path."""
_SAME_FLOW = 1e-12
"""Share of a pair's trips that is only rounding."""
_LONGEST_REPEAT = 1e6
_HALVINGS = 25
"""Of the range in which the best length of a repeated change is sought."""


class PairArrays(NamedTuple):
    """Pairs with trips, sorted by row (a class and an origin)."""

    first_pair: NDArray[np.int64]
    """First pair of each row (n rows + 1)."""
    row_class: NDArray[np.int32]
    row_origin: NDArray[np.int32]
    """Node."""
    destination: NDArray[np.int32]
    """Node of each pair."""
    demand: NDArray[np.float64]
    """Trips of each pair in pcu."""


class PathArrays(NamedTuple):
    """Paths of all pairs: a chain of paths for each pair, links from destination to origin in one pool."""

    first_path: NDArray[np.int32]
    """First path of each pair, `NO_PATH` if it has none."""
    next_path: NDArray[np.int32]
    start: NDArray[np.uint32]
    """Where the links of a path begin in the pool."""
    length: NDArray[np.int32]
    fixed: NDArray[np.float64]
    """Cost along the path that does not depend on volumes."""
    flow: NDArray[np.float64]
    """In pcu."""
    link: NDArray[np.uint16 | np.uint32]
    """The pool; two bytes a link where that is enough."""
    counts: NDArray[np.int64]
    """Paths and links in use, the pair at which the adding of columns stopped, the first of the chain of paths that are free again."""


@njit(cache=True, nogil=True)
def load_paths(paths: PathArrays, begin: int, end: int, volume: NDArray[np.float64]) -> None:
    """Fill the volume of every link from the flows of the paths of pairs `begin` to `end`."""
    next_path, start, length, flow, link = paths.next_path, paths.start, paths.length, paths.flow, paths.link
    volume[:] = 0.0
    for pair in range(begin, end):
        path = paths.first_path[pair]
        while path != NO_PATH:
            carried = flow[path]
            for position in range(start[path], start[path] + length[path]):
                volume[link[position]] += carried
            path = next_path[path]


@njit(cache=True, nogil=True)
def load_classes(pairs: PairArrays, paths: PathArrays, volume: NDArray[np.float64]) -> None:
    """Fill the volume of every link for each class (classes × links, pcu)."""
    volume[:, :] = 0.0
    for row in range(len(pairs.row_class)):
        mine = volume[pairs.row_class[row]]
        for pair in range(pairs.first_pair[row], pairs.first_pair[row + 1]):
            path = paths.first_path[pair]
            while path != NO_PATH:
                for position in range(paths.start[path], paths.start[path] + paths.length[path]):
                    mine[paths.link[position]] += paths.flow[path]
                path = paths.next_path[path]


@njit(cache=True, nogil=True)
def _shift(  # noqa: PLR0913, PLR0917
    links: NDArray[np.int32],
    count: int,
    amount: float,
    volume: NDArray[np.float64],
    kind: NDArray[np.int8],
    free_time: NDArray[np.float64],
    rise: NDArray[np.float64],
    capacity: NDArray[np.float64],
    shape: NDArray[np.float64],
    time: NDArray[np.float64],
    slope: NDArray[np.float64],
) -> None:
    """Add an amount to the volume of links, and set their times."""
    for number in range(count):
        link = links[number]
        volume[link] += amount
        if kind[link] != CONSTANT:
            time[link], slope[link] = delay(kind[link], free_time[link], rise[link], capacity[link], shape[link], volume[link])


@njit(cache=True, nogil=True)
def even_out(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917  the inner loop of the equilibrium, spelt out for speed
    paths: PathArrays,
    delays: DelayArrays,
    volume: NDArray[np.float64],
    time: NDArray[np.float64],
    slope: NDArray[np.float64],
    mark: NDArray[np.int64],
    chosen: NDArray[np.int32],
    passed_over: float,
    uneven: NDArray[np.int32],
) -> tuple[float, int]:
    """Go once over the chosen pairs and move flow from their paths to the cheapest; return the excess cost met, in pcu times cost.

    Pairs whose excess is not above `passed_over` are left as they are, the others listed in `uneven`, their number returned too. Paths
    without flow are dropped, but the cheapest. `mark` holds a number for each link, -1 at first; its last item is the highest used.
    """
    first_path, next_path, start, length = paths.first_path, paths.next_path, paths.start, paths.length
    fixed, flow, pool, counts = paths.fixed, paths.flow, paths.link, paths.counts
    kind, free_time, rise, capacity, shape = delays.kind, delays.free_time, delays.rise, delays.capacity, delays.shape
    link_count = len(volume)
    leave, enter = np.empty(link_count, np.int32), np.empty(link_count, np.int32)
    path_cost = np.empty(counts[PATHS])
    stamp, total_excess, uneven_count = mark[link_count], 0.0, 0
    for pair in chosen:
        path = first_path[pair]
        if path == NO_PATH or next_path[path] == NO_PATH:
            continue
        least, cheapest, number = np.inf, path, 0
        while path != NO_PATH:
            cost = fixed[path]
            for position in range(start[path], start[path] + length[path]):
                cost += time[pool[position]]
            path_cost[number] = cost
            if cost < least:
                least, cheapest = cost, path
            path = next_path[path]
            number += 1
        excess, path, number = 0.0, first_path[pair], 0
        while path != NO_PATH:
            excess += flow[path] * (path_cost[number] - least)
            path = next_path[path]
            number += 1
        total_excess += excess
        if excess <= passed_over:
            continue
        uneven[uneven_count] = pair
        uneven_count += 1
        stamp += 1
        base = stamp
        best_begin, best_end = start[cheapest], start[cheapest] + length[cheapest]
        for position in range(best_begin, best_end):
            mark[pool[position]] = base
        before, path = NO_PATH, first_path[pair]
        while path != NO_PATH:
            after = next_path[path]
            if path != cheapest:
                if flow[path] > 0.0:
                    stamp += 1
                    leave_count, enter_count = 0, 0
                    for position in range(start[path], start[path] + length[path]):
                        link = pool[position]
                        if mark[link] >= base:
                            mark[link] = stamp
                        else:
                            leave[leave_count] = link
                            leave_count += 1
                    for position in range(best_begin, best_end):
                        link = pool[position]
                        if mark[link] != stamp:
                            enter[enter_count] = link
                            enter_count += 1
                    first_gap = 0.0
                    for turn in range(_NEWTON_STEPS):
                        gap, bend = fixed[path] - fixed[cheapest], 0.0
                        for number in range(leave_count):
                            gap += time[leave[number]]
                            bend += slope[leave[number]]
                        for number in range(enter_count):
                            gap -= time[enter[number]]
                            bend += slope[enter[number]]
                        if turn == 0:
                            first_gap = abs(gap)
                        elif abs(gap) <= _ROUGHLY * first_gap:
                            break
                        if gap > 0.0:
                            amount = flow[path] if gap >= bend * flow[path] else gap / bend
                        else:
                            amount = -flow[cheapest] if -gap >= bend * flow[cheapest] else gap / bend
                        if amount == 0.0:
                            break
                        flow[path] -= amount
                        flow[cheapest] += amount
                        _shift(leave, leave_count, -amount, volume, kind, free_time, rise, capacity, shape, time, slope)
                        _shift(enter, enter_count, amount, volume, kind, free_time, rise, capacity, shape, time, slope)
                        if flow[path] == 0.0:
                            break
                if flow[path] <= 0.0:
                    if before == NO_PATH:
                        first_path[pair] = after
                    else:
                        next_path[before] = after
                    next_path[path], counts[FREE_PATH] = counts[FREE_PATH], path
                    path = after
                    continue
            before = path
            path = after
    mark[link_count] = stamp
    return total_excess, uneven_count


@njit(cache=True, nogil=True)
def _path_changes(paths: PathArrays, change: NDArray[np.float64]) -> float:
    """Turn former flows in `change` into how the flow of every path changed; return how often that can be repeated before one is empty.

    Pairs that cannot repeat theirs (a path is empty, or was dropped) take no part; within a pair the changes add up to zero.
    """
    next_path, flow = paths.next_path, paths.flow
    longest = np.inf
    for pair in range(len(paths.first_path)):
        first = paths.first_path[pair]
        if first == NO_PATH or next_path[first] == NO_PATH:
            if first != NO_PATH:
                change[first] = 0.0
            continue
        total, demand, largest, path = 0.0, 0.0, first, first
        while path != NO_PATH:
            change[path] = flow[path] - change[path]
            total += change[path]
            demand += flow[path]
            if flow[path] > flow[largest]:
                largest = path
            path = next_path[path]
        change[largest] -= total
        bound, path = np.inf, first
        while path != NO_PATH:
            if change[path] < 0.0:
                bound = min(bound, -flow[path] / change[path])
            path = next_path[path]
        if abs(total) <= _SAME_FLOW * demand and bound > 0.0:
            longest = min(longest, bound)
            continue
        path = first
        while path != NO_PATH:
            change[path] = 0.0
            path = next_path[path]
    return longest


@njit(cache=True, nogil=True)
def repeat_changes(  # noqa: C901, PLR0912  one move of all pairs, spelt out for speed
    paths: PathArrays,
    delays: DelayArrays,
    change: NDArray[np.float64],
    volume: NDArray[np.float64],
    time: NDArray[np.float64],
    slope: NDArray[np.float64],
) -> None:
    """Go on in the direction in which path flows moved, as far as the objective falls; `change` comes with what they were before.

    Pairs that take turns creep where they are held to each other by a link whose time rises steeply: each can move only a little before
    the other has. The sum of their moves is the direction in which all can move at once (Hooke and Jeeves 1961: pattern moves).
    """
    next_path, flow = paths.next_path, paths.flow
    link_change = np.zeros(len(volume))
    longest = _path_changes(paths, change)
    fixed_change, moves = 0.0, False
    for pair in range(len(paths.first_path)):
        path = paths.first_path[pair]
        while path != NO_PATH:
            if change[path] != 0.0:
                moves = True
                fixed_change += change[path] * paths.fixed[path]
                for position in range(paths.start[path], paths.start[path] + paths.length[path]):
                    link_change[paths.link[position]] += change[path]
            path = next_path[path]
    if not moves:
        return
    low, high = 0.0, min(longest, _LONGEST_REPEAT)
    for turn in range(_HALVINGS):
        # the far end first: often nothing stands in the way
        middle = high if turn == 0 else 0.5 * (low + high)
        rising = fixed_change
        for link in range(len(volume)):
            if link_change[link] != 0.0:
                held = volume[link] + middle * link_change[link]
                there, _ = delay(
                    delays.kind[link], delays.free_time[link], delays.rise[link], delays.capacity[link], delays.shape[link], held
                )
                rising += link_change[link] * there
        if rising <= 0.0:
            low = middle
            if turn == 0:
                break
        else:
            high = middle
    if low == 0.0:
        return
    for pair in range(len(paths.first_path)):
        path = paths.first_path[pair]
        while path != NO_PATH:
            if change[path] != 0.0:
                flow[path] = max(flow[path] + low * change[path], 0.0)
            path = next_path[path]
    for link in range(len(volume)):
        if link_change[link] != 0.0:
            volume[link] += low * link_change[link]
            time[link], slope[link] = delay(
                delays.kind[link], delays.free_time[link], delays.rise[link], delays.capacity[link], delays.shape[link], volume[link]
            )


@njit(cache=True, nogil=True)
def rows_over(pairs: PairArrays, paths: PathArrays, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Rows with flow over any of the chosen links."""
    found = np.zeros(len(pairs.row_class), np.bool_)
    for row in range(len(found)):
        for pair in range(pairs.first_pair[row], pairs.first_pair[row + 1]):
            path = paths.first_path[pair]
            while path != NO_PATH and not found[row]:
                for position in range(paths.start[path], paths.start[path] + paths.length[path]):
                    if chosen[paths.link[position]]:
                        found[row] = paths.flow[path] > 0.0
                        break
                path = paths.next_path[path]
            if found[row]:
                break
    return found


@njit(cache=True, nogil=True)
def contested_pairs(paths: PathArrays, found: NDArray[np.int32]) -> int:
    """List the pairs that have several paths; return how many they are."""
    count = 0
    for pair in range(len(paths.first_path)):
        path = paths.first_path[pair]
        if path != NO_PATH and paths.next_path[path] != NO_PATH:
            found[count] = pair
            count += 1
    return count


@njit(cache=True, nogil=True)
def count_links(paths: PathArrays) -> int:
    """Links of the paths that pairs still have."""
    count = 0
    for pair in range(len(paths.first_path)):
        path = paths.first_path[pair]
        while path != NO_PATH:
            count += paths.length[path]
            path = paths.next_path[path]
    return count


@njit(cache=True, nogil=True)
def move_links(paths: PathArrays, into: NDArray[np.uint16 | np.uint32]) -> None:
    """Move the links of the paths that pairs still have to another pool, pair by pair; paths that are free again keep none."""
    path, count = paths.counts[FREE_PATH], 0
    while path != NO_PATH:
        paths.length[path] = 0
        path = paths.next_path[path]
    for pair in range(len(paths.first_path)):
        path = paths.first_path[pair]
        while path != NO_PATH:
            begin = paths.start[path]
            for position in range(paths.length[path]):
                into[count + position] = paths.link[begin + position]
            paths.start[path] = count
            count += paths.length[path]
            path = paths.next_path[path]
    paths.counts[LINKS] = count
