"""Alternatives of one departure: rounds over every event of the timetable, the least fare by event and vehicles boarded.

Rounds as in Delling, Pajor, Werneck (2015), "Round-Based Public Transit Routing", Transportation Science 49(3). McRAPTOR there keeps
bags of (arrival, fare) at stops; here a label belongs to an event, a hop at whose beginning a vehicle is boarded or at whose end it is
left. An event has one second, so that the fare alone is left to compare and no bags are needed: a round boards each event at the least
fare of all who are ready by then, and rides on from it to every later call at the fare between the two. What is not dominated at the
destination in (arrival, vehicles boarded, fare) is exact. Of equal fares the label with the latest leaving from home counts, which is
exact too, as both the least fare and the latest leaving of a journey are those of its beginnings. Nobody boards the vehicle that he has
just left (two tickets for one train may be cheaper than one): the two best off different vehicles are kept for every event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from bbwnet.routing.clock import UNREACHED, Clock, WayArrays, way_arrival, way_latest
from bbwnet.routing.fare_kernels import FareTable, fare_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.routing.clock import Whole

FEN = 1_000_000
"""Units of cost in a fen, so that what one ticket for all rides takes off is whole as well."""

UNKNOWN = 2**60
"""Cost of a journey of which some fare is not known: above all others, and not raised by more."""


class RideArrays(NamedTuple):
    """Hops sorted by departure, and the boarding points' lists of them."""

    depart_s: NDArray[np.int64]
    arrive_s: NDArray[np.int64]
    alight_point: NDArray[np.int32]
    """Where it can be left; -1: not at all here."""
    from_stop: NDArray[np.int32]
    to_stop: NDArray[np.int32]
    run: NDArray[np.int32]
    """Trip on a day."""
    onward: NDArray[np.int32]
    """Next hop of the vehicle; -1: it ends."""
    tariff: NDArray[np.int32]
    """Row of the table of fares."""
    board_m: NDArray[np.int64]
    """Metres charged from the first stop of the trip to the beginning of the hop."""
    alight_m: NDArray[np.int64]
    """Metres charged to its end."""
    first_event: NDArray[np.int64]
    """First of `event` of each boarding point (n points + 1)."""
    event: NDArray[np.int32]
    """Hops by boarding point, then departure."""


class PricedWays(NamedTuple):
    """Ways and what they cost."""

    arrays: WayArrays
    fen: NDArray[np.int64]
    """Below zero: not known."""


class Wish(NamedTuple):
    """What is asked."""

    origin: int
    """Row of the ways of access."""
    start_s: int
    latest_s: int
    """Latest arrival that counts."""
    rounds: int
    """Most vehicles boarded."""
    ride_weight: int
    """Units of cost for a fen of a ride: `FEN`, or less with one ticket for all."""


class Labels(NamedTuple):
    """Best ways to every event, by round (rows) and hop from `low` on (columns)."""

    low: int
    high: int
    """First hop that departs after `Wish.latest_s`."""
    board_cost: NDArray[np.int64]
    board_leave: NDArray[np.int64]
    """Second at which home is left."""
    board_from: NDArray[np.int32]
    """Hop at whose end the vehicle before is left; -1: from home."""
    board_way: NDArray[np.int32]
    """Access or transfer taken."""
    alight_cost: NDArray[np.int64]
    alight_leave: NDArray[np.int64]
    alight_board: NDArray[np.int32]
    """Hop at whose beginning this vehicle is boarded."""


class Arrivals(NamedTuple):
    """Ways to be at the destination."""

    arrive_s: NDArray[np.int64]
    boardings: NDArray[np.int64]
    cost: NDArray[np.int64]
    leave_s: NDArray[np.int64]
    hop: NDArray[np.int64]
    """Hop at whose end the last vehicle is left."""
    way: NDArray[np.int64]
    """Egress taken from there."""
    odd: NDArray[np.bool_]
    """Whether it comes back to a stop."""


@njit(cache=True)
def added(cost: Whole, fen: Whole, weight: Whole) -> int:
    """A cost with a fare on it."""
    if fen < 0:
        return UNKNOWN
    return int(min(cost + fen * weight, UNKNOWN))


@njit(cache=True)
def first_event_from(rides: RideArrays, point: Whole, second: Whole) -> int:
    """Position in `event` of the first departure from a point at `second` or later; the end of its list if there is none."""
    low, high = rides.first_event[point], rides.first_event[point + 1]
    while low < high:
        middle = (low + high) // 2
        if rides.depart_s[rides.event[middle]] < second:
            low = middle + 1
        else:
            high = middle
    return int(low)


@njit(cache=True)
def _board_from_home(wish: Wish, access: PricedWays, rides: RideArrays, clock: Clock, labels: Labels) -> None:
    """Label the events of the first round."""
    ways, low = access.arrays, labels.low
    for way in range(ways.first[wish.origin], ways.first[wish.origin + 1]):
        cost = added(0, access.fen[way], FEN)
        point = ways.to[way]
        for position in range(first_event_from(rides, point, wish.start_s), rides.first_event[point + 1]):
            hop = rides.event[position]
            if hop >= labels.high:
                break
            leave = way_latest(clock, ways, way, rides.depart_s[hop])
            column = hop - low
            known = labels.board_cost[0, column]
            if leave < wish.start_s or cost > known or (cost == known and leave <= labels.board_leave[0, column]):
                continue
            labels.board_cost[0, column] = cost
            labels.board_leave[0, column] = leave
            labels.board_way[0, column] = way


class _Slots(NamedTuple):
    """The two best ways to be ready for an event, off different vehicles; a column for each event and one for who waits at a point."""

    cost: NDArray[np.int64]
    leave: NDArray[np.int64]
    ready: NDArray[np.int64]
    off: NDArray[np.int32]
    """Hop at whose end the vehicle before is left; -1: there is no such way."""
    way: NDArray[np.int32]


@njit(cache=True)
def _copy(slots: _Slots, rank: Whole, column: Whole, to_rank: Whole, to_column: Whole) -> None:
    slots.cost[to_rank, to_column] = slots.cost[rank, column]
    slots.leave[to_rank, to_column] = slots.leave[rank, column]
    slots.ready[to_rank, to_column] = slots.ready[rank, column]
    slots.off[to_rank, to_column] = slots.off[rank, column]
    slots.way[to_rank, to_column] = slots.way[rank, column]


@njit(cache=True)
def _better(slots: _Slots, column: Whole, rank: Whole, cost: Whole, leave: Whole, ready: Whole) -> bool:
    """Whether a way beats one that is kept: cheaper, then leaving home later, then ready sooner."""
    if slots.off[rank, column] < 0 or cost != slots.cost[rank, column]:
        return bool(slots.off[rank, column] < 0 or cost < slots.cost[rank, column])
    if leave != slots.leave[rank, column]:
        return bool(leave > slots.leave[rank, column])
    return bool(ready < slots.ready[rank, column])


@njit(cache=True)
def _offer(slots: _Slots, runs: NDArray[np.int32], column: Whole, cost: Whole, leave: Whole, ready: Whole, off: Whole, way: Whole) -> None:
    """Keep a way if it is one of the best two off different vehicles."""
    rank = 0
    if not _better(slots, column, 0, cost, leave, ready):
        if runs[slots.off[0, column]] == runs[off] or not _better(slots, column, 1, cost, leave, ready):
            return
        rank = 1
    elif slots.off[0, column] >= 0 and runs[slots.off[0, column]] != runs[off]:
        _copy(slots, 0, column, 1, column)
    slots.cost[rank, column] = cost
    slots.leave[rank, column] = leave
    slots.ready[rank, column] = ready
    slots.off[rank, column] = off
    slots.way[rank, column] = way


@njit(cache=True)
def _change(number: Whole, transfers: PricedWays, rides: RideArrays, clock: Clock, labels: Labels, slots: _Slots) -> None:
    """Put what the round before left its vehicles with at the first event that each transfer is in time for."""
    ways, low = transfers.arrays, labels.low
    slots.off[:] = -1
    for off in range(low, labels.high):
        before = labels.alight_cost[number - 1, off - low]
        if before == UNREACHED:
            continue
        left_home = labels.alight_leave[number - 1, off - low]
        point = rides.alight_point[off]
        for way in range(ways.first[point], ways.first[point + 1]):
            second = way_arrival(clock, ways, way, rides.arrive_s[off])
            position = first_event_from(rides, ways.to[way], second)
            if position < rides.first_event[ways.to[way] + 1] and rides.event[position] < labels.high:
                total = added(before, transfers.fen[way], FEN)
                _offer(slots, rides.run, rides.event[position] - low, total, left_home, second, off, way)


@njit(cache=True)
def _wait(number: Whole, rides: RideArrays, labels: Labels, least: NDArray[np.int64], slots: _Slots) -> None:
    """Board every event with the best who are ready by then off another vehicle, where fewer vehicles do not as well."""
    low, waiting = labels.low, len(least)
    start = rides.depart_s[low] if low < labels.high else 0
    for point in range(len(rides.first_event) - 1):
        slots.off[:, waiting] = -1
        for position in range(first_event_from(rides, point, start), rides.first_event[point + 1]):
            hop = rides.event[position]
            if hop >= labels.high:
                break
            column = hop - low
            for rank in range(2):
                if slots.off[rank, column] >= 0:
                    _offer(
                        slots, rides.run, waiting, slots.cost[rank, column], slots.leave[rank, column], slots.ready[rank, column],
                        slots.off[rank, column], slots.way[rank, column],
                    )  # fmt: skip
            rank = 0
            if slots.off[0, waiting] >= 0 and rides.run[slots.off[0, waiting]] == rides.run[hop]:
                rank = 1
            if slots.off[rank, waiting] >= 0 and slots.cost[rank, waiting] < least[column]:
                labels.board_cost[number, column] = slots.cost[rank, waiting]
                labels.board_leave[number, column] = slots.leave[rank, waiting]
                labels.board_from[number, column] = slots.off[rank, waiting]
                labels.board_way[number, column] = slots.way[rank, waiting]


@njit(cache=True)
def _ride(number: Whole, wish: Wish, rides: RideArrays, table: FareTable, labels: Labels, least: NDArray[np.int64]) -> bool:
    """Ride on from every event boarded in this round; whether any vehicle is left where fewer do not as well."""
    low, moved = labels.low, False
    cost, leave = labels.alight_cost[number], labels.alight_leave[number]
    for hop in range(low, labels.high):
        before = labels.board_cost[number, hop - low]
        if before == UNREACHED:
            continue
        left_home = labels.board_leave[number, hop - low]
        off = hop
        while 0 <= off < labels.high and rides.arrive_s[off] <= wish.latest_s:
            column = off - low
            if rides.alight_point[off] >= 0 and before < least[column]:
                fen = fare_of(table, rides.tariff[hop], rides.alight_m[off] - rides.board_m[hop])
                total = added(before, fen, wish.ride_weight)
                if total < least[column] and (total < cost[column] or (total == cost[column] and left_home > leave[column])):
                    cost[column], leave[column], labels.alight_board[number, column] = total, left_home, hop
                    moved = True
            off = rides.onward[off]
    return moved


@njit(cache=True)
def least_fares(
    wish: Wish,
    access: PricedWays,
    transfers: PricedWays,
    rides: RideArrays,
    table: FareTable,
    clock: Clock,
) -> Labels:
    """The least fare to every event within the time asked for, by vehicles boarded, where fewer do not reach it for the same."""
    low = int(np.searchsorted(rides.depart_s, wish.start_s, side="left"))
    high = max(low, int(np.searchsorted(rides.depart_s, wish.latest_s, side="right")))
    shape = (wish.rounds, high - low)
    labels = Labels(
        low, high,
        np.full(shape, UNREACHED, dtype=np.int64), np.full(shape, -1, dtype=np.int64),
        np.full(shape, -1, dtype=np.int32), np.full(shape, -1, dtype=np.int32),
        np.full(shape, UNREACHED, dtype=np.int64), np.full(shape, -1, dtype=np.int64), np.full(shape, -1, dtype=np.int32),
    )  # fmt: skip
    least_board = np.full(high - low, UNREACHED, dtype=np.int64)
    least_alight = np.full(high - low, UNREACHED, dtype=np.int64)
    room = (2, high - low + 1)
    slots = _Slots(
        np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64),
        np.empty(room, dtype=np.int32), np.empty(room, dtype=np.int32),
    )  # fmt: skip
    for number in range(wish.rounds):
        if number == 0:
            _board_from_home(wish, access, rides, clock, labels)
        else:
            _change(number, transfers, rides, clock, labels, slots)
            _wait(number, rides, labels, least_board, slots)
        if not _ride(number, wish, rides, table, labels, least_alight):
            break
        # One ride alone has no part in the ticket for all: what it costs with it bounds nothing.
        if number > 0 or wish.ride_weight == FEN:
            np.minimum(least_board, labels.board_cost[number], least_board)
            np.minimum(least_alight, labels.alight_cost[number], least_alight)
    return labels


@njit(cache=True)
def arrivals(wish: Wish, first_round: Whole, egress: PricedWays, rides: RideArrays, clock: Clock, labels: Labels) -> Arrivals:
    """All arrivals in time out of labels, of `first_round` (0: one vehicle) and later; `egress` leads to the destination alone."""
    ways, low = egress.arrays, labels.low
    count = 0
    for number in range(first_round, wish.rounds):
        for hop in range(low, labels.high):
            if labels.alight_cost[number, hop - low] != UNREACHED:
                point = rides.alight_point[hop]
                count += ways.first[point + 1] - ways.first[point]
    found = Arrivals(
        np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64),
        np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64), np.empty(count, dtype=np.bool_),
    )  # fmt: skip
    visits = np.empty(2 * wish.rounds, dtype=np.int64)
    size = 0
    for number in range(first_round, wish.rounds):
        for hop in range(low, labels.high):
            before = labels.alight_cost[number, hop - low]
            if before == UNREACHED:
                continue
            point, odd = rides.alight_point[hop], _is_odd(number, hop, rides, labels, visits)
            for way in range(ways.first[point], ways.first[point + 1]):
                found.arrive_s[size] = way_arrival(clock, ways, way, rides.arrive_s[hop])
                if found.arrive_s[size] > wish.latest_s:
                    continue
                found.boardings[size] = number + 1
                found.cost[size] = added(before, egress.fen[way], FEN)
                found.leave_s[size] = labels.alight_leave[number, hop - low]
                found.hop[size] = hop
                found.way[size] = way
                found.odd[size] = odd
                size += 1
    return Arrivals(
        found.arrive_s[:size], found.boardings[:size], found.cost[:size], found.leave_s[:size], found.hop[:size], found.way[:size],
        found.odd[:size],
    )  # fmt: skip


@njit(cache=True)
def _is_odd(number: Whole, off: Whole, rides: RideArrays, labels: Labels, visits: NDArray[np.int64]) -> bool:
    """Whether the vehicles that lead to the end of hop `off` in this round come back to a stop."""
    size = 0
    on = labels.alight_board[number, off - labels.low]
    visits[0] = rides.to_stop[off]
    while True:
        stop = rides.from_stop[on]
        for visit in range(size + 1):
            if visits[visit] == stop:
                return True
        size += 1
        visits[size] = stop
        if number == 0:
            return False
        off = labels.board_from[number, on - labels.low]
        number -= 1
        on = labels.alight_board[number, off - labels.low]
        # A change at one stop is one visit of it.
        if rides.to_stop[off] != stop:
            for visit in range(size):
                if visits[visit] == rides.to_stop[off]:
                    return True
            size += 1
            visits[size] = rides.to_stop[off]


@njit(cache=True)
def not_dominated(boardings: NDArray[np.int64], fen: NDArray[np.int64], most: Whole) -> NDArray[np.bool_]:
    """Which of some journeys, sorted by arrival, boardings, fare, no other beats or equals before them; `most`: boardings of any."""
    keep = np.zeros(len(fen), dtype=np.bool_)
    least = np.full(most + 1, UNREACHED, dtype=np.int64)
    for position in range(len(fen)):
        number = boardings[position]
        if fen[position] < least[number]:
            keep[position] = True
            for more in range(number, most + 1):
                least[more] = min(least[more], fen[position])
    return keep
