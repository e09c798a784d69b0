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
    pair_class: NDArray[np.int32]
    pair_origin: NDArray[np.int32]
    """Zone."""
    pair_destination: NDArray[np.int32]

    @classmethod
    def of(cls, links: RoadLinks, demand: RoadDemand, *, marginal_cost: bool = False) -> SortedRoads:
        """Sort a network and its trips; with `marginal_cost` the time of a link is what one more vehicle adds to everyone's."""
        order = np.argsort(links.tail, kind="stable")
        delays = marginal(links.delays) if marginal_cost else links.delays
        found = [np.nonzero(_between_zones(item.trips)) for item in demand.classes]
        counts = [len(origins) for origins, _ in found]
        pair_class = np.repeat(np.arange(len(found), dtype=np.int32), counts)
        pair_origin = np.concatenate([origins for origins, _ in found]).astype(np.int32)
        pair_destination = np.concatenate([destinations for _, destinations in found]).astype(np.int32)
        trips = [item.pcu * item.trips[place] for item, place in zip(demand.classes, found, strict=True)]
        zone_node = np.asarray(demand.zone_node, dtype=np.int32)
        starts = np.flatnonzero(np.diff(pair_class, prepend=-1) | np.diff(pair_origin, prepend=-1))
        tail, head = links.tail[order], links.head[order]
        return cls(
            order=order,
            first_link=np.searchsorted(tail, np.arange(links.node_count + 1)).astype(np.int32),
            tail=tail,
            head=head,
            is_end=ends_of_ways(tail, head, links.no_through),
            delays=in_order(delays, order),
            preload=links.preload_pcu[order],
            class_fixed=np.array([item.fixed_cost(links)[order] for item in demand.classes]),
            pairs=PairArrays(
                first_pair=np.append(starts, len(pair_class)).astype(np.int64),
                row_class=pair_class[starts],
                row_origin=zone_node[pair_origin[starts]],
                destination=zone_node[pair_destination],
                demand=np.concatenate(trips).astype(np.float64),
            ),
            pair_class=pair_class,
            pair_origin=pair_origin,
            pair_destination=pair_destination,
        )

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


def _between_zones(trips: NDArray[np.float64]) -> NDArray[np.float64]:
    """Trips without those that stay within their zone."""
    between = np.array(trips, dtype=np.float64)
    np.fill_diagonal(between, 0.0)
    return between
