"""Profiles and departures against an oracle with no shared code: a time-expanded graph, networkx Dijkstra, and every second tried.

The oracle knows from the documentation only what a gate, a period, a point and a way are. Small timetables have everything at once:
check-in by point, stops to board or to leave only, borders with hours and dwell on every kind of way, periods, days, midnight.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from bbwnet.routing.clock import UNREACHED, Clock, WayArrays, latest_at_gate, pass_gate, period_at, way_arrival, way_latest
from bbwnet.routing.departure_kernels import ChoiceArrays, choose, fill_percentiles, nearest_rank
from bbwnet.routing.profile_kernels import HopArrays, ProfileArrays, compact, entry_from, scan_profile
from tests.routing.time_expanded import DAY, Array, AWay, Border, Hop, Oracle, Small

SLOT = 1800
"""Times lie on a grid of so many seconds, give or take one: ties, and connections just kept or just missed, are common."""


class Maker:
    """Makes small timetables of a seed, dense enough that most departures arrive and many change."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311  no secret
        self.periods = (0, *sorted(self.random.sample(range(1, DAY // SLOT), self.random.choice((0, 1, 1, 2)))))
        self.borders = tuple(self.border() for _ in range(self.random.randint(1, 2)))

    def duration(self, longest: int, least: int = 0) -> int:
        return max(0, self.random.randint(least, longest) * SLOT + self.random.choice((0, 0, 0, -1, 1)))

    def border(self) -> Border:
        slots = DAY // SLOT
        span = self.random.choice((0, slots // 4, slots // 2, slots // 2, 3 * slots // 4, slots - 1, slots))
        return Border(self.random.randrange(slots) * SLOT, span * SLOT, self.duration(2))

    def way(self, row: int, to: int, check_in: int, *, gated: float = 0.3) -> AWay:
        """A way whose last part has the time at the point that it leads to."""
        before = tuple(self.duration(2) for _ in self.periods)
        after = tuple(self.duration(1) + check_in for _ in self.periods)
        if self.random.random() < gated:
            return AWay(row, to, before, self.random.randrange(len(self.borders)), after)
        return AWay(row, to, tuple(map(sum, zip(before, after, strict=True))), -1, (0,) * len(self.periods))

    def hops(self, stops: int, trips: int) -> tuple[tuple[Hop, ...], int]:
        """Trips, each on some of the days; each stop has two points, `2 * stop + kind`, at which trips of each kind are met."""
        found: list[Hop] = []
        runs = 0
        for _ in range(trips):
            calls = self.random.sample(range(stops), self.random.randint(2, stops))
            kind, clock = self.random.randint(0, 1), self.random.randint(12, 56) * SLOT
            limits = [self.random.choice(((True, True),) * 4 + ((True, False), (False, True))) for _ in calls]
            legs = []
            for number, (tail, head) in enumerate(pairwise(calls)):
                arrive = clock + SLOT + self.duration(2)
                board = 2 * tail + kind if limits[number][0] else -1
                legs.append((clock, arrive, board, 2 * head + kind if limits[number + 1][1] else -1))
                clock = arrive + self.duration(1)
            for day in self.random.choice(((-1, 0, 1), (-1, 0, 1), (0, 1), (-1, 1), (0,), (1,))):
                found.extend(Hop(leave + day * DAY, arrive + day * DAY, runs, board, alight) for leave, arrive, board, alight in legs)
                runs += 1
        return tuple(sorted(found)), runs

    def small(self) -> Small:
        stops = self.random.randint(2, 4)
        points = range(2 * stops)
        check_in = [self.duration(2) for _ in points]
        hops, runs = self.hops(stops, self.random.randint(3, 9))
        pairs = [(row, to) for row in points for to in points if row // 2 == to // 2 or self.random.random() < 0.2]
        transfers = [self.way(row, to, check_in[to], gated=0.2) for row, to in pairs]
        access = [self.way(0, to, check_in[to]) for to in self.random.choices(points, k=self.random.randint(1, 4))]
        egress = [self.way(row, 0, 0) for row in self.random.choices(points, k=self.random.randint(1, 4))]
        direct = [self.way(0, 0, self.duration(40, 10)) for _ in range(self.random.choice((0, 0, 0, 0, 1, 2)))]
        return Small(
            self.periods, self.borders, len(points), hops, runs,
            tuple(sorted(access)), tuple(sorted(transfers)), tuple(sorted(egress)), tuple(direct),
        )  # fmt: skip


def way_arrays(ways: Sequence[AWay], rows: int, periods: int) -> WayArrays:
    counts = [sum(way.row == row for way in ways) for row in range(rows)]
    return WayArrays(
        np.array([0, *np.cumsum(counts)], dtype=np.int64),
        np.array([way.to for way in ways], dtype=np.int32),
        np.ascontiguousarray(np.array([way.before for way in ways], dtype=np.int64).reshape(-1, periods).T),
        np.array([way.gate for way in ways], dtype=np.int32),
        np.ascontiguousarray(np.array([way.after for way in ways], dtype=np.int64).reshape(-1, periods).T),
    )


def clock_of(periods: Sequence[int], borders: Sequence[Border]) -> Clock:
    rows = np.array(borders, dtype=np.int64).reshape(-1, 3)
    return Clock(np.array(periods, dtype=np.int64), rows[:, 0].copy(), rows[:, 1].copy(), rows[:, 2].copy())


class Kernels:
    """The same small timetable through the kernels."""

    def __init__(self, small: Small) -> None:
        self.small = small
        columns = list(zip(*small.hops, strict=True))
        depart, arrive = (np.array(column, dtype=np.int64) for column in columns[:2])
        run, board, alight = (np.array(column, dtype=np.int32) for column in columns[2:])
        self.hops = HopArrays(depart, arrive, board, alight, run)
        self.clock = clock_of(small.periods, small.borders)
        periods = len(small.periods)
        self.access, self.direct = way_arrays(small.access, 1, periods), way_arrays(small.direct, 1, periods)
        self.transfers, self.egress = (way_arrays(ways, small.points, periods) for ways in (small.transfers, small.egress))
        counts = np.bincount(board[board >= 0], minlength=small.points)
        room = len(small.hops)
        self.roomy = ProfileArrays(
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            np.zeros(small.points, dtype=np.int64),
            np.empty(room, dtype=np.int64),
            np.empty(room, dtype=np.int64),
            np.empty(room, dtype=np.int32),
            np.empty(room, dtype=np.int32),
            np.empty(room, dtype=np.int32),
        )
        scan_profile(self.hops, small.runs, self.transfers, self.egress, self.clock, self.roomy)
        self.profile = compact(self.roomy)

    def choice(self, starts: Array, *, fewest: bool, profile: ProfileArrays | None = None) -> ChoiceArrays:
        choice = room_for(len(starts))
        choose(0, 0, self.access, self.direct, profile or self.profile, self.clock, starts, fewest, choice)
        return choice

    def percentiles(self, starts: Array, asked: Sequence[float], *, planned: bool) -> tuple[list[float], float]:
        minutes, share = np.empty((1, len(asked)), dtype=np.float32), np.empty(1, dtype=np.float32)
        # The one place is row 0 among the origins; it is called -1 as destination so that it is not taken for the origin.
        direct = self.direct._replace(to=np.full(len(self.direct.to), -1, dtype=np.int32))
        fill_percentiles(
            np.zeros(1, dtype=np.int64), -1, self.access, direct, self.profile, self.clock, starts,
            np.array(asked, dtype=np.float64), planned, room_for(len(starts)), minutes, share,
        )  # fmt: skip
        return [float(value) for value in minutes[0]], float(share[0])


def room_for(count: int) -> ChoiceArrays:
    return ChoiceArrays(*(np.empty(count, dtype=np.int64) for _ in ChoiceArrays._fields))


def answers(choice: ChoiceArrays) -> list[tuple[int, int, int] | None]:
    rows = zip(choice.arrive_s.tolist(), choice.boardings.tolist(), choice.leave_s.tolist(), strict=True)
    return [None if row[0] == UNREACHED else row for row in rows]


@settings(max_examples=500, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_every_departure_is_the_oracles(seed: int) -> None:
    maker = Maker(seed)
    small = maker.small()
    drawn = maker.random.sample(range(12, DAY // SLOT + 1), 5)
    starts = np.array(sorted(drawn), dtype=np.int64) * SLOT
    oracle, kernels = Oracle(small, int(starts[0]), int(starts[-1])), Kernels(small)
    fewest = [oracle.fewest(start) for start in starts.tolist()]
    planned = [oracle.planned(start) for start in starts.tolist()]
    event(f"boardings {max((item[1] for item in fewest if item), default=None)}")
    for expected, choice in ((fewest, kernels.choice(starts, fewest=True)), (planned, kernels.choice(starts, fewest=False))):
        assert answers(choice) == expected
        for number, start in enumerate(starts.tolist()):
            if expected[number] is not None:
                assert_feasible(kernels, oracle, choice, number, start)
    assert answers(kernels.choice(starts, fewest=True, profile=kernels.roomy)) == fewest
    asked = (0.0, 5.0, 7.0, 50.0, 56.0, 95.0, 100.0)
    for expected, is_planned in ((fewest, False), (planned, True)):
        begins = [item[2] if item and is_planned else start for item, start in zip(expected, starts.tolist(), strict=True)]
        waits = sorted(math.inf if item is None else (item[0] - begin) / 60 for item, begin in zip(expected, begins, strict=True))
        worked, share = kernels.percentiles(starts, asked, planned=is_planned)
        # Nearest rank: the least value that at least so many percent of the values do not exceed.
        brute = [next(value for rank, value in enumerate(waits, 1) if rank * 100 >= percent * len(waits)) for percent in asked]
        assert worked == pytest.approx([value if value < math.inf else math.nan for value in brute], rel=1e-6, nan_ok=True)
        assert share == pytest.approx(sum(value < math.inf for value in waits) / len(waits))


def assert_feasible(kernels: Kernels, oracle: Oracle, choice: ChoiceArrays, number: int, start: int) -> None:
    """Follow the pointers: each way as the oracle walks it, each vehicle still there, each point one that it may be boarded or left at."""
    small, profile = kernels.small, kernels.profile
    at, way, entry = int(choice.leave_s[number]), int(choice.way[number]), int(choice.entry[number])
    assert at >= start

    def walk(taken: AWay, begin: int) -> int:
        return int(oracle.arrivals(taken, np.array([begin], dtype=np.int64))[0])

    if entry < 0:
        assert walk(small.direct[-1 - way], at) == choice.arrive_s[number]
        return
    point, at, boardings = small.access[way].to, walk(small.access[way], at), 0
    while True:
        enter, leave, step = int(profile.enter[entry]), int(profile.leave[entry]), int(profile.step[entry])
        boarded, left = small.hops[enter], small.hops[leave]
        assert at <= boarded.depart == profile.ready_s[entry]
        assert (boarded.board, boarded.run) == (point, left.run)
        assert leave >= enter
        at, boardings = left.arrive, boardings + 1
        taken = small.egress[-1 - step] if step < 0 else small.transfers[step]
        assert taken.row == left.alight >= 0
        at = walk(taken, at)
        if step < 0:
            assert (at, boardings) == (choice.arrive_s[number], choice.boardings[number])
            return
        point = taken.to
        entry = int(entry_from(profile, point, at))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_latest_start_is_that_of_trying_every_second(seed: int) -> None:
    maker = Maker(seed)
    small = Small(maker.periods, maker.borders, 1, (), 0, (maker.way(0, 0, maker.duration(4), gated=0.8),), (), (), ())
    target = maker.random.randint(DAY // SLOT, 2 * DAY // SLOT) * SLOT + maker.random.randint(-1, 1)
    seconds = np.arange(target - 2 * DAY, target + 1, dtype=np.int64)
    oracle = Oracle(small, 0, 0)
    arrivals = oracle.arrivals(small.access[0], seconds)
    clock, ways = clock_of(small.periods, small.borders), way_arrays(small.access, 1, len(small.periods))
    assert way_latest(clock, ways, 0, target) == seconds[arrivals <= target][-1]
    for second in seconds[:: 7 * SLOT].tolist():
        assert way_arrival(clock, ways, 0, second) == oracle.arrivals(small.access[0], np.array([second], dtype=np.int64))[0]


def test_a_gate_lets_pass_at_its_last_second_and_then_at_the_next_opening() -> None:
    # Open 08:00 to 20:00, a quarter of an hour to pass.
    clock = clock_of((0,), (Border(8 * 3600, 12 * 3600, 900),))
    assert pass_gate(clock, 0, 20 * 3600) == 20 * 3600 + 900
    assert pass_gate(clock, 0, 20 * 3600 + 1) == DAY + 8 * 3600 + 900
    assert pass_gate(clock, 0, 7 * 3600) == 8 * 3600 + 900
    assert latest_at_gate(clock, 0, 8 * 3600 + 899) == -4 * 3600
    assert latest_at_gate(clock, 0, 23 * 3600) == 20 * 3600


def test_a_gate_that_is_open_over_midnight() -> None:
    # Open 22:00 to 02:00.
    clock = clock_of((0,), (Border(22 * 3600, 4 * 3600, 0),))
    assert pass_gate(clock, 0, DAY + 2 * 3600) == DAY + 2 * 3600
    assert pass_gate(clock, 0, DAY + 2 * 3600 + 1) == DAY + 22 * 3600
    assert pass_gate(clock, 0, 3600) == 3600
    assert latest_at_gate(clock, 0, 21 * 3600) == 2 * 3600


def test_the_period_of_a_second_of_any_day() -> None:
    clock = clock_of((0, 7 * 3600, 9 * 3600), ())
    of_hour = [period_at(clock, hour * 3600) for hour in (-24, -15, -1, 0, 6, 7, 8, 9, 24, 31, 33)]
    assert of_hour == [0, 2, 2, 0, 0, 1, 1, 2, 0, 1, 2]


@pytest.mark.parametrize("count", [1, 2, 3, 7, 20, 100, 961])
def test_the_nearest_rank_of_whole_percentages_is_exact(count: int) -> None:
    for percent in range(101):
        # In whole numbers: ceil(percent * count / 100), counted from zero.
        expected = max(0, -(-percent * count // 100) - 1)
        assert nearest_rank(float(percent), count) == expected
