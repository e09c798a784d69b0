"""The command line, run within the process as a user would type it."""

from __future__ import annotations

import dataclasses
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bbwnet.cli.main import main


@dataclasses.dataclass(frozen=True)
class Answer:
    """What a command exits with and prints."""

    code: object
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The JSON document on standard output."""
        document: dict[str, Any] = json.loads(self.out)
        return document


@pytest.fixture
def bbwnet(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """Runs `bbwnet` with arguments."""

    def call(*arguments: str | Path) -> Answer:
        monkeypatch.setattr(sys, "argv", ["bbwnet", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        printed = capsys.readouterr()
        return Answer(left.value.code, printed.out, printed.err)

    return call


@pytest.fixture
def baseline(repository: Path) -> str:
    """The scenario of the coast."""
    return str(repository / "tests" / "data" / "coast" / "baseline.yaml")


MILLIONS = {"qingxiu": 3, "qinnan": 1, "haicheng": 1, "gangkou": 1, "longhua": 2, "qiongshan": 1, "hanoi": 4}


@pytest.fixture(scope="session")
def peopled_coast(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The coast with people in its zones, as a folder of files; its scenario is `baseline.yaml`, which nobody changes."""
    folder = Path(shutil.copytree(repository / "tests" / "data" / "coast", tmp_path_factory.mktemp("peopled") / "coast"))
    path = folder / "network" / "places.yaml"
    text = path.read_text(encoding="utf-8")
    for place, millions in MILLIONS.items():
        figure = f"population: [{{year: 2016, persons: {millions}000000, source: made_up, confidence: reported}}]"
        assert f"- {{id: {place}, name" in text
        text = text.replace(f"- {{id: {place}, name", f"- {{id: {place}, {figure}, name", 1)
    path.write_text(text, encoding="utf-8")
    return folder
