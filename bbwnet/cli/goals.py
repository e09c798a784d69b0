"""`bbwnet goals`: the two-hour and one-hour goals, pair by pair."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bbwnet.cli.access import DoorModeChoice
from bbwnet.cli.options import FormatOption, LanguageOption, ScenarioName, SetOption, load
from bbwnet.cli.output import Column, Format, Language, one_decimal, print_csv, print_json, print_table, say, whole
from bbwnet.cli.times import DefinitionChoice, PercentileOption

if TYPE_CHECKING:
    from bbwnet.evaluation.definitions import Definition
    from bbwnet.evaluation.goals import GoalRow, PairTimes
    from bbwnet.evaluation.words import Words
    from bbwnet.experiment.levers import Change


def goals(
    scenario: ScenarioName,
    explain: Annotated[
        tuple[str, str] | None,
        typer.Option("--explain", metavar="A B", help="One pair of cities: every definition, both ways, journeys leg by leg."),
    ] = None,
    definition: Annotated[
        DefinitionChoice, typer.Option("--definition", help="The time that decides whether a goal is met.")
    ] = DefinitionChoice.OFFICIAL,
    mode: Annotated[DoorModeChoice, typer.Option("--mode", help="Mode of the times from door to door.")] = DoorModeChoice.BEST,
    percentile: PercentileOption = None,
    output: FormatOption = Format.TABLE,
    language: LanguageOption = Language.EN,
    overrides: SetOption = None,
) -> None:
    """The plan's goals: 2 hours between main cities, 1 hour between neighbours; who keeps them and who misses by how much.

    A pair is judged by the slower of its two directions. `in_vehicle` is the fastest scheduled train, main station to main
    station; `drive` is centre to centre by car in free flow; `official` is the better of the two, and decides "met" unless
    --definition says otherwise; `planned` and `door_to_door` go from centre to centre by --mode, over all departures of the
    window. Decided by one of these two, or with --explain, each miss names the part of the journey that binds it and the single
    change that would save most.
    """
    from bbwnet.evaluation.definitions import DOOR_DEFINITIONS
    from bbwnet.evaluation.goals import evaluate_goals, summarise
    from bbwnet.evaluation.journey_words import view_line
    from bbwnet.evaluation.travel_times import Timekeeper
    from bbwnet.evaluation.words import Words
    from bbwnet.experiment.levers import try_levers
    from bbwnet.network.build import build_network

    loaded = load(scenario, overrides)
    network = build_network(loaded)
    words = Words(network, language.value)
    keeper = Timekeeper(network, percentile=percentile)
    expected = keeper.doors.by_headway(mode.value)
    if percentile is not None and expected:
        raise typer.BadParameter("the view `headway` gives expected times: it knows no percentiles")
    rows = evaluate_goals(keeper, door_mode=mode.value)
    if explain is not None:
        rows = _pair(rows, words, explain)
    judged: Definition = definition.value
    of_doors: Definition | None = judged if judged in DOOR_DEFINITIONS else "door_to_door" if explain is not None else None
    changes = {} if of_doors is None else try_levers(loaded, rows, of_doors, mode.value, percentile)
    listed = [_row(row, words, judged, of_doors or "door_to_door", changes) for row in rows]
    summary = [vars(item) for item in summarise(rows)]
    rank = network.settings.evaluation.percentile if percentile is None else percentile
    heading = f"{loaded.name}, {judged}, {network.as_of}; {mode.value} " + (words.pick("期望值", "expected") if expected else f"P{rank:g}")
    if output is Format.JSON:
        print_json(
            scenario=loaded.name, definition=judged, as_of=network.as_of, door_mode=mode.value, percentile=None if expected else rank,
            view=network.settings.evaluation.view, rows=listed, summary=summary,
        )  # fmt: skip
    elif output is Format.CSV:
        print_csv(listed)
    elif explain is not None:
        _print_explanation(rows, words, changes)
    else:
        _print_goals(listed, summary, words, heading, with_binding=of_doors is not None)
        say(view_line(words))


def _pair(rows: list[GoalRow], words: Words, ends: tuple[str, str]) -> list[GoalRow]:
    """Rows of one pair of cities, in either order."""
    from bbwnet.errors import InputError
    from bbwnet.network.lookup import find_target

    wanted = {find_target(words.network, f"city:{end}", stations_first=False).id for end in ends}
    chosen = [row for row in rows if {row.from_city, row.to_city} == wanted]
    if not chosen:
        raise InputError(f"{ends[0]} - {ends[1]} is neither a pair of main cities nor of neighbours; `bbwnet times` takes any pair")
    return chosen


def _row(
    row: GoalRow, words: Words, judged: Definition, of_doors: Definition, changes: dict[tuple[str, str, str], Change]
) -> dict[str, Any]:
    from bbwnet.evaluation.binding import binding_part, parts_of

    deciding = row.times[judged].judged
    binding = binding_part(row, of_doors)
    change = changes.get((row.goal, row.from_city, row.to_city))
    return {
        "goal": row.goal,
        "from": row.from_city,
        "to": row.to_city,
        "from_name": words.name(row.from_city),
        "to_name": words.name(row.to_city),
        "target_min": row.target_min,
        **{f"{name}_min": row.minutes(name) for name in row.times},
        "mode": deciding.mode,
        "met": row.met(judged),
        "missing_min": row.missing_min(judged),
        **{f"met_{name}": row.met(name) for name in row.times},
        "planned_schedule_delay_min": row.times["planned"].judged.schedule_delay_min,
        **{f"{name}_share_within_target": row.times[name].share_within(row.target_min) for name in ("planned", "door_to_door")},
        f"{of_doors}_parts_min": parts_of(row, of_doors),
        "binding_part": binding.part if binding else None,
        "binding_part_min": binding.minutes if binding else None,
        "binding_cut_share": binding.cut_share if binding else None,
        "best_change": change.lever.id if change else None,
        "best_change_saves_min": change.saved_min if change else None,
        "best_change_closes": change.closes if change else None,
        "across_provinces": row.across_provinces,
        "way": words.way(deciding.way),
    }


def _print_goals(listed: list[dict[str, Any]], summary: list[dict[str, Any]], words: Words, title: str, *, with_binding: bool) -> None:
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
        Column("planned_min", "planned", "按时刻表", whole, right=True),
        Column("door_to_door_min", "door to door", "门到门", whole, right=True),
        Column("door_to_door_share_within_target", "in time", "按时比例", _share, right=True),
        Column("target_min", "target", "目标", whole, right=True),
        Column("met", "goal", "结果", lambda value: yes if value else no),
        Column("missing_min", "over", "超出", lambda value: "" if value == 0 else whole(value), right=True),
        *(_binding_columns(words) if with_binding else [Column("way", "way", "路径")]),
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


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


def _binding_columns(words: Words) -> list[Column]:
    """What binds a miss, and the single change that would save most."""
    from bbwnet.evaluation.journey_words import PART_NAMES
    from bbwnet.experiment.levers import LEVERS

    levers = {lever.id: words.pick(lever.zh, lever.en) for lever in LEVERS}
    return [
        Column("binding_part", "binding part", "主要环节", lambda value: words.pick(*PART_NAMES[value]) if value else ""),
        Column("binding_part_min", "its min", "分钟", lambda value: "" if value is None else whole(value), right=True),
        Column("best_change", "best single change", "最有效的单项改进", lambda value: levers[value] if value else ""),
        Column("best_change_saves_min", "saves", "节省", lambda value: "" if value is None else whole(value), right=True),
        Column("best_change_closes", "closes", "可达标", lambda value: "" if value is None else words.pick(*_YES_NO[bool(value)])),
    ]


_YES_NO = {True: ("是", "yes"), False: ("否", "no")}


def _print_explanation(rows: list[GoalRow], words: Words, changes: dict[tuple[str, str, str], Change]) -> None:
    from bbwnet.evaluation.binding import binding_part
    from bbwnet.evaluation.definitions import DOOR_DEFINITIONS
    from bbwnet.evaluation.journey_words import PART_NAMES

    unit = words.pick("分", "min")
    for row in rows:
        say(f"{words.name(row.from_city)} – {words.name(row.to_city)}, {words.pick('目标', 'target')} {row.target_min:.0f} {unit}")
        for definition, pair in row.times.items():
            verdict = words.pick("达标", "met") if row.met(definition) else words.pick("未达标", "missed")
            share = pair.share_within(row.target_min)
            told = "" if share is None else words.pick(f"，{share:.0%} 的出发按时", f", {share:.0%} of departures in time")
            say(f"  {definition}: {one_decimal(pair.minutes)} {unit}, {verdict}{told}")
            if definition in DOOR_DEFINITIONS:
                _print_journeys(pair, words, definition)
                continue
            say(f"    {words.pick('去', 'there')}: {words.way(pair.there.way)}")
            say(f"    {words.pick('回', 'back')}: {words.way(pair.back.way)}")
        for definition in DOOR_DEFINITIONS:
            binding = binding_part(row, definition)
            if binding is not None:
                part = words.pick(*PART_NAMES[binding.part])
                cut = words.pick("全免亦不足", "all of it would not do") if binding.cut_share is None else f"-{binding.cut_share:.0%}"
                lead = words.pick("差", "misses by")
                say(f"  {definition}: {lead} {binding.missing_min:.0f} {unit}; {part} {binding.minutes:.0f} {unit} ({cut})")
        change = changes.get((row.goal, row.from_city, row.to_city))
        if change is not None:
            closes = words.pick("可达标", "closes the gap") if change.closes else words.pick("仍未达标", "does not close the gap")
            say(
                f"  {words.pick('最有效的单项改进', 'best single change')}: {words.pick(change.lever.zh, change.lever.en)}, "
                f"-{change.saved_min:.0f} {unit}, {closes}"
            )


def _print_journeys(pair: PairTimes, words: Words, definition: Definition) -> None:
    """Both directions at the percentile, leg by leg."""
    from bbwnet.evaluation.journey_words import leg_lines, parts_line
    from bbwnet.routing.journeys import Journey

    for heading, time in ((words.pick("去", "there"), pair.there), (words.pick("回", "back"), pair.back)):
        if not isinstance(time.way, Journey):
            say(f"    {heading}: {words.way(time.way)}")
            continue
        parts = parts_line(time.way, words, planned=definition == "planned")
        say(f"    {heading}: {one_decimal(time.minutes)} {words.pick('分', 'min')} ({parts})")
        for line in leg_lines(time.way, words):
            say(f"      {line}")
