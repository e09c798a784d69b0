"""Optimal strategies by kernel: labels are set arc by arc from the destination back, in the order of a heap that knows places.

Method: Spiess and Florian (1989), "Optimal strategies: a new assignment model for transit networks", Transportation Research Part B
23(2), 83–102. Every arc is in the heap at most once; its key falls as its head comes nearer. Ties go to the arc of least number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.routing.clock import Whole

OUTSIDE, POPPED = -1, -2
"""Places of arcs that are not yet in the heap, and of those that have left it."""


class ArcArrays(NamedTuple):
    """Arcs of a network of strategies; `first_in` and `arc_in` group them by head."""

    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    seconds: NDArray[np.float64]
    wait_s: NDArray[np.float64]
    """Mean wait of one who waits for this arc alone; zero where nobody waits."""
    first_in: NDArray[np.int64]
    """First of the arcs into each node, a position in `arc_in` (n nodes + 1)."""
    arc_in: NDArray[np.int64]


class Labels(NamedTuple):
    """What a search leaves behind, and the room that it needs."""

    expected_s: NDArray[np.float64]
    """Expected seconds from each node; infinite where there is no way."""
    frequency: NDArray[np.float64]
    """Arcs awaited per second at each node; infinite where one goes on without a wait."""
    taken: NDArray[np.int64]
    """Arcs in the order in which they joined the strategy, those thrown out again among them."""
    last: NDArray[np.int64]
    """Number in `taken` of the arc by which each node is left at once; -1 where one waits."""
    key: NDArray[np.float64]
    """Expected seconds from the tail of each arc in the heap, by that arc, without the wait."""
    heap: NDArray[np.int64]
    place: NDArray[np.int64]


def empty_labels(nodes: int, arcs: int) -> Labels:
    """Room for the labels of so many nodes and arcs."""
    return Labels(
        np.empty(nodes), np.empty(nodes), np.empty(arcs, dtype=np.int64), np.empty(nodes, dtype=np.int64),
        np.empty(arcs), np.empty(arcs, dtype=np.int64), np.empty(arcs, dtype=np.int64),
    )  # fmt: skip


@njit(cache=True)
def _before(key: NDArray[np.float64], a: Whole, b: Whole) -> bool:
    return bool(key[a] < key[b] or (key[a] == key[b] and a < b))


@njit(cache=True)
def _rise(labels: Labels, position: Whole) -> None:
    """Move the arc at a position of the heap up to where it belongs."""
    heap, place, key = labels.heap, labels.place, labels.key
    arc = heap[position]
    while position > 0:
        above = (position - 1) // 2
        if not _before(key, arc, heap[above]):
            break
        heap[position] = heap[above]
        place[heap[position]] = position
        position = above
    heap[position] = arc
    place[arc] = position


@njit(cache=True)
def _pop(labels: Labels, size: Whole) -> Any:
    """Take the first arc out of a heap of `size` arcs, which loses its last position."""
    heap, place, key = labels.heap, labels.place, labels.key
    found = heap[0]
    place[found] = POPPED
    size -= 1
    arc = int(heap[size])
    position = 0
    while True:
        below = 2 * position + 1
        if below >= size:
            break
        if below + 1 < size and _before(key, heap[below + 1], heap[below]):
            below += 1
        if not _before(key, heap[below], arc):
            break
        heap[position] = heap[below]
        place[heap[position]] = position
        position = below
    if size > 0:
        heap[position] = arc
        place[arc] = position
    return found


@njit(cache=True)
def _offer(arcs: ArcArrays, labels: Labels, node: Whole, size: Whole) -> Whole:
    """Put the arcs into a node in the heap, or mend their keys, after its label fell; the size of the heap then."""
    for position in range(arcs.first_in[node], arcs.first_in[node + 1]):
        arc = arcs.arc_in[position]
        if labels.place[arc] == POPPED:
            continue
        key = labels.expected_s[node] + arcs.seconds[arc]
        if labels.place[arc] == OUTSIDE and key >= labels.expected_s[arcs.tail[arc]]:
            # Of no use as it is; should this label fall again, the arc is offered again.
            continue
        labels.key[arc] = key
        if labels.place[arc] == OUTSIDE:
            labels.place[arc] = size
            labels.heap[size] = arc
            size += 1
        _rise(labels, int(labels.place[arc]))
    return size


@njit(cache=True)
def find_strategy(arcs: ArcArrays, destination: Whole, labels: Labels) -> Whole:
    """Set the labels of the best strategy to a destination; the count of `taken`."""
    expected, frequency = labels.expected_s, labels.frequency
    expected[:] = np.inf
    frequency[:] = 0.0
    labels.last[:] = -1
    labels.place[:] = OUTSIDE
    expected[destination] = 0.0
    count = 0
    size = _offer(arcs, labels, destination, 0)
    while size > 0:
        arc = _pop(labels, size)
        size -= 1
        key, node = labels.key[arc], arcs.tail[arc]
        if key >= expected[node]:
            continue
        if arcs.wait_s[arc] == 0:
            # Nobody waits where there is a way at once: lines taken before at this node are thrown out.
            expected[node], frequency[node], labels.last[node] = key, np.inf, count
        else:
            own = 1 / arcs.wait_s[arc]
            # With no line yet, the wait is that of this one alone: frequency times expected time is one.
            so_far = 1.0 if frequency[node] == 0 else frequency[node] * expected[node]
            # Rounding must not lift a label: the heap knows falling keys only.
            expected[node] = min(expected[node], (so_far + own * key) / (frequency[node] + own))
            frequency[node] += own
        labels.taken[count] = arc
        count += 1
        size = _offer(arcs, labels, node, size)
    return count


@njit(cache=True)
def fill_shares(arcs: ArcArrays, labels: Labels, count: Whole, share: NDArray[np.float64]) -> Any:
    """Share of those at the tail of each arc who take it (n arcs); `taken` loses the arcs thrown out again: the count of those left."""
    share[:] = 0.0
    kept = 0
    for number in range(count):
        arc = labels.taken[number]
        node = arcs.tail[arc]
        if labels.last[node] < 0:
            share[arc] = 1 / arcs.wait_s[arc] / labels.frequency[node]
        elif labels.last[node] == number:
            share[arc] = 1.0
        else:
            continue
        labels.taken[kept] = arc
        kept += 1
    return kept


@njit(cache=True)
def fill_expected(arcs: ArcArrays, destinations: NDArray[np.int64], labels: Labels, out: NDArray[np.float64]) -> None:
    """Expected seconds to each destination from the first nodes (n destinations x n of these nodes)."""
    for row in range(len(destinations)):
        find_strategy(arcs, destinations[row], labels)
        out[row] = labels.expected_s[: out.shape[1]]


@njit(cache=True)
def load_flow(
    tail: NDArray[np.int64], head: NDArray[np.int64], order: NDArray[np.int64], share: NDArray[np.float64], at_node: NDArray[np.float64],
    flow: NDArray[np.float64],
) -> None:  # fmt: skip
    """Travellers on each arc; `at_node` begins with those who start at each node and ends with all who pass it."""
    for position in range(len(order) - 1, -1, -1):
        arc = order[position]
        flow[arc] = at_node[tail[arc]] * share[arc]
        at_node[head[arc]] += flow[arc]
