"""Road searches in whole seconds: from one origin at a time, a queue of buckets, and only the nodes that are reached are touched.

Method: Dial (1969), "Algorithm 360: shortest-path forest with topological ordering", CACM 12 (11): a ring of buckets, one a second,
a little longer than the longest arc. A node that is reached sooner is put in again, and its older entry is passed over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles

if TYPE_CHECKING:
    from numpy.typing import NDArray

UNREACHED = 2**30 - 1
"""Seconds of a node that is not reached: 34 years. Twice as much is still an int32, so that two are added without a test."""

LONGEST_ARC_S = 2**20 - 2
"""Longest arc, 12 days: what the ring of buckets is made for at most."""

NONE = -1
"""Where a list ends."""
ENTRY = 3
"""Numbers of an entry of the queue: node, seconds, next entry of its bucket."""


def ring_of_buckets(longest_s: int) -> NDArray[np.int32]:
    """Empty buckets for arcs of up to `longest_s` seconds: a power of two of them, more than the longest arc has seconds."""
    return np.full(1 << int(longest_s + 1).bit_length(), NONE, dtype=np.int32)


@njit(cache=True)
def _search(  # noqa: C901, PLR0912, PLR0913, PLR0917  the inner loop of every search: its arrays one by one
    first_arc: NDArray[np.int32],
    arc: NDArray[np.int32],
    start: int,
    origin: int,
    limit_s: int,
    is_goal: NDArray[np.bool_],
    goals: int,
    label_s: NDArray[np.int32],
    bucket: NDArray[np.int32],
    entry: NDArray[np.int32],
    reached: NDArray[np.int32],
) -> int:
    """Label every node within `limit_s` of the origin; return how many, listed in `reached` as they were first seen.

    `arc` holds head and seconds of the arcs by turns. Ways leave from `start`, which is a node apart if no way may pass the origin.
    Ends early once `goals` nodes marked in `is_goal` are final (-1: never); other labels are not final then. `label_s` and `bucket`
    must be empty before; the buckets are afterwards, the labels are left to the caller.
    """
    last = len(bucket) - 1
    count, used, free, waiting, place = 0, 0, NONE, 0, 0
    for node in (start, origin):
        if label_s[node] == UNREACHED:
            label_s[node] = 0
            reached[count] = node
            entry[used], entry[used + 1], entry[used + 2] = node, 0, bucket[0]
            bucket[0] = used
            count += 1
            waiting += 1
            used += ENTRY
    while waiting > 0:
        taken = bucket[place]
        if taken == NONE:
            place = (place + 1) & last
            continue
        node, here_s = entry[taken], entry[taken + 1]
        bucket[place] = entry[taken + 2]
        entry[taken + 2] = free
        free = taken
        waiting -= 1
        if label_s[node] != here_s:  # reached sooner since
            continue
        if goals >= 0 and is_goal[node]:
            goals -= 1
            if goals == 0:
                break
        for position in range(first_arc[node], first_arc[node + 1]):
            head = arc[2 * position]
            there_s = here_s + arc[2 * position + 1]
            if there_s > limit_s or there_s >= label_s[head]:
                continue
            if label_s[head] == UNREACHED:
                reached[count] = head
                count += 1
            label_s[head] = there_s
            if free == NONE:
                put = used
                used += ENTRY
            else:
                put = free
                free = entry[free + 2]
            entry[put], entry[put + 1], entry[put + 2] = head, there_s, bucket[there_s & last]
            bucket[there_s & last] = put
            waiting += 1
    if waiting > 0:
        bucket[:] = NONE
    return count


@njit(cache=True)
def search_to_each(
    first_arc: NDArray[np.int32],
    arc: NDArray[np.int32],
    starts: NDArray[np.int32],
    origins: NDArray[np.int32],
    destinations: NDArray[np.int32],
    limit_s: int,
    bucket: NDArray[np.int32],
    seconds: NDArray[np.int32],
) -> None:
    """Fill `seconds` (origins × destinations): least seconds, `UNREACHED` where there is no way within the limit."""
    node_count = len(first_arc) - 1
    label_s = np.full(node_count, UNREACHED, dtype=np.int32)
    reached = np.empty(node_count, dtype=np.int32)
    entry = np.empty(ENTRY * (len(arc) // 2 + 2), dtype=np.int32)
    is_goal = np.zeros(node_count, dtype=np.bool_)
    goals = 0
    for node in destinations:
        goals += not is_goal[node]
        is_goal[node] = True
    for row in range(len(origins)):
        count = _search(first_arc, arc, starts[row], origins[row], limit_s, is_goal, goals, label_s, bucket, entry, reached)
        for column in range(len(destinations)):
            seconds[row, column] = label_s[destinations[column]]
        for number in range(count):
            label_s[reached[number]] = UNREACHED


@njit(cache=True)
def _with_room(values: NDArray[np.int32], used: int, room: int) -> NDArray[np.int32]:
    """A longer array that begins with the values in use."""
    longer = np.empty(room, dtype=np.int32)
    longer[:used] = values[:used]
    return longer


@njit(cache=True)
def search_within(
    first_arc: NDArray[np.int32],
    arc: NDArray[np.int32],
    starts: NDArray[np.int32],
    origins: NDArray[np.int32],
    name: NDArray[np.int32],
    limit_s: int,
    bucket: NDArray[np.int32],
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """Return the names of the nodes within the limit of every origin and their seconds; those of origin `i` are `first[i]:first[i + 1]`.

    The system gives memory when it is written to: the rest of the room that is made for results takes none.
    """
    node_count = len(first_arc) - 1
    label_s = np.full(node_count, UNREACHED, dtype=np.int32)
    reached = np.empty(node_count, dtype=np.int32)
    entry = np.empty(ENTRY * (len(arc) // 2 + 2), dtype=np.int32)
    is_goal = np.zeros(0, dtype=np.bool_)
    first = np.zeros(len(origins) + 1, dtype=np.int64)
    names, seconds = np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32)
    for row in range(len(origins)):
        count = _search(first_arc, arc, starts[row], origins[row], limit_s, is_goal, -1, label_s, bucket, entry, reached)
        used = first[row]
        if used + count > len(names):  # as much for every origin to come as for those until now, and half as much again
            room = used + count + (used + count) * (len(origins) - row) * 3 // (2 * (row + 1))
            names, seconds = _with_room(names, used, room), _with_room(seconds, used, room)
        for number in range(count):
            node = reached[number]
            if node != starts[row] or node == origins[row]:
                names[used] = name[node]
                seconds[used] = label_s[node]
                used += 1
            label_s[node] = UNREACHED
        first[row + 1] = used
    return first, names[: first[-1]], seconds[: first[-1]]


@njit(cache=True)
def search_sums(
    first_arc: NDArray[np.int32],
    arc: NDArray[np.int32],
    starts: NDArray[np.int32],
    origins: NDArray[np.int32],
    limits_s: NDArray[np.int64],
    weight: NDArray[np.float64],
    bucket: NDArray[np.int32],
    sums: NDArray[np.float64],
) -> None:
    """Add to `sums` (origins × limits) the weight of the nodes within each limit of every origin."""
    node_count = len(first_arc) - 1
    label_s = np.full(node_count, UNREACHED, dtype=np.int32)
    reached = np.empty(node_count, dtype=np.int32)
    entry = np.empty(ENTRY * (len(arc) // 2 + 2), dtype=np.int32)
    is_goal = np.zeros(0, dtype=np.bool_)
    longest_s = limits_s.max()
    for row in range(len(origins)):
        count = _search(first_arc, arc, starts[row], origins[row], longest_s, is_goal, -1, label_s, bucket, entry, reached)
        for number in range(count):
            node = reached[number]
            for column in range(len(limits_s)):
                if label_s[node] <= limits_s[column]:
                    sums[row, column] += weight[node]
            label_s[node] = UNREACHED


@njit(cache=True)
def breadth_first(first_arc: NDArray[np.int32], head: NDArray[np.int32]) -> NDArray[np.int32]:
    """Nodes in the order in which a breadth-first search meets them, from the first that is not yet met again and again."""
    node_count = len(first_arc) - 1
    order = np.empty(node_count, dtype=np.int32)
    met = np.zeros(node_count, dtype=np.bool_)
    count = done = 0
    for root in range(node_count):
        if met[root]:
            continue
        met[root] = True
        order[count] = root
        count += 1
        while done < count:
            node = order[done]
            done += 1
            for position in range(first_arc[node], first_arc[node + 1]):
                if not met[head[position]]:
                    met[head[position]] = True
                    order[count] = head[position]
                    count += 1
    return order
