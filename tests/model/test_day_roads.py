"""Cohorts of a day: exact totals, a number that does not grow with demand, departures by profile."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from bbwnet.assignment.road import AssignmentSettings, assign_roads
from bbwnet.assignment.road_demand import RoadClass, RoadDemand
from bbwnet.model.car_roads import car_roads
from bbwnet.model.day_coaches import coach_cohorts
from bbwnet.model.day_roads import _curve, _cut, day_roads, road_arcs, road_cohorts
from bbwnet.model.flows import Flows
from bbwnet.network.network import Network
from bbwnet.network.state import NetworkState
from bbwnet.scenario.schema.demand import PURPOSES
from bbwnet.simulation.day import simulate_once
from bbwnet.simulation.road_cohorts import RoadCohorts
from bbwnet.simulation.road_link import VEHICLE_CLASSES
from bbwnet.simulation.road_traffic import RoadDay
from bbwnet.simulation.timetable_runs import operating
from tests.model.test_road_loading import coast_with_coaches

PLACES = ("qingxiu", "qinnan", "haicheng", "gangkou")


def loaded(network: Network, factor: float = 1.0) -> tuple[RoadCohorts, float]:
    """Cohorts of a network with 40 cars an hour of each purpose from everywhere to everywhere, and the cars of the day."""
    roads = car_roads(network, NetworkState.free_flow(network))
    zones = np.array([network.node_index[name] for name in PLACES], dtype=np.int32)
    trips = factor * 40.0 * (1 - np.eye(len(PLACES))) * np.arange(1, 5)[:, None] / 1000 ** np.arange(4)[None, :]
    demand = RoadDemand(zones, tuple(RoadClass(name, trips, extra=np.where(roads.no_cars, np.inf, 0.0)) for name in PURPOSES))
    groups = len(network.settings.roads.hour_groups)
    equilibria = tuple(assign_roads(roads.links, demand, AssignmentSettings(gap=1e-4)) for _ in range(groups))
    arcs = road_arcs(network, roads, equilibria)
    return road_cohorts(network, arcs, equilibria, None, np.zeros(arcs.count)), 24 * len(PURPOSES) * float(trips.sum())


def test_totals_are_exact_and_cohorts_do_not_grow(coast: Callable[..., Network]) -> None:
    network = coast("simulation.roads.cohorts=1000")
    found, total = loaded(network)
    assert math.fsum(found.count.tolist()) == pytest.approx(total, rel=1e-12)
    assert 1000 <= found.count_of <= 1200
    more, ten = loaded(network, 10.0)
    assert math.fsum(more.count.tolist()) == pytest.approx(ten, rel=1e-12)
    assert more.count_of == pytest.approx(found.count_of, rel=0.05)


def test_departures_follow_the_profile(coast: Callable[..., Network]) -> None:
    network = coast("simulation.roads.cohorts=20000")
    found, total = loaded(network)
    for generator in (None, np.random.default_rng(1)):
        depart_s = found.departures_s(generator)
        assert (depart_s == np.floor(depart_s)).all()
        assert depart_s.min() >= 0
        assert depart_s.max() < 86_400
        by_hour = np.bincount((depart_s // 3600).astype(int), weights=found.count, minlength=24)
        starts = (*network.settings.roads.hour_groups, 24)
        for first, last in itertools.pairwise(starts):
            assert by_hour[first:last].sum() == pytest.approx(total * (last - first) / 24, rel=1e-9)


def test_flows_are_cut_by_hand() -> None:
    """Of 10, 1, 1 and 2 at a size of 4: three of 10/3, and one of 4 for the rest, the one its middle falls on."""
    found = _cut(np.array([10.0, 1.0, 1.0, 2.0]), 4.0)
    assert found["path"].tolist() == [0.0, 0.0, 0.0, 3.0]
    assert found["count"].tolist() == pytest.approx([10 / 3, 10 / 3, 10 / 3, 4.0])
    assert found["place"].tolist() == [0.0, 1.0, 2.0, 0.0]
    assert found["of"].tolist() == [3.0, 3.0, 3.0, 1.0]


def test_a_curve_rises_within_its_hours() -> None:
    profile = np.zeros(24)
    profile[7:10] = [1.0, 2.0, 1.0]
    assert _curve(profile, 7, 10)[[0, 7, 8, 9, 10, 24]].tolist() == [0.0, 0.0, 0.25, 0.75, 1.0, 1.0]


def test_a_day_without_flows_is_empty(coast: Callable[..., Network]) -> None:
    day = day_roads(coast(), None)
    assert day.cohorts.count_of == 0
    assert simulate_once(coast(), {"roads": day}).balance == ()


def test_the_cars_of_flows_drive(coast: Callable[..., Network]) -> None:
    """What the equilibria carry comes onto the links, and all of it arrives or is under way."""
    network = coast("simulation.roads.cohorts=5000", "simulation.warm_up_h=0", "simulation.run_out_h=12")
    roads = car_roads(network, NetworkState.free_flow(network))
    zones = np.array([network.node_index[name] for name in PLACES], dtype=np.int32)
    trips = 10.0 * (1 - np.eye(len(PLACES)))
    demand = RoadDemand(zones, tuple(RoadClass(name, trips, extra=np.where(roads.no_cars, np.inf, 0.0)) for name in PURPOSES))
    equilibria = tuple(assign_roads(roads.links, demand, AssignmentSettings(gap=1e-4)) for _ in network.settings.roads.hour_groups)
    coaches = SimpleNamespace(per_run=np.full(len(network.trips.patterns), 1.5))
    passengers = SimpleNamespace(equilibria=equilibria, persons_per_car=2.0, coaches=coaches)
    day = day_roads(network, cast("Flows", cast("Any", SimpleNamespace(passengers=passengers, freight=None))))
    record = simulate_once(network, {"roads": day})
    (cars,) = record.balance
    assert cars.entered == pytest.approx(24 * len(PURPOSES) * float(trips.sum()))
    assert cars.under_way == 0.0
    came = record.tables["road_hours"].groupby(["link", "direction"])["car"].sum()
    volume = 24 * equilibria[0].class_volume.sum(axis=0)
    for place, link in enumerate(day.arcs.link):
        if volume[place] > 0:
            key = (link, "backward" if day.arcs.backward[place] else "forward")
            assert came[key] == pytest.approx(volume[place], rel=0.02)


def test_coaches_of_the_timetable_drive(tmp_path: Path) -> None:
    """Each run is on every link of its way once, with as many vehicles as leave together."""
    network = coast_with_coaches(tmp_path)
    given = network.settings.simulation.model_copy(update={"warm_up_h": 0.0, "run_out_h": 12.0})
    network = replace(network, settings=network.settings.model_copy(update={"simulation": given}))
    trips, roads = network.trips, car_roads(network, NetworkState.free_flow(network))
    arcs = road_arcs(network, roads, ())
    cohorts = RoadCohorts.none().joined(coach_cohorts(network, arcs, np.full(len(trips.patterns), 1.5)))
    expected: dict[str, float] = {}
    running = [trips.patterns[number] for number in trips.pattern[operating(network, 1)].tolist()]
    coaches_of_day = [pattern for pattern in running if pattern.mode == "coach"]
    for link in itertools.chain(*(links for pattern in coaches_of_day for links in pattern.links)):
        expected[link] = expected.get(link, 0.0) + 1.5
    record = simulate_once(network, {"roads": RoadDay(arcs, cohorts, np.ones(len(VEHICLE_CLASSES)))})
    (coaches,) = record.balance
    assert coaches.arrived == coaches.entered == pytest.approx(1.5 * len(coaches_of_day))
    came = record.tables["road_hours"].groupby("link")["coach"].sum()
    assert came[came > 0].to_dict() == pytest.approx(expected)
