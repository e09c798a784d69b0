"""What the checks look at: all sound records, whose they are, and which identifiers each of them may refer to."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bbwnet.errors import Problem
from bbwnet.scenario.nearest import Names
from bbwnet.scenario.record_positions import RecordPositions
from bbwnet.scenario.schema.network_file import NetworkIndex, NetworkRecords
from bbwnet.scenario.schema.projects import Addition, Project

_ADDED = tuple(Addition.model_fields)
_BASE = tuple(name for name in NetworkRecords.model_fields if name not in {"schema_", "sources", "plan"})
_SINGULAR = {
    "cities": "city",
    "crossings": "crossing",
    "freight_sites": "freight site",
    "nodes": "node",
    "places": "place",
    "roro_terminals": "ro-ro terminal",
    "run_time_classes": "run-time class",
    "vessel_classes": "vessel class",
}


@dataclass(frozen=True, slots=True)
class Owned:
    """A sound record, with the project and variant that bring it; both `None` for the base network."""

    kind: str
    record: Any
    project: Project | None = None
    variant: str | None = None


class Region:
    """The records of a network as the checks see them."""

    def __init__(self, index: NetworkIndex, records: NetworkRecords, positions: RecordPositions) -> None:
        """Take the index, the sound records of all files, and the positions of all records, sound or not."""
        self.index = index
        self.records = records
        self.positions = positions
        self.projects = {project.id: project for project in records.projects}
        self._names: dict[tuple[str, ...], Names] = {}
        self._visible: dict[tuple[tuple[str, ...], str | None, datetime.date | None], set[str]] = {}

    @functools.cached_property
    def owned(self) -> dict[str, list[Owned]]:
        """All sound records by kind: the base network's first, then those that projects bring."""
        found = {kind: [Owned(kind, record) for record in getattr(self.records, kind)] for kind in _BASE}
        for project in self.records.projects:
            for variant, addition in [(None, project.add), *((name, held.add) for name, held in project.variants.items())]:
                for kind in _ADDED:
                    found[kind].extend(Owned(kind, record, project, variant) for record in getattr(addition, kind))
        return found

    def every(self, *kinds: str) -> Iterator[Owned]:
        """All sound records of the kinds, or of every kind."""
        for kind in kinds or _BASE:
            yield from self.owned[kind]

    @functools.cached_property
    def points(self) -> dict[str, Owned]:
        """Places and nodes by identifier, base or added; the first of each identifier."""
        found: dict[str, Owned] = {}
        for owned in self.every("places", "nodes"):
            found.setdefault(owned.record.id, owned)
        return found

    def problem(
        self, owned: Owned, key: str | None, message: str, *, value: object = ..., expected: str | None = None, nearest: str | None = None
    ) -> Problem:
        """Make a problem of a record or one of its keys."""
        return self.positions.problem(
            owned.kind,
            owned.record.id,
            key,
            message,
            value=value,
            expected=expected,
            nearest=nearest,
            project=owned.project.id if owned.project is not None else None,
            variant=owned.variant,
        )

    def is_set(self, owned: Owned, key: str) -> bool:
        """Whether a key of a record comes from the command line."""
        spot = self.positions.find(owned.kind, owned.record.id, owned.project.id if owned.project is not None else None, owned.variant)
        return spot is not None and spot.document.set_by((*spot.path, key)) is not None

    def plan_problem(
        self, key: str, message: str, *, value: object = ..., expected: str | None = None, nearest: str | None = None
    ) -> Problem:
        """Make a problem of a key of the plan."""
        return self.positions.problem("plan", "plan", key, message, value=value, expected=expected, nearest=nearest)

    def nearest(self, wrong: object, *kinds: str) -> str | None:
        """Give the identifier of these kinds most like a wrong one."""
        if kinds not in self._names:
            self._names[kinds] = Names(self.positions.ids(*kinds))
        return self._names[kinds].nearest(wrong)

    def reference(self, owned: Owned, key: str, wanted: str, *kinds: str, on: datetime.date | None = None) -> Problem | None:
        """Check that a record may refer to `wanted`, one of `kinds`: it is there, and there whenever the record is.

        A record of the state on one day (`on`) may refer to what projects had brought by then.
        """
        if wanted in self.visible(kinds, owned.project, on):
            return None
        what = " or ".join(_SINGULAR.get(kind, kind.removesuffix("s")) for kind in kinds)
        bringing = sorted(
            {spot.project for kind in kinds for spot in self.positions.spots[kind].get(wanted, []) if spot.project is not None}
        )
        if not bringing:
            return self.problem(owned, key, f"unknown {what}", value=wanted, nearest=self.nearest(wanted, *kinds))
        message = f"{what} comes with project {bringing[0]}"
        if owned.project is not None:
            message += f", which project {owned.project.id} does not require"
            expected = f"requires: [{bringing[0]}]"
        elif on is not None:
            expected = f"a {what} that was there on {on}"
        else:
            expected = f"a {what} of the base network, or this record in that project"
        return self.problem(owned, key, message, value=wanted, expected=expected)

    def visible(self, kinds: tuple[str, ...], project: Project | None, on: datetime.date | None = None) -> set[str]:
        """Identifiers to refer to: the base network's, those of a project and of all it requires, and those there on a day."""
        key = (kinds, project.id if project is not None else None, on)
        if key not in self._visible:
            bringing: set[str | None] = {None, *(self.required(project) if project is not None else ())}
            if on is not None:
                bringing |= {item.id for item in self.records.projects if item.opened is not None and item.opened <= on}
            self._visible[key] = {
                identifier
                for kind in kinds
                for identifier, spots in self.positions.spots[kind].items()
                if any(spot.project in bringing for spot in spots)
            }
        return self._visible[key]

    def required(self, project: Project) -> set[str]:
        """A project and all that it requires, directly or not."""
        found: set[str] = set()
        waiting = [project.id]
        while waiting:
            current = waiting.pop()
            if current not in found:
                found.add(current)
                waiting.extend(self.projects[current].requires if current in self.projects else ())
        return found
