"""Vehicles that queue for a ferry: first come first served, cohorts of real counts, split where a deck or a yard ends within one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROW = 7
"""Numbers of a cohort."""
READY, COUNT, LANE_M, PERSONS, CLASS, TAG, SINCE = range(_ROW)
"""Columns of a cohort: second from which it may be served, vehicles, lane metres and persons of one vehicle, class, whose it is (its row in
a table of its owner), and second at which it came to the ferry."""

NONE = 1e-9
"""Vehicles that are none: what rounding leaves of a cohort."""


@dataclass(frozen=True)
class Taken:
    """Pieces of cohorts that left a queue together, in the order in which they stood."""

    rows: NDArray[np.float64]
    """(n, columns of a cohort)."""

    @property
    def count(self) -> float:
        """Vehicles."""
        return float(self.rows[:, COUNT].sum())

    @property
    def lane_m(self) -> float:
        """Lane metres of all of them."""
        return float((self.rows[:, COUNT] * self.rows[:, LANE_M]).sum())

    @property
    def persons(self) -> float:
        """Persons in them."""
        return float((self.rows[:, COUNT] * self.rows[:, PERSONS]).sum())

    def by_class(self, classes: int) -> NDArray[np.float64]:
        """Vehicles of each class (n classes)."""
        found = np.bincount(self.rows[:, CLASS].astype(np.int64), weights=self.rows[:, COUNT], minlength=classes)
        return np.asarray(found, dtype=np.float64)


NOBODY = Taken(np.empty((0, _ROW)))


class VehicleQueue:
    """A queue of cohorts in order of the seconds at which they are ready; equal seconds in the order of coming."""

    def __init__(self) -> None:
        """Begin empty."""
        self._rows = np.empty((64, _ROW))
        self._head = 0
        self._tail = 0

    def join(
        self, ready_s: float, count: float, kind: int, lane_m: float, persons: float = 0.0, tag: int = -1, since_s: float | None = None
    ) -> None:
        """Add a cohort; raises `ValueError` for a count that is negative or not finite, or vehicles with no length."""
        if not 0 <= count < np.inf or not lane_m > 0:
            raise ValueError(f"count(={count:g}) must be 0 or more and lane_m(={lane_m:g}) more than 0")
        if count > NONE:
            self.add(np.array([[ready_s, count, lane_m, persons, kind, tag, ready_s if since_s is None else since_s]]))

    def add(self, rows: NDArray[np.float64]) -> None:
        """Add cohorts (n, columns), each behind all that are ready as early."""
        if self._tail + len(rows) > len(self._rows):
            size = 2 * (self._tail - self._head + len(rows)) + 64
            grown = np.empty((size, _ROW))
            held = self._tail - self._head
            grown[:held] = self._rows[self._head : self._tail]
            self._rows, self._head, self._tail = grown, 0, held
        self._tail = _insert(self._rows, self._head, self._tail, rows)

    def take(self, now_s: float, lane_m: float = np.inf, persons: float = np.inf, count: float = np.inf) -> Taken:
        """Take from the front what is ready at a moment, and fits into lane metres, seats and a number of vehicles.

        The first cohort that does not fit whole is split, and nobody overtakes it.
        """
        last, part = _reach(self._rows, self._head, self._tail, now_s, np.array([lane_m, persons, count]))
        rows = self._rows[self._head : last + (part > 0)].copy()
        if part > 0:
            rows[-1, COUNT] = part
            self._rows[last, COUNT] -= part
            if self._rows[last, COUNT] <= NONE:
                rows[-1, COUNT] += self._rows[last, COUNT]
                last += 1
        self._head = last
        return Taken(rows)

    def leave(self, who: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Take out the cohorts that a mask over `rows` names; gives their rows."""
        gone, stay = self.rows[who].copy(), self.rows[~who].copy()
        self._head = self._tail - len(stay)
        self._rows[self._head : self._tail] = stay
        return gone

    def waiting(self, now_s: float = np.inf) -> float:
        """Vehicles that are ready at a moment."""
        return self._sum(now_s, _ROW)

    def waiting_lane_m(self, now_s: float = np.inf) -> float:
        """Lane metres of the vehicles that are ready at a moment."""
        return self._sum(now_s, LANE_M)

    def waiting_persons(self, now_s: float = np.inf) -> float:
        """Persons in the vehicles that are ready at a moment."""
        return self._sum(now_s, PERSONS)

    @property
    def first_ready_s(self) -> float:
        """Second at which the first cohort is ready; infinite in an empty queue."""
        return float(self._rows[self._head, READY]) if self._head < self._tail else np.inf

    @property
    def rows(self) -> NDArray[np.float64]:
        """What stands in the queue (n, columns), a view."""
        return self._rows[self._head : self._tail]

    def _sum(self, now_s: float, column: int) -> float:
        rows = self.rows
        ready = rows[: np.searchsorted(rows[:, READY], now_s, side="right")]
        return float(ready[:, COUNT].sum() if column == _ROW else (ready[:, COUNT] * ready[:, column]).sum())


@njit(cache=True)
def _insert(rows: NDArray[np.float64], head: int, tail: int, added: NDArray[np.float64]) -> int:
    """Put rows into their places by `READY`, behind their equals; returns the new tail."""
    for number in range(len(added)):
        place = tail
        while place > head and rows[place - 1, READY] > added[number, READY]:
            rows[place] = rows[place - 1]
            place -= 1
        rows[place] = added[number]
        tail += 1
    return tail


@njit(cache=True)
def _reach(rows: NDArray[np.float64], head: int, tail: int, now_s: float, room: NDArray[np.float64]) -> tuple[int, float]:
    """First cohort that is not taken whole, and how many of its vehicles are taken; `room`: lane metres, persons, vehicles."""
    lane_m, persons, count = room[0], room[1], room[2]
    for place in range(head, tail):
        if rows[place, READY] > now_s:
            return place, 0.0
        most = min(count, lane_m / rows[place, LANE_M])
        if rows[place, PERSONS] > 0:
            most = min(most, persons / rows[place, PERSONS])
        own = rows[place, COUNT]
        if most < own:
            return place, max(most, 0.0) if most > 1e-9 else 0.0  # noqa: PLR2004  `NONE`
        lane_m -= own * rows[place, LANE_M]
        persons -= own * rows[place, PERSONS]
        count -= own
    return tail, 0.0


class Gate:
    """Lanes in front of a yard of limited space: vehicles pass one after the other, as fast as all lanes together let them.

    Nothing happens by itself: `advance` brings the yard up to a moment, and must be called before the yard is looked at or anybody is
    taken from it.
    """

    def __init__(self, rate_per_s: float, spaces: float, lanes: float = 1.0) -> None:
        """Begin empty; a rate of all lanes in vehicles a second, room in vehicles (infinite: no limit)."""
        if not rate_per_s > 0 or spaces < 0:
            raise ValueError(f"rate_per_s(={rate_per_s:g}) must be more than 0 and spaces(={spaces:g}) not negative")
        self.outside = VehicleQueue()
        self.yard = VehicleQueue()
        self.rate_per_s, self.lanes = rate_per_s, lanes
        self._spaces = spaces
        self._free_s = -np.inf
        self._in_yard = 0.0
        self.passed: list[NDArray[np.float64]] = []
        """Pieces in the order of passing: (second ready, second passed, vehicles)."""

    def advance(self, now_s: float) -> None:
        """Let in all that can have passed by a moment; what had no room until now is behind the gate from now on at the earliest."""
        while self.outside.first_ready_s < now_s or self._free_s < now_s:
            room = self._spaces - self._in_yard
            begin = max(self._free_s, self.outside.first_ready_s)
            if room <= NONE or begin >= now_s:
                break
            # One cohort, or the part of it for which there is time and room.
            first = float(self.outside.rows[0, COUNT])
            most = min(first, room, (now_s - begin) * self.rate_per_s)
            taken = self.outside.take(now_s, count=most)
            passed = taken.count
            if passed <= NONE:
                break
            self._free_s = begin + passed / self.rate_per_s
            rows = taken.rows.copy()
            self.passed.append(np.array([[rows[0, READY], self._free_s, passed]]))
            rows[:, READY] = self._free_s
            self.yard.add(rows)
            self._in_yard += passed
        if self._in_yard >= self._spaces - NONE:
            # A full yard holds the gate until somebody leaves it.
            self._free_s = max(self._free_s, now_s)

    def take(self, now_s: float, lane_m: float, persons: float) -> Taken:
        """Take from the yard what is there, up to lane metres and seats; the gate then has room again."""
        self.advance(now_s)
        taken = self.yard.take(now_s, lane_m, persons)
        self._in_yard = max(self._in_yard - taken.count, 0.0)
        return taken

    def remove(self, taken: float) -> None:
        """Note that vehicles left the yard otherwise."""
        self._in_yard = max(self._in_yard - taken, 0.0)
