"""What a scenario is once read: settings, records of its network, and the memory of where each of them stands."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from bbwnet.errors import Problem
from bbwnet.scenario.land import Land
from bbwnet.scenario.layers import Layers
from bbwnet.scenario.matrix_files import MatrixFile
from bbwnet.scenario.record_positions import RecordPositions, steps
from bbwnet.scenario.schema.network_file import NetworkIndex, NetworkRecords
from bbwnet.scenario.schema.scenario_file import ScenarioFile


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file that a scenario was read from; `name` does not depend on where it lies on this machine."""

    name: str
    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class Override:
    """A value in effect that replaced another: a default, one of an extended file, or one of a record."""

    key: str
    old: object
    new: object
    origin: str

    def __str__(self) -> str:
        """Write `key: old -> new (where the new value comes from)`."""
        old, new = (json.dumps(value, ensure_ascii=False, default=str) for value in (self.old, self.new))
        return f"{self.key}: {old} -> {new} ({self.origin})"


@dataclass(frozen=True, eq=False)
class Scenario:
    """Named assumptions on a network: validated settings and the records that they are made about.

    `records` holds every record of the network, whatever its date, and every project, in force or not; which of them stand
    at `settings.as_of` is for the network builder to say.
    """

    name: str
    path: Path
    settings: ScenarioFile
    index: NetworkIndex
    records: NetworkRecords
    files: tuple[InputFile, ...]
    overrides: tuple[Override, ...]
    notices: tuple[str, ...]
    _layers: Layers = field(repr=False)
    _positions: RecordPositions = field(repr=False)
    land: Land | None = None
    """What is land in the region, if its network says so."""
    matrices: tuple[MatrixFile, ...] = ()
    """Files of the scenario's own matrices of trips."""

    def problem(
        self,
        kind: str,
        identifier: str | None,
        key: str | None,
        message: str,
        *,
        value: object = ...,
        expected: str | None = None,
        nearest: str | None = None,
    ) -> Problem:
        """Make a problem of a record with its file, line and column.

        `kind` is a list of records (`links`, `projects`, ...), `sources`, `plan`, or `settings` for the scenario's own keys
        (`identifier` is `None` then); `key` is an attribute of it, dotted where it lies deeper (`change.links.ID.lanes`).
        """
        if kind == "settings":
            return self._layers.problem(steps(self._layers.data, key), message, value=value, expected=expected, nearest=nearest)
        return self._positions.problem(kind, identifier or kind, key, message, value=value, expected=expected, nearest=nearest)

    def file_and_line(self, kind: str, identifier: str) -> str:
        """`file:line` of a record, for reports that say where a figure comes from."""
        spot = self._positions.find(kind, identifier)
        return spot.file_and_line if spot is not None else ""
