"""Contracts of the tables of simulated days, and how replications come together in each."""

from __future__ import annotations

from dataclasses import dataclass

from bbwnet.experiment.contract import Table, TableColumn, column
from bbwnet.simulation.replications import Shape

PREFIX = "simulation_"
_HALF_WIDTH = "half-width of its 95 % interval over replications; absent for one replication"


@dataclass(frozen=True)
class DayTable:
    """A table that parts of the day leave, brought together over replications."""

    part_table: str
    """What the part calls it (`Record.tables`)."""
    shape: Shape
    table: Table


def _day_table(
    part_table: str,
    name: str,
    holds: str,
    key: tuple[TableColumn, ...],
    same: tuple[TableColumn, ...] = (),
    counts: tuple[TableColumn, ...] = (),
    means: tuple[TableColumn, ...] = (),
    *,
    intervals: bool = True,
) -> DayTable:
    """A table whose amounts are means over replications, each with its interval where wanted."""
    amounts: list[TableColumn] = []
    for item in counts:
        amounts.append(item)
        if intervals:
            amounts.append(column(f"{item.name}_ci95", "float", _HALF_WIDTH, item.unit))
    names = tuple(item.name for item in key)
    shape = Shape(
        names, tuple(item.name for item in counts), tuple(item.name for item in means), tuple(item.name for item in same), intervals
    )
    return DayTable(part_table, shape, Table(PREFIX + name, holds, names, ", ".join(names), (*key, *same, *amounts, *means)))


def _words(*names: tuple[str, str]) -> tuple[TableColumn, ...]:
    return tuple(column(name, "str", meaning) for name, meaning in names)


def _amounts(*names: tuple[str, str, str]) -> tuple[TableColumn, ...]:
    """Columns of amounts: name, unit, meaning."""
    return tuple(column(name, "float", meaning, unit) for name, unit, meaning in names)


_HOUR = column("hour", "int", "hour from midnight before day 1", "h")
_DAY = column("day", "int", "simulated day, from 1")
_PAIR = _words(("origin", "place left"), ("destination", "place reached"))
_TIMES = _amounts(*((f"p{share}_min", "min", f"{share} % of those who arrived took no longer") for share in (10, 50, 90, 95)))
_MEAN_TIME = _amounts(("mean_min", "min", "mean of those who arrived"))
_CAME = _amounts(
    ("entered", "1", "set out on the days that count"), ("arrived", "1", "of these, arrived"), ("gave_up", "1", "of these, gave up")
)
_VEHICLES = _amounts(*((name, "vehicles", f"{name.replace('_', ' ')}s") for name in ("car", "coach", "light_truck", "heavy_truck")))

SERVERS = _day_table(
    "servers",
    "servers",
    "what queues: every server by the hour, hours without anything left out",
    (
        *_words(
            ("kind", "what it is: checks, platforms, runways, berths, lanes, locks, yards, tracks, ferry queues"), ("server", "identifier")
        ),
        _HOUR,
    ),
    _words(("unit", "what queues")),
    _amounts(
        ("arrivals", "1", "units that came"),
        ("served", "1", "units that left served"),
        ("gave_up", "1", "units that left unserved"),
        ("queue_mean", "1", "units that waited, mean over the hour"),
        ("queue_max", "1", "most units that waited at once"),
        ("utilisation", "", "share of time that it was busy; absent where a rate binds"),
        ("blocked_s", "s", "time closed"),
    ),
    _amounts(("wait_mean_s", "s", "mean wait of who began to be served in the hour"), ("wait_p95_s", "s", "95 % waited no longer")),
)
TRIPS = _day_table(
    "trips",
    "trips",
    "persons on services and local ways by pair and main mode",
    (*_PAIR, *_words(("mode", "main mode"))),
    (),
    (
        *_CAME,
        *_amounts(
            ("changes", "1", "changes of vehicle made"),
            ("changes_missed", "1", "changes whose vehicle was missed"),
            ("no_seat", "persons", "did not set out, for no run near the one wanted had a seat left; not among those who entered"),
            ("no_seat_all_day", "persons", "those of them for whom no run of the day had one between the same stops"),
        ),
    ),
    (
        *_TIMES,
        *_MEAN_TIME,
        *_amounts(
            ("wait_min", "min", "wait for vehicles, mean of all who set out"), ("delay_min", "min", "mean against the plan, of who arrived")
        ),
    ),
)
VEHICLE_TRIPS = _day_table(
    "car_trips",
    "vehicle_trips",
    "cars, coaches and trucks on the roads by pair and class",
    (*_PAIR, *_words(("mode", "class of vehicle"))),
    (),
    _CAME,
    (*_TIMES, *_MEAN_TIME),
    intervals=False,
)
LEFT_BEHIND = _day_table(
    "left_behind",
    "left_behind",
    "calls of runs at which persons were left behind, missed the departure, or gave up",
    _words(
        ("stop", "node"),
        ("service", "service"),
        ("direction", "last stop of the run"),
        ("departs", "planned departure of the run at the stop"),
    ),
    (),
    _amounts(
        ("boardings", "persons", "who boarded"),
        ("left_behind", "persons", "who found no room"),
        ("missed", "persons", "who were ready only after it had left"),
        ("stranded", "persons", "for whom nothing else went that day"),
        ("gave_up", "persons", "who went no further"),
    ),
)
RUNS = _day_table(
    "runs",
    "runs",
    "every run of a service",
    (*_words(("service", "service"), ("direction", "`forward` or `backward`")), column("trip", "int", "trip of the timetable"), _DAY),
    (
        *_words(("mode", "mode")),
        column("departs", "int", "planned departure, after the day's midnight", "s"),
        column("seats", "float", "persons it holds; absent: whoever comes"),
    ),
    _amounts(
        ("boardings", "persons", "who boarded"),
        ("left_behind", "persons", "who found no room"),
        ("held_min", "min", "held back by closures, tracks, rolling stock"),
        ("cancelled", "", "share of replications in which it was cancelled, or ended early"),
    ),
    _amounts(
        ("most_on_board", "persons", "most persons on board at once"),
        ("delay_end_min", "min", "delay at the end"),
        ("delay_mean_min", "min", "mean delay at its calls"),
    ),
)
PUNCTUALITY = _day_table(
    "punctuality",
    "punctuality",
    "how punctual runs are, by mode",
    _words(("mode", "mode")),
    (),
    _amounts(
        ("runs", "1", "runs due"),
        ("arrived", "1", "runs that came to their end"),
        ("cancelled", "1", "runs cancelled, or ended early"),
        ("punctual_share", "", "share that ends at most 5 min (rail) or 15 min late, cancelled ones not punctual"),
        ("held_min", "min", "held back altogether"),
    ),
    _amounts(("delay_mean_min", "min", "mean delay at the end"), ("delay_p95_min", "min", "95 % of runs end no later")),
)
ROADS = _day_table(
    "road_hours",
    "roads",
    "links with vehicles by direction and hour",
    (*_words(("link", "link"), ("direction", "`forward`: as the link is given, or `backward`")), _HOUR),
    (),
    (
        *_VEHICLES,
        *_amounts(
            ("queue_mean_pcu", "pcu", "queue at its end, mean over the hour"),
            ("queue_max_pcu", "pcu", "longest queue"),
            ("delay_vehicle_h", "h", "wait in it of all who joined it in the hour"),
        ),
    ),
    _amounts(("delay_mean_s", "s", "the same of each who joined it")),
    intervals=False,
)
FERRY_DAYS = _day_table(
    "ferry_days",
    "ferry_days",
    "ferries that carry vehicles, by route, port and day",
    (*_words(("route", "link"), ("from", "port left")), _DAY),
    (),
    (
        *_amounts(("sailings", "1", "sailings that left on the day")),
        *_VEHICLES,
        *_amounts(
            ("vehicles", "vehicles", "all of them"),
            ("persons_in_vehicles", "persons", "persons in these"),
            ("deck_use", "", "lane-metres taken over those offered"),
            ("waiting_at_midnight", "vehicles", "in the yard and on the road outside at the day's end"),
        ),
    ),
)
FERRY_QUEUES = _day_table(
    "ferry_queues",
    "ferry_queues",
    "vehicles that wait for ferries at each full hour",
    (*_words(("route", "link"), ("from", "port")), _HOUR),
    (),
    _amounts(("outside", "vehicles", "on the road outside"), ("inside", "vehicles", "in the yard")),
)
_CARGO = tuple(
    (f"{way}_{sense}_t", "t", f"{'towards' if sense == 'in' else 'from'} ships by {word}")
    for way, word in (("truck", "truck"), ("rail", "train"), ("siding", "train at a siding of its own"), ("water", "barge"))
    for sense in ("in", "out")
)
PORTS = _day_table(
    "ports",
    "ports",
    "port terminals by day: ships, cargo, yard",
    (*_words(("terminal", "terminal")), _DAY),
    (),
    _amounts(
        ("ships_arrived", "ships", "that arrived"),
        ("ships_left", "ships", "that left"),
        ("ships_anchored_max", "ships", "most at anchor at once"),
        ("berth_share", "", "time of all berths taken"),
        ("unloaded_t", "t", "unloaded by ships that left their berth on the day"),
        ("loaded_t", "t", "loaded by them"),
        ("unloaded_teu", "TEU", "containers unloaded"),
        ("loaded_teu", "TEU", "containers loaded"),
        *_CARGO,
        ("yard_mean_t", "t", "in the yard, mean"),
        ("yard_max_t", "t", "in the yard, most"),
        ("yard_mean_teu", "TEU", "containers in the yard, mean"),
        ("yard_max_teu", "TEU", "containers in the yard, most"),
        ("yard_max_share", "", "of the room there is, the fuller of cargo and containers"),
        ("blocked_h", "h", "ship-hours alongside without room to unload into"),
    ),
    _amounts(
        ("wait_mean_h", "h", "at anchor, of ships that got a berth on the day"),
        ("turnaround_mean_h", "h", "from arrival until gone, of ships that left"),
    ),
)
CONSIGNMENTS = _day_table(
    "consignments",
    "consignments",
    "freight by commodity, chain of modes and cities",
    (*_words(("commodity", "commodity"), ("chain", "modes in order")), *_PAIR),
    (),
    _amounts(
        *((f"tonnes_{name}", "t", meaning) for name, meaning in (
            ("entered", "that set out"), ("arrived", "that arrived"), ("under_way", "under way at the end"),
            ("gave_up", "given up"), ("rerouted", "that took another chain"),
        ))
    ),
    _amounts(
        ("hours_mean", "h", "door to door, mean of the tonnes that arrived"),
        *((f"hours_p{share}", "h", f"{share} % of these took no longer") for share in (10, 50, 90, 95)),
        ("hours_reckoned", "h", "that the chain was chosen by"),
        ("cost_cny_t", "CNY/t", "money, and what hours beyond those reckoned with are worth"),
        ("handlings", "1", "loadings and unloadings"),
        *((f"{place}_h", "h", f"{meaning}, waits included") for place, meaning in (
            ("handling", "loading and unloading"), ("road", "on roads"), ("yard", "in rail yards"), ("rail", "on trains"),
            ("river_port", "in river ports"), ("river", "on rivers"), ("border", "at borders"), ("ferry", "on ro-ro ferries"),
            ("port", "in sea ports"), ("sea", "at sea"),
        )),
        ("beyond_h", "h", "given, not simulated"),
    ),
    intervals=False,
)  # fmt: skip

DAY_SHAPES: tuple[DayTable, ...] = (
    SERVERS, TRIPS, VEHICLE_TRIPS, LEFT_BEHIND, RUNS, PUNCTUALITY, ROADS, FERRY_DAYS, FERRY_QUEUES, PORTS, CONSIGNMENTS,
)  # fmt: skip
"""Tables that are means over replications."""

_REPLICATION = column("replication", "int", "replication, from 0")
BALANCE = Table(
    PREFIX + "balance",
    "the balance sheet, warming up included: entered = arrived + under way + gave up",
    ("replication", "what"),
    "replication, parts in the order of the day",
    (
        _REPLICATION,
        *_words(("what", "what moves"), ("unit", "in what it is counted")),
        *_amounts(
            ("entered", "1", "came in"),
            ("arrived", "1", "arrived"),
            ("under_way", "1", "under way at the end"),
            ("gave_up", "1", "gave up"),
        ),
    ),
)
SAILINGS = Table(
    PREFIX + "ferry_sailings",
    "every sailing of ferries that carry vehicles",
    ("replication", "route", "from", "depart_s", "ship"),
    "replication, route, from, depart_s, ship",
    (
        _REPLICATION,
        *_words(("route", "link"), ("from", "port left"), ("ship", "ship of a fleet, or run of the timetable")),
        *_amounts(("depart_s", "s", "left, from midnight before day 1"), ("arrive_s", "s", "arrived")),
        *_VEHICLES,
        *_amounts(
            ("vehicles", "vehicles", "all of them"), ("persons_in_vehicles", "persons", "persons in these"),
            ("deck_use", "", "lane-metres taken over those offered"),
        ),
    ),
)  # fmt: skip
LOST = Table(
    PREFIX + "lost",
    "hours lost against the undisturbed days, by what travels; the same random numbers on both",
    ("what",),
    "what",
    (
        *_words(("what", "what travels, in unit-hours from setting out until arrival, giving up or the end")),
        *_amounts(("lost_h", "h", "mean over replications"), ("lost_h_ci95", "h", _HALF_WIDTH)),
    ),
)
RECOVERY = Table(
    PREFIX + "recovery",
    "how long queues outlast the last closure",
    ("replication", "unit"),
    "replication, unit",
    (
        _REPLICATION,
        *_words(("unit", "what queues")),
        *_amounts(
            ("longest_excess", "1", "most that waited beyond the undisturbed days, mean of an hour"),
            ("recovery_h", "h", "from the end of the last closure until 5 % of that is left; absent: not before the end"),
        ),
    ),
)
EVENTS = Table(
    PREFIX + "events",
    "the event log of the first replication, where one was asked for",
    ("second", "kind", "place", "what"),
    "as they happened",
    (
        *_amounts(("second", "s", "from midnight before day 1")),
        *_words(("kind", "what happened"), ("place", "node, link, terminal or server"), ("what", "run, vehicle or cohort")),
        *_amounts(("count", "1", "units")),
    ),
)
REPLAY_SERVERS = Table(
    PREFIX + "replay_servers",
    "frames of the first replication: who waits and is served where, every `simulation.frame_min` minutes; nobody: no row",
    ("second", "kind", "server"),
    "second, kind, server",
    (
        *_amounts(("second", "s", "from midnight before day 1")),
        *_words(("kind", "as in `simulation_servers`"), ("server", "identifier"), ("unit", "what queues")),
        *_amounts(("waiting", "1", "units that wait"), ("in_service", "1", "units that are served")),
    ),
)
REPLAY_RUNS = Table(
    PREFIX + "replay_runs",
    "frames of the first replication: where each run under way is",
    ("second", "day", "trip"),
    "second, day, trip",
    (
        *_amounts(("second", "s", "from midnight before day 1")),
        *_words(("service", "service")),
        column("trip", "int", "row of the timetable's trips"),
        _DAY,
        *_words(("from", "stop that it left last"), ("to", "stop that it comes to next, or stands at")),
        *_amounts(
            ("share", "", "of the planned time between both that is over; 1: it is there, or should be"),
            ("on_board", "persons", "on board"),
            ("late_min", "min", "late when it left last"),
        ),
    ),
)
DAY_TABLES: tuple[Table, ...] = (
    BALANCE,
    *(item.table for item in DAY_SHAPES),
    SAILINGS,
    LOST,
    RECOVERY,
    EVENTS,
    REPLAY_SERVERS,
    REPLAY_RUNS,
)
