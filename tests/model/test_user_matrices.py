"""A scenario's own matrices: read and checked, in the loop in the place of gravity, and as cars straight onto the roads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from bbwnet.choice.mode_table import ALTERNATIVES
from bbwnet.demand.user_trips import LocalTrips, UnreachedTrips, UserTrips
from bbwnet.errors import InputError
from bbwnet.model.passenger_loop import passenger_model
from bbwnet.model.passenger_model import PassengerModel
from bbwnet.model.road_loading import RoadLoading
from bbwnet.model.user_matrices import local_trips_notices, read_user_trips
from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.network.state import NetworkState
from bbwnet.scenario.read import load_scenario
from bbwnet.scenario.schema.purposes import PURPOSES

ZONES = ("gangkou", "haicheng", "longhua", "qingxiu", "qinnan", "qiongshan")
CAR = ALTERNATIVES.index(("car", False))
# far more from Nanning to Beihai than back; one pair to a gateway
BUSINESS = "origin,destination,trips\nqingxiu,haicheng,300\nhaicheng,qingxiu,100\nqingxiu,hanoi,20\nlonghua,longhua,7\n"

Build = Callable[..., Network]


@pytest.fixture
def build(coast_folder: Path) -> Build:
    """Builds the coast with matrices, each a line of the scenario, and files by name."""

    def make(matrices: Sequence[str], files: dict[str, str], more: str = "") -> Network:
        for name, text in files.items():
            (coast_folder / name).write_text(text, encoding="utf-8")
        listed = "".join(f"      - {{{line}}}\n" for line in matrices)
        text = (coast_folder / "baseline.yaml").read_text(encoding="utf-8")
        scenario = coast_folder / "own.yaml"
        scenario.write_text(f"{text}demand:\n  passenger:\n    matrices:\n{listed}{more}", encoding="utf-8")
        return build_network(load_scenario(scenario))

    return make


def of(model: PassengerModel, origin: str, destination: str) -> tuple[int, int]:
    return model.people.names.index(origin), model.people.names.index(destination)


def problems(network: Network, folder: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_user_trips(network)
    return [str(problem).replace(f"{folder}/", "") for problem in caught.value.problems]


def test_trips_of_a_csv_choose_a_mode_as_they_were_given(build: Build) -> None:
    network = build(["purpose: business, file: trips.csv, factor: 2"], {"trips.csv": BUSINESS})
    model = passenger_model(network)
    trips = model.demand.of("business")
    assert trips[of(model, "qingxiu", "haicheng")] == 600
    assert trips[of(model, "haicheng", "qingxiu")] == 200
    # nobody takes his car to Hanoi, and nothing else goes there
    assert model.passengers.unreached == (UnreachedTrips("business", "qingxiu", "hanoi", 40.0),)
    assert trips.sum() == 800
    # nobody lives on the coast, so nobody else travels
    assert model.demand.total() == 800
    by_mode = model.trips_by("business")
    assert by_mode.sum(axis=-1) == pytest.approx(trips)
    there = by_mode[of(model, "qingxiu", "haicheng")]
    assert np.count_nonzero(there > 1) > 1
    assert model.trips_by_mode("business")["car"] == pytest.approx(by_mode[..., CAR].sum())
    # the cars of these people are on the roads
    assert np.einsum("g,gcn->c", model.loads.hours, model.loads.vehicles_h)[PURPOSES.index("business")] > 0
    assert model.passengers.given is not None
    assert model.passengers.given.local == (LocalTrips("business", "longhua", 14.0, "trips_day"),)
    assert local_trips_notices(model.passengers.given) == ("matrix of business: 14 trips_day within 1 places load nothing: longhua 14",)


def test_cars_cross_borders_where_the_scenario_lets_them(build: Build) -> None:
    cars = "choice: {cars_cross_borders: true, source: made_up, confidence: assumed}\n"
    model = passenger_model(build(["purpose: business, file: trips.csv, factor: 2"], {"trips.csv": BUSINESS}, cars))
    assert model.passengers.unreached == ()
    assert model.demand.total() == 840
    assert model.trips_by("business")[of(model, "qingxiu", "hanoi")][CAR] == pytest.approx(40)


def cars_into(model: PassengerModel, node: str, row: int) -> float:
    day = np.einsum("g,gcn->cn", model.loads.hours, model.loads.vehicles_h)[row]
    return float(sum(value for end, value in zip(model.loads.to_node, day.tolist(), strict=True) if end == node))


def test_cars_go_straight_onto_the_roads(build: Build) -> None:
    cars = "origin,destination,trips\nhaicheng,gangkou,90\nqinnan,gangkou,10\n"
    network = build(["purpose: leisure, file: cars.csv, mode: car, unit: vehicles_day"], {"cars.csv": cars})
    model = passenger_model(network)
    assert model.demand.total("leisure") == pytest.approx(100 * model.persons_per_car)
    assert model.trips_by_mode() == pytest.approx({**dict.fromkeys(model.trips_by_mode(), 0.0), "car": 100 * model.persons_per_car})
    assert model.car_trips == pytest.approx(100)
    # Gangkou lies at the end of its road: what comes by leisure is what was given, and the other purposes have nobody
    assert cars_into(model, "gangkou", PURPOSES.index("leisure")) == pytest.approx(100)
    assert cars_into(model, "gangkou", PURPOSES.index("business")) == 0


def test_people_in_cars_are_as_many_cars_as_they_fill(build: Build) -> None:
    people = "origin,destination,trips\nhaicheng,gangkou,90\n"
    model = passenger_model(build(["purpose: leisure, file: cars.csv, mode: car"], {"cars.csv": people}))
    assert model.car_trips == pytest.approx(90 / model.persons_per_car)


def test_both_choosers_and_cars_of_one_purpose(build: Build) -> None:
    matrices = [
        "purpose: leisure, file: t.csv, matrix: people",
        "purpose: leisure, file: t.csv, matrix: cars, mode: car, unit: vehicles_day",
    ]
    text = "origin,destination,trips,purpose\nqinnan,gangkou,12,people\nqinnan,gangkou,10,cars\n"
    model = passenger_model(build(matrices, {"t.csv": text}))
    by_car = model.trips_by_mode()["car"]
    assert model.demand.total("leisure") == pytest.approx(12 + 10 * model.persons_per_car)
    assert 10 * model.persons_per_car < by_car < 12 + 10 * model.persons_per_car
    assert cars_into(model, "gangkou", PURPOSES.index("leisure")) == pytest.approx(by_car / model.persons_per_car)


def test_cars_without_a_way_are_listed(build: Build) -> None:
    # without its ferries nobody drives to the island
    cars = "origin,destination,trips\nqinnan,longhua,5\n"
    network = build(["purpose: leisure, file: cars.csv, mode: car, unit: vehicles_day"], {"cars.csv": cars})
    state = NetworkState.free_flow(network)
    links = frozenset(str(name) for name in network.links.index[network.links["mode"] == "ferry"])
    closed = NetworkState(car_seconds=state.car_seconds, closed_links=links)
    model = passenger_model(network, closed)
    (lost,) = model.lost_drives
    assert (lost.purpose, lost.origin, lost.destination) == ("leisure", "qinnan", "longhua")
    assert lost.vehicles_day == pytest.approx(5)


def test_omx_with_labels_in_any_order_and_without(build: Build, coast_folder: Path) -> None:
    h5py = pytest.importorskip("h5py")
    order = [3, 0, 5, 1, 2, 4]
    matrix = np.arange(36, dtype=np.float64).reshape(6, 6)

    def write(name: str, values: NDArray[np.float64], labels: list[str] | None) -> None:
        with h5py.File(coast_folder / name, "w") as file:
            file.create_group("data").create_dataset("work", data=values)
            file["data"].create_dataset("skim", data=-values)  # another matrix of the file is none of ours
            if labels is not None:
                file.create_group("lookup").create_dataset("zones", data=np.array(labels, dtype="S"))

    write("labelled.omx", matrix[np.ix_(order, order)], [ZONES[place] for place in order])
    write("bare.omx", matrix, None)
    for name in ("labelled.omx", "bare.omx"):
        found = read_user_trips(build([f"purpose: commuting, file: {name}, matrix: work"], {}))
        assert found is not None
        rows = [found.names.index(zone) for zone in ZONES]
        expected = matrix - np.diag(np.diag(matrix))
        assert found.trips["commuting"][np.ix_(rows, rows)].tolist() == expected.tolist()
        assert found.trips["commuting"].sum() == expected.sum()
        assert sum(item.trips_day for item in found.local) == np.trace(matrix)
    write("small.omx", matrix[:5, :5], None)
    write("partly.omx", matrix[:5, :5], list(ZONES[:5]))
    network = build([
        "purpose: commuting, file: bare.omx, matrix: werk", "purpose: business, file: bare.omx",
        "purpose: leisure, file: small.omx, matrix: work", "purpose: airport_access, file: partly.omx, matrix: work",
    ], {})  # fmt: skip
    where = "demand.passenger.matrices"
    assert problems(network, coast_folder) == [
        f"own.yaml:10:54: {where}.0.matrix: no such matrix in the file (werk), expected one of skim, work, nearest valid name work",
        f"own.yaml:11:35: {where}.1.file: the file has several matrices: say which by `matrix` (bare.omx), expected one of skim, work",
        "partly.omx: work: no row for 1 of 6 zones (qiongshan)",
        "small.omx: work: matrix of the wrong size (5 x 5), expected 6 x 6, for the 6 zones",
    ]


def test_all_that_is_wrong_with_csv_files_is_told_at_once(build: Build, coast_folder: Path) -> None:
    bad = "origin,destination,trips\nqingxiu,haichen,1\nqinnan,gangkou,-2\nqinnan,gangkou,nan\nhaicheng,gangkou,many\n"
    files = {"bad.csv": bad, "empty.csv": "origin,destination,trips\n", "columns.csv": "from,to,trips\n", "ok.csv": BUSINESS}
    matrices = [
        "purpose: business, file: bad.csv", "purpose: leisure, file: empty.csv", "purpose: commuting, file: columns.csv",
        "purpose: airport_access, file: ok.csv",
    ]  # fmt: skip
    not_airports = (
        "trips of purpose airport_access, but neither or both ends are airports: haicheng to qingxiu, qingxiu to haicheng, qingxiu to hanoi"
        " (ok.csv), expected an airport at one end"
    )
    told = problems(build(matrices, files), coast_folder)
    assert told == [
        "bad.csv:2:1: destination: unknown zone (haichen), nearest valid name haicheng",
        "bad.csv:3:1: trips: no trips (-2), expected a number of at least 0",
        "bad.csv:4:1: qinnan to gangkou stands in line 3 already",
        "bad.csv:4:1: trips: no trips (nan), expected a number of at least 0",
        "bad.csv:5:1: trips: no trips (many), expected a number of at least 0",
        "columns.csv:1:1: no column origin, destination, expected columns origin, destination, trips",
        "empty.csv: no trips in the file",
        "own.yaml:13:41: demand.passenger.matrices.3.file: " + not_airports,
    ]


def test_who_extends_a_scenario_has_its_matrices(tmp_path: Path) -> None:
    """Files lie beside the scenario that names them, wherever the one lies that extends it."""
    (tmp_path / "mine.yaml").write_text("schema: 1\nextends: sioux_falls\nname: {zh: 例, en: Mine}\n", encoding="utf-8")
    scenario = load_scenario(tmp_path / "mine.yaml")
    found = read_user_trips(build_network(scenario))
    assert found is not None
    assert found.car_vehicles["commuting"].sum() == pytest.approx(24 * 360_600)


def test_the_files_are_inputs_of_the_scenario(build: Build, coast_folder: Path) -> None:
    build(["purpose: business, file: trips.csv"], {"trips.csv": BUSINESS})
    files = {item.name: item.sha256 for item in load_scenario(coast_folder / "own.yaml").files}
    assert len(files["scenarios/trips.csv"]) == 64


@pytest.fixture(scope="module")
def roads(coast: Callable[..., Network]) -> RoadLoading:
    """Roads so narrow that ways are shared."""
    network = coast(*(f"roads.lane_capacity.{name}=300" for name in ("expressway", "class_1", "class_2", "class_3", "urban")))
    return RoadLoading(network, NetworkState.free_flow(network), (*ZONES, "hanoi"), gap=1e-4)


amounts = st.one_of(st.just(0.0), st.floats(1, 1e3))


@settings(max_examples=15, deadline=None)
@given(arrays(np.float64, (len(PURPOSES), 7, 7), elements=amounts))
def test_cars_of_every_purpose_are_conserved_at_every_node(roads: RoadLoading, trips: NDArray[np.float64]) -> None:
    """What leaves a node less what comes to it is what sets out there less what arrives, by class and group of hours."""
    np.einsum("pii->pi", trips)[:] = 0.0
    given_ = UserTrips(roads.places, {}, {purpose: trips[row] for row, purpose in enumerate(PURPOSES)})
    equilibria = roads.assign(np.stack([given_.car_vehicles[purpose] for purpose in PURPOSES]))
    loads, lost = roads.loads(equilibria), roads.lost(equilibria)
    day = np.einsum("g,gcn->cn", loads.hours, loads.vehicles_h)
    nodes = sorted({*loads.from_node, *loads.to_node})
    place = {name: number for number, name in enumerate(nodes)}
    tail, head = ([place[name] for name in names] for names in (loads.from_node, loads.to_node))
    for row, purpose in enumerate(PURPOSES):
        arrive = trips[row].copy()
        for item in lost:
            if item.purpose == purpose:
                arrive[roads.places.index(item.origin), roads.places.index(item.destination)] -= item.vehicles_day
        expected = np.zeros(len(nodes))
        expected[[place[name] for name in roads.places]] = arrive.sum(axis=1) - arrive.sum(axis=0)
        found = np.zeros(len(nodes))
        np.add.at(found, tail, day[loads.classes.index(purpose)])
        np.subtract.at(found, head, day[loads.classes.index(purpose)])
        assert found == pytest.approx(expected, abs=1e-6 * max(1.0, trips.sum()))


def test_no_matrices_are_none(coast: Callable[..., Network]) -> None:
    assert read_user_trips(coast()) is None
    assert local_trips_notices(None) == ()
