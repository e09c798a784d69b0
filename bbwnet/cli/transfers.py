"""`bbwnet transfers`: what changing vehicles is like at each hub, how often services run, what one ticket would save."""

from __future__ import annotations

import enum
import math
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bbwnet.cli.access import DoorDefinition
from bbwnet.cli.options import FormatOption, LanguageOption, ScenarioName, SetOption, load
from bbwnet.cli.output import Column, Format, Language, one_decimal, percent, print_csv, print_json, print_table, say, whole
from bbwnet.cli.trip_weights import PairWeights, trips_of

if TYPE_CHECKING:
    from bbwnet.evaluation.corridors import Corridor
    from bbwnet.evaluation.through_tickets import ThroughTickets
    from bbwnet.evaluation.transfers import HubTransfers, TransferEvaluation
    from bbwnet.evaluation.words import Words

LISTED_FROM = 1.0
"""Changes for every thousand journeys from which a line is in the printed table; JSON and CSV have all."""


class TransferMode(enum.StrEnum):
    """Modes of travel with changes of vehicle."""

    RAIL = "rail"
    COACH = "coach"
    AIR = "air"
    SEA = "sea"
    TRANSIT = "transit"
    BEST = "best"


def transfers(
    scenario: ScenarioName,
    hub: Annotated[
        str | None, typer.Option("--hub", metavar="NAME", help="One hub, city or place: all its pairs of modes, times between terminals.")
    ] = None,
    corridor: Annotated[
        tuple[str, str] | None,
        typer.Option("--corridor", metavar="A B", help="One pair of cities of the plan: departures and waits by hour."),
    ] = None,
    mode: Annotated[
        TransferMode, typer.Option("--mode", help="Mode of travel; `transit` is any chain of services, `best` own car if it is faster.")
    ] = TransferMode.TRANSIT,
    definition: Annotated[
        DoorDefinition, typer.Option("--definition", help="`planned`: knows the timetable; `door_to_door`: leaves at any minute.")
    ] = DoorDefinition.DOOR_TO_DOOR,
    within: Annotated[
        float, typer.Option("--within", min=0, metavar="MINUTES", help="Terminals of a hub count as joined within so many minutes.")
    ] = 60.0,
    weights: Annotated[
        PairWeights,
        typer.Option("--weights", help="Pairs of zones count by the product of their `people`, or by `trips` of the flows."),
    ] = PairWeights.PEOPLE,
    output: FormatOption = Format.TABLE,
    language: LanguageOption = Language.EN,
    overrides: SetOption = None,
) -> None:
    """Transfers by hub and pair of modes: walk and wait apart, missed connections; hubs, headways of corridors, through tickets.

    Over the journeys of every departure of the window between all zones, weighted by the product of their people, or by trips between
    them that take no own car (`--weights trips`; for `--mode best` all trips). A walk goes from vehicle to ready to board: out of the
    terminal, the way, into the next; a wait is what is left until the departure. Clauses V1 to V4 and N1 of the plan.
    """
    from bbwnet.evaluation.corridors import corridors
    from bbwnet.evaluation.door_times import DoorTimes
    from bbwnet.evaluation.through_tickets import through_tickets
    from bbwnet.evaluation.transfers import evaluate_transfers
    from bbwnet.evaluation.words import Words
    from bbwnet.network.build import build_network

    if hub is not None and corridor is not None:
        raise typer.BadParameter("give --hub or --corridor, not both")
    loaded = load(scenario, overrides)
    network = build_network(loaded)
    words = Words(network, language.value)
    heading: dict[str, Any] = {"scenario": loaded.name, "definition": definition.value, "mode": mode.value, "as_of": network.as_of}
    if corridor is not None:
        _print_corridor(_chosen_corridor(corridors(network), words, corridor), heading, words, output)
        return
    lines = [] if network.plan is None else corridors(network)
    planned = definition is DoorDefinition.PLANNED
    trips = trips_of(network, with_cars=mode is TransferMode.BEST) if weights is PairWeights.TRIPS else None
    evaluation = evaluate_transfers(network, DoorTimes(network), mode.value, planned=planned, trips=trips)
    heading["weights"] = evaluation.weights
    if hub is not None:
        _print_hub(_chosen_hub(evaluation, words, hub), evaluation, heading, words, output, within)
    else:
        _print_all(evaluation, lines, through_tickets(network, evaluation), heading, words, output, within)


def _print_all(
    evaluation: TransferEvaluation,
    lines: list[Corridor],
    tickets: list[ThroughTickets],
    heading: dict[str, Any],
    words: Words,
    output: Format,
    within_min: float,
) -> None:
    from bbwnet.evaluation.corridors import corridor_weights
    from bbwnet.evaluation.transfer_rows import headway_rows, hub_rows, measures, terminal_rows, ticket_rows, transfer_rows

    names = {item.interchange.id: _hub_name(item, words) for item in evaluation.hubs}
    rows = [{"name": names.get(row["hub"], words.pick("全部", "everywhere")), **row} for row in transfer_rows(evaluation)]
    hubs = [{"name": names[row["hub"]], **row} for row in hub_rows(evaluation, within_min)]
    region = measures(evaluation, lines, corridor_weights(words.network, lines), tickets)
    if output is Format.JSON:
        summary = {
            "population_year": evaluation.year,
            "zones_without_population": list(evaluation.zones_without_population),
            "arrived_share": evaluation.arrived_share,
            "transfers_per_journey": evaluation.transfers_per_journey,
            "boarding_share": evaluation.boarding_share,
            "changing_share": evaluation.changing_share,
            "measures": region,
            "hubs": hubs,
            "terminals": [row for item in evaluation.hubs for row in terminal_rows(item)],
            "headways": headway_rows(lines),
            "through_tickets": ticket_rows(tickets),
        }
        print_json(**heading, rows=rows, summary=summary)
        return
    if output is Format.CSV:
        print_csv(rows)
        return
    listed = [row for row in rows if row["transfers_per_1000_journeys"] >= LISTED_FROM]
    print_table(_transfer_columns(), listed, words.language, _title(heading, evaluation, words))
    if left := len(rows) - len(listed):
        say(words.pick(f"另有 {left} 行每千次出行不足 {LISTED_FROM:g} 次换乘", f"{left} more lines with less than {LISTED_FROM:g} change"))
    chosen = [row for row in hubs if row["kind"] == "hub" or row["transfers_per_1000_journeys"] >= LISTED_FROM]
    print_table(_hub_columns(within_min), chosen, words.language, words.pick("枢纽 (N1, V2)", "Hubs (N1, V2)"))
    print_table(_measure_columns(), region, words.language, words.pick("条款", "Clauses"))
    print_table(_ticket_columns(), ticket_rows(tickets), words.language, words.pick("一票到底 (V4)", "Through tickets (V4)"))
    for line in _basis_lines(evaluation, words):
        say(line)


def _print_hub(
    hub: HubTransfers, evaluation: TransferEvaluation, heading: dict[str, Any], words: Words, output: Format, within_min: float
) -> None:
    from bbwnet.evaluation.transfer_rows import hub_rows, terminal_rows, transfer_rows

    name = _hub_name(hub, words)
    rows = [{"name": name, **row} for row in transfer_rows(evaluation) if row["hub"] == hub.interchange.id]
    score = next(row for row in hub_rows(evaluation, within_min) if row["hub"] == hub.interchange.id)
    times = terminal_rows(hub)
    if output is Format.JSON:
        print_json(**heading, hub=hub.interchange.id, rows=rows, summary={"hub": score, "terminals": times})
        return
    if output is Format.CSV:
        print_csv(rows)
        return
    print_table(_transfer_columns(), rows, words.language, _title(heading, evaluation, words))
    print_table(_hub_columns(within_min), [{"name": name, **score}], words.language, words.pick("枢纽 (N1)", "Hub (N1)"))
    title = words.pick(
        "场站之间：离开车辆至可再乘车，分钟 (V2)", "Between terminals, minutes from leaving a vehicle to ready to board (V2)"
    )
    columns = [
        Column("from", "from \\ to", "起 \\ 讫"),
        *(Column(stop, words.node(stop), words.node(stop), whole, right=True) for stop in hub.times.terminals),
    ]
    matrix: list[dict[str, Any]] = [{"from": words.node(stop)} for stop in hub.times.terminals]
    for number, row in enumerate(times):
        matrix[number // len(matrix)][row["to"]] = row["minutes"]
    print_table(columns, matrix, words.language, title)
    for line in _basis_lines(evaluation, words):
        say(line)


def _print_corridor(chosen: list[Corridor], heading: dict[str, Any], words: Words, output: Format) -> None:
    from bbwnet.evaluation.transfer_rows import headway_hour_rows, headway_rows

    rows, hours = headway_rows(chosen), headway_hour_rows(chosen)
    named = [{"from_name": words.name(row["from"]), "to_name": words.name(row["to"]), **row} for row in rows]
    if output is Format.JSON:
        print_json(**heading, rows=named, summary={"hours": hours})
        return
    if output is Format.CSV:
        print_csv(hours)
        return
    ends = [Column("from_name", "from", "起点"), Column("to_name", "to", "终点"), Column("service", "service", "方式")]
    waits = [
        Column("departures", "departures", "班次", str, right=True),
        Column("mean_headway_min", "mean headway", "平均间隔", one_decimal, right=True),
        Column("mean_wait_min", "mean wait", "平均候车", one_decimal, right=True),
        Column("short_wait_share", "waits < 15 min", "候车<15分", percent, right=True),
    ]
    title = words.pick("直达班次 (V3)，分钟", "Direct services (V3), minutes")
    print_table([*ends, *waits], named, words.language, f"{title} ({heading['scenario']}, {heading['as_of']})")
    labels = sorted({f"{row['hour']:02d}" for row in hours})
    for key, write, zh, en in (
        ("departures", str, "每小时班次", "Departures by hour"),
        ("mean_wait_min", whole, "每小时平均候车，分钟", "Mean wait of who comes within the hour, minutes"),
    ):
        by_hour: dict[tuple[str, str, str], dict[str, Any]] = {(row["from"], row["to"], row["service"]): dict(row) for row in named}
        for row in hours:
            by_hour[row["from"], row["to"], row["service"]][f"{row['hour']:02d}"] = row[key]
        columns = [*ends, *(Column(label, label, label, write, right=True) for label in labels)]
        print_table(columns, list(by_hour.values()), words.language, words.pick(zh, en))


def _chosen_hub(evaluation: TransferEvaluation, words: Words, text: str) -> HubTransfers:
    """The hub that a name stands for: its identifier, its name, or that of its city or place."""
    from bbwnet.errors import InputError, Problem
    from bbwnet.scenario.nearest import nearest_name

    wanted = text.strip().casefold()
    known: dict[str, HubTransfers] = {}
    for hub in evaluation.hubs:  # hubs come first: a city's name means its hub
        item = hub.interchange
        city = () if item.city is None else (item.city, *_both_names(words.network.cities[item.city].name))
        for name in (item.id, item.id.partition(":")[2], *_both_names(item.name), *city):
            known.setdefault(name.casefold(), hub)
    known.pop("", None)
    if wanted not in known:
        message = f"nobody changes at {text!r}, or nothing is called so"
        raise InputError(
            [Problem(file="", message=message, value=text, expected="a hub, city or place", nearest=nearest_name(wanted, known))]
        )
    return known[wanted]


def _both_names(name: Any) -> tuple[str, str]:
    return name.zh, name.en


def _chosen_corridor(lines: list[Corridor], words: Words, ends: tuple[str, str]) -> list[Corridor]:
    """Both directions of a pair of cities."""
    from bbwnet.errors import InputError
    from bbwnet.network.lookup import find_target

    wanted = {find_target(words.network, f"city:{end}", stations_first=False).id for end in ends}
    chosen = [item for item in lines if {item.from_city, item.to_city} == wanted]
    if not chosen:
        raise InputError(f"{ends[0]} - {ends[1]} is neither a pair of main cities of the plan nor of neighbours")
    return chosen


def _hub_name(hub: HubTransfers, words: Words) -> str:
    name = words.pick(hub.interchange.name.zh, hub.interchange.name.en)
    return name + words.pick("（其他）", ", elsewhere") if hub.interchange.kind == "rest_of_city" else name


def _title(heading: dict[str, Any], evaluation: TransferEvaluation, words: Words) -> str:
    weights = {
        "population_product": words.pick("按两地人口之积加权", "weighted by population product"),
        "trips": words.pick("按两地间出行加权", "weighted by trips between the zones, unvalidated"),
        "equal": words.pick("各对等权（无人口数据）", "all pairs alike (no people in the data)"),
    }[evaluation.weights]
    unit = words.pick("分钟", "minutes")
    return f"{heading['scenario']}, {heading['mode']}, {heading['definition']}, {heading['as_of']} ({unit}; {weights})"


def _basis_lines(evaluation: TransferEvaluation, words: Words) -> list[str]:
    lines = [
        words.pick(
            f"{evaluation.arrived_share:.1%} 的出发到达；其中 {evaluation.changing_share:.1%} 换乘；误接按情景 reliability（默认为假设）",
            f"{evaluation.arrived_share:.1%} of departures arrive, {evaluation.changing_share:.1%} of these change; "
            "missed connections by the scenario's reliability (assumed by default)",
        )
    ]
    if evaluation.zones_without_population:
        zones = ", ".join(words.node(zone) for zone in evaluation.zones_without_population)
        lines.append(words.pick("无人口数据：", "no people in the data of: ") + zones)
    return lines


def _transfer_columns() -> list[Column]:
    return [
        Column("name", "hub", "枢纽"),
        Column("mode_pair", "modes", "方式"),
        Column("transfers_per_1000_journeys", "per 1000 journeys", "每千次出行", one_decimal, right=True),
        Column("walk_mean_min", "walk", "步行", whole, right=True),
        Column("walk_median_min", "P50", "P50", whole, right=True),
        Column("walk_p90_min", "P90", "P90", whole, right=True),
        Column("way_mean_min", "way", "站间", whole, right=True),
        Column("wait_mean_min", "wait", "候车", whole, right=True),
        Column("wait_median_min", "P50", "P50", whole, right=True),
        Column("wait_p90_min", "P90", "P90", whole, right=True),
        Column("short_walk_share", "zero distance", "零距离", percent, right=True),
        Column("one_stop_share", "one stop", "同站", percent, right=True),
        Column("missed_share", "missed", "误接", percent, right=True),
    ]


def _hub_columns(within_min: float) -> list[Column]:
    return [
        Column("name", "hub", "枢纽"),
        Column("rank", "rank", "级别", lambda value: value or "–"),
        Column("modes", "modes", "方式"),
        Column("terminals", "terminals", "场站", str, right=True),
        Column("terminal_pairs_within", f"pairs <= {within_min:g} min", f"<={within_min:g}分场站对", str, right=True),
        Column("terminal_pairs", "of", "总数", str, right=True),
        Column("transfer_mean_min", "mean transfer", "平均换乘", whole, right=True),
        Column("interchange_share", "journeys changing", "在此换乘", percent, right=True),
    ]


def _measure_columns() -> list[Column]:
    return [
        Column("clause", "clause", "条款"),
        Column("measure", "measure", "指标"),
        Column("value", "value", "数值", _measured, right=True),
        Column("unit", "unit", "单位"),
    ]


def _measured(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:,.3g}"


def _ticket_columns() -> list[Column]:
    return [
        Column("modes", "modes ridden", "方式"),
        Column("journey_share", "of all journeys", "占出行", percent, right=True),
        Column("on_through_tickets", "on one ticket", "一票", percent, right=True),
        Column("saved_mean_min", "saved, min", "节省分钟", one_decimal, right=True),
        Column("sooner_share", "sooner", "更早到达", percent, right=True),
        Column("saved_mean_cny", "saved, CNY", "节省元", one_decimal, right=True),
        Column("fares_known_share", "fares known", "票价已知", percent, right=True),
    ]
