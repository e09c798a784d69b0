"""The other commands: what they print, in which form, where to, and what they exit with."""

from __future__ import annotations

import csv
import io
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


def test_goals_as_json(bbwnet: Run, baseline: str) -> None:
    answer = bbwnet("goals", baseline, "--format", "json")
    assert (answer.code, answer.err) == (0, "")
    document = answer.json
    assert (document["scenario"], document["definition"], len(document["rows"])) == ("baseline", "official", 13)
    row = next(row for row in document["rows"] if (row["goal"], row["from"], row["to"]) == ("main", "nanning", "haikou"))
    assert [row[key] for key in ("target_min", "in_vehicle_min", "drive_min", "official_min", "missing_min", "met")] == [
        120,
        342.75,
        421,
        342.75,
        222.75,
        False,
    ]
    count = next(item for item in document["summary"] if (item["goal"], item["group"], item["definition"]) == ("main", "all", "official"))
    assert (count["met"], count["pairs"]) == (7, 10)


def test_goals_as_table_and_csv(bbwnet: Run, baseline: str) -> None:
    assert "2 hours between main cities" in bbwnet("goals", baseline).out
    assert "主要城市2小时" in bbwnet("goals", baseline, "--lang", "zh").out
    rows = list(csv.DictReader(io.StringIO(bbwnet("goals", baseline, "--format", "csv").out)))
    assert len(rows) == 13
    assert rows[0]["official_min"] == "33.0"


def test_goals_explained(bbwnet: Run, baseline: str) -> None:
    answer = bbwnet("goals", baseline, "--explain", "防城港", "Beihai")
    assert answer.code == 0
    assert "in_vehicle: 202.1 min, missed" in answer.out
    assert "drive: 100.0 min, met" in answer.out
    answer = bbwnet("goals", baseline, "--explain", "Beihia", "Nanning")
    assert answer.code == 1
    assert "nearest valid name Beihai" in answer.err
    answer = bbwnet("goals", baseline, "--explain", "Beihai", "Beihai")
    assert answer.code == 1
    assert "neither a pair of main cities nor of neighbours" in answer.err


def test_compare(bbwnet: Run, baseline: str, coast_folder: Path) -> None:
    other = coast_folder / "bridge.yaml"
    other.write_text(
        "schema: 1\nextends: baseline.yaml\nname: {zh: 桥, en: Bridge}\nprojects: {also: [strait_crossing]}\n", encoding="utf-8"
    )
    answer = bbwnet("compare", baseline, other, "--definition", "drive", "--format", "json")
    assert answer.code == 0
    document = answer.json
    assert (document["scenario"], document["others"], document["definition"]) == ("baseline", ["bridge"], "drive")
    (gained,) = (row for row in document["rows"] if row["gained"])
    assert (gained["from"], gained["to"], gained["before_min"], gained["after_min"], gained["saved_min"]) == (
        "beihai",
        "haikou",
        301,
        66,
        235,
    )
    assert gained["needs"] == [{"projects": ["strait_crossing"], "also_left_out": [], "minutes_without": 301, "needed": True}]
    table = bbwnet("compare", baseline, other, "--definition", "drive").out
    assert "Strait crossing (301)" in table
    assert "nothing lost" in table
    assert "跨海通道 (301)" in bbwnet("compare", baseline, other, "--definition", "drive", "--lang", "zh").out
    assert "nothing gained" in bbwnet("compare", baseline, baseline).out
    rows = list(csv.DictReader(io.StringIO(bbwnet("compare", baseline, other, "--format", "csv").out)))
    assert len(rows) == 13


def test_check(bbwnet: Run, baseline: str) -> None:
    answer = bbwnet("check", baseline)
    assert answer.code == 0
    assert answer.out == "baseline: sound as of 2016-12-31 (25 nodes, 27 links, 9 services, 0 projects)\n"
    wrong = bbwnet("check", baseline, "--set", "projects.by=[qisha_extension, new_ferry, strait_crossing]", "--set", "as_of=2020-12-31")
    assert wrong.code == 1
    assert "project qisha_extension requires qisha_line" in wrong.err
    assert "projects strait_crossing and new_ferry are both in force" in wrong.err
    assert "projects.yaml:" in wrong.err


def test_run(bbwnet: Run, baseline: str, tmp_path: Path) -> None:
    answer = bbwnet("run", baseline, "--out", tmp_path / "a", "--set", "as_of=2018-08-01")
    assert answer.code == 0
    assert "main official: " in answer.out
    assert answer.out.endswith(f"written: {tmp_path / 'a'}\n")
    assert 'as_of: "2016-12-31" -> "2018-08-01"' in answer.err
    assert json.loads((tmp_path / "a" / "manifest.json").read_text(encoding="utf-8"))["as_of"] == "2018-08-01"
    assert bbwnet("run", baseline, "--out", tmp_path / "b", "--stages", "network").code == 0
    assert not (tmp_path / "b" / "times.parquet").exists()
    assert bbwnet("run", baseline, "--stages", "networks").code == 2
    (tmp_path / "c").mkdir()
    refused = bbwnet("run", baseline, "--out", tmp_path / "c")
    assert refused.code == 1
    assert "is no run folder" in refused.err


def test_validate(bbwnet: Run, coast_folder: Path) -> None:
    folder = coast_folder / "network" / "observed" / "calibration"
    folder.mkdir(parents=True)
    (folder / "rail_x.csv").write_text(
        "from,to,kind,minutes,date,reliability,source,confidence,note\nnanning_east,qinzhou_east,emu,30,2016-10-15,A,made_up,measured,\n",
        encoding="utf-8",
    )
    document = bbwnet("validate", coast_folder / "baseline.yaml", "--format", "json").json
    (row,) = document["rows"]
    assert (row["observed_min"], row["modelled_min"], row["error"], row["use"]) == (30, 33, 0.1, "fitted")
    assert document["run_time_parameters"] == 3
    assert document["link_km"]["border"]["assumed"] == 1
    table = bbwnet("validate", coast_folder / "baseline.yaml")
    assert table.code == 0
    assert "10.0 %" in table.out
    assert "made_up" not in bbwnet("validate", coast_folder / "baseline.yaml", "--summary").out
    assert "观测" in bbwnet("validate", coast_folder / "baseline.yaml", "--lang", "zh").out


@pytest.mark.parametrize("ending", ["graphml", "geojson", "gpkg"])
def test_export(bbwnet: Run, baseline: str, tmp_path: Path, ending: str) -> None:
    answer = bbwnet("export", baseline, tmp_path / f"coast.{ending}")
    assert (answer.code, answer.out) == (0, "")
    assert "25 nodes, 27 links" in answer.err
    assert (tmp_path / f"coast.{ending}").stat().st_size > 1000
    assert bbwnet("export", baseline, tmp_path / "coast.xyz").code == 2


def test_schema(bbwnet: Run) -> None:
    for kind in ("scenario", "network", "records"):
        assert "json-schema.org" in bbwnet("schema", kind).json["$schema"]
    assert bbwnet("schema", "nonsense").code == 2


def test_project_show(bbwnet: Run, baseline: str) -> None:
    document = bbwnet("project", "show", "--scenario", baseline, "--format", "json").json
    assert len(document["rows"]) == 7
    rows = list(csv.DictReader(io.StringIO(bbwnet("project", "show", "--scenario", baseline, "--format", "csv").out)))
    assert [row["id"] for row in rows] == [row["id"] for row in document["rows"]]
    for name in ("qisha_line", "企沙线", "qisha LINE"):
        answer = bbwnet("project", "show", name, "--scenario", baseline)
        assert "adds link fn-qs: fangchenggang_north - qisha, rail, 20.0 km" in answer.out
    unknown = bbwnet("project", "show", "qisha_lime", "--scenario", baseline)
    assert unknown.code == 1
    assert "nearest valid name qisha_line" in unknown.err


def test_project_new(bbwnet: Run, baseline: str, tmp_path: Path) -> None:
    ask = ("project", "new", "--from", "wutang", "--to", "北海", "--class", "rail_250", "--scenario", baseline)
    assert "stops: [wutang, beihai_station]" in bbwnet(*ask).out
    out = tmp_path / "new.yaml"
    written = bbwnet(*ask, "--stop", "Qinzhou East", "--id", "my_line", "--out", out)
    assert (written.code, written.out) == (0, "")
    assert "stops: [wutang, qinzhou_east, beihai_station]" in out.read_text(encoding="utf-8")
    again = bbwnet(*ask, "--out", out)
    assert again.code == 1
    assert "is left alone" in again.err
    assert bbwnet(*ask, "--id", "My Line").code == 2
    names = bbwnet("project", "new", "--from", "nowhere", "--to", "neverland", "--class", "rail_250", "--scenario", baseline)
    assert names.code == 1
    assert "'nowhere'" in names.err
    assert "'neverland'" in names.err


def test_project_new_asks_on_standard_error(bbwnet: Run, baseline: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("wutang\n北海\nrail_250\n"))
    answer = bbwnet("project", "new", "--scenario", baseline)
    assert answer.code == 0
    assert answer.out.startswith("# Proposed line")
    assert "where" not in answer.out
    assert answer.err.startswith("from (station")


def test_a_line_that_cannot_be_proposed_or_written(bbwnet: Run, baseline: str, tmp_path: Path) -> None:
    nowhere = bbwnet("project", "new", "--from", "wutang", "--to", "wutang", "--class", "rail_250", "--scenario", baseline)
    assert (nowhere.code, nowhere.out) == (1, "")
    assert "a line needs two ends apart: wutang - wutang leads nowhere" in nowhere.err
    ask = ("project", "new", "--from", "wutang", "--to", "北海", "--class", "rail_250", "--scenario", baseline)
    answer = bbwnet(*ask, "--out", tmp_path / "missing" / "new.yaml")
    assert answer.code == 1
    assert "new.yaml: cannot be written: No such file or directory" in answer.err


def test_a_railway_to_a_city_ends_at_its_station(bbwnet: Run, baseline: str) -> None:
    rail = bbwnet("project", "new", "--from", "Qinzhou", "--to", "Haikou", "--class", "rail_250", "--scenario", baseline)
    assert "stops: [qinzhou_east, haikou_station]" in rail.out
    road = bbwnet("project", "new", "--from", "Qinzhou", "--to", "Haikou", "--class", "expressway", "--scenario", baseline)
    assert "from: qinnan, to: longhua" in road.out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--help"], 0),
        (["times", "--help"], 0),
        (["project", "new", "--help"], 0),
        (["nonsense"], 2),
        (["goals"], 2),
        (["goals", "no_such_scenario"], 1),
        (["check", "no_such_scenario", "neither_this"], 1),
        (["goals", "BASELINE", "--set", "as_of=yesterday"], 1),
        (["goals", "BASELINE", "--set", "nonsense"], 1),
        (["compare", "BASELINE"], 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_exit_codes(bbwnet: Run, baseline: str, arguments: list[str], code: int) -> None:
    answer = bbwnet(*(baseline if item == "BASELINE" else item for item in arguments))
    assert answer.code == code
    assert "Traceback" not in answer.err
    assert (answer.out == "") is (code != 0)
    assert (answer.err == "") is (code == 0)


def test_check_tells_stops_that_no_road_leads_to(bbwnet: Run, baseline: str) -> None:
    told = bbwnet("check", baseline).err
    assert "haikou_station is served, but no road leads to it" in told
    assert "2 stops outside the region are served, but have no road: noibai_airport, wutang" in told


def test_check_reports_every_scenario(bbwnet: Run) -> None:
    answer = bbwnet("check", "no_such_scenario", "neither_this")
    assert "no_such_scenario" in answer.err
    assert "neither_this" in answer.err
    assert answer.err.endswith("2 problems\n")


def start(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bbwnet.cli.main", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])


def test_a_traceback_only_with_debug(baseline: str) -> None:
    quiet = start("goals", baseline, "--set", "as_of=yesterday")
    assert (quiet.returncode, quiet.stdout) == (1, "")
    assert "Traceback" not in quiet.stderr
    assert "expected a date written YYYY-MM-DD" in quiet.stderr or "not a date" in quiet.stderr
    loud = start("goals", baseline, "--set", "as_of=yesterday", "--debug")
    assert loud.returncode == 1
    assert "Traceback" in loud.stderr


def test_a_reader_that_has_enough_is_no_error(baseline: str) -> None:
    command = f"{sys.executable} -m bbwnet.cli.main goals {baseline} | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["/bin/bash", "-c", command], capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert (done.returncode, done.stderr) == (0, "")


def test_python_runs_the_package() -> None:
    command = [sys.executable, "-m", "bbwnet", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("where", "code"), [(">&-", 0), (">/dev/full", 1)], ids=["closed", "full"])
def test_standard_output_that_takes_nothing(where: str, code: int) -> None:
    tiny = Path(__file__).parents[1] / "data" / "tiny" / "scenario.yaml"  # of which `check` has nothing to remark
    command = f"{sys.executable} -m bbwnet check {tiny} {where}"
    done = subprocess.run(["/bin/bash", "-c", command], capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert (done.returncode, done.stderr) == (code, "bbwnet: no space left on device\n" if code else "")


def test_an_interrupt_inside_a_kernel_is_one(bbwnet: Run, baseline: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise SystemError("returned a result with an exception set") from KeyboardInterrupt()

    monkeypatch.setattr("bbwnet.network.build.build_network", interrupted)
    answer = bbwnet("goals", baseline)
    assert (answer.code, answer.out, answer.err) == (130, "", "bbwnet: stopped\n")


@pytest.mark.parametrize(("kind", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_run_leaves_nothing(
    bbwnet: Run, baseline: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: signal.Signals, code: int
) -> None:
    def stopped(folder: Path, _: object) -> None:
        (folder / "half.parquet").write_text("half", encoding="utf-8")
        signal.raise_signal(kind)

    monkeypatch.setattr("bbwnet.experiment.run.write_tables", stopped)
    handler = signal.getsignal(signal.SIGTERM)
    answer = bbwnet("run", baseline, "--stages", "network", "--out", tmp_path / "run")
    assert (answer.code, answer.out, answer.err) == (code, "", "bbwnet: stopped\n")
    assert list(tmp_path.iterdir()) == []
    assert signal.getsignal(signal.SIGTERM) is handler


def test_help_imports_nothing_heavy() -> None:
    heavy = "numpy", "pandas", "numba", "networkx", "pydantic", "rich.table"
    code = f"import sys, bbwnet.cli.main; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("assign", "/proc", "/proc"), "/proc: cannot be read: is a directory\n1 problem\n"),
        (("export", "{baseline}", "/proc/x.geojson"), "/proc/x.geojson: cannot be written: no such file or directory\n1 problem\n"),
        (("run", "{baseline}", "--out", "/proc/x"), "bbwnet: /proc/x: cannot be written: no such file or directory\n"),
        (("times", "{baseline}", "--pairs", "/proc"), "/proc: cannot be read: is a directory\n1 problem\n"),
    ],
)
def test_odd_paths_are_one_message(bbwnet: Run, baseline: str, arguments: tuple[str, ...], told: str) -> None:
    answer = bbwnet(*(item.format(baseline=baseline) for item in arguments))
    assert answer.code == 1
    assert answer.err.endswith(told)
    assert "Errno" not in answer.err


def test_nothing_observed_and_nothing_to_compare_is_said(bbwnet: Run) -> None:
    assert bbwnet("validate", "sioux_falls").out.startswith("nothing was observed: ")
    header = bbwnet("validate", "sioux_falls", "-f", "csv").out
    assert header == bbwnet("validate", "baseline_2016", "--no-totals", "-f", "csv").out.splitlines(keepends=True)[0]
    assert bbwnet("compare", "sioux_falls", "sioux_falls", "-f", "csv", "--no-access", "--no-transfers", "--no-flows").out.count("\n") == 1
