"""`bbwnet assign`, as a user types it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.fixture
def sioux_falls(repository: Path) -> tuple[Path, Path]:
    folder = repository / "tests" / "data" / "sioux_falls"
    return folder / "net.tntp", folder / "trips.tntp"


def test_json_tells_all_that_is_promised(bbwnet: Run, sioux_falls: tuple[Path, Path], tmp_path: Path) -> None:
    answer = bbwnet("assign", *sioux_falls, "--gap", "1e-10", "--flows", tmp_path / "flows.csv", "--format", "json")
    assert answer.code == 0
    assert answer.json["definition"] == "ue"
    (row,) = answer.json["rows"]
    assert row["objective"] == pytest.approx(4_231_335.287107, rel=1e-9)
    assert row["total_travel_time"] == pytest.approx(7_480_225.345, rel=1e-6)
    assert 0 < row["relative_gap"] <= 1e-10
    assert row["iterations"] > 0
    assert row["seconds"] > 0
    assert (row["trips"], row["intrazonal_trips"], row["unassigned_trips"]) == (360_600, 0, 0)
    with (tmp_path / "flows.csv").open(encoding="utf-8", newline="") as file:
        links = list(csv.DictReader(file))
    assert len(links) == 76
    assert (links[0]["from"], links[0]["to"]) == ("1", "2")
    assert float(links[0]["volume"]) == pytest.approx(4494.6576, abs=1e-3)
    assert float(links[0]["cost"]) == pytest.approx(6.000816, abs=1e-5)


def test_table_and_csv(bbwnet: Run, sioux_falls: tuple[Path, Path]) -> None:
    answer = bbwnet("assign", *sioux_falls, "--gap", "1e-9")
    assert answer.code == 0
    assert "4,231,335.28" in answer.out
    lines = bbwnet("assign", *sioux_falls, "--format", "csv").out.splitlines()
    assert dict(zip(lines[0].split(","), lines[1].split(","), strict=True))["links"] == "76"
    assert "相对间隙" in bbwnet("assign", *sioux_falls, "--lang", "zh").out


def test_algorithms_are_ordered_as_theory_says(bbwnet: Run, sioux_falls: tuple[Path, Path]) -> None:
    total, objective = {}, {}
    for algorithm in ("ue", "so", "aon"):
        (row,) = bbwnet("assign", *sioux_falls, "--algorithm", algorithm, "--format", "json").json["rows"]
        total[algorithm], objective[algorithm] = row["total_travel_time"], row["objective"]
    assert total["so"] < total["ue"] < total["aon"]
    assert objective["ue"] < objective["so"] < objective["aon"]


def test_factors_count_in_the_cost(bbwnet: Run, sioux_falls: tuple[Path, Path]) -> None:
    (row,) = bbwnet("assign", *sioux_falls, "--distance-factor", "0.5", "--format", "json").json["rows"]
    assert row["total_cost"] > row["total_travel_time"] > 7_000_000


def test_trips_that_no_way_takes_are_listed(bbwnet: Run, sioux_falls: tuple[Path, Path], tmp_path: Path) -> None:
    # no link leads to node 13: its trips cannot arrive
    kept = [line for line in sioux_falls[0].read_text(encoding="utf-8").splitlines() if line.split()[1:2] != ["13"] or "~" in line]
    net = tmp_path / "net.tntp"
    net.write_text("\n".join(kept).replace("LINKS> 76", "LINKS> 74"), encoding="utf-8")
    answer = bbwnet("assign", net, sioux_falls[1], "--format", "json")
    assert answer.code == 0
    assert len(answer.json["unassigned"]) == 23
    assert {item["to"] for item in answer.json["unassigned"]} == {13}
    assert answer.json["rows"][0]["unassigned_trips"] == sum(item["trips"] for item in answer.json["unassigned"])
    assert "no way from zone 1 to 13: 500 trips" in bbwnet("assign", net, sioux_falls[1]).err


def test_not_converged_is_an_error_or_a_warning(bbwnet: Run, sioux_falls: tuple[Path, Path]) -> None:
    answer = bbwnet("assign", *sioux_falls, "--iterations", "1", "--format", "json")
    assert answer.code == 1
    assert "after 1 iterations, 1e-06 was asked for" in answer.err
    assert not answer.out
    answer = bbwnet("assign", *sioux_falls, "--iterations", "1", "--if-not-converged", "warn", "--format", "json")
    assert answer.code == 0
    assert "warning: relative gap" in answer.err
    assert answer.json["rows"][0]["converged"] is False


def test_bad_files_are_told_by_line(bbwnet: Run, sioux_falls: tuple[Path, Path], tmp_path: Path) -> None:
    net = tmp_path / "net.tntp"
    net.write_text(sioux_falls[0].read_text(encoding="utf-8").replace("25900.20064", "0"), encoding="utf-8")
    answer = bbwnet("assign", net, sioux_falls[1])
    assert answer.code == 1
    assert f"{net}:10:1: capacity (0), expected more than 0" in answer.err
    assert "4 problems" in answer.err
    assert bbwnet("assign", tmp_path / "none.tntp", sioux_falls[1]).code == 1


def test_what_is_read_is_never_written_over(bbwnet: Run, sioux_falls: tuple[Path, Path], tmp_path: Path) -> None:
    network = tmp_path / "net.tntp"
    network.write_bytes(sioux_falls[0].read_bytes())
    answer = bbwnet("assign", network, sioux_falls[1], "--flows", network)
    assert answer.code == 1
    assert "--flows needs a file of its own" in answer.err
    assert network.read_bytes() == sioux_falls[0].read_bytes()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--gap", "0"), "--gap 0: expected more than 0"),
        (("--gap", "nan"), "--gap nan: expected more than 0"),
        (("--iterations", "0"), "--iterations 0: expected 1 or more"),
        (("--dispersion", "-1"), "--dispersion -1: expected more than 0"),
        (("--toll-factor", "-0.5"), "--toll-factor -0.5: expected 0 or more"),
        (("--distance-factor", "-2"), "--distance-factor -2: expected 0 or more"),
    ],
)
def test_options_are_named_as_they_are_typed(bbwnet: Run, sioux_falls: tuple[Path, Path], arguments: tuple[str, ...], told: str) -> None:
    answer = bbwnet("assign", *sioux_falls, *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert told in answer.err


def test_all_or_nothing_does_not_converge(bbwnet: Run, sioux_falls: tuple[Path, Path]) -> None:
    table = bbwnet("assign", *sioux_falls, "--algorithm", "aon").out
    assert next(line.split() for line in table.splitlines() if "converged" in line) == ["converged", "not", "iterated"]
    assert "true" in bbwnet("assign", *sioux_falls).out
