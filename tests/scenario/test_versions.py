"""Versions of the file formats: newer refused, older migrated step by step and said so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bbwnet.scenario.document import Document
from bbwnet.scenario.read import load_scenario
from bbwnet.scenario.schema.base import SCHEMA_VERSION
from bbwnet.scenario.versions import MIGRATIONS, UnreadableVersionError, bring_up_to_date
from bbwnet.scenario.yaml_lines import parse_text


def document(text: str) -> Document:
    parsed, _ = parse_text(text, "f.yaml")
    assert parsed is not None
    return parsed


def lengths_in_km(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "lengths": [metres / 1000 for metres in data["lengths"]]}


def named(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "name": "old"}


def test_an_older_file_is_migrated_step_by_step() -> None:
    held = document("schema: 1\nlengths: [1000]\n")
    assert bring_up_to_date(held, migrations={1: lengths_in_km, 2: named}, current=3) == ([], ["f.yaml: migrated from schema 1 to 3"])
    assert held.data == {"schema": 3, "lengths": [1.0], "name": "old"}
    assert held.position(("schema",)) == (1, 1)  # a new dict has its place, not that of its old keys


def test_a_current_file_is_left_alone() -> None:
    held = document("schema: 2\nlengths: [1000]\n")
    assert bring_up_to_date(held, migrations={1: lengths_in_km}, current=2) == ([], [])
    assert held.data["lengths"] == [1000]


def test_a_version_too_old_to_migrate_is_refused() -> None:
    with pytest.raises(UnreadableVersionError, match=r"f.yaml:1:9: schema: version can no longer be read \(1\), expected version 3"):
        bring_up_to_date(document("schema: 1\n"), migrations={2: named}, current=3)


def test_a_newer_version_is_refused() -> None:
    with pytest.raises(UnreadableVersionError, match=r"f.yaml:1:9: schema: file is of a newer version than this bbwnet reads \(2\)"):
        bring_up_to_date(document("schema: 2\n"))


@pytest.mark.parametrize("version", ["0", "-1", "true", "1.0", "'1'", "null"])
def test_what_is_no_version_is_a_problem(version: str) -> None:
    [problem], _ = bring_up_to_date(document(f"schema: {version}\n"))
    assert str(problem).startswith("f.yaml:1:9: schema: not a version of the file format")


def test_a_scenario_says_what_was_migrated(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # As if this bbwnet were of version 2: every file of the tiny network is of the version before.
    def steps(held: Document) -> tuple[list[Any], list[str]]:
        result = bring_up_to_date(held, migrations={1: dict}, current=2)
        held.data["schema"] = 1  # what the models know today
        return result

    monkeypatch.setattr("bbwnet.scenario.layers.bring_up_to_date", steps)
    scenario = load_scenario(tiny / "scenario.yaml")
    assert scenario.notices == ("scenario.yaml: migrated from schema 1 to 2",)


def test_there_is_a_migration_from_every_older_version() -> None:
    assert set(MIGRATIONS) == set(range(1, SCHEMA_VERSION))
