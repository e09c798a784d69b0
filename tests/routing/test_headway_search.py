"""Expected times over headways, worked by hand: lines that share a stop share the wait, and what the expected time is made of.

A station lies 6 km from its place at 36 km/h: 10 min, and 5 more to wait for the taxi; entering it takes 20 min, leaving it 8. So it is
35 min from the door to the platform, and 23 from the train to the door. Where a test gives no other window, one may set out from 06:00
to 21:00, the hours of the trains.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bbwnet.errors import NetworkError
from bbwnet.evaluation.door_times import DoorTimes
from bbwnet.network.network import Network
from bbwnet.network.state import NetworkState
from bbwnet.routing.door_to_door import DOOR_MODES, DoorToDoor, window_starts
from bbwnet.routing.headway_graph import BOARD, HeadwayGraph
from bbwnet.routing.headway_search import HeadwaySearch
from bbwnet.routing.headways import views
from bbwnet.routing.strategies import Strategy, strategy_to
from bbwnet.routing.strategy_lines import ExpectedJourney

Small = Callable[..., Network]
Networks = Callable[..., Network]
Row = dict[str, Any]

DOORS = 35 + 23


def train(name: str, *stops: str, every: float, run: list[float], **more: object) -> Row:
    """A service one way only, from 06:00 to 21:00 at a headway in minutes."""
    return {
        "id": name, "mode": "rail", "train_class": "emu", "stops": list(stops), "trips_per_day": round(900 / every) + 1,
        "between": ["06:00", "21:00"], "run_minutes": run, "directed": True, **more,
    }  # fmt: skip


def line(*services: Row, places: str = "abc", **more: list[Row]) -> dict[str, list[Row]]:
    """Places, each with its station (`sa` of `a`), every two stations joined by rail."""
    pairs = [(first, second) for number, first in enumerate(places) for second in places[number + 1 :]]
    return {
        "places": [{"id": place} for place in places],
        "nodes": [{"id": f"s{place}", "kind": "station", "place": place} for place in places],
        "links": [
            *({"id": f"{place}-s{place}", "from": place, "to": f"s{place}", "mode": "highway", "length_km": 6, "free_speed_kmh": 36}
              for place in places),
            *({"id": f"s{a}-s{b}", "from": f"s{a}", "to": f"s{b}", "mode": "rail", "length_km": 30} for a, b in pairs),
        ],
        "services": list(services),
        **more,
    }  # fmt: skip


def scenario(view: str = "headway", start: str = "06:00", until: str = "21:00", **more: object) -> dict[str, Any]:
    return {"access": {"modes": ["taxi"]}, "evaluation": {"view": view, "departures": {"from": start, "until": until}, **more}}


def search(network: Network, **state: Any) -> HeadwaySearch:
    held = dataclasses.replace(NetworkState.free_flow(network), **state)
    return HeadwaySearch(DoorToDoor(network, held, sorted(network.assembly.places)))


def told(found: HeadwaySearch, pair: str = "ab") -> ExpectedJourney:
    """The expected journey of a pair; its parts add up, and the matrix knows the same minutes."""
    journey = found.strategy_lines("rail", *pair)
    assert journey is not None
    assert sum(journey.part_minutes.values()) == pytest.approx(journey.minutes, rel=1e-12)
    assert found.minutes("rail", *pair) == pytest.approx(journey.minutes, rel=1e-12)
    assert sum(item.probability for item in journey.lines) == pytest.approx(journey.boardings)
    return journey


def test_one_line_is_awaited_for_half_its_headway(small_network: Small) -> None:
    found = told(search(small_network(line(train("t", "sa", "sb", every=30, run=[40])), scenario=scenario())))
    assert found.part_minutes == {"access": 35, "wait": 15, "ride": 40, "transfer": 0, "border": 0, "egress": 23}
    assert (found.minutes, found.boardings, found.transfers, found.way_mode) == (113, 1, 0, "taxi")
    # 6 km to the station, 30 by rail, 6 from it
    assert found.length_km == 42
    (only,) = found.lines
    assert (only.service, only.mode, only.train_class, only.board_stop, only.alight_stop) == ("t", "rail", "emu", "sa", "sb")
    assert (only.probability, only.share_at_stop, only.headway_min, only.wait_min, only.ride_min, only.length_km) == (1, 1, 30, 15, 40, 30)


def test_two_lines_that_share_a_stop_share_the_wait(small_network: Small) -> None:
    records = line(train("often", "sa", "sb", every=30, run=[40]), train("seldom", "sa", "sb", every=60, run=[40]))
    found = told(search(small_network(records, scenario=scenario())))
    # three trains an hour: 20 min between them, 10 min of waiting
    assert found.minutes == pytest.approx(DOORS + 10 + 40)
    assert {item.service: item.probability for item in found.lines} == pytest.approx({"often": 2 / 3, "seldom": 1 / 3})
    assert [item.wait_min for item in found.lines] == pytest.approx([10, 10])


def test_a_slow_line_is_let_pass_if_waiting_on_is_shorter(small_network: Small) -> None:
    express = train("express", "sa", "sb", every=30, run=[30])
    slow = search(small_network(line(express, train("local", "sa", "sb", every=10, run=[50])), scenario=scenario()))
    # 15 min of waiting and 30 of riding: a local of 50 min is not worth boarding, however often it comes
    assert told(slow).minutes == DOORS + 45
    assert [item.service for item in told(slow).lines] == ["express"]
    # one of 40 min is: (1 + 30/15 + 40/5) / (1/15 + 1/5)
    quick = told(search(small_network(line(express, train("local", "sa", "sb", every=10, run=[40])), scenario=scenario())))
    assert quick.minutes == pytest.approx(DOORS + 41.25)
    assert {item.service: item.probability for item in quick.lines} == pytest.approx({"local": 0.75, "express": 0.25})
    assert quick.part_minutes["ride"] == pytest.approx(0.75 * 40 + 0.25 * 30)


def test_a_change_takes_the_least_time_and_half_the_next_headway(small_network: Small) -> None:
    records = line(train("t1", "sa", "sb", every=30, run=[40]), train("t2", "sb", "sc", every=20, run=[20]))
    records["nodes"][1]["minimum_connection_min"] = 12
    found = told(search(small_network(records, scenario=scenario())), "ac")
    assert found.part_minutes == {"access": 35, "wait": 15, "ride": 60, "transfer": 22, "border": 0, "egress": 23}
    assert (found.minutes, found.boardings, found.transfers) == (155, 2, 1)
    assert [(item.service, item.board_stop, item.alight_stop, item.wait_min) for item in found.lines] == [
        ("t1", "sa", "sb", 15), ("t2", "sb", "sc", 10),
    ]  # fmt: skip


def two_ways() -> dict[str, list[Row]]:
    """From a to c at one go, or with 10 min to change at b."""
    t1, t2 = train("t1", "sa", "sb", every=60, run=[40]), train("t2", "sb", "sc", every=20, run=[20])
    records = line(train("through", "sa", "sc", every=60, run=[70]), t1, t2)
    records["nodes"][1]["minimum_connection_min"] = 10
    return records


def test_some_change_and_some_go_through(small_network: Small) -> None:
    # a–c directly 70 min every 60; a–b 40 min every 60, then b–c 20 min every 20, 10 min to change: 40 + 10 + 10 + 20 = 80 min. Each
    # alone takes 30 min more; together (1 + 70/30 + 80/30) / (2/30) = 90.
    found = told(search(small_network(two_ways(), scenario=scenario())), "ac")
    assert found.minutes == pytest.approx(DOORS + 90)
    assert [(item.service, round(item.probability, 9)) for item in found.lines] == [("t1", 0.5), ("through", 0.5), ("t2", 0.5)]
    assert found.boardings == pytest.approx(1.5)
    assert [found.part_minutes[part] for part in ("wait", "transfer")] == pytest.approx([15, 0.5 * 20])
    # half of all do not change, and the other half once
    assert found.transfers == pytest.approx(0.5)


def test_a_ring_passes_a_stop_twice(small_network: Small) -> None:
    # from a by b and c to a again, and on to b, one train: two visits of a at every headway of 30 min, 30 min to b from either
    times = {"first": ["06:00", "06:30", "07:00"], "second": ["07:04", "07:34", "08:04"]}
    first = train("first", "sa", "sb", "sc", every=30, run=[30, 30], dwell_min=2, continues_as="second")
    second = train("second", "sc", "sa", "sb", every=30, run=[30, 30], dwell_min=2)
    for row in (first, second):
        del row["trips_per_day"], row["between"]
        row["departures"] = times[row["id"]]
    network = small_network(line(first, second), scenario=scenario(start="06:00", until="07:00"))
    assert [pattern.stops for pattern in network.trips.patterns] == [("sa", "sb", "sc", "sa", "sb")]
    found = search(network)
    assert told(found).minutes == pytest.approx(DOORS + 7.5 + 30)
    assert [item.probability for item in told(found).lines] == [0.5, 0.5]
    # to c the first visit alone: the second ends at b, and who changes there is no earlier
    assert told(found, "ac").minutes == pytest.approx(DOORS + 15 + 62)
    # c is left after 2 min there, which nobody rides who boards at c
    assert told(found, "cb").part_minutes["ride"] == 62


@pytest.mark.parametrize(
    ("more", "wait"),
    [
        # one a day: 24 h between them
        ({"trips_per_day": 1}, 720),
        # three a week: 56 h
        ({"trips_per_day": None, "trips_per_week": 3}, 28 * 60),
        # every half hour, but on five days of seven
        ({"days": ["mon", "tue", "wed", "thu", "fri"]}, 15 * 7 / 5),
        # two an hour apart in a window of 15 h: 7.5 h, not one
        ({"trips_per_day": None, "departures": ["07:00", "08:00"]}, 225),
    ],
)
def test_services_that_seldom_run(small_network: Small, more: Row, wait: float) -> None:
    row = {key: value for key, value in {**train("t", "sa", "sb", every=30, run=[40]), **more}.items() if value is not None}
    if "departures" in more:
        del row["between"]
    assert told(search(small_network(line(row), scenario=scenario()))).part_minutes["wait"] == pytest.approx(wait)


def test_closures_and_cancelled_trips(small_network: Small) -> None:
    records = line(train("t", "sa", "sb", "sc", every=30, run=[30, 30]), train("u", "sa", "sc", every=90, run=[60]))
    network = small_network(records, scenario=scenario())
    # both take 61 or 60 min to c: waits of 15 and 45 min make 11.25
    assert told(search(network), "ac").part_minutes["wait"] == pytest.approx(11.25)
    # every stop of b is passed: nobody gets off there, who goes on to c still does
    shut = search(network, closed_nodes=frozenset({"sb"}))
    assert shut.strategy_lines("rail", "a", "b") is None
    assert np.isnan(shut.minutes("rail", "a", "b"))
    assert told(shut, "ac").part_minutes["wait"] == pytest.approx(11.25)
    # the line over a closed link does not run
    assert [item.service for item in told(search(network, closed_links=frozenset({"sb-sc"})), "ac").lines] == ["u"]
    # of 31 trips of t one in 31 is left: 15 h and a half between them; then none, and it is u alone
    names = [network.trips.patterns[pattern].service for pattern in network.trips.pattern.tolist()]
    first = names.index("t")
    all_but_one = search(network, cancelled_trips=frozenset(range(first + 1, first + 31)))
    assert told(all_but_one).lines[0].headway_min == pytest.approx(31 * 30)
    none = search(network, cancelled_trips=frozenset(range(first, first + 31)))
    assert none.strategy_lines("rail", "a", "b") is None
    assert [item.service for item in told(none, "ac").lines] == ["u"]


def test_boarding_only_and_alighting_only(small_network: Small) -> None:
    row = train("t", "sa", "sb", "sc", every=30, run=[30, 30], board_only=["sb"])
    found = search(small_network(line(row), scenario=scenario()))
    assert found.strategy_lines("rail", "a", "b") is None
    assert told(found, "bc").part_minutes["ride"] == 30


def test_ways_take_the_mean_of_the_periods_in_the_window(small_network: Small) -> None:
    network = small_network(line(train("t", "sa", "sb", every=30, run=[40])), scenario=scenario(start="06:00", until="18:00"))
    free = NetworkState.free_flow(network).car_seconds[0]
    # a drive takes twice as long from 15:00 on, in a quarter of the window: 10 min are 12.5 in the mean, on both ends
    found = search(network, car_seconds=np.stack([free, 2 * free]), period_start_s=(0, 15 * 3600))
    parts = told(found).part_minutes
    assert [parts[part] for part in ("access", "egress")] == pytest.approx([37.5, 25.5])


def border() -> dict[str, list[Row]]:
    """Two places 15 min by taxi on both sides of a border that takes 30 min and is open to persons from 08:00 to 20:00."""
    sourced = {"valid_from": "2010-01-01", "source": "made_up", "confidence": "assumed"}
    opening = {"traffic": "persons", "open": "08:00", "close": "20:00", "timezone": "Asia/Shanghai", **sourced}
    dwell = {"traffic": "person", "dwell_min": 30, **sourced}
    return {
        "places": [{"id": "a"}, {"id": "c"}],
        "nodes": [{"id": "here", "kind": "border_crossing"}, {"id": "there", "kind": "border_crossing"}],
        "links": [
            {"id": "a-here", "from": "a", "to": "here", "mode": "highway", "length_km": 6, "free_speed_kmh": 36},
            {"id": "there-c", "from": "there", "to": "c", "mode": "highway", "length_km": 6, "free_speed_kmh": 36},
            {"id": "bridge", "from": "here", "to": "there", "mode": "border", "crossing": "x", "length_km": 1},
        ],
        "crossings": [{"id": "x", "kind": "road", "node": "here", "hours": [opening], "dwell": [dwell]}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("start", "until", "closed"),
    # open all the while; 120 minutes before it opens, 1 to 120 of waiting; of 240 minutes 61 before it closes, its last second among
    # them, then 179 from which it opens in 719 to 541
    [("09:00", "19:00", 0), ("06:00", "08:00", 60.5), ("19:00", "23:00", 179 * 630 / 240)],
)
def test_a_border_takes_its_dwell_and_the_mean_wait_for_it_to_open(small_network: Small, start: str, until: str, closed: float) -> None:
    found = search(small_network(border(), scenario=scenario(start=start, until=until))).strategy_lines("transit", "a", "c")
    assert found is not None
    assert found.part_minutes["border"] == pytest.approx(30 + closed)
    assert found.part_minutes["ride"] == pytest.approx(30)
    assert (found.lines, found.way_mode, found.boardings) == ((), "taxi", 0)


def test_a_drive_all_the_way_beats_waiting(small_network: Small) -> None:
    records = line(train("t", "sa", "sb", every=60, run=[40]))
    records["links"].append({"id": "a-b", "from": "a", "to": "b", "mode": "highway", "length_km": 60, "free_speed_kmh": 60})
    found = search(small_network(records, scenario=scenario()))
    by_taxi, by_car, best = (found.strategy_lines(mode, "a", "b") for mode in ("transit", "road", "best"))
    assert by_taxi is not None
    assert by_car is not None
    # 60 min and 5 to wait for the taxi; by car 8 to park
    assert (by_taxi.minutes, by_taxi.part_minutes["ride"], by_taxi.way_mode) == (65, 65, "taxi")
    assert (by_car.minutes, by_car.part_minutes["egress"], by_car.way_mode, by_car.length_km) == (68, 8, "drive", 60)
    assert best == by_taxi
    # and by rail 35 + 30 + 40 + 23
    assert told(found).minutes == 128


def test_matrix_and_departures_of_the_facade(small_network: Small) -> None:
    network = small_network(line(train("t", "sa", "sb", every=30, run=[40]), places="abc"), scenario=scenario())
    doors = DoorTimes(network)
    for planned in (False, True):
        matrix = doors.matrix("rail", ["a", "b", "c"], (5, 50, 95), planned=planned)
        assert matrix.minutes.dtype == np.float32
        assert matrix.minutes[0, 1].tolist() == [113, 113, 113]
        assert matrix.reached_share.tolist() == [[1, 1, 0], [0, 1, 0], [0, 0, 1]]
        assert np.isnan(matrix.minutes[1, 0]).all()
        assert matrix.minutes[0, 0].tolist() == [0, 0, 0]
        departures = doors.departures("a", "b", "rail", planned=planned)
        assert set(departures.minutes(planned=planned).tolist()) == {113.0}
        assert len(departures.start_s) == len(doors.starts_s)
        assert not doors.departures("b", "a", "rail", planned=planned).reached.any()
        assert doors.minutes("a", "b", "rail", planned=planned, percentile=95) == 113
        assert np.isnan(doors.minutes("b", "a", "rail", planned=planned))
    told_of = doors.expected_journey("a", "b", "rail")
    assert told_of is not None
    assert told_of.minutes == 113
    nothing = doors.expected_journey("a", "a", "rail")
    assert nothing is not None
    assert (nothing.minutes, nothing.lines) == (0, ())


def test_what_only_a_timetable_answers(small_network: Small, coast: Networks) -> None:
    doors = DoorTimes(small_network(line(train("t", "sa", "sb", every=30, run=[40])), scenario=scenario()))
    with pytest.raises(NetworkError, match=r"set evaluation\.view to timetable or as_known"):
        doors.journey("a", "b", "rail", 8 * 3600, planned=False)
    with pytest.raises(NetworkError, match="knows no departures"):
        doors.journey_at_percentile("a", "b", "best", planned=True)
    with pytest.raises(NetworkError, match="known from a timetable only"):
        _ = doors.departures("a", "b", "rail").transfers
    # a drive rides no service: it is searched as ever
    by_car = DoorTimes(coast("evaluation.view=headway")).journey("qingxiu", "qinnan", "road", 8 * 3600, planned=False)
    assert by_car is not None
    with pytest.raises(NetworkError, match="not `as_known`"):
        DoorTimes(coast("evaluation.view=as_known")).expected_journey("qingxiu", "qinnan", "rail")


def test_one_line_as_known_takes_as_long_in_the_mean(small_network: Small) -> None:
    records = line(train("t", "sa", "sb", every=60, run=[40]))
    hours = {"start": "06:00", "until": "19:59"}
    known = DoorTimes(small_network(records, scenario=scenario("as_known", **hours)))
    expected = DoorTimes(small_network(records, scenario=scenario(**hours))).minutes("a", "b", "rail", planned=False)
    # whole minutes begin half a minute before their middle, so the last half minute of each ten is not seen
    assert known.departures("a", "b", "rail").minutes(planned=False).mean() + 0.5 == pytest.approx(expected)
    assert expected == DOORS + 30 + 40


def test_views_of_services(coast: Networks) -> None:
    timetable, known, headway = (coast(f"evaluation.view={view}") for view in ("timetable", "as_known", "headway"))
    services = len(timetable.services)
    assert Counter(views(timetable).values()) == {"timetable": services}
    assert Counter(views(headway).values()) == {"headway": services}
    # 5 and 3 trains and 5 ferries a day between two times; the others are written down, or run once a day at most
    by_headway = {name for name in known.services.index if views(known)[name] == "headway"}
    assert by_headway == {"emu_ns_bh_2016", "emu_ne_fn_2016", "ferry_day"}
    assert Counter(views(known).values()) == {"timetable": services - 3, "headway": 3}
    with pytest.raises(KeyError):
        views(known)["nothing"]


def simulated_s(graph: HeadwayGraph, strategy: Strategy, origin: int, random: np.random.Generator) -> float:
    """Seconds of one traveller who boards whichever line of the strategy comes first, vehicles coming at random."""
    arcs, node, seconds = graph.arcs, origin, 0.0
    while True:
        choice = np.flatnonzero((arcs.tail == node) & (strategy.share > 0))
        if not len(choice):
            return seconds
        waits = [random.exponential(arcs.wait_s[arc]) if arcs.wait_s[arc] > 0 else 0.0 for arc in choice]
        first = int(np.argmin(waits))
        seconds += waits[first] + arcs.seconds[choice[first]]
        node = int(arcs.head[choice[first]])


def test_travellers_who_meet_vehicles_at_random_take_the_expected_time(small_network: Small) -> None:
    found = search(small_network(two_ways(), scenario=scenario()))
    graph = found.graph("rail")
    strategy = strategy_to(graph.arcs, graph.destination(found.doors.row["c"]))
    origin = graph.origin(found.doors.row["a"])
    random = np.random.default_rng(1989)
    times = np.array([simulated_s(graph, strategy, origin, random) for _ in range(4000)])
    assert (strategy.share[graph.kind == BOARD] > 0).sum() == 3
    assert abs(times.mean() / 60 - (DOORS + 90)) < 4 * times.std() / 60 / np.sqrt(len(times))


@pytest.fixture(scope="module")
def bundled(repository: Any) -> DoorToDoor:
    from bbwnet.network.build import build_network  # noqa: PLC0415
    from bbwnet.scenario.read import load_scenario  # noqa: PLC0415

    network = build_network(load_scenario(repository / "scenarios" / "actual_2021.yaml", overrides=["evaluation.view=headway"]))
    return DoorToDoor(network, NetworkState.free_flow(network), sorted(network.assembly.places))


@pytest.mark.parametrize("mode", DOOR_MODES)
def test_bundled_network_is_reached_wherever_a_timetable_reaches(bundled: DoorToDoor, mode: Any) -> None:
    zones = [name for name, place in sorted(bundled.network.assembly.places.items()) if place.kind == "zone"]
    found = HeadwaySearch(bundled).expected(mode, zones, zones)
    timetable = bundled.by(mode).travel_times(zones, zones, window_starts(6 * 3600, 22 * 3600, 1800), (50,))
    assert np.isfinite(found.minutes[:, :, 0][timetable.reached_share > 0]).all()
    assert (np.isfinite(found.minutes[:, :, 0]) == (found.reached_share == 1)).all()


def test_bundled_parts_add_up(bundled: DoorToDoor) -> None:
    found = HeadwaySearch(bundled)
    zones = [name for name, place in sorted(bundled.network.assembly.places.items()) if place.kind == "zone"][::9]
    changed = 0
    for origin in zones:
        for destination in zones:
            journey = found.strategy_lines("transit", origin, destination)
            if journey is None:
                continue
            assert sum(journey.part_minutes.values()) == pytest.approx(journey.minutes, rel=1e-9)
            assert min(journey.part_minutes.values()) >= 0
            assert sum(item.probability for item in journey.lines) == pytest.approx(journey.boardings)
            changed += journey.transfers > 0.01
    assert changed > 3
