"""Intervals over replications and batches."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from bbwnet.simulation.replications import Shape, batch_means, interval, over_replications


def test_interval_is_students() -> None:
    values = [3.0, 5.0, 4.0, 8.0]
    found = interval(values, 0.99)
    low, high = stats.t.interval(0.99, 3, loc=5.0, scale=stats.sem(values))
    assert [found.mean - found.half_width, found.mean + found.half_width] == pytest.approx([low, high])
    assert found.holds(5.1)
    assert not found.holds(high + 0.01)
    assert math.isnan(interval([3.0]).half_width)


def test_batches_leave_out_the_beginning() -> None:
    found = batch_means(np.array([100.0, 1.0, 3.0, 2.0, 4.0]), 2)
    assert found.mean == 2.5
    assert found.half_width == pytest.approx(interval([2.0, 3.0]).half_width)
    for batches in (1, 6):
        with pytest.raises(ValueError, match="batches"):
            batch_means(np.arange(5.0), batches)


def test_intervals_cover_as_often_as_they_say() -> None:
    rng = np.random.default_rng(3)
    hits = sum(interval(rng.normal(7.0, 2.0, 8), 0.9).holds(7.0) for _ in range(2000))
    assert abs(hits / 2000 - 0.9) < 4 * math.sqrt(0.09 / 2000)


def test_rows_that_a_replication_lacks_are_zeros() -> None:
    frames = [
        pd.DataFrame({"server": ["a", "b"], "unit": ["persons", "ships"], "arrivals": [2.0, 6.0], "wait_s": [10.0, 7.0]}),
        pd.DataFrame({"server": ["a"], "unit": ["persons"], "arrivals": [4.0], "wait_s": [20.0]}),
        pd.DataFrame({"server": [], "unit": [], "arrivals": [], "wait_s": []}),
    ]
    found = over_replications(frames, Shape(("server",), ("arrivals",), ("wait_s",), ("unit",))).set_index("server")
    assert found.loc["a", "arrivals"] == 2.0
    assert found.loc["a", "arrivals_ci95"] == pytest.approx(interval([2.0, 4.0, 0.0]).half_width)
    assert found.loc["b", "arrivals_ci95"] == pytest.approx(interval([6.0, 0.0, 0.0]).half_width)
    assert found["wait_s"].to_dict() == {"a": 15.0, "b": 7.0}
    assert found["unit"].to_dict() == {"a": "persons", "b": "ships"}


def test_nothing_gives_the_columns() -> None:
    assert over_replications([pd.DataFrame()], Shape(("server",), ("arrivals",))).columns.tolist() == [
        "server",
        "arrivals",
        "arrivals_ci95",
    ]
