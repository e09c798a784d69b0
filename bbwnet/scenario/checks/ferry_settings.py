"""The scenario's ferries against its network: ports, services and classes of ships that are there, figures of demands that are given."""

from __future__ import annotations

from collections.abc import Iterator

from bbwnet.errors import Problem
from bbwnet.scenario.nearest import nearest_name
from bbwnet.scenario.record_positions import RecordPositions
from bbwnet.scenario.schema.scenario_file import ScenarioFile
from bbwnet.scenario.sound_part import SoundPart

_ROOT = ("simulation", "ferries")


def check_ferry_settings(part: SoundPart, settings: ScenarioFile, positions: RecordPositions) -> Iterator[Problem]:
    """Find unknown ports of demands and weather, unknown services and ships of extra sailings, and figures of no demand."""
    ferries = settings.simulation.ferries
    named: list[tuple[tuple[str | int, ...], str, str]] = []
    for number, demand in enumerate(ferries.demand):
        for key, ports in (("from", demand.from_), ("to", demand.to)):
            named += [((*_ROOT, "demand", number, key, place), "nodes", port) for place, port in enumerate(ports)]
    for number, extra in enumerate(ferries.extra_sailings):
        where = (*_ROOT, "extra_sailings", number)
        named += [((*where, "service"), "services", extra.service), ((*where, "vessel_class"), "vessel_classes", extra.vessel_class)]
        named.append(((*where, "from_node"), "nodes", extra.from_node))
    for number, series in enumerate(settings.simulation.weather):
        named += [(("simulation", "weather", number, "nodes", place), "nodes", node) for place, node in enumerate(series.nodes)]
    for path, kind, name in named:
        known = positions.spots[kind]
        if name not in known:
            yield part.problem(path, f"unknown {_WORDS[kind]}", value=name, nearest=nearest_name(name, known))
    demands = part.identifiers((*_ROOT, "demand"))
    for number, figure in enumerate(ferries.reported):
        if figure.of not in demands:
            path = (*_ROOT, "reported", number, "of")
            yield part.problem(path, "unknown demand", value=figure.of, nearest=nearest_name(figure.of, demands))


_WORDS = {"nodes": "node", "services": "service", "vessel_classes": "vessel class"}
