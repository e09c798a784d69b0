"""`bbwnet project new` and `bbwnet project show`: propose a line; look at a project."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bbwnet.cli.options import FormatOption, LanguageOption, SetOption, load
from bbwnet.cli.output import Column, Format, Language, note, print_csv, print_json, print_table, say

if TYPE_CHECKING:
    from bbwnet.scenario.schema.projects import Project

app = typer.Typer(help="Propose a line, or show a project.", no_args_is_help=True, rich_markup_mode=None)

_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9_]*")


@app.command()
def new(
    origin: Annotated[str | None, typer.Option("--from", help="Where the line starts; asked for if absent.")] = None,
    destination: Annotated[str | None, typer.Option("--to", help="Where it ends; asked for if absent.")] = None,
    line_class: Annotated[str | None, typer.Option("--class", help="Class of line; asked for if absent.")] = None,
    stops: Annotated[
        list[str] | None, typer.Option("--stop", help="A station or place on the way; may be given several times, in order.")
    ] = None,
    project_id: Annotated[str | None, typer.Option("--id", help="Identifier of the project; made from the ends if absent.")] = None,
    scenario: Annotated[str, typer.Option("--scenario", help="Scenario whose network is measured.")] = "baseline_2016",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="File to write; standard output if absent. Never overwritten.")] = None,
    overrides: SetOption = None,
) -> None:
    """Propose a line: length by great circle and the class's measured detour, run time, and services, as YAML to edit."""
    from bbwnet.errors import InputError, Problem
    from bbwnet.experiment.proposal import propose, to_yaml
    from bbwnet.network.build import build_network
    from bbwnet.network.lookup import find_target
    from bbwnet.network.terminals import main_stations

    origin = origin or _ask("from (station, junction or place)")
    destination = destination or _ask("to (station, junction or place)")
    line_class = line_class or _ask("class (rail_350, rail_250, rail_200, rail_160, expressway, class_1, class_2)")
    loaded = load(scenario, overrides)
    network = build_network(loaded)
    nodes: list[str] = []
    problems: list[Problem] = []
    for text in (origin, *(stops or ()), destination):
        try:
            target = find_target(network, text, stations_first=line_class.startswith("rail"))
        except InputError as error:
            problems.extend(error.problems)
            continue
        if target.kind == "city":
            city = network.cities[target.id]
            stations = main_stations(network, city) if line_class.startswith("rail") else ()
            nodes.append(stations[0] if stations else city.centre)
        else:
            nodes.append(target.id)
    if problems:
        raise InputError(problems)
    identifier = project_id or f"{nodes[0]}_{nodes[-1]}_{line_class}"
    if not _IDENTIFIER.fullmatch(identifier):
        raise typer.BadParameter(f"--id {identifier!r}: expected ASCII snake case")
    text = to_yaml(propose(loaded, network, identifier, nodes, line_class))
    if out is None:
        say(text.rstrip("\n"))
        return
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise InputError(f"{out} exists already and is left alone") from None
    except OSError as error:
        raise InputError(Problem(file=str(out), message=f"cannot be written: {error.strerror}")) from None
    note(f"written: {out}")


def _ask(question: str) -> str:
    """Ask until there is an answer, on standard error: `bbwnet project new > line.yaml` is to hold nothing but the YAML."""
    while True:
        sys.stderr.write(f"{question}: ")
        sys.stderr.flush()
        try:
            answer = input().strip()
        except EOFError:
            raise typer.Abort from None
        if answer:
            return answer


@app.command()
def show(
    project: Annotated[str | None, typer.Argument(help="Identifier or name of a project; all of them if absent.")] = None,
    scenario: Annotated[str, typer.Option("--scenario", help="Scenario whose network is read.")] = "baseline_2016",
    output: FormatOption = Format.TABLE,
    language: LanguageOption = Language.EN,
    overrides: SetOption = None,
) -> None:
    """Show the projects: clauses, commitment, planned and opened dates, status, cost, and what they add and change."""
    from bbwnet.errors import InputError, Problem
    from bbwnet.scenario.nearest import nearest_name

    loaded = load(scenario, overrides)
    chosen = [
        item
        for item in loaded.records.projects
        if project is None or project.casefold() in {item.id, item.name.zh, item.name.en.casefold()}
    ]
    if not chosen:
        names = [name for item in loaded.records.projects for name in (item.id, item.name.zh, item.name.en)]
        raise InputError(Problem(file=scenario, message="no such project", value=project, nearest=nearest_name(project or "", names)))
    rows = [_row(item, language.value) for item in chosen]
    if output is Format.CSV:
        print_csv(rows)
        return
    if output is Format.JSON:
        print_json(scenario=loaded.name, definition="projects", rows=[item.model_dump(mode="json", by_alias=True) for item in chosen])
        return
    columns = [
        Column("id", "project", "项目"),
        Column("name", "name", "名称"),
        Column("clauses", "clauses", "条款"),
        Column("commitment", "commitment", "承诺"),
        Column("planned", "planned", "规划年"),
        Column("opened", "opened", "开通"),
        Column("status", "status", "状态"),
        Column("cost", "bn CNY", "十亿元", right=True),
        Column("length", "new km", "新增公里", right=True),
        Column("source", "source", "来源"),
    ]
    print_table(columns, rows, language.value)
    if project is not None:
        for item in chosen:
            _print_detail(item)


def _row(project: Project, language: str) -> dict[str, Any]:
    planned = "" if project.planned is None else f"{project.planned.year} ({project.planned.basis})"
    length = sum(link.length_km for link in project.add.links)
    return {
        "id": project.id,
        "name": project.name.zh if language == "zh" else project.name.en,
        "clauses": " ".join(project.clauses) or ("beyond_plan" if project.beyond_plan else ""),
        "commitment": project.commitment,
        "planned": planned,
        "opened": project.opened.isoformat() if project.opened else "",
        "status": project.status,
        "cost": f"{project.cost_cny / 1e9:.2f}" if project.cost_cny else "",
        "length": f"{length:.1f}" if length else "",
        "source": f"{project.source} ({project.confidence})",
    }


def _print_detail(project: Project) -> None:
    """What a project needs, adds, changes and removes."""
    if project.note:
        say(project.note)
    for title, listed in (("requires", project.requires), ("conflicts", project.conflicts), ("variants", tuple(project.variants))):
        if listed:
            say(f"{title}: {', '.join(listed)}")
    for name, variant in project.variants.items():
        in_force = ", in force unless a scenario names another" if name == project.default_variant else ""
        say(f"variant {name}: {sum(link.length_km for link in variant.add.links):.1f} km of new links{in_force}")
        for link in variant.add.links:
            say(f"  adds link {link.id}: {link.from_} - {link.to}, {link.mode}, {link.length_km} km ({link.source}, {link.confidence})")
    for link in project.add.links:
        say(f"adds link {link.id}: {link.from_} - {link.to}, {link.mode}, {link.length_km} km ({link.source}, {link.confidence})")
    for service in project.add.services:
        trips = (
            f"{service.trips_per_day} trips a day"
            if service.trips_per_day
            else f"{service.trips_per_week or len(service.departures)} trips"
        )
        say(f"adds service {service.id}: {' - '.join(service.stops)}, {trips} ({service.source}, {service.confidence})")
    for key, value in project.change.items():
        say(f"changes {key}: {value}")
    for kind in ("nodes", "links", "services", "terminals"):
        for item in getattr(project.remove, kind):
            say(f"removes {kind} {item}")
