"""Driving: least-time ways by car over roads, ro-ro ferries and borders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
        """Keep the quickest of parallel arcs, ties by link identifier."""
        self._network = network
        star = network.graph
        seconds = state.passable_car_seconds(network)
        arcs = np.flatnonzero(seconds >= 0)
        # Parallel arcs are reduced by minimum: a sparse matrix would add them up.
        order = np.lexsort((star.link[arcs], seconds[arcs], star.head[arcs], star.tail[arcs]))
        arcs = arcs[order]
        pair = star.tail[arcs].astype(np.int64) * star.node_count + star.head[arcs]
        first = np.concatenate([[True], pair[1:] != pair[:-1]]) if len(arcs) else np.zeros(0, dtype=bool)
        self._arcs = arcs[first]
        self._pair = pair[first]
        self._seconds = seconds
        size = star.node_count
        # A zero weight would vanish from the sparse graph; a microsecond keeps it and cannot change a whole-second time.
        weight = np.maximum(seconds[self._arcs].astype(np.float64), 1e-6)
        self._matrix = csr_matrix((weight, (star.tail[self._arcs], star.head[self._arcs])), shape=(size, size))
        self._trees: dict[int, tuple[NDArray[np.float64], NDArray[np.int32]]] = {}

    def drive(self, origin: str, destination: str) -> Drive | None:
        """The least-time drive between two nodes; `None` if there is none."""
        index = self._network.node_index
        start, end = index[origin], index[destination]
        distance, predecessor = self._tree(start)
        if not np.isfinite(distance[end]):
            return None
        legs: list[RoadLeg] = []
        position = end
        while position != start:
            before = int(predecessor[position])
            legs.append(self._leg(before, position))
            position = before
        return Drive(tuple(legs[::-1]))

    def _tree(self, start: int) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
        if start not in self._trees:
            self._trees[start] = dijkstra(self._matrix, indices=start, return_predecessors=True)
        return self._trees[start]

    def _leg(self, tail: int, head: int) -> RoadLeg:
        network = self._network
        found = int(np.searchsorted(self._pair, tail * network.graph.node_count + head))
        arc = int(self._arcs[found])
        row = int(network.graph.link[arc])
        link = network.links.index[row]
        return RoadLeg(
            link=str(link),
            mode=str(network.links["mode"].iat[row]),
            line=str(network.links["line"].iat[row]),
            from_node=str(network.nodes.index[tail]),
            to_node=str(network.nodes.index[head]),
            seconds=int(self._seconds[arc]),
            length_km=float(network.links["length_km"].iat[row]),
        )
