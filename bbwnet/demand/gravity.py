"""The gravity model: trips from productions, attractions and deterrence, doubly or singly constrained.

    T(i, j) = A(i) P(i) B(j) Q(j) f(i, j)

with the factors A and B such that rows add up to the productions P and, doubly constrained, columns to the attractions Q (Wilson 1967).
Nothing is dropped in silence: what cannot be sent because no zone is in reach is listed by zone and volume.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from bbwnet.demand.furness import MOST_SWEEPS, TOLERANCE, Balanced, balance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Side = Literal["production", "attraction"]


@dataclass(frozen=True)
class Stranded:
    """Trips that a zone would make or draw, had it anywhere to send them to or anyone to draw."""

    zone: str
    side: Side
    trips: float


@dataclass(frozen=True)
class Gravity:
    """Trips of a gravity model, how far it converged, and what was left out."""

    zones: tuple[str, ...]
    trips: NDArray[np.float64]
    """n x n, from producing to attracting zone."""
    productions: NDArray[np.float64]
    """n: what rows were asked to add up to, without what is stranded."""
    attractions: NDArray[np.float64]
    """n: what columns were asked to add up to, scaled to the total of the productions, without what is stranded; singly constrained: the
    weights."""
    attraction_scale: float
    """What attractions were multiplied by to have the total of the productions; 1 singly constrained."""
    stranded: tuple[Stranded, ...]
    """By zone; productions before attractions."""
    log_column_factor: NDArray[np.float64]
    """n: logarithms of what weighs each column, B(j) Q(j) but for a common constant, which a further run may start from; minus infinity
    where a column draws nothing."""
    sweeps: int
    gap: float
    """Largest relative error of a margin; 0 singly constrained, where it is exact but for rounding."""
    converged: bool

    @property
    def stranded_trips(self) -> float:
        """Productions that were left out."""
        return math.fsum(item.trips for item in self.stranded if item.side == "production")


def doubly_constrained(
    zones: Sequence[str],
    productions: NDArray[np.float64],
    attractions: NDArray[np.float64],
    log_deterrence: NDArray[np.float64],
    *,
    tolerance: float = TOLERANCE,
    most_sweeps: int = MOST_SWEEPS,
    must_converge: bool = False,
    start: NDArray[np.float64] | None = None,
) -> Gravity:
    """Trips between n zones whose rows add up to the productions, whose columns to the attractions scaled to the same total.

    `log_deterrence` (n x n) is minus infinity where there is no way. `start` is the `log_column_factor` of a run alike; with logarithms
    of weights balancing begins from the singly constrained matrix. Raises `ValueError` for figures that are none, `DidNotConverge` if it
    did not and `must_converge`.
    """
    _check(zones, productions, attractions, log_deterrence)
    produced, attracted, stranded = _without_stranded(zones, productions, attractions, ~np.isneginf(log_deterrence))
    total, drawn = math.fsum(produced), math.fsum(attracted)
    scale = total / drawn if drawn > 0 else 1.0
    attracted *= scale
    allowed = np.where((produced[:, None] > 0) & (attracted[None, :] > 0), log_deterrence, -np.inf)
    by_row = allowed - _top(allowed, axis=1)
    top = _top(by_row, axis=0)
    found: Balanced = balance(
        np.exp(by_row - top), produced, attracted, tolerance=tolerance, most_sweeps=most_sweeps, must_converge=must_converge,
        start=None if start is None else _factors(start + top[0]),
    )  # fmt: skip
    logs = np.log(found.column_factor, out=np.full(len(zones), -np.inf), where=found.column_factor > 0) - top[0]
    return Gravity(
        zones=tuple(zones),
        trips=found.trips,
        productions=produced,
        attractions=attracted,
        attraction_scale=scale,
        stranded=stranded,
        log_column_factor=logs,
        sweeps=found.sweeps,
        gap=found.gap,
        converged=found.converged,
    )


def singly_constrained(
    zones: Sequence[str], productions: NDArray[np.float64], weights: NDArray[np.float64], log_deterrence: NDArray[np.float64]
) -> Gravity:
    """Trips between n zones whose rows add up to the productions, shared out by weight times deterrence.

    As `doubly_constrained`, but that weights draw trips and are not kept: a zone that nobody reaches is none to list.
    """
    _check(zones, productions, weights, log_deterrence)
    reach = ~np.isneginf(log_deterrence) & (weights[None, :] > 0)
    lost = (productions > 0) & ~reach.any(axis=1)
    produced = np.where(lost, 0.0, productions)
    allowed = np.where(reach, log_deterrence, -np.inf)
    shares = np.exp(allowed - _top(allowed, axis=1)) * weights[None, :]
    totals = shares.sum(axis=1)
    per_share = np.divide(produced, totals, out=np.zeros(len(zones)), where=totals > 0)
    stranded = _listed(zones, productions, lost, "production")
    return Gravity(
        zones=tuple(zones),
        trips=per_share[:, None] * shares,
        productions=produced,
        attractions=weights.astype(np.float64),
        attraction_scale=1.0,
        stranded=stranded,
        log_column_factor=np.log(weights, out=np.full(len(zones), -np.inf), where=weights > 0),
        sweeps=0,
        gap=0.0,
        converged=True,
    )


def _check(zones: Sequence[str], productions: NDArray[np.float64], attractions: NDArray[np.float64], log_f: NDArray[np.float64]) -> None:
    count = len(zones)
    if productions.shape != (count,) or attractions.shape != (count,) or log_f.shape != (count, count):
        raise ValueError(
            f"{count} zones do not fit productions {productions.shape}, attractions {attractions.shape}, deterrence {log_f.shape}"
        )
    for name, values in (("productions", productions), ("attractions", attractions)):
        bad = np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
        if bad.size:
            raise ValueError(f"{name} of {zones[bad[0]]} (={values[bad[0]]:g}) must be finite and not negative")
    if np.isnan(log_f).any() or np.isposinf(log_f).any():
        raise ValueError("logarithms of deterrence must be numbers, or minus infinity where there is no way")


def _without_stranded(
    zones: Sequence[str], productions: NDArray[np.float64], attractions: NDArray[np.float64], reach: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64], tuple[Stranded, ...]]:
    """Productions and attractions that find each other, and those that do not; what goes may leave others alone, so it goes on."""
    produced, attracted = productions.astype(np.float64), attractions.astype(np.float64)
    while True:
        no_target = (produced > 0) & ~(reach & (attracted > 0)[None, :]).any(axis=1)
        produced[no_target] = 0.0
        no_origin = (attracted > 0) & ~(reach & (produced > 0)[:, None]).any(axis=0)
        attracted[no_origin] = 0.0
        if not no_target.any() and not no_origin.any():
            break
    lost = _listed(zones, productions, (productions > 0) & (produced == 0), "production")
    return produced, attracted, lost + _listed(zones, attractions, (attractions > 0) & (attracted == 0), "attraction")


def _listed(zones: Sequence[str], values: NDArray[np.float64], which: NDArray[np.bool_], side: Side) -> tuple[Stranded, ...]:
    return tuple(sorted((Stranded(zones[row], side, float(values[row])) for row in map(int, np.flatnonzero(which))), key=_zone))


def _zone(item: Stranded) -> str:
    return item.zone


def _top(logs: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    """Greatest of each row (`axis` 1) or column (0), zero where all are minus infinity.

    Balancing scales by it anyway; taken out first, no row or column underflows as a whole.
    """
    top = np.max(logs, axis=axis, initial=-np.inf, keepdims=True)
    return np.asarray(np.where(np.isneginf(top), 0.0, top))


def _factors(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Factors to begin with, all above zero: a column at zero could strand the rows that reach it alone."""
    finite = logs[np.isfinite(logs)]
    if not finite.size:
        return np.ones(logs.shape)
    return np.asarray(np.exp(np.clip(np.where(np.isfinite(logs), logs, finite.min()) - finite.max(), -300.0, 0.0)))
