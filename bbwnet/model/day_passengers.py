"""Passengers of a mean day as cohorts for simulating it: one for each journey that somebody makes, with its seconds between the rides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles
from bbwnet.choice.mode_table import ALTERNATIVES, COACH
from bbwnet.routing.points import terminal_seconds
from bbwnet.scenario.schema.base import DAY_SECONDS
from bbwnet.scenario.schema.choice import CHOICE_MODES
from bbwnet.scenario.schema.demand import PURPOSES
from bbwnet.scenario.schema.scenario_file import WEEKDAYS
from bbwnet.simulation.cohort import PassengerCohorts, TimedTrips

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.model.passenger_model import PassengerModel
    from bbwnet.network.network import Network

WEEK_DAYS = 7

LEAST_PERSONS = 1e-6
"""Fewer persons a day than these on a journey are left out: a logit gives every journey some."""


@dataclass(frozen=True)
class DayPassengers:
    """Cohorts of a mean day, and where they come from."""

    cohorts: PassengerCohorts
    journey: NDArray[np.int64]
    """Row among the journeys of the passenger model of each cohort."""
    replanned: NDArray[np.bool_]
    """Whether a cohort rides what is known by its headway, so that its times are those of the departures simulated."""
    left_out: tuple[str, ...]


def day_passengers(network: Network, model: PassengerModel) -> DayPassengers:
    """Cohorts of all who ride services in a passenger model, and timed groups of those who ride none that is known.

    Journeys repeat each day. Where a journey rides what is known by its headway only, it takes the next departure of the same line that the
    network has for it, and what follows is put off as need be: to the same departure if that can still be reached, else to the line's next.
    """
    journeys, riders = model.search.offers.journeys, model.riders
    settings, trips, found = network.settings, network.trips, journeys.trips
    modes = tuple(CHOICE_MODES)
    slot = np.repeat(model.search.offers.cell % len(ALTERNATIVES), np.diff(model.search.offers.first))
    main = np.array([modes.index(mode) for mode, _ in ALTERNATIVES], dtype=np.int8)[slot]
    chosen = np.flatnonzero((riders >= LEAST_PERSONS) & (journeys.rides > 0))
    some = journeys.only(chosen)
    entry, check = some.ride_entry_s.astype(np.float64), np.zeros(len(some.ride_trip))
    whole = np.array(
        [
            terminal_seconds(network.assembly.services[item.service], settings.access, settings.policy.transfer.walk_factor)[0]
            for item in found.patterns
        ],
        dtype=np.float64,
    )
    first = np.zeros(len(entry), dtype=np.bool_)
    first[some.first_ride[:-1]] = True
    # Who changes with a through ticket, or inside the gates, is not checked again.
    checked = first | (not settings.policy.transfer.through_ticket) & (entry > 0)
    own = whole[found.pattern[some.ride_trip]] if len(entry) else np.zeros(0)
    check[checked] = np.minimum(np.round(own * settings.access.check_share), entry)[checked]
    dense = np.array(
        [a.departures_seconds != b.departures_seconds for a, b in zip(found.patterns, trips.patterns, strict=True)], dtype=np.bool_
    )
    ride_trip, shift = some.ride_trip.copy(), (some.ride_depart_s - found.depart_s[some.ride_from]) // DAY_SECONDS
    ride_from, ride_to, arrive = some.ride_from.copy(), some.ride_to.copy(), some.arrive_s.copy()
    replanned = np.zeros(len(some), dtype=np.bool_)
    if dense.any():
        weekday = WEEKDAYS.index(settings.evaluation.weekday)
        runs = ((trips.days[None, :] >> np.arange(WEEK_DAYS, dtype=np.uint8)[:, None]) & 1).astype(np.bool_)
        first_trip = np.searchsorted(trips.pattern, np.arange(len(trips.patterns) + 1)).astype(np.int64)
        replan(
            some.first_ride, some.leave_s, some.ride_way_s, some.egress_s, found.pattern[some.ride_trip].astype(np.int64),
            some.ride_from - found.first_call[some.ride_trip], some.ride_to - found.first_call[some.ride_trip],
            some.ride_depart_s, dense, first_trip, trips.first_call, trips.depart_s, trips.arrive_s, runs, weekday,
            ride_trip, shift, ride_from, ride_to, arrive, replanned,
        )  # fmt: skip
    cohorts = PassengerCohorts(
        places=journeys.names,
        modes=modes,
        origin=some.origin,
        destination=some.destination,
        mode=main[chosen],
        count=riders[chosen],
        leave_s=some.leave_s.astype(np.float64),
        arrive_s=arrive.astype(np.float64),
        egress_s=some.egress_s.astype(np.float64),
        first_ride=some.first_ride,
        ride_trip=ride_trip,
        ride_day=shift,
        ride_from=ride_from,
        ride_to=ride_to,
        ride_way_s=some.ride_way_s.astype(np.float64),
        ride_entry_s=entry,
        ride_check_s=check,
        timed=_timed(network, model, np.flatnonzero((riders >= LEAST_PERSONS) & (journeys.rides == 0)), main, modes),
        trip_count=trips.count,
    )
    return DayPassengers(cohorts, chosen, replanned, _left_out(replanned, cohorts))


def _left_out(replanned: NDArray[np.bool_], cohorts: PassengerCohorts) -> tuple[str, ...]:
    told = ["passengers at borders and shuttles on the way: as long as planned, however late they come"]
    if replanned.any():
        told.append(
            f"{cohorts.count[replanned].sum():,.0f} persons a day ride what is known by its headway: by the departures that stand for it"
        )
    return tuple(told)


def _timed(network: Network, model: PassengerModel, rows: NDArray[np.int64], main: NDArray[np.int8], modes: tuple[str, ...]) -> TimedTrips:
    """Groups by local ways and by coaches in no data."""
    journeys, offers = model.search.offers.journeys, model.search.offers
    parts: list[tuple[NDArray[np.integer[Any]], ...]] = []
    hours = np.arange(24)
    counts: list[NDArray[np.float64]] = []
    if offers.unlisted is not None:
        choice = network.settings.choice
        generic = np.isfinite(offers.unlisted.drive_min)
        taken_s = np.zeros(generic.shape)
        taken_s[generic] = 60 * (choice.unlisted_coach.time_factor * offers.unlisted.drive_min + choice.unlisted_coach.extra_min)[generic]
        weights = {purpose: np.array(network.settings.demand.passenger.purposes.of(purpose).hour_weights) for purpose in PURPOSES}
        by_hour = np.zeros((*generic.shape, len(hours)))
        for purpose in PURPOSES:
            trips = model.passengers.ways[purpose].travelled(np.where(generic, model.choices[purpose].shares[..., COACH], 0.0))
            by_hour += trips[..., None] * (weights[purpose] / weights[purpose].sum())
        by_hour[by_hour < LEAST_PERSONS] = 0.0
        origin, destination, hour = np.nonzero(by_hour)
        counts.append(by_hour[origin, destination, hour])
        leave = hour * 3600 + 1800
        parts.append(
            (
                origin,
                destination,
                np.full(len(origin), modes.index("coach")),
                leave,
                leave + np.rint(taken_s[origin, destination]).astype(np.int64),
            )
        )
    parts.append(
        (journeys.origin[rows], journeys.destination[rows], main[rows], journeys.leave_s[rows], journeys.arrive_s[rows])
    )  # fmt: skip
    counts.append(model.riders[rows])
    origin, destination, mode, leave, arrive = (np.concatenate(items) for items in zip(*parts, strict=True))
    return TimedTrips(
        origin.astype(np.int32), destination.astype(np.int32), mode.astype(np.int8), np.concatenate(counts),
        leave.astype(np.float64), arrive.astype(np.float64),
    )  # fmt: skip


@njit(cache=True)
def replan(  # noqa: PLR0913, PLR0917
    first_ride: NDArray[np.int64],
    leave_s: NDArray[np.int64],
    way_s: NDArray[np.int64],
    egress_s: NDArray[np.int64],
    pattern: NDArray[np.int64],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    depart_s: NDArray[np.int64],
    dense: NDArray[np.bool_],
    first_trip: NDArray[np.int64],
    first_call: NDArray[np.int64],
    call_depart_s: NDArray[np.int64],
    call_arrive_s: NDArray[np.int64],
    runs: NDArray[np.bool_],
    weekday: int,
    ride_trip: NDArray[np.int64],
    ride_day: NDArray[np.int64],
    ride_from: NDArray[np.int64],
    ride_to: NDArray[np.int64],
    arrive_s: NDArray[np.int64],
    replanned: NDArray[np.bool_],
) -> None:
    """Give each ride the first trip of its pattern that leaves when it is ready, or the one planned if it can still be reached.

    `runs` (days of the week x trips) says what runs; `ride_trip` and what follows are written. A journey that nothing is found for within
    a week keeps the last trip of its pattern; of that there is none unless the pattern never runs.
    """
    for row in range(len(first_ride) - 1):
        at = leave_s[row]
        for ride in range(first_ride[row], first_ride[row + 1]):
            line = pattern[ride]
            ready = at + way_s[ride]
            wanted = ready
            if not dense[line]:
                wanted = max(ready, depart_s[ride])
            else:
                replanned[row] = True
            found = False
            for day in range(-2, WEEK_DAYS + 2):
                for trip in range(first_trip[line], first_trip[line + 1]):
                    if not runs[(weekday + day) % WEEK_DAYS, trip]:
                        continue
                    leaves = call_depart_s[first_call[trip] + start[ride]] + day * DAY_SECONDS
                    if leaves >= wanted:
                        ride_trip[ride], ride_day[ride] = trip, day
                        found = True
                        break
                if found:
                    break
            trip = ride_trip[ride]
            ride_from[ride], ride_to[ride] = first_call[trip] + start[ride], first_call[trip] + end[ride]
            at = call_arrive_s[ride_to[ride]] + ride_day[ride] * DAY_SECONDS
        arrive_s[row] = at + egress_s[row]
