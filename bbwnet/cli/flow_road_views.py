"""Tables of the roads that `bbwnet flows` prints: loads, who uses a link, counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bbwnet.cli.flow_view import View, count_column, thousands, whole
from bbwnet.cli.output import Column, one_decimal, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bbwnet.assignment.freight_flows import FreightFlows
    from bbwnet.cli.flow_view import Asked
    from bbwnet.evaluation.words import Words
    from bbwnet.experiment.count_checks import CountCheck
    from bbwnet.model.flows import Flows

_DIRECTIONS = {"forward": ("正向", "forward"), "backward": ("反向", "backward"), "both": ("双向", "both")}


def link_views(asked: Asked) -> list[View]:
    """What links carry: the ones asked for with every class and every tonne, else the highest load over capacity of each direction.

    Links with both ends beyond the region are left out of these unless asked for: there the model knows only traffic of the region.
    """
    views = []
    if asked.flows.passengers is not None:
        views.append(_roads_view(asked))
    if asked.names and (freight := asked.flows.freight) is not None:
        views.append(_tonnes_view(asked, freight))
    # a link of rails or water carries no vehicles of the road, one of roads perhaps no goods: an empty table is of no use beside the other
    return [view for view in views if view.rows] or views[-1:]


def _roads_view(asked: Asked) -> View:
    from bbwnet.experiment.flow_tables import ALL_CLASSES, links_frame
    from bbwnet.model.flow_region import links_in_region

    frame = links_frame(asked.flows)
    if asked.mode is not None:
        frame = frame[frame["mode"] == asked.mode]
    hidden = 0
    if asked.names:
        chosen = frame[frame["link"].isin(asked.names)]
    else:
        frame = frame[frame["class"] == ALL_CLASSES]
        frame = frame.assign(rank=frame["load"].fillna(-1.0))
        frame = frame.sort_values(["rank", "vehicles_h", "link", "direction"], ascending=[False, False, True, True], kind="stable")
        # of each direction the worst group of hours
        chosen = frame.drop_duplicates(["link", "direction"]).drop(columns="rank")
        if not asked.beyond:
            everywhere, chosen = chosen, chosen[chosen["link"].isin(links_in_region(asked.flows.network))]
            hidden = len(everywhere) - len(chosen)
    rows = [_link_row(row, asked.words) for row in asked.rows(chosen)]
    columns = [
        Column("name", "road", "道路"),
        Column("ends", "from – to", "起讫"),
        Column("hours", "hours", "时段"),
        Column("class", "class", "车类"),
        Column("vehicles_h", "vehicles/h", "辆/时", whole, right=True),
        Column("pcu_h", "pcu/h", "标准车/时", whole, right=True),
        Column("capacity_pcu_h", "capacity", "通行能力", whole, right=True),
        Column("load", "load", "负荷", percent, right=True),
        Column("free_min", "empty, min", "空载分钟", one_decimal, right=True),
        Column("minutes", "min", "分钟", one_decimal, right=True),
        count_column(asked.words),
    ]
    title = ("路段负荷", "Links") if asked.names else ("各方向最高负荷的道路", "Roads by load over capacity, worst hours of each direction")
    return View("links", title, columns, rows, len(chosen) - len(rows), hidden, asked.header(chosen, "name", "ends", "hours"))


def _tonnes_view(asked: Asked, freight: FreightFlows) -> View:
    from bbwnet.experiment.flow_freight import freight_links_frame

    frame = freight_links_frame(freight)
    frame = frame[frame["link"].isin(asked.names)]
    rows = [{"ends": _ends(row["link"], asked.words), **row} for row in asked.rows(frame)]
    columns = [
        Column("link", "link", "路段"),
        Column("ends", "from – to", "起讫"),
        _direction(asked.words),
        Column("mode", "mode", "方式"),
        Column("commodity", "commodity", "货类"),
        Column("tonnes_year", "thousand t/year", "千吨/年", thousands, right=True),
        Column("vehicles_day", "loaded a day", "重载/日", one_decimal, right=True),
        count_column(asked.words),
    ]
    header = asked.header(frame, "ends")
    return View("freight_links", ("路段货运量", "Freight on links"), columns, rows, len(frame) - len(rows), header=header)


def select_link_views(asked: Asked) -> list[View]:
    """Who uses links, most vehicles first."""
    from bbwnet.experiment.flow_selection import select_link_frame

    if asked.flows.passengers is None:
        return []
    validated = _validated(asked.flows)
    frame = select_link_frame(asked.flows, asked.names).sort_values("vehicles_day", ascending=False, kind="stable")
    rows = [
        row | {"validated": validated.get((row["link"], row["direction"]), False)}
        for row in asked.named(frame, origin_name="origin", destination_name="destination")
    ]
    columns = [
        Column("link", "link", "路段"),
        _direction(asked.words),
        Column("class", "class", "车类"),
        Column("origin_name", "from", "起点"),
        Column("destination_name", "to", "终点"),
        Column("vehicles_day", "vehicles/day", "辆/日", one_decimal, right=True),
        count_column(asked.words),
    ]
    header = asked.header(frame, "origin_name", "destination_name", after=("validated",))
    return [View("select_link", ("谁使用该路段", "Who uses the link"), columns, rows, len(frame) - len(rows), header=header)]


def counts_view(checks: Sequence[CountCheck], words: Words) -> View:
    """Counts beside loads."""
    rows = [{"ends": _ends(check.count.link, words), **check.row()} for check in checks]
    columns = [
        Column("link", "link", "路段"),
        Column("ends", "from – to", "起讫"),
        _direction(words),
        Column("class", "class", "车类"),
        Column("period", "period", "时期"),
        Column("counted_day", "counted/day", "观测/日", whole, right=True),
        Column("modelled_day", "modelled/day", "模型/日", whole, right=True),
        Column("error", "error", "误差", percent, right=True),
        Column("geh", "GEH", "GEH", one_decimal, right=True),
        Column("of_year", "year", "年份", lambda value: words.pick("当年", "of the demand") if value else words.pick("他年", "another")),
        Column("source", "source", "来源"),
    ]
    return View("counts", ("观测与模型", "Counts and loads"), columns, rows)


def _validated(flows: Flows) -> dict[tuple[str, str], bool]:
    loads = flows.loads
    if loads is None:
        return {}
    ways = ("backward" if backward else "forward" for backward in loads.backward.tolist())
    return dict(zip(zip(loads.link, ways, strict=True), loads.validated.tolist(), strict=True))


def _direction(words: Words) -> Column:
    return Column("direction", "direction", "方向", lambda value: words.pick(*_DIRECTIONS[value]))


def _link_row(row: dict[str, Any], words: Words) -> dict[str, Any]:
    from bbwnet.evaluation.words import road_name

    record = words.network.links.loc[row["link"]]
    name = road_name(str(record["line"])) if row["mode"] == "highway" else row["link"]
    ends = f"{words.node(row['from'])} – {words.node(row['to'])}"
    return {"name": name, "ends": ends, "hours": f"{row['from_hour']:02d}–{row['until_hour']:02d}", **row}


def _ends(link: str, words: Words) -> str:
    record = words.network.links.loc[link]
    return f"{words.node(str(record['from']))} – {words.node(str(record['to']))}"
