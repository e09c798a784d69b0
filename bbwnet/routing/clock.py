"""Time along a way: seconds that depend on the period of the day, and gates that open and close (border crossings).

Everything a kernel needs travels in two named tuples of arrays, so that kernels keep few arguments and one signature each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles
from bbwnet.scenario.schema.base import DAY_SECONDS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Whole = int | np.integer[Any]

UNREACHED = 2**63 - 1
"""Second of what is not reached."""


class Clock(NamedTuple):
    """Periods of the day and gates; seconds on the region's clock."""

    period_start_s: NDArray[np.int64]
    """Second of the day at which each period begins, rising from zero."""
    gate_open_s: NDArray[np.int64]
    """Second of the day at which each gate opens."""
    gate_span_s: NDArray[np.int64]
    """Seconds that it stays open; a whole day or more: always."""
    gate_dwell_s: NDArray[np.int64]
    """Seconds to pass it."""


class WayArrays(NamedTuple):
    """Ways grouped by where they begin (a row), each `before`, then perhaps a gate, then `after`."""

    first: NDArray[np.int64]
    """First way of each row (n rows + 1)."""
    to: NDArray[np.int32]
    """Where each way leads: a point, or a place."""
    before_s: NDArray[np.int64]
    """Seconds up to the gate, or of the whole way (n periods x n ways)."""
    gate: NDArray[np.int32]
    """Gate passed; -1: none."""
    after_s: NDArray[np.int64]
    """Seconds after the gate (n periods x n ways)."""


@njit(cache=True)
def pass_gate(clock: Clock, gate: Whole, second: Whole) -> Whole:
    """Second at which who comes to a gate at `second` is through it; who comes while it is closed waits."""
    span = clock.gate_span_s[gate]
    if span < DAY_SECONDS:
        since = (second - clock.gate_open_s[gate]) % DAY_SECONDS
        if since > span:
            second += DAY_SECONDS - since
    through: Whole = second + clock.gate_dwell_s[gate]
    return through


@njit(cache=True)
def latest_at_gate(clock: Clock, gate: Whole, second: Whole) -> Whole:
    """Latest second to come to a gate so as to be through it at `second`."""
    second -= clock.gate_dwell_s[gate]
    span = clock.gate_span_s[gate]
    if span < DAY_SECONDS:
        since = (second - clock.gate_open_s[gate]) % DAY_SECONDS
        if since > span:
            second -= since - span
    return second


@njit(cache=True)
def period_at(clock: Clock, second: Whole) -> Whole:
    """Period of the day that a second lies in."""
    starts = clock.period_start_s
    period = len(starts) - 1
    if period:
        of_day = second % DAY_SECONDS
        while starts[period] > of_day:
            period -= 1
    return period


@njit(cache=True)
def latest_start(clock: Clock, seconds: NDArray[np.int64], way: Whole, target: Whole, until: Whole) -> Whole:
    """Latest second, not after `until`, to set out so as to arrive at `target` or before, where the way takes `seconds[period, way]`."""
    starts = clock.period_start_s
    if len(starts) == 1:
        only: Whole = min(target - seconds[0, way], until)
        return only
    # Backwards from the last day: the first period that allows it is the latest, and one that ends early enough always does.
    midnight = until - until % DAY_SECONDS
    while True:
        for period in range(len(starts) - 1, -1, -1):
            begin = midnight + starts[period]
            end = midnight + (starts[period + 1] if period + 1 < len(starts) else DAY_SECONDS)
            start: Whole = min(target - seconds[period, way], end - 1, until)
            if start >= begin:
                return start
        midnight -= DAY_SECONDS


@njit(cache=True)
def way_arrival(clock: Clock, ways: WayArrays, way: Whole, second: Whole) -> Whole:
    """Second of arrival at the end of a way when setting out at `second`."""
    second += ways.before_s[period_at(clock, second), way]
    gate = ways.gate[way]
    if gate >= 0:
        second = pass_gate(clock, gate, second)
        second += ways.after_s[period_at(clock, second), way]
    arrival: Whole = second
    return arrival


@njit(cache=True)
def way_latest(clock: Clock, ways: WayArrays, way: Whole, target: Whole) -> Whole:
    """Latest second to set out on a way so as to arrive at `target` or before."""
    gate = ways.gate[way]
    if gate < 0:
        ungated: Whole = latest_start(clock, ways.before_s, way, target, target)
        return ungated
    through = latest_start(clock, ways.after_s, way, target, target)
    starts = clock.period_start_s
    if len(starts) == 1:
        only: Whole = latest_at_gate(clock, gate, through) - ways.before_s[0, way]
        return only
    # Who must be at the gate before it closes is through it earlier than need be, perhaps in a period that takes longer after it: then
    # no such start will do, and the one sought is through the gate earlier still.
    midnight = through - through % DAY_SECONDS
    while True:
        for period in range(len(starts) - 1, -1, -1):
            begin = midnight + starts[period]
            end = midnight + (starts[period + 1] if period + 1 < len(starts) else DAY_SECONDS)
            bound = through
            while True:
                start: Whole = min(latest_at_gate(clock, gate, bound) - ways.before_s[period, way], end - 1)
                if start < begin:
                    break
                passed = pass_gate(clock, gate, start + ways.before_s[period, way])
                if passed + ways.after_s[period_at(clock, passed), way] <= target:
                    return start
                bound = latest_start(clock, ways.after_s, way, target, passed - 1)
        midnight -= DAY_SECONDS


@njit(cache=True)
def way_earliest(clock: Clock, ways: WayArrays, way: Whole, second: Whole) -> Whole:
    """Earliest arrival of who may set out at `second` or later: it may pay to wait for a period in which the way takes less."""
    late = way_arrival(clock, ways, way, second)
    same_day = second // DAY_SECONDS == late // DAY_SECONDS
    if len(clock.period_start_s) == 1 or (same_day and period_at(clock, second) == period_at(clock, late)):
        return late
    early = second
    while early < late:
        middle = (early + late) // 2
        if way_latest(clock, ways, way, middle) >= second:
            late = middle
        else:
            early = middle + 1
    return late
