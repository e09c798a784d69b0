"""Geography: positions within the region's bounds, and lengths that no straight line is longer than."""

from __future__ import annotations

from collections.abc import Iterator

from bbwnet.errors import Problem
from bbwnet.scenario.checks.region import Owned, Region
from bbwnet.scenario.great_circle import great_circle_km
from bbwnet.scenario.schema.network_file import Bounds

SHORTER_SHARE = 0.02
SHORTER_KM = 0.3
SHORTER_LEAST_KM = 0.02
"""A length may fall short of the great circle by what rounded positions explain: 2 %, at least 20 m, never above 300 m."""
DETOUR_MAX = 1.6
DETOUR_SLACK_KM = 0.3
"""Rail and road may measure 1.6 times the great circle and 300 m without a note that says why."""


def check_geography(region: Region) -> Iterator[Problem]:
    """Find positions out of bounds or exchanged, and lengths too short, or too long without a word."""
    bounds = region.index.bounds
    if bounds.west >= bounds.east or bounds.south >= bounds.north:
        return  # said where the index is checked
    for owned in region.every("places", "nodes"):
        if _in_region(region, owned):
            yield from _position(region, bounds, owned)
    for owned in region.every("links"):
        yield from _length(region, owned)


def _in_region(region: Region, owned: Owned) -> bool:
    """Whether a place or node must lie within the bounds: zones, and nodes that lie in one."""
    if owned.kind == "places":
        return bool(owned.record.kind == "zone")
    place = region.points.get(owned.record.place) if owned.record.place is not None else None
    return place is not None and place.kind == "places" and place.record.kind == "zone"


def _within(bounds: Bounds, lon: float, lat: float) -> bool:
    return bounds.west <= lon <= bounds.east and bounds.south <= lat <= bounds.north


def _position(region: Region, bounds: Bounds, owned: Owned) -> Iterator[Problem]:
    lon, lat = owned.record.lon, owned.record.lat
    if _within(bounds, lon, lat):
        return
    given = f"lon {lon:g}, lat {lat:g}"
    if _within(bounds, lat, lon):
        yield region.problem(owned, "lon", "longitude and latitude are exchanged", value=given, expected=f"lon {lat:g}, lat {lon:g}")
        return
    box = f"lon {bounds.west:g} to {bounds.east:g}, lat {bounds.south:g} to {bounds.north:g}"
    key = "lon" if not bounds.west <= lon <= bounds.east else "lat"
    yield region.problem(owned, key, "position outside the region's bounds", value=given, expected=box)


def _length(region: Region, owned: Owned) -> Iterator[Problem]:
    link = owned.record
    ends = [region.points.get(link.from_), region.points.get(link.to)]
    if ends[0] is None or ends[1] is None or link.from_ == link.to:
        return
    first, last = ends[0].record, ends[1].record
    straight_km = great_circle_km(first.lon, first.lat, last.lon, last.lat)
    short_by_km = straight_km - link.length_km
    if short_by_km > SHORTER_KM or short_by_km > max(SHORTER_SHARE * straight_km, SHORTER_LEAST_KM):
        yield region.problem(
            owned, "length_km", "shorter than the great circle", value=link.length_km, expected=f"at least {straight_km:.2f} km"
        )
    elif link.mode in {"rail", "highway"} and not link.length_note and link.length_km > DETOUR_MAX * straight_km + DETOUR_SLACK_KM:
        message = (
            f"length is {link.length_km / straight_km:.1f} times the great circle"
            if straight_km
            else "length between two ends at one position"
        )
        expected = f"at most {DETOUR_MAX * straight_km:.1f} km, or a length_note that says why"
        yield region.problem(owned, "length_km", f"{message}, with no length_note", value=link.length_km, expected=expected)
