"""What the people of each zone reach, door to door: others and their product, the mean time to them, visits of one day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from bbwnet.errors import NetworkError
from bbwnet.evaluation.accessibility import mean_times, potential, stays_seconds, sums, within
from bbwnet.network.population import MISSING, Figure, zone_populations, zone_products, zones
from bbwnet.routing.door_to_door import percentile_minutes
from bbwnet.scenario.schema.base import clock_seconds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from bbwnet.evaluation.accessibility import DayDepartures
    from bbwnet.network.network import Network
    from bbwnet.routing.door_to_door import DayEnds, DoorMode, TravelTimes
    from bbwnet.scenario.schema.scenario_file import EvaluationChoice

WITHIN_MIN = (60.0, 120.0, 180.0)
"""Limits of the cumulative measures."""


class DoorSearch(Protocol):
    """What this module needs of the door-to-door facade."""

    def matrix(
        self,
        mode: DoorMode,
        places: Sequence[str],
        percentiles: Sequence[float],
        *,
        planned: bool = False,
        destinations: Sequence[str] | None = None,
    ) -> TravelTimes:
        """Minutes between all places, or from them to the destinations."""

    def departures(self, origin: str, destination: str, mode: DoorMode, *, planned: bool = False) -> DayDepartures:
        """What becomes of each departure of the window; of equal arrivals, with `planned` that which leaves latest."""

    def day_ends(self, mode: DoorMode, places: Sequence[str], home_by_s: int) -> DayEnds:
        """First arrivals, and last departures that arrive by a second of the day, between all places."""


@dataclass(frozen=True)
class ZoneFigures:
    """Zones with their people (persons) and product (CNY) in the scenario's year."""

    year: int
    names: tuple[str, ...]
    cities: tuple[str | None, ...]
    populations: Mapping[str, Figure]
    products: Mapping[str, Figure]

    @property
    def persons(self) -> NDArray[np.float64]:
        """People by zone; not-a-number where the data have none."""
        return _vector(self.populations, self.names)

    @property
    def product_cny(self) -> NDArray[np.float64]:
        """Product by zone; not-a-number where the data have none."""
        return _vector(self.products, self.names)


@dataclass(frozen=True)
class ZoneAccess:
    """Accessibility of one zone; `None` where the data that a measure needs are missing."""

    zone: str
    city: str | None
    population: Figure
    product: Figure
    persons_within: tuple[float | None, ...]
    """By `WITHIN_MIN`, its own people included."""
    product_within_cny: tuple[float | None, ...]
    """By `WITHIN_MIN`, its own product included."""
    potential_persons: float | None
    """Persons, each weighed by the time to reach them; its own in full."""
    mean_min: float | None
    """Mean time to the people of the other zones that can be reached."""
    reached_share: float | None
    """Share of the people of the other zones that can be reached."""
    day_zones: int
    """Other zones that can be visited out and back on one day."""
    day_persons: float | None
    """Their people."""


@dataclass(frozen=True)
class Reached:
    """A zone within a limit of a place."""

    zone: str
    city: str | None
    minutes: float
    reached_share: float
    """Share of the window's departures that arrive at all."""
    population: Figure
    product: Figure


def zone_figures(network: Network) -> ZoneFigures:
    """Zones, people and product of a network in the year of its date; raises `NetworkError` if it has no zones."""
    places = zones(network)
    if not places:
        raise NetworkError(f"region {network.region} has no places of kind `zone`, whose accessibility could be told")
    year = network.as_of.year
    return ZoneFigures(
        year,
        tuple(place.id for place in places),
        tuple(place.city for place in places),
        zone_populations(network, year),
        zone_products(network, year),
    )


def zone_access(
    figures: ZoneFigures,
    minutes: NDArray[np.float64],
    visits: NDArray[np.bool_],
    half_time_min: float,
    trips: NDArray[np.float64] | None = None,
) -> list[ZoneAccess]:
    """Accessibility of every zone from minutes (zone x zone, zero to itself) and from which zones can be visited in a day.

    Mean times, and what can be reached, count by the people of the zones, or by `trips` from each zone to each.
    """
    persons, product = figures.persons, figures.product_cny
    persons_within = np.column_stack([within(minutes, persons, limit) for limit in WITHIN_MIN])
    product_within = np.column_stack([within(minutes, product, limit) for limit in WITHIN_MIN])
    potentials = potential(minutes, persons, half_time_min)
    means = mean_times(minutes, persons if trips is None else trips, np.eye(len(persons), dtype=np.bool_))
    day_persons = sums(visits, np.ones_like(minutes), persons)
    return [
        ZoneAccess(
            zone=zone,
            city=figures.cities[row],
            population=figures.populations[zone],
            product=figures.products[zone],
            persons_within=tuple(map(_known, persons_within[row])),
            product_within_cny=tuple(map(_known, product_within[row])),
            potential_persons=_known(potentials[row]),
            mean_min=_known(means.minutes[row]),
            reached_share=_known(means.reached_share[row]),
            day_zones=int(visits[row].sum()),
            day_persons=_known(day_persons[row]),
        )
        for row, zone in enumerate(figures.names)
    ]


def day_visits(times: DoorSearch, places: Sequence[str], mode: DoorMode, choice: EvaluationChoice) -> NDArray[np.bool_]:
    """Which places can be visited from which, out and back on one day with `choice.stay_h` there; none from itself.

    Out with the first departure of the window, home by `choice.home_by`.
    """
    stays = stays_seconds(times.day_ends(mode, places, clock_seconds(choice.home_by)))
    visits: NDArray[np.bool_] = stays >= choice.stay_h * 3600  # never true of not-a-number
    np.fill_diagonal(visits, val=False)
    return visits


def reached_from(
    figures: ZoneFigures, times: DoorSearch, place: str, mode: DoorMode, limit_min: float, *, percentile: float, planned: bool
) -> list[Reached]:
    """Zones within a limit of a place at a percentile of the departures, nearest first; the place's own zone at zero minutes."""
    found: list[Reached] = []
    for zone, city in zip(figures.names, figures.cities, strict=True):
        minutes, share = 0.0, 1.0
        if zone != place:
            departures = times.departures(place, zone, mode, planned=planned)
            minutes = percentile_minutes(departures.minutes(planned=planned), percentile)
            share = float(departures.reached.mean())
        if minutes <= limit_min:  # never true of not-a-number
            found.append(Reached(zone, city, minutes, share, figures.populations.get(zone, MISSING), figures.products.get(zone, MISSING)))
    return sorted(found, key=lambda item: (item.minutes, item.zone))


def _vector(figures: Mapping[str, Figure], names: Sequence[str]) -> NDArray[np.float64]:
    values = [figures[name].value for name in names]
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
