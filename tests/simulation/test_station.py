"""Checks at the doors of terminals: lanes that serve one after the other, by hand and beside a queue of single persons; how many."""

from __future__ import annotations

import heapq
from collections.abc import Callable

import numpy as np
import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bbwnet.errors import InputError
from bbwnet.network.network import Network
from bbwnet.scenario.schema.simulation_passengers import PassengerDay
from bbwnet.simulation.boarding_setup import DoorChecks, with_room
from bbwnet.simulation.boarding_state import CHECKS
from bbwnet.simulation.calendars import ALWAYS, Calendar, window
from bbwnet.simulation.check_kernels import serve
from bbwnet.simulation.closures import Closures
from bbwnet.simulation.passengers import operating_runs
from bbwnet.simulation.station import busiest_hours, door_checks
from bbwnet.simulation.streams import Streams
from bbwnet.simulation.world import World
from tests.simulation.small_days import line, passengers_of, timetable


def served(
    lanes: float, seconds: float, parties: list[tuple[float, float]], calendar: Calendar = ALWAYS
) -> tuple[list[float], list[float]]:
    """When the last of each party (second, persons) is through, and the mean of when its services began."""
    trips = timetable(line("train", "rail", "ab", [3600]))
    part = passengers_of(trips, [], checks=[DoorChecks(0, "rail", lanes, seconds, calendar)])
    state = with_room(part.state, 0, len(parties))
    addresses = state.addresses()
    through = [float(serve(addresses, 0, second, count, number)) for number, (second, count) in enumerate(parties)]
    return through, state.checked["start_s"][: int(state.counters[CHECKS])].tolist()


def test_lanes_by_hand() -> None:
    """Two lanes of 10 s: three at once, one at 5, half of one at 12."""
    through, starts = served(2.0, 10.0, [(0.0, 3.0), (5.0, 1.0), (12.0, 0.5)])
    assert through == [20.0, 20.0, 30.0]
    assert starts == pytest.approx([10 / 3, 10.0, 20.0])


def test_closed_lanes_wait_and_rest() -> None:
    through, starts = served(1.0, 10.0, [(95.0, 1.0), (150.0, 1.0)], window(100.0, 200.0))
    assert through == [205.0, 215.0]
    assert starts == [95.0, 205.0]


@settings(max_examples=100, deadline=None)
@given(
    lanes=st.integers(1, 5),
    parties=st.lists(st.tuples(st.integers(0, 200), st.integers(1, 12)), min_size=1, max_size=40),
)
def test_as_single_persons(lanes: int, parties: list[tuple[int, int]]) -> None:
    parties.sort()
    free = [0.0] * lanes
    last = []
    for second, count in parties:
        ends = []
        for _ in range(count):
            start = max(float(second), heapq.heappop(free))
            heapq.heappush(free, start + 7.0)
            ends.append(start + 7.0)
        last.append(max(ends))
    through, _ = served(float(lanes), 7.0, [(float(second), float(count)) for second, count in parties])
    assert through == last
    # As many times the persons in as many times the lanes: the same.
    again, _ = served(10.0 * lanes, 7.0, [(float(second), 10.0 * count) for second, count in parties])
    assert again == pytest.approx(last)


def world_of(network: Network) -> World:
    choice = network.settings.simulation
    return World(simpy.Environment(), network, choice, Closures(network, ()), Streams(1, 0), 0.0, 1, 86400.0)


def test_lanes_follow_from_the_busiest_hour(coast: Callable[..., Network]) -> None:
    network = coast("simulation.warm_up_h=0.0")
    world = world_of(network)
    runs = operating_runs(network, 1, 1)
    seats = np.full(runs.shape, 500.0)
    hours = busiest_hours(world, seats, runs)
    by_hand: dict[tuple[int, str], dict[int, float]] = {}
    trips = network.trips
    for trip in np.flatnonzero(runs[0]).tolist():
        pattern, first = trips.patterns[trips.pattern[trip]], trips.first_call[trip]
        for position in range(len(pattern.stops) - 1):
            if pattern.may_board[position]:
                own = by_hand.setdefault((int(trips.stop[first + position]), pattern.mode), {})
                hour = int(trips.depart_s[first + position]) // 3600
                own[hour] = own.get(hour, 0.0) + 500.0
    assert hours == {key: max(item.values()) for key, item in by_hand.items()}
    usual = network.settings.simulation.passengers.checks
    for item in door_checks(world, seats, runs):
        own = getattr(usual, item.mode)
        assert item.lanes == max(1, np.ceil(hours[item.node, item.mode] * own.seconds / 3600 / own.utilisation))


def test_a_known_terminal_has_its_own_lanes_and_an_unknown_one_is_refused(coast: Callable[..., Network]) -> None:
    network = coast("simulation.warm_up_h=0.0")
    world = world_of(network)
    runs = operating_runs(network, 1, 1)
    at, mode = next((node, mode) for node, mode in busiest_hours(world, np.full(runs.shape, 1.0), runs))
    name = str(network.nodes.index[at])
    for node, wrong in ((name, False), (name + "x", True)):
        record = {"at": node, "mode": mode, "lanes": 3.5, "seconds": 9.0, "source": "made_up", "confidence": "assumed"}
        own = PassengerDay.model_validate({"terminals": [record]}, strict=False)
        changed = World(
            world.env, network, world.settings.model_copy(update={"passengers": own}), world.closures, world.streams, 0.0, 1, 86400.0
        )
        if wrong:
            with pytest.raises(InputError, match=f"{name}x.*nearest: {name}"):
                door_checks(changed, np.full(runs.shape, 1.0), runs)
        else:
            found = door_checks(changed, np.full(runs.shape, 1.0), runs)
            assert [(item.lanes, item.seconds) for item in found if (item.node, item.mode) == (at, mode)] == [(3.5, 9.0)]


@pytest.mark.parametrize("change", [{"lanes": 0}, {"seconds": 0}, {"seconds": -1.0}, {"mode": "bus"}])
def test_no_lanes_and_no_time_are_refused(change: dict[str, object]) -> None:
    record = {"at": "here", "mode": "rail", "lanes": 2.0, "seconds": 9.0, "source": "made_up", "confidence": "assumed"}
    with pytest.raises(ValidationError):
        PassengerDay.model_validate({"terminals": [record | change]}, strict=False)
    with pytest.raises(ValidationError, match="once"):
        PassengerDay.model_validate({"terminals": [record, record]}, strict=False)
