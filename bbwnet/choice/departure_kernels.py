"""The choice among the departures of one mode, compiled: wishes spread over the journeys of each cell.

Delay is felt in proportion, so that what a journey is worth to one wish follows from what it is worth to the next: sums run along the
wishes and back, and no wish looks at every journey.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEAST_SUM = 1e-200
"""Below this, sums along the wishes lose what counts, and each wish looks at every journey."""


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

    The journeys of cell c are `first[c]:first[c + 1]`, by leaving. Each wish w takes journey j in proportion to exp(-sensitivity * (cost
    of j + `delay_min_s` * |leaving of j - w|)). Journeys without a vehicle can be made at any time, so that many of them are no choice:
    each wish takes the least.
    """
    share[:] = 0.0
    wishes, longest = len(wishes_s), 1
    for cell in range(len(first) - 1):
        longest = max(longest, first[cell + 1] - first[cell])
    decay = np.ones(wishes)
    for number in range(1, wishes):
        decay[number] = np.exp(-sensitivity * delay_min_s * (wishes_s[number] - wishes_s[number - 1]))
    of_wish, of_journey, before = np.empty((2, wishes)), np.empty((3, longest)), np.empty(longest, dtype=np.int64)
    for cell in range(len(first) - 1):
        begin, end = first[cell], first[cell + 1]
        if rides[begin] == 0 or end - begin == 1:
            cell_cost[cell] = _least(begin, end, leave_s, cost_min, wishes_s, weights, delay_min_s, share)
            continue
        total = _along(
            begin, end, leave_s, cost_min, wishes_s, weights, delay_min_s, sensitivity, decay, of_wish, of_journey, before, share
        )  # fmt: skip
        if np.isnan(total):
            total = _one_by_one(begin, end, leave_s, cost_min, wishes_s, weights, delay_min_s, sensitivity, share)
        cell_cost[cell] = total


@njit(cache=True)
def _least(
    begin: int,
    end: int,
    leave_s: NDArray[np.int64],
    cost_min: NDArray[np.float64],
    wishes_s: NDArray[np.int64],
    weights: NDArray[np.float64],
    delay_min_s: float,
    share: NDArray[np.float64],
) -> float:
    """Mean cost where each wish takes the journey that costs it least."""
    total = 0.0
    for wish in range(len(wishes_s)):
        least, taken = np.inf, begin
        for item in range(begin, end):
            cost = cost_min[item] + delay_min_s * abs(leave_s[item] - wishes_s[wish])
            if cost < least:
                least, taken = cost, item
        total += weights[wish] * least
        share[taken] += weights[wish]
    return total


@njit(cache=True)
def _one_by_one(  # noqa: PLR0913, PLR0917
    begin: int,
    end: int,
    leave_s: NDArray[np.int64],
    cost_min: NDArray[np.float64],
    wishes_s: NDArray[np.int64],
    weights: NDArray[np.float64],
    delay_min_s: float,
    sensitivity: float,
    share: NDArray[np.float64],
) -> float:
    """Mean logsum, each wish by itself."""
    total = 0.0
    odds = np.empty(end - begin)
    share[begin:end] = 0.0
    for wish in range(len(wishes_s)):
        least = np.inf
        for item in range(begin, end):
            odds[item - begin] = cost_min[item] + delay_min_s * abs(leave_s[item] - wishes_s[wish])
            least = min(least, odds[item - begin])
        whole = 0.0
        for place in range(end - begin):
            odds[place] = np.exp(sensitivity * (least - odds[place]))
            whole += odds[place]
        total += weights[wish] * (least - np.log(whole) / sensitivity)
        for place in range(end - begin):
            share[begin + place] += weights[wish] * (odds[place] / whole)
    return total


@njit(cache=True)
def _along(  # noqa: C901, PLR0912, PLR0913, PLR0917  one pass each way, spelt out for speed
    begin: int,
    end: int,
    leave_s: NDArray[np.int64],
    cost_min: NDArray[np.float64],
    wishes_s: NDArray[np.int64],
    weights: NDArray[np.float64],
    delay_min_s: float,
    sensitivity: float,
    decay: NDArray[np.float64],
    of_wish: NDArray[np.float64],
    of_journey: NDArray[np.float64],
    before: NDArray[np.int64],
    share: NDArray[np.float64],
) -> float:
    """Mean logsum by sums along the wishes; not-a-number where they lose what counts.

    `decay` (wishes) is what is left of a journey's worth from each wish to the next; the rest is room for two figures a wish, three and
    one a journey.
    """
    rate, count, wishes = sensitivity * delay_min_s, end - begin, len(wishes_s)
    least = np.inf
    for item in range(begin, end):
        least = min(least, cost_min[item])
    odds, to_before, to_next = of_journey[0], of_journey[1], of_journey[2]
    early, late = of_wish[0], of_wish[1]
    early[:] = 0.0
    late[:] = 0.0
    wish = -1
    for place in range(count):
        leave = leave_s[begin + place]
        while wish + 1 < wishes and wishes_s[wish + 1] <= leave:
            wish += 1
        before[place] = wish
        odds[place] = np.exp(sensitivity * (least - cost_min[begin + place]))
        if wish >= 0:
            to_before[place] = np.exp(-rate * (leave - wishes_s[wish]))
            late[wish] += odds[place] * to_before[place]
        if wish + 1 < wishes:
            to_next[place] = np.exp(-rate * (wishes_s[wish + 1] - leave))
            early[wish + 1] += odds[place] * to_next[place]
    for number in range(1, wishes):
        early[number] += decay[number] * early[number - 1]
    for number in range(wishes - 2, -1, -1):
        late[number] += decay[number + 1] * late[number + 1]
    total = 0.0
    for number in range(wishes):
        whole = early[number] + late[number]
        if whole < _LEAST_SUM:
            return np.nan
        total += weights[number] * (least - np.log(whole) / sensitivity)
        early[number] = late[number] = weights[number] / whole
    for number in range(1, wishes):
        early[number] += decay[number] * early[number - 1]
    for number in range(wishes - 2, -1, -1):
        late[number] += decay[number + 1] * late[number + 1]
    for place in range(count):
        wish = before[place]
        taken = 0.0
        if wish >= 0:
            taken += to_before[place] * early[wish]
        if wish + 1 < wishes:
            taken += to_next[place] * late[wish + 1]
        share[begin + place] = odds[place] * taken
    return total
