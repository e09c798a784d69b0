"""What an installation stands on: constraints for every dependency, and no address of an index in any of it."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)", re.MULTILINE)
ADDRESS = re.compile(r"https?://|git\+|file://|--(extra-)?index-url|--find-links", re.IGNORECASE)


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_dependency_has_one_version(repository: Path) -> None:
    setup = configparser.ConfigParser()
    setup.read(repository / "setup.cfg", encoding="utf-8")
    lists = [setup["options"]["install_requires"], *setup["options.extras_require"].values()]
    wanted = {canonical(name) for text in lists for name in REQUIREMENT.findall(text)}
    pinned = re.findall(r"^([A-Za-z0-9._-]+)==\S+$", (repository / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(wanted - {canonical(name) for name in pinned}) == []
    assert len(pinned) == len(set(pinned))


def test_installation_names_no_index(repository: Path) -> None:
    for name in ("setup.cfg", "constraints.txt", "setup.py", "pyproject.toml", ".ci/run"):
        assert ADDRESS.findall((repository / name).read_text(encoding="utf-8")) == [], name


def test_documented_installation_uses_the_constraints(repository: Path) -> None:
    text = (repository / "README.md").read_text(encoding="utf-8")
    commands = [line for line in text.splitlines() if "pip install" in line]
    assert len(commands) == 2
    assert all("-c constraints.txt" in command for command in commands)
