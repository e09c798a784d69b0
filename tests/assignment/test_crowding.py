"""Full vehicles: minutes by hand, two trains side by side of which one has few seats, and the loop on the coast."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from bbwnet.assignment.crowding import CrowdedRides, full_runs, ride_frequency, seats_of
from bbwnet.assignment.service_loads import call_loads
from bbwnet.choice.mode_table import ALTERNATIVES, ServiceOffers
from bbwnet.network.network import Network
from bbwnet.network.trips import Pattern, compile_trips
from bbwnet.routing.journey_set import JourneySet
from bbwnet.scenario.schema.choice import Crowding, DepartureChoice, TravelChoice
from tests.assignment.test_service_loads import line, rides

RAIL = ALTERNATIVES.index(("rail", False))
ALL_DAY = (1.0,) * 24
NINE = 9 * 3600


def choice_of(**crowding: object) -> TravelChoice:
    return TravelChoice(
        departure=DepartureChoice(first_wish="09:00", last_wish="09:00"),
        crowding=Crowding.model_validate({"seats": {"big": 900, "small": 100}, **crowding}),
    )


def classed(service: str, train_class: str | None, *starts: int, mode: str = "rail") -> Pattern:
    return dataclasses.replace(line(service, mode, ("a", "b"), *starts), train_class=train_class)


def network_of(coast: Network, *patterns: Pattern) -> Network:
    """The coast's records with these trips, between two of its nodes."""
    index = {"a": 0, "b": 1}
    return dataclasses.replace(coast, trips=compile_trips(patterns, index), node_index={**coast.node_index, **index})


class TwoTrains:
    """Two trains at nine, of an hour each, 900 and 100 seats; `persons` on leisure take one of them."""

    def __init__(self, coast: Network, persons: float, **crowding: object) -> None:
        network = network_of(coast, classed("first", "big", NINE), classed("second", "small", NINE))
        self.persons, self.choice = persons, choice_of(**crowding)
        self.journeys: JourneySet = dataclasses.replace(
            rides(network.trips, ((0, 0, 1),), ((1, 0, 1),)),
            leave_s=np.array([NINE, NINE]), seconds=np.array([[3600, 0, 0, 0, 0, 0, 0]] * 2), fare_cny=np.zeros(2),
        )  # fmt: skip
        cell = np.array([len(ALTERNATIVES) + RAIL])
        self.offers = ServiceOffers(("a", "b"), self.journeys, cell, np.array([0, 2]), np.zeros((2, 2)), through_ticket=False)
        self.crowded = CrowdedRides(network, self.journeys, self.choice)

    def settle(self, rounds: int = 200) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
        """Riders of each train, what it is felt longer, and the gap in the end."""
        pressure = self.crowded.start()
        for _ in range(rounds):
            extra = self.crowded.felt_min(pressure.of_call)
            share = self.offers.table(self.choice, "leisure", ALL_DAY, self.offers.felt_min(self.choice) + extra).journey_share
            riders = self.persons * share
            response = riders * (1 - share) * 0.008 / 0.2
            given = self.crowded.given(riders, response, pressure)
            gap = self.crowded.gap(riders, response, pressure.of_call, given, self.offers.felt_min(self.choice))
            if gap < 1e-9:
                break
            pressure = self.crowded.next(riders, response, pressure, given)
        return riders, extra, gap


@pytest.mark.parametrize("persons", [150.0, 600.0, 1500.0])
def test_riders_even_out_as_the_formula_has_it(coast: Callable[..., Network], persons: float) -> None:
    """In equilibrium the odds of the two trains are those of their minutes, and minutes those of their loads, by hand."""
    riders, extra, gap = TwoTrains(coast(), persons).settle()
    assert gap < 1e-9
    assert riders.sum() == pytest.approx(persons)
    # two trains in the hour of the one wish: a headway of half an hour, half of it waited where one is just full
    by_hand = [1.5 * 60 * (1 - math.exp(-15 * (load / seats) ** 4 / 60)) for load, seats in zip(riders, (900, 100), strict=True)]
    assert extra == pytest.approx(by_hand, rel=1e-6, abs=1e-6)
    assert math.log(riders[0] / riders[1]) == pytest.approx(0.04 * (extra[1] - extra[0]), rel=1e-6, abs=1e-6)
    assert riders[0] > persons / 2


def test_nobody_rides_beyond_the_seats_where_that_is_strict(coast: Callable[..., Network]) -> None:
    """600 persons: 100 ride the small train and 500 the big one, for minutes that make them do so: ln 5 over the sensitivity."""
    riders, extra, gap = TwoTrains(coast(), 600, method="strict").settle()
    assert gap < 1e-9
    assert riders == pytest.approx([500, 100], rel=1e-5)
    assert extra == pytest.approx([0, math.log(5) / 0.04], abs=1e-3)


def test_seats_that_suffice_cost_nothing_where_they_are_strict(coast: Callable[..., Network]) -> None:
    riders, extra, _ = TwoTrains(coast(), 150, method="strict").settle()
    assert riders == pytest.approx([75, 75])
    assert extra.tolist() == [0, 0]


def test_what_remains_over_is_listed(coast: Callable[..., Network]) -> None:
    """1,500 for 1,000 seats: both trains are over, whatever it costs."""
    case = TwoTrains(coast(), 1500, method="strict")
    riders, _, gap = case.settle(30)
    found = full_runs(case.journeys, call_loads(case.journeys, riders), np.array([900.0, 100.0]), 0.02)
    assert [(item.trip, item.service, item.from_stop, item.to_stop, item.seats) for item in found] == [
        (0, "first", "a", "b", 900.0), (1, "second", "a", "b", 100.0),
    ]  # fmt: skip
    assert sum(item.on_board for item in found) == pytest.approx(1500)
    assert gap > 1e-3


def test_the_fullest_part_counts_for_the_whole_ride(coast: Callable[..., Network]) -> None:
    """A train a-b-c with 100 seats: 50 on board to b, 100 after it; who rides through waits as who boards at b, who leaves at b hardly."""
    pattern = dataclasses.replace(line("train", "rail", ("a", "b", "c"), NINE), train_class="small")
    index = {"a": 0, "b": 1, "c": 2}
    network = dataclasses.replace(coast(), trips=compile_trips((pattern,), index), node_index={**coast().node_index, **index})
    journeys = rides(network.trips, ((0, 0, 2),), ((0, 0, 1),), ((0, 1, 2),))
    crowded = CrowdedRides(network, journeys, choice_of())
    given = crowded.given(np.array([20.0, 30.0, 80.0]), np.zeros(3), crowded.start())
    assert given.tolist() == [0.5, 1.0, 0.0]
    # one train in an hour: headway 60, half of it waited where it is just full, at most 60, weighed 1.5
    half, full = (1.5 * 60 * (1 - math.exp(-30 * ratio**4 / 60)) for ratio in (0.5, 1.0))
    assert crowded.felt_min(given) == pytest.approx([full, half, full])


def test_seats_unknown_are_listed_and_never_full(coast: Callable[..., Network]) -> None:
    network = network_of(coast(), classed("first", "unheard_of", NINE), classed("second", None, NINE, mode="coach"))
    choice = choice_of(modes=("rail", "coach"))
    seats = seats_of(network, network.trips, choice.crowding)
    assert np.isnan(seats.seats).all()
    assert seats.unknown == ("first", "second")
    journeys = rides(network.trips, ((0, 0, 1),), ((1, 0, 1),))
    crowded = CrowdedRides(network, journeys, choice)
    given = crowded.given(np.array([1e6, 1e6]), np.zeros(2), crowded.start())
    assert crowded.felt_min(given).tolist() == [0, 0]
    assert full_runs(journeys, call_loads(journeys, np.array([1e6, 1e6])), seats.seats) == ()


def test_headways_are_those_of_all_vehicles_of_the_mode(coast: Callable[..., Network]) -> None:
    """Two trains and one at other times serve a-b, coaches do not count; one that does not run on Wednesdays does not either."""
    away = dataclasses.replace(classed("away", None, NINE), days=(1,))
    network = network_of(
        coast(), classed("x", None, NINE, NINE + 60), classed("y", None, NINE), classed("z", None, NINE, mode="coach"), away
    )
    journeys = rides(network.trips, ((0, 0, 1),), ((3, 0, 1),))
    assert ride_frequency(network, journeys).tolist() == [3, 1]
