"""Calendars: speeds that change, closures, and work done meanwhile."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbwnet.simulation.calendars import ALWAYS, Calendar, together, window


def test_work_rests_while_closed() -> None:
    closed = window(100.0, 200.0)
    assert closed.finish_s(50.0, 60.0) == 210.0
    assert closed.finish_s(40.0, 60.0) == 100.0
    assert closed.finish_s(150.0, 10.0) == 210.0
    assert [closed.next_open_s(moment) for moment in (99.0, 100.0, 150.0, 200.0)] == [99.0, 200.0, 200.0, 200.0]


def test_slow_work_takes_longer() -> None:
    slow = window(100.0, 200.0, 0.5)
    assert slow.finish_s(100.0, 50.0) == 200.0
    assert slow.finish_s(90.0, 20.0) == 120.0
    assert slow.finish_s(150.0, 50.0) == 225.0


def test_closed_for_ever_never_ends() -> None:
    shut = Calendar(np.array([-np.inf, 10.0]), np.array([1.0, 0.0]))
    assert math.isinf(shut.finish_s(5.0, 6.0))
    assert math.isinf(shut.next_open_s(10.0))
    assert shut.finish_s(5.0, 5.0) == 10.0


def test_several_multiply() -> None:
    found = together([window(0.0, 100.0, 0.5), window(50.0, 150.0, 0.5), window(120.0, 130.0)])
    assert [found.speed_at(moment) for moment in (-1.0, 0.0, 50.0, 100.0, 120.0, 130.0, 150.0)] == [1.0, 0.5, 0.25, 0.5, 0.0, 0.5, 1.0]
    assert together([]) is ALWAYS


@pytest.mark.parametrize(
    ("starts", "speeds"), [([0.0], [1.0]), ([-np.inf, 5.0, 5.0], [1.0, 0.0, 1.0]), ([-np.inf], [-1.0]), ([-np.inf, 1.0], [1.0]), ([], [])]
)
def test_what_is_no_calendar_is_refused(starts: list[float], speeds: list[float]) -> None:
    with pytest.raises(ValueError, match=r"must"):
        Calendar(np.array(starts), np.array(speeds))


def test_a_window_must_go_forward() -> None:
    with pytest.raises(ValueError, match="must come after"):
        window(10.0, 10.0)


@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(1, 200), st.sampled_from([0.0, 0.25, 0.5, 2.0])), max_size=4),
    st.integers(-50, 700),
    st.integers(0, 300),
)
def test_work_done_by_the_end_is_the_work_asked_for(windows: list[tuple[int, int, float]], begin: int, work: int) -> None:
    calendar = together(window(float(start), float(start + length), speed) for start, length, speed in windows)
    end = calendar.finish_s(float(begin), float(work))
    edges = np.array([begin, *[edge for edge in calendar.start_s if begin < edge < end], end], dtype=np.float64)
    done = math.fsum((later - edge) * calendar.speed_at(edge) for edge, later in itertools.pairwise(edges))
    assert done == pytest.approx(work, abs=1e-9)
