"""Fastest direct trips between two stops, with no change of vehicle."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bbwnet.network.trips import Pattern


def direct_seconds(patterns: Iterable[Pattern], origin: str, destination: str) -> int | None:
    """Seconds from departure to arrival of the fastest pattern that calls at both stops in this order; `None` if none."""
    best: int | None = None
    for pattern in patterns:
        if origin not in pattern.stops or destination not in pattern.stops:
            continue
        arrive, depart = pattern.offsets_seconds()
        starts = [position for position, stop in enumerate(pattern.stops) if stop == origin]
        ends = [position for position, stop in enumerate(pattern.stops) if stop == destination]
        for seconds in (arrive[end] - depart[start] for start in starts for end in ends if start < end):
            best = seconds if best is None or seconds < best else best
    return best
