"""Streams bring who they should, when they should."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from bbwnet.scenario.schema.simulation_streams import Arrivals, Rate, Stream
from bbwnet.simulation.arrival_stream import arrivals_s


def rate(begin: str, end: str, per_hour: float) -> Rate:
    return Rate.model_validate({"from": begin, "until": end, "rate": per_hour})


def test_regular_arrivals_begin_with_their_window() -> None:
    """0.8 vehicles a second for 500 s, then 0.4 for 1,000 s (hand-worked): 400 and 400."""
    windows = (rate("day 1 00:00", "day 1 00:08:20", 2880), rate("day 1 00:08:20", "day 1 00:25", 1440))
    found = arrivals_s(Arrivals(process="regular", per_hour=windows), np.random.default_rng(0))
    assert len(found) == 800
    assert found[:3].tolist() == [0.0, 1.25, 2.5]
    assert found[400:402].tolist() == [500.0, 502.5]


def test_random_arrivals_have_the_rate_of_each_window() -> None:
    windows = (rate("day 1 10:00", "day 1 20:00", 6000), rate("day 1 22:00", "day 2 08:00", 1500))
    found = arrivals_s(Arrivals(process="poisson", per_hour=windows), np.random.default_rng(5))
    first, second = ((found >= begin * 3600) & (found < end * 3600) for begin, end in ((10, 20), (22, 32)))
    assert (first | second).all()
    assert (np.diff(found) >= 0).all()
    assert first.sum() == pytest.approx(60_000, abs=4 * 245)
    assert second.sum() == pytest.approx(15_000, abs=4 * 123)
    gaps = np.diff(found[first])
    assert gaps.std() == pytest.approx(gaps.mean(), rel=0.03)


def test_a_schedule_is_taken_as_it_is() -> None:
    found = arrivals_s(Arrivals(process="schedule", times=("day 2 01:00", "day 1 05:30")), np.random.default_rng(0))
    assert found.tolist() == [19_800.0, 90_000.0]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"arrivals": {"process": "poisson"}, "at": "a"}, "expected `per_hour`"),
        ({"arrivals": {"process": "schedule"}, "at": "a"}, "expected `times`"),
        ({"arrivals": {"process": "schedule", "times": ["day 1 05:00"]}}, "either `at`, or `from` and `to`"),
        ({"arrivals": {"process": "schedule", "times": ["day 1 05:00"]}, "from": "a", "to": "a"}, "same node"),
        (
            {
                "arrivals": {
                    "process": "regular",
                    "per_hour": [
                        {"from": "day 1 05:00", "until": "day 1 07:00", "rate": 1.0},
                        {"from": "day 1 06:00", "until": "day 1 08:00", "rate": 1.0},
                    ],
                },
                "at": "a",
            },
            "overlap",
        ),
    ],
)
def test_what_is_no_stream_is_refused(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Stream.model_validate({"id": "s", "what": "car", **fields})
