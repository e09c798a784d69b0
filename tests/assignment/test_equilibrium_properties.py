"""What every equilibrium must keep, on random roads: conservation, equal least cost, classes, warm starts, threads."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bbwnet.assignment.equilibrium import Algorithm, Equilibrium
from bbwnet.assignment.road import AssignmentSettings, assign_roads
from bbwnet.assignment.road_demand import RoadClass, RoadDemand
from bbwnet.assignment.road_links import RoadLinks

LeastCosts = Callable[[Equilibrium, int], NDArray[np.float64]]


@dataclass(frozen=True)
class World:
    """A random road network with trips of one or more classes."""

    links: RoadLinks
    demand: RoadDemand


def world(seed: int, class_count: int = 1) -> World:
    """A ring of streets, which joins all, with chords, parallel links, conical links, tolls, and zones that may not be passed."""
    draw = np.random.default_rng(seed)
    streets, zones = int(draw.integers(4, 9)), int(draw.integers(2, 5))
    nodes = zones + streets
    ring = [(zones + here, zones + (here + 1) % streets) for here in range(streets)]
    chords = [(zones + int(a), zones + int(b)) for a, b in draw.integers(0, streets, (2 * streets, 2)) if a != b]
    connectors = [(zone, zones + int(draw.integers(streets))) for zone in range(zones) for _ in range(2)]
    ends = np.array([*ring, *[(b, a) for a, b in ring], *chords, *connectors, *[(b, a) for a, b in connectors]], dtype=np.int32)
    count = len(ends)
    links = RoadLinks(
        node_count=nodes,
        tail=ends[:, 0],
        head=ends[:, 1],
        free_time=draw.uniform(1, 10, count),
        capacity=draw.uniform(50, 300, count),
        bpr_b=draw.choice([0.15, 1.0], count),
        bpr_power=draw.choice([1.0, 2.0, 4.0, 5.5], count),
        length=draw.uniform(1, 5, count),
        toll=draw.choice([0.0, 0.0, 2.0, 6.0], count),
        no_through=np.arange(nodes) < zones * int(draw.integers(2)),
        conical_a=np.where(draw.random(count) < 0.2, draw.uniform(2, 8, count), np.nan),
    )
    classes = []
    for number in range(class_count):
        trips = draw.uniform(0, 120 / class_count, (zones, zones)) * (draw.random((zones, zones)) < 0.8)
        weights = draw.uniform(0, 2, 2).tolist()
        pcu = float(draw.choice([1.0, 1.5, 2.5]))
        classes.append(RoadClass(f"class {number}", trips, pcu=pcu, toll_weight=weights[0], distance_weight=weights[1]))
    return World(links, RoadDemand(np.arange(zones, dtype=np.int32), tuple(classes)))


def solve(case: World, algorithm: Algorithm = "ue", gap: float = 1e-11) -> Equilibrium:
    return assign_roads(case.links, case.demand, AssignmentSettings(algorithm, gap=gap, most_iterations=20_000))


def net_inflow(found: Equilibrium, place: int) -> NDArray[np.float64]:
    links, volume = found.links, found.class_volume[place]
    balance = np.zeros(links.node_count)
    np.add.at(balance, links.head, volume)
    np.subtract.at(balance, links.tail, volume)
    return balance


seeds = st.integers(0, 10_000)


@pytest.mark.filterwarnings("ignore:relative gap:RuntimeWarning")
@settings(max_examples=25, deadline=None)
@given(seeds, st.integers(1, 3), st.sampled_from(["ue", "so", "aon", "sue"]))
def test_vehicles_are_conserved_at_every_node(seed: int, class_count: int, algorithm: Algorithm) -> None:
    case = world(seed, class_count)
    found = assign_roads(case.links, case.demand, AssignmentSettings(algorithm, gap=1e-4, most_iterations=200, if_not_converged="warn"))
    for place, item in enumerate(case.demand.classes):
        trips = item.trips.copy()
        np.fill_diagonal(trips, 0)
        expected = np.zeros(case.links.node_count)
        expected[case.demand.zone_node] = trips.sum(axis=0) - trips.sum(axis=1)
        assert net_inflow(found, place) == pytest.approx(expected, abs=1e-8)
        assert np.diagonal(item.trips).sum() <= found.intrazonal_trips + 1e-9
    assert found.volume_pcu == pytest.approx(np.array([item.pcu for item in case.demand.classes]) @ found.class_volume, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(seeds, st.integers(1, 3))
def test_paths_that_are_used_cost_the_least(least_costs: LeastCosts, seed: int, class_count: int) -> None:
    found = solve(world(seed, class_count))
    assert found.paths is not None
    paths, excess, total = found.paths, 0.0, 0.0
    for place in range(class_count):
        mine = paths.road_class == place
        cost, least = paths.sums(found.class_cost(place))[mine], least_costs(found, place)[paths.origin[mine], paths.destination[mine]]
        assert np.all(cost >= least * (1 - 1e-12))
        # of a path that carries a good part of what the network does
        heavy = paths.flow_pcu[mine] > 1e-3
        assert cost[heavy] == pytest.approx(least[heavy], rel=1e-5)
        excess += float(((cost - least) * paths.flow_pcu[mine]).sum())
        total += float((cost * paths.flow_pcu[mine]).sum())
    assert found.relative_gap <= 1e-11
    # the gap that is told is the gap that an oracle finds
    assert excess / max(total, 1e-300) == pytest.approx(found.relative_gap, abs=2e-13)


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_system_optimum_has_equal_marginal_costs_and_the_least_total(seed: int) -> None:
    case = world(seed)
    optimum, equilibrium = solve(case, "so", 1e-9), solve(case, "ue", 1e-9)
    assert optimum.total_cost <= equilibrium.total_cost * (1 + 1e-8)
    assert equilibrium.objective <= optimum.objective * (1 + 1e-8)


@settings(max_examples=25, deadline=None)
@given(seeds, st.floats(0.1, 0.9))
def test_classes_that_mind_the_same_are_one_class(seed: int, share: float) -> None:
    one = world(seed)
    cars = dataclasses.replace(one.demand.classes[0], name="cars", pcu=1.0)
    trucks = dataclasses.replace(cars, name="trucks", trips=cars.trips * (1 - share) / 2, pcu=2.0)
    two = RoadDemand(one.demand.zone_node, (dataclasses.replace(cars, trips=cars.trips * share), trucks))
    alone = solve(World(one.links, RoadDemand(one.demand.zone_node, (cars,))))
    together = solve(World(one.links, two))
    assert together.volume_pcu == pytest.approx(alone.volume_pcu, abs=0.05)
    assert together.time == pytest.approx(alone.time, rel=1e-4)
    assert together.objective == pytest.approx(alone.objective, rel=1e-9)


@settings(max_examples=25, deadline=None)
@given(seeds, st.integers(1, 2), st.floats(0.3, 3.0), st.floats(0.5, 2.0))
def test_a_warm_start_ends_where_a_cold_one_does(seed: int, class_count: int, wider: float, more_trips: float) -> None:
    case = world(seed, class_count)
    before = solve(case)
    capacity = case.links.capacity.copy()
    capacity[np.argmax(before.volume_pcu)] *= wider
    classes = tuple(dataclasses.replace(item, trips=np.roll(item.trips, 1, axis=1) * more_trips) for item in case.demand.classes)
    changed = World(dataclasses.replace(case.links, capacity=capacity), dataclasses.replace(case.demand, classes=classes))
    cold = solve(changed)
    warm = assign_roads(changed.links, changed.demand, AssignmentSettings(gap=1e-11, most_iterations=20_000), start=before.paths)
    assert warm.objective == pytest.approx(cold.objective, rel=1e-9)
    assert warm.time == pytest.approx(cold.time, rel=1e-4)


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_all_or_nothing_goes_the_quickest_way_of_the_empty_network(least_costs: LeastCosts, seed: int) -> None:
    case = world(seed)
    found = solve(case, "aon")
    assert found.paths is not None
    empty = dataclasses.replace(found, time=assign_roads(case.links, none_of(case.demand)).time)
    least = least_costs(empty, 0)
    on_the_way = found.paths.sums(empty.class_cost(0))
    assert on_the_way == pytest.approx(least[found.paths.origin, found.paths.destination], rel=1e-12)


def none_of(demand: RoadDemand) -> RoadDemand:
    classes = tuple(dataclasses.replace(item, trips=np.zeros_like(item.trips)) for item in demand.classes)
    return dataclasses.replace(demand, classes=classes)


def test_no_trips_load_nothing() -> None:
    case = world(1)
    for algorithm in ("ue", "so", "aon", "sue"):
        found = solve(World(case.links, none_of(case.demand)), algorithm)
        assert found.volume_pcu.sum() == found.objective == found.relative_gap == 0
        assert found.converged


def test_the_result_is_the_same_by_any_number_of_threads() -> None:
    case = world(3, 2)
    results = [assign_roads(case.links, case.demand, AssignmentSettings(gap=1e-9, threads=threads)) for threads in (1, 2, 3)]
    assert len({found.volume_pcu.tobytes() for found in results}) == 1
    assert len({(found.objective, found.relative_gap, found.iterations) for found in results}) == 1
