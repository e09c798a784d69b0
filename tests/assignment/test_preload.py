"""Traffic that is on the roads whatever the trips do: worked by hand, and against a class of vehicles that has one way only."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from bbwnet.assignment.equilibrium import Algorithm
from bbwnet.assignment.road import AssignmentSettings, assign_roads
from bbwnet.assignment.road_demand import RoadClass, RoadDemand
from bbwnet.assignment.road_links import RoadLinks
from bbwnet.errors import NetworkError

# a road that takes 10 (1 + v / 100), 20 on it for good, beside one that always takes 20
HELD = [(0, 1, 10.0, 100.0, 1.0), (0, 1, 20.0, 100.0, 0.0)]
TRIPS = RoadDemand.of_one_class(np.array([0, 1], dtype=np.int32), np.array([[0.0, 100.0], [0.0, 0.0]]))


def held(roads: Callable[..., RoadLinks]) -> RoadLinks:
    return dataclasses.replace(roads(2, HELD, power=1.0), preload_pcu=np.array([20.0, 0.0]))


@pytest.mark.parametrize(("algorithm", "first"), [("ue", 80.0), ("so", 30.0), ("aon", 100.0)])
def test_two_roads_by_hand(roads: Callable[..., RoadLinks], algorithm: Algorithm, first: float) -> None:
    """UE: 12 + x / 10 = 20; SO, of all vehicles: 10 + (x + 20) / 5 = 20; all-or-nothing: 12 < 20."""
    found = assign_roads(held(roads), TRIPS, AssignmentSettings(algorithm, gap=1e-10))
    assert found.class_volume[0] == pytest.approx([first, 100 - first], abs=1e-6)
    assert found.volume_pcu == pytest.approx([first + 20, 100 - first], abs=1e-6)
    assert found.time == pytest.approx([12 + first / 10, 20], abs=1e-6)
    area = 10 * first + ((first + 20) ** 2 - 20**2) / 20
    assert found.objective == pytest.approx(area + (100 - first) * 20, rel=1e-9)
    assert found.total_travel_time == pytest.approx(first * (12 + first / 10) + (100 - first) * 20, rel=1e-9)


def test_logit_shares_know_of_it(roads: Callable[..., RoadLinks]) -> None:
    found = assign_roads(held(roads), TRIPS, AssignmentSettings("sue", gap=1e-9, dispersion=0.3))
    by_hand = brentq(lambda x: x - 100 / (1 + math.exp(0.3 * (12 + x / 10 - 20))), 0, 100)
    assert found.class_volume[0, 0] == pytest.approx(by_hand, abs=1e-5)


def test_a_warm_start_keeps_it(roads: Callable[..., RoadLinks]) -> None:
    before = assign_roads(roads(2, HELD, power=1.0), TRIPS, AssignmentSettings(gap=1e-10))
    found = assign_roads(held(roads), TRIPS, AssignmentSettings(gap=1e-10), before.paths)
    assert found.class_volume[0] == pytest.approx([80, 20], abs=1e-6)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["ue", "so"]))
def test_as_if_vehicles_had_one_way_only(seed: int, algorithm: Algorithm) -> None:
    """Preload on three streets of a ring, against a class for each street to which all other links are closed."""
    draw = np.random.default_rng(seed)
    nodes, count = 6, 24
    tail = np.concatenate([np.arange(nodes), (np.arange(nodes) + 1) % nodes, draw.integers(0, nodes, count - 2 * nodes)])
    head = np.concatenate([(np.arange(nodes) + 1) % nodes, np.arange(nodes), (tail[2 * nodes :] + draw.integers(1, nodes, 12)) % nodes])
    links = RoadLinks(
        node_count=nodes, tail=tail, head=head, free_time=draw.uniform(1, 10, count), capacity=draw.uniform(50, 300, count),
        bpr_b=draw.choice([0.15, 1.0], count), bpr_power=draw.choice([1.0, 4.0, 5.5], count), length=np.ones(count), toll=np.zeros(count),
        no_through=np.zeros(nodes, dtype=np.bool_), conical_a=np.where(draw.random(count) < 0.2, 4.0, np.nan),
    )  # fmt: skip
    held_on = draw.choice(count, 3, replace=False)
    preload = np.zeros(count)
    preload[held_on] = draw.uniform(10, 200, 3)
    trips = draw.uniform(0, 80, (nodes, nodes))
    zones = np.arange(nodes, dtype=np.int32)
    free = RoadClass("free", trips, pcu=1.5)
    bound = []
    for link in held_on.tolist():
        own = np.zeros((nodes, nodes))
        own[tail[link], head[link]] = preload[link]
        bound.append(RoadClass(f"bound to {link}", own, extra=np.where(np.arange(count) == link, 0.0, np.inf)))
    asked = AssignmentSettings(algorithm, gap=1e-11, most_iterations=20_000)
    one = assign_roads(dataclasses.replace(links, preload_pcu=preload), RoadDemand(zones, (free,)), asked)
    other = assign_roads(links, RoadDemand(zones, (free, *bound)), asked)
    assert one.volume_pcu == pytest.approx(other.volume_pcu, abs=0.05)
    assert one.time == pytest.approx(other.time, rel=1e-4)


def test_faults_are_named(roads: Callable[..., RoadLinks]) -> None:
    with pytest.raises(NetworkError, match=r"preload_pcu of link 1 \(-1\), expected 0 or more"):
        dataclasses.replace(roads(2, HELD), preload_pcu=np.array([0.0, -1.0]))
    with pytest.raises(NetworkError, match="preload_pcu has 3 values, expected one for each of the 2 links"):
        dataclasses.replace(roads(2, HELD), preload_pcu=np.zeros(3))
