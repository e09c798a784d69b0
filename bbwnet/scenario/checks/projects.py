"""Projects: what they require, exclude, change and remove is there, and every clause that they serve is one of the plan's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from bbwnet.errors import Problem
from bbwnet.scenario.checks.region import Owned, Region
from bbwnet.scenario.faults import reason
from bbwnet.scenario.model_fields import attributes_of
from bbwnet.scenario.nearest import nearest_name
from bbwnet.scenario.schema.base import Record
from bbwnet.scenario.schema.projects import Project, Removal, Variant

CHANGEABLE = ("links", "nodes", "services", "terminals", "transfers", "freight_sites")
_FIXED = ("id", "mode", "from", "to")
"""Attributes that make a record what it is: to change them is to remove it and to add another."""


def check_projects(region: Region) -> Iterator[Problem]:
    """Find broken references between projects, to clauses, and in what projects change and remove."""
    clauses = set(region.positions.ids("clauses"))
    for owned in region.every("projects"):
        project: Project = owned.record
        for number, clause in enumerate(project.clauses):
            if region.records.plan is not None and clause not in clauses:
                nearest = region.nearest(clause, "clauses")
                yield region.problem(owned, f"clauses.{number}", "unknown clause of the plan", value=clause, nearest=nearest)
        yield from _relations(region, owned, project)
        yield from _variants(region, owned, project)
        parts: list[tuple[str, str | None, Project | Variant]] = [("", None, project)]
        parts.extend((f"variants.{name}.", name, variant) for name, variant in project.variants.items())
        for prefix, variant_name, part in parts:
            yield from _changes(region, Owned("projects", project, project, variant_name), prefix, part.change)
            yield from _removals(region, Owned("projects", project, project, variant_name), prefix, part.remove)
    yield from _circles(region)


def _relations(region: Region, owned: Owned, project: Project) -> Iterator[Problem]:
    for key in ("requires", "conflicts"):
        for number, other in enumerate(getattr(project, key)):
            if other == project.id:
                yield region.problem(
                    owned, f"{key}.{number}", "project requires itself" if key == "requires" else "project excludes itself", value=other
                )
            elif other not in region.positions.spots["projects"]:
                nearest = region.nearest(other, "projects")
                yield region.problem(owned, f"{key}.{number}", "unknown project", value=other, nearest=nearest)
            elif key == "conflicts" and other in region.required(project):
                yield region.problem(owned, f"{key}.{number}", "project both requires and excludes another", value=other)


def _variants(region: Region, owned: Owned, project: Project) -> Iterator[Problem]:
    default = project.default_variant
    if default is not None and default not in project.variants:
        nearest = nearest_name(default, project.variants)
        yield region.problem(owned, "default_variant", "unknown variant", value=default, expected=_names(project.variants), nearest=nearest)
    nothing_of_its_own = not (project.change or project.add.model_fields_set or project.remove.model_fields_set)
    if default is None and project.variants and nothing_of_its_own:
        expected = f"default_variant: one of {_names(project.variants)}"
        yield region.problem(owned, "variants", "project does nothing unless a scenario names a variant", expected=expected)


def _names(names: Any) -> str:
    return ", ".join(names) or "no variant"


def _changes(region: Region, owned: Owned, prefix: str, changes: dict[str, Any]) -> Iterator[Problem]:
    for key, value in changes.items():
        where = f"{prefix}change.{key}"
        kind, _, rest = key.partition(".")
        identifier, _, attribute = rest.partition(".")
        if kind not in CHANGEABLE or not attribute:
            expected = f"{'|'.join(CHANGEABLE)}.ID.ATTRIBUTE"
            yield region.problem(owned, where, "not the key of a record's attribute", value=key, expected=expected)
            continue
        problem = region.reference(owned, where, identifier, kind)
        if problem is not None:
            yield problem
            continue
        record = _record(region, kind, identifier)
        if record is None:
            continue  # unsound, and that is said
        valid = attributes_of(type(record))
        if attribute not in valid or attribute in _FIXED:
            message = "cannot be changed" if attribute in _FIXED else "unknown key"
            nearest = nearest_name(attribute, set(valid) - set(_FIXED))
            yield region.problem(owned, where, message, value=attribute, nearest=nearest)
            continue
        try:
            type(record).model_validate(record.model_dump(by_alias=True) | {attribute: value})
        except ValidationError as error:
            yield region.problem(owned, where, reason(error.errors()[0]), value=value, expected=valid[attribute].expected)


def _record(region: Region, kind: str, identifier: str) -> Record | None:
    return next((item.record for item in region.every(kind) if item.record.id == identifier), None)


def _removals(region: Region, owned: Owned, prefix: str, removal: Removal) -> Iterator[Problem]:
    for kind in Removal.model_fields:
        for number, identifier in enumerate(getattr(removal, kind)):
            problem = region.reference(owned, f"{prefix}remove.{kind}.{number}", identifier, kind)
            if problem is not None:
                yield problem


def _circles(region: Region) -> Iterator[Problem]:
    """Find projects that require each other in a circle; each circle is said once, at its first project by name."""
    for identifier in sorted(region.projects):
        circle = _circle_from(region, identifier)
        if circle and min(circle) == identifier:
            yield region.problem(
                Owned("projects", region.projects[identifier]),
                "requires",
                "projects require each other in a circle",
                value=" -> ".join(circle),
            )


def _circle_from(region: Region, start: str) -> list[str]:
    """Shortest way from a project through `requires` back to itself; empty if there is none."""
    ways = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for following in region.projects[way[-1]].requires if way[-1] in region.projects else ():
            if following == start and len(way) > 1:
                return [*way, start]
            if following not in seen and following != start:
                seen.add(following)
                ways.append([*way, following])
    return []
