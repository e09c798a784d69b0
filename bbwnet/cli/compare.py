"""`bbwnet compare`: what scenarios change against a base, for whom, by how much, and thanks to which project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bbwnet.cli.access import DoorModeChoice
from bbwnet.cli.options import FormatOption, LanguageOption, SetOption, load
from bbwnet.cli.output import Column, Format, Language, note, print_csv, print_json, print_table, say, whole
from bbwnet.cli.times import DefinitionChoice

if TYPE_CHECKING:
    from bbwnet.evaluation.travel_times import Timekeeper
    from bbwnet.evaluation.words import Words
    from bbwnet.experiment.comparison import Comparison, PairChange
    from bbwnet.experiment.day_comparison import DayComparison
    from bbwnet.experiment.flow_comparison import FlowComparison
    from bbwnet.scenario.scenario import Scenario


def compare(
    base: Annotated[str, typer.Argument(metavar="BASE", help="The scenario to compare with.")],
    others: Annotated[list[str], typer.Argument(metavar="OTHER...", help="The scenarios to compare.")],
    definition: Annotated[
        DefinitionChoice, typer.Option("--definition", help="The time that decides whether a goal is met.")
    ] = DefinitionChoice.OFFICIAL,
    mode: Annotated[DoorModeChoice, typer.Option("--mode", help="Mode of the times from door to door.")] = DoorModeChoice.BEST,
    with_access: Annotated[bool, typer.Option("--access/--no-access", help="Compare accessibility by --mode, door to door, too.")] = True,
    with_transfers: Annotated[bool, typer.Option("--transfers/--no-transfers", help="Compare the changes of vehicle, too.")] = True,
    with_flows: Annotated[bool, typer.Option("--flows/--no-flows", help="Compare flows, emissions and loads, too.")] = True,
    simulate: Annotated[
        int,
        typer.Option(
            "--simulate", metavar="N", min=0, help="Compare N replications of the simulated days, too; with common random numbers."
        ),
    ] = 0,
    top: Annotated[int, typer.Option("--top", min=0, help="How many of the most improved pairs to list.")] = 10,
    output: FormatOption = Format.TABLE,
    language: LanguageOption = Language.EN,
    overrides: SetOption = None,
) -> None:
    """Goals gained and lost against a base scenario, the pairs most improved, and the projects that each gain needs.

    A project is needed if the pair misses its target when the project alone (with those that require it) is left out.
    """
    from bbwnet.cli.changes import (
        access_rows,
        day_rows,
        flow_rows,
        print_access_change,
        print_day_change,
        print_flow_change,
        print_transfer_change,
        transfer_rows,
    )
    from bbwnet.evaluation.travel_times import Timekeeper
    from bbwnet.evaluation.words import Words
    from bbwnet.experiment.access_comparison import compare_access
    from bbwnet.experiment.comparison import compare as compare_scenarios
    from bbwnet.experiment.transfer_comparison import compare_transfers
    from bbwnet.network.build import build_network

    loaded = [load(name, overrides) for name in (base, *others)]
    comparisons = compare_scenarios(loaded[0], loaded[1:], definition.value, mode.value)
    keepers = [Timekeeper(build_network(item)) for item in loaded]
    words = Words(keepers[0].network, language.value)
    access = compare_access(keepers[0], keepers[1:], mode.value) if with_access else []
    # Services known by headway have no departures to change between.
    timed = all(item.settings.evaluation.view != "headway" for item in loaded)
    transfers = compare_transfers(keepers[0], keepers[1:]) if with_transfers and timed else []
    if with_transfers and not timed:
        note("changes of vehicle are not compared: the view `headway` knows no departures to change between")
    flows = _flows(loaded, keepers) if with_flows else []
    days = _days(loaded, keepers, simulate) if simulate else []
    if output is Format.TABLE:
        _print_summary(comparisons, words)
        for comparison, scenario in zip(comparisons, loaded[1:], strict=True):
            _print_comparison(comparison, scenario, words, top)
        for item in access:
            print_access_change(item, words, top)
        for change in transfers:
            print_transfer_change(change, words)
        for found in flows:
            print_flow_change(found, words, top)
        for day in days:
            print_day_change(day, words)
        return
    rows = [_row(comparison, change, words) for comparison in comparisons for change in comparison.changes]
    if output is Format.JSON:
        print_json(
            scenario=loaded[0].name,
            others=[item.name for item in loaded[1:]],
            definition=definition.value,
            rows=rows,
            access=access_rows(access),
            transfers=transfer_rows(transfers),
            flows=flow_rows(flows),
            days=day_rows(days),
        )
    else:
        print_csv(rows, _COLUMNS)


def _flows(loaded: list[Scenario], keepers: list[Timekeeper]) -> list[FlowComparison]:
    """Flows compared; none, with a remark, where a region has nobody who travels or sends anything."""
    import warnings

    from bbwnet.errors import NetworkError
    from bbwnet.experiment.flow_comparison import compare_flows
    from bbwnet.experiment.observed_nodes import observed_nodes

    networks = [keeper.network for keeper in keepers]
    ports = {net.scenario: observed_nodes(item, net)["port_tonnes"] for item, net in zip(loaded, networks, strict=True)}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", RuntimeWarning)
        try:
            found = compare_flows(networks[0], networks[1:], observed=ports)
        except NetworkError as error:
            note(f"flows are not compared: {error}")
            found = []
    for warning in caught:
        note(f"warning: {warning.message}")
    return found


def _days(loaded: list[Scenario], keepers: list[Timekeeper], replications: int) -> list[DayComparison]:
    """Simulated days compared, each scenario with flows of its own."""
    import os

    from bbwnet.experiment.day import DaySettings, simulate
    from bbwnet.experiment.day_comparison import compare_days

    settings = DaySettings(replications=replications, workers=os.cpu_count() or 1)
    found = [simulate(item, keeper.network, settings) for item, keeper in zip(loaded, keepers, strict=True)]
    for scenario, days in zip(loaded, found, strict=True):
        for message in days.messages:
            note(f"{scenario.name}: {message}")
    return [compare_days(found[0], other) for other in found[1:]]


_COLUMNS = (
    "base", "other", "goal", "from", "to", "from_name", "to_name", "target_min", "before_min", "after_min", "saved_min", "met_before",
    "met_after", "gained", "lost", "needs",
)  # fmt: skip
"""Keys of a row."""


def _row(comparison: Comparison, change: PairChange, words: Words) -> dict[str, Any]:
    row, name = change.after, change.definition
    key = row.goal, row.from_city, row.to_city
    return {
        "base": comparison.base,
        "other": comparison.other,
        "goal": row.goal,
        "from": row.from_city,
        "to": row.to_city,
        "from_name": words.name(row.from_city),
        "to_name": words.name(row.to_city),
        "target_min": row.target_min,
        "before_min": change.before.minutes(name),
        "after_min": row.minutes(name),
        "saved_min": change.saved_min,
        "met_before": change.before.met(name),
        "met_after": row.met(name),
        "gained": change.gained,
        "lost": change.lost,
        "needs": [
            {
                "projects": list(need.projects),
                "also_left_out": list(need.also_left_out),
                "minutes_without": need.minutes_without,
                "needed": need.target_lost,
            }
            for need in comparison.needs.get(key, ())
        ],
    }


def _print_summary(comparisons: list[Comparison], words: Words) -> None:
    """How many pairs keep their targets in the base and in each other scenario."""
    rows = []
    for goal, heading in (
        ("main", words.pick("主要城市2小时", "2 h between main cities")),
        ("neighbour", words.pick("邻近城市1小时", "1 h between neighbours")),
    ):
        row: dict[str, Any] = {"goal": heading}
        for comparison in comparisons:
            changes = [change for change in comparison.changes if change.after.goal == goal]
            row["pairs"] = len(changes)
            row[comparison.base] = sum(change.before.met(comparison.definition) for change in changes)
            row[comparison.other] = sum(change.after.met(comparison.definition) for change in changes)
        rows.append(row)
    names = [comparisons[0].base, *(comparison.other for comparison in comparisons)]
    columns = [
        Column("goal", "goal", "目标"),
        Column("pairs", "pairs", "城市对", str, right=True),
        *(Column(name, name, name, str, right=True) for name in names),
    ]
    title = words.pick(f"达标的城市对（{comparisons[0].definition}）", f"pairs that keep their target ({comparisons[0].definition})")
    print_table(columns, rows, words.language, title)


def _told(item: dict[str, Any], projects: dict[str, str], words: Words) -> str:
    """Projects left out together, those that go with them, and the minutes without."""
    text = " + ".join(projects[key] for key in item["projects"])
    if item["also_left_out"]:
        text += words.pick("，连同 ", ", and with it ") + ", ".join(projects[key] for key in item["also_left_out"])
    return f"{text} ({whole(item['minutes_without'])})"


def _print_comparison(comparison: Comparison, scenario: Scenario, words: Words, top: int) -> None:
    projects = {project.id: words.pick(project.name.zh, project.name.en) for project in scenario.records.projects}
    ends = [Column("from_name", "from", "起点"), Column("to_name", "to", "终点"), Column("target_min", "target", "目标", whole, right=True)]
    times = [
        Column("before_min", comparison.base, comparison.base, whole, right=True),
        Column("after_min", comparison.other, comparison.other, whole, right=True),
    ]

    def needs(listed: list[dict[str, Any]]) -> str:
        """The projects needed; where none is alone, those that are together, or what the pair owes to no project."""
        needed = [item for item in listed if item["needed"]]
        told = [_told(item, projects, words) for item in needed or listed]
        if needed:
            return (words.pick("合计：", "together: ") if len(needed[0]["projects"]) > 1 else "") + "; ".join(told)
        return words.pick("无项目必需（政策或时刻）：", "none, met without: ") + "; ".join(told) if told else words.pick("无", "none")

    gained = [_row(comparison, change, words) for change in comparison.gained]
    lost = [_row(comparison, change, words) for change in comparison.lost]
    improved = [_row(comparison, change, words) for change in comparison.most_improved(top)]
    title = f"{comparison.base} → {comparison.other}: "
    if gained:
        need_column = Column("needs", "needs (minutes without it)", "必需的项目（缺之的分钟数）", needs)
        print_table([*ends, *times, need_column], gained, words.language, title + words.pick("新达标", "gained"))
    else:
        say(title + words.pick("无新达标", "nothing gained"))
    if lost:
        print_table([*ends, *times], lost, words.language, title + words.pick("不再达标", "lost"))
    else:
        say(title + words.pick("无失标", "nothing lost"))
    if improved:
        saved = Column("saved_min", "saved", "节省", whole, right=True)
        print_table([*ends, *times, saved], improved, words.language, title + words.pick("改善最大", "most improved"))
    worsened = [_row(comparison, change, words) for change in comparison.most_worsened(top)]
    if worsened:
        saved = Column("saved_min", "saved", "节省", whole, right=True)
        print_table([*ends, *times, saved], worsened, words.language, title + words.pick("变慢最多", "most worsened"))
