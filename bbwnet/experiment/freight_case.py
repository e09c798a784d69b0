"""A year of freight to calibrate to: its network, its totals of ports, locks and borders, and what the model says of them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bbwnet.errors import InputError
from bbwnet.exchange.observed_totals import read_observed_totals
from bbwnet.experiment.dates import network_folder
from bbwnet.experiment.modelled_totals import Sides, freight_total
from bbwnet.experiment.observed_targets import Target, Unused, targets_of
from bbwnet.model.freight_model import freight_model
from bbwnet.network.build import build_network
from bbwnet.network.state import NetworkState
from bbwnet.scenario.schema.measures import PASSENGER_QUANTITIES

if TYPE_CHECKING:
    from bbwnet.network.network import Network
    from bbwnet.scenario.scenario import Scenario
    from bbwnet.scenario.schema.scenario_file import ScenarioFile


@dataclass
class FreightCase:
    """One scenario's year of freight on empty roads."""

    name: str
    network: Network
    targets: tuple[Target, ...]
    unused: tuple[Unused, ...]
    evaluations: int = 0
    """How often the model was asked."""

    def totals(self, settings: ScenarioFile) -> tuple[float | None, ...]:
        """What the model says of each target under settings whose freight demand alone differs from the network's."""
        self.evaluations += 1
        network = dataclasses.replace(self.network, settings=settings)
        found = freight_model(network, NetworkState.free_flow(network), if_not_converged="warn")
        sides = Sides(network, ())
        return tuple(freight_total(target.measure, found, sides) for target in self.targets)

    def load(self, settings: ScenarioFile) -> None:
        """Leave the roads empty: cars change the time of trucks by little, and no total by its way."""


def freight_case(scenario: Scenario) -> FreightCase:
    """Build a scenario's network and find the totals of freight of its year; raises `InputError` without any."""
    year = scenario.settings.demand.year or scenario.settings.as_of.year
    rows = read_observed_totals(network_folder(scenario))
    found, unused = targets_of(rows, scenario.records.measures, year, "fitted")
    targets = tuple(item for item in found if item.measure.quantity not in PASSENGER_QUANTITIES and item.measure.to_fit)
    if not targets:
        raise InputError(f"{scenario.name}: no observed total of {year} for calibration that a measure of freight counts")
    return FreightCase(scenario.name, build_network(scenario), targets, tuple(unused))
