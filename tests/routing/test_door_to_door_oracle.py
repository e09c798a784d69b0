"""Door to door on small random worlds, from the YAML to the percentiles, against what their records mean and a time-expanded graph.

Each world has at once: trains, coaches, flights and ferries on some days, check-in by flight, stops to board or to leave only, shuttles
with hours, a border with hours and a clock of its own, roads slower at some times of day, closed links and stops, trips late or cancelled.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bbwnet.network.network import Network
from bbwnet.network.state import NetworkState
from bbwnet.routing.arrivals import node_arrivals
from bbwnet.routing.clock import UNREACHED
from bbwnet.routing.door_to_door import SERVICES_OF, Departures, DoorMode, DoorToDoor, ModeSearch
from bbwnet.routing.journeys import journey_of
from tests.routing.conftest import write_network
from tests.routing.small_worlds import Meaning, State, World
from tests.routing.time_expanded import DAY, AWay, Oracle

WORLDS = 30

DIRECT: dict[DoorMode, tuple[str, ...]] = {"transit": ("near",), "road": ("car",), "best": ("near", "car")}


def state_of(network: Network, state: State) -> NetworkState:
    """The state of a world on its network."""
    star, names = network.graph, network.links.index
    free = NetworkState.free_flow(network).car_seconds[0]
    seconds = [
        [
            state.car_s[str(names[link])][period] if str(names[link]) in state.car_s else int(own)
            for link, own in zip(star.link, free, strict=True)
        ]
        for period in range(len(state.periods))
    ]
    stops = {service.id: service.stops for service in network.assembly.services.values()}
    number: dict[tuple[str, bool, int], int] = {}
    for trip in range(network.trips.count):
        pattern = network.trips.patterns[network.trips.pattern[trip]]
        back = pattern.stops != stops[pattern.service]
        which = sum(key[:2] == (pattern.service, back) for key in number)
        number[pattern.service, back, which] = trip
    return NetworkState(
        np.array(seconds, dtype=np.int64),
        state.closed_links,
        state.closed_nodes,
        frozenset(number[trip] for trip in state.cancelled if trip in number),
        {number[trip]: late for trip, late in state.late_s.items() if trip in number},
        state.periods,
    )


def arrival(oracle: Oracle, ways: Sequence[AWay], row: int, to: int, second: int) -> list[int]:
    """Arrivals by the ways between two ends."""
    return [int(oracle.arrivals(way, np.array([second]))[0]) for way in ways if (way.row, way.to) == (row, to)]


def assert_lived(meaning: Meaning, oracle: Oracle, search: ModeSearch, ends: tuple[str, str], departures: Departures, number: int) -> None:
    """A journey can be made leg by leg: its legs join, vehicles run, changes, checks and the hours of borders are kept."""
    journey = journey_of(search, *ends, departures, number)
    assert journey is not None
    start, leave, arrive = (int(array[number]) for array in (departures.start_s, departures.leave_s, departures.arrive_s))
    assert (journey.leave_s, journey.arrive_s) == (leave, arrive)
    assert (journey.legs[0].from_node, journey.legs[-1].to_node) == ends
    for first, second in itertools.pairwise(journey.legs):
        assert (first.to_node, first.end_s) == (second.from_node, second.begin_s)
    for planned, minutes in ((True, arrive - leave), (False, arrive - start)):
        assert sum(journey.part_minutes(planned=planned).values()) == pytest.approx(minutes / 60)
    for leg in journey.legs:
        assert leg.end_s >= leg.begin_s
        if leg.kind == "formalities":
            gate = meaning.border_ends.index(
                ("car" if "drive" in {other.mode for other in journey.legs} and not journey.rides else "person", leg.from_node, leg.to_node)
            )
            border = meaning.borders[gate]
            assert (leg.end_s - border.dwell_s - border.open_s) % DAY <= border.span_s
        if leg.kind == "way" and leg.mode in {"walk", "bus", "taxi"} and leg.from_node != leg.to_node:
            known = {
                seconds
                for option in meaning.local(leg.from_node, leg.to_node, own_car=False)
                if option.mode == leg.mode
                for seconds in option.seconds
            }
            records = {row["transfer_min"] for row in meaning.world.transfers if {row["from"], row["to"]} == {leg.from_node, leg.to_node}}
            assert leg.end_s - leg.begin_s in known or (leg.mode == "walk" and records)
    small = oracle.small
    ready = [leave]
    point: int | None = None
    for ride in journey.rides:
        boarded = [
            (enter, left) for enter in small.hops for left in small.hops
            if (enter.run, enter.depart, left.arrive) == (left.run, ride.depart_s, ride.arrive_s) and enter.depart <= left.depart
            and meaning.rides[enter.run][0] == ride.service and min(enter.board, left.alight) >= 0
            and (meaning.board[enter.board].stop, meaning.alight[left.alight].stop) == (ride.from_stop, ride.to_stop)
        ]  # fmt: skip
        assert boarded
        enter, left = boarded[0]
        ways, row = (small.access, 0) if point is None else (small.transfers, point)
        assert min(arrival(oracle, ways, row, enter.board, ready[-1])) <= ride.depart_s
        ready.append(ride.arrive_s)
        point = left.alight
    last = arrival(oracle, small.direct, 0, 0, leave) if point is None else arrival(oracle, small.egress, point, 0, ready[-1])
    assert min(last) == arrive


@pytest.mark.parametrize("seed", range(WORLDS))
def test_a_world_is_what_its_records_mean(seed: int, tmp_path: Path) -> None:
    world = World(seed)
    network = write_network(tmp_path, world.records, index={}, scenario=world.scenario)
    meaning = Meaning(world)
    doors = DoorToDoor(network, state_of(network, world.state), [place["id"] for place in world.places])
    starts = np.array(sorted(world.random.sample(range(5 * 60, 23 * 60), 5)), dtype=np.int64) * 60
    modes: list[DoorMode] = ["transit", "best", world.random.choice(("rail", "coach", "air", "sea", "road"))]
    for mode in modes:
        origin, destination = world.random.sample(["p0", "p1", "p2", "f"], 2)
        small = meaning.small(origin, destination, SERVICES_OF[mode], direct=DIRECT.get(mode, ()), start=int(starts[0]))
        oracle = Oracle(small, int(starts[0]), int(starts[-1]))
        search = doors.by(mode)
        for planned in (False, True):
            expected = [(oracle.planned if planned else oracle.fewest)(start) for start in starts.tolist()]
            found = search.departures(origin, destination, starts, planned=planned)
            choice = found.choice
            rows = zip(choice.arrive_s.tolist(), choice.boardings.tolist(), choice.leave_s.tolist(), strict=True)
            assert [None if row[0] == UNREACHED else row for row in rows] == expected, (mode, origin, destination, planned)
            for number, item in enumerate(expected):
                if item is not None:
                    assert_lived(meaning, oracle, search, (origin, destination), found, number)
            begins = [item[2] if item and planned else start for item, start in zip(expected, starts.tolist(), strict=True)]
            minutes = sorted(math.inf if item is None else (item[0] - begin) / 60 for item, begin in zip(expected, begins, strict=True))
            # Of five departures the third is the 50 % and the 60 %, the fourth the 61 %.
            times = search.travel_times([origin], [destination], starts, (0, 50, 60, 61, 100), planned=planned)
            brute = [minutes[0], minutes[2], minutes[2], minutes[3], minutes[4]]
            assert times.minutes[0, 0].tolist() == pytest.approx([m if m < math.inf else math.nan for m in brute], rel=1e-6, nan_ok=True)
            # The scan from the origin on, which draws isochrones, says the same.
            assert node_arrivals(search, origin, starts)[:, network.node_index[destination]].tolist() == choice.arrive_s.tolist()
            assert times.reached_share[0, 0] == pytest.approx(sum(item is not None for item in expected) / 5)
