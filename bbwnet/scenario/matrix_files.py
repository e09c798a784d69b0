"""The files of matrices that a scenario names: where they lie, and where the scenario says so; what is in them is read elsewhere."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bbwnet.scenario.layers import COMMAND_LINE
from bbwnet.scenario.nearest import nearest_name
from bbwnet.scenario.network_files import leads_out

if TYPE_CHECKING:
    from bbwnet.errors import Problem
    from bbwnet.scenario.document import DataPath
    from bbwnet.scenario.layers import Layers
    from bbwnet.scenario.schema.scenario_file import ScenarioFile
    from bbwnet.scenario.schema.user_matrices import UserMatrix

ENDINGS = (".csv", ".omx")


@dataclass(frozen=True, slots=True)
class MatrixFile:
    """A matrix that a scenario names, and its file."""

    choice: UserMatrix
    path: Path
    sha256: str
    at_matrix: Problem
    """Where the scenario says which matrix of the file it is, or else which file: a problem without words yet."""

    def problem(self, message: str, *, expected: str | None = None, nearest: str | None = None) -> Problem:
        """A problem of what the scenario says of the file."""
        return dataclasses.replace(self.at_matrix, message=message, expected=expected, nearest=nearest)


def find_matrix_files(layers: Layers, settings: ScenarioFile | None) -> tuple[tuple[MatrixFile, ...], list[Problem]]:
    """The files of `demand.passenger.matrices`, and every problem of finding them.

    As `include`, names are relative to the file that gives them and may not lead out of its folder.
    """
    files: list[MatrixFile] = []
    problems: list[Problem] = []
    owner = layers.owner(("demand", "passenger", "matrices"))
    folder = owner.path.parent if owner.path is not None and owner.file != COMMAND_LINE else Path()
    first: dict[tuple[str, str], int] = {}
    for number, choice in enumerate(settings.demand.passenger.matrices if settings is not None else ()):
        where: DataPath = ("demand", "passenger", "matrices", number)
        earlier = first.setdefault((choice.purpose, choice.mode), number)
        if earlier != number:
            message = f"matrix {earlier + 1} is of the same purpose and mode already"
            problems.append(layers.problem((*where, "purpose"), message, value=choice.purpose))
        path = folder / choice.file
        problem = _file_problem(layers, (*where, "file"), folder, choice.file)
        if problem is not None:
            problems.append(problem)
            continue
        at_matrix = layers.problem((*where, "file" if choice.matrix is None else "matrix"), "", value=choice.matrix or choice.file)
        files.append(MatrixFile(choice, path, hashlib.sha256(path.read_bytes()).hexdigest(), at_matrix))
    return tuple(files), problems


def _file_problem(layers: Layers, where: DataPath, folder: Path, name: str) -> Problem | None:
    """What is wrong with the name of a file, if anything is."""
    if leads_out(folder, name):
        expected = "a path below the folder of the scenario"
        return layers.problem(where, "file lies outside the scenario's folder", value=name, expected=expected)
    if Path(name).suffix.lower() not in ENDINGS:
        return layers.problem(where, "no file of matrices", value=name, expected=f"a name that ends in {' or '.join(ENDINGS)}")
    if not (folder / name).is_file():
        below = (item.relative_to(folder).as_posix() for ending in ENDINGS for item in folder.rglob(f"*{ending}"))
        return layers.problem(where, "no such file", value=name, nearest=nearest_name(name, sorted(below)))
    return None
