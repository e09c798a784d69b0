"""Places, cities and the plan: who belongs to whom, and that every name in the plan is one of ours."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator

from bbwnet.errors import Problem
from bbwnet.scenario.checks.region import Owned, Region
from bbwnet.scenario.nearest import nearest_name

_PAIR = 2


def check_places(region: Region) -> Iterator[Problem]:
    """Find unknown cities, places, stations and time zones, and cities with no centre of their own."""
    for owned in region.every("places"):
        yield from _city_of_place(region, owned)
    for owned in region.every("cities"):
        yield from _centre_and_stations(region, owned)
    yield from _plan(region)
    yield from _timezones(region)


def _city_of_place(region: Region, owned: Owned) -> Iterator[Problem]:
    place = owned.record
    if place.city is not None:
        problem = region.reference(owned, "city", place.city, "cities")
        if problem is not None:
            yield problem
    elif place.kind == "zone":
        yield region.problem(owned, None, "zone belongs to no city", expected="the key city")


def _centre_and_stations(region: Region, owned: Owned) -> Iterator[Problem]:
    city = owned.record
    problem = region.reference(owned, "centre", city.centre, "places")
    centre = next((item for item in region.every("places") if item.record.id == city.centre), None)
    if problem is not None:
        yield problem
    elif city.member and centre is not None and centre.record.city != city.id:
        zones = [item.record.id for item in region.every("places") if item.record.city == city.id]
        yield region.problem(
            owned,
            "centre",
            f"centre lies in {centre.record.city or 'no city'}, not in {city.id}",
            value=city.centre,
            expected=_one_of(zones),
        )
    for number, valid in enumerate(city.main_stations):
        for position, station in enumerate(valid.stations):
            key = f"main_stations.{number}.stations.{position}"
            known = region.points.get(station)
            if station not in region.positions.spots["nodes"]:
                yield region.problem(owned, key, "unknown station", value=station, nearest=region.nearest(station, "nodes"))
            elif known is not None and known.record.kind != "station":
                yield region.problem(owned, key, f"not a station but a {known.record.kind}", value=station)


def _plan(region: Region) -> Iterator[Problem]:
    plan = region.records.plan
    if plan is None:
        return
    cities = set(region.positions.ids("cities"))
    for key in ("main_cities", "centres"):
        for number, city in enumerate(getattr(plan, key)):
            if city not in cities:
                yield region.plan_problem(f"{key}.{number}", "unknown city", value=city, nearest=region.nearest(city, "cities"))
    seen: dict[frozenset[str], int] = {}
    for number, pair in enumerate(plan.neighbours):
        if len(set(pair)) != _PAIR or len(pair) != _PAIR:
            yield region.plan_problem(f"neighbours.{number}", "not a pair", value=", ".join(pair), expected="two different cities")
            continue
        for position, city in enumerate(pair):
            if city not in cities:
                nearest = region.nearest(city, "cities")
                yield region.plan_problem(f"neighbours.{number}.{position}", "unknown city", value=city, nearest=nearest)
        if frozenset(pair) in seen:
            yield region.plan_problem(f"neighbours.{number}", "pair named twice", value=", ".join(pair))
        seen.setdefault(frozenset(pair), number)


def _timezones(region: Region) -> Iterator[Problem]:
    verdicts: dict[str, bool] = {}

    def known(name: str) -> bool:
        if name not in verdicts:
            try:
                zoneinfo.ZoneInfo(name)
                verdicts[name] = True
            except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
                verdicts[name] = False
        return verdicts[name]

    for owned in region.every("places", "nodes"):
        if not known(owned.record.timezone):
            yield region.problem(owned, "timezone", "unknown time zone", **_timezone_hint(owned.record.timezone))
    for owned in region.every("crossings"):
        for number, hours in enumerate(owned.record.hours):
            if not known(hours.timezone):
                yield region.problem(owned, f"hours.{number}.timezone", "unknown time zone", **_timezone_hint(hours.timezone))


def _timezone_hint(wrong: str) -> dict[str, str | None]:
    nearest = nearest_name(wrong, zoneinfo.available_timezones())
    return {"value": wrong, "expected": "an IANA name such as Asia/Shanghai", "nearest": nearest}


def _one_of(names: list[str]) -> str:
    return f"one of {', '.join(names)}" if names else "a place whose city it is"
