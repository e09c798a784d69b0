"""All that boarding knows, as flat arrays of records for its compiled calls: pieces of cohorts, queues, runs, calls, servers at doors.

A *run* is a trip on one of the simulated days: `day * trips + trip`. A *piece* is a cohort, or what is left of it after some of it found no
room. A *queue* is in order of readiness, ties by cohort: who is ready from the morning on is a sorted slice of pieces (`fresh`), who
comes by another vehicle or was left behind is in a list beside it (`head`, `tail`), and boarding merges the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Records = NDArray[Any]

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
    """The one argument of all boarding kernels."""

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
