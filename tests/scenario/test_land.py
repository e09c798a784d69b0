"""The land of a network: read with it, and refused with the line of what is wrong."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bbwnet.scenario.read import load_scenario

SQUARE = [[107.0, 21.0], [110.0, 21.0], [110.0, 23.5], [107.0, 23.5], [107.0, 21.0]]
HOLE = [[108.0, 22.0], [108.0, 22.5], [108.5, 22.5], [108.5, 22.0], [108.0, 22.0]]


def feature(geometry: Any, **properties: str) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"source": "made_up", "confidence": "assumed", **properties}, "geometry": geometry}


def write_land(folder: Path, text: str) -> Path:
    """Name `land.geojson` in the index of the tiny network, and write it."""
    index = folder / "network" / "network.yaml"
    index.write_text(index.read_text(encoding="utf-8").replace("include:", "land: land.geojson\ninclude:"), encoding="utf-8")
    land = folder / "network" / "land.geojson"
    land.write_text(text, encoding="utf-8")
    return land


def collection(*features: Any) -> str:
    """One feature a line, from the second line on."""
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(json.dumps(item) for item in features) + "\n]}\n"


def test_land_is_read_with_the_network(tiny: Path) -> None:
    polygon = {"type": "Polygon", "coordinates": [SQUARE, HOLE]}
    several = {"type": "MultiPolygon", "coordinates": [[SQUARE], [HOLE]]}
    path = write_land(tiny, collection(feature(polygon), feature(several, confidence="reported")))
    scenario = load_scenario(tiny / "scenario.yaml")
    land = scenario.land
    assert land is not None
    assert [len(rings) for rings in land.polygons] == [2, 1, 1]
    assert land.polygons[0][1] == tuple(tuple(point) for point in HOLE)
    assert (land.sources, land.confidences) == (("made_up",), ("assumed", "reported"))
    [file] = [item for item in scenario.files if item.name == "networks/network/land.geojson"]
    assert file.sha256 == land.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_network_needs_no_land(tiny: Path) -> None:
    assert load_scenario(tiny / "scenario.yaml").land is None


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        (
            [{"type": "Point", "coordinates": [108, 22]}],
            "2:104: features.0.geometry.type: land is made of polygons (Point), expected Polygon or MultiPolygon",
        ),
        (
            [{"type": "Polygon", "coordinates": [SQUARE]}, {"type": "Polygon", "coordinates": [SQUARE[:-1]]}],
            "3:131: features.1.geometry.coordinates.0: ring is not closed, expected to end where it begins, at [107.0, 21.0]",
        ),
        (
            [{"type": "Polygon", "coordinates": [SQUARE[:2]]}],
            "2:131: features.0.geometry.coordinates.0: ring is too short, expected at least 4 positions",
        ),
        (
            [{"type": "Polygon", "coordinates": []}],
            "2:130: features.0.geometry.coordinates: polygon has no rings, expected a list of rings",
        ),
        (
            [{"type": "MultiPolygon", "coordinates": [[[*SQUARE[:2], [22.0, 108.0], *SQUARE[3:]]]]}],
            "2:168: features.0.geometry.coordinates.0.0.2: no position ([22.0, 108.0]), expected [longitude, latitude], WGS84 degrees",
        ),
    ],
)
def test_what_is_no_polygon_is_refused_with_its_line(
    features: list[Any], expected: str, tiny: Path, problems_of: Callable[..., list[str]]
) -> None:
    write_land(tiny, collection(*(feature(geometry) for geometry in features)))
    assert problems_of() == [f"network/land.geojson:{expected}"]


def test_land_cites_a_source_that_is_there(tiny: Path, problems_of: Callable[..., list[str]]) -> None:
    polygon = {"type": "Polygon", "coordinates": [SQUARE]}
    write_land(
        tiny, collection(feature(polygon, source="made_app"), feature(polygon, confidence="sure"), {**feature(polygon), "properties": {}})
    )
    assert [problem.partition(", expected")[0] for problem in problems_of()] == [
        "network/land.geojson:2:46: features.0.properties.source: unknown source (made_app)",
        "network/land.geojson:3:71: features.1.properties.confidence: not one of the values allowed (sure)",
        "network/land.geojson:4:35: features.2.properties: key is missing: confidence",
        "network/land.geojson:4:35: features.2.properties: key is missing: source",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"type": "FeatureCollection",\n "features": [', "network/land.geojson:2:15: not valid JSON: Expecting value, expected GeoJSON"),
        (
            "[]",
            (
                "network/land.geojson:1:1: no GeoJSON feature collection, "
                "expected an object with the type FeatureCollection and a list `features`"
            ),
        ),
        (collection(), "network/land.geojson:1:43: features: empty, expected at least one polygon"),
    ],
)
def test_what_is_no_collection_is_refused(text: str, expected: str, tiny: Path, problems_of: Callable[..., list[str]]) -> None:
    write_land(tiny, text)
    assert problems_of() == [expected]


def test_a_file_in_another_encoding_is_refused(tiny: Path, problems_of: Callable[..., list[str]]) -> None:
    write_land(tiny, "").write_bytes('{"name": "海"}'.encode("utf-16"))
    [problem] = problems_of()
    assert problem.startswith("network/land.geojson: cannot be read: ")


@pytest.mark.parametrize("name", ["../land.geojson", "/etc/hostname"])
def test_land_lies_within_the_folder(name: str, tiny: Path, problems_of: Callable[..., list[str]]) -> None:
    write_land(tiny, "")
    index = tiny / "network" / "network.yaml"
    index.write_text(index.read_text(encoding="utf-8").replace("land: land.geojson", f"land: {name}"), encoding="utf-8")
    assert problems_of() == [
        (
            f"network/network.yaml:10:7: land: file lies outside the network's folder ({name}), "
            "expected a path below the folder of network.yaml"
        )
    ]
