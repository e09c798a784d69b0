"""What the tests of the reader share: a copy of the tiny network, and the problems of a scenario as text."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bbwnet.errors import InputError
from bbwnet.scenario.read import load_scenario

TINY = Path(__file__).parents[1] / "data" / "tiny"


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy the tiny network and its scenario into the working folder."""
    shutil.copytree(TINY, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def problems_of(tiny: Path) -> Callable[..., list[str]]:
    """Give a function that loads a scenario of the tiny network with `--set` and gives its problems, one text each."""

    def load(*overrides: str, scenario: str = "scenario.yaml") -> list[str]:
        try:
            load_scenario(tiny / scenario, overrides=overrides)
        except InputError as error:
            return str(error).splitlines()
        return []

    return load
