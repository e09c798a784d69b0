"""How the time on a link grows with its volume: BPR and conical functions, their slopes and integrals.

BPR: Bureau of Public Roads (1964), Traffic Assignment Manual: t = t0 (1 + b (v/c)^p). Conical: Spiess (1990), "Conical volume-delay
functions", Transportation Science 24 (2): t = t0 (2 + sqrt(a² (1 - v/c)² + β²) - a (1 - v/c) - β), β = (2a - 1) / (2a - 2), so that
t = t0 on an empty link and 2 t0 at capacity. Volumes and capacities in passenger-car units (pcu) of one period.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles

if TYPE_CHECKING:
    from numpy.typing import NDArray

CONSTANT, FOURTH_POWER, POWER, CONICAL, CONICAL_MARGINAL = range(5)
"""Kinds of delay in kernels; the fourth power is BPR as nearly every network has it, spelt out for speed."""


class DelayArrays(NamedTuple):
    """Delay function of each link, as kernels take it."""

    kind: NDArray[np.int8]
    free_time: NDArray[np.float64]
    """Time on the empty link."""
    rise: NDArray[np.float64]
    """BPR: what is added at capacity, t0 b."""
    capacity: NDArray[np.float64]
    """In pcu."""
    shape: NDArray[np.float64]
    """BPR: the power; conical: a."""


def delay_arrays(
    free_time: NDArray[np.float64],
    capacity: NDArray[np.float64],
    bpr_b: NDArray[np.float64],
    bpr_power: NDArray[np.float64],
    conical_a: NDArray[np.float64],
) -> DelayArrays:
    """Sort links by kind of delay (one value of each array a link); a finite `conical_a` makes a link conical."""
    conical = np.isfinite(conical_a)
    constant = ~conical & ((bpr_b * free_time == 0.0) | (bpr_power == 0.0))
    kind = np.where(conical, CONICAL, np.where(constant, CONSTANT, np.where(bpr_power == 4.0, FOURTH_POWER, POWER)))  # noqa: PLR2004
    # with power 0 the term stands whatever the volume
    at_once = np.where(constant & (bpr_power == 0.0), free_time * (1.0 + bpr_b), free_time)
    rise = np.where(constant | conical, 0.0, free_time * bpr_b)
    return DelayArrays(kind.astype(np.int8), at_once, rise, np.where(constant, 1.0, capacity), np.where(conical, conical_a, bpr_power))


def marginal(delays: DelayArrays) -> DelayArrays:
    """Delays with d(v t)/dv in the place of t: an equilibrium of these is the least total time of the others."""
    kind = np.where(delays.kind == CONICAL, CONICAL_MARGINAL, delays.kind).astype(np.int8)
    return delays._replace(kind=kind, rise=delays.rise * (delays.shape + 1.0))


def in_order(delays: DelayArrays, order: NDArray[np.int64]) -> DelayArrays:
    """The same delays with the links in another order."""
    return DelayArrays(delays.kind[order], delays.free_time[order], delays.rise[order], delays.capacity[order], delays.shape[order])


@njit(cache=True, nogil=True)
def delay(kind: int, free_time: float, rise: float, capacity: float, shape: float, volume: float) -> tuple[float, float]:
    """Time on a link at a volume, and its slope; a volume below zero by rounding counts as zero."""
    if kind == CONSTANT:
        return free_time, 0.0
    ratio = max(volume, 0.0) / capacity
    if kind == FOURTH_POWER:
        cube = ratio * ratio * ratio
        return free_time + rise * cube * ratio, 4.0 * rise * cube / capacity
    if kind == POWER:
        below = ratio ** (shape - 1.0)
        return free_time + rise * below * ratio, shape * rise * below / capacity
    beta = (2.0 * shape - 1.0) / (2.0 * shape - 2.0)
    spare = shape * (1.0 - ratio)
    root = math.sqrt(spare * spare + beta * beta)
    time = free_time * (2.0 + root - spare - beta)
    slope = free_time * shape * (1.0 - spare / root) / capacity
    if kind == CONICAL:
        return time, slope
    bend = free_time * (shape * beta / capacity) ** 2 / root**3
    held = ratio * capacity
    return time + held * slope, 2.0 * slope + held * bend


@njit(cache=True, nogil=True)
def set_times(delays: DelayArrays, volume: NDArray[np.float64], time: NDArray[np.float64], slope: NDArray[np.float64]) -> None:
    """Fill time and slope of every link."""
    for link in range(len(volume)):
        time[link], slope[link] = delay(
            delays.kind[link], delays.free_time[link], delays.rise[link], delays.capacity[link], delays.shape[link], volume[link]
        )


def times(delays: DelayArrays, volume: NDArray[np.float64]) -> NDArray[np.float64]:
    """Time on every link at its volume (pcu)."""
    time, slope = np.empty(len(volume)), np.empty(len(volume))
    set_times(delays, volume, time, slope)
    return time


def integrals(delays: DelayArrays, volume: NDArray[np.float64]) -> NDArray[np.float64]:
    """Integral of the time on every link from no volume to its volume; for links of kinds that `delay_arrays` makes."""
    held = np.maximum(volume, 0.0)
    ratio = held / delays.capacity
    area = delays.free_time * held + delays.rise * held * ratio**delays.shape / (delays.shape + 1.0)
    conical = np.flatnonzero(delays.kind == CONICAL)
    shape = delays.shape[conical]
    beta = (2.0 * shape - 1.0) / (2.0 * shape - 2.0)

    def root_integral(spare: NDArray[np.float64]) -> NDArray[np.float64]:
        root: NDArray[np.float64] = spare * np.sqrt(spare**2 + beta**2) + beta**2 * np.arcsinh(spare / beta)
        return root / (2.0 * shape)

    part = ratio[conical]
    cone = (2.0 - beta) * part - shape * (part - part**2 / 2.0) + root_integral(shape) - root_integral(shape * (1.0 - part))
    area[conical] = delays.free_time[conical] * delays.capacity[conical] * cone
    return area
