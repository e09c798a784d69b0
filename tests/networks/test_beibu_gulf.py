"""The bundled region keeps its promises: zones, clauses, projects, connections, and observations that are not shared."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from bbwnet.evaluation.goals import goal_pairs
from bbwnet.experiment.dates import network_folder
from bbwnet.network.build import build_network
from bbwnet.network.checks import car_components
from bbwnet.network.network import Network
from bbwnet.scenario.bundled import bundled_scenarios
from bbwnet.scenario.great_circle import great_circle_km
from bbwnet.scenario.read import Scenario, load_scenario
from bbwnet.scenario.schema.infrastructure import Node
from bbwnet.scenario.schema.places import Place
from bbwnet.scenario.schema.projects import Project, Variant

DAYS = ("border_single_inspection", "port_surge", "spring_festival_2024", "strait_fog_2018", "typhoon_yagi_2024")
"""Scenarios that differ from those they extend in what happens on their days, not in what is built."""
SCENARIOS = [name for name in bundled_scenarios() if name not in DAYS and not name.startswith(("sioux_falls", "queues"))]

HAINAN = {"haikou", "danzhou", "dongfang", "chengmai", "lingao", "changjiang"}
"""Members on the island; their stations make up a network of their own but for the train ferry."""


@pytest.fixture(scope="module")
def baseline() -> Scenario:
    return load_scenario("baseline_2016")


@pytest.fixture(scope="module")
def network(baseline: Scenario) -> Network:
    return build_network(baseline)


def test_65_county_level_units_make_66_zones_since_danzhou_has_two_centres(baseline: Scenario) -> None:
    zones = [place for place in baseline.records.places if place.kind == "zone"]
    members = {city.id for city in baseline.records.cities if city.member}
    assert len(zones) == 66
    assert {zone.city for zone in zones} == members
    assert len(members) == 15
    assert Counter(zone.city for zone in zones)["danzhou"] == 2


def test_the_plan_has_its_pairs_and_clauses(network: Network, baseline: Scenario) -> None:
    goals = Counter(goal for goal, *_ in goal_pairs(network))
    assert goals == {"main": 55, "neighbour": 20}
    assert baseline.records.plan is not None
    assert len(baseline.records.plan.clauses) == 68


def test_every_link_clause_has_its_project(baseline: Scenario) -> None:
    assert baseline.records.plan is not None
    promised = {clause.id for clause in baseline.records.plan.clauses if clause.kind == "link"}
    served = {clause for project in baseline.records.projects for clause in project.clauses}
    assert promised - served == set()


def test_nanning_chongzuo_stands_in_two_clauses_and_is_one_railway(baseline: Scenario) -> None:
    projects = [project.id for project in baseline.records.projects if {"X1", "N3"} & set(project.clauses)]
    assert len(projects) == 1


def test_commitments_are_those_of_the_clauses(baseline: Scenario) -> None:
    assert baseline.records.plan is not None
    verbs = {clause.id: clause.commitment for clause in baseline.records.plan.clauses if clause.commitment}
    for project in baseline.records.projects:
        expected = {verbs[clause] for clause in project.clauses if clause in verbs}
        if expected and not project.beyond_plan:
            assert project.commitment in expected, project.id


def test_the_preliminary_study_is_built_in_no_plan_scenario() -> None:
    for name in ("plan_2020", "plan_2030"):
        projects = build_network(load_scenario(name)).projects
        assert not [item.id for item in projects if item.project.commitment == "preliminary"], name


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_zone_is_reached_by_road_both_ways(name: str) -> None:
    built = build_network(load_scenario(name))
    component = car_components(built)
    zones = [place.id for place in built.assembly.places.values() if place.kind == "zone"]
    main = component[built.node_index["qingxiu"]]
    assert [zone for zone in zones if component[built.node_index[zone]] != main] == []


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_station_is_reached_by_rail_within_its_island(name: str) -> None:
    built = build_network(load_scenario(name))
    rail = built.links[built.links["mode"] == "rail"]
    size = len(built.nodes)
    tail, head = (np.array([built.node_index[node] for node in rail[end]], dtype=np.int64) for end in ("from", "to"))
    _, component = connected_components(csr_matrix((np.ones(len(rail)), (tail, head)), shape=(size, size)), directed=False)
    stations = built.nodes[(built.nodes["kind"] == "station") & built.nodes["city"].notna()]
    for on_island, anchor in ((True, "haikou_east"), (False, "nanning_east")):
        own = stations[stations["city"].isin(HAINAN) == on_island]
        lost = [station for station in own.index if component[built.node_index[station]] != component[built.node_index[anchor]]]
        assert lost == [], (name, lost)


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_main_city_has_a_time_to_every_other(name: str) -> None:
    from bbwnet.evaluation.goals import evaluate_goals  # noqa: PLC0415
    from bbwnet.evaluation.travel_times import Timekeeper  # noqa: PLC0415

    rows = evaluate_goals(Timekeeper(build_network(load_scenario(name))))
    assert [(row.from_city, row.to_city) for row in rows if row.minutes("official") is None] == []


def test_links_are_neither_below_the_great_circle_nor_far_over_it_unexplained(baseline: Scenario) -> None:
    additions = [part.add for project in baseline.records.projects for part in _parts(project)]
    position: dict[str, Place | Node] = {place.id: place for place in baseline.records.places}
    position |= {node.id: node for node in (*baseline.records.nodes, *(node for add in additions for node in add.nodes))}
    for link in (*baseline.records.links, *(link for add in additions for link in add.links)):
        a, b = position[link.from_], position[link.to]
        direct = great_circle_km(a.lon, a.lat, b.lon, b.lat)
        assert link.length_km >= direct * 0.98 - 0.3, link.id
        assert link.length_km <= direct * 1.6 + 0.3 or link.length_note is not None or link.via or direct < 1, link.id


def test_calibration_and_validation_share_no_row(baseline: Scenario) -> None:
    folder = network_folder(baseline) / "observed"
    rows = {
        use: [_identity(path, row) for path in sorted((folder / use).glob("*.csv")) for row in _rows(path)]
        for use in ("calibration", "validation")
    }
    assert len(rows["calibration"]) > 100
    assert len(rows["validation"]) > 50
    assert set(rows["calibration"]) & set(rows["validation"]) == set()
    for use, listed in rows.items():
        assert [row for row, count in Counter(listed).items() if count > 1] == [], use


def test_observations_name_known_sources(baseline: Scenario) -> None:
    folder = network_folder(baseline) / "observed"
    unknown = {
        (path.name, row["source"])
        for path in sorted(folder.glob("*/*.csv"))
        for row in _rows(path)
        if row["source"] not in baseline.records.sources
    }
    assert unknown == set()


def test_general_knowledge_is_never_called_measured_or_reported(baseline: Scenario) -> None:
    records = (*baseline.records.places, *baseline.records.nodes, *baseline.records.links, *baseline.records.services)
    assert [record.id for record in records if record.source == "general_knowledge" and record.confidence in {"measured", "reported"}] == []


def _parts(project: Project) -> list[Project | Variant]:
    return [project, *project.variants.values()]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _identity(path: Path, row: dict[str, str]) -> tuple[str, ...]:
    """What a row observes, its value and source apart."""
    if "from" in row:
        return path.name.partition("_")[0], row["from"], row["to"], row.get("kind", ""), row["date"]
    return row["series"], row["place"], row["metric"], row["period"], row["source"]


def test_beyond_2035_has_everything_that_is_not_abandoned() -> None:
    scenario = load_scenario("beyond_2035")
    in_force = {item.id for item in build_network(scenario).projects}
    excluded = {other for project in scenario.records.projects if project.id in in_force for other in project.conflicts}
    wanted = {project.id for project in scenario.records.projects if project.status != "abandoned"} - excluded
    assert wanted - in_force == set()
    assert {"strait_fixed_link", "pinglu_canal"} <= in_force


def test_plan_scenarios_build_nothing_beside_the_plan() -> None:
    for name in ("plan_2020", "plan_2030"):
        assert [item.id for item in build_network(load_scenario(name)).projects if item.project.beyond_plan] == [], name
