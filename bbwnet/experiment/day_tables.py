"""Tables of simulated days: replications brought together, one table for each thing that the parts leave."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from bbwnet.simulation.replications import Shape, interval, over_replications

if TYPE_CHECKING:
    from bbwnet.experiment.day import SimulatedDays

SERVERS = Shape(
    key=("kind", "server", "hour"),
    same=("unit",),
    counts=("arrivals", "served", "gave_up", "queue_mean", "queue_max", "utilisation", "blocked_s"),
    means=("wait_mean_s", "wait_p95_s"),
)


def day_tables(days: SimulatedDays) -> dict[str, pd.DataFrame]:
    """All tables of simulated days by name."""
    return {
        "simulation_balance": balance_frame(days),
        "simulation_servers": over_replications([record.servers for record in days.records], SERVERS),
        "simulation_lost": lost_frame(days),
    }


def balance_frame(days: SimulatedDays) -> pd.DataFrame:
    """What entered, arrived, is under way and gave up: a row for each replication and thing that moves."""
    return pd.DataFrame(
        [
            {
                "replication": record.replication,
                "what": row.what,
                "unit": row.unit,
                "entered": row.entered,
                "arrived": row.arrived,
                "under_way": row.under_way,
                "gave_up": row.gave_up,
            }
            for record in days.records
            for row in record.balance
        ],
        columns=["replication", "what", "unit", "entered", "arrived", "under_way", "gave_up"],
    )


def lost_frame(days: SimulatedDays) -> pd.DataFrame:
    """Hours lost against the undisturbed days, by what travels: mean and half-width over replications."""
    rows = []
    for what, hours in days.lost_hours.items():
        found = interval(hours)
        rows.append({"what": what, "lost_h": found.mean, "lost_h_ci95": found.half_width if not math.isnan(found.half_width) else None})
    return pd.DataFrame(rows, columns=["what", "lost_h", "lost_h_ci95"])
