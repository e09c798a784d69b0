"""What must hold of any gravity model; the published examples are in `bbwnet.experiment.verification.gravity`."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from bbwnet.demand.deterrence import Form, log_deterrence
from bbwnet.demand.furness import balance
from bbwnet.demand.gravity import Stranded, doubly_constrained, singly_constrained
from bbwnet.errors import DidNotConverge
from bbwnet.experiment.verification import gravity

COST = np.array(gravity.COST)
ABC = ("a", "b", "c")

Matrix = NDArray[np.float64]


@pytest.mark.parametrize(("form", "expected"), [("exponential", -0.6), ("power", -3 * math.log(30)), ("combined", -0.6 - 3 * math.log(30))])
def test_forms_of_deterrence(form: Form, expected: float) -> None:
    found = log_deterrence(np.array([30.0, np.inf]), form, decay_per_minute=0.02, power=3)
    assert found.tolist() == pytest.approx([expected, -math.inf])


def test_costs_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="not a number"):
        log_deterrence(np.array([np.nan]), "exponential")
    with pytest.raises(ValueError, match=r"cost\(=0\) must be above 0"):
        log_deterrence(np.array([0.0, 1.0]), "power", power=1)
    assert log_deterrence(np.array([-5.0]), "exponential", decay_per_minute=1).tolist() == [5]


def test_what_reaches_nothing_is_listed_and_the_rest_goes_on() -> None:
    """Island d reaches nothing; b is reached by d alone, whose own trips do not set out."""
    zones = ("a", "b", "c", "d")
    log_f = np.full((4, 4), -np.inf)
    log_f[0, 2] = log_f[2, 0] = log_f[0, 0] = log_f[2, 2] = 0.0
    found = doubly_constrained(zones, np.array([5.0, 0, 5, 7]), np.array([4.0, 3, 4, 0]), log_f, must_converge=True)
    assert found.stranded == (Stranded("d", "production", 7.0), Stranded("b", "attraction", 3.0))
    assert found.stranded_trips == 7
    assert found.trips.sum() == pytest.approx(10)
    assert found.attraction_scale == pytest.approx(10 / 8)
    alone = singly_constrained(zones, np.array([5.0, 0, 5, 7]), np.array([4.0, 3, 4, 0]), log_f)
    assert alone.stranded == (Stranded("d", "production", 7.0),)
    assert alone.trips.sum() == pytest.approx(10)


def test_a_loss_may_bring_about_another() -> None:
    """Zone c reaches b alone, and b draws nobody: c is stranded, and so is a, which c alone would reach."""
    log_f = np.full((3, 3), -np.inf)
    log_f[2, 1] = 0.0
    found = doubly_constrained(ABC, np.array([0.0, 0, 9]), np.array([2.0, 0, 0]), log_f)
    assert found.stranded == (Stranded("c", "production", 9.0), Stranded("a", "attraction", 2.0))
    assert (found.trips.sum(), found.gap, found.converged) == (0, 0, True)


def test_zeros_that_forbid_the_margins_do_not_converge() -> None:
    """Zone a reaches b alone, which draws less than a sends."""
    log_f = np.array([[-np.inf, 0, -np.inf], [0, 0, 0], [0, 0, 0]])
    sent, drawn = np.array([10.0, 1, 1]), np.array([5.0, 2, 5])
    found = doubly_constrained(ABC, sent, drawn, log_f, most_sweeps=50)
    assert not found.converged
    assert found.gap > 0.1
    assert found.sweeps == 50
    with pytest.raises(DidNotConverge, match="ended after 50 sweeps with a margin off by"):
        doubly_constrained(ABC, sent, drawn, log_f, most_sweeps=50, must_converge=True)


def test_costs_of_any_size_keep_their_trips() -> None:
    found = doubly_constrained(ABC, np.ones(3), np.ones(3), -1e5 * COST, must_converge=True)
    assert found.trips == pytest.approx(np.eye(3))
    # a zone far from all others still sends what it produces
    far = np.array([[1.0, 2.0, 5000.0], [2.0, 1.0, 5000.0], [5000.0, 5000.0, np.inf]])
    found = doubly_constrained(ABC, np.array([1.0, 1, 2]), np.array([1.5, 2.5, 0]), -far, must_converge=True)
    assert found.trips[2] == pytest.approx(found.trips.sum(axis=0) - found.trips[:2].sum(axis=0))
    assert found.trips.sum(axis=1) == pytest.approx([1, 1, 2])


def test_a_warm_start_ends_where_a_cold_one_does() -> None:
    args = ABC, np.array([98.0, 106, 122]), np.array([102.0, 118, 106]), log_deterrence(COST, "power", power=2)
    cold = doubly_constrained(*args)
    warm = doubly_constrained(*args, start=cold.log_column_factor)
    assert warm.sweeps < cold.sweeps
    assert warm.trips == pytest.approx(cold.trips, rel=1e-10)


def test_begun_at_its_weights_with_the_margins_of_free_choice_it_is_done_at_once() -> None:
    sent, weights, log_f = np.array([98.0, 106, 122]), np.array([3.0, 1, 2]), log_deterrence(COST, "power", power=2)
    free = singly_constrained(ABC, sent, weights, log_f)
    found = doubly_constrained(ABC, sent, free.trips.sum(axis=0), log_f, start=free.log_column_factor)
    assert found.sweeps == 1
    assert found.trips == pytest.approx(free.trips, rel=1e-12)


def test_figures_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match=r"productions of b \(=-1\)"):
        doubly_constrained(ABC, np.array([1.0, -1, 1]), np.ones(3), -COST)
    with pytest.raises(ValueError, match=r"attractions of c \(=nan\)"):
        singly_constrained(ABC, np.ones(3), np.array([1, 1, np.nan]), -COST)
    with pytest.raises(ValueError, match="3 zones do not fit"):
        doubly_constrained(ABC, np.ones(2), np.ones(3), -COST)
    with pytest.raises(ValueError, match="seed must be finite"):
        balance(-COST, np.ones(3), np.ones(3))
    with pytest.raises(ValueError, match="does not fit"):
        balance(COST, np.ones(2), np.ones(3))


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Matrix, Matrix, Matrix]:
    """Productions, attractions of the same total, costs: up to 6 zones, some with nothing."""
    count = draw(st.integers(1, 6))
    amounts = st.one_of(st.just(0.0), st.floats(0.1, 1e4))
    productions = draw(arrays(np.float64, count, elements=amounts))
    attractions = draw(arrays(np.float64, count, elements=amounts))
    assume(productions.sum() > 0)
    assume(attractions.sum() > 0)
    cost = draw(arrays(np.float64, (count, count), elements=st.floats(1, 300)))
    return productions, attractions * (productions.sum() / attractions.sum()), cost


def names(count: int) -> tuple[str, ...]:
    return tuple(f"z{number}" for number in range(count))


@given(worlds())
@settings(max_examples=60, deadline=None)
def test_margins_are_kept(world: tuple[Matrix, Matrix, Matrix]) -> None:
    productions, attractions, cost = world
    found = doubly_constrained(names(len(cost)), productions, attractions, -0.01 * cost, must_converge=True)
    assert found.trips.sum(axis=1) == pytest.approx(productions, rel=1e-9, abs=0)
    assert found.trips.sum(axis=0) == pytest.approx(attractions, rel=1e-9, abs=0)
    assert (found.trips >= 0).all()


@given(worlds(), st.floats(0.01, 100))
@settings(max_examples=40, deadline=None)
def test_units_do_not_matter(world: tuple[Matrix, Matrix, Matrix], factor: float) -> None:
    """A constant on every cost, a factor on a row's or column's deterrence, another unit of trips: the same matrix."""
    productions, attractions, cost = world
    zones = names(len(cost))
    base = doubly_constrained(zones, productions, attractions, -0.01 * cost).trips
    scale = max(1.0, float(base.max()))
    moved = -0.01 * cost + factor - np.arange(len(cost))[:, None] + 0.5 * np.arange(len(cost))
    assert doubly_constrained(zones, productions, attractions, moved).trips == pytest.approx(base, abs=1e-8 * scale)
    more = doubly_constrained(zones, productions * factor, attractions, -0.01 * cost)
    assert more.trips == pytest.approx(base * factor, abs=1e-8 * scale * factor)
    single = singly_constrained(zones, productions, attractions, -0.01 * cost).trips
    assert singly_constrained(zones, productions, attractions * factor, -0.01 * cost + factor).trips == pytest.approx(
        single, abs=1e-8 * scale
    )
    assert single.sum(axis=1) == pytest.approx(productions, rel=1e-12)
