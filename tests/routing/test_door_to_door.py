"""Door to door on the coast, worked by hand: access, entry, ride, change, egress; minutes by percentile; journeys leg by leg."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest

from bbwnet.network.network import Network
from bbwnet.network.state import NetworkState
from bbwnet.routing.door_to_door import DoorToDoor, percentile_minutes, window_starts
from bbwnet.routing.journeys import Leg, journey
from bbwnet.routing.timetable_kernels import UNREACHED
from bbwnet.scenario.schema.scenario_file import AccessChoice

Networks = Callable[..., Network]

CHOICE = AccessChoice(taxi_wait_min=5, taxi_limit_min=60, walk_limit_km=0, rail_entry_min=20, rail_exit_min=8)


def search(network: Network, *places: str, choice: AccessChoice = CHOICE, walk_factor: float = 1.0) -> DoorToDoor:
    state = NetworkState.free_flow(network)
    return DoorToDoor(network, state, places, choice, lambda pattern: pattern.mode == "rail", walk_factor=walk_factor)


def zones(network: Network) -> list[str]:
    return sorted(place.id for place in network.assembly.places.values() if place.kind == "zone")


def test_every_leg_begins_where_and_after_the_one_before_ends(coast: Networks) -> None:
    network = coast()
    found = search(network, *zones(network))
    journeys = 0
    for origin in zones(network):
        for destination in zones(network):
            for start in range(5 * 3600, 22 * 3600, 1800):
                legs = journey(found, origin, destination, start) if origin != destination else ()
                if not legs:
                    continue
                journeys += 1
                assert_whole(found, legs, origin, destination, start)
    assert journeys > 100


def assert_whole(found: DoorToDoor, legs: tuple[Leg, ...], origin: str, destination: str, start: int) -> None:
    """The legs join, keep every time that changing takes, and make the arrival that the profile promises."""
    network, access = found.network, found.access
    departures = found.departures(origin, destination, np.array([start], dtype=np.int64))
    assert (legs[0].from_node, legs[-1].to_node) == (origin, destination)
    assert (legs[0].begin_s, legs[-1].end_s) == (departures.leave_s[0], departures.arrive_s[0])
    assert legs[0].begin_s >= start
    for first, second in itertools.pairwise(legs):
        assert first.to_node == second.from_node
        assert first.end_s <= second.begin_s
    assert legs[0].minutes * 60 == access.to_stop_s[found.row[origin], network.node_index[legs[0].to_node]]
    assert legs[-1].minutes * 60 == access.from_stop_s[found.row[destination], network.node_index[legs[-1].from_node]]
    rides = [leg for leg in legs if leg.ride is not None]
    for first, second in itertools.pairwise(rides):
        if first.to_node == second.from_node:
            assert second.begin_s - first.end_s >= network.minimum_connection_s[network.node_index[first.to_node]]


def test_access_is_the_road_the_wait_for_a_taxi_and_the_entry(coast: Networks) -> None:
    network = coast()
    found = search(network, "qingxiu")
    stop = network.node_index["nanning_east"]
    drive = network.links.loc[[link for link, ends in _ends(network).items() if ends == {"qingxiu", "nanning_east"}], "car_seconds"].min()
    assert found.access.to_stop_s[0, stop] == drive + 5 * 60 + 20 * 60
    assert found.access.from_stop_s[0, stop] == drive + 5 * 60 + 8 * 60
    # half the time inside the terminal (V1) leaves the way to it as it is
    assert search(network, "qingxiu", walk_factor=0.5).access.to_stop_s[0, stop] == drive + 5 * 60 + 10 * 60


def _ends(network: Network) -> dict[str, set[str]]:
    return {str(link): {row["from"], row["to"]} for link, row in zip(network.links.index, network.links.to_dict("records"), strict=True)}


def test_a_stop_too_far_is_not_reached(coast: Networks) -> None:
    near = AccessChoice(taxi_limit_min=0, walk_limit_km=0)
    found = search(coast(), "qingxiu", "haicheng", choice=near)
    assert (found.access.to_stop_s == UNREACHED).all()
    departures = found.departures("qingxiu", "haicheng", window_starts(6 * 3600, 7 * 3600, 600))
    assert not departures.reached.any()
    assert np.isnan(percentile_minutes(departures.minutes(planned=False), 50))
    assert journey(found, "qingxiu", "haicheng", 6 * 3600) == ()


def test_planned_is_what_is_left_when_who_knows_the_timetable_leaves_as_late_as_may_be(coast: Networks) -> None:
    found = search(coast(), "qingxiu", "haicheng")
    starts = window_starts(6 * 3600, 20 * 3600, 60)
    departures = found.departures("qingxiu", "haicheng", starts)
    wished, planned = departures.minutes(planned=False), departures.minutes(planned=True)
    assert (planned <= wished).all()
    # arriving later never comes of leaving earlier, and the wait falls minute by minute until the train is missed
    assert (np.diff(departures.arrive_s) >= 0).all()
    waits = wished - planned
    assert set(np.round(np.diff(waits)[np.diff(departures.arrive_s) == 0], 9)) == {-1.0}


@pytest.mark.parametrize(("percentile", "expected"), [(0, 10.0), (25, 10.0), (26, 20.0), (50, 20.0), (75, 30.0), (76, float("nan"))])
def test_percentiles_are_nearest_rank_and_unreachable_departures_count_as_infinite(percentile: float, expected: float) -> None:
    minutes = np.array([20.0, np.inf, 10.0, 30.0])
    assert percentile_minutes(minutes, percentile) == pytest.approx(expected, nan_ok=True)


def test_a_matrix_is_its_pairs(coast: Networks) -> None:
    network = coast()
    places = zones(network)
    found, starts = search(network, *places), window_starts(6 * 3600, 22 * 3600, 300)
    matrix = found.travel_times(places, places, starts, (5, 50, 95))
    assert matrix.minutes.dtype == np.float32
    assert matrix.minutes.shape == (len(places), len(places), 3)
    for row, origin in enumerate(places):
        for column, destination in enumerate(places):
            if origin == destination:
                assert matrix.minutes[row, column].tolist() == [0, 0, 0]
                continue
            departures = found.departures(origin, destination, starts)
            expected = [percentile_minutes(departures.minutes(planned=False), percentile) for percentile in (5, 50, 95)]
            assert matrix.minutes[row, column].tolist() == pytest.approx(expected, rel=1e-6, nan_ok=True)
            assert matrix.reached_share[row, column] == pytest.approx(departures.reached.mean())
    assert 0 < (matrix.reached_share < 1).sum() < matrix.reached_share.size


def test_a_window_outside_the_day() -> None:
    with pytest.raises(ValueError, match="no window of the day"):
        window_starts(7 * 3600, 6 * 3600, 60)
    assert window_starts(0, 120, 60).tolist() == [0, 60, 120]
