"""Riders on vehicles: worked by hand, and kept in small random worlds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bbwnet.assignment.service_loads import call_loads, run_loads, stop_loads
from bbwnet.network.network import Network
from bbwnet.network.state import NetworkState
from bbwnet.network.trips import Pattern, Trips, compile_trips
from bbwnet.routing.door_to_door import DoorToDoor
from bbwnet.routing.fares import Fares
from bbwnet.routing.journey_set import JourneySet, journey_set
from tests.routing.conftest import write_network
from tests.routing.small_worlds import World

NODES = {"a": 0, "b": 1, "c": 2}
HOURS = tuple(range(6 * 3600, 22 * 3600 + 1, 3600))


def line(service: str, mode: str, stops: tuple[str, ...], *starts: int) -> Pattern:
    count = len(stops)
    return Pattern(
        service, mode, None, stops, (3600,) * (count - 1), (600,) * (count - 2), (100.0,) * (count - 1), ((),) * (count - 1), starts,
        (127,) * len(starts), (True,) * count, (True,) * count,
    )  # fmt: skip


def rides(trips: Trips, *journeys: tuple[tuple[int, int, int], ...]) -> JourneySet:
    """Journeys of rides: trip, and numbers of the calls boarded and left."""
    count, nothing = len(journeys), np.zeros(len(journeys), dtype=np.int64)
    ridden = [ride for journey in journeys for ride in journey]
    first = trips.first_call
    return JourneySet(
        ("a", "b"), ("rail",), trips, nothing.astype(np.int8), nothing.astype(np.int32), nothing.astype(np.int32), nothing, nothing,
        np.zeros((count, 7), dtype=np.int64), np.zeros(count), np.zeros((count, 4)), nothing, np.zeros(count),
        np.concatenate([[0], np.cumsum([len(journey) for journey in journeys])]),
        np.array([trip for trip, _, _ in ridden], dtype=np.int64),
        np.array([first[trip] + start for trip, start, _ in ridden], dtype=np.int64),
        np.array([first[trip] + end for trip, _, end in ridden], dtype=np.int64),
        np.zeros(len(ridden), dtype=np.int64), np.zeros(len(ridden), dtype=np.int64), np.zeros(len(ridden), dtype=np.int64), nothing,
    )  # fmt: skip


def test_two_lines_by_hand() -> None:
    """A train a-b-c at 8 and 23, a coach b-c at 10: 30 ride through, 20 to b, of whom 5 change to the coach, 7 board at b."""
    trips = compile_trips(
        (line("train", "rail", ("a", "b", "c"), 8 * 3600, 23 * 3600), line("coach", "coach", ("b", "c"), 10 * 3600)), NODES
    )
    journeys = rides(trips, ((0, 0, 2),), ((0, 0, 1),), ((0, 0, 1), (2, 0, 1)), ((0, 1, 2),), ((1, 0, 2),))
    loads = call_loads(journeys, np.array([30.0, 15.0, 5.0, 7.0, 4.0]))
    runs = run_loads(trips, loads, np.array([50.0, np.nan]), np.array([False, False]))
    assert runs.trip.tolist() == [0, 0, 1, 1, 2]
    assert runs.position.tolist() == [0, 1, 0, 1, 0]
    assert runs.on_board.tolist() == [50, 37, 4, 4, 5]
    assert runs.boardings.tolist() == [50, 7, 4, 0, 5]
    assert runs.alightings.tolist() == [20, 37, 0, 4, 5]
    assert runs.load_factor.tolist()[:4] == [1.0, 0.74, 0.08, 0.08]
    assert np.isnan(runs.load_factor[4])
    stops = stop_loads(trips, loads, (0, 7, 19))
    rows = list(
        zip(stops.stop.tolist(), stops.mode, stops.group.tolist(), stops.boardings.tolist(), stops.alightings.tolist(), strict=True)
    )
    # the train leaves b at 9:10 and reaches c at 10:10; that of 23 h reaches c at 1:10
    assert rows == [
        (0, "rail", 1, 50, 0), (0, "rail", 2, 4, 0), (1, "coach", 1, 5, 0), (1, "rail", 1, 7, 20), (2, "coach", 1, 0, 5),
        (2, "rail", 0, 0, 4), (2, "rail", 1, 0, 37),
    ]  # fmt: skip
    assert stops.transfers_out.tolist() == [0, 0, 0, 5, 0, 0, 0]
    assert stops.transfers_in.tolist() == [0, 0, 5, 0, 0, 0, 0]


def test_without_services_nothing_is_loaded() -> None:
    trips = compile_trips((), NODES)
    loads = call_loads(rides(trips), np.zeros(0))
    assert len(run_loads(trips, loads, np.zeros(0), np.zeros(0, dtype=bool)).trip) == 0
    assert len(stop_loads(trips, loads, (0,)).stop) == 0


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), scale=st.floats(0.1, 1e6))
def test_what_boards_leaves(tmp_path_factory: pytest.TempPathFactory, seed: int, scale: float) -> None:
    """At every call boardings less alightings are the change of who is on board, all leave, and changes balance."""
    folder: Path = tmp_path_factory.mktemp("world")
    world = World(seed)
    network: Network = write_network(folder, world.records, index={}, scenario=world.scenario)
    names = tuple(sorted(place["id"] for place in world.places))
    journeys = journey_set(DoorToDoor(network, NetworkState.free_flow(network), names), Fares(network), names, HOURS)
    riders = np.random.default_rng(seed).random(len(journeys)) * scale
    loads = call_loads(journeys, riders)
    trips, nobody = journeys.trips, 1e-9 * max(1.0, riders.sum())
    runs = run_loads(trips, loads, np.full(len(trips.patterns), 100.0), np.zeros(len(trips.patterns), dtype=bool))
    for trip in range(trips.count):
        own = runs.trip == trip
        on, up, down = runs.on_board[own], runs.boardings[own], runs.alightings[own]
        before = np.concatenate([[0], on[:-1] - down[:-1]])
        # who is on board after a call was so before it, or boarded there
        assert on == pytest.approx(before + up, abs=nobody)
        assert on[-1] == pytest.approx(down[-1], abs=nobody)
        assert up.sum() == pytest.approx(down.sum(), abs=nobody)
    assert (runs.on_board >= 0).all()
    assert runs.boardings.sum() == pytest.approx((riders * journeys.rides).sum())
    assert loads.transfers_in.sum() == pytest.approx(loads.transfers_out.sum(), abs=nobody)
    assert loads.transfers_in.sum() == pytest.approx((riders * journeys.changes).sum(), abs=nobody)
    stops = stop_loads(trips, loads, (0, 7, 19))
    assert stops.boardings.sum() == pytest.approx(runs.boardings.sum())
    assert stops.alightings.sum() == pytest.approx(runs.alightings.sum())


def test_person_km_are_those_of_the_journeys(coast: Callable[..., Network]) -> None:
    """Kilometres of all on board, hop by hop, against kilometres ridden, journey by journey."""
    network, names = coast(), ("haicheng", "longhua", "qingxiu", "qinnan")
    journeys = journey_set(DoorToDoor(network, NetworkState.free_flow(network), names), Fares(network), names, HOURS)
    riders = np.random.default_rng(1).random(len(journeys))
    trips = journeys.trips
    runs = run_loads(trips, call_loads(journeys, riders), np.full(len(trips.patterns), 50.0), np.zeros(len(trips.patterns), dtype=bool))
    km = [trips.patterns[trips.pattern[trip]].length_km[position] for trip, position in zip(runs.trip, runs.position, strict=True)]
    assert (runs.on_board * km).sum() == pytest.approx((riders @ journeys.ride_km).sum())
