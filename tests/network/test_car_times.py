"""Seconds of a car over roads, ferries and borders, and states that close them."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import numpy as np
import pytest

from bbwnet.network.build import build_with_problems
from bbwnet.network.car_times import IMPASSABLE, border_dwell_min
from bbwnet.network.network import Network
from bbwnet.network.state import NetworkState
from bbwnet.scenario.scenario import Scenario

Networks = Callable[..., Network]

NO_NIGHT_FERRY = "services.ferry_night.carries_vehicles=false"


def seconds(network: Network, link: str) -> tuple[int, ...]:
    return tuple(network.links.loc[[link], ["car_seconds", "car_seconds_backward"]].to_numpy()[0].tolist())


@pytest.mark.parametrize(
    ("settings", "link", "minutes"),
    [
        ((), "g75_qingxiu-qinnan", 60),  # 110 km at 110 km/h
        ((), "g325_qingxiu-qinnan", 120),  # 105 km at 52.5 km/h
        # five by day of 40 + 120 + 10 = 170, two by night of 60 + 195 + 20 = 275: (5 x 170 + 2 x 275) / 7 = 200;
        # seven from 06:00 to 22:00 are 960 / 6 = 160 apart, half of that waited for: 280
        ((), "beihai-haikou_ferry", 280),
        # five alone: 12 h / 4 = 180 apart: 170 + 90
        ((NO_NIGHT_FERRY,), "beihai-haikou_ferry", 260),
        # one a day: half a day's wait, 170 + 720
        ((NO_NIGHT_FERRY, "services.ferry_day.trips_per_day=1"), "beihai-haikou_ferry", 890),
        # half a sailing a day is four a week: 42 h apart, half of them waited for, 170 + 1260
        ((NO_NIGHT_FERRY, "services.ferry_day.trips_per_day=0.5"), "beihai-haikou_ferry", 1430),
        # 13 from 06:00 to 18:00, one an hour: 20 + 90 + 10 + 30
        (("as_of=2020-12-31",), "tieshan-haikou_ferry", 150),
        ((), "border_dongxing_bridge", 60),
        (("policy.border.single_inspection=true",), "border_dongxing_bridge", 20),
        (("as_of=2017-12-31",), "border_dongxing_bridge", 60),
        (("as_of=2018-01-01",), "border_dongxing_bridge", 45),
        # since 2018 no figure for a single inspection: the plain one
        (("as_of=2018-01-01", "policy.border.single_inspection=true"), "border_dongxing_bridge", 45),
    ],
    ids=str,
)
def test_car_minutes(coast: Networks, settings: tuple[str, ...], link: str, minutes: float) -> None:
    assert seconds(coast(*settings), link) == (minutes * 60, minutes * 60)


def test_ferry_each_way_by_its_own_sailings(coast: Networks) -> None:
    # back only by day, 08:00 to 12:00: 240 / 4 = 60 apart, 170 + 30; there as ever 170 + 90
    network = coast(NO_NIGHT_FERRY, "services.ferry_day.return_between=['08:00', '12:00']")
    assert seconds(network, "beihai-haikou_ferry") == (260 * 60, 200 * 60)


def test_what_cars_cannot_use(coast: Networks) -> None:
    links = coast().links
    assert set(links["mode"][links["car_seconds"].isna()]) == {"rail", "train_ferry"}


def test_a_ferry_for_people_only_is_no_road(coast_scenario: Callable[..., Scenario]) -> None:
    network, _ = build_with_problems(coast_scenario(NO_NIGHT_FERRY, "services.ferry_day.carries_vehicles=false"))
    assert network.links["car_seconds"].isna()["beihai-haikou_ferry"]


@pytest.mark.parametrize(
    ("traffic", "date", "minutes"), [("car", "2009-12-31", None), ("truck", "2018-06-01", 300), ("train", "2018-06-01", None)]
)
def test_border_dwell(coast: Networks, traffic: str, date: str, minutes: float | None) -> None:
    crossing = coast().assembly.crossings["dongxing"]
    assert border_dwell_min(crossing, traffic, datetime.date.fromisoformat(date), single_inspection=False) == minutes


def test_free_flow_gives_each_arc_its_direction(coast: Networks) -> None:
    network = coast(NO_NIGHT_FERRY, "services.ferry_day.return_between=['08:00', '12:00']")
    state = NetworkState.free_flow(network)
    star = network.graph
    found = {
        (network.links.index[star.link[arc]], bool(star.backward[arc])): int(state.car_seconds[0, arc]) for arc in range(star.arc_count)
    }
    assert found["beihai-haikou_ferry", False] == 260 * 60
    assert found["beihai-haikou_ferry", True] == 200 * 60
    assert found["g75_qingxiu-qinnan", True] == 3600
    assert found["ne-qz", False] == IMPASSABLE


def closed_arcs(network: Network, state: NetworkState) -> set[str]:
    before, after = NetworkState.free_flow(network).car_seconds[0], state.passable_car_seconds(network)
    changed = np.flatnonzero(before != after)
    assert (after[changed] == IMPASSABLE).all()
    return {str(network.links.index[network.graph.link[arc]]) for arc in changed}


def test_closures_make_arcs_impassable_and_leave_the_network_as_it_is(coast: Networks) -> None:
    network = coast()
    before = network.links.to_csv(), NetworkState.free_flow(network).car_seconds.copy()
    free = NetworkState.free_flow(network)
    link = NetworkState(free.car_seconds, closed_links=frozenset({"g75_qingxiu-qinnan"}))
    assert closed_arcs(network, link) == {"g75_qingxiu-qinnan"}
    node = NetworkState(free.car_seconds, closed_nodes=frozenset({"port_beihai"}))
    assert closed_arcs(network, node) == {"urban_haicheng-port", "beihai-haikou_ferry"}
    assert network.links.to_csv() == before[0]
    assert np.array_equal(NetworkState.free_flow(network).car_seconds, before[1])
