"""Measures: they count at nodes and places that are there, and each observed total is counted once."""

from __future__ import annotations

from collections.abc import Iterator

from bbwnet.errors import Problem
from bbwnet.scenario.checks.region import Region


def check_measures(region: Region) -> Iterator[Problem]:
    """Find measures at unknown nodes, places and cities, and observed totals that two measures are of.

    Nodes may come with any project: where it is not in force, the measure counts nothing there.
    """
    held: dict[tuple[str, str, str], str] = {}
    for owned in region.every("measures"):
        measure = owned.record
        for key, kind in (("nodes", "nodes"), ("cities", "cities"), ("places", "places")):
            for number, name in enumerate(getattr(measure, key)):
                if name not in region.positions.spots[kind]:
                    what = {"nodes": "node", "cities": "city", "places": "place"}[kind]
                    yield region.problem(owned, f"{key}.{number}", f"unknown {what}", value=name, nearest=region.nearest(name, kind))
        total = (measure.series, measure.place, measure.metric)
        first = held.setdefault(total, measure.id)
        if first != measure.id:
            yield region.problem(owned, "metric", f"{' '.join(total)} is counted by {first} already", expected="one measure of each total")
