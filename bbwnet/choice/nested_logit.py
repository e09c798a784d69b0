"""Nested logit with two levels: shares, logsums and elasticities of many choices at once.

With utilities V, nests m of scale s(m) in (0, 1] and the scale of the root 1 (Williams 1977; Ben-Akiva and Lerman 1985, chapter 10):

    I(m) = s(m) ln sum over i in m of exp(V(i) / s(m))        logsum of a nest
    L = ln sum over m of exp(I(m))                            logsum of the choice
    P(i) = exp(I(m) - L) * exp((V(i) - I(m)) / s(m))          for i in m

so that dL / dV(i) = P(i), and a single nest, or scales of 1, give the multinomial logit. The largest exponent is taken out of each sum:
utilities may have any finite size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Nests:
    """Which alternative is in which nest, and how alike those of a nest are."""

    member: NDArray[np.int64]
    """Nest of each alternative (k alternatives), counted from 0."""
    scale: NDArray[np.float64]
    """Scale of each nest (m nests), above 0, at most 1; 1: its alternatives are no more alike than those of different nests."""

    def __post_init__(self) -> None:
        """Refuse nests that are none; raises `ValueError`."""
        if self.member.ndim != 1 or self.scale.ndim != 1:
            raise ValueError(f"member {self.member.shape} and scale {self.scale.shape} must have one dimension each")
        if self.member.size and (self.member.min() < 0 or self.member.max() >= self.scale.size):
            raise ValueError(f"member names nests {self.member.min()} to {self.member.max()}, but there are {self.scale.size}")
        bad = self.scale[~((self.scale > 0) & (self.scale <= 1))]
        if bad.size:
            raise ValueError(f"scale(={bad[0]:g}) of a nest must be above 0 and at most 1")

    @classmethod
    def single(cls, count: int) -> Nests:
        """All of `count` alternatives in one nest of scale 1: the multinomial logit."""
        return cls(np.zeros(count, dtype=np.int64), np.ones(1))


@dataclass(frozen=True)
class Choices:
    """Shares and logsums of n choices (any leading shape) among k alternatives in m nests."""

    shares: NDArray[np.float64]
    """n x k, adding up to 1; all 0 where nothing is available."""
    logsum: NDArray[np.float64]
    """n: expected greatest utility, but for a constant; minus infinity where nothing is available."""
    nest_logsums: NDArray[np.float64]
    """n x m: the same within each nest."""
    within: NDArray[np.float64]
    """n x k: share of each alternative within its nest."""


def nested_logit(utility: NDArray[np.float64], nests: Nests, available: NDArray[np.bool_] | None = None) -> Choices:
    """Choose among alternatives of a utility (n x k, any leading shape), those that are `available` (same shape; by default all).

    A utility of minus infinity is an alternative that is not there. Raises `ValueError` for one that is not a number or plus
    infinity where it is available, or for shapes that do not fit.
    """
    if utility.shape[-1:] != nests.member.shape:
        raise ValueError(f"utility has {utility.shape[-1:]} alternatives, the nests {nests.member.shape}")
    if available is not None and available.shape != utility.shape:
        raise ValueError(f"available {available.shape} and utility {utility.shape} must have one shape")
    values = utility.astype(np.float64) if available is None else np.where(available, utility, -np.inf)
    if np.isnan(values).any() or np.isposinf(values).any():
        raise ValueError("utility of an available alternative is not a number or infinite")
    scaled = values / nests.scale[nests.member]
    nest_logsums = np.stack(
        [nests.scale[nest] * _log_sum_exp(scaled[..., nests.member == nest]) for nest in range(nests.scale.size)], axis=-1
    )
    logsum = _log_sum_exp(nest_logsums)
    nest_shares = _exp_difference(nest_logsums, logsum[..., None])
    within = _exp_difference(scaled, (nest_logsums / nests.scale)[..., nests.member])
    return Choices(nest_shares[..., nests.member] * within, logsum, nest_logsums, within)


def share_slopes(choices: Choices, nests: Nests) -> NDArray[np.float64]:
    """Slopes of shares against utilities, n x k x k: [..., i, j] is dP(i) / dV(j).

    P(i) (d(ij) / s + d(m(i) = m(j)) (1 - 1/s) P(j in m) - P(j)), with d one where its condition holds, else zero.
    """
    member, scale = nests.member, nests.scale[nests.member]
    same_nest = (member[:, None] == member[None, :]) * (1 - 1 / scale)[:, None]
    own = np.eye(member.size) / scale[:, None]
    inner = own + same_nest * choices.within[..., None, :] - choices.shares[..., None, :]
    return np.asarray(choices.shares[..., :, None] * inner)


def elasticities(choices: Choices, nests: Nests, attribute: NDArray[np.float64], slope: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Point elasticities of shares against an attribute of alternatives, n x k x k.

    [..., i, j] is the percentage by which share i changes for one percent more of `attribute` (n x k, such as minutes) of alternative
    j: direct where i = j, cross elsewhere. `slope` is dV / d attribute (a figure, or n x k). Not a number where share i is zero.
    """
    slopes = share_slopes(choices, nests) * (np.broadcast_to(slope, attribute.shape) * attribute)[..., None, :]
    shares = np.broadcast_to(choices.shares[..., :, None], slopes.shape)
    return np.asarray(np.divide(slopes, shares, out=np.full(slopes.shape, np.nan), where=shares > 0))


def _log_sum_exp(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logarithm of the sum of exponentials over the last axis; minus infinity of none."""
    top = np.max(values, axis=-1, initial=-np.inf)
    safe = np.where(np.isneginf(top), 0.0, top)
    total = np.exp(values - safe[..., None]).sum(axis=-1)
    return np.asarray(np.log(total, out=np.full(total.shape, -np.inf), where=total > 0) + safe)


def _exp_difference(values: NDArray[np.float64], total: NDArray[np.float64]) -> NDArray[np.float64]:
    """Exponential of a difference; zero where the first is minus infinity, whatever the second."""
    there = np.broadcast_to(~np.isneginf(values), np.broadcast_shapes(values.shape, total.shape))
    difference = np.subtract(values, total, out=np.full(there.shape, -np.inf), where=there)
    return np.asarray(np.exp(difference))
