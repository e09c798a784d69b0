"""Polygons of where a grid of values is at most zero, by marching squares (Lorensen and Cline 1987, in two dimensions).

The same grid with lower values gives polygons that hold these: crossings move outwards along the lines of the grid, and
squares whose corners disagree crosswise are joined or split by the mean of their corners.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SOUTH, _EAST, _NORTH, _WEST = range(4)
_SEGMENTS: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((_SOUTH, _WEST),),
    2: ((_EAST, _SOUTH),),
    3: ((_EAST, _WEST),),
    4: ((_NORTH, _EAST),),
    6: ((_NORTH, _SOUTH),),
    7: ((_NORTH, _WEST),),
    8: ((_WEST, _NORTH),),
    9: ((_SOUTH, _NORTH),),
    11: ((_EAST, _NORTH),),
    12: ((_WEST, _EAST),),
    13: ((_SOUTH, _EAST),),
    14: ((_WEST, _SOUTH),),
}
"""Segments of a square, inside on their left, by which corners are inside: 1 south-west, 2 south-east, 4 north-east, 8 north-west."""
_SADDLES: dict[int, tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]] = {
    5: (((_SOUTH, _WEST), (_NORTH, _EAST)), ((_SOUTH, _EAST), (_NORTH, _WEST))),
    10: (((_EAST, _SOUTH), (_WEST, _NORTH)), ((_WEST, _SOUTH), (_EAST, _NORTH))),
}
"""Segments of a square with two corners inside crosswise: split, and joined."""
_LEAST_SHARE = 0.01
"""Crossings keep this share of a cell away from its corners, so that rings do not touch."""


def rings_at_most_zero(values: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Closed rings about the values at most zero: rows of x (column) and y (row), anticlockwise, holes clockwise.

    Values grow linearly between the points of the grid; beyond its edge nothing is inside. Infinite values are allowed.
    """
    grid = np.pad(values, 1, constant_values=np.inf)
    inside = grid <= 0
    columns = grid.shape[1]
    starts, ends = _segments(grid, inside, columns)
    order = np.argsort(starts)
    starts, ends = starts[order], ends[order]
    points = _crossings(grid, starts, columns) - 1.0
    follower = np.searchsorted(starts, ends).tolist()
    unused = [True] * len(follower)
    rings = []
    for first in range(len(follower)):
        if not unused[first]:
            continue
        ring, here = [], first
        while unused[here]:
            unused[here] = False
            ring.append(here)
            here = follower[here]
        rings.append(points[[*ring, first]])
    return rings


def _segments(grid: NDArray[np.float64], inside: NDArray[np.bool_], columns: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last crossing of every segment; the name of a crossing is twice the lower or left end of its line, plus one if upright."""
    corners = inside.astype(np.int8)
    case = corners[:-1, :-1] + 2 * corners[:-1, 1:] + 4 * corners[1:, 1:] + 8 * corners[1:, :-1]
    rows, cells = np.nonzero((case > 0) & (case < 15))  # noqa: PLR2004  all four corners
    kind = case[rows, cells]
    corner = 2 * (rows * columns + cells)
    crossing = np.stack([corner, corner + 3, corner + 2 * columns, corner + 1])
    mean = grid[rows, cells] + grid[rows, cells + 1] + grid[rows + 1, cells] + grid[rows + 1, cells + 1]
    starts, ends = [], []
    for number, segments in _SEGMENTS.items():
        for first, last in segments:
            chosen = kind == number
            starts.append(crossing[first, chosen])
            ends.append(crossing[last, chosen])
    for number, (split, joined) in _SADDLES.items():
        for segments, chosen in ((split, (kind == number) & (mean > 0)), (joined, (kind == number) & ~(mean > 0))):
            for first, last in segments:
                starts.append(crossing[first, chosen])
                ends.append(crossing[last, chosen])
    return np.concatenate(starts), np.concatenate(ends)


def _crossings(grid: NDArray[np.float64], names: NDArray[np.int64], columns: int) -> NDArray[np.float64]:
    """Position where the value passes zero on each of the grid's lines named."""
    corner, upright = names // 2, names % 2
    rows, cells = corner // columns, corner % columns
    here, there = grid[rows, cells], grid[rows + upright, cells + 1 - upright]
    with np.errstate(invalid="ignore"):
        share = np.where(np.isinf(there), 0.0, np.where(np.isinf(here), 1.0, here / (here - there)))
    share = np.clip(share, _LEAST_SHARE, 1 - _LEAST_SHARE)
    return np.column_stack([cells + share * (1 - upright), rows + share * upright])
