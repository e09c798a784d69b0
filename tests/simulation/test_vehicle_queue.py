"""The queue of vehicles: first come first served, split where room ends; gates that let in as fast as their lanes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbwnet.simulation.vehicle_queue import COUNT, LANE_M, READY, Gate, VehicleQueue


def test_a_deck_takes_the_first_and_splits_the_one_that_does_not_fit() -> None:
    queue = VehicleQueue()
    queue.join(10.0, 4.0, 3, 20.0)
    queue.join(5.0, 6.0, 0, 5.0)
    queue.join(50.0, 9.0, 0, 5.0)
    taken = queue.take(20.0, lane_m=70.0)
    assert taken.rows[:, READY].tolist() == [5.0, 10.0]
    assert taken.rows[:, COUNT].tolist() == [6.0, 2.0]
    assert taken.lane_m == 70.0
    assert taken.by_class(4).tolist() == [6.0, 0.0, 0.0, 2.0]
    assert queue.waiting(20.0) == 2.0
    assert queue.waiting() == 11.0


def test_seats_bind_too() -> None:
    queue = VehicleQueue()
    queue.join(0.0, 10.0, 0, 5.0, persons=4.0)
    assert queue.take(0.0, persons=10.0).count == 2.5


def test_a_count_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="count"):
        VehicleQueue().join(0.0, -1.0, 0, 5.0)


def test_who_leaves_is_gone_and_the_others_stay_in_order() -> None:
    queue = VehicleQueue()
    for moment in range(5):
        queue.join(float(moment), 1.0, 0, 5.0)
    gone = queue.leave(queue.rows[:, READY] % 2 == 0)
    assert gone[:, READY].tolist() == [0.0, 2.0, 4.0]
    assert queue.rows[:, READY].tolist() == [1.0, 3.0]


def test_a_gate_lets_in_at_its_rate_until_the_yard_is_full() -> None:
    gate = Gate(rate_per_s=0.5, spaces=30.0)
    gate.outside.join(0.0, 100.0, 0, 5.0)
    gate.advance(20.0)
    assert gate.yard.waiting() == pytest.approx(10.0)
    gate.advance(600.0)
    assert gate.yard.waiting() == pytest.approx(30.0)
    assert gate.take(600.0, 100.0, np.inf).count == pytest.approx(20.0)
    # Held while the yard was full: it goes on from now, not from when it was held.
    gate.advance(610.0)
    assert gate.yard.waiting() == pytest.approx(15.0)


@given(
    st.lists(st.tuples(st.integers(0, 1000), st.floats(0, 50), st.sampled_from([4.0, 8.0, 16.0])), max_size=30),
    st.lists(st.tuples(st.integers(0, 1200), st.floats(0, 500), st.floats(0, 100)), max_size=30),
)
def test_nothing_is_lost_and_no_room_exceeded(cohorts: list[tuple[int, float, float]], decks: list[tuple[int, float, float]]) -> None:
    gate = Gate(rate_per_s=0.3, spaces=60.0)
    for ready, count, lane_m in sorted(cohorts):
        gate.outside.join(float(ready), count, 0, lane_m, persons=2.0)
    entered = gate.outside.waiting()
    boarded = 0.0
    for now, lane_m, persons in sorted(decks):
        taken = gate.take(float(now), lane_m, persons)
        assert taken.lane_m <= lane_m + 1e-6
        assert taken.persons <= persons + 1e-6
        assert (taken.rows[:, READY] <= now).all()
        assert gate.yard.waiting() <= 60.0 + 1e-6
        boarded += taken.count
    assert boarded + gate.outside.waiting() + gate.yard.waiting() == pytest.approx(entered, abs=1e-5)
    assert (gate.yard.rows[:, LANE_M] > 0).all()
