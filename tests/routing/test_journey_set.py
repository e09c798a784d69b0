"""Many journeys at once against those written leg by leg: on the coast with fares, in small random worlds, in the bundled network."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bbwnet.choice.utility import _WEIGHT_OF_KIND, _WEIGHT_OF_WAY
from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.network.state import NetworkState
from bbwnet.routing.door_to_door import DoorMode, DoorToDoor
from bbwnet.routing.fares import Fares
from bbwnet.routing.journey_set import KINDS, RIDE_MODES, JourneySet, journey_set
from bbwnet.routing.journeys import Journey, journey
from bbwnet.scenario.read import load_scenario
from tests.routing.conftest import write_network
from tests.routing.small_worlds import World
from tests.routing.test_door_to_door_oracle import state_of

SEARCHES: tuple[DoorMode, ...] = ("road", "coach", "rail", "air", "sea", "transit", "best")
HOURS = tuple(range(6 * 3600, 22 * 3600 + 1, 3600))


def assert_same(doors: DoorToDoor, fares: Fares, found: JourneySet, rows: list[int]) -> None:
    """Each journey is the one that its search writes for its second of leaving, whole."""
    first_calls = found.trips.first_call
    for row in rows:
        mode = found.searches[found.search[row]]
        ends = found.names[found.origin[row]], found.names[found.destination[row]]
        expected = journey(doors.by(mode), *ends, int(found.leave_s[row]), planned=True)
        assert expected is not None
        assert (expected.leave_s, expected.arrive_s) == (found.leave_s[row], found.arrive_s[row]), (mode, ends)
        seconds = dict.fromkeys(KINDS, 0)
        for leg in expected.legs:
            seconds[_WEIGHT_OF_WAY[leg.mode] if leg.kind == "way" else _WEIGHT_OF_KIND[leg.kind]] += leg.end_s - leg.begin_s
        assert list(seconds.values()) == found.seconds[row].tolist(), (mode, ends)
        assert found.km[row] == pytest.approx(expected.length_km, abs=1e-6)
        cny = fares.journey_cny(expected.legs)
        assert found.fare_cny[row] == pytest.approx(np.nan if cny is None else cny, abs=1e-9, nan_ok=True), (mode, ends)
        rides = range(found.first_ride[row], found.first_ride[row + 1])
        ridden = []
        for ride in rides:
            trip = found.ride_trip[ride]
            pattern, offset = found.trips.patterns[found.trips.pattern[trip]], first_calls[trip]
            stops = (pattern.stops[found.ride_from[ride] - offset], pattern.stops[found.ride_to[ride] - offset])
            ridden.append((pattern.service, *stops, found.ride_depart_s[ride]))
        assert ridden == [(ride.service, ride.from_stop, ride.to_stop, ride.depart_s) for ride in expected.rides]
        km = [sum(ride.length_km for ride in expected.rides if ride.mode == of) for of in RIDE_MODES]
        assert found.ride_km[row] == pytest.approx(km)
        assert_ways(expected, found, row)
        modes = [ride.mode for ride in expected.rides]
        assert found.other_mode_changes[row] == sum(a != b for a, b in itertools.pairwise(modes))


def assert_ways(expected: Journey, found: JourneySet, row: int) -> None:
    """Seconds before each ride without the wait for it, the entry among them, and after the last, as its legs have them."""
    ways, entries, since, entry = [], [], expected.leave_s, 0
    for leg in expected.legs:
        if leg.kind == "ride":
            wait = next((item.end_s - item.begin_s for item in expected.legs if item.kind == "wait" and item.end_s == leg.begin_s), 0)
            ways.append(leg.begin_s - wait - since)
            entries.append(entry)
            since, entry = leg.end_s, 0
        elif leg.kind == "entry":
            entry = leg.end_s - leg.begin_s
    rides = slice(found.first_ride[row], found.first_ride[row + 1])
    assert ways == found.ride_way_s[rides].tolist()
    assert entries == found.ride_entry_s[rides].tolist()
    assert found.egress_s[row] == (expected.arrive_s - since if ways else 0)


def assert_whole(doors: DoorToDoor, found: JourneySet, wishes: tuple[int, ...]) -> None:
    """Every best journey of every wish is there, once."""
    expected = set()
    for number, mode in enumerate(found.searches):
        for origin, first in enumerate(found.names):
            for destination, second in enumerate(found.names):
                if origin == destination:
                    continue
                departures = doors.by(mode).departures(first, second, np.array(wishes, dtype=np.int64), planned=True)
                for row in np.flatnonzero(departures.reached):
                    expected.add((number, origin, destination, int(departures.leave_s[row]), int(departures.arrive_s[row])))
    rows = list(
        zip(*(item.tolist() for item in (found.search, found.origin, found.destination, found.leave_s, found.arrive_s)), strict=True)
    )
    assert len(rows) == len(set(rows))
    assert set(rows) == expected


@pytest.mark.parametrize("seed", range(12))
def test_small_worlds(seed: int, tmp_path: Path) -> None:
    """Borders with hours, periods of the day, shuttles, late and cancelled trips."""
    world = World(seed)
    network = write_network(tmp_path, world.records, index={}, scenario=world.scenario)
    names = tuple(sorted(place["id"] for place in world.places))
    doors, fares = DoorToDoor(network, state_of(network, world.state), names), Fares(network)
    found = journey_set(doors, fares, names, HOURS, searches=SEARCHES)
    assert_whole(doors, found, HOURS)
    assert_same(doors, fares, found, list(range(len(found))))


@pytest.mark.parametrize("settings", [(), ("policy.transfer.through_ticket=true",), ("evaluation.view=headway",)])
def test_the_bundled_network(settings: tuple[str, ...]) -> None:
    network = build_network(load_scenario("baseline_2016", overrides=settings))
    names = ("haicheng", "qingxiu", "longhua", "chikan", "guangzhou", "hanoi", "dongxing")
    doors, fares = DoorToDoor(network, NetworkState.free_flow(network), names), Fares(network)
    found = journey_set(doors, fares, names, HOURS, searches=SEARCHES)
    assert len(found) > 1000
    assert (found.seconds.sum(axis=1) == found.arrive_s - found.leave_s).all()
    assert found.minutes.min() > 0
    assert_same(doors, fares, found, random.Random(1).sample(range(len(found)), 400))  # noqa: S311  no secret


def test_some_of_them_keep_their_rides(coast: Callable[..., Network]) -> None:
    network, names = coast(), ("haicheng", "longhua", "qingxiu")
    doors, fares = DoorToDoor(network, NetworkState.free_flow(network), names), Fares(network)
    found = journey_set(doors, fares, names, HOURS)
    rows = np.arange(len(found))[::-2].copy()
    some = found.only(rows)
    assert some.leave_s.tolist() == found.leave_s[rows].tolist()
    for new, old in enumerate(rows.tolist()):
        kept = slice(found.first_ride[old], found.first_ride[old + 1])
        assert some.ride_trip[some.first_ride[new] : some.first_ride[new + 1]].tolist() == found.ride_trip[kept].tolist()
    assert_same(doors, fares, some, list(range(len(some))))


def test_pairs_that_are_not_asked_for_are_left_out(coast: Callable[..., Network]) -> None:
    network, names = coast(), ("haicheng", "longhua", "qingxiu")
    doors, fares = DoorToDoor(network, NetworkState.free_flow(network), names), Fares(network)
    pairs = np.zeros((3, 3), dtype=bool)
    pairs[2, 0] = True
    found = journey_set(doors, fares, names, HOURS, pairs, {"coach": np.zeros((3, 3), dtype=bool)})
    assert set(zip(found.origin.tolist(), found.destination.tolist(), strict=True)) == {(2, 0)}
    assert "coach" not in {found.searches[search] for search in found.search.tolist()}
    assert len(journey_set(doors, fares, names, HOURS, np.zeros((3, 3), dtype=bool))) == 0
    with pytest.raises(ValueError, match="wishes_s is empty"):
        journey_set(doors, fares, names, ())
    with pytest.raises(KeyError):
        journey_set(doors, fares, ("nowhere",), HOURS)
