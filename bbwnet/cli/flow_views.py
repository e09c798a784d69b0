"""Tables that `bbwnet flows` prints: rows with names, columns, and the lines below that say what they rest on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bbwnet.cli.output import Column, one_decimal, percent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from bbwnet.evaluation.words import Words
    from bbwnet.experiment.count_checks import CountCheck
    from bbwnet.model.flows import Flows
    from bbwnet.network.network import Network

LINK_MODES = ("highway", "ferry", "border")
"""Modes of links that vehicles on the road use."""


@dataclass(frozen=True)
class View:
    """One table: its rows, how they are printed, and how many more there are."""

    name: str
    title: tuple[str, str]
    """Chinese, English."""
    columns: list[Column]
    rows: list[dict[str, Any]]
    left: int = 0


def chosen_view(option: str | None, network: Network, names: Sequence[str], mode: str | None) -> Callable[[Flows, Words, int], list[View]]:
    """The tables that an option asks for, after a check of names; raises `InputError` for a link or mode that is not there."""
    from bbwnet.scenario.schema.choice import CHOICE_MODES

    if option in {"--link", "--select-link"}:
        _check_links(network, names)
    known = {"--od": CHOICE_MODES, "--modes": CHOICE_MODES, "--elasticities": CHOICE_MODES}.get(option or "", LINK_MODES)
    if mode is not None:
        _check_mode(mode, known, option)
    if option == "--modes":
        return lambda flows, words, _: [modes_view(flows, words, mode)]
    if option == "--od":
        return lambda flows, words, top: [od_view(flows, words, mode, top)]
    if option == "--select-link":
        return lambda flows, words, top: [select_link_view(flows, words, names, top)]
    if option == "--elasticities":
        return lambda flows, words, _: [elasticities_view(flows, words, mode)]
    if option == "--link":
        return lambda flows, words, top: [links_view(flows, words, names, mode, top)]
    return lambda flows, words, top: [links_view(flows, words, (), mode, top), modes_view(flows, words, None)]


def _check_links(network: Network, names: Sequence[str]) -> None:
    from bbwnet.experiment.count_checks import road_links
    from bbwnet.experiment.flow_selection import check_links

    check_links(names, road_links(network))


def _check_mode(mode: str, known: Sequence[str], option: str | None) -> None:
    from bbwnet.errors import InputError, Problem
    from bbwnet.scenario.nearest import nearest_name

    if mode not in known:
        message = f"no such mode{'' if option is None else f' with {option}'}"
        raise InputError(
            Problem(file="--mode", message=message, value=mode, expected=f"one of {', '.join(known)}", nearest=nearest_name(mode, known))
        )


def links_view(flows: Flows, words: Words, links: Sequence[str], mode: str | None, top: int) -> View:
    """What links carry: the ones asked for with every class, else the highest load over capacity of each direction."""
    from bbwnet.experiment.flow_tables import ALL_CLASSES, links_frame

    frame = links_frame(flows)
    if mode is not None:
        frame = frame[frame["mode"] == mode]
    if links:
        chosen = frame[frame["link"].isin(links)]
    else:
        frame = frame[frame["class"] == ALL_CLASSES]
        frame = frame.assign(rank=frame["load"].fillna(-1.0))
        frame = frame.sort_values(["rank", "vehicles_h", "link", "direction"], ascending=[False, False, True, True], kind="stable")
        # of each direction the worst group of hours
        chosen = frame.drop_duplicates(["link", "direction"]).drop(columns="rank")
    rows = [_link_row(row, words) for row in _rows(chosen if links else _first(chosen, top))]
    columns = [
        Column("name", "road", "道路"),
        Column("ends", "from – to", "起讫"),
        Column("hours", "hours", "时段"),
        Column("class", "class", "车类"),
        Column("vehicles_h", "vehicles/h", "辆/时", _whole, right=True),
        Column("pcu_h", "pcu/h", "标准车/时", _whole, right=True),
        Column("capacity_pcu_h", "capacity", "通行能力", _whole, right=True),
        Column("load", "load", "负荷", percent, right=True),
        Column("free_min", "empty, min", "空载分钟", one_decimal, right=True),
        Column("minutes", "min", "分钟", one_decimal, right=True),
        Column("validated", "count", "观测", lambda value: words.pick("有", "counted") if value else words.pick("未验证", "unvalidated")),
    ]
    title = ("路段负荷", "Links") if links else ("各方向最高负荷的道路", "Roads by load over capacity, worst hours of each direction")
    return View("links", title, columns, rows, 0 if links else len(chosen) - len(rows))


def modes_view(flows: Flows, words: Words, mode: str | None) -> View:
    """Mode split, kilometres and emissions."""
    from bbwnet.experiment.flow_tables import modes_frame

    frame = modes_frame(flows)
    rows = list(_rows(frame if mode is None else frame[frame["mode"] == mode]))
    columns = [
        Column("kind", "of", "对象", lambda value: words.pick(*_KINDS[value])),
        Column("mode", "mode", "方式"),
        Column("trips", "trips/day", "出行/日", _whole, right=True),
        Column("share", "share", "份额", percent, right=True),
        Column("passenger_km", "million pkm", "百万人公里", _millions, right=True),
        Column("tonne_km", "million tkm", "百万吨公里", _millions, right=True),
        Column("vehicle_km", "million vkm", "百万车公里", _millions, right=True),
        Column("co2_kg", "CO2, t", "CO2 吨", _thousands, right=True),
        Column("nox_kg", "NOx, kg", "NOx 千克", _whole, right=True),
        Column("pm25_kg", "PM2.5, kg", "PM2.5 千克", _whole, right=True),
        Column("co2_g_km", "g CO2 per km", "克CO2/公里", one_decimal, right=True),
        Column("confidence", "factors", "因子", lambda value: value or "–"),
    ]
    return View("modes", ("方式（每日）", "Modes, a mean day"), columns, rows)


def counts_view(checks: Sequence[CountCheck], words: Words) -> View:
    """Counts beside loads."""
    rows = [{"ends": _ends(check.count.link, words), **check.row()} for check in checks]
    columns = [
        Column("link", "link", "路段"),
        Column("ends", "from – to", "起讫"),
        Column("direction", "direction", "方向", lambda value: words.pick(*_DIRECTIONS[value])),
        Column("class", "class", "车类"),
        Column("period", "period", "时期"),
        Column("counted_day", "counted/day", "观测/日", _whole, right=True),
        Column("modelled_day", "modelled/day", "模型/日", _whole, right=True),
        Column("error", "error", "误差", percent, right=True),
        Column("geh", "GEH", "GEH", one_decimal, right=True),
        Column("source", "source", "来源"),
    ]
    return View("counts", ("观测与模型", "Counts and loads"), columns, rows)


def od_view(flows: Flows, words: Words, mode: str | None, top: int) -> View:
    """Trips between places, most first."""
    from bbwnet.experiment.flow_tables import od_frame

    frame = od_frame(flows)
    if mode is not None:
        frame = frame[frame["mode"] == mode]
    frame = frame.sort_values("trips", ascending=False, kind="stable")
    rows = [_named_pair(row, words) for row in _rows(_first(frame, top))]
    columns = [
        Column("origin_name", "from", "起点"),
        Column("destination_name", "to", "终点"),
        Column("purpose", "purpose", "目的"),
        Column("mode", "mode", "方式"),
        Column("trips", "trips/day", "出行/日", _whole, right=True),
        Column("minutes", "min", "分钟", one_decimal, right=True),
        Column("felt_min", "felt min", "感知分钟", one_decimal, right=True),
        Column("cost_cny", "CNY", "元", one_decimal, right=True),
    ]
    return View("od", ("起讫点之间的出行", "Trips between places"), columns, rows, len(frame) - len(rows))


def select_link_view(flows: Flows, words: Words, links: Sequence[str], top: int) -> View:
    """Who uses links, most vehicles first."""
    from bbwnet.experiment.flow_selection import select_link_frame

    frame = select_link_frame(flows, links).sort_values("vehicles_day", ascending=False, kind="stable")
    validated = _validated(flows)
    rows = [
        _named_pair(row, words) | {"validated": validated.get((row["link"], row["direction"]), False)} for row in _rows(_first(frame, top))
    ]
    columns = [
        Column("link", "link", "路段"),
        Column("direction", "direction", "方向", lambda value: words.pick(*_DIRECTIONS[value])),
        Column("class", "class", "车类"),
        Column("origin_name", "from", "起点"),
        Column("destination_name", "to", "终点"),
        Column("vehicles_day", "vehicles/day", "辆/日", one_decimal, right=True),
        Column("validated", "count", "观测", lambda value: words.pick("有", "counted") if value else words.pick("未验证", "unvalidated")),
    ]
    return View("select_link", ("谁使用该路段", "Who uses the link"), columns, rows, len(frame) - len(rows))


def elasticities_view(flows: Flows, words: Words, mode: str | None) -> View:
    """Elasticities of trips by mode, all purposes in the printed table; each purpose in JSON and CSV."""
    from bbwnet.experiment.flow_tables import elasticity_rows
    from bbwnet.scenario.schema.choice import CHOICE_MODES

    rows = [row for row in elasticity_rows(flows) if mode in {None, row["changed"]}]
    columns = [
        Column("purpose", "purpose", "目的"),
        Column("attribute", "attribute", "属性", lambda value: words.pick(*_ATTRIBUTES[value])),
        Column("changed", "of mode", "变化的方式"),
        *(Column(name, f"trips by {name}", f"{name} 出行", _signed, right=True) for name in CHOICE_MODES),
    ]
    return View("elasticities", ("出行量弹性（需求不变）", "Elasticities of trips by mode (who travels where is held)"), columns, rows)


def basis_lines(flows: Flows, told: dict[str, Any], words: Words) -> list[str]:
    """What the numbers rest on, in words; `told` is the summary."""
    lines = []
    if (travel := told.get("passengers")) is not None:
        state = words.pick("收敛" if flows.converged else "未收敛", "converged" if flows.converged else "NOT converged")
        lines.append(
            words.pick(
                f"客运：{travel['rounds']} 轮，驾车成本间隙 {travel['gap']}（要求 {travel['gap_asked_for']}），"
                f"路网相对间隙 {travel['road_gap']}，{state}",
                f"passengers: {travel['rounds']} rounds, gap of the cost of driving {travel['gap']} ({travel['gap_asked_for']} asked for), "
                f"relative gap of the roads {travel['road_gap']}, {state}",
            )
        )
        if travel["stranded"]:
            trips = math.fsum(item["trips"] for item in travel["stranded"])
            count = len(travel["stranded"])
            lines.append(
                words.pick(f"无处可去的出行：{trips:,.0f}（{count} 处）", f"trips with nowhere to go: {trips:,.0f} ({count} rows in JSON)")
            )
    if (roads := told.get("roads")) is not None:
        shares = ", ".join(f"{name} {share:.0%}" for name, share in roads["vehicle_km_by_confidence_of_link"].items() if share > 0)
        lines.append(
            words.pick(
                f"道路：{roads['directions']:,} 个方向中 {roads['directions_counted']:,} 个有观测，其余未验证；"
                f"车公里按路段可信度：{shares or '–'}",
                f"roads: {roads['directions_counted']:,} of {roads['directions']:,} directions have a count, the others are unvalidated; "
                f"vehicle-km by confidence of the link: {shares or '–'}",
            )
        )
    if (fit := told["count_fit"])["counts"]:
        good, error = percent(fit["geh_below_5_share"]), percent(fit["rmse_share"])
        lines.append(
            words.pick(
                f"观测 {fit['counts']} 项：GEH<5 占 {good}，%RMSE {error}", f"{fit['counts']} counts: GEH below 5 for {good}, %RMSE {error}"
            )
        )
    lines += [words.pick("缺：", "missing: ") + item for item in flows.missing]
    lines += [words.pick("未计：", "left out: ") + item for item in flows.left_out]
    return lines


def _validated(flows: Flows) -> dict[tuple[str, str], bool]:
    loads = flows.loads
    if loads is None:
        return {}
    ways = ("backward" if backward else "forward" for backward in loads.backward.tolist())
    return dict(zip(zip(loads.link, ways, strict=True), loads.validated.tolist(), strict=True))


_KINDS = {"passengers": ("客运", "passengers"), "freight": ("货运", "freight")}
_DIRECTIONS = {"forward": ("正向", "forward"), "backward": ("反向", "backward"), "both": ("双向", "both")}
_ATTRIBUTES = {"time": ("时间", "time"), "money": ("费用", "money")}


def _link_row(row: dict[str, Any], words: Words) -> dict[str, Any]:
    from bbwnet.evaluation.words import road_name

    record = words.network.links.loc[row["link"]]
    name = road_name(str(record["line"])) if row["mode"] == "highway" else row["link"]
    ends = f"{words.node(row['from'])} – {words.node(row['to'])}"
    return {"name": name, "ends": ends, "hours": f"{row['from_hour']:02d}–{row['until_hour']:02d}", **row}


def _ends(link: str, words: Words) -> str:
    record = words.network.links.loc[link]
    return f"{words.node(str(record['from']))} – {words.node(str(record['to']))}"


def _named_pair(row: dict[str, Any], words: Words) -> dict[str, Any]:
    return {"origin_name": words.node(row["origin"]), "destination_name": words.node(row["destination"]), **row}


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    from bbwnet.exchange.frames import plain_value

    return [{str(key): plain_value(value) for key, value in row.items()} for row in frame.to_dict("records")]


def _first(frame: pd.DataFrame, top: int) -> pd.DataFrame:
    return frame if top == 0 else frame.head(top)


def _whole(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def _thousands(value: float | None) -> str:
    return "–" if value is None else f"{value / 1e3:,.0f}"


def _millions(value: float | None) -> str:
    return "–" if value is None else f"{value / 1e6:,.2f}"


def _signed(value: float | None) -> str:
    return "–" if value is None else f"{value:+.2f}"
