"""`bbwnet flows`, and flows in `run` and `compare`, on the coast with people in its zones."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bbwnet.cli.flow_basis import over_seats_lines
from bbwnet.exchange.parquet import read_parquet

Bbwnet = Callable[..., Any]

BUSY = "g75_qingxiu-qinnan"


@pytest.fixture(scope="session")
def peopled(peopled_coast: Path) -> str:
    """The scenario of the coast with people."""
    return str(peopled_coast / "baseline.yaml")


def test_roads_and_modes(bbwnet: Bbwnet, peopled: str) -> None:
    answer = bbwnet("flows", peopled, "--format", "json", "--top", "3")
    assert answer.code == 0, answer.err
    document = answer.json
    assert (document["scenario"], document["definition"]) == ("baseline", "links")
    assert len(document["rows"]) == 3
    loads = [row["load"] for row in document["rows"]]
    assert loads == sorted(loads, reverse=True)
    assert all(row["validated"] is False for row in document["rows"])
    summary = document["summary"]
    assert summary["converged"]
    assert float(summary["passengers"]["gap"]) <= float(summary["passengers"]["gap_asked_for"])
    assert summary["roads"]["directions_counted"] == 0
    modes = {(row["kind"], row["mode"]): row for row in summary["modes"]}
    assert math.fsum(row["share"] or 0.0 for (kind, _), row in modes.items() if kind == "passengers") == pytest.approx(1, abs=0.01)
    assert modes["freight", "road"]["tonne_km"] > 0


def test_what_is_printed_says_what_it_rests_on(bbwnet: Bbwnet, peopled: str) -> None:
    answer = bbwnet("flows", peopled, "--top", "2")
    assert answer.code == 0, answer.err
    for text in ("Roads by load over capacity", "unvalidated", "more rows, --top 0 lists all", "gap of the cost of driving", "converged",
                 "gap of trucks' time", "vehicle-km by confidence of the link", "left out: "):  # fmt: skip
        assert text in answer.out, text
    assert "NOT" not in answer.out
    chinese = bbwnet("flows", peopled, "--lang", "zh", "--top", "2").out
    assert "未验证" in chinese
    assert "货车时间间隙" in chinese


def test_full_coaches_are_told_apart() -> None:
    """Coaches run as demand asks, trains and flights as the timetable says."""
    over = [
        {"mode": "coach", "runs": 5, "of_runs": 9, "highest_load_factor": 17.9},
        {"mode": "rail", "runs": 2, "of_runs": 1200, "highest_load_factor": 1.25},
    ]
    words = SimpleNamespace(pick=lambda _, english: english)
    first, second = over_seats_lines(over, words)  # type: ignore[arg-type]
    assert first == "runs with more on board than seats: rail 2 of 1,200 (load factor up to 125.0 %)"
    assert second.startswith(
        "runs with more on board than seats: coach 5 of 9 (load factor up to 1790.0 %); trips per day of coaches are est"
    )
    assert len(over_seats_lines(over[1:], words)) == 1  # type: ignore[arg-type]
    assert over_seats_lines([], words) == []  # type: ignore[arg-type]


def test_one_link(bbwnet: Bbwnet, peopled: str) -> None:
    answer = bbwnet("flows", peopled, "--link", BUSY, "--top", "0", "--format", "json")
    assert answer.code == 0, answer.err
    rows = answer.json["rows"]
    assert {row["link"] for row in rows} == {BUSY}
    assert {row["direction"] for row in rows} == {"forward", "backward"}
    assert {row["from_hour"] for row in rows} == {0, 7, 10, 16, 19}
    assert "all" in {row["class"] for row in rows}
    tracks = bbwnet("flows", peopled, "--link", "ne-qz", "--format", "json")
    assert tracks.code == 0, tracks.err
    assert tracks.json["definition"] == "freight_links"
    assert {row["mode"] for row in tracks.json["rows"]} <= {"rail"}


@pytest.mark.parametrize(
    ("option", "name", "keys"),
    [
        ("--od", "od", {"origin_name", "trips", "cost_cny"}),
        ("--services", "services", {"service", "load_factor", "validated"}),
        ("--stops", "stops", {"stop", "boardings", "validated"}),
        ("--freight", "freight", {"commodity", "chain", "tonnes_year"}),
        ("--terminals", "terminals", {"node", "load", "validated"}),
        ("--indicators", "freight_means", {"commodity", "hours"}),
        ("--modes", "modes", {"mode", "co2_kg"}),
        ("--elasticities", "elasticities", {"changed", "car", "rail"}),
    ],
)
def test_every_table(bbwnet: Bbwnet, peopled: str, option: str, name: str, keys: set[str]) -> None:
    answer = bbwnet("flows", peopled, option, "--format", "json", "--top", "2")
    assert answer.code == 0, answer.err
    assert answer.json["definition"] == name
    assert keys <= set(answer.json["rows"][0])
    assert len(answer.json["rows"]) <= 2 or name in {"modes", "elasticities"}
    table = csv.DictReader(io.StringIO(bbwnet("flows", peopled, option, "--format", "csv", "--top", "2").out))
    assert keys <= set(table.fieldnames or ())
    for language in ("en", "zh"):
        assert bbwnet("flows", peopled, option, "--lang", language).code == 0


def test_roads_beyond_the_region_are_hidden_and_counted(bbwnet: Bbwnet, peopled: str) -> None:
    inside = bbwnet("flows", peopled, "--top", "0", "--format", "json").json
    everywhere = bbwnet("flows", peopled, "--top", "0", "--all", "--format", "json").json
    keys = [{(row["link"], row["direction"]) for row in document["rows"]} for document in (inside, everywhere)]
    assert keys[0] < keys[1]
    hidden = inside["summary"]["directions_beyond_region_hidden"]
    assert hidden == len(keys[1] - keys[0]) > 0
    assert "directions_beyond_region_hidden" not in everywhere["summary"]
    link = min(keys[1] - keys[0])[0]
    assert {row["link"] for row in bbwnet("flows", peopled, "--link", link, "--format", "json").json["rows"]} == {link}
    assert f"{hidden} directions of roads beyond the region are not listed" in bbwnet("flows", peopled).out
    wrong = bbwnet("flows", peopled, "--all", "--modes")
    assert wrong.code == 2
    assert "says nothing to --modes" in wrong.err.replace("\n", " ")


def test_who_uses_a_link_and_a_service(bbwnet: Bbwnet, peopled: str) -> None:
    link = bbwnet("flows", peopled, "--select-link", BUSY, "--format", "json", "--top", "0").json
    assert {row["link"] for row in link["rows"]} == {BUSY}
    vehicles = [row["vehicles_day"] for row in link["rows"]]
    assert vehicles == sorted(vehicles, reverse=True)
    busiest = bbwnet("flows", peopled, "--services", "--format", "json", "--top", "1").json["rows"][0]["service"]
    service = bbwnet("flows", peopled, "--select-service", busiest, "--format", "json").json
    assert {row["service"] for row in service["rows"]} == {busiest}


def test_one_mode(bbwnet: Bbwnet, peopled: str) -> None:
    rows = bbwnet("flows", peopled, "--od", "--mode", "rail", "--format", "json").json["rows"]
    assert {row["mode"] for row in rows} == {"rail"}
    roads = bbwnet("flows", peopled, "--mode", "ferry", "--format", "json").json["rows"]
    assert {row["mode"] for row in roads} == {"ferry"}


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--link", "g75_qingxiu-qinan"), 1, "nearest valid name g75_qingxiu-qinnan"),
        (("--select-link", "ne-qz"), 1, "no link that vehicles can use (ne-qz)"),
        (("--select-service", "none_such"), 1, "no such service (none_such)"),
        (("--mode", "ferri"), 1, "nearest valid name ferry"),
        (("--od", "--mode", "highway"), 1, "no such mode with --od (highway)"),
        (("--ports", "--mode", "rail"), 1, "--mode says nothing to --ports"),
        (("--od", "--modes"), 2, "are different tables"),
        (("--counts", "none.csv"), 1, "cannot be read"),
    ],
)
def test_names_that_are_not_there(bbwnet: Bbwnet, peopled: str, arguments: tuple[str, ...], code: int, told: str) -> None:
    answer = bbwnet("flows", peopled, *arguments)
    assert answer.code == code
    assert told in answer.err.replace("\n", " ")
    assert answer.out == ""


def test_counts(bbwnet: Bbwnet, peopled: str, tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    path.write_text(f"link,direction,class,period,vehicles_day,source\n{BUSY},both,all,2016,20000,bureau\n", encoding="utf-8")
    answer = bbwnet("flows", peopled, "--counts", path, "--format", "json", "--link", BUSY, "--top", "0")
    assert answer.code == 0, answer.err
    assert all(row["validated"] for row in answer.json["rows"])
    assert answer.json["summary"]["counts"][0]["counted_day"] == 20000
    assert answer.json["summary"]["count_fit"]["counts"] == 1
    assert "1 counts: GEH below 5 for" in bbwnet("flows", peopled, "--counts", path).out
    path.write_text("link,direction,class,period,vehicles_day,source\nx,both,all,2016,-1,bureau\n", encoding="utf-8")
    wrong = bbwnet("flows", peopled, "--counts", path)
    assert wrong.code == 1
    assert f"{path}:2:1: link: unknown link" in wrong.err
    assert f"{path}:2:5: vehicles_day: negative" in wrong.err
    assert "2 problems" in wrong.err


def test_tables_in_a_folder(bbwnet: Bbwnet, peopled: str, tmp_path: Path) -> None:
    out = tmp_path / "flows"
    assert bbwnet("flows", peopled, "--out", out).code == 0
    names = {path.name for path in out.iterdir()}
    assert {"flows_links.parquet", "flows_od.parquet", "flows_freight.parquet", "desire_lines.geojson"} <= names
    assert json.loads((out / "desire_lines.geojson").read_text(encoding="utf-8"))["features"]
    again = bbwnet("flows", peopled, "--out", out)
    assert again.code == 1
    assert "holds files already" in again.err
    a_file = tmp_path / "file"
    a_file.write_text("", encoding="utf-8")
    assert "is a file, expected a folder" in bbwnet("flows", peopled, "--out", a_file).err
    assert "there is no folder" in bbwnet("flows", peopled, "--out", tmp_path / "a" / "b").err


def test_transfers_by_trips(bbwnet: Bbwnet, peopled: str, baseline: str) -> None:
    by_people = bbwnet("transfers", peopled, "--format", "json")
    by_trips = bbwnet("transfers", peopled, "--weights", "trips", "--format", "json")
    assert (by_people.code, by_trips.code) == (0, 0), by_trips.err
    assert (by_people.json["weights"], by_trips.json["weights"]) == ("population_product", "trips")
    first, second = (answer.json["summary"]["transfers_per_journey"] for answer in (by_people, by_trips))
    assert first != second
    assert "weighted by trips between the zones, unvalidated" in bbwnet("transfers", peopled, "--weights", "trips").out
    nobody = bbwnet("transfers", baseline, "--weights", "trips")
    assert nobody.code == 1
    assert "no flows: " in nobody.err


def test_a_region_without_people_is_one_line(bbwnet: Bbwnet, baseline: str) -> None:
    answer = bbwnet("flows", baseline)
    assert answer.code == 1
    assert answer.out == ""
    assert "no flows: " in answer.err
    assert "has no zones with population" in answer.err
    assert len(answer.err.strip().splitlines()) == 1


def test_what_does_not_converge_is_said(bbwnet: Bbwnet, peopled: str) -> None:
    narrow = [item for road in ("expressway", "class_1", "class_2", "urban") for item in ("--set", f"roads.lane_capacity.{road}=2")]
    refused = bbwnet("flows", peopled, "--if-not-converged", "raise", *narrow)
    if refused.code == 0:
        pytest.skip("converges even here")
    assert refused.code == 1
    assert refused.out == ""
    warned = bbwnet("flows", peopled, *narrow)
    assert warned.code == 0
    assert "warning: " in warned.err
    assert "NOT converged" in warned.out


def test_a_run_has_the_tables(bbwnet: Bbwnet, peopled: str, tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        assert bbwnet("run", peopled, "--stages", "network,flows", "--out", folder).code == 0
    manifest = json.loads((folders[0] / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["flows"]["converged"]
    tables = sorted(path.name for path in folders[0].glob("flows_*.parquet"))
    assert "flows_links.parquet" in tables
    assert "flows_s" in manifest["durations"]
    for name in tables:
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes(), name
    trips = read_parquet(folders[0] / "flows_od.parquet")["trips"].sum()
    assert trips == pytest.approx(manifest["flows"]["passengers"]["trips"])


def test_compare_has_flows(bbwnet: Bbwnet, peopled: str, baseline: str) -> None:
    answer = bbwnet("compare", peopled, peopled, "--no-access", "--no-transfers", "--format", "json")
    assert answer.code == 0, answer.err
    (change,) = answer.json["flows"]
    assert all(row["before"] == row["after"] for row in change["measures"])
    assert "flows, a mean day" in bbwnet("compare", peopled, peopled, "--no-access", "--no-transfers").out
    empty = bbwnet("compare", baseline, baseline, "--no-access", "--no-transfers", "--format", "json")
    assert empty.json["flows"] == []
    assert "flows are not compared: no flows" in empty.err


@pytest.mark.parametrize(
    ("option", "empty"),
    [
        ("--od", ("{peopled}", "--od", "--mode", "air")),
        ("--services", ("sioux_falls", "--services")),
        ("--stops", ("sioux_falls", "--stops")),
        ("--freight", ("{peopled}", "--freight", "--mode", "water")),
    ],
)
def test_csv_of_no_rows_has_its_header(bbwnet: Bbwnet, peopled: str, option: str, empty: tuple[str, ...]) -> None:
    header = bbwnet("flows", peopled, option, "--top", "1", "-f", "csv").out.splitlines()[0]
    assert bbwnet("flows", *(item.format(peopled=peopled) for item in empty), "-f", "csv").out == f"{header}\n"


def test_modes_take_top(bbwnet: Bbwnet, peopled: str) -> None:
    whole = bbwnet("flows", peopled, "--modes", "-f", "json").json["rows"]
    cut = bbwnet("flows", peopled, "--modes", "--top", "2", "-f", "json").json["rows"]
    assert cut == whole[:2]
    assert f"{len(whole) - 2} more rows, --top 0 lists all" in bbwnet("flows", peopled, "--modes", "--top", "2").out
    # beside the roads they stand whole
    assert bbwnet("flows", peopled, "--top", "2", "-f", "json").json["summary"]["modes"] == whole


def test_a_scenario_without_freight_says_so(bbwnet: Bbwnet) -> None:
    for option in ("--freight", "--ports", "--terminals", "--indicators"):
        answer = bbwnet("flows", "sioux_falls", option)
        assert (answer.code, answer.out) == (1, "")
        assert answer.err.endswith("bbwnet: the scenario has no freight: region sioux_falls has no zones with population\n")
    assert bbwnet("flows", "sioux_falls", "--ports", "--lang", "zh").err.endswith("bbwnet: 情景无货运：区域 sioux_falls 的小区无人口数据\n")


def test_counts_of_what_no_vehicle_can_use_and_of_another_year(bbwnet: Bbwnet, peopled: str, tmp_path: Path) -> None:
    path, head = tmp_path / "counts.csv", "link,direction,class,period,vehicles_day,source\n"
    path.write_text(f"{head}{BUSY},backward,all,2016,20000,bureau\n", encoding="utf-8")
    wrong = bbwnet("flows", peopled, "--set", f"links.{BUSY}.directed=true", "--counts", path)
    assert wrong.code == 1
    told = f"{path}:2:2: direction: no vehicle can use {BUSY} in this direction (backward), expected forward"
    assert told in wrong.err
    path.write_text(f"{head}{BUSY},both,all,2014,20000,bureau\n", encoding="utf-8")
    answer = bbwnet("flows", peopled, "--counts", path)
    assert answer.code == 0
    assert "1 counts of another year than the demand's: listed" in answer.out
    assert "GEH below 5" not in answer.out


def test_access_by_trips(bbwnet: Bbwnet, peopled: str, baseline: str) -> None:
    by_people = bbwnet("access", peopled, "--mode", "road", "-f", "json")
    by_trips = bbwnet("access", peopled, "--mode", "road", "--weights", "trips", "-f", "json")
    assert (by_people.code, by_trips.code) == (0, 0), by_trips.err
    assert (by_people.json["weights"], by_trips.json["weights"]) == ("people", "trips")
    # mean of the zone's own drives, by the trips that the flows have
    trips: dict[str, float] = {}
    for row in bbwnet("flows", peopled, "--od", "--top", "0", "-f", "json").json["rows"]:
        if row["origin"] == "qinnan":
            trips[row["destination"]] = trips.get(row["destination"], 0.0) + row["trips"]
    reached = bbwnet("access", peopled, "--from", "qinnan", "--within", "100000", "--mode", "road", "-f", "json").json["rows"]
    minutes = {row["zone"]: row["minutes"] for row in reached if row["zone"] != "qinnan"}
    total = math.fsum(trips.get(zone, 0.0) for zone in minutes)
    mean = math.fsum(trips.get(zone, 0.0) * value for zone, value in minutes.items()) / total
    rows = [{row["zone"]: row for row in answer.json["rows"]} for answer in (by_people, by_trips)]
    assert rows[1]["qinnan"]["mean_min"] == pytest.approx(mean, rel=1e-4)
    assert rows[0]["qinnan"]["mean_min"] != pytest.approx(mean, rel=1e-3)
    assert rows[0]["qinnan"]["persons_within_60_min"] == rows[1]["qinnan"]["persons_within_60_min"]
    assert "weighted by trips, unvalidated" in bbwnet("access", peopled, "--weights", "trips").out
    assert bbwnet("access", peopled, "--from", "qinnan", "--weights", "trips").code == 2
    assert "no flows: " in bbwnet("access", baseline, "--weights", "trips").err
