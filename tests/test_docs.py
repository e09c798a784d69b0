"""Every snippet of the documents runs: lines with `$` in `console` blocks as a user types them, `python` blocks as they stand."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
BLOCK = re.compile(r"^```(console|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


def snippets() -> list[object]:
    """Every command and every python block of every document, named by document and line."""
    found: list[object] = []
    for name in DOCUMENTS:
        text = (ROOT / name).read_text(encoding="utf-8")
        for block in BLOCK.finditer(text):
            line = text.count("\n", 0, block.start()) + 1
            if block[1] == "python":
                found.append(pytest.param([sys.executable, "-c", block[2]], id=f"{name}:{line}"))
                continue
            commands = [(offset, row[2:]) for offset, row in enumerate(block[2].splitlines(), start=1) if row.startswith("$ ")]
            found.extend(pytest.param(["bash", "-c", command], id=f"{name}:{line + offset}") for offset, command in commands)
    return found


@pytest.mark.parametrize("command", snippets())
def test_snippet_runs(command: list[str], tmp_path: Path) -> None:
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    done = subprocess.run(command, cwd=tmp_path, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name: str) -> None:
    document = ROOT / name
    targets = LINK.findall(document.read_text(encoding="utf-8"))
    assert [target for target in targets if not (document.parent / target).exists()] == []


def test_architecture_names_every_room() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = sorted(path.parent.name for path in (ROOT / "bbwnet").glob("*/__init__.py"))
    assert [room for room in rooms if f"`bbwnet/{room}/`" not in text] == []
