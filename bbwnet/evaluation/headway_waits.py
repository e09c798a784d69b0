"""What a day's departures mean for who comes at any time: mean headway, mean wait, share of short waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

HOUR_S = 3600


@dataclass(frozen=True)
class HeadwayWaits:
    """Departures within a window of the day, and the waits of who comes at any time in it, evenly spread.

    The gaps between departures add up to the window: the last one runs from the last departure to the end and on from the beginning to
    the first, the night left out. Not-a-number where nothing departs.
    """

    from_s: int
    until_s: int
    departures_s: tuple[int, ...]
    """Departures within the window, rising."""

    @property
    def window_min(self) -> float:
        """Minutes of the window."""
        return (self.until_s - self.from_s) / 60

    @property
    def gaps_min(self) -> NDArray[np.float64]:
        """Minutes between one departure and the next, the gap over the night last."""
        times = np.array(self.departures_s, dtype=np.float64) / 60
        return np.diff(times, append=times[0] + self.window_min) if len(times) else times

    @property
    def mean_headway_min(self) -> float:
        """Window over departures."""
        return self.window_min / len(self.departures_s) if self.departures_s else float("nan")

    @property
    def mean_wait_min(self) -> float:
        """Sum of the squared gaps over twice the window: the mean wait of random arrivals (Welding 1957; Osuna and Newell 1972)."""
        return float((self.gaps_min**2).sum() / (2 * self.window_min)) if self.departures_s else float("nan")

    def short_wait_share(self, limit_min: float) -> float:
        """Share of those who wait less than `limit_min`."""
        return float(np.minimum(self.gaps_min, limit_min).sum() / self.window_min) if self.departures_s else float("nan")

    @property
    def hours(self) -> tuple[int, ...]:
        """Hours of the day that the window touches."""
        return tuple(range(self.from_s // HOUR_S, -(-self.until_s // HOUR_S)))

    def by_hour(self) -> tuple[HourWaits, ...]:
        """Departures and waits hour by hour, for the part of each hour that lies in the window."""
        times = np.array(self.departures_s, dtype=np.int64)
        found = []
        for hour in self.hours:
            begin, end = max(hour * HOUR_S, self.from_s), min((hour + 1) * HOUR_S, self.until_s)
            count = int(((times >= begin) & (times < end)).sum())
            found.append(HourWaits(hour, count, _mean_wait_min(self._coming(), begin, end)))
        return tuple(found)

    def _coming(self) -> tuple[int, ...]:
        """Departures and, after them, the first once more, as if the window began again when it ends."""
        return (*self.departures_s, self.departures_s[0] + self.until_s - self.from_s) if self.departures_s else ()


@dataclass(frozen=True)
class HourWaits:
    """One hour of the day."""

    hour: int
    departures: int
    mean_wait_min: float
    """Of who comes within the hour; not-a-number where nothing departs all day."""


def headway_waits(departures_s: Sequence[int], from_s: int, until_s: int) -> HeadwayWaits:
    """The departures (seconds of the day) that lie from `from_s` until `until_s`, both included; those at one second count apart."""
    return HeadwayWaits(from_s, until_s, tuple(sorted(second for second in departures_s if from_s <= second <= until_s)))


def _mean_wait_min(departures_s: tuple[int, ...], begin_s: int, end_s: int) -> float:
    """Mean wait for the next departure of who comes evenly spread from `begin_s` until `end_s`; the last is not before `end_s`."""
    if not departures_s:
        return float("nan")
    area, since = 0.0, begin_s
    for departure in departures_s:
        if departure > since:
            until = min(departure, end_s)
            area += ((departure - since) ** 2 - (departure - until) ** 2) / 2
            since = until
        if since >= end_s:
            break
    return area / (end_s - begin_s) / 60
