"""Kilometres that travellers ride in vehicles of the timetable, by mode and rolling stock, and those that they go besides."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.routing.journey_set import KINDS

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
    local: Besides
    """All the way, where nothing of the timetable is ridden."""
    access: Besides
    """To, from and between vehicles of the timetable."""


@dataclass(frozen=True)
class Besides:
    """Person-kilometres besides vehicles of the timetable."""

    drive_km: float
    """By taxi, or own car to a station."""
    bus_km: float
    """By city bus or shuttle."""
    walk_km: float

    @property
    def km(self) -> float:
        """All of them."""
        return math.fsum((self.drive_km, self.bus_km, self.walk_km))


def ridden(journeys: JourneySet, riders: NDArray[np.float64], walk_kmh: float) -> Ridden:
    """Add up the kilometres of the riders (persons) of each journey.

    A journey knows the kilometres of its ways besides vehicles together, and their seconds by kind: those on foot are gone at `walk_kmh`,
    the rest is shared out over car and bus by their seconds.
    """
    trips = journeys.trips
    along = call_km(trips)
    ride_km = along[journeys.ride_to] - along[journeys.ride_from]
    of_journey = np.repeat(np.arange(len(journeys)), journeys.rides)
    classes = sorted({(pattern.mode, pattern.train_class or "") for pattern in trips.patterns})
    place = np.array([classes.index((pattern.mode, pattern.train_class or "")) for pattern in trips.patterns], dtype=np.int64)
    of_ride = place[trips.pattern[journeys.ride_trip]] if len(ride_km) else np.zeros(0, dtype=np.int64)
    km = np.bincount(of_ride, weights=riders[of_journey] * ride_km, minlength=len(classes)).tolist()
    by_class = {(mode, train_class or None): value for (mode, train_class), value in zip(classes, km, strict=True)}
    besides = np.maximum(journeys.km - journeys.ride_km.sum(axis=1), 0.0)
    drive_s, bus_s, walk_s = (journeys.seconds[:, KINDS.index(kind)] for kind in ("drive", "bus", "walk"))
    wheels_s = drive_s + bus_s
    on_foot = np.where(wheels_s > 0, np.minimum(besides, walk_s / 3600 * walk_kmh), besides)
    driven = np.divide(drive_s, wheels_s, out=np.zeros(len(besides)), where=wheels_s > 0) * (besides - on_foot)
    parts = riders * np.stack([driven, besides - on_foot - driven, on_foot])
    alone = journeys.rides == 0
    local, access = (Besides(*(math.fsum(row[own].tolist()) for row in parts)) for own in (alone, ~alone))
    return Ridden(by_class, local, access)


def call_km(trips: Trips) -> NDArray[np.float64]:
    """Kilometres from the first call of its trip to each call (calls)."""
    along = [np.concatenate([[0.0], np.cumsum(pattern.length_km)]) for pattern in trips.patterns]
    return np.concatenate([along[row] for row in trips.pattern.tolist()]) if trips.count else np.zeros(0)
