"""Platforms that a scenario lets bind: of stops that are there, each once."""

from __future__ import annotations

from collections.abc import Iterator

from bbwnet.errors import Problem
from bbwnet.scenario.nearest import Names
from bbwnet.scenario.record_positions import RecordPositions
from bbwnet.scenario.schema.scenario_file import ScenarioFile
from bbwnet.scenario.sound_part import SoundPart


def check_platforms(part: SoundPart, settings: ScenarioFile, positions: RecordPositions) -> Iterator[Problem]:
    """Find platforms at unknown stops, and stops with platforms twice."""
    known = (*positions.ids("nodes"), *positions.ids("places"))
    names, seen = Names(known), set()
    for number, item in enumerate(settings.simulation.services.platforms):
        path = ("simulation", "services", "platforms", number, "node")
        if item.node not in known:
            yield part.problem(path, "unknown stop", value=item.node, nearest=names.nearest(item.node))
        elif item.node in seen:
            yield part.problem(path, "given twice", value=item.node, expected="each stop once")
        seen.add(item.node)
