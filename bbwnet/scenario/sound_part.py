"""The part of a scenario's settings that is sound, so that names in it are looked up though other keys are wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from bbwnet.errors import Problem
from bbwnet.scenario.document import DataPath, value_at
from bbwnet.scenario.layers import Layers
from bbwnet.scenario.schema.scenario_file import ScenarioFile
from bbwnet.scenario.validation import data_path

_ROUNDS = 20
"""A cut may leave a record without what it needs, which is then cut itself: no deeper than settings are nested."""


@dataclass(frozen=True)
class SoundPart:
    """Merged settings without what is cut; paths of `data` differ from those written where items of lists are gone."""

    layers: Layers
    cut: frozenset[DataPath] = frozenset()
    """Paths as written."""
    data: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Copy the data without what is cut."""
        object.__setattr__(self, "data", _without(self.layers.data, self.cut, ()) if self.cut else self.layers.data)

    def written(self, path: DataPath) -> DataPath:
        """Path as written of a path of `data`."""
        found: DataPath = ()
        for step in path:
            here = value_at(self.layers.data, found)
            if isinstance(here, list) and isinstance(step, int):
                kept = [place for place in range(len(here)) if (*found, place) not in self.cut]
                found = (*found, kept[step] if step < len(kept) else step)
            else:
                found = (*found, step)
        return found

    def identifiers(self, path: DataPath) -> list[str]:
        """Identifiers of a list of records, of those that are cut too: a name of theirs is not unknown."""
        records = value_at(self.layers.data, path)
        found = [record.get("id") for record in records if isinstance(record, dict)] if isinstance(records, list) else []
        return [item for item in found if isinstance(item, str)]

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
        """Make a problem of the value (or key) at a path of `data`."""
        return self.layers.problem(self.written(path), message, value=value, expected=expected, nearest=nearest, of_key=of_key)


def sound_part(layers: Layers) -> tuple[ScenarioFile | None, SoundPart]:
    """Settings of what is left when all that is wrong is cut, and that part; no settings where what every scenario needs is wrong."""
    part = SoundPart(layers)
    for _ in range(_ROUNDS):
        try:
            return ScenarioFile.model_validate(part.data), part
        except ValidationError as error:
            found = error.errors(include_url=False)
        more = {part.written(_to_cut(part.data, data_path(part.data, detail["loc"], detail["type"]), detail["type"])) for detail in found}
        if () in more or more <= part.cut:
            break
        part = SoundPart(layers, part.cut | more)
    return None, part


def _to_cut(data: Any, path: DataPath, kind: str) -> DataPath:
    """What goes when the value at a path is wrong: what is said of one thing stands or falls together, such as both ends of a window."""
    if kind == "extra_forbidden":
        return path
    places = [place for place in range(len(path)) if isinstance(value_at(data, path[:place]), list)]
    if places:
        return path[: places[-1] + 1]
    parent = value_at(data, path[:-1])
    plain = isinstance(parent, dict) and len(path) > 1 and not any(isinstance(value, dict | list) for value in parent.values())
    return path[:-1] if plain or kind == "missing" else path


def _without(data: Any, cut: frozenset[DataPath], path: DataPath) -> Any:
    if isinstance(data, dict):
        return {key: _without(value, cut, (*path, key)) for key, value in data.items() if (*path, key) not in cut}
    if isinstance(data, list):
        return [_without(value, cut, (*path, place)) for place, value in enumerate(data) if (*path, place) not in cut]
    return data
