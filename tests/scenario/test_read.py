"""Reading whole scenarios: all problems at once, records merged, problems made later still know their lines."""

from __future__ import annotations

import os
import pickle
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bbwnet.errors import InputError
from bbwnet.scenario.read import load_scenario


def test_records_of_all_files_are_merged_in_order(tiny: Path) -> None:
    records = load_scenario(tiny / "scenario.yaml").records
    assert [place.id for place in records.places] == ["qingxiu", "qinnan", "guiyang"]
    assert [project.id for project in records.projects] == ["coastal_upgrade", "port_railway"]
    assert list(records.sources) == ["made_up"]
    assert records.plan is not None
    assert records.plan.main_target_min == 120


@pytest.mark.usefixtures("tiny")
def test_problems_made_later_know_their_lines() -> None:
    scenario = load_scenario("scenario.yaml")
    stop = "emu_qinzhou_port.stops.1"
    change = "change.links.nanning_east-qinzhou_east.design_speed_kmh"
    made = [
        scenario.problem("links", "qinnan-port", "length_km", "odd", value=32.0),
        scenario.problem("services", "emu_qinzhou_port", "stops.1", "no track", value="qinzhou_port_station", expected="a track"),
        scenario.problem("projects", "coastal_upgrade", change, "odd"),
        scenario.problem("projects", "port_railway", "requires", "odd"),
        scenario.problem("projects", "port_railway", None, "odd"),
        scenario.problem("settings", None, "as_of", "odd"),
        scenario.problem("settings", None, "timetable", "no timetable"),
        scenario.problem("plan", None, "neighbours.0.1", "odd"),
        scenario.problem("links", "invented", "length_km", "odd", value=1),
    ]
    assert [str(problem) for problem in made] == [
        "network/network_2016.yaml:14:144: links.qinnan-port.length_km: odd (32.0)",
        f"network/projects.yaml:27:88: projects.port_railway.add.services.{stop}: no track (qinzhou_port_station), expected a track",
        f"network/projects.yaml:11:62: projects.coastal_upgrade.{change}: odd",
        "network/projects.yaml:18:13: projects.port_railway.requires: odd",
        "network/projects.yaml:12:3: projects.port_railway: odd",
        "scenario.yaml:5:8: as_of: odd",
        "scenario.yaml:2:1: timetable: no timetable",
        "network/places.yaml:14:26: plan.neighbours.0.1: odd",
        "network: links.invented.length_km: odd (1)",
    ]
    assert scenario.file_and_line("links", "qinnan-port") == "network/network_2016.yaml:14"


def test_problems_of_scenario_and_all_files_come_together_sorted(tiny: Path, problems_of: Callable[..., list[str]]) -> None:
    (tiny / "scenario.yaml").write_text("schema: 1\nname: {zh: 例}\nnetwork: network\nas_of: 2018-12-31\n", encoding="utf-8")
    for name, old, new in [
        ("places", "lon: 108.37", "lon: east"),
        ("services", "trips_per_day: 20", "trips_per_day: 0"),
        ("projects", "[X5]", "[X6]"),
    ]:
        file = tiny / "network" / f"{name}.yaml"
        file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert [problem.split(": ")[1] for problem in problems_of()] == [
        "places.qingxiu.lon",
        "projects.coastal_upgrade.clauses.0",
        "projects.port_railway.clauses.0",
        "services.emu_nanning_qinzhou.trips_per_day",
        "name",
    ]


def test_an_unsound_record_is_not_told_again_as_unknown(tiny: Path, problems_of: Callable[..., list[str]]) -> None:
    file = tiny / "network" / "network_2016.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("lon: 108.66, lat: 22.0", "lon: 108.66"), encoding="utf-8")
    [problem] = problems_of()
    assert problem.startswith("network/network_2016.yaml:5:5: nodes.qinzhou_east: key is missing: lat")


def test_the_scenario_of_the_design_is_read(tiny: Path) -> None:
    # docs: the example of a scenario with every key that there is
    (tiny / "case.yaml").write_text(
        """schema: 1
extends: scenario.yaml
name: {zh: 规划2030, en: Plan 2030}
network: network
as_of: 2030-12-31                   # a date: what is open that day
projects: {by: planned}             # or: opened | [ids]; also: [ids]; except: [ids]; variant: {id: name}
demand: {year: 2030, passenger: {growth: from_population_and_gdp}, freight: {growth: from_gdp}}
policy:
  transfer: {walk_factor: 0.5, through_ticket: true}   # V1, V4
  headway_factor: {rail_intercity: 0.5}                # V3
  border: {single_inspection: true}                    # X8
disruptions: [{what: urban_qingxiu-nanning_east, from: "day 1 05:00", until: "day 1 15:00", to: closed}]
simulation: {days: 1, warm_up_h: 6, replications: 10, seed: 1}
evaluation: {departures: {from: "06:00", until: "22:00", every_min: 1}, percentile: 50}
""",
        encoding="utf-8",
    )
    scenario = load_scenario("case.yaml")
    assert scenario.settings.policy.transfer.walk_factor == 0.5
    assert scenario.settings.disruptions[0].what == "urban_qingxiu-nanning_east"
    # what repeats a default (`simulation`, `evaluation`) overrides nothing
    assert [override.key for override in scenario.overrides] == [
        "as_of",
        "projects.by",
        "demand.year",
        "policy.transfer.walk_factor",
        "policy.transfer.through_ticket",
        "policy.headway_factor.rail_intercity",
        "policy.border.single_inspection",
        "disruptions",
    ]


@pytest.mark.parametrize(
    ("name", "nearest"), [("plan_2031", "plan_2030"), ("baseline2016", "baseline_2016"), ("nowhere/scenario.yaml", None)]
)
def test_an_unknown_scenario_is_refused_with_the_nearest(name: str, nearest: str | None) -> None:
    with pytest.raises(InputError) as caught:
        load_scenario(name)
    [problem] = caught.value.problems
    assert (problem.message, problem.nearest) == ("no such scenario", nearest)


def test_the_working_folder_does_not_matter(tiny: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert load_scenario(tiny / "scenario.yaml").records.places
    monkeypatch.chdir(tiny / "network")
    assert load_scenario(Path("..") / "scenario.yaml").records.places


def test_a_scenario_can_be_sent_to_another_process(tiny: Path) -> None:
    scenario = load_scenario(tiny / "scenario.yaml", overrides=["as_of=2019-12-31"])
    copy = pickle.loads(pickle.dumps(scenario))  # noqa: S301 - our own bytes
    assert (copy.settings, copy.records, copy.overrides, copy.files) == (
        scenario.settings,
        scenario.records,
        scenario.overrides,
        scenario.files,
    )
    assert str(copy.problem("links", "qinnan-port", "length_km", "odd")) == "network/network_2016.yaml: links.qinnan-port.length_km: odd"


def test_reading_twice_gives_the_same(tiny: Path) -> None:
    one, other = (load_scenario(tiny / "scenario.yaml") for _ in range(2))
    assert (one.settings, one.index, one.records, one.files) == (other.settings, other.index, other.records, other.files)


def test_broken_bytes_give_problems_and_never_a_traceback(tiny: Path) -> None:
    """Cut, doubled and changed bytes of real files: every outcome is a scenario or an `InputError`."""
    random_numbers = random.Random(20161231)  # noqa: S311 - no secret
    files = [*sorted((tiny / "network").glob("*.yaml")), tiny / "scenario.yaml"]
    told: list[str] = []
    for _ in range(300):
        file = random_numbers.choice(files)
        sound = file.read_bytes()
        start = random_numbers.randrange(len(sound))
        end = min(len(sound), start + random_numbers.randrange(1, 40))
        piece = random_numbers.choice(
            [b"", sound[start:end] * 2, b"[", b"}", b": ", b"\n", b"-1", b"null", b"{}", b"\xff", b"&a *a", b"'", b"1e400"]
        )
        file.write_bytes(sound[:start] + piece + sound[end:])
        try:
            load_scenario(tiny / "scenario.yaml")
        except InputError as error:
            told.append(str(error))
        finally:
            file.write_bytes(sound)
    assert len(told) > 100
    assert all(told)


def test_importing_the_room_is_cheap() -> None:
    code = "import sys, bbwnet.scenario; print([name for name in ('pydantic', 'yaml', 'numpy', 'pandas') if name in sys.modules])"
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}
    )
    assert done.stdout.strip() == "[]"
