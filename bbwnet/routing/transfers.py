"""Transfers between vehicles: at one stop, behind the gates, by shuttle, or over the road between terminals of a city.

The ways that the data record (`transfers:`) serve journeys that begin or end at one of their ends too, if outside the gates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bbwnet.routing.ways import NO_GATE, SHUTTLE, TERMINAL, WALK, Way, WayList
from bbwnet.scenario.great_circle import great_circle_km

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.network.state import NetworkState
    from bbwnet.routing.gates import Gate
    from bbwnet.routing.near import NearWays
    from bbwnet.routing.points import Point, Points
    from bbwnet.scenario.schema.transfers import Transfer


class Ends(NamedTuple):
    """Where ways begin or end; rows and targets of the ways are the positions here."""

    node: NDArray[np.int64]
    """Row of `Network.nodes`."""
    seconds: NDArray[np.int64]
    """To leave the terminal there, or to enter it; zero at a place."""

    def by_node(self) -> dict[int, list[int]]:
        """Positions at each node."""
        return _positions(self.node.tolist())


def add_transfers(ways: WayList, network: Network, state: NetworkState, points: Points, near: NearWays, gates: Sequence[Gate]) -> None:
    """Add every transfer from an alighting point to a boarding point.

    Between terminals one leaves the one and enters the other; who has a through ticket is not checked again. Terminals of different
    cities are joined where a border lies between them, or a record joins them.
    """
    entry = np.array([entry_at_change_s(network, point) for point in points.board], dtype=np.int64)
    leaving = np.array([point.seconds for point in points.alight], dtype=np.int64)
    _at_one_stop(ways, network, points, entry)
    board_stop = np.array([point.stop for point in points.board], dtype=np.int64)
    alight_stop = np.array([point.stop for point in points.alight], dtype=np.int64)
    add_recorded(ways, network, state, gates, Ends(alight_stop, leaving), Ends(board_stop, entry))
    wait = np.array([point.headway_wait_s for point in points.board], dtype=np.int64)
    add_recorded(ways, network, state, gates, Ends(alight_stop, np.zeros_like(leaving)), Ends(board_stop, wait), inside=True)
    near.collect(ways, alight_stop, board_stop, leaving, entry, wanted=_of_one_city(network, alight_stop, board_stop))


def entry_at_change_s(network: Network, point: Point) -> int:
    """Seconds to enter a terminal when changing to it: with a through ticket, without the checks."""
    if not network.settings.policy.transfer.through_ticket:
        return point.seconds
    inside = point.seconds - point.headway_wait_s
    return point.headway_wait_s + round(inside * (1 - network.settings.access.check_share))


def _of_one_city(network: Network, alight_stop: NDArray[np.int64], board_stop: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Pairs of different stops of one city, or of one place outside any (n alighting x n boarding points)."""
    nodes = network.nodes
    city = nodes["city"].where(nodes["city"].notna(), nodes["place"])
    # A stop that belongs to nothing has a code of its own.
    code = city.fillna(nodes.index.to_series()).astype("category").cat.codes.to_numpy()
    same = code[alight_stop][:, None] == code[board_stop][None, :]
    return np.asarray(same & (alight_stop[:, None] != board_stop[None, :]), dtype=np.bool_)


def _at_one_stop(ways: WayList, network: Network, points: Points, entry: NDArray[np.int64]) -> None:
    """Changes at one stop: within a mode the least connection; between modes out and in again, at least as long."""
    boards = _positions([point.stop for point in points.board])
    for row, point in enumerate(points.alight):
        for to in boards.get(point.stop, ()):
            other = points.board[to]
            seconds = int(network.minimum_connection_s[point.stop]) + other.headway_wait_s
            if other.mode != point.mode:
                seconds = max(seconds, point.seconds + int(entry[to]))
            ways.add(Way(row, to, TERMINAL, (seconds,) * ways.periods, entry_s=other.headway_wait_s))


def add_recorded(
    ways: WayList, network: Network, state: NetworkState, gates: Sequence[Gate], starts: Ends, ends: Ends, *, inside: bool = False
) -> None:
    """Add the ways that the data give between nodes, on foot or by a shuttle with the hours that it keeps; none at a closed node.

    Those `inside` the gates join vehicles only: for points, with the seconds of who neither leaves nor enters a terminal.
    """
    rows, targets = starts.by_node(), ends.by_node()
    hours = {gate.link: number for number, gate in enumerate(gates) if gate.kind == "hours"}
    factor = network.settings.policy.transfer.walk_factor if inside else 1.0
    for record in sorted(network.assembly.transfers.values(), key=lambda item: item.id):
        if record.inside != inside or not state.closed_nodes.isdisjoint((record.from_, record.to)):
            continue
        seconds = round(record.transfer_min * 60 * factor) + round((record.headway_min or 0.0) * 30)
        mode, km = SHUTTLE if record.mode == "shuttle" else WALK, _length_km(network, record)
        gate = hours.get(record.id, NO_GATE)
        pairs = [(record.from_, record.to)] if record.directed else [(record.from_, record.to), (record.to, record.from_)]
        for start, end in pairs:
            for row in rows.get(network.node_index[start], ()):
                for to in targets.get(network.node_index[end], ()):
                    out, into = int(starts.seconds[row]), int(ends.seconds[to])
                    if gate == NO_GATE:
                        ways.add(Way(row, to, mode, (out + seconds + into,) * ways.periods, km, exit_s=out, entry_s=into))
                    else:
                        before, after = (out,) * ways.periods, (seconds + into,) * ways.periods
                        ways.add(Way(row, to, mode, before, 0.0, gate, mode, after, km, exit_s=out, entry_s=into))


def _length_km(network: Network, record: Transfer) -> float:
    if record.length_km is not None:
        return record.length_km
    a, b = (network.assembly.nodes.get(end) or network.assembly.places[end] for end in (record.from_, record.to))
    return great_circle_km(a.lon, a.lat, b.lon, b.lat)


def _positions(nodes: Sequence[int]) -> dict[int, list[int]]:
    """Positions of each node among some."""
    found: dict[int, list[int]] = {}
    for number, node in enumerate(nodes):
        found.setdefault(node, []).append(number)
    return found
