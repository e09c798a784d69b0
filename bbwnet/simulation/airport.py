"""Airports as passengers meet them: security is open when the airport is, whatever is said of it or of its node."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bbwnet.simulation.calendars import Calendar
    from bbwnet.simulation.world import World


def airport_calendar(world: World, node: str) -> Calendar:
    """When the checks of an airport at a node are open."""
    airports = world.network.assembly.airports
    named = next((key for key, item in sorted(airports.items()) if item.node == node), None)
    return world.closures.of_node(node) if named is None else world.closures.of_terminal("airports", named, node)
