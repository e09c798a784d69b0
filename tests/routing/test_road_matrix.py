"""Many-to-many road times: against networkx on random multigraphs, against scipy on a grid, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from bbwnet.routing import road_dissection, road_hierarchy
from bbwnet.routing.road_kernels import LONGEST_ARC_S
from bbwnet.routing.road_matrix import UNREACHED, RoadGraph


@dataclass(frozen=True)
class Case:
    """A random graph and what every pair of its nodes is apart by networkx."""

    graph: RoadGraph
    arcs: list[tuple[int, int, int]]
    closed: list[bool]
    expected: NDArray[np.int64]


def arrays(arcs: list[tuple[int, int, int]]) -> tuple[list[int], list[int], list[int]]:
    return [arc[0] for arc in arcs], [arc[1] for arc in arcs], [arc[2] for arc in arcs]


def by_networkx(node_count: int, arcs: list[tuple[int, int, int]], closed: list[bool]) -> NDArray[np.int64]:
    """All least seconds, a tree from each node over the arcs that may be used from it."""
    expected = np.full((node_count, node_count), UNREACHED)
    for start in range(node_count):
        graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
        graph.add_nodes_from(range(node_count))
        graph.add_weighted_edges_from(arc for arc in arcs if not closed[arc[0]] or arc[0] == start)
        for end, seconds in nx.single_source_dijkstra_path_length(graph, start, weight="weight").items():
            expected[start, end] = seconds
    return expected


@st.composite
def cases(draw: st.DrawFn, most_nodes: int = 12, longest_s: int = 30) -> Case:
    node_count = draw(st.integers(1, most_nodes))
    node = st.integers(0, node_count - 1)
    arcs = draw(st.lists(st.tuples(node, node, st.integers(0, longest_s)), max_size=4 * node_count))
    closed = draw(st.lists(st.booleans(), min_size=node_count, max_size=node_count))
    graph = RoadGraph(node_count, *arrays(arcs), no_through=np.array(closed))
    return Case(graph, arcs, closed, by_networkx(node_count, arcs, closed))


@given(cases(), st.none() | st.integers(0, 60))
@settings(max_examples=150, deadline=None)
def test_searches_against_networkx(case: Case, limit_s: int | None) -> None:
    nodes = np.arange(case.graph.node_count)
    expected = np.where(case.expected <= (UNREACHED if limit_s is None else limit_s), case.expected, UNREACHED)
    assert np.array_equal(case.graph.matrix(nodes, nodes, limit_s), expected)
    for node in nodes:
        assert np.array_equal(case.graph.from_one(int(node), limit_s), expected[node])


@given(cases(), st.none() | st.integers(0, 60))
@settings(max_examples=150, deadline=None)
def test_hierarchy_against_networkx(case: Case, limit_s: int | None) -> None:
    nodes = np.arange(case.graph.node_count)
    expected = np.where(case.expected <= (UNREACHED if limit_s is None else limit_s), case.expected, UNREACHED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(road_hierarchy, "PLACES_AT_ONCE", 5)
        assert np.array_equal(case.graph.prepare().matrix(nodes, nodes, limit_s), expected)


@given(cases(most_nodes=60), st.data())
@settings(max_examples=60, deadline=None)
def test_hierarchies_of_several_regions_and_other_seconds_against_networkx(case: Case, data: st.DataObject) -> None:
    node = st.integers(0, case.graph.node_count - 1)
    origins, destinations = data.draw(st.lists(node, max_size=8)), data.draw(st.lists(node, max_size=8))
    assert np.array_equal(case.graph.prepare().matrix(origins, destinations), case.expected[np.ix_(origins, destinations)])
    seconds = data.draw(st.lists(st.integers(0, 1000), min_size=len(case.arcs), max_size=len(case.arcs)))
    arcs = [(tail, head, other_s) for (tail, head, _), other_s in zip(case.arcs, seconds, strict=True)]
    expected = by_networkx(case.graph.node_count, arcs, case.closed)[np.ix_(origins, destinations)]
    assert np.array_equal(case.graph.with_seconds(seconds).matrix(origins, destinations), expected)


@given(cases(most_nodes=30), st.integers(0, 60), st.data())
@settings(max_examples=100, deadline=None)
def test_what_lies_within_a_limit_against_networkx(case: Case, limit_s: int, data: st.DataObject) -> None:
    origins = data.draw(st.lists(st.integers(0, case.graph.node_count - 1), max_size=6))
    reach = case.graph.within(origins, limit_s)
    for number, origin in enumerate(origins):
        node, seconds = reach.of(number)
        expected = {end: int(total) for end, total in enumerate(case.expected[origin]) if total <= limit_s}
        assert dict(zip(node.tolist(), seconds.tolist(), strict=True)) == expected
        assert len(node) == reach.counts[number] == len(expected)
    weight = np.arange(case.graph.node_count) + 0.5
    limits_s = [limit_s, 0, limit_s // 2]
    expected_sums = [[weight[case.expected[origin] <= limit].sum() for limit in limits_s] for origin in origins]
    assert case.graph.sums_within(origins, limits_s, weight) == pytest.approx(np.array(expected_sums).reshape(len(origins), 3))


@given(cases(most_nodes=6, longest_s=LONGEST_ARC_S))
@settings(max_examples=30, deadline=None)
def test_arcs_of_days_against_networkx(case: Case) -> None:
    nodes = np.arange(case.graph.node_count)
    assert np.array_equal(case.graph.matrix(nodes, nodes), case.expected)
    assert np.array_equal(case.graph.prepare().matrix(nodes, nodes), case.expected)


def grid(side: int) -> tuple[int, NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Streets each way between neighbours of a square, one in ten missing, two parts apart."""
    generator = np.random.default_rng(7)
    node = np.arange(side * side).reshape(side, side)
    ends = np.concatenate([np.stack([node[:, :-1], node[:, 1:]], -1).reshape(-1, 2), np.stack([node[:-1], node[1:]], -1).reshape(-1, 2)])
    ends = ends[generator.random(len(ends)) > 0.1]
    ends = ends[(ends[:, 0] // side == side // 3) == (ends[:, 1] // side == side // 3)]
    tail, head = np.concatenate([ends, ends[:, ::-1]]).T
    return side * side, tail, head, generator.integers(1, 200, len(tail))


def is_prepared(graph: RoadGraph) -> bool:
    return graph._hierarchy is not None


def test_the_same_as_scipy_on_a_grid_however_it_is_found() -> None:
    node_count, tail, head, seconds = grid(72)
    graph = RoadGraph(node_count, tail, head, seconds)
    origins, destinations = np.random.default_rng(1).integers(0, node_count, (2, 300))
    all_s = dijkstra(csr_matrix((seconds.astype(np.float64), (tail, head)), shape=(node_count, node_count)), indices=origins)
    expected = np.where(np.isinf(all_s), UNREACHED, all_s).astype(np.int64)
    assert (expected == UNREACHED).any()
    searched = np.concatenate([graph.matrix(part, destinations) for part in np.split(origins, 3)])
    assert not is_prepared(graph)
    joined = graph.matrix(origins, destinations)
    assert is_prepared(graph)
    few = RoadGraph(*grid(30))
    few.matrix(np.arange(300), np.arange(300))
    assert not is_prepared(few)
    assert np.array_equal(searched, expected[:, destinations])
    assert np.array_equal(joined, expected[:, destinations])
    assert graph.within(origins, 900).counts.tolist() == (expected <= 900).sum(axis=1).tolist()


def test_twice_the_same() -> None:
    node_count, tail, head, seconds = grid(30)
    graphs = [RoadGraph(node_count, tail, head, seconds) for _ in range(2)]
    first, second = (graph.within([5, 17, 5], 1000) for graph in graphs)
    assert first.first.tolist() == second.first.tolist()
    assert first.node.tolist() == second.node.tolist()
    assert first.of(0)[0].tolist() == first.of(2)[0].tolist()
    nodes = np.arange(node_count)
    assert graphs[0].prepare().matrix(nodes, nodes).tobytes() == graphs[1].prepare().matrix(nodes, nodes).tobytes()


def test_a_way_ends_at_a_station_but_does_not_cross_it() -> None:
    # 0 → 1 → 2 takes 20 s through node 1, which may not be passed; around it, 0 → 2 takes 50 s. A loop at 1 is not needed to stay.
    graph = RoadGraph(3, [0, 1, 0, 1], [1, 2, 2, 1], [10, 10, 50, 5], no_through=[False, True, False])
    expected = [[0, 10, 50], [UNREACHED, 0, 10], [UNREACHED, UNREACHED, 0]]
    assert graph.matrix([0, 1, 2], [0, 1, 2]).tolist() == expected
    assert graph.prepare().matrix([0, 1, 2], [0, 1, 2]).tolist() == expected
    assert sorted(zip(*(part.tolist() for part in graph.within([1], 60).of(0)), strict=True)) == [(1, 0), (2, 10)]
    assert graph.sums_within([1, 0], [0, 10, 50], [1, 2, 4]).tolist() == [[2, 6, 6], [1, 3, 7]]


def test_empty_graphs_and_lists() -> None:
    assert RoadGraph(0, [], [], []).matrix([], []).shape == (0, 0)
    graph = RoadGraph(2, [], [], [])
    assert graph.matrix([1], []).shape == (1, 0)
    assert graph.within([], 10).first.tolist() == [0]
    assert graph.prepare().matrix([0, 1], [1]).tolist() == [[UNREACHED], [0]]
    assert RoadGraph(0, [], [], []).prepare().matrix([], []).shape == (0, 0)


@pytest.mark.parametrize("bound", ["road_matrix.MOST_BLOCK_BYTES", "road_dissection.MOST_BORDER_NODES"])
def test_a_graph_too_closely_joined_is_searched(bound: str, monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(3)
    arrays = (*generator.integers(0, 400, (2, 8000)), generator.integers(1, 50, 8000))
    nodes = np.arange(400)
    by_hierarchy = RoadGraph(400, *arrays).prepare().matrix(nodes, nodes)
    monkeypatch.setattr(f"bbwnet.routing.{bound}", 0)
    if bound.startswith("road_dissection"):  # a compiled kernel keeps the bound that it was compiled with
        monkeypatch.setattr(road_dissection, "_borders", road_dissection._borders.py_func)
    graph = RoadGraph(400, *arrays)
    assert np.array_equal(graph.matrix(nodes, nodes), by_hierarchy)
    assert not is_prepared(graph)
    with pytest.raises(ValueError, match="the nodes of this graph are joined too closely for a hierarchy"):
        graph.prepare()


@pytest.mark.parametrize(
    ("tail", "head", "seconds", "message"),
    [
        ([0, 1], [1], [5, 5], "tail has 2 arcs, head 1"),
        ([0], [1], [5, 5], "seconds has 2 values for 1 arcs"),
        ([0, 3], [1, 0], [5, 5], r"tail\[1\] \(=3\) must be a node, 0 to 2"),
        ([0, 1], [-1, 0], [5, 5], r"head\[0\] \(=-1\) must be a node, 0 to 2"),
        ([0, 1], [1, 0], [5, -2], r"seconds of arc 1 \(=-2\) must be 0 to 1048574"),
        ([0, 1], [1, 0], [5, 2**20], r"seconds of arc 1 \(=1048576\) must be 0 to 1048574"),
        ([0, 1], [1, 0], [5, 1.5], r"seconds\[1\] \(=1.5\) must be a whole number"),
        ([0, 1], [1, 0], [5, np.nan], r"seconds\[1\] \(=nan\) must be a whole number"),
        ([0, 1], [1, 0], ["5", "6"], "seconds must be whole numbers, not <U1"),
        ([[0]], [1], [5], "tail must be one row of values, not 2 dimensions"),
    ],
)
def test_arcs_that_are_refused(tail: list[int], head: list[int], seconds: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        RoadGraph(3, tail, head, seconds)


def test_other_arguments_that_are_refused() -> None:
    graph = RoadGraph(2, [0, 1], [1, 0], [5, 6])
    with pytest.raises(ValueError, match=r"origins\[0\] \(=2\) must be a node, 0 to 1"):
        graph.matrix([2], [0])
    with pytest.raises(ValueError, match=r"destinations\[1\] \(=-1\) must be a node, 0 to 1"):
        graph.matrix([0], [0, -1])
    with pytest.raises(ValueError, match=r"limit_s \(=-1\) must be 0 or more"):
        graph.within([0], -1)
    with pytest.raises(ValueError, match="weight must hold a finite number for each of the 2 nodes"):
        graph.sums_within([0], [10], [1.0])
    with pytest.raises(ValueError, match="no_through must be 2 booleans"):
        RoadGraph(2, [0], [1], [5], no_through=[0, 1])
    with pytest.raises(ValueError, match=r"node_count \(=-1\) must be 0 or more"):
        RoadGraph(-1, [], [], [])
    with pytest.raises(ValueError, match=r"seconds of arc 0 \(=-5\) must be"):
        graph.with_seconds([-5, 6])


def test_seconds_that_might_overflow_are_refused() -> None:
    nodes = np.arange(1100)
    with pytest.raises(ValueError, match=r"seconds are too many: a way over all nodes might last 1153431400 s"):
        RoadGraph(1101, nodes, nodes + 1, np.full(1100, 2**20 - 2))
