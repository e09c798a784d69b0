"""What the kernels of road traffic read and change, as plain arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Rows = NDArray[np.int32]
Bytes = NDArray[np.int8]

TO_SET_OUT, UNDER_WAY, ARRIVED, GAVE_UP = range(4)
"""States of a cohort."""
AT_END, AT_LANES, AT_QUAY = range(3)
"""What the next event of a cohort is: the end of its arc, the lanes before an arc, the quay of a ferry."""
DONE, NEEDS_TREE, NEEDS_ROOM, TOO_MANY_PIECES = range(4)
"""Why the kernel came back: all events until the moment are done; it wants a tree; an array is full; a cohort is too many for its lanes."""


class RoadArrays(NamedTuple):
    """Arcs (n), nodes and calendars; none of it changes."""

    tail: Rows
    head: Rows
    no_through: NDArray[np.bool_]
    first_into: Ints
    """Where the arcs into each node begin in `into` (nodes + 1)."""
    into: Rows
    seconds: Floats
    """Classes x groups x n."""
    mean_seconds: Floats
    """The mean of the day, by which ways round are looked for (classes x n)."""
    group_of_hour: Ints
    pcu: Floats
    second_per_pcu: Floats
    """Seconds in which the end of the arc lets one pcu through; 0: any number."""
    room_pcu: Floats
    """What stands on the arc at most; infinite without spill-back."""
    calendar: Rows
    """Row of the arc's calendar, -1: always open."""
    calendar_first: Ints
    calendar_s: Floats
    calendar_speed: Floats
    epoch_s: Floats
    """Moments at which any calendar changes; the first is minus infinity."""
    patience_s: float
    give_up_s: float
    unblock_s: float
    spill: bool


class LaneArrays(NamedTuple):
    """Servers of lanes (v) and the stations at which they stand (q)."""

    station: Rows
    """Station before each arc for each class (classes x n), -1: none."""
    server: Rows
    """Server of who stops and of who pays electronically (q x 2)."""
    share: Floats
    """Share that goes to the second server (q)."""
    choice: Floats
    """Uniform numbers that say who does (q x m), taken by number of the cohort."""
    calendar_first: Ints
    calendar_s: Floats
    calendar_speed: Floats
    draw_first: Ints
    """Where the service times of each server begin (v + 1), taken by number of the cohort."""
    draw_s: Floats
    mean_s: Floats
    """Mean service (v): that of a cohort of many is nearer to it than that of one."""


class LaneState(NamedTuple):
    """Groups of lanes that become free together, as heaps (v x room)."""

    level_s: Floats
    lanes: Floats
    groups: Ints


class Cohorts(NamedTuple):
    """Cohorts, those before `count` of the day; the arrays have room for more."""

    number: Ints
    """Names the cohort for good."""
    path: Rows
    position: Ints
    """Place in `path_arc` of the arc that it takes next."""
    road_class: Bytes
    vehicles: Floats
    depart_s: Floats
    destination: Rows
    """Node."""
    arc: Rows
    """Arc on which it is, or before whose lanes or quay it stands; n and more: it waits before arc - n to get onto it."""
    state: Bytes
    event: Bytes
    """`AT_END`, `AT_LANES` or `AT_QUAY`."""
    tree: Rows
    """Tree that it follows since it left its path, -1: none."""
    joined_s: Floats
    """When it joined the queue that it stands in."""
    arrive_s: Floats
    """When it arrived or gave up; infinite before."""
    behind: Rows
    """Cohort behind it in the queue of its arc, -1: none (spill-back)."""


class Queues(NamedTuple):
    """Ends of arcs (2 n with spill-back: those from n on are the ways onto them)."""

    free_s: Floats
    """When the end lets the next one through."""
    occupied_pcu: Floats
    queued_pcu: Floats
    first: Rows
    last: Rows
    head_event: Ints
    """Sequence number of the event that tries to let the first one go, -1: none."""
    waits_for: Rows
    """Arc that is full, -1: none."""
    blocked_s: Floats


class Events(NamedTuple):
    """The heap of events, by second and then in the order in which they were made."""

    second: Floats
    sequence: Ints
    what: Rows
    """Cohort; below 0: -1 - the arc whose first one may go."""


class Tally(NamedTuple):
    """What is counted by arc and hour (n x hours), and visits."""

    vehicles: Floats
    """n x hours x classes, in the hour in which they come onto the arc."""
    delay_s: Floats
    """Vehicle-seconds in the queue, by the hour in which it was joined."""
    queue_pcu_s: Floats
    """By the hours in which they were spent."""
    queue_max_pcu: Floats
    left: Floats
    """Vehicles that left the queue, by the hour in which they had joined it."""
    watched: Rows
    """Server number of an arc whose visits are kept, -1: none."""
    server: Rows
    """Visits: server, then moments and units."""
    arrive_s: Floats
    start_s: Floats
    leave_s: Floats
    units: Floats


class Quay(NamedTuple):
    """Cohorts that have come to ferries since last asked."""

    is_ferry: NDArray[np.bool_]
    """Arcs before which vehicles wait for a ship (n)."""
    second: Floats
    cohort: Rows


SIZE, NEXT_OUT, HEAP, SEQUENCE, VISITS, AT_QUAYS, SQUEEZED, WANT_EPOCH, WANT_CLASS, WANT_NODE, LENGTH = range(11)
"""Places in the array of single numbers that kernels change: cohorts, the next that sets out, events, events ever made, visits, arrivals at
quays, cohorts let onto full arcs, and the tree that is wanted; last its length."""
