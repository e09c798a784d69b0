"""`bbwnet calibrate`, and the totals of `bbwnet validate`, as a user types them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bbwnet.scenario.read import load_scenario

Run = Callable[..., Any]


def test_one_year_and_two_parameters(bbwnet: Run, tmp_path: Path) -> None:
    out = tmp_path / "found.yaml"
    answer = bbwnet("calibrate", "actual_2016", "--parameters", "trips,airport_decay", "--loadings", "0", "--out", out, "--format", "json")
    assert answer.code == 0
    document = answer.json
    assert (document["fitted_parameters"], document["targets"]) == (2, len(document["rows"]))
    assert document["objective"] < document["objective_before"]
    assert {row["year"] for row in document["rows"]} == {2016}
    assert all(row["sources"] and row["geh"] is not None for row in document["rows"])
    assert {item["parameter"] for item in document["parameters"] if item["number"] is not None} == {"trips", "airport_decay"}
    assert any("no measure" in item["reason"] for item in document["unused"])
    found = load_scenario(str(out)).settings.demand.passenger.purposes
    written = next(item for item in document["parameters"] if item["parameter"] == "airport_decay")
    assert [round(found.airport_access.deterrence.decay_per_minute, 3)] == [round(value, 3) for value in written["settings"].values()]
    assert found.leisure.source == "calibration_2016"


def test_what_cannot_be_fitted_is_said_in_one_line(bbwnet: Run) -> None:
    unknown = bbwnet("calibrate", "actual_2016", "--parameters", "tripz")
    assert unknown.code == 1
    assert "unknown parameter" in unknown.err
    assert "trips" in unknown.err
    later = bbwnet("calibrate", "actual_2026")
    assert later.code == 1
    assert "no observed total of 2026" in later.err


def test_a_region_that_says_nothing_of_fits(bbwnet: Run, baseline: str) -> None:
    answer = bbwnet("calibrate", baseline)
    assert answer.code == 1
    assert "says nothing of what to fit" in answer.err


def test_validate_prints_withheld_totals(bbwnet: Run) -> None:
    document = bbwnet("validate", "actual_2018", "--format", "json").json
    rows = {(row["place"], row["metric"], row["use"]): row for row in document["totals"]}
    assert rows["wuxu_airport", "passengers", "withheld"]["observed"] == 15_000_000
    assert rows["all", "vehicles_both_ways", "withheld"]["modelled"] > 0
    assert {item["quantity"] for item in document["totals_summary"]} >= {"airport_passengers", "crossing_persons", "all"}


def test_validate_prints_ports_year_by_year(bbwnet: Run) -> None:
    document = bbwnet("validate", "actual_2017", "--no-totals", "--ports", "--format", "json").json
    assert {row["year"] for row in document["totals"]} == {2016, 2017}
    assert all(row["quantity"] in {"port_tonnes", "port_teu", "lock_tonnes", "border_trucks"} for row in document["totals"])
    assert all(row["modelled"] is not None for row in document["totals"])
    table = bbwnet("validate", "actual_2016", "--no-totals", "--ports", "--summary").out
    assert "calibration" in table
    assert "throughput" in table
    assert "passengers_both_ways" not in table
