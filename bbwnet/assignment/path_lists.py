"""The paths that carry flow as plain lists for the reader, and back again for a warm start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles
from bbwnet.assignment.path_kernels import NO_PATH, PathArrays
from bbwnet.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.assignment.sorted_roads import SortedRoads


@dataclass(frozen=True)
class RoadPaths:
    """The paths that carry flow, by class, origin and destination; links are numbered as in `RoadLinks`."""

    road_class: NDArray[np.int32]
    """Class of each path, by its place in the demand."""
    origin: NDArray[np.int32]
    """Zone, by its place in the demand."""
    destination: NDArray[np.int32]
    flow_pcu: NDArray[np.float64]
    first: NDArray[np.int64]
    """First link of each path (n paths + 1)."""
    link: NDArray[np.int32]
    """Links from origin to destination."""

    def __len__(self) -> int:
        """Number of paths."""
        return len(self.flow_pcu)

    @property
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
                begin = paths.start[path]
                for step in range(begin + paths.length[path] - 1, begin - 1, -1):
                    link[position] = order[paths.link[step]]
                    position += 1
                place += 1
            path = paths.next_path[path]
    first[place] = position


def listed(paths: PathArrays, roads: SortedRoads) -> RoadPaths:
    """List the paths that carry flow."""
    path_count, link_count = _count(paths)
    pair, flow = np.empty(path_count, np.int64), np.empty(path_count)
    first, link = np.empty(path_count + 1, np.int64), np.empty(link_count, np.int32)
    _list(paths, roads.order, pair, flow, first, link)
    return RoadPaths(roads.pair_class[pair], roads.pair_origin[pair], roads.pair_destination[pair], flow, first, link)


@njit(cache=True, nogil=True)
def _chain(  # noqa: PLR0913, PLR0917  one pass over all paths: its arrays one by one
    listed_pair: NDArray[np.int64],
    listed_flow: NDArray[np.float64],
    listed_first: NDArray[np.int64],
    listed_link: NDArray[np.int32],
    row_of_pair: NDArray[np.int64],
    row_origin: NDArray[np.int32],
    row_class: NDArray[np.int32],
    destination: NDArray[np.int32],
    tail: NDArray[np.int32],
    head: NDArray[np.int32],
    is_end: NDArray[np.bool_],
    class_fixed: NDArray[np.float64],
    paths: PathArrays,
) -> int:
    """Chain listed paths pair by pair, those apart that a closed link or node bars now; return the place of a path that does not fit."""
    position = 0
    for place in range(len(listed_pair)):
        pair = listed_pair[place]
        paths.start[place], paths.length[place], paths.flow[place] = position, 0, 0.0
        if pair < 0:
            continue
        row = row_of_pair[pair]
        node, fixed, barred = row_origin[row], 0.0, False
        count = listed_first[place + 1] - listed_first[place]
        for step in range(count):
            link = listed_link[listed_first[place] + step]
            if tail[link] != node:
                return place
            barred = barred or (step > 0 and is_end[node])
            fixed += class_fixed[row_class[row], link]
            node = head[link]
            paths.link[position + count - 1 - step] = link
        if node != destination[pair]:
            return place
        if barred or fixed == np.inf:
            continue
        paths.length[place], paths.fixed[place], paths.flow[place] = count, fixed, listed_flow[place]
        paths.next_path[place] = paths.first_path[pair]
        paths.first_path[pair] = place
        position += count
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


def chained(start: RoadPaths, roads: SortedRoads) -> PathArrays:
    """Make the arrays that kernels want of listed paths, flows scaled to the trips of now; pairs without trips now are left out.

    Raises `InputError` if the paths are of another network: they must join origin and destination link by link.
    """
    count = len(start)
    if count and (start.link.min(initial=0) < 0 or start.link.max(initial=0) >= roads.link_count):
        raise InputError(f"start has paths over links that are not there, expected links 0 to {roads.link_count - 1}")
    rank = np.empty(roads.link_count, dtype=np.int32)
    rank[roads.order] = np.arange(roads.link_count, dtype=np.int32)
    zones = 1 + max(int(values.max(initial=0)) for values in (start.origin, start.destination, roads.pair_origin, roads.pair_destination))
    key = _keys(roads.pair_class, roads.pair_origin, roads.pair_destination, zones)
    wanted = _keys(start.road_class, start.origin, start.destination, zones)
    pair = np.minimum(np.searchsorted(key, wanted), max(len(key) - 1, 0))
    pair = np.where(key[pair] == wanted, pair, -1) if len(key) else np.full(count, -1)
    pairs = roads.pairs
    paths = PathArrays(
        first_path=np.full(len(key), NO_PATH, dtype=np.int32),
        next_path=np.full(count, NO_PATH, dtype=np.int32),
        start=np.zeros(count, dtype=np.int64),
        length=np.zeros(count, dtype=np.int32),
        fixed=np.zeros(count),
        flow=np.zeros(count),
        link=np.zeros(len(start.link), dtype=np.int32),
    )
    row_of_pair = np.repeat(np.arange(roads.row_count), np.diff(pairs.first_pair))
    wrong = _chain(
        pair, start.flow_pcu, start.first, rank[start.link], row_of_pair, pairs.row_origin, pairs.row_class, pairs.destination,
        roads.tail, roads.head, roads.is_end, roads.class_fixed, paths,
    )  # fmt: skip
    if wrong >= 0:
        raise InputError(f"path {wrong} of start does not join zone {start.origin[wrong]} to {start.destination[wrong]} on this network")
    _scale(paths, pairs.demand)
    return paths


def _keys(road_class: NDArray[np.int32], origin: NDArray[np.int32], destination: NDArray[np.int32], zones: int) -> NDArray[np.int64]:
    """One rising number for class, origin and destination."""
    return (road_class.astype(np.int64) * zones + origin) * zones + destination
