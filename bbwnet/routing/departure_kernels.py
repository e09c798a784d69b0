"""From a profile to what becomes of every wished departure of a window, and percentiles over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from bbwnet.routing.clock import UNREACHED, Clock, WayArrays, way_earliest, way_latest
from bbwnet.routing.profile_kernels import BOARDING_BITS, ProfileArrays

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.routing.clock import Whole


class ChoiceArrays(NamedTuple):
    """What is done at each wished departure."""

    arrive_s: NDArray[np.int64]
    """Arrival; `UNREACHED` if there is none."""
    leave_s: NDArray[np.int64]
    """When the door is left for it."""
    boardings: NDArray[np.int64]
    """Vehicles boarded; zero for a way with none."""
    way: NDArray[np.int64]
    """Access way taken; `-1 - way` of a way that leads there with no vehicle."""
    entry: NDArray[np.int64]
    """Entry of the profile; -1 for a way with no vehicle."""


@njit(cache=True, inline="always")
def _offer(
    choice: ChoiceArrays,
    number: Whole,
    arrive: Whole,
    leave: Whole,
    boardings: Whole,
    way: Whole,
    entry: Whole,
    fewest_changes: bool,  # noqa: FBT001
) -> None:
    """Take a candidate if it beats what is known: earlier arrival, then fewer changes or later leaving, whichever is asked for first."""
    if arrive > choice.arrive_s[number]:
        return
    if arrive == choice.arrive_s[number]:
        fewer = choice.boardings[number] - boardings
        later = leave - choice.leave_s[number]
        first, second = (fewer, later) if fewest_changes else (later, fewer)
        if first < 0 or (first == 0 and second <= 0):
            return
    choice.arrive_s[number] = arrive
    choice.leave_s[number] = leave
    choice.boardings[number] = boardings
    choice.way[number] = way
    choice.entry[number] = entry


@njit(cache=True)
def _offer_direct(
    origin: Whole,
    destination: Whole,
    direct: WayArrays,
    clock: Clock,
    starts: NDArray[np.int64],
    fewest_changes: bool,  # noqa: FBT001
    choice: ChoiceArrays,
) -> None:
    """Offer every start the ways with no vehicle of the timetable."""
    for way in range(direct.first[origin], direct.first[origin + 1]):
        if direct.to[way] != destination:
            continue
        same_all_day = direct.gate[way] < 0 and len(clock.period_start_s) == 1
        for number in range(len(starts)):
            leave = starts[number]
            arrive = leave + direct.before_s[0, way]
            if not same_all_day:
                arrive = way_earliest(clock, direct, way, leave)
                # Set out as late as the arrival allows: who would stand at a closed gate stays at home.
                leave = max(leave, way_latest(clock, direct, way, arrive))
            _offer(choice, number, arrive, leave, 0, -1 - way, -1, fewest_changes)


@njit(cache=True)
def choose(  # noqa: PLR0913, PLR0917
    origin: Whole,
    destination: Whole,
    access: WayArrays,
    direct: WayArrays,
    profile: ProfileArrays,
    clock: Clock,
    starts: NDArray[np.int64],
    fewest_changes: bool,  # noqa: FBT001
    choice: ChoiceArrays,
) -> None:
    """Fill the choice at each start (seconds, rising) from one place to the destination of the profile.

    `access` leads from places to boarding points, `direct` from places to places. Each entry of the profile counts for the last start
    from which it is caught; going back in time, every start then has the best of its own and what the next one has.
    """
    choice.arrive_s[:] = UNREACHED
    choice.leave_s[:] = -1
    choice.boardings[:] = 0
    choice.way[:] = 0
    choice.entry[:] = -1
    mask = (1 << BOARDING_BITS) - 1
    one_period = len(clock.period_start_s) == 1
    for way in range(access.first[origin], access.first[origin + 1]):
        point = access.to[way]
        # The common case is spelt out: calls with whole tuples of arrays cost more than the work.
        same_all_day = one_period and access.gate[way] < 0
        for entry in range(profile.first[point], profile.first[point] + profile.size[point]):
            leave = profile.ready_s[entry] - access.before_s[0, way]
            if not same_all_day:
                leave = way_latest(clock, access, way, profile.ready_s[entry])
            if leave < starts[0]:
                break
            number = np.searchsorted(starts, leave, side="right") - 1
            key = profile.key[entry]
            _offer(choice, number, key >> BOARDING_BITS, leave, key & mask, way, entry, fewest_changes)
    for earlier in range(len(starts) - 2, -1, -1):
        known = earlier + 1
        if choice.arrive_s[known] != UNREACHED:
            _offer(
                choice, earlier, choice.arrive_s[known], choice.leave_s[known], choice.boardings[known],
                choice.way[known], choice.entry[known], fewest_changes,
            )  # fmt: skip
    _offer_direct(origin, destination, direct, clock, starts, fewest_changes, choice)


@njit(cache=True)
def nearest_rank(percentile: float, count: int) -> int:
    """Position of a percentile among `count` sorted values by the nearest-rank rule."""
    return min(count - 1, max(0, int(np.ceil(percentile * count / 100)) - 1))


@njit(cache=True)
def fill_percentiles(  # noqa: PLR0913, PLR0917
    origins: NDArray[np.int64],
    destination: Whole,
    access: WayArrays,
    direct: WayArrays,
    profile: ProfileArrays,
    clock: Clock,
    starts: NDArray[np.int64],
    percentiles: NDArray[np.float64],
    planned: bool,  # noqa: FBT001
    choice: ChoiceArrays,
    minutes: NDArray[np.float32],
    reached_share: NDArray[np.float32],
) -> None:
    """Percentiles of minutes (n origins x n percentiles) to one destination, and the share of starts that arrive (n origins).

    Minutes count from the start, or with `planned` from leaving. A start that does not arrive counts as infinite before the percentile
    is taken and as not-a-number after.
    """
    count = len(starts)
    seconds = np.empty(count, dtype=np.int64)
    for row in range(len(origins)):
        if origins[row] == destination:
            minutes[row, :] = 0
            reached_share[row] = 1
            continue
        choose(origins[row], destination, access, direct, profile, clock, starts, not planned, choice)
        reached = 0
        for number in range(count):
            if choice.arrive_s[number] == UNREACHED:
                seconds[number] = UNREACHED
            else:
                seconds[number] = choice.arrive_s[number] - (choice.leave_s[number] if planned else starts[number])
                reached += 1
        seconds.sort()
        for column in range(len(percentiles)):
            value = seconds[nearest_rank(percentiles[column], count)]
            minutes[row, column] = np.nan if value == UNREACHED else value / 60
        reached_share[row] = reached / count


@njit(cache=True)
def fill_day_ends(  # noqa: PLR0913, PLR0917
    origins: NDArray[np.int64],
    destination: Whole,
    access: WayArrays,
    direct: WayArrays,
    profile: ProfileArrays,
    clock: Clock,
    starts: NDArray[np.int64],
    home_by: Whole,
    choice: ChoiceArrays,
    first_arrival_s: NDArray[np.int64],
    last_leave_s: NDArray[np.int64],
) -> None:
    """Arrival of the first start, and the latest second to leave for an arrival not after `home_by` (n origins each).

    `UNREACHED` and -1 where there is none; of equal arrivals that counts which leaves latest.
    """
    for row in range(len(origins)):
        if origins[row] == destination:
            first_arrival_s[row] = starts[0]
            last_leave_s[row] = starts[np.searchsorted(starts, home_by, side="right") - 1] if starts[0] <= home_by else -1
            continue
        choose(origins[row], destination, access, direct, profile, clock, starts, False, choice)  # noqa: FBT003  kernels take no keywords
        first_arrival_s[row] = choice.arrive_s[0]
        last_leave_s[row] = -1
        for number in range(len(starts)):
            if choice.arrive_s[number] <= home_by:
                last_leave_s[row] = max(last_leave_s[row], choice.leave_s[number])
