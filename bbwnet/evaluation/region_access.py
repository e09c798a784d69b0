"""Accessibility of a region by one mode and definition: its zones, how equally they fare, and clauses D1, D2 and A1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.evaluation.accessibility import own_zone_at_once
from bbwnet.evaluation.airports import Catchment, airport_catchments, served_airports
from bbwnet.evaluation.high_grade import HighGradeLinks, high_grade_links
from bbwnet.evaluation.inequality import gini, palma
from bbwnet.evaluation.provinces import ProvinceDivide, members, province_divide
from bbwnet.evaluation.zone_access import WITHIN_MIN, DoorSearch, ZoneAccess, ZoneFigures, day_visits, zone_access, zone_figures
from bbwnet.network.population import shares_by_confidence, shares_by_method

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.network.population import Method
    from bbwnet.network.state import NetworkState
    from bbwnet.routing.door_to_door import DoorMode
    from bbwnet.scenario.schema.base import Confidence
    from bbwnet.scenario.schema.scenario_file import EvaluationChoice


@dataclass(frozen=True)
class Spread:
    """How unequally a measure is spread over the people of the zones; `None` where it is not known."""

    measure: str
    gini: float | None
    palma: float | None


@dataclass(frozen=True)
class RegionAccess:
    """Accessibility of the whole region by one mode and definition."""

    mode: DoorMode
    planned: bool
    percentile: float
    year: int
    """Year of population and product."""
    zones: tuple[ZoneAccess, ...]
    spreads: tuple[Spread, ...]
    provinces: ProvinceDivide
    high_grade: HighGradeLinks
    catchments: tuple[Catchment, ...]
    population_by_confidence: dict[Confidence, float]
    """Shares of the people counted."""
    product_by_confidence: dict[Confidence, float]
    population_by_method: dict[Method, float]
    product_by_method: dict[Method, float]

    @property
    def zones_without_population(self) -> tuple[str, ...]:
        """Zones that no sum of persons counts."""
        return tuple(row.zone for row in self.zones if row.population.value is None)

    @property
    def zones_without_product(self) -> tuple[str, ...]:
        """Zones that no sum of products counts."""
        return tuple(row.zone for row in self.zones if row.product.value is None)


@dataclass(frozen=True)
class OfAllModes:
    """What does not depend on the mode or the definition."""

    figures: ZoneFigures
    high_grade: HighGradeLinks
    catchments: tuple[Catchment, ...]


def of_all_modes(network: Network, times: DoorSearch, state: NetworkState | None = None) -> OfAllModes:
    """Figures of the zones, D2 and A1. Raises `NetworkError` if the region has no zones."""
    figures = zone_figures(network)
    return OfAllModes(figures, high_grade_links(network, state), _catchments(network, times, figures))


def evaluate_access(
    network: Network,
    times: DoorSearch,
    choice: EvaluationChoice,
    mode: DoorMode,
    *,
    percentile: float | None = None,
    planned: bool = False,
    shared: OfAllModes | None = None,
    trips: NDArray[np.float64] | None = None,
) -> RegionAccess:
    """Accessibility from all zones to all zones by one mode, at a percentile of the departures (the scenario's by default).

    Visits of one day go by the timetable itself, whatever the percentile. `shared` is what other modes had already; without it, it is
    found with everything open. `trips` between the zones, sorted by identifier, are what mean times and reached shares count by in place
    of people; sums of people and product, and inequality, which is between people, stay as they are. Raises `NetworkError` if the region
    has no zones.
    """
    rank = choice.percentile if percentile is None else percentile
    shared = of_all_modes(network, times) if shared is None else shared
    figures = shared.figures
    size = len(figures.names)
    centres = [city.centre for city in members(network)]
    matrix = times.matrix(mode, list(dict.fromkeys([*figures.names, *centres])), (rank,), planned=planned)
    minutes = own_zone_at_once(matrix.minutes[:size, :size, 0], figures.names, figures.names)
    visits = day_visits(times, figures.names, mode, choice)
    rows = zone_access(figures, minutes, visits, choice.hansen_half_time_min, trips)
    return RegionAccess(
        mode=mode,
        planned=planned,
        percentile=rank,
        year=figures.year,
        zones=tuple(rows),
        spreads=_spreads(rows, figures.persons),
        provinces=province_divide(network, matrix, rank),
        high_grade=shared.high_grade,
        catchments=shared.catchments,
        population_by_confidence=shares_by_confidence(figures.populations),
        product_by_confidence=shares_by_confidence(figures.products),
        population_by_method=shares_by_method(figures.populations),
        product_by_method=shares_by_method(figures.products),
    )


def _spreads(rows: list[ZoneAccess], persons: NDArray[np.float64]) -> tuple[Spread, ...]:
    """Gini and Palma of every measure of which more is better."""
    measures: dict[str, list[float | None]] = {}
    for position, limit in enumerate(WITHIN_MIN):
        measures[f"persons_within_{limit:.0f}_min"] = [row.persons_within[position] for row in rows]
    for position, limit in enumerate(WITHIN_MIN):
        measures[f"gdp_within_{limit:.0f}_min_cny"] = [row.product_within_cny[position] for row in rows]
    measures["potential_persons"] = [row.potential_persons for row in rows]
    measures["day_persons"] = [row.day_persons for row in rows]
    found = []
    for name, values in measures.items():
        array = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
        found.append(Spread(name, gini(array, persons), palma(array, persons)))
    return tuple(found)


def _catchments(network: Network, times: DoorSearch, figures: ZoneFigures) -> tuple[Catchment, ...]:
    """Airports' catchments by car in the middle of the departures: roads know no timetable but the ferries' and borders'."""
    airports = served_airports(network)
    if not airports:
        return ()
    matrix = times.matrix("road", figures.names, (50.0,), destinations=airports)
    return tuple(airport_catchments(network, airports, matrix.minutes[:, :, 0], figures.persons))
