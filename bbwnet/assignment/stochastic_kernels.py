"""Logit loading on the links that lead away from an origin.

Method: Dial (1971), "A probabilistic multipath traffic assignment model which obviates path enumeration", Transportation Research 5,
with likelihoods taken relative to the least cost to each node, so that no exponential leaves its range. A link counts if its tail comes
before its head in an order that does not change with the times: then the equilibrium is one of a fixed set of paths.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles
from bbwnet.assignment.tree_kernels import NO_LINK

if TYPE_CHECKING:
    from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def node_order(cost: NDArray[np.float64], last_link: NDArray[np.int32], tail: NDArray[np.int32], origin: int) -> NDArray[np.int32]:
    """Nodes of a tree by cost, of equal cost those with fewer links behind them first; those not reached are left out."""
    node_count = len(cost)
    behind = np.zeros(node_count, np.int64)
    deepest = 0
    for node in range(node_count):
        walk = node
        while last_link[walk] != NO_LINK:
            walk = tail[last_link[walk]]
            behind[node] += 1
        deepest = max(deepest, behind[node])
    order = np.empty(node_count, np.int32)
    count = 0
    for depth in range(deepest + 1):
        for node in range(node_count):
            if behind[node] == depth and (last_link[node] != NO_LINK or node == origin):
                order[count] = node
                count += 1
    # a stable sort: depth decides between equal costs
    by_cost = np.argsort(cost[order[:count]], kind="mergesort")
    return order[:count][by_cost]


@njit(cache=True, nogil=True)
def load_logit(  # noqa: PLR0913, PLR0917  three passes over the nodes
    first_link: NDArray[np.int32],
    head: NDArray[np.int32],
    cost: NDArray[np.float64],
    is_end: NDArray[np.bool_],
    order: NDArray[np.int32],
    place: NDArray[np.int32],
    dispersion: float,
    waiting: NDArray[np.float64],
    volume: NDArray[np.float64],
) -> None:
    """Add to `volume` the trips from the first node of `order` to all others: a path's share is proportional to exp(-dispersion × cost).

    `place` gives the place of each node in the order (-1: not reached), `waiting` the trips to each node, used up on the way.
    """
    least = np.full(len(place), np.inf)
    weight = np.zeros(len(place))
    share = np.zeros(len(head))
    least[order[0]], weight[order[0]] = 0.0, 1.0
    for node in order:
        if is_end[node] and node != order[0]:
            continue
        for link in range(first_link[node], first_link[node + 1]):
            if place[head[link]] > place[node]:
                least[head[link]] = min(least[head[link]], least[node] + cost[link])
    for node in order:
        if is_end[node] and node != order[0]:
            continue
        for link in range(first_link[node], first_link[node + 1]):
            other = head[link]
            if place[other] > place[node] and cost[link] < np.inf:
                share[link] = weight[node] * math.exp(-dispersion * (least[node] + cost[link] - least[other]))
                weight[other] += share[link]
    for step in range(len(order) - 1, -1, -1):
        node = order[step]
        for link in range(first_link[node], first_link[node + 1]):
            if share[link] > 0.0 and waiting[head[link]] > 0.0:
                carried = waiting[head[link]] * share[link] / weight[head[link]]
                volume[link] += carried
                waiting[node] += carried
