"""What visits to a server make of each hour, against a plain count second by second."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbwnet.simulation.visits import Visits, server_hours

INF = math.inf


def visits(rows: list[tuple[float, float, float, float]], servers: float = 1.0) -> Visits:
    table = np.array(sorted(rows), dtype=np.float64).reshape(-1, 4)
    return Visits("gate", "a", "persons", servers, table[:, 0], table[:, 1], table[:, 2], table[:, 3])


def test_an_hour_by_hand() -> None:
    found = server_hours([visits([(0.0, 0.0, 100.0, 1.0), (10.0, 100.0, 200.0, 1.0), (20.0, INF, INF, 1.0)])], 0.0, 7200.0)
    first, second = found.to_dict("records")
    assert (first["arrivals"], first["served"], first["gave_up"], first["queue_max"]) == (3.0, 2.0, 0.0, 2.0)
    assert first["queue_mean"] == pytest.approx((90 + 3580) / 3600)
    assert first["utilisation"] == pytest.approx(200 / 3600)
    assert (first["wait_mean_s"], first["wait_p95_s"]) == (45.0, 90.0)
    assert (second["arrivals"], second["queue_mean"], second["queue_max"]) == (0.0, 1.0, 1.0)
    assert math.isnan(second["wait_mean_s"])


def test_who_gives_up_waits_until_then_and_is_not_served() -> None:
    (row,) = server_hours([visits([(0.0, INF, 600.0, 2.0)])], 0.0, 3600.0).to_dict("records")
    assert (row["gave_up"], row["served"], row["utilisation"]) == (2.0, 0.0, 0.0)
    assert row["queue_mean"] == pytest.approx(2 * 600 / 3600)


def test_what_came_before_counts_from_the_first_edge() -> None:
    (row,) = server_hours([visits([(-1800.0, 1800.0, 5400.0, 3.0)])], 0.0, 3600.0).to_dict("records")
    assert row["arrivals"] == 0.0
    assert row["queue_mean"] == pytest.approx(1.5)
    assert row["utilisation"] == pytest.approx(1.5)


def test_whoever_takes_a_free_place_meets_no_queue() -> None:
    (row,) = server_hours([visits([(0.0, 50.0, 100.0, 1.0), (50.0, 100.0, 150.0, 1.0)])], 0.0, 3600.0).to_dict("records")
    assert row["queue_max"] == 1.0


def test_hours_without_anything_are_left_out_but_for_closures() -> None:
    closed = {("gate", "a"): np.array([0.0, 0.0, 3600.0])}
    found = server_hours([visits([(0.0, 0.0, 10.0, 1.0)])], 0.0, 10800.0, closed)
    assert found["hour"].tolist() == [0, 2]
    assert found["blocked_s"].tolist() == [0.0, 3600.0]


moments = st.integers(-100, 8000)


@given(st.lists(st.tuples(moments, st.integers(0, 3000), st.integers(0, 3000), st.integers(1, 3)), max_size=12))
def test_queues_are_those_of_a_plain_count(rows: list[tuple[int, int, int, int]]) -> None:
    made = [(float(arrive), float(arrive + wait), float(arrive + wait + served), float(count)) for arrive, wait, served, count in rows]
    found = server_hours([visits(made)], 0.0, 7200.0).set_index("hour")
    for hour in (0, 1):
        seconds = np.arange(hour * 3600, (hour + 1) * 3600)
        queue = sum((count * ((seconds >= arrive) & (seconds < start)) for arrive, start, _, count in made), np.zeros(3600))
        busy = sum((count * ((seconds >= start) & (seconds < leave)) for _, start, leave, count in made), np.zeros(3600))
        row = found.loc[hour] if hour in found.index else None
        assert (0.0 if row is None else row["queue_mean"]) == pytest.approx(queue.mean(), abs=1e-9)
        if row is not None:
            assert row["utilisation"] == pytest.approx(busy.mean(), abs=1e-9)
            assert row["queue_max"] == pytest.approx(queue.max(), abs=1e-9)


@given(st.lists(st.tuples(st.integers(0, 7000), st.integers(0, 2000), st.integers(1, 5)), min_size=1, max_size=20))
def test_littles_law(rows: list[tuple[int, int, int]]) -> None:
    made = [(float(arrive), float(arrive + wait), float(arrive + wait), float(count)) for arrive, wait, count in rows]
    found = server_hours([visits(made)], 0.0, 10800.0)
    waited = math.fsum(count * (start - arrive) for arrive, start, _, count in made)
    assert math.fsum(found["queue_mean"]) * 3600 == pytest.approx(waited, abs=1e-6)
