"""Coaches that are in no data: what a coach would offer between places whose road is known and whose coach is not.

Data of the region's coaches hold the lines between cities and few of those between counties. Where no coach is known, a generic one runs
along the quickest way on empty roads, whenever one wishes; it rides no service, has no seats and loads no road. All of it is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.routing.fare_kernels import fare_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.routing.fares import Fares
    from bbwnet.scenario.schema.choice import TravelChoice


@dataclass(frozen=True)
class UnlistedCoaches:
    """Pairs of n places that a coach in no data may join, the same both ways; `drive_min` is `inf` for the others."""

    drive_min: NDArray[np.float64]
    """n x n: minutes of a car on empty roads, the mean of both ways."""
    km: NDArray[np.float64]
    """n x n: kilometres of that way; 0 for pairs that no such coach joins."""
    fare_cny: NDArray[np.float64]
    """n x n: what the tariff of coaches says for these kilometres; not-a-number where there is none."""

    def offered(self, choice: TravelChoice) -> NDArray[np.bool_]:
        """N x n: where the scenario has such a coach run."""
        return np.isfinite(self.drive_min) & (self.drive_min <= choice.unlisted_coach.longest_min) & choice.unlisted_coach.offered

    def felt_min(self, choice: TravelChoice) -> NDArray[np.float64]:
        """Weighted minutes of the way (n x n): those aboard as riding, those before and after as in a terminal."""
        generic, weights = choice.unlisted_coach, choice.weights
        return np.asarray(weights.ride * generic.time_factor * self.drive_min + weights.terminal * generic.extra_min)

    def fares_cny(self, choice: TravelChoice) -> NDArray[np.float64]:
        """Fare of one traveller (n x n); without a tariff the scenario's fare per km."""
        return np.where(np.isnan(self.fare_cny), choice.unknown_fare_cny_km * self.km, self.fare_cny)

    def without(self, listed: NDArray[np.bool_]) -> UnlistedCoaches:
        """The same but for pairs (n x n) that have a listed coach one way or the other."""
        gone = listed | listed.T
        return UnlistedCoaches(np.where(gone, np.inf, self.drive_min), np.where(gone, 0.0, self.km), np.where(gone, np.nan, self.fare_cny))


def unlisted_coaches(
    drive_min: NDArray[np.float64], km: NDArray[np.float64], pairs: NDArray[np.bool_], listed: NDArray[np.bool_], fares: Fares, row: int
) -> UnlistedCoaches:
    """The pairs (n x n) that have a road both ways and no journey by a listed coach either way.

    `drive_min` and `km` are of roads alone, `inf` where there is none; `listed` says where a coach is known, `row` is that of the coaches'
    tariff in `fares`, below zero where there is none. Raises `ValueError` for arrays of other shapes than that of `drive_min`.
    """
    if len({drive_min.shape, km.shape, pairs.shape, listed.shape}) > 1:
        raise ValueError(f"shapes differ: {drive_min.shape}, {km.shape}, {pairs.shape}, {listed.shape}")
    free = pairs & pairs.T & ~listed & ~listed.T & ~np.eye(len(drive_min), dtype=np.bool_)
    free &= np.isfinite(drive_min) & np.isfinite(drive_min.T)
    both_min = np.where(free, (drive_min + drive_min.T) / 2, np.inf)
    both_km = np.where(free, (np.where(free, km, 0.0) + np.where(free, km, 0.0).T) / 2, 0.0)
    fare = np.full(drive_min.shape, np.nan)
    if row >= 0:
        metres, place = np.unique(np.rint(both_km * 1000).astype(np.int64), return_inverse=True)
        fen = np.array([fare_of(fares.table, row, value) for value in metres.tolist()], dtype=np.float64)
        fare = np.where(free, fen[place].reshape(fare.shape) / 100, np.nan)
    return UnlistedCoaches(both_min, both_km, fare)
