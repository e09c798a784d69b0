"""Dense min-plus algebra on whole seconds: the products that a hierarchy of regions is made of and asked with.

A min-plus product has the least sum where a matrix product has the sum of products (Carré 1971, "An algebra for network routing
problems", J. Inst. Maths Applics 7). Matrices lie row by row in flat int32 arrays: where one begins, and how long its rows are, is
given beside it, so that a part of a matrix is one too. Seconds without a way are `UNREACHED`, which no sum of two oversteps int32.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles
from bbwnet.routing.road_kernels import UNREACHED

if TYPE_CHECKING:
    from numpy.typing import NDArray

PIVOTS = 32
"""Nodes that are eliminated together: their rows stay in the nearest cache while all others are run through."""
TILE_ROWS, TILE_COLUMNS = 64, 1024
"""Part of the right matrix of a product that is used up before the next is fetched."""


@njit(cache=True)
def multiply(  # noqa: PLR0913, PLR0917  three matrices, each with its beginning and the length of its rows
    left: NDArray[np.int32],
    left_at: int,
    left_step: int,
    right: NDArray[np.int32],
    right_at: int,
    right_step: int,
    result: NDArray[np.int32],
    result_at: int,
    result_step: int,
    rows: int,
    inner: int,
    columns: int,
) -> None:
    """Lower `result` (rows × columns) to the min-plus product of `left` (rows × inner) and `right` (inner × columns)."""
    for low_column in range(0, columns, TILE_COLUMNS):
        width = min(TILE_COLUMNS, columns - low_column)
        for low_inner in range(0, inner, TILE_ROWS):
            high_inner = min(low_inner + TILE_ROWS, inner)
            for row in range(rows):
                at = result_at + row * result_step + low_column
                line = result[at : at + width]
                number = low_inner
                while number + 4 <= high_inner:
                    here = left_at + row * left_step + number
                    s0, s1, s2, s3 = left[here], left[here + 1], left[here + 2], left[here + 3]
                    if min(s0, s1, s2, s3) < UNREACHED:
                        there = right_at + number * right_step + low_column
                        r0 = right[there : there + width]
                        r1 = right[there + right_step : there + right_step + width]
                        r2 = right[there + 2 * right_step : there + 2 * right_step + width]
                        r3 = right[there + 3 * right_step : there + 3 * right_step + width]
                        for column in range(width):
                            line[column] = min(
                                line[column],
                                np.int32(s0 + r0[column]),
                                np.int32(s1 + r1[column]),
                                np.int32(s2 + r2[column]),
                                np.int32(s3 + r3[column]),
                            )
                    number += 4
                while number < high_inner:
                    s0 = left[left_at + row * left_step + number]
                    if s0 < UNREACHED:
                        there = right_at + number * right_step + low_column
                        r0 = right[there : there + width]
                        for column in range(width):
                            line[column] = min(line[column], np.int32(s0 + r0[column]))
                    number += 1


@njit(cache=True)
def eliminate(front: NDArray[np.int32], size: int, own: int, panel: NDArray[np.int32], pivots: NDArray[np.int32]) -> None:
    """Lower a square matrix of arcs (size × size) to the least seconds over ways through its first `own` nodes."""
    for low in range(0, own, PIVOTS):
        count = min(PIVOTS, own - low)
        for pivot in range(low, low + count):
            through = front[pivot * size : (pivot + 1) * size]
            for row in range(low, low + count):
                seconds = front[row * size + pivot]
                if row != pivot and seconds < UNREACHED:
                    line = front[row * size : (row + 1) * size]
                    for column in range(size):
                        line[column] = min(line[column], np.int32(seconds + through[column]))
        for row in range(size):
            for number in range(count):
                panel[row * count + number] = front[row * size + low + number]
        pivots[: count * size] = front[low * size : (low + count) * size]
        high = low + count
        multiply(panel, 0, count, pivots, 0, size, front, 0, size, low, count, size)
        multiply(panel, high * count, count, pivots, 0, size, front, high * size, size, size - high, count, size)


@njit(cache=True)
def transpose(matrix: NDArray[np.int32], rows: int, columns: int) -> NDArray[np.int32]:
    """Return a matrix (rows × columns) with its rows and columns changed over."""
    result = np.empty(rows * columns, dtype=np.int32)
    for row in range(rows):
        for column in range(columns):
            result[column * rows + row] = matrix[row * columns + column]
    return result
