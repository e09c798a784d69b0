"""`bbwnet times` and `bbwnet claim`; the numbers are those of tests/routing."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


def test_rail_times_as_json(bbwnet: Run, baseline: str) -> None:
    answer = bbwnet(
        "times", baseline, "--from", "南宁东", "--to", "北海", "--mode", "rail", "--definition", "in_vehicle", "--format", "json"
    )
    assert (answer.code, answer.err) == (0, "")
    document = answer.json
    assert (document["scenario"], document["definition"]) == ("baseline", "in_vehicle")
    (row,) = document["rows"]
    assert {"from", "to", "minutes", "km", "legs"} <= set(row)
    # Nanning East 07:13:30 - Beihai 08:22:06
    assert (row["from"], row["to"], row["minutes"], row["km"]) == ("南宁东", "北海", 68.6, 184)
    (leg,) = row["legs"]
    assert (leg["from"], leg["to"], leg["depart"], leg["arrive"], leg["service"]) == (
        "nanning_east",
        "beihai_station",
        "07:13",
        "08:22",
        "emu_ns_bh_2016",
    )


def test_a_change_of_train(bbwnet: Run, baseline: str) -> None:
    (row,) = bbwnet("times", baseline, "--from", "北海", "--to", "防城港北", "--mode", "rail", "-f", "json").json["rows"]
    assert row["minutes"] == 131.6
    assert [leg["wait_before_min"] for leg in row["legs"]] == [0, 61.4]


def test_a_drive(bbwnet: Run, baseline: str) -> None:
    document = bbwnet("times", baseline, "--from", "beihai", "--to", "海口", "--mode", "road", "--format", "json").json
    assert document["definition"] == "drive"
    (row,) = document["rows"]
    assert (row["minutes"], row["km"]) == (301, 114)
    assert [(leg["mode"], leg["line"], leg["minutes"]) for leg in row["legs"]] == [
        ("highway", "urban", 6),
        ("ferry", "strait", 280),
        ("highway", "g98", 15),
    ]


def test_official_shows_its_parts(bbwnet: Run, baseline: str) -> None:
    document = bbwnet("times", baseline, "--from", "Beihai", "--to", "Fangchenggang", "--format", "json").json
    assert document["definition"] == "official"
    (row,) = document["rows"]
    assert [row[key] for key in ("minutes", "in_vehicle_min", "drive_min", "mode")] == [100, 131.6, 100, "road"]


def test_nowhere_to_go(bbwnet: Run, baseline: str) -> None:
    (row,) = bbwnet("times", baseline, "--from", "Nanning", "--to", "Nanning", "--mode", "road", "--format", "json").json["rows"]
    assert [row[key] for key in ("minutes", "km", "legs", "way")] == [0, 0, [], "the same place"]


def test_no_way_is_no_number(bbwnet: Run, baseline: str) -> None:
    answer = bbwnet("times", baseline, "--from", "dongxing", "--to", "Nanning", "--mode", "rail", "--format", "json")
    assert answer.code == 0
    (row,) = answer.json["rows"]
    assert (row["minutes"], row["km"], row["legs"], row["way"]) == (None, None, [], "no way")


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """Pairs in no order, one of them twice."""
    path = tmp_path / "pairs.csv"
    path.write_text("to,note,from\n北海,x,南宁\nnanning_east,,beihai_station\n北海,again,南宁\n", encoding="utf-8-sig")
    return path


def test_pairs_keep_their_order(bbwnet: Run, baseline: str, pairs: Path) -> None:
    rows = bbwnet("times", baseline, "--pairs", pairs, "--mode", "rail", "--format", "json").json["rows"]
    assert [(row["from"], row["to"], row["minutes"]) for row in rows] == [
        ("南宁", "北海", 82.1),
        ("beihai_station", "nanning_east", 68.6),
        ("南宁", "北海", 82.1),
    ]


def test_csv(bbwnet: Run, baseline: str, pairs: Path) -> None:
    answer = bbwnet("times", baseline, "--pairs", pairs, "--mode", "rail", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(answer.out)))
    assert [(row["from"], float(row["minutes"])) for row in rows] == [("南宁", 82.1), ("beihai_station", 68.6), ("南宁", 82.1)]
    assert json.loads(rows[0]["legs"])[0]["service"] == "emu_ns_bh_2016"


@pytest.mark.parametrize(("language", "words"), [("en", ["from", "Nanning station", "82.1"]), ("zh", ["起点", "南宁", "分钟", "82.1"])])
def test_table(bbwnet: Run, baseline: str, language: str, words: list[str]) -> None:
    answer = bbwnet("times", baseline, "--from", "南宁", "--to", "北海", "--mode", "rail", "--lang", language)
    assert (answer.code, answer.err) == (0, "")
    assert [word for word in words if word not in answer.out] == []


def test_every_unknown_name_is_reported(bbwnet: Run, baseline: str, tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("from,to\nNaning,Beihai\nQinzhuo,nowhere\n,Beihai\n", encoding="utf-8")
    answer = bbwnet("times", baseline, "--pairs", path)
    assert (answer.code, answer.out) == (1, "")
    for name in ("'Naning'", "'Qinzhuo'", "'nowhere'", "''"):
        assert f"nothing is called {name}" in answer.err
    assert "nearest valid name Nanning" in answer.err
    assert f"{path}:3:1: nothing is called 'nowhere'" in answer.err
    assert answer.err.endswith("4 problems\n")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b\n1,2\n", "no columns from and to"),
        ("", "no columns from and to"),
        (None, "cannot be read"),
        ("from,to\n" + "x" * 200_000, "pairs.csv: cannot be read: field larger"),
    ],
    ids=["other columns", "empty", "missing", "overlong field"],
)
def test_pairs_that_cannot_be_read(bbwnet: Run, baseline: str, tmp_path: Path, content: str | None, message: str) -> None:
    path = tmp_path / "pairs.csv"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    answer = bbwnet("times", baseline, "--pairs", path)
    assert (answer.code, answer.out) == (1, "")
    assert message in answer.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--from", "Nanning", "--to", "Beihai", "--legs"],
        ["--from", "Nanning", "--to", "Beihai", "--depart", "08:00"],
        ["--from", "Nanning", "--to", "Beihai", "--definition", "drive", "--percentile", "50"],
        ["--from", "Nanning", "--to", "Beihai", "--definition", "planned", "--depart", "8"],
        ["--from", "Nanning", "--to", "Beihai", "--definition", "planned", "--depart", "24:00"],
        ["--from", "Nanning", "--to", "Beihai", "--definition", "planned", "--alternatives", "3"],
        ["--from", "Nanning", "--to", "Beihai", "--definition", "official", "--mode", "transit"],
        ["--from", "Nanning", "--to", "Beihai", "--mode", "teleport"],
        ["--from", "Nanning", "--to", "Beihai", "--mode", "rail", "--definition", "drive"],
        ["--from", "Nanning", "--to", "Beihai", "--mode", "road", "--definition", "in_vehicle"],
        ["--from", "Nanning", "--to", "Beihai", "--format", "xml"],
        ["--from", "Nanning"],
        [],
        ["--from", "Nanning", "--to", "Beihai", "--pairs", "x.csv"],
        ["--nonsense"],
    ],
    ids=" ".join,
)
def test_wrong_usage(bbwnet: Run, baseline: str, arguments: list[str]) -> None:
    answer = bbwnet("times", baseline, *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert "Traceback" not in answer.err
    assert answer.err


def test_set_changes_the_answer(bbwnet: Run, baseline: str) -> None:
    ask = ("times", baseline, "--from", "北海", "--to", "防城港北", "--mode", "rail", "--format", "json")
    # 13 trains a day from Beihai, one an hour: the 08:35 is met by the 07:00 still, the 14:35 by the 13:00
    assert bbwnet(*ask, "--set", "nodes.qinzhou_east.minimum_connection_min=62").json["rows"][0]["minutes"] == 311.6
    answer = bbwnet(*ask, "--set", "services.no_such.trips_per_day=24")
    assert answer.code == 1
    assert "no_such" in answer.err


def test_claim(bbwnet: Run, baseline: str) -> None:
    answer = bbwnet("claim", f"{baseline}: nanning - qinzhou < 60", "--format", "json")
    assert answer.code == 0
    rows = {row["definition"]: row for row in answer.json["rows"]}
    assert {name: row["holds"] for name, row in rows.items()} == {
        "in_vehicle": True,
        "drive": False,
        "official": True,
        "planned": False,
        "door_to_door": False,
    }
    assert rows["drive"]["minutes"] == 60
    assert rows["in_vehicle"]["sources"] == ["made_up", "made_up_too"]
    table = bbwnet("claim", f"{baseline}: nanning - qinzhou < 60")
    assert "reported 100%" in table.out
    assert "sources: made_up, made_up_too" in table.out
    assert "否" in bbwnet("claim", f"{baseline}: nanning - qinzhou < 60", "--lang", "zh").out


@pytest.mark.parametrize("text", ["nonsense", "no_such_scenario: a - b <= 1"])
def test_what_is_no_claim(bbwnet: Run, text: str) -> None:
    answer = bbwnet("claim", text)
    assert (answer.code, answer.out) == (1, "")
    assert "Traceback" not in answer.err
