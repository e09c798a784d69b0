"""What `bbwnet simulate` prints: tables of simulated days, one a view."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bbwnet.cli.flow_view import View
from bbwnet.cli.output import Column, one_decimal, percent, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bbwnet.experiment.day import SimulatedDays

UNITS = ("persons", "vehicles", "ships", "flights", "trains", "tonnes", "teu")
"""Units that queue, in the order in which they are told."""
PER_UNIT = 5
"""Servers told of each unit, unless more are asked for."""

Tables = dict[str, pd.DataFrame]


def _whole(value: float | None) -> str:
    return "–" if value is None or math.isnan(value) else f"{value:,.0f}"


def _column(key: str, en: str, zh: str, write: Callable[[Any], str] | None = one_decimal) -> Column:
    return Column(key, en, zh) if write is None else Column(key, en, zh, write, right=True)


def _view(name: str, titles: tuple[str, str], columns: list[Column], frame: pd.DataFrame, top: int) -> View:
    """The first rows of a frame, all of its columns for machines, those named for readers."""
    shown = frame if top == 0 else frame.head(top)
    rows = [{str(key): _plain(value) for key, value in row.items()} for row in shown.to_dict("records")]
    return View(name, titles, columns, rows, len(frame) - len(shown), header=tuple(map(str, frame.columns)))


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def balance_view(tables: Tables) -> View:
    """The balance sheet, mean over replications."""
    frame = tables["simulation_balance"]
    found = frame.drop(columns="replication").groupby(["what", "unit"], sort=False).mean().reset_index()
    columns = [
        _column("what", "what", "对象", None), _column("unit", "unit", "单位", None), _column("entered", "entered", "进入", _whole),
        _column("arrived", "arrived", "到达", _whole), _column("under_way", "under way", "在途", _whole),
        _column("gave_up", "gave up", "放弃", _whole),
    ]  # fmt: skip
    return _view("balance", ("平衡表（含预热）", "Balance, warming up included"), columns, found, 0)


def reported_view(frame: pd.DataFrame) -> View:
    """Simulated figures of the ferries beside reported ones."""
    columns = [
        _column("what", "what", "指标", None), _column("from", "from", "自", None), _column("until", "until", "至", None),
        _column("used_as", "used as", "用途", None), _column("bound", "bound", "界", None), _column("reported", "reported", "报道", _whole),
        _column("modelled", "modelled", "模拟", _whole), _column("lowest", "lowest", "最低", _whole),
        _column("highest", "highest", "最高", _whole),
        _column("error", "error", "误差", lambda value: "–" if math.isnan(value) else f"{100 * value:+.0f} %"),
    ]  # fmt: skip
    return _view("reported", ("模拟与报道", "Modelled against reported"), columns, frame, 0)


def places_view(tables: Tables, top: int) -> View:
    """Servers over all hours, those of each unit at which most time is waited first."""
    frame = tables["simulation_servers"]
    waited = frame["queue_mean"]
    found = frame.assign(
        waited_h=waited,
        served_wait=(frame["wait_mean_s"] * frame["served"]).fillna(0.0),
        busy=frame["utilisation"],
        peak=frame["queue_max"],
    )
    groups = found.groupby(["unit", "kind", "server"], sort=True)
    sums = groups.agg(
        served=("served", "sum"),
        gave_up=("gave_up", "sum"),
        waited_h=("waited_h", "sum"),
        queue_max=("peak", "max"),
        use_max=("busy", "max"),
    ).reset_index()
    sums["wait_mean_min"] = 60 * sums["waited_h"] / sums["served"].where(sums["served"] > 0)
    sums["order"] = sums["unit"].map({unit: place for place, unit in enumerate(UNITS)}).fillna(len(UNITS))
    sums = sums.sort_values(["order", "waited_h", "kind", "server"], ascending=[True, False, True, True], kind="stable")
    sums = sums[sums["waited_h"] > 0].drop(columns="order")
    if top:
        sums = sums.groupby("unit", sort=False).head(top)
    columns = [
        _column("unit", "unit", "单位", None), _column("kind", "kind", "类别", None), _column("server", "where", "地点", None),
        _column("served", "served", "服务", _whole), _column("gave_up", "gave up", "放弃", _whole),
        _column("waited_h", "unit-hours waited", "等待（单位·时）", _whole), _column("wait_mean_min", "wait, mean min", "平均等待（分）"),
        _column("queue_max", "longest queue", "最长排队", _whole), _column("use_max", "use, most", "最高利用率", percent),
    ]  # fmt: skip
    return _view("places", ("何处等待", "Who waits where, all hours"), columns, sums, 0)


def modes_view(tables: Tables) -> list[View]:
    """Travellers and vehicles by mode."""
    parts = [
        tables[name].assign(unit=unit)
        for name, unit in (("simulation_trips", "persons"), ("simulation_vehicle_trips", "vehicles"))
        if name in tables and len(tables[name])
    ]
    if not parts:
        return []
    frame = pd.concat(parts, ignore_index=True)
    for name in ("changes", "changes_missed", "delay_min", "no_seat", "no_seat_all_day"):
        frame[name] = frame.get(name, np.nan)
    rows = []
    for (unit, mode), own in frame.groupby(["unit", "mode"], sort=False):
        weight = own["arrived"].to_numpy()
        rows.append(
            {
                "unit": unit, "mode": mode, **{name: own[name].sum() for name in ("entered", "arrived", "gave_up")},
                "mean_min": _mean(own["mean_min"], weight), "delay_min": _mean(own["delay_min"], weight),
                **{name: own[name].sum(min_count=1) for name in ("no_seat", "no_seat_all_day")},
                "changes": own["changes"].sum(min_count=1), "changes_missed": own["changes_missed"].sum(min_count=1),
            }
        )  # fmt: skip
    columns = [
        _column("unit", "unit", "单位", None), _column("mode", "mode", "方式", None), _column("entered", "entered", "出发", _whole),
        _column("arrived", "arrived", "到达", _whole), _column("gave_up", "gave up", "放弃", _whole),
        _column("no_seat", "no seat", "无座未行", _whole), _column("no_seat_all_day", "all day", "全天无座", _whole),
        _column("mean_min", "mean min", "平均时间（分）"), _column("delay_min", "late by, mean min", "平均晚点（分）"),
        _column("changes", "changes", "换乘", _whole), _column("changes_missed", "missed", "误接续", _whole),
    ]  # fmt: skip
    return [_view("modes", ("各方式", "By mode, of the days that count"), columns, pd.DataFrame(rows), 0)]


def _mean(values: pd.Series[Any], weight: np.ndarray) -> float:
    known = values.notna().to_numpy() & (weight > 0)
    return float(np.average(values.to_numpy(dtype=np.float64)[known], weights=weight[known])) if known.any() else math.nan


def lost_views(tables: Tables) -> list[View]:
    """Hours lost against the undisturbed days, and how long queues outlast the closures."""
    if "simulation_lost" not in tables:
        return []
    lost = [
        _column("what", "unit-hours of", "对象", None), _column("lost_h", "lost, h", "损失（时）", _whole),
        _column("lost_h_ci95", "± 95 %", "± 95 %", _whole),
    ]  # fmt: skip
    recovery = tables["simulation_recovery"]
    groups = recovery.groupby("unit", sort=True)
    found = groups.agg(
        longest_excess=("longest_excess", "mean"), least_h=("recovery_h", "min"), most_h=("recovery_h", "max"),
        over=("recovery_h", "count"), replications=("replication", "count"),
    ).reset_index()  # fmt: skip
    after = [
        _column("unit", "unit", "单位", None), _column("longest_excess", "longest excess", "最大超额排队", _whole),
        _column("least_h", "over after, h", "恢复（时，最短）"), _column("most_h", "at most", "最长"),
        _column("over", "replications over", "已恢复的次数", whole), _column("replications", "of", "总次数", whole),
    ]  # fmt: skip
    return [
        _view("lost", ("相对未受扰日的损失", "Lost against the undisturbed days"), lost, tables["simulation_lost"], 0),
        _view("recovery", ("最后一次关闭之后的恢复", "Recovery after the last closure"), after, found, 0),
    ]


_SORTED: dict[str, tuple[list[str], list[bool]]] = {
    "servers": (["queue_mean", "kind", "server", "hour"], [False, True, True, True]),
    "trips": (["entered", "origin", "destination", "mode"], [False, True, True, True]),
    "left_behind": (["left_behind", "stop", "service", "departs"], [False, True, True, True]),
    "runs": (["left_behind", "service", "direction", "trip", "day"], [False, True, True, True, True]),
    "roads": (["delay_vehicle_h", "link", "direction", "hour"], [False, True, True, True]),
    "ferry_days": (["day", "route", "from"], [True, True, True]),
    "ports": (["wait_mean_h", "terminal", "day"], [False, True, True]),
    "consignments": (["tonnes_entered", "commodity", "chain", "origin", "destination"], [False, True, True, True, True]),
}
"""What each table of `--table` is sorted by."""

TABLES = tuple(_SORTED)
"""Tables that may be asked for by name."""


def table_view(tables: Tables, name: str, top: int) -> View:
    """One table, its most telling rows first, without its intervals for readers."""
    frame = tables.get(f"simulation_{name}", pd.DataFrame())
    if len(frame):
        keys, rising = _SORTED[name]
        frame = frame.sort_values(keys, ascending=rising, kind="stable", na_position="last")
    columns = [
        _column(str(key), str(key), str(key), None if frame[key].dtype.kind not in "fi" else _figure)
        for key in frame.columns
        if not str(key).endswith("_ci95")
    ]
    return _view(name, (name, name), columns, frame, top)


def _figure(value: float | None) -> str:
    if value is None or math.isnan(value):
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:.2f}"  # noqa: PLR2004  four digits need no decimals


def summary_views(days: SimulatedDays, tables: Tables, top: int) -> Sequence[View]:
    """What a planner looks at first."""
    views = [balance_view(tables), *modes_view(tables), places_view(tables, top)]
    if len(tables.get("simulation_ferry_days", ())):
        views.append(table_view(tables, "ferry_days", 0))
    if days.network.settings.simulation.ferries.reported:
        from bbwnet.experiment.strait_check import strait_check

        views.append(reported_view(strait_check(days.network, days.records)))
    return [*views, *lost_views(tables)]
