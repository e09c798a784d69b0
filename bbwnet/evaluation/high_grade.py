"""Clause D2: pairs of cities joined end to end by expressway only, and by rail of 200 km/h or more only."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from bbwnet.evaluation.provinces import members
from bbwnet.network.least_cost import LeastCostWays
from bbwnet.network.rail_times import passenger_links
from bbwnet.network.state import NetworkState
from bbwnet.network.terminals import main_stations, no_through_nodes
from bbwnet.scenario.schema.infrastructure import RailLink

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.scenario.schema.places import City

RAIL_KMH = 200.0
"""Speed from which on a railway counts as high-grade (the clause's own figure)."""

LOCAL_ACCESS_MIN = 45.0
"""Longest drive over other roads between a city's centre and the expressway that still counts as joined; our assumption.

The national aim is 30 minutes from a county seat to the expressway; city halls in the middle of a town are farther in.
"""


@dataclass(frozen=True)
class HighGradePair:
    """What joins two member cities end to end."""

    from_city: str
    to_city: str
    expressway: bool
    rail_by_design_speed: bool
    rail_by_operating_speed: bool


@dataclass(frozen=True)
class HighGradeLinks:
    """All pairs of member cities, and the shares of them that are joined."""

    pairs: tuple[HighGradePair, ...]

    @property
    def expressway_share(self) -> float | None:
        """Share of pairs joined by expressway; `None` if there are no pairs."""
        return self._share(lambda pair: pair.expressway)

    @property
    def rail_by_design_speed_share(self) -> float | None:
        """Share of pairs joined by rail designed for 200 km/h or more."""
        return self._share(lambda pair: pair.rail_by_design_speed)

    @property
    def rail_by_operating_speed_share(self) -> float | None:
        """Share of pairs joined by rail where trains run 200 km/h or more."""
        return self._share(lambda pair: pair.rail_by_operating_speed)

    def _share(self, joined: Callable[[HighGradePair], bool]) -> float | None:
        return sum(map(joined, self.pairs)) / len(self.pairs) if self.pairs else None


def high_grade_links(network: Network, state: NetworkState | None = None) -> HighGradeLinks:
    """Which pairs of member cities are joined, whatever runs there.

    By road: expressway in both directions from an entry within `LOCAL_ACCESS_MIN` of the one centre, by roads of the other
    classes, to one of the other; ferries and borders are no expressway. By rail: passenger track of standard gauge from a main station
    of the one to a main station of the other; one slower link on the way, between two stations of a city too, breaks it.
    """
    state = NetworkState.free_flow(network) if state is None else state
    cities = members(network)
    roads = _expressways_near(network, state, cities)
    by_design = _railways_at(network, state, cities, lambda link: link.design_speed_kmh)
    by_operation = _railways_at(network, state, cities, lambda link: link.operating_speed_kmh or link.design_speed_kmh)
    pairs = [
        HighGradePair(
            cities[a].id,
            cities[b].id,
            expressway=bool(roads[a] & roads[b]),
            rail_by_design_speed=bool(by_design[a] & by_design[b]),
            rail_by_operating_speed=bool(by_operation[a] & by_operation[b]),
        )
        for a, b in combinations(range(len(cities)), 2)
    ]
    return HighGradeLinks(tuple(pairs))


def _expressways_near(network: Network, state: NetworkState, cities: Sequence[City]) -> list[set[int]]:
    """The connected expressway networks that each city's centre can be driven to, by number."""
    star = network.graph
    seconds = state.passable_car_seconds(network)
    road = (network.links["mode"] == "highway").to_numpy(dtype=np.bool_)[star.link] & (seconds >= 0)
    fast = (network.links["road_class"] == "expressway").to_numpy(dtype=np.bool_, na_value=False)[star.link]
    number = _connected(star.node_count, star.tail[road & fast], star.head[road & fast])
    other = road & ~fast
    local = LeastCostWays(
        star.node_count,
        star.tail[other].astype(np.int64),
        star.head[other].astype(np.int64),
        seconds[other].astype(np.float64),
        no_through_nodes(network),
    )
    entries = np.flatnonzero(number >= 0).tolist()
    centres = [network.node_index[city.centre] for city in cities]
    return [{int(number[entry]) for entry in entries if local.cost(centre, entry) <= LOCAL_ACCESS_MIN * 60} for centre in centres]


def _railways_at(network: Network, state: NetworkState, cities: Sequence[City], speed_kmh: Callable[[RailLink], float]) -> list[set[int]]:
    """The connected railways of 200 km/h or more that each city's main stations lie on, by number."""
    index = network.node_index
    fast = [
        link
        for link in passenger_links(network.assembly.links.values())
        if isinstance(link, RailLink) and speed_kmh(link) >= RAIL_KMH and _open(link, state)
    ]
    both = [(link.from_, link.to) for link in fast] + [(link.to, link.from_) for link in fast if not link.directed]
    tail, head = (np.array([index[pair[end]] for pair in both], dtype=np.int64) for end in (0, 1))
    number = _connected(len(network.nodes), tail, head)
    return [{int(number[index[station]]) for station in main_stations(network, city)} - {-1} for city in cities]


def _open(link: RailLink, state: NetworkState) -> bool:
    closed: Collection[str] = state.closed_nodes
    return link.id not in state.closed_links and link.from_ not in closed and link.to not in closed


def _connected(size: int, tail: NDArray[np.integer], head: NDArray[np.integer]) -> NDArray[np.int64]:
    """Number of the strongly connected part that each node lies in; -1 for nodes that no arc touches."""
    arcs = coo_matrix((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(size, size)).tocsr()
    _, labels = connected_components(arcs, directed=True, connection="strong")
    touched = np.zeros(size, dtype=np.bool_)
    touched[tail] = touched[head] = True
    return np.where(touched, labels, -1).astype(np.int64)
