"""How long it takes after the last closure until queues are again what they are on the undisturbed days."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

SETTLED = 0.05
"""Share of the longest excess that may be left of it."""


@dataclass(frozen=True)
class Recovery:
    """Of one unit that queues, in one replication."""

    unit: str
    longest_excess: float
    """Most units that waited more than on the undisturbed days, mean of an hour."""
    hours: float
    """From the end of the last closure to the end of the last hour with more than `SETTLED` of that; 0 if there was none after the end,
    infinite if the simulation ended before."""


def recoveries(disturbed: pd.DataFrame, calm: pd.DataFrame, last_end_s: float, until_s: float) -> list[Recovery]:
    """Recovery of each unit from the tables of servers and hours (`visits.server_hours`) of the days with and without disruptions.

    `last_end_s`: when the last closure ends; `until_s`: when simulating ends, both in seconds from midnight before day 1. Units that wait
    no longer than without disruptions are left out.
    """
    hours = int(until_s // 3600)
    found = []
    for unit in sorted(set(disturbed["unit"])):
        excess = _queue(disturbed, unit, hours) - _queue(calm, unit, hours)
        most = float(excess.max(initial=0.0))
        if most <= 0:
            continue
        waiting = np.flatnonzero(excess > SETTLED * most)
        last = int(waiting[-1]) + 1
        taken = math.inf if last == hours else max(0.0, last - last_end_s / 3600)
        found.append(Recovery(unit, most, taken))
    return found


def _queue(servers: pd.DataFrame, unit: str, hours: int) -> np.ndarray:
    """Units that wait anywhere, mean of each hour."""
    own = servers[(servers["unit"] == unit) & (servers["hour"] < hours)]
    return np.bincount(own["hour"].to_numpy(dtype=np.int64), weights=own["queue_mean"].to_numpy(dtype=np.float64), minlength=hours)
