"""Running times of coaches: the quickest way of a car between two stops, and how much longer a coach takes over it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.network.car_times import IMPASSABLE
from bbwnet.network.least_cost import LeastCostWays
from bbwnet.network.terminals import NO_THROUGH_KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bbwnet.scenario.schema.infrastructure import Link, Node
    from bbwnet.scenario.schema.places import Place


@dataclass(frozen=True)
class RoadSection:
    """The run of a coach from one stop to the next."""

    links: tuple[str, ...]
    length_km: float
    seconds: int


class RoadTimes:
    """Quickest ways over roads, ro-ro ferries and borders; trees from one stop are kept."""

    def __init__(
        self,
        links: Mapping[str, Link],
        nodes: Mapping[str, Node],
        car_seconds: Mapping[str, tuple[int, int]],
        coach_factor: float,
        places: Mapping[str, Place] | None = None,
    ) -> None:
        """Take links, nodes and places in force, the seconds of a car over each link either way, and the coach's time over the car's."""
        closed = {key for key, node in nodes.items() if node.kind in NO_THROUGH_KINDS}
        closed |= {key for key, place in (places or {}).items() if place.no_through}
        self._links = links
        self._factor = coach_factor
        arcs: list[tuple[str, str, str, int]] = []
        for key in sorted(links):
            link = links[key]
            forward, backward = car_seconds[key]
            if forward != IMPASSABLE:
                arcs.append((link.from_, link.to, key, forward))
            if backward != IMPASSABLE and not link.directed:
                arcs.append((link.to, link.from_, key, backward))
        ends = sorted({end for tail, head, _, _ in arcs for end in (tail, head)})
        self._index = {node: position for position, node in enumerate(ends)}
        self._arcs = arcs
        self._ways = LeastCostWays(
            len(ends),
            np.array([self._index[tail] for tail, _, _, _ in arcs], dtype=np.int64),
            np.array([self._index[head] for _, head, _, _ in arcs], dtype=np.int64),
            np.array([seconds for _, _, _, seconds in arcs], dtype=np.float64),
            np.array([end in closed for end in ends], dtype=np.bool_),
        )

    def section(self, start: str, end: str) -> RoadSection | None:
        """The quickest run between two stops; `None` if no road joins them."""
        if start not in self._index or end not in self._index:
            return None
        way = self._ways.way(self._index[start], self._index[end])
        if way is None:
            return None
        links = tuple(self._arcs[arc][2] for arc in way)
        seconds = sum(self._arcs[arc][3] for arc in way)
        return RoadSection(links, sum(self._links[link].length_km for link in links), round(seconds * self._factor))
