"""`--set a.b.c=value`: changes from the command line to settings (`as_of=...`) and to records (`services.ID.trips_per_day=24`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from bbwnet.errors import InputError, Problem
from bbwnet.scenario.document import DataPath, Document, value_at
from bbwnet.scenario.layers import COMMAND_LINE
from bbwnet.scenario.model_fields import annotation_at, attributes_at, takes_text_only
from bbwnet.scenario.nearest import Names, nearest_name
from bbwnet.scenario.record_positions import KINDS, RecordPositions, Spot, steps
from bbwnet.scenario.schema.network_file import NetworkIndex, NetworkRecords
from bbwnet.scenario.schema.scenario_file import ProjectChoice, ScenarioFile
from bbwnet.scenario.yaml_lines import parse_text

_SETTING = re.compile(r"\s*([^=\s]+)\s*=(.*)", re.DOTALL)
_SETTINGS = tuple(info.alias or name for name, info in ScenarioFile.model_fields.items())
_CHOICES = tuple(info.alias or name for name, info in ProjectChoice.model_fields.items())
_UNTOUCHABLE = ("schema", "extends")


@dataclass(frozen=True, slots=True)
class Setting:
    """One `key=value` of the command line, with the value as text and as YAML reads it."""

    key: str
    text: str
    value: Any

    @property
    def origin(self) -> str:
        """The setting as written, for messages and the log."""
        return f"{COMMAND_LINE} {self.key}={self.text}"

    @property
    def is_of_settings(self) -> bool:
        """Whether the key is one of the scenario's own, not of a record: `projects.by`, but `projects.ID.planned.year`."""
        head, _, rest = self.key.partition(".")
        if head == "projects":
            return not rest or rest.split(".")[0] in _CHOICES
        if head == "network":
            return not rest
        return head in _SETTINGS or head not in (*KINDS, "sources", "plan")

    def typed(self, model: type[BaseModel], data: Any, path: DataPath) -> Any:
        """Give the value as the schema wants it at `path`: the text itself where only text fits (`variant.x=160`)."""
        if isinstance(self.value, int | float) and takes_text_only(annotation_at(model, data, path)):
            return self.text.strip()
        return self.value


def parse_settings(overrides: Sequence[str]) -> list[Setting]:
    """Read settings written `key=value`, the value as a YAML scalar or in flow style; raises `InputError` for all that are wrong."""
    settings, problems = [], []
    for text in overrides:
        match = _SETTING.fullmatch(text)
        if match is None:
            problems.append(
                Problem(f"{COMMAND_LINE} {text}", message="not a setting", expected="key=value, such as services.ID.trips_per_day=24")
            )
            continue
        document, found = parse_text(match[2], COMMAND_LINE)
        problems.extend(Problem(f"{COMMAND_LINE} {text}", message=item.message, value=item.value, expected=item.expected) for item in found)
        settings.append(Setting(match[1], match[2], document.data if document is not None else None))
    if problems:
        raise InputError(problems)
    return settings


def settings_layer(settings: Sequence[Setting], data: Any) -> tuple[Document | None, list[Problem]]:
    """Make the top layer of a scenario's settings from those that are of its own keys; `data` are the layers below, merged."""
    layer = Document(COMMAND_LINE, {}, {})
    problems = []
    for setting in settings:
        if not setting.is_of_settings:
            continue
        path = tuple(setting.key.split("."))
        if path[0] in _UNTOUCHABLE or path[0] not in _SETTINGS:
            names = (*(name for name in _SETTINGS if name not in _UNTOUCHABLE), *KINDS, "sources", "plan")
            message = "cannot be set from the command line" if path[0] in _UNTOUCHABLE else "unknown key"
            problems.append(Problem(setting.origin, path=setting.key, message=message, value=path[0], nearest=nearest_name(path[0], names)))
            continue
        layer.replace(path, setting.typed(ScenarioFile, data, path), setting.origin)
    return (layer if layer.data else None), problems


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A record's value that a setting replaced."""

    key: str
    old: object
    new: object
    origin: str


def apply_to_records(settings: Sequence[Setting], index: Document, positions: RecordPositions) -> tuple[list[RecordChange], list[Problem]]:
    """Apply the settings that are of records or of the network's index to the data as read, before they are validated."""
    changes: list[RecordChange] = []
    problems: list[Problem] = []
    for setting in settings:
        if setting.is_of_settings:
            continue
        head, _, rest = setting.key.partition(".")
        if head == "network":
            targets: list[tuple[Spot, str]] | Problem = [(Spot(index, ()), rest)]
        else:
            targets = _targets(setting, head, rest, positions)
        if isinstance(targets, Problem):
            problems.append(targets)
            continue
        for spot, attribute in targets:
            _apply(setting, NetworkIndex if head == "network" else NetworkRecords, spot, attribute, changes, problems)
        changes.extend(_apply_to_patches(setting, positions))
    return changes, problems


def _targets(setting: Setting, kind: str, rest: str, positions: RecordPositions) -> list[tuple[Spot, str]] | Problem:
    """Records that a setting is about: every one with the identifier, for variants of a project may each bring it."""
    if kind == "plan":
        return [(spot, rest) for spot in positions.spots["plan"].get("plan", [])]
    identifier, _, attribute = rest.partition(".")
    spots = positions.spots[kind].get(identifier)
    if not spots:
        nearest = Names(positions.ids(kind)).nearest(identifier)
        return Problem(setting.origin, path=setting.key, message=f"no such record in {kind}", value=identifier, nearest=nearest)
    if not attribute:
        return Problem(
            setting.origin,
            path=setting.key,
            message="names a record, not one of its attributes",
            expected=f"{kind}.{identifier}.ATTRIBUTE=value",
        )
    return [(spot, attribute) for spot in spots]


def _apply(
    setting: Setting, model: type[BaseModel], spot: Spot, attribute: str, changes: list[RecordChange], problems: list[Problem]
) -> None:
    data = spot.document.data
    within = steps(value_at(data, spot.path), attribute)
    if "change" in within[:-1]:  # keys of patches hold dots: projects.ID.change.links.ID.lanes
        at = within.index("change") + 1
        within = (*within[:at], ".".join(map(str, within[at:])))
    path = (*spot.path, *within)
    for length in range(len(spot.path) + 1, len(path) + 1):
        valid = attributes_at(model, data, path[: length - 1])
        parent = value_at(data, path[: length - 1])
        known = (
            str(path[length - 1]) in valid
            if valid
            else isinstance(parent, dict) or (isinstance(parent, list) and isinstance(path[length - 1], int))
        )
        if isinstance(parent, list) and not (isinstance(path[length - 1], int) and int(path[length - 1]) < len(parent)):
            known = False
        if not known:
            wrong = str(path[length - 1])
            problems.append(
                Problem(setting.origin, path=setting.key, message="unknown key", value=wrong, nearest=nearest_name(wrong, valid))
            )
            return
    old, new = value_at(data, path), setting.typed(model, data, path)
    spot.document.replace(path, new, setting.origin)
    if old != new:
        changes.append(RecordChange(setting.key, old, new, setting.origin))


def _apply_to_patches(setting: Setting, positions: RecordPositions) -> list[RecordChange]:
    """Let the setting win over projects that patch the same key, for the command line takes precedence over files."""
    changes = []
    for identifier, spots in positions.spots["projects"].items():
        for spot in spots:
            project = value_at(spot.document.data, spot.path)
            variants = project.get("variants")
            holders: list[DataPath] = [(), *(("variants", name) for name in (variants if isinstance(variants, dict) else ()))]
            for holder in holders:
                patches = value_at(project, (*holder, "change"))
                if isinstance(patches, dict) and setting.key in patches and patches[setting.key] != setting.value:
                    old = patches[setting.key]
                    spot.document.replace((*spot.path, *holder, "change", setting.key), setting.value, setting.origin)
                    key = ".".join(map(str, ("projects", identifier, *holder, "change", setting.key)))
                    changes.append(RecordChange(key, old, setting.value, setting.origin))
    return changes
