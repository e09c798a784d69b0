"""Time, length, toll and cost between all zones, along the paths of an equilibrium."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles
from bbwnet.assignment.select_link import paths_of
from bbwnet.assignment.tree_kernels import NO_LINK, ends_of_ways, grow_tree

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.assignment.equilibrium import Equilibrium


@dataclass(frozen=True)
class RoadSkims:
    """Zones × zones for one class, in the units of the links; `inf` where there is no way, 0 within a zone."""

    time: NDArray[np.float64]
    length: NDArray[np.float64]
    toll: NDArray[np.float64]
    cost: NDArray[np.float64]
    """Time and all fixed costs of the class."""


def skim(found: Equilibrium, place: int = 0, first_zones: int | None = None) -> RoadSkims:
    """Skims of a class, by its place in the demand, at the times of the equilibrium; between the first zones only, if so many are given.

    Between zones with trips: the mean over the paths that carry them, weighted by flow. Between others, and for a stochastic
    equilibrium: along the way of least cost.
    """
    links, zone_node = found.links, np.asarray(found.demand.zone_node[:first_zones], dtype=np.int32)
    order = np.argsort(links.tail, kind="stable")
    tail, head = links.tail[order], links.head[order]
    cost = found.class_cost(place)
    values = np.array([found.time, links.length, links.toll, cost])
    first_link = np.searchsorted(tail, np.arange(links.node_count + 1)).astype(np.int32)
    table = np.empty((len(values), len(zone_node), len(zone_node)))
    _skim(
        first_link,
        tail,
        head,
        cost[order],
        ends_of_ways(tail, head, links.no_through),
        zone_node,
        np.ascontiguousarray(values[:, order]),
        table,
    )
    if found.paths is not None:
        _take_means(found, place, values, table)
    return RoadSkims(*table)


def skim_cost(found: Equilibrium, place: int = 0, first_zones: int | None = None) -> NDArray[np.float64]:
    """The costs of `skim` alone (zones x zones), in a third of its time: a tree knows what it costs to come to each of its nodes."""
    links, zone_node = found.links, np.asarray(found.demand.zone_node[:first_zones], dtype=np.int32)
    order = np.argsort(links.tail, kind="stable")
    tail, head = links.tail[order], links.head[order]
    cost = found.class_cost(place)
    first_link = np.searchsorted(tail, np.arange(links.node_count + 1)).astype(np.int32)
    table = np.empty((1, len(zone_node), len(zone_node)))
    _tree_costs(first_link, head, cost[order], ends_of_ways(tail, head, links.no_through), zone_node, table[0])
    if found.paths is not None:
        _take_means(found, place, cost[None, :], table)
    return np.asarray(table[0])


def _take_means(found: Equilibrium, place: int, values: NDArray[np.float64], table: NDArray[np.float64]) -> None:
    """Put the means over the paths of a class in their places."""
    paths = paths_of(found)
    zones = table.shape[1]
    mine = (paths.road_class == place) & (paths.origin < zones) & (paths.destination < zones)
    pair = paths.origin[mine].astype(np.int64) * zones + paths.destination[mine]
    flow = paths.flow_pcu[mine]
    total = np.bincount(pair, weights=flow, minlength=zones * zones)
    for value, matrix in zip(values, table, strict=True):
        mean = np.bincount(pair, weights=flow * paths.sums(value)[mine], minlength=zones * zones)
        carried = total > 0
        matrix.ravel()[carried] = mean[carried] / total[carried]


@njit(cache=True, nogil=True)
def _tree_costs(
    first_link: NDArray[np.int32],
    head: NDArray[np.int32],
    link_cost: NDArray[np.float64],
    is_end: NDArray[np.bool_],
    zone_node: NDArray[np.int32],
    table: NDArray[np.float64],
) -> None:
    """Fill `table` (zones x zones) with least costs."""
    node_count = len(first_link) - 1
    cost, last_link = np.empty(node_count), np.empty(node_count, np.int32)
    key, item = np.empty(len(head) + 1), np.empty(len(head) + 1, np.int32)
    for row in range(len(zone_node)):
        grow_tree(first_link, head, link_cost, is_end, zone_node[row], cost, last_link, key, item)
        for column in range(len(zone_node)):
            table[row, column] = cost[zone_node[column]]


@njit(cache=True, nogil=True)
def _skim(
    first_link: NDArray[np.int32],
    tail: NDArray[np.int32],
    head: NDArray[np.int32],
    link_cost: NDArray[np.float64],
    is_end: NDArray[np.bool_],
    zone_node: NDArray[np.int32],
    values: NDArray[np.float64],
    table: NDArray[np.float64],
) -> None:
    """Fill `table` (values × zones × zones) with sums along the trees of all zones."""
    node_count = len(first_link) - 1
    cost, last_link = np.empty(node_count), np.empty(node_count, np.int32)
    key, item = np.empty(len(head) + 1), np.empty(len(head) + 1, np.int32)
    for row in range(len(zone_node)):
        origin = zone_node[row]
        grow_tree(first_link, head, link_cost, is_end, origin, cost, last_link, key, item)
        for column in range(len(zone_node)):
            node = zone_node[column]
            table[:, row, column] = 0.0 if cost[node] < np.inf else np.inf
            while node != origin and last_link[node] != NO_LINK:
                for number in range(len(values)):
                    table[number, row, column] += values[number, last_link[node]]
                node = tail[last_link[node]]
