"""Changes of vehicle on the coast: worked by hand, and equal to those of the journeys told leg by leg."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from bbwnet.evaluation.door_times import DoorTimes
from bbwnet.network.build import build_network
from bbwnet.network.car_times import IMPASSABLE
from bbwnet.network.network import Network
from bbwnet.network.state import NetworkState
from bbwnet.routing.door_to_door import DoorMode
from bbwnet.routing.journeys import Journey, journey_of
from bbwnet.routing.transfer_events import TracedJourneys, trace_transfers
from bbwnet.scenario.read import load_scenario

Networks = Callable[..., Network]

ZONES = ("gangkou", "haicheng", "longhua", "qingxiu", "qinnan", "qiongshan")

HOUR = 3600

SHUTTLE = """
transfers:
  - {id: bus_station-port, from: beihai_station, to: port_beihai, mode: shuttle, transfer_min: 5, headway_min: 2,
     between: ["09:00", "11:00"], source: made_up, confidence: assumed}
"""

ABROAD = """
links:
  - {id: urban_gangkou-fn, from: gangkou, to: fangchenggang_north, mode: highway, line: urban, road_class: urban, lanes: 4,
     free_speed_kmh: 40, length_km: 6, source: made_up, confidence: assumed}
services:
  - {id: coach_to_border, mode: coach, stops: [gangkou, dongxing], departures: ["06:30"], run_minutes: [60],
     source: made_up, confidence: assumed}
  - {id: coach_abroad, mode: coach, stops: [mong_cai, hanoi], departures: ["10:00"], run_minutes: [240],
     source: made_up, confidence: assumed}
"""

PERSONS = """     hours: [{traffic: persons, timezone: Asia/Shanghai, open: "08:00", close: "20:00", valid_from: 2010-01-01,
              source: made_up, confidence: assumed}],
     dwell: [{traffic: person, valid_from: 2010-01-01, dwell_min: 30, source: made_up, confidence: assumed},
             {traffic: car,"""


class Change(NamedTuple):
    """One change of vehicle as both ways of finding it describe it; seconds."""

    origin: str
    destination: str
    number: int
    left: str
    entered: str
    modes: tuple[str, str]
    off_s: int
    exit_s: int
    way_s: int
    entry_s: int
    wait_s: int
    border_s: int
    boarded_s: int


@pytest.fixture
def wide(coast_folder: Path) -> Network:
    """The coast with a shuttle from station to port that keeps hours, and coaches on either side of a border that keeps hours too."""
    folder = coast_folder / "network"
    (folder / "transfers.yaml").write_text("schema: 1" + SHUTTLE, encoding="utf-8")
    (folder / "coaches.yaml").write_text("schema: 1" + ABROAD, encoding="utf-8")
    index = folder / "network.yaml"
    index.write_text(
        index.read_text(encoding="utf-8").replace("projects.yaml]", "projects.yaml, transfers.yaml, coaches.yaml]"), encoding="utf-8"
    )
    road = folder / "road.yaml"
    road.write_text(road.read_text(encoding="utf-8").replace("     dwell: [{traffic: car,", PERSONS, 1), encoding="utf-8")
    # taxis and buses that do not go far: people change trains rather than take one to the next city
    return build_network(load_scenario(coast_folder / "baseline.yaml", overrides=("access.taxi_limit_min=20", "access.bus_limit_min=5")))


def rush_hours(network: Network) -> NetworkState:
    """Roads half as fast from eleven to noon, when ships and trains come in."""
    free = NetworkState.free_flow(network).car_seconds[0]
    slow = np.where(free == IMPASSABLE, IMPASSABLE, 2 * free)
    return NetworkState(np.stack([free, slow, free]), period_start_s=(0, 11 * HOUR, 12 * HOUR))


def traced(
    network: Network,
    mode: DoorMode = "transit",
    places: tuple[str, ...] = ZONES,
    *,
    planned: bool = False,
    state: NetworkState | None = None,
) -> TracedJourneys:
    times = DoorTimes(network, state)
    return trace_transfers(times.search(mode, places), places, times.starts_s, planned=planned)


def changes(network: Network, found: TracedJourneys) -> Counter[Change]:
    """Changes with the number of departures that make them."""
    times = DoorTimes(network)
    search = times.search("transit", found.places)
    names, points, hops = network.nodes.index, search.doors.points, search.timetable.hops
    events, journeys = found.events, found.journeys
    counted: Counter[Change] = Counter()
    for row, journey in enumerate(events.journey.tolist()):
        alight, board = points.alight[events.alight[row]], points.board[events.board[row]]
        change = Change(
            origin=found.places[journeys.origin[journey]],
            destination=found.places[journeys.destination[journey]],
            number=int(events.number[row]),
            left=str(names[alight.stop]),
            entered=str(names[board.stop]),
            modes=(alight.mode, board.mode),
            off_s=int(events.off_s[row]),
            exit_s=int(events.exit_s[row]),
            way_s=int(events.way_s[row]),
            entry_s=int(events.entry_s[row]),
            wait_s=int(events.wait_s[row]),
            border_s=int(events.border_s[row]),
            boarded_s=int(hops.depart_s[events.hop_boarded[row]]),
        )
        assert hops.arrive_s[events.hop_left[row]] == change.off_s
        counted[change] += int(journeys.departures[journey])
    return counted


def told(journey: Journey, origin: str, destination: str) -> list[Change]:
    """The changes of one journey, read off its legs."""
    rides = [number for number, leg in enumerate(journey.legs) if leg.ride is not None]
    found = []
    for number, (first, second) in enumerate(pairwise(rides)):
        seconds: Counter[str] = Counter()
        for leg in journey.legs[first + 1 : second]:
            seconds[leg.kind] += leg.end_s - leg.begin_s
        before, after = journey.legs[first], journey.legs[second]
        found.append(
            Change(
                origin, destination, number, before.to_node, after.from_node, (before.mode, after.mode), before.end_s,
                seconds["exit"], seconds["way"] + seconds["connection"], seconds["entry"], seconds["wait"], seconds["formalities"],
                after.begin_s,
            )
        )  # fmt: skip
    return found


def told_by_legs(network: Network, places: tuple[str, ...], *, planned: bool, state: NetworkState | None = None) -> Counter[Change]:
    times = DoorTimes(network, state)
    search = times.search("transit", places)
    counted: Counter[Change] = Counter()
    for origin in places:
        for destination in places:
            if origin == destination:
                continue
            departures = search.departures(origin, destination, times.starts_s, planned=planned)
            for number in range(len(times.starts_s)):
                journey = journey_of(search, origin, destination, departures, number)
                if journey is not None:
                    counted.update(told(journey, origin, destination))
    return counted


def test_train_to_ferry_by_taxi(coast: Networks) -> None:
    network = coast()
    first = min((item for item in changes(network, traced(network)) if (item.origin, item.destination) == ("qinnan", "longhua")), key=_off)
    # train of 07:00 from Nanning, at Beihai 4926 s later; 8 min out, 5 min for a taxi and 12 on it, 30 min into the port: 09:17:06,
    # the ship of 09:00 is gone, the next sails at 12:00
    assert first == Change(
        "qinnan", "longhua", 0, "beihai_station", "port_beihai", ("rail", "ferry"), 7 * HOUR + 4926, 480, 1020, 1800, 9774, 0, 12 * HOUR
    )
    # boards at 07:48:30 after 20 min of entry and 20 of taxi: the departures of 06:00 to 07:08 make this journey
    assert changes(network, traced(network))[first] == 69


def _off(change: Change) -> int:
    return change.off_s


def test_a_shuttle_that_does_not_run_yet_and_when_it_ends(wide: Network) -> None:
    found = traced(wide)
    row = _first(wide, found, "qinnan", "longhua")
    events = found.events
    # off at 08:22:06, out at 08:30:06, the shuttle begins at 09:00, 1 min of wait and 5 on it, 30 in: ready at 09:36 for the ship of 12:00
    assert events.exit_s[row], events.way_s[row] == (480, 360)
    assert events.entry_s[row] == 1800
    assert events.wait_s[row] == (29 * 60 + 54) + (2 * HOUR + 24 * 60)
    # at the shuttle by 11:00, off by 10:52 at the latest, 2:29:54 later: the ship would bear 24 min more
    assert events.slack_s[row] == 2 * HOUR + 29 * 60 + 54
    assert events.hour[row] == 8


def test_a_change_within_one_stop_is_all_way(wide: Network) -> None:
    found = traced(wide)
    row = _first(wide, found, "haicheng", "gangkou")
    events = found.events
    # at Qinzhou East at 07:33:36, 20 min to change; the train of 08:00 from Nanning East leaves at 08:35
    assert (events.exit_s[row], events.way_s[row], events.entry_s[row]) == (0, 1200, 0)
    assert events.wait_s[row] == events.slack_s[row] == 41 * 60 + 24


def test_a_border_that_opens_late_is_neither_walk_nor_wait(wide: Network) -> None:
    found = traced(wide, places=("gangkou", "hanoi"))
    row = _first(wide, found, "gangkou", "hanoi")
    events = found.events
    # off at 07:30, 3 min out, taxi 5 + 4 min: 07:42; open at 08:00, 30 min; taxi 5 + 6 min, 15 min in: 08:56; Hanoi's 10:00 is 11:00
    assert (events.exit_s[row], events.way_s[row], events.entry_s[row]) == (180, 1200, 900)
    assert events.border_s[row] == 48 * 60
    assert events.wait_s[row] == 124 * 60
    assert events.walk_s[row] == 38 * 60
    # at the border by 11:00 - 15 - 11 - 30 min = 10:04, off by 09:52
    assert events.slack_s[row] == 142 * 60


def _first(network: Network, found: TracedJourneys, origin: str, destination: str) -> int:
    """The change of least second of a pair."""
    journeys, events = found.journeys, found.events
    pair = journeys.origin[events.journey] == found.places.index(origin)
    pair &= journeys.destination[events.journey] == found.places.index(destination)
    rows = np.flatnonzero(pair)
    assert len(rows)
    assert network.settings.evaluation.view == "timetable"
    return int(rows[np.argmin(events.off_s[rows])])


@pytest.mark.parametrize("planned", [False, True])
def test_changes_are_those_of_the_legs_at_every_departure(coast: Networks, planned: bool) -> None:  # noqa: FBT001
    network = coast("evaluation.departures.every_min=5")
    assert changes(network, traced(network, planned=planned)) == told_by_legs(network, ZONES, planned=planned)


def test_changes_are_those_of_the_legs_with_gates_on_the_way(wide: Network) -> None:
    places = (*ZONES, "hanoi")
    found = traced(wide, places=places)
    assert (found.events.border_s > 0).any()
    counted = changes(wide, found)
    assert counted == told_by_legs(wide, places, planned=False)
    assert {len({item.left, item.entered}) for item in counted} == {1, 2}


def test_changes_are_those_of_the_legs_where_roads_are_slow_at_times(coast: Networks) -> None:
    network = coast("evaluation.departures.every_min=5")
    state = rush_hours(network)
    counted = changes(network, traced(network, state=state))
    assert counted == told_by_legs(network, ZONES, planned=False, state=state)
    # by taxi between ship and station 5 min of wait and 12 on the road, or twice the 12 from eleven to noon
    assert {(item.off_s // HOUR, item.way_s) for item in counted} >= {(8, 1020), (11, 1740), (14, 1020)}


def test_changes_are_those_of_the_legs_where_headways_are_mean_waits(coast: Networks) -> None:
    network = coast("evaluation.departures.every_min=15", "evaluation.view=as_known")
    counted = changes(network, traced(network))
    assert counted
    assert counted == told_by_legs(network, ZONES, planned=False)


@pytest.mark.parametrize("mode", ["transit", "rail", "best", "sea"])
def test_journeys_add_up_to_the_departures_that_arrive(coast: Networks, mode: DoorMode) -> None:
    network = coast()
    times, found = DoorTimes(network), traced(network, mode)
    journeys = found.journeys
    share = times.matrix(mode, ZONES).reached_share
    for row in range(len(ZONES)):
        for column in range(len(ZONES)):
            pair = (journeys.origin == row) & (journeys.destination == column)
            expected = 0 if row == column else round(float(share[row, column]) * found.starts)
            assert journeys.departures[pair].sum() == expected
    # every journey has as many changes as boardings but one, numbered as travelled
    changed = np.bincount(found.events.journey, minlength=len(journeys))
    assert (changed == np.maximum(journeys.boardings - 1, 0)).all()
    assert ((journeys.hop_first >= 0) == (journeys.boardings > 0)).all()
    for journey in np.flatnonzero(changed):
        assert found.events.number[found.events.journey == journey].tolist() == list(range(changed[journey]))
