"""Finding things by identifier, Chinese or English name; an ambiguous name is an error that lists the candidates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bbwnet.errors import InputError, Problem
from bbwnet.scenario.nearest import nearest_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bbwnet.network.network import Network
    from bbwnet.scenario.schema.infrastructure import Node
    from bbwnet.scenario.schema.places import City, Place

Kind = Literal["city", "place", "node"]

KIND_PREFIXES: dict[str, Kind] = {"city": "city", "place": "place", "zone": "place", "node": "node", "station": "node"}
"""What a name may begin with, followed by a colon, to say which kind is meant."""

STATION_WORDS = ("站", " station")
CITY_WORDS = ("市", " city")


@dataclass(frozen=True)
class Target:
    """A city, place or node that a name stands for."""

    kind: Kind
    id: str


def find_target(network: Network, text: str, *, stations_first: bool) -> Target:
    """The city, place or node that `text` names: by identifier, Chinese or English name, in any letter case.

    With `stations_first` (rail times) a station's name means the station, as 南宁 does on a ticket; otherwise a city
    comes first, then a place, then a node. `city:`, `place:`, `node:` or `station:` in front decides. Raises
    `InputError` for an unknown name (with the nearest ones) or one that fits several things of one kind.
    """
    prefix, _, rest = text.partition(":")
    prefix = prefix.strip().casefold()
    if rest and prefix in KIND_PREFIXES:
        order: Sequence[Kind] = (KIND_PREFIXES[prefix],)
        wanted = rest.strip()
    else:
        order = ("node", "city", "place") if stations_first else ("city", "place", "node")
        wanted = text.strip()
    for kind in order:
        found = _matches(network, kind, wanted)
        if kind == "node" and stations_first:
            stations = [node for node in found if network.assembly.nodes[node].kind == "station"]
            found = stations or ([] if len(order) > 1 else found)
        if len(found) > 1:
            raise InputError([_ambiguous(text, kind, found)])
        if found:
            return Target(kind, found[0])
    # Rail times may start from any node when no city or place has the name either (ports, airports).
    if "node" in order and (found := _matches(network, "node", wanted)):
        if len(found) > 1:
            raise InputError([_ambiguous(text, "node", found)])
        return Target("node", found[0])
    raise InputError([_unknown(network, text, wanted)])


def _matches(network: Network, kind: Kind, wanted: str) -> list[str]:
    """Identifiers of the kind whose identifier or name is `wanted`, an identifier alone if one fits."""
    records = _records(network, kind)
    folded = wanted.casefold()
    if folded in records:
        return [folded]
    variants = {folded}
    words = {"node": STATION_WORDS, "city": CITY_WORDS, "place": ()}[kind]
    variants.update(folded.removesuffix(word) for word in words if folded.endswith(word))
    variants.update(folded + word for word in STATION_WORDS[1:] if kind == "node")
    return sorted(key for key, (zh, en) in records.items() if {zh.casefold(), en.casefold()} & variants and _meant(kind, en, folded))


def _meant(kind: Kind, en: str, folded: str) -> bool:
    """Whether a match is meant: plain "Nanning" is the city, "Nanning station" the station, though 南宁 may be either."""
    plain_latin = folded.isascii()
    return not (kind == "node" and plain_latin and en.casefold() != folded and not folded.endswith(STATION_WORDS))


def _records(network: Network, kind: Kind) -> dict[str, tuple[str, str]]:
    """Chinese and English names by identifier."""
    named: dict[Kind, Mapping[str, City | Place | Node]] = {
        "city": network.cities,
        "place": network.assembly.places,
        "node": network.assembly.nodes,
    }
    return {key: (record.name.zh, record.name.en) for key, record in named[kind].items()}


def _ambiguous(text: str, kind: str, found: Iterable[str]) -> Problem:
    return Problem(
        file="", message=f"{text!r} names several things", value=text, expected=f"one of {', '.join(f'{kind}:{item}' for item in found)}"
    )


def _unknown(network: Network, text: str, wanted: str) -> Problem:
    for node, project in network.assembly.absent_nodes.values():
        if wanted.casefold() in {node.id, node.name.zh.casefold(), node.name.en.casefold()}:
            why = "it is closed" if project is None else f"project {project} brings it"
            return Problem(file="", message=f"{text!r} is not there in {network.scenario} on {network.as_of}: {why}")
    names = {name for kind in KIND_PREFIXES.values() for key, pair in _records(network, kind).items() for name in (key, *pair)}
    return Problem(
        file="",
        message=f"nothing is called {text!r}",
        value=text,
        expected="an identifier, Chinese or English name",
        nearest=nearest_name(wanted, names),
    )
