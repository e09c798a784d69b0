"""Trains that form, and the paths that they take: by hand, and what may never be broken."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st

from bbwnet.simulation.calendars import window
from bbwnet.simulation.freight_train import Forming, PathSlots

HOUR_S = 3600.0


@dataclass(eq=False)
class Wagons:
    """Wagons of one sender."""

    name: str
    tonnes: float
    ready_s: float

    def split(self, tonnes: float) -> Wagons:
        self.tonnes -= tonnes
        return Wagons(self.name, tonnes, self.ready_s)


Train = tuple[float, float, list[tuple[str, float]]]
"""Second, number of trains, and tonnes by sender."""


def trains_of(loads: list[tuple[float, float]], full: float, longest_s: float, until: float | None = None) -> list[Train]:
    """Trains made of loads (second, tonnes), named by their number."""
    env = simpy.Environment()
    left: list[Train] = []
    forming = Forming[Wagons](env, full, longest_s, lambda on, count: left.append((env.now, count, [(own.name, own.tonnes) for own in on])))

    def come() -> simpy.events.ProcessGenerator:
        for number, (second, tonnes) in enumerate(loads):
            yield env.timeout(second - env.now)
            forming.add(Wagons(str(number), tonnes, env.now))

    env.process(come())
    env.run(until=until)
    return left


def test_a_train_leaves_when_full_and_what_does_not_fit_waits_on() -> None:
    # 60 + 60 fill a train of 100 at 10; 20 of the second stay, and leave with 30 by the clock of the second: 10 + 100.
    assert trains_of([(0, 60), (10, 60), (50, 30)], 100, 100) == [
        (10, 1, [("0", 60), ("1", 40)]),
        (110, 1, [("1", 20), ("2", 30)]),
    ]


def test_a_train_leaves_by_the_clock_of_its_first_wagons() -> None:
    assert trains_of([(0, 10), (90, 10), (200, 10)], 100, 100) == [(100, 1, [("0", 10), ("1", 10)]), (300, 1, [("2", 10)])]


def test_a_load_of_many_trains_fills_them_at_once() -> None:
    assert trains_of([(0, 350)], 100, 100) == [(0, 3, [("0", 300)]), (100, 1, [("0", 50)])]


def test_a_train_that_is_just_full_leaves_nothing_behind() -> None:
    # Three tenths of a train are not quite 1 in floating point.
    ((second, count, on),) = trains_of([(0, 0.1 * 3), (1, 0.7 - 1e-17)], 1.0, 100)
    assert (second, count, [name for name, _ in on]) == (1, 1, ["0", "1"])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 300), st.floats(0.1, 400)), min_size=1, max_size=30),
    st.floats(1, 300),
    st.floats(1, 200),
)
def test_no_train_has_more_than_its_tonnes_and_nobody_waits_too_long(loads: list[tuple[int, float]], full: float, longest_s: float) -> None:
    ordered = sorted((float(second), tonnes) for second, tonnes in loads)
    left = trains_of(ordered, full, longest_s)
    assert math.fsum(tonnes for _, _, on in left for _, tonnes in on) == pytest.approx(math.fsum(tonnes for _, tonnes in ordered))
    for second, count, on in left:
        assert math.fsum(tonnes for _, tonnes in on) <= count * full * (1 + 1e-9)
        assert all(second <= ordered[int(name)][0] + longest_s + 1e-6 for name, _ in on)
    names = [int(name) for _, _, on in left for name, _ in on]
    assert names == sorted(names)


def test_a_train_must_have_room_and_time() -> None:
    with pytest.raises(ValueError, match="room"):
        Forming[Wagons](simpy.Environment(), 0.0, 1.0, lambda _on, _count: None)


def test_paths_come_one_after_the_other() -> None:
    slots = PathSlots("line", 600.0)
    # A whole train, half a train beside it, and one that finds the line free.
    assert [slots.take(0.0, 1.0), slots.take(0.0, 0.5), slots.take(100.0, 1.0), slots.take(5000.0, 1.0)] == [0.0, 600.0, 900.0, 5000.0]
    visits = slots.visits()
    assert visits.wait_s.tolist() == [0.0, 600.0, 800.0, 0.0]
    assert (visits.leave_s - visits.start_s).tolist() == [600.0, 300.0, 600.0, 600.0]
    # Two and a half trains together are three visits, one after the other.
    assert slots.take(6000.0, 2.5) == 6000.0
    visits = slots.visits()
    assert visits.start_s[4:].tolist() == [6000.0, 6600.0, 7200.0]
    assert slots.take(6000.0, 1.0) == 7500.0


def test_paths_wait_for_a_closed_line() -> None:
    slots = PathSlots("line", 600.0, window(300.0, 4000.0))
    # Half of the first path lies before the closure, and the rest behind it.
    assert [slots.take(0.0, 1.0), slots.take(10.0, 1.0), slots.take(20.0, 1.0)] == [0.0, 4300.0, 4900.0]
    with pytest.raises(ValueError, match="must take time"):
        PathSlots("line", 0.0)


def test_paths_are_a_queue_with_a_fixed_time() -> None:
    # M/D/1 by Pollaczek and Khinchine at a load of .7: mean wait over service time .7 / (2 x .3).
    rng = np.random.default_rng(20170120)
    slots = PathSlots("line", 1.0)
    for moment in rng.exponential(1 / 0.7, 200_000).cumsum().tolist():
        slots.take(moment, 1.0)
    wait = slots.visits().wait_s
    parts = wait.reshape(50, -1).mean(axis=1)
    half = 3.5 * float(parts.std(ddof=1)) / math.sqrt(50)
    assert abs(float(wait.mean()) - 0.7 / 0.6) <= half
    assert half <= 0.06 * 0.7 / 0.6
