"""Modelled against observed totals of a scenario's year: what was fitted to, and what was withheld from every fit."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.evaluation.fit import geh, rmse_share
from bbwnet.exchange.observed_totals import read_observed_totals
from bbwnet.experiment.calibration_case import calibration_case
from bbwnet.experiment.dates import network_folder, scenario_on
from bbwnet.experiment.modelled_totals import Sides, freight_total
from bbwnet.experiment.observed_targets import HOURS_A_YEAR, Target, targets_of
from bbwnet.model.freight_model import freight_model
from bbwnet.network.build import build_network
from bbwnet.network.state import NetworkState
from bbwnet.scenario.schema.measures import PASSENGER_QUANTITIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bbwnet.scenario.scenario import Scenario


@dataclass(frozen=True)
class TotalCheck:
    """An observed total of a year and what the model says."""

    target: Target
    modelled: float | None

    @property
    def error(self) -> float | None:
        """Relative error, modelled / observed - 1."""
        return None if self.modelled is None else self.modelled / self.target.value - 1

    @property
    def geh(self) -> float | None:
        """GEH statistic of the mean hour."""
        return None if self.modelled is None else geh(self.modelled / HOURS_A_YEAR, self.target.value / HOURS_A_YEAR)


def passenger_checks(scenario: Scenario) -> list[TotalCheck]:
    """Totals of passengers and vehicles of the scenario's year, withheld ones first; none where none was observed.

    Roads and vehicles are as full as the scenario's own passengers make them.
    """
    known = [item for item in _targets(scenario) if item.measure.quantity in PASSENGER_QUANTITIES]
    # what lies between two years of calibration was no target of any fit
    targets = [item for item in known if item.use == "withheld" or item.method != "interpolated"]
    if not targets:
        return []
    case = calibration_case(scenario, targets=targets)
    case.load(scenario.settings)
    return [TotalCheck(target, value) for target, value in zip(targets, case.totals(scenario.settings), strict=True)]


def freight_checks(scenario: Scenario, years: Iterable[int]) -> list[TotalCheck]:
    """Tonnes, TEU and trucks of years, each by the network of its own last day and the scenario's assumptions; fitted and withheld alike.

    Raises `InputError` for a scenario whose projects are not chosen by opening.
    """
    checks = []
    for year in years:
        then = scenario_on(scenario, datetime.date(year, 12, 31))
        targets = [item for item in _targets(then) if item.measure.quantity not in PASSENGER_QUANTITIES]
        if not targets:
            continue
        network = build_network(then)
        found = freight_model(network, NetworkState.free_flow(network), if_not_converged="warn")
        sides = Sides(network, ())
        checks += [TotalCheck(target, freight_total(target.measure, found, sides)) for target in targets]
    return checks


@dataclass(frozen=True)
class TotalSummary:
    """Errors of the totals of one quantity and use."""

    quantity: str
    use: str
    totals: int
    not_modelled: int
    median_absolute_error: float | None
    greatest_absolute_error: float | None
    rmse_share: float | None
    """Root of the mean squared error over the mean observed total."""


def summarise_totals(checks: Sequence[TotalCheck]) -> list[TotalSummary]:
    """Errors by use and quantity, and of all of a use."""
    found = []
    for use in sorted({item.target.use for item in checks}):
        own = [item for item in checks if item.target.use == use]
        quantities = sorted({item.target.measure.quantity for item in own})
        groups = [(name, [item for item in own if item.target.measure.quantity == name]) for name in quantities]
        found += [_summary(name, use, items) for name, items in [*groups, ("all", own)]]
    return found


def _summary(quantity: str, use: str, items: Sequence[TotalCheck]) -> TotalSummary:
    known = [(item.modelled, item.target.value) for item in items if item.modelled is not None]
    errors = [abs(modelled / observed - 1) for modelled, observed in known]
    return TotalSummary(
        quantity=quantity,
        use=use,
        totals=len(items),
        not_modelled=len(items) - len(known),
        median_absolute_error=float(np.median(errors)) if errors else None,
        greatest_absolute_error=max(errors, default=None),
        rmse_share=rmse_share([modelled for modelled, _ in known], [observed for _, observed in known]),
    )


def _targets(scenario: Scenario) -> list[Target]:
    """Withheld totals of the scenario's year, then those of calibration."""
    year = scenario.settings.demand.year or scenario.settings.as_of.year
    rows = read_observed_totals(network_folder(scenario))
    withheld = targets_of(rows, scenario.records.measures, year, "withheld")[0]
    fitted = targets_of(rows, scenario.records.measures, year, "fitted")[0]
    return [*withheld, *fitted]
