"""Frequency-based view: optimal strategies where only headways are known, with expected waits and shares of lines.

Method: Spiess and Florian (1989), "Optimal strategies: a new assignment model for transit networks", Transportation Research
Part B 23(2), 83–102. A traveller at a stop boards whichever attractive line comes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.routing.strategy_kernels import ArcArrays, Labels, empty_labels, fill_shares, find_strategy, load_flow

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
        flow = np.zeros(len(tail))
        load_flow(tail, head, self.arcs, self.share, np.array(demand, dtype=np.float64), flow)
        return flow


def arc_arrays(
    node_count: int, tail: NDArray[np.int64], head: NDArray[np.int64], seconds: NDArray[np.float64], wait_s: NDArray[np.float64]
) -> ArcArrays:
    """Arcs as kernels take them.

    Raises `ValueError` for negative or non-finite seconds or waits.
    """
    for name, values in (("seconds", seconds), ("wait_s", wait_s)):
        if not (np.isfinite(values).all() and (values >= 0).all()):
            raise ValueError(f"{name} must be finite and not negative")
    first_in = np.concatenate([[0], np.cumsum(np.bincount(head, minlength=node_count))]).astype(np.int64)
    return ArcArrays(
        np.ascontiguousarray(tail, dtype=np.int64), np.ascontiguousarray(head, dtype=np.int64),
        np.ascontiguousarray(seconds, dtype=np.float64), np.ascontiguousarray(wait_s, dtype=np.float64),
        first_in, np.argsort(head, kind="stable").astype(np.int64),
    )  # fmt: skip


def strategy_to(arcs: ArcArrays, destination: int, labels: Labels | None = None) -> Strategy:
    """The strategy of least expected time to a node; `labels` is room that may be used again."""
    room = labels or empty_labels(len(arcs.first_in) - 1, len(arcs.tail))
    count = int(find_strategy(arcs, destination, room))
    share = np.empty(len(arcs.tail))
    kept = int(fill_shares(arcs, room, count, share))
    return Strategy(room.expected_s.copy(), room.taken[:kept].copy(), share)


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
    return strategy_to(arc_arrays(node_count, tail, head, seconds, wait_s), destination)
