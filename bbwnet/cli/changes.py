"""Changes of accessibility, transfers and flows between scenarios, as tables and rows of `bbwnet compare`."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

from bbwnet.cli.output import Column, one_decimal, print_table, say, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bbwnet.evaluation.words import Words
    from bbwnet.experiment.access_comparison import AccessComparison
    from bbwnet.experiment.day_comparison import DayComparison
    from bbwnet.experiment.flow_comparison import FlowComparison
    from bbwnet.experiment.measures import MeasureChange
    from bbwnet.experiment.transfer_comparison import TransferComparison

LIMITS_MIN = (60, 120, 180)


def access_rows(comparisons: Sequence[AccessComparison]) -> list[dict[str, Any]]:
    """A map for each comparison: measures of the region and zones, before and after."""
    return [
        {
            "base": item.base,
            "other": item.other,
            "mode": item.mode,
            "measures": [dataclasses.asdict(measure) for measure in item.measures],
            "zones": [dataclasses.asdict(zone) | {"saved_min": zone.saved_min} for zone in item.zones],
        }
        for item in comparisons
    ]


def print_access_change(comparison: AccessComparison, words: Words, top: int) -> None:
    """The region's measures that changed, and the zones most improved."""
    title = f"{comparison.base} → {comparison.other}: " + words.pick("可达性", "access") + f" ({comparison.mode}, door_to_door)"
    _print_measures(comparison.measures, comparison.base, comparison.other, title, words)
    zones = [
        {
            "name": words.node(zone.zone),
            "before": zone.mean_before_min,
            "after": zone.mean_after_min,
            "saved": zone.saved_min,
        }
        | {
            f"within_{limit}": (zone.share_within_before[position], zone.share_within_after[position])
            for position, limit in enumerate(LIMITS_MIN)
        }
        for zone in comparison.most_improved(top)
    ]
    columns = [
        Column("name", "zone", "区县"),
        Column("before", words.pick("平均分钟，前", "mean min before"), "平均分钟，前", whole, right=True),
        Column("after", "after", "后", whole, right=True),
        Column("saved", "saved", "节省", one_decimal, right=True),
        *(Column(f"within_{limit}", f"people within {limit} min", f"{limit}分内人口", _shares, right=True) for limit in LIMITS_MIN),
    ]
    if zones:
        print_table(columns, zones, words.language, title + words.pick("，改善最大", ", most improved"))


def transfer_rows(comparisons: Sequence[TransferComparison]) -> list[dict[str, Any]]:
    """A map for each comparison: measures of the region and hubs, before and after."""
    return [dataclasses.asdict(item) for item in comparisons]


def print_transfer_change(comparison: TransferComparison, words: Words) -> None:
    """The region's measures that changed, and its hubs."""
    title = f"{comparison.base} → {comparison.other}: " + words.pick("换乘", "transfers") + " (transit, door_to_door)"
    _print_measures(comparison.measures, comparison.base, comparison.other, title, words)
    hubs = [{"hub": item.hub, **item.figures} for item in comparison.hubs if any(a != b for a, b in item.figures.values())]
    columns = [
        Column("hub", "hub", "枢纽"),
        Column("terminal_pairs_within", "pairs of terminals <= 60 min", "60分内场站对", _pair, right=True),
        Column("transfers_per_1000_journeys", "changes per 1000 journeys", "每千次换乘", _pair, right=True),
        Column("transfer_mean_min", "mean min", "平均分钟", _pair, right=True),
        Column("interchange_share", "journeys changing", "换乘出行比例", _shares, right=True),
    ]
    if hubs:
        print_table(columns, hubs, words.language, title + words.pick("，枢纽", ", hubs"))


def flow_rows(comparisons: Sequence[FlowComparison]) -> list[dict[str, Any]]:
    """A map for each comparison: measures, links and ports, before and after."""
    return [
        dataclasses.asdict(item)
        | {"links": [dataclasses.asdict(link) | {"vehicles_day_change": link.change} for link in item.links]}
        | {"ports": [dataclasses.asdict(port) | {"tonnes_change": port.change} for port in item.ports]}
        for item in comparisons
    ]


def print_flow_change(comparison: FlowComparison, words: Words, top: int) -> None:
    """Measures that changed, and the roads and ports that changed most; loads without a count say so."""
    title = f"{comparison.base} → {comparison.other}: " + words.pick("流量（每日）", "flows, a mean day")
    _print_measures(comparison.measures, comparison.base, comparison.other, title, words)
    links = [
        {
            "link": item.link,
            "vehicles": (item.vehicles_day_before, item.vehicles_day_after),
            "change": item.change,
            "load": (item.load_before, item.load_after),
            "validated": item.validated,
        }
        for item in comparison.most_changed_links(top)
    ]
    columns = [
        Column("link", "link", "路段"),
        Column("vehicles", "vehicles/day", "辆/日", _pair, right=True),
        Column("change", "change", "变化", lambda value: f"{value:+,.0f}", right=True),
        Column("load", "highest load", "最高负荷", _shares, right=True),
        Column("validated", "count", "观测", lambda value: words.pick("有", "counted") if value else words.pick("未验证", "unvalidated")),
    ]
    if links:
        print_table(columns, links, words.language, title + words.pick("，变化最大的道路", ", roads most changed"))
    ports = [
        {"port": words.node(item.port), "tonnes": (_mega(item.tonnes_before), _mega(item.tonnes_after)), "validated": item.validated}
        for item in comparison.most_changed_ports(top)
    ]
    port_columns = [
        Column("port", "port", "港口"),
        Column("tonnes", "Mt/year", "百万吨/年", _pair, right=True),
        Column(
            "validated", "total", "观测总量", lambda value: words.pick("有", "counted") if value else words.pick("未验证", "unvalidated")
        ),
    ]
    if ports:
        print_table(port_columns, ports, words.language, title + words.pick("，变化最大的港口", ", ports most changed"))
    for missing in comparison.missing:
        say(words.pick("缺：", "missing: ") + missing)


def day_rows(comparisons: Sequence[DayComparison]) -> list[dict[str, Any]]:
    """A map for each comparison of simulated days."""
    return [dataclasses.asdict(item) for item in comparisons]


def print_day_change(comparison: DayComparison, words: Words) -> None:
    """Figures of simulated days that changed by more than chance."""
    title = (
        f"{comparison.base} → {comparison.other}: " + words.pick("模拟日", "simulated days") + f" ({comparison.replications} replications)"
    )
    rows = [
        {"measure": item.measure, "unit": item.unit, "values": (item.before, item.after), "change": item.change, "width": item.change_ci95}
        for item in comparison.changes
        if item.told_apart or (item.before is None) != (item.after is None)
    ]
    columns = [
        Column("measure", "figure", "指标"),
        Column("unit", "unit", "单位"),
        Column("values", "value", "数值", _pair, right=True),
        Column("change", "change", "变化", lambda value: "–" if value is None else f"{value:+,.1f}", right=True),
        Column("width", "± (95 %)", "±（95 %）", lambda value: "–" if value is None else f"{value:,.1f}", right=True),
    ]
    if rows:
        print_table(columns, rows, words.language, title)
    else:
        say(title + words.pick("：无显著变化", ": nothing changed by more than chance"))


def _mega(value: float | None) -> float | None:
    return None if value is None else value / 1e6


def _print_measures(measures: Sequence[MeasureChange], base: str, other: str, title: str, words: Words) -> None:
    changed = [dataclasses.asdict(item) for item in measures if item.before != item.after]
    if not changed:
        say(title + words.pick("，无变化", ", nothing changed"))
        return
    columns = [
        Column("clause", "clause", "条款", lambda value: value or ""),
        Column("measure", "measure", "指标"),
        Column("before", base, base, _figure, right=True),
        Column("after", other, other, _figure, right=True),
        Column("unit", "unit", "单位"),
    ]
    print_table(columns, changed, words.language, title)


def _pair(pair: tuple[float | None, float | None]) -> str:
    return " → ".join(_figure(value) for value in pair)


def _figure(value: float | None) -> str:
    if value is None or math.isnan(value):
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:,.3f}"  # noqa: PLR2004  above, decimals say nothing


def _shares(pair: tuple[float | None, float | None]) -> str:
    before, after = ("–" if share is None else f"{share:.0%}" for share in pair)
    return f"{before} → {after}"
