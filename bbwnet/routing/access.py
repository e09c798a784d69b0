"""Access, egress and transfers: ways between places and points, by the scenario's modes or recorded, across a border where it must be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.routing.near import NearWays
from bbwnet.routing.transfers import Ends, add_recorded, add_transfers
from bbwnet.routing.ways import WayList, Ways

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bbwnet.network.network import Network
    from bbwnet.network.state import NetworkState
    from bbwnet.routing.gates import Gate
    from bbwnet.routing.points import Points


@dataclass(frozen=True)
class Access:
    """All ways without a vehicle of the timetable; those who end at a point are ready to board, those who begin at one get off."""

    to_board: Ways
    """From places (by position among those asked for) to boarding points."""
    from_alight: Ways
    """From alighting points to places."""
    transfers: Ways
    """From alighting to boarding points, changes at one stop among them."""
    direct: Ways
    """From places to places, all the way on foot, by bus, taxi or a recorded shuttle."""
    near: NearWays
    """The local ways that the others are made of."""


def access_of(network: Network, state: NetworkState, places: Sequence[int], points: Points, gates: Sequence[Gate]) -> Access:
    """Ways for places (rows of `Network.nodes`) and points, in this state of the network."""
    place = np.array(places, dtype=np.int64)
    board_stop = np.array([point.stop for point in points.board], dtype=np.int64)
    entry = np.array([point.seconds for point in points.board], dtype=np.int64)
    alight_stop = np.array([point.stop for point in points.alight], dtype=np.int64)
    leaving = np.array([point.seconds for point in points.alight], dtype=np.int64)
    nothing = np.zeros(len(place), dtype=np.int64)
    near = NearWays(network, state, np.concatenate([place, board_stop, alight_stop]), gates)
    to_board, from_alight, direct, transfers = (WayList(len(state.period_start_s)) for _ in range(4))
    near.collect(to_board, place, board_stop, nothing, entry, leaving_home=True)
    near.collect(from_alight, alight_stop, place, leaving, nothing)
    near.collect(direct, place, place, nothing, nothing)
    at_places = Ends(place, nothing)
    add_recorded(to_board, network, state, gates, at_places, Ends(board_stop, entry))
    add_recorded(from_alight, network, state, gates, Ends(alight_stop, leaving), at_places)
    add_recorded(direct, network, state, gates, at_places, at_places)
    add_transfers(transfers, network, state, points, near, gates)
    return Access(
        to_board.ways(len(place)), from_alight.ways(len(alight_stop)), transfers.ways(len(alight_stop)), direct.ways(len(place)), near
    )
