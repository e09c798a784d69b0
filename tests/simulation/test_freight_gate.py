"""Consignments before crossings and ferries wait as the trucks do that are simulated there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bbwnet.model.day_roads import day_roads
from bbwnet.network.build import build_network
from bbwnet.scenario.read import load_scenario
from bbwnet.simulation.calendars import window
from bbwnet.simulation.day import simulate_once
from bbwnet.simulation.freight_gate import GateQueue
from bbwnet.simulation.road_link import CAR
from bbwnet.simulation.road_traffic import RoadTraffic
from bbwnet.simulation.world import Part, PartResult, World
from tests.simulation.freight_days import HOUR_S, day_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import simpy


def test_the_turn_is_that_of_simulated_trucks_within_the_hours() -> None:
    """Open from 8 to 18 and closed from 10 to 11; a lane is free an hour after whoever comes."""
    queue = GateQueue(day_of().gates[0], 0, 3, [window(10 * HOUR_S, 11 * HOUR_S)], lambda now: now + HOUR_S)
    assert queue.turn_s(6 * HOUR_S) == 8 * HOUR_S
    assert queue.turn_s(9.5 * HOUR_S) == 11 * HOUR_S
    assert queue.turn_s(12 * HOUR_S) == 13 * HOUR_S
    # They are among the trucks that are simulated: nobody waits for them besides.
    assert queue.take(12 * HOUR_S, 500.0) == (13 * HOUR_S, 13 * HOUR_S)
    assert queue.take(12 * HOUR_S, 1.0) == (13 * HOUR_S, 13 * HOUR_S)
    free = GateQueue(day_of().gates[0], 0, 3, [], lambda _: -np.inf)
    assert free.turn_s(12 * HOUR_S) == 12 * HOUR_S
    assert GateQueue(day_of().gates[0], 0, 3, [], lambda _: np.inf).turn_s(12 * HOUR_S) == np.inf


class _Looks:
    """A part that asks when a lane would be free, every quarter of an hour."""

    def __init__(self, world: World) -> None:
        self.world, self.found = world, list[tuple[float, float]]()

    def start(self) -> None:
        self.world.env.process(self._look())

    def _look(self) -> simpy.events.ProcessGenerator:
        roads = self.world.parts["roads"]
        assert isinstance(roads, RoadTraffic)
        while True:
            yield self.world.env.timeout(900.0)
            now = self.world.env.now
            self.found.append((now, roads.lane_free_s("border_way", now, backward=False, road_class=CAR)))

    def finish(self) -> PartResult:
        return PartResult()


def test_a_lane_is_free_when_those_before_have_left_it() -> None:
    network = build_network(load_scenario("queues_road"))
    looks: list[_Looks] = []

    def looking(world: World) -> _Looks:
        looks.append(_Looks(world))
        return looks[-1]

    parts: dict[str, Callable[[World], Part]] = {"roads": partial(RoadTraffic, day=day_roads(network, None)), "looks": looking}
    record = simulate_once(network, parts, 0)
    (lanes,) = (item for item in record.visits if item.kind == "border_lanes" and item.count.sum() > 0)
    (own,) = looks
    waits = 0
    for now, free_s in own.found:
        left = np.sort(lanes.leave_s[lanes.arrive_s <= now])[::-1]
        expected = left[int(lanes.servers) - 1] if len(left) >= lanes.servers else -np.inf
        assert free_s == pytest.approx(expected, abs=1e-6)
        waits += free_s > now
    assert waits > 5
