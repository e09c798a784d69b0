"""`bbwnet simulate`: the day as it runs, with queues, delays and closures."""

from __future__ import annotations

import contextlib
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bbwnet.cli.options import FormatOption, LanguageOption, ScenarioName, SetOption, load, refuse_folder
from bbwnet.cli.output import Format, Language, note, print_csv, print_json, print_table, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bbwnet.cli.flow_view import View
    from bbwnet.experiment.day import SimulatedDays
    from bbwnet.network.network import Network
    from bbwnet.scenario.scenario import Scenario

_ROWS = 20


def simulate(
    scenario: ScenarioName,
    replications: Annotated[
        int | None, typer.Option("--replications", "-n", min=1, help="Independent repetitions, by default the scenario's.")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", metavar='"day N"', help="Last day simulated, by default the scenario's.")] = None,
    trace: Annotated[
        list[str] | None,
        typer.Option(
            "--trace", metavar="STATION", help="Every event at a place, of the first replication: identifier or name; repeatable."
        ),
    ] = None,
    table: Annotated[
        str | None,
        typer.Option(
            "--table",
            metavar="NAME",
            help="One table: servers (by hour), trips, left_behind, runs, roads, ferry_days, ports, consignments.",
        ),
    ] = None,
    top: Annotated[int | None, typer.Option("--top", min=0, help="Rows at most, worst first; 0: all.")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="DIR", help="Write all tables to a folder.")] = None,
    log: Annotated[bool, typer.Option("--log", help="With --out: the event log of the first replication too.")] = False,
    workers: Annotated[
        int | None, typer.Option("--workers", "-w", min=1, help="Processes, by default one a core; results are the same.")
    ] = None,
    output: FormatOption = Format.TABLE,
    language: LanguageOption = Language.EN,
    overrides: SetOption = None,
) -> None:
    """Simulate the scenario's days: what balances, who waits where and how long, what closures cost.

    People and goods are those of the scenario's flows, and its own streams of arrivals. Where anything is closed, the same days are
    simulated undisturbed beside it, with the same random numbers.
    """
    from bbwnet.cli.day_views import PER_UNIT, TABLES, summary_views, table_view
    from bbwnet.experiment.day import DaySettings
    from bbwnet.experiment.day import simulate as simulate_days
    from bbwnet.experiment.day_tables import day_tables
    from bbwnet.network.build import build_network

    if table is not None and table not in TABLES:
        raise typer.BadParameter(f"--table {table}: expected one of {', '.join(TABLES)}")
    if log and out is None:
        raise typer.BadParameter("--log writes to a folder: give --out DIR too")
    refuse_folder(out)
    loaded = load(scenario, [*(overrides or ()), *_days(until)])
    network = build_network(loaded)
    places = {_place(network, name) for name in trace or ()}
    settings = DaySettings(replications=replications, workers=workers or _cores(), log=log or bool(places))
    with _bar() as tell:
        days = simulate_days(loaded, network, settings, progress=tell)
    for message in days.messages:
        note(message)
    if places:
        _print_trace(days, places, loaded.name, output)
        return
    tables = day_tables(days)
    if out is not None:
        _write(tables, out, log=log)
    if table is not None:
        views: Sequence[View] = [table_view(tables, table, _ROWS if top is None else top)]
    else:
        views = summary_views(days, tables, PER_UNIT if top is None else top)
    _print(views, days, loaded, output, language)


def _cores() -> int:
    import os

    return os.cpu_count() or 1


def _days(until: str | None) -> list[str]:
    if until is None:
        return []
    match = re.fullmatch(r"(?:day )?([1-9][0-9]*)", until.strip())
    if match is None:
        raise typer.BadParameter(f'--until {until}: expected a day such as "day 3"')
    return [f"simulation.days={match[1]}"]


def _place(network: Network, name: str) -> str:
    """Identifier of a link, terminal, service or whatever is called so, or else of the node of that name."""
    from bbwnet.network.lookup import find_target
    from bbwnet.simulation.closures import Closures

    if name in Closures(network, ()).known_names:
        return name
    found = find_target(network, name, stations_first=True)
    return found.id


@contextlib.contextmanager
def _bar() -> Iterator[Callable[[float], None] | None]:
    """A progress bar by the share of simulated time, on standard error where that is a terminal; it gives the cursor back when stopped."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(transient=True, console=Console(stderr=True)) as bar:
        task = bar.add_task("simulating", total=1.0)
        yield lambda share: bar.update(task, completed=share)


def _write(tables: dict[str, Any], out: Path, *, log: bool) -> None:
    from bbwnet.experiment.tables import write_tables
    from bbwnet.experiment.whole_folder import whole_folder

    kept = {name: frame for name, frame in tables.items() if log or name != "simulation_events"}
    with whole_folder(out) as temporary:
        write_tables(temporary, kept)
    note(f"written: {out}")


def _print_trace(days: SimulatedDays, places: set[str], scenario: str, output: Format) -> None:
    rows = [{"clock": _clock(event.second), **vars(event)} for event in days.records[0].events if event.place in places]
    if output is Format.JSON:
        print_json(scenario=scenario, definition="trace", rows=rows)
    elif output is Format.CSV:
        print_csv(rows, header=("clock", "second", "kind", "place", "what", "count"))
    else:
        for row in rows:
            say(f"{row['clock']}  {row['place']}  {row['kind']}  {row['what']}  {row['count']:g}")
        if not rows:
            note(f"nothing happened at {', '.join(sorted(places))}")


def _clock(second: float) -> str:
    day, rest = divmod(int(second // 1), 86_400)
    return f"day {day + 1} {rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"


def _print(views: Sequence[View], days: SimulatedDays, loaded: Scenario, output: Format, language: Language) -> None:
    if output is Format.JSON:
        first, *others = views
        print_json(
            scenario=loaded.name,
            definition="simulation",
            replications=len(days.records),
            rows=first.rows,
            **{view.name: view.rows for view in others},
            messages=list(days.messages),
        )
        return
    zh = language is Language.ZH
    for view in views:
        if output is Format.CSV:
            print_csv(view.rows, header=view.header)
            continue
        print_table(view.columns, view.rows, language.value, title=view.title[0 if zh else 1])
        if view.left:
            note(f"另有 {view.left} 行" if zh else f"{view.left} rows more: --top 0 shows all")
