"""Profile connection scan: for one destination, every departure that is worth making from every stop, in one pass.

Method: Dibbelt, Pajor, Strasser, Wagner (2018), "Connection Scan Algorithm", ACM JEA 23, section 4 (profiles, journey pointers),
with ways that pass gates and depend on the period, points in the place of stops, and boardings counted: a key holds the arrival and,
below it, the number of vehicles boarded, so that the earliest arrival with the fewest changes is the least key. Whole seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from bbwnet.routing.clock import UNREACHED, Clock, WayArrays, way_arrival

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.routing.clock import Whole

BOARDING_BITS = 6
"""A key is the arrival shifted by so many bits, plus the vehicles boarded; no journey boards 64."""


class HopArrays(NamedTuple):
    """Hops of trips from a call to the next, sorted by departure, between boarding and alighting points."""

    depart_s: NDArray[np.int64]
    arrive_s: NDArray[np.int64]
    board_point: NDArray[np.int32]
    """Where it can be boarded; -1: not at all here."""
    alight_point: NDArray[np.int32]
    """Where it can be left; -1: not at all here."""
    run: NDArray[np.int32]
    """Trip on a day."""


class ProfileArrays(NamedTuple):
    """Entries of every boarding point towards one destination, falling in time: departures worth making."""

    first: NDArray[np.int64]
    """First entry of each boarding point; it ends with its `size`."""
    size: NDArray[np.int64]
    ready_s: NDArray[np.int64]
    """Departure: who is ready by then catches it."""
    key: NDArray[np.int64]
    """Arrival and boardings."""
    enter: NDArray[np.int32]
    """Hop that is boarded."""
    leave: NDArray[np.int32]
    """Hop at whose end the vehicle is left."""
    step: NDArray[np.int32]
    """Way taken then: `-1 - way` of the egress, or the transfer."""


@njit(cache=True)
def entry_from(profile: ProfileArrays, point: Whole, second: Whole) -> Whole:
    """The entry for who is ready at a point at `second`: the one of least departure not before; -1 if there is none.

    It is sought from the entries added last, which the scan has just passed: the one wanted is seldom far from them.
    """
    first = profile.first[point]
    entry = first + profile.size[point] - 1
    while entry >= first and profile.ready_s[entry] < second:
        entry -= 1
    return entry if entry >= first else -1


@njit(cache=True)
def scan_profile(  # noqa: C901, PLR0912  one loop, spelt out for speed
    hops: HopArrays,
    run_count: int,
    transfers: WayArrays,
    egress: WayArrays,
    clock: Clock,
    profile: ProfileArrays,
) -> None:
    """Fill the profile towards a destination; `first` is given (room for all departures of each point), all else is set here.

    `transfers` lead from alighting to boarding points, changes at one stop among them; `egress` from alighting points to the
    destination. Of equal keys the vehicle is ridden on rather than changed, and left for the destination as early as may be.
    """
    profile.size[:] = 0
    # Keys fall with time: the least of a point is that of its last entry, kept here to tell at a glance that none will do.
    least = np.full(len(profile.size), UNREACHED, dtype=np.int64)
    aboard = np.full(run_count, UNREACHED, dtype=np.int64)
    leave = np.empty(run_count, dtype=np.int32)
    step = np.empty(run_count, dtype=np.int32)
    # The common case, the same seconds all day and no gate, is spelt out: calls with whole tuples of arrays cost more than the work.
    same_all_day = len(clock.period_start_s) == 1
    transfer_to, transfer_gate, transfer_s = transfers.to, transfers.gate, transfers.before_s[0]
    first, size, ready = profile.first, profile.size, profile.ready_s
    for position in range(len(hops.depart_s) - 1, -1, -1):
        vehicle = hops.run[position]
        key = aboard[vehicle]
        off_point = hops.alight_point[position]
        if off_point >= 0:
            off = hops.arrive_s[position]
            for way in range(transfers.first[off_point], transfers.first[off_point + 1]):
                point = transfer_to[way]
                if least[point] >= key:
                    continue
                second = off + transfer_s[way]
                if not same_all_day or transfer_gate[way] >= 0:
                    second = way_arrival(clock, transfers, way, off)
                entry = first[point] + size[point] - 1
                while entry >= first[point] and ready[entry] < second:
                    entry -= 1
                if entry >= first[point] and profile.key[entry] < key:
                    key, leave[vehicle], step[vehicle] = profile.key[entry], position, way
            for way in range(egress.first[off_point], egress.first[off_point + 1]):
                reached = way_arrival(clock, egress, way, off) << BOARDING_BITS
                if reached <= key:
                    key, leave[vehicle], step[vehicle] = reached, position, -1 - way
            aboard[vehicle] = key
        point = hops.board_point[position]
        if key == UNREACHED or point < 0:
            continue
        key += 1
        if least[point] <= key:
            continue
        last = profile.first[point] + profile.size[point] - 1
        if profile.size[point]:
            if profile.ready_s[last] != hops.depart_s[position]:
                last += 1
                profile.size[point] += 1
        else:
            last += 1
            profile.size[point] = 1
        profile.ready_s[last] = hops.depart_s[position]
        profile.key[last] = least[point] = key
        profile.enter[last] = position
        profile.leave[last] = leave[vehicle]
        profile.step[last] = step[vehicle]


@njit(cache=True)
def compact(profile: ProfileArrays) -> ProfileArrays:
    """The same profile without the room that was not used."""
    first = np.empty(len(profile.first), dtype=np.int64)
    first[0] = 0
    for point in range(len(profile.size)):
        first[point + 1] = first[point] + profile.size[point]
    size = first[-1]
    small = ProfileArrays(
        first,
        profile.size.copy(),
        np.empty(size, dtype=np.int64),
        np.empty(size, dtype=np.int64),
        np.empty(size, dtype=np.int32),
        np.empty(size, dtype=np.int32),
        np.empty(size, dtype=np.int32),
    )
    for point in range(len(profile.size)):
        begin, end, old = first[point], first[point + 1], profile.first[point]
        small.ready_s[begin:end] = profile.ready_s[old : old + end - begin]
        small.key[begin:end] = profile.key[old : old + end - begin]
        small.enter[begin:end] = profile.enter[old : old + end - begin]
        small.leave[begin:end] = profile.leave[old : old + end - begin]
        small.step[begin:end] = profile.step[old : old + end - begin]
    return small
