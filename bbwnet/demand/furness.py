"""Furness balancing (iterative proportional fitting): a matrix scaled by row and by column until its margins are those asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.errors import DidNotConverge

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOLERANCE = 1e-11
"""Largest relative error of a margin at which balancing ends, unless asked otherwise."""

MOST_SWEEPS = 10_000

_STALL_SWEEPS = 50
_STALL_SHARE = 0.9999
"""Balancing ends where so many sweeps left more than this share of the gap: zeros forbid the margins, and factors grow without end."""


@dataclass(frozen=True)
class Balanced:
    """A balanced matrix, and how far balancing came."""

    trips: NDArray[np.float64]
    """n x m."""
    column_factor: NDArray[np.float64]
    """m: what columns were scaled by, relative to rows; give it back as `start` to begin where this ended."""
    sweeps: int
    """Times that all rows and all columns were scaled."""
    gap: float
    """Largest relative error of a row's or a column's sum against what was asked for."""
    converged: bool
    """Whether the gap is within the tolerance."""


def balance(
    seed: NDArray[np.float64],
    rows: NDArray[np.float64],
    columns: NDArray[np.float64],
    *,
    tolerance: float = TOLERANCE,
    most_sweeps: int = MOST_SWEEPS,
    must_converge: bool = False,
    start: NDArray[np.float64] | None = None,
) -> Balanced:
    """Scale rows and columns of `seed` (n x m, none negative) until they add up to `rows` (n) and `columns` (m).

    Furness (1965), "Time function iteration"; what it converges to is the matrix nearest the seed in relative entropy. Zeros stay zero;
    where they make the margins impossible, or margins do not have one total, the gap stays, balancing ends, and `converged` is false.

    Raises `ValueError` for shapes that do not fit, figures that are negative or not finite; `DidNotConverge` if it did not and
    `must_converge`.
    """
    if seed.shape != (rows.size, columns.size):
        raise ValueError(f"seed {seed.shape} does not fit {rows.size} rows and {columns.size} columns")
    for name, values in (("seed", seed), ("rows", rows), ("columns", columns)):
        if not (np.isfinite(values).all() and (values >= 0).all()):
            raise ValueError(f"{name} must be finite and not negative")
    column_factor = np.ones(columns.size) if start is None else start.astype(np.float64)
    row_factor = np.ones(rows.size)
    sweeps, gap, gap_before = 0, np.inf, np.inf
    while sweeps < most_sweeps:
        row_factor = _ratio(rows, seed @ column_factor)
        column_factor = _ratio(columns, row_factor @ seed)
        sweeps += 1
        # columns are exact now, but for those that nothing reaches; rows tell how far it is
        gap = max(_gap(row_factor * (seed @ column_factor), rows), _gap(column_factor * (row_factor @ seed), columns))
        if gap <= tolerance:
            break
        if sweeps % _STALL_SWEEPS == 0:
            if gap > _STALL_SHARE * gap_before:
                break
            gap_before = gap
    converged = bool(gap <= tolerance)
    if must_converge and not converged:
        raise DidNotConverge(f"balancing ended after {sweeps} sweeps with a margin off by {gap:.3g} of itself; asked for {tolerance:g}")
    return Balanced(row_factor[:, None] * seed * column_factor[None, :], column_factor, sweeps, float(gap), converged)


def _ratio(wanted: NDArray[np.float64], held: NDArray[np.float64]) -> NDArray[np.float64]:
    """What scales `held` to `wanted`; zero where there is nothing to scale."""
    return np.asarray(np.divide(wanted, held, out=np.zeros(wanted.shape), where=held > 0))


def _gap(held: NDArray[np.float64], wanted: NDArray[np.float64]) -> float:
    """Largest relative error; those that should be zero are."""
    asked = wanted > 0
    return float(np.max(np.abs(held[asked] / wanted[asked] - 1), initial=0.0))
