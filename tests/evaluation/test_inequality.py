"""Gini and Palma of a few numbers, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from bbwnet.evaluation.inequality import gini, palma

NAN = float("nan")


def arrays(values: list[float], persons: list[float]) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], ...]:
    return np.array(values, dtype=np.float64), np.array(persons, dtype=np.float64)


@pytest.mark.parametrize(
    ("values", "persons", "expected"),
    [
        ([1, 3], [1, 1], 0.25),  # 2 * |1 - 3| / (2 * 2^2 * 2) = 4 / 16
        ([1, 3], [3, 1], 0.25),  # 2 * 3 * 2 / (2 * 4^2 * 1.5) = 12 / 48
        ([1, 1, 1, 3], [1, 1, 1, 1], 0.25),  # the same people as above, one zone each
        ([5, 5, 5], [1, 2, 3], 0.0),
        ([0, 0, 0, 1], [1, 1, 1, 1], 0.75),  # all with one of n: 1 - 1/n
        ([1, NAN, 3], [1, 7, 1], 0.25),
        ([1, 100, 3], [1, NAN, 1], 0.25),
        ([1, 100, 3], [1, 0, 1], 0.25),
    ],
)
def test_gini(values: list[float], persons: list[float], expected: float) -> None:
    assert gini(*arrays(values, persons)) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("values", "persons", "expected"),
    [
        (list(range(1, 11)), [1] * 10, 10 / (1 + 2 + 3 + 4)),
        (list(range(10, 0, -1)), [1] * 10, 10 / (1 + 2 + 3 + 4)),
        ([7, 7, 7], [1, 5, 2], 0.25),  # all alike: 10 % over 40 %
        # the worst placed 4 of 10 persons: 3 with 2, 1 with 4; the best placed 1 of the 5 with 10
        ([10, 2, 4], [5, 3, 2], 10 / (3 * 2 + 1 * 4)),
        ([10, NAN, 2, 4], [5, 9, 3, 2], 1.0),
    ],
)
def test_palma(values: list[float], persons: list[float], expected: float) -> None:
    assert palma(*arrays(values, persons)) == pytest.approx(expected)


@pytest.mark.parametrize("values", [[], [NAN, NAN], [0.0, 0.0]])
def test_neither_is_known_where_there_is_nothing(values: list[float]) -> None:
    pair = arrays(values, [1.0] * len(values))
    assert gini(*pair) is None
    assert palma(*pair) is None


def test_palma_is_not_known_where_the_worst_placed_have_nothing() -> None:
    assert palma(*arrays([0, 0, 1], [1, 1, 1])) is None
