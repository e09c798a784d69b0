"""Write networks/beibu_gulf/land.geojson: what is land in the region, from the coastline of Natural Earth 1:10m (public domain).

`python docs/make_land.py [--geo FOLDER] [--out FILE]`; FOLDER holds `ne_10m_coastline_bbox.geojson` and
`ne_10m_minor_islands_coastline_bbox.geojson`, the lines within the box of BOX (not part of the project). Closed lines are
islands; the box cut along the open ones falls into land and sea, told apart by SEA, a point of the gulf. The script then
says which zones, stations, ports and airports of the bundled network lie off the land, and how far.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import shapely
from shapely.geometry.polygon import orient

from bbwnet.evaluation.land import land_geometry
from bbwnet.evaluation.local_plane import LocalPlane
from bbwnet.scenario.read import load_scenario
from bbwnet.scenario.schema.infrastructure import Node
from bbwnet.scenario.schema.places import Place

ROOT = Path(__file__).parents[1]
LAND = ROOT / "networks" / "beibu_gulf" / "land.geojson"
GEO = ROOT.parent / "shared" / "data" / "geo"
FILES = ("ne_10m_coastline_bbox.geojson", "ne_10m_minor_islands_coastline_bbox.geojson")
BOX = shapely.box(105.5, 18.0, 112.5, 24.5)
SEA = shapely.Point(108.5, 20.3)
TOLERANCE_KM = 3.0
CHECKED = ("zone", "town", "station", "port", "ferry_terminal", "airport", "border_crossing")


def lines(folder: Path) -> list[shapely.LineString]:
    """Read all lines of the coast."""
    found = []
    for name in FILES:
        collection = json.loads((folder / name).read_text(encoding="utf-8"))
        found += [shapely.LineString(feature["geometry"]["coordinates"]) for feature in collection["features"]]
    return found


def land(folder: Path) -> list[shapely.Polygon]:
    """Make the polygons of land, the largest first."""
    coast = lines(folder)
    open_lines = [line for line in coast if not line.is_closed]
    pieces = shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.union_all([BOX.exterior, *open_lines]))))
    main = [piece for piece in pieces if not piece.contains(SEA)]
    islands = [shapely.make_valid(shapely.Polygon(line)) for line in coast if line.is_closed]
    whole = shapely.set_precision(shapely.union_all([*main, *islands]), 1e-4)
    return sorted(shapely.get_parts(whole), key=lambda part: -part.area)


def text(polygons: list[shapely.Polygon]) -> str:
    """Give the file: one polygon a line, rings wound as RFC 7946 asks, four decimals (about ten metres) as in the source."""
    features = []
    for polygon in map(orient, polygons):
        rings = [polygon.exterior, *polygon.interiors]
        geometry = {"type": "Polygon", "coordinates": [[[round(x, 4), round(y, 4)] for x, y in ring.coords] for ring in rings]}
        properties = {"source": "natural_earth", "confidence": "reported"}
        feature = {"type": "Feature", "properties": properties, "geometry": geometry}
        features.append(json.dumps(feature, separators=(",", ":")))
    box = json.dumps([float(side) for side in BOX.bounds])
    return f'{{"type": "FeatureCollection", "bbox": {box}, "features": [\n' + ",\n".join(features) + "\n]}\n"


def report_strays() -> None:
    """Say which points of the bundled network lie off the land, and whether by more than TOLERANCE_KM."""
    scenario = load_scenario("actual_2025")
    if scenario.land is None:
        raise SystemExit("the bundled network names no land")
    geometry = land_geometry(scenario.land)
    plane = LocalPlane(*shapely.get_coordinates(BOX.centroid)[0])
    in_km = shapely.transform(geometry, plane.to_km)
    points: dict[str, Place | Node] = {}
    points.update({place.id: place for place in scenario.records.places})
    for nodes in (scenario.records.nodes, *(project.add.nodes for project in scenario.records.projects)):
        points.update({node.id: node for node in nodes})
    for item in sorted(points.values(), key=lambda item: item.id):
        if item.kind in CHECKED and BOX.contains(shapely.Point(item.lon, item.lat)):
            km = in_km.distance(shapely.transform(shapely.Point(item.lon, item.lat), plane.to_km))
            if km > 0:
                print(f"{item.id:28} {item.kind:16} {km:5.2f} km off the land" + (" (!)" if km > TOLERANCE_KM else ""))


def main() -> None:
    """Write the file and report what lies off the land."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--geo", type=Path, default=GEO)
    parser.add_argument("--out", type=Path, default=LAND)
    given = parser.parse_args()
    given.out.write_text(text(land(given.geo)), encoding="utf-8", newline="\n")
    print(f"{given.out}: {given.out.stat().st_size} bytes")
    report_strays()


if __name__ == "__main__":
    main()
