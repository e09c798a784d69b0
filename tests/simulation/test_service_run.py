"""Runs of services: on time to the second where nothing is in their way, and in a stated order at equal seconds."""

from __future__ import annotations

import numpy as np
import pytest
import simpy

from bbwnet.scenario.schema.base import DAY_SECONDS
from bbwnet.simulation.service_run import Nobody, PunctualRuns, Starter
from bbwnet.simulation.timetable_runs import RunTable, run_table


class _Diary(Nobody):
    """Writes down what it hears."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, int, int, float]] = []

    def arrive(self, run: int, call: int, now: float) -> None:
        self.lines.append(("arrive", run, call, now))

    def depart(self, run: int, call: int, now: float) -> None:
        self.lines.append(("depart", run, call, now))

    def visit(self, run: int, call: int, now: float) -> None:
        self.lines.append(("visit", run, call, now))


def _table(days: range = range(1, 2)) -> RunTable:
    # Trip 0 calls at 100, 200 to 260 and 300; trip 1 passes 300 without standing.
    return run_table([0, 3, 6], [100, 200, 300, 200, 300, 400], [100, 260, 300, 200, 300, 400], np.full(2, 50.0), days=days)


def _diary(table: RunTable, from_s: float = 0.0) -> list[tuple[str, int, int, float]]:
    env, diary = simpy.Environment(from_s), _Diary()
    Starter(env, table, PunctualRuns(env, table, diary).run).start()
    env.run()
    return diary.lines


def test_every_call_is_on_time_and_comes_before_it_goes() -> None:
    # At 200 run 0 comes before run 1 goes, at 300 it comes before run 1 calls.
    assert _diary(_table()) == [
        ("depart", 0, 0, 100.0),
        ("arrive", 0, 1, 200.0),
        ("depart", 1, 3, 200.0),
        ("depart", 0, 1, 260.0),
        ("arrive", 0, 2, 300.0),
        ("visit", 1, 4, 300.0),
        ("arrive", 1, 5, 400.0),
    ]


def test_days_repeat_and_what_has_left_before_the_beginning_does_not_run() -> None:
    table = run_table([0, 2], [100, 200], [100, 200], np.full(1, np.nan), days=range(3), from_s=-DAY_SECONDS + 150.0)
    assert table.runs.tolist() == [1, 2]
    assert [table.day_of(run) for run in (0, 1, 2)] == [0, 1, 2]
    assert _diary(table, -DAY_SECONDS + 150.0) == [
        ("depart", 1, 0, 100.0),
        ("arrive", 1, 1, 200.0),
        ("depart", 2, 0, DAY_SECONDS + 100.0),
        ("arrive", 2, 1, DAY_SECONDS + 200.0),
    ]


def test_runs_on_some_days_only() -> None:
    on = np.array([[True, False], [False, True]])
    table = run_table([0, 2, 4], [5, 9, 6, 9], [5, 9, 6, 9], np.full(2, np.nan), days=range(1, 3), runs_on=on)
    assert table.runs.tolist() == [0, 3]


def test_a_trip_that_goes_back_in_time_is_refused() -> None:
    with pytest.raises(ValueError, match="back in time"):
        run_table([0, 2], [100, 90], [100, 90], np.full(1, np.nan))
