"""Drives in one's own car from place to place: over roads and ro-ro ferries, across a border within its hours, parking included."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bbwnet.routing.local_roads import LocalRoads
from bbwnet.routing.ways import DRIVE, Way, WayList, Ways

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.network.state import NetworkState
    from bbwnet.routing.gates import Gate

BORDER = ("border",)
"""Links left out of drives and passed as gates instead, so that their hours count."""


def own_car_ways(network: Network, state: NetworkState, places: Sequence[int], targets: Sequence[int], gates: Sequence[Gate]) -> Ways:
    """The quickest drive from every place to every target (rows of `Network.nodes`), and across a border, one by each crossing.

    Rows and targets of the ways are positions among those given; there is none from a node to itself. A drive passes one border at
    most. The time on it is of the period in which it begins, or in which the border is left.
    """
    roads = LocalRoads(network, state, BORDER)
    ways = WayList(len(state.period_start_s))
    rows = np.array(targets, dtype=np.int64)
    park_s = round(network.settings.access.park_min * 60)
    near = roads.reach(places, np.inf, 0.0)
    seconds, km = near.car_s[:, :, rows], near.car_km[:, rows]
    joined: NDArray[np.bool_] = np.all(np.isfinite(seconds), axis=0)
    row, to = np.nonzero(joined & (np.array(places, dtype=np.int64)[:, None] != rows[None, :]))
    nothing, parking = np.zeros(len(row), dtype=np.int64), np.full(len(row), park_s)
    ways.add_many(row, to, DRIVE, np.rint(seconds[:, row, to]).astype(np.int64), km[row, to], exit_s=nothing, entry_s=parking)
    crossings = [(number, gate) for number, gate in enumerate(gates) if gate.kind == "border" and gate.traffic == "car"]
    if crossings:
        far = roads.reach([network.node_index[gate.to_node] for _, gate in crossings], np.inf, 0.0)
        for position, (number, gate) in enumerate(crossings):
            near_side = network.node_index[gate.from_node]
            there, back = near.car_s[:, :, near_side], far.car_s[:, position][:, rows]
            begin = np.isfinite(there).all(axis=0).reshape(-1, 1)
            end = np.isfinite(back).all(axis=0).reshape(1, -1)
            for row_, to_ in zip(*np.nonzero(begin & end & ~joined), strict=True):
                ways.add(
                    Way(
                        int(row_), int(to_), DRIVE, tuple(np.rint(there[:, row_]).astype(int).tolist()),
                        float(near.car_km[row_, near_side]), number, DRIVE,
                        tuple(np.rint(back[:, to_] + park_s).astype(int).tolist()), float(far.car_km[position, rows[to_]]),
                        entry_s=park_s,
                    )
                )  # fmt: skip
    return ways.ways(len(places))
