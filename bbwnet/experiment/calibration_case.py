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
from bbwnet.model.freight_model import freight_model
from bbwnet.model.passenger_loop import LoopSettings, passenger_model
from bbwnet.model.passenger_search import PassengerSearch, passenger_search
from bbwnet.model.road_loading import RoadLoading
from bbwnet.model.service_loading import cell_riders
from bbwnet.network.build import build_network
from bbwnet.network.state import NetworkState
from bbwnet.scenario.schema.demand import PURPOSES, Purpose
from bbwnet.scenario.schema.measures import PASSENGER_QUANTITIES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from bbwnet.assignment.truck_trips import TruckTrips
    from bbwnet.choice.mode_table import ModeChoices, ModeTable
    from bbwnet.demand.gravity import Gravity
    from bbwnet.network.network import Network
    from bbwnet.scenario.scenario import Scenario
    from bbwnet.scenario.schema.choice import TravelChoice
    from bbwnet.scenario.schema.scenario_file import ScenarioFile

_CAR = ALTERNATIVES.index(("car", False))


@dataclass
class CalibrationCase:
    """One scenario's year. Roads and vehicles are empty, or as full as they were when last loaded (`load`)."""

    name: str
    network: Network
    year: int
    targets: tuple[Target, ...]
    unused: tuple[Unused, ...]
    people: People
    search: PassengerSearch
    car_min: NDArray[np.float64]
    """Cost of going by car (purposes x n x n) at the values of time of `car_choice`."""
    car_cny: NDArray[np.float64]
    """What is paid for it (purposes x n x n), by the ways taken when the roads were last loaded."""
    car_choice: TravelChoice
    crowding_min: NDArray[np.float64]
    """What each journey of the search is felt longer for full vehicles."""
    trucks: TruckTrips | None
    sides: Sides
    evaluations: int = 0
    """How often the model was asked."""
    _loaded: int = 0
    _offered: tuple[str, Mapping[Purpose, ModeTable]] | None = None
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
        cells = np.repeat(offers.cell, np.diff(offers.first))
        carried = np.zeros(len(cells))
        for purpose in PURPOSES:
            carried += cell_riders(offers, found.ways[purpose], choices[purpose])[cells] * tables[purpose].journey_share
        return Travelled(self.people.names, trips, offers.journeys, carried, settings.fares.persons_per_car, self.trucks)

    def load(self, settings: ScenarioFile) -> None:
        """Put the cars of some settings on the roads, their passengers in vehicles, until the times fit: they stay so from then on."""
        network = dataclasses.replace(self.network, settings=settings)
        found = passenger_model(network, settings=LoopSettings(if_not_converged="warn"), search=self.search, trucks=self.trucks)
        roads = RoadLoading(network, NetworkState.free_flow(network), self.people.names, trucks=self.trucks)
        self.car_min, self.crowding_min = found.car_min, found.crowding_min
        self.car_cny, self.car_choice = roads.car_cny(found.equilibria), settings.choice
        self._loaded += 1

    def _people(self, settings: ScenarioFile) -> People:
        """People as the settings see them: those of the network unless figures of growth are changed."""
        fixed = {"purposes": None, "external": None}
        before, after = self.network.settings.demand, settings.demand
        if before.passenger.model_copy(update=fixed) == after.passenger.model_copy(update=fixed):
            return self.people
        return people_of(dataclasses.replace(self.network, settings=settings))

    def _tables(self, settings: ScenarioFile) -> Mapping[Purpose, ModeTable]:
        """What services offer, found anew where the settings of choice have changed, but for constants."""
        hours = [settings.demand.passenger.purposes.of(purpose).hour_weights for purpose in PURPOSES]
        key = repr((settings.choice.model_copy(update={"constants": None}), hours, self._loaded))
        if self._offered is None or self._offered[0] != key:
            self._offered = key, {purpose: self._table(settings, purpose) for purpose in PURPOSES}
        return self._offered[1]

    def _table(self, settings: ScenarioFile, purpose: Purpose) -> ModeTable:
        offers = self.search.offers
        felt = offers.felt_min(settings.choice) + self.crowding_min
        return offers.round_trips(settings.choice, purpose, settings.demand.passenger.purposes.of(purpose).hour_weights, felt)

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

    def _with_cars(self, table: ModeTable, row: int, settings: ScenarioFile, purpose: Purpose) -> ModeChoices:
        felt, fare = table.felt_min.copy(), table.fare_cny.copy()
        # Ways stay as they were when the roads were loaded; what they cost is worth more or less.
        worth = 60 / settings.choice.value_of_time.of_drivers(purpose) - 60 / self.car_choice.value_of_time.of_drivers(purpose)
        felt[..., _CAR] = np.where(np.eye(len(felt), dtype=np.bool_), np.inf, self.car_min[row] + worth * self.car_cny[row])
        fare[..., _CAR] = 0.0
        return dataclasses.replace(table, felt_min=felt, fare_cny=fare).choices(settings.choice, purpose)


def calibration_case(scenario: Scenario, targets: Sequence[Target] | None = None, trucks: TruckTrips | None = None) -> CalibrationCase:
    """Search a scenario's network for the targets given, by default those of its year that may be fitted to.

    Trucks are those of the freight model, where none are given. Raises `InputError` for observed totals that cannot be read, and
    without a target.
    """
    year = scenario.settings.demand.year or scenario.settings.as_of.year
    unused: Sequence[Unused] = ()
    if targets is None:
        found, unused = targets_of(read_observed_totals(network_folder(scenario)), scenario.records.measures, year, "fitted")
        targets = [item for item in found if item.measure.quantity in PASSENGER_QUANTITIES and item.measure.to_fit]
    if not targets:
        raise InputError(f"{scenario.name}: no observed total of {year} for calibration that a measure of passengers counts")
    network = build_network(scenario)
    state, people = NetworkState.free_flow(network), people_of(network)
    trucks = freight_model(network, state, if_not_converged="warn").truck_trips if trucks is None else trucks
    roads = RoadLoading(network, state, people.names, trucks=trucks)
    search = passenger_search(network, state, people=people, roads=roads)
    count = len(people.names)
    empty = roads.assign(np.zeros((len(PURPOSES), count, count)))
    return CalibrationCase(
        name=scenario.name,
        network=network,
        year=year,
        targets=tuple(targets),
        unused=tuple(unused),
        people=people,
        search=search,
        crowding_min=np.zeros(len(search.offers.journeys)),
        car_min=roads.car_min(empty),
        car_cny=roads.car_cny(empty),
        car_choice=scenario.settings.choice,
        trucks=trucks,
        sides=Sides(network, people.names),
    )
