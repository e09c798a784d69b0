"""`bbwnet verify`, as a user types it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from bbwnet.cli.verify import QUANTITIES
from bbwnet.errors import NoPathError
from bbwnet.experiment.verification import registry
from bbwnet.experiment.verification.cases import Case, Check

Run = Callable[..., Any]


@pytest.fixture
def without_queues(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cases that take no simulated days: those take most of a minute, and tests/test_docs.py runs all of README's `verify`."""
    monkeypatch.setattr(registry, "CASES", tuple(case for case in registry.CASES if case.topic != "simulation"))


@pytest.mark.usefixtures("without_queues")
def test_all_is_right_and_says_where_it_comes_from(bbwnet: Run) -> None:
    answer = bbwnet("verify", "--format", "json")
    assert answer.code == 0
    assert answer.json["passed"] is True
    rows = {(row["case"], row["quantity"], row["of"]): row for row in answer.json["rows"]}
    pinned = rows["sioux_falls", "flow", "1→2"]
    assert (pinned["expected"], pinned["passed"]) == (4494.657646, True)
    assert 0 <= pinned["error"] < 1e-4
    assert "LeBlanc" in pinned["source"]
    assert rows["braess_with_bridge", "total_time", ""]["expected"] == 552
    assert {row["quantity"] for row in answer.json["rows"]} <= QUANTITIES.keys()
    assert "sioux_falls_frank_wolfe" not in {row["case"] for row in answer.json["rows"]}


@pytest.mark.usefixtures("without_queues")
def test_table_and_csv(bbwnet: Run) -> None:
    answer = bbwnet("verify", "--lang", "zh")
    assert answer.code == 0
    assert "布雷斯悖论" in answer.out
    assert "1.0e-09 相对" in answer.out
    rows = list(csv.DictReader(io.StringIO(bbwnet("verify", "--format", "csv").out)))
    assert {row["passed"] for row in rows} == {"True"}


def test_a_wrong_answer_and_a_case_without_one_exit_1(bbwnet: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost() -> list[Check]:
        raise NoPathError("no way to B")

    cases = (
        Case("good", "roads", "Good", "对", "a book", lambda: [Check("flow", "a", 1.0, 1.0, 0.1)]),
        Case("bad", "roads", "Bad", "错", "a book", lambda: [Check("flow", "a", 1.0, 2.0, 0.1)]),
        Case("none", "roads", "None", "无", "a book", lost),
    )
    monkeypatch.setattr(registry, "CASES", cases)
    answer = bbwnet("verify")
    assert answer.code == 1
    assert "1 of 3 right" in answer.out
    assert "none: NoPathError: no way to B" in answer.err
    answer = bbwnet("verify", "--format", "json")
    assert answer.code == 1
    assert [row["passed"] for row in answer.json["rows"]] == [True, False, False]
    assert answer.json["passed"] is False
    assert "Exit 0 if all are right, 1 if any" in bbwnet("verify", "--help").out
