"""Coaches that are in no data in the passenger loop, on the coast with people in its zones."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from bbwnet.choice.mode_table import ALTERNATIVES, COACH
from bbwnet.model.passenger_loop import passenger_model
from bbwnet.model.passenger_model import LEFT_OUT, PassengerModel
from bbwnet.model.passenger_search import PassengerSearch, passenger_search
from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.scenario.read import load_scenario
from bbwnet.scenario.schema.choice import UnlistedCoach
from bbwnet.scenario.schema.demand import PURPOSES
from tests.model.test_passenger_loop import settled
from tests.model.test_road_loading import coast_with_coaches

CAR = ALTERNATIVES.index(("car", False))


def coast_with(tmp_path_factory: pytest.TempPathFactory, was: str = "", given: str = "") -> Network:
    folder = tmp_path_factory.mktemp("coast")
    coast_with_coaches(folder)
    road = folder / "network" / "road.yaml"
    road.write_text(road.read_text(encoding="utf-8").replace(was, given, 1), encoding="utf-8")
    return settled(build_network(load_scenario(folder / "baseline.yaml")))


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """Coaches run on Mondays alone, which is not the day looked at."""
    return coast_with(tmp_path_factory, 'return_departures: ["23:30"], ', 'return_departures: ["23:30"], days: [mon], ')


@pytest.fixture(scope="module")
def model(network: Network) -> PassengerModel:
    return passenger_model(network)


def joined(search: PassengerSearch) -> set[tuple[str, str]]:
    assert search.offers.unlisted is not None
    return {(search.names[i], search.names[j]) for i, j in np.argwhere(np.isfinite(search.offers.unlisted.drive_min)).tolist()}


def test_where_a_coach_is_listed_there_is_no_other(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The coach by Nanning, Qinzhou and Beihai takes everybody on the mainland, who drives to it; on Hainan there is none."""
    assert joined(passenger_search(coast_with(tmp_path_factory))) == {("longhua", "qiongshan"), ("qiongshan", "longhua")}


def test_only_places_on_the_same_roads_have_one(model: PassengerModel) -> None:
    """The strait and the border lie before Hainan and Hanoi; nobody rides from gateway to gateway, or to airports."""
    mainland, island = ("gangkou", "haicheng", "qingxiu", "qinnan"), ("longhua", "qiongshan")
    assert joined(model.search) == {(i, j) for side in (mainland, island) for i in side for j in side if i != j}


def test_they_ride_no_service_and_that_is_said(model: PassengerModel) -> None:
    made = np.sum([model.trips_by(purpose).sum() - model.trips_by(purpose)[..., CAR].sum() for purpose in PURPOSES])
    lost = sum(item.trips_day for item in model.lost_ways_home)
    assert model.riders.sum() == pytest.approx(made - lost - model.unlisted_coach_trips)
    assert model.left_out[: len(LEFT_OUT)] == LEFT_OUT
    assert model.left_out[len(LEFT_OUT)].startswith(f"{model.unlisted_coach_trips:,.0f} trips a day by coaches that are in no data")
    assert sum(model.trips_by_mode().values()) == pytest.approx(model.demand.total())


def test_their_trips_are_counted_as_coach(model: PassengerModel) -> None:
    unlisted, names = model.search.offers.unlisted, model.people.names
    assert unlisted is not None
    coach = np.sum([model.trips_by(purpose)[..., COACH] for purpose in PURPOSES], axis=0)
    pair = names.index("gangkou"), names.index("qingxiu")
    # 100 min each way over g75 and the port road
    assert unlisted.drive_min[pair] == pytest.approx(100, abs=0.1)
    assert coach[pair] > 0
    assert model.unlisted_coach_trips == pytest.approx(coach.sum()) == pytest.approx(model.trips_by_mode()["coach"])
    assert model.unlisted_coach_km == pytest.approx((coach * unlisted.km).sum())


def test_without_them_who_has_no_car_gets_a_lift(network: Network, model: PassengerModel) -> None:
    choice = network.settings.choice.model_copy(update={"unlisted_coach": UnlistedCoach(offered=False)})
    without = dataclasses.replace(network, settings=network.settings.model_copy(update={"choice": choice}))
    found = passenger_model(without, search=model.search)
    assert found.unlisted_coach_trips == found.unlisted_coach_km == 0
    assert not any("in no data" in item for item in found.left_out)
    assert found.trips_by_mode()["car"] > model.trips_by_mode()["car"]


def test_a_network_without_coaches_has_none(coast: Callable[..., Network]) -> None:
    found = passenger_model(settled(coast()))
    assert found.search.offers.unlisted is None
    assert found.trips_by_mode()["coach"] == 0
