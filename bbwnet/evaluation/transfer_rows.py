"""Transfers as rows: per hub and pair of modes, per hub, per pair of terminals, per corridor, per kind of through ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bbwnet.evaluation.corridors import SHORT_WAIT_MIN
from bbwnet.evaluation.transfers import ALL_PAIRS, WITHIN_MIN
from bbwnet.evaluation.weighted import weighted_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from bbwnet.evaluation.corridors import Corridor
    from bbwnet.evaluation.headway_waits import HeadwayWaits
    from bbwnet.evaluation.interchanges import Interchange
    from bbwnet.evaluation.through_tickets import ThroughTickets
    from bbwnet.evaluation.transfers import HubTransfers, TransferEvaluation, TransferFigures

EVERYWHERE = "all"
"""Hub of the rows of all changes, wherever they are made."""


def definition_of(evaluation: TransferEvaluation) -> str:
    """Name of the definition that the journeys keep."""
    return "planned" if evaluation.planned else "door_to_door"


def transfer_rows(evaluation: TransferEvaluation) -> list[dict[str, Any]]:
    """A row per hub and pair of modes; `all` of either first. Not-a-number where nobody changes."""
    rows = [
        _transfer_row(evaluation, None, ALL_PAIRS, evaluation.total, evaluation.changing_share),
        *(_transfer_row(evaluation, None, pair, figures, None) for pair, figures in evaluation.by_modes.items()),
    ]
    for hub in evaluation.hubs:
        rows.append(_transfer_row(evaluation, hub.interchange, ALL_PAIRS, hub.total, hub.interchange_share))
        rows.extend(_transfer_row(evaluation, hub.interchange, pair, figures, None) for pair, figures in hub.by_modes.items())
    return rows


def transfers_table(evaluations: Iterable[TransferEvaluation]) -> pd.DataFrame:
    """Table `transfers` of a run: the rows of every evaluation."""
    return pd.DataFrame([row for evaluation in evaluations for row in transfer_rows(evaluation)])


def hub_rows(evaluation: TransferEvaluation, within_min: float = WITHIN_MIN) -> list[dict[str, Any]]:
    """A row per hub (N1): modes joined, terminals reachable from each other, mean time of a change, share of journeys that change here."""
    return [_hub_row(evaluation, hub, within_min) for hub in evaluation.hubs]


def hubs_table(evaluations: Iterable[TransferEvaluation]) -> pd.DataFrame:
    """Table `hubs` of a run."""
    return pd.DataFrame([row for evaluation in evaluations for row in hub_rows(evaluation)])


def terminal_rows(hub: HubTransfers) -> list[dict[str, Any]]:
    """A row per ordered pair of a hub's terminals (V2), those to themselves too; not-a-number where there is no way."""
    names = hub.times.terminals
    return [
        {"hub": hub.interchange.id, "from": origin, "to": destination, "minutes": float(hub.times.minutes[row, column])}
        for row, origin in enumerate(names)
        for column, destination in enumerate(names)
    ]


def terminals_table(evaluation: TransferEvaluation) -> pd.DataFrame:
    """Table `terminals` of a run: times between the terminals of each hub, which do not depend on who travels."""
    return pd.DataFrame([row for hub in evaluation.hubs for row in terminal_rows(hub)])


def headway_rows(corridors: Iterable[Corridor]) -> list[dict[str, Any]]:
    """A row per corridor and `rail`, `coach` or both as `all`; not-a-number where nothing runs."""
    return [
        {
            "from": corridor.from_city,
            "to": corridor.to_city,
            "goals": " ".join(corridor.goals),
            "service": service,
            "departures": len(waits.departures_s),
            "mean_headway_min": waits.mean_headway_min,
            "mean_wait_min": waits.mean_wait_min,
            "short_wait_share": waits.short_wait_share(SHORT_WAIT_MIN),
        }
        for corridor in corridors
        for service, waits in _services(corridor)
    ]


def headways_table(corridors: Iterable[Corridor]) -> pd.DataFrame:
    """Table `headways` of a run."""
    return pd.DataFrame(headway_rows(corridors))


def headway_hour_rows(corridors: Iterable[Corridor]) -> list[dict[str, Any]]:
    """A row per corridor, service and hour of the window."""
    return [
        {
            "from": corridor.from_city,
            "to": corridor.to_city,
            "service": service,
            "hour": hour.hour,
            "departures": hour.departures,
            "mean_wait_min": hour.mean_wait_min,
        }
        for corridor in corridors
        for service, waits in _services(corridor)
        for hour in waits.by_hour()
    ]


def headway_hours_table(corridors: Iterable[Corridor]) -> pd.DataFrame:
    """Table `headway_hours` of a run."""
    return pd.DataFrame(headway_hour_rows(corridors))


def ticket_rows(tickets: Iterable[ThroughTickets]) -> list[dict[str, Any]]:
    """A row per set of modes ridden (V4), `all` first."""
    return [vars(item) for item in tickets]


def tickets_table(evaluation: TransferEvaluation, tickets: Iterable[ThroughTickets]) -> pd.DataFrame:
    """Table `through_tickets` of a run."""
    heading = {"mode": evaluation.mode, "definition": definition_of(evaluation), "weights": evaluation.weights}
    return pd.DataFrame(
        [heading | {"modes_ridden": item.modes} | {k: v for k, v in vars(item).items() if k != "modes"} for item in tickets]
    )


def measures(
    evaluation: TransferEvaluation, corridors: Sequence[Corridor], weights: NDArray[np.float64], tickets: Sequence[ThroughTickets]
) -> list[dict[str, Any]]:
    """Measures of the region by clause, a row each with its unit; `weights` of the corridors as `corridor_weights` gives them."""
    total, every = evaluation.total, tickets[0]
    goals = sorted({goal for corridor in corridors for goal in corridor.goals})
    return [
        _measure("V1", "walk_mean", total.walk_mean_min, "min"),
        _measure("V1", "walk_p90", total.walk_p90_min, "min"),
        _measure("V1", "short_walk_share", total.short_walk_share),
        _measure("V1", "wait_mean", total.wait_mean_min, "min"),
        _measure("V1", "wait_p90", total.wait_p90_min, "min"),
        _measure("V1", "missed_share", total.missed_share),
        _measure("N1", "transfers_per_journey", evaluation.transfers_per_journey),
        _measure("N1", "changing_share", evaluation.changing_share),
        *(item for goal in goals for item in _corridor_measures(goal, corridors, weights)),
        _measure("V4", "on_through_tickets", every.on_through_tickets),
        _measure("V4", "saved_mean", every.saved_mean_min, "min"),
        _measure("V4", "saved_mean_cny", every.saved_mean_cny, "CNY"),
    ]


def _corridor_measures(goal: str, corridors: Sequence[Corridor], weights: NDArray[np.float64]) -> list[dict[str, Any]]:
    """Corridors of a goal, both directions; means over those with a direct service, by weight of the people at both ends."""
    of_goal = np.array([goal in corridor.goals for corridor in corridors], dtype=bool)
    served = of_goal & np.array([bool(corridor.together.departures_s) for corridor in corridors], dtype=bool)
    waits = [corridor.together.mean_wait_min for corridor in corridors]
    short = [corridor.together.short_wait_share(SHORT_WAIT_MIN) for corridor in corridors]
    return [
        _measure("V3", f"directions:{goal}", float(of_goal.sum()), "directions"),
        _measure("V3", f"directions_served:{goal}", float(served.sum()), "directions"),
        _measure("V3", f"mean_wait:{goal}", weighted_mean(np.array(waits)[served], weights[served]), "min"),
        _measure("V3", f"short_wait_share:{goal}", weighted_mean(np.array(short)[served], weights[served])),
    ]


def _measure(clause: str, name: str, value: float, unit: str = "") -> dict[str, Any]:
    return {"clause": clause, "measure": name, "value": value, "unit": unit}


def _services(corridor: Corridor) -> tuple[tuple[str, HeadwayWaits], ...]:
    return (*corridor.by_mode.items(), ("all", corridor.together))


def _transfer_row(
    evaluation: TransferEvaluation, hub: Interchange | None, pair: str, figures: TransferFigures, share: float | None
) -> dict[str, Any]:
    return {
        "mode": evaluation.mode,
        "definition": definition_of(evaluation),
        "weights": evaluation.weights,
        "hub": EVERYWHERE if hub is None else hub.id,
        "kind": None if hub is None else hub.kind,
        "city": None if hub is None else hub.city,
        "mode_pair": pair,
        "transfers_per_1000_journeys": figures.per_1000_journeys,
        "departures": figures.departures,
        "walk_mean_min": figures.walk_mean_min,
        "walk_median_min": figures.walk_median_min,
        "walk_p90_min": figures.walk_p90_min,
        "way_mean_min": figures.way_mean_min,
        "wait_mean_min": figures.wait_mean_min,
        "wait_median_min": figures.wait_median_min,
        "wait_p90_min": figures.wait_p90_min,
        "border_mean_min": figures.border_mean_min,
        "transfer_mean_min": figures.transfer_mean_min,
        "short_walk_share": figures.short_walk_share,
        "one_stop_share": figures.one_stop_share,
        "missed_share": figures.missed_share,
        "interchange_share": share,
    }


def _hub_row(evaluation: TransferEvaluation, hub: HubTransfers, within_min: float) -> dict[str, Any]:
    joined, pairs = hub.times.within(within_min)
    return {
        "mode": evaluation.mode,
        "definition": definition_of(evaluation),
        "weights": evaluation.weights,
        "hub": hub.interchange.id,
        "kind": hub.interchange.kind,
        "rank": hub.interchange.rank,
        "city": hub.interchange.city,
        "modes": " ".join(hub.modes),
        "terminals": len(hub.interchange.terminals),
        "terminal_pairs": pairs,
        "within_min": within_min,
        "terminal_pairs_within": joined,
        "transfers_per_1000_journeys": hub.total.per_1000_journeys,
        "transfer_mean_min": hub.total.transfer_mean_min,
        "interchange_share": hub.interchange_share,
    }
