"""GraphML: the routing graph, one edge per arc, numbers typed, as networkx, igraph and Gephi open it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import networkx as nx
import shapely

from bbwnet.exchange.frames import NetworkFrames, refuse, whole_file

LINK_ROW = "link_row"
"""Edge attribute that holds the key of the edge in `Network.to_networkx()`: GraphML wants edge ids unique in the file."""


def write_graphml(network: NetworkFrames, path: str | Path) -> None:
    """Write `network.to_networkx()`; geometries become WKT, other lists JSON text."""
    graph = network.to_networkx()
    flat: nx.MultiDiGraph[int] = nx.MultiDiGraph(**graph.graph)
    for node, values in graph.nodes(data=True):
        flat.add_node(node, **_flat(values))
    for number, (tail, head, key, values) in enumerate(graph.edges(keys=True, data=True)):
        flat.add_edge(tail, head, key=number, **{LINK_ROW: key}, **_flat(values))
    with whole_file(path) as partial:
        nx.write_graphml_xml(flat, partial)


def read_graphml(path: str | Path) -> nx.MultiDiGraph[int]:
    """Read a graph that `write_graphml` has written, as `Network.to_networkx()` gives it, its geometries shapely lines (as in OSMnx).

    Raises `InputError` if the file is no GraphML.
    """
    file = Path(path)
    try:
        flat: Any = nx.read_graphml(file, node_type=int, edge_key_type=int, force_multigraph=True)
    except (OSError, ParseError, ValueError, nx.NetworkXError) as error:
        raise refuse(file, f"cannot be read as GraphML: {error}") from None
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(**_own(flat.graph))
    for node, values in flat.nodes(data=True):
        graph.add_node(node, **_restored(values))
    for tail, head, number, values in flat.edges(keys=True, data=True):
        restored = _restored(values)
        graph.add_edge(tail, head, key=restored.pop(LINK_ROW, number), **restored)
    return graph


def _own(attributes: dict[str, Any]) -> dict[str, Any]:
    """Graph attributes without the empty defaults that the reader puts among them."""
    return {key: value for key, value in attributes.items() if key not in ("node_default", "edge_default")}


def _flat(values: dict[str, Any]) -> dict[str, Any]:
    flat = {}
    for key, value in values.items():
        if key == "geometry":
            flat[key] = shapely.to_wkt(shapely.LineString(value), rounding_precision=-1)  # takes a LineString too
        else:
            flat[key] = json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
    return flat


def _restored(values: dict[str, Any]) -> dict[str, Any]:
    restored = {}
    for key, value in values.items():
        if key == "geometry":
            restored[key] = shapely.from_wkt(value)
        elif isinstance(value, str) and value.startswith("["):
            restored[key] = json.loads(value)
        else:
            restored[key] = value
    return restored
