"""Tables of travellers that `bbwnet flows` prints: modes (freight too), trips between places, elasticities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bbwnet.cli.flow_view import View, millions, signed, thousands, whole
from bbwnet.cli.output import Column, one_decimal, percent

if TYPE_CHECKING:
    from bbwnet.cli.flow_view import Asked

_KINDS = {"passengers": ("客运", "passengers"), "freight": ("货运", "freight")}
_ATTRIBUTES = {"time": ("时间", "time"), "money": ("费用", "money")}


def modes_views(asked: Asked) -> list[View]:
    """Mode split, kilometres and emissions."""
    from bbwnet.experiment.flow_tables import modes_frame

    frame = modes_frame(asked.flows)
    frame = frame if asked.mode is None else frame[frame["mode"] == asked.mode]
    rows = asked.rows(frame)
    columns = [
        Column("kind", "of", "对象", lambda value: asked.words.pick(*_KINDS[value])),
        Column("mode", "mode", "方式"),
        Column("trips", "trips/day", "出行/日", whole, right=True),
        Column("tonnes", "thousand t/day", "千吨/日", thousands, right=True),
        Column("tonnes_share", "of all t", "吨数份额", percent, right=True),
        Column("share", "share of trips, tkm", "出行、吨公里份额", percent, right=True),
        Column("passenger_km", "million pkm", "百万人公里", millions, right=True),
        Column("tonne_km", "million tkm", "百万吨公里", millions, right=True),
        Column("vehicle_km", "million vkm", "百万车公里", millions, right=True),
        Column("co2_kg", "CO2, t", "CO2 吨", thousands, right=True),
        Column("nox_kg", "NOx, kg", "NOx 千克", whole, right=True),
        Column("pm25_kg", "PM2.5, kg", "PM2.5 千克", whole, right=True),
        Column("co2_g_km", "g CO2 per km", "克CO2/公里", one_decimal, right=True),
        Column("confidence", "factors", "因子", lambda value: value or "–"),
    ]
    return [View("modes", ("方式（每日）", "Modes, a mean day"), columns, rows, len(frame) - len(rows), header=asked.header(frame))]


def od_views(asked: Asked) -> list[View]:
    """Trips between places, most first."""
    from bbwnet.experiment.flow_tables import od_frame

    if asked.flows.passengers is None:
        return []
    frame = od_frame(asked.flows)
    if asked.mode is not None:
        frame = frame[frame["mode"] == asked.mode]
    frame = frame.sort_values("trips", ascending=False, kind="stable")
    rows = asked.named(frame, origin_name="origin", destination_name="destination")
    columns = [
        Column("origin_name", "from", "起点"),
        Column("destination_name", "to", "终点"),
        Column("purpose", "purpose", "目的"),
        Column("mode", "mode", "方式"),
        Column("trips", "trips/day", "出行/日", whole, right=True),
        Column("minutes", "min", "分钟", one_decimal, right=True),
        Column("felt_min", "felt min", "感知分钟", one_decimal, right=True),
        Column("cost_cny", "CNY", "元", one_decimal, right=True),
    ]
    header = asked.header(frame, "origin_name", "destination_name")
    return [View("od", ("起讫点之间的出行", "Trips between places"), columns, rows, len(frame) - len(rows), header=header)]


def elasticities_views(asked: Asked) -> list[View]:
    """Elasticities of trips by mode, all purposes in the printed table; each purpose in JSON and CSV."""
    from bbwnet.experiment.flow_tables import elasticity_rows
    from bbwnet.scenario.schema.choice import CHOICE_MODES

    if asked.flows.passengers is None:
        return []
    rows = [row for row in elasticity_rows(asked.flows) if asked.mode in {None, row["changed"]}]
    columns = [
        Column("purpose", "purpose", "目的"),
        Column("attribute", "attribute", "属性", lambda value: asked.words.pick(*_ATTRIBUTES[value])),
        Column("changed", "of mode", "变化的方式"),
        *(Column(name, f"trips by {name}", f"{name} 出行", signed, right=True) for name in CHOICE_MODES),
    ]
    title = ("出行量弹性（需求不变）", "Elasticities of trips by mode (who travels where is held)")
    return [View("elasticities", title, columns, rows)]
