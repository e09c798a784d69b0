"""Coaches follow demand: how many vehicles run for each departure of the timetable, so that riders find seats.

Departures of coaches in the data are estimates of what ran; where more people wish to go, operators run more vehicles at the same hours.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.assignment.crowding import seats_of
from bbwnet.network.operating_days import WEEKDAYS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.assignment.service_loads import CallLoads
    from bbwnet.network.network import Network
    from bbwnet.network.trips import Trips


@dataclass(frozen=True)
class CoachSupply:
    """Coaches of the day looked at."""

    per_run: NDArray[np.float64]
    """Vehicles for each run of a pattern (patterns of `Network.trips`), 1 or more; 1 for other modes."""
    added_km: float
    """Kilometres a day of the vehicles beyond the timetable."""

    @property
    def followed(self) -> int:
        """Directions of services with more vehicles than the timetable has."""
        return int((self.per_run > 1).sum())


def coach_supply(network: Network, trips: Trips, loads: CallLoads) -> CoachSupply:
    """Vehicles by direction of a service: those on board where most are, over the day, find them full to the scenario's share of seats.

    `trips` are those that `loads` are of. The timetable stays where it has enough, where seats are not known, and where the scenario lets
    full coaches drive people away (`coach` among `choice.crowding.modes`), or says that vehicles do not follow.
    """
    choice, patterns = network.settings.choice, trips.patterns
    per_run = np.ones(len(patterns))
    if not choice.coach_supply.follows_demand or ("coach" in choice.crowding.modes and choice.crowding.method != "none"):
        return CoachSupply(per_run, 0.0)
    seats = seats_of(network, trips, choice.crowding).seats
    day = WEEKDAYS.index(network.settings.evaluation.weekday)
    runs = (trips.days >> day & 1).astype(np.bool_)
    added: list[float] = []
    for number, pattern in enumerate(patterns):
        if pattern.mode != "coach":
            continue
        of_pattern = np.flatnonzero((trips.pattern == number) & runs)
        offered = len(of_pattern) * seats[number] * choice.coach_supply.load_factor
        if not offered > 0:
            continue
        calls = trips.first_call[of_pattern][:, None] + np.arange(len(pattern.stops))
        per_run[number] = max(1.0, float(loads.on_board[calls].sum(axis=0).max()) / offered)
        # Departures that stand for a headway are fewer or more than those of the timetable.
        share = len(network.trips.patterns[number].departures_seconds) / len(pattern.departures_seconds)
        added.append((per_run[number] - 1) * len(of_pattern) * share * math.fsum(pattern.length_km))
    return CoachSupply(per_run, math.fsum(added))
