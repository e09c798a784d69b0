"""Hubs of a network and the terminals that each is made of at its date."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bbwnet.network.network import Network
    from bbwnet.scenario.schema.hubs import Hub


def served_stops(network: Network) -> tuple[str, ...]:
    """Nodes and places that services in force call at, sorted."""
    return tuple(sorted({stop for pattern in network.trips.patterns for stop in pattern.stops}))


def hub_terminals(network: Network, hub: Hub) -> tuple[str, ...]:
    """Stops of a hub that services in force call at, sorted: those it names, or else all in the zones and towns of its city.

    Coach services call at places themselves; the place then is the hub's coach terminal.
    """
    served = served_stops(network)
    if hub.terminals:
        return tuple(stop for stop in served if stop in hub.terminals)
    places = {place.id for place in network.assembly.places.values() if place.city == hub.city}
    return tuple(
        stop for stop in served if stop in places or (stop in network.assembly.nodes and network.assembly.nodes[stop].place in places)
    )
