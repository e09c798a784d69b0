"""`bbwnet simulate` on the coast with people in its zones: tables, traces, closures, folders."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bbwnet.exchange.parquet import read_parquet

Bbwnet = Callable[..., Any]

STORM = """
disruptions:
  - {mode: rail, from: "day 1 08:00", until: "day 1 11:00"}
simulation:
  replications: 2
  seed: 5
  stay_home: [{id: told, places: [beihai], share: 0.5, from: "day 1 12:00", until: "day 2 00:00", source: made_up, confidence: assumed}]
"""


@pytest.fixture(scope="module")
def peopled(peopled_coast: Path) -> Path:
    """The coast with people, as files; beside it the same in a storm."""
    baseline = (peopled_coast / "baseline.yaml").read_text(encoding="utf-8")
    (peopled_coast / "storm.yaml").write_text(baseline + STORM, encoding="utf-8")
    return peopled_coast


def test_a_day_balances_and_counts_who_travels(bbwnet: Bbwnet, peopled: Path) -> None:
    document = bbwnet("simulate", peopled / "baseline.yaml", "-n", 2, "-w", 1, "--format", "json").json
    assert (document["definition"], document["replications"]) == ("simulation", 2)
    rows = {row["what"]: row for row in document["rows"]}
    assert {"cars", "persons_on_services", "runs"} <= set(rows)
    for row in rows.values():
        assert row["entered"] == pytest.approx(row["arrived"] + row["under_way"] + row["gave_up"], abs=0.01)
    flows = bbwnet("flows", peopled / "baseline.yaml", "--modes", "--format", "json").json
    trips = {row["mode"]: row["trips"] for row in flows["rows"] if row["trips"] is not None}
    modes = {row["mode"]: row for row in document["modes"]}
    assert modes["rail"]["entered"] + modes["rail"]["no_seat"] == pytest.approx(trips["rail"], rel=1e-3)


def test_tables_of_readers_and_machines(bbwnet: Bbwnet, peopled: Path) -> None:
    shown = bbwnet("simulate", peopled / "baseline.yaml", "-n", 1, "--lang", "zh")
    assert shown.code == 0
    assert "平衡表" in shown.out
    rows = list(csv.DictReader(io.StringIO(bbwnet("simulate", peopled / "baseline.yaml", "-n", 1, "--table", "runs", "-f", "csv").out)))
    assert rows
    assert {"service", "boardings", "delay_end_min", "cancelled"} <= set(rows[0])
    assert len(rows) <= 20


def test_a_storm_costs_hours_and_is_over_some_time(bbwnet: Bbwnet, peopled: Path, tmp_path: Path) -> None:
    answer = bbwnet("simulate", peopled / "storm.yaml", "-w", 1, "--out", tmp_path / "storm", "--format", "json")
    assert answer.code == 0
    rows = {row["what"]: row for row in answer.json["rows"]}
    # Half of those of Beihai who would leave after noon stay at home, on the roads and on services.
    assert rows["vehicles_not_set_out"]["gave_up"] > 0
    assert rows["persons_not_set_out"]["gave_up"] > 0
    lost = {row["what"]: row["lost_h"] for row in answer.json["lost"]}
    assert lost["person_h"] > 0
    table = read_parquet(tmp_path / "storm" / "simulation_lost.parquet").set_index("what")
    assert table["lost_h"]["person_h"] == pytest.approx(lost["person_h"], abs=1e-3)
    assert not (tmp_path / "storm" / "simulation_events.parquet").exists()
    runs = read_parquet(tmp_path / "storm" / "simulation_runs.parquet")
    struck = runs[(runs["mode"] == "rail") & runs["departs"].between(8 * 3600, 11 * 3600)]
    assert len(struck)
    assert ((struck["held_min"] > 0) | (struck["cancelled"] > 0)).all()
    again = bbwnet("simulate", peopled / "storm.yaml", "-w", 2, "--out", tmp_path / "again", "--format", "json")
    assert again.out == answer.out
    for path in sorted((tmp_path / "storm").iterdir()):
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes(), path.name


def test_a_place_is_traced_by_any_name(bbwnet: Bbwnet, peopled: Path) -> None:
    rows = bbwnet("simulate", peopled / "baseline.yaml", "-n", 1, "--trace", "南宁东", "--format", "json").json["rows"]
    assert rows
    assert {row["place"] for row in rows} == {"nanning_east"}
    assert [row["second"] for row in rows] == sorted(row["second"] for row in rows)
    assert bbwnet("simulate", peopled / "baseline.yaml", "--trace", "nowhere_at_all").code == 1


def test_more_days_run_more(bbwnet: Bbwnet, peopled: Path) -> None:
    one, two = (
        bbwnet(
            "simulate",
            peopled / "baseline.yaml",
            "-n",
            1,
            "--until",
            until,
            "--set",
            "simulation.warm_up_h=0",
            "--set",
            "simulation.flows=false",
            "-f",
            "json",
        ).json
        for until in ("day 1", "day 2")
    )
    runs = [next(row["entered"] for row in document["rows"] if row["what"] == "runs") for document in (one, two)]
    assert runs[1] > 1.5 * runs[0]
    assert not math.isnan(runs[0])


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("--table", "shoes"), 2), (("--until", "tomorrow"), 2), (("--log",), 2), (("--replications", "0"), 2), (("--workers", "0"), 2)],
)
def test_what_cannot_be_asked(bbwnet: Bbwnet, peopled: Path, arguments: tuple[str, ...], code: int) -> None:
    assert bbwnet("simulate", peopled / "baseline.yaml", *arguments).code == code
