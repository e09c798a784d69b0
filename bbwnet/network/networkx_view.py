"""The networkx view of a network: integer nodes, OSMnx attribute names beside our own."""

from __future__ import annotations

import datetime
import math
from typing import TYPE_CHECKING, Any

import networkx as nx
import pandas as pd
import shapely

if TYPE_CHECKING:
    from bbwnet.network.network import Network


def to_networkx(network: Network) -> nx.MultiDiGraph[int]:
    """A `MultiDiGraph` with one edge per arc, keyed by link; `x`, `y` in degrees, `length` in m, `travel_time` in s.

    Nodes are integers (rows of `Network.nodes`, as OSMnx wants them) with their identifier in `id`; absent values are
    left out. `travel_time` is a car's free-flow time where cars go, else the passage time of a link where one is known,
    else infinite: the time over a track hangs on the train that runs there.
    """
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(
        crs="EPSG:4326", scenario=network.scenario, region=network.region, as_of=network.as_of.isoformat()
    )
    for position, (node_id, cells) in enumerate(zip(network.nodes.index, network.nodes.to_dict("records"), strict=True)):
        graph.add_node(position, id=node_id, x=cells["lon"], y=cells["lat"], **_present(cells))
    rows = [_present(row) for row in network.links.to_dict("records")]
    link_ids = list(network.links.index)
    star = network.graph
    for tail, head, link, backward in zip(star.tail.tolist(), star.head.tolist(), star.link.tolist(), star.backward.tolist(), strict=True):
        row: dict[str, Any] = dict(rows[link])
        geometry = row.pop("geometry")
        seconds = row.pop("car_seconds_backward" if backward else "car_seconds", None)
        row.pop("car_seconds" if backward else "car_seconds_backward", None)
        travel_time = seconds if seconds is not None else row.get("passage_seconds")
        # Infinite and not left out: networkx counts an edge without its weight as 1, so that the shortest paths by
        # travel_time would run along the tracks at a second a link.
        row["travel_time"] = math.inf if travel_time is None else float(travel_time)
        row["geometry"] = shapely.LineString(geometry[::-1] if backward else geometry)
        row["length"] = row["length_km"] * 1000
        graph.add_edge(tail, head, key=link, id=link_ids[link], backward=backward, **row)
    return graph


def _present(row: dict[Any, Any]) -> dict[str, Any]:
    """A row without its absent values, dates as ISO text."""
    kept: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, list):
            kept[str(key)] = value
        elif isinstance(value, datetime.date):
            kept[str(key)] = value.isoformat()
        elif not pd.isna(value):
            kept[str(key)] = value.item() if hasattr(value, "item") else value
    return kept
