"""Little's law at every server of a simulated day, by a sweep over comings and goings that shares nothing with the code under test."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from bbwnet.simulation.visits import Visits

LEAST = 1e-6


def check_littles_law(visits: Iterable[Visits], from_s: float, until_s: float) -> int:
    """Mean number at each server over a span = rate of arrivals x mean stay within it; returns the number of servers held to it.

    Also: nobody is served before he comes, or leaves before he is served.
    """
    servers = 0
    for item in visits:
        name = (item.kind, item.server)
        # Moments of cohorts are means of sums, right to what rounding leaves.
        assert (item.start_s >= item.arrive_s - LEAST).all(), name
        begun = item.start_s < math.inf
        assert (item.leave_s[begun] >= item.start_s[begun] - LEAST).all(), name
        assert (item.leave_s >= item.arrive_s - LEAST).all(), name
        assert (item.count >= 0).all(), name
        come, gone = (np.clip(moments, from_s, until_s) for moments in (item.arrive_s, item.leave_s))
        present = _mean_number(come, gone, item.count, from_s, until_s)
        units = math.fsum(item.count.tolist())
        stay_s = math.fsum(((gone - come) * item.count).tolist()) / units if units else 0.0
        assert present == pytest.approx(units / (until_s - from_s) * stay_s, rel=1e-7, abs=LEAST), name
        servers += 1
    return servers


def most_in_service(item: Visits) -> float:
    """Most units that were served at once."""
    moments = [
        (moment, change)
        for start, leave, count in zip(item.start_s.tolist(), item.leave_s.tolist(), item.count.tolist(), strict=True)
        if start < leave and start < math.inf
        for moment, change in ((start, count), (leave, -count))
    ]
    level = most = 0.0
    for _, change in sorted(moments):
        level += change
        most = max(most, level)
    return most


def _mean_number(come: NDArray[np.float64], gone: NDArray[np.float64], count: NDArray[np.float64], from_s: float, until_s: float) -> float:
    moments, change = np.concatenate([come, gone, [until_s]]), np.concatenate([count, -count, [0.0]])
    order = np.argsort(moments, kind="stable")
    level = np.cumsum(change[order])
    return float((level[:-1] * np.diff(moments[order])).sum()) / (until_s - from_s)
