"""All that boarding knows, as flat arrays of records for its compiled calls: pieces of cohorts, queues, runs, calls, servers at doors.

A *run* is a trip on one of the simulated days: `day * trips + trip`. A *piece* is a cohort, or what is left of it after some of it found no
room. A *queue* is in order of readiness, ties by cohort: who is ready from the morning on is a sorted slice of pieces (`fresh`), who
comes by another vehicle or was left behind is in a list beside it (`head`, `tail`), and boarding merges the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numba import from_dtype, types
from numba.extending import intrinsic
from numba.np.arrayobj import make_array, populate_array

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Records = NDArray[Any]
    Addresses = NDArray[np.int64]

NONE = -1

PIECE = np.dtype(
    [
        ("count", "f8"),  # persons; 0: gone
        ("ready_s", "f8"),  # since when they wait; before the checks: when they come to the door
        ("cohort", "i4"),
        ("ride", "i4"),  # which of all rides they are on or wait for
        ("day", "i4"),
        ("run", "i4"),  # booked; NONE: whichever comes
        ("from_position", "i4"),  # where they board and leave, counted along the pattern
        ("to_position", "i4"),
        ("stop", "i4"),  # where they wait
        ("rebooked", "i4"),  # whether the run is another than planned
        ("next", "i4"),
        ("before", "i4"),
    ]
)
RIDE = np.dtype(
    [
        ("way_s", "f8"),
        ("entry_s", "f8"),
        ("check_s", "f8"),
        ("early_s", "f8"),  # how much sooner than need be they come to the door
        ("trip", "i4"),
        ("day", "i4"),
        ("from_position", "i4"),
        ("to_position", "i4"),
        ("stop", "i4"),
        ("target", "i4"),  # node of getting off
    ]
)
COHORT = np.dtype(
    [
        ("count", "f8"),
        ("leave_s", "f8"),
        ("arrive_s", "f8"),
        ("egress_s", "f8"),
        ("first_ride", "i4"),
        ("last_ride", "i4"),
        # What became of it on the days that count, in persons and person-seconds.
        ("entered", "f8"),
        ("arrived", "f8"),
        ("gave_up", "f8"),
        ("changes", "f8"),
        ("missed", "f8"),
        ("wait_s", "f8"),
        ("late_s", "f8"),
    ]
)
QUEUE = np.dtype([("fresh", "i4"), ("fresh_end", "i4"), ("head", "i4"), ("tail", "i4")])
RUN = np.dtype(
    [
        ("capacity", "f8"),
        ("load", "f8"),
        ("late_s", "f8"),  # as last seen
        ("boardings", "f8"),
        ("left_behind", "f8"),
        ("most", "f8"),  # on board at once
        ("left", "i4"),  # calls that it has left
        ("reached", "i4"),  # calls that it has come to
        ("end", "i4"),  # position of the last call that it serves; NONE: it does not run
    ]
)
TRIP = np.dtype([("first_call", "i4"), ("calls", "i4"), ("pattern", "i4")])
CALL = np.dtype(
    [
        ("arrive_s", "f8"),
        ("depart_s", "f8"),
        ("stop", "i4"),
        ("server", "i4"),  # checks at the door; NONE
        # Sums over the days that count.
        ("boardings", "f8"),
        ("alightings", "f8"),
        ("left_behind", "f8"),
        ("missed", "f8"),
        ("stranded", "f8"),  # of those left behind or late, who get no further that day
        ("gave_up", "f8"),
    ]
)
PATTERN = np.dtype(
    [
        ("patience_s", "f8"),
        ("cut_off_s", "f8"),
        ("first_trip", "i4"),
        ("trips", "i4"),
        ("mode", "i4"),
        ("queue", "i4"),  # first queue of a line that takes whoever waits; NONE: booked
    ]
)
SERVER = np.dtype(
    [
        ("lanes", "f8"),
        ("service_s", "f8"),
        ("first", "i4"),  # where its lanes at work begin, among `busy`
        ("head", "i4"),
        ("size", "i4"),
        ("calendar", "i4"),  # first piece of its calendar
        ("calendar_end", "i4"),
    ]
)
BUSY = np.dtype([("free_s", "f8"), ("lanes", "f8")])
END = np.dtype([("count", "f8"), ("second", "f8"), ("cohort", "i4"), ("day", "i4"), ("stop", "i4"), ("why", "i4")])
CHECKED = np.dtype([("arrive_s", "f8"), ("start_s", "f8"), ("leave_s", "f8"), ("count", "f8"), ("server", "i4"), ("cohort", "i4")])

ARRIVED, GAVE_UP, IMPATIENT = range(3)
"""Why a piece ended: it arrived; nothing goes any more; what goes, goes too late for its patience."""

(
    N_TRIPS, N_CALLS, N_DAYS, FIRST_DAY, USED, FREE, ENDED, CHECKS, BOOKED_QUEUES, DOOR_QUEUES, NOT_RUNNING,
) = range(11)  # fmt: skip
"""Counters: trips and calls of a day, days, the first of them, pieces ever made, head of the list of free ones, ends noted, visits to
checks noted, first queue of booked runs, first queue at a door, bookings of trips that do not run that day."""
COUNTERS = 11

IN, OUT, UP, OUT_S, UP_S, LATEST_S = range(6)
"""Totals: persons that set out, arrived, gave up; person-seconds of those who arrived and gave up; longest delay of a run so far."""
TOTALS = 6


class BoardingState(NamedTuple):
    """All records; kernels take their addresses (`addresses`) and make it anew where they look."""

    pieces: Records
    rides: Records
    cohorts: Records
    queues: Records
    """Those of lines that take whoever waits, then of each call of each run, then at the doors."""
    runs_left: NDArray[np.int32]
    """Runs still to come for each queue of the first kind."""
    runs: Records
    trips: Records
    calls: Records
    """Of the trips of a day."""
    patterns: Records
    aboard: NDArray[np.int32]
    """First piece to get off at each call of each run."""
    booked: NDArray[np.float64]
    """Persons booked from each call of each run to the next."""
    position: NDArray[np.int16]
    """Patterns x nodes: where one may leave a pattern at a node; NONE."""
    stop_first: NDArray[np.int64]
    """First row of each node in the two below (nodes + 1)."""
    stop_pattern: NDArray[np.int32]
    """Patterns that may be boarded at a node, and the position there."""
    stop_position: NDArray[np.int32]
    servers: Records
    busy: Records
    calendar_s: NDArray[np.float64]
    calendar_speed: NDArray[np.float64]
    ends: Records
    checked: Records
    counters: NDArray[np.int64]
    totals: NDArray[np.float64]

    def addresses(self) -> Addresses:
        """Where each array begins, how long and how wide it is (fields x 3): good until an array is replaced, and while the state lives.

        A compiled call takes 50 ns for one array and 100 ns for each further: with the state itself it would take longer than boarding.
        """
        return np.array([(item.ctypes.data, len(item), item.size // max(len(item), 1)) for item in self], dtype=np.int64)


_structure: Any = make_array
_fill: Any = populate_array


def _accessor(row: int, kind: Any, dimensions: int = 1) -> Any:
    """What makes the array of a row of `addresses` anew inside a kernel, which keeps no reference; its memory must stay alive.

    Each kernel makes only the arrays that it uses: one that made them all took seconds to compile, each time it was called.
    """
    array = types.Array(from_dtype(np.dtype(kind)), dimensions, "C")
    item_bytes = np.dtype(kind).itemsize

    def typed(_: Any, addresses: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            source = _structure(signature.args[0])(context, builder, values[0])
            start, length, width = (
                builder.load(builder.gep(source.data, [context.get_constant(types.intp, _COLUMNS * row + column)]))
                for column in range(_COLUMNS)
            )
            size = context.get_constant(types.intp, item_bytes)
            shape, strides = [length], [size]
            if dimensions > 1:
                shape, strides = [length, width], [builder.mul(width, size), size]
            found = _structure(array)(context, builder)
            data = builder.inttoptr(start, found.data.type)
            _fill(found, data=data, shape=shape, strides=strides, itemsize=size, meminfo=None)
            return found._getvalue()  # noqa: SLF001  numba's own way of passing a structure on

        return array(addresses), generate

    return intrinsic(typed)


_COLUMNS = 3
"""Of `addresses`."""

(
    pieces_of, rides_of, cohorts_of, queues_of, runs_left_of, runs_of, trips_of, calls_of, patterns_of, aboard_of, booked_of,
) = (
    _accessor(row, kind) for row, kind in enumerate((PIECE, RIDE, COHORT, QUEUE, "i4", RUN, TRIP, CALL, PATTERN, "i4", "f8"))
)  # fmt: skip
position_of = _accessor(11, "i2", dimensions=2)
(
    stop_first_of, stop_pattern_of, stop_position_of, servers_of, busy_of, calendar_s_of, calendar_speed_of, ends_of, checked_of,
    counters_of, totals_of,
) = (
    _accessor(row, kind) for row, kind in enumerate(("i8", "i4", "i4", SERVER, BUSY, "f8", "f8", END, CHECKED, "i8", "f8"), start=12)
)  # fmt: skip
"""Each array of the state whose addresses a kernel has; the caller keeps the state alive."""
