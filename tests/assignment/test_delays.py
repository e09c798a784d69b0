"""Delay functions: known points, slopes against differences, integrals against quadrature."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from bbwnet.assignment.delays import DelayArrays, delay_arrays, integrals, marginal, set_times, times


def one_link(free_time: float, capacity: float, b: float, power: float, conical_a: float = np.nan) -> DelayArrays:
    return delay_arrays(*(np.array([value]) for value in (free_time, capacity, b, power, conical_a)))


def time_at(delays: DelayArrays, volume: float) -> float:
    return float(times(delays, np.array([volume]))[0])


delays_drawn = st.one_of(
    st.builds(one_link, st.floats(0.5, 50), st.floats(10, 5000), st.floats(0, 3), st.sampled_from([0.0, 1.0, 2.5, 4.0, 6.0])),
    st.builds(one_link, st.floats(0.5, 50), st.floats(10, 5000), st.just(0.0), st.just(0.0), st.floats(1.1, 12)),
)


def test_bpr_by_hand() -> None:
    assert time_at(one_link(10, 200, 0.15, 4), 200) == pytest.approx(11.5)
    assert time_at(one_link(10, 200, 0.15, 4), 400) == pytest.approx(10 * (1 + 0.15 * 16))
    assert time_at(one_link(10, 200, 0.5, 2.5), 300) == pytest.approx(10 * (1 + 0.5 * 1.5**2.5))
    # power 0: the term stands from the first vehicle on
    assert time_at(one_link(10, 200, 0.15, 0), 0) == pytest.approx(11.5)


def test_conical_is_free_when_empty_and_doubles_at_capacity() -> None:
    for a in (1.5, 4.0, 10.0):
        conical = one_link(10, 200, 0, 0, a)
        assert time_at(conical, 0) == pytest.approx(10)
        assert time_at(conical, 200) == pytest.approx(20)
    # Spiess (1990): the asymptote's slope is 2 a: far beyond capacity it takes 2 a t0 more for each capacity more
    conical = one_link(10, 200, 0, 0, 4)
    assert time_at(conical, 200 * 1001) - time_at(conical, 200 * 1000) == pytest.approx(2 * 4 * 10, rel=1e-5)


@settings(max_examples=60, deadline=None)
@given(delays_drawn, st.floats(0.01, 2.5))
def test_slope_and_integral_are_those_of_the_time(delays: DelayArrays, ratio: float) -> None:
    volume = float(ratio * delays.capacity[0])
    for kind in (delays, marginal(delays)):
        time, slope = np.empty(1), np.empty(1)
        set_times(kind, np.array([volume]), time, slope)
        step = 1e-5 * volume
        difference = (time_at(kind, volume + step) - time_at(kind, volume - step)) / (2 * step)
        assert slope[0] == pytest.approx(difference, rel=1e-4, abs=1e-9)
    area, _ = quad(lambda held: time_at(delays, held), 0, volume)
    assert integrals(delays, np.array([volume]))[0] == pytest.approx(area, rel=1e-8)


@settings(max_examples=60, deadline=None)
@given(delays_drawn, st.floats(0.01, 2.5))
def test_marginal_time_is_the_slope_of_all_vehicles_time(delays: DelayArrays, ratio: float) -> None:
    volume = float(ratio * delays.capacity[0])
    step = 1e-5 * volume
    total = [held * time_at(delays, held) for held in (volume - step, volume + step)]
    assert time_at(marginal(delays), volume) == pytest.approx((total[1] - total[0]) / (2 * step), rel=1e-5)


def test_a_volume_below_zero_by_rounding_counts_as_zero() -> None:
    for delays in (one_link(10, 200, 0.15, 4), one_link(10, 200, 0.15, 2.5), one_link(10, 200, 0, 0, 4)):
        assert time_at(delays, -1e-12) == pytest.approx(10)
