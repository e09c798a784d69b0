"""Room for the paths of an assignment: what is no longer used is used again, and grown when it is full, up to a bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bbwnet.assignment.path_kernels import FREE_PATH, LINKS, NO_PATH, PATHS, PathArrays, count_links, move_links
from bbwnet.errors import RunError

if TYPE_CHECKING:
    from bbwnet.assignment.sorted_roads import SortedRoads

_OF_PATHS = ("next_path", "start", "length", "fixed", "flow")
"""Arrays of `PathArrays` with one value a path."""
_BYTES_OF_PATH = 28
_LINKS_AT_FIRST = 20
"""Links of a path, until it is known."""


class PathStore:
    """Arrays of paths with room to spare; never takes more than `limit_mb` megabytes."""

    def __init__(self, roads: SortedRoads, limit_mb: float) -> None:
        """Begin with no paths."""
        self._limit_bytes = int(limit_mb * 1e6)
        self._pairs, self._nodes = len(roads.pairs.demand), roads.node_count
        counts = np.zeros(4, dtype=np.int64)
        counts[FREE_PATH] = NO_PATH
        self.arrays = PathArrays(
            first_path=np.full(self._pairs, NO_PATH, dtype=np.int32),
            next_path=np.empty(0, dtype=np.int32),
            start=np.empty(0, dtype=np.uint32),
            length=np.empty(0, dtype=np.int32),
            fixed=np.empty(0),
            flow=np.empty(0),
            link=np.empty(0, dtype=link_type(roads.link_count)),
            counts=counts,
        )

    def make_room(self) -> None:
        """Drop links that are no longer used, and make room for more where there is none; raises `RunError` at the bound."""
        held = self.arrays
        paths, links = len(held.next_path), len(held.link)
        # Memory that is not written to is not taken: at first there is room for what most networks come to need.
        if held.counts[FREE_PATH] == NO_PATH and held.counts[PATHS] == paths:
            paths += max(paths // 2, 2 * self._pairs + 1000)
        if links - held.counts[LINKS] < self._nodes:
            used = count_links(held)
            links = max(used + used // 2, 2 * self._pairs * _LINKS_AT_FIRST) + 2 * self._nodes
        self._grow(paths, links)

    def room_for(self, arrays: PathArrays) -> PathArrays:
        """Room for the paths of others and some more, with none in it yet; raises `RunError` at the bound."""
        self._grow(int(arrays.counts[PATHS]) + self._pairs + 1000, 2 * int(arrays.counts[LINKS]) + self._nodes)
        return self.arrays

    def _grow(self, paths: int, links: int) -> None:
        """Take room for so many paths and, unless it is what there is, another pool for so many links."""
        size = paths * _BYTES_OF_PATH + links * self.arrays.link.itemsize
        if size > self._limit_bytes:
            raise RunError(
                f"room for {paths:,} paths of {self._pairs:,} pairs takes {size / 1e6:,.0f} MB, "
                f"the bound is {self._limit_bytes / 1e6:g} MB: raise memory_limit_mb, or ask for fewer zones or a wider gap"
            )
        count = int(self.arrays.counts[PATHS])
        for name in _OF_PATHS:
            old = getattr(self.arrays, name)
            if len(old) < paths:
                new = np.empty(paths, dtype=old.dtype)
                new[:count] = old[:count]
                self.arrays = self.arrays._replace(**{name: new})
        if links != len(self.arrays.link):
            pool = np.empty(links, dtype=self.arrays.link.dtype)
            move_links(self.arrays, pool)
            self.arrays = self.arrays._replace(link=pool)


def link_type(link_count: int) -> type[np.uint16 | np.uint32]:
    """The smallest type that numbers so many links."""
    return np.uint16 if link_count <= np.iinfo(np.uint16).max else np.uint32
