"""When a service leaves its first stop, and on which days: as given, spread over hours, and more or fewer under a headway factor.

A service has base departures: those given, or its own number of them laid over its hours. Where a headway factor (or another
number of trips a day than departures are given) asks for more, every base departure stays and further ones go into the gaps; where
it asks for fewer, some of the base departures are left. So a better service is never worse for anyone.
"""

from __future__ import annotations

import hashlib
import heapq
import math
from typing import TYPE_CHECKING

from bbwnet.network.operating_days import days_in, fewer_days, mask_of, more_days, weekly_masks
from bbwnet.scenario.schema.base import clock_seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bbwnet.scenario.schema.services import Service

SERVICE_DAY = ("06:30", "21:30")
"""Hours within which a service departs that gives no window, and that added departures fill (assumed)."""

_HASH_RANGE = 1 << 64


def departures_of(
    service: Service, clock_shift_s: int, headway_factor: float, *, backward: bool
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Departures from the first stop of one direction on the region's clock, and the weekdays of each as seven bits.

    `clock_shift_s` turns local into regional seconds; `headway_factor` is the scenario's (0.5 doubles the trips). Trips per
    week, and less than a trip a day, are rounded half up to whole trips a week (at least one), that fill departures one after
    the other; from one a day on whole trips a day are run, half up.
    """
    starts = _given(service, backward=backward)
    days = mask_of(service.days)
    if starts:
        masks = [days] * len(starts)
        # A way back with departures of its own keeps its share in the number.
        share = len(starts) / len(service.departures) if service.departures else 1.0
    else:
        masks = list(weekly_masks(service.id, _trips_a_week(service, 1.0, 1.0), service.days))
        starts = _laid_out(service, len(masks), backward=backward)
        share = 1.0
    wanted = _trips_a_week(service, headway_factor, share)
    number = math.ceil(wanted / days_in(days))
    rest = wanted - (number - 1) * days_in(days)
    if number > len(starts):
        masks = [days] * (number - 1) + [more_days(service.id, 0, rest, service.days)]
        starts = [*starts, *added_departures(starts, number - len(starts))]
    else:
        if number < len(starts):
            # Only departures of every day: what is left may not run on days that it did not run on.
            daily = [start for start, mask in zip(starts, masks, strict=True) if mask == days]
            starts, masks = chosen_departures(daily, number), [days] * number
        last = masks[-1]
        masks[-1] = (more_days if rest > days_in(last) else fewer_days)(service.id, last, rest, service.days)
    pairs = sorted(zip(starts, masks, strict=True))
    return tuple(start + clock_shift_s for start, _ in pairs), tuple(mask for _, mask in pairs)


def spread_departures(trips: int, first_s: int, last_s: int) -> tuple[int, ...]:
    """Departures spread evenly from the first to the last, both included; a single one leaves at the first."""
    if trips <= 1:
        return (first_s,)
    return tuple(first_s + round(position * (last_s - first_s) / (trips - 1)) for position in range(trips))


def assumed_departures(service: str, trips: int, first_s: int, last_s: int, *, backward: bool) -> tuple[int, ...]:
    """Departures at times not known, evenly apart: one at the same share of each of so many equal parts of the hours (assumed).

    The share is a hash of the service's identifier and direction, so that services of the same hours do not all leave together
    and every run gives the same.
    """
    digest = hashlib.sha256(f"{service} {'back' if backward else 'there'}".encode()).digest()
    share = int.from_bytes(digest[:8], "big")
    return tuple(first_s + (position * _HASH_RANGE + share) * (last_s - first_s) // (trips * _HASH_RANGE) for position in range(trips))


def added_departures(starts: Sequence[int], number: int) -> list[int]:
    """Further departures, one after the other in the middle of the longest gap, of equal gaps the earliest.

    Gaps lie on the circle of the service day: the usual one, made longer by departures before and after it. The gap after the
    last departure reaches round to the first.
    """
    opening, closing = (clock_seconds(text) for text in SERVICE_DAY)
    ordered = sorted(starts)
    opening, closing = min(opening, ordered[0]), max(closing, ordered[-1])
    circle = closing - opening
    following = [*ordered[1:], ordered[0] + circle]
    gaps = [(start - end, start) for start, end in zip(ordered, following, strict=True)]
    heapq.heapify(gaps)
    added = []
    for _ in range(number):
        negative, start = gaps[0]
        half = -negative // 2
        middle = start + half
        if middle >= closing:
            middle -= circle
        heapq.heapreplace(gaps, (-half, start))
        heapq.heappush(gaps, (negative + half, middle))
        added.append(middle)
    return added


def chosen_departures(starts: Sequence[int], number: int) -> list[int]:
    """So many of the departures, evenly chosen: the middle one of each of so many equal parts."""
    ordered = sorted(starts)
    return [ordered[(2 * position + 1) * len(ordered) // (2 * number)] for position in range(number)]


def _given(service: Service, *, backward: bool) -> list[int]:
    """Departures written down for one direction, local seconds."""
    texts = (service.return_departures or service.departures) if backward else service.departures
    return sorted(map(clock_seconds, texts))


def _laid_out(service: Service, trips: int, *, backward: bool) -> list[int]:
    """So many departures over the hours of one direction, local seconds."""
    between, within = service.between, service.within
    if backward and (service.return_between or service.return_within):
        between, within = service.return_between, service.return_within
    if between is not None:
        return list(spread_departures(trips, *map(clock_seconds, between)))
    first, last = map(clock_seconds, within or SERVICE_DAY)
    return list(assumed_departures(service.id, trips, first, last, backward=backward))


def _trips_a_week(service: Service, headway_factor: float, share: float) -> int:
    """Whole trips a week of one direction."""
    days = days_in(mask_of(service.days))
    if service.trips_per_week is not None:
        per_week = service.trips_per_week * share / headway_factor
    else:
        per_day = (service.trips_per_day or float(len(service.departures))) * share / headway_factor
        if per_day >= 1:
            # Half up, so that 2.5 trips a day count as three.
            return math.floor(per_day + 0.5) * days
        per_week = per_day * days
    return max(1, math.floor(per_week + 0.5))
