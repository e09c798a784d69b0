"""Drives: worked by hand on the coast, and against networkx on random graphs with parallel links."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbwnet.network.least_cost import LeastCostWays
from bbwnet.network.network import Network
from bbwnet.network.state import NetworkState
from bbwnet.network.terminals import NO_THROUGH_KINDS
from bbwnet.routing.road import RoadSearch

Networks = Callable[..., Network]

ARCS = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(0, 20)).filter(lambda arc: arc[0] != arc[1]), min_size=1, max_size=40
)


@given(ARCS)
@settings(max_examples=100, deadline=None)
def test_least_time_ways_against_networkx(arcs: list[tuple[int, int, int]]) -> None:
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    graph.add_nodes_from(range(8))
    graph.add_weighted_edges_from(arcs)
    tail, head = (np.array([arc[side] for arc in arcs], dtype=np.int64) for side in (0, 1))
    ways = LeastCostWays(8, tail, head, np.array([arc[2] for arc in arcs], dtype=np.float64))
    for start in range(8):
        expected = nx.single_source_dijkstra_path_length(graph, start, weight="weight")
        for end in range(8):
            way = ways.way(start, end)
            assert (way is not None) == (end in expected)
            if way is not None:
                assert sum(arcs[position][2] for position in way) == expected[end]
                assert [start, *(arcs[position][1] for position in way)] == [*(arcs[position][0] for position in way), end]


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_drives_against_networkx_in_random_states(coast: Networks, data: st.DataObject) -> None:
    network = coast()
    free = NetworkState.free_flow(network)
    delays = data.draw(st.lists(st.integers(0, 9000), min_size=free.car_seconds.shape[1], max_size=free.car_seconds.shape[1]))
    closed = data.draw(st.sets(st.sampled_from(sorted(network.links.index[network.links["car_seconds"].notna()])), max_size=4))
    shut = data.draw(st.sets(st.sampled_from(["qinnan", "port_beihai", "gangkou"]), max_size=1))
    state = NetworkState(
        np.where(free.car_seconds < 0, free.car_seconds, free.car_seconds + np.array(delays)), frozenset(closed), frozenset(shut)
    )
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_nodes_from(network.nodes.index)
    star = network.graph
    for arc in range(star.arc_count):
        ends = [str(network.nodes.index[row]) for row in (star.tail[arc], star.head[arc])]
        link = str(network.links.index[star.link[arc]])
        if state.car_seconds[0, arc] >= 0 and link not in closed and not shut.intersection(ends):
            graph.add_edge(ends[0], ends[1], key=link, seconds=int(state.car_seconds[0, arc]))
    search = RoadSearch(network, state)
    places = ["qingxiu", "qinnan", "haicheng", "longhua", "hanoi"]
    for start in places:
        expected = nx.single_source_dijkstra_path_length(graph, start, weight="seconds")
        for end in places:
            drive = search.drive(start, end)
            assert (drive is not None) == (end in expected)
            if drive is not None:
                assert round(drive.minutes * 60) == expected[end]
                assert all(graph[leg.from_node][leg.to_node][leg.link]["seconds"] == leg.seconds for leg in drive.legs)


@pytest.mark.parametrize(
    ("origin", "destination", "minutes", "km", "links"),
    [
        ("qingxiu", "qinnan", 60, 110, "g75_qingxiu-qinnan"),  # not the parallel 120 min
        ("qinnan", "haicheng", 55, 88, "s312_qinnan-haicheng"),  # one way only
        ("haicheng", "qinnan", 60, 90, "g75_qinnan-haicheng"),
        # 6 + 280 + 15
        ("haicheng", "longhua", 301, 114, "urban_haicheng-port beihai-haikou_ferry g98_port-longhua"),
        # 40 + 4 + 60 + 6, then 240
        ("gangkou", "mong_cai", 110, 49, "g219_gangkou-dongxing urban_dongxing-border border_dongxing_bridge vn_border-mong_cai"),
        ("mong_cai", "hanoi", 240, 300, "vn_mong_cai-hanoi"),
        ("qinnan", "qinnan", 0, 0, ""),
    ],
)
def test_drives_by_hand(coast: Networks, origin: str, destination: str, minutes: float, km: float, links: str) -> None:
    drive = RoadSearch(coast(), NetworkState.free_flow(coast())).drive(origin, destination)
    assert drive is not None
    assert (drive.minutes, drive.length_km, drive.links) == (minutes, km, tuple(links.split()))


def test_legs_say_which_way_a_link_is_driven(coast: Networks) -> None:
    drive = RoadSearch(coast(), NetworkState.free_flow(coast())).drive("qinnan", "qingxiu")
    assert drive is not None
    assert [(leg.from_node, leg.to_node, leg.line, leg.seconds) for leg in drive.legs] == [("qinnan", "qingxiu", "g75", 3600)]


def test_a_closed_road_sends_one_round_and_an_island_off(coast: Networks) -> None:
    network = coast()
    closed = dataclasses.replace(NetworkState.free_flow(network), closed_links=frozenset({"g75_qingxiu-qinnan"}))
    drive = RoadSearch(network, closed).drive("qingxiu", "qinnan")
    assert drive is not None
    assert drive.minutes == 120
    stormy = dataclasses.replace(NetworkState.free_flow(network), closed_nodes=frozenset({"port_beihai"}))
    assert RoadSearch(network, stormy).drive("qingxiu", "longhua") is None
    assert RoadSearch(network, stormy).drive("longhua", "qiongshan") is not None


def test_a_station_is_reached_and_left_but_not_crossed(coast: Networks) -> None:
    """On three nodes in a row, 0 - 1 - 2 with a long way round, node 1 may not be passed: 10 + 10 < 50, but 50 it is."""
    tail, head = np.array([0, 1, 1, 2, 0, 2]), np.array([1, 0, 2, 1, 2, 0])
    cost = np.array([10.0, 10.0, 10.0, 10.0, 50.0, 50.0])
    free = LeastCostWays(3, tail, head, cost)
    closed = LeastCostWays(3, tail, head, cost, np.array([False, True, False]))
    assert [free.cost(0, 2), free.cost(0, 1), free.cost(1, 2)] == [20, 10, 10]
    assert [closed.cost(0, 2), closed.cost(2, 0), closed.cost(0, 1), closed.cost(1, 2), closed.cost(1, 0)] == [50, 50, 10, 10, 10]
    assert closed.way(0, 2) == [4]
    network = coast()
    search = RoadSearch(network, NetworkState.free_flow(network))
    places = [place.id for place in network.assembly.places.values()]
    crossed = [node for a in places for b in places if (way := search.drive(a, b)) for leg in way.legs[1:] if (node := leg.from_node)]
    assert crossed
    assert not {node for node in crossed if network.assembly.nodes.get(node) and network.assembly.nodes[node].kind in NO_THROUGH_KINDS}
