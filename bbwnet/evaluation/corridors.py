"""Headway and wait by corridor and hour (V3): direct trains and coaches between cities that the plan joins by a goal."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.errors import NetworkError
from bbwnet.evaluation.headway_waits import HeadwayWaits, headway_waits
from bbwnet.network.population import zone_populations
from bbwnet.network.terminals import main_stations
from bbwnet.scenario.schema.base import DAY_SECONDS, clock_seconds
from bbwnet.scenario.schema.scenario_file import WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.network.trips import Pattern

SHORT_WAIT_MIN = 15.0
"""A wait of less counts as short (V3)."""

CORRIDOR_MODES = ("rail", "coach")
"""Modes that run like a bus line, or should."""

WEEK = 7


@dataclass(frozen=True)
class Corridor:
    """Direct services from one city to another on the scenario's day of the week."""

    from_city: str
    to_city: str
    goals: tuple[str, ...]
    """Goals of the plan that name the pair: `main`, `neighbour`."""
    by_mode: dict[str, HeadwayWaits]
    """By `rail` and `coach`."""
    together: HeadwayWaits
    """All of them, whichever comes next."""


def corridor_pairs(network: Network) -> dict[tuple[str, str], tuple[str, ...]]:
    """Pairs of main cities and of neighbours with the goals that name them, each pair once.

    Raises `NetworkError` if the region has no plan.
    """
    plan = network.plan
    if plan is None:
        raise NetworkError(f"region {network.region} has no plan: its files hold no `plan` with main_cities and neighbours")
    found: dict[frozenset[str], tuple[tuple[str, str], tuple[str, ...]]] = {}
    for a, b in combinations(plan.main_cities, 2):
        found[frozenset((a, b))] = (a, b), ("main",)
    for a, b in plan.neighbours:
        pair, goals = found.get(frozenset((a, b)), ((a, b), ()))
        found[frozenset((a, b))] = pair, (*goals, "neighbour")
    return dict(found.values())


def corridors(network: Network) -> list[Corridor]:
    """Both directions of every pair, in the order of the plan."""
    window = network.settings.evaluation.departures
    first, last = clock_seconds(window.from_), clock_seconds(window.until)
    found = []
    for (a, b), goals in corridor_pairs(network).items():
        for origin, destination in ((a, b), (b, a)):
            times = {mode: direct_departures(network, origin, destination, mode) for mode in CORRIDOR_MODES}
            together = [second for seconds in times.values() for second in seconds]
            found.append(
                Corridor(
                    origin,
                    destination,
                    goals,
                    {mode: headway_waits(seconds, first, last) for mode, seconds in times.items()},
                    headway_waits(together, first, last),
                )
            )
    return found


def corridor_weights(network: Network, corridors: Sequence[Corridor]) -> NDArray[np.float64]:
    """Product of the people of the two cities of each corridor in the year of the scenario; all alike where the data have too few."""
    people = dict.fromkeys(network.cities, 0.0)
    for zone, figure in zone_populations(network, network.as_of.year).items():
        city = network.assembly.places[zone].city
        if city is not None:
            people[city] += figure.value or 0.0
    product = np.array([people[item.from_city] * people[item.to_city] for item in corridors], dtype=np.float64)
    return product if product.any() else np.ones(len(corridors))


def city_stops(network: Network, city: str) -> frozenset[str]:
    """Where a city's trains and coaches stop: its main stations and its centre."""
    record = network.cities[city]
    return frozenset((*main_stations(network, record), record.centre))


def direct_departures(network: Network, from_city: str, to_city: str, mode: str) -> tuple[int, ...]:
    """Seconds of the day, rising, at which vehicles of a mode leave a city for another that they reach without a change.

    Each vehicle counts once, at the last stop of the one city before it calls at the other, on the scenario's day of the week.
    Services known by their headway count with the departures that are spread for them.
    """
    leaving, reaching = city_stops(network, from_city), city_stops(network, to_city)
    weekday = WEEKDAYS.index(network.settings.evaluation.weekday)
    found: list[int] = []
    for pattern in network.trips.patterns:
        if pattern.mode != mode or (call := _last_boarding(pattern, leaving, reaching)) is None:
            continue
        offset = pattern.offsets_seconds()[1][call]
        for start, days in zip(pattern.departures_seconds, pattern.days, strict=True):
            day, second = divmod(start + offset, DAY_SECONDS)
            if days >> (weekday - day) % WEEK & 1:
                found.append(second)
    return tuple(sorted(found))


def _last_boarding(pattern: Pattern, leaving: frozenset[str], reaching: frozenset[str]) -> int | None:
    """The last call where one may board in the one city before one may get off in the other; `None` if there is none."""
    board: int | None = None
    for call, stop in enumerate(pattern.stops):
        if board is not None and stop in reaching and pattern.may_alight[call]:
            return board
        if stop in leaving and pattern.may_board[call]:
            board = call
    return None
