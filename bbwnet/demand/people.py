"""The places that trips begin and end at, with their residents, real product per resident and urban share in the year of the demand."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from bbwnet.errors import NetworkError
from bbwnet.network.population import MISSING, Figure, population_of, zone_products

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.scenario.schema.demand import PassengerDemand
    from bbwnet.scenario.schema.places import Place

PlaceOfDemand = Literal["zone", "gateway", "airport"]


@dataclass(frozen=True)
class People:
    """Places of demand, sorted by identifier (n places), and what is known of those who live there.

    `zone`: the region's; `gateway`: outside, at the end of a corridor; `airport`: where trips to the rest of the world leave the ground.
    """

    year: int
    """Calendar year of the figures: the demand's, or the base year where trips do not grow."""
    names: tuple[str, ...]
    kinds: tuple[PlaceOfDemand, ...]
    persons: NDArray[np.float64]
    """Residents; 0 where none are known (`without_persons`), and at airports."""
    product_per_person_cny: NDArray[np.float64]
    """Real product per resident, prices of the base year; the region's mean where none is known (`mean_product`)."""
    urban_share: NDArray[np.float64]
    seats_day: NDArray[np.float64]
    """Seats of flights that leave an airport on a mean day; 0 elsewhere."""
    without_persons: tuple[str, ...]
    """Zones and gateways without any population figure: they make and draw no trips."""
    mean_product: tuple[str, ...]
    """Zones and gateways that the region's mean product per resident stands for."""

    def rows(self, kind: PlaceOfDemand) -> NDArray[np.bool_]:
        """Which places are of a kind (n)."""
        return np.array([own == kind for own in self.kinds], dtype=np.bool_)


def no_people(region: str) -> str:
    """Why there is nobody to travel, and nobody to send or get anything."""
    return f"region {region} has no zones with population"


def people_of(network: Network, *, needed: bool = True) -> People:
    """The places of demand of a network under its scenario; raises `NetworkError` if no zone has any residents.

    Unless they are not `needed`, as where the scenario brings its own matrices of trips.

    Population and product are those of `bbwnet.network.population`, taken on from the last figure by the scenario's growth; product
    at current prices is deflated to the base year by its rise of prices. Where a city's product is shared out to zones, the year of the
    prices is the latest of the figures used, or the year asked for if that is earlier.
    """
    settings = network.settings.demand
    choice = settings.passenger
    year = choice.base_year if choice.growth == "none" else (settings.year or network.as_of.year)
    places = {place.id: place for place in network.assembly.places.values() if place.kind in ("zone", "gateway")}
    seats = airport_seats(network)
    names = tuple(sorted({*places, *seats}))
    residents = {name: population_of(place, year) for name, place in places.items()}
    persons = np.array([_grown(residents.get(name, MISSING), year, choice.population_growth) for name in names])
    if not np.nansum(persons) > 0 and needed:
        raise NetworkError(no_people(network.region))
    products = zone_products(network, year)
    real = np.array([_real_product(products.get(name, MISSING), year, choice) for name in names])
    known = np.isfinite(real) & np.isfinite(persons) & (persons > 0)
    total = math.fsum(persons[known])
    mean = math.fsum(real[known]) / total if total > 0 else choice.reference_product_cny
    per_person = np.divide(real, persons, out=np.full(len(names), mean), where=known)
    kinds: tuple[PlaceOfDemand, ...] = tuple(_kind(places.get(name)) for name in names)
    settled = [kind != "airport" for kind in kinds]
    return People(
        year=year,
        names=names,
        kinds=kinds,
        persons=np.where(settled, np.nan_to_num(persons), 0.0),
        product_per_person_cny=per_person,
        urban_share=np.array([_urban(places.get(name), choice, year) for name in names]),
        seats_day=np.array([seats.get(name, 0.0) for name in names]),
        without_persons=tuple(name for name, held, own in zip(names, settled, persons, strict=True) if held and np.isnan(own)),
        mean_product=tuple(name for name, held, own in zip(names, settled, known, strict=True) if held and not own),
    )


def airport_seats(network: Network) -> dict[str, float]:
    """Seats of the flights that leave each airport on a mean day; services that do not say count the mean of those that do, or 150."""
    airports = set(network.nodes.index[network.nodes["kind"] == "airport"])
    services = network.assembly.services
    flights = [pattern for pattern in network.trips.patterns if pattern.mode == "air"]
    own = {pattern.service: services[pattern.service].seats if pattern.service in services else None for pattern in flights}
    given = [seats for seats in own.values() if seats is not None]
    mean = math.fsum(given) / len(given) if given else 150.0
    found: dict[str, list[float]] = {}
    for pattern in flights:
        for stop in pattern.stops[:-1]:
            if stop in airports:
                seats = own[pattern.service]
                found.setdefault(str(stop), []).append(pattern.trips_per_day * (mean if seats is None else seats))
    return {name: math.fsum(found[name]) for name in sorted(found)}


def _kind(place: Place | None) -> PlaceOfDemand:
    if place is None:
        return "airport"
    return "zone" if place.kind == "zone" else "gateway"


def _grown(figure: Figure, year: int, growth: float) -> float:
    """Residents in a year, grown since the last figure; not-a-number where there is none."""
    if figure.value is None:
        return math.nan
    return figure.value * (1 + growth) ** max(0, year - _figure_year(figure, year))


def _real_product(figure: Figure, year: int, choice: PassengerDemand) -> float:
    """Product in a year at prices of the base year; not-a-number where there is none."""
    if figure.value is None:
        return math.nan
    of_year = _figure_year(figure, year)
    return float(figure.value / (1 + choice.price_growth) ** (of_year - choice.base_year) * (1 + choice.product_growth) ** (year - of_year))


def _figure_year(figure: Figure, year: int) -> int:
    """The year that a figure stands for: that asked for, or the nearest that the data have."""
    return figure.years[0] if figure.method == "nearest_year" else min(year, figure.years[-1])


def _urban(place: Place | None, choice: PassengerDemand, year: int) -> float:
    """Urban share of the residents in a year: rural residents become urban at the scenario's pace."""
    shares = choice.urban_shares
    base = choice.urban_share
    if place is not None:
        base = shares.get(place.id, shares.get(place.city or "", base))
    return float(1 - (1 - base) * (1 - choice.urban_growth) ** (year - choice.base_year))
