"""Trucks of freight on closed roads: they wait, drive round, take another chain or give up; times by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbwnet.simulation.calendars import ALWAYS, Calendar, window
from bbwnet.simulation.consignment_table import ARRIVED, GAVE_UP
from bbwnet.simulation.freight_day import FreightDay, HaulRoads, Kind, Spent, Stage
from bbwnet.simulation.truck_haul import TruckHauls
from bbwnet.simulation.world import World
from tests.simulation.freight_days import HOUR_S, RAIL, Shut, day_of, roads_of, route_of, run_day

SITES = np.array([[0.0, 3.0], [3.0, 0.0]]) * HOUR_S
# From 0 to 1 by node 2 in three hours; round by node 3 in five.
ROADS = ((0, 2, 1.0, "near"), (2, 1, 2.0, "bridge"), (0, 3, 2.5, "hills"), (3, 1, 2.5, "hills"))
HAUL = Stage(Kind.HAUL, Spent.ROAD, 3 * HOUR_S, 0)


def roads() -> HaulRoads:
    return roads_of(SITES, ROADS, {(0, 1): (0, 1)})


def hauls(shut: dict[str, Calendar], over: HaulRoads | None = None) -> TruckHauls:
    return TruckHauls(cast("World", SimpleNamespace(closures=Shut(shut))), over or roads())


@pytest.mark.parametrize(
    ("from_h", "until_h", "leave_h", "late_h"),
    [
        (8, 20, 0, 0),  # over before it is closed
        (8, 20, 6, 2),  # a part of the bridge done when it closes: round it is sooner than 12 hours of waiting
        (8, 20, 10, 2),
        (8, 20, 18, 1),  # at the bridge at 19, which opens at 20: sooner than round it
        (8, 20, 20, 0),
    ],
)
def test_who_sends_a_truck_knows_when_the_bridge_opens(from_h: float, until_h: float, leave_h: float, late_h: float) -> None:
    found = hauls({"bridge": window(from_h * HOUR_S, until_h * HOUR_S)}).begins_s(0, 1, leave_h * HOUR_S)
    assert (found / HOUR_S - leave_h) == pytest.approx(late_h)


def test_a_slow_road_and_one_closed_for_ever() -> None:
    slow = window(0.0, 100 * HOUR_S, 0.5)
    assert hauls({"bridge": slow}).begins_s(0, 1, 0.0) == pytest.approx(2 * HOUR_S)
    never = Calendar(np.array([-np.inf]), np.array([0.0]))
    assert math.isinf(hauls({"bridge": never, "hills": never}).begins_s(0, 1, 0.0))
    # No road leads back at all; and of a pair that has no usual way the quickest is taken.
    assert math.isinf(hauls({"bridge": never}).begins_s(1, 0, 0.0))
    assert hauls({"bridge": never}, roads_of(SITES, ROADS)).begins_s(0, 1, 0.0) == pytest.approx(2 * HOUR_S)


def day(*stages: Stage, **more: object) -> FreightDay:
    return replace(day_of(route_of(*stages, **more)), hauls=((0, 1),), roads=roads())  # type: ignore[arg-type]


def test_consignments_wait_or_give_up() -> None:
    closed = window(0.0, 10 * HOUR_S)
    part, result = run_day(day(HAUL), {"bridge": closed, "hills": closed}, warm_up_h=0.0)
    late = [item for item in part.outcomes if item.state == ARRIVED and 0 <= item.set_out_s < 9 * HOUR_S]
    # Whoever set out before nine is at the bridge before ten, and over it at twelve.
    assert late
    assert [item.end_s for item in late] == pytest.approx([12 * HOUR_S] * len(late))
    (held,) = [item for item in result.visits if item.kind == "freight_road"]
    assert held.server == "site_0"
    assert held.wait_s.max() == pytest.approx(max(9 * HOUR_S - item.set_out_s for item in late))
    part, _ = run_day(day(HAUL), {"bridge": window(0.0, 90 * HOUR_S), "hills": window(0.0, 90 * HOUR_S)}, patience_h=5.0)
    left = [item for item in part.outcomes if item.state == GAVE_UP and item.set_out_s >= 0]
    assert left
    assert [item.end_s - item.set_out_s for item in left] == pytest.approx([5 * HOUR_S] * len(left))


def test_consignments_take_the_train_instead() -> None:
    shut = {name: window(0.0, 90 * HOUR_S) for name in ("bridge", "hills")}
    routes = (route_of(HAUL, others=(1,)), route_of(*RAIL, tonnes=0.0, chain="rail", join=1))
    both = replace(day_of(*routes), hauls=((0, 1),), roads=roads())
    part, _ = run_day(both, shut, days=2, patience_h=5.0)
    by_train = [item for item in part.outcomes if item.state == ARRIVED and item.set_out_s >= 0]
    assert by_train
    assert {item.route for item in by_train} == {1}


GRAPH = st.lists(
    st.tuples(
        st.integers(0, 4), st.integers(0, 4), st.integers(1, 9), st.one_of(st.none(), st.tuples(st.integers(0, 20), st.integers(1, 30)))
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=100, deadline=None)
@given(GRAPH, st.integers(0, 20))
def test_earliest_arrivals_hour_by_hour(arcs: list[tuple[int, int, int, tuple[int, int] | None]], leave_h: int) -> None:
    """Whole hours: each arc driven hour by hour while it is open, and sweeps over all arcs (Bellman)."""
    shut = {f"l{number}": window(item[3][0] * HOUR_S, sum(item[3]) * HOUR_S) for number, item in enumerate(arcs) if item[3]}
    count = 5
    plain = np.full((count, count), 1e-3)
    over = roads_of(plain, [(item[0], item[1], float(item[2]), f"l{number}") for number, item in enumerate(arcs)])
    own = hauls({**shut, "other": ALWAYS}, over)
    reached = {0: leave_h}
    # Bellman's sweeps over whole hours.
    for _ in range(count):
        for number, (tail, head, hours, _closed) in enumerate(arcs):
            if tail in reached:
                hour, left = reached[tail], hours
                calendar = shut.get(f"l{number}", ALWAYS)
                while left > 0:
                    left -= calendar.next_open_s(hour * HOUR_S) == hour * HOUR_S
                    hour += 1
                reached[head] = min(reached.get(head, hour), hour)
    for end in range(1, count):
        found = own.begins_s(0, end, leave_h * HOUR_S)
        if not shut:
            assert found == leave_h * HOUR_S
        elif end in reached:
            assert found + 1e-3 == pytest.approx(reached[end] * HOUR_S, abs=0.01)
        else:
            assert math.isinf(found)
