"""Simulated days: workers, the undisturbed days beside them, and disruptions of unknown things."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bbwnet.errors import InputError
from bbwnet.experiment.day import simulate
from bbwnet.network.build import build_network
from bbwnet.scenario.read import load_scenario

TINY = Path(__file__).parent.parent / "data" / "tiny"


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy the tiny network into the working folder."""
    shutil.copytree(TINY, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_unknown_thing_is_named_with_its_line(tiny: Path) -> None:
    text = (tiny / "scenario.yaml").read_text(encoding="utf-8") + (
        'disruptions:\n  - {what: nowhere, from: "day 1 05:00", until: "day 1 06:00"}\n'
        '  - {mode: rail, from: "day 1 05:00", until: "day 1 06:00"}\n'
        '  - {what: port_qinzho, from: "day 1 05:00", until: "day 1 06:00"}\n'
    )
    (tiny / "scenario.yaml").write_text(text, encoding="utf-8")
    scenario = load_scenario("scenario.yaml")
    with pytest.raises(InputError) as caught:
        simulate(scenario, build_network(scenario))
    lines = str(caught.value).splitlines()
    assert len(lines) == 2
    assert "disruptions.0.what: not in this network at its date (nowhere), expected a node" in lines[0]
    assert "disruptions.2.what" in lines[1]
    assert lines[1].startswith("scenario.yaml:")
    assert "nearest valid name" in lines[1]
