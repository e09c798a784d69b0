"""A channel between anchorage and port: ships one after the other, both ways or one, and the tide."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from bbwnet.scenario.schema.base import clock_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    import simpy
    from numpy.typing import NDArray

    from bbwnet.scenario.schema import channels
    from bbwnet.simulation.calendars import Calendar

Way = Literal["in", "out"]
_ROUNDING_S = 1e-6


@dataclass(frozen=True)
class TideWindow:
    """Hours around high water, again and again."""

    first_s: float
    """A high water."""
    period_s: float
    half_s: float

    def next_s(self, moment_s: float) -> float:
        """First moment from this one on that lies in a window."""
        return moment_s if self.left_s(moment_s) >= 0 else moment_s + self.period_s - self._since_s(moment_s)

    def left_s(self, moment_s: float) -> float:
        """Time until the window closes in which a moment lies; below zero outside."""
        return 2 * self.half_s - self._since_s(moment_s)

    def _since_s(self, moment_s: float) -> float:
        since = (moment_s - self.first_s + self.half_s) % self.period_s
        # A clock that ends a wait may stand a rounding before the window.
        return 0.0 if self.period_s - since < _ROUNDING_S else since


class ChannelPassage:
    """Ships in a channel in the order in which they ask; all clocks are those of one environment."""

    def __init__(self, env: simpy.Environment, record: channels.Channel, calendar: Calendar) -> None:
        """Nobody is in it."""
        self._env, self.record, self._calendar = env, record, calendar
        self.passage_s, self._headway_s = 60 * record.passage_min, 60 * record.headway_min
        tide = record.tide
        self._tide = (
            None if tide is None else TideWindow(float(clock_seconds(tide.first_high_water)), 3600 * tide.period_h, 3600 * tide.window_h)
        )
        self._entered: dict[Way, float] = {"in": -math.inf, "out": -math.inf}
        self._clear: dict[Way, float] = {"in": -math.inf, "out": -math.inf}
        self._queue: list[simpy.Event] = []
        self.log: list[tuple[float, float, float]] = []
        """Seconds at which each ship asked, entered and was through; infinite where it has not happened."""

    def takes(self, depth_m: float) -> bool:
        """Whether a ship that needs so much water can ever pass."""
        tide = self.record.tide
        return self.record.depth_m is None or depth_m <= self.record.depth_m + (0.0 if tide is None else tide.rise_m)

    def is_tidal(self, depth_m: float) -> bool:
        """Whether a ship that needs so much water waits for the tide."""
        return self.record.depth_m is not None and depth_m > self.record.depth_m

    def next_entry_s(self, way: Way, now_s: float, *, tidal: bool) -> float:
        """First moment from now on at which a ship may enter, if nobody else does before it."""
        other: Way = "out" if way == "in" else "in"
        moment = max(now_s, self._entered[way] + self._headway_s)
        if self.record.one_way:
            moment = max(moment, self._clear[other])
        while True:
            opens = self._calendar.next_open_s(moment)
            if not math.isfinite(opens):
                return math.inf
            later = self._tide.next_s(opens) if tidal and self._tide is not None else opens
            if later == moment:
                return moment
            moment = later

    def passage(self, way: Way, depth_m: float, on_entry: Callable[[], None] | None = None) -> Generator[simpy.Event, None, None]:
        """Wait one's turn, the tide and the ships that come the other way, then pass; `on_entry` is called when the ship enters."""
        env, tidal, row = self._env, self.is_tidal(depth_m), len(self.log)
        asked = env.now
        self.log.append((asked, math.inf, math.inf))
        while True:
            # Who waits for the tide stands beside the queue: others need not wait with him.
            wait = (self._tide.next_s(env.now) if self._tide is not None and tidal else env.now) - env.now
            if wait > 0:
                yield env.timeout(wait)
            if self._queue:
                turn = env.event()
                self._queue.append(turn)
                yield turn
            else:
                self._queue.append(env.event())
            entry = self.next_entry_s(way, env.now, tidal=tidal)
            if math.isfinite(entry) and (not tidal or self._in_this_window(env.now, entry)):
                if entry > env.now:
                    yield env.timeout(entry - env.now)
                break
            # The tide would go while the ship waits, or the channel stays closed: it makes room for others.
            self._next()
            yield env.timeout(entry - env.now) if math.isfinite(entry) else env.event()
        entered = env.now
        self._entered[way], self._clear[way] = entered, max(self._clear[way], entered + self.passage_s)
        self._next()
        self.log[row] = (asked, entered, math.inf)
        if on_entry is not None:
            on_entry()
        yield env.timeout(self.passage_s)
        self.log[row] = (asked, entered, env.now)

    def _in_this_window(self, now_s: float, later_s: float) -> bool:
        return self._tide is None or later_s - now_s <= self._tide.left_s(now_s)

    def _next(self) -> None:
        self._queue.pop(0)
        if self._queue:
            self._queue[0].succeed()

    def passages(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Seconds at which ships asked, entered and were through (n each), in the order in which they asked."""
        table = np.array(self.log, dtype=np.float64).reshape(-1, 3)
        return table[:, 0], table[:, 1], table[:, 2]
