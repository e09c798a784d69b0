"""Arrivals at every node from one place, held against the profile of each destination: two independent searches, one answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bbwnet.evaluation.door_times import DoorTimes
from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.network.state import NetworkState
from bbwnet.routing.arrivals import node_arrivals
from bbwnet.routing.clock import UNREACHED
from bbwnet.routing.door_to_door import DoorMode, DoorToDoor, window_starts
from bbwnet.scenario.read import load_scenario

Networks = Callable[..., Network]

MODES: list[DoorMode] = ["transit", "best", "road", "rail"]
DAY: NDArray[np.int64] = window_starts(0, 24 * 3600, 23 * 60)
"""63 departures, before and after the first and the last train."""


def zones(network: Network) -> list[str]:
    return sorted(place.id for place in network.assembly.places.values() if place.kind == "zone")


def slow_evening(network: Network, *closed: str) -> NetworkState:
    """Roads half as fast from 15:00 until midnight, some nodes closed all day."""
    free = NetworkState.free_flow(network).car_seconds[0]
    slow = np.where(free >= 0, free * 2, free)
    return NetworkState(np.stack([free, slow]), closed_nodes=frozenset(closed), period_start_s=(0, 15 * 3600))


def assert_agrees(doors: DoorToDoor, mode: DoorMode, origins: list[str], starts: NDArray[np.int64]) -> int:
    """Both searches give the same second of arrival for every pair and departure; how many of them arrive."""
    search, network = doors.by(mode), doors.network
    reached = 0
    for origin in origins:
        arrivals = node_arrivals(search, origin, starts)
        assert (arrivals[:, network.node_index[origin]] == starts).all()
        for destination in doors.row:
            if destination != origin:
                expected = search.departures(origin, destination, starts).arrive_s
                assert arrivals[:, network.node_index[destination]].tolist() == expected.tolist(), (mode, origin, destination)
                reached += int((expected != UNREACHED).sum())
    return reached


@pytest.mark.parametrize("mode", MODES)
def test_the_coast(coast: Networks, mode: DoorMode) -> None:
    network = coast()
    doors = DoorToDoor(network, NetworkState.free_flow(network), [*zones(network), "mong_cai"])
    assert assert_agrees(doors, mode, list(doors.row), DAY) > 700


@pytest.mark.parametrize("mode", MODES)
def test_the_coast_in_slow_evenings_with_a_station_closed(coast: Networks, mode: DoorMode) -> None:
    network = coast()
    places = zones(network)
    state = slow_evening(network, "nanning_east", "border_dongxing")
    doors = DoorToDoor(network, state, [*places, "mong_cai"])
    assert assert_agrees(doors, mode, places, DAY) > 100
    # The border is shut.
    arrivals = node_arrivals(doors.by(mode), "qingxiu", DAY)
    assert (arrivals[:, network.node_index["mong_cai"]] == UNREACHED).all()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("disturbed", [False, True])
def test_the_bundled_network(baseline: Network, mode: DoorMode, disturbed: bool) -> None:  # noqa: FBT001
    state = slow_evening(baseline, "nanning_east", "border_youyiguan") if disturbed else NetworkState.free_flow(baseline)
    doors = DoorToDoor(baseline, state, zones(baseline))
    starts = window_starts(5 * 3600, 24 * 3600, 73 * 60)
    assert assert_agrees(doors, mode, zones(baseline)[disturbed::11], starts) > (1000 if mode == "rail" else 3000)


@pytest.fixture(scope="module")
def baseline(repository: Path) -> Network:
    return build_network(load_scenario(repository / "scenarios" / "baseline_2016.yaml"))


def test_minutes_at_a_node_worked_by_hand(coast: Networks) -> None:
    times = DoorTimes(coast())
    index = times.network.node_index
    # By taxi to Nanning East 12 + 5 min, 20 to enter, 07:13:30 to 08:22:06 by train, 8 to leave: from 06:00 at the door of the station
    # after 150.1 min, and 11 min later in town. The station is 8 min from the platform for all, the town 4 km on.
    minutes = times.node_minutes("qingxiu", "transit", 6 * 3600)
    assert [minutes[index[node]] for node in ("qingxiu", "nanning_east", "beihai_station", "haicheng")] == pytest.approx(
        [0, 17, 150.1, 161.1]
    )
    # Over the window the median is that of the pair.
    assert times.node_minutes("qingxiu", "rail")[index["haicheng"]] == times.minutes("qingxiu", "haicheng", "rail", planned=False)
    assert times.node_minutes("qingxiu", "rail", percentile=5)[index["haicheng"]] == pytest.approx(134.1)
    # By car 115 min and 8 to park; a train takes nobody to an island that no road reaches.
    assert times.node_minutes("qingxiu", "road", 6 * 3600)[index["haicheng"]] == 123
    assert times.node_minutes("qingxiu", "best", 6 * 3600)[index["haicheng"]] == 123
    assert np.isinf(times.node_minutes("qingxiu", "transit", 6 * 3600)[index["wuxu_airport"]])


def test_a_border_is_passed_by_car_alone_where_no_time_on_foot_is_known(coast: Networks) -> None:
    network = coast()
    doors = DoorToDoor(network, NetworkState.free_flow(network), ["dongxing", "mong_cai"])
    start = np.array([8 * 3600])
    column = network.node_index["mong_cai"]
    # 2 km at 30 km/h, an hour at the border, 2 km at 20 km/h, and 8 min to park.
    assert node_arrivals(doors.by("road"), "dongxing", start)[0, column] == start[0] + (4 + 60 + 6 + 8) * 60
    assert node_arrivals(doors.by("transit"), "dongxing", start)[0, column] == UNREACHED


def test_a_node_that_is_no_place_of_the_search(coast: Networks) -> None:
    network = coast()
    search = DoorToDoor(network, NetworkState.free_flow(network), ["qingxiu"]).by("transit")
    with pytest.raises(KeyError, match="haicheng"):
        node_arrivals(search, "haicheng", DAY[:1])


def test_trips_cancelled_are_not_ridden(coast: Networks) -> None:
    network = coast()
    free = NetworkState.free_flow(network)
    stopped = dataclasses.replace(free, cancelled_trips=frozenset(range(network.trips.count)))
    doors = DoorToDoor(network, stopped, zones(network))
    index = network.node_index
    arrivals = node_arrivals(doors.by("rail"), "qingxiu", DAY)
    assert {name for name in network.nodes.index if (arrivals[:, index[name]] != UNREACHED).any()} == {"qingxiu"}
    # By taxi an hour and 5 min to Qinzhou, no farther.
    arrivals = node_arrivals(doors.by("transit"), "qingxiu", DAY)
    assert (arrivals[:, index["qinnan"]] - DAY == 65 * 60).all()
    assert (arrivals[:, index["haicheng"]] == UNREACHED).all()
