"""Door-to-door times as rows and tables: percentiles over a window, or the journeys of one departure, leg by leg.

Imported by the commands that need it only: it takes the searches along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bbwnet.cli.output import Column, Format, one_decimal, percent, print_csv, print_json, print_table, say, whole
from bbwnet.routing.journeys import Journey
from bbwnet.routing.strategy_lines import ExpectedJourney

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bbwnet.evaluation.definitions import Definition, Mode
    from bbwnet.evaluation.travel_times import Timekeeper
    from bbwnet.evaluation.words import Words
    from bbwnet.network.lookup import Target

Asked = tuple[str, str, "Target", "Target"]
"""A pair as it was asked for, and what it means."""

DoorRow = tuple[dict[str, Any], Journey | ExpectedJourney | None]
"""A row to print, and the journey (or the expectation over headways) behind it."""


def door_rows(
    keeper: Timekeeper,
    words: Words,
    asked: Sequence[Asked],
    definition: Definition,
    mode: Mode,
    start_s: int | None,
    alternatives: int,
) -> list[DoorRow]:
    """A row for each pair: the percentile over the window; with `start_s`, one for each journey worth making then."""
    rows: list[DoorRow] = []
    for origin, destination, a, b in asked:
        names = [words.name(end.id) if end.kind == "city" else words.node(end.id) for end in (a, b)]
        ends = {"from": origin, "to": destination, "from_id": a.id, "to_id": b.id, "from_name": names[0], "to_name": names[1]}
        found = _at(keeper, a, b, definition, mode, start_s, alternatives) if start_s is not None else _over(keeper, a, b, definition, mode)
        told = ((ends | row | _told(keeper, journey, words), journey) for row, journey in found)
        same = keeper.road_node(a) == keeper.road_node(b)
        rows.extend((row | {"mode": None, "way": words.pick("同一地点", "same place")} if same else row, journey) for row, journey in told)
    return rows


def _over(keeper: Timekeeper, a: Target, b: Target, definition: Definition, mode: Mode) -> list[DoorRow]:
    """The percentile over the window of departures, or the expectation over headways."""
    time = keeper.time(a, b, definition, mode)
    way = time.way if isinstance(time.way, (Journey, ExpectedJourney)) else None
    if way is None and time.minutes is not None:
        way = Journey(int(keeper.doors.starts_s[0]), ())  # from a place to itself, at once
    row = {
        "minutes": time.minutes,
        "percentile": None if keeper.doors.by_headway(mode) else keeper.percentile,
        "reached_share": time.reached_share,
        "mode": time.mode,
        "km": time.length_km,
    }
    return [(row | _priced(keeper, way), way)]


def _at(keeper: Timekeeper, a: Target, b: Target, definition: Definition, mode: Mode, start_s: int, alternatives: int) -> list[DoorRow]:
    """The journeys of one wished departure."""
    from bbwnet.evaluation.travel_times import main_mode

    start, end = keeper.road_node(a), keeper.road_node(b)
    planned = definition == "planned"
    journeys = keeper.doors.journeys(start, end, mode, start_s, planned=planned, count=alternatives)
    found: list[Journey | None] = [*journeys] or [None]
    rows: list[DoorRow] = []
    for journey in found:
        row: dict[str, Any] = {
            "minutes": None if journey is None else journey.minutes(planned=planned),
            "percentile": None,
            "reached_share": None,
            "mode": None if journey is None else main_mode(journey),
            "km": None if journey is None else journey.length_km,
        }
        rows.append((row | _priced(keeper, journey), journey))
    return rows


def _priced(keeper: Timekeeper, journey: Journey | ExpectedJourney | None) -> dict[str, Any]:
    """When a journey leaves and arrives, its changes, what it costs and emits; of an expectation, the expected changes alone."""
    from bbwnet.evaluation.journey_words import clock

    keys = ("wished", "leave", "arrive", "schedule_delay_min", "transfers", "fare_cny", "fare_confidence", "fare_missing", "co2_kg")
    if not isinstance(journey, Journey):
        return dict.fromkeys(keys) | {"transfers": journey.transfers if journey is not None else None}
    fare = keeper.doors.fares.journey(journey.legs)
    values = (
        clock(journey.start_s), clock(journey.leave_s), clock(journey.arrive_s), journey.schedule_delay_min, journey.transfers,
        fare.cny, fare.confidence, ", ".join(fare.missing) or None, keeper.doors.emissions.journey_kg(journey.legs),
    )  # fmt: skip
    return dict(zip(keys, values, strict=True))


def _told(keeper: Timekeeper, journey: Journey | ExpectedJourney | None, words: Words) -> dict[str, Any]:
    """The legs of a journey, each with its fare and emissions, or the lines of an expectation; and all of it in a line."""
    from bbwnet.cli.ways import door_legs, legs

    if not isinstance(journey, Journey):
        return {"legs": legs(journey, words), "way": words.way(journey)}
    fares, emissions = keeper.doors.fares, keeper.doors.emissions
    rows = [
        row | {"fare_cny": fare.cny, "fare_basis": fare.basis or None, "co2_kg": emissions.co2_kg(leg)}
        for row, leg in zip(door_legs(journey, words), journey.legs, strict=True)
        for fare in (fares.leg(leg),)
    ]
    return {"legs": rows, "way": words.way(journey)}


def print_door(
    rows: Sequence[DoorRow], heading: dict[str, Any], keeper: Timekeeper, words: Words, output: Format, *, show_legs: bool
) -> None:
    """Print the rows; with `show_legs` each journey leg by leg below the table."""
    from bbwnet.evaluation.journey_words import leg_lines, line_lines, parts_line, view_line

    listed = [row for row, _ in rows]
    view = keeper.network.settings.evaluation.view
    if output is Format.JSON:
        print_json(**heading, view=view, rows=listed)
        return
    if output is Format.CSV:
        print_csv(listed)
        return
    columns = [
        Column("from_name", "from", "起点"),
        Column("to_name", "to", "终点"),
        Column("minutes", "min", "分钟", one_decimal, right=True),
        Column("leave", "leave", "出发", _or_dash),
        Column("arrive", "arrive", "到达", _or_dash),
        Column("transfers", "changes", "换乘", _changes, right=True),
        Column("km", "km", "公里", one_decimal, right=True),
        Column("fare_cny", "fare CNY", "费用（元）", whole, right=True),
        Column("co2_kg", "CO2 kg", "二氧化碳（千克）", one_decimal, right=True),
    ]
    if heading["definition"] == "planned":
        columns.insert(5, Column("schedule_delay_min", "delay", "计划延误", one_decimal, right=True))
    if any(row["reached_share"] is not None for row in listed):
        columns.insert(3, Column("reached_share", "reached", "可达", percent, right=True))
    if not show_legs:
        columns.append(Column("way", "way", "路径"))
    percentile = ""
    if keeper.doors.by_headway(heading["mode"]):
        percentile = words.pick("，期望值", ", expected")
    elif listed and listed[0]["percentile"] is not None:
        percentile = f", P{keeper.percentile:g}"
    print_table(
        columns, listed, words.language,
        f"{heading['scenario']}, {heading['definition']}, {heading['mode']}{percentile}, {heading['as_of']}",
    )  # fmt: skip
    say(view_line(words))
    if not show_legs:
        return
    for row, journey in rows:
        say(f"{row['from_name']} – {row['to_name']}")
        if journey is None or not row["legs"]:
            say(f"  {row['way']}")
            continue
        for line in line_lines(journey, words) if isinstance(journey, ExpectedJourney) else leg_lines(journey, words):
            say(f"  {line}")
        say(f"  {words.pick('合计', 'in all')}: {parts_line(journey, words, planned=heading['definition'] == 'planned')}")


def _changes(value: float | None) -> str:
    """Changes of vehicle, expected ones with their hundredths."""
    return "–" if value is None else f"{value:.2f}".removesuffix(".00")


def _or_dash(value: Any) -> str:
    return "–" if value is None else str(value)
