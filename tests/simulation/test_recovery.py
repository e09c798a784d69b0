"""How long queues take to be as they were."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from bbwnet.simulation.recovery import recoveries


def servers(queues: dict[int, float], unit: str = "vehicles") -> pd.DataFrame:
    return pd.DataFrame({"unit": unit, "hour": list(queues), "queue_mean": list(queues.values())})


def test_the_last_hour_with_much_of_the_excess_counts() -> None:
    storm, calm = servers({4: 50.0, 5: 100.0, 6: 40.0, 7: 14.0, 8: 12.0}), servers({4: 10.0, 6: 10.0, 8: 10.0, 9: 10.0})
    (found,) = recoveries(storm, calm, 5.5 * 3600, 12 * 3600.0)
    assert (found.unit, found.longest_excess) == ("vehicles", 100.0)
    assert found.hours == pytest.approx(8 - 5.5)


def test_what_is_not_over_at_the_end_has_no_time() -> None:
    (found,) = recoveries(servers({10: 5.0, 11: 6.0}), servers({}), 3600.0, 12 * 3600.0)
    assert math.isinf(found.hours)


def test_queues_no_longer_than_otherwise_need_none() -> None:
    assert recoveries(servers({3: 5.0}), servers({3: 5.0}), 0.0, 7200.0 * 4) == []


def test_over_before_the_end_of_the_closure() -> None:
    (found,) = recoveries(servers({1: 5.0}), servers({}), 5 * 3600.0, 12 * 3600.0)
    assert found.hours == 0.0
