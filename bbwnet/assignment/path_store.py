"""Room for the paths of an assignment: grown when it is full, up to a bound, shared by all pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bbwnet.assignment.path_kernels import NO_PATH, PathArrays, compact, count_paths
from bbwnet.errors import RunError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BYTES_OF_PATH = 32
"""Bytes of a path beside its links."""
_BYTES_OF_LINK = 4
_LINKS_AT_FIRST = 20.0
"""Links of a path, until it is known."""


class PathStore:
    """Arrays of paths with room to spare; never takes more than `limit_mb` megabytes."""

    def __init__(self, pair_count: int, limit_mb: float) -> None:
        """Begin with no paths."""
        self._limit_bytes = int(limit_mb * 1e6)
        self.arrays = _room(np.full(pair_count, NO_PATH, dtype=np.int32), 0, 0)
        self.state = np.zeros(3, dtype=np.int64)
        """Paths in use, links in use, pair at which the adding of columns stopped."""

    def make_room(self, node_count: int) -> None:
        """Drop what is no longer used and make room for half as much again; raises `RunError` at the bound."""
        old = self.arrays
        path_count, link_count = count_paths(old)
        pairs = len(old.first_path)
        # Memory that is not written to is not taken: at first there is room for what most networks come to need.
        mean_links = link_count / path_count if path_count else _LINKS_AT_FIRST
        more_paths = path_count + max(path_count // 2, 3 * pairs, 1000)
        more_links = max(int(more_paths * mean_links * 1.1), link_count) + 2 * node_count
        size = more_paths * _BYTES_OF_PATH + more_links * _BYTES_OF_LINK
        if size > self._limit_bytes:
            raise RunError(
                f"room for {more_paths:,} paths of {pairs:,} pairs takes {size / 1e6:,.0f} MB, "
                f"the bound is {self._limit_bytes / 1e6:g} MB: raise memory_limit_mb, or ask for fewer zones or a wider gap"
            )
        self.arrays = _room(np.empty_like(old.first_path), more_paths, more_links)
        self.state[:2] = compact(old, self.arrays)

    def fill(self, arrays: PathArrays) -> None:
        """Take paths from elsewhere in the place of those held."""
        self.arrays = arrays
        self.state[:] = len(arrays.next_path), len(arrays.link), 0


def _room(first_path: NDArray[np.int32], paths: int, links: int) -> PathArrays:
    return PathArrays(
        first_path=first_path,
        next_path=np.empty(paths, dtype=np.int32),
        start=np.empty(paths, dtype=np.int64),
        length=np.empty(paths, dtype=np.int32),
        fixed=np.empty(paths),
        flow=np.empty(paths),
        link=np.empty(links, dtype=np.int32),
    )
