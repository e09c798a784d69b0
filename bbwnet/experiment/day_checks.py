"""What is wrong with a scenario's simulated days before they begin: names that the network does not have, windows that never come."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bbwnet.scenario.nearest import Names
from bbwnet.scenario.schema.simulation_streams import ROAD_STREAMS
from bbwnet.simulation.closures import Closures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bbwnet.errors import Problem
    from bbwnet.network.network import Network
    from bbwnet.scenario.scenario import Scenario
    from bbwnet.scenario.schema.simulation_streams import Stream

_ROADS = ("highway", "ferry", "border")


def day_problems(scenario: Scenario, network: Network) -> list[Problem]:
    """Disruptions and streams of what is not in the network, each with its line and the nearest name."""
    return [*_of_disruptions(scenario, network), *_of_streams(scenario, network)]


def _of_disruptions(scenario: Scenario, network: Network) -> list[Problem]:
    closures = Closures(network, network.settings.disruptions)
    unknown = closures.unknown_names()
    names = Names(closures.known_names if unknown else ())
    return [
        scenario.problem(
            "settings",
            None,
            f"disruptions.{place}.what",
            "not in this network at its date",
            value=name,
            expected="a node, link, line, terminal, crossing, lock, airport, service, project, place, city or group",
            nearest=names.nearest(name),
        )
        for place, name in unknown
    ]


def _of_streams(scenario: Scenario, network: Network) -> list[Problem]:
    streams = network.settings.simulation.streams
    if not streams:
        return []
    found = []
    often = Counter(item.id for item in streams)
    for place, item in enumerate(streams):
        field = f"simulation.streams.{place}"
        if often[item.id] > 1:
            found.append(scenario.problem("settings", None, f"{field}.id", "given twice", value=item.id, expected="each stream once"))
        for key, name, known, expected in _names(item, network):
            if name not in known:
                nearest = Names(known).nearest(name)
                text = "not in this network at its date"
                found.append(scenario.problem("settings", None, f"{field}.{key}", text, value=name, expected=expected, nearest=nearest))
    return found


def _names(stream: Stream, network: Network) -> Iterator[tuple[str, str, set[str], str]]:
    """What a stream names: key, name, what there is of the kind, and what that is."""
    if stream.what not in ROAD_STREAMS:
        return  # terminals of ships are looked up when the scenario is read
    nodes = {str(name) for name in network.nodes.index}
    for key, name in (("from", stream.from_), ("to", stream.to)):
        if name is not None:
            yield key, name, nodes, "a node"
    if stream.at is not None:
        links = network.links
        roads = {str(name) for name in links.index[links["mode"].isin(_ROADS)]}
        plazas = {plaza.id for plaza in network.settings.simulation.roads.toll_plazas}
        yield "at", stream.at, roads | plazas | set(network.assembly.crossings), "a road link, crossing or toll plaza"


def idle_disruptions(network: Network) -> list[str]:
    """Messages on disruptions that lie outside of the simulated time."""
    settings = network.settings.simulation
    begin_s, end_s = -3600.0 * settings.warm_up_h, 86_400.0 * settings.days + 3600.0 * settings.run_out_h
    return [
        f"disruption of {item.what or item.mode or 'an area'} from {item.from_} until {item.until}: not within the simulated time"
        for item in network.settings.disruptions
        if item.from_s >= end_s or item.until_s <= begin_s
    ]
