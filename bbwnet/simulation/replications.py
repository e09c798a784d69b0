"""What many replications, or many batches of a long one, say of a figure: mean and confidence interval.

Law (2015), "Simulation modeling and analysis", chapters 9 (replications, batch means) and 4.5 (Student's t).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LEVEL = 0.95
"""Confidence of the intervals of tables."""


@dataclass(frozen=True)
class Interval:
    """A mean and the half-width of its confidence interval; not-a-number from a single figure."""

    mean: float
    half_width: float
    count: int
    """Figures behind it."""

    def holds(self, value: float) -> bool:
        """Whether a value lies within the interval."""
        return abs(value - self.mean) <= self.half_width


def interval(values: Sequence[float] | NDArray[np.float64], level: float = LEVEL) -> Interval:
    """Mean of independent figures and its interval by Student's t; raises `ValueError` without any, or for a level outside 0 to 1."""
    found = np.asarray(values, dtype=np.float64)
    if not len(found) or not 0 < level < 1:
        raise ValueError(f"an interval needs figures (={len(found)}) and a level between 0 and 1 (={level:g})")
    mean = math.fsum(found.tolist()) / len(found)
    return Interval(mean, _half_width(found, level) if len(found) > 1 else math.nan, len(found))


def _half_width(found: NDArray[np.float64], level: float) -> float:
    quantile = float(stats.t.ppf((1 + level) / 2, len(found) - 1))
    return quantile * float(np.std(found, ddof=1)) / math.sqrt(len(found))


def batch_means(values: NDArray[np.float64], batches: int, level: float = LEVEL) -> Interval:
    """Mean of a long series in steady state, its interval from the means of so many batches, as long as each other and one after the other.

    What does not fill the last batch is left out at the beginning, where it is least settled. Raises `ValueError` for fewer than two
    batches, or more than there are figures.
    """
    if not 2 <= batches <= len(values):  # noqa: PLR2004  one batch has no spread
        raise ValueError(f"batches(={batches}) must be 2 or more and not above the {len(values)} figures")
    size = len(values) // batches
    return interval(values[len(values) - size * batches :].reshape(batches, size).mean(axis=1), level)


@dataclass(frozen=True)
class Shape:
    """How rows of a table of several replications come together."""

    key: tuple[str, ...]
    counts: tuple[str, ...]
    """Columns of amounts: 0 in a replication that lacks the row; each gets a column `..._ci95`, the half-width."""
    means: tuple[str, ...] = ()
    """Columns that are not there without a row, such as waits: the mean of the replications that have one."""
    same: tuple[str, ...] = ()
    """Columns that follow from the key."""
    intervals: bool = True
    """Whether amounts get their half-widths."""


def over_replications(frames: Sequence[pd.DataFrame], shape: Shape) -> pd.DataFrame:
    """One row for each key, sorted by it: means over replications, and the half-widths of intervals (not-a-number for one replication)."""
    replications, key = len(frames), list(shape.key)
    widths = [f"{name}_ci95" for name in shape.counts] if shape.intervals else [""] * len(shape.counts)
    amounts = [name for pair in zip(shape.counts, widths, strict=True) for name in pair if name]
    columns = [*key, *shape.same, *amounts, *shape.means]
    whole = [frame for frame in frames if len(frame)]
    if not whole:
        return pd.DataFrame({name: [] for name in columns})
    rows = pd.concat(whole, ignore_index=True)
    groups = rows.groupby(key, sort=True, dropna=False)
    found = groups[[*shape.same]].first() if shape.same else groups.size().to_frame("_rows").drop(columns="_rows")
    quantile = float(stats.t.ppf((1 + LEVEL) / 2, replications - 1)) if replications > 1 else math.nan
    for name in shape.counts:
        mean = groups[name].sum(min_count=1) / replications
        found[name] = mean
        if not shape.intervals:
            continue
        # Rows that a replication lacks are zeros: sums of squares know nothing of them but their number.
        deviation = rows[name] - mean.loc[pd.MultiIndex.from_frame(rows[key]) if len(key) > 1 else rows[key[0]]].to_numpy()
        squares = (deviation**2).groupby([rows[column] for column in key], sort=True, dropna=False).sum()
        missing = (replications - groups.size()) * mean**2
        found[f"{name}_ci95"] = quantile * np.sqrt((squares + missing) / max(replications - 1, 1) / replications)
    for name in shape.means:
        found[name] = groups[name].mean()
    return found.reset_index()[columns]
