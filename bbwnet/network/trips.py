"""The timetable: services expanded into trips with arrival and departure seconds at every stop."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from bbwnet.scenario.schema.base import clock_seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.scenario.schema.services import Service

DEFAULT_WINDOW = ("06:30", "21:30")
"""First and last departure assumed for a service that gives no window."""

DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Pattern:
    """One direction of a service: its stops, the run between them and the dwell at them, and its departures."""

    service: str
    mode: str
    train_class: str | None
    stops: tuple[str, ...]
    run_seconds: tuple[int, ...]
    """Seconds from each stop to the next (one fewer than stops)."""
    dwell_seconds: tuple[int, ...]
    """Seconds at each stop between the ends (two fewer than stops)."""
    length_km: tuple[float, ...]
    links: tuple[tuple[str, ...], ...]
    """Links run over in each section."""
    departures_seconds: tuple[int, ...]
    """Departures from the first stop on the region's clock, ascending."""
    operating_share: float
    """Share of days on which each departure runs (below one for services of less than a trip a day)."""

    def offsets_seconds(self) -> tuple[list[int], list[int]]:
        """Arrival and departure at each stop, in seconds after departure from the first."""
        arrive, depart = [0], [0]
        for position, run in enumerate(self.run_seconds):
            arrive.append(depart[-1] + run)
            last = position == len(self.run_seconds) - 1
            depart.append(arrive[-1] + (0 if last else self.dwell_seconds[position]))
        return arrive, depart


@dataclass(frozen=True)
class Trips:
    """All trips of a day as flat arrays; the calls of trip `k` are `first_call[k]:first_call[k + 1]`.

    `stop` indexes the network's nodes; seconds count from midnight on the region's clock and pass 24 h.
    """

    patterns: tuple[Pattern, ...]
    pattern: NDArray[np.int32]
    """Pattern of each trip (n trips)."""
    first_call: NDArray[np.int64]
    """First call of each trip (n trips + 1)."""
    stop: NDArray[np.int32]
    """Node of each call."""
    arrive_s: NDArray[np.int64]
    depart_s: NDArray[np.int64]

    @property
    def count(self) -> int:
        """Number of trips."""
        return len(self.pattern)


def spread_departures(trips: int, first_s: int, last_s: int) -> tuple[int, ...]:
    """Departures spread evenly from the first to the last, both included; a single one leaves at the first."""
    if trips <= 1:
        return (first_s,)
    return tuple(first_s + round(position * (last_s - first_s) / (trips - 1)) for position in range(trips))


def trips_per_day(service: Service, headway_factor: float) -> float:
    """Trips per day and direction after the scenario's headway factor (0.5 doubles the trips)."""
    if service.trips_per_week is not None:
        return service.trips_per_week / 7 / headway_factor
    return (service.trips_per_day or float(len(service.departures))) / headway_factor


def departures_of(service: Service, clock_shift_s: int, headway_factor: float, *, backward: bool) -> tuple[tuple[int, ...], float]:
    """Departures from the first stop of one direction on the region's clock, and the share of days they run.

    `clock_shift_s` turns local into regional seconds; explicit departures are kept unless `trips_per_day` or the headway
    factor asks for another number, which is then spread over their window.
    """
    explicit = (service.return_departures or service.departures) if backward else service.departures
    per_day = trips_per_day(service, headway_factor)
    if explicit and per_day == len(service.departures):
        return tuple(sorted(clock_seconds(text) + clock_shift_s for text in explicit)), 1.0
    window = (service.return_between or service.between) if backward else service.between
    if explicit:
        window = (min(explicit, key=clock_seconds), max(explicit, key=clock_seconds))
    # Half up, so that 2.5 trips a day count as three and 0.3 as one trip on some days.
    number = max(1, math.floor(per_day + 0.5))
    if explicit and number > 1 and len(set(explicit)) == 1:
        # One departure is no window: its trains would leave together.
        window = None
    first, last = (clock_seconds(text) + clock_shift_s for text in window or DEFAULT_WINDOW)
    return spread_departures(number, first, last), min(1.0, per_day)


def clock_shift_seconds(timezone: str, region_timezone: str, day: datetime.date) -> int:
    """Seconds to add to a local clock to read the region's clock on a day."""
    noon = datetime.datetime.combine(day, datetime.time(12))
    local = ZoneInfo(timezone).utcoffset(noon)
    region = ZoneInfo(region_timezone).utcoffset(noon)
    if local is None or region is None:  # pragma: no cover - ZoneInfo always knows an offset
        return 0
    return round((region - local).total_seconds())


def compile_trips(patterns: Sequence[Pattern], node_index: dict[str, int]) -> Trips:
    """Expand patterns into flat arrays, trips in order of pattern and departure."""
    pattern_of: list[int] = []
    first_call = [0]
    stops: list[int] = []
    arrivals: list[int] = []
    departures: list[int] = []
    for position, pattern in enumerate(patterns):
        arrive, depart = pattern.offsets_seconds()
        nodes = [node_index[stop] for stop in pattern.stops]
        for start in pattern.departures_seconds:
            pattern_of.append(position)
            stops.extend(nodes)
            arrivals.extend(start + offset for offset in arrive)
            departures.extend(start + offset for offset in depart)
            first_call.append(len(stops))
    return Trips(
        patterns=tuple(patterns),
        pattern=np.array(pattern_of, dtype=np.int32),
        first_call=np.array(first_call, dtype=np.int64),
        stop=np.array(stops, dtype=np.int32),
        arrive_s=np.array(arrivals, dtype=np.int64),
        depart_s=np.array(departures, dtype=np.int64),
    )
