"""Overlaps among the alternatives of a pair: trains by hand, shares in closed form, and journeys of small random worlds."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bbwnet.choice.mode_table import ALTERNATIVES, ServiceOffers, service_offers
from bbwnet.choice.path_size import path_sizes, sizes_of_journeys
from bbwnet.network.network import Network
from bbwnet.network.state import NetworkState
from bbwnet.network.trips import Trips, compile_trips
from bbwnet.routing.door_to_door import DoorToDoor
from bbwnet.routing.fares import Fares
from bbwnet.routing.journey_set import KINDS, JourneySet
from bbwnet.scenario.schema.base import DAY_SECONDS
from bbwnet.scenario.schema.choice import DepartureChoice, Nest, TravelChoice
from tests.assignment.test_service_loads import HOURS, NODES, line, rides
from tests.routing.conftest import write_network
from tests.routing.small_worlds import World

NINE = 9 * 3600
ALL_DAY = (1.0,) * 24
SLOTS = len(ALTERNATIVES)
COACH, RAIL, COACH_CHAIN, RAIL_CHAIN = (
    ALTERNATIVES.index(item) for item in (("coach", False), ("rail", False), ("coach", True), ("rail", True))
)  # fmt: skip
ONE_WISH = DepartureChoice(first_wish="09:00", last_wish="09:00")
RATE, SCALE = 0.008, 0.6
"""Sensitivity of leisure and scale of the nest of services, as the schema has them."""

Ride = tuple[int, int, int]


def trains() -> Trips:
    """Trains a-b-c at nine and noon, and a coach b-c after the first: hops of an hour, ten minutes at b."""
    return compile_trips((line("train", "rail", ("a", "b", "c"), NINE, 12 * 3600), line("coach", "coach", ("b", "c"), NINE + 4000)), NODES)


def offers_of(slots: Sequence[int], minutes: Sequence[int], journeys: Sequence[Sequence[Ride]], walk_min: int = 0) -> ServiceOffers:
    """Journeys a to c of these alternatives (not falling), minutes in vehicles and rides, all leaving at nine, free of charge."""
    made = rides(trains(), *(tuple(item) for item in journeys))
    seconds = np.zeros((len(slots), len(KINDS)), dtype=np.int64)
    seconds[:, KINDS.index("ride")] = np.array(minutes) * 60
    seconds[:, KINDS.index("walk")] = walk_min * 60
    leave = np.full(len(slots), NINE)
    made = dataclasses.replace(made, leave_s=leave, seconds=seconds, ride_depart_s=made.trips.depart_s[made.ride_from])
    cell, first = np.unique(SLOTS + np.array(slots), return_index=True)
    return ServiceOffers(("a", "b"), made, cell, np.append(first, len(slots)), np.zeros((2, 2)), through_ticket=False)


def shares(offers: ServiceOffers, choice: TravelChoice) -> NDArray[np.float64]:
    """Shares of the alternatives from a to b."""
    found: NDArray[np.float64] = offers.table(choice, "leisure", ALL_DAY).choices(choice, "leisure").shares[0, 1]
    return found


def test_hops_are_shared_wherever_one_boards() -> None:
    """All the way by train, and by train to b and on by coach; a coach from b shares its hop with that. 10 minutes' walk are one's own."""
    journeys: list[list[Ride]] = [[(2, 0, 1)], [(0, 0, 2)], [(0, 0, 1), (2, 0, 1)]]
    offers = offers_of((COACH, RAIL, RAIL_CHAIN), (60, 130, 120), journeys, walk_min=10)
    assert offers.path_sizes(TravelChoice()) == pytest.approx([(10 + 30) / 70, (10 + 30 + 70) / 140, (10 + 30 + 30) / 130])


def test_tomorrows_train_is_another() -> None:
    offers = offers_of((RAIL, RAIL_CHAIN), (130, 130), [[(0, 0, 2)], [(0, 0, 2)]])
    assert offers.path_sizes(TravelChoice()).tolist() == [0.5, 0.5]
    tomorrow = dataclasses.replace(offers.journeys, ride_depart_s=offers.journeys.ride_depart_s + np.array([0, DAY_SECONDS]))
    assert dataclasses.replace(offers, journeys=tomorrow).path_sizes(TravelChoice()).tolist() == [1, 1]


def test_modes_in_different_nests_share_nothing() -> None:
    offers = offers_of((RAIL, COACH_CHAIN, RAIL_CHAIN), (130, 130, 130), [[(0, 0, 2)]] * 3)
    nests = {"road": Nest(modes=("car", "coach", "local")), "other": Nest(modes=("rail", "air", "ferry"))}
    assert offers.path_sizes(TravelChoice()) == pytest.approx([1 / 3] * 3)
    assert offers.path_sizes(TravelChoice(nests=nests)) == pytest.approx([1 / 2, 1, 1 / 2])


def test_two_that_ride_one_train_are_worth_one() -> None:
    """Two alternatives that are the same train, and a coach as dear: half and half, as without the second; without correction thirds."""
    both = offers_of((COACH, RAIL, RAIL_CHAIN), (130, 130, 130), [[(2, 0, 1)], [(0, 0, 2)], [(0, 0, 2)]])
    alone = offers_of((COACH, RAIL), (130, 130), [[(2, 0, 1)], [(0, 0, 2)]])
    choice = TravelChoice(departure=ONE_WISH)
    assert shares(both, choice)[[COACH, RAIL, RAIL_CHAIN]] == pytest.approx([1 / 2, 1 / 4, 1 / 4])
    assert shares(alone, choice)[[COACH, RAIL]] == pytest.approx([1 / 2, 1 / 2])
    cost = [item.table(choice, "leisure", ALL_DAY).choices(choice, "leisure").cost_min[0, 1] for item in (both, alone)]
    assert cost[0] == pytest.approx(cost[1], abs=1e-9)
    assert cost[1] == pytest.approx(130 - SCALE * math.log(2) / RATE)
    off = choice.model_copy(update={"path_size": 0.0})
    assert shares(both, off)[[COACH, RAIL, RAIL_CHAIN]] == pytest.approx([1 / 3] * 3)
    half = choice.model_copy(update={"path_size": 0.5})
    assert shares(both, half)[COACH] == pytest.approx(1 / (1 + 2 / math.sqrt(2)))


@given(costs=st.lists(st.integers(60, 300), min_size=2, max_size=2), copies=st.integers(1, 4))
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_duplicates_are_no_choice(costs: list[int], copies: int) -> None:
    """However often the train is offered, as a chain of whatever modes of the nest, the coach keeps its share."""
    slots = [COACH, *sorted((RAIL, ALTERNATIVES.index(("air", False)), COACH_CHAIN, RAIL_CHAIN)[:copies])]
    coach, train = costs
    offers = offers_of(slots, [coach, *[train] * copies], [[(2, 0, 1)], *[[(0, 0, 2)]] * copies])
    odds = math.exp(-RATE / SCALE * (train - coach))
    assert shares(offers, TravelChoice(departure=ONE_WISH))[COACH] == pytest.approx(1 / (1 + odds))


def test_who_leaves_earlier_for_the_same_train_shares_it_too() -> None:
    """One rides from b by the train that the other boards at a: what is felt longer at home is a matter of cost, not of size."""
    offers = offers_of((COACH, RAIL, RAIL_CHAIN), (130, 130, 60), [[(2, 0, 1)], [(0, 0, 2)], [(0, 1, 2)]])
    later = dataclasses.replace(offers.journeys, leave_s=np.array([NINE, NINE, NINE + 4200]))
    offers = dataclasses.replace(offers, journeys=later)
    choice = TravelChoice(departure=ONE_WISH)
    table = offers.table(choice, "leisure", ALL_DAY)
    sizes = np.array([1, (60 + 70 / 2) / 130, 1 / 2])
    assert table.path_size[0, 1, [COACH, RAIL, RAIL_CHAIN]] == pytest.approx(sizes)
    assert table.felt_min[0, 1, [COACH, RAIL, RAIL_CHAIN]] == pytest.approx([130, 130, 60 + 0.3 * 70])
    worth = sizes * np.exp(-RATE / SCALE * np.array([130, 130, 81]))
    assert shares(offers, choice)[[COACH, RAIL, RAIL_CHAIN]] == pytest.approx(worth / worth.sum())


def test_size_is_that_of_the_journeys_taken() -> None:
    """The train at nine is a part of the chain too, that at noon is not: leaving for noon costs 54 min, in the nest of departures."""
    offers = offers_of((RAIL, RAIL, RAIL_CHAIN), (130, 130, 130), [[(0, 0, 2)], [(1, 0, 2)], [(0, 0, 2)]])
    offers = dataclasses.replace(offers, journeys=dataclasses.replace(offers.journeys, leave_s=np.array([NINE, 12 * 3600, NINE])))
    choice = TravelChoice(departure=ONE_WISH)
    noon = 1 / (1 + math.exp(54 * RATE / choice.departure.scale))
    table = offers.table(choice, "leisure", ALL_DAY)
    assert table.journey_share == pytest.approx([1 - noon, noon, 1])
    assert table.path_size[0, 1, [RAIL, RAIL_CHAIN]] == pytest.approx([(1 - noon) / 2 + noon, 1 / 2])


def test_out_and_home_is_the_mean_of_both_corrections() -> None:
    """Out there is a chain with the same train, home there is none: half the correction."""
    out = offers_of((RAIL, RAIL_CHAIN), (130, 130), [[(0, 0, 2)]] * 2)
    journeys = out.journeys.only(np.array([0, 1, 0]))
    offers = dataclasses.replace(
        out, journeys=journeys, cell=np.array([SLOTS + RAIL, SLOTS + RAIL_CHAIN, 2 * SLOTS + RAIL]), first=np.arange(4)
    )
    choice = TravelChoice(departure=ONE_WISH)
    table = offers.round_trips(choice, "leisure", ALL_DAY)
    cost, half = table.cost_min(choice, "leisure"), SCALE * math.log(2) / RATE / 2
    # the chain leads home by the train alone
    assert cost[0, 1, [RAIL, RAIL_CHAIN]] == pytest.approx([130 + half] * 2)
    assert cost[1, 0, RAIL] == pytest.approx(130 + half)


def world_offers(folder: Path, seed: int) -> ServiceOffers:
    world = World(seed)
    network: Network = write_network(folder, world.records, index={}, scenario=world.scenario)
    names = tuple(sorted(place["id"] for place in world.places))
    return service_offers(DoorToDoor(network, NetworkState.free_flow(network), names), Fares(network), names, wishes_s=HOURS)


def pieces(journeys: JourneySet, row: int) -> dict[Hashable, float]:
    """Hops by trip, day and call, and what is gone on foot, by bus and car, which is the journey's own; in seconds."""
    found: dict[Hashable, float] = {("way", row): float(sum(journeys.seconds[row, KINDS.index(kind)] for kind in ("drive", "bus", "walk")))}
    trips = journeys.trips
    for ride in range(journeys.first_ride[row], journeys.first_ride[row + 1]):
        begin, end = journeys.ride_from[ride], journeys.ride_to[ride]
        day = (journeys.ride_depart_s[ride] - trips.depart_s[begin]) / DAY_SECONDS
        for call in range(begin, end):
            found[journeys.ride_trip[ride], day, call] = float(
                trips.arrive_s[call + 1] - (trips.depart_s[begin] if call == begin else trips.arrive_s[call])
            )
    return found


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000))
def test_sizes_against_the_formula_and_departures_share_no_vehicle(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    """Each journey against one path of every other alternative that holds all its hops; and no hop twice within an alternative."""
    offers = world_offers(tmp_path_factory.mktemp("world"), seed)
    journeys, sizes = offers.journeys, offers.path_sizes(TravelChoice())
    public = {item for item, (mode, _) in enumerate(ALTERNATIVES) if mode in ("coach", "rail", "air", "ferry")}
    by_pair: dict[int, dict[int, list[dict[Hashable, float]]]] = {}
    rows: dict[tuple[int, int], int] = {}
    for number, cell in enumerate(offers.cell.tolist()):
        pair, slot = divmod(cell, SLOTS)
        rows[pair, slot] = int(offers.first[number])
        by_pair.setdefault(pair, {})[slot] = [pieces(journeys, row) for row in range(offers.first[number], offers.first[number + 1])]
    for pair, found in by_pair.items():
        for slot, paths in found.items():
            for one, other in itertools.combinations(paths, 2):
                assert not set(one) & set(other)
            others = [
                {piece: 1.0 for path in held for piece in path} for item, held in found.items() if item != slot and {item, slot} <= public
            ]
            for place, path in enumerate(paths):
                assert sizes[rows[pair, slot] + place] == pytest.approx(path_sizes([path, *others])[0])


def test_without_coefficient_costs_are_felt_minutes_and_fares(coast: Callable[..., Network]) -> None:
    """To the last bit, and whatever the sizes are."""
    network, names = coast(), ("haicheng", "longhua", "qingxiu", "qinnan")
    offers = service_offers(DoorToDoor(network, NetworkState.free_flow(network), names), Fares(network), names)
    on, off = TravelChoice(), TravelChoice(path_size=0.0)
    table = offers.round_trips(on, "business", ALL_DAY)
    mixed = dataclasses.replace(table, path_size=np.random.default_rng(1).uniform(0.2, 1, table.path_size.shape))
    plain = table.felt_min + table.fare_cny * (60 / on.value_of_time.business)
    assert np.array_equal(mixed.cost_min(off, "business"), plain)
    assert np.array_equal(
        mixed.choices(off, "business").shares, dataclasses.replace(table, path_size=np.ones(plain.shape)).choices(off, "business").shares
    )
    there = np.isfinite(plain)
    assert (mixed.cost_min(on, "business")[there] > plain[there]).all()
    assert np.array_equal(offers.round_trips(off, "business", ALL_DAY).felt_min, table.felt_min)


def test_too_many_alternatives_are_refused() -> None:
    with pytest.raises(ValueError, match="64 alternatives"):
        sizes_of_journeys(rides(trains()), np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(64, dtype=np.int64))
