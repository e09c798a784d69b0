"""Nested logit against its limits and finite differences of itself; its closed form is in `bbwnet.experiment.verification.logit`."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bbwnet.choice.nested_logit import Nests, elasticities, nested_logit, share_slopes
from bbwnet.experiment.verification.logit import car_and_buses

PAIR = car_and_buses()


@st.composite
def worlds(draw: st.DrawFn) -> tuple[NDArray[np.float64], Nests]:
    count = draw(st.integers(1, 6))
    nests = draw(st.integers(1, 3))
    utility = draw(st.lists(st.floats(-5, 5), min_size=count, max_size=count))
    member = draw(st.lists(st.integers(0, nests - 1), min_size=count, max_size=count))
    scale = draw(st.lists(st.floats(0.2, 1), min_size=nests, max_size=nests))
    return np.array(utility), Nests(np.array(member, dtype=np.int64), np.array(scale))


def differences(utility: NDArray[np.float64], nests: Nests, step: float = 1e-5) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Central differences of logsum (k) and of shares (k x k: share by utility)."""
    logsum, shares = [], []
    for row in range(len(utility)):
        up, down = utility.copy(), utility.copy()
        up[row] += step
        down[row] -= step
        more, less = nested_logit(up, nests), nested_logit(down, nests)
        logsum.append((more.logsum - less.logsum) / (2 * step))
        shares.append((more.shares - less.shares) / (2 * step))
    return np.array(logsum), np.array(shares).T


def test_an_alternative_that_is_not_there_takes_no_share() -> None:
    there = np.array([[True, True, False], [True, False, False], [False, False, False]])
    found = nested_logit(np.array([[0.0, 1.0, 9.0]] * 3), PAIR, there)
    assert found.shares == pytest.approx(np.array([[1 / (1 + math.e), math.e / (1 + math.e), 0], [1, 0, 0], [0, 0, 0]]))
    assert found.logsum.tolist() == pytest.approx([math.log(1 + math.e), 0, -math.inf])


def test_utilities_of_any_size_stay_finite() -> None:
    for level in (-1e6, 1e6):
        found = nested_logit(np.array([level, level - 1, level - 2]), PAIR)
        assert found.shares == pytest.approx(nested_logit(np.array([0.0, -1, -2]), PAIR).shares, abs=1e-9)
        assert float(found.logsum) - level == pytest.approx(float(nested_logit(np.array([0.0, -1, -2]), PAIR).logsum), abs=1e-9)
    assert nested_logit(np.array([0.0, -1e5, 0]), Nests(PAIR.member, np.array([1.0, 1e-3]))).shares == pytest.approx([0.5, 0, 0.5])


@given(worlds())
@settings(max_examples=60, deadline=None)
def test_one_nest_or_scales_of_one_are_the_multinomial_logit(world: tuple[NDArray[np.float64], Nests]) -> None:
    utility, nests = world
    expected = np.exp(utility) / np.exp(utility).sum()
    assert nested_logit(utility, Nests.single(len(utility))).shares == pytest.approx(expected, abs=1e-12)
    assert nested_logit(utility, Nests(nests.member, np.ones_like(nests.scale))).shares == pytest.approx(expected, abs=1e-12)


@given(worlds(), st.floats(-3, 3))
@settings(max_examples=60, deadline=None)
def test_shares_add_up_and_a_constant_changes_nothing_but_the_logsum(world: tuple[NDArray[np.float64], Nests], more: float) -> None:
    utility, nests = world
    found, moved = nested_logit(utility, nests), nested_logit(utility + more, nests)
    assert found.shares.sum() == pytest.approx(1, abs=1e-12)
    assert moved.shares == pytest.approx(found.shares, abs=1e-12)
    assert float(moved.logsum - found.logsum) == pytest.approx(more, abs=1e-11)


@given(worlds())
@settings(max_examples=60, deadline=None)
def test_within_a_nest_the_odds_do_not_depend_on_others(world: tuple[NDArray[np.float64], Nests]) -> None:
    utility, nests = world
    found = nested_logit(utility, nests).shares
    others = np.where(nests.member == nests.member[0], utility, utility + 1.7)
    moved = nested_logit(others, nests).shares
    inside = nests.member == nests.member[0]
    assert moved[inside] / moved[0] == pytest.approx(found[inside] / found[0], rel=1e-9)
    expected = np.exp((utility - utility[0])[inside] / nests.scale[nests.member[0]])
    assert found[inside] / found[0] == pytest.approx(expected, rel=1e-9)


@given(worlds())
@settings(max_examples=60, deadline=None)
def test_slopes_are_those_of_finite_differences(world: tuple[NDArray[np.float64], Nests]) -> None:
    utility, nests = world
    found = nested_logit(utility, nests)
    of_logsum, of_shares = differences(utility, nests)
    assert of_logsum == pytest.approx(found.shares, abs=1e-8)
    assert share_slopes(found, nests) == pytest.approx(of_shares, abs=1e-7)


def test_elasticities_of_the_multinomial_logit() -> None:
    """Direct b x (1 - P), cross -b x P (Ben-Akiva and Lerman 1985, chapter 5)."""
    minutes = np.array([60.0, 90, 120])
    found = nested_logit(-0.02 * minutes, Nests.single(3))
    by_minutes = elasticities(found, Nests.single(3), minutes, -0.02)
    assert by_minutes == pytest.approx(-0.02 * minutes * (np.eye(3) - found.shares), abs=1e-12)


@given(worlds(), st.lists(st.floats(1, 300), min_size=6, max_size=6))
@settings(max_examples=60, deadline=None)
def test_elasticities_are_those_of_finite_differences(world: tuple[NDArray[np.float64], Nests], minutes: list[float]) -> None:
    _, nests = world
    time = np.array(minutes[: len(nests.member)])
    slope = -0.01
    base = nested_logit(slope * time, nests)
    found = elasticities(base, nests, time, slope)
    for column in range(len(time)):
        more, less = time.copy(), time.copy()
        more[column] *= 1 + 1e-5
        less[column] *= 1 - 1e-5
        relative = np.log(nested_logit(slope * more, nests).shares / nested_logit(slope * less, nests).shares)
        assert found[:, column] == pytest.approx(relative / 2e-5, abs=1e-5)


def test_an_elasticity_of_no_share_is_not_a_number() -> None:
    there = np.array([True, True, False])
    found = elasticities(nested_logit(np.zeros(3), PAIR, there), PAIR, np.ones(3), -1.0)
    assert np.isnan(found).tolist() == [[False] * 3, [False] * 3, [True] * 3]
    assert found[:2, 2].tolist() == [0, 0]


def test_what_is_no_choice_is_refused() -> None:
    with pytest.raises(ValueError, match=r"scale\(=0\) of a nest must be above 0"):
        Nests(np.array([0], dtype=np.int64), np.array([0.0]))
    with pytest.raises(ValueError, match=r"scale\(=1\.5\)"):
        Nests(np.array([0], dtype=np.int64), np.array([1.5]))
    with pytest.raises(ValueError, match="but there are 1"):
        Nests(np.array([1], dtype=np.int64), np.array([1.0]))
    with pytest.raises(ValueError, match="one dimension"):
        Nests(np.zeros((1, 1), dtype=np.int64), np.array([1.0]))
    with pytest.raises(ValueError, match="has \\(2,\\) alternatives"):
        nested_logit(np.zeros(2), PAIR)
    with pytest.raises(ValueError, match="one shape"):
        nested_logit(np.zeros(3), PAIR, np.ones((1, 3), dtype=bool))
    with pytest.raises(ValueError, match="not a number"):
        nested_logit(np.array([np.nan, 0, 0]), PAIR)
    hidden = nested_logit(np.array([np.nan, 0, 0]), PAIR, np.array([False, True, True]))
    assert hidden.shares == pytest.approx([0, 0.5, 0.5])
