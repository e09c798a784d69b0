"""The known answers that `bbwnet verify` prints, and what becomes of wrong ones."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from bbwnet.errors import NoPathError
from bbwnet.experiment.verification.cases import Case, Check, each, solve, solve_all
from bbwnet.experiment.verification.registry import CASES


# Queues to 1 % take minutes: they are for `bbwnet verify --long` alone.
# Simulated queues take their time: those that are not long are solved in tests/cli/test_verify.py, which asks for all.
@pytest.mark.parametrize("case", [pytest.param(case, id=case.key) for case in CASES if case.topic != "simulation"])
def test_each_case_gives_its_known_answer(case: Case) -> None:
    outcome = solve(case)
    assert outcome.failure == ""
    assert [check for check in outcome.checks if not check.passed] == []
    assert outcome.passed


def test_every_topic_has_its_answers_and_every_case_its_own_name() -> None:
    assert {case.topic for case in CASES} == {"roads", "demand", "choice", "services", "simulation"}
    assert len({case.key for case in CASES}) == len(CASES)
    assert all(case.source and case.zh and case.en for case in CASES)
    assert {case.key for case in CASES} >= {"braess_with_bridge", "braess_without_bridge", "three_routes", "sioux_falls", "nested_logit"}


@pytest.mark.parametrize(
    ("got", "tolerance", "relative", "error", "passed"),
    [
        (10.5, 0.5, False, 0.5, True),
        (10.5, 0.4, False, 0.5, False),
        (10.5, 0.05, True, 0.05, True),
        (10.5, 0.04, True, 0.05, False),
        (math.nan, 1e9, False, math.nan, False),
        (math.inf, math.inf, False, math.inf, False),
    ],
)
def test_a_number_is_right_within_its_tolerance(got: float, tolerance: float, relative: bool, error: float, passed: bool) -> None:  # noqa: FBT001
    check = Check("flow", "a", 10.0, got, tolerance, relative=relative)
    assert check.error == pytest.approx(error, nan_ok=True)
    assert check.passed is passed


def wrong() -> list[Check]:
    return [Check("flow", "a", 1.0, 1.0, 0.1), Check("flow", "b", 1.0, 2.0, 0.1)]


def lost() -> list[Check]:
    raise NoPathError("no way")


CASE = Case("one", "roads", "One", "一", "a book", wrong)


def test_one_wrong_number_an_error_or_no_number_fail_a_case() -> None:
    assert not solve(CASE).passed
    assert solve(dataclasses.replace(CASE, run=lost)).failure == "NoPathError: no way"
    assert not solve(dataclasses.replace(CASE, run=lost)).passed
    assert not solve(dataclasses.replace(CASE, run=list)).passed


def test_long_cases_wait_to_be_asked_for() -> None:
    cases = [CASE, dataclasses.replace(CASE, key="two", long=True)]
    assert [outcome.case.key for outcome in solve_all(cases)] == ["one"]
    assert [outcome.case.key for outcome in solve_all(cases, long=True)] == ["one", "two"]
    with pytest.raises(ValueError, match="two cases are called one"):
        solve_all([CASE, CASE])


def test_what_a_case_draws_follows_from_its_seed() -> None:
    def draw(generator: np.random.Generator) -> list[Check]:
        return [Check("time", "", 0.5, float(generator.random()), 1.0)]

    first, again, other = (solve(dataclasses.replace(CASE, run=draw, seed=seed)).checks[0].got for seed in (1, 1, 2))
    assert first == again != other
    with pytest.raises(ValueError, match=r"seed\(=-1\)"):
        dataclasses.replace(CASE, seed=-1)


def test_numbers_need_partners() -> None:
    with pytest.raises(ValueError, match="zip"):
        each("flow", ["a", "b"], [1.0, 2.0], [1.0], 0.1)
