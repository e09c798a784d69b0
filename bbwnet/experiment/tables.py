"""Contracts of the tables that a run leaves: columns, types, units, key and sort order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bbwnet.errors import RunError
from bbwnet.exchange.parquet import write_parquets
from bbwnet.experiment.contract import Table, TableColumn
from bbwnet.experiment.contract import column as _own
from bbwnet.experiment.day_contracts import DAY_TABLES
from bbwnet.experiment.flow_contracts import FLOW_TABLES
from bbwnet.experiment.flow_indicator_contracts import FLOW_INDICATOR_TABLES
from bbwnet.network.frames import SERVICE_ATTRIBUTES
from bbwnet.routing.journeys import PARTS
from bbwnet.scenario.attribute_table import attribute_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd


def _of_record(record: str, only: tuple[str, ...]) -> tuple[TableColumn, ...]:
    """Columns that are attributes of a record, described as in the attribute table."""
    known = {row.attribute: row for row in attribute_table() if row.record == record}
    return tuple(TableColumn(name, known[name].type, known[name].unit, known[name].meaning) for name in only)


_NAMES = (_own("name_zh", "str", "Chinese name"), _own("name_en", "str", "English name"))
_ORIGIN = _own("origin", "str", "`base`, or the projects that brought or changed the record, separated by spaces")

NODES = Table(
    "nodes",
    "places and nodes in force",
    ("id",),
    "id",
    (
        *_of_record("Node", only=("id",)),
        _own("kind", "str", "kind of node, or of place"),
        *_NAMES,
        *_of_record("Node", only=("lon", "lat", "place")),
        _own("city", "str", "member or other city that the place belongs to"),
        *_of_record("Node", only=("timezone", "source", "confidence")),
        _ORIGIN,
    ),
)

LINKS = Table(
    "links",
    "links in force, one row each whatever its directions",
    ("id",),
    "id",
    (
        *_of_record("RailLink", only=("id", "from", "to")),
        _own("mode", "str", "`rail`, `highway`, `ferry`, `train_ferry`, `sea`, `waterway` or `border`"),
        _own("line", "str", "line, road number, lane, river or crossing point"),
        *_of_record("RailLink", only=("length_km", "directed", "opened", "source", "confidence")),
        *_of_record(
            "RailLink",
            only=(
                "design_speed_kmh",
                "operating_speed_kmh",
                "operating_speed_inferred",
                "tracks",
                "electrified",
                "gauge_mm",
                "mixed_gauge",
                "use",
            ),
        ),
        *_of_record("RoadLink", only=("road_class", "lanes", "free_speed_kmh", "toll_cny_km")),
        *_of_record("WaterLink", only=("depth_m", "vessel_dwt_max")),
        *_of_record("BorderLink", only=("crossing",)),
        *_of_record("RailLink", only=("length_note",)),
        *_NAMES,
        _ORIGIN,
        _own("car_seconds", "int", "time of a car from `from` to `to` in free flow; absent: not for cars", "s"),
        _own("car_seconds_backward", "int", "time of a car from `to` to `from` in free flow; absent: not for cars", "s"),
        _own("passage_seconds", "int", "crossing time of a train ferry", "s"),
        _own("geometry", "list of [lon, lat]", "line from `from` to `to` through `via`", "degrees"),
    ),
)

SERVICES = Table(
    "services",
    "services in force",
    ("id",),
    "id",
    (
        *_of_record("Service", only=("id", "stops", *SERVICE_ATTRIBUTES)),
        *_NAMES,
        _own("trips_both_directions_per_day", "float", "trips a day, both directions together", "1/day"),
        _own("service_km_per_day", "float", "kilometres run a day, both directions together", "km/day"),
        _ORIGIN,
    ),
)

_DEFINITION = _own("definition", "str", "what the time means: `in_vehicle`, `drive`, `official`, `planned` or `door_to_door`")

TIMES = Table(
    "times",
    "times between all cities by every definition",
    ("from", "to", "definition"),
    "from, to, definition as listed in the README",
    (
        _own("from", "str", "city left"),
        _own("to", "str", "city reached"),
        _DEFINITION,
        _own("mode", "str", "`rail`, `road`, `air`, `sea`, `coach` or `local`; of several that of the longest ride; absent: no way"),
        _own("minutes", "float", "time; absent: no way", "min"),
        _own("length_km", "float", "kilometres along the way; from door to door, of the journey at the percentile", "km"),
        _own("reached_share", "float", "share of the departures of the window that arrive; absent: no such definition"),
        _own(
            "schedule_delay_min",
            "float",
            "from the wished departure to leaving, on the journey at the percentile; in no `planned` time",
            "min",
        ),
    ),
)

GOALS = Table(
    "goals",
    "the plan's two-hour and one-hour goals pair by pair and definition by definition",
    ("goal", "from", "to", "definition"),
    "the order of the plan: main pairs, then neighbours",
    (
        _own("goal", "str", "`main` (2 hours) or `neighbour` (1 hour)"),
        _own("from", "str", "one city"),
        _own("to", "str", "the other city"),
        _DEFINITION,
        _own("target_min", "float", "target", "min"),
        _own("minutes", "float", "time of the slower direction; absent: no way in one direction", "min"),
        _own("minutes_there", "float", "time from the one to the other", "min"),
        _own("minutes_back", "float", "time back", "min"),
        _own("mode", "str", "mode of the slower direction"),
        _own("met", "bool", "whether the slower direction keeps the target"),
        _own("missing_min", "float", "minutes over the target; zero if met", "min"),
        _own("share_within_target", "float", "share of the departures within the target, worse direction; absent: no such definition"),
        _own("schedule_delay_min", "float", "from the wished departure to leaving, on the journey at the percentile", "min"),
        *(_own(f"{part}_min", "float", f"{part} on the journey at the percentile, slower direction", "min") for part in PARTS),
        _own("binding_part", "str", "part of the journey of which the least share must go to keep the target; absent: kept, or no journey"),
        _own("across_provinces", "bool", "whether the two lie in different provinces"),
        _own("way", "str", "the way of the slower direction in words"),
    ),
)

GOAL_SUMMARY = Table(
    "goal_summary",
    "how many pairs keep their target",
    ("goal", "group", "definition"),
    "goal, group, definition",
    (
        _own("goal", "str", "`main` or `neighbour`"),
        _own("group", "str", "`all`, `centres`, `within_province` or `across_provinces`"),
        _DEFINITION,
        _own("pairs", "int", "pairs of the group"),
        _own("met", "int", "pairs that keep their target"),
    ),
)

_DOOR = (
    _own("mode", "str", "`rail`, `coach`, `air`, `sea`, `transit`, `road` or `best`"),
    _own("definition", "str", "`planned` or `door_to_door`"),
    _own("percentile", "float", "percentile over the departures of the window", "%"),
)


def _figure(key: str, value: TableColumn) -> tuple[TableColumn, ...]:
    """A figure and what it rests on."""
    return (
        value,
        _own(f"{key}_years", "str", "years of the figures used, joined by `-`"),
        _own(f"{key}_confidence", "str", "worst of the figures used"),
        _own(f"{key}_method", "str", "`figure`, `interpolated`, `nearest_year`, `shared_out` or `missing`"),
    )


ACCESS = Table(
    "access",
    "what the people of each zone reach door to door, by mode",
    ("mode", "definition", "zone"),
    "mode as listed in the README, zone",
    (
        *_DOOR,
        _own("zone", "str", "zone"),
        _own("city", "str", "member city; absent: none"),
        *_figure("population", _own("population_persons", "float", "residents in the year of `as_of`; absent: no figure", "persons")),
        *_figure("gdp", _own("gdp_cny", "float", "gross domestic product, current prices; absent: no figure", "CNY")),
        *(
            _own(f"persons_within_{limit}_min", "float", f"people within {limit} min, own zone included", "persons")
            for limit in (60, 120, 180)
        ),
        *(
            _own(f"gdp_within_{limit}_min_cny", "float", f"product within {limit} min, own zone included", "CNY")
            for limit in (60, 120, 180)
        ),
        _own("potential_persons", "float", "Hansen potential; the weight halves every `evaluation.hansen_half_time_min`", "persons"),
        _own("mean_min", "float", "mean time to the other zones that can be reached, weighted by population", "min"),
        _own("reached_share", "float", "share of the other zones' people that can be reached"),
        _own("day_zones", "int", "other zones that can be visited out and back in a day, with `evaluation.stay_h` there"),
        _own("day_persons", "float", "their people", "persons"),
    ),
)

ACCESS_REGION = Table(
    "access_region",
    "inequality of access over the zones' people and clause D1 by mode; D2 (`all`) and A1 (`road`) once",
    ("mode", "definition", "clause", "measure"),
    "mode as listed in the README, then as given",
    (
        *_DOOR,
        _own("clause", "str", "clause of the plan; absent: inequality"),
        _own("measure", "str", "`gini:<measure>`, `palma:<measure>`, `mean_ratio`, `persons_within_60_min_by_road:<airport>` and so on"),
        _own("value", "float", "value; absent: not known"),
        _own("unit", "str", "`min`, `persons`, `pairs`, or empty: a share or ratio"),
    ),
)

_WEIGHTED = (
    _own("mode", "str", "`transit`: any chain of services"),
    _own("definition", "str", "`planned` or `door_to_door`"),
    _own("weights", "str", "`population_product` of the two zones, `equal`, or `trips` of the flows; in a run not `trips`"),
)
_CORRIDOR = (
    _own("from", "str", "city left"),
    _own("to", "str", "city reached"),
)

TRANSFERS = Table(
    "transfers",
    "changes of vehicle by hub and pair of modes, over the journeys of all departures between all zones",
    ("mode", "definition", "hub", "mode_pair"),
    "hubs of the data, cities, other places; pairs by frequency",
    (
        *_WEIGHTED,
        _own("hub", "str", "hub, or `city:`, `place:` or `stop:` and an identifier; `all`: everywhere"),
        _own("kind", "str", "`hub`, `city`, `rest_of_city`, `place` or `stop`; absent for `all`"),
        _own("city", "str", "city; absent outside any"),
        _own("mode_pair", "str", "`all`, or two modes such as `air-rail`, whatever the direction"),
        _own("transfers_per_1000_journeys", "float", "weighted changes per thousand journeys, those with no vehicle included"),
        _own("departures", "int", "wished departures behind it, unweighted"),
        _own("walk_mean_min", "float", "out of the terminal, way, into the next; or the change within a stop: mean", "min"),
        _own("walk_median_min", "float", "the same, median", "min"),
        _own("walk_p90_min", "float", "the same, 90th percentile", "min"),
        _own("way_mean_min", "float", "part between the doors of the terminals, or the change within a stop", "min"),
        _own("wait_mean_min", "float", "wait for the vehicle and for the first shuttle, mean", "min"),
        _own("wait_median_min", "float", "the same, median", "min"),
        _own("wait_p90_min", "float", "the same, 90th percentile", "min"),
        _own("border_mean_min", "float", "queue and formalities of a border, in neither walk nor wait", "min"),
        _own("transfer_mean_min", "float", "walk, wait and border together", "min"),
        _own("short_walk_share", "float", "changes within one stop, or on foot in less than 10 min between terminals (V1)"),
        _own("one_stop_share", "float", "changes within one stop"),
        _own("missed_share", "float", "connections missed because the vehicle before is late, by the scenario's `reliability`"),
        _own("interchange_share", "float", "share of all journeys that change there; with `mode_pair` `all` only"),
    ),
)

HUBS = Table(
    "hubs",
    "interchanges (N1): modes joined, terminals joined, what a change takes, how many change there",
    ("mode", "definition", "hub"),
    "hubs of the data, cities, other places",
    (
        *_WEIGHTED,
        _own("hub", "str", "as in `transfers`"),
        _own("kind", "str", "as in `transfers`"),
        _own("rank", "str", "`national`, `regional` or `local`; absent: no hub of the data"),
        _own("city", "str", "city; absent outside any"),
        _own("modes", "str", "modes that call at its terminals, separated by spaces"),
        _own("terminals", "int", "terminals"),
        _own("terminal_pairs", "int", "ordered pairs of different terminals"),
        _own("within_min", "float", "limit within which a pair counts as joined", "min"),
        _own("terminal_pairs_within", "int", "pairs joined within the limit"),
        _own("transfers_per_1000_journeys", "float", "weighted changes per thousand journeys"),
        _own("transfer_mean_min", "float", "mean time from vehicle to vehicle; absent: nobody changes", "min"),
        _own("interchange_share", "float", "share of all journeys that change there"),
    ),
)

TERMINALS = Table(
    "terminals",
    "times between the terminals of each hub for people (V2): from getting off to being ready to board",
    ("hub", "from", "to"),
    "hub, from, to as in the hub",
    (
        _own("hub", "str", "as in `transfers`"),
        _own("from", "str", "terminal left"),
        _own("to", "str", "terminal entered; the same: a change within it"),
        _own("minutes", "float", "out, way and in; absent: no way", "min"),
    ),
)

HEADWAYS = Table(
    "headways",
    "direct services between the cities of the plan's pairs (V3), by direction",
    ("from", "to", "service"),
    "pairs in the plan's order",
    (
        *_CORRIDOR,
        _own("goals", "str", "`main`, `neighbour`, or both"),
        _own("service", "str", "`rail`, `coach`, or `all`"),
        _own("departures", "int", "departures in the window"),
        _own("mean_headway_min", "float", "mean time between departures; absent: nothing runs", "min"),
        _own("mean_wait_min", "float", "mean wait of who comes at any time of the window", "min"),
        _own("short_wait_share", "float", "share of the window's times that wait less than 15 min"),
    ),
)

HEADWAY_HOURS = Table(
    "headway_hours",
    "direct services between the cities of the plan's pairs by hour",
    ("from", "to", "service", "hour"),
    "pairs in the plan's order, hour",
    (
        *_CORRIDOR,
        _own("service", "str", "`rail`, `coach`, or `all`"),
        _own("hour", "int", "hour of the day"),
        _own("departures", "int", "departures in the hour"),
        _own("mean_wait_min", "float", "mean wait of who comes in the hour; absent: nothing runs any more", "min"),
    ),
)

THROUGH_TICKETS = Table(
    "through_tickets",
    "what one ticket for all rides would save (V4), by the modes ridden",
    ("mode", "definition", "modes_ridden"),
    "`all`, then by frequency",
    (
        *_WEIGHTED,
        _own("modes_ridden", "str", "modes of the journey, or `all`"),
        _own("journey_share", "float", "share of all journeys, those of two rides or more"),
        _own("on_through_tickets", "float", "share of them on one ticket, by the scenario's policy"),
        _own("saved_mean_min", "float", "time that one ticket saves in the mean, both searched", "min"),
        _own("sooner_share", "float", "share of them that arrive sooner"),
        _own("saved_mean_cny", "float", "fare that one ticket saves in the mean", "CNY"),
        _own("fares_known_share", "float", "share of them of which all fares are known"),
    ),
)

TRANSFER_MEASURES = Table(
    "transfer_measures",
    "measures of the whole region for clauses V1, V3, V4 and N1",
    ("clause", "measure"),
    "clause, measure as listed",
    (
        _own("clause", "str", "clause of the plan"),
        _own("measure", "str", "what is measured"),
        _own("value", "float", "value; absent: not known"),
        _own("unit", "str", "unit; empty: a share or a mean number"),
    ),
)

_ALL = (
    NODES, LINKS, SERVICES, TIMES, GOALS, GOAL_SUMMARY, ACCESS, ACCESS_REGION, TRANSFERS, HUBS, TERMINALS, HEADWAYS, HEADWAY_HOURS,
    THROUGH_TICKETS, TRANSFER_MEASURES, *FLOW_TABLES, *FLOW_INDICATOR_TABLES, *DAY_TABLES,
)  # fmt: skip

TABLES = {table.name: table for table in _ALL}
"""Tables of a run folder by name."""


def conform(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with the columns of its contract in their order; raises `RunError` if it has others, or lacks one."""
    wanted = [column.name for column in table.columns]
    if not len(frame.columns):  # made of no rows, as times between the cities of a region that has one
        return frame.reindex(columns=wanted)
    if set(frame.columns) != set(wanted):
        odd = sorted(set(frame.columns) ^ set(wanted))
        raise RunError(f"table {table.name} does not keep its contract: {', '.join(odd)}")
    return frame[wanted]


def write_tables(folder: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write tables to `<name>.parquet` in a folder, with columns, order and types of their contracts; raises `RunError` as `conform`."""
    paths = {folder / f"{name}.parquet": TABLES[name] for name in tables}
    frames = {path: conform(table, tables[table.name]) for path, table in paths.items()}
    write_parquets(frames, {path: {column.name: column.sql_type for column in table.columns} for path, table in paths.items()})
