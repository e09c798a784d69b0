"""Kernels of the choice among chains: expected least costs of nests, and every chain that is taken."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles

if TYPE_CHECKING:
    from numpy.typing import NDArray

WAYS = 4
"""Road, rail, river, sea."""
SEA = 3


@njit(cache=True, nogil=True)
def inland_nests(cost: NDArray[np.float64], scale: float, reach: float, expected: NDArray[np.float64], share: NDArray[np.float64]) -> None:
    """Expected least cost (n x p) of alternatives (m x n x p) and their shares (m x n x p); `scale` in CNY.

    Alternatives dearer than the cheapest by more than `reach` are not considered.
    """
    count = cost.shape[0]
    for i in range(cost.shape[1]):
        for p in range(cost.shape[2]):
            best = np.inf
            for m in range(count):
                best = min(best, cost[m, i, p])
            if best == np.inf:
                expected[i, p] = np.inf
                for m in range(count):
                    share[m, i, p] = 0.0
                continue
            total = 0.0
            for m in range(count):
                over = cost[m, i, p] - best
                share[m, i, p] = math.exp(-over / scale) if over <= reach else 0.0
                total += share[m, i, p]
            for m in range(count):
                share[m, i, p] /= total
            expected[i, p] = best - scale * math.log(total)


@njit(cache=True, nogil=True)
def onward_costs(sea: NDArray[np.float64], after: NDArray[np.float64], scale: float, reach: float, expected: NDArray[np.float64]) -> None:
    """Expected least cost from each port by sea to each destination (p x n): over sea (p x p) and what comes `after` (p x n)."""
    ports = sea.shape[0]
    for p in range(ports):
        for d in range(after.shape[1]):
            best = np.inf
            for q in range(ports):
                best = min(best, sea[p, q] + after[q, d])
            if best == np.inf:
                expected[p, d] = np.inf
                continue
            total = 0.0
            for q in range(ports):
                over = sea[p, q] + after[q, d] - best
                if over <= reach:
                    total += math.exp(-over / scale)
            expected[p, d] = best - scale * math.log(total)


@njit(cache=True, nogil=True)
def share_ways(  # noqa: PLR0913, PLR0917  arrays are passed one by one, for speed
    o: int,
    d: int,
    direct: NDArray[np.float64],
    before: NDArray[np.float64],
    onward: NDArray[np.float64],
    scale: float,
    port_scale: float,
    depth: float,
    ways: NDArray[np.float64],
    at_port: NDArray[np.float64],
) -> float:
    """Shares of the ways (4) and of the first ports within those by sea (p) of one pair; the expected least cost, infinite for none.

    `depth` is the number of scales by which an alternative may be dearer than the cheapest of its nest.
    """
    ports = at_port.shape[0]
    for way in range(SEA):
        ways[way] = direct[way, o, d]
    best_port = np.inf
    for p in range(ports):
        at_port[p] = before[o, p] + onward[p, d]
        best_port = min(best_port, at_port[p])
    ways[SEA] = np.inf
    if best_port < np.inf:
        total = 0.0
        for p in range(ports):
            over = at_port[p] - best_port
            at_port[p] = math.exp(-over / port_scale) if over <= depth * port_scale else 0.0
            total += at_port[p]
        for p in range(ports):
            at_port[p] /= total
        ways[SEA] = best_port - port_scale * math.log(total)
    best = min(ways[0], ways[1], ways[2], ways[3])
    if best == np.inf:
        return math.inf
    total = 0.0
    for way in range(WAYS):
        over = ways[way] - best
        ways[way] = math.exp(-over / scale) if over <= depth * scale else 0.0
        total += ways[way]
    for way in range(WAYS):
        ways[way] /= total
    least: float = best - scale * math.log(total)
    return least


@njit(cache=True, nogil=True)
def share_next(
    p: int,
    d: int,
    sea: NDArray[np.float64],
    after: NDArray[np.float64],
    port_scale: float,
    depth: float,
    at_next: NDArray[np.float64],
) -> None:
    """Shares of the second ports (p) of what leaves one port for a destination that can be reached from it."""
    ports = at_next.shape[0]
    best = np.inf
    for q in range(ports):
        at_next[q] = sea[p, q] + after[q, d]
        best = min(best, at_next[q])
    total = 0.0
    for q in range(ports):
        over = at_next[q] - best
        at_next[q] = math.exp(-over / port_scale) if over <= depth * port_scale else 0.0
        total += at_next[q]
    for q in range(ports):
        at_next[q] /= total


@njit(cache=True, nogil=True)
def flows_of_chains(  # noqa: C901, PLR0912, PLR0913, PLR0917  arrays one by one, and one walk over the tree of choices, for speed
    tonnes: NDArray[np.float64],
    direct: NDArray[np.float64],
    before: NDArray[np.float64],
    onward: NDArray[np.float64],
    sea: NDArray[np.float64],
    after: NDArray[np.float64],
    scale: float,
    port_scale: float,
    depth: float,
    by_way: NDArray[np.float64],
    to_port: NDArray[np.float64],
    at_sea: NDArray[np.float64],
    from_port: NDArray[np.float64],
    expected: NDArray[np.float64],
) -> None:
    """Tonnes by direct way (3 x n x n), to first ports (n x p), over the sea (p x p), from second ports (p x n); expected cost (n x n)."""
    ports = sea.shape[0]
    ways, at_port, at_next = np.empty(WAYS), np.empty(ports), np.empty(ports)
    leaving = np.zeros(onward.shape)
    for o in range(tonnes.shape[0]):
        for d in range(tonnes.shape[1]):
            expected[o, d] = np.inf
            if tonnes[o, d] <= 0.0:
                continue
            expected[o, d] = share_ways(o, d, direct, before, onward, scale, port_scale, depth, ways, at_port)
            if expected[o, d] == np.inf:
                continue
            for way in range(SEA):
                by_way[way, o, d] = tonnes[o, d] * ways[way]
            if ways[SEA] > 0.0:
                for p in range(ports):
                    if at_port[p] > 0.0:
                        amount = tonnes[o, d] * ways[SEA] * at_port[p]
                        to_port[o, p] += amount
                        leaving[p, d] += amount
    for p in range(ports):
        for d in range(tonnes.shape[1]):
            if leaving[p, d] > 0.0:
                share_next(p, d, sea, after, port_scale, depth, at_next)
                for q in range(ports):
                    if at_next[q] > 0.0:
                        at_sea[p, q] += leaving[p, d] * at_next[q]
                        from_port[q, d] += leaving[p, d] * at_next[q]


@njit(cache=True, nogil=True)
def list_chains(  # noqa: C901, PLR0912, PLR0913, PLR0917  arrays one by one, and one walk over the tree of choices, for speed
    tonnes: NDArray[np.float64],
    least: float,
    direct: NDArray[np.float64],
    before: NDArray[np.float64],
    onward: NDArray[np.float64],
    sea: NDArray[np.float64],
    after: NDArray[np.float64],
    share_out: NDArray[np.float64],
    share_in: NDArray[np.float64],
    scale: float,
    port_scale: float,
    depth: float,
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """List the chains of every pair with tonnes: rows of origin, destination, way, ports, inland modes; and shares.

    Chains of less than `least` tonnes are not listed unless none of the pair has more: the others, or the largest, stand for them.
    """
    ports = sea.shape[0]
    rows, shares = np.empty((1024, 7), dtype=np.int32), np.empty(1024)
    used = 0
    ways, at_port, at_next = np.empty(WAYS), np.empty(ports), np.empty(ports)
    most = SEA + share_out.shape[0] * share_in.shape[0] * ports * ports
    for o in range(tonnes.shape[0]):
        for d in range(tonnes.shape[1]):
            if tonnes[o, d] <= 0.0:
                continue
            if share_ways(o, d, direct, before, onward, scale, port_scale, depth, ways, at_port) == np.inf:
                continue
            if used + most > rows.shape[0]:
                bigger, longer = np.empty((2 * (used + most), 7), dtype=np.int32), np.empty(2 * (used + most))
                bigger[:used] = rows[:used]
                longer[:used] = shares[:used]
                rows, shares = bigger, longer
            first = used
            for way in range(SEA):
                if ways[way] > 0.0:
                    rows[used, 0], rows[used, 1], rows[used, 2] = o, d, way
                    rows[used, 3], rows[used, 4], rows[used, 5], rows[used, 6] = -1, -1, -1, -1
                    shares[used] = ways[way]
                    used += 1
            if ways[SEA] > 0.0:
                for p in range(ports):
                    if at_port[p] == 0.0:
                        continue
                    share_next(p, d, sea, after, port_scale, depth, at_next)
                    for q in range(ports):
                        if at_next[q] == 0.0:
                            continue
                        for m in range(share_out.shape[0]):
                            if share_out[m, o, p] == 0.0:
                                continue
                            for k in range(share_in.shape[0]):
                                if share_in[k, q, d] > 0.0:
                                    rows[used, 0], rows[used, 1], rows[used, 2] = o, d, SEA
                                    rows[used, 3], rows[used, 4], rows[used, 5], rows[used, 6] = p, q, m, k
                                    shares[used] = ways[SEA] * at_port[p] * at_next[q] * share_out[m, o, p] * share_in[k, q, d]
                                    used += 1
            largest, total, kept = first, 0.0, first
            for row in range(first, used):
                if shares[row] > shares[largest]:
                    largest = row
            best = shares[largest]
            for row in range(first, used):
                if shares[row] * tonnes[o, d] >= least or (row == largest and best * tonnes[o, d] < least):
                    total += shares[row]
                    for k in range(7):
                        rows[kept, k] = rows[row, k]
                    shares[kept] = shares[row]
                    kept += 1
            for row in range(first, kept):
                shares[row] /= total
            used = kept
    return rows[:used].copy(), shares[:used].copy()
