"""Where each record of a network stands: kind and identifier to file and path, base records and projects' alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bbwnet.errors import Problem
from bbwnet.scenario.document import DataPath, Document, value_at

KINDS = (
    "cities",
    "places",
    "nodes",
    "links",
    "timetables",
    "run_time_classes",
    "services",
    "terminals",
    "crossings",
    "channels",
    "locks",
    "airports",
    "transfers",
    "hubs",
    "groups",
    "vessel_classes",
    "fleets",
    "roro_terminals",
    "freight_sites",
    "freight_hinterlands",
    "tariffs",
    "emission_factors",
    "measures",
    "fit_parameters",
    "projects",
)
"""Lists of records with identifiers, as the files of a network hold them."""
ADDED_KINDS = {
    **{kind: kind for kind in ("nodes", "links", "services", "terminals", "crossings", "locks", "airports", "transfers", "freight_sites")},
    "routes": "services",
}
"""Keys under a project's `add`, and the kind of record that each holds."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where one record stands, and which project and variant bring it."""

    document: Document
    path: DataPath
    project: str | None = None
    variant: str | None = None

    @property
    def file_and_line(self) -> str:
        """`file:line` of the record."""
        return f"{self.document.file}:{self.document.position(self.path)[0]}"


class RecordPositions:
    """Spots of all records by kind and identifier, taken from the data as read, so that unsound records have theirs too."""

    def __init__(self, documents: Iterable[Document]) -> None:
        """Index the records of the network's files."""
        self.documents = tuple(documents)
        self.spots: dict[str, dict[str, list[Spot]]] = {kind: {} for kind in (*KINDS, "sources", "plan", "clauses")}
        for document in self.documents:
            if isinstance(document.data, dict):
                self._index(document, document.data)

    def _index(self, document: Document, data: dict[str, Any]) -> None:
        for kind in KINDS:
            for index, record in _records(data.get(kind)):
                self._note(kind, record, Spot(document, (kind, index)))
        sources, plan = data.get("sources"), data.get("plan")
        for key in sources if isinstance(sources, dict) else ():
            self.spots["sources"].setdefault(key, []).append(Spot(document, ("sources", key)))
        if isinstance(plan, dict):
            self.spots["plan"].setdefault("plan", []).append(Spot(document, ("plan",)))
            for index, clause in _records(plan.get("clauses")):
                self._note("clauses", clause, Spot(document, ("plan", "clauses", index)))
        for index, project in _records(data.get("projects")):
            if not isinstance(project.get("id"), str):
                continue
            self._index_added(document, ("projects", index), project, project["id"], None)
            variants = project.get("variants")
            for name, variant in variants.items() if isinstance(variants, dict) else ():
                if isinstance(variant, dict):
                    self._index_added(document, ("projects", index, "variants", name), variant, project["id"], name)

    def _index_added(self, document: Document, path: DataPath, holder: dict[str, Any], project: str, variant: str | None) -> None:
        added = holder.get("add")
        for key, records in added.items() if isinstance(added, dict) else ():
            for index, record in _records(records):
                if key in ADDED_KINDS:
                    self._note(ADDED_KINDS[key], record, Spot(document, (*path, "add", key, index), project, variant))

    def _note(self, kind: str, record: dict[str, Any], spot: Spot) -> None:
        identifier = record.get("id")
        if isinstance(identifier, str):
            self.spots[kind].setdefault(identifier, []).append(spot)

    def ids(self, *kinds: str) -> Iterator[str]:
        """Identifiers of all records of the kinds, sound or not, base or added."""
        for kind in kinds:
            yield from self.spots[kind]

    def find(self, kind: str, identifier: str, project: str | None = None, variant: str | None = None) -> Spot | None:
        """Spot of a record: the one that the project brings, or else the first."""
        spots = self.spots[kind].get(identifier, [])
        exact = [spot for spot in spots if (spot.project, spot.variant) == (project, variant)]
        return next(iter(exact or spots), None)

    def problem(  # noqa: PLR0913
        self,
        kind: str,
        identifier: str,
        key: str | None,
        message: str,
        *,
        value: object = ...,
        expected: str | None = None,
        nearest: str | None = None,
        project: str | None = None,
        variant: str | None = None,
    ) -> Problem:
        """Make a problem of a record, or of one of its keys (`stops.2`, `change.links.ID.lanes`)."""
        spot = self.find(kind, identifier, project, variant)
        if spot is None:
            path = ".".join(part for part in (kind, identifier, key) if part)
            return Problem(
                "network", path=path, message=message, value=None if value is ... else str(value), expected=expected, nearest=nearest
            )
        path_of_key = (*spot.path, *steps(value_at(spot.document.data, spot.path), key))
        return spot.document.problem(path_of_key, message, value=value, expected=expected, nearest=nearest)


def _records(value: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    for index, record in enumerate(value) if isinstance(value, list) else ():
        if isinstance(record, dict):
            yield index, record


def steps(data: Any, dotted: str | None) -> DataPath:
    """Path of a dotted key below `data`: keys that hold dots themselves, indices and identifiers of list items are found."""
    path: list[str | int] = []
    while dotted:
        step: str | int
        if isinstance(data, dict) and dotted in data:
            step, dotted = dotted, ""
        else:
            head, _, dotted = dotted.partition(".")
            step = _index_in(data, head) if isinstance(data, list) else head
        path.append(step)
        data = value_at(data, (step,))
    return tuple(path)


def _index_in(items: list[Any], head: str) -> str | int:
    if head.isdigit():
        return int(head)
    return next((index for index, item in _records(items) if item.get("id") == head), head)
