"""The forward star and the networkx view: every link an arc each way, parallel ones apart."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

import networkx as nx
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from bbwnet.network.forward_star import build_forward_star
from bbwnet.network.network import Network

LINKS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.booleans()), max_size=25)


@given(LINKS)
@settings(max_examples=60, deadline=None)
def test_every_link_is_an_arc_and_its_way_back(links: list[tuple[int, int, bool]]) -> None:
    star = build_forward_star(6, [a for a, _, _ in links], [b for _, b, _ in links], [one_way for _, _, one_way in links])
    expected = Counter((a, b, number, False) for number, (a, b, _) in enumerate(links))
    expected.update((b, a, number, True) for number, (a, b, one_way) in enumerate(links) if not one_way)
    found = Counter(zip(star.tail.tolist(), star.head.tolist(), star.link.tolist(), star.backward.tolist(), strict=True))
    assert found == expected
    assert (star.node_count, star.arc_count) == (6, sum(expected.values()))
    for node in range(6):
        arcs = range(star.first_arc[node], star.first_arc[node + 1])
        assert [int(star.tail[arc]) for arc in arcs] == [node] * len(arcs)
    assert star.first_arc[-1] == star.arc_count


@pytest.fixture(scope="module")
def network(coast: Callable[..., Network]) -> Network:
    return coast()


def test_parallel_roads_are_kept_apart(network: Network) -> None:
    star, index = network.graph, network.node_index
    arcs = range(star.first_arc[index["qingxiu"]], star.first_arc[index["qingxiu"] + 1])
    links = [network.links.index[star.link[arc]] for arc in arcs if star.head[arc] == index["qinnan"]]
    assert sorted(links) == ["g325_qingxiu-qinnan", "g75_qingxiu-qinnan"]


def test_a_one_way_road_is_one_arc(network: Network) -> None:
    star, index = network.graph, network.node_index
    row = network.links.index.get_loc("s312_qinnan-haicheng")
    found = [(int(star.tail[arc]), int(star.head[arc])) for arc in range(star.arc_count) if star.link[arc] == row]
    assert found == [(index["qinnan"], index["haicheng"])]


def test_networkx_view(network: Network) -> None:
    graph = network.to_networkx()
    assert isinstance(graph, nx.MultiDiGraph)
    assert sorted(graph.nodes) == list(range(len(network.nodes)))
    # 27 links, all both ways but one
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (25, 2 * 27 - 1)
    index = network.node_index
    assert [graph.nodes[index["qingxiu"]][key] for key in ("id", "x", "y")] == ["qingxiu", 108.35, 22.82]
    roads = {values["id"]: values for values in graph[index["qingxiu"]][index["qinnan"]].values()}
    assert {key: (values["length"], values["travel_time"]) for key, values in roads.items()} == {
        "g75_qingxiu-qinnan": (110_000, 3600.0),
        "g325_qingxiu-qinnan": (105_000, 7200.0),
    }
    back = {values["id"] for values in graph[index["qinnan"]][index["qingxiu"]].values()}
    assert back == set(roads)
    assert graph.has_edge(index["qinnan"], index["haicheng"])
    assert {values["id"] for values in graph[index["haicheng"]][index["qinnan"]].values()} == {"g75_qinnan-haicheng"}


def test_networkx_times_of_what_is_no_road(network: Network) -> None:
    edges = {values["id"]: values for _, _, values in network.to_networkx().edges(data=True)}
    assert edges["ne-qz"]["travel_time"] == math.inf
    assert edges["bh-hk_train_ferry"]["travel_time"] == 90 * 60
    assert edges["beihai-haikou_ferry"]["travel_time"] == 280 * 60


def test_shortest_paths_by_travel_time_keep_to_the_roads(network: Network) -> None:
    graph, index = network.to_networkx(), network.node_index
    # By rail the stations are next to each other: an edge without a time would count as one second.
    path = nx.shortest_path(graph, index["nanning_east"], index["qinzhou_east"], weight="travel_time")
    assert nx.path_weight(graph, path, "travel_time") >= 3600


def test_networkx_geometry_runs_along_the_arc(network: Network) -> None:
    graph = network.to_networkx()
    for tail, head, values in graph.edges(data=True):
        line = shapely.LineString(values["geometry"])
        assert line.coords[0] == (graph.nodes[tail]["x"], graph.nodes[tail]["y"])
        assert line.coords[-1] == (graph.nodes[head]["x"], graph.nodes[head]["y"])
