"""Population and gross domestic product of zones in a year, each with the figures that it rests on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from bbwnet.scenario.schema.base import CONFIDENCES, Confidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bbwnet.network.network import Network
    from bbwnet.scenario.schema.places import City, GdpFigure, Place, PopulationFigure

Method = Literal["figure", "interpolated", "nearest_year", "shared_out", "missing"]
"""`figure`: the year's own; `interpolated`: linear between two years; `nearest_year`: outside all years of the data;
`shared_out`: a part of the city's; `missing`: the data have none."""


@dataclass(frozen=True)
class Figure:
    """A population (persons) or product (CNY, current prices) of one year; `value` is `None` where the data have none."""

    value: float | None
    method: Method
    years: tuple[int, ...] = ()
    """Years of the figures used, rising."""
    confidence: Confidence | None = None
    """The worst of the figures used, at best `estimated` where shared out; how far they carry to the year, `method` says."""
    sources: tuple[str, ...] = ()
    """Keys of their sources, sorted."""


MISSING = Figure(None, "missing")


@dataclass(frozen=True)
class _Known:
    """One figure of the data, whatever it counts."""

    year: int
    value: float
    confidence: Confidence
    source: str


def zones(network: Network) -> list[Place]:
    """The places where the members' people live, sorted by identifier."""
    return sorted((place for place in network.assembly.places.values() if place.kind == "zone"), key=lambda place: place.id)


def zone_populations(network: Network, year: int) -> dict[str, Figure]:
    """Permanent residents of every zone in a year, from the zone's own figures only.

    Linear between the two years beside it, the nearest year's figure outside all of them: a figure of 2020 stands for
    2030 as well, and its year says so. City totals between censuses are left alone, for those printed before a census was
    revised do not fit the ones after.
    """
    return {place.id: population_of(place, year) for place in zones(network)}


def population_of(record: Place | City, year: int) -> Figure:
    """Permanent residents of one place or city in a year, from its own figures."""
    return in_year(_persons(record), year)


def zone_products(network: Network, year: int) -> dict[str, Figure]:
    """Gross domestic product of every zone in a year, at current prices.

    A zone with figures of its own around the year keeps them. One whose own figures are all of other years has its share of
    the city then, of the city's product now. What is left of the city's is shared out to its other zones by population;
    they have none where the city has none, where nothing is left, or where one of them has no population.
    """
    populations = zone_populations(network, year)
    found: dict[str, Figure] = {}
    for place in zones(network):
        city = network.cities.get(place.city) if place.city else None
        found[place.id] = _own_product(place, city, year)
    for city in network.cities.values():
        members = [place.id for place in zones(network) if place.city == city.id]
        found.update(_rest_shared_out(in_year(_products(city), year), members, found, populations))
    return found


def in_year(known: Iterable[_Known], year: int) -> Figure:
    """The figure of a year: its own, linear between two years, or the nearest year's."""
    by_year: dict[int, _Known] = {}
    for item in known:
        held = by_year.get(item.year)
        if held is None or _rank(item.confidence) < _rank(held.confidence):
            by_year[item.year] = item
    if not by_year:
        return MISSING
    before = max((other for other in by_year if other <= year), default=None)
    after = min((other for other in by_year if other >= year), default=None)
    if before is None or after is None or before == after:
        item = by_year[before if after is None else after]  # type: ignore[index]  # one of the two is a year
        return Figure(item.value, "figure" if item.year == year else "nearest_year", (item.year,), item.confidence, (item.source,))
    first, second = by_year[before], by_year[after]
    value = first.value + (second.value - first.value) * (year - before) / (after - before)
    confidence = worst(first.confidence, second.confidence)
    return Figure(value, "interpolated", (before, after), confidence, _sources(first.source, second.source))


def worst(*confidences: Confidence) -> Confidence:
    """The least trusted of some classes of confidence."""
    return max(confidences, key=_rank)


def shares_by_confidence(figures: Mapping[str, Figure]) -> dict[Confidence, float]:
    """Share of the total of some figures by confidence; all zero where none is known."""
    known = [(figure.confidence, figure.value) for figure in figures.values() if figure.value is not None]
    total = math.fsum(value for _, value in known)
    return {name: math.fsum(value for key, value in known if key == name) / total if total else 0.0 for name in CONFIDENCES}


def shares_by_method(figures: Mapping[str, Figure]) -> dict[Method, float]:
    """Share of the total of some figures by how each was come by; all zero where none is known."""
    methods: tuple[Method, ...] = get_args(Method)
    total = math.fsum(figure.value or 0.0 for figure in figures.values())
    return {
        name: math.fsum(figure.value or 0.0 for figure in figures.values() if figure.method == name) / total if total else 0.0
        for name in methods
        if name != "missing"
    }


def _own_product(place: Place, city: City | None, year: int) -> Figure:
    """A zone's product from its own figures, moved to the year along with its city's."""
    own = in_year(_products(place), year)
    if own.method != "nearest_year" or city is None or own.value is None:
        return own
    then = in_year(_products(city), own.years[0])
    now = in_year(_products(city), year)
    if not then.value or now.value is None or then.method == "nearest_year":
        return own
    return _shared(own.value / then.value * now.value, own, then, now)


def _rest_shared_out(total: Figure, members: list[str], own: Mapping[str, Figure], populations: Mapping[str, Figure]) -> dict[str, Figure]:
    """What is left of a city's product for its zones without figures of their own."""
    without = [zone for zone in members if own[zone].value is None]
    if not without or total.value is None:
        return {}
    if members == without and len(without) == 1:
        return {without[0]: total}
    rest = total.value - math.fsum(own[zone].value or 0.0 for zone in members)
    persons = {zone: populations[zone].value for zone in without}
    known = [value for value in persons.values() if value is not None]
    if rest <= 0 or len(known) < len(without) or math.fsum(known) <= 0:
        return {}
    everyone = math.fsum(known)
    return {zone: _shared(rest * (persons[zone] or 0.0) / everyone, total, populations[zone]) for zone in without}


def _shared(value: float, *parts: Figure) -> Figure:
    """A figure worked out from others: at best an estimate."""
    years = tuple(sorted({year for part in parts for year in part.years}))
    confidence = worst("estimated", *(part.confidence for part in parts if part.confidence is not None))
    return Figure(value, "shared_out", years, confidence, _sources(*(source for part in parts for source in part.sources)))


def _persons(record: Place | City) -> list[_Known]:
    figures: tuple[PopulationFigure, ...] = record.population
    return [_Known(item.year, float(item.persons), item.confidence, item.source) for item in figures]


def _products(record: Place | City) -> list[_Known]:
    figures: tuple[GdpFigure, ...] = record.gdp
    return [_Known(item.year, item.gdp_cny, item.confidence, item.source) for item in figures]


def _rank(confidence: Confidence) -> int:
    return CONFIDENCES.index(confidence)


def _sources(*keys: str) -> tuple[str, ...]:
    return tuple(sorted(set(keys)))
