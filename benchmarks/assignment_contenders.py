"""Who finds road equilibria in `benchmarks/assignment.py`: bbwnet and its peers, each the way that its documentation shows.

A contender is prepared for a network and its trips outside the time that is measured. A peer is imported when it is asked, so that one
that is not installed is named in the table.
"""

from __future__ import annotations

import dataclasses
import logging
import warnings
from abc import ABC, abstractmethod
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bbwnet.assignment.delays import integrals
from bbwnet.assignment.path_lists import RoadPaths
from bbwnet.assignment.road import AssignmentSettings, assign_roads
from bbwnet.assignment.road_demand import RoadDemand
from bbwnet.assignment.road_links import RoadLinks

THREADS = 2


@dataclass(frozen=True)
class Case:
    """A network and its trips of one class."""

    links: RoadLinks
    demand: RoadDemand

    @property
    def fixed(self) -> NDArray[np.float64]:
        """What links cost besides their time."""
        return self.demand.classes[0].fixed_cost(self.links)

    @property
    def trips(self) -> NDArray[np.float64]:
        """Trips between different zones."""
        trips = self.demand.classes[0].trips.copy()
        np.fill_diagonal(trips, 0.0)
        return trips

    def objective(self, volume: NDArray[np.float64]) -> float:
        """Beckmann's objective of volumes."""
        return float((integrals(self.links.delays, volume) + self.fixed * volume).sum())

    def with_narrower_link(self, link: int, share: float) -> Case:
        """The same with less capacity on one link."""
        capacity = self.links.capacity.copy()
        capacity[link] *= share
        return Case(dataclasses.replace(self.links, capacity=capacity), self.demand)


class Contender(ABC):
    """A library and a method of it."""

    name: ClassVar[str]
    remark: ClassVar[str]
    smallest_gap: ClassVar[float] = 0.0
    """Gaps below this are not asked for: it does not come so far."""

    @abstractmethod
    def __init__(self, case: Case) -> None:
        """Prepare all that does not depend on the gap; raises `ImportError` if the library is not installed."""

    @abstractmethod
    def solve(self, gap: float) -> tuple[NDArray[np.float64], float, int]:
        """Volumes, the gap told, and iterations."""


class Bbwnet(Contender):
    """bbwnet's gradient projection."""

    name = "bbwnet"
    remark = "`assign_roads`, from links and matrix to volumes and paths"

    def __init__(self, case: Case) -> None:
        self._case = case
        self.paths: RoadPaths | None = None
        self.start: RoadPaths | None = None

    def solve(self, gap: float) -> tuple[NDArray[np.float64], float, int]:  # noqa: D102
        self.paths = None  # a former solution is let go first
        found = assign_roads(self._case.links, self._case.demand, AssignmentSettings(gap=gap, threads=THREADS), start=self.start)
        self.paths = found.paths
        return found.volume_pcu, found.relative_gap, found.iterations


class Pytraf(Contender):
    """pytraf's gradient projection (Rust)."""

    name = "pytraf"
    remark = "`Network.assign`, two threads"

    def __init__(self, case: Case) -> None:
        pytraf: Any = import_module("pytraf")
        links, trips = case.links, case.trips
        rows, columns = np.nonzero(trips)
        nodes = case.demand.zone_node.astype(np.int64)
        self._network = pytraf.Network(
            links.node_count, links.tail.astype(np.int64), links.head.astype(np.int64), links.free_time, links.capacity, links.bpr_b,
            links.bpr_power, is_centroid=links.no_through,
        )  # fmt: skip
        demand = pytraf.Demand(links.node_count, nodes[rows], nodes[columns], trips[rows, columns])
        self._class = pytraf.TrafficClass(demand, extra_link_cost=case.fixed)

    def solve(self, gap: float) -> tuple[NDArray[np.float64], float, int]:  # noqa: D102
        found = self._network.assign(self._class, gap=gap, max_iter=5000, threads=THREADS)
        return np.asarray(found.links.volume), float(found.relative_gap), int(found.iterations)


class AequilibraE(Contender):
    """AequilibraE's bi-conjugate Frank–Wolfe (Cython)."""

    name = "AequilibraE"
    remark = "`TrafficAssignment`, bi-conjugate Frank–Wolfe, two cores; free-flow times of zero are 1e-9, as it refuses zero"
    smallest_gap = 1e-6

    def __init__(self, case: Case) -> None:
        paths: Any = import_module("aequilibrae.paths")
        matrix_module: Any = import_module("aequilibrae.matrix")
        logging.disable(logging.WARNING)
        warnings.simplefilter("ignore")
        links, zones = case.links, len(case.demand.zone_node)
        network = pd.DataFrame(
            {
                "link_id": np.arange(links.link_count) + 1,
                "a_node": links.tail + 1,
                "b_node": links.head + 1,
                "direction": np.ones(links.link_count, dtype=np.int8),
                "free_flow_time": np.maximum(links.free_time, 1e-9),
                "capacity": links.capacity,
                "b": links.bpr_b,
                "power": links.bpr_power,
                "fixed": case.fixed,
            }
        )
        graph = paths.Graph()
        graph.network, graph.mode = network, "c"
        graph.prepare_graph(np.asarray(case.demand.zone_node) + 1)
        graph.set_graph("free_flow_time")
        graph.set_blocked_centroid_flows(bool(links.no_through.any()))
        matrix = matrix_module.AequilibraeMatrix()
        matrix.create_empty(zones=zones, matrix_names=["trips"], memory_only=True)
        matrix.index[:] = np.asarray(case.demand.zone_node) + 1
        matrix.matrices[:, :, 0] = case.trips
        matrix.computational_view(["trips"])
        self._paths, self._graph, self._matrix, self._has_fixed = paths, graph, matrix, bool(case.fixed.any())

    def solve(self, gap: float) -> tuple[NDArray[np.float64], float, int]:  # noqa: D102
        road_class = self._paths.TrafficClass("cars", self._graph, self._matrix)
        if self._has_fixed:
            road_class.set_fixed_cost("fixed")
        assignment = self._paths.TrafficAssignment()
        assignment.set_classes([road_class])
        assignment.set_vdf("BPR")
        assignment.set_vdf_parameters({"alpha": "b", "beta": "power"})
        assignment.set_capacity_field("capacity")
        assignment.set_time_field("free_flow_time")
        assignment.set_algorithm("bfw")
        assignment.set_cores(THREADS)
        assignment.max_iter = 20_000
        assignment.rgap_target = gap
        assignment.execute(log_specification=False)
        volume = assignment.results()["PCE_tot"].to_numpy(dtype=np.float64)
        return volume, float(assignment.assignment.rgap), int(assignment.assignment.iter)


CONTENDERS: tuple[type[Contender], ...] = (Bbwnet, Pytraf, AequilibraE)
