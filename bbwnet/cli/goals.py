"""`bbwnet goals`: the two-hour and one-hour goals, pair by pair."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bbwnet.cli.options import FormatOption, LanguageOption, ScenarioName, SetOption, load
from bbwnet.cli.output import Column, Format, Language, one_decimal, print_csv, print_json, print_table, say, whole

if TYPE_CHECKING:
    from bbwnet.evaluation.goals import GoalRow
    from bbwnet.evaluation.words import Words


def goals(
    scenario: ScenarioName,
    explain: Annotated[
        tuple[str, str] | None, typer.Option("--explain", metavar="A B", help="One pair of cities: every definition, both ways.")
    ] = None,
    output: FormatOption = Format.TABLE,
    language: LanguageOption = Language.EN,
    overrides: SetOption = None,
) -> None:
    """The plan's goals: 2 hours between main cities, 1 hour between neighbours; who keeps them and who misses by how much.

    A pair is judged by the slower of its two directions. `in_vehicle` is the fastest scheduled train, main station to main
    station; `drive` is centre to centre by car in free flow; `official` is the better of the two, and decides "met" here.
    """
    from bbwnet.evaluation.goals import evaluate_goals, summarise
    from bbwnet.evaluation.travel_times import Timekeeper
    from bbwnet.evaluation.words import Words
    from bbwnet.network.build import build_network

    loaded = load(scenario, overrides)
    network = build_network(loaded)
    words = Words(network, language.value)
    rows = evaluate_goals(Timekeeper(network))
    if explain is not None:
        rows = _pair(rows, words, explain)
    listed = [_row(row, words) for row in rows]
    summary = [vars(item) for item in summarise(rows)]
    if output is Format.JSON:
        print_json(scenario=loaded.name, definition="official", as_of=network.as_of, rows=listed, summary=summary)
    elif output is Format.CSV:
        print_csv(listed)
    elif explain is not None:
        _print_explanation(rows, words)
    else:
        _print_goals(listed, summary, words, f"{loaded.name}, {network.as_of}")


def _pair(rows: list[GoalRow], words: Words, ends: tuple[str, str]) -> list[GoalRow]:
    """Rows of one pair of cities, in either order."""
    from bbwnet.errors import InputError
    from bbwnet.network.lookup import find_target

    wanted = {find_target(words.network, f"city:{end}", stations_first=False).id for end in ends}
    chosen = [row for row in rows if {row.from_city, row.to_city} == wanted]
    if not chosen:
        raise InputError(f"{ends[0]} - {ends[1]} is neither a pair of main cities nor of neighbours; `bbwnet times` takes any pair")
    return chosen


def _row(row: GoalRow, words: Words) -> dict[str, Any]:
    judged = row.times["official"].judged
    return {
        "goal": row.goal,
        "from": row.from_city,
        "to": row.to_city,
        "from_name": words.name(row.from_city),
        "to_name": words.name(row.to_city),
        "target_min": row.target_min,
        "in_vehicle_min": row.minutes("in_vehicle"),
        "drive_min": row.minutes("drive"),
        "official_min": row.minutes("official"),
        "mode": judged.mode,
        "met": row.met("official"),
        "missing_min": row.missing_min("official"),
        "met_in_vehicle": row.met("in_vehicle"),
        "met_drive": row.met("drive"),
        "across_provinces": row.across_provinces,
        "way": words.way(judged.way),
    }


def _print_goals(listed: list[dict[str, Any]], summary: list[dict[str, Any]], words: Words, title: str) -> None:
    headings = {
        "main": words.pick("主要城市2小时", "2 hours between main cities"),
        "neighbour": words.pick("邻近城市1小时", "1 hour between neighbours"),
    }
    yes, no = words.pick("达标", "met"), words.pick("未达标", "missed")
    columns = [
        Column("from_name", "from", "起点"),
        Column("to_name", "to", "终点"),
        Column("in_vehicle_min", "in_vehicle", "列车", whole, right=True),
        Column("drive_min", "drive", "驾车", whole, right=True),
        Column("official_min", "official", "官方口径", whole, right=True),
        Column("target_min", "target", "目标", whole, right=True),
        Column("met", "goal", "结果", lambda value: yes if value else no),
        Column("missing_min", "over", "超出", lambda value: "" if value == 0 else whole(value), right=True),
        Column("way", "way", "路径"),
    ]
    for goal, heading in headings.items():
        chosen = [row for row in listed if row["goal"] == goal]
        if chosen:
            print_table(columns, chosen, words.language, f"{heading} ({title}; {words.pick('分钟', 'minutes')})")
    counts = [
        Column("goal", "goal", "目标", lambda value: headings[value]),
        Column("group", "pairs", "城市对"),
        Column("definition", "definition", "定义"),
        Column("met", "met", "达标", str, right=True),
        Column("pairs", "of", "总数", str, right=True),
    ]
    print_table(counts, summary, words.language)


def _print_explanation(rows: list[GoalRow], words: Words) -> None:
    for row in rows:
        target = f"{words.pick('目标', 'target')} {row.target_min:.0f} {words.pick('分', 'min')}"
        say(f"{words.name(row.from_city)} – {words.name(row.to_city)}, {target}")
        for definition, pair in row.times.items():
            verdict = words.pick("达标", "met") if row.met(definition) else words.pick("未达标", "missed")
            say(f"  {definition}: {one_decimal(pair.minutes)} {words.pick('分', 'min')}, {verdict}")
            say(f"    {words.pick('去', 'there')}: {words.way(pair.there.way)}")
            say(f"    {words.pick('回', 'back')}: {words.way(pair.back.way)}")
