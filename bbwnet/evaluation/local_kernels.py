"""Spreading arrival times over a grid of land: straight from where one gets off, around water where it lies between.

Method: Dijkstra's search over the cells and their eight neighbours, where a cell takes over the anchor of the cell that
reaches it if it sees that anchor, and else the cell itself becomes its anchor (Daniel, Nash, Koenig, Felner 2010,
"Theta*: Any-Angle Path Planning on Grids", JAIR 39, section 4.1). Distances are straight lines, not steps of the grid.
"""

from __future__ import annotations

import heapq
import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SAMPLES_PER_CELL = 2.0
_OVER_LIMIT_MIN = 1e6
"""Added to what is over the local limit: it gives way to every arrival within the limit, however late that is."""


@njit(cache=True)
def _sees(open_cells: NDArray[np.bool_], x_1: float, y_1: float, x_2: float, y_2: float) -> bool:
    """Whether the straight line from one position to another (in cells) stays on open cells, its first cell apart."""
    samples = int(_SAMPLES_PER_CELL * max(abs(x_2 - x_1), abs(y_2 - y_1))) + 1
    first_row, first_column = int(y_1 + 0.5), int(x_1 + 0.5)
    for sample in range(1, samples):
        share = sample / samples
        row, column = int(y_1 + share * (y_2 - y_1) + 0.5), int(x_1 + share * (x_2 - x_1) + 0.5)
        if not open_cells[row, column] and not (row == first_row and column == first_column):
            return False
    return True


@njit(cache=True)
def _key(total: float, local: float, longest_min: float, longest_local_min: float, margin_min: float) -> float:
    """What an arrival is ordered by: its minutes, or infinite beyond a limit by more than the margin."""
    if total > longest_min + margin_min or local > longest_local_min + margin_min:
        return math.inf
    return total + _OVER_LIMIT_MIN if local > longest_local_min else total


@njit(cache=True)
def _seed(  # noqa: PLR0913, PLR0917  a kernel takes its arrays one by one
    open_cells: NDArray[np.bool_],
    source_x: NDArray[np.float64],
    source_y: NDArray[np.float64],
    source_row: NDArray[np.int64],
    source_column: NDArray[np.int64],
    source_min: NDArray[np.float64],
    minutes_per_cell: float,
    limits: tuple[float, float, float],
    key: NDArray[np.float64],
    anchor: NDArray[np.float64],
) -> list[tuple[float, int]]:
    """Start from every source: its cell and that cell's neighbours; gives the queue of the search."""
    rows, columns = open_cells.shape
    queue = [(0.0, 0) for _ in range(0)]
    for source in range(len(source_x)):
        for row in range(max(0, source_row[source] - 1), min(rows, source_row[source] + 2)):
            for column in range(max(0, source_column[source] - 1), min(columns, source_column[source] + 2)):
                if not open_cells[row, column]:
                    continue
                local = math.hypot(column - source_x[source], row - source_y[source]) * minutes_per_cell
                found = _key(source_min[source] + local, local, limits[0], limits[1], limits[2])
                if found < key[row, column]:
                    key[row, column] = found
                    anchor[row, column] = source_x[source], source_y[source], source_min[source], 0.0
                    heapq.heappush(queue, (found, row * columns + column))
    return queue


@njit(cache=True)
def _search(
    open_cells: NDArray[np.bool_],
    minutes_per_cell: float,
    limits: tuple[float, float, float],
    key: NDArray[np.float64],
    anchor: NDArray[np.float64],
    queue: list[tuple[float, int]],
) -> None:
    """Settle cells in order of their keys until none is left."""
    rows, columns = open_cells.shape
    while queue:
        settled, cell = heapq.heappop(queue)
        row, column = cell // columns, cell % columns
        if settled > key[row, column]:
            continue
        x, y, begun, before = anchor[row, column]
        here_min = begun + math.hypot(column - x, row - y) * minutes_per_cell
        for near_row in range(max(0, row - 1), min(rows, row + 2)):
            for near_column in range(max(0, column - 1), min(columns, column + 2)):
                if not open_cells[near_row, near_column] or key[near_row, near_column] <= settled:
                    continue
                from_x, from_y, from_min, from_local = x, y, begun, before
                step = math.hypot(near_column - x, near_row - y) * minutes_per_cell
                if begun + step >= key[near_row, near_column]:
                    continue
                if not _sees(open_cells, x, y, near_column, near_row):
                    from_x, from_y, from_min, from_local = float(column), float(row), here_min, before + here_min - begun
                    step = math.hypot(near_column - column, near_row - row) * minutes_per_cell
                found = _key(from_min + step, from_local + step, limits[0], limits[1], limits[2])
                if found < key[near_row, near_column]:
                    key[near_row, near_column] = found
                    anchor[near_row, near_column] = from_x, from_y, from_min, from_local
                    heapq.heappush(queue, (found, near_row * columns + near_column))


@njit(cache=True)
def _across_the_shore(
    open_cells: NDArray[np.bool_],
    minutes_per_cell: float,
    limits: tuple[float, float, float],
    key: NDArray[np.float64],
    anchor: NDArray[np.float64],
) -> None:
    """Give cells that are not open the best that a settled neighbour's anchor offers; nothing goes on from them."""
    rows, columns = open_cells.shape
    for row in range(rows):
        for column in range(columns):
            if open_cells[row, column]:
                continue
            for near_row in range(max(0, row - 1), min(rows, row + 2)):
                for near_column in range(max(0, column - 1), min(columns, column + 2)):
                    if not open_cells[near_row, near_column] or key[near_row, near_column] == np.inf:
                        continue
                    x, y, begun, before = anchor[near_row, near_column]
                    step = math.hypot(column - x, row - y) * minutes_per_cell
                    found = _key(begun + step, before + step, limits[0], limits[1], limits[2])
                    if found < key[row, column]:
                        key[row, column] = found
                        anchor[row, column] = x, y, begun, before


@njit(cache=True)
def spread(
    open_cells: NDArray[np.bool_],
    source_x: NDArray[np.float64],
    source_y: NDArray[np.float64],
    source_row: NDArray[np.int64],
    source_column: NDArray[np.int64],
    source_min: NDArray[np.float64],
    minutes_per_cell: float,
    limits: tuple[float, float, float],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Minutes at the centre of each open cell, and how many of them are local; infinite where it is not reached.

    Positions are in cells: the centre of row r and column c is (c, r). A source starts at its own position and reaches the
    cell `source_row`, `source_column` and that cell's neighbours. `limits` are the longest minutes in all, the longest local
    ones, and a margin by which both are followed further, so that contours at a limit lie between two values; what is over
    the local limit gives way to all that is within. Cells that are not open have a value where a neighbour has: so contours
    can cross the shore.
    """
    rows, columns = open_cells.shape
    key = np.full((rows, columns), np.inf)
    anchor = np.zeros((rows, columns, 4))
    queue = _seed(open_cells, source_x, source_y, source_row, source_column, source_min, minutes_per_cell, limits, key, anchor)
    _search(open_cells, minutes_per_cell, limits, key, anchor, queue)
    _across_the_shore(open_cells, minutes_per_cell, limits, key, anchor)
    total, local = np.full((rows, columns), np.inf), np.full((rows, columns), np.inf)
    for row in range(rows):
        for column in range(columns):
            if key[row, column] < np.inf:
                x, y, begun, before = anchor[row, column]
                step = math.hypot(column - x, row - y) * minutes_per_cell
                total[row, column], local[row, column] = begun + step, before + step
    return total, local
