"""When people travel: shares of the hours of a day, and the factor of the peak season."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.scenario.schema.demand import PassengerDemand, Purpose, PurposeDemand


def hour_shares(choice: PassengerDemand, purposes: Sequence[Purpose]) -> NDArray[np.float64]:
    """Share of the day's trips that leave in each hour (purposes x 24), each row adding up to 1."""
    weights = np.array([choice.purposes.of(purpose).hour_weights for purpose in purposes], dtype=np.float64)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def season_factor(choice: PassengerDemand, purpose: PurposeDemand) -> float:
    """Trips of the day looked at over those of a mean day."""
    return purpose.peak_season_factor if choice.season == "peak" else 1.0
