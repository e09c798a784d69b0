"""Sioux Falls written as a scenario: the same flows as from the TNTP files, by the way that every scenario takes."""

from __future__ import annotations

import dataclasses
import importlib.util
from pathlib import Path

import numpy as np
import pytest

from bbwnet.assignment.equilibrium import Equilibrium
from bbwnet.assignment.road import AssignmentSettings, assign_roads
from bbwnet.assignment.road_demand import RoadDemand
from bbwnet.exchange.parquet import read_parquet
from bbwnet.exchange.tntp import read_tntp_network, read_tntp_trips
from bbwnet.experiment.run import run
from bbwnet.model.passenger_loop import LoopSettings, passenger_model
from bbwnet.model.road_loading import RoadLoading
from bbwnet.model.user_matrices import read_user_trips
from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.network.state import NetworkState
from bbwnet.scenario.bundled import bundled_folder
from bbwnet.scenario.read import load_scenario
from bbwnet.scenario.schema.purposes import PURPOSES

NODES = tuple(f"n{number:02}" for number in range(1, 25))


@pytest.fixture(scope="module")
def network() -> Network:
    return build_network(load_scenario("sioux_falls"))


def loaded(network: Network) -> tuple[RoadLoading, Equilibrium]:
    given = read_user_trips(network)
    assert given is not None
    roads = RoadLoading(network, NetworkState.free_flow(network), given.names, gap=1e-12)
    none = np.zeros((len(given.names),) * 2)
    (found,) = roads.assign(np.stack([given.car_vehicles.get(purpose, none) for purpose in PURPOSES]))
    return roads, found


def from_tntp(repository: Path, **changes: np.ndarray) -> tuple[Equilibrium, dict[str, int]]:
    """The equilibrium of the TNTP files, and the row of each link by the name that the scenario gives it."""
    folder = repository / "tests" / "data" / "sioux_falls"
    problem = read_tntp_network(folder / "net.tntp")
    demand = RoadDemand.of_one_class(problem.zone_node, read_tntp_trips(folder / "trips.tntp", problem.zone_count))
    links = dataclasses.replace(problem.links, **changes)  # type: ignore[arg-type]  # arrays only
    names = [f"{NODES[tail]}-{NODES[head]}" for tail, head in zip(links.tail.tolist(), links.head.tolist(), strict=True)]
    found = assign_roads(links, demand, AssignmentSettings(gap=1e-12))
    return found, {name: row for row, name in enumerate(names)}


def test_flows_are_those_of_the_tntp_files(network: Network, repository: Path) -> None:
    roads, found = loaded(network)
    expected, row = from_tntp(repository)
    loads = roads.loads((found,))
    assert set(loads.link) == set(row)
    order = [row[link] for link in loads.link]
    assert loads.pcu_h[0] == pytest.approx(expected.volume_pcu[order], rel=1e-6)
    assert loads.seconds[0] == pytest.approx(60 * expected.time[order], rel=1e-6)
    assert dict(zip(loads.link, loads.pcu_h[0].tolist(), strict=True))["n01-n02"] == pytest.approx(4494.6576, abs=1e-4)
    # the objective is in pcu x seconds, the problem's in pcu x minutes
    assert found.objective / 60 == pytest.approx(4_231_335.287107, rel=1e-9)


def test_what_is_committed_is_what_the_tntp_files_give(repository: Path) -> None:
    specification = importlib.util.spec_from_file_location("make_sioux_falls", repository / "tests" / "tools" / "make_sioux_falls.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    for path, text in module.network_files().items():
        assert path.read_text(encoding="utf-8") == text, f"run python tests/tools/make_sioux_falls.py: {path.name}"


def edited_scenario(tmp_path: Path, old: str, new: str, within: str) -> Network:
    """The scenario with a copy of the network in which a text of one of its files is another."""
    for name in ("network.yaml", "sources.yaml", "places.yaml", "roads.yaml"):
        text = (bundled_folder("networks") / "sioux_falls" / name).read_text(encoding="utf-8")
        if name == within:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "net").mkdir(exist_ok=True)
        (tmp_path / "net" / name).write_text(text, encoding="utf-8")
    scenarios = bundled_folder("scenarios")
    (tmp_path / "sioux_falls").mkdir()
    (tmp_path / "sioux_falls" / "trips.csv").write_bytes((scenarios / "sioux_falls" / "trips.csv").read_bytes())
    text = (scenarios / "sioux_falls.yaml").read_text(encoding="utf-8")
    (tmp_path / "scenario.yaml").write_text(text.replace("network: sioux_falls", "network: net"), encoding="utf-8")
    return build_network(load_scenario(tmp_path / "scenario.yaml"))


def test_conical_delays_of_links_are_those_of_the_engine(tmp_path: Path, repository: Path) -> None:
    network = edited_scenario(tmp_path, "delay_factor:", "conical_a: 5, delay_factor:", "roads.yaml")
    roads, found = loaded(network)
    expected, row = from_tntp(repository, conical_a=np.full(76, 5.0))
    loads = roads.loads((found,))
    assert loads.pcu_h[0] == pytest.approx(expected.volume_pcu[[row[link] for link in loads.link]], rel=1e-5, abs=0.05)
    assert found.objective / 60 == pytest.approx(expected.objective, rel=1e-9)
    # unlike the BPR ones
    assert abs(expected.objective / 4_231_335.287107 - 1) > 0.05


def test_a_place_that_may_not_be_passed_is_not(tmp_path: Path, repository: Path) -> None:
    old = "{id: n10, name: {zh: 10号节点, en: Node 10}, kind: zone"
    network = edited_scenario(tmp_path, old, f"{old}, no_through: true", "places.yaml")
    roads, found = loaded(network)
    expected, row = from_tntp(repository, no_through=np.arange(24) == 9)
    loads = roads.loads((found,))
    assert loads.pcu_h[0] == pytest.approx(expected.volume_pcu[[row[link] for link in loads.link]], rel=1e-5, abs=0.05)
    into = sum(volume for link, volume in zip(loads.link, loads.pcu_h[0].tolist(), strict=True) if link.endswith("-n10"))
    given = read_user_trips(network)
    assert given is not None
    assert into == pytest.approx(given.car_vehicles["commuting"][:, 9].sum() / 24)


def test_the_passenger_loop_comes_to_the_same(network: Network, repository: Path) -> None:
    """Nobody lives there and no service runs: what is left is the matrix of cars, once through the whole loop."""
    model = passenger_model(network, settings=LoopSettings(road_gap=1e-11))
    expected, row = from_tntp(repository)
    assert model.converged
    assert model.loads.pcu_h[0] == pytest.approx(expected.volume_pcu[[row[link] for link in model.loads.link]], rel=1e-6)
    assert model.car_trips == pytest.approx(24 * 360_600)
    assert model.lost_drives == ()


def test_a_run_of_one_city_without_services_leaves_its_tables(tmp_path: Path) -> None:
    result = run(load_scenario("sioux_falls", overrides=("simulation.replications=1",)), tmp_path / "run")
    links = read_parquet(result.folder / "flows_links.parquet")
    first = links[(links["link"] == "n01-n02") & (links["class"] == "all")]
    assert first["pcu_h"].tolist() == pytest.approx([4494.6576], rel=2e-3)  # at the gap of the loop
    assert read_parquet(result.folder / "times.parquet").empty
    assert "scenarios/sioux_falls/trips.csv" in result.manifest["inputs"]
