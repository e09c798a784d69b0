"""Vehicles out and back: how few will do, who gets which, and how lateness is passed on, worked by hand."""

from __future__ import annotations

import pytest
import simpy
from simpy.events import Event

from bbwnet.simulation.rolling_stock import Depot, RollingStock, fewest_vehicles


def test_fewest_vehicles() -> None:
    assert fewest_vehicles([0, 10, 20], []) == 3
    # Ready at the second of the departure is in time.
    assert fewest_vehicles([0, 10, 20], [10, 15]) == 1
    assert fewest_vehicles([0, 10, 20], [11, 15]) == 2
    assert fewest_vehicles([], [1, 2]) == 0


def test_vehicles_of_a_line_out_and_back() -> None:
    # Out at 0 and 100, back at 60 and 160, 50 on the way and 10 to turn: one vehicle does it all.
    there, back = ("line", 0, 1), ("line", 1, 1)
    planned = [(there, 0.0, back, 60.0), (there, 120.0, back, 180.0), (back, 60.0, there, 120.0), (back, 180.0, there, 240.0)]
    assert RollingStock(simpy.Environment(), planned).vehicles == {there: 1, back: 0}


def test_first_in_first_out() -> None:
    depot = Depot(simpy.Environment(), 0)
    for ready in (30.0, 20.0):
        depot.put(ready)
    assert [depot.take(), depot.take()] == [20.0, 30.0]


def test_who_waited_longest_gets_the_next_vehicle() -> None:
    env = simpy.Environment()
    depot = Depot(env, 0)
    first, second, third = (depot.take() for _ in range(3))
    assert isinstance(first, Event)
    assert isinstance(second, Event)
    assert isinstance(third, Event)
    depot.withdraw(first)
    depot.put(5.0)
    env.run()
    assert (first.triggered, second.value, third.triggered) == (False, 5.0, False)


def test_a_vehicle_given_to_who_has_just_gone_goes_to_the_next() -> None:
    depot = Depot(simpy.Environment(), 0)
    given = depot.take()
    assert isinstance(given, Event)
    depot.put(5.0)
    depot.withdraw(given)
    assert depot.take() == pytest.approx(5.0)
