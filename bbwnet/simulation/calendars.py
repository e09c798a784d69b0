"""When something works and how fast: a speed that changes at known seconds; 0 is closed.

Work begun is done at the speed of the moment and rests while the speed is 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Calendar:
    """Speeds from seconds on; the first from the beginning of time."""

    start_s: NDArray[np.float64]
    """Rising; the first is minus infinity."""
    speed: NDArray[np.float64]
    """0 or more; 1 is as usual."""

    def __post_init__(self) -> None:
        """Refuse what is no calendar; raises `ValueError`."""
        if len(self.start_s) != len(self.speed) or not len(self.speed) or self.start_s[0] != -np.inf or (np.diff(self.start_s) <= 0).any():
            raise ValueError("seconds must begin at minus infinity and rise, one for each speed")
        if not np.isfinite(self.speed).all() or (self.speed < 0).any():
            raise ValueError("speeds must be finite and not negative")

    def speed_at(self, moment_s: float) -> float:
        """Speed at a moment."""
        return float(self.speed[np.searchsorted(self.start_s, moment_s, side="right") - 1])

    def is_open(self, moment_s: float) -> bool:
        """Whether anything moves at a moment."""
        return self.speed_at(moment_s) > 0

    def next_open_s(self, moment_s: float) -> float:
        """First moment from this one on at which it is open; infinite if it never is again."""
        return float(next_open_s(self.start_s, self.speed, moment_s))

    def finish_s(self, moment_s: float, work_s: float) -> float:
        """When work that takes so many seconds at speed 1 is done if it begins at a moment; infinite if never."""
        return float(finish_s(self.start_s, self.speed, moment_s, work_s))

    @property
    def is_always_open(self) -> bool:
        """Whether it is open at speed 1 for ever."""
        return bool((self.speed == 1).all())


ALWAYS = Calendar(np.array([-np.inf]), np.array([1.0]))
"""Open at speed 1 for ever."""


def window(from_s: float, until_s: float, speed: float = 0.0) -> Calendar:
    """A speed from a second until another, and 1 before and after; raises `ValueError` if the end is not after the start."""
    if not until_s > from_s:
        raise ValueError(f"the end (={until_s:g} s) must come after the start (={from_s:g} s)")
    return Calendar(np.array([-np.inf, from_s, until_s]), np.array([1.0, speed, 1.0]))


def together(calendars: Iterable[Calendar]) -> Calendar:
    """What several calendars leave: closed where any is, and of speeds the product."""
    return reduce(_both, calendars, ALWAYS)


def any_open(calendars: Sequence[Calendar]) -> Calendar:
    """Where one of several will do: open where any is, at the highest speed of them; raises `ValueError` for none."""
    if not calendars:
        raise ValueError("none of no calendars can be open")
    starts = reduce(np.union1d, (item.start_s for item in calendars))
    speeds = [item.speed[np.searchsorted(item.start_s, starts, side="right") - 1] for item in calendars]
    return Calendar(starts, np.max(speeds, axis=0))


def _both(first: Calendar, second: Calendar) -> Calendar:
    if first.is_always_open:
        return second
    if second.is_always_open:
        return first
    starts = np.union1d(first.start_s, second.start_s)
    speed = [item.speed[np.searchsorted(item.start_s, starts, side="right") - 1] for item in (first, second)]
    return Calendar(starts, speed[0] * speed[1])


@njit(cache=True)
def next_open_s(start_s: NDArray[np.float64], speed: NDArray[np.float64], moment_s: float) -> float:
    """First moment from this one on at which the speed is not 0; infinite if it is for ever."""
    piece = np.searchsorted(start_s, moment_s, side="right") - 1
    if speed[piece] > 0:
        return moment_s
    for later in range(piece + 1, len(speed)):
        if speed[later] > 0:
            return float(start_s[later])
    return np.inf


@njit(cache=True)
def finish_s(start_s: NDArray[np.float64], speed: NDArray[np.float64], moment_s: float, work_s: float) -> float:
    """When work of so many seconds at speed 1 that begins at a moment is done; infinite if never.

    In one piece of speed 1 it is exactly `moment_s + work_s`.
    """
    piece, at, left = np.searchsorted(start_s, moment_s, side="right") - 1, moment_s, work_s
    while True:
        pace = speed[piece]
        ends = start_s[piece + 1] if piece + 1 < len(speed) else np.inf
        if pace > 0 and at + left / pace <= ends:
            return float(at + left / pace)
        if ends == np.inf:
            return np.inf
        left -= (ends - at) * pace
        at = ends
        piece += 1
