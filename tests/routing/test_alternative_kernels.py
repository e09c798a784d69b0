"""Fronts of alternatives against an oracle with no shared code: every journey of a tiny timetable, one after the other."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbwnet.routing.alternative_front import Found, by_timetable, chosen, front_of, sensible_front
from bbwnet.routing.alternative_kernels import FEN, UNKNOWN, Labels, PricedWays, RideArrays, Wish
from bbwnet.routing.clock import Clock
from bbwnet.routing.fare_kernels import FareTable
from bbwnet.routing.ways import WALK, Way, WayList

SECOND_PERIOD = 40
OPEN, SHUT, DWELL = 30, 70, 3
NEXT_DAY = 86_400
LATEST = 300
ROUNDS = 3
# start, least, fen per metre
TARIFFS = ((0, 0, 1), (5, 12, 2))


@dataclass(frozen=True)
class TinyWay:
    """A way with its fare; seconds in the two periods of the day, before the gate and after it."""

    row: int
    to: int
    before: tuple[int, int]
    after: tuple[int, int]
    gated: bool
    fen: int

    def arrive(self, second: int) -> int:
        """Second of arrival."""
        second += self.before[second % NEXT_DAY >= SECOND_PERIOD]
        if not self.gated:
            return second
        if second < OPEN:
            second = OPEN
        elif second > SHUT:
            second = NEXT_DAY + OPEN
        second += DWELL
        return second + self.after[second % NEXT_DAY >= SECOND_PERIOD]


@dataclass(frozen=True, eq=False)
class TinyTrip:
    """Calls of a vehicle."""

    stop: tuple[int, ...]
    arrive: tuple[int, ...]
    depart: tuple[int, ...]
    metres: tuple[int, ...]
    tariff: int
    """-1: not known."""
    no_boarding: int
    """A call where nobody boards."""
    no_leaving: int

    def fen(self, first: int, last: int) -> int:
        """Fare between two calls."""
        return fare(self, self.metres[first], self.metres[last])


@dataclass(frozen=True)
class Tiny:
    """A timetable between stops, ways from a place to them, between them, and on to another place."""

    stops: int
    trips: tuple[TinyTrip, ...]
    access: tuple[TinyWay, ...]
    transfers: tuple[TinyWay, ...]
    egress: tuple[TinyWay, ...]


@st.composite
def tiny_trips(draw: st.DrawFn, stops: int) -> TinyTrip:
    count = draw(st.integers(2, 4))
    stop = tuple(draw(st.integers(0, stops - 1)) for _ in range(count))
    arrive, depart = [draw(st.integers(5, 80))], []
    for call in range(count):
        depart.append(arrive[call] + draw(st.integers(0, 8)))
        arrive.append(depart[call] + draw(st.integers(1, 15)))
    metres = np.cumsum([0, *(draw(st.integers(0, 10)) for _ in range(count - 1))]).tolist()
    flaw = st.integers(0, 12)
    return TinyTrip(
        stop, tuple(arrive[:count]), tuple(depart), tuple(metres), draw(st.sampled_from([0, 0, 1, 1, -1])), draw(flaw), draw(flaw)
    )


@st.composite
def tiny_ways(draw: st.DrawFn, rows: int, targets: int, *, most: int) -> tuple[TinyWay, ...]:
    seconds = st.tuples(st.integers(0, 12), st.integers(0, 12))
    way = st.builds(
        TinyWay, st.integers(0, rows - 1), st.integers(0, targets - 1), seconds, seconds, st.sampled_from([False, False, True]),
        st.sampled_from([0, 0, 1, 3, 10, 25, -1]),
    )  # fmt: skip
    return tuple(
        sorted(draw(st.lists(way, min_size=1, max_size=most)), key=lambda item: (item.row, item.to, item.before[0] + item.after[0]))
    )


@st.composite
def tinies(draw: st.DrawFn) -> Tiny:
    stops = draw(st.integers(2, 4))
    trips = tuple(draw(tiny_trips(stops)) for _ in range(draw(st.integers(1, 5))))
    return Tiny(
        stops, trips, draw(tiny_ways(1, stops, most=3)), draw(tiny_ways(stops, stops, most=6)), draw(tiny_ways(stops, 1, most=3))
    )  # fmt: skip


def paid(ways: tuple[int, ...], rides: tuple[int, ...], discount_permille: int) -> int:
    """Fen of a journey: what its ways and rides cost, less the discount on two rides or more, halves of a fen in favour of the buyer."""
    if min(*ways, *rides) < 0:
        return UNKNOWN
    full = sum(ways) + sum(rides)
    saving = (2 * sum(rides) * discount_permille + 1000) // 2000 if len(rides) > 1 else 0
    return full - saving


@dataclass
class Oracle:
    """Every journey of a tiny timetable from one second on."""

    tiny: Tiny
    start: int
    discount_permille: int = 0
    found: dict[tuple[int, int, int], int] = field(default_factory=dict)
    """Latest leaving of each (arrival, boardings, fen)."""

    def front(self) -> list[tuple[int, int, int, int]]:
        """(arrival, boardings, fen, leaving) of all that is not dominated."""
        for way in self.tiny.access:
            for trip, on in self._departures(way.to, 0):
                seconds = [second for second in range(self.start, trip.depart[on] + 1) if way.arrive(second) <= trip.depart[on]]
                if seconds:
                    self._ride(trip, on, seconds[-1], (way.fen,), ())
        return [
            (*key, leave)
            for key, leave in sorted(self.found.items())
            if not any(other != key and all(a <= b for a, b in zip(other, key, strict=True)) for other in self.found)
        ]

    def _departures(self, stop: int, ready: int) -> Iterator[tuple[TinyTrip, int]]:
        for trip in self.tiny.trips:
            for call in range(len(trip.stop) - 1):
                if trip.stop[call] == stop and call != trip.no_boarding and ready <= trip.depart[call] <= LATEST:
                    yield trip, call

    def _ride(self, trip: TinyTrip, on: int, leave: int, ways: tuple[int, ...], rides: tuple[int, ...]) -> None:
        for off in range(on + 1, len(trip.stop)):
            if off != trip.no_leaving and trip.arrive[off] <= LATEST:
                self._go_on(trip, off, leave, ways, (*rides, trip.fen(on, off)))

    def _go_on(self, left: TinyTrip, off: int, leave: int, ways: tuple[int, ...], rides: tuple[int, ...]) -> None:
        stop, second = left.stop[off], left.arrive[off]
        for way in self.tiny.egress:
            if way.row == stop and way.arrive(second) <= LATEST:
                key = way.arrive(second), len(rides), paid((*ways, way.fen), rides, self.discount_permille)
                self.found[key] = max(self.found.get(key, -1), leave)
        for way in self.tiny.transfers if len(rides) < ROUNDS else ():
            if way.row == stop:
                for trip, on in self._departures(way.to, way.arrive(second)):
                    if trip is not left:
                        self._ride(trip, on, leave, (*ways, way.fen), rides)


def priced(ways: tuple[TinyWay, ...], rows: int) -> PricedWays:
    """The ways as the kernels have them."""
    collected = WayList(2)
    for way in ways:
        collected.add(Way(way.row, way.to, WALK, way.before, 0.0, 0 if way.gated else -1, WALK, way.after if way.gated else (0, 0)))
    arrays = collected.ways(rows).arrays
    # The fare goes with the way wherever it was sorted to.
    left = list(ways)
    fen = []
    for number in range(len(ways)):
        row = int(np.searchsorted(arrays.first, number, side="right")) - 1
        match = next(
            way
            for way in left
            if (way.row, way.to, way.gated) == (row, arrays.to[number], arrays.gate[number] >= 0)
            and list(way.before) == arrays.before_s[:, number].tolist()
            and (not way.gated or list(way.after) == arrays.after_s[:, number].tolist())
        )
        left.remove(match)
        fen.append(match.fen)
    return PricedWays(arrays, np.array(fen, dtype=np.int64))


def rides_of(tiny: Tiny) -> RideArrays:
    """The hops as the kernels have them."""
    hops = sorted(
        (trip.depart[call], trip.arrive[call + 1], run, call) for run, trip in enumerate(tiny.trips) for call in range(len(trip.stop) - 1)
    )
    place = {(run, call): number for number, (_, _, run, call) in enumerate(hops)}
    trips = [tiny.trips[run] for _, _, run, _ in hops]
    calls = [call for _, _, _, call in hops]
    board = np.array([-1 if call == trip.no_boarding else trip.stop[call] for trip, call in zip(trips, calls, strict=True)])
    event = np.array([hop for point in range(tiny.stops) for hop in np.flatnonzero(board == point)], dtype=np.int32)
    counts = np.bincount(board[board >= 0], minlength=tiny.stops)

    def column(values: list[int], kind: type = np.int32) -> np.ndarray:
        return np.array(values, dtype=kind)

    return RideArrays(
        column([hop[0] for hop in hops], np.int64),
        column([hop[1] for hop in hops], np.int64),
        column([-1 if call + 1 == trip.no_leaving else trip.stop[call + 1] for trip, call in zip(trips, calls, strict=True)]),
        column([trip.stop[call] for trip, call in zip(trips, calls, strict=True)]),
        column([trip.stop[call + 1] for trip, call in zip(trips, calls, strict=True)]),
        column([hop[2] for hop in hops]),
        column([place.get((run, call + 1), -1) for _, _, run, call in hops]),
        column([trip.tariff for trip in trips]),
        column([trip.metres[call] for trip, call in zip(trips, calls, strict=True)], np.int64),
        column([trip.metres[call + 1] for trip, call in zip(trips, calls, strict=True)], np.int64),
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        event,
    )


CLOCK = Clock(
    np.array([0, SECOND_PERIOD], dtype=np.int64), np.array([OPEN], dtype=np.int64), np.array([SHUT - OPEN], dtype=np.int64),
    np.array([DWELL], dtype=np.int64),
)  # fmt: skip

ONE, MANY = np.ones(len(TARIFFS), dtype=np.int64), np.full(len(TARIFFS), 2**53)

TABLE = FareTable(
    start_fen=np.array([start for start, _, _ in TARIFFS], dtype=np.int64),
    minimum_fen=np.array([least for _, least, _ in TARIFFS], dtype=np.int64),
    maximum_fen=MANY, step_fen=ONE, persons=ONE * 1000, first_band=np.arange(len(TARIFFS) + 1),
    from_m=ONE * 0, rate=np.array([rate * 10_000_000 for _, _, rate in TARIFFS], dtype=np.int64), surcharge_fen=ONE * 0,
)  # fmt: skip


def searched(tiny: Tiny, start: int, discount_permille: int = 0) -> tuple[list[Found], list[Labels]]:
    """What the kernels find."""
    wish = Wish(0, start, LATEST, ROUNDS, FEN - FEN // 1000 * discount_permille)
    ways = priced(tiny.access, 1), priced(tiny.transfers, tiny.stops), priced(tiny.egress, tiny.stops)
    return by_timetable(rides_of(tiny), TABLE, CLOCK, ways, wish)


@settings(max_examples=400, deadline=None)
@given(tinies(), st.integers(0, 60))
def test_the_front_is_that_of_all_journeys(tiny: Tiny, start: int) -> None:
    found = [(item.arrive_s, item.boardings, item.fen, item.leave_s) for item in front_of(searched(tiny, start)[0], ROUNDS)]
    expected = Oracle(tiny, start).front()
    assert [row[:3] for row in found] == [row[:3] for row in expected]
    # Journeys of which some fare is not known are one dearer than all others: which of them leaves latest is not looked for.
    known = [row for row in zip(found, expected, strict=True) if row[0][2] < UNKNOWN]
    assert [row[0] for row in known] == [row[1] for row in known]


@settings(max_examples=150, deadline=None)
@given(tinies(), st.integers(0, 60))
def test_without_tariffs_arrival_and_boardings_are_left(tiny: Tiny, start: int) -> None:
    ways = ("access", "transfers", "egress")
    free = Tiny(
        tiny.stops,
        tuple(dataclasses.replace(trip, tariff=-1) for trip in tiny.trips),
        *(tuple(dataclasses.replace(way, fen=-1) for way in getattr(tiny, name)) for name in ways),
    )
    found = front_of(searched(free, start)[0], ROUNDS)
    assert [(item.arrive_s, item.boardings, item.fen, item.leave_s) for item in found] == Oracle(free, start).front()


@settings(max_examples=200, deadline=None)
@given(tinies(), st.integers(0, 60), st.sampled_from([1, 100, 333, 1000]))
def test_one_ticket_for_all_rides_makes_two_cheaper_and_one_not(tiny: Tiny, start: int, discount: int) -> None:
    found, _ = searched(tiny, start, discount)
    expected = [row[:3] for row in Oracle(tiny, start, discount).front()]
    assert [(item.arrive_s, item.boardings, item.fen) for item in front_of(found, ROUNDS)] == expected


@settings(max_examples=200, deadline=None)
@given(tinies(), st.integers(0, 60))
def test_labels_lead_back_to_journeys_that_can_be_made(tiny: Tiny, start: int) -> None:
    found, traces = searched(tiny, start)
    rides, access, transfers, egress = (
        rides_of(tiny), priced(tiny.access, 1), priced(tiny.transfers, tiny.stops), priced(tiny.egress, tiny.stops),
    )  # fmt: skip
    for item in found:
        labels, off = traces[item.trace], item.hop
        fen = [int(egress.fen[item.way])]
        trail: list[tuple[int, int]] = []
        for number in range(item.boardings - 1, -1, -1):
            on = int(labels.alight_board[number, off - labels.low])
            assert rides.run[on] == rides.run[off]
            trail.insert(0, (on, off))
            fen.append(fare(tiny.trips[rides.run[on]], int(rides.board_m[on]), int(rides.alight_m[off])))
            way = int(labels.board_way[number, on - labels.low])
            before = int(labels.board_from[number, on - labels.low])
            ways = transfers if number else access
            fen.append(int(ways.fen[way]))
            assert ways.arrays.to[way] == rides.from_stop[on]
            if number:
                assert rides.arrive_s[before] <= rides.depart_s[on]
                assert transfers.arrays.first[rides.to_stop[before]] <= way < transfers.arrays.first[rides.to_stop[before] + 1]
            else:
                assert before == -1
            off = before
        assert item.fen == (UNKNOWN if min(fen) < 0 else sum(fen))
        stops = [int(stop) for on, last in trail for stop in (rides.from_stop[on], rides.to_stop[last])]
        visits = [stop for number, stop in enumerate(stops) if not (number and number % 2 == 0 and stops[number - 1] == stop)]
        assert item.odd == (len(set(visits)) < len(visits))
        assert all(rides.run[first[1]] != rides.run[second[0]] for first, second in pairwise(trail))


def fare(trip: TinyTrip, first_m: int, last_m: int) -> int:
    """Fare between two marks."""
    if trip.tariff < 0:
        return -1
    start, least, rate = TARIFFS[trip.tariff]
    return max(least, start + rate * (last_m - first_m))


def item(arrive: int, boardings: int, fen: int, *, odd: bool = False, leave: int = 0) -> Found:
    return Found(arrive, boardings, fen, leave, 0, 0, 0, odd)


def test_of_equals_the_latest_leaving_counts() -> None:
    assert front_of([item(9, 1, 5, leave=1), item(9, 1, 5, leave=3), item(9, 1, 5, leave=2)], 3) == [item(9, 1, 5, leave=3)]


def test_what_comes_back_to_a_stop_is_left_out_unless_nothing_else_is_as_early() -> None:
    plain, odd = item(9, 1, 50), item(9, 2, 40, odd=True)
    assert sensible_front([odd, plain, item(10, 2, 45)], 3) == [plain, item(10, 2, 45)]
    earlier = item(8, 2, 40, odd=True)
    assert sensible_front([plain, earlier], 3) == [earlier, plain]
    assert sensible_front([], 3) == []


@pytest.mark.parametrize(
    ("k", "kept"),
    [(1, [0]), (2, [0, 3]), (3, [0, 3, 4]), (4, [0, 1, 3, 4]), (5, [0, 1, 2, 3, 4]), (9, [0, 1, 2, 3, 4])],
)
def test_the_ends_of_a_front_are_kept_first(k: int, kept: list[int]) -> None:
    front = [item(1, 3, 90), item(2, 2, 80), item(3, 2, 70), item(4, 1, 60), item(5, 3, 20)]
    assert chosen(front, k) == [front[number] for number in kept]
