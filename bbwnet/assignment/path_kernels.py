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
    start: NDArray[np.int64]
    """Where the links of a path begin in the pool."""
    length: NDArray[np.int32]
    fixed: NDArray[np.float64]
    """Cost along the path that does not depend on volumes."""
    flow: NDArray[np.float64]
    """In pcu."""
    link: NDArray[np.int32]


@njit(cache=True, nogil=True)
def load_paths(paths: PathArrays, preload: NDArray[np.float64], volume: NDArray[np.float64]) -> None:
    """Fill the volume of every link from its preload and the flows of all paths."""
    next_path, start, length, flow, link = paths.next_path, paths.start, paths.length, paths.flow, paths.link
    volume[:] = preload
    for pair in range(len(paths.first_path)):
        path = paths.first_path[pair]
        while path != NO_PATH:
            for position in range(start[path], start[path] + length[path]):
                volume[link[position]] += flow[path]
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
    fixed, flow, pool = paths.fixed, paths.flow, paths.link
    kind, free_time, rise, capacity, shape = delays.kind, delays.free_time, delays.rise, delays.capacity, delays.shape
    link_count = len(volume)
    leave, enter = np.empty(link_count, np.int32), np.empty(link_count, np.int32)
    path_cost = np.empty(len(flow))
    stamp, total_excess, uneven_count = mark[link_count], 0.0, 0
    for pair in chosen:
        path = first_path[pair]
        if path == NO_PATH or next_path[path] == NO_PATH:
            continue
        least, cheapest = np.inf, path
        while path != NO_PATH:
            cost = fixed[path]
            for position in range(start[path], start[path] + length[path]):
                cost += time[pool[position]]
            path_cost[path] = cost
            if cost < least:
                least, cheapest = cost, path
            path = next_path[path]
        excess, path = 0.0, first_path[pair]
        while path != NO_PATH:
            excess += flow[path] * (path_cost[path] - least)
            path = next_path[path]
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
                    for step in range(_NEWTON_STEPS):
                        gap, bend = fixed[path] - fixed[cheapest], 0.0
                        for number in range(leave_count):
                            gap += time[leave[number]]
                            bend += slope[leave[number]]
                        for number in range(enter_count):
                            gap -= time[enter[number]]
                            bend += slope[enter[number]]
                        if step == 0:
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
                    path = after
                    continue
            before = path
            path = after
    mark[link_count] = stamp
    return total_excess, uneven_count


@njit(cache=True, nogil=True)
def _path_changes(paths: PathArrays, before: NDArray[np.float64], change: NDArray[np.float64]) -> float:
    """Fill how the flow of every path changed since `before`; return how often the change can be repeated before a path is empty.

    Pairs that cannot repeat theirs (a path is empty, or was dropped) take no part; within a pair the changes add up to zero.
    """
    next_path, flow = paths.next_path, paths.flow
    change[:] = 0.0
    longest = np.inf
    for pair in range(len(paths.first_path)):
        first = paths.first_path[pair]
        if first == NO_PATH or next_path[first] == NO_PATH:
            continue
        total, demand, largest, path = 0.0, 0.0, first, first
        while path != NO_PATH:
            change[path] = flow[path] - before[path]
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
    before: NDArray[np.float64],
    volume: NDArray[np.float64],
    time: NDArray[np.float64],
    slope: NDArray[np.float64],
) -> None:
    """Go on in the direction in which path flows moved since `before`, as far as the objective falls.

    Pairs that take turns creep where they are held to each other by a link whose time rises steeply: each can move only a little before
    the other has. The sum of their moves is the direction in which all can move at once (Hooke and Jeeves 1961: pattern moves).
    """
    next_path, start, length, flow, pool = paths.next_path, paths.start, paths.length, paths.flow, paths.link
    change, link_change = np.empty(len(before)), np.zeros(len(volume))
    longest = _path_changes(paths, before, change)
    fixed_change, moves = 0.0, False
    for pair in range(len(paths.first_path)):
        path = paths.first_path[pair]
        while path != NO_PATH:
            if change[path] != 0.0:
                moves = True
                fixed_change += change[path] * paths.fixed[path]
                for position in range(start[path], start[path] + length[path]):
                    link_change[pool[position]] += change[path]
            path = next_path[path]
    if not moves:
        return
    low, high = 0.0, min(longest, _LONGEST_REPEAT)
    for step in range(_HALVINGS):
        # the far end first: often nothing stands in the way
        middle = high if step == 0 else 0.5 * (low + high)
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
            if step == 0:
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
def count_paths(paths: PathArrays) -> tuple[int, int]:
    """Paths that pairs still have, and their links."""
    path_count, link_count = 0, 0
    for pair in range(len(paths.first_path)):
        path = paths.first_path[pair]
        while path != NO_PATH:
            path_count += 1
            link_count += paths.length[path]
            path = paths.next_path[path]
    return path_count, link_count


@njit(cache=True, nogil=True)
def compact(paths: PathArrays, into: PathArrays) -> tuple[int, int]:
    """Copy the paths in use to other arrays, pair by pair; return how many paths and links they are."""
    path_count, link_count = 0, 0
    for pair in range(len(paths.first_path)):
        path, before = paths.first_path[pair], NO_PATH
        into.first_path[pair] = NO_PATH
        while path != NO_PATH:
            length = paths.length[path]
            into.start[path_count], into.length[path_count] = link_count, length
            into.fixed[path_count], into.flow[path_count] = paths.fixed[path], paths.flow[path]
            into.next_path[path_count] = NO_PATH
            into.link[link_count : link_count + length] = paths.link[paths.start[path] : paths.start[path] + length]
            if before == NO_PATH:
                into.first_path[pair] = path_count
            else:
                into.next_path[before] = path_count
            before = path_count
            path_count += 1
            link_count += length
            path = paths.next_path[path]
    return path_count, link_count
