"""Kernels of freight: sums along trees of least cost, loads of trees, and least sums over a middle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles

if TYPE_CHECKING:
    from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def sum_along_trees(
    order: NDArray[np.int64], before: NDArray[np.int64], arc: NDArray[np.int64], figure: NDArray[np.float64], total: NDArray[np.float64]
) -> None:
    """Add up figures of arcs (a x k) from each origin to each node into `total` (origins x nodes x k), infinite where no way leads.

    `order` has the nodes of each tree by rising cost, `before` the node before each (-1 of the origin and where no way leads), `arc`
    the arc that reaches it.
    """
    for origin in range(order.shape[0]):
        for place in range(order.shape[1]):
            node = order[origin, place]
            last = before[origin, node]
            if last < 0:
                fill = 0.0 if arc[origin, node] == -2 else np.inf  # noqa: PLR2004  -2 marks the origin
                for k in range(figure.shape[1]):
                    total[origin, node, k] = fill
            else:
                for k in range(figure.shape[1]):
                    total[origin, node, k] = total[origin, last, k] + figure[arc[origin, node], k]


@njit(cache=True, nogil=True)
def load_trees(
    order: NDArray[np.int64], before: NDArray[np.int64], arc: NDArray[np.int64], flow: NDArray[np.float64], load: NDArray[np.float64]
) -> None:
    """Carry flows (origins x nodes x c) back along the trees, adding them to the arcs' `load` (a x c); `flow` is used up."""
    for origin in range(order.shape[0]):
        for place in range(order.shape[1] - 1, -1, -1):
            node = order[origin, place]
            last = before[origin, node]
            if last >= 0:
                on = arc[origin, node]
                for c in range(flow.shape[2]):
                    amount = flow[origin, node, c]
                    if amount > 0.0:
                        load[on, c] += amount
                        flow[origin, last, c] += amount


@njit(cache=True, nogil=True)
def least_sum(first: NDArray[np.float64], second: NDArray[np.float64], least: NDArray[np.float64], middle: NDArray[np.int64]) -> None:
    """Least of first (n x k) + second (k x m) over k into `least` (n x m), the first of equals in `middle`; infinite and -1 if none."""
    least[:] = np.inf
    middle[:] = -1
    for i in range(first.shape[0]):
        for k in range(first.shape[1]):
            own = first[i, k]
            if own == np.inf:
                continue
            for j in range(second.shape[1]):
                cost = own + second[k, j]
                if cost < least[i, j]:
                    least[i, j] = cost
                    middle[i, j] = k
