"""GeoJSON (RFC 7946): a network as points and lines, or isochrones as polygons, in one feature collection, one feature a line."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry.polygon import orient

from bbwnet.evaluation.bands import ROUNDING_DEGREES, Band, Isochrones, LocalAccess
from bbwnet.exchange.frames import NetworkFrames, check_ends, frame_from_rows, plain_rows, refuse, whole_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd

FORMAT_VERSION = 1
_DECIMALS = round(-math.log10(ROUNDING_DEGREES))


def write_geojson(network: NetworkFrames, path: str | Path) -> None:
    """Write nodes and links of a network; the member `bbwnet` says which network, the property `table` which frame."""
    head = {"schema": FORMAT_VERSION, "region": network.region, "scenario": network.scenario, "as_of": network.as_of.isoformat()}
    _write(path, head, _features(network))


def read_geojson(path: str | Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read the frames `nodes` and `links` of a feature collection; features with no `table` are told apart by their geometry.

    Raises `InputError` if the file is no such collection, a feature lacks its identifier, or a link ends nowhere.
    """
    file = Path(path)
    collection = _read(file)
    rows: dict[str, list[dict[str, Any]]] = {"nodes": [], "links": []}
    for position, feature in enumerate(collection["features"]):
        table, row = _row(file, position, feature)
        rows[table].append(row)
    if not rows["nodes"] or not rows["links"]:
        raise refuse(file, "holds no network", expected="points (nodes) and lines (links)")
    nodes, links = frame_from_rows(rows["nodes"]), frame_from_rows(rows["links"])
    check_ends(file, nodes, links)
    return nodes, links


def write_isochrones(isochrones: Isochrones, path: str | Path) -> None:
    """Write the bands of isochrones, fewest minutes first; each holds those before it, and an empty one has no polygons.

    Properties of a band: `from`, `minutes`, `area_km2`, `population` (persons; null if not asked for), `definition`, `depart`,
    `scenario`, `over_land` (false: no land is known, so water is covered too). The member `bbwnet` holds what was assumed of
    the way on from the network.
    """
    local = isochrones.local
    head = {
        "schema": FORMAT_VERSION,
        "isochrones": {
            "local_speed_kmh": local.speed_kmh,
            "detour_factor": local.detour_factor,
            "local_limit_min": local.limit_min,
            "confidence": "assumed",
            "cell_km": isochrones.cell_km,
        },
    }
    _write(path, head, (_band_feature(isochrones, band) for band in isochrones.bands))


def read_isochrones(path: str | Path) -> Isochrones:
    """Read isochrones that `write_isochrones` wrote; areas and populations are rounded to a thousandth.

    Raises `InputError` if the file is no such collection.
    """
    file = Path(path)
    collection = _read(file)
    try:
        assumed = collection["bbwnet"]["isochrones"]
        rows = [(feature["properties"], _polygons(feature["geometry"])) for feature in collection["features"]]
        first = rows[0][0]
        return Isochrones(
            scenario=first["scenario"],
            origin=first["from"],
            definition=first["definition"],
            depart=first["depart"],
            bands=tuple(Band(row["minutes"], area, row["area_km2"], row["population"]) for row, area in rows),
            over_land=first["over_land"],
            local=LocalAccess(assumed["local_speed_kmh"], assumed["detour_factor"], assumed["local_limit_min"]),
            cell_km=assumed["cell_km"],
        )
    except (KeyError, TypeError, IndexError, shapely.GEOSException) as error:
        raise refuse(file, f"holds no isochrones of bbwnet: {error!r}", expected="a file that `write_isochrones` wrote") from None


def write_desire_lines(lines: pd.DataFrame, path: str | Path, scenario: str) -> None:
    """Write trips between places as straight lines, one feature a row of `flows_desire_lines`; its other columns are properties."""
    head = {"schema": FORMAT_VERSION, "scenario": scenario, "desire_lines": {"unit": "one-way trips a day, both directions together"}}
    ends = ("origin_lon", "origin_lat", "destination_lon", "destination_lat")

    def features() -> Iterator[dict[str, Any]]:
        for _, row in plain_rows(lines):
            origin_lon, origin_lat, destination_lon, destination_lat = (row.pop(name) for name in ends)
            geometry = {"type": "LineString", "coordinates": [[origin_lon, origin_lat], [destination_lon, destination_lat]]}
            rounded = {key: round(value, 3) if isinstance(value, float) else value for key, value in row.items()}
            yield {"type": "Feature", "geometry": geometry, "properties": rounded}

    _write(path, head, features())


def _polygons(geometry: dict[str, Any]) -> shapely.MultiPolygon:
    found = shapely.from_geojson(json.dumps(geometry))
    if not isinstance(found, shapely.MultiPolygon):
        raise TypeError(f"a {found.geom_type}, no MultiPolygon")
    return found


def _band_feature(isochrones: Isochrones, band: Band) -> dict[str, Any]:
    polygons = [
        [[[round(lon, _DECIMALS), round(lat, _DECIMALS)] for lon, lat in ring.coords] for ring in (part.exterior, *part.interiors)]
        for part in map(orient, band.area.geoms)
    ]
    properties = {
        "from": isochrones.origin,
        "minutes": band.minutes,
        "area_km2": round(band.area_km2, 3),
        "population": None if band.population is None else round(band.population, 3),
        "definition": isochrones.definition,
        "depart": isochrones.depart,
        "scenario": isochrones.scenario,
        "over_land": isochrones.over_land,
    }
    return {"type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": polygons}, "properties": properties}


def _write(path: str | Path, head: dict[str, Any], features: Iterable[dict[str, Any]]) -> None:
    lines = ",\n".join(_compact(feature) for feature in features)
    with whole_file(path) as partial:
        partial.write_text(
            f'{{"type": "FeatureCollection", "bbwnet": {_compact(head)}, "features": [\n{lines}\n]}}\n', encoding="utf-8", newline="\n"
        )


def _read(file: Path) -> dict[str, Any]:
    """Read a feature collection of no newer format than this."""
    try:
        collection = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise refuse(file, f"cannot be read as GeoJSON: {error}") from None
    if not isinstance(collection, dict) or not isinstance(collection.get("features"), list):
        raise refuse(file, "is no GeoJSON feature collection", expected="an object with a list `features`")
    version = (collection.get("bbwnet") or {}).get("schema", FORMAT_VERSION)
    if version > FORMAT_VERSION:
        raise refuse(file, "is of a newer format than this bbwnet reads", value=version, expected=f"at most {FORMAT_VERSION}")
    return collection


def _features(network: NetworkFrames) -> Iterator[dict[str, Any]]:
    for identifier, row in plain_rows(network.nodes):
        geometry = {"type": "Point", "coordinates": [row["lon"], row["lat"]]}
        yield {"type": "Feature", "id": identifier, "geometry": geometry, "properties": {"table": "nodes", **row}}
    for identifier, row in plain_rows(network.links):
        geometry = {"type": "LineString", "coordinates": row.pop("geometry")}
        yield {"type": "Feature", "id": identifier, "geometry": geometry, "properties": {"table": "links", **row}}


def _row(file: Path, position: int, feature: Any) -> tuple[str, dict[str, Any]]:
    """Tell the table and the row of one feature."""
    place = f"feature {position + 1}"
    if not isinstance(feature, dict) or not isinstance(feature.get("geometry"), dict):
        raise refuse(file, f"{place} has no geometry")
    properties = dict(feature.get("properties") or {})
    geometry = feature["geometry"]
    tables = {"Point": "nodes", "LineString": "links"}
    kind = geometry.get("type")
    if kind not in tables:
        raise refuse(file, f"{place} is neither a node nor a link", value=kind, expected="Point or LineString")
    table = properties.pop("table", tables[kind])
    if table != tables[kind]:
        raise refuse(file, f"{place} of `{table}` has the geometry of another table", value=kind)
    identifier = feature.get("id", properties.pop("id", None))
    if identifier is None:
        raise refuse(file, f"{place} has no `id`")
    row = {"id": str(identifier), **properties}
    coordinates = geometry.get("coordinates")
    if table == "links":
        return table, {**row, "geometry": coordinates}
    if "lon" not in row or "lat" not in row:
        row["lon"], row["lat"] = coordinates[:2]
    return table, row


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(", ", ": "))
