"""Platforms of a station whose number binds: who finds none free waits outside, first come first served.

Outside is off the line: a train that waits there is in nobody's way. It holds nothing else while it waits for a platform, and whoever
stands at one waits for nothing but the clock and the line, so nobody waits for ever.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np
from simpy.events import Event

from bbwnet.simulation.visits import Visits

if TYPE_CHECKING:
    import simpy


class Platforms:
    """The platforms of one station."""

    def __init__(self, env: simpy.Environment, node: str, platforms: int, turn_s: float) -> None:
        """Raises `ValueError` without a platform."""
        if platforms < 1:
            raise ValueError(f"{node}: expected a platform")
        self.node, self.turn_s = node, turn_s
        self._env, self._free, self._platforms = env, platforms, platforms
        self._waiting: deque[tuple[Event, int]] = deque()
        self._visits: list[list[float]] = []

    def take(self) -> tuple[int, Event | None]:
        """Ask for a platform now: the number of the visit, and the event to wait for where none is free."""
        visit = len(self._visits)
        self._visits.append([self._env.now, np.inf, np.inf])
        if self._free:
            self._free -= 1
            self._visits[visit][1] = self._env.now
            return visit, None
        granted = Event(self._env)
        self._waiting.append((granted, visit))
        return visit, granted

    def leave(self, visit: int) -> None:
        """A visit ends; who waited longest comes in."""
        self._visits[visit][2] = self._env.now
        if self._waiting:
            granted, following = self._waiting.popleft()
            self._visits[following][1] = self._env.now
            granted.succeed()
        else:
            self._free += 1

    def visits(self) -> Visits:
        """All visits in order of arrival."""
        rows = np.array(self._visits, dtype=np.float64).reshape(-1, 3)
        return Visits("platforms", self.node, "vehicles", float(self._platforms), rows[:, 0], rows[:, 1], rows[:, 2], np.ones(len(rows)))
