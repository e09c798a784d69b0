"""The network and the trips in the order that kernels want: links by tail, pairs by class and origin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.assignment.delays import DelayArrays, in_order, marginal
from bbwnet.assignment.path_kernels import PairArrays
from bbwnet.assignment.tree_kernels import ends_of_ways

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.assignment.road_demand import RoadDemand
    from bbwnet.assignment.road_links import RoadLinks


@dataclass(frozen=True)
class SortedRoads:
    """Links sorted by tail (`order`: place in `RoadLinks` of each), pairs of different zones that have trips."""

    order: NDArray[np.int64]
    first_link: NDArray[np.int32]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    is_end: NDArray[np.bool_]
    """Nodes that no way passes."""
    delays: DelayArrays
    preload: NDArray[np.float64]
    """Traffic that is always there (pcu)."""
    class_fixed: NDArray[np.float64]
    """Fixed cost (classes × links)."""
    pairs: PairArrays
    row_zone: NDArray[np.int32]
    """Zone of origin of each row."""
    zone_of: NDArray[np.int32]
    """Zone of each node, -1 if it has none."""

    @classmethod
    def of(cls, links: RoadLinks, demand: RoadDemand, *, marginal_cost: bool = False) -> SortedRoads:
        """Sort a network and its trips; with `marginal_cost` the time of a link is what one more vehicle adds to everyone's."""
        order = np.argsort(links.tail, kind="stable")
        delays = marginal(links.delays) if marginal_cost else links.delays
        zone_node = np.asarray(demand.zone_node, dtype=np.int32)
        zone_of = np.full(links.node_count, -1, dtype=np.int32)
        zone_of[zone_node] = np.arange(len(zone_node), dtype=np.int32)
        tail, head = links.tail[order], links.head[order]
        pairs, row_zone = _pairs(demand, zone_node)
        return cls(
            order=order,
            first_link=np.searchsorted(tail, np.arange(links.node_count + 1)).astype(np.int32),
            tail=tail,
            head=head,
            is_end=ends_of_ways(tail, head, links.no_through),
            delays=in_order(delays, order),
            preload=links.preload_pcu[order],
            class_fixed=np.array([item.fixed_cost(links)[order] for item in demand.classes]),
            pairs=pairs,
            row_zone=row_zone,
            zone_of=zone_of,
        )

    def ends_of(self, chosen: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
        """Class, origin and destination (zones) of chosen pairs."""
        row = np.searchsorted(self.pairs.first_pair, chosen, side="right") - 1
        return self.pairs.row_class[row], self.row_zone[row], self.zone_of[self.pairs.destination[chosen]]

    @property
    def link_count(self) -> int:
        """Number of links."""
        return len(self.tail)

    @property
    def node_count(self) -> int:
        """Number of nodes."""
        return len(self.is_end)

    @property
    def row_count(self) -> int:
        """Number of rows: classes and origins with trips."""
        return len(self.pairs.row_origin)


def _pairs(demand: RoadDemand, zone_node: NDArray[np.int32]) -> tuple[PairArrays, NDArray[np.int32]]:
    """Pairs of different zones that have trips, and the zone of each row; laid out row by row, which takes little memory."""
    zones = len(zone_node)
    has_trips = [_between_zones(item.trips) for item in demand.classes]
    per_row = np.concatenate([has.sum(axis=1) for has in has_trips])
    rows = np.flatnonzero(per_row)
    first_pair = np.concatenate([[0], np.cumsum(per_row[rows])]).astype(np.int64)
    destination, volume = np.empty(first_pair[-1], dtype=np.int32), np.empty(first_pair[-1])
    for number, row in enumerate(rows.tolist()):
        item, chosen = demand.classes[row // zones], has_trips[row // zones][row % zones]
        mine = slice(first_pair[number], first_pair[number + 1])
        destination[mine] = zone_node[chosen]
        volume[mine] = item.pcu * item.trips[row % zones][chosen]
    row_zone = (rows % zones).astype(np.int32)
    return PairArrays(first_pair, (rows // zones).astype(np.int32), zone_node[row_zone], destination, volume), row_zone


def _between_zones(trips: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Where there are trips to another zone."""
    between: NDArray[np.bool_] = trips > 0
    np.fill_diagonal(between, val=False)
    return between
