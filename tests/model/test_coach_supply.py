"""Coaches follow demand: vehicles worked by hand, on the roads and in the loop."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from bbwnet.assignment.service_loads import CallLoads
from bbwnet.model.coach_supply import coach_supply
from bbwnet.model.flow_totals import mode_totals, service_km
from bbwnet.model.flows import Flows
from bbwnet.model.passenger_loop import passenger_model
from bbwnet.model.passenger_model import PassengerModel
from bbwnet.model.road_loading import RoadLoading
from bbwnet.network.network import Network
from bbwnet.network.state import NetworkState
from bbwnet.scenario.schema.choice import CoachVehicles
from bbwnet.scenario.schema.demand import PURPOSES
from tests.model.test_passenger_loop import settled
from tests.model.test_road_loading import PLACES, coast_with_coaches

SERVICE = "coach_nanning_beihai"


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """Coaches have ten seats."""
    made = settled(coast_with_coaches(tmp_path_factory.mktemp("coast")))
    crowding = made.settings.choice.crowding
    return with_choice(made, crowding=crowding.model_copy(update={"seats": {**crowding.seats, "coach": 10}}))


def with_choice(network: Network, **given: object) -> Network:
    choice = network.settings.choice.model_copy(update=given)
    return dataclasses.replace(network, settings=network.settings.model_copy(update={"choice": choice}))


def directions(network: Network) -> tuple[int, int]:
    """Patterns of the coach from Nanning (06:00, 06:30) and back (23:30)."""
    patterns = network.trips.patterns
    there, back = (
        next(row for row, item in enumerate(patterns) if item.service == SERVICE and item.stops[0] == start)
        for start in ("qingxiu", "haicheng")
    )
    return there, back


def aboard(network: Network, there: tuple[tuple[float, float], ...], back: tuple[float, float]) -> CallLoads:
    """So many on board of each run on its two hops."""
    trips = network.trips
    on_board = np.zeros(len(trips.stop))
    for number, loads in zip(directions(network), (there, (back,)), strict=True):
        for row, hops in zip(np.flatnonzero(trips.pattern == number).tolist(), loads, strict=True):
            on_board[trips.first_call[row] : trips.first_call[row] + 2] = hops
    nothing = np.zeros(len(on_board))
    return CallLoads(nothing, nothing, nothing, nothing, on_board)


def test_vehicles_of_a_direction_find_seats_seven_tenths_full(network: Network) -> None:
    """Out 5 + 30 and then 10 + 46 on board of two runs of ten seats: 56 / (2 x 10 x 0.7) = 4 vehicles a run; back 6 of 7 have a seat."""
    found = coach_supply(network, network.trips, aboard(network, ((5, 10), (30, 46)), (6, 6)))
    there, back = directions(network)
    assert (found.per_run[there], found.per_run[back]) == (pytest.approx(4), 1)
    assert np.delete(found.per_run, [there, back]).tolist() == [1] * (len(found.per_run) - 2)
    assert found.followed == 1
    # three more for each of two runs all the way
    assert found.added_km == pytest.approx(2 * 3 * sum(network.trips.patterns[there].length_km))


def test_where_the_timetable_stays(network: Network) -> None:
    loads = aboard(network, ((5, 10), (30, 46)), (6, 6))
    crowding = network.settings.choice.crowding
    fixed = with_choice(network, coach_supply=CoachVehicles(follows_demand=False))
    crowded = with_choice(network, crowding=crowding.model_copy(update={"modes": ("coach",)}))
    unknown = with_choice(network, crowding=crowding.model_copy(update={"seats": {}}))
    for case in (fixed, crowded, unknown):
        found = coach_supply(case, case.trips, loads)
        assert (found.per_run == 1).all()
        assert (found.added_km, found.followed) == (0, 0)


def test_they_are_on_the_roads_at_the_hours_of_the_timetable(network: Network) -> None:
    """Four vehicles for each run out: 06:00 passes before seven and 06:30 after, each four fold; back there is one as ever."""
    loading = RoadLoading(network, NetworkState.free_flow(network), PLACES)
    per_run = np.ones(len(network.trips.patterns))
    per_run[directions(network)[0]] = 4
    nobody = np.zeros((len(PURPOSES), len(PLACES), len(PLACES)))
    usual, more = (loading.loads(loading.assign(nobody, coaches_per_run=item), item) for item in (None, per_run))
    row = next(row for row, name in enumerate(more.link) if name == "g75_qingxiu-qinnan" and not more.backward[row])
    coach = more.classes.index("coach")
    assert usual.vehicles_h[:, coach, row] == pytest.approx([1 / 7, 1 / 3, 0, 0, 0])
    assert more.vehicles_h[:, coach, row] == pytest.approx([4 / 7, 4 / 3, 0, 0, 0])
    assert more.pcu_h[:, row] == pytest.approx(1.5 * more.vehicles_h[:, coach, row])
    back = next(row for row, name in enumerate(more.link) if name == "g75_qinnan-haicheng" and more.backward[row])
    assert more.vehicles_h[:, coach, back] == pytest.approx(usual.vehicles_h[:, coach, back])


@pytest.fixture(scope="module")
def model(network: Network) -> PassengerModel:
    return passenger_model(network)


def test_the_loop_puts_on_as_many_as_its_riders_need(network: Network, model: PassengerModel) -> None:
    there, back = directions(network)
    loads = model.run_loads
    assert model.converged
    assert model.coaches.followed > 0
    for number in (there, back):
        of_pattern = loads.trips.pattern[loads.trip] == number
        most = np.bincount(loads.position[of_pattern], weights=loads.on_board[of_pattern]).max()
        runs = len(np.unique(loads.trip[of_pattern]))
        assert model.coaches.per_run[number] == pytest.approx(max(1.0, most / (runs * 10 * 0.7)))
        assert loads.seats[of_pattern] == pytest.approx(10 * model.coaches.per_run[number])
    # over its direction nothing is fuller than that, single runs may be
    fixed = passenger_model(with_choice(network, coach_supply=CoachVehicles(follows_demand=False)), search=model.search)
    assert (fixed.coaches.per_run == 1).all()
    assert model.loads.km_of("coach") > fixed.loads.km_of("coach")
    assert np.nanmax(model.run_loads.load_factor) < np.nanmax(fixed.run_loads.load_factor)
    assert any(item.startswith("coaches follow demand (assumed, choice.coach_supply)") for item in model.left_out)
    assert not any(item.startswith("coaches follow demand") for item in fixed.left_out)


def test_totals_have_coaches_beyond_the_timetable(network: Network, model: PassengerModel) -> None:
    """Those that follow demand, and 945 km of travellers in coaches in no data: 945 / (45 x 0.7) = 30 km of vehicles."""
    made = dataclasses.replace(model, unlisted_coach_km=945.0)
    cases = [
        Flows(network, passengers, None, (), 1e-3, (), converged=True, seconds={})
        for passengers in (made, dataclasses.replace(model, unlisted_coach_km=0.0))
    ]
    (more,), (less,) = ([item for item in mode_totals(case) if item.mode == "coach"] for case in cases)
    assert more.passenger_km == pytest.approx((less.passenger_km or 0) + 945)
    assert more.vehicle_km == pytest.approx((less.vehicle_km or 0) + 30)
    assert less.vehicle_km == pytest.approx(service_km(network)["coach"] + model.coaches.added_km)
