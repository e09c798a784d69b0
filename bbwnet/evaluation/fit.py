"""How well modelled volumes fit observed ones: GEH of one, root mean square error of many."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def geh(modelled_h: float, observed_h: float) -> float:
    """The GEH statistic of two hourly volumes, sqrt(2 (m - c)^2 / (m + c)); 0 where both are 0.

    Formula: UK Highways Agency, Design Manual for Roads and Bridges, volume 12, section 2, part 1; it is for hourly volumes, and below 5 is
    commonly called a good fit. Raises `ValueError` for volumes that are negative or no numbers.
    """
    _check((modelled_h, observed_h))
    total = modelled_h + observed_h
    return math.sqrt(2 * (modelled_h - observed_h) ** 2 / total) if total > 0 else 0.0


def rmse_share(modelled: Sequence[float], observed: Sequence[float]) -> float | None:
    """Root of the mean squared error over the mean of what was observed (%RMSE as a share); `None` without anything observed.

    As in the UK and US manuals the squares are divided by n - 1 where n > 1. Raises `ValueError` for lists of different lengths, and for
    volumes that are negative or no numbers.
    """
    _check((*modelled, *observed))
    mean = math.fsum(observed) / len(observed) if observed else 0.0
    if not mean > 0:
        return None
    squares = math.fsum((m - c) ** 2 for m, c in zip(modelled, observed, strict=True))
    return math.sqrt(squares / max(1, len(observed) - 1)) / mean


def _check(values: Sequence[float]) -> None:
    if not all(math.isfinite(value) and value >= 0 for value in values):
        raise ValueError(f"volumes must be finite and not negative, got {', '.join(map(str, values))}")
