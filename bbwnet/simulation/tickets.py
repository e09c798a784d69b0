"""Tickets of a mean day: nobody sets out for a run that has no seat for him; he takes one of another run near it, or stays at home.

Flows put passengers on the runs that suit them best, and crowding only deters them: single runs may be booked several times over. Here
seats are sold. Of those who want a ride that is over-booked on a hop, the same share of each party gets a seat on the run of its choice,
as many as the fullest of its hops holds; the others look for seats on the other runs of the mode between the same stops, in order of
cohorts, each for the departure nearest to the one that it wanted, no further from it than the scenario allows. Who finds none does not set
out; whether a run of other hours of the day would have had a seat for him, with all the others beside him, is told apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles
from bbwnet.scenario.schema.base import DAY_SECONDS
from bbwnet.simulation.boarding_setup import MODES, stops_of_patterns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.network.trips import Trips
    from bbwnet.simulation.cohort import PassengerCohorts

LEAST = 1e-6
"""Fewer persons than these are not looked after: a party of so few does not set out."""
_NONE = -1


@dataclass(frozen=True)
class TicketSale:
    """Cohorts with seats, and what became of the others."""

    cohorts: PassengerCohorts
    shifted: float
    """Persons a day who ride another run than they wanted."""
    shift_h: float
    """Mean hours between the first departures of both, of those."""


def sell_tickets(
    cohorts: PassengerCohorts, trips: Trips, places: NDArray[np.float64], running: NDArray[np.bool_], modes: tuple[str, ...], shift_h: float
) -> TicketSale:
    """Give seats to cohorts of a mean day, and put those who find none into `no_seat` of what they leave.

    `places` is what each trip holds (t; infinite: whoever comes), `running` whether it runs on the day looked at (t), `modes` those whose
    seats are sold. Where seats are enough the cohorts stay as they are.
    """
    if not len(cohorts) or not modes:
        return TicketSale(cohorts, 0.0, 0.0)
    mode_of = np.array([MODES.index(pattern.mode) for pattern in trips.patterns], dtype=np.int64)
    sold = np.isin(mode_of, [MODES.index(mode) for mode in modes])
    room = np.where(sold[trips.pattern], places, np.inf)
    left = np.repeat(room, np.diff(trips.first_call))
    wanted = np.zeros(len(trips.stop))
    load(cohorts.count, cohorts.first_ride, cohorts.ride_from, cohorts.ride_to, wanted)
    if not (wanted > left * (1 + 1e-12)).any():
        return TicketSale(cohorts, 0.0, 0.0)
    kept = kept_shares(cohorts.first_ride, cohorts.ride_from, cohorts.ride_to, wanted, left)
    own = cohorts.count * kept
    load(-own, cohorts.first_ride, cohorts.ride_from, cohorts.ride_to, left)
    position, first, of_pattern, at = stops_of_patterns(trips, int(trips.stop.max(initial=-1)) + 1)
    first_trip = np.searchsorted(trips.pattern, np.arange(len(trips.patterns) + 1)).astype(np.int64)

    def look(wanting: NDArray[np.float64], within_s: float) -> tuple[_Parties, int]:
        """Sell what is left, as far as it goes."""
        parties = 2 * len(cohorts) + 1024
        while True:
            found = _Parties.of(parties, int(cohorts.rides.max()))
            unsold = left.copy()
            made = resell(
                wanting, cohorts.first_ride, cohorts.leave_s, cohorts.ride_trip, cohorts.ride_day, cohorts.ride_from,
                cohorts.ride_to, cohorts.ride_way_s, trips.stop.astype(np.int64), trips.depart_s, trips.arrive_s, trips.first_call,
                trips.pattern.astype(np.int64),
                mode_of, first_trip, position, first, of_pattern, at, running, unsold, within_s,
                found.cohort, found.count, found.trip, found.day, found.start, found.end,
            )  # fmt: skip
            if made >= 0:
                left[:] = unsold
                return found, made
            parties *= 2

    found, made = look(cohorts.count - own, shift_h * 3600.0)
    without = np.maximum(cohorts.count - own - found.persons(made, len(cohorts)), 0.0)
    without[without <= LEAST] = 0.0
    elsewhen, others = look(without, float(DAY_SECONDS))
    all_day = np.maximum(without - elsewhen.persons(others, len(cohorts)), 0.0)
    return _assembled(cohorts, trips, own, found, made, _grouped(cohorts, all_day, without))


@dataclass(frozen=True)
class _Parties:
    """Persons of a cohort on other runs than they wanted: their cohort, how many, and the rides (parties x most rides)."""

    cohort: NDArray[np.int64]
    count: NDArray[np.float64]
    trip: NDArray[np.int64]
    day: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]

    @classmethod
    def of(cls, parties: int, rides: int) -> _Parties:
        """Room for so many."""
        shape = (parties, rides)
        return cls(
            np.zeros(parties, dtype=np.int64), np.zeros(parties), *(np.zeros(shape, dtype=np.int64) for _ in range(4)),
        )  # fmt: skip

    def persons(self, made: int, cohorts: int) -> NDArray[np.float64]:
        """Persons of each cohort in the first parties."""
        return np.bincount(self.cohort[:made], weights=self.count[:made], minlength=cohorts).astype(np.float64)


def _assembled(
    cohorts: PassengerCohorts, trips: Trips, own: NDArray[np.float64], found: _Parties, made: int, no_seat: NDArray[np.float64]
) -> TicketSale:
    """Cohorts with seats of their choice, then parties with others."""
    stays = np.flatnonzero(own >= LEAST)
    of = found.cohort[:made]
    source = np.concatenate([stays, of])
    count = np.concatenate([own[stays], found.count[:made]])
    lengths = cohorts.rides[source]
    first = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    place = np.arange(first[-1]) - np.repeat(first[:-1], lengths)
    ride = np.repeat(cohorts.first_ride[:-1][source], lengths) + place
    party = np.repeat(np.arange(len(source)) - len(stays), lengths)
    moved = party >= 0
    columns = {}
    for name, values in (("ride_trip", found.trip), ("ride_day", found.day), ("ride_from", found.start), ("ride_to", found.end)):
        columns[name] = np.where(moved, values[np.maximum(party, 0), place], getattr(cohorts, name)[ride])
    last, head = first[1:] - 1, first[:-1]
    planned = cohorts.ride_day * DAY_SECONDS + trips.depart_s[cohorts.ride_from]
    shift = columns["ride_day"][head] * DAY_SECONDS + trips.depart_s[columns["ride_from"][head]] - planned[cohorts.first_ride[:-1][source]]
    egress = cohorts.egress_s[source]
    later = columns["ride_day"][last] * DAY_SECONDS + trips.arrive_s[columns["ride_to"][last]] + egress
    is_party = np.arange(len(source)) >= len(stays)
    sold = replace(
        cohorts,
        origin=cohorts.origin[source],
        destination=cohorts.destination[source],
        mode=cohorts.mode[source],
        count=count,
        leave_s=cohorts.leave_s[source] + np.where(is_party, shift, 0),
        arrive_s=np.where(is_party, later, cohorts.arrive_s[source]).astype(np.float64),
        egress_s=egress,
        first_ride=first,
        ride_way_s=cohorts.ride_way_s[ride],
        ride_entry_s=cohorts.ride_entry_s[ride],
        ride_check_s=cohorts.ride_check_s[ride],
        no_seat=no_seat,
        **columns,
    )
    shifted = float(found.count[:made].sum())
    hours = float((found.count[:made] * np.abs(shift[len(stays) :])).sum()) / 3600
    return TicketSale(sold, shifted, hours / shifted if shifted else 0.0)


def _grouped(cohorts: PassengerCohorts, all_day: NDArray[np.float64], without: NDArray[np.float64]) -> NDArray[np.float64]:
    """Persons without a seat by origin, destination and mode (k x 5)."""
    rows = np.flatnonzero(without)
    keys, group = np.unique(
        np.stack([cohorts.origin[rows], cohorts.destination[rows], cohorts.mode[rows]], axis=1), axis=0, return_inverse=True
    )
    totals = [np.bincount(group.ravel(), weights=persons[rows], minlength=len(keys)) for persons in (all_day, without)]
    return np.column_stack([keys.astype(np.float64).reshape(-1, 3), *totals])


@njit(cache=True)
def load(
    count: NDArray[np.float64],
    first_ride: NDArray[np.int64],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    of_call: NDArray[np.float64],
) -> None:
    """Add cohorts to the hops that they ride; a hop is counted at the call where it begins."""
    for cohort in range(len(count)):
        for ride in range(first_ride[cohort], first_ride[cohort + 1]):
            for call in range(start[ride], end[ride]):
                of_call[call] += count[cohort]


@njit(cache=True)
def kept_shares(
    first_ride: NDArray[np.int64],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    wanted: NDArray[np.float64],
    left: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Share of each cohort that has seats on all hops of its choice, if each hop takes the same share of all who want it."""
    found = np.ones(len(first_ride) - 1)
    for cohort in range(len(found)):
        for ride in range(first_ride[cohort], first_ride[cohort + 1]):
            for call in range(start[ride], end[ride]):
                if wanted[call] > left[call]:
                    found[cohort] = min(found[cohort], max(left[call], 0.0) / wanted[call])
    return found


@njit(cache=True)
def nearest_run(  # noqa: PLR0913, PLR0917
    stop: int,
    target: int,
    mode: int,
    wish_s: float,
    earliest_s: float,
    shift_s: float,
    depart_s: NDArray[np.int64],
    first_call: NDArray[np.int64],
    mode_of: NDArray[np.int64],
    first_trip: NDArray[np.int64],
    position: NDArray[np.int16],
    stop_first: NDArray[np.int64],
    stop_pattern: NDArray[np.int32],
    stop_position: NDArray[np.int32],
    running: NDArray[np.bool_],
    left: NDArray[np.float64],
) -> tuple[int, int, int, int]:
    """Trip, day and calls of the departure with a seat nearest to a wish, not before a second; of two as near the later, then the first."""
    best, found, on, start, end, found_s = np.inf, _NONE, 0, 0, 0, -np.inf
    for row in range(stop_first[stop], stop_first[stop + 1]):
        pattern, board = stop_pattern[row], int(stop_position[row])
        leave = int(position[pattern, target])
        if leave <= board or mode_of[pattern] != mode:
            continue
        for trip in range(first_trip[pattern], first_trip[pattern + 1]):
            if not running[trip]:
                continue
            call = first_call[trip] + board
            # The day on which this departure is nearest to the wish, and the one after, if that is too early.
            day = int(np.round((wish_s - depart_s[call]) / DAY_SECONDS))
            if depart_s[call] + day * DAY_SECONDS < earliest_s:
                day += 1
            moment = depart_s[call] + day * DAY_SECONDS
            away = abs(moment - wish_s)
            if moment < earliest_s or away > shift_s or away > best:
                continue
            if away == best and moment <= found_s:
                continue
            seats = np.inf
            for hop in range(call, first_call[trip] + leave):
                seats = min(seats, left[hop])
            if seats > LEAST:
                best, found, on, start, end, found_s = away, trip, day, call, first_call[trip] + leave, float(moment)
    return found, on, start, end


@njit(cache=True)
def resell(  # noqa: PLR0913, PLR0917
    count: NDArray[np.float64],
    first_ride: NDArray[np.int64],
    leave_s: NDArray[np.float64],
    ride_trip: NDArray[np.int64],
    ride_day: NDArray[np.int64],
    ride_from: NDArray[np.int64],
    ride_to: NDArray[np.int64],
    way_s: NDArray[np.float64],
    stops: NDArray[np.int64],
    depart_s: NDArray[np.int64],
    arrive_s: NDArray[np.int64],
    first_call: NDArray[np.int64],
    pattern_of: NDArray[np.int64],
    mode_of: NDArray[np.int64],
    first_trip: NDArray[np.int64],
    position: NDArray[np.int16],
    stop_first: NDArray[np.int64],
    stop_pattern: NDArray[np.int32],
    stop_position: NDArray[np.int32],
    running: NDArray[np.bool_],
    left: NDArray[np.float64],
    shift_s: float,
    party_cohort: NDArray[np.int64],
    party_count: NDArray[np.float64],
    party_trip: NDArray[np.int64],
    party_day: NDArray[np.int64],
    party_start: NDArray[np.int64],
    party_end: NDArray[np.int64],
) -> int:
    """Find other seats for persons of cohorts (`count` of them), one cohort after the other; how many parties, -1 if there is no room."""
    made = 0
    for cohort in range(len(count)):
        rest, first = count[cohort], first_ride[cohort]
        rides = first_ride[cohort + 1] - first
        while rest > LEAST:
            if made == len(party_cohort):
                return -1
            seats, earliest, complete = rest, 0.0, True
            for number in range(rides):
                ride = first + number
                wish = depart_s[ride_from[ride]] + ride_day[ride] * DAY_SECONDS
                if number == 0:
                    # Nobody leaves his door before the day on which he wants to travel.
                    earliest = wish - leave_s[cohort]
                trip, day, start, end = nearest_run(
                    stops[ride_from[ride]], stops[ride_to[ride]], mode_of[pattern_of[ride_trip[ride]]], float(wish), earliest, shift_s,
                    depart_s, first_call, mode_of, first_trip, position, stop_first, stop_pattern, stop_position, running, left,
                )  # fmt: skip
                if trip == _NONE:
                    complete = False
                    break
                for hop in range(start, end):
                    seats = min(seats, left[hop])
                party_trip[made, number], party_day[made, number] = trip, day
                party_start[made, number], party_end[made, number] = start, end
                if number + 1 < rides:
                    earliest = arrive_s[end] + day * DAY_SECONDS + way_s[ride + 1]
            if not complete:
                break
            party_cohort[made], party_count[made] = cohort, seats
            for number in range(rides):
                for hop in range(party_start[made, number], party_end[made, number]):
                    left[hop] -= seats
            made += 1
            rest -= seats
    return made
