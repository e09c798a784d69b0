"""`bbwnet check`: every problem of scenarios at once."""

from __future__ import annotations

from typing import Annotated

import typer

from bbwnet.cli.options import SetOption, load


def check(
    scenarios: Annotated[list[str], typer.Argument(metavar="SCENARIO...", help="Scenarios to check: names or paths.")],
    overrides: SetOption = None,
) -> None:
    """List every problem of the scenarios and their networks, `file:line: what, and how to mend it`; exit 1 if there is one."""
    from bbwnet.cli.output import note, say
    from bbwnet.errors import InputError, Problem
    from bbwnet.experiment.day_checks import day_problems
    from bbwnet.model.user_matrices import local_trips_notices, read_user_trips
    from bbwnet.network.build import build_with_problems
    from bbwnet.network.checks import notices_of

    problems: list[Problem] = []
    for name in scenarios:
        try:
            scenario = load(name, overrides)
        except InputError as error:
            if not error.problems:
                raise
            problems.extend(error.problems)
            continue
        network, found = build_with_problems(scenario)
        try:
            given = read_user_trips(network)
        except InputError as error:
            if not error.problems:
                raise
            given, found = None, [*found, *error.problems]
        found = [*found, *day_problems(scenario, network)]
        problems.extend(found)
        for line in (*notices_of(scenario, network), *local_trips_notices(given)):
            note(f"{scenario.name}: {line}")
        if not found:
            counts = {
                "nodes": len(network.nodes),
                "links": len(network.links),
                "services": len(network.services),
                "projects": len(network.projects),
            }
            listed = ", ".join(f"{count} {what}" for what, count in counts.items())
            say(f"{scenario.name}: sound as of {network.as_of} ({listed})")
    if problems:
        raise InputError(problems)
