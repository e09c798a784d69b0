"""Who finds road times in `benchmarks/road_matrix.py`: bbwnet and its peers, each the way that its documentation shows.

Every contender is prepared for a grid (`time` is measured by the caller) and answers with whole seconds, `UNREACHED` where there is none.
A peer is imported when it is asked, so that one that is not installed is named in the table.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from importlib import import_module
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from bbwnet.routing.road_matrix import UNREACHED, RoadGraph
from benchmarks.road_grid import RoadGrid

ORIGINS_AT_ONCE = 10
"""Origins whose seconds to all nodes are held together, by peers that answer with all nodes."""


class Contender(ABC):
    """A library and a method of it."""

    name: ClassVar[str]
    remark: ClassVar[str] = ""
    """What the table must say of how it is asked."""
    answers: ClassVar[frozenset[str]] = frozenset({"matrix", "within"})
    """What it is asked: `matrix`, `within`, `reweigh`."""
    is_by_origin: ClassVar[bool] = True
    """Whether a matrix takes as long for every origin, so that some stand for all; False if origins share work."""

    @abstractmethod
    def __init__(self, grid: RoadGrid) -> None:
        """Prepare all that does not depend on origins and destinations; raises `ImportError` if the library is not installed."""

    @abstractmethod
    def matrix(self, origins: NDArray[np.int64], destinations: NDArray[np.int64]) -> NDArray[np.int64]:
        """Seconds from every origin to every destination."""

    def within(self, origins: NDArray[np.int64], limit_s: int) -> NDArray[np.int64]:
        """Number of nodes within the limit of each origin, once the nodes and their seconds are in memory."""
        raise NotImplementedError(f"{self.name} is not asked for {len(origins)} origins within {limit_s} s")

    def reweigh(self, seconds: NDArray[np.int64]) -> None:
        """Take other seconds on all arcs, for the matrices to come."""
        raise NotImplementedError(f"{self.name} must be prepared anew for {len(seconds)} other seconds")


class BbwnetHierarchy(Contender):
    """bbwnet's matrices by labels of a hierarchy."""

    name = "bbwnet, hierarchy"
    answers = frozenset({"matrix", "reweigh"})
    is_by_origin = False

    def __init__(self, grid: RoadGrid) -> None:
        self._graph = RoadGraph(grid.node_count, grid.tail, grid.head, grid.seconds).prepare()

    def matrix(self, origins: NDArray[np.int64], destinations: NDArray[np.int64]) -> NDArray[np.int64]:  # noqa: D102
        return self._graph.matrix(origins, destinations).astype(np.int64)

    def reweigh(self, seconds: NDArray[np.int64]) -> None:  # noqa: D102
        self._graph.with_seconds(seconds)


class BbwnetSearch(Contender):
    """bbwnet's searches with a queue of buckets."""

    name = "bbwnet, search"

    def __init__(self, grid: RoadGrid) -> None:
        self._graph = RoadGraph(grid.node_count, grid.tail, grid.head, grid.seconds)

    def matrix(self, origins: NDArray[np.int64], destinations: NDArray[np.int64]) -> NDArray[np.int64]:  # noqa: D102
        return self._graph.matrix(origins, destinations, limit_s=UNREACHED - 1).astype(np.int64)

    def within(self, origins: NDArray[np.int64], limit_s: int) -> NDArray[np.int64]:  # noqa: D102
        return self._graph.within(origins, limit_s).counts


class Scipy(Contender):
    """scipy.sparse.csgraph.dijkstra."""

    name = "scipy, Dijkstra"
    remark = "answers with all nodes, origin by origin in a dense array"

    def __init__(self, grid: RoadGrid) -> None:
        self._dijkstra: Any = dijkstra
        self._arcs = csr_matrix((grid.seconds.astype(np.float64), (grid.tail, grid.head)), shape=(grid.node_count, grid.node_count))

    def matrix(self, origins: NDArray[np.int64], destinations: NDArray[np.int64]) -> NDArray[np.int64]:  # noqa: D102
        parts = [self._dijkstra(self._arcs, indices=part)[:, destinations] for part in groups(origins)]
        return whole_seconds(np.concatenate(parts))

    def within(self, origins: NDArray[np.int64], limit_s: int) -> NDArray[np.int64]:  # noqa: D102
        parts = [np.isfinite(self._dijkstra(self._arcs, indices=part, limit=limit_s)).sum(axis=1) for part in groups(origins)]
        return np.concatenate(parts)


class Networkit(Contender):
    """networkit's Dijkstra (C++)."""

    name = "networkit, Dijkstra"
    remark = "searches have no limit: all nodes are searched and those within counted"

    def __init__(self, grid: RoadGrid) -> None:
        networkit: Any = import_module("networkit")
        networkit.setNumberOfThreads(1)
        self._networkit = networkit
        arcs = grid.seconds.astype(np.float64), (grid.tail, grid.head)
        self._graph = networkit.GraphFromCoo(arcs, n=grid.node_count, weighted=True, directed=True)

    def matrix(self, origins: NDArray[np.int64], destinations: NDArray[np.int64]) -> NDArray[np.int64]:  # noqa: D102
        search = self._networkit.distance.SPSP(self._graph, origins.tolist())
        search.setTargets(destinations.tolist())
        search.run()
        return whole_seconds(np.asarray(search.getDistances(asarray=True)))

    def within(self, origins: NDArray[np.int64], limit_s: int) -> NDArray[np.int64]:  # noqa: D102
        counts = []
        for origin in origins.tolist():
            search = self._networkit.distance.Dijkstra(self._graph, origin, storePaths=False)
            search.run()
            counts.append(np.count_nonzero(np.asarray(search.getDistances(asarray=True)) <= limit_s))
        return np.array(counts)


class Pandana(Contender):
    """pandana's contraction hierarchy (C++)."""

    name = "pandana, contraction hierarchy"
    remark = "a matrix is a list of pairs; nodes within a limit come as a data frame"

    def __init__(self, grid: RoadGrid) -> None:
        pandana: Any = import_module("pandana")
        ends = pd.Series(grid.tail), pd.Series(grid.head)
        weight = pd.DataFrame({"seconds": grid.seconds.astype(np.float64)})
        self._network = pandana.Network(pd.Series(grid.x_km), pd.Series(grid.y_km), *ends, weight, twoway=False)

    def matrix(self, origins: NDArray[np.int64], destinations: NDArray[np.int64]) -> NDArray[np.int64]:  # noqa: D102
        pairs = np.repeat(origins, len(destinations)), np.tile(destinations, len(origins))
        seconds = np.array(self._network.shortest_path_lengths(*pairs)).reshape(len(origins), len(destinations))
        return whole_seconds(seconds)

    def within(self, origins: NDArray[np.int64], limit_s: int) -> NDArray[np.int64]:  # noqa: D102
        found = self._network.nodes_in_range(origins, limit_s)
        counts = found["source"].value_counts()
        return np.array([counts.get(origin, 0) for origin in origins])


class RoutingKit(Contender):
    """RoutingKit's customizable contraction hierarchy (C++)."""

    name = "pyroutingkit, customizable contraction hierarchy"
    remark = "has no limit: a matrix to all nodes is computed and those within counted"
    answers = frozenset({"matrix", "within", "reweigh"})
    is_by_origin = False

    def __init__(self, grid: RoadGrid) -> None:
        pyroutingkit: Any = import_module("pyroutingkit")
        self._topology = pyroutingkit.CCHTopology()
        degrees = [(part / 111.0).astype(np.float32) for part in (grid.y_km, grid.x_km)]  # a plane near the equator
        self._topology.build(grid.tail.astype(np.uint32), grid.head.astype(np.uint32), *degrees, grid.node_count)
        self._metric = pyroutingkit.CCHMetric(self._topology)
        self._metric.customize(grid.seconds.astype(np.uint32))
        self._node_count = grid.node_count

    def matrix(self, origins: NDArray[np.int64], destinations: NDArray[np.int64]) -> NDArray[np.int64]:  # noqa: D102
        seconds = self._metric.distances_many_to_many(origins.astype(np.uint32), destinations.astype(np.uint32))
        return whole_seconds(seconds)

    def within(self, origins: NDArray[np.int64], limit_s: int) -> NDArray[np.int64]:  # noqa: D102
        nodes = np.arange(self._node_count, dtype=np.uint32)
        parts = [self._metric.distances_many_to_many(part.astype(np.uint32), nodes) <= limit_s for part in groups(origins)]
        return np.asarray(np.concatenate(parts).sum(axis=1), dtype=np.int64)

    def reweigh(self, seconds: NDArray[np.int64]) -> None:  # noqa: D102
        self._metric.customize(seconds.astype(np.uint32))


CONTENDERS: tuple[type[Contender], ...] = (BbwnetHierarchy, BbwnetSearch, Scipy, Networkit, Pandana, RoutingKit)


def groups(origins: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Origins, a few at a time."""
    return [origins[first : first + ORIGINS_AT_ONCE] for first in range(0, len(origins), ORIGINS_AT_ONCE)]


def whole_seconds(seconds: NDArray[Any]) -> NDArray[np.int64]:
    """Seconds of a peer as whole numbers, with one mark for what is not reached."""
    return np.where(seconds < UNREACHED, seconds, UNREACHED).astype(np.int64)
