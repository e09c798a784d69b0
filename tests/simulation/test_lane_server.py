"""Lanes against closed forms, a plain event simulation and answers worked by hand."""

from __future__ import annotations

import heapq
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bbwnet.simulation.calendars import ALWAYS, Calendar, window
from bbwnet.simulation.lane_server import CohortServer, LaneServer, visits_of

Floats = NDArray[np.float64]


def plain(
    arrive: list[float], service: list[float], lanes: int, patience: list[float], calendar: Calendar, *, rests: bool
) -> tuple[list[float], list[float]]:
    """Event by event: arrivals, ends of service, openings and lost patience in one heap; queue and lanes as lists."""
    events: list[tuple[float, int, int]] = [(moment, 3, row) for row, moment in enumerate(arrive)]
    events += [(moment, 1, -1) for moment in calendar.start_s[1:].tolist()]
    heapq.heapify(events)
    queue: list[int] = []
    idle = lanes
    start, leave = [math.inf] * len(arrive), [math.inf] * len(arrive)
    while events:
        now, kind, row = heapq.heappop(events)
        if kind == 0:
            idle += 1
        elif kind == 3:
            queue.append(row)
            if patience[row] < math.inf:
                heapq.heappush(events, (now + patience[row], 4, row))
        elif kind == 4 and row in queue:
            queue.remove(row)
            leave[row] = now
        while queue and idle and calendar.is_open(now):
            first = queue.pop(0)
            idle -= 1
            start[first] = now
            leave[first] = calendar.finish_s(now, service[first]) if rests else now + service[first] / calendar.speed_at(now)
            if leave[first] < math.inf:
                heapq.heappush(events, (leave[first], 0, first))
    return start, leave


calendars = st.one_of(
    st.just(ALWAYS),
    st.builds(
        lambda begin, long, speed: window(begin, begin + long, speed), st.integers(0, 60), st.integers(1, 40), st.sampled_from([0.0, 0.5])
    ),
)


@settings(max_examples=200, deadline=None)
@given(
    customers=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20), st.one_of(st.just(math.inf), st.integers(0, 30))), max_size=30),
    lanes=st.integers(1, 4),
    calendar=calendars,
    rests=st.booleans(),
    cut=st.integers(0, 30),
)
def test_equals_a_plain_event_simulation(
    customers: list[tuple[int, int, float]],
    lanes: int,
    calendar: Calendar,
    rests: bool,  # noqa: FBT001
    cut: int,
) -> None:
    # Halves and thirds keep different moments apart and equal ones equal.
    arrive = sorted(float(item[0]) for item in customers)
    service, patience = [item[1] + 0.25 for item in customers], [item[2] + 1 / 3 for item in customers]
    expected = plain(arrive, service, lanes, patience, calendar, rests=rests)
    server = LaneServer(lanes, calendar, rests_while_closed=rests)
    arrays = [np.array(values, dtype=np.float64) for values in (arrive, service, patience)]
    parts = [server.serve(*(values[piece] for values in arrays)) for piece in (slice(None, cut), slice(cut, None))]
    assert np.concatenate([part.start_s for part in parts]).tolist() == expected[0]
    assert np.concatenate([part.leave_s for part in parts]).tolist() == expected[1]


@settings(max_examples=200, deadline=None)
@given(
    cohorts=st.lists(st.tuples(st.integers(0, 60), st.integers(1, 8), st.integers(0, 40), st.integers(0, 30)), max_size=12),
    lanes=st.integers(1, 5),
    calendar=calendars,
    impatient=st.booleans(),
)
def test_a_cohort_equals_its_units_one_by_one(
    cohorts: list[tuple[int, int, int, int]],
    lanes: int,
    calendar: Calendar,
    impatient: bool,  # noqa: FBT001
) -> None:
    cohorts = sorted(cohorts)
    arrive, service, number, patience = (np.array([item[place] for item in cohorts], dtype=np.float64) for place in range(4))
    patience += 1 / 3
    whole = number.astype(int)
    units = LaneServer(lanes, calendar).serve(
        np.repeat(arrive, whole), np.repeat(service, whole), np.repeat(patience, whole) if impatient else None
    )
    found = CohortServer(lanes, calendar).serve(arrive, service, number, patience if impatient else None)
    row = np.repeat(np.arange(len(cohorts)), whole)
    for place in range(len(cohorts)):
        own, each = found.row == place, row == place
        served, single = own & found.is_served, each & units.is_served
        assert found.count[own].sum() == pytest.approx(number[place])
        assert found.count[served].sum() == pytest.approx(float(single.sum()))
        assert (found.start_s * found.count)[served].sum() == pytest.approx(units.start_s[single].sum(), abs=1e-6)
        assert (found.leave_s * found.count)[served].sum() == pytest.approx(units.leave_s[single].sum(), abs=1e-6)


def test_cohorts_of_fractions_scale() -> None:
    """Ten times as many units at ten times as many lanes wait as long, in as many parts."""
    rng = np.random.default_rng(3)
    arrive, count = np.sort(rng.uniform(0, 3600, 2000)), rng.uniform(0.01, 0.1, 2000)
    service = np.full(2000, 60.0)
    one, ten = (CohortServer(2 * factor).serve(arrive, service, count * factor) for factor in (1, 10))
    assert len(one.row) == pytest.approx(len(ten.row), rel=0.01)
    waits = [item.mean_of_rows(item.start_s - item.arrive_s, 2000) for item in (one, ten)]
    assert waits[0] == pytest.approx(waits[1], abs=1e-6)


@pytest.mark.parametrize(("lanes", "wait_over_service"), [(1, 0.0), (3, 0.0)])
def test_regular_arrivals_within_capacity_never_wait(lanes: int, wait_over_service: float) -> None:
    """D/D/c."""
    service = np.full(1000, 30.0)
    found = LaneServer(lanes).serve(np.arange(1000) * 30.0 / lanes, service)
    assert (found.start_s - found.arrive_s).mean() == wait_over_service


def test_regular_arrivals_over_capacity_wait_by_the_ramp() -> None:
    """D/D/2 at 1.5 times capacity: pair k waits 60 k - 40 k (hand-worked)."""
    found = LaneServer(2).serve(np.repeat(np.arange(100) * 40.0, 2), np.full(200, 60.0))
    assert (found.start_s - found.arrive_s).tolist() == np.repeat(np.arange(100) * 20.0, 2).tolist()


@pytest.mark.parametrize(("lanes", "load", "wait"), [(1, 0.5, 1.0), (2, 0.5, 0.3333), (3, 0.8, 1.0787), (4, 0.8, 0.7455), (1, 0.8, 4.0)])
def test_random_arrivals_wait_as_erlang_says(lanes: int, load: float, wait: float) -> None:
    """M/M/c, wait over service time."""
    rng, count = np.random.default_rng(20_240_901), 2_000_000
    arrive, service = np.cumsum(rng.exponential(1 / (load * lanes), count)), rng.exponential(1.0, count)
    found = LaneServer(lanes).serve(arrive, service)
    assert float((found.start_s - found.arrive_s).mean()) == pytest.approx(wait, rel=0.02)


def test_closing_hours_hold_the_queue_overnight() -> None:
    """One lane of an hour each, closed from 2 to 5 h: the one begun is finished, or rests (hand-worked)."""
    arrive, service = np.array([1.5, 1.6, 6.0]) * 3600, np.full(3, 3600.0)
    calendar = window(2 * 3600, 5 * 3600)
    finished = LaneServer(1, calendar).serve(arrive, service)
    assert (finished.start_s / 3600).tolist() == [1.5, 5.0, 6.0]
    assert (finished.leave_s / 3600).tolist() == [2.5, 6.0, 7.0]
    rests = LaneServer(1, calendar, rests_while_closed=True).serve(arrive, service)
    assert (rests.leave_s / 3600).tolist() == [5.5, 6.5, 7.5]


def test_wrong_arrivals_are_refused() -> None:
    server = LaneServer(1)
    server.serve(np.array([5.0]), np.array([1.0]))
    with pytest.raises(ValueError, match="fall behind"):
        server.serve(np.array([4.0]), np.array([1.0]))
    with pytest.raises(ValueError, match="0 seconds or more"):
        server.serve(np.array([6.0]), np.array([-1.0]))
    with pytest.raises(ValueError, match="lanes"):
        LaneServer(0)
    with pytest.raises(ValueError, match="lanes"):
        CohortServer(0.0)
    with pytest.raises(ValueError, match="counts"):
        CohortServer(1.0).serve(np.array([0.0]), np.array([1.0]), np.array([-1.0]))


def test_visits_carry_counts() -> None:
    served = CohortServer(2.0).serve(np.array([0.0]), np.array([10.0]), np.array([3.0]))
    visits = visits_of(served, "lanes", "a", "persons", 2.0)
    assert visits.count.tolist() == [2.0, 1.0]
    assert visits.wait_s.tolist() == [0.0, 10.0]
