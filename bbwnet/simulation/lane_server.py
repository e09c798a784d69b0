"""A server of parallel lanes with one queue, first come, first served: tolls, inspection, checks, gates.

It needs no event for a customer: starts and ends follow from the arrivals (`lane_kernels`). Service begins only while the calendar is open.
One begun is finished at the pace it began with, unless `rests_while_closed`: then it rests with the lanes. Who has waited as long as his
patience without being served leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.simulation.calendars import ALWAYS
from bbwnet.simulation.lane_kernels import serve_cohorts, serve_each
from bbwnet.simulation.visits import Visits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.simulation.calendars import Calendar
    from bbwnet.simulation.visits import Unit

_NONE: NDArray[np.float64] = np.empty(0)


@dataclass(frozen=True)
class Served:
    """What became of units or parts of cohorts (n); infinite where it has not happened."""

    row: NDArray[np.int64]
    """Place of the customer or cohort in the arrivals that were given."""
    count: NDArray[np.float64]
    """Units of this part."""
    arrive_s: NDArray[np.float64]
    start_s: NDArray[np.float64]
    """When service began; infinite for who gave up or waits for ever."""
    leave_s: NDArray[np.float64]
    """When the server was left, served or not."""

    @property
    def is_served(self) -> NDArray[np.bool_]:
        """Whether service began."""
        return np.asarray(np.isfinite(self.start_s))

    def mean_of_rows(self, values: NDArray[np.float64], rows: int) -> NDArray[np.float64]:
        """Mean of a value over the served units of each row (rows); not-a-number where none was served."""
        own = self.is_served
        total = np.bincount(self.row[own], weights=self.count[own], minlength=rows)
        weighed = np.bincount(self.row[own], weights=(values * self.count)[own], minlength=rows)
        return np.asarray(np.divide(weighed, total, out=np.full(rows, np.nan), where=total > 0))

    def last_leave_s(self, rows: int) -> NDArray[np.float64]:
        """When the last unit of each row left, served or not (rows)."""
        found = np.full(rows, -np.inf)
        np.maximum.at(found, self.row, self.leave_s)
        return found


class LaneServer:
    """Whole lanes and single customers; later calls go on where earlier ones stopped."""

    def __init__(self, lanes: int, calendar: Calendar = ALWAYS, *, rests_while_closed: bool = False) -> None:
        """All lanes are free; raises `ValueError` without any."""
        if lanes < 1:
            raise ValueError(f"lanes (={lanes}) must be at least 1")
        self.lanes, self.calendar, self.rests_while_closed = lanes, calendar, rests_while_closed
        self._free_s = np.full(lanes, -np.inf)
        self._last_s = -np.inf

    def serve(self, arrive_s: NDArray[np.float64], service_s: NDArray[np.float64], patience_s: NDArray[np.float64] | None = None) -> Served:
        """Serve customers (n) in the order given; raises `ValueError` for arrivals that fall behind earlier ones, or service below 0."""
        _check(arrive_s, service_s, self._last_s)
        start_s, leave_s = np.empty(len(arrive_s)), np.empty(len(arrive_s))
        serve_each(
            self._free_s, arrive_s, service_s, _NONE if patience_s is None else patience_s, self.calendar.start_s, self.calendar.speed,
            self.rests_while_closed, start_s, leave_s,
        )  # fmt: skip
        if len(arrive_s):
            self._last_s = float(arrive_s[-1])
        return Served(np.arange(len(arrive_s)), np.ones(len(arrive_s)), arrive_s, start_s, leave_s)


class CohortServer:
    """Lanes that serve cohorts of so many units, whole or not; later calls go on where earlier ones stopped.

    Equals `LaneServer` with a row for each unit where counts and lanes are whole and the units of a cohort take equally long.
    """

    def __init__(self, lanes: float, calendar: Calendar = ALWAYS, *, rests_while_closed: bool = False) -> None:
        """All lanes are free; raises `ValueError` without any."""
        if not lanes > 0:
            raise ValueError(f"lanes (={lanes:g}) must be more than 0")
        self.lanes, self.calendar, self.rests_while_closed = lanes, calendar, rests_while_closed
        self._level_s, self._group = np.array([-np.inf]), np.array([float(lanes)])
        self._last_s = -np.inf

    def serve(
        self,
        arrive_s: NDArray[np.float64],
        service_s: NDArray[np.float64],
        count: NDArray[np.float64],
        patience_s: NDArray[np.float64] | None = None,
    ) -> Served:
        """Serve cohorts (n) in the order given, each in one or several parts; cohorts of nobody have none.

        Raises `ValueError` for arrivals that fall behind earlier ones, service below 0 or counts below 0.
        """
        _check(arrive_s, service_s, self._last_s)
        if (count < 0).any():
            raise ValueError("counts must be 0 or more")
        room, groups = 2 * len(arrive_s) + 64, len(self._level_s)
        while True:
            level_s, lanes = (np.concatenate([kept, np.empty(len(arrive_s) + 4)]) for kept in (self._level_s, self._group))
            part = (np.empty(room, np.int64), np.empty(room), np.empty(room), np.empty(room))
            groups, pieces = serve_cohorts(
                level_s, lanes, len(self._level_s), arrive_s, service_s, count, _NONE if patience_s is None else patience_s,
                self.calendar.start_s, self.calendar.speed, self.rests_while_closed, part,
            )  # fmt: skip
            if pieces >= 0:
                break
            room *= 4
        self._level_s, self._group = level_s[:groups].copy(), lanes[:groups].copy()
        if len(arrive_s):
            self._last_s = float(arrive_s[-1])
        row = part[0][:pieces].copy()
        return Served(row, part[1][:pieces].copy(), arrive_s[row], part[2][:pieces].copy(), part[3][:pieces].copy())


def visits_of(served: Served, kind: str, server: str, unit: Unit, lanes: float) -> Visits:
    """What was served as visits to a server."""
    return Visits(kind, server, unit, lanes, served.arrive_s, served.start_s, served.leave_s, served.count)


def _check(arrive_s: NDArray[np.float64], service_s: NDArray[np.float64], last_s: float) -> None:
    if len(arrive_s) and (arrive_s[0] < last_s or (np.diff(arrive_s) < 0).any()):
        raise ValueError("arrivals must not fall behind earlier ones")
    if not (service_s >= 0).all():
        raise ValueError("service must take 0 seconds or more")
