"""What a known answer is: a case of a topic with its source, and the checks that it comes to."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from bbwnet.errors import BbwnetError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

Topic = Literal["roads", "demand", "choice", "services", "simulation"]

Quantity = Literal[
    "flow", "cost", "time", "total_time", "objective", "ratio", "trips", "mean_cost", "share", "logsum", "expected_time", "boardings",
    "wait_over_service", "half_width", "delay",
]  # fmt: skip
"""What a number is; the command line has the words for it."""


@dataclass(frozen=True)
class Check:
    """One number against what it must be."""

    quantity: Quantity
    of: str
    """Of what: a link, a pair, an alternative; empty where the case says it all."""
    expected: float
    got: float
    tolerance: float
    relative: bool = False
    """Whether the tolerance is a share of what is expected."""

    @property
    def error(self) -> float:
        """|got - expected|, over |expected| where the tolerance is relative; not-a-number where there is no number."""
        off = abs(self.got - self.expected)
        return off / abs(self.expected) if self.relative else off

    @property
    def passed(self) -> bool:
        """Whether the error is within the tolerance."""
        return math.isfinite(self.error) and self.error <= self.tolerance


@dataclass(frozen=True)
class Case:
    """A problem whose answer is known."""

    key: str
    """Snake case, unique."""
    topic: Topic
    en: str
    zh: str
    source: str
    """Where the answer comes from."""
    run: Callable[..., Iterable[Check]]
    """Solves it; takes a `numpy.random.Generator` where the case has a seed, and nothing else."""
    long: bool = False
    """Whether it takes more than some seconds, so that it is left out unless asked for."""
    seed: int | None = None
    """Seed of what the case draws; its tolerances are those of such draws."""

    def __post_init__(self) -> None:
        """Refuse a seed that is none."""
        if self.seed is not None and self.seed < 0:
            raise ValueError(f"seed(={self.seed}) of case {self.key} must be 0 or more")


@dataclass(frozen=True)
class Outcome:
    """What came of a case."""

    case: Case
    checks: tuple[Check, ...]
    seconds: float
    failure: str = ""
    """Why there is no answer at all."""

    @property
    def passed(self) -> bool:
        """Whether there are answers, all of them right."""
        return not self.failure and bool(self.checks) and all(check.passed for check in self.checks)


def solve(case: Case) -> Outcome:
    """Run one case; an error that bbwnet raises on purpose, or a warning made one, is a failure of the case."""
    began_s = time.perf_counter()
    try:
        checks = tuple(case.run() if case.seed is None else case.run(np.random.default_rng(case.seed)))
    except BbwnetError as error:
        return Outcome(case, (), time.perf_counter() - began_s, f"{type(error).__name__}: {error}")
    return Outcome(case, checks, time.perf_counter() - began_s)


def solve_all(cases: Sequence[Case], *, long: bool = False) -> Iterator[Outcome]:
    """Run cases in their order; those that take long only if asked for. Raises `ValueError` for two cases of one key."""
    keys = [case.key for case in cases]
    doubled = sorted({key for key in keys if keys.count(key) > 1})
    if doubled:
        raise ValueError(f"two cases are called {doubled[0]}")
    return (solve(case) for case in cases if long or not case.long)


def each(quantity: Quantity, of: Sequence[str], expected: Iterable[float], got: Iterable[float], tolerance: float) -> list[Check]:
    """A check for each of several numbers, within one absolute tolerance; raises `ValueError` for numbers without a partner."""
    return [Check(quantity, name, float(known), float(found), tolerance) for name, known, found in zip(of, expected, got, strict=True)]
