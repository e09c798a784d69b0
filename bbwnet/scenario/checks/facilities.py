"""Facilities: nodes, terminals, crossings, locks and airports stand at nodes and places that are there."""

from __future__ import annotations

from collections.abc import Iterator

from bbwnet.errors import Problem
from bbwnet.scenario.checks.region import Region
from bbwnet.scenario.schema.base import clock_seconds

_STANDS_AT = {"terminals": "port", "crossings": "node", "locks": "node", "airports": "node"}


def check_facilities(region: Region) -> Iterator[Problem]:
    """Find facilities at unknown nodes, nodes in unknown places, and opening hours that end before they begin."""
    for owned in region.every("nodes"):
        if owned.record.place is not None:
            problem = region.reference(owned, "place", owned.record.place, "places")
            if problem is not None:
                yield problem
    for kind, key in _STANDS_AT.items():
        for owned in region.every(kind):
            problem = region.reference(owned, key, getattr(owned.record, key), "nodes")
            if problem is not None:
                yield problem
    for owned in region.every("crossings"):
        for number, hours in enumerate(owned.record.hours):
            if clock_seconds(hours.open) >= clock_seconds(hours.close):
                yield region.problem(
                    owned,
                    f"hours.{number}.close",
                    f"closes before it opens at {hours.open}",
                    value=hours.close,
                    expected="a later time; past midnight is 24:00 and on",
                )
