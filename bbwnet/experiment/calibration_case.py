"""A year to calibrate to: its network searched once, its targets, and what the model says of them for any settings of demand and choice."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.choice.mode_table import ALTERNATIVES
from bbwnet.demand.passengers import passengers
from bbwnet.demand.people import People, people_of
from bbwnet.errors import InputError
from bbwnet.exchange.observed_totals import read_observed_totals
from bbwnet.experiment.dates import network_folder
from bbwnet.experiment.modelled_totals import Sides, Travelled, modelled_total
from bbwnet.experiment.observed_targets import Target, Unused, targets_of
from bbwnet.model.passenger_loop import passenger_model
from bbwnet.model.passenger_search import PassengerSearch, passenger_search
from bbwnet.model.road_loading import RoadLoading
from bbwnet.model.service_loading import Offered, offered, riders
from bbwnet.network.build import build_network
from bbwnet.network.state import NetworkState
from bbwnet.scenario.schema.demand import PURPOSES, Purpose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from bbwnet.assignment.truck_trips import TruckTrips
    from bbwnet.choice.mode_table import ModeChoices
    from bbwnet.demand.gravity import Gravity
    from bbwnet.exchange.observations import Use
    from bbwnet.network.network import Network
    from bbwnet.scenario.scenario import Scenario
    from bbwnet.scenario.schema.scenario_file import ScenarioFile

_CAR = ALTERNATIVES.index(("car", False))


@dataclass
class CalibrationCase:
    """One scenario's year. Cars take what they took on empty roads, or on the loads last given (`car_min`)."""

    name: str
    network: Network
    year: int
    targets: tuple[Target, ...]
    unused: tuple[Unused, ...]
    people: People
    search: PassengerSearch
    car_min: NDArray[np.float64]
    """Cost of going by car (purposes x n x n)."""
    trucks: TruckTrips | None
    sides: Sides
    evaluations: int = 0
    """How often the model was asked."""
    _loaded: int = 0
    _offered: tuple[str, Mapping[Purpose, Offered]] | None = None
    _chosen: tuple[str, Mapping[Purpose, ModeChoices]] | None = None
    _balanced: Mapping[Purpose, Gravity] | None = None

    def totals(self, settings: ScenarioFile) -> tuple[float | None, ...]:
        """What the model says of each target; `None` where it does not count that."""
        travelled = self.travelled(settings)
        return tuple(modelled_total(target.measure, travelled, self.sides) for target in self.targets)

    def travelled(self, settings: ScenarioFile) -> Travelled:
        """Trips of a mean day under settings whose demand and choice alone differ from the network's."""
        self.evaluations += 1
        tables, choices = self._tables(settings), self._choices(settings)
        found = passengers(
            self._people(settings), settings.demand.passenger, {purpose: choices[purpose].cost_min for purpose in PURPOSES},
            self.search.quickest_min, start=self._balanced, through=self.search.through,
        )  # fmt: skip
        if self._balanced is None:
            # Where balancing begins is the same for all settings: what comes out does not depend on the way there.
            self._balanced = found.gravity
        trips = np.zeros((len(self.people.names), len(self.people.names), len(ALTERNATIVES)))
        for purpose in PURPOSES:
            trips += found.ways[purpose].travelled(choices[purpose].shares)
        offers = self.search.offers
        carried = riders(offers, tables, found.ways, choices)
        return Travelled(self.people.names, trips, offers.journeys, carried, settings.fares.persons_per_car, self.trucks)

    def load(self, settings: ScenarioFile) -> None:
        """Put the cars of some settings on the roads until their times fit: `car_min` is that of the loaded roads from then on."""
        network = dataclasses.replace(self.network, settings=settings)
        self.car_min = passenger_model(network, search=self.search, trucks=self.trucks).car_min
        self._loaded += 1

    def _people(self, settings: ScenarioFile) -> People:
        """People as the settings see them: those of the network unless figures of growth are changed."""
        fixed = {"purposes": None, "external": None}
        before, after = self.network.settings.demand, settings.demand
        if before.passenger.model_copy(update=fixed) == after.passenger.model_copy(update=fixed):
            return self.people
        return people_of(dataclasses.replace(self.network, settings=settings))

    def _tables(self, settings: ScenarioFile) -> Mapping[Purpose, Offered]:
        """What services offer, found anew where the settings of choice have changed, but for constants."""
        hours = [settings.demand.passenger.purposes.of(purpose).hour_weights for purpose in PURPOSES]
        key = repr((settings.choice.model_copy(update={"constants": None}), hours))
        if self._offered is None or self._offered[0] != key:
            self._offered = key, offered(self.search.offers, settings.choice, settings.demand.passenger)
        return self._offered[1]

    def _choices(self, settings: ScenarioFile) -> Mapping[Purpose, ModeChoices]:
        """Shares and logsums, found anew where the settings of choice or the cost of cars have changed."""
        tables = self._tables(settings)
        key = f"{settings.choice!r} {self._loaded} {self._offered[0] if self._offered else None}"
        if self._chosen is None or self._chosen[0] != key:
            self._chosen = (
                key,
                {purpose: self._with_cars(tables[purpose], row, settings, purpose) for row, purpose in enumerate(PURPOSES)},
            )
        return self._chosen[1]

    def _with_cars(self, table: Offered, row: int, settings: ScenarioFile, purpose: Purpose) -> ModeChoices:
        felt, fare = table.both_ways.felt_min.copy(), table.both_ways.fare_cny.copy()
        felt[..., _CAR] = np.where(np.eye(len(felt), dtype=np.bool_), np.inf, self.car_min[row])
        fare[..., _CAR] = 0.0
        return dataclasses.replace(table.both_ways, felt_min=felt, fare_cny=fare).choices(settings.choice, purpose)


def calibration_case(scenario: Scenario, use: Use = "fitted", trucks: TruckTrips | None = None) -> CalibrationCase:
    """Search a scenario's network and find the targets of its year.

    Raises `InputError` for observed totals that cannot be read, and without a target.
    """
    year = scenario.settings.demand.year or scenario.settings.as_of.year
    rows = read_observed_totals(network_folder(scenario))
    targets, unused = targets_of(rows, scenario.records.measures, year, use)
    if not targets:
        raise InputError(f"{scenario.name}: no {use} observed total of {year} that a measure counts")
    network = build_network(scenario)
    state, people = NetworkState.free_flow(network), people_of(network)
    roads = RoadLoading(network, state, people.names, trucks=trucks)
    count = len(people.names)
    return CalibrationCase(
        name=scenario.name,
        network=network,
        year=year,
        targets=tuple(targets),
        unused=tuple(unused),
        people=people,
        search=passenger_search(network, state, people=people, roads=roads),
        car_min=roads.car_min(roads.assign(np.zeros((len(PURPOSES), count, count)))),
        trucks=trucks,
        sides=Sides(network, people.names),
    )
