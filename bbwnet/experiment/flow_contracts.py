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
_POLLUTANT_NAMES = ("co2", "nox", "pm25")
_POLLUTANTS = tuple(column(f"{name}_kg", "float", f"{name} emitted a day; absent: no factor", "kg") for name in _POLLUTANT_NAMES)

FLOWS_LINKS = Table(
    "flows_links",
    "vehicles on links that cars can use, by direction, group of hours and class",
    ("link", "direction", "from_hour", "class"),
    "link, forward before backward, from_hour, classes as loaded with `all` first",
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
    "origin, destination, purpose, modes in the order below",
    (
        *_PAIR,
        column("purpose", "str", "`airport_access`, `business`, `commuting` or `leisure`"),
        _MODE,
        column("trips", "float", "one-way trips a day, in the direction travelled", "1/day"),
        column("minutes", "float", "from leaving to arrival, mean of the day; of services of all purposes; absent: no way home", "min"),
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
        column("mode", "str", "as in `flows_od`, or `access`; of freight `road`, `rail`, `water`, `sea`, `sea_overseas` or `handling`"),
        column("trips", "float", "one-way trips a day; absent for freight", "1/day"),
        column("share", "float", "share of the trips, of freight of the tonne-km without those overseas; absent: no share"),
        column("tonnes", "float", "tonnes a day; absent for passengers", "t"),
        column("tonnes_share", "float", "share of the tonnes sent that have the mode in their chain; absent for passengers"),
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
        column("of_year", "bool", "whether it was counted in the year of the demand; others say nothing of the fit"),
        column("source", "str", "who counted"),
    ),
)

_OVER = column("over_capacity", "float", "by what share demand exceeds the capacity; 0: it does not; absent: capacity not known")
_COMMODITY = column("commodity", "str", "commodity as in `demand.freight`")

FLOWS_SERVICES = Table(
    "flows_services",
    "what each run of a service carries on the day looked at",
    ("service", "first_stop", "last_stop", "depart_s"),
    "service, first_stop, last_stop, depart_s",
    (
        column("service", "str", "service"),
        column("mode", "str", "`coach`, `rail`, `air` or `ferry`"),
        column("train_class", "str", "rolling stock; absent: no train"),
        column("first_stop", "str", "where the run begins"),
        column("last_stop", "str", "where it ends"),
        column("depart_s", "int", "departure from the first stop on the region's clock", "s"),
        column("days_share", "float", "share of the days of the week on which it runs"),
        column("boardings", "float", "who board it on the day looked at", "persons"),
        column("most_on_board", "float", "most on board between two stops", "persons"),
        column("busiest_from", "str", "stop that this stretch leaves"),
        column("seats", "float", "seats; absent: not known", "seats"),
        column("seats_assumed", "bool", "whether the seats are the scenario's figure for the mode or class"),
        column("load_factor", "float", "most on board over seats; absent: seats not known, or `riders_beyond`"),
        column(
            "riders_beyond", "bool", "a flight from or to an airport most of whose passengers fly beyond the network, on board of no run"
        ),
        column("passenger_km", "float", "kilometres of all on board", "km"),
        _VALIDATED,
    ),
)

FLOWS_STOPS = Table(
    "flows_stops",
    "who board, leave and change at each stop, by mode and group of hours",
    ("stop", "mode", "from_hour"),
    "stop, mode, from_hour",
    (
        column("stop", "str", "stop"),
        column("mode", "str", "`coach`, `rail`, `air` or `ferry`"),
        *_HOURS,
        column("boardings", "float", "persons who board a day", "1/day"),
        column("alightings", "float", "persons who leave a day", "1/day"),
        column("transfers_in", "float", "of those who board, who came by another vehicle", "1/day"),
        column("transfers_out", "float", "of those who leave, who go on by another vehicle", "1/day"),
        column(
            "airport_passengers",
            "float",
            "all passengers of the airport a day, all hours, those who fly beyond the network too; absent: no airport of the region",
            "1/day",
        ),
        column("validated", "bool", "whether an observed total of the year stands behind the stop's figures; false: unvalidated"),
    ),
)

FLOWS_SERVICE_OD = Table(
    "flows_service_od",
    "between which places those travel who ride the services of highest load",
    ("service", "origin", "destination"),
    "service, origin, destination",
    (
        column("service", "str", "service asked for; in a run those of highest load factor"),
        *_PAIR,
        column("persons_day", "float", "persons a day on it", "1/day"),
    ),
)

FLOWS_FREIGHT = Table(
    "flows_freight",
    "tonnes of a year by commodity, pair of ends and chain of modes",
    ("commodity", "origin", "destination", "chain", "port_out", "port_in"),
    "as the key",
    (
        _COMMODITY,
        *_PAIR,
        column("chain", "str", "modes in order joined by `+`: `road`, `rail`, `water`, `sea`"),
        column("port_out", "str", "sea port left; empty: none"),
        column("port_in", "str", "sea port reached; empty: none"),
        column("tonnes_year", "float", "tonnes a year", "t/year"),
        column("teu_year", "float", "containers a year", "TEU/year"),
        column("share", "float", "share of the tonnes of the commodity and pair"),
        column("hours", "float", "door to door, waits and handling included", "h"),
        column("cost_cny_t", "float", "door to door", "CNY/t"),
        *(column(f"{name}_km", "float", f"kilometres {meaning}", "km") for name, meaning in (
            ("road", "by truck"), ("rail", "by train"), ("water", "by barge"), ("sea", "by ship"))),
        column("handlings", "float", "loadings and unloadings"),
    ),
)  # fmt: skip

FLOWS_FREIGHT_LINKS = Table(
    "flows_freight_links",
    "tonnes of a year on links, by direction and commodity",
    ("link", "direction", "commodity", "mode"),
    "as the key",
    (
        column("link", "str", "link"),
        column("direction", "str", "`forward` or `backward`"),
        column("mode", "str", "`road`, `rail`, `water` or `sea`"),
        _COMMODITY,
        column("tonnes_year", "float", "tonnes a year", "t/year"),
        column("tonne_km_year", "float", "tonne-km a year", "t km/year"),
        column("vehicles_day", "float", "loaded trucks, trains, barges or ships a day", "1/day"),
        _VALIDATED,
    ),
)

FLOWS_TERMINALS = Table(
    "flows_terminals",
    "tonnes of a year through terminals, by commodity",
    ("node", "terminal", "kind", "commodity"),
    "as the key",
    (
        column("node", "str", "port or yard"),
        column("terminal", "str", "terminal; empty: all of a port or yard without terminals in the data"),
        column("kind", "str", "`port`, `river_port` or `yard`"),
        _COMMODITY,
        column("loaded_tonnes_year", "float", "put on board ships, barges or trains there", "t/year"),
        column("unloaded_tonnes_year", "float", "taken off them there", "t/year"),
        column("teu_year", "float", "containers", "TEU/year"),
        column("capacity_tonnes_year", "float", "of the whole terminal; absent: not known", "t/year"),
        column("capacity_teu_year", "float", "of the whole terminal; absent: not known", "TEU/year"),
        column("load", "float", "of the whole terminal over capacity; absent: capacity not known"),
        _OVER,
        column("wait_h", "float", "wait for want of capacity, bounded; where demand exceeds the capacity no mean wait lasts", "h"),
        column("validated", "bool", "whether an observed total of the year stands behind the node's figures; false: unvalidated"),
    ),
)

FLOWS_PORTS = Table(
    "flows_ports",
    "tonnes and containers of a year through sea ports, and what their handling emits",
    ("port",),
    "port",
    (
        column("port", "str", "port"),
        column("loaded_tonnes_year", "float", "put on board ships there: out, as statistics of ports count", "t/year"),
        column("unloaded_tonnes_year", "float", "taken off ships there: in, as statistics of ports count", "t/year"),
        column("tonnes_year", "float", "both", "t/year"),
        column("share", "float", "share of the tonnes of all sea ports"),
        column("teu_year", "float", "containers", "TEU/year"),
        column("most_loaded_terminal", "str", "terminal of highest load; empty: no capacity known"),
        column("load", "float", "its load over capacity; absent: not known"),
        *(
            column(f"{name}_kg_year", "float", f"{name} of loading and unloading; absent: no factor", "kg/year")
            for name in _POLLUTANT_NAMES
        ),
        column("validated", "bool", "whether an observed total of the year stands behind the figures; false: unvalidated"),
    ),
)

FLOWS_CAPACITIES = Table(
    "flows_capacities",
    "locks, crossings of goods, and links with freight trains against their capacity",
    ("kind", "place", "means"),
    "as the key",
    (
        column("kind", "str", "`lock`, `border`, `ferry` or `rail`"),
        column("place", "str", "node of the lock, or link"),
        column("means", "str", "`ships`, `trucks` or `trains`"),
        column("tonnes_year", "float", "both ways; absent: not known", "t/year"),
        column("vehicles_day", "float", "ships, trucks (both ways, empty ones too), or trains of the busier direction a day", "1/day"),
        column(
            "capacity",
            "float",
            "in the unit of what is loaded: t/year of a direction of a lock, vehicles or trains a day; absent: not known",
        ),
        column("load", "float", "over capacity, of the busier direction; absent: not known"),
        _OVER,
        column("wait_h", "float", "wait or dwell, bounded; where demand exceeds the capacity no mean wait lasts", "h"),
        column("validated", "bool", "whether an observed total of the year stands behind the figure; false: unvalidated"),
    ),
)

FLOWS_UNSERVED = Table(
    "flows_unserved",
    "tonnes of a year that no chain of modes takes",
    ("commodity", "origin", "destination"),
    "as the key",
    (
        _COMMODITY,
        *_PAIR,
        column("tonnes_year", "float", "tonnes a year", "t/year"),
        column("why", "str", "what is missing"),
    ),
)

FLOW_TABLES = (
    FLOWS_LINKS,
    FLOWS_OD,
    FLOWS_MODES,
    FLOWS_DESIRE_LINES,
    FLOWS_SELECT_LINK,
    FLOWS_COUNTS,
    FLOWS_SERVICES,
    FLOWS_STOPS,
    FLOWS_SERVICE_OD,
    FLOWS_FREIGHT,
    FLOWS_FREIGHT_LINKS,
    FLOWS_TERMINALS,
    FLOWS_PORTS,
    FLOWS_CAPACITIES,
    FLOWS_UNSERVED,
)
"""All of them."""
