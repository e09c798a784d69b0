"""Frequency-based view: optimal strategies where only headways are known, with expected waits and shares of lines.

Method: Spiess and Florian (1989), "Optimal strategies: a new assignment model for transit networks", Transportation Research
Part B 23(2), 83–102. A traveller at a stop boards whichever attractive line comes first.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Strategy:
    """The best strategy from every node to one destination."""

    expected_s: NDArray[np.float64]
    """Expected seconds from each node, waits included; infinite where there is no way."""
    arcs: NDArray[np.int64]
    """Arcs of the strategy, in the order in which travellers may use them last to first."""
    share: NDArray[np.float64]
    """Share of those at an arc's tail who take it (all arcs; zero for those outside the strategy)."""

    def load(self, tail: NDArray[np.int64], head: NDArray[np.int64], demand: NDArray[np.float64]) -> NDArray[np.float64]:
        """Travellers on each arc for a demand at each node, towards the destination."""
        waiting = np.array(demand, dtype=np.float64)
        flow = np.zeros(len(tail))
        for arc in self.arcs[::-1].tolist():
            flow[arc] = waiting[tail[arc]] * self.share[arc]
            waiting[head[arc]] += flow[arc]
        return flow


def optimal_strategy(
    node_count: int,
    tail: NDArray[np.int64],
    head: NDArray[np.int64],
    seconds: NDArray[np.float64],
    wait_s: NDArray[np.float64],
    destination: int,
) -> Strategy:
    """The strategy of least expected time to `destination`.

    `wait_s` is the mean wait of one who waits for that arc alone (half the headway for vehicles at even intervals); zero where
    nobody waits (riding on, getting off, walking). Waits combine as those of independent exponential arrivals. Raises
    `ValueError` for negative or non-finite seconds or waits.
    """
    for name, values in (("seconds", seconds), ("wait_s", wait_s)):
        if not (np.isfinite(values).all() and (values >= 0).all()):
            raise ValueError(f"{name} must be finite and not negative")
    incoming: list[list[int]] = [[] for _ in range(node_count)]
    for arc, end in enumerate(head.tolist()):
        incoming[end].append(arc)
    expected = np.full(node_count, np.inf)
    expected[destination] = 0.0
    frequency = np.zeros(node_count)
    taken: list[int] = []
    done = np.zeros(len(tail), dtype=bool)
    queue = [(float(seconds[arc]), arc) for arc in incoming[destination]]
    heapq.heapify(queue)
    while queue:
        key, arc = heapq.heappop(queue)
        node = int(tail[arc])
        # An arc is looked at once, with its final key; one whose head has come nearer since stands in the queue anew.
        if done[arc] or key > expected[head[arc]] + seconds[arc]:
            continue
        done[arc] = True
        if key >= expected[node]:
            continue
        if wait_s[arc] == 0:
            expected[node], frequency[node] = key, np.inf
            taken = [other for other in taken if tail[other] != node]
        else:
            own = 1 / float(wait_s[arc])
            # With no line yet, the wait is that of this one alone: frequency times expected time is one.
            so_far = 1.0 if frequency[node] == 0 else frequency[node] * expected[node]
            expected[node] = (so_far + own * key) / (frequency[node] + own)
            frequency[node] += own
        taken.append(arc)
        for other in incoming[node]:
            if not done[other]:
                heapq.heappush(queue, (float(expected[node] + seconds[other]), other))
    share = np.zeros(len(tail))
    for arc in taken:
        share[arc] = 1.0 if wait_s[arc] == 0 else 1 / float(wait_s[arc]) / frequency[tail[arc]]
    return Strategy(expected, np.array(taken, dtype=np.int64), share)
