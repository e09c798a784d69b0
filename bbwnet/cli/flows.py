"""`bbwnet flows`: who travels by what, and what links, services and terminals carry."""

from __future__ import annotations

import enum
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bbwnet.cli.options import FormatOption, LanguageOption, ScenarioName, SetOption, load, refuse_folder
from bbwnet.cli.output import Format, Language, note, print_csv, print_json, print_table, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bbwnet.cli.flow_view import Observed, View
    from bbwnet.evaluation.words import Words
    from bbwnet.experiment.count_checks import CountCheck
    from bbwnet.model.flows import Flows
    from bbwnet.network.network import Network
    from bbwnet.scenario.scenario import Scenario


_ROWS = 20
"""Rows of a table, unless asked for others."""


class IfNotConverged(enum.StrEnum):
    """What to do if a loop does not reach its gap."""

    RAISE = "raise"
    WARN = "warn"


def flows(
    scenario: ScenarioName,
    link: Annotated[
        list[str] | None, typer.Option("--link", metavar="ID", help="Only this link, every hour and class; repeatable.")
    ] = None,
    mode: Annotated[str | None, typer.Option("--mode", metavar="MODE", help="Only this mode: of links, of trips, of services.")] = None,
    top: Annotated[
        int | None, typer.Option("--top", min=0, help="Rows at most, highest first; 0: all; by default 20, with --link all.")
    ] = None,
    beyond: Annotated[
        bool, typer.Option("--all", help="Roads of highest load beyond the region, too, where the model knows only traffic of the region.")
    ] = False,
    modes: Annotated[bool, typer.Option("--modes", help="Mode split, kilometres and emissions alone.")] = False,
    od: Annotated[bool, typer.Option("--od", help="Trips between places by purpose and mode.")] = False,
    services: Annotated[bool, typer.Option("--services", help="Runs of services by load factor.")] = False,
    stops: Annotated[bool, typer.Option("--stops", help="Who boards, leaves and changes at stops.")] = False,
    freight: Annotated[bool, typer.Option("--freight", help="Freight by commodity, origin, destination and chain of modes.")] = False,
    ports: Annotated[bool, typer.Option("--ports", help="Tonnes, containers and emissions of sea ports.")] = False,
    terminals: Annotated[
        bool, typer.Option("--terminals", help="Freight terminals, locks, crossings and freight trains against their capacity.")
    ] = False,
    indicators: Annotated[
        bool,
        typer.Option("--indicators", help="Hinterlands and feeders of ports, ways over them, the river, rail to the sea, sailings."),
    ] = False,
    selected: Annotated[
        list[str] | None, typer.Option("--select-link", metavar="ID", help="Who uses this link: origins and destinations; repeatable.")
    ] = None,
    ridden: Annotated[
        list[str] | None,
        typer.Option("--select-service", metavar="ID", help="Who rides this service, from where to where; repeatable."),
    ] = None,
    elasticities: Annotated[
        bool, typer.Option("--elasticities", help="How the mode split answers to time and money; who travels where is held.")
    ] = False,
    counts: Annotated[
        Path | None,
        typer.Option("--counts", metavar="FILE.csv", help="Traffic counts: link, direction, class, period, vehicles_day, source."),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="DIR", help="Write all tables, and desire lines, to a folder.")] = None,
    if_not_converged: Annotated[
        IfNotConverged, typer.Option("--if-not-converged", help="`raise`: an error and no result; `warn`: the result, and a warning.")
    ] = IfNotConverged.WARN,
    output: FormatOption = Format.TABLE,
    language: LanguageOption = Language.EN,
    overrides: SetOption = None,
) -> None:
    """Flows of a mean day: the roads with the highest load over capacity, and modes with kilometres and emissions; or one other table.

    Freight and passengers are run in turn until trucks meet the roads that they reckoned with. Volumes are of a mean hour of each group of
    hours (`roads.hour_groups`). A load behind which no count stands is marked unvalidated. The gaps that the loops reached are printed with
    every answer.
    """
    from bbwnet.cli.flow_road_views import counts_view
    from bbwnet.cli.flow_view import Asked
    from bbwnet.cli.flow_views import check_names, views_of
    from bbwnet.evaluation.words import Words
    from bbwnet.experiment.count_checks import check_counts, counts_of, with_counts
    from bbwnet.experiment.flow_summary import flow_summary
    from bbwnet.experiment.observed_nodes import observed_nodes
    from bbwnet.network.build import build_network

    options = {
        "--link": link, "--modes": modes, "--od": od, "--services": services, "--stops": stops, "--freight": freight, "--ports": ports,
        "--terminals": terminals, "--indicators": indicators, "--select-link": selected, "--select-service": ridden,
        "--elasticities": elasticities,
    }  # fmt: skip
    option = _one_of([name for name, value in options.items() if value], beyond=beyond)
    refuse_folder(out)
    loaded = load(scenario, overrides)
    network = build_network(loaded)
    words = Words(network, language.value)
    names = tuple(link or selected or ridden or ())
    check_names(option, network, names, mode)
    observed = observed_nodes(loaded, network)
    counted = counts_of(loaded, network, counts)
    found = _flows_of(network, if_not_converged)
    checks = check_counts(found, counted)
    found = with_counts(found, counted)
    if out is not None:
        _write(found, checks, observed, loaded, out)
    rows = top if top is not None else 0 if link else _ROWS
    views = views_of(option, Asked(found, words, observed, names, mode, rows, beyond)) + ([counts_view(checks, words)] if checks else [])
    _print(views, flow_summary(found, checks, loaded.records.fit_parameters), found, loaded, words, output)


def _one_of(given: Sequence[str], *, beyond: bool) -> str | None:
    """The table asked for, none for that of the roads; raises `BadParameter` for several."""
    if len(given) > 1:
        raise typer.BadParameter(f"{' and '.join(given)} are different tables: give one of them")
    if beyond and given:
        raise typer.BadParameter(f"--all is of the roads of highest load: it says nothing to {given[0]}")
    return given[0] if given else None


def _flows_of(network: Network, if_not_converged: IfNotConverged) -> Flows:
    """The flows, what they fall short of going to standard error."""
    from bbwnet.model.flows import FlowSettings
    from bbwnet.model.flows import flows as model_flows

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", RuntimeWarning)
        found = model_flows(network, settings=FlowSettings(if_not_converged=if_not_converged.value))
    for warning in caught:
        note(f"warning: {warning.message}")
    return found


def _write(found: Flows, checks: Sequence[CountCheck], observed: Observed, loaded: Scenario, out: Path) -> None:
    from bbwnet.exchange.geojson import write_desire_lines
    from bbwnet.experiment.flow_tables import flow_tables
    from bbwnet.experiment.tables import write_tables
    from bbwnet.experiment.whole_folder import whole_folder

    tables = flow_tables(found, checks, observed)
    with whole_folder(out) as temporary:
        write_tables(temporary, tables)
        if "flows_desire_lines" in tables:
            write_desire_lines(tables["flows_desire_lines"], temporary / "desire_lines.geojson", loaded.name)
    note(f"{out}: {', '.join(sorted(path.name for path in out.iterdir()))}")


def _print(views: list[View], told: dict[str, Any], found: Flows, loaded: Scenario, words: Words, output: Format) -> None:
    from bbwnet.cli.flow_basis import basis_lines, given_lines, without_lines
    from bbwnet.errors import InputError

    if not views:
        raise InputError(" ".join(without_lines(found, words)) or words.pick("无此内容", "nothing of the kind"))
    first = views[0]
    if output is Format.JSON:
        heading: dict[str, Any] = {"scenario": loaded.name, "definition": first.name, "as_of": found.network.as_of}
        more: dict[str, Any] = {view.name: view.rows for view in views[1:]}
        if first.hidden:
            more["directions_beyond_region_hidden"] = first.hidden
        print_json(**heading, rows=first.rows, summary=told | more)
    elif output is Format.CSV:
        print_csv(first.rows, first.header)
        for line in given_lines(told["passengers"], words) if "passengers" in told else ():
            note(line)
    else:
        for view in views:
            title = f"{words.pick(*view.title)} ({loaded.name}, {found.network.as_of})"
            print_table(view.columns, view.rows, words.language, title)
            if view.left > 0:
                say(words.pick(f"另有 {view.left:,} 行，--top 0 列出全部", f"{view.left:,} more rows, --top 0 lists all"))
            if view.hidden > 0:
                say(
                    words.pick(
                        f"未列区域之外 {view.hidden:,} 个方向，--all 列出",
                        f"{view.hidden:,} directions of roads beyond the region are not listed, --all lists them",
                    )
                )
        for line in basis_lines(found, told, words):
            say(line)
