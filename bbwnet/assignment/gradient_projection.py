"""User equilibrium and system optimum by path flows: trees, new columns, sweeps of gradient projection, until the gap is reached.

An iteration measures the relative gap at fixed costs, exactly: excess of all path flows over the least-cost trees / total cost. It
sums what each path costs more than its tree, never the difference of two large totals, so that 1e-12 and less can be told.
"""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.assignment.column_kernels import add_columns, search_rows
from bbwnet.assignment.delays import set_times
from bbwnet.assignment.path_kernels import NO_PATH, PATHS, contested_pairs, even_out, load_classes, load_paths, repeat_changes, rows_over
from bbwnet.assignment.path_lists import RoadPaths, chained
from bbwnet.assignment.path_store import PathStore

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.assignment.sorted_roads import SortedRoads

_TREES_BYTES = 500_000
"""Trees held at a time take this much."""
_LEAST_ROWS = 32
"""Rows whose trees are held at a time, however large they are: threads share them."""
_PARTS = 4
"""Parts into which work is cut for threads: some take longer than others."""
_ROWS_AT_FIRST = 16
"""Rows loaded between two looks at the times, in the first loading."""
_ROWS_THEN = 48
"""Rows that look for other ways between two looks at the times, right after it."""
_SWEEPS = 20
"""Sweeps of an iteration at most."""
_FINER = 0.2
"""Share of the gap asked for to which paths are evened out among themselves."""
_SWEEP_UNTIL = 0.02
"""Share of the iteration's gap at which its sweeps end."""
_SAME_TIME = 1e-3
"""Relative difference between the times on a link before and at a warm start that is none."""
_FEW_ROWS = 0.5
"""Share of the rows that is searched on its own at a warm start, at most."""
_SEARCHES_OF_FEW = 4
"""Times that they are searched on their own, at most."""
_NEARLY = 5.0
"""Times the gap asked for: an excess found by a search that what follows it mends, as a rule, by far."""
_WHOLE_EVERY = 6
"""Of so many sweeps one goes over all pairs, the others over those that it found uneven."""
_PASSED_OVER = 0.2
"""Pairs are passed over whose excess is below this share of the mean."""


@dataclass
class Progress:
    """How far the solver came: gap and number of iterations."""

    relative_gap: float = np.inf
    iterations: int = 0


class GradientProjection:
    """Path flows of one network and its trips."""

    def __init__(self, roads: SortedRoads, threads: int, memory_limit_mb: float) -> None:
        """Begin with no flow."""
        self.roads = roads
        self.store = PathStore(roads, memory_limit_mb)
        self.volume = roads.preload.copy()
        """Of all paths and the preload (pcu)."""
        self.time, self.slope = np.empty(roads.link_count), np.empty(roads.link_count)
        self._mark = np.full(roads.link_count + 1, -1, dtype=np.int64)
        self._threads = threads
        self._rows_at_once = max(1, min(roads.row_count, max(_LEAST_ROWS, _TREES_BYTES // (4 * max(roads.node_count, 1)))))
        self._last_link = np.empty((self._rows_at_once, roads.node_count), dtype=np.int32)
        self._is_wanting = np.zeros(len(roads.pairs.demand), dtype=np.bool_)
        self._sums = np.zeros((roads.row_count, 2))
        set_times(roads.delays, self.volume, self.time, self.slope)

    def load(self, gap: float) -> None:
        """Send every pair along its tree, times following row by row; then let all look for other ways, again row by row.

        Flows of a first loading are so far from any equilibrium (half of their cost is excess) that a search at times that stay as they
        are would send most pairs to the same links: here each group of rows moves before the next one searches.
        """
        self.load_wanting()
        roads, first_pair = self.roads, self.roads.pairs.first_pair
        with ThreadPoolExecutor(self._threads) as workers:
            for first in range(0, roads.row_count, _ROWS_THEN):
                rows = np.arange(first, min(first + _ROWS_THEN, roads.row_count))
                self._columns(workers, rows)
                pairs = np.arange(first_pair[rows[0]], first_pair[rows[-1] + 1], dtype=np.int32)
                even_out(self.store.arrays, roads.delays, self.volume, self.time, self.slope, self._mark, pairs, 0.0, np.empty_like(pairs))
        excess, total = self._excess_and_total()
        self._sweep(max(excess * _SWEEP_UNTIL, _FINER * gap * total))

    def load_wanting(self, *, at_free_flow: bool = False) -> None:
        """Send every pair without a path along its tree; times follow the loading row by row, unless `at_free_flow`."""
        at_once = self._rows_at_once if at_free_flow else min(self._rows_at_once, _ROWS_AT_FIRST)
        with ThreadPoolExecutor(self._threads) as workers:
            for first in range(0, self.roads.row_count, at_once):
                self._columns(workers, np.arange(first, min(first + at_once, self.roads.row_count)))
                if not at_free_flow:
                    set_times(self.roads.delays, self.volume, self.time, self.slope)
        set_times(self.roads.delays, self.volume, self.time, self.slope)

    def start_from(self, paths: RoadPaths, gap: float) -> None:
        """Begin with the paths of a former solution, flows scaled to the trips of now; pairs new to it are loaded as if it were empty.

        The paths are evened out among themselves first: much of what has changed is mended so, without a search. Where few links take
        another time than before, those who used them look for other ways before everyone does.
        """
        chained(paths, self.roads, self.store.room_for(paths.arrays))
        with ThreadPoolExecutor(self._threads) as workers:
            self._load_paths(workers)
        if len(self.unassigned()):
            self.load_wanting()
        allowed = gap * float((self.volume - self.roads.preload) @ self.time)
        enough = _FINER * allowed
        rows = self._rows_with_other_times(paths.link_time)
        self._sweep(enough)
        if not 0 < len(rows) <= _FEW_ROWS * self.roads.row_count:
            return
        with ThreadPoolExecutor(self._threads) as workers:
            for _ in range(_SEARCHES_OF_FEW):
                self._columns(workers, rows)
                excess = self._sums[rows, 0].sum()
                if excess <= enough:
                    break
                self._sweep(enough)
                if excess <= _NEARLY * allowed:
                    break

    def _rows_with_other_times(self, before: NDArray[np.float64]) -> NDArray[np.int64]:
        """Rows with flow over links that take another time than before; all of them if the links are others."""
        if len(before) != self.roads.link_count:
            return np.arange(self.roads.row_count)
        changed = np.abs(self.time - before[self.roads.order]) > _SAME_TIME * self.time
        return np.flatnonzero(rows_over(self.roads.pairs, self.store.arrays, changed))

    def equilibrate(self, gap: float, most_iterations: int) -> Progress:
        """Iterate until the relative gap is reached, or as often as allowed; the gap reported is that of the flows left."""
        progress = Progress()
        with ThreadPoolExecutor(self._threads) as workers:
            while True:
                excess, total = self._measure(workers)
                progress.relative_gap = excess / total if total > 0 else 0.0
                if progress.relative_gap <= gap or progress.iterations == most_iterations:
                    return progress
                progress.iterations += 1
                self._sweep(max(excess * _SWEEP_UNTIL, _FINER * gap * total))

    def _measure(self, workers: ThreadPoolExecutor) -> tuple[float, float]:
        """Excess and total cost of the flows at their own times; new columns are added on the way."""
        self._load_paths(workers)
        self._columns(workers, np.arange(self.roads.row_count))
        return self._excess_and_total()

    def _excess_and_total(self) -> tuple[float, float]:
        """What the last search of all rows found, and the cost of all flows, in pcu × cost."""
        excess, fixed = self._sums.sum(axis=0).tolist()
        return excess, fixed + float((self.volume - self.roads.preload) @ self.time)

    def _load_paths(self, workers: ThreadPoolExecutor) -> None:
        """Sum up the volumes of all paths anew, in parts that do not depend on the number of threads, and set the times."""
        cuts = np.linspace(0, len(self.roads.pairs.demand), _PARTS + 1).astype(int).tolist()
        volumes = np.empty((_PARTS, self.roads.link_count))
        loads = [
            workers.submit(load_paths, self.store.arrays, begin, end, volume)
            for (begin, end), volume in zip(itertools.pairwise(cuts), volumes, strict=True)
        ]
        for load in loads:
            load.result()
        self.volume[:] = self.roads.preload + volumes.sum(axis=0)
        set_times(self.roads.delays, self.volume, self.time, self.slope)

    def _columns(self, workers: ThreadPoolExecutor, rows: NDArray[np.int64]) -> None:
        """Search the trees of rows, shared out among threads, and add the paths that are wanting."""
        roads, store = self.roads, self.store
        for first in range(0, len(rows), self._rows_at_once):
            part = rows[first : first + self._rows_at_once]
            trees = self._last_link[: len(part)]
            cuts = np.linspace(0, len(part), (1 if self._threads == 1 else _PARTS) + 1).astype(int).tolist()
            searches = [
                workers.submit(
                    search_rows, roads.first_link, roads.tail, roads.head, roads.is_end, roads.class_fixed, self.time, roads.pairs,
                    store.arrays, part, begin, end, trees, self._is_wanting, self._sums,
                )
                for begin, end in itertools.pairwise(cuts)
            ]  # fmt: skip
            for search in searches:
                search.result()
            while not add_columns(roads.tail, roads.class_fixed, roads.pairs, store.arrays, part, trees, self._is_wanting, self.volume):
                store.make_room()

    def _sweep(self, enough: float) -> None:
        """Even out the paths until the excess among them is small enough."""
        paths = self.store.arrays
        contested = np.empty(len(paths.first_path), dtype=np.int32)
        contested = contested[: contested_pairs(paths, contested)].copy()
        chosen, uneven, passed_over = contested, np.empty_like(contested), 0.0
        before = np.empty(paths.counts[PATHS])
        for sweep in range(_SWEEPS):
            whole = sweep % _WHOLE_EVERY == 0
            taken = contested if whole else chosen
            excess, count = even_out(paths, self.roads.delays, self.volume, self.time, self.slope, self._mark, taken, passed_over, uneven)
            if whole:
                if excess <= enough:
                    break
                if sweep:
                    repeat_changes(paths, self.roads.delays, before, self.volume, self.time, self.slope)
                before[:] = paths.flow[: len(before)]
                passed_over = excess * _PASSED_OVER / max(len(contested), 1)
            chosen = uneven[:count].copy()

    def class_volume(self) -> NDArray[np.float64]:
        """Volumes of each class (classes × links, pcu)."""
        volume = np.empty_like(self.roads.class_fixed)
        load_classes(self.roads.pairs, self.store.arrays, volume)
        return volume

    def unassigned(self) -> NDArray[np.int64]:
        """Pairs that no way joins."""
        return np.flatnonzero(self.store.arrays.first_path == NO_PATH)

    def paths(self) -> RoadPaths:
        """The paths that carry flow; nothing is to be solved after that, the arrays are theirs."""
        return RoadPaths(self.store.arrays, self.roads, self.time)
