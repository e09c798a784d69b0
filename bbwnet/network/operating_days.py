"""On which days of the week the trips of a service run, as seven bits a trip: bit 0 is Monday, bit 6 Sunday.

The day is that of the trip's first departure on the clock of its first stop; what runs on past midnight stays with it.
"""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING, get_args

from bbwnet.scenario.schema.services import Weekday

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WEEKDAYS: tuple[str, ...] = get_args(Weekday)
"""Names of the days as services give them, Monday first."""

WEEK = len(WEEKDAYS)

EVERY_DAY = (1 << WEEK) - 1


def mask_of(days: Iterable[str]) -> int:
    """Bits of named weekdays; of none: every day."""
    return sum(1 << WEEKDAYS.index(day) for day in set(days)) or EVERY_DAY


def days_in(mask: int) -> int:
    """Number of days in a mask."""
    return mask.bit_count()


def weekly_masks(service: str, trips: int, days: Sequence[str]) -> tuple[int, ...]:
    """Days of each departure of a service with so many trips a week, as few departures as hold them.

    Every departure but the last runs on all of the service's days; the last makes up the number on some of them, as evenly
    apart as whole days allow. Which days those are no source says: they are turned by a hash of the service's identifier, so
    that services do not all fall on Monday and every run gives the same (assumed).
    """
    running = [position for position in range(WEEK) if mask_of(days) >> position & 1]
    departures = math.ceil(trips / len(running))
    rest = trips - (departures - 1) * len(running)
    turn = _turn(service, len(running))
    chosen = [running[(number * len(running) // rest + turn) % len(running)] for number in range(rest)]
    return (mask_of(days),) * (departures - 1) + (sum(1 << day for day in chosen),)


def more_days(service: str, mask: int, number: int, days: Sequence[str]) -> int:
    """The days of a mask and as many of the service's others as make up the number, each in the longest gap that is left.

    Every number adds to the days of the one below it. Of equal gaps the first after a day that the service's hash turns to.
    """
    running = [position for position in range(WEEK) if mask_of(days) >> position & 1]
    turn = _turn(service, len(running))
    taken = [position for position, day in enumerate(running) if mask >> day & 1]
    if not taken and number:
        taken.append(turn)
    while len(taken) < number:
        taken.sort(key=lambda position: (position - turn) % len(running))
        gaps = [(end - start) % len(running) or len(running) for start, end in zip(taken, [*taken[1:], taken[0]], strict=True)]
        longest = gaps.index(max(gaps))
        taken.append((taken[longest] + gaps[longest] // 2) % len(running))
    return sum(1 << running[position] for position in taken)


def fewer_days(service: str, mask: int, number: int, days: Sequence[str]) -> int:
    """So many of the days of a mask, evenly chosen; from all of the service's days those that it would have by itself."""
    if mask == mask_of(days):
        return weekly_masks(service, number, days)[0]
    turn = _turn(service, WEEK)
    kept = sorted((position for position in range(WEEK) if mask >> position & 1), key=lambda position: (position - turn) % WEEK)
    return sum(1 << kept[(2 * position + 1) * len(kept) // (2 * number)] for position in range(number))


def _turn(service: str, days: int) -> int:
    """A number of days that differs between services and is the same in every run."""
    return int.from_bytes(hashlib.sha256(service.encode()).digest()[:8], "big") % days
