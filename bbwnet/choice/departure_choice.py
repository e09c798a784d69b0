"""When people would like to leave, and what the departures of one mode are worth to them together.

Small and Verhoef (2007), "The economics of urban transportation", section 2.3: time between the departure wished for and the one taken
is felt in proportion (schedule delay). A wish's value of several departures is their logsum, in the nest of their mode; what a mode
costs a purpose is the mean over its wishes. One more departure never makes a mode dearer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bbwnet.scenario.schema.base import DAY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def wish_weights(hour_weights: Sequence[float], wishes_s: Sequence[int]) -> NDArray[np.float64]:
    """Share of the day's trips that each wished departure stands for: the minutes nearest to it, of hours of these weights.

    Hours before the first and after the last wish count to it. Raises `ValueError` without a wish or where wishes do not rise.
    """
    wishes = np.array(wishes_s, dtype=np.float64)
    if not len(wishes) or (np.diff(wishes) <= 0).any():
        raise ValueError("wishes_s must rise, one at least")
    shares = np.array(hour_weights, dtype=np.float64) / np.sum(hour_weights)
    until = np.concatenate([[0.0], np.cumsum(shares)])
    edges = np.concatenate([[0.0], (wishes[1:] + wishes[:-1]) / 2, [DAY_SECONDS]])
    hours = np.linspace(0, DAY_SECONDS, len(until))
    return np.asarray(np.diff(np.interp(edges, hours, until)))
