"""What modes offer between places: on the coast, and for wishes worked by hand."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable

import numpy as np
import pytest

from bbwnet.choice.mode_table import ALTERNATIVES, ModeTable, _offer, _slot, mode_table
from bbwnet.choice.utility import generalised_cost
from bbwnet.network.network import Network
from bbwnet.network.state import NetworkState
from bbwnet.routing.door_to_door import DoorToDoor
from bbwnet.routing.fares import Fares, LegLike
from bbwnet.routing.in_vehicle import Ride
from bbwnet.routing.journeys import Journey, Leg, journey
from bbwnet.scenario.schema.choice import CarAvailable, ModeConstants, TravelChoice

NAMES = ("haicheng", "longhua", "qingxiu", "qinnan")
NINE = 9 * 3600
SLOT = {alternative: number for number, alternative in enumerate(ALTERNATIVES)}


@pytest.fixture(scope="module")
def doors(coast: Callable[..., Network]) -> DoorToDoor:
    network = coast()
    return DoorToDoor(network, NetworkState.free_flow(network), NAMES)


@pytest.fixture(scope="module")
def table(doors: DoorToDoor) -> ModeTable:
    return mode_table(doors, Fares(doors.network), NAMES, (NINE,))


def test_the_table_holds_the_journeys_of_each_mode(doors: DoorToDoor, table: ModeTable) -> None:
    found = journey(doors.by("rail"), "qingxiu", "haicheng", NINE, planned=True)
    assert found is not None
    choice = doors.network.settings.choice
    cost = generalised_cost(found, None, choice, "business", through_ticket=False)
    assert table.felt_min[2, 0, SLOT["rail", False]] == pytest.approx(cost.time_min + cost.transfer_min)
    drive = journey(doors.by("road"), "qingxiu", "haicheng", NINE, planned=True)
    assert drive is not None
    assert table.quickest_min[2, 0] == min(found.minutes(planned=True), drive.minutes(planned=True))
    # the coast has no tariffs: every fare is assumed by km
    assert table.fare_assumed[2, 0, SLOT["rail", False]]
    assert table.fare_cny[2, 0, SLOT["rail", False]] == pytest.approx(0.45 * found.length_km)


def test_from_a_place_to_itself_there_is_nothing(table: ModeTable) -> None:
    assert np.isinf(table.felt_min[np.arange(4), np.arange(4)]).all()
    assert table.quickest_min.diagonal().tolist() == [0] * 4


def test_shares_and_logsums(table: ModeTable) -> None:
    choice = TravelChoice(car_available=CarAvailable(leisure=1.0))
    found = table.choices(choice, "leisure")
    reached = np.isfinite(table.felt_min).any(axis=2)
    assert found.shares.sum(axis=2) == pytest.approx(reached.astype(float))
    cost = table.cost_min(choice, "leisure")
    assert (found.cost_min[reached] <= cost.min(axis=2)[reached] + 1e-9).all()
    assert np.isinf(found.cost_min[~reached]).all()


def test_who_has_no_car_takes_another_mode_or_a_lift(table: ModeTable) -> None:
    car = SLOT["car", False]
    some, every, none = (table.choices(TravelChoice(car_available=CarAvailable(leisure=share)), "leisure") for share in (0.35, 1, 0))
    assert some.shares == pytest.approx(0.35 * every.shares + 0.65 * none.shares)
    assert none.shares[2, 0, car] == 0
    by_car_alone = np.where(np.arange(len(ALTERNATIVES)) == car, table.felt_min, np.inf)
    lift = dataclasses.replace(table, felt_min=by_car_alone).choices(TravelChoice(), "leisure")
    assert lift.shares[2, 0].tolist() == np.eye(len(ALTERNATIVES))[car].tolist()
    assert np.isfinite(lift.cost_min[2, 0])


def test_a_constant_moves_travellers(table: ModeTable) -> None:
    base, worse = TravelChoice(), TravelChoice(constants=ModeConstants(car=60.0))
    car = SLOT["car", False]
    assert table.choices(worse, "business").shares[2, 0, car] < table.choices(base, "business").shares[2, 0, car]


def test_pairs_and_searches_that_are_not_asked_for_are_left_out(doors: DoorToDoor) -> None:
    pairs = np.zeros((4, 4), dtype=bool)
    pairs[2, 0] = True
    found = mode_table(doors, Fares(doors.network), NAMES, (NINE,), pairs, {"road": np.zeros((4, 4), dtype=bool)})
    assert np.isfinite(found.felt_min).any(axis=2).sum() == 1
    assert np.isinf(found.felt_min[..., SLOT["car", False]]).all()
    with pytest.raises(ValueError, match="starts_s is empty"):
        mode_table(doors, Fares(doors.network), NAMES, ())


class Given:
    """Fares of 10 CNY for each leg, none known of those of an hour or more."""

    def journey_cny(self, legs: Iterable[LegLike]) -> float | None:
        found = list(legs)
        return None if any(leg.length_km > 50 for leg in found) else 10.0 * len(found)


def ride(mode: str, start: int, leave: int, arrive: int, km: float = 50) -> Journey:
    made = Ride("x", mode, None, "a", "b", leave, arrive, km, (), 0, 1.0)
    return Journey(start, (Leg("ride", "ride", mode, "a", "b", leave, arrive, km, made),))


def test_every_wish_takes_the_journey_that_is_felt_least() -> None:
    """Wishes at 6 and 12: the train at 8 serves both; leaving two hours later or four earlier counts three tenths."""
    starts = (6 * 3600, 12 * 3600)
    eight = ride("rail", starts[0], 8 * 3600, 9 * 3600)
    felt, cny, assumed = _offer([eight, None], Given(), starts, TravelChoice(), through_ticket=False)
    assert (felt, cny) == pytest.approx((60 + 0.3 * 180, 10))
    assert not assumed
    # another at noon, of two hours, is felt like 120, the early one like 60 + 72: the second wish takes it
    noon = ride("rail", starts[1], starts[1], 14 * 3600, 80)
    felt, cny, assumed = _offer([eight, noon], Given(), starts, TravelChoice(), through_ticket=False)
    assert (felt, cny) == pytest.approx(((96 + 120) / 2, (10 + 0.45 * 80) / 2))
    assert assumed


def test_slots() -> None:
    rail = ride("rail", 0, 0, 3600)
    both = Journey(0, (*rail.legs, *ride("air", 0, 4000, 7000, 400).legs))
    walk = Journey(0, (Leg("ride", "way", "walk", "a", "b", 0, 600, 0.8),))
    assert _slot(rail, "rail") == SLOT["rail", False]
    assert _slot(rail, "transit") == -1
    assert _slot(both, "transit") == SLOT["air", True]
    assert _slot(walk, "transit") == SLOT["local", False]
