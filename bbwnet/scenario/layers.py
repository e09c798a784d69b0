"""The layers of a scenario's settings: defaults, the files that `extends` chains together, `--set`; and what overrides what."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bbwnet.errors import Problem
from bbwnet.scenario.bundled import bundled_folder, bundled_scenarios
from bbwnet.scenario.document import DataPath, Document, shown_path, value_at
from bbwnet.scenario.nearest import nearest_name
from bbwnet.scenario.versions import bring_up_to_date
from bbwnet.scenario.yaml_lines import read_yaml

COMMAND_LINE = "--set"
_OWN = ("schema", "extends", "name")
"""Keys that say what a file is; they are no assumptions, so that a child's value overrides nothing."""


class Layers:
    """Files of an `extends` chain, the extended ones first, and `--set` last, merged key by key; lists replace."""

    def __init__(self, documents: Sequence[Document]) -> None:
        """Merge the documents, of which later ones take precedence."""
        self.documents = list(documents)
        self.data: Any = {}
        for document in self.documents:
            self.data = merged(self.data, document.data) if isinstance(document.data, dict) else self.data

    def owner(self, path: DataPath) -> Document:
        """Give the document whose value at `path` is in effect; that of the scenario itself if none has one."""
        files = [document for document in self.documents if document.file != COMMAND_LINE]
        if not path:
            return files[-1]
        return next((document for document in reversed(self.documents) if _holds(document.data, path)), files[-1])

    def problem(
        self,
        path: DataPath,
        message: str,
        *,
        value: object = ...,
        expected: str | None = None,
        nearest: str | None = None,
        of_key: bool = False,
    ) -> Problem:
        """Make a problem of the value (or key) in effect at `path`."""
        while path and not any(_holds(document.data, path) for document in self.documents):
            message = f"{path[-1]}: {message}"
            path = path[:-1]
        return self.owner(path).problem(path, message, value=value, expected=expected, nearest=nearest, of_key=of_key)

    def overridden(self, defaults: dict[str, Any]) -> Iterator[tuple[str, object, object, str]]:
        """Key, old value, new value and origin of every value in effect that replaced another."""
        for path, new in leaves(self.data):
            if path[0] in _OWN:
                continue
            owner = self.owner(path)
            below = [document.data for document in self.documents[: self.documents.index(owner)]]
            held = next((data for data in [*reversed(below), defaults] if _holds(data, path)), None)
            if (held is not None or owner.file == COMMAND_LINE) and value_at(held, path) != new:
                yield ".".join(map(str, path)), value_at(held, path), new, origin(owner, path)


def origin(document: Document, path: DataPath) -> str:
    """Where a value comes from: `plan_2030.yaml:9` or the `--set` that gave it."""
    set_by = document.set_by(path)
    return set_by or f"{Path(document.file).name}:{document.position(path)[0]}"


def merged(lower: Any, upper: Any) -> Any:
    """Merge two values: maps key by key, everything else replaced by the upper."""
    if not (isinstance(lower, dict) and isinstance(upper, dict)):
        return upper
    return {
        key: merged(lower[key], upper[key]) if key in lower and key in upper else upper.get(key, lower.get(key))
        for key in {**lower, **upper}
    }


def leaves(data: Any, path: DataPath = ()) -> Iterator[tuple[DataPath, Any]]:
    """Paths and values of everything that is no map, in order."""
    for key, value in data.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, (*path, key))
        else:
            yield (*path, key), value


def _holds(data: Any, path: DataPath) -> bool:
    """Whether the data have a value at `path`, be it null."""
    parent = value_at(data, path[:-1])
    step = path[-1] if path else ""
    if isinstance(parent, list):
        return isinstance(step, int) and 0 <= step < len(parent)
    return not path or (isinstance(parent, dict) and step in parent)


def read_chain(path: Path) -> tuple[list[Document], list[Problem], list[str]]:
    """Read a scenario file and all that it extends, the extended ones first; with problems and notices of migrations."""
    documents: list[Document] = []
    problems: list[Problem] = []
    notices: list[str] = []
    read: list[Path] = []
    while True:
        read.append(path.resolve())
        document, found = read_yaml(path)
        problems.extend(found)
        if document is None:
            break
        documents.insert(0, document)
        if not isinstance(document.data, dict):
            what = "file is empty" if document.data is None else "not a scenario"
            problems.append(document.problem((), what, expected="a map with the keys schema, name, network, as_of"))
            document.replace_data({})
            break
        version_problems, version_notices = bring_up_to_date(document)
        problems.extend(version_problems)
        notices.extend(version_notices)
        extends = document.data.get("extends")
        if not isinstance(extends, str):
            break  # absent, or not text: the schema says so
        base, problem = extended_file(document, extends)
        if problem is None and base.resolve() in read:
            circle = " -> ".join(item.name for item in [*read[read.index(base.resolve()) :], base])
            problem = document.problem(("extends",), "extends goes in a circle", value=circle)
        if problem is not None:
            problems.append(problem)
            break
        path = base
    return documents, problems, notices


def extended_file(document: Document, extends: str) -> tuple[Path, Problem | None]:
    """File that `extends` names: relative to the file that says so, or a bundled scenario."""
    folder = document.path.parent if document.path is not None else Path()
    beside = folder / extends
    with contextlib.suppress(OSError):  # a name too long for a file is none
        if beside.is_file():
            return beside, None
    # With its ending too, so that a copy of a bundled scenario still finds what it extends.
    if extends.removesuffix(".yaml") in bundled_scenarios():
        return bundled_folder("scenarios") / f"{extends.removesuffix('.yaml')}.yaml", None
    names = [*bundled_scenarios(), *(item.name for item in folder.glob("*.yaml"))]
    return beside, document.problem(
        ("extends",),
        "no such scenario",
        value=extends,
        expected=f"a file (looked for {shown_path(beside)}) or a bundled scenario",
        nearest=nearest_name(extends, names),
    )
