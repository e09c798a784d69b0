"""Where travellers change: the hubs of the data, and beside them the terminals of each city, place or stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bbwnet.network.hubs import hub_terminals, served_stops

if TYPE_CHECKING:
    from bbwnet.network.network import Network
    from bbwnet.scenario.schema.base import Name

InterchangeKind = Literal["hub", "city", "rest_of_city", "place", "stop"]
"""`hub`: a record of the data; `city`: the terminals of a city without one; `rest_of_city`: those that its hub leaves out; `place`, `stop`:
terminals outside all cities."""


@dataclass(frozen=True)
class Interchange:
    """Terminals between which, and within which, changes are counted together."""

    id: str
    """Of the hub, or `city:`, `place:` or `stop:` with its identifier."""
    kind: InterchangeKind
    name: Name
    rank: str | None
    """Of a hub: `national`, `regional` or `local`."""
    city: str | None
    terminals: tuple[str, ...]
    """Stops that services in force call at, sorted."""


def interchanges(network: Network) -> tuple[Interchange, ...]:
    """Every stop that services in force call at, in one interchange each: hubs first, then cities, places and stops, by identifier.

    A stop that two hubs name belongs to the first of them.
    """
    taken: set[str] = set()
    found: list[Interchange] = []
    for hub in sorted(network.assembly.hubs.values(), key=lambda item: item.id):
        terminals = tuple(stop for stop in hub_terminals(network, hub) if stop not in taken)
        if terminals:
            found.append(Interchange(hub.id, "hub", hub.name, hub.rank, hub.city, terminals))
            taken.update(terminals)
    with_hub = {item.city for item in found}
    groups: dict[tuple[int, str], list[str]] = {}
    for stop in served_stops(network):
        if stop not in taken:
            groups.setdefault(_group(network, stop), []).append(stop)
    for (order, key), stops in sorted(groups.items()):
        found.append(_beside_hubs(network, order, key, tuple(stops), with_hub=key in with_hub))
    return tuple(found)


_CITY, _PLACE, _STOP = range(3)


def _group(network: Network, stop: str) -> tuple[int, str]:
    """What a stop without a hub belongs to: its city, else its place, else itself."""
    city, place = network.nodes.at[stop, "city"], network.nodes.at[stop, "place"]
    if isinstance(city, str):
        return _CITY, city
    if isinstance(place, str):
        return _PLACE, place
    return (_PLACE, stop) if stop in network.assembly.places else (_STOP, stop)


def _beside_hubs(network: Network, order: int, key: str, terminals: tuple[str, ...], *, with_hub: bool) -> Interchange:
    if order == _CITY:
        return Interchange(f"city:{key}", "rest_of_city" if with_hub else "city", network.cities[key].name, None, key, terminals)
    if order == _PLACE:
        return Interchange(f"place:{key}", "place", network.assembly.places[key].name, None, None, terminals)
    return Interchange(f"stop:{key}", "stop", network.assembly.nodes[key].name, None, None, terminals)
