"""Matrices and networks that are wrong, at the command line: exit 1, every problem named, no traceback; what is left out is listed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Run = Callable[..., Any]


def scenario(folder: Path, *matrices: str) -> Path:
    """The coast with matrices of its own."""
    text = (folder / "baseline.yaml").read_text(encoding="utf-8")
    path = folder / "own.yaml"
    path.write_text(f"{text}demand: {{passenger: {{matrices: [{', '.join(matrices)}]}}}}\n", encoding="utf-8")
    return path


def test_check_tells_every_problem_of_every_matrix(bbwnet: Run, coast_folder: Path) -> None:
    (coast_folder / "a.csv").write_text(
        "origin,destination,trips\nqingxiu,qinna,1\nqinnan,gangkou,-1\nqinnan,gangkou,2\n", encoding="utf-8"
    )
    (coast_folder / "b.csv").write_text("origin,destination,trips\nqingxiu,qinnan,inf\n", encoding="utf-8")
    path = scenario(coast_folder, "{purpose: business, file: a.csv}", "{purpose: leisure, file: b.csv}")
    answer = bbwnet("check", path)
    assert answer.code == 1
    lines = [line.removeprefix(f"{coast_folder}/") for line in answer.err.splitlines()][-5:]
    assert lines == [
        "a.csv:2:1: destination: unknown zone (qinna), nearest valid name qinnan",
        "a.csv:3:1: trips: no trips (-1), expected a number of at least 0",
        "a.csv:4:1: qinnan to gangkou stands in line 3 already",
        "b.csv:2:1: trips: no trips (inf), expected a number of at least 0",
        "4 problems",
    ]
    assert "Traceback" not in answer.err
    # and no flows are made of them
    flows = bbwnet("flows", path)
    assert flows.code == 1
    assert flows.err.splitlines()[-1] == "4 problems"


def test_a_matrix_that_is_not_there_is_told_by_the_scenarios_line(bbwnet: Run, coast_folder: Path) -> None:
    (coast_folder / "trips.csv").write_text("origin,destination,trips,purpose\nqinnan,gangkou,1,work\n", encoding="utf-8")
    answer = bbwnet("check", scenario(coast_folder, "{purpose: business, file: trip.csv}"))
    assert answer.code == 1
    assert "own.yaml:7:59: demand.passenger.matrices.0.file: no such file (trip.csv), nearest valid name trips.csv" in answer.err
    answer = bbwnet("check", scenario(coast_folder, "{purpose: business, file: trips.csv, matrix: wok}"))
    assert answer.code == 1
    assert "own.yaml:7:78: demand.passenger.matrices.0.matrix: no such matrix in the file (wok), expected one of work" in answer.err


def test_check_counts_what_lies_within_a_zone(bbwnet: Run, coast_folder: Path) -> None:
    text = "origin,destination,trips\nqinnan,qinnan,4\nlonghua,longhua,2.5\nqinnan,gangkou,1\n"
    (coast_folder / "trips.csv").write_text(text, encoding="utf-8")
    answer = bbwnet("check", scenario(coast_folder, "{purpose: business, file: trips.csv}"))
    assert answer.code == 0
    assert "matrix of business: 6.5 trips_day within 2 places load nothing: longhua 2.5, qinnan 4" in answer.err


def test_flows_list_cars_without_a_way_by_pair_and_volume(bbwnet: Run, coast_folder: Path) -> None:
    # the road to Fangchenggang leads there only, so that it cannot be a member of the region
    roads = coast_folder / "network" / "road.yaml"
    text = roads.read_text(encoding="utf-8")
    assert "opened: 2016-03-01" in text
    roads.write_text(text.replace("opened: 2016-03-01", "directed: true, opened: 2016-03-01"), encoding="utf-8")
    (coast_folder / "trips.csv").write_text("origin,destination,trips\nqinnan,gangkou,10\ngangkou,qinnan,30\n", encoding="utf-8")
    path = scenario(coast_folder, "{purpose: leisure, file: trips.csv, mode: car, unit: vehicles_day}")
    places = coast_folder / "network" / "places.yaml"
    places.write_text(
        places.read_text(encoding="utf-8").replace("{id: fangchenggang,", "{id: fangchenggang, member: false,"), encoding="utf-8"
    )
    answer = bbwnet("flows", path, "--format", "json")
    assert answer.code == 0, answer.err
    (lost,) = answer.json["summary"]["passengers"]["lost_drives"]
    assert (lost["purpose"], lost["origin"], lost["destination"]) == ("leisure", "gangkou", "qinnan")
    assert lost["vehicles_day"] == pytest.approx(30)
    # they are lost: no trips made, neither by mode nor between places, nor of the demand
    per_car = 2.0
    modes = {row["mode"]: row["trips"] for row in answer.json["summary"]["modes"] if row["kind"] == "passengers"}
    assert modes["car"] == pytest.approx(10 * per_car)
    assert answer.json["summary"]["passengers"]["trips"] == pytest.approx(10 * per_car)
    pairs = bbwnet("flows", path, "--od", "--format", "json").json["rows"]
    assert [(row["origin"], row["destination"], row["trips"]) for row in pairs] == [("qinnan", "gangkou", pytest.approx(10 * per_car))]
    table = bbwnet("flows", path)
    assert "cars without a way, lost and no trips: 30 (gangkou – qinnan 30)" in table.out + table.err


NET = """<NUMBER OF ZONES> {zones}
<NUMBER OF NODES> 3
<FIRST THRU NODE> 1
<NUMBER OF LINKS> 2
<END OF METADATA>
~ init term capacity length time b power speed toll type ;
1 2 {capacity} 1 {time} 0.15 4 0 0 1 ;
2 1 10 1 1 0.15 4 0 0 1 ;
"""
TRIPS = "<NUMBER OF ZONES> {zones}\n<END OF METADATA>\n{lines}\n"


def assign(bbwnet: Run, folder: Path, lines: str, net: tuple[str, str] = ("10", "1"), zones: tuple[int, int] = (3, 3)) -> Any:
    (folder / "net.tntp").write_text(NET.format(zones=zones[0], capacity=net[0], time=net[1]), encoding="utf-8")
    (folder / "trips.tntp").write_text(TRIPS.format(zones=zones[1], lines=lines), encoding="utf-8")
    return bbwnet("assign", folder / "net.tntp", folder / "trips.tntp", "--format", "json")


@pytest.mark.parametrize(
    ("lines", "net", "zones", "told"),
    [
        ("Origin 1\n2 : -5;", ("10", "1"), (3, 3), "trips.tntp:4:1: 1 to 2 (-5), expected a number of 0 or more"),
        ("Origin 1\n2 : nan;", ("10", "1"), (3, 3), "trips.tntp:4:1: 1 to 2 (nan), expected a number of 0 or more"),
        ("Origin 1\n7 : 5;", ("10", "1"), (3, 3), "trips.tntp:4:1: unknown zone (7), expected 1 to 3"),
        ("Origin 1\n2 : 5; 2 : 5;", ("10", "1"), (3, 3), "trips.tntp:4:1: trips from 1 to 2 are given twice"),
        ("Origin 1\n2 : 5;", ("10", "1"), (3, 2), "trips.tntp:1:1: <NUMBER OF ZONES> is another than that of the network (2), expected 3"),
        ("Origin 1\n2 : 5;", ("0", "1"), (3, 3), "net.tntp:7:1: capacity (0), expected more than 0"),
        ("Origin 1\n2 : 5;", ("-1", "1"), (3, 3), "net.tntp:7:1: capacity (-1), expected a number of 0 or more"),
        ("Origin 1\n2 : 5;", ("10", "nan"), (3, 3), "net.tntp:7:1: free_flow_time (nan), expected a number of 0 or more"),
    ],
)
def test_assign_refuses_bad_files(bbwnet: Run, tmp_path: Path, lines: str, net: tuple[str, str], zones: tuple[int, int], told: str) -> None:
    answer = assign(bbwnet, tmp_path, lines, net, zones)
    assert answer.code == 1
    assert answer.out == ""
    assert told in answer.err.replace(f"{tmp_path}/", "")
    assert "Traceback" not in answer.err


def test_assign_lists_what_no_way_joins_and_counts_what_stays(bbwnet: Run, tmp_path: Path) -> None:
    answer = assign(bbwnet, tmp_path, "Origin 1\n1 : 2.5; 2 : 5; 3 : 7;\nOrigin 3\n1 : 1;")
    assert answer.code == 0
    assert answer.json["unassigned"] == [{"from": 1, "to": 3, "trips": 7.0}, {"from": 3, "to": 1, "trips": 1.0}]
    (row,) = answer.json["rows"]
    assert (row["unassigned_trips"], row["intrazonal_trips"], row["trips"]) == (8, 2.5, 15.5)


cells = st.one_of(st.integers(0, 99).map(str), st.floats(0, 1e6).map(repr), st.sampled_from(["-1", "nan", "inf", "-0.5", "x", "", "1e400"]))
zones = st.sampled_from(["qingxiu", "qinnan", "gangkou", "hanoi", "nowhere", "", "Qinnan"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(zones, zones, cells), max_size=6))
def test_any_list_of_trips_is_taken_whole_or_refused_by_line(bbwnet: Run, coast_folder: Path, rows: list[tuple[str, str, str]]) -> None:
    text = "origin,destination,trips\n" + "".join(f"{','.join(row)}\n" for row in rows)
    (coast_folder / "trips.csv").write_text(text, encoding="utf-8")
    if not (coast_folder / "own.yaml").exists():
        scenario(coast_folder, "{purpose: business, file: trips.csv}")
    answer = bbwnet("check", coast_folder / "own.yaml")
    known = {"qingxiu", "qinnan", "gangkou", "hanoi"}

    def right(cell: str) -> bool:
        try:
            return bool(np.isfinite(float(cell)) and float(cell) >= 0)
        except ValueError:
            return False

    kept = [row for row in rows if ",".join(row).strip()]
    sound = bool(kept) and all(row[0] in known and row[1] in known and right(row[2]) for row in kept)
    sound = sound and len({row[:2] for row in kept}) == len(kept)
    assert answer.code == (0 if sound else 1), answer.err
    assert "Traceback" not in answer.err
    assert "unexpected" not in answer.err
    if not sound and kept:
        assert f"{coast_folder}/trips.csv:" in answer.err


def test_more_trips_than_mankind_makes_are_refused(bbwnet: Run, coast_folder: Path, tmp_path: Path) -> None:
    (coast_folder / "trips.csv").write_text("origin,destination,trips\nqinnan,gangkou,1e300\ngangkou,qinnan,1\n", encoding="utf-8")
    path = scenario(coast_folder, "{purpose: business, file: trips.csv, factor: 1.0e+30}")
    for command in ("check", "flows"):
        answer = bbwnet(command, path)
        assert answer.code == 1
        told = "own.yaml:7:59: demand.passenger.matrices.0.file: inf trips in all (trips.csv), expected at most 1e+12"
        assert told in answer.err
        assert "Warning" not in answer.err
    answer = assign(bbwnet, tmp_path, "Origin 1\n2 : 1e300;")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == f"{tmp_path}/trips.tntp: 1e+300 trips in all, expected at most 1e+12\n1 problem\n"


def test_what_lies_within_zones_and_what_is_lost_is_said_beside_csv(bbwnet: Run, coast_folder: Path) -> None:
    (coast_folder / "trips.csv").write_text(
        "origin,destination,trips\nqinnan,qinnan,4\nqinnan,gangkou,10\nqinnan,hanoi,3\n", encoding="utf-8"
    )
    answer = bbwnet("flows", scenario(coast_folder, "{purpose: business, file: trips.csv}"), "--od", "-f", "csv")
    assert answer.code == 0
    assert "trips of matrices within places, which load nothing: 4 (1 in JSON)" in answer.err
    assert "trips of matrices without a way, lost: 3 (qinnan – hanoi 3)" in answer.err


def test_a_capacity_is_told_once(bbwnet: Run, tmp_path: Path) -> None:
    answer = assign(bbwnet, tmp_path, "Origin 1\n2 : 5;", ("-1", "1"))
    assert answer.err.replace(f"{tmp_path}/", "") == "net.tntp:7:1: capacity (-1), expected a number of 0 or more\n1 problem\n"
