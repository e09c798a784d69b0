"""Full vehicles: how long those who would ride them wait besides, and how far loads and minutes fit each other.

Seats are sold for the whole ride, so the fullest part of a ride counts for all of it. `effective_frequency` follows De Cea and Fernandez
(1993), "Transit assignment for congested public transport systems: an equilibrium model", Transportation Science 27 (2): a section of a
line is waited for longer by a power of load over capacity. `strict` raises minutes where more would ride than there are seats and lowers
them where seats stay free, the prices of capacities as in Bell (1995), "Stochastic user equilibrium assignment in networks with queues",
Transportation Research B 29 (2); what remains beyond the seats is listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.assignment.service_load_kernels import fullest, fullest_at
from bbwnet.assignment.service_loads import call_loads
from bbwnet.scenario.schema.base import clock_seconds
from bbwnet.scenario.schema.scenario_file import WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from bbwnet.assignment.service_loads import CallLoads
    from bbwnet.network.network import Network
    from bbwnet.network.trips import Trips
    from bbwnet.routing.journey_set import JourneySet
    from bbwnet.scenario.schema.choice import Crowding, TravelChoice
    from bbwnet.scenario.schema.services import Service


_FIRST_SHARE, _LEAST_SHARE, _MORE, _LESS = 0.5, 0.1, 1.2, 0.6
_LEAST_RATIO, _FULLEST = 1e-6, 100.0
_HALVINGS = 30
_MOST_DRAWN = 5.0
"""Logarithm of the most that fewer minutes draw, over those who ride."""
_MOST_MIN = 120.0
"""Most minutes by which `strict` raises or lowers a call at once."""


@dataclass(frozen=True)
class Seats:
    """Seats of the vehicles of each pattern."""

    seats: NDArray[np.float64]
    """Not-a-number where they are not known."""
    assumed: NDArray[np.bool_]
    """Whether they are the scenario's figure for the train class or mode."""
    unknown: tuple[str, ...]
    """Services without seats, sorted: they take whoever comes."""


@dataclass(frozen=True)
class FullRun:
    """A run on which more ride than there are seats, at its fullest hop."""

    trip: int
    """Row of the trips."""
    service: str
    from_stop: str
    to_stop: str
    on_board: float
    seats: float


@dataclass(frozen=True)
class Pressure:
    """How hard it is to get a seat on the hop that leaves each call of the trips (n calls), and how the next step is taken."""

    of_call: NDArray[np.float64]
    """Under `effective_frequency` load over seats, under `strict` minutes."""
    share: NDArray[np.float64]
    """Share of its step that each call takes."""
    step: NDArray[np.float64]
    """The last step."""


class CrowdedRides:
    """What is felt besides by those who ride full vehicles, for the journeys of a network on the day looked at."""

    def __init__(self, network: Network, journeys: JourneySet, choice: TravelChoice) -> None:
        """Lay out seats and headways."""
        self.crowding: Crowding = choice.crowding
        self.journeys = journeys
        trips = journeys.trips
        self.seats: Seats = seats_of(network, trips, self.crowding)
        pattern_of_call = np.repeat(trips.pattern, np.diff(trips.first_call)) if trips.count else np.zeros(0, dtype=np.int64)
        counted = np.array([pattern.mode in self.crowding.modes for pattern in trips.patterns], dtype=np.bool_)
        self.seats_of_call: NDArray[np.float64] = np.where(counted[pattern_of_call], self.seats.seats[pattern_of_call], np.nan)
        self._limited = np.isfinite(self.seats_of_call)
        window = choice.departure
        hours_min = (clock_seconds(window.last_wish) - clock_seconds(window.first_wish)) / 60 + window.every_min
        headway = np.minimum(hours_min / np.maximum(ride_frequency(network, journeys), 1), self.crowding.longest_headway_min)
        self._full_min = self.crowding.wait_share * headway
        self._weight = choice.weights.wait
        self._journey = np.repeat(np.arange(len(journeys)), journeys.rides)

    def start(self) -> Pressure:
        """Empty vehicles."""
        count = len(self.seats_of_call)
        return Pressure(np.zeros(count), np.full(count, _FIRST_SHARE), np.zeros(count))

    def felt_min(self, of_call: NDArray[np.float64]) -> NDArray[np.float64]:
        """What each journey is felt longer at a pressure."""
        most = fullest(self.journeys.ride_from, self.journeys.ride_to, of_call)
        of_ride = most if self.crowding.method == "strict" else self._wait_min(self._full_min, most)
        return np.bincount(self._journey, weights=self._weight * of_ride, minlength=len(self.journeys)).astype(np.float64)

    def given(self, riders: NDArray[np.float64], response: NDArray[np.float64], used: Pressure) -> NDArray[np.float64]:
        """The pressure of the loads that riders (of each journey) bring about: load over seats; of `strict` the minutes to ask for next."""
        ratio = self._ratio(call_loads(self.journeys, riders).on_board)
        return self._priced(ratio, riders, response, used.of_call) if self.crowding.method == "strict" else ratio

    def gap(
        self,
        riders: NDArray[np.float64],
        response: NDArray[np.float64],
        used: NDArray[np.float64],
        given: NDArray[np.float64],
        felt_min: NDArray[np.float64],
    ) -> float:
        """Minutes of crowding that do not fit the loads that they bring about, over all that riders feel (`felt_min` of each journey).

        Where minutes turn out fewer, those count too who would come for it, by the `response` of those who ride: else a vehicle that
        everybody shuns for minutes that it no longer has would be in nobody's way.
        """
        before, after = self.felt_min(used), self.felt_min(given)
        whole = float((riders * (felt_min + before)).sum())
        rate = np.divide(response, riders, out=np.zeros(len(riders)), where=riders > 0)
        wanted = riders * np.exp(np.minimum(rate * np.maximum(before - after, 0.0), _MOST_DRAWN))
        return float((wanted * np.abs(after - before)).sum()) / whole if whole > 0 else 0.0

    def next(self, riders: NDArray[np.float64], response: NDArray[np.float64], used: Pressure, given: NDArray[np.float64]) -> Pressure:
        """The pressure to use next.

        Each call is solved by itself: its load answers its own minutes by what its riders make of one minute more (`response`: riders of
        each journey times the share of them that a minute drives away), while others stay. As others answer too, a share of that step is
        taken, less where the last one overshot, more where it did not.
        """
        strict = self.crowding.method == "strict"
        wanted = given if strict else self._solved(given, riders, response, used.of_call)
        before, after = (used.of_call, wanted) if strict else (_log(used.of_call), _log(wanted))
        step = np.where(self._limited, after - before, 0.0)
        turned = np.sign(step) * np.sign(used.step)
        share = np.clip(used.share * np.where(turned > 0, _MORE, np.where(turned < 0, _LESS, 1.0)), _LEAST_SHARE, 1.0)
        # From empty vehicles, where the loop begins, the whole step is taken: half of it would be next to nothing.
        moved = before + np.where(used.of_call < _LEAST_RATIO, 1.0, share) * step
        return Pressure(np.where(self._limited, np.maximum(moved, 0.0) if strict else np.exp(moved), 0.0), share, step)

    def _ratio(self, on_board: NDArray[np.float64]) -> NDArray[np.float64]:
        """Load over seats after each call; 0 where seats are not known or do not count."""
        return np.divide(on_board, self.seats_of_call, out=np.zeros(len(on_board)), where=self._limited)

    def _wait_min(self, full_min: NDArray[np.float64], ratio: NDArray[np.float64]) -> NDArray[np.float64]:
        """Minutes waited besides, of which `full_min` count where a vehicle is just full."""
        longest = self.crowding.longest_wait_min
        return np.asarray(longest * -np.expm1(-full_min * np.minimum(ratio, _FULLEST) ** self.crowding.power / longest))

    def _answers(
        self, riders: NDArray[np.float64], response: NDArray[np.float64], of_call: NDArray[np.float64], load: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Of the rides whose fullest hop leaves each call: mean minutes where it is just full, and share of the load lost by a minute."""
        at = fullest_at(self.journeys.ride_from, self.journeys.ride_to, of_call)
        count, who = len(of_call), riders[self._journey]
        held = np.bincount(at, weights=who, minlength=count)
        full = np.divide(np.bincount(at, weights=who * self._full_min, minlength=count), held, out=np.zeros(count), where=held > 0)
        lost = self._weight * np.bincount(at, weights=response[self._journey], minlength=count)
        return full, np.divide(lost, load, out=np.zeros(count), where=load > 0)

    def _solved(
        self, ratio: NDArray[np.float64], riders: NDArray[np.float64], response: NDArray[np.float64], used: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Load over seats of each call that would fit its own minutes, by halving.

        log r + lost * (minutes of r - minutes used) = log given.
        """
        full, lost = self._answers(riders, response, used, ratio * np.where(self._limited, self.seats_of_call, 0.0))
        target, minutes = _log(ratio), self._wait_min(full, used)
        low, high = np.minimum(target, _log(used)) - lost * self.crowding.longest_wait_min, np.maximum(target, _log(used))
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            above = middle - target + lost * (self._wait_min(full, np.exp(middle)) - minutes) > 0
            high, low = np.where(above, middle, high), np.where(above, low, middle)
        return np.asarray(np.exp((low + high) / 2))

    def _priced(
        self, ratio: NDArray[np.float64], riders: NDArray[np.float64], response: NDArray[np.float64], used: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Minutes of each call at which its load would be just its seats, or none."""
        _, lost = self._answers(riders, response, used, ratio * np.where(self._limited, self.seats_of_call, 0.0))
        change = np.divide(_log(ratio), lost, out=np.zeros(len(ratio)), where=lost > 0)
        return np.asarray(np.where(self._limited & (lost > 0), np.maximum(used + np.clip(change, -_MOST_MIN, _MOST_MIN), 0.0), 0.0))


def seats_of(network: Network, trips: Trips, crowding: Crowding) -> Seats:
    """Seats of each pattern: of its service, else of its train class or mode in the scenario.

    Departures that stand for a headway share the seats of those that they stand for.
    """
    services, patterns = network.assembly.services, trips.patterns
    own = [_own_seats(services, pattern.service) for pattern in patterns]
    given = [crowding.seats.get(pattern.train_class or pattern.mode, crowding.seats.get(pattern.mode)) for pattern in patterns]
    held = [assumed if seats is None else seats for seats, assumed in zip(own, given, strict=True)]
    share = [
        len(known.departures_seconds) / len(pattern.departures_seconds)
        for known, pattern in zip(network.trips.patterns, patterns, strict=True)
    ]
    return Seats(
        np.array([np.nan if seats is None else seats * part for seats, part in zip(held, share, strict=True)], dtype=np.float64),
        np.array([seats is None and assumed is not None for seats, assumed in zip(own, given, strict=True)], dtype=np.bool_),
        tuple(sorted({pattern.service for pattern, seats in zip(patterns, held, strict=True) if seats is None})),
    )


def ride_frequency(network: Network, journeys: JourneySet) -> NDArray[np.float64]:
    """Vehicles of the day looked at, of the mode of each ride (rides), that call at its two stops in this order."""
    trips = journeys.trips
    weekday = WEEKDAYS.index(network.settings.evaluation.weekday)
    share = [
        len(known.departures_seconds) / len(pattern.departures_seconds)
        for known, pattern in zip(network.trips.patterns, trips.patterns, strict=True)
    ]
    running = np.bincount(trips.pattern, weights=(trips.days >> weekday) & 1, minlength=len(trips.patterns)) * share
    modes = sorted({pattern.mode for pattern in trips.patterns})
    nodes = len(network.nodes)
    codes: list[NDArray[np.int64]] = []
    counts: list[NDArray[np.float64]] = []
    for number, pattern in enumerate(trips.patterns):
        stops = np.array([network.node_index[stop] for stop in pattern.stops], dtype=np.int64)
        start, end = np.triu_indices(len(stops), 1)
        own = np.unique((modes.index(pattern.mode) * nodes + stops[start]) * nodes + stops[end])
        codes.append(own)
        counts.append(np.full(len(own), running[number]))
    keys, row = np.unique(np.concatenate([*codes, np.zeros(0, dtype=np.int64)]), return_inverse=True)
    vehicles = np.bincount(row, weights=np.concatenate([*counts, np.zeros(0)]), minlength=len(keys))
    mode_of = np.array([modes.index(pattern.mode) for pattern in trips.patterns], dtype=np.int64)
    asked = (mode_of[trips.pattern[journeys.ride_trip]] * nodes + trips.stop[journeys.ride_from]) * nodes + trips.stop[journeys.ride_to]
    return np.asarray(vehicles[np.searchsorted(keys, asked)], dtype=np.float64)


def full_runs(journeys: JourneySet, loads: CallLoads, seats: NDArray[np.float64], tolerance: float = 0.0) -> tuple[FullRun, ...]:
    """Runs with more on board than seats (of each pattern) by more than a share of these, at their fullest hop, sorted by trip."""
    trips = journeys.trips
    seats_of_call = seats[np.repeat(trips.pattern, np.diff(trips.first_call))]
    ratio = np.divide(loads.on_board, seats_of_call, out=np.zeros(len(loads.on_board)), where=np.isfinite(seats_of_call))
    over = np.flatnonzero(ratio > 1 + tolerance)
    trip = np.searchsorted(trips.first_call, over, side="right") - 1
    found: dict[int, int] = {}
    for call, row in zip(over.tolist(), trip.tolist(), strict=True):
        if row not in found or ratio[call] > ratio[found[row]]:
            found[row] = call
    made = []
    for row, call in sorted(found.items()):
        pattern, place = trips.patterns[trips.pattern[row]], call - int(trips.first_call[row])
        ends = pattern.stops[place], pattern.stops[place + 1]
        made.append(FullRun(row, pattern.service, *ends, float(loads.on_board[call]), float(seats_of_call[call])))
    return tuple(made)


def _log(ratio: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.log(np.maximum(ratio, _LEAST_RATIO)))


def _own_seats(services: Mapping[str, Service], name: str) -> int | None:
    return services[name].seats if name in services else None
