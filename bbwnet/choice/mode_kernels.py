"""The choice among modes, compiled: `bbwnet.choice.nested_logit` for many pairs of places at once, with a car and without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles

if TYPE_CHECKING:
    from numpy.typing import NDArray


@njit(cache=True)
def choose_modes(
    cost_min: NDArray[np.float64],
    member: NDArray[np.int64],
    scale: NDArray[np.float64],
    sensitivity: float,
    car_available: float,
    car: int,
    shares: NDArray[np.float64],
    logsum_min: NDArray[np.float64],
) -> None:
    """Fill shares (n x n x k) and logsums in minutes (n x n) of alternatives in nests, by cost (n x n x k, infinite where there is none).

    Means over those with a car and those without, who choose among the others; where the car is the only way all go by car.
    """
    count, alternatives = cost_min.shape[0], cost_min.shape[2]
    with_car, without = np.empty(alternatives), np.empty(alternatives)
    of_nest, tops = np.empty(len(scale)), np.empty(len(scale))
    for origin in range(count):
        for destination in range(count):
            cost, share = cost_min[origin, destination], shares[origin, destination]
            all_min = _nested(cost, member, scale, sensitivity, -1, of_nest, tops, with_car)
            if all_min == np.inf:
                share[:] = 0.0
                logsum_min[origin, destination] = np.inf
                continue
            others_min = all_min
            if cost[car] < np.inf:
                others_min = _nested(cost, member, scale, sensitivity, car, of_nest, tops, without)
            else:
                without[:] = with_car
            weight = 1.0 if others_min == np.inf else car_available
            if others_min == np.inf:
                others_min = 0.0
            for item in range(alternatives):
                share[item] = weight * with_car[item] + (1.0 - weight) * without[item]
            logsum_min[origin, destination] = weight * all_min + (1.0 - weight) * others_min


@njit(cache=True)
def _nested(
    cost: NDArray[np.float64],
    member: NDArray[np.int64],
    scale: NDArray[np.float64],
    sensitivity: float,
    left_out: int,
    of_nest: NDArray[np.float64],
    tops: NDArray[np.float64],
    share: NDArray[np.float64],
) -> float:
    """Shares of the alternatives but one, and the logsum in minutes; infinite without any."""
    tops[:] = np.inf
    for item in range(len(cost)):
        if item != left_out and cost[item] < tops[member[item]]:
            tops[member[item]] = cost[item]
    of_nest[:] = 0.0
    for item in range(len(cost)):
        share[item] = 0.0
        nest = member[item]
        if item != left_out and cost[item] < np.inf:
            share[item] = np.exp(sensitivity * (tops[nest] - cost[item]) / scale[nest])
            of_nest[nest] += share[item]
    least = np.inf
    for nest in range(len(scale)):
        if of_nest[nest] > 0.0:
            tops[nest] -= scale[nest] * np.log(of_nest[nest]) / sensitivity
            least = min(least, tops[nest])
    if least == np.inf:
        return np.inf
    whole = 0.0
    for nest in range(len(scale)):
        if of_nest[nest] > 0.0:
            whole += np.exp(sensitivity * (least - tops[nest]))
    for item in range(len(cost)):
        nest = member[item]
        if share[item] > 0.0:
            share[item] *= np.exp(sensitivity * (least - tops[nest])) / (whole * of_nest[nest])
    logsum_min: float = least - np.log(whole) / sensitivity
    return logsum_min
