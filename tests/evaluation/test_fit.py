"""GEH and root mean square error, worked by hand."""

from __future__ import annotations

import math

import pytest

from bbwnet.evaluation.fit import geh, rmse_share


def test_geh_by_hand() -> None:
    # the root of 2 times 100 squared over 2100
    assert geh(1100, 1000) == pytest.approx(3.0860669992)
    assert geh(1000, 1100) == geh(1100, 1000)
    assert geh(0, 0) == 0
    assert geh(50, 0) == pytest.approx(10)


def test_rmse_by_hand() -> None:
    # errors 10, -20, 0: squares 500, over 2 are 250; the mean of what was observed is 190 over 3
    assert rmse_share([40, 60, 80], [30, 80, 80]) == pytest.approx(math.sqrt(250) / (190 / 3))
    assert rmse_share([90], [100]) == pytest.approx(0.1)
    assert rmse_share([], []) is None
    assert rmse_share([5, 5], [0, 0]) is None


@pytest.mark.parametrize("wrong", [-1.0, math.nan, math.inf])
def test_volumes_must_be_volumes(wrong: float) -> None:
    with pytest.raises(ValueError, match="finite and not negative"):
        geh(wrong, 1)
    with pytest.raises(ValueError, match="finite and not negative"):
        rmse_share([1], [wrong])


def test_lists_of_different_lengths() -> None:
    with pytest.raises(ValueError, match="zip"):
        rmse_share([1, 2], [1])
