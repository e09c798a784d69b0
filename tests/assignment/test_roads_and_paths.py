"""Roads worked by hand: zones that may not be passed, classes that mind tolls, select-link, skims, and all that is refused."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from bbwnet.assignment.road import AssignmentSettings, assign_roads
from bbwnet.assignment.road_demand import RoadClass, RoadDemand
from bbwnet.assignment.road_links import RoadLinks
from bbwnet.assignment.select_link import select_link
from bbwnet.assignment.skims import skim
from bbwnet.errors import DidNotConverge, InputError, NetworkError, NoPathError, RunError

Roads = Callable[..., RoadLinks]
FREE = 1e9
TIGHT = AssignmentSettings(gap=1e-12)


def zones(*nodes: int) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.array(nodes, dtype=np.int32)


def trips_of(size: int, **pairs: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Trips named `from_to`: `_0_2=10.0`."""
    matrix = np.zeros((size, size))
    for name, value in pairs.items():
        _, row, column = name.split("_")
        matrix[int(row), int(column)] = value
    return matrix


def test_no_way_passes_a_zone_that_may_not_be_passed(roads: Roads) -> None:
    # 0 to 2 by zone 1 takes 2, by node 3 takes 6
    rows = [(0, 1, 1, 1, 0), (1, 2, 1, 1, 0), (0, 3, 3, 1, 0), (3, 2, 3, 1, 0)]
    demand = RoadDemand.of_one_class(zones(0, 1, 2), trips_of(3, _0_1=5.0, _0_2=10.0))
    assert assign_roads(roads(4, rows), demand).volume_pcu.tolist() == [15, 10, 0, 0]
    assert assign_roads(roads(4, rows, no_through=[0, 1, 2]), demand).volume_pcu.tolist() == [5, 0, 10, 10]


def test_each_class_weighs_tolls_by_its_own_value_of_time(roads: Roads) -> None:
    # toll road 10 min and 20 yuan, free road 16 min: a minute is worth 2 yuan to trucks (20 min), 5 yuan to cars (14 min)
    links = roads(2, [(0, 1, 10, FREE, 0), (0, 1, 16, FREE, 0)], toll=[20, 0])
    cars = RoadClass("cars", trips_of(2, _0_1=100.0), toll_weight=1 / 5)
    trucks = RoadClass("trucks", trips_of(2, _0_1=10.0), pcu=3.0, toll_weight=1 / 2)
    found = assign_roads(links, RoadDemand(zones(0, 1), (cars, trucks)), TIGHT)
    assert found.class_volume.tolist() == [[100, 0], [0, 10]]
    assert found.volume_pcu.tolist() == [100, 30]
    assert found.total_travel_time == pytest.approx(100 * 10 + 10 * 16)
    assert found.total_cost == pytest.approx(100 * 14 + 10 * 16)
    assert found.objective == pytest.approx(100 * 14 + 30 * 16)


def test_classes_share_the_delay(roads: Roads) -> None:
    # both roads take 10 (1 + v / 100): 60 cars and 20 trucks of 3 pcu are 120 pcu, of which trucks may not use the second road
    links = roads(2, [(0, 1, 10, 100, 1), (0, 1, 10, 100, 1)], power=1.0)
    cars = RoadClass("cars", trips_of(2, _0_1=60.0))
    trucks = RoadClass("trucks", trips_of(2, _0_1=20.0), pcu=3.0, extra=np.array([0.0, np.inf]))
    found = assign_roads(links, RoadDemand(zones(0, 1), (cars, trucks)), TIGHT)
    assert found.volume_pcu == pytest.approx([60, 60])
    assert found.class_volume == pytest.approx(np.array([[0, 60], [20, 0]]), abs=1e-9)
    assert found.time == pytest.approx([16, 16])


def test_distance_and_toll_weights_move_trips(roads: Roads) -> None:
    links = roads(2, [(0, 1, 10, FREE, 0), (0, 1, 9, FREE, 0)], length=[1, 30], toll=[0, 5])
    for toll_weight, distance_weight, expected in ((0.0, 0.0, [0, 7]), (0.0, 0.1, [7, 0]), (0.3, 0.0, [7, 0]), (0.1, 0.01, [0, 7])):
        demand = RoadDemand.of_one_class(zones(0, 1), trips_of(2, _0_1=7.0), toll_weight=toll_weight, distance_weight=distance_weight)
        assert assign_roads(links, demand).volume_pcu.tolist() == expected


def test_select_link_and_skims_by_hand(roads: Roads) -> None:
    # 0 to 1 by two equal roads of 10 (1 + v / 100), then 1 to 2 by one of 5; toll on the first road
    rows = [(0, 1, 10, 100, 1), (0, 1, 10, 100, 1), (1, 2, 5, FREE, 0)]
    links = roads(3, rows, power=1.0, toll=[4, 0, 1], length=[7, 9, 2])
    demand = RoadDemand.of_one_class(zones(0, 1, 2), trips_of(3, _0_1=20.0, _0_2=80.0, _1_1=3.0))
    found = assign_roads(links, demand, TIGHT)
    assert found.intrazonal_trips == 3
    assert found.volume_pcu == pytest.approx([50, 50, 80])
    last = select_link(found, [2])
    assert last.trips[0].tolist() == trips_of(3, _0_2=80.0).tolist()
    assert last.volume[0][2] == 80
    assert last.volume[0][:2].sum() == pytest.approx(80)
    either = select_link(found, [0, 1])
    assert either.trips[0] == pytest.approx(trips_of(3, _0_1=20.0, _0_2=80.0))
    both = select_link(found, [0, 2], all_of_them=True)
    assert both.trips[0][0, 2] == pytest.approx(select_link(found, [0]).trips[0][0, 2])
    table = skim(found)
    assert table.time[0] == pytest.approx([0, 15, 20])
    assert table.time[1].tolist() == [np.inf, 0, 5]
    assert table.cost[0] == pytest.approx([0, 15, 20])
    # means over the paths in use: between the toll of either road
    assert table.toll[0, 1] * 20 + (table.toll[0, 2] - 1) * 80 == pytest.approx(4 * 50)
    assert table.length[0, 1] * 20 + (table.length[0, 2] - 2) * 80 == pytest.approx(7 * 50 + 9 * 50)


def test_stochastic_solutions_have_skims_but_no_paths(roads: Roads) -> None:
    links = roads(2, [(0, 1, 10, 100, 1), (0, 1, 10, 100, 1)])
    found = assign_roads(links, RoadDemand.of_one_class(zones(0, 1), trips_of(2, _0_1=50.0)), AssignmentSettings("sue"))
    assert skim(found).time[0, 1] == pytest.approx(found.time.min())
    with pytest.raises(InputError, match="keeps no paths"):
        select_link(found, [0])


def test_disconnected_trips_are_listed_and_never_dropped_in_silence(roads: Roads) -> None:
    links = roads(3, [(0, 1, 10, 100, 1)])
    demand = RoadDemand.of_one_class(zones(0, 1, 2), trips_of(3, _0_1=5.0, _0_2=7.5, _2_1=1.25))
    for algorithm in ("ue", "so", "aon", "sue"):
        with pytest.raises(NoPathError) as caught:
            assign_roads(links, demand, AssignmentSettings(algorithm))
        assert "8.75 trips of 2 pairs" in str(caught.value)
        assert "car: zone 0 to 2: 7.5 trips" in str(caught.value)
        found = assign_roads(links, demand, AssignmentSettings(algorithm, if_disconnected="report"))
        assert [(item.origin, item.destination, item.trips) for item in found.unassigned] == [(0, 2, 7.5), (2, 1, 1.25)]
        assert found.unassigned_trips == 8.75
        assert found.volume_pcu.tolist() == [5]


def test_not_converged_raises_or_warns_as_chosen(roads: Roads) -> None:
    rows = [(0, 1, 10, 100, 1), (1, 2, 10, 100, 1), (0, 2, 15, 100, 1), (1, 0, 9, 50, 1), (0, 2, 25, 100, 1)]
    demand = RoadDemand.of_one_class(zones(0, 1, 2), trips_of(3, _0_2=300.0, _1_2=200.0))
    with pytest.raises(DidNotConverge, match="after 1 iterations, 1e-15 was asked for"):
        assign_roads(roads(3, rows), demand, AssignmentSettings(gap=1e-15, most_iterations=1))
    with pytest.warns(RuntimeWarning, match="relative gap"):
        found = assign_roads(roads(3, rows), demand, AssignmentSettings(gap=1e-15, most_iterations=1, if_not_converged="warn"))
    assert not found.converged
    assert found.relative_gap > 1e-15


def test_memory_is_bounded(roads: Roads) -> None:
    links = roads(2, [(0, 1, 10, 100, 1), (0, 1, 10, 100, 1)])
    demand = RoadDemand.of_one_class(zones(0, 1), trips_of(2, _0_1=50.0))
    for algorithm in ("ue", "sue"):
        with pytest.raises(RunError, match="the bound is"):
            assign_roads(links, demand, AssignmentSettings(algorithm, memory_limit_mb=1e-6))


def test_all_that_is_wrong_with_links_is_told_at_once(roads: Roads) -> None:
    links = roads(2, [(0, 1, 10, 100, 1), (0, 1, 10, 100, 1)])
    with pytest.raises(NetworkError) as caught:
        dataclasses.replace(
            links,
            head=np.array([1, 9]),
            capacity=np.array([0.0, -3.0]),
            free_time=np.array([np.nan, 1.0]),
            bpr_power=np.array([0.5, 4.0]),
        )
    assert str(caught.value).splitlines() == [
        "head of link 1 (9), expected a node from 0 to 1",
        "free_time of link 0 (nan), expected 0 or more",
        "capacity of link 0 (0), 1 (-3), expected more than 0",
        "bpr_power of link 0 (0.5), expected 0, or 1 and more",
    ]
    with pytest.raises(NetworkError, match="toll has 1 values, expected one for each of the 2 links"):
        dataclasses.replace(links, toll=np.zeros(1))


def test_all_that_is_wrong_with_demand_is_told_at_once(roads: Roads) -> None:
    links = roads(2, [(0, 1, 10, 100, 1)])
    bad = trips_of(2, _0_1=-5.0)
    bad[1, 0] = np.nan
    classes = (RoadClass("cars", bad, pcu=0.0, toll_weight=-1.0), RoadClass("cars", np.zeros((3, 3)), extra=np.zeros(4)))
    with pytest.raises(InputError) as caught:
        assign_roads(links, RoadDemand(zones(0, 7), classes))
    assert str(caught.value).splitlines() == [
        "zone_node names nodes outside 0 to 1",
        "two classes have the same name",
        "class cars: 2 trips are negative or no numbers: [0, 1] = -5, [1, 0] = nan",
        "class cars: pcu(=0.0) must be > 0",
        "class cars: toll_weight(=-1.0) must be 0 or more",
        "class cars: trips has shape (3, 3), expected (2, 2)",
        "class cars: extra has 4 values, expected 1",
    ]


def test_settings_that_make_no_sense_are_refused(roads: Roads) -> None:
    links, demand = roads(2, [(0, 1, 10, 100, 1)]), RoadDemand.of_one_class(zones(0, 1), trips_of(2, _0_1=5.0))
    with pytest.raises(InputError, match=r"gap\(=0\) must be > 0"):
        assign_roads(links, demand, AssignmentSettings(gap=0))
    with pytest.raises(InputError, match="most_iterations"):
        assign_roads(links, demand, AssignmentSettings(most_iterations=0))
    with pytest.raises(InputError, match="dispersion"):
        assign_roads(links, demand, AssignmentSettings("sue", dispersion=-1))


def test_a_warm_start_from_another_network_is_refused(roads: Roads) -> None:
    demand = RoadDemand.of_one_class(zones(0, 1, 2), trips_of(3, _0_2=5.0))
    found = assign_roads(roads(3, [(0, 1, 1, 1, 0), (1, 2, 1, 1, 0)]), demand)
    with pytest.raises(InputError, match="a path of start does not join zone 0 to 2"):
        assign_roads(roads(3, [(0, 2, 1, 1, 0), (1, 2, 1, 1, 0)]), demand, start=found.paths)
    with pytest.raises(InputError, match="links that are not there"):
        assign_roads(roads(3, [(0, 2, 1, 1, 0)]), demand, start=found.paths)


def test_a_warm_start_leaves_ways_that_are_closed_now(roads: Roads) -> None:
    rows = [(0, 1, 1, 1, 0), (1, 2, 1, 1, 0), (0, 2, 9, 1, 0)]
    demand = RoadDemand.of_one_class(zones(0, 1, 2), trips_of(3, _0_2=5.0))
    found = assign_roads(roads(3, rows), demand)
    assert found.volume_pcu.tolist() == [5, 5, 0]
    assert assign_roads(roads(3, rows, no_through=[1]), demand, start=found.paths).volume_pcu.tolist() == [0, 0, 5]
    closed = dataclasses.replace(demand, classes=(dataclasses.replace(demand.classes[0], extra=np.array([0, np.inf, 0])),))
    assert assign_roads(roads(3, rows), closed, start=found.paths).volume_pcu.tolist() == [0, 0, 5]
