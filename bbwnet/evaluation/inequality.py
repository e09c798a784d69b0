"""How unequally something is spread over people: Gini coefficient and Palma ratio, weighted by population.

Every person of a zone is taken to have what the zone has; differences within a zone are not seen.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOP_SHARE, BOTTOM_SHARE = 0.1, 0.4
"""The groups that the Palma ratio sets against each other: the best placed tenth and the worst placed four tenths."""


def gini(values: NDArray[np.float64], persons: NDArray[np.float64]) -> float | None:
    """Gini coefficient of `values` (zero or more) over persons: 0 all alike, towards 1 all with one.

    Half the mean difference between two persons drawn at random over the mean: sum_i sum_j p_i p_j |x_i - x_j| / (2 P^2 m)
    (Sen, On Economic Inequality, 1973, chapter 2). Zones without a value or persons are left out; `None` if none is left
    or nobody has anything.
    """
    value, person = _known(values, persons)
    total, everyone = math.fsum(value * person), math.fsum(person)
    if total <= 0:
        return None
    differences = np.abs(value[:, None] - value[None, :]) * person[:, None] * person[None, :]
    return math.fsum(differences.ravel()) / (2 * everyone * total)


def palma(values: NDArray[np.float64], persons: NDArray[np.float64]) -> float | None:
    """Palma ratio: what the best placed tenth of the people have over what the worst placed four tenths have.

    Palma, "Homogeneous middles vs. heterogeneous tails", Development and Change 42 (2011); Cobham and Sumner, "Is it all about
    the tails?", CGD Working Paper 343 (2013), for the ratio. Ranked by what they have, not by income as in studies of cities:
    no income by zone is in the data. A zone at the edge of a group is split. All alike gives 0.25. Zones without a value or
    persons are left out; `None` if none is left or the worst placed have nothing.
    """
    value, person = _known(values, persons)
    if not len(value):
        return None
    order = np.argsort(value, kind="stable")
    edges = np.concatenate([[0.0], np.cumsum(person[order])])
    held = np.concatenate([[0.0], np.cumsum((value * person)[order])])
    bottom = float(np.interp(BOTTOM_SHARE * edges[-1], edges, held))
    top = float(held[-1] - np.interp((1 - TOP_SHARE) * edges[-1], edges, held))
    return top / bottom if bottom > 0 else None


def _known(values: NDArray[np.float64], persons: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    known = np.isfinite(values) & np.isfinite(persons) & (persons > 0)
    return values[known], persons[known]
