"""Measures of accessibility over travel times between places and what there is at each place.

Times are minutes, origin x destination, not-a-number where there is no way; weights (persons, CNY) are not-a-number where
the data have none. A sum leaves out places without a weight, and is not-a-number where no place within reach has one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from bbwnet.routing.clock import UNREACHED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.routing.door_to_door import DayEnds


class DayDepartures(Protocol):
    """What becomes of the departures of a day, as `bbwnet.routing.door_to_door.Departures` says it; seconds on the region's clock."""

    @property
    def start_s(self) -> NDArray[np.int64]:
        """Wished departures, rising."""

    @property
    def leave_s(self) -> NDArray[np.int64]:
        """Second at which the door is left."""

    @property
    def arrive_s(self) -> NDArray[np.int64]:
        """Arrival."""

    @property
    def reached(self) -> NDArray[np.bool_]:
        """Which departures arrive at all."""

    def minutes(self, *, planned: bool) -> NDArray[np.float64]:
        """Minutes from the wished departure, or from leaving the door; infinite if there is no arrival."""


REACH_TOLERANCE_MIN = 1e-6
"""A place at exactly the limit is within it; only the rounding of the division by 60 is forgiven."""


def own_zone_at_once(minutes: NDArray[np.floating], origins: tuple[str, ...], destinations: tuple[str, ...]) -> NDArray[np.float64]:
    """The times with zero from each place to itself: a zone's own people and product are within every limit."""
    same = np.array(origins, dtype=object)[:, None] == np.array(destinations, dtype=object)[None, :]
    return np.where(same, 0.0, np.asarray(minutes, dtype=np.float64))


def within(minutes: NDArray[np.float64], weight: NDArray[np.float64], limit_min: float) -> NDArray[np.float64]:
    """Cumulative opportunities of each origin: the weight of all places within `limit_min`, its own included."""
    return sums(minutes <= limit_min + REACH_TOLERANCE_MIN, np.ones_like(minutes), weight)


def potential(minutes: NDArray[np.float64], weight: NDArray[np.float64], half_time_min: float) -> NDArray[np.float64]:
    """Potential of each origin: sum of weight_j * exp(-beta * t_ij) with beta = ln 2 / `half_time_min`, its own place in full.

    Hansen, "How accessibility shapes land use", Journal of the American Institute of Planners 25 (1959), with the
    exponential in place of the power of time; a place counts half at `half_time_min`, a quarter at twice that.
    """
    reached = np.isfinite(minutes)
    decay = np.exp(-math.log(2) / half_time_min * np.where(reached, minutes, 0.0))
    return sums(reached, decay, weight)


@dataclass(frozen=True)
class MeanTimes:
    """Mean time of each origin to the other places that can be reached, weighted by what is there."""

    minutes: NDArray[np.float64]
    """Not-a-number where no other place with a weight can be reached."""
    reached_share: NDArray[np.float64]
    """Share of the weight of all other places that can be reached; not-a-number where none of them has a weight."""


def mean_times(minutes: NDArray[np.float64], weight: NDArray[np.float64], own: NDArray[np.bool_]) -> MeanTimes:
    """Mean times weighted by `weight` of the places (n) or of each pair (n x n); `own` marks each origin's own place, which is left out."""
    weight = np.broadcast_to(weight, minutes.shape)
    known = np.isfinite(weight) & ~own
    reached = known & np.isfinite(minutes)
    mean, share = (np.full(len(minutes), np.nan) for _ in range(2))
    for row in range(len(minutes)):
        everyone, there = math.fsum(weight[row, known[row]]), math.fsum(weight[row, reached[row]])
        if everyone > 0:
            share[row] = there / everyone
        if there > 0:
            mean[row] = math.fsum(weight[row, reached[row]] * minutes[row, reached[row]]) / there
    return MeanTimes(mean, share)


def day_ends_of(departures: DayDepartures, home_by_s: int) -> tuple[int, int]:
    """Arrival of the first departure, and the latest second to leave for an arrival not after `home_by_s`; `UNREACHED` and -1 for none."""
    arrives = bool(len(departures.start_s)) and bool(departures.reached[0])
    in_time = departures.reached & (departures.arrive_s <= home_by_s)
    return int(departures.arrive_s[0]) if arrives else UNREACHED, int(departures.leave_s[in_time].max(initial=-1))


def stays_seconds(ends: DayEnds) -> NDArray[np.float64]:
    """Longest stay of a visit from each place to each, out and back on one day; not-a-number if one cannot go there or be home in time.

    One leaves with the first departure of the window and knows the timetable on the way home: the stay lasts from the
    earliest arrival until the latest second to leave. It is negative if the last way home leaves before one arrives.
    """
    back = ends.last_leave_s.T
    possible = (ends.first_arrival_s != UNREACHED) & (back >= 0)
    arrival = np.where(possible, ends.first_arrival_s, 0)
    return np.where(possible, (back - arrival).astype(np.float64), np.nan)


def sums(chosen: NDArray[np.bool_], factor: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum of factor * weight over the chosen places of each row, those that have a weight; zero where none is chosen."""
    known = np.isfinite(weight)[None, :] & chosen
    sums = np.array([math.fsum(factor[row, known[row]] * weight[known[row]]) for row in range(len(chosen))], dtype=np.float64)
    return np.where(chosen.any(axis=1) & ~known.any(axis=1), np.nan, sums)
