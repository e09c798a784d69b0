"""Compare the length of every road and rail link with the path along OpenStreetMap between its two ends.

    python tests/tools/check_lengths_against_osm.py [--network networks/beibu_gulf] [--osm ../shared/data/osm] [--least-km 2]

Lists each link of the base and of the projects whose length differs by over 10 % from the shortest path on the
OpenStreetMap extract (early 2024, no road classes, some joins missing), with its `length_note`; exit 1 if one has none.
A station or a centre is snapped to the nearest *edges*, not to a node: the extract's nodes may be over 10 km away or on a
parallel line. What lies between an end and its edge may belong to the link or not (edges are drawn as chords), so a length
is compared with the path without and with these ways. Links with an end far from the extract, or whose ends it does not
join, are counted but cannot be judged.
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from bbwnet.scenario.great_circle import great_circle_km
from bbwnet.scenario.network_files import INDEX_NAME, read_network

REPOSITORY = Path(__file__).parents[2]
OSM = REPOSITORY.parent / "shared" / "data" / "osm"
TOLERANCE = 0.10
"""Share by which a length may differ from the path without a note."""
GRAPHS = {"highway": "scgraph_world_highways_bbox.geojson", "rail": "scgraph_world_railways_bbox.geojson"}
"""File of the extract by mode."""
SNAP_KM = {"highway": 5.0, "rail": 2.5}
"""How far an end may lie from the extract to be snapped; a centre may lie off the main roads, a station lies on its line."""
RIVAL_KM = 0.3
"""Edges that lie at most this much further than the nearest are tried too: edges are drawn as chords."""
CELL_DEGREES = 0.25

Position = tuple[float, float]


class Entry(NamedTuple):
    """A vertex of the graph where a snapped position enters it, and how far it is to there."""

    vertex: Position
    km: float


class Way(NamedTuple):
    """A path along the extract, and the straight ways from the two ends to it."""

    along_km: float
    off_km: float

    def differs(self, length_km: float) -> bool:
        """Whether a length is unlike the path, without and with the ways to it."""
        return not (1 - TOLERANCE) * self.along_km <= length_km <= (1 + TOLERANCE) * (self.along_km + self.off_km)


class Snapped(NamedTuple):
    """A position on one edge: both ways to leave the edge, and where on it the position lies."""

    edge: int
    along_km: float
    off_km: float
    entries: tuple[Entry, Entry]


@dataclass
class Edge:
    """An edge of the extract: a chord, and the length along the track or road that it stands for."""

    start: Position
    end: Position
    km: float


@dataclass
class Extract:
    """The OpenStreetMap graph of one mode."""

    edges: list[Edge]
    neighbours: dict[Position, list[tuple[Position, float]]] = field(default_factory=dict)
    cells: dict[tuple[int, int], list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number, edge in enumerate(self.edges):
            self.neighbours.setdefault(edge.start, []).append((edge.end, edge.km))
            self.neighbours.setdefault(edge.end, []).append((edge.start, edge.km))
            for cell in _cells(edge):
                self.cells.setdefault(cell, []).append(number)

    @classmethod
    def read(cls, path: Path) -> Extract:
        """Read the GeoJSON edges of the extract, `km` along each."""
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        edges = []
        for feature in features:
            start, end = (feature["geometry"]["coordinates"][place] for place in (0, -1))
            edges.append(Edge((start[0], start[1]), (end[0], end[1]), float(feature["properties"]["km"])))
        return cls(edges)

    def snap(self, position: Position, within_km: float) -> list[Snapped]:
        """Snap a position to the nearest edges within a distance, nearest first; empty if there is none."""
        found = []
        for number in self._near(position, within_km):
            edge = self.edges[number]
            share, off_km = _projection(position, edge)
            if off_km <= within_km:
                along_km = share * edge.km
                entries = (Entry(edge.start, along_km), Entry(edge.end, edge.km - along_km))
                found.append(Snapped(number, along_km, off_km, entries))
        found.sort(key=lambda snapped: snapped.off_km)
        return [snapped for snapped in found if snapped.off_km <= found[0].off_km + RIVAL_KM]

    def way(self, first: list[Snapped], second: list[Snapped]) -> Way | None:
        """Find the shortest way between two snapped positions, the ways to the edges included; `None` if they are not joined."""
        best = min(
            (Way(abs(a.along_km - b.along_km), a.off_km + b.off_km) for a in first for b in second if a.edge == b.edge),
            key=sum,
            default=Way(math.inf, 0.0),
        )
        goals: dict[Position, list[tuple[float, float]]] = {}
        for snapped in second:
            for entry in snapped.entries:
                goals.setdefault(entry.vertex, []).append((entry.km, snapped.off_km))
        queue = [(entry.km + snapped.off_km, snapped.off_km, entry.vertex) for snapped in first for entry in snapped.entries]
        heapq.heapify(queue)
        done: set[Position] = set()
        while queue:
            km, off_km, vertex = heapq.heappop(queue)
            if km >= sum(best):
                break
            if vertex in done:
                continue
            done.add(vertex)
            ways = [Way(km - off_km + last_km, off_km + last_off_km) for last_km, last_off_km in goals.get(vertex, ())]
            best = min((best, *ways), key=sum)
            for neighbour, step_km in self.neighbours[vertex]:
                if neighbour not in done:
                    heapq.heappush(queue, (km + step_km, off_km, neighbour))
        return None if math.isinf(best.along_km) else best

    def _near(self, position: Position, within_km: float) -> set[int]:
        reach = 1 + int(within_km / (100 * CELL_DEGREES))
        column, row = _cell(position)
        return {
            number
            for x in range(column - reach, column + reach + 1)
            for y in range(row - reach, row + reach + 1)
            for number in self.cells.get((x, y), ())
        }


def _cell(position: Position) -> tuple[int, int]:
    return math.floor(position[0] / CELL_DEGREES), math.floor(position[1] / CELL_DEGREES)


def _cells(edge: Edge) -> Iterator[tuple[int, int]]:
    """Cells of the box around an edge."""
    (x_1, y_1), (x_2, y_2) = _cell(edge.start), _cell(edge.end)
    for x in range(min(x_1, x_2), max(x_1, x_2) + 1):
        for y in range(min(y_1, y_2), max(y_1, y_2) + 1):
            yield x, y


def _projection(position: Position, edge: Edge) -> tuple[float, float]:
    """Share of an edge at the foot of a position's perpendicular, and the distance to there in km."""
    stretch = math.cos(math.radians(position[1]))
    along = ((edge.end[0] - edge.start[0]) * stretch, edge.end[1] - edge.start[1])
    out = ((position[0] - edge.start[0]) * stretch, position[1] - edge.start[1])
    square = along[0] ** 2 + along[1] ** 2
    share = 0.0 if square == 0 else min(1.0, max(0.0, (along[0] * out[0] + along[1] * out[1]) / square))
    foot = (edge.start[0] + share * (edge.end[0] - edge.start[0]), edge.start[1] + share * (edge.end[1] - edge.start[1]))
    return share, great_circle_km(*position, *foot)


def read_links(index: Path) -> tuple[list[dict[str, Any]], dict[str, Position]]:
    """Road and rail links, and the position of every node and place, of the base, the projects and their variants."""
    links: list[dict[str, Any]] = []
    positions: dict[str, Position] = {}
    for document in read_network(index).records:
        holders = [document.data]
        for project in document.data.get("projects") or ():
            parts = [project, *(project.get("variants") or {}).values()]
            holders.extend(part["add"] for part in parts if part.get("add"))
        for holder in holders:
            for record in (*(holder.get("places") or ()), *(holder.get("nodes") or ())):
                positions[record["id"]] = (float(record["lon"]), float(record["lat"]))
            links.extend(link for link in holder.get("links") or () if link["mode"] in GRAPHS)
    return links, positions


def main() -> int:
    """List the links that differ; give 1 if one of them has no note."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", type=Path, default=REPOSITORY / "networks" / "beibu_gulf", help="folder of the network")
    parser.add_argument(
        "--osm", type=Path, default=REPOSITORY.parent / "shared" / "data" / "osm", help="folder of the OpenStreetMap extract"
    )
    parser.add_argument("--least-km", type=float, default=2.0, help="links shorter than this are not compared: snapping blurs them")
    options = parser.parse_args()
    links, positions = read_links(options.network / INDEX_NAME)
    extracts = {mode: Extract.read(options.osm / name) for mode, name in GRAPHS.items()}
    compared, unjudged, silent = 0, 0, 0
    seen: set[str] = set()
    for link in links:
        ends = (positions.get(link["from"]), positions.get(link["to"]))
        if link["id"] in seen or link["length_km"] < options.least_km or ends[0] is None or ends[1] is None:
            continue
        seen.add(link["id"])
        extract, within_km = extracts[link["mode"]], SNAP_KM[link["mode"]]
        snapped = [extract.snap(end, within_km) for end in ends if end is not None]
        way = extract.way(*snapped) if all(snapped) else None
        if way is None:
            unjudged += 1
            continue
        compared += 1
        if way.differs(link["length_km"]):
            note = link.get("length_note")
            silent += note is None
            path = f"OpenStreetMap {way.along_km:.1f} and {way.off_km:.1f} to reach it"
            sys.stdout.write(f"{link['mode']} {link['id']}: {link['length_km']:.1f} km, {path}: {note or 'NO NOTE'}\n")
    sys.stdout.write(f"{compared} links compared, {unjudged} off the extract, {silent} differ by over {TOLERANCE:.0%} without a note\n")
    return 1 if silent else 0


if __name__ == "__main__":
    sys.exit(main())
