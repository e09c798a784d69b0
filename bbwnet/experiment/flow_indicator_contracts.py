"""Contracts of the tables of what freight says of ports, hinterlands, corridors and crossings."""

from __future__ import annotations

from bbwnet.experiment.contract import Table, column

_PORT = column("port", "str", "sea port of the region")
_TONNES = column("tonnes_year", "float", "tonnes a year", "t/year")
_HOURS = column("hours", "float", "door to door, waits and handling included", "h")
_COST = column("cost_cny_t", "float", "door to door", "CNY/t")
_INLAND = "`road`, `rail` or `water`"

FLOWS_HINTERLANDS = Table(
    "flows_hinterlands",
    "where the freight of ports comes from and goes to (A4)",
    ("port", "end", "commodity"),
    "port, end",
    (
        _PORT,
        column("end", "str", "place on land"),
        column("commodity", "str", "commodity as in `demand.freight`"),
        column("loaded_tonnes_year", "float", "loaded on ships at the port", "t/year"),
        column("unloaded_tonnes_year", "float", "unloaded there", "t/year"),
    ),
)
FLOWS_SHARED_HINTERLANDS = Table(
    "flows_shared_hinterlands",
    "how far two ports serve the same places (A6)",
    ("port", "other_port"),
    "as the key",
    (
        _PORT,
        column("other_port", "str", "another one"),
        column("shared_hinterland", "float", "overlap of the shares of places in their tonnes: 0 none, 1 the same"),
        column("tonnes_year", "float", "of both", "t/year"),
    ),
)
FLOWS_PORT_FEEDERS = Table(
    "flows_port_feeders",
    "what each mode brings to ports and takes away (A8)",
    ("port", "mode"),
    "port, mode",
    (
        _PORT,
        column("mode", "str", _INLAND),
        _TONNES,
        column("teu_year", "float", "containers a year", "TEU/year"),
        column("share", "float", "share of the port's tonnes; absent: it has none"),
    ),
)
FLOWS_PORT_WAYS = Table(
    "flows_port_ways",
    "what a container's tonne takes from places on land to ports abroad over each port of the region (O1)",
    ("origin", "port", "destination"),
    "as the key",
    (
        column("origin", "str", "place on land"),
        _PORT,
        column("destination", "str", "port abroad"),
        column("inland_mode", "str", f"cheapest mode to the port: {_INLAND}"),
        column("days", "float", "door to port", "days"),
        column("cost_cny_t", "float", "door to port", "CNY/t"),
        column("inland_km", "float", "to the port", "km"),
        column("sea_km", "float", "by sea", "km"),
        column("share", "float", "share of what goes from the place to the port abroad by sea; absent: nothing does"),
    ),
)
FLOWS_RIVER_CORRIDOR = Table(
    "flows_river_corridor",
    "barge, train and truck between places with river ports (O2)",
    ("origin", "destination", "mode"),
    "as the key",
    (
        column("origin", "str", "place left"),
        column("destination", "str", "place reached"),
        column("mode", "str", _INLAND),
        _HOURS,
        _COST,
        column("km", "float", "length of the way", "km"),
        _TONNES,
    ),
)
FLOWS_RAIL_SEA = Table(
    "flows_rail_sea",
    "trains between places on land and ports of the region (O3)",
    ("origin", "port"),
    "as the key",
    (
        column("origin", "str", "place on land"),
        _PORT,
        _HOURS,
        _COST,
        column("km", "float", "length of the way", "km"),
        _TONNES,
        column("loaded_trains_day", "float", "both ways together", "1/day"),
    ),
)
FLOWS_SEABORNE_SHARES = Table(
    "flows_seaborne_shares",
    "over which ports places on land trade by sea (O3, O5)",
    ("end", "port"),
    "as the key",
    (
        column("end", "str", "place on land"),
        column("port", "str", "sea port"),
        column("in_region", "bool", "whether it is one of the region's"),
        _TONNES,
        column("share", "float", "share of the place's seaborne tonnes"),
    ),
)
FLOWS_SAILINGS = Table(
    "flows_sailings",
    "liners from ports of the region to ports abroad, by the scenario's rule (A9)",
    ("port", "destination"),
    "as the key",
    (
        _PORT,
        column("destination", "str", "port abroad"),
        column("days", "float", "time in both ports included", "days"),
        column("sailings_week", "float", "sailings a week", "1/week"),
    ),
)
FLOWS_FREIGHT_MEANS = Table(
    "flows_freight_means",
    "what a tonne of each commodity takes from door to door (V5)",
    ("commodity",),
    "as in `demand.freight`",
    (
        column("commodity", "str", "commodity"),
        _TONNES,
        _HOURS,
        _COST,
        column("handlings", "float", "loadings and unloadings"),
        column("intermodal_share", "float", "share of the tonnes that change from one mode to another"),
    ),
)

FLOW_INDICATOR_TABLES = (
    FLOWS_HINTERLANDS, FLOWS_SHARED_HINTERLANDS, FLOWS_PORT_FEEDERS, FLOWS_PORT_WAYS, FLOWS_RIVER_CORRIDOR, FLOWS_RAIL_SEA,
    FLOWS_SEABORNE_SHARES, FLOWS_SAILINGS, FLOWS_FREIGHT_MEANS,
)  # fmt: skip
"""All of them."""
