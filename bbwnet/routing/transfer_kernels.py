"""Every journey of a window towards one destination with its changes: the choice at each departure, then the profile's pointers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from bbwnet.routing.clock import UNREACHED, Clock, WayArrays, pass_gate, period_at, way_arrival, way_latest
from bbwnet.routing.departure_kernels import ChoiceArrays, choose
from bbwnet.routing.profile_kernels import HopArrays, ProfileArrays, entry_from

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.routing.clock import Whole

J_ORIGIN, J_FIRST, J_COUNT, J_LEAVE, J_ARRIVE, J_BOARDINGS, J_HOP_FIRST, J_HOP_LAST = range(8)
"""Columns of a journey: place left, position of the first wished departure that makes it, how many do, second of leaving the door,
second of arrival, vehicles boarded, hop boarded first, hop left last (-1 with no vehicle: a way all along, whose seconds are those of
its first departure)."""

JOURNEY_COLUMNS = 8

(
    E_JOURNEY, E_NUMBER, E_ALIGHT, E_BOARD, E_HOP_LEFT, E_HOP_BOARDED, E_WAY, E_OFF, E_EXIT, E_ROAD, E_ENTRY, E_WAIT, E_BORDER, E_SLACK,
) = range(14)  # fmt: skip
"""Columns of a change: journey, its place among the journey's changes, points, hops, way of transfer, second of getting off, then
seconds: out of the terminal, on the way or within the stop, into the terminal, waiting, at a border, and of delay that the change
bears."""

EVENT_COLUMNS = 14


class Changes(NamedTuple):
    """What changing needs beside the profile."""

    transfers: WayArrays
    """From alighting to boarding points."""
    exit_s: NDArray[np.int64]
    """Part of each transfer that it takes to leave the terminal."""
    entry_s: NDArray[np.int64]
    """Part that it takes to enter the next, mean waits of the headway view included."""
    headway_wait_s: NDArray[np.int64]
    """Mean wait within the entry at each boarding point, in the headway view."""
    at_border: NDArray[np.bool_]
    """Whether each gate is a border; else it is the hours of a shuttle."""


@njit(cache=True)
def trace_journeys(  # noqa: PLR0913, PLR0917
    origins: NDArray[np.int64],
    destination: Whole,
    access: WayArrays,
    direct: WayArrays,
    profile: ProfileArrays,
    hops: HopArrays,
    changes: Changes,
    clock: Clock,
    starts: NDArray[np.int64],
    fewest_changes: bool,  # noqa: FBT001
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Journeys (rows of `JOURNEY_COLUMNS`) and changes (rows of `EVENT_COLUMNS`) from each origin at all starts (seconds, rising).

    Consecutive starts that choose the same way and entry make one journey together.
    """
    count = len(starts)
    choice = ChoiceArrays(
        np.empty(count, dtype=np.int64),
        np.empty(count, dtype=np.int64),
        np.empty(count, dtype=np.int64),
        np.empty(count, dtype=np.int64),
        np.empty(count, dtype=np.int64),
    )
    journeys = np.empty((1024, JOURNEY_COLUMNS), dtype=np.int64)
    events = np.empty((1024, EVENT_COLUMNS), dtype=np.int64)
    journey_count = event_count = 0
    for row in range(len(origins)):
        origin = origins[row]
        if origin == destination:
            continue
        choose(origin, destination, access, direct, profile, clock, starts, fewest_changes, choice)
        number = 0
        while number < count:
            if choice.arrive_s[number] == UNREACHED:
                number += 1
                continue
            end = number + 1
            while end < count and choice.way[end] == choice.way[number] and choice.entry[end] == choice.entry[number]:
                end += 1
            if journey_count == len(journeys):
                journeys = _doubled(journeys)
            journey = journeys[journey_count]
            journey[J_ORIGIN] = origin
            journey[J_FIRST] = number
            journey[J_COUNT] = end - number
            journey[J_LEAVE] = choice.leave_s[number]
            journey[J_ARRIVE] = choice.arrive_s[number]
            journey[J_BOARDINGS] = choice.boardings[number]
            journey[J_HOP_FIRST] = journey[J_HOP_LAST] = -1
            entry = choice.entry[number]
            if entry >= 0:
                journey[J_HOP_FIRST] = profile.enter[entry]
                change = 0
                while profile.step[entry] >= 0:
                    if event_count == len(events):
                        events = _doubled(events)
                    event = events[event_count]
                    event[E_JOURNEY] = journey_count
                    event[E_NUMBER] = change
                    entry = _follow(profile, hops, changes, clock, entry, event)
                    event_count += 1
                    change += 1
                journey[J_HOP_LAST] = profile.leave[entry]
            journey_count += 1
            number = end
    return journeys[:journey_count].copy(), events[:event_count].copy()


@njit(cache=True)
def _doubled(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same rows with as much room again."""
    larger = np.empty((2 * len(rows), rows.shape[1]), dtype=np.int64)
    larger[: len(rows)] = rows
    return larger


@njit(cache=True)
def _follow(profile: ProfileArrays, hops: HopArrays, changes: Changes, clock: Clock, entry: Whole, event: NDArray[np.int64]) -> Whole:
    """Write the change that follows an entry, and give the entry of the vehicle changed to."""
    ways, way = changes.transfers, profile.step[entry]
    hop = profile.leave[entry]
    off = hops.arrive_s[hop]
    point = ways.to[way]
    ready = way_arrival(clock, ways, way, off)
    following: Whole = entry_from(profile, point, ready)
    at_gate: Whole = 0
    through: Whole = 0
    border: Whole = 0
    gate = ways.gate[way]
    if gate >= 0:
        at_gate = off + ways.before_s[period_at(clock, off), way]
        through = pass_gate(clock, gate, at_gate)
        if changes.at_border[gate]:
            border = through - at_gate
    entering = changes.entry_s[way] - changes.headway_wait_s[point]
    event[E_ALIGHT] = hops.alight_point[hop]
    event[E_BOARD] = point
    event[E_HOP_LEFT] = hop
    event[E_HOP_BOARDED] = profile.enter[following]
    event[E_WAY] = way
    event[E_OFF] = off
    event[E_EXIT] = changes.exit_s[way]
    event[E_ENTRY] = entering
    event[E_BORDER] = border
    # Who is ready waits for the vehicle; the mean wait of the headway view and that for a shuttle to begin are waits as well.
    event[E_WAIT] = profile.ready_s[following] - ready + changes.headway_wait_s[point] + (through - at_gate - border)
    event[E_ROAD] = profile.ready_s[following] - off - event[E_EXIT] - entering - border - event[E_WAIT]
    event[E_SLACK] = way_latest(clock, ways, way, profile.ready_s[following]) - off
    return following
