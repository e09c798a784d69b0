"""The land of a region: polygons in a GeoJSON file beside the network's index, read with every problem named by its line."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from bbwnet.errors import Problem
from bbwnet.scenario.document import DataPath, Document, shown_path
from bbwnet.scenario.nearest import nearest_name
from bbwnet.scenario.network_files import NetworkFiles, leads_out
from bbwnet.scenario.schema.base import Confidence
from bbwnet.scenario.yaml_lines import MAX_BYTES, read_yaml

Ring = tuple[tuple[float, float], ...]
"""A closed line of [lon, lat], WGS84 degrees."""

_LEAST_RING = 4
_LON_MAX, _LAT_MAX = 180, 90


@dataclass(frozen=True)
class Land:
    """What is land in the box of a region: polygons as their outer ring and its holes. Beyond them nothing is known."""

    path: Path
    sha256: str
    polygons: tuple[tuple[Ring, ...], ...] = field(repr=False)
    sources: tuple[str, ...]
    """Keys of the sources that the polygons cite, sorted."""
    confidences: tuple[Confidence, ...]
    """How far the polygons may be trusted, sorted."""


def read_land(files: NetworkFiles, known_sources: Collection[str] | None) -> tuple[Land | None, list[Problem]]:
    """Read the file that the index names under `land`; `None` if it names none, or with the problems found.

    Every feature is a polygon or several, and its properties cite `source` (one of `known_sources`, where given) and
    `confidence`.
    """
    name = files.index.data.get("land") if files.index is not None else None
    if files.index is None or not isinstance(name, str) or not name:
        return None, []  # the schema says so
    if leads_out(files.folder, name):
        expected = "a path below the folder of network.yaml"
        return None, [files.index.problem(("land",), "file lies outside the network's folder", value=name, expected=expected)]
    path = files.folder / name
    if not path.is_file():
        beside = sorted(item.relative_to(files.folder).as_posix() for item in files.folder.rglob("*.geojson"))
        return None, [files.index.problem(("land",), "no such file", value=name, nearest=nearest_name(name, beside))]
    return _read(path, known_sources)


def _read(path: Path, known_sources: Collection[str] | None) -> tuple[Land | None, list[Problem]]:
    shown = shown_path(path)
    if path.stat().st_size > MAX_BYTES:
        return None, [Problem(shown, message="file is too large", expected=f"at most {MAX_BYTES // 1_000_000} MB")]
    raw = path.read_bytes()
    try:
        data = json.loads(raw.decode("utf-8"))
    except json.JSONDecodeError as error:
        return None, [Problem(shown, error.lineno, error.colno, message=f"not valid JSON: {error.msg}", expected="GeoJSON")]
    except (UnicodeDecodeError, RecursionError) as error:
        return None, [Problem(shown, message=f"cannot be read: {error}", expected="GeoJSON in UTF-8")]
    faults = list(_faults(data, known_sources))
    if faults:
        document = _located(path, shown, data)
        return None, [document.problem(where, message, value=value, expected=expected) for where, message, value, expected in faults]
    features = data["features"]
    return Land(
        path=path,
        sha256=hashlib.sha256(raw).hexdigest(),
        polygons=tuple(_as_rings(polygon) for feature in features for polygon, _ in _polygons(feature["geometry"])),
        sources=tuple(sorted({feature["properties"]["source"] for feature in features})),
        confidences=tuple(sorted({feature["properties"]["confidence"] for feature in features})),
    ), []


def _located(path: Path, shown: str, data: Any) -> Document:
    """Read the file once more, as YAML, of which JSON is a part: slower, but it knows the line of every value."""
    document, _ = read_yaml(path)
    return document if document is not None else Document(shown, data, {}, path=path, _placed=False)


Fault = tuple[DataPath, str, object, str | None]


def _faults(data: Any, known_sources: Collection[str] | None) -> Iterator[Fault]:
    """Find what is wrong: where, what, the value and what was expected."""
    if not isinstance(data, dict) or data.get("type") != "FeatureCollection" or not isinstance(data.get("features"), list):
        yield (), "no GeoJSON feature collection", ..., "an object with the type FeatureCollection and a list `features`"
        return
    if not data["features"]:
        yield ("features",), "empty", ..., "at least one polygon"
    for number, feature in enumerate(data["features"]):
        where: DataPath = ("features", number)
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        if not isinstance(geometry, dict) or kind not in ("Polygon", "MultiPolygon"):
            yield (*where, "geometry", "type"), "land is made of polygons", kind, "Polygon or MultiPolygon"
            continue
        if geometry_fault := _geometry_fault((*where, "geometry", "coordinates"), geometry):
            yield geometry_fault
        yield from _provenance_faults((*where, "properties"), feature.get("properties"), known_sources)


def _provenance_faults(where: DataPath, properties: Any, known_sources: Collection[str] | None) -> Iterator[Fault]:
    held = properties if isinstance(properties, dict) else {}
    source, confidence = held.get("source"), held.get("confidence")
    if not isinstance(source, str):
        yield where, "key is missing: source", ..., "key into `sources` (title, date, licence)"
    elif known_sources is not None and source not in known_sources:
        nearest = nearest_name(source, known_sources)
        yield (*where, "source"), "unknown source", source, f"a key of `sources`, such as {nearest}" if nearest else "a key of `sources`"
    if confidence is None:
        yield where, "key is missing: confidence", ..., ", ".join(get_args(Confidence))
    elif confidence not in get_args(Confidence):
        yield (*where, "confidence"), "not one of the values allowed", confidence, ", ".join(get_args(Confidence))


def _polygons(geometry: dict[str, Any]) -> Iterator[tuple[Any, DataPath]]:
    """Give each polygon of a geometry, and its place below `coordinates`."""
    coordinates = geometry.get("coordinates")
    if geometry["type"] == "Polygon":
        yield coordinates, ()
    else:
        yield from ((polygon, (number,)) for number, polygon in enumerate(coordinates if isinstance(coordinates, list) else (None,)))


def _geometry_fault(where: DataPath, geometry: dict[str, Any]) -> Fault | None:
    """Find the first thing wrong with the coordinates of a geometry."""
    for polygon, below in _polygons(geometry):
        if not isinstance(polygon, list) or not polygon:
            return (*where, *below), "polygon has no rings", ..., "a list of rings"
        for number, ring in enumerate(polygon):
            place = (*where, *below, number)
            if not isinstance(ring, list) or len(ring) < _LEAST_RING:
                return place, "ring is too short", ..., f"at least {_LEAST_RING} positions"
            for position, point in enumerate(ring):
                if not _is_position(point):
                    return (*place, position), "no position", point, "[longitude, latitude], WGS84 degrees"
            if ring[0] != ring[-1]:
                return place, "ring is not closed", ..., f"to end where it begins, at {ring[0]}"
    return None


def _is_position(point: Any) -> bool:
    if not isinstance(point, list) or len(point) not in (2, 3):
        return False
    if not all(isinstance(part, int | float) and not isinstance(part, bool) and math.isfinite(part) for part in point):
        return False
    return bool(abs(point[0]) <= _LON_MAX and abs(point[1]) <= _LAT_MAX)


def _as_rings(polygon: Any) -> tuple[Ring, ...]:
    return tuple(tuple((float(point[0]), float(point[1])) for point in ring) for ring in polygon)
