"""GeoPackage: the layers `nodes` (points) and `links` (lines), WGS84, as QGIS and geopandas open them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from bbwnet.exchange.frames import NetworkFrames, check_ends, frame_from_rows, plain_rows, plain_value, refuse, whole_file

if TYPE_CHECKING:
    from collections.abc import Iterable

CRS = "EPSG:4326"
LAYERS = ("nodes", "links")
_STAMP = "2000-01-01T00:00:00.000Z"
"""Time of change written into the file, fixed so that the same network gives the same bytes."""


def write_geopackage(network: NetworkFrames, path: str | Path) -> None:
    """Write nodes and links as two layers; dates and lists become text (ISO, JSON), since the format has no such columns."""
    nodes, links = list(plain_rows(network.nodes)), list(plain_rows(network.links))
    points = shapely.points([(row["lon"], row["lat"]) for _, row in nodes])
    lines = [shapely.LineString(row.pop("geometry")) for _, row in links]
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _STAMP})
    try:
        with whole_file(path) as partial:
            for layer, rows, shapes in (("nodes", nodes, points), ("links", links, lines)):
                frame = gpd.GeoDataFrame(_columns(rows), geometry=list(shapes), crs=CRS)
                pyogrio.write_dataframe(frame, partial, layer=layer, driver="GPKG")
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def read_geopackage(path: str | Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read the frames `nodes` and `links` from the layers of these names.

    Raises `InputError` if the file cannot be opened, lacks a layer or the column `id`, or a link ends nowhere.
    """
    file = Path(path)
    try:
        present = [str(name) for name in pyogrio.list_layers(file)[:, 0]]
    except pyogrio.errors.DataSourceError as error:
        raise refuse(file, f"cannot be read as GeoPackage: {error}") from None
    for layer in LAYERS:
        if layer not in present:
            raise refuse(file, f"has no layer `{layer}`", value=", ".join(present), expected=", ".join(LAYERS))
    nodes, links = (_read_layer(file, layer) for layer in LAYERS)
    check_ends(file, nodes, links)
    return nodes, links


def _columns(rows: Iterable[tuple[str, dict[str, Any]]]) -> pd.DataFrame:
    """Frame of one layer: text for lists, nullable columns for whole numbers and truth values."""
    flat = [
        {"id": identifier, **{key: json.dumps(value) if isinstance(value, list) else value for key, value in row.items()}}
        for identifier, row in rows
    ]
    frame = pd.DataFrame(flat)
    for name in frame:
        present = {type(value) for value in frame[name].tolist() if plain_value(value) is not None}
        originals = [row.get(str(name)) for row in flat]
        kinds = {type(value) for value in originals if value is not None}
        if kinds in ({int}, {bool}):
            frame[name] = pd.Series(originals, dtype="Int64" if kinds == {int} else "boolean")
        elif not present:
            frame[name] = pd.Series([None] * len(frame), dtype="str")
    return frame


def _read_layer(file: Path, layer: str) -> pd.DataFrame:
    frame = pyogrio.read_dataframe(file, layer=layer)
    if "id" not in frame:
        raise refuse(file, f"layer `{layer}` has no column `id`")
    info = pyogrio.read_info(file, layer=layer)
    kinds = dict(zip(info["fields"], info["dtypes"], strict=True))
    rows = []
    for shape, row in zip(frame.geometry, frame.drop(columns="geometry").to_dict("records"), strict=True):
        values = {str(key): _restored(plain_value(value), kinds.get(key, "")) for key, value in row.items()}
        if layer == "links":
            values["geometry"] = [list(point) for point in shape.coords]
        rows.append(values)
    return frame_from_rows(rows)


def _restored(value: Any, kind: str) -> Any:
    """Undo what the reader does to columns with gaps: whole numbers become floats, truth values numbers."""
    if value is None:
        return None
    if kind.startswith("int"):
        return int(value)
    if kind == "bool":
        return bool(value)
    return value
