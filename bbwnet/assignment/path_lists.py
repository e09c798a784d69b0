"""The paths that carry flow as plain lists for the reader, and back again for a warm start."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles
from bbwnet.assignment.path_kernels import LINKS, NO_PATH, PATHS, PairArrays, PathArrays
from bbwnet.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.assignment.sorted_roads import SortedRoads


@dataclass(frozen=True, eq=False)
class RoadPaths:
    """The paths that carry flow, by class, origin and destination; links are numbered as in `RoadLinks`.

    They are kept as the solver had them; the lists are made when they are first asked for.
    """

    arrays: PathArrays
    """The solver's paths."""
    roads: SortedRoads
    """The roads that it saw."""
    time: NDArray[np.float64]
    """Time that it ended with on each link in its order, marginal for the system optimum."""

    def __len__(self) -> int:
        """Number of paths."""
        return len(self.flow_pcu)

    @property
    def link_time(self) -> NDArray[np.float64]:
        """The time in the order of `RoadLinks`."""
        found = np.empty_like(self.time)
        found[self.roads.order] = self.time
        return found

    @property
    def road_class(self) -> NDArray[np.int32]:
        """Class of each path, by its place in the demand."""
        return self._ends[0]

    @property
    def origin(self) -> NDArray[np.int32]:
        """Zone, by its place in the demand."""
        return self._ends[1]

    @property
    def destination(self) -> NDArray[np.int32]:
        """Zone, by its place in the demand."""
        return self._ends[2]

    @property
    def flow_pcu(self) -> NDArray[np.float64]:
        """Flow of each path."""
        return self._lists[1]

    @property
    def first(self) -> NDArray[np.int64]:
        """First link of each path (n paths + 1)."""
        return self._lists[2]

    @property
    def link(self) -> NDArray[np.int32]:
        """Links from origin to destination."""
        return self._lists[3]

    @cached_property
    def path_of_link(self) -> NDArray[np.int64]:
        """Path that each item of `link` belongs to."""
        return np.repeat(np.arange(len(self)), np.diff(self.first))

    def sums(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum of a value of links along each path."""
        return np.bincount(self.path_of_link, weights=values[self.link], minlength=len(self)).astype(np.float64)

    def volume_pcu(self, link_count: int, chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Volume of every link from the chosen paths."""
        carried = np.where(chosen, self.flow_pcu, 0.0)[self.path_of_link]
        return np.bincount(self.link, weights=carried, minlength=link_count).astype(np.float64)

    @cached_property
    def _lists(self) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64], NDArray[np.int32]]:
        """Pair and flow of each path, where its links begin, and the links."""
        path_count, link_count = _count(self.arrays)
        pair, flow = np.empty(path_count, np.int64), np.empty(path_count)
        first, link = np.empty(path_count + 1, np.int64), np.empty(link_count, np.int32)
        _list(self.arrays, self.roads.order, pair, flow, first, link)
        return pair, flow, first, link

    @cached_property
    def _ends(self) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
        return self.roads.ends_of(self._lists[0])


@njit(cache=True, nogil=True)
def _count(paths: PathArrays) -> tuple[int, int]:
    path_count, link_count = 0, 0
    for first in paths.first_path:
        path = first
        while path != NO_PATH:
            if paths.flow[path] > 0.0:
                path_count += 1
                link_count += paths.length[path]
            path = paths.next_path[path]
    return path_count, link_count


@njit(cache=True, nogil=True)
def _list(
    paths: PathArrays,
    order: NDArray[np.int64],
    pair: NDArray[np.int64],
    flow: NDArray[np.float64],
    first: NDArray[np.int64],
    link: NDArray[np.int32],
) -> None:
    """Copy paths with flow, links turned to run from the origin and named by `order`."""
    place, position = 0, 0
    for number in range(len(paths.first_path)):
        path = paths.first_path[number]
        while path != NO_PATH:
            if paths.flow[path] > 0.0:
                pair[place], flow[place], first[place] = number, paths.flow[path], position
                begin = np.int64(paths.start[path])
                for step in range(begin + paths.length[path] - 1, begin - 1, -1):
                    link[position] = order[paths.link[step]]
                    position += 1
                place += 1
            path = paths.next_path[path]
    first[place] = position


@njit(cache=True, nogil=True)
def _chain(  # noqa: PLR0913, PLR0917  one pass over all paths: its arrays one by one
    former: PathArrays,
    pair_now: NDArray[np.int64],
    rank: NDArray[np.int32],
    pairs: PairArrays,
    row_of_pair: NDArray[np.int32],
    tail: NDArray[np.int32],
    head: NDArray[np.int32],
    is_end: NDArray[np.bool_],
    class_fixed: NDArray[np.float64],
    paths: PathArrays,
) -> int:
    """Chain former paths pair by pair, without those that a closed link or node bars now.

    `pair_now` has the pair of now of each former one, -1: it has no trips. Returns the former pair of a path that does not fit, or -1.
    """
    counts = paths.counts
    for former_pair in range(len(pair_now)):
        pair, former_path = pair_now[former_pair], former.first_path[former_pair]
        if pair < 0:
            continue
        row = row_of_pair[pair]
        fixed_cost = class_fixed[pairs.row_class[row]]
        while former_path != NO_PATH:
            if former.flow[former_path] > 0.0:
                path, begin, length = counts[PATHS], np.int64(former.start[former_path]), former.length[former_path]
                node, fixed, barred = pairs.destination[pair], 0.0, False
                for step in range(length):
                    link = rank[former.link[begin + step]]
                    if head[link] != node:
                        return former_pair
                    paths.link[counts[LINKS] + step] = link
                    node = tail[link]
                    fixed += fixed_cost[link]
                    barred = barred or (step < length - 1 and is_end[node])
                if node != pairs.row_origin[row]:
                    return former_pair
                if not barred and fixed < np.inf:
                    paths.start[path], paths.length[path], paths.fixed[path] = counts[LINKS], length, fixed
                    paths.flow[path], paths.next_path[path] = former.flow[former_path], paths.first_path[pair]
                    paths.first_path[pair] = path
                    counts[PATHS] += 1
                    counts[LINKS] += length
            former_path = former.next_path[former_path]
    return -1


@njit(cache=True, nogil=True)
def _scale(paths: PathArrays, demand: NDArray[np.float64]) -> None:
    """Scale the flows of each pair to its demand."""
    for pair in range(len(demand)):
        total, path = 0.0, paths.first_path[pair]
        while path != NO_PATH:
            total += paths.flow[path]
            path = paths.next_path[path]
        path = paths.first_path[pair]
        while path != NO_PATH:
            paths.flow[path] *= demand[pair] / total
            path = paths.next_path[path]


def chained(start: RoadPaths, roads: SortedRoads, room: PathArrays) -> None:
    """Put former paths into the arrays that kernels want, flows scaled to the trips of now; pairs without trips now are left out.

    `room` has no paths yet, and enough of it. Raises `InputError` if the paths are of another network: they must join origin and
    destination link by link.
    """
    if _same_ways(start.roads, roads):
        _copy(start.arrays, room)
    else:
        _translate(start, roads, room)
    _scale(room, roads.pairs.demand)


def _same_ways(former: SortedRoads, roads: SortedRoads) -> bool:
    """Whether all ways of before are ways now, at the same fixed cost, and between the same pairs."""
    same = ("order", "tail", "head", "is_end", "class_fixed")
    same_pairs = ("first_pair", "row_class", "row_origin", "destination")
    return all(np.array_equal(getattr(former, name), getattr(roads, name)) for name in same) and all(
        np.array_equal(getattr(former.pairs, name), getattr(roads.pairs, name)) for name in same_pairs
    )


@njit(cache=True, nogil=True)
def _copy(former: PathArrays, paths: PathArrays) -> None:
    """Take all paths with flow as they are, pair by pair, so that those of a pair are near each other."""
    path, count = 0, 0
    for pair in range(len(former.first_path)):
        former_path = former.first_path[pair]
        while former_path != NO_PATH:
            if former.flow[former_path] > 0.0:
                begin, length = np.int64(former.start[former_path]), former.length[former_path]
                paths.start[path], paths.length[path] = count, length
                paths.fixed[path], paths.flow[path] = former.fixed[former_path], former.flow[former_path]
                for position in range(length):
                    paths.link[count + position] = former.link[begin + position]
                paths.next_path[path] = paths.first_path[pair]
                paths.first_path[pair] = path
                path += 1
                count += length
            former_path = former.next_path[former_path]
    paths.counts[PATHS], paths.counts[LINKS] = path, count


def _translate(start: RoadPaths, roads: SortedRoads, room: PathArrays) -> None:
    """Take the paths that are ways now too."""
    former = start.roads
    if former.link_count > roads.link_count:
        raise InputError(f"start has paths over links that are not there, expected links 0 to {roads.link_count - 1}")
    rank = np.empty(roads.link_count, dtype=np.int32)
    rank[roads.order] = np.arange(roads.link_count, dtype=np.int32)
    row_of_pair = np.repeat(np.arange(roads.row_count, dtype=np.int32), np.diff(roads.pairs.first_pair))
    wrong = _chain(
        start.arrays, _pairs_now(former, roads), rank[former.order], roads.pairs, row_of_pair, roads.tail, roads.head, roads.is_end,
        roads.class_fixed, room,
    )  # fmt: skip
    if wrong >= 0:
        _, origin, destination = (int(values[0]) for values in former.ends_of(np.array([wrong])))
        raise InputError(f"a path of start does not join zone {origin} to {destination} on this network")


def _pairs_now(former: SortedRoads, roads: SortedRoads) -> NDArray[np.int64]:
    """The pair of now of each former one, -1 where it has no trips now."""
    now, before = (item.ends_of(np.arange(len(item.pairs.demand), dtype=np.int64)) for item in (roads, former))
    zones = 1 + max(int(values.max(initial=0)) for ends in (now, before) for values in ends[1:])
    key, wanted = _keys(*now, zones), _keys(*before, zones)
    if not len(key):
        return np.full(len(wanted), -1)
    place = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
    return np.where(key[place] == wanted, place, -1)


def _keys(road_class: NDArray[np.int32], origin: NDArray[np.int32], destination: NDArray[np.int32], zones: int) -> NDArray[np.int64]:
    """One rising number for class, origin and destination."""
    return (road_class.astype(np.int64) * zones + origin) * zones + destination
