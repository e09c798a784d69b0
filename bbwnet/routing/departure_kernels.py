"""From a profile to what becomes of every wished departure of a window, and percentiles over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from bbwnet.routing.clock import UNREACHED, Clock, WayArrays, way_arrival, way_latest
from bbwnet.routing.profile_kernels import BOARDING_BITS, ProfileArrays

if TYPE_CHECKING:
    from numpy.typing import NDArray


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


@njit(cache=True)
def _better(  # noqa: PLR0913, PLR0917  two candidates, three figures each
    arrive: int, leave: int, boardings: int, arrive_known: int, leave_known: int, boardings_known: int, fewest_changes: bool  # noqa: FBT001
) -> bool:
    """Whether a candidate beats what is known: earlier arrival, then fewer changes or later leaving, whichever is asked for first."""
    if arrive != arrive_known:
        return arrive < arrive_known
    if fewest_changes and boardings != boardings_known:
        return boardings < boardings_known
    if leave != leave_known:
        return leave > leave_known
    return boardings < boardings_known


@njit(cache=True)
def _set(choice: ChoiceArrays, number: int, arrive: int, leave: int, boardings: int, way: int, entry: int) -> None:  # noqa: PLR0913, PLR0917
    choice.arrive_s[number] = arrive
    choice.leave_s[number] = leave
    choice.boardings[number] = boardings
    choice.way[number] = way
    choice.entry[number] = entry


@njit(cache=True)
def choose(  # noqa: PLR0913, PLR0917
    origin: int,
    destination: int,
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
    for way in range(access.first[origin], access.first[origin + 1]):
        point = access.to[way]
        for entry in range(profile.first[point], profile.first[point] + profile.count[point]):
            leave = way_latest(clock, access, way, profile.ready_s[entry])
            if leave < starts[0]:
                break
            number = np.searchsorted(starts, leave, side="right") - 1
            arrive, boardings = profile.key[entry] >> BOARDING_BITS, profile.key[entry] & mask
            known = choice.arrive_s[number], choice.leave_s[number], choice.boardings[number]
            if _better(arrive, leave, boardings, known[0], known[1], known[2], fewest_changes):
                _set(choice, number, arrive, leave, boardings, way, entry)
    for number in range(len(starts) - 2, -1, -1):
        later = number + 1
        if choice.arrive_s[later] == UNREACHED:
            continue
        if _better(
            choice.arrive_s[later], choice.leave_s[later], choice.boardings[later],
            choice.arrive_s[number], choice.leave_s[number], choice.boardings[number], fewest_changes,
        ):  # fmt: skip
            _set(
                choice, number, choice.arrive_s[later], choice.leave_s[later], choice.boardings[later],
                choice.way[later], choice.entry[later],
            )  # fmt: skip
    for way in range(direct.first[origin], direct.first[origin + 1]):
        if direct.to[way] != destination:
            continue
        for number in range(len(starts)):
            arrive = way_arrival(clock, direct, way, starts[number])
            # Set out as late as the arrival allows: who would stand at a closed gate stays at home.
            leave = max(starts[number], way_latest(clock, direct, way, arrive))
            known = choice.arrive_s[number], choice.leave_s[number], choice.boardings[number]
            if _better(arrive, leave, 0, known[0], known[1], known[2], fewest_changes):
                _set(choice, number, arrive, leave, 0, -1 - way, -1)


@njit(cache=True)
def nearest_rank(percentile: float, count: int) -> int:
    """Position of a percentile among `count` sorted values by the nearest-rank rule."""
    return min(count - 1, max(0, int(np.ceil(percentile / 100 * count)) - 1))


@njit(cache=True)
def fill_percentiles(  # noqa: PLR0913, PLR0917
    origins: NDArray[np.int64],
    destination: int,
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
