"""Where one can get off the network: places, terminals, junctions, and points along every road that has access on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.network.car_times import IMPASSABLE
from bbwnet.network.state import NetworkState

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.network.network import Network

ACCESS_AT_ENDS_ONLY = frozenset({"expressway"})
"""Classes of roads that are left at their ends only."""

NO_EXIT_KINDS = frozenset({"waypoint", "rail_junction", "freight_yard", "lock"})
"""Kinds of nodes at which nobody gets off, unless a road leads there."""


@dataclass(frozen=True)
class TimedPoints:
    """Positions (lon, lat in degrees, one row each) and the minutes at which each is reached."""

    lon_lat: NDArray[np.float64]
    minutes: NDArray[np.float64]


def points_reached(
    network: Network,
    node_minutes: NDArray[np.float64],
    *,
    spacing_km: float,
    longest_min: float,
    along_roads: bool = True,
    car_seconds: NDArray[np.int64] | None = None,
) -> TimedPoints:
    """Nodes where people get off, reached within `longest_min`; and points of roads at most `spacing_km` apart.

    `node_minutes` has a value per row of `network.nodes` (NaN or infinite: not reached). A point between the ends of a road
    is reached from either end that a car may come from, by its share of the seconds of the road; shares are those of the
    line as drawn. Expressways are left at their ends only. `car_seconds` has the seconds per arc, as
    `NetworkState.passable_car_seconds` gives them (by default free flow, all open).
    """
    nodes, star = network.nodes, network.graph
    is_road = network.links["mode"].to_numpy() == "highway"
    has_exit = ~nodes["kind"].isin(list(NO_EXIT_KINDS)).to_numpy(dtype=np.bool_)
    has_exit[star.tail[is_road[star.link]]] = True
    has_exit[star.head[is_road[star.link]]] = True
    chosen = has_exit & (node_minutes <= longest_min)
    positions = nodes[["lon", "lat"]].to_numpy(dtype=np.float64)
    lon_lat, minutes = [positions[chosen]], [node_minutes[chosen]]
    if along_roads and len(network.links):
        seconds = NetworkState.free_flow(network).passable_car_seconds(network) if car_seconds is None else car_seconds
        left_anywhere = is_road & ~network.links["road_class"].isin(list(ACCESS_AT_ENDS_ONLY)).to_numpy()
        usable = left_anywhere[star.link] & (seconds != IMPASSABLE) & (node_minutes[star.tail] <= longest_min)
        geometry, length_km = network.links["geometry"].to_numpy(), network.links["length_km"].to_numpy(dtype=np.float64)
        for arc in np.flatnonzero(usable).tolist():
            link = star.link[arc]
            pieces = int(np.ceil(length_km[link] / spacing_km))
            shares = np.arange(1, pieces) / pieces
            line = np.asarray(geometry[link], dtype=np.float64)
            lon_lat.append(_along(line[::-1] if star.backward[arc] else line, shares))
            minutes.append(node_minutes[star.tail[arc]] + shares * (seconds[arc] / 60))
    everywhere, when = np.concatenate(lon_lat), np.concatenate(minutes)
    in_time = when <= longest_min
    return TimedPoints(everywhere[in_time], when[in_time])


def _along(line: NDArray[np.float64], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Positions at shares of the length of a line of lon, lat."""
    steps = np.diff(line, axis=0)
    steps[:, 0] *= np.cos(np.radians(line[:-1, 1]))
    walked = np.concatenate([[0.0], np.cumsum(np.hypot(steps[:, 0], steps[:, 1]))])
    wanted = shares * walked[-1]
    return np.column_stack([np.interp(wanted, walked, line[:, 0]), np.interp(wanted, walked, line[:, 1])])
