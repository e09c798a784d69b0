"""Isochrones against circles, shores, straits and roads whose answers are worked by hand."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
import shapely

from bbwnet.evaluation.bands import LocalAccess
from bbwnet.evaluation.isochrones import isochrones
from bbwnet.evaluation.local_grid import local_times
from bbwnet.evaluation.road_points import points_reached
from bbwnet.network.network import Network
from bbwnet.scenario.great_circle import great_circle_km

LOCAL = LocalAccess(speed_kmh=30, detour_factor=1.3, limit_min=60)
KM_PER_MIN = 30 / 1.3 / 60

BuildNetwork = Callable[..., Network]


def disc_km2(minutes: float) -> float:
    """Area within some minutes of one node: a circle of speed x time / detour."""
    return math.pi * (KM_PER_MIN * minutes) ** 2


def position(network: Network, node: str) -> tuple[float, float]:
    return float(network.nodes["lon"][node]), float(network.nodes["lat"][node])


def sea_and_shores(*boxes: tuple[float, float, float, float]) -> shapely.MultiPolygon:
    return shapely.MultiPolygon([shapely.box(*sides) for sides in boxes])


@pytest.mark.parametrize("cell_km", [0.5, 1.0, 2.0])
def test_one_node_reaches_a_disc(cell_km: float, coast: BuildNetwork) -> None:
    found = isochrones(
        coast(),
        {"qingxiu": 0.0},
        origin="qingxiu",
        definition="drive",
        land=None,
        steps_min=(30, 60),
        local=LOCAL,
        cell_km=cell_km,
        along_roads=False,
    )
    for band in found.bands:
        assert band.area_km2 == pytest.approx(disc_km2(band.minutes), rel=0.03)
        edge = shapely.get_coordinates(band.area)
        centre = position(coast(), "qingxiu")
        radii = [great_circle_km(*centre, *point) for point in edge.tolist()]
        assert min(radii) == pytest.approx(KM_PER_MIN * band.minutes, abs=0.25 * cell_km)
        assert max(radii) == pytest.approx(KM_PER_MIN * band.minutes, abs=0.25 * cell_km)
    assert not found.over_land


def test_the_way_on_has_a_limit(coast: BuildNetwork) -> None:
    local = LocalAccess(limit_min=20)
    found = isochrones(
        coast(), {"qingxiu": 0.0}, origin="qingxiu", definition="drive", land=None, steps_min=(30, 60), local=local, along_roads=False
    )
    for band in found.bands:
        assert band.area_km2 == pytest.approx(disc_km2(20), rel=0.03)


def test_a_later_node_is_not_kept_out_by_one_whose_limit_is_over(coast: BuildNetwork) -> None:
    """An early arrival ends at its limit beside a late one: no gap lies between them where their discs overlap."""
    network = coast()
    minutes = {"nanning_station": 0.0, "nanning_east": 70.0}
    local = LocalAccess(limit_min=20)
    found = isochrones(
        network, minutes, origin="x", definition="drive", land=None, steps_min=(90,), local=local, along_roads=False, cell_km=0.5
    )
    apart = great_circle_km(*position(network, "nanning_station"), *position(network, "nanning_east"))
    radius = KM_PER_MIN * 20
    lens = 2 * radius**2 * math.acos(apart / 2 / radius) - apart / 2 * math.sqrt(4 * radius**2 - apart**2)
    assert found.bands[0].area_km2 == pytest.approx(2 * disc_km2(20) - lens, rel=0.01)


def test_bands_hold_the_ones_before_and_stay_on_land(coast: BuildNetwork) -> None:
    network = coast()
    lon, lat = position(network, "haicheng")
    land = sea_and_shores((lon - 1, round(lat, 2) - 0.03, lon + 1, lat + 1))
    minutes = {"haicheng": 0.0, "qinnan": 40.0, "gangkou": 80.0}
    found = isochrones(network, minutes, origin="haicheng", definition="drive", land=land, depart="08:00")
    assert [band.minutes for band in found.bands] == [15, 30, 45, 60, 75, 90, 105, 120]
    assert found.over_land
    for band in found.bands:
        assert band.area.is_valid
        assert shapely.area(shapely.difference(band.area, land)) < 1e-9
    for inner, outer in pairwise(found.bands):
        assert outer.area.covers(inner.area)
        assert outer.area_km2 > inner.area_km2


def test_the_shore_cuts_the_disc_in_half(coast: BuildNetwork) -> None:
    network = coast()
    lon, lat = position(network, "qingxiu")
    land = sea_and_shores((lon - 2, lat, lon + 2, lat + 2))
    found = isochrones(
        network, {"qingxiu": 0.0}, origin="qingxiu", definition="drive", land=land, steps_min=(30,), local=LOCAL, along_roads=False
    )
    assert found.bands[0].area_km2 == pytest.approx(disc_km2(30) / 2, rel=0.03)


def test_a_strait_is_crossed_by_ferry_only(coast: BuildNetwork) -> None:
    """Both shores about the ports are reached once the ferry lands, the water between never, and no shore without the ferry."""
    network = coast()
    lon, north = position(network, "port_beihai")
    _, south = position(network, "port_haikou")
    land = sea_and_shores((lon - 1, north - 0.01, lon + 1, north + 1), (lon - 1, south - 1, lon + 1, south + 0.01))
    minutes = {"port_beihai": 10.0, "port_haikou": 100.0}
    found = isochrones(network, minutes, origin="haicheng", definition="drive", land=land, steps_min=(45, 120), along_roads=False)
    before, after = found.bands
    beyond = shapely.Point(lon, south - 0.02)
    assert before.area.contains(shapely.Point(lon, north + 0.02))
    assert not before.area.intersects(beyond)
    assert after.area.contains(beyond)
    assert not after.area.intersects(shapely.LineString([(lon, north - 0.02), (lon, south + 0.02)]))

    narrow = sea_and_shores((lon - 1, north - 0.01, lon + 1, north + 1), (lon - 1, south - 1, lon + 1, north - 0.06))
    [alone] = isochrones(network, {"port_beihai": 0.0}, origin="haicheng", definition="drive", land=narrow, steps_min=(120,)).bands
    assert alone.area.bounds[1] > north - 0.02  # five kilometres of water are two minutes from the pier, and not crossed


def test_nodes_at_sea_reach_nothing(coast: BuildNetwork) -> None:
    network = coast()
    lon, lat = position(network, "qingxiu")
    near, far = (sea_and_shores((lon + away, lat - 1, lon + 2, lat + 1)) for away in (0.02, 0.06))  # 2 and 6 km
    for land, reached in ((near, True), (far, False)):
        [band] = isochrones(
            network, {"qingxiu": 0.0}, origin="qingxiu", definition="drive", land=land, steps_min=(30,), along_roads=False
        ).bands
        assert (band.area_km2 > 100) is reached


def test_nothing_reached_gives_empty_bands(coast: BuildNetwork) -> None:
    network = coast()
    never = np.full(len(network.nodes), np.nan)
    found = isochrones(network, never, origin="qingxiu", definition="drive", land=None, steps_min=(15, 30))
    assert [(band.area.is_empty, band.area_km2) for band in found.bands] == [(True, 0.0), (True, 0.0)]
    late = isochrones(network, {"qingxiu": 31.0}, origin="qingxiu", definition="drive", land=None, steps_min=(15, 30, 45))
    assert [band.area.is_empty for band in late.bands] == [True, True, False]


def test_people_count_where_their_place_is_reached(coast: BuildNetwork) -> None:
    minutes = {"qingxiu": 0.0, "qinnan": 30.0, "gangkou": 31.0}
    found = isochrones(
        coast(),
        minutes,
        origin="qingxiu",
        definition="drive",
        land=None,
        steps_min=(15, 30, 45),
        populations={"qinnan": 1.5e6, "gangkou": 2e5, "longhua": 9e5},
    )
    assert [band.population for band in found.bands] == [0.0, 1.5e6, 1.7e6]


def test_points_along_a_road_are_reached_from_both_ends(coast: BuildNetwork) -> None:
    """G219 Gangkou - Dongxing takes 44 km / 66 km/h = 40 min: from Gangkou at 10 and Dongxing at 30, both ends meet at 40."""
    network = coast()
    minutes = np.full(len(network.nodes), np.inf)
    minutes[network.node_index["gangkou"]], minutes[network.node_index["dongxing"]] = 10.0, 30.0
    points = points_reached(network, minutes, spacing_km=4.0, longest_min=60.0)
    west, east = position(network, "gangkou"), position(network, "dongxing")
    shares = (points.lon_lat[:, 0] - west[0]) / (east[0] - west[0])
    assert np.allclose(points.lon_lat[:, 1], west[1] + shares * (east[1] - west[1]))
    found: dict[int, float] = {}
    for share, when in zip(shares, points.minutes, strict=True):
        eleventh = round(float(share) * 11)
        found[eleventh] = min(found.get(eleventh, math.inf), float(when))
    assert [found[step] for step in range(12)] == pytest.approx(
        [min(10 + 40 * step / 11, 30 + 40 * (11 - step) / 11) for step in range(12)]
    )


def test_expressways_are_left_at_their_ends(coast: BuildNetwork) -> None:
    network = coast()
    minutes = np.full(len(network.nodes), np.inf)
    minutes[network.node_index["longhua"]] = 0.0
    points = points_reached(network, minutes, spacing_km=1.0, longest_min=60.0)
    assert points.lon_lat.tolist() == [list(position(network, "longhua"))]


def test_one_way_roads_are_reached_from_their_start(coast: BuildNetwork) -> None:
    """S312 runs from Qinnan to Haicheng only: 88 km in 55 min, class 1."""
    network = coast()
    for start, count in (("qinnan", 87), ("haicheng", 0)):
        minutes = np.full(len(network.nodes), np.inf)
        minutes[network.node_index[start]] = 0.0
        seconds = np.where(network.links.index.to_numpy()[network.graph.link] == "s312_qinnan-haicheng", 3300, -1)
        points = points_reached(network, minutes, spacing_km=1.0, longest_min=60.0, car_seconds=seconds)
        assert len(points.minutes) == 1 + count


def test_a_road_carries_the_band_along(coast: BuildNetwork) -> None:
    """G325 Nanning - Qinzhou takes 105 km / 52.5 km/h = 120 min; its middle is reached after 60, though Qinzhou is not."""
    network = coast()
    (lon_1, lat_1), (lon_2, lat_2) = position(network, "qingxiu"), position(network, "qinnan")
    middle = shapely.Point((lon_1 + lon_2) / 2, (lat_1 + lat_2) / 2)
    for along_roads in (True, False):
        found = isochrones(
            network, {"qingxiu": 0.0}, origin="qingxiu", definition="drive", land=None, steps_min=(55, 65), along_roads=along_roads
        )
        assert [band.area.contains(middle) for band in found.bands] == [False, along_roads]


def test_every_cell_has_its_least_time() -> None:
    """On open land the search gives the minimum over all points of their time and the straight line."""
    random = np.random.default_rng(7)
    points, minutes = random.uniform(-30, 30, size=(40, 2)), random.uniform(0, 40, size=40)
    times = local_times(points, minutes, None, cell_km=1.0, minutes_per_km=2.6, longest_min=60.0, longest_local_min=60.0)
    assert times is not None
    rows, columns = times.total_min.shape
    x, y = np.meshgrid(times.west_km + np.arange(columns), times.south_km + np.arange(rows))
    exact = (minutes + 2.6 * np.hypot(x[..., None] - points[:, 0], y[..., None] - points[:, 1])).min(axis=2)
    within = exact <= 60.0
    assert np.isfinite(times.total_min[within]).all()
    assert (times.total_min >= exact - 1e-9).all()
    assert np.abs(times.total_min - exact)[within].max() < 0.05
    assert np.mean(times.total_min[within] - exact[within] > 1e-9) < 0.01


def test_the_way_leads_around_water() -> None:
    """An inlet 4 km wide and over 20 km long: from one shore to the other around its head, 2 x sqrt(8^2 + 10^2) + 4 km."""
    inlet = shapely.box(-1.8, -9.8, 1.8, 100)  # the cells nearest to its corners have their centres at 2 and -10
    land = shapely.difference(shapely.box(-40, -40, 40, 40), inlet)
    times = local_times(
        np.array([[-10.0, 0.0]]),
        np.array([5.0]),
        shapely.MultiPolygon([part for part in shapely.get_parts(land) if isinstance(part, shapely.Polygon)]),
        cell_km=0.5,
        minutes_per_km=2.0,
        longest_min=120.0,
        longest_local_min=120.0,
    )
    assert times is not None
    column, row = round((10 - times.west_km) / 0.5), round((0 - times.south_km) / 0.5)
    way_km = 2 * math.hypot(8, 10) + 4
    assert times.total_min[row, column] == pytest.approx(5 + 2.0 * way_km, rel=0.02)
    assert times.local_min[row, column] == pytest.approx(times.total_min[row, column] - 5)
    middle = round((0 - times.west_km) / 0.5)
    assert np.isinf(times.total_min[row, middle])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"steps_min": (30, 15)}, "steps must rise from above 0, not (30, 15)"),
        ({"steps_min": (0, 15)}, "steps must rise from above 0, not (0, 15)"),
        ({"steps_min": ()}, "steps must rise from above 0, not ()"),
        ({"steps_min": (15, math.inf)}, "steps must rise from above 0, not (15, inf)"),
        ({"cell_km": 2.5}, "cells must be above 0 and at most 2 km, not 2.5"),
        ({"cell_km": 0}, "cells must be above 0 and at most 2 km, not 0"),
        ({"node_minutes": {"atlantis": 1.0}}, "node atlantis is not in the network"),
        ({"populations": {"atlantis": 1e6}}, "node atlantis is not in the network"),
        ({"node_minutes": np.zeros(2)}, "of shape (2,)"),
        ({"cell_km": 0.001}, "is too large: take larger cells or fewer minutes"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments: dict[str, object], message: str, coast: BuildNetwork) -> None:
    given: dict[str, object] = {
        "node_minutes": {"qingxiu": 0.0},
        "origin": "qingxiu",
        "definition": "drive",
        "land": None,
        "along_roads": False,
    }
    with pytest.raises(ValueError, match=re.escape(message)):
        isochrones(coast(), **{**given, **arguments})  # type: ignore[arg-type]


@pytest.mark.parametrize("values", [{"speed_kmh": 0.0}, {"detour_factor": 0.9}, {"limit_min": -1.0}])
def test_local_access_that_makes_no_sense_is_refused(values: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="local access needs a speed above 0"):
        LocalAccess(**values)
