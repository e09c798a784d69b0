"""Other ferries over the same water: what a driver at the quay of one may drive to instead, and whether it is worth it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from bbwnet.simulation.vehicle_queue import COUNT, LANE_M, READY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.simulation.ferry_terminal import Lane


class Neighbour(NamedTuple):
    """Another ferry of the same pair of shores."""

    lane: Lane
    drive_s: float
    """From the port of the one to the port of the other."""
    extra_s: float
    """More time on the way by the other, but for the wait: drives on either shore, less what the crossing is shorter."""


def neighbours(network: Network, lanes: Iterable[Lane], within_s: float) -> dict[str, tuple[Neighbour, ...]]:
    """For each lane by name, the lanes whose ports are no farther by road than some seconds from its own on both shores; none for 0."""
    lanes = sorted(lanes, key=lambda lane: lane.name)
    if within_s <= 0 or not lanes:
        return {lane.name: () for lane in lanes}
    drive = _drives(network, {lane.port for lane in lanes}, {lane.link for lane in lanes}, within_s)
    found = {}
    for lane in lanes:
        near = [
            (other, drive.get((lane.port, other.port), np.inf), drive.get((other.other, lane.other), np.inf))
            for other in lanes
            if other is not lane and other.link != lane.link
        ]
        found[lane.name] = tuple(
            Neighbour(other, to, to + back + other.crossing_s - lane.crossing_s) for other, to, back in near if max(to, back) <= within_s
        )
    return found


def _drives(network: Network, ports: set[str], ferries: set[str], within_s: float) -> dict[tuple[str, str], float]:
    """Seconds by road, over no ferry, between ports that are near enough."""
    links, index = network.links, network.node_index
    roads = links[~links.index.isin(ferries) & links["car_seconds"].notna().to_numpy()]
    back = links[~links.index.isin(ferries) & links["car_seconds_backward"].notna().to_numpy()]
    tail = np.array([index[node] for node in (*roads["from"], *back["to"])])
    head = np.array([index[node] for node in (*roads["to"], *back["from"])])
    seconds = np.concatenate([roads["car_seconds"].to_numpy(np.float64), back["car_seconds_backward"].to_numpy(np.float64)])
    # Of parallel roads the fastest; a second at least, for a graph knows no arc of 0.
    order = np.lexsort((seconds, head, tail))
    tail, head, seconds = tail[order], head[order], np.maximum(seconds[order], 1.0)
    fastest = np.append([True], (np.diff(tail) != 0) | (np.diff(head) != 0))[: len(tail)]
    graph = csr_array((seconds[fastest], (tail[fastest], head[fastest])), shape=(len(index), len(index)))
    names = sorted(ports)
    rows = [index[name] for name in names]
    times = np.atleast_2d(dijkstra(graph, indices=rows, limit=within_s))
    return {
        (one, other): float(times[place, index[other]])
        for place, one in enumerate(names)
        for other in names
        if np.isfinite(times[place, index[other]])
    }


def chosen(lane: Lane, near: tuple[Neighbour, ...], rows: NDArray[np.float64], now_s: float, gain_s: float) -> list[Neighbour | None]:
    """What the drivers of each cohort do who come to a lane one after the other: which neighbour they go to, or none.

    They go where they are over the water sooner by more than `gain_s`. They know the vehicles before them, what the ships of each lane
    carry away, and until when it is closed; of the sailing that they would miss they expect half the time between two.
    """
    before = {item.lane.name: item.lane.ahead_lane_m(now_s) for item in near}
    before[lane.name] = lane.ahead_lane_m(now_s)
    found: list[Neighbour | None] = []
    for row in rows:
        moment = float(row[READY])
        own = lane.boards_s(moment, before[lane.name]) - moment
        best: tuple[float, Neighbour] | None = None
        for item in near:
            there = moment + item.drive_s
            total = item.lane.boards_s(there, before[item.lane.name]) - there + item.lane.interval_s / 2 + item.extra_s
            if total + gain_s < own and (best is None or total < best[0]):
                best = total, item
        found.append(best[1] if best else None)
        before[best[1].lane.name if best else lane.name] += float(row[COUNT] * row[LANE_M])
    return found
