"""Which projects are in force in a scenario, in which order and in which variant."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bbwnet.scenario.schema.projects import Addition, Project, Removal, Scalar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from bbwnet.errors import Problem
    from bbwnet.scenario.scenario import Scenario


@dataclass(frozen=True)
class ProjectInForce:
    """A project as a scenario has it: since when, and what it adds, changes and removes in its variant."""

    project: Project
    since: datetime.date
    variant: str | None
    add: Addition
    change: Mapping[str, Scalar]
    remove: Removal

    @property
    def id(self) -> str:
        """Identifier of the project."""
        return self.project.id


def planned_date(project: Project) -> datetime.date | None:
    """Day by which a project is planned to be open: the last of its planned year; `None` if it has none."""
    return None if project.planned is None else datetime.date(project.planned.year, 12, 31)


def projects_in_force(scenario: Scenario, left_out: Collection[str] = ()) -> tuple[tuple[ProjectInForce, ...], list[Problem]]:
    """Projects in force in order of application, and the problems of the choice.

    `left_out` names projects that a comparison leaves out; those that require one of them are left out with it. Order:
    date, then `requires`, then identifier.
    """
    by_id = {project.id: project for project in scenario.records.projects}
    chosen = _chosen(scenario, by_id)
    for project_id in _with_dependants(left_out, by_id):
        chosen.pop(project_id, None)
    in_force = [_in_variant(scenario, by_id[project_id], since) for project_id, since in chosen.items()]
    problems = [*_broken_requirements(scenario, in_force), *_broken_conflicts(scenario, in_force)]
    ordered = _in_order(in_force)
    problems.extend(_unordered_patches(scenario, ordered))
    return tuple(ordered), problems


def _chosen(scenario: Scenario, by_id: Mapping[str, Project]) -> dict[str, datetime.date]:
    """Identifier and date of every project that the scenario's settings put in force."""
    settings = scenario.settings
    choice = settings.projects
    chosen: dict[str, datetime.date] = {}
    for project in by_id.values():
        dates = {"planned": None if project.beyond_plan else planned_date(project), "opened": project.opened}
        date = dates.get(choice.by) if isinstance(choice.by, str) else None
        if date is not None and date <= settings.as_of:
            chosen[project.id] = date
    named = [*([] if isinstance(choice.by, str) else choice.by), *choice.also]
    for project_id in named:
        if project_id in by_id and project_id not in chosen:
            opened = by_id[project_id].opened
            chosen[project_id] = opened if opened is not None and opened <= settings.as_of else settings.as_of
    for project_id in choice.except_:
        chosen.pop(project_id, None)
    return chosen


def _with_dependants(left_out: Iterable[str], by_id: Mapping[str, Project]) -> set[str]:
    """The projects named and all that require one of them, directly or not."""
    closed = set(left_out)
    while True:
        further = {project.id for project in by_id.values() if project.id not in closed and closed.intersection(project.requires)}
        if not further:
            return closed
        closed |= further


def _in_variant(scenario: Scenario, project: Project, since: datetime.date) -> ProjectInForce:
    """A project with the additions, changes and removals of the variant that the scenario names, or its default."""
    name = scenario.settings.projects.variant.get(project.id, project.default_variant)
    variant = project.variants.get(name) if name is not None else None
    if variant is None:
        return ProjectInForce(project, since, None, project.add, project.change, project.remove)
    return ProjectInForce(project, since, name, variant.add, variant.change, variant.remove)


def _broken_requirements(scenario: Scenario, in_force: list[ProjectInForce]) -> list[Problem]:
    present = {item.id for item in in_force}
    return [
        scenario.problem(
            "projects", item.id, "requires", f"project {item.id} requires {needed}, which is not in force in {scenario.name}", value=needed
        )
        for item in in_force
        for needed in item.project.requires
        if needed not in present
    ]


def _broken_conflicts(scenario: Scenario, in_force: list[ProjectInForce]) -> list[Problem]:
    present = {item.id for item in in_force}
    return [
        scenario.problem(
            "projects",
            item.id,
            "conflicts",
            f"projects {item.id} and {other} are both in force in {scenario.name} but exclude each other",
            value=other,
        )
        for item in in_force
        for other in item.project.conflicts
        if other in present
    ]


def _in_order(in_force: list[ProjectInForce]) -> list[ProjectInForce]:
    """By date, then requirement, then identifier: repeatedly take the first whose requirements are placed."""
    waiting = sorted(in_force, key=lambda item: (item.since, item.id))
    ordered: list[ProjectInForce] = []
    placed: set[str] = set()
    while waiting:
        pending = {item.id for item in waiting}
        # A requirement with a later date, or a cycle, must not stall the order: dates come first.
        following = next((item for item in waiting if not pending.intersection(_same_day_needs(item, waiting))), waiting[0])
        waiting.remove(following)
        ordered.append(following)
        placed.add(following.id)
    return ordered


def _same_day_needs(item: ProjectInForce, waiting: list[ProjectInForce]) -> set[str]:
    return {other.id for other in waiting if other.id in item.project.requires and other.since <= item.since}


def _unordered_patches(scenario: Scenario, ordered: list[ProjectInForce]) -> list[Problem]:
    """Two projects of one day, neither requiring the other, that set one key to different values."""
    by_id = {item.id: item for item in ordered}
    setters: dict[str, list[ProjectInForce]] = {}
    for item in ordered:
        for key in item.change:
            setters.setdefault(key, []).append(item)
    problems = []
    for key, items in setters.items():
        for position, first in enumerate(items):
            for second in items[position + 1 :]:
                ordered_pair = first.since != second.since or _requires(first, second.id, by_id) or _requires(second, first.id, by_id)
                if first.change[key] != second.change[key] and not ordered_pair:
                    message = (
                        f"projects {first.id} ({first.change[key]!r}) and {second.id} ({second.change[key]!r}) both set {key} "
                        "with no order between them"
                    )
                    problems.append(
                        scenario.problem(
                            "projects", second.id, f"change.{key}", message, expected="different dates, or one project requiring the other"
                        )
                    )
    return problems


def _requires(item: ProjectInForce, wanted: str, by_id: Mapping[str, ProjectInForce]) -> bool:
    """Whether `item` requires the project `wanted`, directly or through others in force."""
    seen: set[str] = set()
    queue = list(item.project.requires)
    while queue:
        current = queue.pop()
        if current == wanted:
            return True
        if current not in seen and current in by_id:
            seen.add(current)
            queue.extend(by_id[current].project.requires)
    return False
