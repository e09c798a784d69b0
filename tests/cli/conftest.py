"""The command line, run within the process as a user would type it."""

from __future__ import annotations

import dataclasses
import json
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
