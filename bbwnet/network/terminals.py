"""Which stations, airports and ports count as a city's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.scenario.schema.places import City

TERMINAL_KINDS = {"air": ("airport",), "sea": ("port", "ferry_terminal")}
"""Node kinds at which services of a mode call."""

NO_THROUGH_KINDS = ("station", "airport", "freight_yard")
"""Nodes that cars drive to and from, but not across: their access roads are no shortcut between towns."""


def no_through_nodes(network: Network) -> NDArray[np.bool_]:
    """Nodes that cars drive to and from, but not across (n nodes): those of `NO_THROUGH_KINDS`, and places that say so."""
    places = [place.id for place in network.assembly.places.values() if place.no_through]
    kinds: NDArray[np.bool_] = network.nodes["kind"].isin(NO_THROUGH_KINDS).to_numpy(dtype=np.bool_)
    return kinds | network.nodes.index.isin(places)


def main_stations(network: Network, city: City) -> tuple[str, ...]:
    """The city's main stations that exist in the network, in the order of the data.

    The latest list not after the network's date holds; a station of a later list counts too when a project has built it
    by then, as in a plan scenario.
    """
    valid = [entry for entry in city.main_stations if entry.valid_from <= network.as_of]
    later = [entry for entry in city.main_stations if entry.valid_from > network.as_of]
    listed = [
        *(max(valid, key=lambda entry: entry.valid_from).stations if valid else ()),
        *(item for entry in later for item in entry.stations),
    ]
    return tuple(dict.fromkeys(station for station in listed if station in network.node_index))


def city_terminals(network: Network, city: City, mode: str) -> tuple[str, ...]:
    """Airports (`air`) or ports (`sea`) that lie in the city's zones, sorted by identifier."""
    kinds = TERMINAL_KINDS[mode]
    places = {place.id for place in network.assembly.places.values() if place.city == city.id} | {city.centre}
    return tuple(sorted(node.id for node in network.assembly.nodes.values() if node.kind in kinds and node.place in places))
