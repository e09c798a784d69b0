"""Trucks and coaches on the roads of the coast: worked by hand, and conserved at every node whatever sets out."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bbwnet.assignment.truck_trips import TRUCK_CLASSES, TruckTrips
from bbwnet.errors import InputError
from bbwnet.model.car_roads import car_roads
from bbwnet.model.coach_traffic import coach_traffic
from bbwnet.model.road_loading import RoadLoading
from bbwnet.model.road_loads import RoadLoads
from bbwnet.model.truck_costs import truck_extra_s
from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.network.state import NetworkState
from bbwnet.routing.fares import Fares
from bbwnet.scenario.read import load_scenario
from bbwnet.scenario.schema.demand import PURPOSES
from bbwnet.scenario.schema.scenario_file import ScenarioFile

PLACES = ("gangkou", "haicheng", "hanoi", "longhua", "qingxiu", "qinnan")
ENDS = ("border_dongxing", "border_dongxing_vn", "port_beihai", "qingxiu", "qinnan")
STARTS = (0, 7, 10, 16, 19)
MORE = """
services:
  - {id: coach_nanning_beihai, name: {zh: 班车, en: Coach}, mode: coach, stops: [qingxiu, qinnan, haicheng], departures: ["06:00", "06:30"],
     return_departures: ["23:30"], source: made_up, confidence: assumed}
  - {id: coach_mondays, name: {zh: 班车, en: Coach}, mode: coach, stops: [qingxiu, qinnan], departures: ["12:00"], days: [mon],
     directed: true, source: made_up, confidence: assumed}
"""
NODES = """
  - {id: yard_cn, name: {zh: 货场, en: Yard}, kind: border_crossing, lon: 107.95, lat: 21.55,
     source: made_up, confidence: assumed}
  - {id: yard_vn, name: {zh: 货场, en: Yard}, kind: border_crossing, lon: 107.945, lat: 21.545,
     timezone: Asia/Ho_Chi_Minh, source: made_up, confidence: assumed}
links:
  - {id: dongxing-yard, from: dongxing, to: yard_cn, mode: highway, line: urban, road_class: urban, lanes: 2,
     free_speed_kmh: 30, length_km: 3, source: made_up, confidence: assumed}
  - {id: yard_bridge, from: yard_cn, to: yard_vn, mode: border, line: yard, crossing: yard, length_km: 1,
     source: made_up, confidence: assumed}
"""
CROSSING = """
  - {id: yard, name: {zh: 货场, en: Yard}, kind: road, node: yard_cn, source: made_up, confidence: assumed,
     dwell: [{traffic: truck, valid_from: 2010-01-01, dwell_min: 120, source: made_up, confidence: assumed}]}
"""


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return coast_with_coaches(tmp_path_factory.mktemp("coast"))


def coast_with_coaches(folder: Path) -> Network:
    """The coast with coaches, and with a crossing that only goods may pass."""
    for path in (Path(__file__).parents[1] / "data" / "coast").rglob("*.yaml"):
        target = folder / path.relative_to(path.parents[1] if path.parent.name == "network" else path.parent)
        target.parent.mkdir(exist_ok=True)
        text = path.read_text(encoding="utf-8")
        if path.name == "road.yaml":
            text = text.replace("\nlinks:\n", NODES, 1) + CROSSING.lstrip("\n") + MORE
        target.write_text(text, encoding="utf-8")
    return build_network(load_scenario(folder / "baseline.yaml"))


def arc(roads: RoadLoads, link: str, *, backward: bool = False) -> int:
    return next(row for row, name in enumerate(roads.link) if name == link and roads.backward[row] == backward)


def trucks_of(heavy: dict[tuple[str, str], float], hours: NDArray[np.float64] | None = None) -> TruckTrips:
    trips = np.zeros((len(ENDS), len(ENDS)))
    for (origin, destination), value in heavy.items():
        trips[ENDS.index(origin), ENDS.index(destination)] = value
    return TruckTrips(ENDS, {"heavy_truck": trips}, np.ones(24) if hours is None else hours)


def loaded(network: Network, trucks: TruckTrips, cars: NDArray[np.float64] | None = None) -> tuple[RoadLoading, RoadLoads]:
    loading = RoadLoading(network, NetworkState.free_flow(network), PLACES, trucks=trucks)
    equilibria = loading.assign(np.zeros((len(PURPOSES), len(PLACES), len(PLACES))) if cars is None else cars)
    return loading, loading.loads(equilibria)


def imbalance(loads: RoadLoads, name: str) -> dict[str, float]:
    """Vehicles of a class that leave each node less those that come to it, over a day."""
    day, found = loads.vehicles_day_of(name), dict.fromkeys((*loads.from_node, *loads.to_node), 0.0)
    for tail, head, value in zip(loads.from_node, loads.to_node, day.tolist(), strict=True):
        found[tail] += value
        found[head] -= value
    return found


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_every_vehicle_that_sets_out_arrives(network: Network, seed: int) -> None:
    draw = np.random.default_rng(seed)
    cars = draw.uniform(0, 3000, (len(PURPOSES), len(PLACES), len(PLACES))) * (draw.random((len(PLACES), len(PLACES))) < 0.7)
    trips = {name: draw.uniform(0, 2000, (len(ENDS), len(ENDS))) * (draw.random((len(ENDS), len(ENDS))) < 0.7) for name in TRUCK_CLASSES}
    trucks = TruckTrips(ENDS, trips, draw.uniform(0, 1, 24) + (np.arange(24) == 12))
    loading, loads = loaded(network, trucks, cars)
    lost = loading.lost(loading.assign(cars))
    for name in (*PURPOSES, *TRUCK_CLASSES):
        ends, matrix = (ENDS, trips[name]) if name in TRUCK_CLASSES else (PLACES, cars[PURPOSES.index(name)])
        matrix = np.where(np.eye(len(ends), dtype=np.bool_), 0.0, matrix)
        for item in lost:
            if item.purpose == name:
                row = ends.index(item.origin), ends.index(item.destination)
                assert item.vehicles_day == pytest.approx(matrix[row])
                matrix[row] = 0.0
        expected = dict(zip(ends, (matrix.sum(axis=1) - matrix.sum(axis=0)).tolist(), strict=True))
        for node, value in imbalance(loads, name).items():
            assert value == pytest.approx(expected.get(node, 0.0), abs=1e-5)
    assert loads.pcu_h == pytest.approx(np.einsum("gcn,c->gn", loads.vehicles_h, np.array(loads.pcu)))


def test_what_a_link_costs_a_truck(network: Network) -> None:
    """110 km at 110 km/h: light 800 s slower, 110 CNY at 60 CNY/h; heavy 1,350 s slower, 253 CNY at 140 CNY/h."""
    state, fares = NetworkState.free_flow(network), Fares(network)
    roads = car_roads(network, state)
    extra = truck_extra_s(network, roads, fares)
    names = [str(network.links.index[row]) for row in network.graph.link[roads.arcs]]
    g75, bridge, yard = (names.index(name) for name in ("g75_qingxiu-qinnan", "border_dongxing_bridge", "yard_bridge"))
    assert extra["light_truck"][g75] == pytest.approx(800 + 6600)
    assert extra["heavy_truck"][g75] == pytest.approx(1350 + 253 * 3600 / 140)
    # formalities: five hours in the place of the car's one; and two hours where no car may pass
    assert extra["heavy_truck"][bridge] == 4 * 3600
    assert (roads.links.free_time[yard], extra["heavy_truck"][yard]) == (7200, 0)
    assert roads.no_cars.sum() == 2


def test_tolls_send_heavy_trucks_off_the_expressway(network: Network) -> None:
    """Cars pay 0.5 CNY/km, heavy trucks four times as much: 220 CNY or 7,920 s, more than the 3,600 s that the old road takes longer."""
    links = dict(network.assembly.links)
    links["g75_qingxiu-qinnan"] = links["g75_qingxiu-qinnan"].model_copy(update={"toll_cny_km": 0.5})
    tolled = dataclasses.replace(network, assembly=dataclasses.replace(network.assembly, links=links))
    for of, link in ((network, "g75_qingxiu-qinnan"), (tolled, "g325_qingxiu-qinnan")):
        _, loads = loaded(of, trucks_of({("qingxiu", "qinnan"): 240.0}))
        row = arc(loads, link)
        assert loads.vehicles_day_of("heavy_truck")[row] == pytest.approx(240)
        assert loads.vehicles_h[:, loads.classes.index("heavy_truck"), row] == pytest.approx(10)


def test_trucks_keep_their_hours_and_slow_cars_down(network: Network) -> None:
    hours = np.zeros(24)
    hours[8] = 1.0
    cars = np.zeros((len(PURPOSES), len(PLACES), len(PLACES)))
    cars[1, PLACES.index("gangkou"), PLACES.index("qinnan")] = 1000
    _, alone = loaded(network, TruckTrips.none(), cars)
    loading, beside = loaded(network, TruckTrips(("gangkou", "qinnan"), {"heavy_truck": np.array([[0, 900], [0, 0]])}, hours), cars)
    row = arc(beside, "g75_qinnan-gangkou", backward=True)
    assert beside.vehicles_h[:, beside.classes.index("heavy_truck"), row].tolist() == [0, 300, 0, 0, 0]
    business = beside.classes.index("business")
    assert (beside.pcu_h[1] - beside.vehicles_h[1, business])[row] == pytest.approx(1200)
    # 50 km at 75 km/h, four lanes of 2,000: t0 (1 + 0.15 (v/c)^4)
    share = (1200 + beside.vehicles_h[1, business, row]) / 4000
    assert beside.seconds[1, row] == pytest.approx(2400 * (1 + 0.15 * share**4))
    assert beside.seconds[1, row] > alone.seconds[1, row]
    assert loading.zones == PLACES


def test_goods_cross_where_cars_may_not(network: Network) -> None:
    trips = TruckTrips(("dongxing", "yard_vn"), {"light_truck": np.array([[0, 48], [24, 0]])}, np.ones(24))
    cars = np.zeros((len(PURPOSES), len(PLACES), len(PLACES)))
    loading, loads = loaded(network, trips, cars)
    row, back = (arc(loads, "yard_bridge", backward=side) for side in (False, True))
    assert loads.vehicles_day_of("light_truck")[[row, back]] == pytest.approx([48, 24])
    assert np.isnan(loads.capacity_pcu_h[row])
    assert loads.seconds[:, row].tolist() == [7200] * 5
    # for cars the crossing stays what it was
    equilibria = loading.assign(cars)
    free = NetworkState.free_flow(network).car_seconds
    assert ((loading.loaded_state(equilibria).car_seconds < 0) == (free < 0)).all()
    by_car = RoadLoading(network, NetworkState.free_flow(network), ("qingxiu", "yard_vn"))
    assert np.isinf(by_car.empty_drive("vehicle").time[0, 1])
    assert np.isinf(by_car.car_min(by_car.assign(np.zeros((len(PURPOSES), 2, 2))))[:, 0, 1]).all()


def test_own_cars_stay_on_their_side_of_a_border(network: Network) -> None:
    """Border nodes of Dongxing and Mong Cai: a car has no way across by default, a truck has, and times of `times` know no difference."""
    state, places = NetworkState.free_flow(network), ("dongxing", "hanoi", "longhua", "qingxiu")
    choice = network.settings.choice.model_copy(update={"cars_cross_borders": True})
    free = dataclasses.replace(network, settings=network.settings.model_copy(update={"choice": choice}))
    barred, crossing = RoadLoading(network, state, places), RoadLoading(free, state, places)
    cars = np.zeros((len(PURPOSES), 4, 4))
    cars[0, 0, 1] = 24
    costs = [loading.car_min(loading.assign(cars)) for loading in (barred, crossing)]
    assert np.isinf(costs[0][:, [0, 2, 3], 1]).all()
    assert np.isfinite(costs[1]).all()
    # within the country nothing changes
    inland = np.ix_(range(len(PURPOSES)), (0, 2, 3), (0, 2, 3))
    assert costs[0][inland] == pytest.approx(costs[1][inland])
    lost = barred.lost(barred.assign(cars))
    assert [(item.purpose, item.origin, item.destination) for item in lost] == [(PURPOSES[0], "dongxing", "hanoi")]
    assert lost[0].vehicles_day == pytest.approx(24)
    assert crossing.lost(crossing.assign(cars)) == ()
    assert (barred.loaded_state(barred.assign(cars)).car_seconds == state.car_seconds).all()
    drives = {by: barred.empty_drive(by).time for by in ("vehicle", "car", "road")}
    # over a border only `vehicle`, over the strait all but `road`
    assert [np.isfinite(drives[by][3, 1]) for by in drives] == [True, False, False]
    assert [np.isfinite(drives[by][3, 2]) for by in drives] == [True, True, False]
    assert np.isfinite(drives["road"][0, 3])


def test_ends_of_trucks_come_after_the_places(network: Network) -> None:
    loading, loads = loaded(network, trucks_of({("port_beihai", "qinnan"): 24.0}))
    assert loads.zones == loading.zones == (*PLACES, "border_dongxing", "border_dongxing_vn", "port_beihai")
    assert loading.car_min(loading.assign(np.zeros((len(PURPOSES), len(PLACES), len(PLACES))))).shape == (4, 6, 6)
    with pytest.raises(InputError, match="trucks set out from or arrive at nowhere, not in the network"):
        RoadLoading(network, NetworkState.free_flow(network), PLACES, trucks=TruckTrips(("nowhere",), {}, np.ones(24)))


def test_trucks_without_a_way_are_listed(network: Network) -> None:
    trips = TruckTrips(("longhua", "qinnan"), {"heavy_truck": np.array([[0, 48], [0, 0]])}, np.ones(24))
    ferries = frozenset(str(name) for name, mode in network.links["mode"].items() if mode == "ferry")
    state = dataclasses.replace(NetworkState.free_flow(network), closed_links=ferries)
    loading = RoadLoading(network, state, PLACES, trucks=trips)
    lost = loading.lost(loading.assign(np.zeros((len(PURPOSES), len(PLACES), len(PLACES)))))
    assert [(item.purpose, item.origin, item.destination) for item in lost] == [("heavy_truck", "longhua", "qinnan")]
    assert lost[0].vehicles_day == pytest.approx(48)


def test_coaches_load_the_hours_in_which_they_pass(network: Network) -> None:
    """1.15 times a car's hour to Qinzhou: half way after 34.5 min, so 06:00 passes before seven and 06:30 after."""
    _, loads = loaded(network, TruckTrips.none())
    coach = loads.vehicles_h[:, loads.classes.index("coach")]
    first = arc(loads, "g75_qingxiu-qinnan")
    assert coach[:, first] == pytest.approx([1 / 7, 1 / 3, 0, 0, 0])
    # on from Qinzhou by the quickest way, half way over it after 69 + 5 + 31.6 min: both in the second group
    assert coach[:, arc(loads, "s312_qinnan-haicheng")] == pytest.approx([0, 2 / 3, 0, 0, 0])
    # back at 23:30, half way after 34.5 min: past midnight
    assert coach[:, arc(loads, "g75_qinnan-haicheng", backward=True)] == pytest.approx([1 / 7, 0, 0, 0, 0])
    assert loads.pcu_h == pytest.approx(1.5 * coach)
    balance = imbalance(loads, "coach")
    assert (balance["qingxiu"], balance["qinnan"], balance["haicheng"]) == pytest.approx((1, 0, -1))


def test_coaches_of_the_day_that_is_looked_at(network: Network) -> None:
    evaluation = network.settings.evaluation.model_copy(update={"weekday": "mon"})
    config: ScenarioFile = network.settings.model_copy(update={"evaluation": evaluation})
    state = NetworkState.free_flow(network)
    usual = coach_traffic(network, state, (0,)).vehicles_h
    monday = coach_traffic(dataclasses.replace(network, settings=config), state, (0,)).vehicles_h
    assert (monday - usual).max() == pytest.approx(1 / 24)
    assert (monday != usual).sum() == 1


def test_a_coach_runs_late_or_not_at_all(network: Network) -> None:
    state = NetworkState.free_flow(network)
    closed = coach_traffic(network, dataclasses.replace(state, closed_links=frozenset({"s312_qinnan-haicheng"})), (0,))
    assert closed.stopped == ("coach_nanning_beihai",)
    starts = network.trips.depart_s[network.trips.first_call[:-1]]
    at_six = next(
        row
        for row, number in enumerate(network.trips.pattern.tolist())
        if network.trips.patterns[number].service == "coach_nanning_beihai" and starts[row] == 6 * 3600
    )
    late = coach_traffic(network, dataclasses.replace(state, delayed_trips={at_six: 3600}), STARTS).vehicles_h
    none = coach_traffic(network, dataclasses.replace(state, cancelled_trips=frozenset({at_six})), STARTS).vehicles_h
    usual = coach_traffic(network, state, STARTS).vehicles_h
    assert (usual[0].sum(), late[0].sum()) == pytest.approx((3 / 7, 2 / 7))
    assert (none[0] == late[0]).all()
    assert late[1].sum() == pytest.approx(usual[1].sum() + 1 / 3)


def test_trips_of_trucks_that_make_no_sense() -> None:
    with pytest.raises(InputError) as caught:
        TruckTrips(("b", "a"), {"tram": np.zeros((2, 2)), "heavy_truck": np.full((2, 2), -1.0), "light_truck": np.zeros(3)}, np.zeros(24))
    for fault in ("sorted", "'tram'", "heavy_truck has values", "light_truck has shape", "not all 0"):
        assert fault in str(caught.value)
