"""Figures that were reported of the ferries, held against the simulated ones, row by row, with their range over replications."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bbwnet.scenario.schema.simulation_window import moment_seconds
from bbwnet.simulation.visits import HOUR_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bbwnet.network.network import Network
    from bbwnet.scenario.schema.simulation_ferries import FerryDemand, ReportedFigure
    from bbwnet.simulation.day import Record

COLUMNS = ("what", "of", "from", "until", "used_as", "reported", "bound", "modelled", "lowest", "highest", "error")
"""`used_as`: `fitted`, `seen` (known while fitting, not aimed at: no independent check) or `predicted` (none known); `bound`: `at least`
where the report says so; `error`: share of the reported figure that the modelled one is above it, only where it is no bound."""


def strait_check(network: Network, records: Sequence[Record]) -> pd.DataFrame:
    """Each reported figure of a scenario (`simulation.ferries.reported`) beside its simulated mean and range of replications (`COLUMNS`).

    Empty for a scenario that names none. Raises `ValueError` for a figure of a demand that is not there.
    """
    choice = network.settings.simulation.ferries
    demands = {item.id: item for item in choice.demand}
    rows = []
    for figure in choice.reported:
        if figure.of not in demands:
            raise ValueError(f"reported figure of {figure.of}: no such demand under simulation.ferries.demand")
        values = [modelled(figure, demands[figure.of], record) for record in records]
        mean = math.fsum(values) / len(values) if values else math.nan
        used = "predicted" if figure.value is None else "fitted" if figure.fitted else "seen"
        error = mean / figure.value - 1 if figure.value and not figure.least else math.nan
        reported = math.nan if figure.value is None else figure.value
        rows.append(
            (figure.what, figure.of, figure.from_, figure.until or figure.from_, used, reported, "at least" if figure.least else "", mean,
             min(values, default=math.nan), max(values, default=math.nan), error)
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def modelled(figure: ReportedFigure, demand: FerryDemand, record: Record) -> float:
    """The figure as one replication has it; sailings count when they leave, and half-hours of queues are those of the hour before."""
    begin = float(moment_seconds(figure.from_))
    end = begin if figure.until is None else float(moment_seconds(figure.until))
    if figure.what in {"shipped", "sailings"}:
        sailings = record.tables["ferry_sailings"]
        own = sailings[sailings["from"].isin(demand.from_) & (sailings["depart_s"] >= begin) & (sailings["depart_s"] < end)]
        return float(len(own)) if figure.what == "sailings" else math.fsum(own["vehicles"])
    queues = record.tables["ferry_queues"]
    own = queues[queues["from"].isin(demand.from_) & (queues["hour"] >= begin // HOUR_S) & (queues["hour"] <= end // HOUR_S)]
    columns = {"waiting_outside": ["outside"], "waiting_inside": ["inside"]}.get(figure.what, ["outside", "inside"])
    by_hour = own.groupby("hour", sort=True)[columns].sum().sum(axis=1).to_numpy(dtype=np.float64)
    return float(by_hour.max()) if len(by_hour) else 0.0
