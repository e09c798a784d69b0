"""Little's law at every server of a simulated day, by a sweep over comings and goings that shares nothing with the code under test."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from bbwnet.simulation.day import Record
    from bbwnet.simulation.visits import Visits

LEAST = 1e-6


def check_littles_law(record: Record, from_s: float, until_s: float) -> int:
    """Mean number at each server over a span = rate of arrivals x mean stay within it; returns the number of servers held to it.

    Also: nobody is served before he comes, or leaves before he is served.
    """
    for item in record.visits:
        assert (item.start_s >= item.arrive_s).all(), (item.kind, item.server)
        begun = item.start_s < math.inf
        assert (item.leave_s[begun] >= item.start_s[begun]).all(), (item.kind, item.server)
        assert (item.leave_s >= item.arrive_s).all(), (item.kind, item.server)
        assert (item.count >= 0).all(), (item.kind, item.server)
        stays = [
            (min(max(come, from_s), until_s), min(max(gone, from_s), until_s), count)
            for come, gone, count in zip(item.arrive_s.tolist(), item.leave_s.tolist(), item.count.tolist(), strict=True)
        ]
        present = _mean_number(stays, from_s, until_s)
        units = math.fsum(count for _, _, count in stays)
        stay_s = math.fsum((gone - come) * count for come, gone, count in stays) / units if units else 0.0
        assert present == pytest.approx(units / (until_s - from_s) * stay_s, rel=1e-9, abs=LEAST), (item.kind, item.server)
    return len(record.visits)


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


def _mean_number(stays: list[tuple[float, float, float]], from_s: float, until_s: float) -> float:
    events = sorted([(come, count) for come, _, count in stays] + [(gone, -count) for _, gone, count in stays])
    area = level = 0.0
    before = from_s
    for moment, change in events:
        area += level * (moment - before)
        level, before = level + change, moment
    return (area + level * (until_s - before)) / (until_s - from_s)
