"""Files of a network: found by name or path, confined to its folder, hashed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from bbwnet.scenario.read import load_scenario


def include(folder: Path, old: str, new: str) -> None:
    index = folder / "network" / "network.yaml"
    index.write_text(index.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_a_symbolic_link_may_not_lead_out(tiny: Path, problems_of: Callable[..., list[str]]) -> None:
    outside = tiny / "outside.yaml"
    outside.write_text("schema: 1\n", encoding="utf-8")
    case = tiny / "network" / "case.yaml"
    case.unlink()
    case.symlink_to(outside)
    [problem] = problems_of()
    assert problem.startswith("network/network.yaml:10:73: include.4: file lies outside the network's folder (case.yaml)")


def test_a_symbolic_link_within_may_be_followed(tiny: Path, problems_of: Callable[..., list[str]]) -> None:
    case = tiny / "network" / "case.yaml"
    case.rename(tiny / "network" / "real.yaml")
    case.symlink_to("real.yaml")
    assert problems_of() == []


def test_a_network_that_is_a_link_itself_is_read(tiny: Path, problems_of: Callable[..., list[str]]) -> None:
    (tiny / "network").rename(tiny / "real")
    (tiny / "network").symlink_to("real", target_is_directory=True)
    assert problems_of() == []


@pytest.mark.parametrize("name", ["../scenario.yaml", "sub/../../scenario.yaml", "/etc/hostname", "C:\\\\x.yaml", "\\\\\\\\host\\\\x.yaml"])
def test_no_include_leads_out(name: str, tiny: Path, problems_of: Callable[..., list[str]]) -> None:
    include(tiny, "case.yaml", f'"{name}"')
    [problem] = problems_of()
    assert "file lies outside the network's folder" in problem


def test_files_in_folders_below_are_read(tiny: Path, problems_of: Callable[..., list[str]]) -> None:
    (tiny / "network" / "rail").mkdir()
    (tiny / "network" / "case.yaml").rename(tiny / "network" / "rail" / "case.yaml")
    include(tiny, "case.yaml", "rail/case.yaml")
    assert problems_of() == []


def test_what_one_unreadable_file_held_is_not_told_as_missing(tiny: Path, problems_of: Callable[..., list[str]]) -> None:
    (tiny / "network" / "places.yaml").write_text("schema: 1\nplaces: [\n", encoding="utf-8")
    [problem] = problems_of()
    assert problem.startswith("network/places.yaml:3:1: not valid YAML")


def test_every_file_read_is_named_and_hashed(tiny: Path) -> None:
    (tiny / "child.yaml").write_text("schema: 1\nextends: scenario.yaml\n", encoding="utf-8")
    files = {file.name: file for file in load_scenario("child.yaml").files}
    assert list(files) == [
        "scenarios/scenario.yaml",
        "scenarios/child.yaml",
        *(f"networks/network/{name}.yaml" for name in ("network", "places", "network_2016", "services", "projects", "case")),
    ]
    places = files["networks/network/places.yaml"]
    assert places.sha256 == hashlib.sha256((tiny / "network" / "places.yaml").read_bytes()).hexdigest()
    assert places.path.samefile(tiny / "network" / "places.yaml")


def test_network_may_be_given_by_its_index(tiny: Path) -> None:
    scenario = tiny / "scenario.yaml"
    scenario.write_text(scenario.read_text(encoding="utf-8").replace("network: network", "network: network/network.yaml"), encoding="utf-8")
    assert load_scenario(scenario).index.id == "tiny"
