"""Sioux Falls through the bundled scenario: matrices, network, roads, equilibrium; and against a solver written apart."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from bbwnet.assignment.road import AssignmentSettings, assign_roads
from bbwnet.errors import InputError
from bbwnet.experiment.verification.cases import Case, Check
from bbwnet.model.road_loading import RoadLoading
from bbwnet.model.user_matrices import read_user_trips
from bbwnet.network.build import build_network
from bbwnet.network.state import NetworkState
from bbwnet.scenario.read import load_scenario
from bbwnet.scenario.schema.purposes import PURPOSES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.assignment.equilibrium import Equilibrium

BECKMANN = 4_231_335.28710744
"""Of the best-known flows, vehicles x minutes."""
TOTAL_TIME = 7_480_225.344921
FLOW_SUM = 877_603.1016
LINKS = {
    (1, 2): (4494.657646, 6.000816),
    (5, 9): (15780.782055, 9.651311),
    (10, 15): (23125.797290, 13.722370),
    (16, 10): (11073.009319, 20.236276),
    (24, 13): (11112.394731, 17.617021),
}
"""Vehicles and minutes of some links in the best-known solution."""
PRICE_OF_ANARCHY = 1.0397
"""Total time of the equilibrium over that of the system optimum, which a Frank-Wolfe run with marginal costs found to 2e-5."""

_SECONDS = 60.0
"""The scenario counts in seconds, the problem in minutes."""


def load(gap: float) -> tuple[RoadLoading, Equilibrium]:
    """The equilibrium of the scenario `sioux_falls`; raises `InputError` where its files are not there."""
    network = build_network(load_scenario("sioux_falls"))
    given = read_user_trips(network)
    if given is None:
        raise InputError("scenario sioux_falls has no matrix of trips")
    roads = RoadLoading(network, NetworkState.free_flow(network), given.names, gap=gap)
    none = np.zeros((len(given.names),) * 2)
    (found,) = roads.assign(np.stack([given.car_vehicles.get(purpose, none) for purpose in PURPOSES]))
    return roads, found


def _equilibrium() -> list[Check]:
    roads, found = load(1e-13)
    loads = roads.loads((found,))
    place = {link: row for row, link in enumerate(loads.link)}
    checks = [
        Check("objective", "Beckmann", BECKMANN, found.objective / _SECONDS, 1e-9, relative=True),
        Check("total_time", "", TOTAL_TIME, found.total_travel_time / _SECONDS, 1e-9, relative=True),
        Check("flow", "Σ", FLOW_SUM, math.fsum(loads.pcu_h[0].tolist()), 1e-3),
    ]
    for (tail, head), (vehicles, minutes) in LINKS.items():
        row = place[f"n{tail:02}-n{head:02}"]
        checks += [
            Check("flow", f"{tail}→{head}", vehicles, float(loads.pcu_h[0, row]), 1e-4),
            Check("time", f"{tail}→{head}", minutes, float(loads.seconds[0, row]) / _SECONDS, 1e-6),
        ]
    return checks


def _system_optimum() -> list[Check]:
    _, found = load(1e-9)
    optimum = assign_roads(found.links, found.demand, AssignmentSettings(algorithm="so", gap=1e-9))
    return [Check("ratio", "UE / SO", PRICE_OF_ANARCHY, found.total_travel_time / optimum.total_travel_time, 1e-4)]


def _frank_wolfe(iterations: int = 3000) -> list[Check]:
    """The optimum lies between the objective that Frank-Wolfe reaches and its lower bound: the middle is given, half the way allowed."""
    _, found = load(1e-12)
    links, trips = found.links, np.sum([item.trips for item in found.demand.classes], axis=0)
    volume = _all_or_nothing(found, links.free_time, trips)
    low, high = -math.inf, math.inf
    for _ in range(iterations):
        times = links.free_time * (1 + links.bpr_b * (volume / links.capacity) ** links.bpr_power)
        target = _all_or_nothing(found, times, trips)
        step = target - volume
        high = _beckmann(found, volume)
        low = max(low, high + float(times @ step))
        volume = volume + _best_share(found, volume, step) * step
    half = (high - low) / 2
    return [Check("objective", "Frank–Wolfe ±", (high + low) / 2 / _SECONDS, found.objective / _SECONDS, half / _SECONDS)]


def _all_or_nothing(found: Equilibrium, times: NDArray[np.float64], trips: NDArray[np.float64]) -> NDArray[np.float64]:
    """Volumes with all trips on quickest ways, by scipy's Dijkstra."""
    links = found.links
    size = (links.node_count, links.node_count)
    row = csr_matrix((np.arange(1, links.link_count + 1), (links.tail, links.head)), shape=size).toarray() - 1
    _, before = dijkstra(csr_matrix((times, (links.tail, links.head)), shape=size), return_predecessors=True)
    volume = np.zeros(links.link_count)
    zones = found.demand.zone_node.tolist()
    for origin, start in enumerate(zones):
        for destination, end in enumerate(zones):
            node, amount = end, trips[origin, destination]
            while amount > 0 and node != start:
                volume[row[before[start, node], node]] += amount
                node = int(before[start, node])
    return volume


def _beckmann(found: Equilibrium, volume: NDArray[np.float64]) -> float:
    links = found.links
    power = links.bpr_power
    area = links.free_time * volume * (1 + links.bpr_b * (volume / links.capacity) ** power / (power + 1))
    return math.fsum(area.tolist())


def _best_share(found: Equilibrium, volume: NDArray[np.float64], step: NDArray[np.float64]) -> float:
    """The share of a step that lowers the objective most, by halving on its slope."""
    links = found.links
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        held = volume + middle * step
        slope = float(step @ (links.free_time * (1 + links.bpr_b * (held / links.capacity) ** links.bpr_power)))
        low, high = (low, middle) if slope > 0 else (middle, high)
    return (low + high) / 2


_SOURCE = "LeBlanc, Morlok and Pierskalla (1975); best-known flows of Transportation Networks for Research, objective recomputed from them"

CASES = (
    Case("sioux_falls", "roads", "Sioux Falls as a scenario", "苏福尔斯（作为情景）", _SOURCE, _equilibrium),
    Case(
        "sioux_falls_optimum",
        "roads",
        "Sioux Falls, system optimum",
        "苏福尔斯，系统最优",
        "total time of a Frank-Wolfe run with marginal costs, relative gap 1.9e-5",
        _system_optimum,
    ),
    Case(
        "sioux_falls_frank_wolfe",
        "roads",
        "Sioux Falls against Frank–Wolfe",
        "苏福尔斯，与弗兰克-沃尔夫算法对照",
        "Frank and Wolfe (1956) written apart, on scipy's shortest paths: 3,000 steps",
        _frank_wolfe,
        long=True,
    ),
)
