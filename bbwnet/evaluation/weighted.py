"""Means, shares and percentiles of values that count with a weight each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROUNDING = 1e-12
"""Share of the total weight by which a sum of weights may miss a rank by rounding."""


def weighted_mean(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Mean by weight (an array each, n values); not-a-number where nothing has weight."""
    total = weights.sum()
    return float((values * weights).sum() / total) if total > 0 else float("nan")


def weighted_percentile(values: NDArray[np.float64], weights: NDArray[np.float64], percentile: float) -> float:
    """Nearest rank by weight: the least value up to which at least `percentile` of the weight lies.

    With equal weights it is the nearest-rank percentile of the values. Not-a-number where nothing has weight.
    """
    order = np.argsort(values, kind="stable")
    order = order[weights[order] > 0]
    if not len(order):
        return float("nan")
    summed = np.cumsum(weights[order])
    wanted = summed[-1] * (percentile / 100 - ROUNDING)
    return float(values[order[min(int(np.searchsorted(summed, wanted)), len(order) - 1)]])
