"""Roads of small random worlds: every class is at its equilibrium among all ways there are, and links take the time of what they carry."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from typing import cast

import networkx as nx
import numpy as np
import pytest

from bbwnet.experiment.flow_tables import links_frame
from bbwnet.scenario.schema.demand import PURPOSES
from tests.model.oracle_worlds import Row, flows_of, world

SEEDS = (2, 3, 6)
GROUPS = (0, 7, 10, 16, 19, 24)
LANE = {"expressway": 2000, "class_1": 1500, "class_2": 1200, "class_3": 800, "urban": 900}


def links_of(seed: int) -> dict[str, Row]:
    """Records of the links."""
    return {row["id"]: row for row in world(seed).records["links"]}


@pytest.mark.parametrize("seed", SEEDS)
def test_links_take_the_time_of_what_they_carry(seed: int) -> None:
    """t0 (1 + 0.15 (v/c)^4) with the lanes of one direction; ferries and borders take the same whatever comes."""
    network, table, records = flows_of(seed).network, links_frame(flows_of(seed)), links_of(seed)
    pcu = dict.fromkeys(PURPOSES, 1.0) | {
        name: getattr(network.settings.roads.classes, name).pcu for name in ("light_truck", "heavy_truck", "coach")
    }
    units: dict[tuple[str, str, int], float] = defaultdict(float)
    for _, row in table[table["class"] != "all"].iterrows():
        assert row["pcu_h"] == pytest.approx(row["vehicles_h"] * pcu[row["class"]])
        units[row["link"], row["direction"], row["from_hour"]] += row["vehicles_h"] * pcu[row["class"]]
    for _, row in table[table["class"] == "all"].iterrows():
        volume, record = units[row["link"], row["direction"], row["from_hour"]], records[row["link"]]
        assert row["pcu_h"] == pytest.approx(volume, abs=1e-6)
        if record["mode"] != "highway":
            assert row["minutes"] == pytest.approx(row["free_min"])
            continue
        free = record["length_km"] / record["free_speed_kmh"] * 60
        capacity = record["lanes"] / 2 * LANE[record["road_class"]]
        assert row["free_min"] == pytest.approx(free, abs=0.51 / 60)
        assert row["minutes"] == pytest.approx(row["free_min"] * (1 + 0.15 * (volume / capacity) ** 4), rel=1e-6)
        assert row["load"] == pytest.approx(volume / capacity, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_coaches_of_the_timetable_pass_their_roads(seed: int) -> None:
    """As many a day as the service has, on every road of its way and each direction, times the vehicles put on for each run."""
    model = flows_of(seed).passengers
    assert model is not None
    per_run = {
        (pattern.service, pattern.stops[0]): value
        for pattern, value in zip(flows_of(seed).network.trips.patterns, model.coaches.per_run.tolist(), strict=True)
    }
    assert min(per_run.values()) == 1
    table, services = links_frame(flows_of(seed)), {row["id"]: row for row in world(seed).records["services"]}
    own = table[table["class"] == "coach"]
    day: dict[str, float] = defaultdict(float)
    for _, row in own.iterrows():
        day[f"{row['link']} {row['direction']}"] += row["vehicles_h"] * (row["until_hour"] - row["from_hour"])
    for direction, start, far in (("forward", "market", "inland"), ("backward", "mill", "harbour")):
        for link in ("road_market-junction", "road_junction-mill"):
            assert day[f"{link} {direction}"] == pytest.approx(services["coach"]["trips_per_day"] * per_run["coach", start])
        both = sum(day[f"{link} {direction}"] for link in ("road_inland-market", "road_inland-market_old"))
        assert both == pytest.approx(services["coach_long"]["trips_per_day"] * per_run["coach_long", far])


def costs_of(seed: int, name: str, group: int) -> nx.MultiDiGraph[str]:
    """What every road costs a class in seconds of driving, from the records and the minutes of the table."""
    network, records = flows_of(seed).network, links_of(seed)
    settings = network.settings
    table = links_frame(flows_of(seed))
    own = table[(table["class"] == name) & (table["from_hour"] == GROUPS[group])]
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for _, row in own.iterrows():
        record, seconds = records[row["link"]], row["minutes"] * 60
        km, toll = record["length_km"], record.get("toll_cny_km", 0.0)
        if name in PURPOSES:
            hour = settings.choice.value_of_time.of(name)
            cny = {"highway": (0.5 + toll) * km / 2, "ferry": (400 + 45) / 2}.get(record["mode"], 0.0)
            extra = 0.5 * seconds if record["mode"] == "border" else 0.0
            if record["mode"] == "border" and not getattr(settings.choice, "cars_cross_borders", True):
                continue
        else:
            truck = getattr(settings.roads.classes, name)
            hour = truck.value_of_time_cny_h
            cny = {"highway": (truck.running_cny_km + toll * truck.toll_factor) * km, "ferry": 400 * truck.ferry_factor}.get(
                record["mode"], 0.0
            )
            extra = max(0.0, km / truck.top_speed_kmh * 3600 - row["free_min"] * 60) if record["mode"] == "highway" else 0.0
            extra += (240 - 50) * 60 if record["mode"] == "border" else 0.0
        graph.add_edge(row["from"], row["to"], key=f"{row['link']} {row['direction']}", cost=seconds + extra + cny * 3600 / hour)
    return graph


@pytest.mark.parametrize("seed", SEEDS)
def test_no_vehicle_could_do_better(seed: int) -> None:
    """All ways between two zones are listed: those used cost the least of them, and volumes are the sums of paths."""
    found = flows_of(seed)
    assert found.passengers is not None
    loads, blind = found.passengers.loads, {row["id"] for row in world(seed).records["nodes"] if row["kind"] in {"station", "airport"}}
    arc_name = [f"{link} {'backward' if back else 'forward'}" for link, back in zip(loads.link, loads.backward, strict=True)]
    classes = loads.classes[:-1]
    for group in (1, 4):
        item = found.passengers.equilibria[group]
        assert item.paths is not None
        paths, excess, whole = item.paths, 0.0, 0.0
        volume = np.zeros((len(classes), len(arc_name)))
        trips = np.zeros((len(classes), len(loads.zones), len(loads.zones)))
        graphs = {name: costs_of(seed, name, group) for name in classes}
        least: dict[tuple[str, str, str], float] = {}
        for row in range(len(paths)):
            number, origin, end = int(paths.road_class[row]), int(paths.origin[row]), int(paths.destination[row])
            name, start, stop = classes[number], loads.zones[origin], loads.zones[end]
            arcs = paths.link[paths.first[row] : paths.first[row + 1]].tolist()
            vehicles = float(paths.flow_pcu[row]) / loads.pcu[number]
            volume[number, arcs] += vehicles
            trips[number, origin, end] += vehicles
            graph, node, cost = graphs[name], start, 0.0
            for arc in arcs:
                assert loads.from_node[arc] == node
                assert node == start or node not in blind
                cost += graph[node][loads.to_node[arc]][arc_name[arc]]["cost"]
                node = loads.to_node[arc]
            assert node == stop
            if (name, start, stop) not in least:
                open_roads = graph.subgraph([place for place in graph if place not in blind or place in {start, stop}])
                ways = nx.all_simple_edge_paths(open_roads, start, stop)
                least[name, start, stop] = min(
                    sum(graph[a][b][key]["cost"] for a, b, key in cast("list[tuple[str, str, str]]", way)) for way in ways
                )
            best = least[name, start, stop]
            assert cost >= best * (1 - 1e-9)
            # the gap is that of all together: a way of few vehicles may be a little longer
            assert cost <= best * (1 + 5e-2), (name, start, stop)
            excess += paths.flow_pcu[row] * (cost - best)
            whole += paths.flow_pcu[row] * cost
        assert excess <= 1e-5 * whole * (1 + 1e-6)
        np.testing.assert_allclose(volume, loads.vehicles_h[group, :-1], rtol=1e-6, atol=1e-6)
        for number in range(len(classes)):
            np.testing.assert_allclose(trips[number], item.demand.classes[number].trips * (trips[number] > 0), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_trucks_on_the_roads_are_those_that_freight_sends(seed: int) -> None:
    """In each group of hours, at each node: trucks that leave less those that come, by the weights of the hours."""
    found, table = flows_of(seed), links_frame(flows_of(seed))
    assert found.freight is not None
    trucks = found.freight.truck_trips
    weights = found.network.settings.freight_chains.road.hour_weights
    for name in ("light_truck", "heavy_truck"):
        matrix = trucks.of(name)
        made = {node: math.fsum(matrix[place]) - math.fsum(matrix[:, place]) for place, node in enumerate(trucks.nodes)}
        own = table[table["class"] == name]
        for start, end in itertools.pairwise(GROUPS):
            net: dict[str, float] = defaultdict(float)
            for _, row in own[own["from_hour"] == start].iterrows():
                net[row["from"]] += row["vehicles_h"] * (end - start)
                net[row["to"]] -= row["vehicles_h"] * (end - start)
            share = sum(weights[start:end]) / sum(weights)
            for node, value in net.items():
                assert value == pytest.approx(made.get(node, 0.0) * share, abs=1e-3)
