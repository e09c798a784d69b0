"""Dates: everything opens before it closes, and the base network holds what its day held, no more."""

from __future__ import annotations

from collections.abc import Iterator

from bbwnet.errors import Problem
from bbwnet.scenario.checks.region import Owned, Region
from bbwnet.scenario.schema.projects import Project

_PERIODS = (("opened", "closed"), ("valid_from", "valid_until"))


def check_dates(region: Region) -> Iterator[Problem]:
    """Find periods that end before they begin, and records on the wrong side of the base network's day."""
    for owned in region.every():
        record = owned.record
        fields = type(record).model_fields
        for begin, end in _PERIODS:
            if begin not in fields or end not in fields:
                continue
            first, last = getattr(record, begin), getattr(record, end)
            if first is not None and last is not None and last < first:
                yield region.problem(owned, end, f"before {begin}, {first}", value=str(last), expected="a later date")
        if owned.kind == "projects":
            yield from _project(region, owned, record)
        elif owned.project is None and "opened" in fields and record.opened is not None and record.opened > region.index.base_date:
            expected = f"at most {region.index.base_date}; what opens later is added by a project"
            yield region.problem(owned, "opened", "opens after the day of the base network", value=str(record.opened), expected=expected)
    for owned in region.every("timetables"):
        if owned.record.observed > region.index.data_until:
            expected = f"at most {region.index.data_until}"
            yield region.problem(
                owned, "observed", "observed after the last day of the data", value=str(owned.record.observed), expected=expected
            )


def _project(region: Region, owned: Owned, project: Project) -> Iterator[Problem]:
    index = region.index
    if project.opened is None:
        if project.status == "open":
            yield region.problem(
                owned, "status", "project is open, but the key opened is missing", value="open", expected="opened: YYYY-MM-DD"
            )
        return
    if project.opened <= index.base_date:
        expected = f"a date after {index.base_date}, or its records in the base network"
        yield region.problem(owned, "opened", "opened by the day of the base network", value=str(project.opened), expected=expected)
    if project.opened > index.data_until:
        expected = f"at most {index.data_until}; expected_year holds what is only expected"
        yield region.problem(owned, "opened", "opened after the last day of the data", value=str(project.opened), expected=expected)
    if project.status != "open":
        yield region.problem(owned, "status", f"not open, but opened on {project.opened}", value=project.status, expected="open")
