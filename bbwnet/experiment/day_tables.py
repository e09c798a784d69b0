"""Tables of simulated days: replications brought together, one table for each thing that the parts leave."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from bbwnet.experiment.day_contracts import BALANCE, DAY_SHAPES, EVENTS, LOST, RECOVERY, REPLAY_RUNS, REPLAY_SERVERS, SAILINGS
from bbwnet.simulation.recovery import recoveries
from bbwnet.simulation.replications import interval, over_replications

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bbwnet.experiment.contract import Table
    from bbwnet.experiment.day import SimulatedDays
    from bbwnet.simulation.day import Record


def day_tables(days: SimulatedDays) -> dict[str, pd.DataFrame]:
    """All tables of simulated days by name, those of parts that were there."""
    tables = {BALANCE.name: balance_frame(days)}
    for item in DAY_SHAPES:
        frames = [_frame(record, item.part_table) for record in days.records]
        found = [frame for frame in frames if frame is not None]
        if found:
            tables[item.table.name] = over_replications([pd.DataFrame() if frame is None else frame for frame in frames], item.shape)
    if any("ferry_sailings" in record.tables for record in days.records):
        tables[SAILINGS.name] = _each(days.records, "ferry_sailings", SAILINGS)
    for part_table, table in (("replay_servers", REPLAY_SERVERS), ("replay_runs", REPLAY_RUNS)):
        if part_table in days.records[0].tables:
            tables[table.name] = days.records[0].tables[part_table][[item.name for item in table.columns]]
    if days.undisturbed:
        tables[LOST.name] = lost_frame(days)
        tables[RECOVERY.name] = recovery_frame(days)
    if events := days.records[0].events:
        tables[EVENTS.name] = pd.DataFrame([vars(event) for event in events])
    return tables


def _frame(record: Record, name: str) -> pd.DataFrame | None:
    if name == "servers":
        return record.servers
    frame = record.tables.get(name)
    if name == "runs" and frame is not None:
        return frame.assign(cancelled=frame["cancelled_from"].notna().astype(float))
    return frame


def _each(records: Iterable[Record], name: str, table: Table) -> pd.DataFrame:
    """Rows of all replications, one after the other."""
    frames = [record.tables[name].assign(replication=record.replication) for record in records if name in record.tables]
    return pd.concat(frames, ignore_index=True)[[item.name for item in table.columns]]


def balance_frame(days: SimulatedDays) -> pd.DataFrame:
    """What entered, arrived, is under way and gave up: a row for each replication and thing that moves."""
    rows = [{"replication": record.replication, **vars(row)} for record in days.records for row in record.balance]
    return pd.DataFrame(rows, columns=[item.name for item in BALANCE.columns])


def lost_frame(days: SimulatedDays) -> pd.DataFrame:
    """Hours lost against the undisturbed days, by what travels: mean and half-width over replications."""
    rows = []
    for what, hours in days.lost_hours.items():
        found = interval(hours)
        rows.append({"what": what, "lost_h": found.mean, "lost_h_ci95": found.half_width})
    return pd.DataFrame(rows, columns=[item.name for item in LOST.columns])


def recovery_frame(days: SimulatedDays) -> pd.DataFrame:
    """How long queues outlast the last closure, in each replication."""
    settings = days.network.settings
    until_s = 86_400.0 * settings.simulation.days + 3600.0 * settings.simulation.run_out_h
    rows = [
        {
            "replication": record.replication,
            "unit": found.unit,
            "longest_excess": found.longest_excess,
            "recovery_h": found.hours if math.isfinite(found.hours) else math.nan,
        }
        for record, calm in zip(days.records, days.undisturbed, strict=True)
        for found in recoveries(record.servers, calm.servers, days.last_closure_s, until_s)
    ]
    return pd.DataFrame(rows, columns=[item.name for item in RECOVERY.columns])
