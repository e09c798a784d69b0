"""Goods that wait until there are enough of them or for long enough, and the paths that their trains take.

A train takes of the paths of the busiest link on the way as much as its tonnes are of a full train: wagons of several trains that leave by
the clock go on together from the yards in between.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Generic, Protocol, Self, TypeVar

import numpy as np

from bbwnet.simulation.calendars import ALWAYS
from bbwnet.simulation.visits import Visits

if TYPE_CHECKING:
    from collections.abc import Callable

    import simpy

    from bbwnet.simulation.calendars import Calendar

_ROUNDING = 1e-9
"""Share of a train that may be missing."""


class Load(Protocol):
    """Tonnes that wait."""

    tonnes: float
    ready_s: float
    """Since when they wait."""

    def split(self, tonnes: float) -> Self:
        """Take some tonnes off, as another load."""


OfLoad = TypeVar("OfLoad", bound=Load)


class Forming(Generic[OfLoad]):
    """Loads that wait for a train or barge: it leaves when full, or when the first of them has waited as long as one may."""

    def __init__(self, env: simpy.Environment, full_tonnes: float, longest_s: float, leave: Callable[[list[OfLoad], float], None]) -> None:
        """Begin without any; `leave` is told the loads and how many trains or barges they are. Raises `ValueError` for no room or time."""
        if not (full_tonnes > 0 and longest_s > 0):
            raise ValueError(f"a train or barge must have room (={full_tonnes:g} t) and wait (={longest_s:g} s)")
        self._env, self._full, self._longest_s, self._leave = env, full_tonnes, longest_s, leave
        self._pile: list[OfLoad] = []
        self._due = False
        self.tonnes = 0.0

    def add(self, load: OfLoad) -> None:
        """A load has come; what fills trains leaves at once."""
        self._pile.append(load)
        self.tonnes += load.tonnes
        count = math.floor(self.tonnes / self._full + _ROUNDING)
        if count:
            self._go(count)
        self._watch()

    def take(self) -> list[OfLoad]:
        """Take all loads away."""
        pile, self._pile, self.tonnes = self._pile, [], 0.0
        return pile

    def _go(self, count: int) -> None:
        """Trains leave full, with who came first; the last load may be split."""
        left, taken = count * self._full, []
        while self._pile and left > _ROUNDING * self._full:
            load = self._pile[0]
            part = load if load.tonnes <= left * (1 + _ROUNDING) else load.split(left)
            if part is load:
                del self._pile[0]
            left -= part.tonnes
            taken.append(part)
        self.tonnes = math.fsum(load.tonnes for load in self._pile)
        self._leave(taken, float(count))

    def _watch(self) -> None:
        """Look again when the first load has waited long enough."""
        if self._pile and not self._due:
            self._due = True
            wait = max(self._pile[0].ready_s + self._longest_s - self._env.now, 0.0)
            event = self._env.timeout(wait)
            event.callbacks.append(lambda _: self._clock())

    def _clock(self) -> None:
        self._due = False
        # An hour reckoned by a sum and by a difference may differ in its last digit.
        if self._pile and self._pile[0].ready_s + self._longest_s <= self._env.now + _ROUNDING * self._longest_s:
            self._leave(self.take(), 1.0)
        self._watch()


class PathSlots:
    """Paths of freight trains over a link in one direction, one after the other at even intervals at most."""

    def __init__(self, identifier: str, interval_s: float, calendar: Calendar = ALWAYS) -> None:
        """Open the link; raises `ValueError` if a path takes no time."""
        if not interval_s > 0:
            raise ValueError(f"paths of {identifier} must take time (={interval_s:g} s)")
        self.identifier, self.interval_s, self._calendar, self._free_s = identifier, interval_s, calendar, -math.inf
        self._rows: list[tuple[float, float, float]] = []

    def take(self, ready_s: float, trains: float) -> float:
        """When trains that are ready (none has been ready later) take their path; infinite if the link stays closed."""
        first = start = self._calendar.next_open_s(max(ready_s, self._free_s))
        left = trains
        while left > _ROUNDING and math.isfinite(start):
            ends = self._calendar.finish_s(start, min(left, 1.0) * self.interval_s)
            self._rows.append((ready_s, start, ends))
            start, left = self._calendar.next_open_s(ends), left - 1.0
        self._free_s = start
        return first

    def visits(self) -> Visits:
        """Trains that took paths, each for the time of one; a part of a train, in a visit of its own, for part of it."""
        table = np.array(self._rows, dtype=np.float64).reshape(-1, 3)
        arrive, start, leave = (np.ascontiguousarray(column) for column in table.T)
        return Visits("rail_paths", self.identifier, "trains", 1.0, arrive, start, leave, np.ones(len(table)))
