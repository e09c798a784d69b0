"""Tables of freight that `bbwnet flows` prints: chains, ports, terminals, and what else has a capacity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bbwnet.cli.flow_view import View, count_column, millions, thousands, tonnes_of, validated, whole
from bbwnet.cli.output import Column, one_decimal, percent

if TYPE_CHECKING:
    import pandas as pd

    from bbwnet.cli.flow_view import Asked
    from bbwnet.evaluation.words import Words


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
    header = asked.header(chains, "origin_name", "destination_name")
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
    return [View("freight", ("货运方式链", "Freight by chain of modes"), columns, rows, len(chains) - len(rows), header=header)]


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
        Column("loaded_tonnes_year", "loaded, Mt", "装船 百万吨", millions, right=True),
        Column("unloaded_tonnes_year", "unloaded, Mt", "卸船 百万吨", millions, right=True),
        Column("share", "share of the region", "区域份额", percent, right=True),
        Column("teu_year", "thousand TEU", "千标箱", thousands, right=True),
        Column("load", "highest load", "最高负荷", percent, right=True),
        Column("co2_kg_year", "handling CO2, t", "装卸CO2 吨", thousands, right=True),
        Column("nox_kg_year", "NOx, t", "NOx 吨", thousands, right=True),
        Column("pm25_kg_year", "PM2.5, t", "PM2.5 吨", tonnes_of, right=True),
        Column("validated", "total", "观测总量", lambda value: validated(value, words)),
    ]
    header = asked.header(frame, "name")
    return [View("ports", ("海港（每年）", "Sea ports, a year"), columns, rows, len(frame) - len(rows), header=header)]


def terminal_views(asked: Asked) -> list[View]:
    """Terminals of freight by load, then locks, crossings, ferries and links with freight trains by load."""
    from bbwnet.experiment.flow_freight import capacities_frame, over_capacity

    flows, words, observed = asked.flows, asked.words, asked.observed
    if flows.freight is None:
        return []
    ports = observed.get("port_tonnes", ())
    whole_terminals = _terminals(flows.freight.terminals).assign(validated=lambda found: found["node"].isin(list(ports)))
    whole_terminals = whole_terminals.assign(over_capacity=over_capacity(whole_terminals["load"]))
    terminals = asked.named(whole_terminals, name="node")

    def excess(value: float | None) -> str:
        """By how much demand exceeds a capacity: a queue that grows has no mean wait."""
        return words.pick(f"需求超能力 {value:.0%}", f"demand exceeds capacity by {value:.0%}") if value else ""

    columns = [
        Column("name", "node", "节点"),
        Column("terminal", "terminal", "码头", lambda value: value or "–"),
        Column("kind", "kind", "类别"),
        Column("loaded_tonnes_year", "loaded, Mt/year", "装船（车） 百万吨/年", millions, right=True),
        Column("unloaded_tonnes_year", "unloaded, Mt/year", "卸船（车） 百万吨/年", millions, right=True),
        Column("teu_year", "thousand TEU", "千标箱", thousands, right=True),
        Column("load", "load", "负荷", percent, right=True),
        Column("wait_h", "wait, h", "等待 小时", one_decimal, right=True),
        Column("over_capacity", "over capacity", "超能力", excess),
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
        Column("over_capacity", "over capacity", "超能力", excess),
        count_column(words),
    ]
    return [
        View(
            "terminals",
            ("货运场站（按负荷）", "Freight terminals by load"),
            columns,
            terminals,
            len(whole_terminals) - len(terminals),
            header=asked.header(whole_terminals, "name"),
        ),
        View(
            "capacities",
            ("船闸、口岸、轮渡与铁路", "Locks, crossings, ferries and freight trains"),
            capacities,
            listed,
            len(frame) - len(listed),
        ),
    ]


def indicator_views(asked: Asked) -> list[View]:
    """Feeders of ports, ways over them, shared hinterlands, river corridor, trains, sailings, means by commodity; most tonnes first."""
    from bbwnet.experiment.flow_freight import indicator_tables

    if asked.flows.freight is None:
        return []
    views = []
    for name, frame in indicator_tables(asked.flows.freight).items():
        sizes = [str(key) for key in frame.columns if str(key).endswith("tonnes_year")]
        listed = frame.loc[frame[sizes].sum(axis=1).sort_values(ascending=False, kind="stable").index] if sizes else frame
        columns = [_indicator_column(str(key), asked.words) for key in frame.columns]
        rows = asked.rows(listed)
        if rows:
            views.append(View(name.removeprefix("flows_"), _INDICATOR_TITLES[name], columns, rows, len(frame) - len(rows)))
    return views


_INDICATOR_TITLES = {
    "flows_hinterlands": ("港口腹地（A4），未验证", "Hinterlands of ports (A4), unvalidated"),
    "flows_shared_hinterlands": ("共同腹地（A6），未验证", "Shared hinterlands (A6), unvalidated"),
    "flows_port_feeders": ("港口集疏运（A8），未验证", "Feeders of ports (A8), unvalidated"),
    "flows_port_ways": ("经各港到境外港口（O1）", "Ways to ports abroad over each port (O1)"),
    "flows_river_corridor": ("西江走廊（O2），未验证", "River corridor (O2), unvalidated"),
    "flows_rail_sea": ("铁海联运（O3），未验证", "Rail to the sea (O3), unvalidated"),
    "flows_seaborne_shares": ("海运经由港口（O3、O5），未验证", "Ports of seaborne trade (O3, O5), unvalidated"),
    "flows_sailings": ("航班（A9），按情景规则", "Sailings (A9), by the scenario's rule"),
    "flows_freight_means": ("货运全程（V5），未验证", "Freight from door to door (V5), unvalidated"),
}
_PLACES = {"port", "other_port", "end", "origin", "destination"}


def _indicator_column(key: str, words: Words) -> Column:
    """A column by what its name ends in."""
    heading = key.replace("_", " ")
    if key in _PLACES:
        return Column(key, heading, heading, words.node)
    if key.endswith("share") or key == "shared_hinterland":
        return Column(key, heading, heading, percent, right=True)
    if key.endswith("tonnes_year"):
        chinese = {"loaded_tonnes_year": "装船 千吨/年", "unloaded_tonnes_year": "卸船 千吨/年"}.get(
            key, heading.replace("tonnes year", "千吨/年")
        )
        return Column(key, heading.replace("tonnes year", "thousand t/year"), chinese, thousands, right=True)
    if key in {"commodity", "mode", "inland_mode", "in_region"}:
        return Column(key, heading, heading)
    return Column(key, heading, heading, one_decimal, right=True)


def _terminals(frame: pd.DataFrame) -> pd.DataFrame:
    """Terminals with all their commodities together, highest load first."""
    sums: dict[str, Any] = {
        "loaded_tonnes_year": "sum",
        "unloaded_tonnes_year": "sum",
        "teu_year": "sum",
        "load": "first",
        "wait_h": "first",
    }
    found = frame.groupby(["node", "terminal", "kind"], sort=True, as_index=False).agg(sums)
    found = found.assign(rank=found["load"].fillna(-1.0), size=found["loaded_tonnes_year"] + found["unloaded_tonnes_year"])
    order = ["rank", "size", "node", "terminal"]
    return found.sort_values(order, ascending=[False, False, True, True], kind="stable").drop(columns=["rank", "size"])
