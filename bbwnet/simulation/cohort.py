"""Passengers as cohorts: how many set out when for where, by which vehicles, with what seconds between them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class TimedTrips:
    """m groups that ride nothing that is simulated: they arrive when their time is over (local trips, taxis, coaches in no data)."""

    origin: NDArray[np.int32]
    destination: NDArray[np.int32]
    mode: NDArray[np.int8]
    """Main mode, of `PassengerCohorts.modes`."""
    count: NDArray[np.float64]
    leave_s: NDArray[np.float64]
    arrive_s: NDArray[np.float64]

    def __len__(self) -> int:
        """Count the groups."""
        return len(self.count)

    @classmethod
    def none(cls) -> TimedTrips:
        """Nobody."""
        whole, real = np.zeros(0, dtype=np.int32), np.zeros(0)
        return cls(whole, whole, np.zeros(0, dtype=np.int8), real, real, real)


@dataclass(frozen=True)
class PassengerCohorts:
    """n cohorts that set out each day, and their r rides; seconds of the day that they set out on, on the region's clock.

    A cohort is as many persons as its `count` says, not always a whole number: it is a mean day's. It boards together and is split where
    there is no room for all.
    """

    places: tuple[str, ...]
    """What `origin` and `destination` count."""
    modes: tuple[str, ...]
    """What `mode` counts."""
    origin: NDArray[np.int32]
    destination: NDArray[np.int32]
    mode: NDArray[np.int8]
    """Main mode."""
    count: NDArray[np.float64]
    """Persons; positive."""
    leave_s: NDArray[np.float64]
    arrive_s: NDArray[np.float64]
    """Planned arrival."""
    egress_s: NDArray[np.float64]
    """From getting off the last vehicle to arrival."""
    first_ride: NDArray[np.int64]
    """First ride of each cohort (n + 1)."""
    ride_trip: NDArray[np.int64]
    """Trip booked, a row of the network's trips (r)."""
    ride_day: NDArray[np.int64]
    """Day of that trip, counted from the one of setting out; -1: it began the day before (r)."""
    ride_from: NDArray[np.int64]
    """Call boarded, an index into the calls of the trips (r)."""
    ride_to: NDArray[np.int64]
    """Call left (r)."""
    ride_way_s: NDArray[np.float64]
    """From leaving the door, or getting off the vehicle before, until ready to board: without the wait (r)."""
    ride_entry_s: NDArray[np.float64]
    """The last of them, from the door of the terminal on (r)."""
    ride_check_s: NDArray[np.float64]
    """The first part of these, which checks of tickets and luggage take: 0 for who changes inside the gates (r)."""
    timed: TimedTrips
    trip_count: int
    """Trips of the network that `ride_trip` counts."""
    no_seat: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 5)))
    """Persons who do not set out, since no run that they would take has a seat: origin, destination, mode, those of them for whom no run
    of the day has one, and all of them (k x 5)."""

    def __post_init__(self) -> None:
        """Refuse what is no cohort; raises `ValueError`."""
        if not (self.count > 0).all() or not np.isfinite(self.count).all():
            raise ValueError("cohorts need a positive number of persons each")
        if (np.diff(self.first_ride) < 1).any():
            raise ValueError("cohorts ride one vehicle or more; who rides none belongs to `timed`")
        if (self.ride_from >= self.ride_to).any():
            raise ValueError("rides lead from a call of a trip to a later one")
        if (self.ride_way_s < self.ride_entry_s).any() or (self.ride_entry_s < self.ride_check_s).any() or (self.ride_check_s < 0).any():
            raise ValueError("checks are part of the entry, and the entry of the way")

    def __len__(self) -> int:
        """Count the cohorts."""
        return len(self.count)

    @property
    def rides(self) -> NDArray[np.int64]:
        """Vehicles ridden by each cohort (n)."""
        return np.diff(self.first_ride)

    def scaled(self, factor: float) -> PassengerCohorts:
        """As many times the persons; raises `ValueError` unless the factor is positive."""
        more = self.no_seat * np.array([1.0, 1.0, 1.0, factor, factor])
        return replace(self, count=self.count * factor, no_seat=more, timed=replace(self.timed, count=self.timed.count * factor))
