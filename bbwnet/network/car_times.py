"""How long a car takes over each link with nobody in the way: roads, ro-ro ferries, border crossings."""

from __future__ import annotations

import datetime
import math
from typing import TYPE_CHECKING

from bbwnet.scenario.schema.base import DAY_SECONDS
from bbwnet.scenario.schema.infrastructure import BorderLink, RoadLink, WaterLink

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bbwnet.network.assembly import Assembly
    from bbwnet.network.trips import Pattern
    from bbwnet.scenario.scenario import Scenario
    from bbwnet.scenario.schema.services import Service
    from bbwnet.scenario.schema.terminals import Crossing

IMPASSABLE = -1
"""Seconds of a link that cars cannot use."""


def car_seconds(scenario: Scenario, assembly: Assembly, patterns: Sequence[Pattern]) -> dict[str, tuple[int, int]]:
    """Whole seconds of a car over every link, forward and backward; `IMPASSABLE` where it cannot go.

    A ro-ro ferry takes check-in, the mean wait of a vehicle that arrives at any time of the day's service (half the mean
    headway of all sailings of the link together), the crossing, and check-out. A border takes the dwell of cars.
    """
    ferries = _ferry_seconds(assembly, patterns)
    single = scenario.settings.policy.border.single_inspection
    seconds: dict[str, tuple[int, int]] = {}
    for link in assembly.links.values():
        if isinstance(link, RoadLink):
            free = round(link.length_km / link.free_speed_kmh * 3600)
            seconds[link.id] = free, free
        elif isinstance(link, BorderLink):
            crossing = assembly.crossings.get(link.crossing)
            dwell = None if crossing is None else border_dwell_min(crossing, "car", scenario.settings.as_of, single_inspection=single)
            time = IMPASSABLE if dwell is None else round(dwell * 60)
            seconds[link.id] = time, time
        elif isinstance(link, WaterLink) and link.id in ferries:
            seconds[link.id] = ferries[link.id].get(False, IMPASSABLE), ferries[link.id].get(True, IMPASSABLE)
        else:
            seconds[link.id] = IMPASSABLE, IMPASSABLE
    return seconds


def border_dwell_min(crossing: Crossing, traffic: str, date: datetime.date, *, single_inspection: bool) -> float | None:
    """Mean minutes of the formalities at a crossing on a date, both sides; `None` if that traffic may not cross."""
    known = [item for item in crossing.dwell if item.traffic == traffic and item.valid_from <= date]
    if not known:
        return None
    latest = max(known, key=lambda item: item.valid_from)
    if single_inspection and latest.dwell_single_inspection_min is not None:
        return latest.dwell_single_inspection_min
    return latest.dwell_min


def _ferry_seconds(assembly: Assembly, patterns: Sequence[Pattern]) -> dict[str, dict[bool, int]]:
    """Seconds of a vehicle over each ferry link by direction (backward or not), its sailings taken together."""
    sailings: dict[tuple[str, bool], list[tuple[Pattern, int, Service]]] = {}
    for pattern in patterns:
        service = assembly.services[pattern.service]
        if pattern.mode != "ferry" or not service.carries_vehicles:
            continue
        for position, (link_id,) in enumerate(pattern.links):
            backward = assembly.links[link_id].from_ != pattern.stops[position]
            sailings.setdefault((link_id, backward), []).append((pattern, position, service))
    result: dict[str, dict[bool, int]] = {}
    for (link_id, backward), runs in sailings.items():
        result.setdefault(link_id, {})[backward] = _pooled_seconds(runs)
    return result


def _pooled_seconds(runs: Sequence[tuple[Pattern, int, Service]]) -> int:
    """Mean seconds over the sailings of one link: times weighted by sailings, wait from all of them together."""
    per_day = [pattern.trips_per_day for pattern, _, _ in runs]
    total = math.fsum(per_day)
    own = math.fsum(
        number * (pattern.run_seconds[position] + 60 * ((service.check_in_min or 0.0) + (service.check_out_min or 0.0)))
        for number, (pattern, position, service) in zip(per_day, runs, strict=True)
    )
    first = min(pattern.departures_seconds[0] for pattern, _, _ in runs)
    last = max(pattern.departures_seconds[-1] for pattern, _, _ in runs)
    # With fewer than two sailings a day there is no headway within the day: the vehicle waits half a day on average.
    headway = DAY_SECONDS / total if total < 2 else (last - first) / (total - 1)  # noqa: PLR2004
    return round(own / total + headway / 2)
