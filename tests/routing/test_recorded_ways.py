"""Recorded ways (`transfers:`) at the beginning and the end of journeys, worked out by hand.

A station takes 20 min to enter and 8 to leave; a taxi is waited for 5 min and rides 10 to a station. The airport of b has no road: only
a record leads there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bbwnet.network.network import Network
from bbwnet.network.state import NetworkState
from bbwnet.routing.alternatives import alternatives
from bbwnet.routing.arrivals import node_arrivals
from bbwnet.routing.clock import UNREACHED
from bbwnet.routing.door_to_door import DoorMode, DoorToDoor
from bbwnet.routing.headway_search import HeadwaySearch
from bbwnet.routing.journeys import Journey, journey
from tests.routing.test_door_to_door_cases import TAXI, at, line, train

Small = Callable[..., Network]
Row = dict[str, Any]


def airport(**more: object) -> dict[str, list[Row]]:
    """Trains between a and b at 08:00 and 12:00, and an airport 10 min on foot from the station of b."""
    record = {"id": "walk", "from": "sb", "to": "pb", "mode": "walk", "transfer_min": 10, "length_km": 0.6, **more}
    trains = train("t", "sa", "sb", departures=["08:00", "12:00"], run=[30], directed=False, return_departures=["08:00", "12:00"])
    return line(trains, nodes=({"id": "pb", "kind": "airport", "place": "b"},), transfers=[record])


def found(network: Network, start: str, ends: tuple[str, str], mode: DoorMode = "rail", **state: Any) -> Journey | None:
    """The journey; the scan from the origin on and the alternatives must say the same."""
    free = NetworkState.free_flow(network)
    held = NetworkState(free.car_seconds, **state)
    search = DoorToDoor(network, held, ["a", "b", "sb", "pb"]).by(mode)
    made = journey(search, *ends, at(start))
    column = network.node_index[ends[1]]
    assert node_arrivals(search, ends[0], np.array([at(start)]))[0, column] == (UNREACHED if made is None else made.arrive_s)
    others = alternatives(search, *ends, at(start))
    assert (others[0].journey if others else None) == made
    return made


def told(made: Journey | None) -> list[tuple[str, str, str, str, str, float]]:
    assert made is not None
    return [(leg.part, leg.kind, leg.mode, leg.from_node, leg.to_node, leg.minutes) for leg in made.legs if leg.ride is None]


def test_a_walk_ends_and_begins_a_journey(small_network: Small) -> None:
    network = small_network(airport(), scenario=TAXI)
    there = found(network, "06:00", ("a", "pb"))
    # Door 07:25, train 08:00 to 08:30, 8 min to leave, 10 on foot.
    assert there is not None
    assert (there.leave_s, there.arrive_s) == (at("07:25"), at("08:48"))
    assert there.length_km == pytest.approx(6 + 50 + 0.6)
    assert told(there)[-2:] == [("egress", "exit", "terminal", "sb", "sb", 8), ("egress", "way", "walk", "sb", "pb", 10)]
    back = found(network, "06:00", ("pb", "a"))
    # 10 min on foot and 20 to enter before 08:00; 08:30, 8 to leave, 15 by taxi.
    assert back is not None
    assert (back.leave_s, back.arrive_s) == (at("07:30"), at("08:53"))
    assert told(back)[:2] == [("access", "way", "walk", "pb", "sb", 10), ("access", "entry", "terminal", "sb", "sb", 20)]
    # No road leads there: nothing at all behind the gates, or when an end is closed.
    assert found(small_network(airport(inside=True), scenario=TAXI), "06:00", ("a", "pb")) is None
    assert found(network, "06:00", ("a", "pb"), closed_nodes=frozenset({"pb"})) is None


def test_a_directed_way(small_network: Small) -> None:
    network = small_network(airport(directed=True), scenario=TAXI)
    assert found(network, "06:00", ("a", "pb")) is not None
    assert found(network, "06:00", ("pb", "a")) is None
    assert found(network, "06:00", ("sb", "pb"), "transit") is not None
    assert found(network, "06:00", ("pb", "sb"), "transit") is None


def test_a_shuttle_with_hours(small_network: Small) -> None:
    shuttle = {"mode": "shuttle", "headway_min": 6, "between": ["08:50", "11:00"]}
    network = small_network(airport(**shuttle), scenario=TAXI)
    # Out of the station at 08:38, wait for the first shuttle at 08:50; 3 min for the next in the mean and 10 on it.
    there = found(network, "06:00", ("a", "pb"))
    assert there is not None
    assert there.arrive_s == at("09:03")
    assert told(there)[-3:] == [
        ("egress", "exit", "terminal", "sb", "sb", 8), ("egress", "wait", "terminal", "sb", "sb", 12),
        ("egress", "way", "shuttle", "sb", "pb", 13),
    ]  # fmt: skip
    # With the train of noon one is out at 12:38, after the last: the next day.
    late = found(network, "08:00", ("a", "pb"))
    assert late is not None
    assert late.arrive_s == at("08:50", 1) + 13 * 60
    # Back for the train of noon with the last shuttle, 11:00, and 13 and 20 min: at the platform from 11:33. For that of 08:00 there is
    # none.
    back = found(network, "06:00", ("pb", "a"))
    assert back is not None
    assert (back.leave_s, back.arrive_s) == (at("11:00"), at("12:53"))
    assert told(back)[:3] == [
        ("access", "way", "shuttle", "pb", "sb", 13), ("access", "entry", "terminal", "sb", "sb", 20),
        ("wait", "wait", "terminal", "sb", "sb", 27),
    ]  # fmt: skip


def test_all_the_way_between_the_ends(small_network: Small) -> None:
    shuttle = {"mode": "shuttle", "headway_min": 6, "between": ["08:50", "11:00"]}
    network = small_network(airport(**shuttle), scenario=TAXI)
    for ends in (("sb", "pb"), ("pb", "sb")):
        made = found(network, "09:00", ends, "transit")
        assert told(made) == [("ride", "way", "shuttle", *ends, 13)]
        # Who is too early waits where he is.
        early = found(network, "06:00", ends, "best")
        assert early is not None
        assert (early.leave_s, early.arrive_s) == (at("08:50"), at("09:03"))
        # By train one rides, if only to a and back.
        by_train = found(network, "09:00", ends, "rail")
        assert by_train is not None
        assert len(by_train.rides) == 2


def test_over_headways(small_network: Small) -> None:
    network = small_network(airport(mode="shuttle", headway_min=6), scenario={**TAXI, "evaluation": {"view": "headway"}})
    search = HeadwaySearch(DoorToDoor(network, NetworkState.free_flow(network), ["a", "b", "sb", "pb"]))
    # To b 15 min by taxi from its station, to the airport 13 by shuttle; the other way about alike.
    for there, back in ((("a", "b"), ("a", "pb")), (("b", "a"), ("pb", "a"))):
        assert search.minutes("rail", *there) - search.minutes("rail", *back) == pytest.approx(2)
    assert search.minutes("transit", "pb", "sb") == 13
    lines = search.strategy_lines("rail", "pb", "a")
    assert lines is not None
    assert (lines.way_mode, lines.part_minutes["access"]) == ("shuttle", 33)
