"""Roads as trucks meet them, without the gates (crossings, ro-ro ferries) that freight chooses among."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.assignment.freight_ways import ModeArcs
from bbwnet.network.car_times import IMPASSABLE
from bbwnet.network.terminals import no_through_nodes
from bbwnet.scenario.great_circle import EARTH_RADIUS_KM
from bbwnet.scenario.schema.base import DAY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.network.state import NetworkState


def truck_roads(network: Network, state: NetworkState, terminals: Sequence[str]) -> tuple[ModeArcs, tuple[str, ...]]:
    """Arcs of roads over the rows of the network's nodes, and what stands for roads that the data lack.

    Terminals without a road are joined with their place by the straight line and a detour.
    """
    haul, star = network.settings.freight_chains.road, network.graph
    seconds = mean_car_seconds(network, state)
    on_road = network.links["mode"].to_numpy()[star.link] == "highway"
    arcs = np.flatnonzero(on_road & (seconds >= 0))
    row = star.link[arcs].astype(np.int64)
    km = network.links["length_km"].to_numpy(dtype=np.float64)[row]
    toll = np.nan_to_num(network.links["toll_cny_km"].to_numpy(dtype=np.float64))[row]
    tail, head = star.tail[arcs].astype(np.int64), star.head[arcs].astype(np.int64)
    reached = np.zeros(star.node_count, dtype=bool)
    reached[tail] = True
    reached[head] = True
    joined = [
        (name, place)
        for name in dict.fromkeys(terminals)
        if not reached[network.node_index[name]] and (place := network.nodes.at[name, "place"]) in network.node_index
    ]
    here = np.array([network.node_index[name] for name, _ in joined], dtype=np.int64)
    there = np.array([network.node_index[str(place)] for _, place in joined], dtype=np.int64)
    away = np.diag(straight_km(network, [name for name, _ in joined], [str(place) for _, place in joined])) * haul.connector_detour
    away = np.maximum(away, 0.1)
    hours = np.concatenate([seconds[arcs] / 3600 * haul.time_factor, np.tile(away / haul.connector_speed_kmh, 2)])
    length = np.concatenate([km, away, away])
    money = haul.cny_km * length
    money[: len(km)] += haul.toll_factor * toll * km
    roads = ModeArcs(
        node_count=star.node_count,
        tail=np.concatenate([tail, here, there]),
        head=np.concatenate([head, there, here]),
        hours=hours,
        money=money,
        km=length,
        link=np.concatenate([row, np.full(2 * len(joined), -1)]),
        backward=np.concatenate([star.backward[arcs], np.zeros(len(joined), dtype=bool), np.ones(len(joined), dtype=bool)]),
        no_through=no_through_nodes(network),
    )
    names = ", ".join(name for name, _ in joined)
    note = f"No road in the data reaches {names}: the straight line to their place with a detour stands for it."
    return roads, (note,) if joined else ()


def mean_car_seconds(network: Network, state: NetworkState) -> NDArray[np.float64]:
    """Car seconds of each arc of the forward star, the mean over the hours in which trucks set out; negative where cars cannot go."""
    weights = np.repeat(np.array(network.settings.freight_chains.road.hour_weights, dtype=np.float64), 3600) / 3600
    bounds = [*state.period_start_s, DAY_SECONDS]
    share = np.array([weights[start:end].sum() for start, end in itertools.pairwise(bounds)])
    seconds = np.stack([state.passable_car_seconds(network, period) for period in range(len(share))]).astype(np.float64)
    closed = (seconds < 0).any(axis=0)
    return np.where(closed, float(IMPASSABLE), share @ seconds / share.sum())


def straight_km(network: Network, first: Sequence[str], second: Sequence[str]) -> NDArray[np.float64]:
    """Great circles between nodes (first x second)."""
    place = network.nodes[["lon", "lat"]]
    one, two = (np.radians(place.loc[list(names)].to_numpy(dtype=np.float64)) for names in (first, second))
    lon, lat = one[:, None, 0] - two[None, :, 0], one[:, None, 1] - two[None, :, 1]
    half = np.sin(lat / 2) ** 2 + np.cos(one[:, None, 1]) * np.cos(two[None, :, 1]) * np.sin(lon / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0))))
