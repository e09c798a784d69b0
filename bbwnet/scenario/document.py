"""A YAML file as plain data that remembers where every key and value stood."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bbwnet.errors import Problem

DataPath = tuple[str | int, ...]
"""A path into the data: keys of maps, indices of lists."""

COLUMN_BITS = 26
"""Positions are packed as line << COLUMN_BITS | column, both from 0; no file that is read has a column beyond 26 bits."""
_COLUMN_MASK = (1 << COLUMN_BITS) - 1


def line_and_column(spot: int) -> tuple[int, int]:
    """Line and column, from 1, of a packed position."""
    return (spot >> COLUMN_BITS) + 1, (spot & _COLUMN_MASK) + 1


@dataclass(eq=False)
class Document:
    """A YAML file as data, with the position of every key and value.

    `spots` maps the identity of each dict and list of the data to packed positions: its own, then for a dict those of each
    key and value in order, for a list those of the items. The document keeps the data alive, so identities hold.
    """

    file: str
    data: Any
    spots: dict[int, list[int]] = field(repr=False)
    sha256: str = ""
    path: Path | None = None
    _placed: bool = field(default=True, repr=False)
    _kept: list[Any] = field(default_factory=list, repr=False)
    _set_by: dict[DataPath, str] = field(default_factory=dict, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        """Leave positions behind when pickled: identities are another process's there, and no line is better than a wrong one."""
        return {**self.__dict__, "spots": {}, "_kept": [], "_placed": False}

    def position(self, path: DataPath, *, of_key: bool = False) -> tuple[int, int]:
        """Line and column, from 1, of the value at `path`, or of its key; of the deepest part that exists, if it does not.

        Both are 0 if the document knows no positions.
        """
        if not self._placed:
            return 0, 0
        here = self.data
        spot = self.spots.get(id(here), [0])[0]
        for depth, step in enumerate(path):
            found = self._spots_within(here, step)
            if found is None:
                break
            spot = found[0] if of_key and depth == len(path) - 1 else found[1]
            here = here[step]
        return line_and_column(spot)

    def _spots_within(self, container: Any, step: str | int) -> tuple[int, int] | None:
        """Packed positions of the key and the value `step` of a dict or list; `None` if it has none."""
        spots = self.spots.get(id(container))
        if spots is None:
            return None
        if isinstance(container, dict) and step in container:
            index = 1 + 2 * list(container).index(step)
            return (spots[index], spots[index + 1]) if index + 1 < len(spots) else (spots[0], spots[0])
        if isinstance(container, list) and isinstance(step, int) and 0 <= step < len(container):
            return (spots[step + 1], spots[step + 1]) if step + 1 < len(spots) else (spots[0], spots[0])
        return None

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
        """Make a problem of the value (or key) at `path`; `value` is shown as YAML would write it."""
        set_by = self.set_by(path)
        line, column = (0, 0) if set_by else self.position(path, of_key=of_key)
        return Problem(
            set_by or self.file,
            line,
            column,
            readable_path(self.data, path),
            message,
            None if value is ... else shown_value(value),
            expected,
            nearest,
        )

    def set_by(self, path: DataPath) -> str | None:
        """Give the `--set` that the value at `path` comes from, if one does."""
        return next((self._set_by[path[:length]] for length in range(len(path), -1, -1) if path[:length] in self._set_by), None)

    def replace(self, path: DataPath, value: Any, set_by: str) -> None:
        """Put `value` at `path`; containers on the way are copied, for an alias may share them."""
        self.data = here = self._copied(self.data)
        for step in path[:-1]:
            inner = here.get(step) if isinstance(here, dict) else here[step]
            here[step] = self._copied(inner) if isinstance(inner, dict | list) else {}
            here = here[step]
        here[path[-1]] = value
        self._set_by[path] = set_by

    def replace_data(self, data: Any) -> None:
        """Put other data in place of all; positions hold for the dicts and lists that both share."""
        self._kept.append(self.data)
        self.data = data

    def _copied(self, container: Any) -> Any:
        copy = container.copy()
        self._kept.append(container)  # else a new object could take its identity and with it its positions
        if id(container) in self.spots:
            self.spots[id(copy)] = self.spots[id(container)]
        return copy


def shown_path(path: Path) -> str:
    """Name a file for messages: relative to the working folder if it lies within, else absolute."""
    absolute = Path(os.path.normpath(path.absolute()))
    working_folder = Path.cwd()
    return str(absolute.relative_to(working_folder) if absolute.is_relative_to(working_folder) else absolute)


def shown_value(value: object) -> str:
    """Write a value as YAML would, on one line."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def readable_path(data: Any, path: DataPath) -> str:
    """Write a path with identifiers in place of indices: `links.beihai-hepu.length_km`, as `--set` takes it."""
    parts = []
    here = data
    for step in path:
        inner: Any = None
        if isinstance(here, dict):
            inner = here.get(step)
        elif isinstance(here, list) and isinstance(step, int) and 0 <= step < len(here):
            inner = here[step]
        identifier = inner.get("id") if isinstance(step, int) and isinstance(inner, dict) else None
        parts.append(str(identifier if isinstance(identifier, str) else step))
        here = inner
    return ".".join(parts)


def value_at(data: Any, path: DataPath) -> Any:
    """Value at a path of the data; `None` where the path leads nowhere."""
    for step in path:
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and 0 <= step < len(data):
            data = data[step]
        else:
            return None
    return data
