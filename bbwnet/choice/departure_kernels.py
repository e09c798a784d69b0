"""The choice among the departures of one mode, compiled: wishes spread over the journeys of each cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles

if TYPE_CHECKING:
    from numpy.typing import NDArray


@njit(cache=True)
def spread_wishes(  # noqa: PLR0913, PLR0917
    first: NDArray[np.int64],
    leave_s: NDArray[np.int64],
    cost_min: NDArray[np.float64],
    rides: NDArray[np.int64],
    wishes_s: NDArray[np.int64],
    weights: NDArray[np.float64],
    delay_min_s: float,
    sensitivity: float,
    cell_cost: NDArray[np.float64],
    share: NDArray[np.float64],
) -> None:
    """Fill what each cell costs (mean of the logsums of its wishes, minutes) and the share of each of its journeys.

    The journeys of cell c are `first[c]:first[c + 1]`. Each wish w takes journey j in proportion to exp(-sensitivity * (cost of j +
    `delay_min_s` * |leaving of j - w|)). Journeys without a vehicle can be made at any time, so that many of them are no choice: each
    wish takes the least.
    """
    share[:] = 0.0
    longest = 0
    for cell in range(len(first) - 1):
        longest = max(longest, first[cell + 1] - first[cell])
    felt = np.empty(longest)
    for cell in range(len(first) - 1):
        begin, end = first[cell], first[cell + 1]
        total = 0.0
        for wish in range(len(wishes_s)):
            if weights[wish] == 0.0:
                continue
            least, taken = np.inf, begin
            for item in range(begin, end):
                cost = cost_min[item] + delay_min_s * abs(leave_s[item] - wishes_s[wish])
                felt[item - begin] = cost
                if cost < least:
                    least, taken = cost, item
            if rides[taken] == 0 or end - begin == 1 or least == np.inf:
                total += weights[wish] * least
                share[taken] += weights[wish]
                continue
            whole = 0.0
            for item in range(begin, end):
                odds = np.exp(sensitivity * (least - felt[item - begin]))
                felt[item - begin] = odds
                whole += odds
            total += weights[wish] * (least - np.log(whole) / sensitivity)
            for item in range(begin, end):
                share[item] += weights[wish] * (felt[item - begin] / whole)
        cell_cost[cell] = total
