"""Fastest scheduled journeys: answers worked by hand on the coast, and a search by rounds that shares no code.

The trains of 2016 (minutes and seconds as in tests/network/test_rail_times.py):
Nanning 07:00 - 07:10:30 Nanning East 07:13:30 - 07:46:30 Qinzhou East 07:48:30 - 08:22:06 Beihai, and 10, 13, 16, 19 h;
Beihai 07:00 - 07:33:36 Qinzhou East 07:35:36 - 08:08:36 Nanning East 08:10:36 - 08:21:06 Nanning, and 10, 13, 16, 19 h;
Nanning East 08:00 - 08:33 Qinzhou East 08:35 - 09:11:36 Fangchenggang North, and 14, 20 h;
Fangchenggang North 08:00 - 08:36:06 Qinzhou East 08:38:06 - 09:11:06 Nanning East, and 14, 20 h;
Nanning East 06:00 - 07:07:30 Wutang 07:11:30 - 08:12:45 Qinzhou East;
Qinzhou East 23:30 - 24:31:15 Wutang 24:35:15 - 25:42:45 Nanning East;
Qinzhou East 20:00 - 20:57:30 Beihai 21:01:30 - 22:31:30 Haikou; Haikou 20:00 - 21:30 Beihai 21:30 - 22:27:30 Qinzhou East.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbwnet.network.network import Network
from bbwnet.network.operating_days import EVERY_DAY
from bbwnet.network.state import NetworkState
from bbwnet.network.trips import Pattern, compile_trips
from bbwnet.routing.in_vehicle import InVehicleSearch, TimetableJourney
from bbwnet.scenario.schema.base import DAY_SECONDS

Networks = Callable[..., Network]


def search(network: Network, **state: frozenset[str] | frozenset[int]) -> InVehicleSearch:
    now = dataclasses.replace(NetworkState.free_flow(network), **state)  # type: ignore[arg-type]
    return InVehicleSearch(network, now, lambda pattern: pattern.mode == "rail")


def legs(journey: TimetableJourney | None) -> list[tuple[str, str, str]]:
    assert journey is not None
    return [(ride.service, ride.from_stop, ride.to_stop) for ride in journey.rides]


@pytest.mark.parametrize(
    ("origin", "destination", "minutes", "departs", "changes"),
    [
        ("nanning_station", "beihai_station", 82.1, "07:00:00", 0),
        ("beihai_station", "nanning_station", 81.1, "07:00:00", 0),
        ("nanning_east", "qinzhou_east", 33.0, "07:13:30", 0),
        ("nanning_east", "fangchenggang_north", 71.6, "08:00:00", 0),
        ("fangchenggang_north", "nanning_east", 71.1, "08:00:00", 0),
        # at Qinzhou East 07:33:36, on at 08:35
        ("beihai_station", "fangchenggang_north", 131.6, "07:00:00", 1),
        # at Qinzhou East 08:36:06, on at 10:48:30; from 20:00 the last train is missed
        ("fangchenggang_north", "beihai_station", 202.1, "08:00:00", 1),
        # the 19:00 misses the 20:00 at Qinzhou East (13.5 min of 20), but not at Beihai: 20:22:06, on at 21:01:30
        ("nanning_station", "haikou_station", 211.5, "19:00:00", 1),
        # at Qinzhou East 22:27:30, on at 23:30, in at 25:42:45
        ("haikou_station", "nanning_east", 342.75, "20:00:00", 1),
        # of the train that left yesterday at 23:30
        ("wutang", "nanning_east", 67.5, "00:35:15", 0),
        # into the next morning: at Qinzhou East 22:27:30, on at 08:35, in at 09:11:36
        ("haikou_station", "fangchenggang_north", 791.6, "20:00:00", 1),
    ],
)
def test_by_hand(coast: Networks, origin: str, destination: str, minutes: float, departs: str, changes: int) -> None:
    journey = search(coast()).fastest([origin], [destination])
    assert journey is not None
    assert journey.minutes == pytest.approx(minutes, abs=1e-9)
    hours, rest = divmod(journey.rides[0].depart_s, 3600)
    assert f"{hours:02d}:{rest // 60:02d}:{rest % 60:02d}" == departs
    assert len(journey.rides) == changes + 1


def test_the_way_of_a_journey(coast: Networks) -> None:
    journey = search(coast()).fastest(["beihai_station"], ["fangchenggang_north"])
    assert legs(journey) == [
        ("emu_ns_bh_2016", "beihai_station", "qinzhou_east"),
        ("emu_ne_fn_2016", "qinzhou_east", "fangchenggang_north"),
    ]
    assert journey is not None
    assert journey.links == ("rjct-bh", "qz-rjct", "qz-rjct", "rjct-fn")
    assert journey.length_km == 72 + 12 + 12 + 36
    through = search(coast()).fastest(["nanning_station"], ["beihai_station"])
    assert through is not None
    assert through.rides[0].stops_between == 2


@pytest.mark.parametrize(
    ("setting", "minutes"),
    [
        ("nodes.qinzhou_east.minimum_connection_min=61.4", 131.6),  # exactly the time there is: 07:33:36 to 08:35
        # else the 10:00, at Qinzhou East 10:33:36, on at 14:35, in at 15:11:36
        ("nodes.qinzhou_east.minimum_connection_min=61.5", 311.6),
    ],
)
def test_the_least_time_to_change_is_kept(coast: Networks, setting: str, minutes: float) -> None:
    journey = search(coast(setting)).fastest(["beihai_station"], ["fangchenggang_north"])
    assert journey is not None
    assert journey.minutes == pytest.approx(minutes)


def test_best_of_several_stations(coast: Networks) -> None:
    stations = ["nanning_station", "nanning_east"]
    there = search(coast()).fastest(stations, ["beihai_station"])
    back = search(coast()).fastest(["beihai_station"], stations)
    assert there is not None
    assert there.rides[0].from_stop == "nanning_east"
    assert there.minutes == pytest.approx(68.6)
    assert back is not None
    assert back.rides[-1].to_stop == "nanning_east"
    assert back.minutes == pytest.approx(68.6)


def test_no_way(coast: Networks) -> None:
    found = search(coast())
    assert found.fastest(["nanning_station"], ["qisha"]) is None  # no train yet
    assert found.fastest(["nanning_station"], ["nanning_station"]) is None
    assert found.fastest([], ["nanning_station"]) is None
    assert found.fastest(["not_built_yet"], ["nanning_station"]) is None
    nothing = InVehicleSearch(coast(), NetworkState.free_flow(coast()), lambda _: False)
    assert nothing.fastest(["nanning_station"], ["beihai_station"]) is None


def test_closures_and_cancelled_trips(coast: Networks) -> None:
    network = coast()
    assert search(network, closed_links=frozenset({"rjct-bh"})).fastest(["qinzhou_east"], ["beihai_station"]) is None
    assert search(network, closed_nodes=frozenset({"beihai_station"})).fastest(["qinzhou_east"], ["beihai_station"]) is None
    # without the 08:00 the train of 14:35 takes those of the 13:00 from Beihai
    first = next(k for k in range(network.trips.count) if network.trips.patterns[network.trips.pattern[k]].service == "emu_ne_fn_2016")
    journey = search(network, cancelled_trips=frozenset({first})).fastest(["beihai_station"], ["fangchenggang_north"])
    assert journey is not None
    assert journey.rides[0].depart_s == 13 * 3600
    assert journey.minutes == pytest.approx(131.6)
    assert search(network).fastest(["qinzhou_east"], ["beihai_station"]) is not None


STOPS = "abcdef"
HORIZON_S = 48 * 3600


@st.composite
def timetables(draw: st.DrawFn) -> tuple[list[Pattern], list[int]]:
    """A few trains over six stops at whole tens of minutes, so that ties and near misses are common; some past midnight."""
    patterns = []
    for number in range(draw(st.integers(1, 6))):
        stops = draw(st.lists(st.sampled_from(STOPS), min_size=2, max_size=4, unique=True))
        run = draw(st.lists(st.integers(1, 60), min_size=len(stops) - 1, max_size=len(stops) - 1))
        dwell = draw(st.lists(st.integers(0, 2), min_size=len(stops) - 2, max_size=len(stops) - 2))
        start = draw(st.lists(st.integers(0, 6 * 26), min_size=1, max_size=3, unique=True))
        patterns.append(
            Pattern(
                service=f"s{number}",
                mode="rail",
                train_class="emu",
                stops=tuple(stops),
                run_seconds=tuple(600 * item for item in run),
                dwell_seconds=tuple(600 * item for item in dwell),
                length_km=(1.0,) * len(run),
                links=((),) * len(run),
                departures_seconds=tuple(sorted(600 * item for item in start)),
                days=(EVERY_DAY,) * len(start),
                may_board=(True,) * len(stops),
                may_alight=(True,) * len(stops),
            )
        )
    return patterns, draw(st.lists(st.integers(0, 3), min_size=len(STOPS), max_size=len(STOPS)))


def runs(patterns: list[Pattern]) -> Iterator[list[tuple[str, int, int]]]:
    """Every trip from yesterday to the day after tomorrow as calls (stop, arrival, departure)."""
    for pattern in patterns:
        for start in pattern.departures_seconds:
            for day in (-1, 0, 1, 2):
                clock = start + day * DAY_SECONDS
                calls = [(pattern.stops[0], clock, clock)]
                for stop, run, dwell in zip(pattern.stops[1:], pattern.run_seconds, (*pattern.dwell_seconds, 0), strict=True):
                    calls.append((stop, clock + run, clock + run + dwell))
                    clock += run + dwell
                yield calls


def best_by_rounds(patterns: list[Pattern], connection_s: dict[str, int], origins: set[str]) -> dict[str, dict[int, tuple[int, int]]]:
    """Least (seconds, trains) to every stop from each departure, one more train a round until nothing is sooner."""
    listed = list(runs(patterns))
    best: dict[str, dict[int, tuple[int, int]]] = {}
    starts = {depart for calls in listed for stop, _, depart in calls[:-1] if stop in origins and 0 <= depart < DAY_SECONDS}
    for start in sorted(starts):
        reached = dict.fromkeys(origins, start)
        for trains in range(1, len(STOPS) + 1):
            before = dict(reached)
            for calls in listed:
                for position, (stop, _, depart) in enumerate(calls[:-1]):
                    ready = before.get(stop)
                    if ready is None or depart > start + HORIZON_S or depart < ready + (0 if stop in origins else connection_s[stop]):
                        continue
                    for (_, _, leaves), (end, arrive, _) in pairwise(calls[position:]):
                        if leaves > start + HORIZON_S:
                            break  # nobody is followed further, aboard or not
                        if arrive < reached.get(end, arrive + 1) and end not in origins:
                            reached[end] = arrive
                            best.setdefault(end, {})[start] = arrive - start, trains
            if reached == before:
                break
    return best


@given(timetables(), st.sets(st.sampled_from(STOPS), min_size=1, max_size=2))
@settings(max_examples=150, deadline=None)
def test_against_a_search_by_rounds(coast: Networks, timetable: tuple[list[Pattern], list[int]], origins: set[str]) -> None:
    patterns, minimum = timetable
    connection = {stop: 600 * minimum[row] for row, stop in enumerate(STOPS)}
    found = InVehicleSearch(small_network(coast(), patterns, connection), NetworkState(np.zeros(0, dtype=np.int64)), lambda _: True)
    expected = best_by_rounds(patterns, connection, origins)
    for stop in sorted(set(STOPS) - origins):
        journey = found.fastest(sorted(origins), [stop])
        assert (journey is not None) == (stop in expected)
        if journey is not None:
            assert_feasible(journey, patterns, connection, origins, stop)
            assert journey.minutes * 60 == min(seconds for seconds, _ in expected[stop].values())
            assert len(journey.rides) == expected[stop][journey.rides[0].depart_s][1]


def small_network(network: Network, patterns: list[Pattern], connection_s: dict[str, int]) -> Network:
    index = {stop: row for row, stop in enumerate(STOPS)}
    return dataclasses.replace(
        network,
        nodes=pd.DataFrame(index=list(STOPS)),
        node_index=index,
        trips=compile_trips(patterns, index),
        minimum_connection_s=np.array([connection_s[stop] for stop in STOPS], dtype=np.int64),
    )


def train(service: str, stops: str, departs_min: int, *runs_min: int) -> Pattern:
    return Pattern(
        service=service,
        mode="rail",
        train_class="emu",
        stops=tuple(stops),
        run_seconds=tuple(60 * item for item in runs_min),
        dwell_seconds=(300,) * (len(runs_min) - 1),
        length_km=(1.0,) * len(runs_min),
        links=((),) * len(runs_min),
        departures_seconds=(60 * departs_min,),
        days=(EVERY_DAY,),
        may_board=(True,) * len(stops),
        may_alight=(True,) * len(stops),
    )


def test_nobody_changes_to_be_early_for_a_train_caught_anyway(coast: Networks) -> None:
    # the slow train is overtaken at b; who stays on it is at c in time for the same last train
    patterns = [train("slow", "abc", 480, 30, 60), train("fast", "bc", 512, 20), train("last", "cd", 600, 30)]
    network = small_network(coast(), patterns, dict.fromkeys(STOPS, 0))
    journey = InVehicleSearch(network, NetworkState(np.zeros(0, dtype=np.int64)), lambda _: True).fastest(["a"], ["d"])
    assert legs(journey) == [("slow", "a", "c"), ("last", "c", "d")]
    assert journey is not None
    assert journey.minutes == 150


def assert_feasible(journey: TimetableJourney, patterns: list[Pattern], connection: dict[str, int], origins: set[str], end: str) -> None:
    """Each ride is one that a trip makes, each change as long as it must be."""
    assert journey.rides[0].from_stop in origins
    assert journey.rides[-1].to_stop == end
    listed = [(pattern.service, calls) for pattern in patterns for calls in runs([pattern])]
    for ride in journey.rides:
        assert any(
            service == ride.service
            and any(
                (stop, depart, to, arrive) == (ride.from_stop, ride.depart_s, ride.to_stop, ride.arrive_s)
                for position, (stop, _, depart) in enumerate(calls)
                for to, arrive, _ in calls[position + 1 :]
            )
            for service, calls in listed
        )
    for one, following in zip(journey.rides, journey.rides[1:], strict=False):
        assert one.to_stop == following.from_stop
        assert following.depart_s - one.arrive_s >= connection[one.to_stop]
