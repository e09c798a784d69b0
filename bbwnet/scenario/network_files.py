"""The files of a network: its index and the files of records that it includes, which may not lie outside its folder."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from bbwnet.errors import Problem
from bbwnet.scenario.bundled import bundled_folder, bundled_networks
from bbwnet.scenario.document import Document, shown_path
from bbwnet.scenario.layers import COMMAND_LINE, Layers
from bbwnet.scenario.nearest import nearest_name
from bbwnet.scenario.versions import bring_up_to_date
from bbwnet.scenario.yaml_lines import read_yaml

INDEX_NAME = "network.yaml"


@dataclass
class NetworkFiles:
    """The index and the files of records of a network as read, before validation."""

    folder: Path
    index: Document | None = None
    records: list[Document] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    whole: bool = True
    """Whether every file could be read; if not, what is missing in one may stand in another."""


def find_index(layers: Layers) -> tuple[Path | None, list[Problem]]:
    """Find the index of the network that a scenario names: bundled, or a path relative to the file that says so."""
    named = layers.data.get("network")
    if not isinstance(named, str) or not named:
        return None, []  # the schema says so
    if named in bundled_networks():
        return bundled_folder("networks") / named / INDEX_NAME, []
    owner = layers.owner(("network",))
    folder = owner.path.parent if owner.path is not None and owner.file != COMMAND_LINE else Path()
    path = folder / named
    with contextlib.suppress(OSError):  # a name too long for a file is none
        index = path / INDEX_NAME if path.is_dir() else path
        if index.is_file():
            return index, []
    return None, [
        layers.problem(
            ("network",),
            "no such network",
            value=named,
            expected=f"a bundled network or a folder with a {INDEX_NAME} (looked for {shown_path(path)})",
            nearest=nearest_name(named, bundled_networks()),
        )
    ]


def read_network(index_path: Path) -> NetworkFiles:
    """Read the index and every file that it includes."""
    files = NetworkFiles(index_path.parent)
    files.index = _read(index_path, files, index=True)
    if files.index is None:
        return files
    included = files.index.data.get("include")
    seen: dict[Path, int] = {}
    for number, name in enumerate(included if isinstance(included, list) else ()):
        path = _included_path(files, number, name)
        if path is None:
            files.whole = False
            continue
        if path in seen:
            files.problems.append(files.index.problem(("include", number), "file included twice", value=name))
            continue
        seen[path] = number
        if not path.exists():
            files.whole = False
            names = sorted(item.relative_to(files.folder).as_posix() for item in files.folder.rglob("*.yaml"))
            files.problems.append(files.index.problem(("include", number), "no such file", value=name, nearest=nearest_name(name, names)))
            continue
        document = _read(path, files)
        if document is not None:
            files.records.append(document)
    return files


def read_beside(layers: Layers, files: NetworkFiles) -> None:
    """Read the files of records that the scenario itself includes, after the network's own."""
    names = layers.data.get("include")
    owner = layers.owner(("include",))
    folder = owner.path.parent if owner.path is not None and owner.file != COMMAND_LINE else Path()
    for number, name in enumerate(names if isinstance(names, list) else ()):
        if not isinstance(name, str) or not name:
            continue  # the schema says so
        path, where = folder / name, ("include", number)
        if leads_out(folder, name):
            expected = "a path below the folder of the scenario"
            files.problems.append(layers.problem(where, "file lies outside the scenario's folder", value=name, expected=expected))
            files.whole = False
        elif not path.is_file():
            beside = sorted(item.name for item in folder.glob("*.yaml"))
            files.problems.append(layers.problem(where, "no such file", value=name, nearest=nearest_name(name, beside)))
            files.whole = False
        elif (document := _read(path, files)) is not None:
            files.records.append(document)


def leads_out(folder: Path, name: str) -> bool:
    """Whether a name is absolute or leads out of a folder; resolved, so that neither `..` nor a symbolic link does."""
    absolute = PurePosixPath(name).is_absolute() or PureWindowsPath(name).is_absolute()
    return absolute or not (folder / name).resolve().is_relative_to(folder.resolve())


def _included_path(files: NetworkFiles, number: int, name: Any) -> Path | None:
    """Path of an included file, `None` if it is no name or leads out of the network's folder."""
    if not isinstance(name, str) or not name or files.index is None:
        return None  # the schema says so
    if leads_out(files.folder, name):
        problem = files.index.problem(
            ("include", number), "file lies outside the network's folder", value=name, expected="a path below the folder of network.yaml"
        )
        files.problems.append(problem)
        return None
    return files.folder / name


def _read(path: Path, files: NetworkFiles, *, index: bool = False) -> Document | None:
    document, problems = read_yaml(path)
    files.problems.extend(problems)
    if document is None:
        files.whole = False
        return None
    if isinstance(document.data, list) and not index:
        _wrap_projects(document)
    if not isinstance(document.data, dict):
        what = "file is empty" if document.data is None else "not a map"
        expected = "the index of a network" if index else "`schema: 1` and lists of records"
        files.whole = False
        files.problems.append(document.problem((), what, expected=expected))
        return None
    problems, notices = bring_up_to_date(document)
    files.problems.extend(problems)
    files.notices.extend(notices)
    return document


def _wrap_projects(document: Document) -> None:
    """Read a bare list as projects of the first version: the short form for a file of projects."""
    projects = document.data
    spot = document.spots[id(projects)][0]
    wrapped = {"schema": 1, "projects": projects}
    document.spots[id(wrapped)] = [spot] * 5
    document.replace_data(wrapped)
