"""Ways between places and terminals: on foot where it is near, else by taxi or lift over the road; entering and leaving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse.csgraph import dijkstra

from bbwnet.network.least_cost import cheapest_arcs
from bbwnet.routing.timetable_kernels import UNREACHED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from bbwnet.network.network import Network
    from bbwnet.network.state import NetworkState
    from bbwnet.scenario.schema.scenario_file import AccessChoice

NOT_ROAD = ("ferry", "border")
"""Links that a taxi to a terminal does not take: those who cross water or a border do so as travellers."""


@dataclass(frozen=True)
class Access:
    """Whole seconds between places and terminals, `UNREACHED` where too far; a row per place or stop, a column per node."""

    entry_s: NDArray[np.int64]
    """From the door of each terminal to being ready to board (n nodes)."""
    exit_s: NDArray[np.int64]
    """From getting off to the door (n nodes)."""
    to_stop_s: NDArray[np.int64]
    """From each place to being ready to board at each stop (places x n nodes)."""
    from_stop_s: NDArray[np.int64]
    """From getting off at each stop to each place (places x n nodes)."""
    first_transfer: NDArray[np.int64]
    """First transfer of each node (n nodes + 1)."""
    transfer_to: NDArray[np.int32]
    transfer_s: NDArray[np.int64]
    """From getting off at one terminal to being ready to board at another of the same city."""


def access_of(
    network: Network, state: NetworkState, choice: AccessChoice, places: Sequence[int], stops: Sequence[int], walk_factor: float = 1.0
) -> Access:
    """Access, egress and transfers for places and stops given as rows of `Network.nodes`.

    `walk_factor` scales the time inside terminals (V1). A stop that is itself a place (a coach stop) is entered at once.
    """
    size = len(network.nodes)
    entry, leaving = _terminal_seconds(network, choice, walk_factor)
    is_stop = np.zeros(size, dtype=bool)
    is_stop[list(stops)] = True
    ways = _RoadWays(network, state, choice)
    to_door, from_door = ways.between(places)
    transfers = _transfers(network, ways, np.array(sorted(stops), dtype=np.int64), entry, leaving)
    return Access(
        entry_s=entry,
        exit_s=leaving,
        to_stop_s=np.where(is_stop & (to_door != UNREACHED), to_door + entry, UNREACHED),
        from_stop_s=np.where(is_stop & (from_door != UNREACHED), from_door + leaving, UNREACHED),
        first_transfer=transfers[0],
        transfer_to=transfers[1],
        transfer_s=transfers[2],
    )


class _RoadWays:
    """Seconds from places to all nodes and back, on foot or by taxi, whichever is quicker and within its limit."""

    def __init__(self, network: Network, state: NetworkState, choice: AccessChoice) -> None:
        star = network.graph
        seconds = state.passable_car_seconds(network)
        off_road = network.links["mode"].isin(NOT_ROAD).to_numpy()[star.link]
        arcs = np.flatnonzero((seconds >= 0) & ~off_road)
        tail, head = star.tail[arcs].astype(np.int64), star.head[arcs].astype(np.int64)
        length_km = network.links["length_km"].to_numpy(dtype=np.float64)[star.link[arcs]]
        self._choice = choice
        self._by_time = cheapest_arcs(star.node_count, tail, head, seconds[arcs].astype(np.float64))[1]
        self._by_length = cheapest_arcs(star.node_count, tail, head, length_km)[1]

    def between(self, places: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Seconds from each place to every node, and from every node to each place."""
        there = self._seconds(self._by_time, self._by_length, places)
        back = self._seconds(self._by_time.T.tocsr(), self._by_length.T.tocsr(), places)
        return there, back

    def _seconds(self, by_time: csr_matrix, by_length: csr_matrix, places: Sequence[int]) -> NDArray[np.int64]:
        choice = self._choice
        rows = np.array(places, dtype=np.int64)
        ride = dijkstra(by_time, directed=True, indices=rows, limit=choice.taxi_limit_min * 60) + choice.taxi_wait_min * 60
        walk = dijkstra(by_length, directed=True, indices=rows, limit=choice.walk_limit_km) / choice.walk_speed_kmh * 3600
        best = np.minimum(ride, walk)
        found = np.full(best.shape, UNREACHED, dtype=np.int64)
        known = np.isfinite(best)
        found[known] = np.rint(best[known]).astype(np.int64)
        return found


def _terminal_seconds(network: Network, choice: AccessChoice, walk_factor: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Seconds to enter and to leave each node, by its kind; none at a place."""
    minutes = {
        "station": (choice.rail_entry_min, choice.rail_exit_min),
        "airport": (choice.air_entry_min, choice.air_exit_min),
        "port": (choice.ferry_entry_min, choice.ferry_exit_min),
        "ferry_terminal": (choice.ferry_entry_min, choice.ferry_exit_min),
    }
    both = np.array([minutes.get(kind, (0.0, 0.0)) for kind in network.nodes["kind"]], dtype=np.float64)
    seconds = np.rint(both * 60 * walk_factor).astype(np.int64)
    return seconds[:, 0], seconds[:, 1]


def _transfers(
    network: Network, ways: _RoadWays, stops: NDArray[np.int64], entry: NDArray[np.int64], leaving: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
    """Transfers between the stops of one city (or of one place outside any), as rows per node."""
    size = len(network.nodes)
    group = network.nodes["city"].where(network.nodes["city"].notna(), network.nodes["place"]).to_numpy(dtype=object)
    there, _ = ways.between(stops.tolist())
    count = np.zeros(size, dtype=np.int64)
    to: list[int] = []
    seconds: list[int] = []
    for row, stop in enumerate(stops.tolist()):
        for other in stops.tolist():
            if other != stop and group[stop] is not None and group[stop] == group[other] and there[row, other] != UNREACHED:
                to.append(other)
                seconds.append(int(leaving[stop] + there[row, other] + entry[other]))
                count[stop] += 1
    first = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    return first, np.array(to, dtype=np.int32), np.array(seconds, dtype=np.int64)
