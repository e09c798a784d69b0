"""Coaches: the car's quickest way, ferries included, times the coach factor; a way is found or missed by direction."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bbwnet.network.network import Network
from bbwnet.network.road_times import RoadTimes
from bbwnet.network.state import NetworkState
from bbwnet.routing.road import RoadSearch

Networks = Callable[..., Network]


def road_times(network: Network, factor: float) -> RoadTimes:
    rows = network.links[["car_seconds", "car_seconds_backward"]].fillna(-1).to_dict("index")
    seconds = {str(link): (int(row["car_seconds"]), int(row["car_seconds_backward"])) for link, row in rows.items()}
    return RoadTimes(network.assembly.links, network.assembly.nodes, seconds, factor)


def test_a_coach_takes_the_cars_way_and_longer(coast: Networks) -> None:
    network = coast()
    drive = RoadSearch(network, NetworkState.free_flow(network)).drive("qingxiu", "haicheng")
    run = road_times(network, 1.25).section("qingxiu", "haicheng")
    assert drive is not None
    assert run is not None
    assert run.links == drive.links
    assert run.length_km == pytest.approx(drive.length_km)
    assert run.seconds == round(drive.minutes * 60 * 1.25)


def test_no_way(coast: Networks) -> None:
    assert road_times(coast(), 1.0).section("qingxiu", "rjct_qinzhou") is None
    assert road_times(coast(), 1.0).section("nowhere", "qingxiu") is None


def test_coaches_of_the_region_are_on_the_timetable() -> None:
    from bbwnet.network.build import build_network  # noqa: PLC0415
    from bbwnet.scenario.read import load_scenario  # noqa: PLC0415

    scenario = load_scenario("baseline_2016")
    network = build_network(scenario)
    coach = next(pattern for pattern in network.trips.patterns if pattern.service == "coach_qingxiu_yuzhou")
    drive = RoadSearch(network, NetworkState.free_flow(network)).drive(*coach.stops)
    assert drive is not None
    assert coach.run_seconds == (round(drive.minutes * 60 * scenario.index.coach_time_factor),)
    assert len(coach.departures_seconds) == 40
