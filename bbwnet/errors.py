"""The errors that bbwnet raises on purpose: one base, a handful of kinds, and what an input error points at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_LONGEST_VALUE = 60


class BbwnetError(Exception):
    """Base of every error that bbwnet raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input: where it is, what it is, and how to mend it.

    `line` and `column` count from 1; 0 means that the problem has no line (a missing file, a `--set`).
    `value` is the offending value as the user wrote it, `None` if there is none to show.
    """

    file: str
    line: int = 0
    column: int = 0
    path: str = ""
    message: str = ""
    value: str | None = None
    expected: str | None = None
    nearest: str | None = None

    def __str__(self) -> str:
        """Write `file:line:col: key.path: what is wrong (value), expected ..., nearest valid name ...`."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        text = ": ".join(part for part in (place, self.path, self.message) if part)
        if self.value is not None:
            text += f" ({_shortened(self.value)})"
        if self.expected:
            text += f", expected {self.expected}"
        if self.nearest:
            text += f", nearest valid name {self.nearest}"
        return text


def _shortened(value: str) -> str:
    one_line = " ".join(value.split())
    return one_line if len(one_line) <= _LONGEST_VALUE else one_line[: _LONGEST_VALUE - 3] + "..."


def reason(error: Exception) -> str:
    """Why the system could not read or write, in its words, without its number and the name of the file."""
    told = error.strerror if isinstance(error, OSError) else None
    return (told or str(error)).lower() if isinstance(error, OSError) else str(error)


def sorted_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Order problems by file, line and column, each once."""
    return tuple(sorted(set(problems), key=lambda problem: (problem.file, problem.line, problem.column, str(problem))))


class InputError(BbwnetError, ValueError):
    """What the user gave is wrong; `problems` holds every problem found, sorted by file and line."""

    def __init__(self, problems: Iterable[Problem] | Problem | str) -> None:
        """Take the problems, or one plain message where no file is to blame."""
        if isinstance(problems, str):
            self.problems: tuple[Problem, ...] = ()
            super().__init__(problems)
            return
        self.problems = sorted_problems([problems] if isinstance(problems, Problem) else problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Problem, ...] | str]]:
        """Pickle with the problems, so that errors of worker processes arrive whole."""
        return type(self), (self.problems or str(self),)


class NetworkError(BbwnetError, ValueError):
    """The records are sound one by one but make up no usable network."""


class NoPathError(BbwnetError, LookupError):
    """There is no way from one place to another in this network at this time."""


class DidNotConverge(BbwnetError, RuntimeError):  # noqa: N818 - the name that DESIGN.md gives it
    """A loop ended without reaching the gap that was asked for."""


class RunError(BbwnetError, RuntimeError):
    """A run failed for a reason other than its input."""
