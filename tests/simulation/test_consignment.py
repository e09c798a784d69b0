"""Consignments from stage to stage: hours by hand, closures and ways out, a steady day at the start, and what may never be broken."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbwnet.simulation.calendars import Calendar, window
from bbwnet.simulation.consignment_start import Senders, set_out_s
from bbwnet.simulation.consignment_table import ARRIVED, CONSIGNMENT_COLUMNS, GAVE_UP
from bbwnet.simulation.freight_day import Spent
from bbwnet.simulation.freight_gate import GateQueue
from bbwnet.simulation.visits import Visits
from bbwnet.simulation.world import PartResult
from tests.simulation.freight_days import BORDER, EXPORT, HOUR_S, RAIL, RIVER, ROAD, day_of, route_of, run_day, timed

FOR_EVER = Calendar(np.array([-np.inf, 0.0]), np.array([1.0, 0.0]))


def visits_of(result: PartResult, kind: str) -> Visits:
    (found,) = [item for item in result.visits if item.kind == kind]
    return found


def sole(result: PartResult) -> dict[str, float]:
    """The only row of the table, numbers only."""
    (row,) = result.tables["consignments"].to_dict("records")
    return {str(name): float(value) for name, value in row.items() if not isinstance(value, str)}


def test_trucks_take_the_hours_of_their_route() -> None:
    _, result = run_day(day_of(route_of(*ROAD)), days=2)
    row = sole(result)
    assert list(result.tables["consignments"].columns) == list(CONSIGNMENT_COLUMNS)
    assert (row["hours_mean"], row["hours_p10"], row["hours_p95"]) == pytest.approx((11, 11, 11))
    assert (row["handling_h"], row["road_h"], row["cost_cny_t"]) == pytest.approx((6, 5, 100))
    # Six hours of the day before, and two days set out, at ten tonnes an hour; eleven hours of them are under way at the start.
    assert row["tonnes_entered"] == pytest.approx(10 * (11 + 6 + 48), rel=0.05)
    assert row["tonnes_arrived"] == pytest.approx(10 * 60, rel=0.05)


def test_a_day_alone_is_steady() -> None:
    for stages, extra_s in ((ROAD, 0.0), (RAIL, 4 * HOUR_S), (RIVER, 2 * HOUR_S)):
        part, result = run_day(day_of(route_of(*stages)), run_out_h=0.0)
        del part
        row = sole(result)
        assert row["tonnes_arrived"] == pytest.approx(240 * 30 / 24, rel=0.2)
        stock = 10 * (sum(stage.seconds for stage in stages) + extra_s) / HOUR_S
        assert row["tonnes_under_way"] == pytest.approx(stock, rel=0.35)


def test_wagons_wait_for_their_train_and_its_path() -> None:
    # Ten tonnes an hour fill a train of forty in four hours: the mean wait is some two hours; a path an hour binds nobody.
    part, result = run_day(day_of(route_of(*RAIL)), days=3)
    row = sole(result)
    assert row["rail_h"] == pytest.approx(4)
    assert row["yard_h"] == pytest.approx(2 + 2, rel=0.25)
    paths = visits_of(result, "rail_paths")
    assert np.allclose(paths.count, 1.0)
    assert paths.wait_s.max() == 0.0
    assert part.lockages == ()
    # A path in six hours is too few, and trains pile up before it.
    _, worse = run_day(day_of(route_of(*RAIL), interval_h=6.0), days=3)
    queued = visits_of(worse, "rail_paths")
    assert queued.wait_s.max() > 12 * HOUR_S
    assert all(later - sooner >= 6 * HOUR_S - 1e-6 for sooner, later in pairwise(queued.start_s.tolist()))


def test_barges_pass_the_lock_in_batches() -> None:
    part, result = run_day(day_of(route_of(*RIVER)), days=3)
    row = sole(result)
    # Way of ten hours, a lockage of one, and at times half an hour of turning the chamber.
    assert 11.0 <= row["river_h"] <= 12.5
    assert all(item.ships <= 2 for item in part.lockages)
    assert visits_of(result, "lock").count.sum() == pytest.approx(240 * 3.25 / 20, rel=0.2)


def test_a_crossing_keeps_its_hours() -> None:
    _, result = run_day(day_of(route_of(*BORDER)), days=2, run_out_h=24.0)
    crossing = visits_of(result, "freight_border")
    hour = crossing.start_s % 86_400 / HOUR_S
    assert ((hour >= 8) & (hour < 18)).all()
    assert np.allclose(crossing.leave_s - crossing.start_s, HOUR_S)
    # Fourteen hours shut: who comes at any hour waits 14 x 14 / 48 hours.
    assert sole(result)["border_h"] == pytest.approx(1 + 14 * 14 / 48, rel=0.15)


def test_trucks_queue_before_a_gate_of_little_capacity() -> None:
    # A queue by hand: open from 8 to 18, ten minutes a truck.
    gate = replace(day_of().gates[0], truck_s=600.0)
    queue = GateQueue(gate, 0, 3, [window(10 * HOUR_S, 11 * HOUR_S)])
    assert queue.take(6 * HOUR_S, 6.0) == (8 * HOUR_S, 8.5 * HOUR_S)
    assert queue.take(7 * HOUR_S, 12.0) == (9 * HOUR_S, 10 * HOUR_S)
    assert queue.turn_s(7.5 * HOUR_S) == 12 * HOUR_S
    assert queue.take(17.5 * HOUR_S, 6.0) == (17.5 * HOUR_S, 18 * HOUR_S)
    assert queue.turn_s(18 * HOUR_S) == 32.5 * HOUR_S
    assert queue.usually_opens_s(18 * HOUR_S) == 32 * HOUR_S
    # 24 trucks a day need 24 x 600 s of ten hours; at four times that they do not all pass, and some lose patience.
    spare, scarce = (replace(day_of(route_of(*BORDER)), gates=(replace(gate, truck_s=seconds),)) for seconds in (600.0, 2400.0))
    _, calm = run_day(spare, days=4)
    part, full = run_day(scarce, days=4)
    assert sole(calm)["tonnes_gave_up"] == 0
    assert sole(full)["tonnes_gave_up"] > 0
    assert sole(full)["border_h"] > sole(calm)["border_h"] + 2
    crossing = visits_of(full, "freight_border")
    in_day = crossing.count[np.isfinite(crossing.start_s) & (crossing.start_s >= 0) & (crossing.start_s < 86_400)].sum()
    assert in_day <= 10 * (10 * HOUR_S / 2400.0) + 10
    assert part.outcomes


def test_goods_take_the_other_chain_when_their_patience_ends() -> None:
    by_rail = route_of(*RAIL, chain="rail", others=(1,))
    by_road = route_of(*ROAD, tonnes=0.0, parts=1, join=2)
    part, result = run_day(day_of(by_rail, by_road), {"rail_2": FOR_EVER}, days=2, patience_h=10.0, run_out_h=24.0)
    row = sole(result)
    assert row["tonnes_gave_up"] == 0
    turned = [item for item in part.outcomes if item.route == 1 and item.state == ARRIVED]
    # Three hours to the yard, ten in it, one to where the other chain is joined, and three of unloading.
    assert {round((item.end_s - item.set_out_s) / HOUR_S, 6) for item in turned if item.set_out_s > 0} == {17.0}
    assert row["tonnes_rerouted"] >= sum(item.tonnes for item in turned)
    yard = visits_of(result, "freight_yard")
    left = np.isfinite(yard.leave_s) & np.isinf(yard.start_s)
    assert np.allclose((yard.leave_s - yard.arrive_s)[left & (yard.arrive_s > 0)], 10 * HOUR_S)


def test_goods_without_another_chain_are_given_up() -> None:
    for stages, shut, chain in ((RAIL, "yard_2", "rail"), (RIVER, "w1", "water"), (BORDER, "gate", "road"), (EXPORT, "lane", "road")):
        part, result = run_day(day_of(route_of(*stages, chain=chain)), {shut: FOR_EVER}, days=3, patience_h=10.0)
        row = sole(result)
        lost = [item for item in part.outcomes if item.state == GAVE_UP]
        assert row["tonnes_gave_up"] == pytest.approx(sum(item.tonnes for item in lost))
        assert lost, stages
        assert all(sum(item.spent) == pytest.approx(item.end_s - item.set_out_s) for item in lost)
    # A closed way out is no way out either.
    by_rail = route_of(*RAIL, chain="rail", others=(1,))
    over_border = route_of(*BORDER, tonnes=0.0, parts=1, join=1)
    _, result = run_day(day_of(by_rail, over_border), {"rail_1": FOR_EVER, "gate": FOR_EVER}, days=2, patience_h=10.0)
    assert sole(result)["tonnes_rerouted"] == 0
    assert sole(result)["tonnes_gave_up"] > 0


def test_barges_queue_at_a_closed_lock_and_clear_behind_it() -> None:
    shut = window(2 * HOUR_S, 26 * HOUR_S)
    _, calm = run_day(day_of(route_of(*RIVER)), days=3)
    part, result = run_day(day_of(route_of(*RIVER)), {"lock": shut}, days=3)
    assert not [item for item in part.lockages if 2 * HOUR_S <= item.start_s < 26 * HOUR_S]
    lock = visits_of(result, "lock")
    assert lock.wait_s[np.isfinite(lock.wait_s)].max() > 20 * HOUR_S
    assert result.lost_hours["tonne_h"] > calm.lost_hours["tonne_h"]


def test_a_short_closure_is_waited_out() -> None:
    part, result = run_day(day_of(route_of(*EXPORT)), {"lane": window(0.0, 8 * HOUR_S)}, days=2)
    assert sole(result)["tonnes_gave_up"] == 0
    ends = sorted(item.end_s for item in part.outcomes if item.state == ARRIVED and item.end_s > 4 * HOUR_S)
    assert ends[0] == pytest.approx(12 * HOUR_S)


def test_given_hours_are_added_at_the_end() -> None:
    away = replace(route_of(*EXPORT), given_s=100 * HOUR_S, hours=126.0)
    _, result = run_day(day_of(away))
    row = sole(result)
    assert (row["hours_mean"], row["beyond_h"]) == pytest.approx((126, 100))
    assert row["cost_cny_t"] == pytest.approx(100.0)


def test_moments_hang_on_the_route_and_not_on_the_others() -> None:
    weights = np.arange(1.0, 25.0)
    numbers = Senders(np.array([5, 6, 2**64 - 1], dtype=np.uint64), np.zeros(3))
    every = set_out_s(numbers, 3, 77, weights)
    assert (set_out_s(Senders(numbers.number[1:2], np.zeros(1)), 3, 77, weights) == every[1]).all()
    assert ((every >= 2 * 86_400) & (every < 3 * 86_400)).all()
    assert not np.array_equal(every - 2 * 86_400, set_out_s(numbers, 2, 77, weights) - 86_400)
    many = set_out_s(Senders(np.arange(200_000, dtype=np.uint64), np.zeros(200_000)), 1, 1, weights)
    share = np.bincount((many / HOUR_S).astype(int), minlength=24) / 200_000
    assert np.abs(share - weights / weights.sum()).max() < 0.003


def test_two_runs_are_the_same() -> None:
    day = day_of(route_of(*RAIL, number=3), route_of(*RIVER, number=4), route_of(*ROAD, number=5))
    _, one = run_day(day)
    _, two = run_day(day)
    assert one.tables["consignments"].equals(two.tables["consignments"])
    assert one.lost_hours == two.lost_hours


kinds = st.sampled_from([ROAD, RAIL, RIVER, BORDER, EXPORT])
names = st.sampled_from(["rail_1", "rail_2", "yard", "yard_2", "gate", "here", "lane", "quay", "w1", "w2", "river_1", "lock"])
shuts = st.dictionaries(names, st.tuples(st.integers(-10, 30), st.integers(1, 60), st.sampled_from([0.0, 0.5])), max_size=4)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(kinds, st.floats(1, 500), st.integers(1, 30)), min_size=1, max_size=5),
    shuts,
    st.integers(1, 2),
    st.sampled_from([(), (99,)]),
)
def test_nothing_is_lost_and_hours_add_up(
    routes: list[tuple[tuple[object, ...], float, int]], closed: dict[str, tuple[int, int, float]], days: int, turn: tuple[int, ...]
) -> None:
    made = [
        route_of(*stages, tonnes=tonnes, parts=parts, number=place, others=(len(routes),) * len(turn))  # type: ignore[arg-type]
        for place, (stages, tonnes, parts) in enumerate(routes)
    ]
    out = route_of(*ROAD, tonnes=0.0, parts=1, join=2)
    shut = {name: window(start * HOUR_S, (start + long) * HOUR_S, speed) for name, (start, long, speed) in closed.items()}
    part, result = run_day(day_of(*made, out), shut, days=days)
    (balance,) = result.balance
    assert math.isclose(balance.error, 0.0, abs_tol=1e-9 * balance.entered)
    for item in part.outcomes:
        if item.state == ARRIVED:
            assert sum(item.spent) == pytest.approx(item.end_s - item.set_out_s, rel=1e-9)
    assert all(item.room <= 2.0 + 1e-9 for item in part.lockages)
    for visits in result.visits:
        assert (visits.start_s >= visits.arrive_s - 1e-6).all()
        assert (np.diff(visits.arrive_s) >= 0).all()
    table = result.tables["consignments"]
    assert table["tonnes_entered"].sum() == pytest.approx(balance.entered)
    assert table["tonnes_arrived"].sum() == pytest.approx(balance.arrived)


def test_a_stage_without_time_is_none() -> None:
    _, result = run_day(day_of(route_of(timed(Spent.ROAD, 1e-6))))
    assert sole(result)["tonnes_under_way"] < 1e-3


def test_a_train_that_a_closure_catches_on_its_way_stays_there() -> None:
    # The second link closes for good while trains run on the first: those behind the point come, the others never do.
    later = Calendar(np.array([-np.inf, 12 * HOUR_S]), np.array([1.0, 0.0]))
    _, result = run_day(day_of(route_of(*RAIL)), {"rail_2": later}, days=2, patience_h=200.0)
    row = sole(result)
    assert row["tonnes_arrived"] > 0
    assert row["tonnes_under_way"] > 240
    assert row["rail_h"] == pytest.approx(4)
