"""`bbwnet times` and `bbwnet claim`: how long it takes from one place to another, by which definition."""

from __future__ import annotations

import csv
import dataclasses
import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bbwnet.cli.options import FormatOption, LanguageOption, ScenarioName, SetOption, departure_second, load
from bbwnet.cli.output import Column, Format, Language, one_decimal, print_csv, print_json, print_table, say

if TYPE_CHECKING:
    from bbwnet.evaluation.definitions import Definition, Mode
    from bbwnet.evaluation.travel_times import Timekeeper, TravelTime
    from bbwnet.evaluation.words import Words
    from bbwnet.network.lookup import Target
    from bbwnet.network.network import Network


class ModeChoice(enum.StrEnum):
    """Modes of travel that can be asked for."""

    RAIL = "rail"
    ROAD = "road"
    AIR = "air"
    SEA = "sea"
    COACH = "coach"
    TRANSIT = "transit"
    BEST = "best"


class DefinitionChoice(enum.StrEnum):
    """Definitions of a time that can be asked for."""

    IN_VEHICLE = "in_vehicle"
    DRIVE = "drive"
    OFFICIAL = "official"
    PLANNED = "planned"
    DOOR_TO_DOOR = "door_to_door"


PercentileOption = Annotated[
    float | None,
    typer.Option("--percentile", min=0, max=100, help="Percentile over the departures, door to door; the scenario's by default."),
]


def times(
    scenario: ScenarioName,
    origin: Annotated[str | None, typer.Option("--from", help="Station, city or place: identifier, Chinese or English name.")] = None,
    destination: Annotated[str | None, typer.Option("--to", help="Station, city or place.")] = None,
    pairs: Annotated[Path | None, typer.Option("--pairs", help="CSV file with the columns from,to: many pairs at once.")] = None,
    mode: Annotated[ModeChoice | None, typer.Option("--mode", help="Mode of travel.")] = None,
    definition: Annotated[DefinitionChoice | None, typer.Option("--definition", help="What the time means.")] = None,
    percentile: PercentileOption = None,
    depart: Annotated[
        str | None, typer.Option("--depart", metavar="HH:MM", help="One wished departure instead of all of the window, door to door.")
    ] = None,
    alternatives: Annotated[
        int, typer.Option("--alternatives", "-k", min=1, max=20, help="With --depart: journeys not dominated in arrival, changes, fare.")
    ] = 1,
    show_legs: Annotated[bool, typer.Option("--legs", help="Door to door: tell the journey leg by leg.")] = False,
    output: FormatOption = Format.TABLE,
    language: LanguageOption = Language.EN,
    overrides: SetOption = None,
) -> None:
    """Travel times of pairs of stations, cities or places, one row per pair asked and in its order.

    In rail times the name of a station means the station (南宁), else the best main station of the city; `city:` or
    `station:` in front decides. With neither mode nor definition, the official time is given with its parts beside it.
    Door to door (`planned`, `door_to_door`) goes from the city's centre or the place itself, by the scenario's access, window of
    departures and percentile; `--depart` looks at one departure.
    """
    from bbwnet.evaluation.definitions import DOOR_DEFINITIONS
    from bbwnet.evaluation.travel_times import Timekeeper
    from bbwnet.evaluation.words import Words
    from bbwnet.network.build import build_network

    chosen_mode, chosen_definition = _choice(mode, definition)
    of_doors = chosen_definition in DOOR_DEFINITIONS
    if not of_doors and (percentile is not None or depart is not None or show_legs or alternatives > 1):
        raise typer.BadParameter("--percentile, --depart, --legs and --alternatives need --definition planned or door_to_door")
    if depart is None and alternatives > 1:
        raise typer.BadParameter("--alternatives needs --depart: they are journeys of one departure")
    if depart is not None and percentile is not None:
        raise typer.BadParameter("--percentile is over the departures of the window; with --depart there is one")
    start_s = None if depart is None else departure_second(depart)
    asked, lines = _asked(origin, destination, pairs)
    loaded = load(scenario, overrides)
    network = build_network(loaded)
    words = Words(network, language.value)
    found = _targets(network, asked, chosen_definition, pairs, lines)
    keeper = Timekeeper(network, percentile=percentile)
    if percentile is not None and keeper.doors.by_headway(chosen_mode):
        raise typer.BadParameter("the view `headway` gives expected times: it knows no percentiles")
    if of_doors:
        from bbwnet.cli.door import door_rows, print_door

        ends = [(origin, destination, found[origin], found[destination]) for origin, destination in asked]
        listed = door_rows(keeper, words, ends, chosen_definition, chosen_mode, start_s, alternatives)
        heading = {"scenario": loaded.name, "definition": chosen_definition, "mode": chosen_mode, "as_of": network.as_of}
        print_door(listed, heading, keeper, words, output, show_legs=show_legs)
        return
    rows = _rows(keeper, words, asked, found, chosen_definition, chosen_mode)
    if output is Format.JSON:
        print_json(scenario=loaded.name, definition=chosen_definition, mode=chosen_mode, as_of=network.as_of, rows=rows)
    elif output is Format.CSV:
        print_csv(rows)
    else:
        columns = [
            Column("from_name", "from", "起点"),
            Column("to_name", "to", "终点"),
            Column("minutes", "min", "分钟", one_decimal, right=True),
            Column("km", "km", "公里", one_decimal, right=True),
            Column("way", "way", "路径"),
        ]
        print_table(columns, rows, language.value, f"{loaded.name}, {chosen_definition}, {network.as_of}")


def _choice(mode: ModeChoice | None, definition: DefinitionChoice | None) -> tuple[Mode, Definition]:
    """The mode and definition asked for, each filling in for the other."""
    from bbwnet.evaluation.definitions import DEFAULT_DEFINITION, DEFAULT_MODE, MODES_OF

    if mode is None:
        known: Definition = "official" if definition is None else definition.value
        return DEFAULT_MODE[known], known
    if definition is None:
        return mode.value, DEFAULT_DEFINITION[mode.value]
    fits = MODES_OF[definition.value]
    if mode.value == "best":
        return DEFAULT_MODE[definition.value], definition.value
    if mode.value not in fits:
        raise typer.BadParameter(f"--definition {definition.value} is for --mode {' or '.join(fits)}, not {mode.value}")
    return mode.value, definition.value


def _asked(origin: str | None, destination: str | None, pairs: Path | None) -> tuple[list[tuple[str, str]], dict[str, int]]:
    """The pairs asked for, from the file or the two options; and the line of the file where each name first stands."""
    from bbwnet.errors import InputError, Problem, reason

    if (pairs is None) == (origin is None or destination is None):
        raise typer.BadParameter("give either --from and --to, or --pairs FILE.csv")
    if pairs is None:
        return [(origin or "", destination or "")], {}
    try:
        with pairs.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if not {"from", "to"} <= set(reader.fieldnames or ()):
                raise InputError(
                    Problem(
                        file=str(pairs),
                        line=1,
                        column=1,
                        message="no columns from and to",
                        value=",".join(reader.fieldnames or ()),
                        expected="a header line with from,to",
                    )
                )
            asked: list[tuple[str, str]] = []
            lines: dict[str, int] = {}
            for row in reader:
                asked.append((row["from"] or "", row["to"] or ""))
                for end in asked[-1]:
                    lines.setdefault(end, reader.line_num)
            return asked, lines
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(Problem(file=str(pairs), message=f"cannot be read: {reason(error)}")) from None


def _targets(
    network: Network, asked: list[tuple[str, str]], definition: Definition, pairs: Path | None, lines: dict[str, int]
) -> dict[str, Target]:
    """What each name means; every name that means nothing is reported, not only the first, with its line in the file of pairs."""
    from bbwnet.errors import InputError, Problem
    from bbwnet.network.lookup import find_target

    found: dict[str, Target] = {}
    problems: list[Problem] = []
    for text in dict.fromkeys(end for pair in asked for end in pair):
        try:
            found[text] = find_target(network, text, stations_first=definition == "in_vehicle")
        except InputError as error:
            named = error.problems
            if pairs is not None:
                named = tuple(dataclasses.replace(problem, file=str(pairs), line=lines[text], column=1) for problem in named)
            problems.extend(named)
    if problems:
        raise InputError(problems)
    return found


def _rows(
    timekeeper: Timekeeper,
    words: Words,
    asked: list[tuple[str, str]],
    found: dict[str, Target],
    definition: Definition,
    mode: Mode,
) -> list[dict[str, Any]]:
    """One row per pair."""
    from bbwnet.cli.ways import legs

    rows = []
    for origin, destination in asked:
        a, b = found[origin], found[destination]
        time = timekeeper.time(a, b, definition, mode)
        row: dict[str, Any] = {
            "from": origin,
            "to": destination,
            "from_id": a.id,
            "to_id": b.id,
            "from_name": _name(words, a),
            "to_name": _name(words, b),
            "minutes": time.minutes,
            "km": time.length_km,
            "mode": time.mode,
        }
        if definition == "official":
            row |= _parts(timekeeper, a, b)
        if definition == "drive":
            row["shortest_km"] = timekeeper.shortest_road_km(a, b)
        rows.append(row | {"legs": legs(time.way, words), "way": words.way(time.way)})
    return rows


def _parts(timekeeper: Timekeeper, a: Any, b: Any) -> dict[str, float | None]:
    """The two times that the official one is the better of."""
    parts: dict[str, TravelTime] = {"in_vehicle_min": timekeeper.time(a, b, "in_vehicle"), "drive_min": timekeeper.time(a, b, "drive")}
    return {key: time.minutes for key, time in parts.items()}


def _name(words: Words, target: Any) -> str:
    return words.name(target.id) if target.kind == "city" else words.node(target.id)


def claim(
    text: Annotated[
        str, typer.Argument(metavar="CLAIM", help='"SCENARIO: A - B <= MINUTES", for instance "plan_2030: nanning - yulin <= 120".')
    ],
    output: FormatOption = Format.TABLE,
    language: LanguageOption = Language.EN,
    overrides: SetOption = None,
) -> None:
    """Whether a claim about a time is true, by each definition, and what the time rests on."""
    from bbwnet.evaluation.words import Words
    from bbwnet.experiment.claims import judge, parse_claim
    from bbwnet.network.build import build_network

    parsed = parse_claim(text)
    network = build_network(load(parsed.scenario, overrides))
    words = Words(network, language.value)
    verdicts = judge(network, parsed)
    rows = [
        {
            "definition": verdict.definition,
            "holds": verdict.holds,
            "minutes": verdict.time.minutes,
            "limit_min": parsed.minutes,
            "link_km_by_confidence": verdict.link_km,
            "ridden_km_by_confidence": verdict.ridden_km,
            "sources": list(verdict.sources),
            "way": words.pick("同一地点", "the same place") if verdict.time.minutes == 0 else words.way(verdict.time.way),
        }
        for verdict in verdicts
    ]
    if output is Format.JSON:
        print_json(scenario=parsed.scenario, definition="all", claim=text, rows=rows)
    elif output is Format.CSV:
        print_csv(rows)
    else:
        columns = [
            Column("definition", "definition", "定义"),
            Column("holds", "holds", "成立", lambda value: words.pick("是", "yes") if value else words.pick("否", "no")),
            Column("minutes", "min", "分钟", one_decimal, right=True),
            Column("link_km_by_confidence", "rests on (link-km)", "依据（里程）", _shares),
            Column("ridden_km_by_confidence", "rests on (services)", "依据（班次）", _shares),
            Column("way", "way", "路径"),
        ]
        print_table(columns, rows, language.value, text)
        say(words.pick("来源：", "sources: ") + ", ".join(sorted({source for verdict in verdicts for source in verdict.sources})))


def _shares(shares: dict[str, float] | None) -> str:
    listed = [f"{name} {value:.0%}" for name, value in (shares or {}).items() if value > 0]
    return ", ".join(listed) or "–"
