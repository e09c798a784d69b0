"""Ways over roads from some nodes to all: seconds by car, kilometres along them, and metres on foot, borders left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles
from bbwnet.network.terminals import no_through_nodes
from bbwnet.routing.road_matrix import UNREACHED, RoadGraph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.network.state import NetworkState


@dataclass(frozen=True)
class Reach:
    """What is reached from some nodes; infinite where it is too far."""

    car_s: NDArray[np.float64]
    """Seconds by car (n periods x n rows x n nodes)."""
    car_km: NDArray[np.float64]
    """Kilometres of the quickest way by car in the first period, the shortest of equals (n rows x n nodes)."""
    walk_km: NDArray[np.float64]
    """Kilometres of the shortest way, to the metre (n rows x n nodes)."""


class LocalRoads:
    """Least-time and shortest ways by road in one state, with limits; links of some modes are left out.

    Ways begin and end at stations and airports but do not cross them. A ferry's mean wait is in its seconds (`car_times`).
    """

    def __init__(self, network: Network, state: NetworkState, without: tuple[str, ...]) -> None:
        """Take the arcs that cars can use, those of the modes in `without` apart."""
        star = network.graph
        off = network.links["mode"].isin(without).to_numpy()[star.link]
        by_period = np.stack([state.passable_car_seconds(network, period) for period in range(len(state.period_start_s))])
        arcs = np.flatnonzero((by_period >= 0).all(axis=0) & ~off)
        length_km = network.links["length_km"].to_numpy(dtype=np.float64)[star.link[arcs]]
        tail, head = star.tail[arcs].astype(np.int64), star.head[arcs].astype(np.int64)
        self._no_through = no_through_nodes(network)
        seconds = by_period[:, arcs]
        first = RoadGraph(star.node_count, tail, head, seconds[0], self._no_through)
        self._by_car = [first, *(first.with_seconds(later) for later in seconds[1:])]
        self._on_foot = first.with_seconds(np.rint(length_km * 1000).astype(np.int64))
        incoming = np.argsort(head, kind="stable")
        count = np.bincount(head, minlength=star.node_count)
        self._incoming = (
            np.concatenate([[0], np.cumsum(count)]).astype(np.int64),
            tail[incoming],
            seconds[0][incoming].astype(np.int64),
            length_km[incoming],
        )

    def reach(self, rows: Sequence[int] | NDArray[np.int64], limit_s: float, limit_km: float) -> Reach:
        """Seconds and kilometres from the nodes `rows` to every node; the limits may be infinite."""
        origins = np.array(rows, dtype=np.int64)
        nodes = np.arange(self._by_car[0].node_count)
        car = [graph.matrix(origins, nodes, _whole(limit_s)) for graph in self._by_car]
        km = lengths_along(car[0], origins, self._no_through, *self._incoming)
        walk = self._on_foot.matrix(origins, nodes, _whole(limit_km * 1000))
        return Reach(np.stack([_far(seconds) for seconds in car]), km, _far(walk) / 1000)


def _whole(limit: float) -> int | None:
    """A limit in whole units; `None` for one that is infinite."""
    return None if np.isinf(limit) else int(limit)


def _far(values: NDArray[np.int32]) -> NDArray[np.float64]:
    """Values with those that are not reached infinite."""
    return np.where(values == UNREACHED, np.inf, values.astype(np.float64))


@njit(cache=True)
def lengths_along(
    seconds: NDArray[np.int32],
    origins: NDArray[np.int64],
    no_through: NDArray[np.bool_],
    first: NDArray[np.int64],
    tail: NDArray[np.int64],
    arc_seconds: NDArray[np.int64],
    length_km: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Kilometres of the quickest ways, the shortest of equals (n origins x n nodes), from their seconds; infinite where there is none.

    Arcs come by head (`first`, n nodes + 1). The way to a node runs over a node before it whose seconds and the arc's make its own.
    """
    km = np.full(seconds.shape, np.inf)
    for row in range(len(origins)):
        order = np.argsort(seconds[row], kind="mergesort")
        km[row, origins[row]] = 0.0
        # One round in the order of seconds does, unless arcs of no seconds join nodes of the same.
        changed = True
        while changed:
            changed = False
            for node in order:
                if seconds[row, node] == UNREACHED:
                    break
                for arc in range(first[node], first[node + 1]):
                    before = tail[arc]
                    if seconds[row, before] == UNREACHED or (no_through[before] and before != origins[row]):
                        continue
                    if seconds[row, before] + arc_seconds[arc] == seconds[row, node] and km[row, before] + length_km[arc] < km[row, node]:
                        km[row, node] = km[row, before] + length_km[arc]
                        changed = True
    return km
