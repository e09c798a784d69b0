"""Berths of a terminal: who of the ships at anchor gets which, and the same without events where nothing but berths binds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.simulation.lane_server import LaneServer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.simulation.calendars import Calendar
    from bbwnet.simulation.ship import ShipCalls


@dataclass
class _Waiting:
    ship: int
    dwt: float
    ready_s: float


class Berths:
    """Berths by size and the ships that wait for one.

    A ship takes the smallest free berth that fits it. Who came first is served first; a ship that no free berth fits lets smaller
    ones pass, for the berth that they take would stand empty.
    """

    def __init__(self, dwt: Sequence[float]) -> None:
        """All are free; raises `ValueError` without any."""
        if not dwt:
            raise ValueError("a terminal needs a berth")
        self.dwt = np.sort(np.asarray(dwt, dtype=np.float64))
        self.ship = np.full(len(dwt), -1)
        """Ship that each berth is given to, -1 for none."""
        self._waiting: list[_Waiting] = []

    def fits(self, dwt: float) -> bool:
        """Whether any berth is large enough."""
        return dwt <= float(self.dwt[-1])

    @property
    def waiting(self) -> int:
        """Ships without a berth."""
        return len(self._waiting)

    @property
    def taken(self) -> int:
        """Berths given to ships."""
        return int((self.ship >= 0).sum())

    def wait(self, ship: int, dwt: float, ready_s: float) -> None:
        """A ship joins those at anchor, after all that came before."""
        self._waiting.append(_Waiting(ship, dwt, ready_s))

    def send_away(self, until_s: float) -> None:
        """All at anchor leave for shelter and are back at a moment."""
        for item in self._waiting:
            item.ready_s = max(item.ready_s, until_s)

    def give(self, now_s: float) -> list[int]:
        """Ships that get a berth now, in order of arrival."""
        given = []
        for item in self._waiting:
            free = np.flatnonzero((self.ship < 0) & (self.dwt >= item.dwt))
            if item.ready_s <= now_s and len(free):
                self.ship[free[0]] = item.ship
                given.append(item.ship)
        if given:
            gone = set(given)
            self._waiting = [item for item in self._waiting if item.ship not in gone]
        return given

    def leave(self, ship: int) -> None:
        """A ship gives its berth back; raises `ValueError` if it has none."""
        own = np.flatnonzero(self.ship == ship)
        if not len(own):
            raise ValueError(f"ship (={ship}) is at no berth")
        self.ship[own] = -1


def serve_plainly(calls: ShipCalls, berths: int, calendar: Calendar) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Seconds at which ships (n) get a berth and leave it where every berth takes every ship and nothing else binds."""
    served = LaneServer(berths, calendar, rests_while_closed=True).serve(calls.arrive_s, calls.alongside_s)
    return served.start_s, served.leave_s


def serve_by_size(calls: ShipCalls, dwt: Sequence[float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The same for berths of several sizes, always open; no ship may be too large for all of them."""
    berths, leaving = Berths(dwt), np.full(calls.count, np.inf)
    start_s, alongside = np.full(calls.count, np.inf), calls.alongside_s
    place = 0
    while place < calls.count or berths.waiting:
        coming = calls.arrive_s[place] if place < calls.count else np.inf
        there = berths.ship[berths.ship >= 0]
        next_s = float(leaving[there].min()) if len(there) else np.inf
        if next_s <= coming:
            now = next_s
            for ship in there[leaving[there] <= now].tolist():
                berths.leave(ship)
        else:
            now = float(coming)
            berths.wait(place, float(calls.dwt[place]), now)
            place += 1
        for ship in berths.give(now):
            start_s[ship], leaving[ship] = now, now + alongside[ship]
    return start_s, leaving
