"""Small road problems with known equilibria: Braess's paradox, Pigou's two roads, three routes."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq

from bbwnet.assignment.road import AssignmentSettings, assign_roads
from bbwnet.assignment.road_demand import RoadDemand
from bbwnet.assignment.road_links import RoadLinks
from bbwnet.experiment.verification.cases import Case, Check, each

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bbwnet.assignment.equilibrium import Equilibrium

BRAESS_TRIPS = 6.0
BRAESS_FLOWS = {True: (4.0, 2.0, 2.0, 4.0, 2.0), False: (3.0, 3.0, 3.0, 3.0)}
"""By whether there is a bridge: 2 trips on each of three paths, 3 on each of two."""
BRAESS_COST = {True: 92.0, False: 83.0}
BRAESS_TOTAL = {True: 552.0, False: 498.0}

THREE_ROUTE_FLOWS = (358.32870396, 464.51384876, 177.15744728)
THREE_ROUTE_COST = 25.45602001

_BRAESS_LINKS = ("1→3", "1→4", "3→2", "4→2", "3→4")


def bpr_roads(
    node_count: int, ends: Sequence[tuple[int, int]], free: Sequence[float], capacity: Sequence[float], b: float, power: float
) -> RoadLinks:
    """Links with one b and power, without length or toll."""
    count = len(ends)
    return RoadLinks(
        node_count=node_count,
        tail=np.array([tail for tail, _ in ends], dtype=np.int32),
        head=np.array([head for _, head in ends], dtype=np.int32),
        free_time=np.array(free, dtype=np.float64),
        capacity=np.array(capacity, dtype=np.float64),
        bpr_b=np.full(count, b),
        bpr_power=np.full(count, power),
        length=np.zeros(count),
        toll=np.zeros(count),
        no_through=np.zeros(node_count, dtype=np.bool_),
    )


def one_pair(roads: RoadLinks, trips: float, settings: AssignmentSettings) -> Equilibrium:
    """Equilibrium of trips from node 0 to node 1."""
    matrix = np.array([[0.0, trips], [0.0, 0.0]])
    return assign_roads(roads, RoadDemand.of_one_class(np.array([0, 1], dtype=np.int32), matrix), settings)


def braess_roads(*, bridge: bool) -> RoadLinks:
    """Costs 10x, 50 + x, 50 + x, 10x and 10 + x on the bridge; 10x is 1e-8 (1 + 1e9 x) in the collection's file."""
    ends, free, slope = [(0, 2), (0, 3), (2, 1), (3, 1)], [1e-8, 50.0, 50.0, 1e-8], [10.0, 1.0, 1.0, 10.0]
    if bridge:
        ends, free, slope = [*ends, (2, 3)], [*free, 10.0], [*slope, 1.0]
    # t0 (1 + b x / c) with b = 1: the capacity at which the time doubles
    return bpr_roads(4, ends, free, [time / rise for time, rise in zip(free, slope, strict=True)], 1.0, 1.0)


def three_route_roads() -> RoadLinks:
    """Routes by three nodes: 10, 20, 25 at no volume, capacities 200, 400, 300; the second link of each takes no time."""
    ends = [(0, 2), (2, 1), (0, 3), (3, 1), (0, 4), (4, 1)]
    return bpr_roads(5, ends, [10.0, 0.0, 20.0, 0.0, 25.0, 0.0], [200.0, 200.0, 400.0, 400.0, 300.0, 300.0], 0.15, 4.0)


def pigou_roads() -> RoadLinks:
    """A road that takes 1 whatever comes, and one that takes x: 1e-9 (1 + 1e9 x)."""
    return dataclasses.replace(bpr_roads(2, [(0, 1), (0, 1)], [1.0, 1e-9], [1.0, 1e-9], 1.0, 1.0), bpr_b=np.array([0.0, 1.0]))


def two_routes() -> RoadLinks:
    """Two roads side by side: 10 and 12 at no volume, capacities 300 and 500."""
    return bpr_roads(2, [(0, 1), (0, 1)], [10.0, 12.0], [300.0, 500.0], 0.15, 4.0)


def logit_flow(trips: float, dispersion: float) -> float:
    """Volume of the first of `two_routes` in the logit equilibrium: the root of one equation."""

    def excess(first: float) -> float:
        times = 10 * (1 + 0.15 * (first / 300) ** 4), 12 * (1 + 0.15 * ((trips - first) / 500) ** 4)
        return first - trips / (1 + math.exp(dispersion * (times[0] - times[1])))

    return float(brentq(excess, 0, trips, xtol=1e-12))


def _braess(*, bridge: bool) -> list[Check]:
    found = one_pair(braess_roads(bridge=bridge), BRAESS_TRIPS, AssignmentSettings(gap=1e-12))
    links = _BRAESS_LINKS[: len(found.time)]
    return [
        *each("flow", links, BRAESS_FLOWS[bridge], found.volume_pcu.tolist(), 1e-6),
        Check("cost", "1→3→2", BRAESS_COST[bridge], float(found.time[0] + found.time[2]), 1e-6),
        Check("total_time", "", BRAESS_TOTAL[bridge], found.total_travel_time, 1e-5),
    ]


def _braess_with_bridge() -> list[Check]:
    return _braess(bridge=True)


def _braess_without_bridge() -> list[Check]:
    return _braess(bridge=False)


def _three_routes() -> list[Check]:
    found = one_pair(three_route_roads(), 1000.0, AssignmentSettings(gap=1e-13))
    routes = ("t0 10", "t0 20", "t0 25")
    return [
        *each("flow", routes, THREE_ROUTE_FLOWS, found.volume_pcu[::2].tolist(), 1e-6),
        *each("cost", routes, [THREE_ROUTE_COST] * 3, found.time[::2].tolist(), 1e-7),
    ]


def _price_of_anarchy() -> list[Check]:
    """All take the road that takes x, and lose 1; at best half of them do, and 3/4 are lost."""
    total = {
        algorithm: one_pair(pigou_roads(), 1.0, AssignmentSettings(algorithm=algorithm, gap=1e-12)).total_travel_time
        for algorithm in ("ue", "so")
    }
    braess = {
        algorithm: one_pair(braess_roads(bridge=True), BRAESS_TRIPS, AssignmentSettings(algorithm=algorithm, gap=1e-12)).total_travel_time
        for algorithm in ("ue", "so")
    }
    return [
        Check("total_time", "UE, Pigou", 1.0, total["ue"], 1e-6),
        Check("total_time", "SO, Pigou", 0.75, total["so"], 1e-6),
        Check("ratio", "UE / SO, Pigou", 4 / 3, total["ue"] / total["so"], 1e-6),
        Check("ratio", "UE / SO, Braess", BRAESS_TOTAL[True] / BRAESS_TOTAL[False], braess["ue"] / braess["so"], 1e-6),
    ]


def _logit() -> list[Check]:
    found = one_pair(two_routes(), 1000.0, AssignmentSettings(algorithm="sue", gap=1e-10, dispersion=0.4, most_iterations=5000))
    first = logit_flow(1000.0, 0.4)
    return each("flow", ("t0 10", "t0 12"), (first, 1000.0 - first), found.volume_pcu.tolist(), 1e-4)


def _conical() -> list[Check]:
    """Two alike conical roads share the trips; at twice the capacity of one, each is full and takes twice its time."""
    roads = dataclasses.replace(bpr_roads(2, [(0, 1), (0, 1)], [10.0, 10.0], [300.0, 300.0], 0.0, 1.0), conical_a=np.array([4.0, 4.0]))
    found = one_pair(roads, 600.0, AssignmentSettings(gap=1e-12))
    empty = one_pair(roads, 0.0, AssignmentSettings(gap=1e-12))
    return [
        *each("flow", ("1", "2"), (300.0, 300.0), found.volume_pcu.tolist(), 1e-6),
        Check("time", "v = c", 20.0, float(found.time[0]), 1e-6),
        Check("time", "v = 0", 10.0, float(empty.time[0]), 1e-9),
    ]


_BRAESS = "Braess (1968), Über ein Paradoxon aus der Verkehrsplanung; figures as in Transportation Networks for Research"

CASES = (
    Case("braess_with_bridge", "roads", "Braess with the bridge", "布雷斯悖论（有桥）", _BRAESS, _braess_with_bridge),
    Case("braess_without_bridge", "roads", "Braess without the bridge", "布雷斯悖论（无桥）", _BRAESS, _braess_without_bridge),
    Case("three_routes", "roads", "Three routes", "三条路径", "the example of quetzal's tests, recomputed by root finding", _three_routes),
    Case(
        "price_of_anarchy",
        "roads",
        "User equilibrium against system optimum",
        "用户均衡与系统最优",
        "Pigou (1920), The Economics of Welfare; Roughgarden and Tardos (2002): 4/3 is the worst of linear delays",
        _price_of_anarchy,
    ),
    Case(
        "logit_two_routes",
        "roads",
        "Stochastic equilibrium of two roads",
        "两路随机均衡",
        "Fisk (1980), Some developments in equilibrium traffic assignment; the root of one equation, found by Brent's method",
        _logit,
    ),
    Case(
        "conical",
        "roads",
        "Conical delays",
        "锥形延误函数",
        "Spiess (1990), Conical volume-delay functions: free when empty, twice the time at capacity",
        _conical,
    ),
)
