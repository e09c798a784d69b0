"""Modelled against observed times: rail by kind of train, roads by car, each at its own date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.evaluation.travel_times import Timekeeper
from bbwnet.exchange.observations import ObservedTime, read_observed_times
from bbwnet.experiment.dates import network_folder, scenario_on
from bbwnet.network.build import build_network
from bbwnet.network.lookup import Target
from bbwnet.routing.direct import direct_seconds
from bbwnet.scenario.schema.infrastructure import RailLink

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bbwnet.network.network import Network
    from bbwnet.scenario.scenario import Scenario


@dataclass(frozen=True)
class Check:
    """An observation and what the model says."""

    observed: ObservedTime
    modelled_min: float | None
    modelled_km: float | None

    @property
    def error(self) -> float | None:
        """Relative error of the time (modelled / observed - 1); `None` where either is missing."""
        if self.modelled_min is None or self.observed.minutes is None:
            return None
        return self.modelled_min / self.observed.minutes - 1

    @property
    def length_error(self) -> float | None:
        """Relative error of the distance; `None` where either is missing."""
        if self.modelled_km is None or self.observed.length_km is None:
            return None
        return self.modelled_km / self.observed.length_km - 1


@dataclass(frozen=True)
class ErrorSummary:
    """Errors of one kind of observation."""

    kind: str
    use: str
    observations: int
    not_modelled: int
    median_absolute_error: float
    percentile_90_absolute_error: float
    median_error: float


def validate(scenario: Scenario) -> list[Check]:
    """Compare every observation not after the scenario's day with the model as of the observation's own day.

    Rail observations are direct trains of one kind, so the fastest direct train of that kind is compared; roads are
    driven in free flow.
    """
    rows = [row for row in read_observed_times(network_folder(scenario)) if row.date <= scenario.settings.as_of]
    checks: dict[int, Check] = {}
    dates = sorted({max(row.date, scenario.index.data_from) for row in rows})
    for date in dates:
        network = build_network(scenario_on(scenario, date))
        timekeeper = Timekeeper(network)
        for position, row in enumerate(rows):
            if max(row.date, scenario.index.data_from) == date:
                checks[position] = check(network, timekeeper, row)
    return [checks[position] for position in range(len(rows))]


def check(network: Network, timekeeper: Timekeeper, row: ObservedTime) -> Check:
    """Compare one observation with a network."""
    if row.mode == "rail":
        patterns = [item for item in network.trips.patterns if item.mode == "rail" and (item.train_class or "").startswith(row.kind)]
        seconds = direct_seconds(patterns, row.origin, row.destination)
        return Check(row, None if seconds is None else seconds / 60, None)
    ends = [_road_target(network, end) for end in (row.origin, row.destination)]
    if ends[0] is None or ends[1] is None:
        return Check(row, None, None)
    time = timekeeper.time(ends[0], ends[1], "drive")
    return Check(row, time.minutes, time.length_km)


def _road_target(network: Network, key: str) -> Target | None:
    """The place, node or city of an identifier."""
    if key in network.node_index:
        return Target("node", key)
    return Target("city", key) if key in network.cities else None


def summarise(checks: Sequence[Check]) -> list[ErrorSummary]:
    """Errors by kind (EMU, conventional, car) and use (fitted or withheld), times only."""
    groups = sorted({(item.observed.kind, item.observed.use) for item in checks if item.observed.minutes is not None})
    summaries = []
    for kind, use in groups:
        chosen = [item for item in checks if (item.observed.kind, item.observed.use) == (kind, use) and item.observed.minutes is not None]
        errors = np.array([item.error for item in chosen if item.error is not None], dtype=np.float64)
        absolute = np.abs(errors)
        known = len(errors) > 0
        summaries.append(
            ErrorSummary(
                kind=kind,
                use=use,
                observations=len(chosen),
                not_modelled=len(chosen) - len(errors),
                median_absolute_error=float(np.median(absolute)) if known else float("nan"),
                percentile_90_absolute_error=float(np.percentile(absolute, 90)) if known else float("nan"),
                median_error=float(np.median(errors)) if known else float("nan"),
            )
        )
    return summaries


@dataclass(frozen=True)
class FittedParameters:
    """What was fitted to observed times."""

    run_time_parameters: int
    """Parameters of run-time classes fitted to the calibration pairs."""
    inferred_operating_speeds: int
    """Operating speeds of lines (line and speed) that were inferred from observed times."""


def fitted_parameters(scenario: Scenario) -> FittedParameters:
    """Count what was fitted to observed times, in the base network and in projects."""
    parts = [part for project in scenario.records.projects for part in (project.add, *(item.add for item in project.variants.values()))]
    links = [*scenario.records.links, *(link for addition in parts for link in addition.links)]
    inferred = {(link.line, link.operating_speed_kmh) for link in links if isinstance(link, RailLink) and link.operating_speed_inferred}
    return FittedParameters(sum(len(item.fitted) for item in scenario.records.run_time_classes), len(inferred))
