"""All that boarding knows, as flat arrays of records for its compiled calls: pieces of cohorts, queues, runs, calls, servers at doors.

A *run* is a trip on one of the simulated days: `day * trips + trip`. A *piece* is a cohort, or what is left of it after some of it found no
room. A *queue* is in order of readiness, ties by cohort: who is ready from the morning on is a sorted slice of pieces (`fresh`), who
comes by another vehicle or was left behind is in a list beside it (`head`, `tail`), and boarding merges the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numba import carray, njit, types  # type: ignore[attr-defined]  # numba has it, but does not say so
from numba.core import cgutils
from numba.extending import intrinsic

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


def _pointer_at(_: Any, address: Any) -> Any:
    """An address as a pointer, for `numba.extending.intrinsic`."""

    def generate(_: Any, builder: Any, __: Any, values: Any) -> Any:
        return builder.inttoptr(values[0], cgutils.voidptr_t)

    return types.voidptr(address), generate


_pointer: Any = intrinsic(_pointer_at)

_I4, _I8, _F8 = np.dtype("i4"), np.dtype("i8"), np.dtype("f8")


@njit(cache=True, inline="always")
def state_at(addresses: Addresses) -> BoardingState:
    """The state whose addresses these are; the caller keeps it alive."""
    a = addresses
    return BoardingState(
        carray(_pointer(a[0, 0]), (a[0, 1],), PIECE),
        carray(_pointer(a[1, 0]), (a[1, 1],), RIDE),
        carray(_pointer(a[2, 0]), (a[2, 1],), COHORT),
        carray(_pointer(a[3, 0]), (a[3, 1],), QUEUE),
        carray(_pointer(a[4, 0]), (a[4, 1],), _I4),
        carray(_pointer(a[5, 0]), (a[5, 1],), RUN),
        carray(_pointer(a[6, 0]), (a[6, 1],), TRIP),
        carray(_pointer(a[7, 0]), (a[7, 1],), CALL),
        carray(_pointer(a[8, 0]), (a[8, 1],), PATTERN),
        carray(_pointer(a[9, 0]), (a[9, 1],), _I4),
        carray(_pointer(a[10, 0]), (a[10, 1],), _F8),
        carray(_pointer(a[11, 0]), (a[11, 1], a[11, 2]), np.int16),
        carray(_pointer(a[12, 0]), (a[12, 1],), _I8),
        carray(_pointer(a[13, 0]), (a[13, 1],), _I4),
        carray(_pointer(a[14, 0]), (a[14, 1],), _I4),
        carray(_pointer(a[15, 0]), (a[15, 1],), SERVER),
        carray(_pointer(a[16, 0]), (a[16, 1],), BUSY),
        carray(_pointer(a[17, 0]), (a[17, 1],), _F8),
        carray(_pointer(a[18, 0]), (a[18, 1],), _F8),
        carray(_pointer(a[19, 0]), (a[19, 1],), END),
        carray(_pointer(a[20, 0]), (a[20, 1],), CHECKED),
        carray(_pointer(a[21, 0]), (a[21, 1],), _I8),
        carray(_pointer(a[22, 0]), (a[22, 1],), _F8),
    )
