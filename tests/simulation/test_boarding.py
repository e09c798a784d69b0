"""Boarding by hand: room, order, missed and cancelled runs, other runs, patience, days; and against a process for each passenger."""

from __future__ import annotations

import dataclasses
import heapq
import random
from collections.abc import Generator
from typing import Any

import numpy as np
import pytest
import simpy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bbwnet.simulation.balance import check_balance
from bbwnet.simulation.boarding_setup import DoorChecks, LineRules
from bbwnet.simulation.passengers import Passengers
from bbwnet.simulation.world import Event, World
from tests.simulation.small_days import Party, line, passengers_of, run_all, timetable

H = 3600
TURN_UP = {"coach": LineRules(turn_up=True)}


def ends(part: Passengers) -> list[tuple[int, float, float, int]]:
    """What became of whom: cohort, persons, second, why; sorted."""
    found = part.history.ends(part.state)
    return sorted(
        (int(item["cohort"]), round(float(item["count"]), 9), round(float(item["second"]), 9), int(item["why"])) for item in found
    )


def test_with_room_everybody_is_on_time() -> None:
    """Out at 7:40, 15 min to the train at 8:00, off at b at 8:10, 5 min to the coach at 8:30, at d at 8:50, home at 8:55."""
    trips = timetable(line("train", "rail", "abc", [8 * H]), line("coach", "coach", "bed", [8 * H + 1800]))
    party = Party(30.5, 8 * H - 1200, [(0, 0, 1, 900, 600, 300), (1, 0, 2, 300, 120, 0)], 300)
    part = run_all(passengers_of(trips, [party], 100.0))
    assert ends(part) == [(0, 30.5, 8 * H + 3300, 0)]
    row = part.finish().tables["trips"].iloc[0]
    assert (row["entered"], row["arrived"], row["gave_up"], row["delay_min"], row["changes"]) == (30.5, 30.5, 0, 0, 30.5)
    assert (row["p10_min"], row["p95_min"], row["mean_min"]) == (75, 75, 75)
    # 5 min of waiting for the train, 15 for the coach.
    assert row["wait_min"] == pytest.approx(20)


def test_who_was_ready_first_boards_and_a_party_is_split() -> None:
    """50 places: 40 ready at 7:30 board, 10 of the 20 ready at 7:40 too; ten wait for 9:00, the rest of another ten for 10:00."""
    trips = timetable(line("train", "rail", "ab", [8 * H, 9 * H, 10 * H]))
    parties = [
        Party(20, 7 * H + 2400, [(0, 0, 1, 0, 0, 0)]),
        Party(40, 7 * H + 1800, [(0, 0, 1, 0, 0, 0)]),
        Party(45, 8 * H + 60, [(1, 0, 1, 0, 0, 0)]),
    ]
    part = run_all(passengers_of(trips, parties, 50.0))
    # On the train of 9:00 45 seats are booked: five are left for those of 8:00, five more go at 10:00.
    assert ends(part) == [
        (0, 5, 9 * H + 600, 0), (0, 5, 10 * H + 600, 0), (0, 10, 8 * H + 600, 0), (1, 40, 8 * H + 600, 0), (2, 45, 9 * H + 600, 0),
    ]  # fmt: skip
    assert [part.left_behind(run) for run in range(3)] == [10, 0, 0]
    left = part.finish().tables["left_behind"]
    assert left[["stop", "service", "direction", "departs", "left_behind", "stranded"]].to_numpy().tolist() == [
        ["a", "train", "b", "08:00", 10, 0]
    ]


def test_the_last_train_leaves_people_behind_and_says_so() -> None:
    trips = timetable(line("train", "rail", "ab", [22 * H]))
    part = run_all(passengers_of(trips, [Party(30, 21 * H, [(0, 0, 1, 0, 0, 0)])], 20.0))
    assert ends(part) == [(0, 10, 22 * H, 1), (0, 20, 22 * H + 600, 0)]
    result = part.finish()
    assert "last departure: 10 persons were not taken at a by train towards b at 22:00, and nothing else goes that day" in result.messages
    row = result.tables["left_behind"].iloc[0]
    assert (row["left_behind"], row["stranded"], row["gave_up"]) == (10, 10, 10)


def test_the_event_log_tells_who_boards_and_who_does_not() -> None:
    trips = timetable(line("train", "rail", "ab", [22 * H]))
    part = passengers_of(trips, [Party(30, 21 * H, [(0, 0, 1, 0, 0, 0)])], 20.0)
    events: list[Event] = []
    part.world = dataclasses.replace(part.world, events=events)
    part.depart(0, 0, 22.0 * H)
    assert [(item.kind, item.place, item.what, item.count) for item in events] == [
        ("board", "a", "train/0", 20.0),
        ("left_behind", "a", "train/0", 10.0),
    ]


def test_the_morning_after_if_patience_lasts() -> None:
    trips = timetable(line("train", "rail", "ab", [22 * H]))
    party = [Party(30, 21 * H, [(0, 0, 1, 0, 0, 0)])]
    part = run_all(passengers_of(trips, party, 40.0, days=2))
    assert part.finish().balance[0].arrived == 60
    part = run_all(passengers_of(trips, party, 20.0, {"rail": LineRules(patience_s=30 * H)}, days=2))
    # Ten of the first evening want to go on the second, whose seats are booked: they find none and give up.
    assert part.finish().balance[0].gave_up == 20
    part = run_all(passengers_of(trips, [Party(10, 21 * H, [(0, 0, 1, 7200, 0, 0)])], 40.0, {"rail": LineRules(patience_s=12 * H)}, days=2))
    assert sorted(item[3] for item in ends(part)) == [1, 2]


def test_a_missed_train_is_followed_by_the_one_that_arrives_first() -> None:
    """The coach comes at 8:10 and the train leaves at 8:05: of the slow one at 8:15 and the fast one at 8:20 the latter is first."""
    trips = timetable(
        line("feeder", "coach", "xa", [8 * H], 600), line("slow", "rail", "amnb", [8 * H + 300, 8 * H + 900], 600),
        line("fast", "rail", "ab", [8 * H + 1200], 600),
    )  # fmt: skip
    part = run_all(passengers_of(trips, [Party(4, 7 * H, [(0, 0, 1, 0, 0, 0), (1, 0, 3, 60, 0, 0)])]))
    assert ends(part) == [(0, 4, 8 * H + 1800, 0)]
    row = part.finish().tables["trips"].iloc[0]
    assert (row["changes"], row["changes_missed"]) == (0, 4)
    assert row["delay_min"] == pytest.approx((1800 - 2100) / 60)


def test_check_in_closes_before_departure() -> None:
    trips = timetable(line("flight", "air", "ab", [8 * H, 12 * H]))
    rules = {"air": LineRules(cut_off_s=45 * 60)}
    entry = 60 * 60.0
    early = Party(1, 7 * H, [(0, 0, 1, entry, entry, 0)])
    late = Party(2, 7 * H + 60, [(0, 0, 1, entry, entry, 0)])
    through = Party(3, 7 * H + 1800, [(0, 0, 1, 1200, 1200, 0)])
    part = run_all(passengers_of(trips, [early, late, through], rules=rules))
    assert ends(part) == [(0, 1, 8 * H + 600, 0), (1, 2, 12 * H + 600, 0), (2, 3, 8 * H + 600, 0)]


def test_a_cancelled_run_sends_everybody_to_the_next() -> None:
    """A train a-b-c of 8:00 ends at b: of ten from a to c, and five from b, all take the next from b at 9:10; those to b are there."""
    trips = timetable(line("train", "rail", "abc", [8 * H, 9 * H]))
    parties = [Party(10, 7 * H, [(0, 0, 2, 0, 0, 0)]), Party(5, 7 * H, [(0, 1, 2, 0, 0, 0)]), Party(3, 7 * H, [(0, 0, 1, 0, 0, 0)])]
    part = passengers_of(trips, parties)
    part.depart(0, 0, 8.0 * H)
    part.cancelled(0, 1, 8.0 * H + 60)
    part.arrive(0, 1, 8.0 * H + 600)
    assert part.on_board(0) == 0
    part.depart(1, 3, 9.0 * H)
    part.visit(1, 4, 9.0 * H + 600)
    assert part.on_board(1) == 15
    part.arrive(1, 5, 9.0 * H + 1200)
    assert ends(part) == [(0, 10, 9 * H + 1200, 0), (1, 5, 9 * H + 1200, 0), (2, 3, 8 * H + 600, 0)]
    check_balance(part.finish().balance)


def test_cancelled_from_the_first_stop_and_passed_stops() -> None:
    trips = timetable(line("train", "rail", "abcd", [8 * H, 9 * H]), line("back", "rail", "dcb", [10 * H]))
    part = passengers_of(trips, [Party(10, 7 * H, [(0, 0, 1, 0, 0, 0)])])
    part.cancelled(0, 0, 7.5 * H)
    part.depart(1, 4, 9.0 * H)
    # b is closed: they are carried to c, and ride back.
    part.passed(1, 5, 9.0 * H + 600)
    part.arrive(1, 6, 9.0 * H + 1200)
    part.depart(2, 9, 10.0 * H + 600)
    part.arrive(2, 10, 10.0 * H + 1200)
    assert ends(part) == [(0, 10, 10 * H + 1200, 0)]


def test_a_line_takes_whoever_waits() -> None:
    trips = timetable(line("bus", "coach", "ab", [8 * H, 8 * H + 300, 8 * H + 600]))
    parties = [Party(30, 7 * H + second, [(0, 0, 1, 0, 0, 0)]) for second in (0, 10, 20)]
    part = run_all(passengers_of(trips, parties, 40.0, TURN_UP))
    assert ends(part) == [
        (0, 30, 8 * H + 600, 0),
        (1, 10, 8 * H + 600, 0),
        (1, 20, 8 * H + 900, 0),
        (2, 10, 8 * H + 1200, 0),
        (2, 20, 8 * H + 900, 0),
    ]
    impatient = {"coach": LineRules(turn_up=True, patience_s=3550)}
    part = run_all(passengers_of(trips, parties, 40.0, impatient))
    assert sum(item[1] for item in ends(part) if item[3] == 2) == pytest.approx(50)


def test_checks_at_the_door_make_late_only_beyond_the_time_allowed() -> None:
    """Two lanes of 60 s: 20 persons at once take 600 s, as long as the entry allows; 22 take 660 s and miss the train."""
    trips = timetable(line("train", "rail", "ab", [8 * H, 9 * H]))
    checks = [DoorChecks(0, "rail", 2.0, 60.0)]
    for count, arrives in ((20, 8 * H + 600), (22, 9 * H + 600)):
        part = run_all(passengers_of(trips, [Party(count, 8 * H - 1200, [(0, 0, 1, 1200, 1200, 600)])], checks=checks))
        assert ends(part) == [(0, count, arrives, 0)]
        visits = part.finish().visits[0]
        assert (visits.kind, visits.server, visits.count.tolist()) == ("rail_checks", "a", [count])
        assert visits.leave_s - visits.start_s == pytest.approx(60)
        # Pairs wait 0, 60, ... s: (n / 2 - 1) / 2 minutes in the mean.
        assert visits.wait_s == pytest.approx((count / 2 - 1) / 2 * 60)


def test_ten_times_the_passengers_in_ten_times_the_places() -> None:
    rng = random.Random(3)  # noqa: S311  no secret
    trips = timetable(line("train", "rail", "abcde", range(6 * H, 9 * H, 900)), line("bus", "coach", "cfg", range(6 * H, 10 * H, 1200)))
    parties = _random_parties(rng, 60, 12)
    one = run_all(passengers_of(trips, parties, 40.0, TURN_UP))
    ten = run_all(passengers_of(trips, [party._replace(persons=party.persons * 10) for party in parties], 400.0, TURN_UP))
    assert [(item[0], *item[2:]) for item in ends(one)] == [(item[0], *item[2:]) for item in ends(ten)]
    assert [10 * item[1] for item in ends(one)] == pytest.approx([item[1] for item in ends(ten)])


def _random_parties(rng: random.Random, count: int, trains: int, *, whole: bool = False) -> list[Party]:
    found = []
    for _ in range(count):
        start = rng.randrange(4)
        end = rng.randrange(start + 1, 5)
        rides = [(rng.randrange(trains), start, end, float(rng.randrange(600)), 0.0, 0.0)]
        if end == 2 and rng.random() < 0.7:
            rides.append((trains, 0, rng.randrange(1, 3), 120.0, 0.0, 0.0))
        persons = 1.0 if whole else rng.choice([0.25, 1.0, 3.7, 12.0])
        found.append(Party(persons, float(rng.randrange(5 * H, 9 * H)), rides, 60.0))
    return found


class _Naive:
    """A process for each passenger and each run; lines that take whoever waits, by readiness and then by number."""

    def __init__(self, part: Passengers, places: float) -> None:
        self.env, self.part, self.places = simpy.Environment(), part, places
        self.waiting: dict[tuple[int, int], list[tuple[float, int, simpy.Event, int]]] = {}
        self.boardings, self.wait_s, self.arrived = 0, 0.0, 0
        cohorts, trips = part.cohorts, part.trips
        for number in range(len(cohorts)):
            self.env.process(self._passenger(number))
        for trip in range(trips.count):
            self.env.process(self._run(trip))
        self.env.run(until=part.world.end_s)

    def _passenger(self, number: int) -> Generator[Any, Any]:
        cohorts, trips = self.part.cohorts, self.part.trips
        yield self.env.timeout(cohorts.leave_s[number])
        for ride in range(cohorts.first_ride[number], cohorts.first_ride[number + 1]):
            yield self.env.timeout(cohorts.ride_way_s[ride])
            trip = cohorts.ride_trip[ride]
            ready, boarded = self.env.now, self.env.event()
            start, end = (int(item[ride] - trips.first_call[trip]) for item in (cohorts.ride_from, cohorts.ride_to))
            heapq.heappush(self.waiting.setdefault((int(trips.pattern[trip]), start), []), (ready, number, boarded, end))
            off = yield boarded
            self.boardings += 1
            self.wait_s += self.env.now - ready
            yield off
        self.arrived += 1

    def _run(self, trip: int) -> Generator[Any, Any]:
        trips = self.part.trips
        aboard: dict[int, list[simpy.Event]] = {}
        load = 0
        for position in range(trips.first_call[trip + 1] - trips.first_call[trip]):
            # Half a second later, so that whoever is ready at the second is there.
            yield self.env.timeout(trips.arrive_s[trips.first_call[trip] + position] + 0.5 - self.env.now)
            for event in aboard.pop(position, []):
                event.succeed()
                load -= 1
            queue = self.waiting.get((int(trips.pattern[trip]), position), [])
            while queue and load < self.places:
                _, _, boarded, end = heapq.heappop(queue)
                off = self.env.event()
                aboard.setdefault(end, []).append(off)
                boarded.succeed(off)
                load += 1


@pytest.mark.parametrize("seed", range(6))
def test_a_process_for_each_passenger_boards_the_same(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311
    trips = timetable(line("train", "rail", "abcde", range(6 * H, 9 * H, 900)), line("bus", "coach", "cfg", range(6 * H, 10 * H, 1200)))
    rules = {mode: LineRules(turn_up=True) for mode in ("rail", "coach")}
    parties, places = _random_parties(rng, 150, 12, whole=True), float(rng.choice([4, 8, 20]))
    part = run_all(passengers_of(trips, parties, places, rules))
    naive = _Naive(part, places)
    assert part.state.runs["boardings"].sum() == naive.boardings
    # Its runs go half a second late, and so do all who changed once.
    changed = sum(len(party.rides) > 1 for party in parties)
    assert part.state.cohorts["arrived"].sum() == naive.arrived
    ready_later = part.state.cohorts["wait_s"].sum() + 0.5 * naive.boardings - naive.wait_s
    assert 0 <= ready_later <= 0.5 * changed


class _Random:
    """Drives runs at random: late, cancelled, in passing."""

    def __init__(self, part: Passengers, rng: random.Random) -> None:
        self.part, self.rng, self.most = part, rng, 0.0
        for run in range(part.runs.size):
            part.world.env.process(self._run(part.world, run))

    def _run(self, world: World, run: int) -> Generator[Any, Any]:
        trips, part, rng = self.part.trips, self.part, self.rng
        trip = run % trips.count
        first, last = int(trips.first_call[trip]), int(trips.first_call[trip + 1]) - 1
        late = rng.choice([0.0, 0.0, 300.0, 4000.0])
        end = rng.choice([last, last, last, rng.randrange(first, last + 1)])
        told = run // trips.count * 86400.0 + float(trips.depart_s[first]) + late
        if end < last and rng.random() < 0.5:
            yield world.env.timeout(max(0.0, told - 7200))
            part.cancelled(run, end, world.env.now)
        for call in range(first, end + 1):
            yield world.env.timeout(max(0.0, run // trips.count * 86400.0 + float(trips.arrive_s[call]) + late - world.env.now))
            if call == end:
                if call > first:
                    part.arrive(run, call, world.env.now)
                if end < last:
                    part.cancelled(run, end, world.env.now)
            elif first < call and rng.random() < 0.1:
                part.passed(run, call, world.env.now)
            elif call == first:
                part.depart(run, call, world.env.now)
            else:
                part.visit(run, call, world.env.now)
            self.most = max(self.most, part.on_board(run))
            assert part.on_board(run) <= part.state.runs[run]["capacity"] * (1 + 1e-12)
            assert part.on_board(run) >= -1e-9


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 2**32),
    places=st.sampled_from([0.0, 3.0, 17.5, np.nan]),
    turn_up=st.booleans(),
    lanes=st.sampled_from([0.0, 0.5, 3.0]),
)
def test_nothing_breaks_balance_or_capacity(seed: int, places: float, turn_up: bool, lanes: float) -> None:  # noqa: FBT001
    rng = random.Random(seed)  # noqa: S311
    trips = timetable(
        line("train", "rail", "abcde", range(6 * H, 9 * H, 900)), line("bus", "coach", "cfg", range(6 * H, 10 * H, 1200)),
        line("other", "rail", "bde", range(6 * H, 9 * H, 2400)), line("back", "rail", "edcba", range(7 * H, 12 * H, 3600)),
    )  # fmt: skip
    rules = {"coach": LineRules(turn_up, 5400.0), "rail": LineRules(turn_up=False, patience_s=rng.choice([3600.0, np.inf]), cut_off_s=60.0)}
    checks = [DoorChecks(node, "rail", lanes, 20.0) for node in range(3)] if lanes else []
    parties = [
        party._replace(rides=[(trip, a, b, way + 600, 600.0, 300.0) for trip, a, b, way, *_ in party.rides])
        for party in _random_parties(rng, 40, 12)
    ]
    part = passengers_of(trips, parties, places, rules, checks, days=2, run_out_h=rng.choice([0.0, 6.0]))
    _Random(part, rng)
    part.world.env.run(until=part.world.end_s)
    check_balance(part.finish().balance)
    # Whoever is booked on a hop is counted once, and nobody twice.
    assert part.state.booked.min(initial=0.0) >= -1e-6
