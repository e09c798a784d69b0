"""A network from the builder goes through every format and comes back with the same values."""

from __future__ import annotations

from pathlib import Path

import osmnx
import pandas as pd
import pytest
import shapely

from bbwnet.exchange.frames import plain_rows
from bbwnet.exchange.geojson import read_geojson, write_geojson
from bbwnet.exchange.geopackage import read_geopackage, write_geopackage
from bbwnet.exchange.graphml import read_graphml, write_graphml
from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.scenario.read import load_scenario


@pytest.fixture(scope="module")
def network(repository: Path) -> Network:
    return build_network(load_scenario(str(repository / "tests" / "data" / "tiny" / "scenario.yaml")))


def assert_same(back: pd.DataFrame, sent: pd.DataFrame) -> None:
    assert dict(plain_rows(back)) == dict(plain_rows(sent))
    assert list(back.index) == list(sent.index)
    assert list(back.columns) == list(sent.columns)


def test_geojson(network: Network, tmp_path: Path) -> None:
    write_geojson(network, tmp_path / "network.geojson")
    nodes, links = read_geojson(tmp_path / "network.geojson")
    assert_same(nodes, network.nodes)
    assert_same(links, network.links)


def test_geopackage(network: Network, tmp_path: Path) -> None:
    write_geopackage(network, tmp_path / "network.gpkg")
    nodes, links = read_geopackage(tmp_path / "network.gpkg")
    assert_same(nodes, network.nodes)
    assert_same(links, network.links)


def test_graphml(network: Network, tmp_path: Path) -> None:
    graph = network.to_networkx()
    for _, _, values in graph.edges(data=True):
        values["geometry"] = shapely.LineString(values["geometry"])
    write_graphml(network, tmp_path / "network.graphml")
    back = read_graphml(tmp_path / "network.graphml")
    assert back.graph == graph.graph
    assert list(back.nodes(data=True)) == list(graph.nodes(data=True))
    assert sorted(back.edges(keys=True, data=True), key=str) == sorted(graph.edges(keys=True, data=True), key=str)


def test_osmnx_takes_the_graph(network: Network, tmp_path: Path) -> None:
    write_graphml(network, tmp_path / "network.graphml")
    nodes, edges = osmnx.graph_to_gdfs(read_graphml(tmp_path / "network.graphml"))
    assert len(nodes) == len(network.nodes)
    assert len(edges) == network.graph.arc_count
