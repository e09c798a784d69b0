"""Identifiers: each names one thing, over all files and all projects that may be in force together."""

from __future__ import annotations

from collections.abc import Iterator

from bbwnet.errors import Problem
from bbwnet.scenario.checks.region import Region
from bbwnet.scenario.record_positions import KINDS, Spot

_SHARED = (("places", "nodes"), *((kind,) for kind in (*KINDS, "sources", "clauses", "plan") if kind not in {"places", "nodes"}))
"""Kinds that share a name space: places are nodes of the graph."""


def check_identifiers(region: Region) -> Iterator[Problem]:
    """Find identifiers used twice, and say where they were used first."""
    for kinds in _SHARED:
        spots: dict[str, list[Spot]] = {}
        for kind in kinds:
            for identifier, found in region.positions.spots[kind].items():
                spots.setdefault(identifier, []).extend(found)
        for identifier, found in spots.items():
            for number, second in enumerate(found):
                first = next((first for first in found[:number] if _meet(region, first, second)), None)
                if first is not None:
                    what = "second plan" if kinds == ("plan",) else "duplicate identifier"
                    key = () if isinstance(second.path[-1], str) else ("id",)
                    yield second.document.problem((*second.path, *key), f"{what}, first at {first.file_and_line}", value=identifier)


def _meet(region: Region, first: Spot, second: Spot) -> bool:
    """Whether two records may stand in one network: not those of variants of a project, nor of projects that exclude each other."""
    if first.project is None or second.project is None:
        return True
    if first.project == second.project:
        return first.variant == second.variant
    projects = region.projects
    return not (
        (first.project in projects and second.project in projects[first.project].conflicts)
        or (second.project in projects and first.project in projects[second.project].conflicts)
    )
