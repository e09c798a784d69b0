"""What modes offer between places: on the coast, and for wishes worked by hand."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from bbwnet.choice.departure_choice import wish_weights
from bbwnet.choice.departure_kernels import _one_by_one, spread_wishes
from bbwnet.choice.mode_table import ALTERNATIVES, ModeTable, ServiceOffers, service_offers
from bbwnet.choice.nested_logit import nested_logit
from bbwnet.choice.utility import generalised_cost, nests_of
from bbwnet.network.network import Network
from bbwnet.network.state import NetworkState
from bbwnet.network.trips import compile_trips
from bbwnet.routing.door_to_door import DoorToDoor
from bbwnet.routing.fares import Fares
from bbwnet.routing.journey_set import JourneySet
from bbwnet.routing.journeys import journey
from bbwnet.scenario.schema.choice import CarAvailable, DepartureChoice, ModeConstants, TravelChoice

NAMES = ("haicheng", "longhua", "qingxiu", "qinnan")
NINE = 9 * 3600
SLOT = {alternative: number for number, alternative in enumerate(ALTERNATIVES)}
ALL_DAY = (1.0,) * 24
CAR, RAIL, LOCAL = SLOT["car", False], SLOT["rail", False], SLOT["local", False]


@pytest.fixture(scope="module")
def doors(coast: Callable[..., Network]) -> DoorToDoor:
    network = coast()
    return DoorToDoor(network, NetworkState.free_flow(network), NAMES)


@pytest.fixture(scope="module")
def offers(doors: DoorToDoor) -> ServiceOffers:
    return service_offers(doors, Fares(doors.network), NAMES, wishes_s=(NINE,))


@pytest.fixture(scope="module")
def table(offers: ServiceOffers) -> ModeTable:
    return offers.table(TravelChoice(), "leisure", ALL_DAY)


def test_the_table_holds_the_journeys_of_each_mode(doors: DoorToDoor, offers: ServiceOffers) -> None:
    found = journey(doors.by("rail"), "qingxiu", "haicheng", NINE, planned=True)
    assert found is not None
    nine = TravelChoice(departure=DepartureChoice(first_wish="09:00", last_wish="09:00"))
    table = offers.table(nine, "business", ALL_DAY)
    cost = generalised_cost(found, None, nine, "business", through_ticket=False)
    assert table.felt_min[2, 0, RAIL] == pytest.approx(cost.time_min + cost.transfer_min)
    drive = journey(doors.by("road"), "qingxiu", "haicheng", NINE, planned=True)
    assert drive is not None
    assert table.quickest_min[2, 0] == min(found.minutes(planned=True), drive.minutes(planned=True))
    # the coast has no tariffs: every fare is assumed by km
    assert table.fare_assumed[2, 0, RAIL]
    assert table.fare_cny[2, 0, RAIL] == pytest.approx(0.45 * found.length_km)


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
    some, every, none = (table.choices(TravelChoice(car_available=CarAvailable(leisure=share)), "leisure") for share in (0.35, 1, 0))
    assert some.shares == pytest.approx(0.35 * every.shares + 0.65 * none.shares)
    assert none.shares[2, 0, CAR] == 0
    by_car_alone = np.where(np.arange(len(ALTERNATIVES)) == CAR, table.felt_min, np.inf)
    lift = dataclasses.replace(table, felt_min=by_car_alone).choices(TravelChoice(), "leisure")
    assert lift.shares[2, 0].tolist() == np.eye(len(ALTERNATIVES))[CAR].tolist()
    assert np.isfinite(lift.cost_min[2, 0])


def test_a_constant_moves_travellers(table: ModeTable) -> None:
    base, worse = TravelChoice(), TravelChoice(constants=ModeConstants(car=60.0))
    assert table.choices(worse, "business").shares[2, 0, CAR] < table.choices(base, "business").shares[2, 0, CAR]


def test_pairs_and_searches_that_are_not_asked_for_are_left_out(doors: DoorToDoor) -> None:
    pairs = np.zeros((4, 4), dtype=bool)
    pairs[2, 0] = True
    barred = np.zeros((4, 4, len(ALTERNATIVES)), dtype=bool)
    barred[2, 0, SLOT["coach", False]] = True
    fares, nowhere = Fares(doors.network), np.zeros((4, 4), dtype=bool)
    found = service_offers(doors, fares, NAMES, pairs, {"road": nowhere}, barred=barred).table(TravelChoice(), "leisure", ALL_DAY)
    assert np.isfinite(found.felt_min).any(axis=2).sum() == 1
    assert np.isinf(found.felt_min[..., CAR]).all()
    assert np.isinf(found.felt_min[..., SLOT["coach", False]]).all()
    assert np.isfinite(found.felt_min[2, 0, RAIL])
    with pytest.raises(ValueError, match="wishes_s is empty"):
        service_offers(doors, fares, NAMES, wishes_s=())


def test_shares_of_the_journeys_of_a_cell_add_up(doors: DoorToDoor) -> None:
    found = service_offers(doors, Fares(doors.network), NAMES)
    for purpose in ("business", "commuting"):
        share = found.table(TravelChoice(), purpose, ALL_DAY).journey_share
        assert np.add.reduceat(share, found.first[:-1]) == pytest.approx(1)
        assert (share >= 0).all()


def made(journeys: Sequence[dict[str, Any]], cells: Sequence[int], places: int = 2) -> ServiceOffers:
    """Offers of hand-made journeys: leave_s, minutes in a vehicle, fare, rides; sorted by cell."""
    count = len(journeys)
    rides = np.array([item.get("rides", 1) for item in journeys], dtype=np.int64)
    seconds = np.zeros((count, 7), dtype=np.int64)
    seconds[:, 0] = [item["minutes"] * 60 for item in journeys]
    leave = np.array([item["leave_s"] for item in journeys], dtype=np.int64)
    nothing = np.zeros(count, dtype=np.int64)
    ridden = np.zeros(int(rides.sum()), dtype=np.int64)
    cell, first = np.unique(np.array(cells, dtype=np.int64), return_index=True)
    return ServiceOffers(
        tuple("ab"[:places]),
        JourneySet(
            tuple("ab"[:places]), ("rail",), compile_trips((), {}), nothing.astype(np.int8), nothing.astype(np.int32),
            nothing.astype(np.int32), leave, leave + seconds[:, 0], seconds, np.full(count, 100.0), np.zeros((count, 4)), nothing,
            np.array([item.get("fare", np.nan) for item in journeys], dtype=np.float64), np.concatenate([[0], np.cumsum(rides)]),
            ridden, ridden, ridden, ridden, ridden, ridden, nothing,
        ),
        cell, np.append(first, count).astype(np.int64), np.zeros((places, places)), through_ticket=False,
    )  # fmt: skip


def two_wishes(scale: float = 0.2) -> TravelChoice:
    return TravelChoice(departure=DepartureChoice(first_wish="06:00", last_wish="12:00", every_min=360, scale=scale))


def test_one_journey_serves_every_wish() -> None:
    """Wishes at 6 and 12: the train at 8 serves both; leaving two hours later or four earlier counts three tenths."""
    offers = made([{"leave_s": 8 * 3600, "minutes": 60, "fare": 10.0}], [len(ALTERNATIVES) + RAIL])
    table = offers.table(two_wishes(), "leisure", (*(0,) * 6, 1, *(0,) * 5, 1, *(0,) * 11))
    assert table.felt_min[0, 1, RAIL] == pytest.approx(60 + 0.3 * 180)
    assert table.fare_cny[0, 1, RAIL] == 10
    assert not table.fare_assumed[0, 1, RAIL]


def test_wishes_choose_among_departures_by_logit() -> None:
    """The train at 8 (60 min, 10 CNY) against one at noon (120 min, fare assumed 45 CNY), at 18 CNY/h and 0.008/min over 0.2."""
    offers = made(
        [{"leave_s": 8 * 3600, "minutes": 60, "fare": 10.0}, {"leave_s": 12 * 3600, "minutes": 120}], [len(ALTERNATIVES) + RAIL] * 2
    )
    choice = two_wishes()
    table = offers.table(choice, "leisure", (*(0,) * 6, 1, *(0,) * 5, 3, *(0,) * 11))
    eight, noon = 60 + 10 * 60 / 18, 120 + 45 * 60 / 18
    costs = [(eight + 36, noon + 108), (eight + 72, noon)]
    rate = 0.008 / 0.2
    logsums = [-math.log(math.exp(-rate * first) + math.exp(-rate * second)) / rate for first, second in costs]
    shares = [1 / (1 + math.exp(-rate * (second - first))) for first, second in costs]
    early = 0.25 * shares[0] + 0.75 * shares[1]
    assert table.journey_share == pytest.approx([early, 1 - early])
    assert table.fare_cny[0, 1, RAIL] == pytest.approx(10 * early + 45 * (1 - early))
    assert table.cost_min(choice, "leisure")[0, 1, RAIL] == pytest.approx(0.25 * logsums[0] + 0.75 * logsums[1])
    assert table.fare_assumed[0, 1, RAIL]


def test_one_more_departure_never_makes_a_mode_dearer() -> None:
    one = {"leave_s": 8 * 3600, "minutes": 60, "fare": 10.0}
    choice, worse = two_wishes(), {"leave_s": 8 * 3600 + 600, "minutes": 400, "fare": 90.0}
    cost = [
        made(items, [len(ALTERNATIVES) + RAIL] * len(items)).table(choice, "leisure", ALL_DAY).cost_min(choice, "leisure")[0, 1, RAIL]
        for items in ([one], [one, worse], [one, worse, one])
    ]
    assert cost[0] > cost[1] > cost[2]


def test_minutes_besides_move_riders_to_the_other_departure() -> None:
    items = [{"leave_s": 9 * 3600, "minutes": 60, "fare": 10.0}] * 2
    offers = made(items, [len(ALTERNATIVES) + RAIL] * 2)
    even = offers.table(two_wishes(), "leisure", ALL_DAY)
    moved = offers.table(two_wishes(), "leisure", ALL_DAY, offers.felt_min(two_wishes()) + np.array([50.0, 0.0]))
    assert even.journey_share == pytest.approx([0.5, 0.5])
    assert moved.journey_share[0] == pytest.approx(1 / (1 + math.exp(50 * 0.04)))


def test_who_walks_leaves_when_he_likes() -> None:
    """Many times to set out on foot are no choice: each wish takes its own, and nothing is gained."""
    items = [{"leave_s": hour * 3600, "minutes": 30, "fare": 0.0, "rides": 0} for hour in (6, 12)]
    offers = made(items, [len(ALTERNATIVES) + LOCAL] * 2)
    table = offers.table(two_wishes(), "leisure", ALL_DAY)
    assert table.felt_min[0, 1, LOCAL] == pytest.approx(30)
    assert table.journey_share == pytest.approx([9 / 24, 15 / 24])


def test_wishes_stand_for_the_hours_nearest_to_them() -> None:
    hours = [{2: 1.0, 8: 2.0, 9: 3.0, 23: 4.0}.get(hour, 0.0) for hour in range(24)]
    assert wish_weights(hours, (6 * 3600, 12 * 3600)) == pytest.approx([0.3, 0.7])
    assert wish_weights(hours, (6 * 3600, 11 * 3600)) == pytest.approx([0.2, 0.8])
    assert wish_weights(ALL_DAY, (6 * 3600, 7 * 3600, 22 * 3600)) == pytest.approx([6.5 / 24, 8 / 24, 9.5 / 24])
    with pytest.raises(ValueError, match="wishes_s must rise"):
        wish_weights(ALL_DAY, (7 * 3600, 6 * 3600))


def test_out_and_home_is_the_mean_of_both_ways() -> None:
    """Out by train (60 min) and home by train (90); out by flight alone, home by flight and train; out by ferry, no way home."""
    air, air_chain, ferry = SLOT["air", False], SLOT["air", True], SLOT["ferry", False]
    items = [
        {"leave_s": NINE, "minutes": minutes, "fare": fare}
        for minutes, fare in ((60, 10.0), (80, 30.0), (70, 20.0), (90, 16.0), (100, 50.0))
    ]
    back = 2 * len(ALTERNATIVES)
    offers = made(items, [len(ALTERNATIVES) + slot for slot in (RAIL, air, ferry)] + [back + RAIL, back + air_chain])
    choice = TravelChoice(departure=DepartureChoice(first_wish="09:00", last_wish="09:00"))
    both, home = offers.round_trips(choice, "leisure", ALL_DAY), offers.home_alternative
    assert both.felt_min[0, 1, [RAIL, air, ferry]].tolist() == pytest.approx([75, 90, 70])
    assert both.fare_cny[0, 1, [RAIL, air, ferry]].tolist() == pytest.approx([13, 40, 20])
    assert home[0, 1, [RAIL, air, ferry, air_chain]].tolist() == [RAIL, air_chain, -1, -1]
    assert both.felt_min[1, 0, [RAIL, air_chain]].tolist() == pytest.approx([75, 90])
    assert home[1, 0, [RAIL, air_chain]].tolist() == [RAIL, air]
    assert np.isinf(both.felt_min[1, 0, air])


def test_choices_are_nested_logit_with_a_car_and_without() -> None:
    """The compiled choice against `nested_logit`, on costs of which some are infinite."""
    random = np.random.default_rng(4)
    cost = random.uniform(30, 400, (12, 12, len(ALTERNATIVES)))
    cost[random.random(cost.shape) < 0.5] = np.inf
    cost[0, 1, CAR], cost[0, 1, CAR + 1 :] = 100.0, np.inf
    cost[0, 2] = np.inf
    choice = TravelChoice(car_available=CarAvailable(business=0.4), constants=ModeConstants(rail=-20.0))
    table = ModeTable(
        ("a",) * 12, cost, np.zeros(cost.shape), np.zeros(cost.shape, dtype=bool), np.zeros((12, 12)), np.zeros(0), np.ones(cost.shape)
    )
    found = table.choices(choice, "business")
    nests = nests_of([mode for mode, _ in ALTERNATIVES], choice)
    utility = -0.012 * table.cost_min(choice, "business")
    everything = nested_logit(utility, nests)
    others = nested_logit(utility, nests, np.broadcast_to(np.arange(len(ALTERNATIVES)) != CAR, cost.shape))
    alone = np.isneginf(others.logsum)
    weight = np.where(alone, 1.0, 0.4)
    assert found.shares == pytest.approx(weight[..., None] * everything.shares + (1 - weight[..., None]) * others.shares, abs=1e-12)
    expected = -(weight * everything.logsum + (1 - weight) * np.where(alone, 0, others.logsum)) / 0.012
    there = np.isfinite(expected)
    assert found.cost_min[there] == pytest.approx(expected[there])
    assert (found.cost_min[~there] == np.inf).all()
    assert alone[0, 1]
    assert not there[0, 2]


def test_sums_along_wishes_are_those_of_each_wish() -> None:
    """Both ways to spread wishes over departures, on random ones."""
    random = np.random.default_rng(7)
    for _ in range(300):
        counts, wishes = random.integers(2, 9, 3), random.integers(1, 18)
        first = np.concatenate([[0], np.cumsum(counts)])
        leave = np.concatenate([np.sort(random.integers(0, 100_000, count)) for count in counts])
        wished = np.sort(random.choice(np.arange(0, 86_400, 600), wishes, replace=False))
        weights = random.random(wishes) / wishes
        cost, rate = random.random(len(leave)) * 300, 10 ** random.uniform(-3, 0)
        along, singly, cells = np.zeros(len(leave)), np.zeros(len(leave)), np.zeros(3)
        spread_wishes(first, leave, cost, np.ones(len(leave), dtype=np.int64), wished, weights, 0.3 / 60, rate, cells, along)
        for cell in range(3):
            alone = _one_by_one(first[cell], first[cell + 1], leave, cost, wished, weights, 0.3 / 60, rate, singly)
            assert cells[cell] == pytest.approx(alone, rel=1e-9)
        assert along == pytest.approx(singly, abs=1e-10)
