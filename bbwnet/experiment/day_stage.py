"""The stage of a run that simulates its days: tables, and what the manifest says of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bbwnet.experiment.day import DaySettings, simulate
from bbwnet.experiment.day_tables import day_tables

if TYPE_CHECKING:
    import pandas as pd

    from bbwnet.model.flows import Flows
    from bbwnet.network.network import Network
    from bbwnet.scenario.scenario import Scenario


@dataclass(frozen=True)
class DayStage:
    """Simulated days as a run leaves them."""

    tables: dict[str, pd.DataFrame]
    summary: dict[str, Any]
    """Replications, and what was said."""
    messages: tuple[str, ...]


def day_stage(scenario: Scenario, network: Network, found: Flows | None, workers: int) -> DayStage:
    """Simulate the days of a scenario, whose flows are `found` if they are there already."""
    days = simulate(scenario, network, DaySettings(workers=workers), found)
    summary = {"replications": len(days.records), "messages": list(days.messages)}
    return DayStage(day_tables(days), {"simulation": summary}, days.messages)
