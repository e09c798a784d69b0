"""How changing vehicles differs between two scenarios: measures of the region, and hub by hub."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bbwnet.evaluation.corridors import corridor_weights, corridors
from bbwnet.evaluation.through_tickets import through_tickets
from bbwnet.evaluation.transfer_rows import hub_rows, measures
from bbwnet.evaluation.transfers import evaluate_transfers
from bbwnet.experiment.measures import MeasureChange, measure_changes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from bbwnet.evaluation.travel_times import Timekeeper

HUB_FIGURES = ("terminal_pairs_within", "transfers_per_1000_journeys", "transfer_mean_min", "interchange_share")
"""What is compared of a hub (N1)."""


@dataclass(frozen=True)
class HubChange:
    """One hub before and after: each figure as a pair, absent where the hub is."""

    hub: str
    figures: dict[str, tuple[float | None, float | None]]


@dataclass(frozen=True)
class TransferComparison:
    """Changes of vehicle in a scenario against the base's, by any chain of services from door to door."""

    base: str
    other: str
    measures: tuple[MeasureChange, ...]
    hubs: tuple[HubChange, ...]
    """Hubs of the data alone."""


def compare_transfers(base: Timekeeper, others: Sequence[Timekeeper]) -> list[TransferComparison]:
    """Compare the changes of vehicle in scenarios with those in a base.

    Raises `NetworkError` for a scenario that takes its services by headway: it knows no departures to change between.
    """
    before = _evaluate(base)
    result = []
    for other in others:
        after = _evaluate(other)
        hubs = tuple(_hub_change(hub, before[1].get(hub), after[1].get(hub)) for hub in sorted({*before[1], *after[1]}))
        names = base.network.scenario, other.network.scenario
        result.append(TransferComparison(*names, measure_changes(before[0], after[0]), hubs))
    return result


def _evaluate(keeper: Timekeeper) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    """Measures of the region, and rows of its hubs by identifier."""
    network = keeper.network
    evaluation = evaluate_transfers(network, keeper.doors)
    lines = [] if network.plan is None else corridors(network)
    region = measures(evaluation, lines, corridor_weights(network, lines), through_tickets(network, evaluation))
    return region, {row["hub"]: row for row in hub_rows(evaluation) if row["kind"] == "hub"}


def _hub_change(hub: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> HubChange:
    sides = [row or {} for row in (before, after)]
    return HubChange(hub, {name: (sides[0].get(name), sides[1].get(name)) for name in HUB_FIGURES})
