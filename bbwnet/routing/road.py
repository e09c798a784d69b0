"""Driving: least-time ways by car over roads, ro-ro ferries and borders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.network.least_cost import LeastCostWays
from bbwnet.network.terminals import no_through_nodes

if TYPE_CHECKING:
    from bbwnet.network.network import Network
    from bbwnet.network.state import NetworkState


@dataclass(frozen=True)
class RoadLeg:
    """One link of a drive, in the direction driven."""

    link: str
    mode: str
    line: str
    from_node: str
    to_node: str
    seconds: int
    length_km: float


@dataclass(frozen=True)
class Drive:
    """A way by car."""

    legs: tuple[RoadLeg, ...]

    @property
    def minutes(self) -> float:
        """Minutes under way, ferries with their loading and mean wait, borders with their dwell."""
        return sum(leg.seconds for leg in self.legs) / 60

    @property
    def length_km(self) -> float:
        """Kilometres, those on board a ferry included."""
        return sum(leg.length_km for leg in self.legs)

    @property
    def links(self) -> tuple[str, ...]:
        """Links driven over, in order."""
        return tuple(leg.link for leg in self.legs)


class RoadSearch:
    """Least-time drives in one state of the network; trees from one origin are kept."""

    def __init__(self, network: Network, state: NetworkState) -> None:
        """Take the arcs that cars can use in this state."""
        self._network = network
        star = network.graph
        seconds = state.passable_car_seconds(network)
        self._arcs = np.flatnonzero(seconds >= 0)
        self._seconds = seconds
        self._no_through = no_through_nodes(network)
        self._shortest: LeastCostWays | None = None
        self._links: dict[tuple[str, str], tuple[str, ...]] = {}
        self._link_names = [str(link) for link in network.links.index]
        self._ways = LeastCostWays(
            star.node_count,
            star.tail[self._arcs].astype(np.int64),
            star.head[self._arcs].astype(np.int64),
            seconds[self._arcs].astype(np.float64),
            self._no_through,
        )

    def drive(self, origin: str, destination: str) -> Drive | None:
        """The least-time drive between two nodes; `None` if there is none."""
        index = self._network.node_index
        way = self._ways.way(index[origin], index[destination])
        return None if way is None else Drive(tuple(self._leg(int(self._arcs[position])) for position in way))

    def links(self, origin: str, destination: str) -> tuple[str, ...]:
        """Links of the least-time drive between two nodes, in order; empty if there is none. Kept, for the same drives are asked often."""
        if (origin, destination) not in self._links:
            index, star = self._network.node_index, self._network.graph
            way = self._ways.way(index[origin], index[destination]) or []
            self._links[origin, destination] = tuple(self._link_names[star.link[self._arcs[position]]] for position in way)
        return self._links[origin, destination]

    def shortest_km(self, origin: str, destination: str) -> float | None:
        """Kilometres of the shortest way that a car can take, however long it lasts; `None` if there is none."""
        star, index = self._network.graph, self._network.node_index
        if self._shortest is None:
            length_km = self._network.links["length_km"].to_numpy(dtype=np.float64)[star.link[self._arcs]]
            tail, head = star.tail[self._arcs].astype(np.int64), star.head[self._arcs].astype(np.int64)
            self._shortest = LeastCostWays(star.node_count, tail, head, length_km, self._no_through)
        km = self._shortest.cost(index[origin], index[destination])
        return km if np.isfinite(km) else None

    def _leg(self, arc: int) -> RoadLeg:
        network = self._network
        star = network.graph
        link = network.assembly.links[str(network.links.index[star.link[arc]])]
        ends = (link.to, link.from_) if star.backward[arc] else (link.from_, link.to)
        return RoadLeg(link.id, link.mode, link.line, *ends, seconds=int(self._seconds[arc]), length_km=link.length_km)
