"""The passenger loop on the coast with people in its zones, and on the bundled network: what goes in comes out, and it closes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from bbwnet.choice.mode_table import ALTERNATIVES, service_offers
from bbwnet.demand.demand import both_ways
from bbwnet.errors import DidNotConverge, InputError, NetworkError
from bbwnet.model.car_roads import car_roads
from bbwnet.model.passenger_loop import LoopSettings, passenger_model
from bbwnet.model.passenger_model import PassengerModel
from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.network.state import NetworkState
from bbwnet.routing.door_to_door import DoorToDoor
from bbwnet.routing.fares import Fares
from bbwnet.scenario.read import load_scenario
from bbwnet.scenario.schema.demand import PURPOSES
from bbwnet.scenario.schema.places import PopulationFigure

Networks = Callable[..., Network]

MILLIONS = {"qingxiu": 3, "qinnan": 1, "haicheng": 1, "gangkou": 1, "longhua": 2, "qiongshan": 1, "hanoi": 4}
NOBODY_TRAVELS = tuple(f"demand.passenger.purposes.{purpose}.trips_per_person_year=0" for purpose in PURPOSES)
NARROW = tuple(f"roads.lane_capacity.{road_class}=300" for road_class in ("expressway", "class_1", "class_2", "class_3", "urban"))
CAR = ALTERNATIVES.index(("car", False))


def settled(network: Network) -> Network:
    """The coast with people in its zones and in Hanoi."""
    places = dict(network.assembly.places)
    for place, millions in MILLIONS.items():
        figure = PopulationFigure(year=2016, persons=millions * 1_000_000, source="made_up", confidence="reported")
        places[place] = places[place].model_copy(update={"population": (figure,)})
    return dataclasses.replace(network, assembly=dataclasses.replace(network.assembly, places=places))


@pytest.fixture(scope="module")
def wide(coast: Networks) -> PassengerModel:
    return passenger_model(settled(coast()))


@pytest.fixture(scope="module")
def narrow(coast: Networks) -> PassengerModel:
    return passenger_model(settled(coast(*NARROW)))


def imbalance(model: PassengerModel) -> NDArray[np.float64]:
    """Cars that leave each node less those that come to it, over a day, by purpose (purposes x nodes)."""
    loads = model.loads
    day = np.einsum("g,gcn->cn", loads.hours, loads.vehicles_h)[: len(PURPOSES)]
    nodes = sorted({*loads.from_node, *loads.to_node, *model.people.names})
    place = {name: number for number, name in enumerate(nodes)}
    tail, head = ([place[name] for name in names] for names in (loads.from_node, loads.to_node))
    found = np.zeros((len(PURPOSES), len(nodes)))
    for row, cars in enumerate(day):
        np.add.at(found[row], tail, cars)
        np.subtract.at(found[row], head, cars)
        trips = model.trips_by(PURPOSES[row])[..., CAR] / model.persons_per_car
        lost = {(item.origin, item.destination): item.vehicles_day for item in model.lost_drives if item.purpose == PURPOSES[row]}
        for number, name in enumerate(model.people.names):
            lost_here = sum(value for pair, value in lost.items() if pair[0] == name) - sum(
                value for pair, value in lost.items() if pair[1] == name
            )
            found[row, place[name]] -= trips[number].sum() - trips[:, number].sum() - lost_here
    return found


@pytest.mark.parametrize("name", ["wide", "narrow"])
def test_every_car_that_sets_out_arrives(name: str, request: pytest.FixtureRequest) -> None:
    model: PassengerModel = request.getfixturevalue(name)
    assert model.car_trips > 1000
    assert imbalance(model) == pytest.approx(0, abs=1e-6 * model.car_trips)


def test_modes_share_out_the_demand(narrow: PassengerModel) -> None:
    for purpose in PURPOSES:
        assert sum(narrow.trips_by_mode(purpose).values()) == pytest.approx(narrow.demand.total(purpose))
        assert narrow.trips_by(purpose).sum(axis=2) == pytest.approx(narrow.demand.of(purpose))
    assert sum(narrow.trips_by_mode().values()) == pytest.approx(narrow.demand.total())


def test_the_loop_reaches_its_bound(narrow: PassengerModel) -> None:
    assert narrow.converged
    assert narrow.gap == narrow.rounds[-1].cost_gap <= narrow.bound == 1e-3
    assert [item.number for item in narrow.rounds] == list(range(1, len(narrow.rounds) + 1))
    # the first round goes by empty roads, and is wrong by more than the bound: the loop has something to do
    assert narrow.rounds[0].cost_gap > 0.05
    assert max(item.road_gap for item in narrow.rounds) <= 1e-5


def test_a_tighter_bound_gives_the_same_answer(coast: Networks, narrow: PassengerModel) -> None:
    """A tighter bound changes neither modes nor loads by more than the looser one allows."""
    tight = passenger_model(settled(coast(*NARROW)), settings=LoopSettings(gap=1e-5, most_rounds=100, road_gap=1e-8))
    assert tight.loads.vehicle_km == pytest.approx(narrow.loads.vehicle_km, rel=2e-3)
    assert tight.car_trips == pytest.approx(narrow.car_trips, rel=2e-3)
    assert len(tight.rounds) > len(narrow.rounds)


def test_who_does_not_travel_leaves_the_roads_empty(coast: Networks) -> None:
    network = settled(coast(*NOBODY_TRAVELS))
    model = passenger_model(network)
    assert len(model.rounds) == 1
    assert model.gap == 0
    assert model.demand.total() == model.car_trips == model.loads.vehicle_km == 0
    free = NetworkState.free_flow(network).car_seconds
    assert model.state.car_seconds.tolist() == np.repeat(free, 5, axis=0).tolist()


def test_without_residents_there_is_no_model(coast: Networks) -> None:
    with pytest.raises(NetworkError, match="no zones with population"):
        passenger_model(coast())


def test_congestion_only_lengthens_times(coast: Networks, wide: PassengerModel, narrow: PassengerModel) -> None:
    free = NetworkState.free_flow(coast()).car_seconds
    for model in (wide, narrow):
        assert (model.loads.seconds >= model.loads.free_s).all()
        assert (model.state.car_seconds >= free).all()
        assert ((model.state.car_seconds < 0) == (free < 0)).all()
    assert (narrow.state.car_seconds > free).any()
    assert narrow.loads.seconds.sum() > wide.loads.seconds.sum()
    finite = np.isfinite(wide.car_min)
    assert (narrow.car_min[finite] >= wide.car_min[finite] - 0.01).all()
    # who finds the roads full takes the train
    assert narrow.trips_by_mode()["car"] < wide.trips_by_mode()["car"]


def test_places_that_only_cars_lead_to_are_listed_where_cars_stay_at_home(coast: Networks) -> None:
    """Hanoi has four million people and no train from Nanning; with cars across the border they travel, without they are named."""
    cars, barred = (passenger_model(settled(coast(f"choice.cars_cross_borders={flag}"))) for flag in ("true", "false"))
    row = cars.people.names.index("hanoi")
    assert (cars.out_of_reach, barred.out_of_reach) == ((), ("hanoi",))
    assert (cars.demand.total() > 0, cars.demand.of("leisure")[:, row].sum() > 0) == (True, True)
    assert [barred.demand.of(purpose)[:, row].sum() for purpose in PURPOSES] == [0] * len(PURPOSES)
    assert barred.left_out[-1] == "nobody travels to or from hanoi: no mode leads there from any zone"
    assert barred.lost_drives == ()


def test_seconds_follow_load_and_capacity(narrow: PassengerModel) -> None:
    """BPR by hand: t0 (1 + 0.15 (v/c)^4); ferries and borders take what they take."""
    loads = narrow.loads
    known = np.isfinite(loads.capacity_pcu_h)
    by_hand = loads.free_s * (1 + 0.15 * (loads.pcu_h / loads.capacity_pcu_h) ** 4)
    assert loads.seconds[:, known] == pytest.approx(by_hand[:, known], rel=1e-9)
    assert {mode for mode, road in zip(loads.mode, known, strict=True) if not road} == {"border", "ferry"}
    assert (loads.seconds[:, ~known] == loads.free_s[~known]).all()
    assert loads.load[:, known].max() > 0.5
    assert not loads.validated.any()


def test_hours_of_the_state_are_those_of_the_groups(narrow: PassengerModel) -> None:
    assert narrow.state.period_start_s == (0, 7 * 3600, 10 * 3600, 16 * 3600, 19 * 3600)
    assert narrow.loads.hours.tolist() == [7, 3, 6, 3, 5]
    g75 = next(number for number, link in enumerate(narrow.loads.link) if link == "g75_qingxiu-qinnan")
    cars = narrow.loads.pcu_h[:, g75]
    assert cars[1] > cars[4] > cars[0] > 0


def test_vehicle_km_are_those_of_the_trips(wide: PassengerModel) -> None:
    """Haikou's two zones are 20 km apart by one road; all cars between them drive it, and others besides."""
    names = wide.people.names
    pair = names.index("longhua"), names.index("qiongshan")
    between = sum(wide.trips_by(purpose)[pair][CAR] for purpose in PURPOSES) / wide.persons_per_car
    road = [
        cars
        for link, back, cars in zip(wide.loads.link, wide.loads.backward, wide.loads.vehicles_day, strict=True)
        if link == "g98_longhua-qiongshan" and not back
    ]
    from_elsewhere = sum(wide.trips_by(purpose)[row, pair[1], CAR] for purpose in PURPOSES for row in range(len(names)) if row not in pair)
    assert road == [pytest.approx(between + from_elsewhere / wide.persons_per_car)]


def test_empty_roads_cost_what_journeys_by_car_do(coast: Networks) -> None:
    """Against the search of single journeys, which drives the quickest way: never dearer, and the same where one road leads."""
    network = settled(coast(*NOBODY_TRAVELS))
    model = passenger_model(network)
    names, choice = model.people.names, network.settings.choice
    doors = DoorToDoor(network, NetworkState.free_flow(network), names)
    offers = service_offers(doors, Fares(network), names, searches=("road",))
    for row, purpose in enumerate(PURPOSES):
        searched = offers.table(choice, purpose, (1.0,) * 24).cost_min(choice, purpose)[..., CAR]
        both = np.isfinite(searched) & np.isfinite(model.car_min[row])
        assert both.sum() >= 20
        assert (model.car_min[row][both] <= searched[both] + 0.02).all()
        one_road = names.index("longhua"), names.index("qiongshan")
        assert model.car_min[row][one_road] == pytest.approx(searched[one_road], abs=0.01)


def test_capacities_by_class_and_lanes(coast: Networks) -> None:
    network = coast()
    roads = car_roads(network, NetworkState.free_flow(network))
    rows = network.graph.link[roads.arcs]
    capacity = {str(network.links.index[row]): float(value) for row, value in zip(rows, roads.capacity_pcu_h, strict=True)}
    assert capacity["g75_qingxiu-qinnan"] == 2 * 2000
    assert capacity["g325_qingxiu-qinnan"] == 1200
    # two lanes of a one-way road are both its own
    assert capacity["s312_qinnan-haicheng"] == 2 * 1500
    assert np.isnan(capacity["border_dongxing_bridge"])
    assert roads.border_s.max() == 3600
    with pytest.raises(InputError, match="has 2 periods, expected 1"):
        car_roads(network, NetworkState(np.zeros((2, network.graph.arc_count), dtype=np.int64), period_start_s=(0, 3600)))


def test_one_group_of_hours_is_a_mean_hour_of_the_day(coast: Networks, wide: PassengerModel) -> None:
    model = passenger_model(settled(coast("roads.hour_groups=[0]")))
    assert model.state.period_start_s == (0,)
    assert model.loads.pcu_h.shape == (1, len(model.loads.link))
    # hardly anybody is held up on wide roads, so that the hours make no difference to who drives
    assert model.car_trips == pytest.approx(wide.car_trips, rel=0.02)


def test_without_roads_all_are_stranded_by_name(coast: Networks) -> None:
    network = settled(coast())
    everything = frozenset(map(str, network.links.index))
    model = passenger_model(network, dataclasses.replace(NetworkState.free_flow(network), closed_links=everything))
    assert model.car_trips == model.demand.total() == model.loads.vehicle_km == 0
    assert {item.zone for item in model.stranded["business"] if item.side == "production"} == set(MILLIONS) - {"hanoi"}


def test_a_closed_road_carries_nobody(coast: Networks) -> None:
    network = settled(coast())
    closed = dataclasses.replace(NetworkState.free_flow(network), closed_links=frozenset({"g75_qingxiu-qinnan"}))
    model = passenger_model(network, closed)
    assert "g75_qingxiu-qinnan" not in model.loads.link
    assert imbalance(model) == pytest.approx(0, abs=1e-6 * model.car_trips)
    assert model.state.closed_links == closed.closed_links


def test_journeys_are_looked_for_again_on_loaded_roads(coast: Networks, narrow: PassengerModel) -> None:
    again = passenger_model(settled(coast(*NARROW)), settings=LoopSettings(searches=2))
    assert {item.search for item in again.rounds} == {1, 2}
    assert again.converged
    taxi = ALTERNATIVES.index(("local", False))
    now, before = (model.tables["leisure"].felt_min[..., taxi] for model in (again, narrow))
    both = np.isfinite(now) & np.isfinite(before)
    assert now[both].sum() > before[both].sum()


def test_a_loop_that_does_not_close_is_never_silent(coast: Networks) -> None:
    network = settled(coast(*NARROW))
    with pytest.raises(DidNotConverge, match="after 1 rounds, 1e-06 was asked for"):
        passenger_model(network, settings=LoopSettings(gap=1e-6, most_rounds=1))
    with pytest.warns(RuntimeWarning, match="after 1 rounds"):
        model = passenger_model(network, settings=LoopSettings(gap=1e-6, most_rounds=1, if_not_converged="warn"))
    assert not model.converged


@pytest.mark.parametrize(
    ("settings", "message"),
    [(LoopSettings(gap=0), "gap"), (LoopSettings(most_rounds=0), "most_rounds"), (LoopSettings(searches=0), "searches")],
)
def test_settings_that_make_no_sense(coast: Networks, settings: LoopSettings, message: str) -> None:
    with pytest.raises(InputError, match=message):
        passenger_model(settled(coast()), settings=settings)


def test_result_is_the_same_each_time(coast: Networks, narrow: PassengerModel) -> None:
    again = passenger_model(settled(coast(*NARROW)))
    assert again.loads.vehicles_h.tobytes() == narrow.loads.vehicles_h.tobytes()
    assert again.rounds == narrow.rounds


def test_the_bundled_network() -> None:
    model = passenger_model(build_network(load_scenario("baseline_2016")))
    assert model.converged
    assert model.lost_drives == ()
    assert model.cordon_lost == ()
    made = sum(both_ways(model.passengers.gravity[purpose].trips).sum() for purpose in PURPOSES)
    assert sum(model.trips_by_mode().values()) == pytest.approx(made)
    assert imbalance(model) == pytest.approx(0, abs=1e-6 * model.car_trips)
    assert (model.loads.seconds >= model.loads.free_s).all()
