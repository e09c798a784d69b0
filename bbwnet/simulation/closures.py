"""What is closed or slowed when: the scenario's disruptions, put on links, nodes, terminals and services as calendars."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import shapely

from bbwnet.simulation.calendars import ALWAYS, together, window

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bbwnet.network.network import Network
    from bbwnet.scenario.schema.simulation import Disruption
    from bbwnet.simulation.calendars import Calendar

LINK_MODES: dict[str, tuple[str, ...]] = {"waterway": ("waterway",), "sea": ("sea",), "border": ("border",)}
"""Modes of links that a disrupted mode means, where it is not its own name."""


class Closures:
    """Calendars of everything that a disruption may name.

    A link is disrupted by its identifier, its line, its mode, a project that built it, or an area that holds an end of it; a node by
    its identifier, its place, city or project, or the area it lies in; a terminal, crossing, lock or airport by its own identifier and
    with its node; a service by its identifier, project or mode. A group stands for its members, and for theirs. What a
    disrupted node means for a link or service that touches it is for the vehicle to say: a train may pass a closed station.
    """

    def __init__(self, network: Network, disruptions: Iterable[Disruption]) -> None:
        """Lay out the disruptions."""
        self._network = network
        self.disruptions = tuple(disruptions)
        self._windows = [(item, window(item.from_s, item.until_s, item.speed)) for item in self.disruptions]
        self._areas = {number: shapely.Polygon(item.area) for number, item in enumerate(self.disruptions) if item.area}
        self._named = [frozenset() if item.what is None else _members(network, item.what) for item in self.disruptions]
        self._cache: dict[tuple[str, str], Calendar] = {}

    @cached_property
    def known_names(self) -> frozenset[str]:
        """All that `what` may name."""
        assembly, nodes, links = self._network.assembly, self._network.nodes, self._network.links
        places = list(nodes["place"].dropna().unique())
        return frozenset(
            [*nodes.index, *links.index, *links["line"].dropna(), *assembly.services, *assembly.terminals, *assembly.crossings,
             *assembly.locks, *assembly.airports, *places, *self._network.cities, *(item.project.id for item in self._network.projects),
             *assembly.groups, *(item.id for item in assembly.channels.values())]
        )  # fmt: skip

    def unknown_names(self) -> list[tuple[int, str]]:
        """Disruptions, by their place in the scenario, of what the network does not have, each with the name."""
        known = self.known_names
        return [(place, item.what) for place, item in enumerate(self.disruptions) if item.what is not None and item.what not in known]

    def without_effect(self) -> list[int]:
        """Disruptions of a mode or an area, by their place in the scenario, that nothing in the network has or lies in."""
        kinds = (
            (self._hits_node, self._network.nodes.index),
            (self._hits_link, self._network.links.index),
            (self._hits_service, self._network.assembly.services),
        )
        return [
            place
            for place, item in enumerate(self.disruptions)
            if item.what is None and not any(hits(place, item, str(name)) for hits, names in kinds for name in names)
        ]

    def of_link(self, link: str) -> Calendar:
        """Calendar of a link; its ends do not count, but for areas."""
        return self._of("link", link)

    def of_node(self, node: str) -> Calendar:
        """Calendar of a node."""
        return self._of("node", node)

    def of_terminal(self, kind: str, identifier: str, node: str) -> Calendar:
        """Calendar of a terminal, crossing, lock, airport or channel (`terminals`, `crossings`, ...) at a node."""
        key = (kind, identifier)
        if key not in self._cache:
            own = [calendar for named, (_, calendar) in zip(self._named, self._windows, strict=True) if identifier in named]
            self._cache[key] = together([*own, self.of_node(node)])
        return self._cache[key]

    def of_service(self, service: str) -> Calendar:
        """Calendar of a service; where it goes does not count."""
        return self._of("service", service)

    def _of(self, kind: str, identifier: str) -> Calendar:
        key = (kind, identifier)
        if not self._windows:
            return ALWAYS
        if key not in self._cache:
            hit = {"link": self._hits_link, "node": self._hits_node, "service": self._hits_service}[kind]
            self._cache[key] = together(calendar for number, (item, calendar) in enumerate(self._windows) if hit(number, item, identifier))
        return self._cache[key]

    def _hits_link(self, number: int, item: Disruption, link: str) -> bool:
        row = self._network.links.loc[link]
        if item.what is not None:
            return not self._named[number].isdisjoint((link, row["line"], row["crossing"], *self._origins("links", link)))
        if item.mode is not None and row["mode"] not in LINK_MODES.get(item.mode, (item.mode,)):
            return False
        return not item.area or any(self._within(number, node) for node in (str(row["from"]), str(row["to"])))

    def _hits_node(self, number: int, item: Disruption, node: str) -> bool:
        row = self._network.nodes.loc[node]
        if item.what is not None:
            return not self._named[number].isdisjoint((node, row["place"], row["city"], *self._origins("nodes", node)))
        return item.mode is None and self._within(number, node)

    def _hits_service(self, number: int, item: Disruption, service: str) -> bool:
        record = self._network.assembly.services[service]
        if item.what is not None:
            return not self._named[number].isdisjoint((service, *self._origins("services", service)))
        return item.mode == record.mode and (not item.area or any(self._within(number, node) for node in record.stops))

    def _origins(self, kind: str, identifier: str) -> tuple[str, ...]:
        return self._network.assembly.origins.get(kind, {}).get(identifier, ())

    def _within(self, number: int, node: str) -> bool:
        area = self._areas.get(number)
        if area is None:
            return False
        nodes, place = self._network.nodes, self._network.node_index[node]
        lon, lat = (float(nodes[key].to_numpy()[place]) for key in ("lon", "lat"))
        return bool(area.intersects(shapely.Point(lon, lat)))


def _members(network: Network, name: str) -> frozenset[str]:
    """A name, and what it stands for where it is a group's: its members and theirs."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            group = network.assembly.groups.get(current)
            waiting.extend(() if group is None else group.members)
    return frozenset(found)
