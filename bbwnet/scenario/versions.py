"""Versions of the file formats: a newer file is refused, an older one is migrated, step by step, and that is said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bbwnet.errors import InputError, Problem
from bbwnet.scenario.document import Document
from bbwnet.scenario.schema.base import SCHEMA_VERSION

Migration = Callable[[dict[str, Any]], dict[str, Any]]
"""Turns the data of one version into those of the next; gives a new dict and keeps untouched parts as they are."""

MIGRATIONS: Mapping[int, Migration] = {}
"""By the version that a migration starts from. Version 1 is the first, so there is none yet."""


class UnreadableVersionError(InputError):
    """A file is of a version that this bbwnet cannot read; nothing else can be said about it."""


def bring_up_to_date(
    document: Document, *, migrations: Mapping[int, Migration] = MIGRATIONS, current: int = SCHEMA_VERSION
) -> tuple[list[Problem], list[str]]:
    """Check the `schema` key of a document, whose data must be a map, and migrate the data to the current version.

    Gives the problems, and a notice if the file was migrated; the data are of the current version afterwards. Raises
    `UnreadableVersionError` if the version is newer, or too old to be migrated.
    """
    data = document.data
    problem: Problem | None = None
    version = data.get("schema", current)
    if "schema" not in data:
        problem = document.problem((), "key is missing: schema", expected=f"`schema: {current}`, the version of the file format")
    elif isinstance(version, bool) or not isinstance(version, int) or version < 1:
        problem = document.problem(
            ("schema",), "not a version of the file format", value=version, expected=f"a whole number, {current} at most"
        )
    elif version > current:
        message = "file is of a newer version than this bbwnet reads"
        raise UnreadableVersionError(
            document.problem(("schema",), message, value=version, expected=f"{current} at most, or a newer bbwnet")
        )
    if problem is not None:
        document.replace_data({**data, "schema": current})
        return [problem], []
    if version == current:
        return [], []
    for step in range(version, current):
        if step not in migrations:
            message = "version can no longer be read"
            raise UnreadableVersionError(document.problem(("schema",), message, value=version, expected=f"version {current}"))
        data = migrations[step](data)
    document.replace_data({**data, "schema": current})
    return [], [f"{document.file}: migrated from schema {version} to {current}"]
