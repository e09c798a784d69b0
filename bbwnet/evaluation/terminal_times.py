"""People between the terminals of a city (V2): minutes from leaving a vehicle at one to being ready to board at another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.scenario.schema.base import DAY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.routing.door_to_door import DoorToDoor


@dataclass(frozen=True)
class TerminalTimes:
    """Times between terminals, from the door of the vehicle until ready to board: out, the way, in."""

    terminals: tuple[str, ...]
    minutes: NDArray[np.float64]
    """Terminal left x terminal entered; not-a-number where there is no way, or nobody gets off or on; a terminal to itself: a change."""

    def within(self, limit_min: float) -> tuple[int, int]:
        """How many ordered pairs of different terminals are joined within a limit, and how many there are."""
        apart = ~np.eye(len(self.terminals), dtype=bool)
        return int((self.minutes[apart] <= limit_min).sum()), int(apart.sum())


def terminal_times(doors: DoorToDoor, terminals: Sequence[str], start_s: NDArray[np.int64]) -> TerminalTimes:
    """Times between all of `terminals` by the quickest way, mean over the hours of the wished departures `start_s`.

    A shuttle counts while it runs, a border while it is open, with its formalities; waits for vehicles do not count.
    """
    ways, points = doors.transfers, doors.points
    periods = np.searchsorted(doors.clock.period_start_s, start_s % DAY_SECONDS, side="right") - 1
    share = np.bincount(periods, minlength=len(doors.clock.period_start_s)) / len(start_s)
    seconds = share @ (ways.arrays.before_s + ways.arrays.after_s)
    gated = ways.arrays.gate >= 0
    seconds[gated] += doors.clock.gate_dwell_s[ways.arrays.gate[gated]]
    seconds -= np.array([point.headway_wait_s for point in points.board], dtype=np.int64)[ways.arrays.to]
    row_of = np.full(len(doors.network.nodes), -1, dtype=np.int64)
    row_of[[doors.network.node_index[stop] for stop in terminals]] = np.arange(len(terminals))
    origin = row_of[np.array([point.stop for point in points.alight], dtype=np.int64)][ways.row]
    target = row_of[np.array([point.stop for point in points.board], dtype=np.int64)][ways.arrays.to]
    kept = (origin >= 0) & (target >= 0)
    minutes = np.full((len(terminals), len(terminals)), np.inf)
    np.minimum.at(minutes, (origin[kept], target[kept]), seconds[kept] / 60)
    minutes[np.isinf(minutes)] = np.nan
    return TerminalTimes(tuple(terminals), minutes)
