"""GeoJSON (RFC 7946): nodes as points and links as lines in one feature collection, one feature a line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bbwnet.exchange.frames import NetworkFrames, check_ends, frame_from_rows, plain_rows, refuse, whole_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

FORMAT_VERSION = 1


def write_geojson(network: NetworkFrames, path: str | Path) -> None:
    """Write nodes and links of a network; the member `bbwnet` says which network, the property `table` which frame."""
    head = {"schema": FORMAT_VERSION, "region": network.region, "scenario": network.scenario, "as_of": network.as_of.isoformat()}
    features = ",\n".join(_compact(feature) for feature in _features(network))
    with whole_file(path) as partial:
        partial.write_text(
            f'{{"type": "FeatureCollection", "bbwnet": {_compact(head)}, "features": [\n{features}\n]}}\n', encoding="utf-8", newline="\n"
        )


def read_geojson(path: str | Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read the frames `nodes` and `links` of a feature collection; features with no `table` are told apart by their geometry.

    Raises `InputError` if the file is no such collection, a feature lacks its identifier, or a link ends nowhere.
    """
    file = Path(path)
    try:
        collection = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise refuse(file, f"cannot be read as GeoJSON: {error}") from None
    if not isinstance(collection, dict) or not isinstance(collection.get("features"), list):
        raise refuse(file, "is no GeoJSON feature collection", expected="an object with a list `features`")
    version = (collection.get("bbwnet") or {}).get("schema", FORMAT_VERSION)
    if version > FORMAT_VERSION:
        raise refuse(file, "is of a newer format than this bbwnet reads", value=version, expected=f"at most {FORMAT_VERSION}")
    rows: dict[str, list[dict[str, Any]]] = {"nodes": [], "links": []}
    for position, feature in enumerate(collection["features"]):
        table, row = _row(file, position, feature)
        rows[table].append(row)
    if not rows["nodes"] or not rows["links"]:
        raise refuse(file, "holds no network", expected="points (nodes) and lines (links)")
    nodes, links = frame_from_rows(rows["nodes"]), frame_from_rows(rows["links"])
    check_ends(file, nodes, links)
    return nodes, links


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
