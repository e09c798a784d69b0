"""`bbwnet access` on the coast, and on a copy of it where people live."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Bbwnet = Callable[..., Any]

PEOPLE = {"gangkou": 100, "haicheng": 200, "longhua": 300, "qingxiu": 400, "qiongshan": 50}
"""Thousand people of 2016; those of Qinnan are not known."""


@pytest.fixture
def settled(coast_folder: Path) -> str:
    """The coast with people, and a product of Haikou of 2010 and 2020."""
    places = coast_folder / "network" / "places.yaml"
    lines = places.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        for zone, thousands in PEOPLE.items():
            if line.startswith(f"  - {{id: {zone}, ") and "kind: zone" in line:
                figure = f"population: [{{year: 2016, persons: {thousands}000, source: made_up, confidence: reported}}]"
                lines[number] = line.replace("kind: zone", f"kind: zone, {figure}")
        if line.startswith("  - {id: haikou,"):
            figures = ", ".join(
                f"{{year: {year}, gdp_cny: {value}e9, source: made_up_too, confidence: {confidence}}}"
                for year, value, confidence in ((2010, 10.0, "reported"), (2020, 20.0, "assumed"))
            )
            lines[number] = line.replace("centre: longhua", f"centre: longhua, gdp: [{figures}]")
    places.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(coast_folder / "baseline.yaml")


def by_zone(answer: Any) -> dict[str, Any]:
    return {row["zone"]: row for row in answer.json["rows"]}


def test_drives_reach_people(bbwnet: Bbwnet, settled: str) -> None:
    answer = bbwnet("access", settled, "--mode", "road", "--format", "json")
    assert answer.code == 0, answer.err
    assert {key: answer.json[key] for key in ("scenario", "definition", "mode", "percentile")} == {
        "scenario": "baseline",
        "definition": "door_to_door",
        "mode": "road",
        "percentile": 50,
    }
    rows = by_zone(answer)
    assert len(rows) == 6
    # Nanning - Qinzhou an hour, Qinzhou - Fangchenggang 40 min, - Beihai 60 (55 there), by road, and some minutes to park
    assert rows["qinnan"]["persons_within_60_min"] == 100_000
    assert rows["qinnan"]["persons_within_120_min"] == 700_000
    assert (rows["qinnan"]["population_persons"], rows["qinnan"]["population_method"]) == (None, "missing")
    assert rows["longhua"]["persons_within_60_min"] == 350_000
    # the product of 2016 between 10 and 20: 16, of which Longhua has 300 of 350
    assert rows["longhua"]["gdp_cny"] == pytest.approx(16e9 * 300 / 350)
    assert (rows["longhua"]["gdp_years"], rows["longhua"]["gdp_confidence"]) == ("2010-2016-2020", "assumed")
    assert rows["longhua"]["gdp_within_60_min_cny"] == pytest.approx(16e9)
    assert rows["qingxiu"]["gdp_within_60_min_cny"] is None


def test_the_region_and_what_it_rests_on(bbwnet: Bbwnet, settled: str) -> None:
    summary = bbwnet("access", settled, "--format", "json").json["summary"]
    rests = summary["rests_on"]
    assert (rests["year"], rests["population_persons"], rests["zones_without_population"]) == (2016, 1_050_000, ["qinnan"])
    assert rests["population_by_confidence"]["reported"] == 1
    assert rests["sources"] == ["made_up", "made_up_too"]
    measures = {(item["clause"], item["measure"]): item["value"] for item in summary["measures"]}
    assert measures["D2", "expressway_share"] == 0.6
    assert measures["D1", "pairs:across_provinces"] == 4
    assert 0 < measures[None, "gini:potential_persons"] < 1
    assert measures["A1", "persons_within_90_min_by_road:meilan_airport"] is not None


def test_zones_reached_from_a_city_nearest_first(bbwnet: Bbwnet, settled: str) -> None:
    answer = bbwnet("access", settled, "--from", "Qinzhou", "--mode", "road", "--within", "90", "--format", "json")
    assert (answer.json["from"], answer.json["within_min"]) == ("qinnan", 90)
    rows = answer.json["rows"]
    assert [row["zone"] for row in rows] == ["qinnan", "gangkou", "haicheng", "qingxiu"]
    assert rows[0]["minutes"] == 0
    assert [row["minutes"] for row in rows] == sorted(row["minutes"] for row in rows)
    assert all(row["minutes"] <= 90 for row in rows)
    assert answer.json["summary"]["population_persons"] == 700_000
    wide = bbwnet("access", settled, "--from", "Qinzhou", "--mode", "road", "--format", "json")
    assert wide.json["within_min"] == 120


def test_who_knows_the_timetable_is_there_sooner(bbwnet: Bbwnet, settled: str) -> None:
    known = bbwnet(
        "access", settled, "--from", "qingxiu", "--mode", "rail", "--definition", "planned", "--within", "1440", "--format", "json"
    )
    random = bbwnet("access", settled, "--from", "qingxiu", "--mode", "rail", "--within", "1440", "--format", "json")
    minutes = by_zone(random)
    assert {"qinnan", "haicheng"} <= by_zone(known).keys()
    assert all(row["minutes"] <= minutes[zone]["minutes"] for zone, row in by_zone(known).items() if zone in minutes)
    assert by_zone(known)["haicheng"]["minutes"] < minutes["haicheng"]["minutes"]
    late = bbwnet("access", settled, "--from", "qingxiu", "--mode", "rail", "--percentile", "5", "--within", "1440", "--format", "json")
    assert by_zone(late)["haicheng"]["minutes"] < minutes["haicheng"]["minutes"]


def test_tables_in_both_languages_and_csv(bbwnet: Bbwnet, settled: str) -> None:
    table = bbwnet("access", settled, "--mode", "road")
    assert table.code == 0, table.err
    for text in ("Longhua", "gini:potential_persons", "D2", "no people in the data of: Qinnan", "sources: made_up, made_up_too"):
        assert text in table.out
    chinese = bbwnet("access", settled, "--mode", "road", "--lang", "zh")
    for text in ("龙华区", "无人口数据：钦南区", "来源：made_up, made_up_too"):
        assert text in chinese.out
    rows = list(csv.DictReader(io.StringIO(bbwnet("access", settled, "--mode", "road", "--format", "csv").out)))
    assert [row["zone"] for row in rows] == sorted(row["zone"] for row in rows)
    one = bbwnet("access", settled, "--mode", "road", "--from", "钦州", "--lang", "zh")
    assert "港口区" in one.out
    assert "共" in one.out
    listed = bbwnet("access", settled, "--mode", "road", "--from", "钦州", "--format", "csv")
    assert next(csv.DictReader(io.StringIO(listed.out)))["zone"] == "qinnan"


def test_a_region_where_nobody_is_counted_says_so(bbwnet: Bbwnet, baseline: str) -> None:
    answer = bbwnet("access", baseline, "--mode", "road", "--format", "json")
    assert {row["persons_within_60_min"] for row in answer.json["rows"]} == {None}
    assert answer.json["summary"]["rests_on"]["population_persons"] is None
    table = bbwnet("access", baseline, "--mode", "road")
    assert "no people in the data of: Gangkou" in table.out
    reached = bbwnet("access", baseline, "--mode", "road", "--from", "qinzhou")
    assert "– thousand people" in reached.out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--within", "60"), 2, "--within needs --from"),
        (("--isochrones", "x.geojson"), 2, "--isochrones needs --from"),
        (("--from", "qinzhou", "--depart", "08:00"), 2, "--depart needs --isochrones"),
        (("--from", "Atlantis"), 1, "nothing is called 'Atlantis'"),
        (("--from", "qinzhou", "--within", "-1"), 2, "--within"),
        (("--percentile", "101"), 2, "--percentile"),
        (("--mode", "camel"), 2, "camel"),
    ],
)
def test_wrong_questions(bbwnet: Bbwnet, baseline: str, arguments: tuple[str, ...], code: int, message: str) -> None:
    answer = bbwnet("access", baseline, *arguments)
    assert answer.code == code
    assert message in answer.err
