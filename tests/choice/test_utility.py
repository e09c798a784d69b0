"""Generalised cost of journeys, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from bbwnet.choice.utility import chain, choose_among, generalised_cost, logsum_minutes, main_mode, nests_of
from bbwnet.routing.in_vehicle import Ride
from bbwnet.routing.journeys import Journey, Leg, LegKind, Part
from bbwnet.scenario.schema.choice import ChoiceMode, Nest, TravelChoice, ValueOfTime


def leg(part: Part, kind: LegKind, mode: str, begin: int, end: int, km: float = 0.0) -> Leg:
    made = Ride("x", mode, None, "a", "b", begin * 60, end * 60, km, (), 0, 1.0) if kind == "ride" else None
    return Leg(part, kind, mode, "a", "b", begin * 60, end * 60, km, made)


TRAIN_AND_FERRY = Journey(
    400 * 60,
    (
        leg("access", "way", "walk", 410, 420, 0.8),
        leg("access", "entry", "terminal", 420, 430),
        leg("wait", "wait", "terminal", 430, 435),
        leg("ride", "ride", "rail", 435, 495, 120.0),
        leg("transfer", "exit", "terminal", 495, 500),
        leg("transfer", "way", "taxi", 500, 510, 6.0),
        leg("border", "formalities", "border", 510, 520),
        leg("ride", "ride", "ferry", 520, 580, 30.0),
        leg("egress", "way", "bus", 580, 600, 5.0),
    ),
)
DRIVE = Journey(400 * 60, (leg("ride", "way", "drive", 400, 500, 150.0), leg("egress", "entry", "terminal", 500, 508)))
TAXI = Journey(0, (leg("ride", "way", "taxi", 0, 20, 10.0),))
CHOICE = TravelChoice(value_of_time=ValueOfTime(business=60.0, leisure=12.0))


def test_a_journey_part_by_part() -> None:
    found = generalised_cost(TRAIN_AND_FERRY, 90.0, CHOICE, "business", through_ticket=False)
    # schedule delay 10 * 0.3, walk 10 * 1.8, entry 10 * 1.3, wait 5 * 1.5, rides 120, exit 5 * 1.3, taxi 10, border 10 * 1.5, bus 20 * 1.2
    assert found.time_min == pytest.approx(3 + 18 + 13 + 7.5 + 120 + 6.5 + 10 + 15 + 24)
    assert (found.transfer_min, found.mode_min, found.fare_min, found.fare_assumed) == (25.0, 0.0, 90.0, False)
    assert found.minutes == pytest.approx(217 + 25 + 90)


def test_for_less_money_the_same_fare_is_dearer() -> None:
    assert generalised_cost(TRAIN_AND_FERRY, 90.0, CHOICE, "leisure", through_ticket=False).fare_min == pytest.approx(450)


def test_one_ticket_halves_what_a_change_is_felt_like() -> None:
    assert generalised_cost(TRAIN_AND_FERRY, 90.0, CHOICE, "business", through_ticket=True).transfer_min == 12.5


def test_who_does_not_know_the_timetable_waits() -> None:
    planned = generalised_cost(TRAIN_AND_FERRY, 90.0, CHOICE, "business", through_ticket=False)
    random = generalised_cost(TRAIN_AND_FERRY, 90.0, CHOICE, "business", through_ticket=False, planned=False)
    assert random.time_min - planned.time_min == pytest.approx(10 * (1.5 - 0.3))


def test_an_unknown_fare_is_assumed_and_says_so() -> None:
    found = generalised_cost(TRAIN_AND_FERRY, None, CHOICE, "business", through_ticket=False)
    assert found.fare_assumed
    assert found.fare_cny == pytest.approx(0.45 * 161.8)


def test_chains_and_main_modes() -> None:
    assert chain(TRAIN_AND_FERRY) == ("rail", "ferry")
    assert main_mode(TRAIN_AND_FERRY) == "rail"
    assert (chain(DRIVE), chain(TAXI), chain(Journey(0, ()))) == (("car",), ("local",), ("local",))
    park_and_ride = Journey(0, (leg("access", "way", "drive", 0, 200, 300.0), leg("ride", "ride", "air", 200, 260, 400.0)))
    assert chain(park_and_ride) == ("air",)


def test_a_mode_constant_moves_its_mode() -> None:
    choice = CHOICE.model_copy(update={"constants": CHOICE.constants.model_copy(update={"car": 7.0})})
    assert generalised_cost(DRIVE, 50.0, choice, "business", through_ticket=False).mode_min == 7
    assert generalised_cost(DRIVE, 50.0, choice, "business", through_ticket=False).time_min == pytest.approx(100 + 8 * 1.3)


def test_the_same_journey_twice_is_no_second_choice() -> None:
    once = choose_among([TRAIN_AND_FERRY, DRIVE], np.array([300.0, 280.0]), CHOICE, "business")
    twice = choose_among([TRAIN_AND_FERRY, TRAIN_AND_FERRY, DRIVE], np.array([300.0, 300.0, 280.0]), CHOICE, "business")
    assert twice.shares[2] == pytest.approx(once.shares[1], abs=1e-12)
    assert float(logsum_minutes(twice, CHOICE, "business")) == pytest.approx(float(logsum_minutes(once, CHOICE, "business")), abs=1e-9)
    # of two modes at nearly one cost the expected best is better than either
    assert float(logsum_minutes(once, CHOICE, "business")) < 280


def test_without_path_size_it_is() -> None:
    choice = CHOICE.model_copy(update={"path_size": 0.0})
    once = choose_among([TRAIN_AND_FERRY, DRIVE], np.array([300.0, 280.0]), choice, "business")
    twice = choose_among([TRAIN_AND_FERRY, TRAIN_AND_FERRY, DRIVE], np.array([300.0, 300.0, 280.0]), choice, "business")
    assert twice.shares[2] < once.shares[1] - 0.01


def test_nests_of_the_scenario() -> None:
    modes: list[ChoiceMode] = ["rail", "car", "coach"]
    found = nests_of(modes, CHOICE)
    assert found.member.tolist() == [1, 0, 1]
    assert found.scale.tolist() == [1, 0.6, 1]


def test_nests_that_leave_a_mode_out_are_refused() -> None:
    with pytest.raises(ValueError, match="every mode in one nest"):
        TravelChoice(nests={"all": Nest(modes=("car", "rail"))})
