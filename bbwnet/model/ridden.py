"""Kilometres that travellers ride in vehicles of the timetable, by mode and rolling stock, and those that they go besides."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from bbwnet.network.trips import Trips
    from bbwnet.routing.journey_set import JourneySet


@dataclass(frozen=True)
class Ridden:
    """Person-kilometres of a mean day."""

    passenger_km: Mapping[tuple[str, str | None], float]
    """In vehicles of the timetable, by mode and train class."""
    besides_km: float
    """On foot, by bus, shuttle, taxi and own car to and from them, or all the way where nothing is ridden."""


def ridden(journeys: JourneySet, riders: NDArray[np.float64]) -> Ridden:
    """Add up the kilometres of the riders (persons) of each journey."""
    trips = journeys.trips
    along = call_km(trips)
    ride_km = along[journeys.ride_to] - along[journeys.ride_from]
    of_journey = np.repeat(np.arange(len(journeys)), journeys.rides)
    classes = sorted({(pattern.mode, pattern.train_class or "") for pattern in trips.patterns})
    place = np.array([classes.index((pattern.mode, pattern.train_class or "")) for pattern in trips.patterns], dtype=np.int64)
    of_ride = place[trips.pattern[journeys.ride_trip]] if len(ride_km) else np.zeros(0, dtype=np.int64)
    km = np.bincount(of_ride, weights=riders[of_journey] * ride_km, minlength=len(classes)).tolist()
    total = math.fsum((riders * journeys.km).tolist())
    by_class = {(mode, train_class or None): value for (mode, train_class), value in zip(classes, km, strict=True)}
    return Ridden(by_class, total - math.fsum((riders * journeys.ride_km.sum(axis=1)).tolist()))


def call_km(trips: Trips) -> NDArray[np.float64]:
    """Kilometres from the first call of its trip to each call (calls)."""
    along = [np.concatenate([[0.0], np.cumsum(pattern.length_km)]) for pattern in trips.patterns]
    return np.concatenate([along[row] for row in trips.pattern.tolist()]) if trips.count else np.zeros(0)
