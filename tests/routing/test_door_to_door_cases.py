"""Door to door by hand: small networks of one thing each, every figure worked out in a comment.

Unless a test says otherwise a station lies 6 km from its place at 36 km/h: 10 min, and 5 more to wait for the taxi. Entering a
station takes 20 min, leaving it 8: to be on a train the door is left 35 min before it departs, and home is reached 23 min after it
arrives.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bbwnet.evaluation.door_times import DoorTimes
from bbwnet.network.network import Network
from bbwnet.network.state import NetworkState
from bbwnet.routing.door_to_door import DoorMode
from bbwnet.routing.journeys import Journey

Small = Callable[..., Network]
Row = dict[str, Any]

TAXI = {"access": {"modes": ["taxi"]}}


def at(text: str, day: int = 0) -> int:
    """Second of a clock time."""
    hours, minutes, *seconds = map(int, text.split(":"))
    return day * 86_400 + hours * 3600 + minutes * 60 + sum(seconds)


def road(start: str, end: str, km: float = 6, **more: object) -> Row:
    return {"id": f"{start}-{end}", "from": start, "to": end, "mode": "highway", "length_km": km, "free_speed_kmh": 36, **more}


def rail(start: str, end: str, **more: object) -> Row:
    return {"id": f"{start}-{end}", "from": start, "to": end, "mode": "rail", "length_km": 50, **more}


def train(name: str, *stops: str, departures: list[str], run: list[float], **more: object) -> Row:
    """A service one way only."""
    return {
        "id": name, "mode": "rail", "train_class": "emu", "stops": list(stops), "departures": departures, "run_minutes": run,
        "directed": True, **more,
    }  # fmt: skip


def line(
    *services: Row, places: str = "ab", nodes: tuple[Row, ...] = (), links: tuple[Row, ...] = (), **more: list[Row]
) -> dict[str, list[Row]]:
    """Places, each with its station (`sa` of `a`), joined in order by rail."""
    stations = [{"id": f"s{place}", "kind": "station", "place": place} for place in places]
    return {
        "places": [{"id": place} for place in places],
        "nodes": [*stations, *nodes],
        "links": [
            *(road(place, f"s{place}") for place in places),
            *(rail(f"s{first}", f"s{second}") for first, second in itertools.pairwise(places)),
            *links,
        ],
        "services": list(services),
        **more,
    }


def journey(
    network: Network, start: str | int, pair: str = "ab", mode: DoorMode = "rail", *, planned: bool = False, **state: Any
) -> Journey | None:
    held = dataclasses.replace(NetworkState.free_flow(network), **state)
    second = at(start) if isinstance(start, str) else start
    return DoorTimes(network, held).journey(pair[0], pair[1], mode, second, planned=planned)


def times(network: Network, start: str | int, pair: str = "ab", mode: DoorMode = "rail", **more: Any) -> tuple[int, int] | None:
    """Leaving and arrival."""
    found = journey(network, start, pair, mode, **more)
    return None if found is None else (found.leave_s, found.arrive_s)


def test_who_misses_the_last_train_goes_with_the_first_of_the_next_day(small_network: Small) -> None:
    network = small_network(line(train("t", "sa", "sb", departures=["08:00", "20:00"], run=[30])), scenario=TAXI)
    # 20:00 less 35 min; 20:30 and 23 min.
    assert times(network, "19:25") == (at("19:25"), at("20:53"))
    assert times(network, "19:25:01") == (at("07:25", 1), at("08:53", 1))
    # On the third day at the latest.
    assert times(network, "24:00") == (at("07:25", 1), at("08:53", 1))


@pytest.mark.parametrize(
    ("asked", "leave", "share"),
    # From Wednesday the train of Friday is two days off; three are too long for a journey: on the days of the train only who leaves by
    # 07:25 goes, 86 of the 961 minutes from 06:00 to 22:00.
    [
        ("mon", at("07:25", 1), 1),
        ("tue", at("07:25"), 86 / 961),
        ("wed", at("07:25", 2), 1),
        ("fri", at("07:25"), 86 / 961),
        ("sat", None, 0),
        ("sun", at("07:25", 2), 1),
    ],
)
def test_a_train_on_tuesdays_and_fridays(small_network: Small, asked: str, leave: int | None, share: float) -> None:
    records = line(train("t", "sa", "sb", departures=["08:00"], run=[30], days=["tue", "fri"]))
    network = small_network(records, scenario={**TAXI, "evaluation": {"weekday": asked}})
    assert times(network, "06:00") == (None if leave is None else (leave, leave + 88 * 60))
    matrix = DoorTimes(network).matrix("rail", ["a", "b"], [0, 50])
    assert matrix.reached_share[0, 1] == pytest.approx(share)


def test_a_train_past_midnight_arrives_the_next_day(small_network: Small) -> None:
    # Leaves a at 23:30, stops at b from 24:20 to 24:21 and ends at c at 24:51.
    train_row = train("t", "sa", "sb", "sc", departures=["23:30"], run=[50, 30], dwell_min=1, days=["tue"])
    records = line(train_row, places="abc")
    tuesday, wednesday = (small_network(records, scenario={**TAXI, "evaluation": {"weekday": day}}) for day in ("tue", "wed"))
    assert times(tuesday, "22:00", "ac") == (at("22:55"), at("25:14"))
    # The train of Tuesday still runs in the first hour of Wednesday: 00:21 less 35 min is 23:46 of the day before, so it is missed by
    # who leaves on Wednesday; from a door at the station it is not.
    assert times(wednesday, "00:00", "bc") is None
    near = {**records, "links": [row if row["id"] != "b-sb" else road("b", "sb", km=0.5) for row in records["links"]]}
    network = small_network(
        near, scenario={"access": {"modes": ["taxi"], "taxi_wait_min": 0, "rail_entry_min": 10}, "evaluation": {"weekday": "wed"}}
    )
    # 0.5 km take 50 s and the entry 10 min: 00:21 less 10:50; at c 00:51 and 8 min and 10 min, no wait for a taxi.
    assert times(network, "00:00", "bc") == (at("00:10:10"), at("01:09"))
    assert times(network, "00:10:11", "bc") is None


def test_one_train_a_day(small_network: Small) -> None:
    window = {"departures": {"from": "06:00", "until": "22:00", "every_min": 60}}
    records = line(train("t", "sa", "sb", departures=["12:00"], run=[30]))
    for view in ("timetable", "as_known"):
        network = small_network(records, scenario={**TAXI, "evaluation": {**window, "view": view}})
        doors = DoorTimes(network)
        # Door 11:25, home 12:53: who leaves at 6, 7, ... 11 o'clock is there after 413, 353, ... 113 min; the 11 from 12 to 22 o'clock
        # on the next day after 1493, ... 893 min. Of 17 the 9th (50 %) is the third of these: 1013; the 6th (35 %) is 413.
        found = doors.matrix("rail", ["a", "b"], [0, 35, 36, 50, 100])
        assert found.minutes[0, 1].tolist() == [113, 413, 893, 1013, 1493]
        assert found.reached_share[0, 1] == 1
        # Who knows the timetable always takes 88 min.
        assert set(doors.departures("a", "b", "rail", planned=True).minutes(planned=True).tolist()) == {88}


def border(*, hours: bool = True) -> dict[str, list[Row]]:
    """Two places on both sides of a border that takes 30 min; open to persons 07:00 to 19:00 in Viet Nam, 08:00 to 20:00 here."""
    sourced = {"valid_from": "2010-01-01", "source": "made_up", "confidence": "assumed"}
    opening = {"traffic": "persons", "open": "07:00", "close": "19:00", "timezone": "Asia/Ho_Chi_Minh", **sourced}
    dwell = [{"traffic": traffic, "dwell_min": minutes, **sourced} for traffic, minutes in (("person", 30), ("car", 60))]
    return {
        "places": [{"id": "a"}, {"id": "c", "timezone": "Asia/Ho_Chi_Minh"}],
        "nodes": [{"id": "here", "kind": "border_crossing"}, {"id": "there", "kind": "border_crossing", "timezone": "Asia/Ho_Chi_Minh"}],
        "links": [
            road("a", "here"),
            road("there", "c"),
            {"id": "bridge", "from": "here", "to": "there", "mode": "border", "crossing": "x", "length_km": 1},
        ],
        "crossings": [{"id": "x", "kind": "road", "node": "here", "hours": [opening] if hours else [], "dwell": dwell}],
    }


def test_a_border_closed_overnight(small_network: Small) -> None:
    network = small_network(border(), scenario=TAXI)
    # 15 min to the border, which is closed from 20:00 on; 30 min there; 15 min on.
    assert times(network, "19:45", "ac", "transit") == (at("19:45"), at("20:45"))
    # A second later it is closed: home for the night, at the border when it opens.
    assert times(network, "19:45:01", "ac", "transit") == (at("07:45", 1), at("08:45", 1))
    assert times(network, "05:00", "ac", "transit") == (at("07:45"), at("08:45"))
    found = journey(network, "05:00", "ac", "transit")
    assert found is not None
    assert [(leg.part, leg.kind, leg.from_node, leg.to_node, leg.minutes) for leg in found.legs] == [
        ("ride", "way", "a", "here", 15), ("border", "formalities", "here", "there", 30), ("ride", "way", "there", "c", 15),
    ]  # fmt: skip
    # By car 10 min, 60 min at the border, 10 min and 8 to park.
    assert times(network, "19:50", "ac", "road") == (at("19:50"), at("21:18"))
    assert times(network, "19:50:01", "ac", "road") == (at("07:50", 1), at("09:18", 1))
    assert times(network, "12:00", "ac", "best") == (at("12:00"), at("13:00"))
    always = small_network(border(hours=False), scenario=TAXI)
    assert times(always, "03:00", "ac", "transit") == (at("03:00"), at("04:00"))
    assert times(always, "03:00", "ac", "transit", closed_links=frozenset({"bridge"})) is None
    assert times(always, "03:00", "ac", "road", closed_nodes=frozenset({"there"})) is None


def test_a_border_open_to_goods_only_lets_nobody_pass(small_network: Small) -> None:
    records = border()
    records["crossings"][0]["hours"][0]["traffic"] = "goods"
    network = small_network(records, scenario=TAXI)
    assert times(network, "12:00", "ac", "transit") is None
    assert times(network, "12:00", "ac", "road") is None


def through(*, joined: bool, second: str = "08:32") -> dict[str, list[Row]]:
    """A train from a to b, and one from b to c, which may be the same train; 10 min to change."""
    first = train("t1", "sa", "sb", departures=["08:00"], run=[30], **({"continues_as": "t2"} if joined else {}))
    return line(first, train("t2", "sb", "sc", departures=[second, "10:00"], run=[30]), places="abc")


def test_a_train_that_carries_on_as_another_is_not_changed(small_network: Small) -> None:
    records = through(joined=True)
    records["services"][1]["departures"] = ["08:32"]
    found = journey(small_network(records, scenario=TAXI), "06:00", "ac")
    assert found is not None
    # 08:00, 30 min, 2 min of stop, 30 min.
    assert [(ride.from_stop, ride.to_stop, ride.depart_s, ride.arrive_s) for ride in found.rides] == [
        ("sa", "sc", at("08:00"), at("09:02"))
    ]
    assert (found.transfers, found.arrive_s) == (0, at("09:25"))
    # As two trains, 2 min are too short for a change.
    network = small_network(through(joined=False), index={"minimum_connection_min": 10}, scenario=TAXI)
    changed = journey(network, "06:00", "ac")
    assert changed is not None
    assert (changed.transfers, changed.arrive_s) == (1, at("10:53"))


@pytest.mark.parametrize(("second", "arrive"), [("08:40", at("09:33")), ("08:39:59", at("10:53"))])
def test_a_change_just_long_enough_and_a_second_too_short(small_network: Small, second: str, arrive: int) -> None:
    network = small_network(through(joined=False, second=second), index={"minimum_connection_min": 10}, scenario=TAXI)
    found = journey(network, "06:00", "ac")
    assert found is not None
    # 08:30 and 10 min; 30 min and 23 min. Missed: 10:00.
    assert found.arrive_s == arrive
    parts = found.part_minutes(planned=False)
    assert parts == {"access": 35, "wait": 85, "ride": 60, "transfer": 10 if second == "08:40" else 90, "border": 0, "egress": 23}
    assert sum(parts.values()) == found.minutes(planned=False)


def test_flights_that_close_check_in_at_different_times(small_network: Small) -> None:
    airports = tuple({"id": f"p{place}", "kind": "airport", "place": place} for place in "ab")

    def flight(name: str, departure: str, **more: float) -> Row:
        return {
            "id": name, "mode": "air", "stops": ["pa", "pb"], "departures": [departure], "return_departures": ["20:00"],
            "run_minutes": [60], **more,
        }  # fmt: skip

    records = line(
        flight("f1", "10:00", check_in_min=90, check_out_min=15), flight("f2", "10:05", check_in_min=45), flight("f3", "12:00"),
        nodes=airports, links=(road("a", "pa"), road("b", "pb")),
    )  # fmt: skip
    network = small_network(records, scenario=TAXI)
    # 15 min to the airport: door 08:15 for the first, 09:05 for the second, 10:30 for the third (75 min where nothing is said).
    # Out of the airport in 15 min, or 20 where nothing is said, and 15 min home.
    assert times(network, "08:15", mode="air") == (at("08:15"), at("11:30"))
    assert times(network, "08:15:01", mode="air") == (at("09:05"), at("11:40"))
    assert times(network, "09:05:01", mode="air") == (at("10:30"), at("13:35"))
    found = journey(network, "08:15", mode="air")
    assert found is not None
    entry, leaving = [[leg.minutes for leg in found.legs if leg.kind == kind] for kind in ("entry", "exit")]
    assert (entry, leaving) == ([90], [15])


def test_a_stop_to_board_at_only(small_network: Small) -> None:
    row = train(
        "t",
        "sa",
        "sb",
        "sc",
        departures=["08:00"],
        run=[30, 30],
        dwell_min=2,
        board_only=["sb"],
        directed=False,
        return_departures=["18:00"],
    )
    network = small_network(line(row, places="abc"), scenario=TAXI)
    # From a to b only by way of c and back with the train of 18:00.
    assert times(network, "06:00", "ab") == (at("07:25"), at("18:53"))
    assert times(network, "06:00", "bc") == (at("07:57"), at("09:25"))
    assert times(network, "06:00", "ac") == (at("07:25"), at("09:25"))
    # On the way back it is a stop to leave at only.
    assert times(network, "06:00", "cb") == (at("17:25"), at("18:53"))
    assert times(network, "06:00", "ba") == (at("07:57"), at("19:25"))


def island(*, ferry: bool) -> dict[str, list[Row]]:
    """Mainland a and island i, 3 km from their ports: 5 min."""
    service = {
        "id": "f", "mode": "ferry", "stops": ["pa", "pi"], "departures": ["09:00", "15:00"], "return_departures": ["12:00"],
        "run_minutes": [50],
    }  # fmt: skip
    return {
        "places": [{"id": "a"}, {"id": "i"}],
        "nodes": [{"id": "pa", "kind": "port", "place": "a"}, {"id": "pi", "kind": "port", "place": "i"}],
        "links": [road("a", "pa", 3), road("i", "pi", 3), {"id": "pa-pi", "from": "pa", "to": "pi", "mode": "ferry", "length_km": 30}],
        "services": [service] if ferry else [],
    }


def test_an_island_without_a_ferry_and_with_one(small_network: Small) -> None:
    cut_off = small_network(island(ferry=False), scenario=TAXI)
    doors = DoorTimes(cut_off)
    for mode in ("sea", "transit", "road", "best"):
        assert doors.journey("a", "i", mode, at("06:00"), planned=False) is None
        found = doors.matrix(mode, ["a", "i"], [0, 50, 100])
        assert np.isnan(found.minutes[0, 1]).all()
        assert found.minutes[1, 1].tolist() == [0, 0, 0]
        assert found.reached_share.tolist() == [[1, 0], [0, 1]]
    # 5 min to wait for a taxi, 5 to the port, 30 to board: door 08:20; 09:50, 10 to leave the port, 10 home.
    network = small_network(island(ferry=True), scenario=TAXI)
    assert times(network, "06:00", "ai", "sea") == times(network, "06:00", "ai", "best") == (at("08:20"), at("10:10"))
    assert times(network, "06:00", "ai", "sea", closed_nodes=frozenset({"pi"})) is None
    assert times(network, "06:00", "ai", "sea", closed_links=frozenset({"pa-pi"})) is None
    assert times(network, "06:00", "ai", "sea", cancelled_trips=frozenset({0})) == (at("14:20"), at("16:10"))


def test_ones_own_car_is_parked_where_the_journey_begins(small_network: Small) -> None:
    records = line(train("t", "sa", "sb", departures=["08:00"], run=[30], directed=False, return_departures=["08:00"]))
    # 48 km from a to its station: 80 min by car, too far for a taxi; b is 0.8 km from its own: 10 min on foot.
    records["links"][:2] = [road("a", "sa", 48), road("b", "sb", 0.8)]
    network = small_network(records, scenario={"access": {"modes": ["walk", "taxi", "drive_and_park"], "taxi_wait_min": 30}})
    # 80 min, 8 to park, 20 to enter: 06:12; 08:30, 8 to leave, 10 on foot.
    assert times(network, "05:00") == (at("06:12"), at("08:48"))
    found = journey(network, "05:00")
    assert found is not None
    assert [(leg.kind, leg.mode, leg.minutes) for leg in found.legs if leg.part == "access"] == [
        ("way", "drive", 88),
        ("entry", "terminal", 20),
    ]
    # Back at a no car stands at the station.
    assert times(network, "05:00", "ba") is None


@pytest.mark.parametrize(
    ("walk_factor", "through_ticket", "least", "change_min"),
    # Out of the station in 8 min and to the coach in 15; half of each; half the entry only, the rest is checks (15 - 7.5); both: 4 and
    # 3.75 min to the next of the coaches, which leave every half minute. But the least time holds, by the same factor.
    [(1, False, 10, 23), (0.5, False, 10, 11.5), (1, True, 10, 15.5), (0.5, True, 10, 8), (1, True, 20, 20), (0.5, True, 20, 10)],
)
def test_what_shortens_a_change(
    small_network: Small,
    walk_factor: float,
    through_ticket: bool,  # noqa: FBT001
    least: float,
    change_min: float,
) -> None:
    coach = {
        "id": "k", "mode": "coach", "stops": ["sb", "c"], "run_minutes": [60], "directed": True,
        "departures": [f"09:{minute:02}:{second:02}" for minute in range(60) for second in (0, 30)],
    }  # fmt: skip
    records = line(train("t", "sa", "sb", departures=["08:30"], run=[30]), coach, links=(road("b", "c", 36),))
    records["places"].append({"id": "c"})
    policy = {"transfer": {"walk_factor": walk_factor, "through_ticket": through_ticket}}
    access = {"access": {"modes": ["taxi"], "taxi_limit_min": 15}}
    network = small_network(records, index={"minimum_connection_min": least}, scenario={**access, "policy": policy})
    found = journey(network, "06:00", "ac", "transit")
    assert found is not None
    first, second = found.rides
    assert (first.arrive_s, (second.depart_s - first.arrive_s) / 60) == (at("09:00"), change_min)
    # The stop of the coach is the place itself: 3 min from it to the door, by the same factor.
    assert found.arrive_s == second.arrive_s + 180 * walk_factor


def test_half_the_headway_where_no_timetable_is_known(small_network: Small) -> None:
    row = {
        "id": "t", "mode": "rail", "train_class": "emu", "stops": ["sa", "sb"], "run_minutes": [30],
        "trips_per_day": 5, "between": ["08:00", "16:00"],
    }  # fmt: skip
    window = {"departures": {"from": "09:00", "until": "13:59"}, "view": "as_known"}
    network = small_network(line(row), scenario={**TAXI, "evaluation": window})
    doors = DoorTimes(network)
    # Every two hours: an hour's wait in the mean. Here it is 55 min and the time to the next of departures 10 min apart, 0 to 9 min.
    departures = doors.departures("a", "b", "rail")
    waits = departures.minutes(planned=False) - 88
    assert sorted(set(waits.tolist())) == [55 + minute for minute in range(10)]
    assert waits.mean() == 59.5
    found = doors.journey("a", "b", "rail", at("10:00"), planned=False)
    assert found is not None
    parts = found.part_minutes(planned=False)
    assert (parts["access"], parts["ride"], parts["egress"]) == (35, 30, 23)
    assert 55 <= parts["wait"] < 65
    # The trains of 10 and 14 o'clock are cancelled, that of 08 is 9 min late: none until 12, none from 14 to 16 o'clock, and until 10
    # all are late by 9 min. The door is left 90 min and those of the headway (35 + 55) before a departure.
    disrupted: Row = {"cancelled_trips": frozenset({1, 3}), "delayed_trips": {0: 540}}
    assert times(network, "06:00", **disrupted) == (at("06:39"), at("09:02"))
    assert times(network, "08:30", **disrupted) == (at("10:30"), at("12:53"))
    assert times(network, "12:25", **disrupted) == (at("14:30"), at("16:53"))
    # In the timetable view the trains leave at 08, 10, 12, 14 and 16 o'clock.
    timetable = small_network(line(row), scenario=TAXI)
    assert times(timetable, "08:00") == (at("09:25"), at("10:53"))


def test_a_train_late_is_passed_by_the_next(small_network: Small) -> None:
    network = small_network(line(train("t", "sa", "sb", departures=["08:00", "09:00", "23:00"], run=[30])), scenario=TAXI)
    late: Row = {"delayed_trips": {0: 2 * 3600, 2: 3 * 3600}}
    # The train of 08:00 leaves at 10:00, after that of 09:00; the last of the day at 26:00.
    assert times(network, "06:00", **late) == (at("08:25"), at("09:53"))
    assert times(network, "08:26", **late) == (at("09:25"), at("10:53"))
    assert times(network, "10:00", **late) == (at("25:25"), at("26:53"))
    # That of the day before, as late, is caught at two in the morning.
    assert times(network, "00:00", **late) == (at("01:25"), at("02:53"))


def test_a_train_is_not_ridden_through_a_closed_station(small_network: Small) -> None:
    row = train("t", "sa", "sb", "sc", "sd", "se", departures=["08:00"], run=[30, 30, 30, 30], dwell_min=0)
    network = small_network(line(row, places="abcde"), scenario=TAXI)
    shut: Row = {"closed_nodes": frozenset({"sc"})}
    assert times(network, "06:00", "ae") == (at("07:25"), at("10:23"))
    for pair in ("ac", "ad", "ae", "bd", "be", "ce"):
        assert times(network, "06:00", pair, **shut) is None
    # On both sides of it the train runs.
    assert times(network, "06:00", "ab", **shut) == (at("07:25"), at("08:53"))
    assert times(network, "06:00", "de", **shut) == (at("08:55"), at("10:23"))


def test_the_same_journey_is_made_at_every_second_that_allows_it(small_network: Small) -> None:
    network = small_network(line(train("t", "sa", "sb", departures=["08:00", "20:00"], run=[30])), scenario=TAXI)
    doors = DoorTimes(network)
    alone = doors.search("rail").departures("a", "b", np.array([at("07:25")]))
    assert (alone.leave_s.tolist(), alone.arrive_s.tolist()) == ([at("07:25")], [at("08:53")])


def test_periods_of_the_day_and_waiting_at_home_for_the_quicker_one(small_network: Small) -> None:
    network = small_network(line(train("t", "sa", "sb", departures=["08:00", "08:30"], run=[30])), scenario=TAXI)
    free = NetworkState.free_flow(network).car_seconds[0]
    slow = np.where(free > 0, 3 * free, free)
    periods: Row = {"car_seconds": np.stack([free, slow, free]), "period_start_s": (0, at("07:00"), at("07:50"))}
    # In the rush the road takes 30 min: for the train of 08:00 one leaves before it, at the last second of the free road and too early,
    # or at 07:05. Home after the rush as ever.
    assert times(network, "07:00", **periods) == (at("07:05"), at("08:53"))
    # For 08:30 one leaves at 07:55, when the rush is over, rather than at 07:35.
    assert times(network, "07:06", **periods) == (at("07:55"), at("09:23"))
    # By taxi all the way there is no road here; to the station's own road of b in the rush: 5 + 30 min from 07:49, but who waits for 07:50
    # is there at 08:05.
    doors = DoorTimes(network, dataclasses.replace(NetworkState.free_flow(network), **periods))
    found = doors.search("transit", ("sa",)).departures("a", "sa", np.array([at("06:50"), at("07:10"), at("07:49")]))
    assert found.arrive_s.tolist() == [at("07:05"), at("07:45"), at("08:05")]
    assert found.leave_s.tolist() == [at("06:50"), at("07:10"), at("07:50")]
