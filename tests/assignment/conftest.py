"""Small road networks for assignment, and an oracle for least costs that shares no code with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import networkx as nx
import numpy as np
import pytest
from numpy.typing import NDArray

from bbwnet.assignment.equilibrium import Equilibrium
from bbwnet.assignment.road_links import RoadLinks

Row = tuple[int, int, float, float, float]
"""Tail, head, free-flow time, capacity, BPR b."""


def roads_of(
    node_count: int,
    rows: Sequence[Row],
    *,
    power: float = 4.0,
    length: Sequence[float] | None = None,
    toll: Sequence[float] | None = None,
    no_through: Sequence[int] = (),
) -> RoadLinks:
    """Links of rows."""
    tail, head, free_time, capacity, bpr_b = (np.array(column, dtype=np.float64) for column in zip(*rows, strict=True))
    return RoadLinks(
        node_count=node_count,
        tail=tail.astype(np.int32),
        head=head.astype(np.int32),
        free_time=free_time,
        capacity=capacity,
        bpr_b=bpr_b,
        bpr_power=np.full(len(rows), power),
        length=np.zeros(len(rows)) if length is None else np.array(length),
        toll=np.zeros(len(rows)) if toll is None else np.array(toll),
        no_through=np.isin(np.arange(node_count), list(no_through)),
    )


def least_costs_of(found: Equilibrium, place: int) -> NDArray[np.float64]:
    """Least cost between all zones for a class by networkx, zones that may not be passed split in two."""
    links, cost = found.links, found.class_cost(place)
    graph: nx.DiGraph[tuple[str, int]] = nx.DiGraph()
    for node in range(links.node_count):
        graph.add_node(("in", node))
        graph.add_node(("out", node))
        if not links.no_through[node]:
            graph.add_edge(("in", node), ("out", node), cost=0.0)
    for tail, head, value in zip(links.tail.tolist(), links.head.tolist(), cost.tolist(), strict=True):
        edge = ("out", tail), ("in", head)
        if np.isfinite(value) and (not graph.has_edge(*edge) or value < graph.edges[edge]["cost"]):
            graph.add_edge(*edge, cost=value)
    zones = found.demand.zone_node.tolist()
    least = np.full((len(zones), len(zones)), np.inf)
    for row, origin in enumerate(zones):
        reached = nx.single_source_dijkstra_path_length(graph, ("out", origin), weight="cost")
        for column, destination in enumerate(zones):
            least[row, column] = 0.0 if row == column else reached.get(("in", destination), np.inf)
    return least


@pytest.fixture(scope="session")
def roads() -> Callable[..., RoadLinks]:
    """Makes links of rows."""
    return roads_of


@pytest.fixture(scope="session")
def least_costs() -> Callable[[Equilibrium, int], NDArray[np.float64]]:
    """Finds least costs."""
    return least_costs_of
