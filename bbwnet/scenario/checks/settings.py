"""The scenario's own settings against its network: dates that the data describe, projects and variants that are there."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator

from bbwnet.errors import Problem
from bbwnet.scenario.checks.ferry_settings import check_ferry_settings
from bbwnet.scenario.document import Document
from bbwnet.scenario.nearest import Names, nearest_name
from bbwnet.scenario.record_positions import RecordPositions
from bbwnet.scenario.schema.base import DAY_SECONDS, clock_seconds
from bbwnet.scenario.schema.network_file import NetworkIndex, NetworkRecords
from bbwnet.scenario.schema.scenario_file import ScenarioFile
from bbwnet.scenario.sound_part import SoundPart


def check_index(document: Document, index: NetworkIndex) -> Iterator[Problem]:
    """Find what contradicts itself in the index of a network."""
    bounds = index.bounds
    if bounds.west >= bounds.east:
        yield document.problem(
            ("bounds", "west"), "western edge is not west of the eastern", value=bounds.west, expected=f"less than {bounds.east:g}"
        )
    if bounds.south >= bounds.north:
        yield document.problem(
            ("bounds", "south"), "southern edge is not south of the northern", value=bounds.south, expected=f"less than {bounds.north:g}"
        )
    if index.data_from > index.data_until:
        yield document.problem(
            ("data_until",), f"before data_from, {index.data_from}", value=str(index.data_until), expected="a later date"
        )
    elif not index.data_from <= index.base_date <= index.data_until:
        expected = f"a date from {index.data_from} to {index.data_until}"
        yield document.problem(("base_date",), "outside the data", value=str(index.base_date), expected=expected)
    try:
        zoneinfo.ZoneInfo(index.timezone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        nearest = nearest_name(index.timezone, zoneinfo.available_timezones())
        yield document.problem(
            ("timezone",), "unknown time zone", value=index.timezone, expected="an IANA name such as Asia/Shanghai", nearest=nearest
        )


def check_settings(
    part: SoundPart, settings: ScenarioFile, index: NetworkIndex, records: NetworkRecords, positions: RecordPositions
) -> Iterator[Problem]:
    """Find dates outside the data, unknown projects and variants, and a window of departures that ends before it begins."""
    for key, date in (("as_of", settings.as_of), ("timetable", settings.timetable)):
        if date is not None and not index.data_from <= date <= index.data_until:
            expected = f"a date from {index.data_from} to {index.data_until}"
            yield part.problem((key,), "date outside the data", value=str(date), expected=expected)
    yield from _projects(part, settings, records, positions)
    yield from check_ferry_settings(part, settings, positions)
    window = settings.evaluation.departures
    path = ("evaluation", "departures", "until")
    if clock_seconds(window.until) > DAY_SECONDS:
        yield part.problem(path, "window of departures ends on another day", value=window.until, expected="24:00 or earlier")
    elif clock_seconds(window.from_) > clock_seconds(window.until):
        yield part.problem(path, f"window ends before it begins at {window.from_}", value=window.until, expected="a later time")
    yield from _forming(part, settings)


def _projects(part: SoundPart, settings: ScenarioFile, records: NetworkRecords, positions: RecordPositions) -> Iterator[Problem]:
    known = Names(positions.ids("projects"))
    choice = settings.projects
    lists = {"by": () if isinstance(choice.by, str) else choice.by, "also": choice.also, "except": choice.except_}
    for key, named in lists.items():
        for number, project_id in enumerate(named):
            if project_id not in positions.spots["projects"]:
                yield part.problem(("projects", key, number), "unknown project", value=project_id, nearest=known.nearest(project_id))
            elif key == "except" and project_id in choice.also:
                yield part.problem(("projects", key, number), "project both under also and under except", value=project_id)
    projects = {project.id: project for project in records.projects}
    for project_id, variant in choice.variant.items():
        path = ("projects", "variant", project_id)
        if project_id not in positions.spots["projects"]:
            yield part.problem(path, "unknown project", value=project_id, nearest=known.nearest(project_id), of_key=True)
        elif project_id in projects and variant not in projects[project_id].variants:
            variants = projects[project_id].variants
            expected = f"one of {', '.join(variants)}" if variants else "none, for the project has no variants"
            yield part.problem(path, "unknown variant", value=variant, expected=expected, nearest=nearest_name(variant, variants))


def _forming(part: SoundPart, settings: ScenarioFile) -> Iterator[Problem]:
    """Find waits for trains and barges to fill that are longer than the time in the yard or port that they are part of."""
    chosen, chains = settings.simulation.freight, settings.freight_chains
    for name, forming_h, whole_h, whole in (
        ("trains", chosen.trains.forming_h, chains.rail.yard_h, "freight_chains.rail.yard_h"),
        ("barges", chosen.barges.forming_h, chains.water.dwell_h, "freight_chains.water.dwell_h"),
    ):
        if forming_h > whole_h:
            path = ("simulation", "freight", name, "forming_h")
            yield part.problem(path, f"longer than {whole}, which it is part of", value=forming_h, expected=f"at most {whole_h:g} h")
