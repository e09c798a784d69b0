"""The land of the bundled region: what is land there and what is water, and isochrones over it."""

from __future__ import annotations

import configparser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely

from bbwnet.evaluation.isochrones import isochrones
from bbwnet.evaluation.land import land_geometry
from bbwnet.evaluation.local_plane import LocalPlane
from bbwnet.network.build import build_network
from bbwnet.scenario.read import load_scenario
from bbwnet.scenario.scenario import Scenario

OFF_SHORE_KM = 3.0
BUILT_INTO_THE_SEA = {"port_qinzhou"}
"""Dalanping of Qinzhou lies on land won from the sea after the coastline was drawn."""

WATER = {
    "Qiongzhou Strait": [(110.0, 20.15), (110.2, 20.17), (110.4, 20.12)],
    "Beibu Gulf": [(108.5, 20.3), (107.5, 19.5), (109.2, 21.2), (109.4, 20.6)],
    "South China Sea": [(112.0, 20.5), (111.5, 19.0), (110.9, 20.8)],
}
LAND = {
    "Hainan": [(109.7, 19.2), (110.3, 19.9), (109.5, 18.4)],
    "Weizhou": [(109.11, 21.04)],
    "Leizhou peninsula": [(110.1, 20.4), (110.0, 21.0)],
    "mainland": [(108.37, 22.82), (110.2, 22.6), (106.7, 22.4), (111.9, 22.3)],
    "Vietnam": [(105.85, 21.03), (106.7, 20.86)],
}


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario("actual_2025")


@pytest.fixture(scope="module")
def land(scenario: Scenario) -> shapely.MultiPolygon:
    assert scenario.land is not None
    return land_geometry(scenario.land)


def test_land_is_small_valid_and_sourced(scenario: Scenario, land: shapely.MultiPolygon) -> None:
    assert scenario.land is not None
    assert scenario.land.path.stat().st_size <= 300_000
    assert scenario.land.sources == ("natural_earth",)
    assert scenario.land.confidences == ("reported",)
    assert land.is_valid
    assert land.bounds == (105.5, 18.0, 112.5, 24.5)


def test_land_is_land_and_water_water(land: shapely.MultiPolygon) -> None:
    assert [(name, point) for name, points in LAND.items() for point in points if not land.contains(shapely.Point(point))] == []
    assert [(name, point) for name, points in WATER.items() for point in points if land.contains(shapely.Point(point))] == []


def test_the_strait_parts_hainan_from_the_mainland(land: shapely.MultiPolygon) -> None:
    parts = shapely.get_parts(land)
    [island] = [part for part in parts if part.contains(shapely.Point(LAND["Hainan"][0]))]
    assert not island.contains(shapely.Point(LAND["mainland"][0]))
    plane = LocalPlane(109.7, 19.2)
    assert shapely.transform(island, plane.to_km).area == pytest.approx(33_900, rel=0.03)  # km2 of the main island, commonly given


def test_zones_and_terminals_lie_on_land_or_just_off_it(scenario: Scenario, land: shapely.MultiPolygon) -> None:
    plane = LocalPlane(109.0, 21.25)
    in_km = shapely.transform(land, plane.to_km)
    box = shapely.box(*land.bounds)
    nodes = [*scenario.records.nodes, *(node for project in scenario.records.projects for node in project.add.nodes)]
    points = {place.id: (place.lon, place.lat) for place in scenario.records.places if place.kind == "zone"}
    assert len(points) == 66
    points |= {node.id: (node.lon, node.lat) for node in nodes if node.kind in ("station", "airport", "port", "ferry_terminal")}
    inside = {key: point for key, point in points.items() if box.contains(shapely.Point(point))}
    assert len(inside) > 200
    off_km = {key: in_km.distance(shapely.transform(shapely.Point(point), plane.to_km)) for key, point in inside.items()}
    assert {key for key, km in off_km.items() if km > OFF_SHORE_KM} <= BUILT_INTO_THE_SEA


def test_the_wheel_holds_the_land(repository: Path) -> None:
    setup = configparser.ConfigParser()
    setup.read(repository / "setup.cfg", encoding="utf-8")
    assert "**/*.geojson" in setup["options.package_data"]["bbwnet.networks"].split()


def test_isochrones_of_the_region_do_not_paint_the_sea(scenario: Scenario, land: shapely.MultiPolygon) -> None:
    """Every node reached at once: bands nest, are valid, cover the cities, and leave the gulf and the strait alone."""
    network = build_network(scenario)
    found = isochrones(network, np.zeros(len(network.nodes)), origin="qingxiu", definition="drive", land=land, cell_km=2.0)
    last = found.bands[-1]
    for inner, outer in pairwise(found.bands):
        assert outer.area.covers(inner.area)
    assert all(band.area.is_valid for band in found.bands)
    assert not any(last.area.contains(shapely.Point(point)) for points in WATER.values() for point in points)
    assert last.area.contains(shapely.Point(LAND["Weizhou"][0]))
    assert last.area.contains(shapely.Point(LAND["Hainan"][1]))
    assert last.area.contains(shapely.Point(LAND["mainland"][0]))
