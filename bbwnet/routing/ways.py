"""Ways without a vehicle of the timetable: to a terminal, from it, between two, or all the way; on foot, by bus, taxi or own car."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from bbwnet.routing.clock import WayArrays

if TYPE_CHECKING:
    from numpy.typing import NDArray

WAY_MODES = ("walk", "bus", "taxi", "drive", "shuttle", "terminal")
"""Modes of ways, cheapest first among the first four; `terminal` is a change within one."""

WALK, BUS, TAXI, DRIVE, SHUTTLE, TERMINAL = range(len(WAY_MODES))

NO_GATE = -1


@dataclass(frozen=True)
class Way:
    """One way, before it is put among others; seconds by period."""

    row: int
    to: int
    mode: int
    before_s: tuple[int, ...]
    km: float = 0.0
    gate: int = NO_GATE
    mode_after: int = WALK
    after_s: tuple[int, ...] = ()
    km_after: float = 0.0
    exit_s: int = 0
    entry_s: int = 0


@dataclass(frozen=True)
class Ways:
    """Ways sorted by row, then target, then seconds."""

    arrays: WayArrays
    row: NDArray[np.int32]
    mode: NDArray[np.int8]
    mode_after: NDArray[np.int8]
    km: NDArray[np.float32]
    km_after: NDArray[np.float32]
    exit_s: NDArray[np.int64]
    """Part of the seconds that it takes to leave the terminal where the way begins."""
    entry_s: NDArray[np.int64]
    """Part of the seconds that it takes to enter the terminal where it ends, or to park."""

    def __len__(self) -> int:
        """Count the ways."""
        return len(self.row)

    def only(self, keep: NDArray[np.bool_]) -> Ways:
        """The ways kept (a flag each)."""
        arrays = self.arrays
        rows = len(arrays.first) - 1
        first = np.concatenate([[0], np.cumsum(np.bincount(self.row[keep], minlength=rows))]).astype(np.int64)
        kept = WayArrays(
            first,
            arrays.to[keep],
            np.ascontiguousarray(arrays.before_s[:, keep]),
            arrays.gate[keep],
            np.ascontiguousarray(arrays.after_s[:, keep]),
        )
        others = (getattr(self, name)[keep] for name in _COLUMNS)
        return Ways(kept, *others)

    def quickest(self) -> Ways:
        """Ways that are the quickest of their row and target in some period; the first of equals."""
        arrays = self.arrays
        keep = arrays.gate != NO_GATE
        pair = self.row.astype(np.int64) * (int(arrays.to.max(initial=0)) + 1) + arrays.to
        for seconds in arrays.before_s:
            order = np.lexsort((np.arange(len(pair)), seconds, pair))
            order = order[~keep[order] | (arrays.gate[order] == NO_GATE)]
            first = np.ones(len(order), dtype=bool)
            first[1:] = pair[order][1:] != pair[order][:-1]
            keep[order[first]] = True
        return self.only(keep)


_COLUMNS = ("row", "mode", "mode_after", "km", "km_after", "exit_s", "entry_s")
"""Fields of `Ways` beside its arrays, in order."""


@dataclass
class WayList:
    """Collects ways; arrays are made of them at the end."""

    periods: int
    _parts: list[tuple[NDArray[Any], ...]] = field(default_factory=list)

    def add(self, way: Way) -> None:
        """Add one way."""
        after = way.after_s or (0,) * self.periods
        columns = np.array([[way.row, way.to, way.mode, way.gate, way.mode_after, way.exit_s, way.entry_s]], dtype=np.int64)
        self._parts.append((columns, np.array([way.before_s]), np.array([after]), np.array([[way.km, way.km_after]])))

    def add_many(
        self,
        row: NDArray[np.int64],
        to: NDArray[np.int64],
        mode: int,
        seconds: NDArray[np.int64],
        km: NDArray[np.float64],
        *,
        exit_s: NDArray[np.int64],
        entry_s: NDArray[np.int64],
    ) -> None:
        """Add ungated ways of one mode: an array each (n ways), seconds between the terminals (n periods x n ways)."""
        count = len(row)
        columns = np.stack([row, to, np.full(count, mode), np.full(count, NO_GATE), np.full(count, WALK), exit_s, entry_s], axis=1)
        before = (seconds + exit_s + entry_s).T
        self._parts.append((columns, before, np.zeros((count, self.periods)), np.stack([km, np.zeros(count)], axis=1)))

    def ways(self, rows: int) -> Ways:
        """Everything collected, for so many rows."""
        if self._parts:
            columns, before, after, km = (np.concatenate(list(part)) for part in zip(*self._parts, strict=True))
        else:
            columns, before, after, km = (np.zeros((0, width)) for width in (7, self.periods, self.periods, 2))
        columns, before, after = (array.astype(np.int64) for array in (columns, before, after))
        row, to, mode, gate, mode_after, exit_s, entry_s = columns.T
        order = np.lexsort((mode, gate, before[:, 0] + after[:, 0], to, row))
        arrays = WayArrays(
            np.concatenate([[0], np.cumsum(np.bincount(row, minlength=rows))]).astype(np.int64),
            to[order].astype(np.int32),
            np.ascontiguousarray(before[order].T),
            gate[order].astype(np.int32),
            np.ascontiguousarray(after[order].T),
        )
        return Ways(
            arrays, row[order].astype(np.int32), mode[order].astype(np.int8), mode_after[order].astype(np.int8),
            km[order, 0].astype(np.float32), km[order, 1].astype(np.float32), exit_s[order], entry_s[order],
        )  # fmt: skip


def towards(ways: Ways, target: int) -> Ways:
    """The ways that lead to one target."""
    return ways.only(ways.arrays.to == target)


def joined(first: Ways, second: Ways) -> Ways:
    """Ways of both, which have the same rows and periods."""
    row = np.concatenate([first.row, second.row])
    order = np.argsort(row, kind="stable")

    def both(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(first, name), getattr(second, name)])[order]

    def both_arrays(name: str) -> NDArray[Any]:
        parts = [getattr(ways.arrays, name) for ways in (first, second)]
        return np.ascontiguousarray(np.concatenate(parts, axis=-1)[..., order])

    count = np.bincount(row, minlength=len(first.arrays.first) - 1)
    arrays = WayArrays(
        np.concatenate([[0], np.cumsum(count)]).astype(np.int64),
        both_arrays("to"), both_arrays("before_s"), both_arrays("gate"), both_arrays("after_s"),
    )  # fmt: skip
    return Ways(arrays, *(both(name) for name in _COLUMNS))
