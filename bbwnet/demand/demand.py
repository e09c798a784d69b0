"""Demand: trips a day between zones by purpose, and the hours at which they leave."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.scenario.schema.demand import HOURS

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Demand:
    """Trips of a day from origin to destination, by purpose; zones and purposes sorted by identifier."""

    zones: tuple[str, ...]
    purposes: tuple[str, ...]
    trips: NDArray[np.float64]
    """Purpose x origin x destination: one-way trips a day, each in the direction travelled; no trips within a zone."""
    hour_shares: NDArray[np.float64]
    """Purpose x 24: share of the day's trips that leave in each hour, region's clock."""

    def __post_init__(self) -> None:
        """Refuse what is no demand; raises `ValueError`."""
        for name, keys in (("zones", self.zones), ("purposes", self.purposes)):
            if list(keys) != sorted(set(keys)):
                raise ValueError(f"{name} must be sorted, each once")
        count, purposes = len(self.zones), len(self.purposes)
        if self.trips.shape != (purposes, count, count) or self.hour_shares.shape != (purposes, HOURS):
            raise ValueError(
                f"trips {self.trips.shape} and shares {self.hour_shares.shape} do not fit {purposes} purposes and {count} zones"
            )
        if not (np.isfinite(self.trips).all() and (self.trips >= 0).all()):
            raise ValueError("trips must be finite and not negative")
        if np.einsum("pii->pi", self.trips).any():
            raise ValueError("trips within a zone are local travel, which is no part of demand")
        if not (self.hour_shares >= 0).all() or not np.allclose(self.hour_shares.sum(axis=1), 1.0, rtol=0, atol=1e-9):
            raise ValueError("shares of the hours must be at least 0 and add up to 1")

    def of(self, purpose: str) -> NDArray[np.float64]:
        """Origin x destination trips of a purpose; raises `KeyError` for one that is not there."""
        return np.asarray(self.trips[self._row(purpose)])

    def in_hour(self, purpose: str, hour: int) -> NDArray[np.float64]:
        """Origin x destination trips of a purpose that leave in an hour of the day, 0 to 23."""
        return np.asarray(self.trips[self._row(purpose)] * self.hour_shares[self._row(purpose), hour])

    def total(self, purpose: str | None = None) -> float:
        """Trips a day of a purpose, or of all."""
        return math.fsum((self.trips if purpose is None else self.of(purpose)).ravel())

    def _row(self, purpose: str) -> int:
        if purpose not in self.purposes:
            raise KeyError(f"no purpose {purpose}; there are {', '.join(self.purposes)}")
        return self.purposes.index(purpose)


def both_ways(production_attraction: NDArray[np.float64]) -> NDArray[np.float64]:
    """Trips in the direction travelled, of trips from where people live to where they go: half of them are on the way home."""
    return np.asarray((production_attraction + production_attraction.swapaxes(-1, -2)) / 2)
