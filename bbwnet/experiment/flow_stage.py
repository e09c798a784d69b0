"""The stage of a run that gives its flows: tables, and what the manifest says of how far the loops came."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bbwnet.errors import NetworkError
from bbwnet.experiment.count_checks import check_counts, counts_of, with_counts
from bbwnet.experiment.flow_summary import flow_summary
from bbwnet.experiment.flow_tables import flow_tables
from bbwnet.experiment.observed_nodes import observed_nodes
from bbwnet.model.flows import FlowSettings, flows

if TYPE_CHECKING:
    import pandas as pd

    from bbwnet.model.flows import Flows
    from bbwnet.network.network import Network
    from bbwnet.scenario.scenario import Scenario


@dataclass(frozen=True)
class FlowStage:
    """Flows as a run leaves them."""

    tables: dict[str, pd.DataFrame]
    """None where nobody travels and nothing is sent."""
    summary: dict[str, Any]
    """Gaps, what is missing and left out, warnings."""
    found: Flows | None = None
    """The flows themselves, for the simulated days."""

    @property
    def messages(self) -> list[str]:
        """What the user should hear: warnings, and what is missing."""
        return [*self.summary.get("warnings", ()), *self.summary["missing"]]


def flow_stage(scenario: Scenario, network: Network) -> FlowStage:
    """Flows of a scenario; loops that do not reach their gap warn, and a region without people and freight gives no tables.

    Raises `InputError` for counts and totals of the network's folder that are wrong.
    """
    counts = counts_of(scenario, network, None)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", RuntimeWarning)
        try:
            found = flows(network, settings=FlowSettings(if_not_converged="warn"))
        except NetworkError as error:
            return FlowStage({}, {"missing": [str(error)]})
    found = with_counts(found, counts)
    checks = check_counts(found, counts)
    told = [str(warning.message) for warning in caught if issubclass(warning.category, RuntimeWarning)]
    summary = flow_summary(found, checks, scenario.records.fit_parameters)
    return FlowStage(flow_tables(found, checks, observed_nodes(scenario, network)), summary | {"warnings": told}, found)
