"""Connection scan from one place: earliest arrivals at all alighting points, and from there at every node near one.

Method: Dibbelt, Pajor, Strasser, Wagner (2018), "Connection Scan Algorithm", ACM JEA 23, section 3 (earliest arrival), on points and ways
as the profile has them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from bbwnet.routing.clock import UNREACHED, Clock, WayArrays, pass_gate, period_at, way_arrival, way_earliest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.routing.clock import Whole
    from bbwnet.routing.profile_kernels import HopArrays


@njit(cache=True)
def scan_arrivals(  # noqa: PLR0913, PLR0917
    hops: HopArrays,
    run_count: int,
    access: WayArrays,
    origin: Whole,
    transfers: WayArrays,
    clock: Clock,
    start: Whole,
    ready: NDArray[np.int64],
    arrival: NDArray[np.int64],
) -> None:
    """Fill the earliest second of being ready at each boarding point, and of getting off at each alighting point in each period of the day.

    For who leaves place `origin` at `start`; `UNREACHED` where one does not come. `arrival` (n alighting points x n periods) keeps one
    for each period, for who gets off later may be on a quicker road.
    """
    ready[:] = UNREACHED
    arrival[:] = UNREACHED
    for way in range(access.first[origin], access.first[origin + 1]):
        point = access.to[way]
        ready[point] = min(ready[point], way_earliest(clock, access, way, start))
    aboard = np.zeros(run_count, dtype=np.bool_)
    for position in range(np.searchsorted(hops.depart_s, start), len(hops.depart_s)):
        vehicle, board = hops.run[position], hops.board_point[position]
        if not aboard[vehicle] and board >= 0 and ready[board] <= hops.depart_s[position]:
            aboard[vehicle] = True
        off_point = hops.alight_point[position]
        off = hops.arrive_s[position]
        if not aboard[vehicle] or off_point < 0:
            continue
        period = period_at(clock, off)
        if off >= arrival[off_point, period]:
            continue
        arrival[off_point, period] = off
        for way in range(transfers.first[off_point], transfers.first[off_point + 1]):
            point = transfers.to[way]
            ready[point] = min(ready[point], way_arrival(clock, transfers, way, off))


@njit(cache=True)
def spread_locally(
    at_s: NDArray[np.int64],
    leaving_s: NDArray[np.int64],
    row: NDArray[np.int64],
    local_s: NDArray[np.int64],
    clock: Clock,
    nodes: NDArray[np.int64],
) -> None:
    """Lower `nodes` (a second for each node) to what is reached by local ways from stops come to at `at_s`, left in `leaving_s`.

    `row` is the row of each of them in `local_s` (n periods x n rows x n nodes, `UNREACHED` where too far); the period is that of
    coming to the stop, as along every way.
    """
    for number in range(len(at_s)):
        if at_s[number] == UNREACHED:
            continue
        seconds = local_s[period_at(clock, at_s[number]), row[number]]
        for node in range(len(nodes)):
            if seconds[node] != UNREACHED:
                nodes[node] = min(nodes[node], at_s[number] + leaving_s[number] + seconds[node])


@njit(cache=True)
def follow_ways(ways: WayArrays, row: Whole, start: Whole, clock: Clock, nodes: NDArray[np.int64]) -> None:
    """Lower `nodes` to what is reached by ways from one row whose targets are nodes."""
    for way in range(ways.first[row], ways.first[row + 1]):
        nodes[ways.to[way]] = min(nodes[ways.to[way]], way_earliest(clock, ways, way, start))


@njit(cache=True)
def through_gates(
    gate: NDArray[np.int64],
    near_side: NDArray[np.int64],
    far_row: NDArray[np.int64],
    local_s: NDArray[np.int64],
    clock: Clock,
    nodes: NDArray[np.int64],
) -> None:
    """Lower `nodes` to what is reached through gates whose near side is reached already; one gate after another is not followed."""
    through = np.full(len(gate), UNREACHED, dtype=np.int64)
    for number in range(len(gate)):
        if nodes[near_side[number]] != UNREACHED:
            through[number] = pass_gate(clock, gate[number], nodes[near_side[number]])
    spread_locally(through, np.zeros_like(through), far_row, local_s, clock, nodes)
