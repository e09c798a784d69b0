"""Steps towards costs that give themselves back, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from bbwnet.model.secant import LEAST_SHARE, largest_change, next_cost, secant_shares

ONE = np.ones(1)


def test_two_rounds_tell_the_answer_of_a_power() -> None:
    """Roads that give back 8 / x^3 have the answer 8^(1/4): the map is straight in logarithms, of slope -3."""
    first, second = np.array([2.0]), np.array([1.5])
    share = secant_shares(second, 8 / second**3, first, 8 / first**3, ONE)
    assert share == pytest.approx(1 / 4)
    answer = 8 ** (1 / 4)
    assert next_cost(second, 8 / second**3, share) == pytest.approx(answer)
    assert next_cost(second, 8 / second**3, share, 0.5) == pytest.approx((1.5 * answer) ** 0.5)


def test_no_share_is_beyond_its_bounds() -> None:
    used, before = np.array([2.0, 2.0, 2.0]), np.array([1.0, 1.0, 2.0])
    given, given_before = np.array([1.0, 3.0, 5.0]), np.array([1e6, 1.0, 4.0])
    # one that swings wildly, one that rises with what went in, one that was not changed
    assert secant_shares(used, given, before, given_before, np.full(3, 0.4)) == pytest.approx([LEAST_SHARE, 1.0, 0.4])


def test_no_cost_more_than_doubles_or_halves() -> None:
    assert next_cost(np.array([3.0, 3.0]), np.array([1e6, 1e-6]), np.ones(2)).tolist() == pytest.approx([6.0, 1.5])


def test_where_there_is_no_way_there_is_none_next() -> None:
    used = np.array([np.inf, 0.0, 2.0])
    given = np.array([np.inf, 0.0, 2.5])
    assert next_cost(used, given, np.ones(3)).tolist() == pytest.approx([np.inf, 0.0, 2.5])
    assert largest_change(given, used) == pytest.approx(0.25)
    assert largest_change(used[:2], used[:2]) == 0
