"""Isochrones go to GeoJSON and come back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely

from bbwnet.errors import InputError
from bbwnet.evaluation.bands import Band, Isochrones, LocalAccess
from bbwnet.exchange.geojson import read_isochrones, write_isochrones

OUTER = [(108.12345, 22.0), (109.0, 22.0), (109.0, 23.00001), (108.12345, 22.0)]
HOLE = [(108.8, 22.2), (108.9, 22.4), (108.9, 22.2), (108.8, 22.2)]
AREA = shapely.MultiPolygon([shapely.Polygon(OUTER, [HOLE]), shapely.box(110, 21, 110.5, 21.5)])
ISOCHRONES = Isochrones(
    scenario="baseline",
    origin="qingxiu",
    definition="door_to_door",
    depart="08:00",
    bands=(Band(15.0, shapely.MultiPolygon(), 0.0, 0.0), Band(30.0, AREA, 1234.567, 456789.0)),
    over_land=True,
    local=LocalAccess(25.0, 1.4, 45.0),
    cell_km=1.0,
)


def test_isochrones_come_back_as_they_went(tmp_path: Path) -> None:
    write_isochrones(ISOCHRONES, tmp_path / "first.geojson")
    back = read_isochrones(tmp_path / "first.geojson")
    assert back == ISOCHRONES
    write_isochrones(back, tmp_path / "second.geojson")
    assert (tmp_path / "first.geojson").read_bytes() == (tmp_path / "second.geojson").read_bytes()


def test_a_band_is_a_feature_with_its_holes(tmp_path: Path) -> None:
    write_isochrones(ISOCHRONES, tmp_path / "bands.geojson")
    text = (tmp_path / "bands.geojson").read_text(encoding="utf-8")
    assert len(text.splitlines()) == 4
    written = json.loads(text)
    assert written["bbwnet"]["isochrones"] == {
        "local_speed_kmh": 25.0,
        "detour_factor": 1.4,
        "local_limit_min": 45.0,
        "confidence": "assumed",
        "cell_km": 1.0,
    }
    empty, band = written["features"]
    assert empty["geometry"] == {"type": "MultiPolygon", "coordinates": []}
    assert band["properties"] == {
        "from": "qingxiu",
        "minutes": 30.0,
        "area_km2": 1234.567,
        "population": 456789.0,
        "definition": "door_to_door",
        "depart": "08:00",
        "scenario": "baseline",
        "over_land": True,
    }
    outer, hole = band["geometry"]["coordinates"][0]
    assert shapely.LinearRing(outer).is_ccw  # RFC 7946, 3.1.6
    assert not shapely.LinearRing(hole).is_ccw
    assert [108.12345, 22.0] in outer


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "cannot be read as GeoJSON"),
        ("{}", "is no GeoJSON feature collection"),
        ('{"type": "FeatureCollection", "features": []}', "holds no isochrones of bbwnet"),
        ('{"type": "FeatureCollection", "bbwnet": {"schema": 99}, "features": []}', "is of a newer format"),
    ],
)
def test_another_file_is_refused(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "other.geojson"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_isochrones(path)


def test_points_in_place_of_bands_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bands.geojson"
    write_isochrones(ISOCHRONES, path)
    written = json.loads(path.read_text(encoding="utf-8"))
    written["features"][0]["geometry"] = {"type": "Point", "coordinates": [108.0, 22.0]}
    path.write_text(json.dumps(written), encoding="utf-8")
    with pytest.raises(InputError, match="a Point, no MultiPolygon"):
        read_isochrones(path)
