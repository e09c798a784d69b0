"""Transfers between vehicles: at one stop, behind the gates, by shuttle, or over the road between terminals of a city."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bbwnet.routing.ways import NO_GATE, SHUTTLE, TERMINAL, WALK, Way, WayList
from bbwnet.scenario.great_circle import great_circle_km

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.routing.gates import Gate
    from bbwnet.routing.near import NearWays
    from bbwnet.routing.points import Point, Points
    from bbwnet.scenario.schema.transfers import Transfer


def add_transfers(ways: WayList, network: Network, points: Points, near: NearWays, gates: Sequence[Gate]) -> None:
    """Add every transfer from an alighting point to a boarding point.

    Between terminals one leaves the one and enters the other; who has a through ticket is not checked again. Terminals of different
    cities are joined where a border lies between them, or a record joins them.
    """
    entry = np.array([entry_at_change_s(network, point) for point in points.board], dtype=np.int64)
    leaving = np.array([point.seconds for point in points.alight], dtype=np.int64)
    _at_one_stop(ways, network, points, entry)
    _by_record(ways, network, points, entry, gates)
    board_stop = np.array([point.stop for point in points.board], dtype=np.int64)
    alight_stop = np.array([point.stop for point in points.alight], dtype=np.int64)
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
    boards = _by_stop(points.board)
    for row, point in enumerate(points.alight):
        for to in boards.get(point.stop, ()):
            other = points.board[to]
            seconds = int(network.minimum_connection_s[point.stop]) + other.headway_wait_s
            if other.mode != point.mode:
                seconds = max(seconds, point.seconds + int(entry[to]))
            ways.add(Way(row, to, TERMINAL, (seconds,) * ways.periods, entry_s=other.headway_wait_s))


def _by_record(ways: WayList, network: Network, points: Points, entry: NDArray[np.int64], gates: Sequence[Gate]) -> None:
    """Ways that the data give between two stops, on foot or by a shuttle with the hours that it keeps."""
    boards, alights = _by_stop(points.board), _by_stop(points.alight)
    hours = {gate.link: number for number, gate in enumerate(gates) if gate.kind == "hours"}
    for record in sorted(network.assembly.transfers.values(), key=lambda item: item.id):
        ends = [(record.from_, record.to)] if record.directed else [(record.from_, record.to), (record.to, record.from_)]
        km = _length_km(network, record)
        for start, end in ends:
            for row in alights.get(network.node_index[start], ()):
                for to in boards.get(network.node_index[end], ()):
                    out, way, into = _record_seconds(network, record, points.alight[row], points.board[to], int(entry[to]))
                    gate = hours.get(record.id, NO_GATE)
                    mode = SHUTTLE if record.mode == "shuttle" else WALK
                    if gate == NO_GATE:
                        ways.add(Way(row, to, mode, (out + way + into,) * ways.periods, km, exit_s=out, entry_s=into))
                    else:
                        before, after = (out,) * ways.periods, (way + into,) * ways.periods
                        ways.add(Way(row, to, mode, before, 0.0, gate, mode, after, km, exit_s=out, entry_s=into))


def _record_seconds(network: Network, record: Transfer, alight: Point, board: Point, entry_s: int) -> tuple[int, int, int]:
    """Seconds before, on and after the way of a record."""
    wait_s = round((record.headway_min or 0.0) * 30)
    if not record.inside:
        return alight.seconds, round(record.transfer_min * 60) + wait_s, entry_s
    factor = network.settings.policy.transfer.walk_factor
    return 0, round(record.transfer_min * 60 * factor) + wait_s, board.headway_wait_s


def _length_km(network: Network, record: Transfer) -> float:
    if record.length_km is not None:
        return record.length_km
    a, b = (network.assembly.nodes.get(end) or network.assembly.places[end] for end in (record.from_, record.to))
    return great_circle_km(a.lon, a.lat, b.lon, b.lat)


def _by_stop(points: Sequence[Point]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for number, point in enumerate(points):
        found.setdefault(point.stop, []).append(number)
    return found
