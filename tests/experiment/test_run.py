"""Run folders: whole or not there, never over something else, the same bytes twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from bbwnet.errors import InputError, RunError
from bbwnet.exchange.parquet import read_parquet
from bbwnet.experiment import run as run_module
from bbwnet.experiment.run import run
from bbwnet.experiment.tables import TABLES as CONTRACTS
from bbwnet.experiment.tables import write_tables
from bbwnet.scenario.read import load_scenario
from bbwnet.scenario.scenario import Scenario

Scenarios = Callable[..., Scenario]

TABLES = {
    "nodes", "links", "services", "times", "goals", "goal_summary", "access", "access_region", "transfers", "hubs", "terminals",
    "headways", "headway_hours", "through_tickets", "transfer_measures",
    *(f"simulation_{name}" for name in ("balance", "servers", "runs", "punctuality", "roads", "vehicle_trips", "ports",
                                        "ferry_days", "ferry_queues", "ferry_sailings", "replay_servers", "replay_runs")),
}  # fmt: skip


def test_a_run_leaves_manifest_and_tables(coast_scenario: Scenarios, tmp_path: Path) -> None:
    result = run(coast_scenario("as_of=2018-08-01"), tmp_path / "out" / "a")
    assert {path.name for path in result.folder.iterdir()} == {"manifest.json", *(f"{name}.parquet" for name in TABLES)}
    manifest = json.loads((result.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["scenario"] == "baseline"
    assert manifest["as_of"] == "2018-08-01"
    assert manifest["projects_in_force"] == ["qisha_line"]
    assert manifest["timetables"] == {"rail": "rail_2016"}
    assert manifest["overrides"] == ['as_of: "2016-12-31" -> "2018-08-01" (--set as_of=2018-08-01)']
    assert "networks/network/rail.yaml" in manifest["inputs"]
    assert all(len(digest) == 64 for digest in manifest["inputs"].values())
    assert manifest["tables"] == {name: len(read_parquet(result.folder / f"{name}.parquet")) for name in sorted(TABLES)}
    assert set(manifest["durations"]) == {"network_s", "times_s", "goals_s", "access_s", "transfers_s", "simulation_s"}
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a"]


def test_tables_hold_what_was_computed(coast_scenario: Scenarios, tmp_path: Path) -> None:
    folder = run(coast_scenario(), tmp_path / "a").folder
    times = read_parquet(folder / "times.parquet").set_index(["from", "to", "definition"])
    assert len(times) == 5 * 4 * 5
    assert times["minutes"]["beihai", "fangchenggang", "in_vehicle"] == pytest.approx(131.6)
    assert times["minutes"]["fangchenggang", "beihai", "in_vehicle"] == pytest.approx(202.1)
    goals = read_parquet(folder / "goals.parquet").set_index(["goal", "from", "to", "definition"])
    assert len(goals) == 13 * 5
    assert goals["minutes"]["main", "beihai", "fangchenggang", "official"] == 100
    assert bool(goals["met"]["neighbour", "nanning", "qinzhou", "drive"])
    links = read_parquet(folder / "links.parquet").set_index("id")
    assert links["length_km"]["ne-qz"] == 100


def test_columns_have_the_types_of_their_contract_whatever_is_in_them(coast_scenario: Scenarios, tmp_path: Path) -> None:
    """A column without a value, or a table without a row, has no type of its own; Parquet would call it NULL."""
    folder = run(coast_scenario(), tmp_path / "a").folder
    empty = tmp_path / "empty"
    empty.mkdir()
    write_tables(empty, {name: pd.DataFrame(columns=[column.name for column in table.columns]) for name, table in CONTRACTS.items()})
    known = {"str": "VARCHAR", "float": "DOUBLE", "int": "BIGINT", "bool": "BOOLEAN", "date": "DATE"}
    for path in (*folder.glob("*.parquet"), *empty.glob("*.parquet")):
        found = duckdb.connect().execute(f"DESCRIBE SELECT * FROM read_parquet('{path}')").fetchall()  # noqa: S608  a path of ours
        types = {name: kind for name, kind, *_ in found}
        columns = CONTRACTS[path.stem].columns
        assert list(types) == [column.name for column in columns]
        assert "NULL" not in " ".join(types.values())
        assert [types[column.name] for column in columns if column.type in known] == [
            known[column.type] for column in columns if column.type in known
        ]
    links = duckdb.connect().execute(f"DESCRIBE SELECT geometry, gauge_mm, use FROM read_parquet('{empty}/links.parquet')").fetchall()  # noqa: S608
    assert [kind for _, kind, *_ in links] == ["DOUBLE[][]", "BIGINT", "VARCHAR"]


def test_the_same_bytes_twice(coast_folder: Path, tmp_path: Path) -> None:
    folders = [run(load_scenario(coast_folder / "baseline.yaml"), tmp_path / name).folder for name in "ab"]
    for name in TABLES:
        first, second = ((folder / f"{name}.parquet").read_bytes() for folder in folders)
        assert first == second, name
    manifests = [json.loads((folder / "manifest.json").read_text(encoding="utf-8")) for folder in folders]
    assert all(manifest.pop("durations") for manifest in manifests)
    assert manifests[0] == manifests[1]


def test_stages(coast_scenario: Scenarios, tmp_path: Path) -> None:
    result = run(coast_scenario(), tmp_path / "a", ("network",))
    assert {path.name for path in result.folder.glob("*.parquet")} == {"nodes.parquet", "links.parquet", "services.parquet"}
    assert result.goals == ()


def test_an_older_run_is_replaced(coast_scenario: Scenarios, tmp_path: Path) -> None:
    run(coast_scenario(), tmp_path / "a")
    run(coast_scenario(), tmp_path / "a", ("network",))
    assert not (tmp_path / "a" / "goals.parquet").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_what_is_no_run_is_left_alone(coast_scenario: Scenarios, tmp_path: Path, kind: str) -> None:
    out = tmp_path / "precious"
    if kind == "folder":
        out.mkdir()
        (out / "thesis.txt").write_text("years of work", encoding="utf-8")
    else:
        out.write_text("years of work", encoding="utf-8")
    with pytest.raises(RunError, match="is no run folder"):
        run(coast_scenario(), out)
    kept = out / "thesis.txt" if kind == "folder" else out
    assert kept.read_text(encoding="utf-8") == "years of work"


def test_a_run_folder_with_something_else_in_it_is_left_alone(coast_scenario: Scenarios, tmp_path: Path) -> None:
    folder = run(coast_scenario(), tmp_path / "a", ("network",)).folder
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(RunError, match=r"holds what no run has written \(notes\.txt\)"):
        run(coast_scenario(), folder)
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_a_run_replaces_the_folder_that_one_stands_in(coast_scenario: Scenarios, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = run(coast_scenario(), tmp_path / "a", ("network",)).folder
    scenario = coast_scenario()
    monkeypatch.chdir(folder)
    run(scenario, ".")
    assert (folder / "goals.parquet").is_file()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith((".", "a"))] == ["a"]


def test_nothing_is_left_of_a_run_that_fails(coast_scenario: Scenarios, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = run(coast_scenario(), tmp_path / "a").folder
    before = (old / "manifest.json").read_bytes()

    def fail(folder: Path, tables: dict[str, object]) -> None:
        (folder / f"{next(iter(tables))}.parquet").write_bytes(b"half a table")
        raise OSError("disk full")

    monkeypatch.setattr(run_module, "write_tables", fail)
    for name in "ab":
        with pytest.raises(RunError, match="disk full"):
            run(coast_scenario(), tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (old / "manifest.json").read_bytes() == before


def test_a_wrong_scenario_leaves_nothing(coast_scenario: Scenarios, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        run(coast_scenario("projects.by=[qisha_extension]"), tmp_path / "out" / "a")
    assert list(tmp_path.iterdir()) == []


def test_runs_stand_under_their_scenario_by_default(coast_scenario: Scenarios, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(coast_scenario(), stages=("network",)).folder == Path("runs/baseline")
    assert (tmp_path / "runs" / "baseline" / "manifest.json").is_file()
