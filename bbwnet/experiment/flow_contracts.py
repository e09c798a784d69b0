"""Contracts of the tables of flows."""

from __future__ import annotations

from bbwnet.experiment.contract import Table, column

_VALIDATED = column("validated", "bool", "whether a count stands behind the figure; false: unvalidated")
_HOURS = (
    column("from_hour", "int", "hour at which the group of hours begins", "h"),
    column("until_hour", "int", "hour at which it ends", "h"),
)
_PAIR = (column("origin", "str", "place left"), column("destination", "str", "place reached"))
_MODE = column("mode", "str", "main mode: `car`, `coach`, `rail`, `air`, `ferry` or `local` (bus, taxi, walk)")
_POLLUTANTS = tuple(column(f"{name}_kg", "float", f"{name} emitted a day; absent: no factor", "kg") for name in ("co2", "nox", "pm25"))

FLOWS_LINKS = Table(
    "flows_links",
    "vehicles on links that cars can use, by direction, group of hours and class",
    ("link", "direction", "from_hour", "class"),
    "link, direction, from_hour, classes as loaded with `all` first",
    (
        column("link", "str", "link"),
        column("direction", "str", "`forward`: as the link is given, or `backward`"),
        column("from", "str", "node left"),
        column("to", "str", "node reached"),
        column("mode", "str", "`highway`, `ferry` or `border`"),
        *_HOURS,
        column("class", "str", "cars by purpose, other vehicles, or `all`"),
        column("vehicles_h", "float", "vehicles in a mean hour of the group", "1/h"),
        column("pcu_h", "float", "passenger-car units in a mean hour of the group", "pcu/h"),
        column("capacity_pcu_h", "float", "capacity of the direction; absent: not known", "pcu/h"),
        column("load", "float", "all classes over capacity; absent: capacity not known"),
        column("free_min", "float", "time of a car on the empty link", "min"),
        column("minutes", "float", "time of a car at the load", "min"),
        _VALIDATED,
    ),
)

FLOWS_OD = Table(
    "flows_od",
    "one-way trips of a mean day between places, by purpose and main mode",
    ("origin", "destination", "purpose", "mode"),
    "origin, destination, purpose, modes as in the README",
    (
        *_PAIR,
        column("purpose", "str", "`airport_access`, `business`, `commuting` or `leisure`"),
        _MODE,
        column("trips", "float", "one-way trips a day, in the direction travelled", "1/day"),
        column("minutes", "float", "from leaving to arrival, mean of the day; absent: not known", "min"),
        column("felt_min", "float", "generalised minutes of the journey, weighted by part, without fare and constants", "min"),
        column("cost_cny", "float", "fare of one traveller; of a car fuel, tolls and ferries of one of those in it", "CNY"),
    ),
)

FLOWS_MODES = Table(
    "flows_modes",
    "mode split, performance and emissions of a mean day",
    ("kind", "mode"),
    "passengers, then freight; modes as chosen",
    (
        column("kind", "str", "`passengers` or `freight`"),
        column("mode", "str", "as in `flows_od`; of freight `light_truck`, `heavy_truck`, `rail`, `barge`, `sea` or `handling`"),
        column("trips", "float", "one-way trips a day; absent for freight", "1/day"),
        column("share", "float", "share of the trips, of freight share of the tonne-km"),
        column("tonnes", "float", "tonnes a day; absent for passengers", "t"),
        column("passenger_km", "float", "kilometres of travellers a day; absent: not known", "km"),
        column("tonne_km", "float", "kilometres of tonnes a day; absent for passengers", "t km"),
        column("vehicle_km", "float", "kilometres of vehicles a day; absent: not known", "km"),
        *_POLLUTANTS,
        column("co2_g_km", "float", "CO2 of a passenger-km or tonne-km", "g/km"),
        column("confidence", "str", "of the least sure factor behind the emissions; absent: none"),
    ),
)

FLOWS_DESIRE_LINES = Table(
    "flows_desire_lines",
    "trips of a mean day between places, both directions and all purposes together, as straight lines",
    ("origin", "destination"),
    "origin, destination",
    (
        column("origin", "str", "the one place; before the other by identifier"),
        column("destination", "str", "the other place"),
        column("origin_lon", "float", "longitude", "degrees"),
        column("origin_lat", "float", "latitude", "degrees"),
        column("destination_lon", "float", "longitude", "degrees"),
        column("destination_lat", "float", "latitude", "degrees"),
        column("trips", "float", "one-way trips a day, both directions", "1/day"),
        *(column(f"{mode}_trips", "float", f"of them by {mode}", "1/day") for mode in ("car", "coach", "rail", "air", "ferry", "local")),
    ),
)

FLOWS_SELECT_LINK = Table(
    "flows_select_link",
    "who uses a link: vehicles of a mean day by direction, class, origin and destination",
    ("link", "direction", "class", "origin", "destination"),
    "link, direction, class, origin, destination",
    (
        column("link", "str", "link asked for; in a run those of highest load over capacity"),
        column("direction", "str", "`forward` or `backward`"),
        column("class", "str", "cars by purpose, or other vehicles"),
        *_PAIR,
        column("vehicles_day", "float", "vehicles a day over the link", "1/day"),
    ),
)

FLOWS_COUNTS = Table(
    "flows_counts",
    "traffic counts beside the loads of their links; only where there are counts",
    ("link", "direction", "class", "period"),
    "as in the file",
    (
        column("link", "str", "link"),
        column("direction", "str", "`forward`, `backward` or `both`"),
        column("class", "str", "`all`, `car`, `truck`, or a class of `flows_links`"),
        column("period", "str", "days that the count is the mean of"),
        column("counted_day", "float", "vehicles counted a day", "1/day"),
        column("modelled_day", "float", "vehicles modelled a day", "1/day"),
        column("error", "float", "modelled over counted, less 1; absent: nothing counted"),
        column("geh", "float", "GEH of the day's mean hour"),
        column("source", "str", "who counted"),
    ),
)

FLOW_TABLES = (FLOWS_LINKS, FLOWS_OD, FLOWS_MODES, FLOWS_DESIRE_LINES, FLOWS_SELECT_LINK, FLOWS_COUNTS)
"""All of them."""
