"""What is wrong with a scenario's simulated days before they begin: names that the network does not have, windows that never come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bbwnet.model.day_locks import ROUNDING, largest_dwt
from bbwnet.scenario.checks.simulation import DISRUPTED
from bbwnet.scenario.nearest import Names
from bbwnet.scenario.schema.simulation_streams import ROAD_STREAMS
from bbwnet.simulation.closures import Closures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bbwnet.errors import Problem
    from bbwnet.network.network import Network
    from bbwnet.scenario.scenario import Scenario
    from bbwnet.scenario.schema.simulation_streams import Stream
    from bbwnet.scenario.schema.simulation_window import Window

_ROADS = ("highway", "ferry", "border")
_MISSING = "not in this network at its date"


def day_problems(scenario: Scenario, network: Network) -> list[Problem]:
    """Disruptions and streams of what is not in the network at its date, plazas and lanes of no road, each with its line.

    Names that no record has, whatever its date, are told when the scenario is read (`scenario.checks.simulation`).
    """
    return [*_of_disruptions(scenario, network), *_of_streams(scenario, network), *_of_roads(scenario, network)]


def _of_disruptions(scenario: Scenario, network: Network) -> list[Problem]:
    closures = Closures(network, network.settings.disruptions)
    unknown = closures.unknown_names()
    names = Names(closures.known_names if unknown else ())
    found = [
        scenario.problem(
            "settings", None, f"disruptions.{place}.what", _MISSING, value=name, expected=DISRUPTED, nearest=names.nearest(name)
        )
        for place, name in unknown
    ]
    for place in closures.without_effect():
        item = closures.disruptions[place]
        key, what = ("area", "within the area") if item.area else ("mode", "in this network at its date")
        expected = "what a link ends in or a service calls at" if item.mode is None or item.area else "a mode of the network"
        message = f"nothing of mode {item.mode} {what}" if item.mode else f"nothing {what}"
        found.append(scenario.problem("settings", None, f"disruptions.{place}.{key}", message, expected=expected))
    return found


def _of_streams(scenario: Scenario, network: Network) -> list[Problem]:
    streams = network.settings.simulation.streams
    if not streams:
        return []
    found = []
    for place, item in enumerate(streams):
        for key, name, known, expected in _names(item, network):
            if name not in known:
                found.append(_missing(scenario, f"simulation.streams.{place}.{key}", name, known, expected))
        if item.what == "barge" and item.at in network.assembly.locks and item.dwt is not None:
            limit = largest_dwt(network, item.at)
            if item.dwt > limit * (1 + ROUNDING):
                key, told = f"simulation.streams.{place}.dwt", f"impossible vessel: larger than every chamber of {item.at} takes"
                found.append(scenario.problem("settings", None, key, told, value=item.dwt, expected=f"at most {limit:.0f} t"))
    return found


def _of_roads(scenario: Scenario, network: Network) -> list[Problem]:
    """Toll plazas and watches that are on no road, lanes of crossings that no road leads over."""
    choice = network.settings.simulation.roads
    if not (choice.toll_plazas or choice.watch or choice.border.crossings):
        return []
    links, root = network.links, "simulation.roads"
    highways = {str(name) for name in links.index[links["mode"] == "highway"]}
    crossed = {str(name) for name in links.loc[links["mode"] == "border", "crossing"].dropna()}
    named = [(f"{root}.toll_plazas.{place}.link", item.link, highways, "a highway") for place, item in enumerate(choice.toll_plazas)]
    named += [(f"{root}.watch.{place}", name, _roads(network), "a road link") for place, name in enumerate(choice.watch)]
    named += [
        (f"{root}.border.crossings.{place}.crossing", item.crossing, crossed, "a crossing that a road leads over")
        for place, item in enumerate(choice.border.crossings)
    ]
    return [_missing(scenario, key, name, known, expected) for key, name, known, expected in named if name not in known]


def _missing(scenario: Scenario, key: str, name: str, known: set[str], expected: str) -> Problem:
    return scenario.problem("settings", None, key, _MISSING, value=name, expected=expected, nearest=Names(known).nearest(name))


def _roads(network: Network) -> set[str]:
    return {str(name) for name in network.links.index[network.links["mode"].isin(_ROADS)]}


def _names(stream: Stream, network: Network) -> Iterator[tuple[str, str, set[str], str]]:
    """What a stream names: key, name, what there is of the kind, and what that is."""
    if stream.what == "barge" and stream.at is not None:
        yield "at", stream.at, set(network.assembly.locks), "a lock"
    if stream.what not in ROAD_STREAMS:
        return  # terminals of ships are looked up when the scenario is read
    nodes = {str(name) for name in network.nodes.index}
    for key, name in (("from", stream.from_), ("to", stream.to)):
        if name is not None:
            yield key, name, nodes, "a node"
    if stream.at is not None:
        plazas = {plaza.id for plaza in network.settings.simulation.roads.toll_plazas}
        yield "at", stream.at, _roads(network) | plazas | set(network.assembly.crossings), "a road link, crossing or toll plaza"


def idle_settings(network: Network) -> list[str]:
    """Messages on disruptions, streams and extra sailings that lie outside of the simulated time."""
    settings = network.settings.simulation
    begin_s, end_s = -3600.0 * settings.warm_up_h, 86_400.0 * settings.days + 3600.0 * settings.run_out_h
    windows: list[tuple[str, Window]] = [
        (f"disruption of {item.what or item.mode or 'an area'}", item) for item in network.settings.disruptions
    ]
    windows += [(f"stream {stream.id}", item) for stream in settings.streams for item in stream.arrivals.per_hour]
    windows += [(f"extra sailings of {item.service}", item) for item in settings.ferries.extra_sailings]
    return [
        f"{what} from {item.from_} until {item.until}: not within the simulated time"
        for what, item in windows
        if item.from_s >= end_s or item.until_s <= begin_s
    ]
