"""`bbwnet check`: every problem of scenarios at once, and what is read but not yet used."""

from __future__ import annotations

from typing import Annotated

import typer

from bbwnet.cli.options import SetOption, load


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(check)


def check(
    scenarios: Annotated[list[str], typer.Argument(metavar="SCENARIO...", help="Scenarios to check: names or paths.")],
    overrides: SetOption = None,
) -> None:
    """List every problem of the scenarios and their networks, `file:line: what, and how to mend it`; exit 1 if there is one."""
    from bbwnet.cli.output import say
    from bbwnet.errors import InputError
    from bbwnet.network.build import build_with_problems

    problems = []
    for name in scenarios:
        try:
            scenario = load(name, overrides)
        except InputError as error:
            if not error.problems:
                raise
            problems.extend(error.problems)
            continue
        network, found = build_with_problems(scenario)
        problems.extend(found)
        if not found:
            counts = f"{len(network.nodes)} nodes, {len(network.links)} links, {len(network.services)} services, {len(network.projects)} projects"
            say(f"{scenario.name}: sound as of {network.as_of} ({counts})")
    if problems:
        raise InputError(problems)
