"""Tables of freight that `bbwnet flows` prints: chains, ports, terminals, and what else has a capacity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bbwnet.cli.flow_view import View, count_column, millions, thousands, tonnes_of, validated, whole
from bbwnet.cli.output import Column, one_decimal, percent

if TYPE_CHECKING:
    import pandas as pd

    from bbwnet.cli.flow_view import Asked


def freight_views(asked: Asked) -> list[View]:
    """Chains of most tonnes, and what is loaded beyond its capacity first; none without freight."""
    flows, words = asked.flows, asked.words
    if flows.freight is None:
        return []
    chains = flows.freight.chains
    if asked.mode is not None:
        chains = chains[chains["chain"].map(lambda chain: asked.mode in chain.split("+"))]
    chains = chains.sort_values(["tonnes_year"], ascending=False, kind="stable")
    rows = asked.named(chains, origin_name="origin", destination_name="destination")
    columns = [
        Column("commodity", "commodity", "货类"),
        Column("origin_name", "from", "起点"),
        Column("destination_name", "to", "终点"),
        Column("chain", "chain", "方式链"),
        Column("port_out", "port out", "出口港", lambda value: words.node(value) if value else ""),
        Column("port_in", "port in", "到达港", lambda value: words.node(value) if value else ""),
        Column("tonnes_year", "thousand t/year", "千吨/年", thousands, right=True),
        Column("teu_year", "TEU/year", "标箱/年", whole, right=True),
        Column("share", "share", "份额", percent, right=True),
        Column("hours", "h", "小时", whole, right=True),
        Column("cost_cny_t", "CNY/t", "元/吨", one_decimal, right=True),
    ]
    return [View("freight", ("货运方式链", "Freight by chain of modes"), columns, rows, len(chains) - len(rows))]


def port_views(asked: Asked) -> list[View]:
    """Sea ports, most tonnes first; none without freight."""
    from bbwnet.experiment.flow_freight import ports_frame

    flows, words, observed = asked.flows, asked.words, asked.observed
    if flows.freight is None:
        return []
    frame = ports_frame(flows.network, flows.freight, observed.get("port_tonnes", ()))
    frame = frame.sort_values("tonnes_year", ascending=False, kind="stable")
    rows = asked.named(frame, name="port")
    columns = [
        Column("name", "port", "港口"),
        Column("in_tonnes_year", "loaded, Mt", "装船 百万吨", millions, right=True),
        Column("out_tonnes_year", "unloaded, Mt", "卸船 百万吨", millions, right=True),
        Column("share", "share of the region", "区域份额", percent, right=True),
        Column("teu_year", "thousand TEU", "千标箱", thousands, right=True),
        Column("load", "highest load", "最高负荷", percent, right=True),
        Column("co2_kg_year", "handling CO2, t", "装卸CO2 吨", thousands, right=True),
        Column("nox_kg_year", "NOx, t", "NOx 吨", thousands, right=True),
        Column("pm25_kg_year", "PM2.5, t", "PM2.5 吨", tonnes_of, right=True),
        Column("validated", "total", "观测总量", lambda value: validated(value, words)),
    ]
    return [View("ports", ("海港（每年）", "Sea ports, a year"), columns, rows, len(frame) - len(rows))]


def terminal_views(asked: Asked) -> list[View]:
    """Terminals of freight by load, then locks, crossings, ferries and links with freight trains by load."""
    from bbwnet.experiment.flow_freight import capacities_frame

    flows, words, observed = asked.flows, asked.words, asked.observed
    if flows.freight is None:
        return []
    ports = observed.get("port_tonnes", ())
    whole_terminals = _terminals(flows.freight.terminals).assign(validated=lambda found: found["node"].isin(list(ports)))
    terminals = asked.named(whole_terminals, name="node")
    columns = [
        Column("name", "node", "节点"),
        Column("terminal", "terminal", "码头", lambda value: value or "–"),
        Column("kind", "kind", "类别"),
        Column("in_tonnes_year", "in, Mt/year", "进 百万吨/年", millions, right=True),
        Column("out_tonnes_year", "out, Mt/year", "出 百万吨/年", millions, right=True),
        Column("teu_year", "thousand TEU", "千标箱", thousands, right=True),
        Column("load", "load", "负荷", percent, right=True),
        Column("wait_h", "wait, h", "等待 小时", one_decimal, right=True),
        Column("validated", "total", "观测总量", lambda value: validated(value, words)),
    ]
    frame = capacities_frame(flows.network, flows.freight, observed)
    frame = frame.assign(rank=frame["load"].fillna(-1.0)).sort_values(["rank", "place"], ascending=[False, True], kind="stable")
    listed = asked.named(frame.drop(columns="rank"), name="place")
    capacities = [
        Column("kind", "kind", "类别"),
        Column("name", "lock or link", "船闸或线路"),
        Column("means", "means", "工具"),
        Column("tonnes_year", "Mt/year", "百万吨/年", millions, right=True),
        Column("vehicles_day", "a day", "每日", whole, right=True),
        Column("capacity", "capacity", "能力", whole, right=True),
        Column("load", "load", "负荷", percent, right=True),
        Column("wait_h", "wait, h", "等待 小时", one_decimal, right=True),
        count_column(words),
    ]
    return [
        View("terminals", ("货运场站（按负荷）", "Freight terminals by load"), columns, terminals, len(whole_terminals) - len(terminals)),
        View(
            "capacities",
            ("船闸、口岸、轮渡与铁路", "Locks, crossings, ferries and freight trains"),
            capacities,
            listed,
            len(frame) - len(listed),
        ),
    ]


def _terminals(frame: pd.DataFrame) -> pd.DataFrame:
    """Terminals with all their commodities together, highest load first."""
    sums: dict[str, Any] = {"in_tonnes_year": "sum", "out_tonnes_year": "sum", "teu_year": "sum", "load": "first", "wait_h": "first"}
    found = frame.groupby(["node", "terminal", "kind"], sort=True, as_index=False).agg(sums)
    found = found.assign(rank=found["load"].fillna(-1.0), size=found["in_tonnes_year"] + found["out_tonnes_year"])
    order = ["rank", "size", "node", "terminal"]
    return found.sort_values(order, ascending=[False, False, True, True], kind="stable").drop(columns=["rank", "size"])
