"""Passengers on the journeys that services offer: who takes which departure out and home, and what the runs carry."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.assignment.crowding import CrowdedRides
from bbwnet.choice.mode_table import ALTERNATIVES, COACH
from bbwnet.scenario.schema.demand import PURPOSES, Purpose

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from bbwnet.assignment.crowding import Pressure
    from bbwnet.choice.mode_table import ModeChoices, ModeTable, ServiceOffers
    from bbwnet.demand.people import People
    from bbwnet.demand.user_trips import TwoWays
    from bbwnet.model.passenger_search import PassengerSearch
    from bbwnet.network.network import Network

_CAR = ALTERNATIVES.index(("car", False))


@dataclass(frozen=True)
class LostWayHome:
    """Trips home that the alternative taken on the way out has no journey for; they ride nothing."""

    purpose: Purpose
    origin: str
    """Where they live."""
    destination: str
    trips_day: float


@dataclass(frozen=True)
class Settled:
    """Choices and riders at some fullness of vehicles."""

    tables: Mapping[Purpose, ModeTable]
    """What was offered where vehicles are as full as `pressure` says."""
    choices: Mapping[Purpose, ModeChoices]
    riders: NDArray[np.float64]
    """Persons a day on each journey of the offers, all purposes: who goes out, and who comes home the other way."""
    pressure: Pressure | None
    first_gap: float
    """Crowding gap of the trips given, before any minute in full vehicles was changed."""
    gap: float
    """Crowding gap in the end."""
    rounds: int
    """How often minutes were changed."""


class ServiceLoading:
    """Puts passengers on the journeys of a search, again and again where vehicles are full."""

    def __init__(self, network: Network, search: PassengerSearch) -> None:
        """Lay out seats, unless the scenario's services take whoever comes."""
        self.offers = search.offers
        self._choice, self._demand = network.settings.choice, network.settings.demand.passenger
        crowding = self._choice.crowding
        self.crowded = None if crowding.method == "none" else CrowdedRides(network, self.offers.journeys, self._choice)
        self.bound = crowding.gap
        self._felt_min = self.offers.felt_min(self._choice)
        self._cells = np.repeat(self.offers.cell, np.diff(self.offers.first))

    def offered(self, pressure: Pressure | None) -> dict[Purpose, ModeTable]:
        """What journeys offer each purpose where vehicles are as full as that."""
        felt = self._felt_min
        if pressure is not None and self.crowded is not None:
            felt = felt + self.crowded.felt_min(pressure.of_call)
        weights = {purpose: self._demand.purposes.of(purpose).hour_weights for purpose in PURPOSES}
        return {purpose: self.offers.round_trips(self._choice, purpose, weights[purpose], felt) for purpose in PURPOSES}

    def start(self) -> Settled:
        """What is offered in empty vehicles, before anybody travels."""
        pressure = None if self.crowded is None else self.crowded.start()
        return Settled(self.offered(pressure), {}, np.zeros(len(self.offers.journeys)), pressure, 0.0, 0.0, 0)

    def settle(
        self,
        ways: Mapping[Purpose, TwoWays],
        choose: Callable[[Mapping[Purpose, ModeTable]], Mapping[Purpose, ModeChoices]],
        last: Settled,
        most_rounds: int,
    ) -> Settled:
        """Choose modes and departures for trips until minutes in full vehicles fit the loads, from the last minutes on.

        `choose` makes choices of modes of what services offer. Ends at half the bound, at a tenth of the
        first gap or after so many rounds.
        """
        tables, pressure, first, number = last.tables, last.pressure, math.inf, 0
        while True:
            choices = choose(tables)
            made, response = self._riders(tables, ways, choices)
            if self.crowded is None or pressure is None:
                return Settled(tables, choices, made, None, 0.0, 0.0, 0)
            given = self.crowded.given(made, response, pressure)
            gap = self.crowded.gap(made, response, pressure.of_call, given, self._felt_min)
            first = gap if number == 0 else first
            # While trips are far from settled themselves, a tenth of the gap is near enough.
            if gap <= (self.bound if number == 0 else max(self.bound / 2, first / 10)) or number == most_rounds:
                return Settled(tables, choices, made, pressure, first, gap, number)
            pressure = self.crowded.next(made, response, pressure, given)
            tables = self.offered(pressure)
            number += 1

    def _riders(
        self, tables: Mapping[Purpose, ModeTable], ways: Mapping[Purpose, TwoWays], choices: Mapping[Purpose, ModeChoices]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Persons a day on each journey, all purposes, and how many of them a minute more drives away, while other journeys stay.

        To other departures at the sensitivity of these, to other modes by half that of modes: rough, for it only sets the length of steps.
        """
        total, response = np.zeros(len(self._cells)), np.zeros(len(self._cells))
        for purpose in PURPOSES:
            share = tables[purpose].journey_share
            made = cell_riders(self.offers, ways[purpose], choices[purpose])[self._cells] * share
            total += made
            rate = self._choice.sensitivity.of(purpose)
            response += made * (rate * ((1 - share) / self._choice.departure.scale + share / 2))
        return total, response


def cell_riders(offers: ServiceOffers, ways: TwoWays, choices: ModeChoices) -> NDArray[np.float64]:
    """Persons of a purpose by (origin * n + destination) * k + alternative, in the direction travelled; none by car."""
    made = (ways.out[..., None] * choices.shares).ravel()
    back = (ways.home[..., None] * choices.shares).ravel()[offers.cell]
    home = offers.home_cell
    found = np.zeros(made.size)
    found[offers.cell] = made[offers.cell] + np.bincount(home[home >= 0], weights=back[home >= 0], minlength=len(home))
    return found


def lost_ways_home(
    offers: ServiceOffers, ways: Mapping[Purpose, TwoWays], choices: Mapping[Purpose, ModeChoices]
) -> tuple[LostWayHome, ...]:
    """Trips home by services that have no journey, by purpose and pair."""
    found = []
    for purpose in PURPOSES:
        shares = np.where(offers.home_alternative < 0, choices[purpose].shares, 0.0)
        shares[..., _CAR] = 0.0
        # Coaches in no data lead home as they lead out.
        if offers.unlisted is not None:
            shares[np.isfinite(offers.unlisted.drive_min), COACH] = 0.0
        lost = ways[purpose].home * shares.sum(axis=2)
        found += [
            LostWayHome(purpose, offers.names[origin], offers.names[destination], float(lost[origin, destination]))
            for origin, destination in np.argwhere(lost > 0).tolist()
        ]
    return tuple(found)


def unlisted_riders(offers: ServiceOffers, ways: Mapping[Purpose, TwoWays], choices: Mapping[Purpose, ModeChoices]) -> tuple[float, float]:
    """Trips a day by coaches that are in no data, all purposes, and their kilometres."""
    if offers.unlisted is None:
        return 0.0, 0.0
    generic = np.isfinite(offers.unlisted.drive_min)
    trips = sum(ways[purpose].travelled(np.where(generic, choices[purpose].shares[..., COACH], 0.0)) for purpose in PURPOSES)
    return float(np.sum(trips)), float((trips * offers.unlisted.km).sum())


def out_of_reach(people: People, choices: Mapping[Purpose, ModeChoices]) -> tuple[str, ...]:
    """Zones and gateways with residents that no zone but themselves has any mode to or from, for any purpose; sorted."""
    joined = np.any([np.isfinite(choices[purpose].cost_min) for purpose in PURPOSES], axis=0)
    joined &= ~np.eye(len(people.names), dtype=np.bool_)
    zones = people.rows("zone")
    reached = joined[zones].any(axis=0) | joined[:, zones].any(axis=1)
    apart = ~reached & (people.persons > 0) & ~people.rows("airport")
    return tuple(np.array(people.names)[apart].tolist())
