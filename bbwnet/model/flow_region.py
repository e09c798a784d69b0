"""Which nodes lie in the region and which beyond: those nearer to one of its zones than to any other place of the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.network.network import Network

_OUTSIDE = ("gateway", "asean_gateway")


def nodes_in_region(network: Network) -> frozenset[str]:
    """Nodes, at sea too, whose nearest place is a zone of the region and not a gateway, along the great circle."""
    places = [place for place in network.assembly.places.values() if place.kind == "zone" or place.kind in _OUTSIDE]
    if not places:
        return frozenset()
    zone = np.array([place.kind == "zone" for place in places], dtype=np.bool_)
    where = _on_sphere([(place.lon, place.lat) for place in places])
    nodes = network.nodes
    of_nodes = _on_sphere(list(zip(nodes["lon"].tolist(), nodes["lat"].tolist(), strict=True)))
    nearest = np.argmax(of_nodes @ where.T, axis=1)
    return frozenset(str(name) for name in nodes.index[zone[nearest]])


def links_in_region(network: Network, *, both_ends: bool = False) -> frozenset[str]:
    """Links with an end in the region, or with both."""
    inside = nodes_in_region(network)
    links = network.links
    tail, head = links["from"].isin(inside), links["to"].isin(inside)
    return frozenset(str(name) for name in links.index[tail & head if both_ends else tail | head])


def _on_sphere(positions: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
    """Points of the unit sphere (n x 3): the greater their product, the nearer they are."""
    lon, lat = np.radians(np.array(positions, dtype=np.float64)).T
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)
