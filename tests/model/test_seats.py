"""Passengers on services in the passenger loop: all of them ride, out and home, and full trains are taken by fewer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from bbwnet.choice.mode_table import ALTERNATIVES
from bbwnet.demand.user_trips import TwoWays
from bbwnet.errors import DidNotConverge, InputError
from bbwnet.model.passenger_loop import LoopSettings, passenger_model
from bbwnet.model.passenger_model import PassengerModel
from bbwnet.model.passenger_search import passenger_search
from bbwnet.model.service_loading import cell_riders
from bbwnet.network.network import Network
from bbwnet.scenario.schema.demand import PURPOSES
from tests.model.test_passenger_loop import settled

Networks = Callable[..., Network]
CAR = ALTERNATIVES.index(("car", False))
FEW = "choice.crowding.seats={emu_250: 6000, conventional: 6000, rail: 6000, ferry: 6000, coach: 6000}"
WHOEVER = "choice.crowding.method=none"
COUNTED = "choice.crowding.modes=[rail, coach, ferry, air]"


@pytest.fixture(scope="module")
def whoever(coast: Networks) -> PassengerModel:
    return passenger_model(settled(coast(FEW, COUNTED, WHOEVER)))


@pytest.fixture(scope="module")
def crowded(coast: Networks) -> PassengerModel:
    return passenger_model(settled(coast(FEW, COUNTED)))


@pytest.mark.parametrize("name", ["whoever", "crowded"])
def test_all_who_take_a_service_ride(name: str, request: pytest.FixtureRequest) -> None:
    """Riders of journeys are the trips by services and on foot; those on board come from the journeys that ride."""
    model: PassengerModel = request.getfixturevalue(name)
    made = sum(model.trips_by(purpose)[..., :].sum() - model.trips_by(purpose)[..., CAR].sum() for purpose in PURPOSES)
    lost = sum(item.trips_day for item in model.lost_ways_home)
    assert model.riders.sum() == pytest.approx(made - lost)
    journeys = model.search.offers.journeys
    assert model.run_loads.boardings.sum() == pytest.approx((model.riders * journeys.rides).sum())
    assert model.stop_loads.alightings.sum() == pytest.approx(model.run_loads.alightings.sum())
    assert model.converged
    assert model.rounds[-1].crowding_gap <= 5e-3


def test_who_comes_home_rides_the_other_way(whoever: PassengerModel) -> None:
    """One person from qingxiu to haicheng and home: one each way, by whatever takes him."""
    offers, names = whoever.search.offers, whoever.people.names
    pair = names.index("qingxiu"), names.index("haicheng")
    one = np.zeros((len(names), len(names)))
    one[pair] = 1
    choices = whoever.choices["leisure"]
    by_service = 1 - choices.shares[pair][CAR]
    for ways, there, back in ((TwoWays(one, 0 * one), 1, 0), (TwoWays(0 * one, one), 0, 1), (TwoWays(one, one), 1, 1)):
        cells = cell_riders(offers, ways, choices).reshape(len(names), len(names), -1).sum(axis=2)
        assert cells[pair] == pytest.approx(there * by_service)
        assert cells[pair[::-1]] == pytest.approx(back * by_service)
        assert cells.sum() == pytest.approx((there + back) * by_service)


def test_fewer_ride_where_seats_are_few(whoever: PassengerModel, crowded: PassengerModel) -> None:
    assert not whoever.crowding_min.any()
    assert whoever.rounds[-1].crowding_gap == 0
    assert crowded.crowding_min.max() > 1
    assert max(item.crowding_rounds for item in crowded.rounds) > 0
    assert np.nanmax(crowded.run_loads.load_factor) < np.nanmax(whoever.run_loads.load_factor)
    assert len(whoever.full_runs) > 0
    over = [np.maximum(item.run_loads.on_board - 6000, 0).sum() for item in (whoever, crowded)]
    assert over[1] < 0.9 * over[0]
    assert crowded.trips_by_mode()["rail"] < whoever.trips_by_mode()["rail"]


def test_minutes_fit_the_loads_they_bring_about(crowded: PassengerModel) -> None:
    """Journeys of one ride, their minutes worked out again from the loads that came out; headways lie between 10 minutes and two hours."""
    journeys, loads = crowded.search.offers.journeys, crowded.run_loads
    factor = np.zeros(len(journeys.trips.stop))
    factor[journeys.trips.first_call[loads.trip] + loads.position] = np.nan_to_num(loads.load_factor)
    alone = np.flatnonzero(journeys.rides == 1)
    fullest = np.array(
        [factor[journeys.ride_from[ride] : journeys.ride_to[ride]].max() for ride in journeys.first_ride[alone]], dtype=np.float64
    )
    found, riders = crowded.crowding_min[alone], crowded.riders[alone]
    # waited 1.5-fold: half the headway where just full, to the fourth power of the load, at most an hour
    least, most = (1.5 * 60 * (1 - np.exp(-headway / 2 * fullest**4 / 60)) for headway in (10, 120))
    off = np.maximum(least - found, 0) + np.maximum(found - most, 0)
    assert (riders * off).sum() < 5e-3 * (riders * journeys.minutes[alone]).sum()
    assert found.max() > 10


def test_a_search_is_used_again_with_other_figures(coast: Networks, whoever: PassengerModel) -> None:
    """The same as a search of its own, to the last digit; a search of another network is refused."""
    dearer = settled(coast(FEW, COUNTED, WHOEVER, "choice.constants.rail=40", "demand.passenger.purposes.leisure.trips_per_person_year=5"))
    again = passenger_model(dearer, search=whoever.search)
    afresh = passenger_model(dearer)
    assert again.riders.tobytes() == afresh.riders.tobytes()
    assert again.trips_by_mode() == afresh.trips_by_mode()
    assert again.trips_by_mode()["rail"] < whoever.trips_by_mode()["rail"]
    other = passenger_search(settled(coast("policy.headway_factor.rail=0.5")))
    with pytest.raises(InputError, match="of another network"):
        passenger_model(dearer, search=other)


def test_a_crowding_gap_that_is_not_reached_is_never_silent(coast: Networks) -> None:
    network = settled(coast(FEW, COUNTED, "choice.crowding.gap=1e-9"))
    with pytest.raises(DidNotConverge, match="minutes in full vehicles miss their loads"):
        passenger_model(network, settings=LoopSettings(most_rounds=2, most_crowding_rounds=1))


def test_the_result_is_the_same_each_time(coast: Networks, crowded: PassengerModel) -> None:
    again = passenger_model(settled(coast(FEW, COUNTED)))
    assert again.riders.tobytes() == crowded.riders.tobytes()
    assert again.rounds == crowded.rounds
