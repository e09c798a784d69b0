"""Provenance: every record, and every figure within one, cites a source that is there."""

from __future__ import annotations

from collections.abc import Iterator

from bbwnet.errors import Problem
from bbwnet.scenario.checks.region import Region

_FIGURES = {"places": ("population", "gdp"), "cities": ("population", "gdp", "main_stations"), "crossings": ("hours", "dwell")}
"""Lists within records, by kind, whose items cite sources of their own."""


def check_provenance(region: Region) -> Iterator[Problem]:
    """Find sources cited that no file describes."""
    known = set(region.positions.ids("sources"))
    for owned in region.every():
        record = owned.record
        if record.source not in known:
            yield region.problem(owned, "source", "unknown source", value=record.source, nearest=region.nearest(record.source, "sources"))
        for name in _FIGURES.get(owned.kind, ()):
            for number, figure in enumerate(getattr(record, name)):
                if figure.source not in known:
                    nearest = region.nearest(figure.source, "sources")
                    yield region.problem(owned, f"{name}.{number}.source", "unknown source", value=figure.source, nearest=nearest)
    plan = region.records.plan
    if plan is not None and plan.source not in known:
        yield region.plan_problem("source", "unknown source", value=plan.source, nearest=region.nearest(plan.source, "sources"))
