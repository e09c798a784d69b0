"""The timetable: services expanded into trips with arrival and departure seconds at every stop."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from bbwnet.network.operating_days import WEEK, days_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


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
    days: tuple[int, ...]
    """Weekdays of each departure, bit 0 Monday (`bbwnet.network.operating_days`)."""
    may_board: tuple[bool, ...]
    """Whether one may board at each stop; that nobody boards at the last goes without saying."""
    may_alight: tuple[bool, ...]
    """Whether one may leave at each stop; that nobody leaves at the first goes without saying."""

    @property
    def trips_per_day(self) -> float:
        """Trips on the mean day of the week."""
        return sum(map(days_in, self.days)) / WEEK

    @property
    def operating_share(self) -> float:
        """Mean share of days on which a departure runs."""
        return self.trips_per_day / len(self.departures_seconds)

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
    days: NDArray[np.uint8]
    """Weekdays of each trip, bit 0 Monday (n trips)."""
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
    days: list[int] = []
    first_call = [0]
    stops: list[int] = []
    arrivals: list[int] = []
    departures: list[int] = []
    for position, pattern in enumerate(patterns):
        arrive, depart = pattern.offsets_seconds()
        nodes = [node_index[stop] for stop in pattern.stops]
        days.extend(pattern.days)
        for start in pattern.departures_seconds:
            pattern_of.append(position)
            stops.extend(nodes)
            arrivals.extend(start + offset for offset in arrive)
            departures.extend(start + offset for offset in depart)
            first_call.append(len(stops))
    return Trips(
        patterns=tuple(patterns),
        pattern=np.array(pattern_of, dtype=np.int32),
        days=np.array(days, dtype=np.uint8),
        first_call=np.array(first_call, dtype=np.int64),
        stop=np.array(stops, dtype=np.int32),
        arrive_s=np.array(arrivals, dtype=np.int64),
        depart_s=np.array(departures, dtype=np.int64),
    )
