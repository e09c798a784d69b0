"""Steps towards costs that give themselves back, each pair by the secant of its last two rounds.

Wegstein (1958), "Accelerating convergence of iterative processes", Communications of the ACM 1 (6), on logarithms, for times grow with a
power of the load. Pairs are taken one by one, though they share roads: what they do to each other the rounds must sort out.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_SHARE = 0.1
"""Least share of its change that a cost takes up, whatever the secant says."""
_FURTHEST = math.log(2)
"""No cost doubles or halves more than once in a round: what full roads say of times is far off until others give way."""
_SAME = 1e-12
"""Change of a logarithm that is rounding, and tells no slope."""


def secant_shares(
    used: NDArray[np.float64],
    given: NDArray[np.float64],
    used_before: NDArray[np.float64],
    given_before: NDArray[np.float64],
    share_before: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Share of its change that each cost takes up: 1 / (1 - slope) of the costs given back by those used; arrays of one shape.

    Where nothing changed it is the share before. Costs that rose with those used take up the whole: further is not safe.
    """
    went_in, came_out = _log_change(used, used_before), _log_change(given, given_before)
    moved = np.abs(went_in) > _SAME
    slope = np.divide(came_out, went_in, out=np.zeros(used.shape), where=moved)
    share = 1 / (1 - np.minimum(slope, 0.0))
    return np.where(moved, np.maximum(share, LEAST_SHARE), share_before)


def next_cost(
    used: NDArray[np.float64], given: NDArray[np.float64], share: NDArray[np.float64], factor: float = 1.0
) -> NDArray[np.float64]:
    """The costs to use next, `factor` on all steps; infinite and zero costs stay."""
    change = np.clip(factor * share * _log_change(given, used), -_FURTHEST, _FURTHEST)
    return np.asarray(used * np.exp(change))


def largest_change(given: NDArray[np.float64], used: NDArray[np.float64]) -> float:
    """Largest of |given / used - 1|, where there is a way."""
    known = np.isfinite(used) & (used > 0)
    return float(np.max(np.abs(given[known] / used[known] - 1), initial=0.0))


def _log_change(new: NDArray[np.float64], old: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logarithm of new over old costs; 0 where there is no way, or none is needed."""
    known = np.isfinite(new) & np.isfinite(old) & (new > 0) & (old > 0)
    return np.log(np.divide(new, old, out=np.ones(new.shape), where=known))
