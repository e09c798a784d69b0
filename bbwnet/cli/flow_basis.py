"""The lines below the tables of `bbwnet flows`: how far the loops came, what the figures rest on, what is missing or left out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from bbwnet.cli.output import percent
from bbwnet.demand.people import no_people

if TYPE_CHECKING:
    from bbwnet.evaluation.words import Words
    from bbwnet.model.flows import Flows

_SHOWN = 5
"""Pairs of places named in a line."""


def basis_lines(flows: Flows, told: dict[str, Any], words: Words) -> list[str]:
    """What the numbers rest on, in words; `told` is the summary."""
    lines: list[str] = []
    if (travel := told.get("passengers")) is not None:
        state = _state(travel["converged"], words)
        lines.append(
            words.pick(
                f"客运：{travel['rounds']} 轮，驾车成本间隙 {travel['gap']}（要求 {travel['gap_asked_for']}），"
                f"路网相对间隙 {travel['road_gap']}，{state}",
                f"passengers: {travel['rounds']} rounds, gap of the cost of driving {travel['gap']} ({travel['gap_asked_for']} asked for), "
                f"relative gap of the roads {travel['road_gap']}, {state}",
            )
        )
        lines += over_seats_lines(travel["over_seats"], words)
        if travel["stranded"]:
            trips = math.fsum(item["trips"] for item in travel["stranded"])
            count = len(travel["stranded"])
            lines.append(
                words.pick(f"无处可去的出行：{trips:,.0f}（{count} 处）", f"trips with nowhere to go: {trips:,.0f} ({count} rows in JSON)")
            )
        if travel["lost_ways_home"]:
            trips, count = math.fsum(item["trips_day"] for item in travel["lost_ways_home"]), len(travel["lost_ways_home"])
            lines.append(
                words.pick(
                    f"无返程班次的出行：{trips:,.0f}（{count} 对）", f"trips home that no service has: {trips:,.0f} ({count} in JSON)"
                )
            )
        lines += given_lines(travel, words)
    if (freight := told.get("freight")) is not None:
        state = _state(freight["converged"], words)
        lines.append(
            words.pick(
                f"货运：{freight['tonnes_year'] / 1e6:,.0f} 百万吨/年，{freight['rounds']} 轮，负荷间隙 {freight['gap']}，{state}；"
                f"无法运输 {freight['unserved_tonnes_year'] / 1e6:,.2f} 百万吨",
                f"freight: {freight['tonnes_year'] / 1e6:,.0f} Mt a year, {freight['rounds']} rounds, gap of its loads {freight['gap']}, "
                f"{state}; no chain for {freight['unserved_tonnes_year'] / 1e6:,.2f} Mt",
            )
        )
    if told["rounds"]:
        last = told["rounds"][-1]
        lines.append(
            words.pick(
                f"客货互算：{len(told['rounds'])} 轮，货车时间间隙 {last['truck_time_gap']}（要求 {told['gap_asked_for']}），"
                f"每日货车 {last['trucks_day']:,.0f} 辆次",
                f"freight and passengers: {len(told['rounds'])} rounds, gap of trucks' time {last['truck_time_gap']} "
                f"({told['gap_asked_for']} asked for), {last['trucks_day']:,.0f} trucks a day",
            )
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
    if others := told["count_fit"]["counts_of_other_years"]:
        lines.append(
            words.pick(
                f"其他年份的观测 {others} 项：只列出，不计入拟合，不作验证",
                f"{others} counts of another year than the demand's: listed, in no measure of fit, and no load is validated by them",
            )
        )
    if bounds := told["parameters_at_bound"]:
        lines.append(words.pick("标定到界的参数：", "fitted parameters at a bound of their range: ") + ", ".join(bounds))
    lines += without_lines(flows, words)
    lines += [words.pick("未计：", "left out: ") + item for item in flows.left_out]
    return lines


def without_lines(flows: Flows, words: Words) -> list[str]:
    """What the scenario has none of, and for want of what (in Chinese where it is for want of people)."""
    lines = []
    for kind, found, zh in (("freight", flows.freight, "货运"), ("passengers", flows.passengers, "客运")):
        if found is not None:
            continue
        told = "; ".join(item.removeprefix(f"{kind}: ") for item in flows.missing if item.startswith(f"{kind}: "))
        nobody = told == no_people(flows.network.region)
        reason = f"区域 {flows.network.region} 的小区无人口数据" if nobody else told
        lines.append(words.pick(f"情景无{zh}：{reason}", f"the scenario has no {kind}: {told}"))
    return lines


def over_seats_lines(over: list[dict[str, Any]], words: Words) -> list[str]:
    """Runs with more on board than seats by mode; coaches apart, whose number follows demand in fact, and not in the timetable."""
    told = {
        item["mode"]: words.pick(
            f"{item['mode']} {item['runs']:,}/{item['of_runs']:,}（最高满座率 {percent(item['highest_load_factor'])}）",
            f"{item['mode']} {item['runs']:,} of {item['of_runs']:,} (load factor up to {percent(item['highest_load_factor'])})",
        )
        for item in over
    }
    coach = told.pop("coach", None)
    lines = [words.pick("超过座位的班次：", "runs with more on board than seats: ") + ", ".join(told.values())] if told else []
    if coach is not None:
        lines.append(
            words.pick(
                f"超过座位的班次：{coach}；客车每日班次为估计，实际随需求增开",
                f"runs with more on board than seats: {coach}; trips per day of coaches are estimates, in fact their number follows demand",
            )
        )
    return lines


def given_lines(travel: dict[str, Any], words: Words) -> list[str]:
    """Trips that load nothing for want of a way, pair by pair as far as they are few, and those of matrices within a place."""
    lines = []
    for key, volume, zh, en in (
        ("lost_drives", "vehicles_day", "无路可走、不计为出行的车辆", "cars without a way, lost and no trips"),
        ("unreached", "trips_day", "矩阵中无法到达、不计为出行者", "trips of matrices without a way, lost"),
    ):
        listed = travel[key]
        if listed:
            total = math.fsum(item[volume] for item in listed)
            shown = ", ".join(f"{item['origin']} – {item['destination']} {item[volume]:,.0f}" for item in listed[:_SHOWN])
            more = words.pick(f" 等 {len(listed)} 对", f" and {len(listed) - _SHOWN} more in JSON") if len(listed) > _SHOWN else ""
            lines.append(words.pick(f"{zh}：{total:,.0f}（{shown}{more}）", f"{en}: {total:,.0f} ({shown}{more})"))
    if travel["within_places"]:
        total = math.fsum(item["trips_day"] for item in travel["within_places"])
        count = len(travel["within_places"])
        lines.append(
            words.pick(
                f"矩阵中区内出行不加载：{total:,.0f}（{count} 处）",
                f"trips of matrices within places, which load nothing: {total:,.0f} ({count} in JSON)",
            )
        )
    return lines


def _state(converged: bool, words: Words) -> str:
    return words.pick("收敛" if converged else "未收敛", "converged" if converged else "NOT converged")
