"""Parties: who rides the same way does not come to the door in one second, however many they are."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.simulation.cohort import PassengerCohorts

_OF_COHORT = ("origin", "destination", "mode", "leave_s", "arrive_s", "egress_s")


def in_parties(cohorts: PassengerCohorts, places: NDArray[np.float64], share: float) -> PassengerCohorts:
    """Cut cohorts into equal parties that fill no more than a share of what their first vehicle holds.

    `places` by trip (t; infinite: nobody knows). Parties follow each other in the order of cohorts, so that each gets a moment of its own
    in the window in which they come to the door. Their number depends on the share alone: ten times the persons in vehicles ten times as
    large are as many parties.
    """
    most = share * places[cohorts.ride_trip[cohorts.first_ride[:-1]]]
    # A vehicle of no places carries nobody: whoever is booked on it looks for another, together.
    parts = np.ceil(np.divide(cohorts.count, most, out=np.ones(len(cohorts)), where=most > 0) * (1 - 1e-12)).astype(np.int64)
    parts = np.clip(parts, 1, max(int(np.ceil(1 / share)), 1))
    if not (parts > 1).any():
        return cohorts
    source = np.repeat(np.arange(len(cohorts)), parts)
    lengths = cohorts.rides[source]
    first = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    ride = np.repeat(cohorts.first_ride[:-1][source] - first[:-1], lengths) + np.arange(first[-1])
    own = {name: getattr(cohorts, name)[source] for name in _OF_COHORT}
    rides = {item.name: getattr(cohorts, item.name)[ride] for item in fields(cohorts) if item.name.startswith("ride_")}
    return replace(cohorts, count=(cohorts.count / parts)[source], first_ride=first, **own, **rides)
