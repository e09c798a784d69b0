"""Groups of rows taken some at a time, so that what is worked out of a month of days needs no more room than of one."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

MOST_ROWS = 400_000
"""Rows of a block, but for a group that has more by itself; a day of the bundled region is one block."""


def blocks(group: NDArray[np.integer], groups: int, most: int = MOST_ROWS) -> Iterator[tuple[slice, NDArray[np.int64]]]:
    """Blocks of whole groups, in their order: the groups, and the rows (of n) that are theirs, in order; `group` (n) is that of a row."""
    if len(group) <= most:
        yield slice(0, groups), np.arange(len(group))
        return
    number = np.cumsum(np.bincount(group, minlength=groups)) // most
    edges = [0, *(np.flatnonzero(np.diff(number)) + 1).tolist(), groups]
    for first, last in itertools.pairwise(edges):
        yield slice(first, last), np.flatnonzero((group >= first) & (group < last))
