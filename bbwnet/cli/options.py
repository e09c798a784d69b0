"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bbwnet.cli.output import Format, Language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bbwnet.scenario.scenario import Scenario

ScenarioName = Annotated[str, typer.Argument(metavar="SCENARIO", help="A bundled scenario's name, or the path of a scenario file.")]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How to print the result.")]
LanguageOption = Annotated[Language, typer.Option("--lang", "-l", help="Language of names and headings.")]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY=VALUE", help="Change a setting or a record: policy.transfer.walk_factor=0.5, services.ID.trips_per_day=24."
    ),
]
OutOption = Annotated[Path | None, typer.Option("--out", "-o", help="Where to write.")]


def load(name: str, overrides: Sequence[str] | None) -> Scenario:
    """Load a scenario with overrides, its notices going to standard error."""
    from bbwnet.cli.output import note
    from bbwnet.scenario.read import load_scenario

    scenario = load_scenario(name, overrides=tuple(overrides or ()))
    for notice in scenario.notices:
        note(notice)
    return scenario


def departure_second(text: str) -> int:
    """Second of the day of a wished departure, given as `--depart HH:MM`."""
    from bbwnet.scenario.schema.base import DAY_SECONDS, clock_seconds

    try:
        seconds = clock_seconds(text)
    except ValueError as error:
        raise typer.BadParameter(f"--depart {text}: {error}") from None
    if seconds >= DAY_SECONDS:
        raise typer.BadParameter(f"--depart {text}: expected a time of the day, before 24:00")
    return seconds


def refuse_folder(out: Path | None) -> None:
    """Raise `InputError` where tables cannot go: a file, a folder that holds something already; `RunError` where none can be made."""
    from bbwnet.errors import InputError
    from bbwnet.experiment.whole_folder import refuse_unwritable

    if out is None:
        return
    if out.exists() and not out.is_dir():
        raise InputError(f"--out {out} is a file, expected a folder")
    if out.is_dir() and any(out.iterdir()):
        raise InputError(f"--out {out} holds files already, so it is left alone")
    if not out.resolve().parent.is_dir():
        raise InputError(f"--out {out}: there is no folder {out.resolve().parent}")
    refuse_unwritable(out)
