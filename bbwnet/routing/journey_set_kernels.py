"""Many journeys at once: the choices of all origins towards one destination, and the pointers of their profile followed to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from bbwnet.routing.clock import UNREACHED, Clock, WayArrays, pass_gate, period_at, way_arrival
from bbwnet.routing.departure_kernels import ChoiceArrays, choose
from bbwnet.routing.fare_kernels import FareTable, fare_of
from bbwnet.routing.profile_kernels import ProfileArrays

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.routing.clock import Whole

RIDE, DRIVE, BUS, WALK, WAIT, TERMINAL, BORDER = range(7)
"""Columns of the seconds of a journey, what its minutes are spent on."""


class WayParts(NamedTuple):
    """What ways are made of beside their seconds (n ways)."""

    exit_s: NDArray[np.int64]
    entry_s: NDArray[np.int64]
    kind: NDArray[np.int64]
    """Column of seconds of the part up to the gate, or of the whole."""
    kind_after: NDArray[np.int64]
    km: NDArray[np.float64]
    km_after: NDArray[np.float64]
    fen: NDArray[np.int64]
    """Fare of the part up to the gate, or of the whole; -1: not known."""
    fen_after: NDArray[np.int64]


class Vehicles(NamedTuple):
    """What is asked of the vehicles of a timetable, and of their fares."""

    run: NDArray[np.int32]
    """Run of each connection."""
    call: NDArray[np.int64]
    """Call at which each begins."""
    depart_s: NDArray[np.int64]
    arrive_s: NDArray[np.int64]
    trip_count: int
    pattern: NDArray[np.int32]
    """Pattern of each trip."""
    first_call: NDArray[np.int64]
    """First call of each trip."""
    mode: NDArray[np.int64]
    """Mode of each pattern, a column of the kilometres ridden."""
    tariff: NDArray[np.int32]
    first_position: NDArray[np.int64]
    """First call of each pattern in `metres` and `km`."""
    metres: NDArray[np.int64]
    """Charged from the first stop of the pattern."""
    km: NDArray[np.float64]
    """Run from the first stop of the pattern."""


class Chosen(NamedTuple):
    """Distinct journeys as chosen, before they are followed."""

    origin: NDArray[np.int64]
    leave_s: NDArray[np.int64]
    arrive_s: NDArray[np.int64]
    boardings: NDArray[np.int64]
    way: NDArray[np.int64]
    entry: NDArray[np.int64]


class Followed(NamedTuple):
    """What journeys are made of (n), and their rides one after the other."""

    seconds: NDArray[np.int64]
    """n x 7, by `RIDE` ... `BORDER`."""
    way_km: NDArray[np.float64]
    ride_km: NDArray[np.float64]
    """n x modes."""
    way_fen: NDArray[np.int64]
    ride_fen: NDArray[np.int64]
    known: NDArray[np.bool_]
    """Whether every fare is known."""
    other_mode: NDArray[np.int64]
    """Changes to another mode."""
    trip: NDArray[np.int64]
    """Of each ride."""
    call_from: NDArray[np.int64]
    call_to: NDArray[np.int64]
    depart_s: NDArray[np.int64]
    way_s: NDArray[np.int64]
    """From leaving the door, or getting off the vehicle before, until ready to board each ride."""
    entry_s: NDArray[np.int64]
    """Part of it that it takes to enter the terminal where the ride begins, without the mean wait for what is known by its headway."""
    egress_s: NDArray[np.int64]
    """From the last vehicle to the end (n); 0 where none is ridden."""


@njit(cache=True)
def choose_many(  # noqa: PLR0913, PLR0917
    origins: NDArray[np.int64],
    destination: Whole,
    access: WayArrays,
    direct: WayArrays,
    profile: ProfileArrays,
    clock: Clock,
    starts: NDArray[np.int64],
    choice: ChoiceArrays,
    found: Chosen,
) -> int:
    """Write the distinct journeys of all origins to `found` (room for each origin and start); their number.

    Of equal arrivals that counts which leaves latest. Journeys without a vehicle differ if they leave at different seconds.
    """
    count = 0
    for origin in origins:
        if origin == destination:
            continue
        choose(origin, destination, access, direct, profile, clock, starts, False, choice)  # noqa: FBT003  kernels take no keywords
        for number in range(len(starts)):
            if choice.arrive_s[number] == UNREACHED:
                continue
            if (
                count
                and found.origin[count - 1] == origin
                and found.leave_s[count - 1] == choice.leave_s[number]
                and found.way[count - 1] == choice.way[number]
                and found.entry[count - 1] == choice.entry[number]
            ):
                continue
            found.origin[count] = origin
            found.leave_s[count] = choice.leave_s[number]
            found.arrive_s[count] = choice.arrive_s[number]
            found.boardings[count] = choice.boardings[number]
            found.way[count] = choice.way[number]
            found.entry[count] = choice.entry[number]
            count += 1
    return count


@njit(cache=True, inline="always")
def _follow_way(  # noqa: PLR0913, PLR0917
    ways: WayArrays,
    parts: WayParts,
    way: Whole,
    begin: Whole,
    headway_wait_s: Whole,
    clock: Clock,
    is_border: NDArray[np.bool_],
    row: Whole,
    found: Followed,
) -> Whole:
    """Add a way that is begun at a second to a journey; the second at which the wait begins."""
    finish: Whole
    # The common case is spelt out: calls with whole tuples of arrays cost more than the work.
    if len(clock.period_start_s) == 1 and ways.gate[way] < 0:
        finish = begin + ways.before_s[0, way] - headway_wait_s
        entry, out = parts.entry_s[way] - headway_wait_s, parts.exit_s[way]
        kind, km, taken = parts.kind[way], parts.km[way], finish - begin - entry - out
        found.seconds[row, TERMINAL] += out + entry
        if kind == TERMINAL or taken > 0 or km > 0:
            found.seconds[row, kind] += taken
            if kind != TERMINAL:
                found.way_km[row] += km
                if parts.fen[way] < 0:
                    found.known[row] = False
                else:
                    found.way_fen[row] += parts.fen[way]
    else:
        finish = _follow_gated(ways, parts, way, begin, headway_wait_s, clock, is_border, row, found)
    return finish


@njit(cache=True)
def _follow_gated(  # noqa: PLR0913, PLR0917
    ways: WayArrays,
    parts: WayParts,
    way: Whole,
    begin: Whole,
    headway_wait_s: Whole,
    clock: Clock,
    is_border: NDArray[np.bool_],
    row: Whole,
    found: Followed,
) -> Whole:
    """The same for every way: through a gate, or in the seconds of a period."""
    seconds = found.seconds[row]
    gate = ways.gate[way]
    finish = way_arrival(clock, ways, way, begin) - headway_wait_s
    entry = parts.entry_s[way] - headway_wait_s
    seconds[TERMINAL] += parts.exit_s[way] + entry
    at = begin + parts.exit_s[way]
    kind, km, fen = parts.kind[way], parts.km[way], parts.fen[way]
    if gate >= 0:
        near = begin + ways.before_s[period_at(clock, begin), way]
        through = pass_gate(clock, gate, near)
        if is_border[gate]:
            _add_road(kind, near - at, km, fen, row, found)
            seconds[BORDER] += through - near
        else:
            seconds[WAIT] += through - near
        at, kind, km, fen = through, parts.kind_after[way], parts.km_after[way], parts.fen_after[way]
    if kind == TERMINAL:
        seconds[TERMINAL] += finish - entry - at
    else:
        _add_road(kind, finish - entry - at, km, fen, row, found)
    return finish


@njit(cache=True, inline="always")
def _add_road(kind: Whole, taken: Whole, km: float, fen: Whole, row: Whole, found: Followed) -> None:
    """Add what is walked or driven; what takes neither time nor distance is no leg, and costs nothing."""
    if taken > 0 or km > 0:
        found.seconds[row, kind] += taken
        found.way_km[row] += km
        if fen < 0:
            found.known[row] = False
        else:
            found.way_fen[row] += fen


@njit(cache=True)
def follow(  # noqa: PLR0913, PLR0917
    chosen: Chosen,
    count: int,
    clock: Clock,
    is_border: NDArray[np.bool_],
    profile: ProfileArrays,
    vehicles: Vehicles,
    fares: FareTable,
    wait_of_point: NDArray[np.int64],
    access: WayArrays,
    access_parts: WayParts,
    transfers: WayArrays,
    transfer_parts: WayParts,
    egress: WayArrays,
    egress_parts: WayParts,
    direct: WayArrays,
    direct_parts: WayParts,
    found: Followed,
) -> None:
    """Follow the pointers of the first `count` journeys chosen; `found` begins with zeros, all fares known, and has room for all rides."""
    ride, plain = 0, len(clock.period_start_s) == 1
    for row in range(count):
        way, entry = chosen.way[row], chosen.entry[row]
        if way < 0:
            _follow_way(direct, direct_parts, -1 - way, chosen.leave_s[row], 0, clock, is_border, row, found)
            continue
        ready = _follow_way(
            access, access_parts, way, chosen.leave_s[row], wait_of_point[access.to[way]], clock, is_border, row, found
        )  # fmt: skip
        last_mode, since, entry_s = -1, chosen.leave_s[row], access_parts.entry_s[way] - wait_of_point[access.to[way]]
        while True:
            entered, left = profile.enter[entry], profile.leave[entry]
            trip = vehicles.run[entered] % vehicles.trip_count
            depart, off = vehicles.depart_s[entered], vehicles.arrive_s[left]
            call_from, call_to = vehicles.call[entered], vehicles.call[left] + 1
            pattern = vehicles.pattern[trip]
            offset = vehicles.first_position[pattern] - vehicles.first_call[trip]
            mode = vehicles.mode[pattern]
            found.seconds[row, WAIT] += depart - ready
            found.seconds[row, RIDE] += off - depart
            found.ride_km[row, mode] += vehicles.km[offset + call_to] - vehicles.km[offset + call_from]
            metres = vehicles.metres[offset + call_to] - vehicles.metres[offset + call_from]
            fen = fare_of(fares, vehicles.tariff[pattern], metres)
            if fen < 0:
                found.known[row] = False
            else:
                found.ride_fen[row] += fen
            if last_mode >= 0 and last_mode != mode:
                found.other_mode[row] += 1
            last_mode = mode
            found.trip[ride], found.call_from[ride], found.call_to[ride], found.depart_s[ride] = trip, call_from, call_to, depart
            found.way_s[ride], found.entry_s[ride] = ready - since, entry_s
            ride += 1
            step = profile.step[entry]
            if step < 0:
                found.egress_s[row] = _follow_way(egress, egress_parts, -1 - step, off, 0, clock, is_border, row, found) - off
                break
            point = transfers.to[step]
            # As `entry_from`, which seeks from the earliest: here the entry wanted may be any.
            second = off + transfers.before_s[0, step] if plain and transfers.gate[step] < 0 else way_arrival(clock, transfers, step, off)
            entry = profile.first[point]
            beyond = entry + profile.size[point]
            while beyond - entry > 1:
                middle = (entry + beyond) // 2
                if profile.ready_s[middle] >= second:
                    entry = middle
                else:
                    beyond = middle
            ready = _follow_way(transfers, transfer_parts, step, off, wait_of_point[point], clock, is_border, row, found)
            since, entry_s = off, transfer_parts.entry_s[step] - wait_of_point[point]
