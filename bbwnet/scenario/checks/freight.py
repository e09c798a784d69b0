"""Freight sites: they stand at places and nodes that are there, send and receive what is asked for, and balance only far away."""

from __future__ import annotations

from collections.abc import Iterator

from bbwnet.errors import Problem
from bbwnet.scenario.checks.region import Owned, Region
from bbwnet.scenario.schema.freight import FreightSite


def check_freight(region: Region) -> Iterator[Problem]:
    """Find freight sites at unknown ends, those that balance within the region, and hinterlands that are no gateways."""
    for owned in region.every("freight_sites"):
        yield from _site(region, owned, owned.record)
    held: dict[str, str] = {}
    for owned in region.every("freight_hinterlands"):
        place = owned.record.place
        problem = region.reference(owned, "place", place, "places")
        if problem is not None:
            yield problem
        elif region.points[place].record.kind != "gateway":
            kind = region.points[place].record.kind
            yield region.problem(owned, "place", f"{place} is a place of kind {kind}", value=place, expected="a gateway")
        first = held.setdefault(place, owned.record.id)
        if first != owned.record.id:
            yield region.problem(owned, "place", f"gateway of {first} already", value=place, expected="each gateway once")


def _site(region: Region, owned: Owned, site: FreightSite) -> Iterator[Problem]:
    problem = region.reference(owned, "end", site.end, "nodes", "places")
    if problem is not None:
        yield problem
        return
    if site.balances and not _outside_port(region, site.end):
        expected = "balances: false, or a port outside the region's zones"
        yield region.problem(owned, "balances", f"balances, but {site.end} is no port outside the region's zones", expected=expected)
    elif site.balances and site.market == "sea":
        expected = "market: any"
        yield region.problem(owned, "market", "an end of the sea does not trade with the sea alone", value=site.market, expected=expected)


def _outside_port(region: Region, end: str) -> bool:
    """Whether an end is a port that lies in no zone."""
    point = region.points.get(end)
    if point is None or point.kind != "nodes" or point.record.kind != "port":
        return False
    place = region.points.get(point.record.place) if point.record.place is not None else None
    return place is None or place.kind != "places" or place.record.kind != "zone"
