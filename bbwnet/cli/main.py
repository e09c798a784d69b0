"""The `bbwnet` command: its subcommands, and what becomes of errors."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bbwnet.cli import project
from bbwnet.cli.access import access
from bbwnet.cli.assign import assign
from bbwnet.cli.calibrate import calibrate
from bbwnet.cli.check import check
from bbwnet.cli.compare import compare
from bbwnet.cli.export import export
from bbwnet.cli.flows import flows
from bbwnet.cli.goals import goals
from bbwnet.cli.run import run, warmup
from bbwnet.cli.schema import schema
from bbwnet.cli.simulate import simulate
from bbwnet.cli.times import claim, times
from bbwnet.cli.transfers import transfers
from bbwnet.cli.validate import validate
from bbwnet.cli.verify import verify
from bbwnet.errors import BbwnetError, InputError, reason

EXIT_INPUT, EXIT_USAGE, EXIT_INTERRUPTED, EXIT_TERMINATED = 1, 2, 130, 143
"""What the process exits with when the input is wrong, the command line is, the user stops it, or the system does."""

app = typer.Typer(
    name="bbwnet",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Multimodal transport network simulator of the Beibu Gulf city cluster, and of any region described the same way.",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        import importlib.metadata

        try:
            typer.echo(importlib.metadata.version("bbwnet"))
        except importlib.metadata.PackageNotFoundError:
            # A checkout that runs without being installed has no version.
            typer.echo("not installed")
        raise typer.Exit


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.", is_eager=True, callback=_print_version)] = False,
) -> None:
    """Take the options that stand before the command."""
    # `main` reads --debug itself: it must know even when the command line cannot be parsed.
    del debug, version


for command in (
    check,
    run,
    times,
    goals,
    access,
    transfers,
    flows,
    simulate,
    assign,
    calibrate,
    compare,
    claim,
    validate,
    verify,
    export,
    schema,
    warmup,
):
    app.command()(command)
app.add_typer(project.app, name="project")


def main() -> None:
    """Run the command line; a wrong input is one line a problem and exit code 1, never a traceback without `--debug`."""
    if sys.stdout is None:  # closed by the caller (`>&-`): what is printed goes nowhere
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  open as long as the process
    debug = "--debug" in sys.argv[1:]
    arguments = [item for item in sys.argv[1:] if item != "--debug"]
    terminated: list[int] = []

    def terminate(number: int, _: object) -> NoReturn:
        # As on Ctrl-C: what is half written goes, and so do the processes that were started.
        terminated.append(number)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, terminate)
    try:
        code = app(args=arguments, standalone_mode=False)
        if code == EXIT_INTERRUPTED:  # so Typer tells of an interrupt
            _leave_interrupted(terminated)
        sys.stdout.flush()
    except (typer.Abort, KeyboardInterrupt):
        _leave_interrupted(terminated)
    except BrokenPipeError:
        _leave_broken_pipe()
    except SystemExit as left:
        # Typer turns a broken pipe into an exit with 1.
        if isinstance(left.__context__, BrokenPipeError):
            _leave_broken_pipe()
        raise
    except Exception as error:
        # So Python wraps an interrupt that reaches it inside a compiled kernel.
        if isinstance(error, SystemError) and isinstance(error.__cause__ or error.__context__, KeyboardInterrupt):
            _leave_interrupted(terminated)
        if debug:
            raise
        sys.exit(_exit_code(error))
    finally:
        signal.signal(signal.SIGTERM, before)
    sys.exit(code if isinstance(code, int) else 0)


def _exit_code(error: Exception) -> int:
    """Say what is wrong on standard error, and give the code to exit with."""
    if isinstance(error, BbwnetError):
        report(error)
        return EXIT_INPUT
    if isinstance(error, OSError):  # no fault of the program: a full disk, a folder where one may not write
        place = f"{error.filename}: " if error.filename is not None else ""
        sys.stderr.write(f"bbwnet: {place}{reason(error)}\n")
        return EXIT_INPUT
    show = getattr(error, "show", None)
    if show is not None:
        show()
        return int(getattr(error, "exit_code", EXIT_USAGE))
    sys.stderr.write(f"bbwnet: unexpected {type(error).__name__}: {error}\nrun again with --debug for the traceback\n")
    return EXIT_INPUT


def _leave_interrupted(terminated: list[int]) -> NoReturn:
    """Exit as shells expect of a program that was stopped, and say so."""
    sys.stderr.write("bbwnet: stopped\n")
    sys.exit(EXIT_TERMINATED if terminated else EXIT_INTERRUPTED)


def _leave_broken_pipe() -> NoReturn:
    """Exit in peace: the reader of the pipe has what it wanted (`| head`)."""
    # What is left unwritten goes nowhere, or Python would fail on it at exit.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(0)


def report(error: BbwnetError) -> None:
    """Write an error to standard error, a line for each problem."""
    if isinstance(error, InputError) and error.problems:
        count = len(error.problems)
        sys.stderr.write("".join(f"{problem}\n" for problem in error.problems))
        sys.stderr.write(f"{count} problem{'s' if count > 1 else ''}\n")
    else:
        sys.stderr.write(f"bbwnet: {error}\n")


if __name__ == "__main__":
    main()
