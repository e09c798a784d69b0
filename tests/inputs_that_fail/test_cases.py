"""Every case of this folder fails with exactly the problems written at its end.

A case is one file that takes the place of a file of the tiny network (tests/data/tiny): `records/` that of `case.yaml`,
which is empty there, as `builder/` does for what only the built network shows, `scenario/` that of the scenario,
`network/` that of the network's index. Its first line says why it
must fail; its last lines, `# expect: ...`, are all the problems that must be told, with file, line and column.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bbwnet.errors import InputError
from bbwnet.network.build import build_network
from bbwnet.scenario.read import load_scenario

HERE = Path(__file__).parent
TINY = HERE.parent / "data" / "tiny"
PLACES = {
    "records": Path("network/case.yaml"),
    "builder": Path("network/case.yaml"),
    "scenario": Path("scenario.yaml"),
    "network": Path("network/network.yaml"),
}
EXPECT = "# expect: "
CASES = sorted(case for folder in PLACES for case in (HERE / folder).glob("*.yaml"))


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy the tiny network into the working folder."""
    shutil.copytree(TINY, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_tiny_network_is_sound(tiny: Path) -> None:
    assert load_scenario(tiny / "scenario.yaml").index.id == "tiny"


def test_cases_are_found() -> None:
    assert len(CASES) > 100
    assert {case.parent.name for case in CASES} == set(PLACES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.stem}")
def test_case_fails_as_it_says(case: Path, tiny: Path) -> None:
    lines = case.read_bytes().decode("utf-8", errors="replace").splitlines()
    expected = [line.removeprefix(EXPECT) for line in lines if line.startswith(EXPECT)]
    assert lines[0].startswith("# ")
    assert expected
    shutil.copyfile(case, tiny / PLACES[case.parent.name])
    # A case of the builder is sound to the reader; any other already fails there.
    scenario = load_scenario("scenario.yaml") if case.parent.name == "builder" else None
    with pytest.raises(InputError) as caught:
        build_network(load_scenario("scenario.yaml") if scenario is None else scenario)
    assert str(caught.value).splitlines() == expected
