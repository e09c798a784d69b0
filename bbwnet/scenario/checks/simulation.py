"""What a scenario closes, watches and lets come on simulated days, against its network: names that are there, areas that hold something.

Names are looked up among all records, those of projects too; whether what they name stands at the scenario's date shows once it is built.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import shapely

from bbwnet.errors import Problem
from bbwnet.scenario.checks.region import Region
from bbwnet.scenario.document import DataPath
from bbwnet.scenario.nearest import Names
from bbwnet.scenario.schema.base import Identified, Point
from bbwnet.scenario.schema.scenario_file import ScenarioFile
from bbwnet.scenario.schema.simulation_streams import ROAD_STREAMS, Stream
from bbwnet.scenario.sound_part import SoundPart

DISRUPTED = "a node, link, line, terminal, crossing, lock, airport, service, project, place, city or group"
_KINDS = (
    "nodes", "links", "services", "terminals", "crossings", "locks", "airports", "channels", "projects", "places", "cities", "groups",
)  # fmt: skip


def check_simulation(part: SoundPart, settings: ScenarioFile, region: Region) -> Iterator[Problem]:
    """Find disruptions and streams of unknown things, plazas, lanes and watches at unknown roads, areas of nothing, and doubles."""
    yield from _disruptions(part, settings, region)
    yield from _areas(part, settings, region)
    yield from _streams(part, settings, region)
    roads, root = settings.simulation.roads, ("simulation", "roads")
    links: list[tuple[DataPath, str]] = [
        ((*root, "toll_plazas", number, "link"), plaza.link) for number, plaza in enumerate(roads.toll_plazas)
    ]
    links += [((*root, "watch", number), link) for number, link in enumerate(roads.watch)]
    yield from _unknown(part, links, region.positions.ids("links"), "unknown link", "a road link")
    crossings: list[tuple[DataPath, str]] = [
        ((*root, "border", "crossings", number, "crossing"), item.crossing) for number, item in enumerate(roads.border.crossings)
    ]
    yield from _unknown(part, crossings, region.positions.ids("crossings"), "unknown crossing", "a border crossing")
    days = settings.simulation
    doors: list[tuple[DataPath, str]] = [
        (("simulation", "passengers", "terminals", number, "at"), item.at) for number, item in enumerate(days.passengers.terminals)
    ]
    yield from _unknown(part, doors, region.positions.ids("nodes", "places"), "unknown stop", "a station, airport, port or bus terminal")
    told: list[tuple[DataPath, str]] = [
        (("simulation", "stay_home", number, "places", place), name)
        for number, item in enumerate(days.stay_home)
        for place, name in enumerate(item.places)
    ]
    yield from _unknown(part, told, region.positions.ids("nodes", "places", "cities"), "unknown place", "a place, city or node")
    yield from _twice(part, ("simulation", "stay_home"), days.stay_home)
    yield from _twice(part, ("simulation", "streams"), days.streams)
    yield from _twice(part, ("simulation", "weather"), days.weather)
    yield from _twice(part, ("simulation", "ferries", "demand"), days.ferries.demand)


def _unknown(
    part: SoundPart, named: Iterable[tuple[DataPath, str]], known: Iterable[str], message: str, expected: str
) -> Iterator[Problem]:
    there = set(known)
    names = Names(there)
    for path, name in named:
        if name not in there:
            yield part.problem(path, message, value=name, expected=expected, nearest=names.nearest(name))


def _disruptions(part: SoundPart, settings: ScenarioFile, region: Region) -> Iterator[Problem]:
    named: list[tuple[DataPath, str]] = [
        (("disruptions", number, "what"), item.what) for number, item in enumerate(settings.disruptions) if item.what is not None
    ]
    lines = (str(owned.record.line) for owned in region.every("links") if owned.record.line is not None)
    return _unknown(part, named, (*region.positions.ids(*_KINDS), *lines), "unknown name", DISRUPTED)


def _areas(part: SoundPart, settings: ScenarioFile, region: Region) -> Iterator[Problem]:
    """Find areas whose border crosses itself, and those that hold no node, so that nothing would be closed and no ship stay in port."""
    areas: list[tuple[DataPath, Sequence[Point]]] = [
        (("disruptions", number, "area"), item.area) for number, item in enumerate(settings.disruptions) if item.area
    ]
    areas += [
        (("simulation", "weather", number, "area"), item.area) for number, item in enumerate(settings.simulation.weather) if item.area
    ]
    if not areas:
        return
    points = [owned.record for owned in region.every("nodes", "places")]
    lon, lat = [point.lon for point in points], [point.lat for point in points]
    for path, corners in areas:
        polygon = shapely.Polygon(corners)
        if not polygon.is_valid or polygon.area == 0:
            yield part.problem(path, "the border of the area crosses itself", expected="corners in order round the area, [lon, lat]")
        elif not shapely.intersects_xy(polygon, lon, lat).any():
            bounds = region.index.bounds
            where = f"from {bounds.west:g} to {bounds.east:g} E and {bounds.south:g} to {bounds.north:g} N"
            corners_written = [list(corner) for corner in corners]
            yield part.problem(path, "no node in the area", value=corners_written, expected=f"an area of the network, {where}")


def _streams(part: SoundPart, settings: ScenarioFile, region: Region) -> Iterator[Problem]:
    ends: list[tuple[DataPath, str]] = []
    locks: list[tuple[DataPath, str]] = []
    places: list[tuple[DataPath, str]] = []
    for number, stream in enumerate(settings.simulation.streams):
        path = ("simulation", "streams", number)
        if stream.what == "barge" and stream.at is not None:
            locks.append(((*path, "at"), stream.at))
        if stream.what not in ROAD_STREAMS:
            continue  # terminals of ships are looked up with the ports
        ends += [((*path, key), name) for key, name in (("from", stream.from_), ("to", stream.to)) if name is not None]
        places += [((*path, "at"), stream.at)] if stream.at is not None else []
    yield from _unknown(part, ends, region.positions.ids("nodes", "places"), "unknown node", "a node")
    plazas = part.identifiers(("simulation", "roads", "toll_plazas"))
    known = (*region.positions.ids("links", "crossings"), *plazas)
    yield from _unknown(part, locks, region.positions.ids("locks"), "unknown lock", "a lock")
    yield from _unknown(part, places, known, "unknown place", "a road link, crossing or toll plaza")


def _twice(part: SoundPart, path: DataPath, items: Iterable[Identified | Stream]) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, item in enumerate(items):
        if item.id in seen:
            yield part.problem((*path, number, "id"), "given twice", value=item.id, expected="each identifier once")
        seen.add(item.id)
