"""How simulated days differ between two scenarios: paired replications, which share their random numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.errors import InputError
from bbwnet.simulation.replications import interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bbwnet.experiment.day import SimulatedDays
    from bbwnet.simulation.day import Record


_SPAN = ("days", "warm_up_h", "run_out_h")
"""Settings that must be alike, for totals to be of the same time."""


@dataclass(frozen=True)
class DayChange:
    """A figure of simulated days before and after: means over replications."""

    measure: str
    unit: str
    before: float | None
    """`None` where no replication of the scenario has it."""
    after: float | None
    change: float | None
    change_ci95: float | None
    """Half-width of the 95 % interval of the change, of paired replications; `None` for a single pair."""

    @property
    def told_apart(self) -> bool:
        """Whether the change is more than chance: its interval leaves out 0; of a single pair, whether there is any."""
        return bool(self.change) and abs(self.change or 0.0) > (self.change_ci95 or 0.0)


@dataclass(frozen=True)
class DayComparison:
    """A scenario's simulated days against those of a base."""

    base: str
    other: str
    replications: int
    changes: tuple[DayChange, ...]


def compare_days(base: SimulatedDays, other: SimulatedDays) -> DayComparison:
    """Put simulated days side by side; raises `ValueError` unless both have the same replications, `InputError` for other spans of time."""
    lengths = [tuple(getattr(days.network.settings.simulation, name) for name in _SPAN) for days in (base, other)]
    if lengths[0] != lengths[1]:
        names = " and ".join(f"{days.network.scenario} ({_told(length)})" for days, length in zip((base, other), lengths, strict=True))
        raise InputError(f"simulated days of {names} cannot be compared: give both the same, as with --set simulation.days=1")
    numbers = [tuple(record.replication for record in days.records) for days in (base, other)]
    if numbers[0] != numbers[1]:
        raise ValueError(f"days of other replications cannot be paired: {numbers[0]} and {numbers[1]}")
    before, after = ([figures(record) for record in days.records] for days in (base, other))
    units = {key: unit for own in (*before, *after) for key, (unit, _) in own.items()}
    changes = tuple(_change(key, units[key], before, after) for key in sorted(units))
    return DayComparison(base.network.scenario, other.network.scenario, len(before), changes)


def _told(length: tuple[float, ...]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in zip(_SPAN, length, strict=True))


def _change(
    key: str, unit: str, before: Sequence[dict[str, tuple[str, float]]], after: Sequence[dict[str, tuple[str, float]]]
) -> DayChange:
    one, two = ([own[key][1] for own in side if key in own] for side in (before, after))
    pairs = [b[key][1] - a[key][1] for a, b in zip(before, after, strict=True) if key in a and key in b]
    found = interval(pairs) if pairs else None
    width = None if found is None or math.isnan(found.half_width) else found.half_width
    return DayChange(key, unit, _mean(one), _mean(two), None if found is None else found.mean, width)


def _mean(values: Sequence[float]) -> float | None:
    return math.fsum(values) / len(values) if values else None


def figures(record: Record) -> dict[str, tuple[str, float]]:
    """Figures of a replication by name, each with its unit.

    What arrived and gave up of all that moves; hours between setting out and arriving (`hours`); hours waited by kind of server
    (`waited`); mean minutes of persons by mode (`minutes`), of vehicles on the
    roads (`road_minutes`), of delays of runs (`delay`); who found no seat (`no_seat`).
    """
    found: dict[str, tuple[str, float]] = {}
    for row in record.balance:
        found[f"arrived:{row.what}"] = (row.unit, row.arrived)
        found[f"gave_up:{row.what}"] = (row.unit, row.gave_up)
    for name, hours in record.lost_hours.items():
        found[f"hours:{name}"] = (name[: name.index("_h")].replace("_", " ") + " hours", hours)
    queues = record.servers.groupby(["kind", "unit"], sort=True, as_index=False)["queue_mean"].sum()
    for kind, unit, queue in zip(queues["kind"], queues["unit"], queues["queue_mean"], strict=True):
        found[f"waited:{kind}"] = (f"{unit} hours", float(queue))
    for table, kind in (("trips", "minutes"), ("car_trips", "road_minutes")):
        frame = record.tables.get(table)
        if frame is None:
            continue
        for mode, own in frame.groupby("mode", sort=True):
            arrived = own["arrived"].to_numpy(dtype=np.float64)
            known = own["mean_min"].notna().to_numpy() & (arrived > 0)
            if known.any():
                found[f"{kind}:{mode}"] = ("min", float(np.average(own["mean_min"].to_numpy()[known], weights=arrived[known])))
            if "no_seat" in own:
                found[f"no_seat:{mode}"] = ("persons", float(own["no_seat"].sum()))
    runs = record.tables.get("runs")
    if runs is not None:
        for mode, own in runs.groupby("mode", sort=True):
            late = own["delay_end_min"].dropna()
            if len(late):
                found[f"delay:{mode}"] = ("min", float(late.mean()))
    return found
