"""`bbwnet export`: the network as GraphML, GeoJSON or GeoPackage."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import typer

from bbwnet.cli.options import ScenarioName, SetOption, load
from bbwnet.cli.output import note


class ExportFormat(enum.StrEnum):
    """File formats that a network can be written in."""

    GRAPHML = "graphml"
    GEOJSON = "geojson"
    GEOPACKAGE = "gpkg"


def export(
    scenario: ScenarioName,
    out: Annotated[Path, typer.Argument(metavar="FILE", help="File to write; its ending says the format unless --to does.")],
    to: Annotated[ExportFormat | None, typer.Option("--to", help="File format.")] = None,
    overrides: SetOption = None,
) -> None:
    """Write the scenario's network to a file that other tools read: .graphml, .geojson or .gpkg."""
    from bbwnet.exchange.geojson import write_geojson
    from bbwnet.exchange.geopackage import write_geopackage
    from bbwnet.exchange.graphml import write_graphml
    from bbwnet.network.build import build_network

    ending = out.suffix.lower().lstrip(".")
    if to is None and ending not in {item.value for item in ExportFormat}:
        raise typer.BadParameter(f"{out.name}: expected a name ending in .graphml, .geojson or .gpkg, or --to")
    chosen = to or ExportFormat(ending)
    network = build_network(load(scenario, overrides))
    writers = {ExportFormat.GRAPHML: write_graphml, ExportFormat.GEOJSON: write_geojson, ExportFormat.GEOPACKAGE: write_geopackage}
    writers[chosen](network, out)
    note(f"written: {out} ({len(network.nodes)} nodes, {len(network.links)} links)")
