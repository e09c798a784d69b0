"""`bbwnet times` from door to door on the coast, worked by hand.

Nanning to Beihai by train: 7 km to Nanning East at 35 km/h and 5 min for the taxi, 20 to enter, the train every three hours from
07:13:30 to 19:13:30, 68.6 min, 8 to leave, 4 km at 40 km/h and 5 for the taxi: 17 + 20 + 68.6 + 8 + 11 = 124.6 min, and home is left at
06:36:30, 09:36:30 ... 18:36:30 or at 06:36:30 on the day after. Own car: 60 + 55 min and 8 to park. Taxi to Qinzhou: 60 + 5 min.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

TARIFFS = """
schema: 1
tariffs:
  - {id: taxi, mode: taxi, valid_from: 2016-01-01,
     start_cny: 10, bands: [{from_km: 0, rate_cny_km: 2}], source: made_up, confidence: assumed}
  - {id: rail, mode: rail, valid_from: 2016-01-01,
     start_cny: 0, bands: [{from_km: 0, rate_cny_km: 0.5}], source: made_up, confidence: assumed}
  - {id: bus, mode: bus, valid_from: 2016-01-01,
     start_cny: 2, bands: [{from_km: 0, rate_cny_km: 0}], source: made_up, confidence: assumed}
emission_factors:
  - {id: co2_taxi, mode: taxi, pollutant: co2, valid_from: 2016-01-01, factor_kg_km: 0.1, source: made_up, confidence: assumed}
  - {id: co2_rail, mode: rail, pollutant: co2, valid_from: 2016-01-01, factor_kg_km: 0.02, source: made_up, confidence: assumed}
  - {id: co2_bus, mode: bus, pollutant: co2, valid_from: 2016-01-01, factor_kg_km: 0.05, source: made_up, confidence: assumed}
"""


@pytest.fixture
def priced(coast_folder: Path) -> str:
    """The coast with what taxis, buses and trains cost and emit."""
    (coast_folder / "network" / "tariffs.yaml").write_text(TARIFFS, encoding="utf-8")
    index = coast_folder / "network" / "network.yaml"
    index.write_text(index.read_text(encoding="utf-8").replace("projects.yaml]", "projects.yaml, tariffs.yaml]"), encoding="utf-8")
    return str(coast_folder / "baseline.yaml")


def row_of(answer: Any) -> dict[str, Any]:
    """The only row of a document."""
    assert (answer.code, answer.err) == (0, "")
    (row,) = answer.json["rows"]
    assert isinstance(row, dict)
    return row


@pytest.mark.parametrize(
    ("arguments", "minutes", "mode"),
    [
        # Waits of x.5 min: 0 to 36 five times, the others up to 179 four times; the 481st of 961 departures is the 110th.
        (("--definition", "door_to_door", "--mode", "rail"), 110.5 + 124.6, "rail"),
        (("--definition", "planned", "--mode", "rail"), 124.6, "rail"),
        # The 49th is the fourth of those that wait 9.5; the 913th the 156th of the 204 that go home and come again: 516.5 + 155.
        (("--definition", "door_to_door", "--mode", "rail", "--percentile", "5"), 9.5 + 124.6, "rail"),
        (("--definition", "door_to_door", "--mode", "rail", "--percentile", "95"), 671.5 + 124.6, "rail"),
        (("--definition", "door_to_door", "--mode", "rail", "--percentile", "100"), 719.5 + 124.6, "rail"),
        (("--mode", "transit"), 110.5 + 124.6, "rail"),
        (("--definition", "door_to_door"), 123, "road"),
        (("--definition", "door_to_door", "--mode", "road"), 123, "road"),
        (("--definition", "planned"), 123, "road"),
        (("--definition", "planned", "--mode", "best"), 123, "road"),
    ],
)
def test_percentiles_over_the_window(bbwnet: Run, baseline: str, arguments: tuple[str, ...], minutes: float, mode: str) -> None:
    answer = bbwnet("times", baseline, "--from", "nanning", "--to", "beihai", *arguments, "--format", "json")
    row = row_of(answer)
    assert (row["minutes"], row["mode"], row["reached_share"]) == (pytest.approx(minutes), mode, 1)
    assert answer.json["view"] == "timetable"
    assert answer.json["definition"] == ("planned" if "planned" in arguments else "door_to_door")
    assert row["percentile"] == (float(arguments[-1]) if "--percentile" in arguments else 50)


@pytest.mark.parametrize(("definition", "minutes"), [("door_to_door", 161.1), ("planned", 124.6)])
def test_one_departure_leg_by_leg(bbwnet: Run, baseline: str, definition: str, minutes: float) -> None:
    ask = ("times", baseline, "--from", "南宁", "--to", "北海", "--definition", definition, "--mode", "rail", "--depart", "06:00")
    row = row_of(bbwnet(*ask, "--format", "json"))
    assert row["minutes"] == pytest.approx(minutes)
    assert [row[key] for key in ("wished", "leave", "arrive", "schedule_delay_min", "transfers")] == ["06:00", "06:36", "08:41", 36.5, 0]
    assert (row["percentile"], row["reached_share"], row["km"]) == (None, None, 195)
    told = [(leg["part"], leg["kind"], leg["mode"], leg["from"], leg["to"], leg["minutes"], leg["km"]) for leg in row["legs"]]
    assert told == [
        ("access", "way", "taxi", "qingxiu", "nanning_east", 17, 7),
        ("access", "entry", "terminal", "nanning_east", "nanning_east", 20, 0),
        ("ride", "ride", "rail", "nanning_east", "beihai_station", 68.6, 184),
        ("egress", "exit", "terminal", "beihai_station", "beihai_station", 8, 0),
        ("egress", "way", "taxi", "beihai_station", "haicheng", 11, 4),
    ]
    assert (row["legs"][2]["service"], row["legs"][2]["class"]) == ("emu_ns_bh_2016", "emu_250")
    assert {leg["service"] for leg in row["legs"] if leg["kind"] != "ride"} == {None}
    table = bbwnet(*ask, "--legs").out
    for line in (
        "Nanning – Beihai",
        "wished 06:00, leave later by 36 min",
        "06:36–06:53  taxi  Qingxiu – Nanning East  (17 min, 7.0 km)",
        "06:53–07:13  enter  Nanning East  (20 min)",
        "07:13–08:22  train emu_ns_bh_2016  Nanning East – Beihai station  (69 min, 184.0 km)",
        "08:22–08:30  leave  Beihai station  (8 min)",
        "08:30–08:41  taxi  Beihai station – Haicheng  (11 min, 4.0 km)",
        # The wait until leaving is at home for who knows the timetable.
        f"in all: access 37, {'wait 36, ' if definition == 'door_to_door' else ''}ride 69, egress 19",
    ):
        assert f"{line}\n" in table
    chinese = bbwnet(*ask, "--legs", "--lang", "zh").out
    for text in ("南宁 – 北海", "06:36–06:53  出租车  青秀区 – 南宁东  (17 分, 7.0 km)", "进站候检", "合计: 接驳 37", "视角 timetable"):
        assert text in chinese


@pytest.mark.parametrize("mode", ["rail", "sea", "transit", "road", "best"])
@pytest.mark.parametrize("definition", ["door_to_door", "planned"])
@pytest.mark.parametrize("depart", [None, "08:00", "23:59"])
def test_legs_add_up(bbwnet: Run, priced: str, tmp_path: Path, mode: str, definition: str, depart: str | None) -> None:
    pairs = tmp_path / "pairs.csv"
    cities = ("nanning", "qinzhou", "beihai", "fangchenggang", "haikou")
    pairs.write_text("from,to\n" + "".join(f"{a},{b}\n" for a in cities for b in cities), encoding="utf-8")
    ask = ("times", priced, "--pairs", pairs, "--definition", definition, "--mode", mode, "--format", "json")
    answer = bbwnet(*ask, *(() if depart is None else ("--depart", depart)))
    assert (answer.code, answer.err) == (0, "")
    rows = answer.json["rows"]
    assert [(row["from"], row["to"]) for row in rows] == [(a, b) for a in cities for b in cities]
    told = [row for row in rows if row["legs"]]
    assert len(told) >= (2 if mode == "sea" else 12)
    for row in told:
        legs = row["legs"]
        assert sum(leg["minutes"] for leg in legs) + (row["schedule_delay_min"] if definition == "door_to_door" else 0) == pytest.approx(
            row["minutes"], abs=0.01
        )
        assert sum(leg["km"] for leg in legs) == pytest.approx(row["km"], abs=0.01)
        assert (legs[0]["begin"], legs[-1]["end"]) == (row["leave"], row["arrive"])
        assert sum(leg["kind"] == "ride" for leg in legs) == (row["transfers"] + 1 if any(leg["service"] for leg in legs) else 0)
        assert {leg["part"] for leg in legs} <= {"access", "wait", "ride", "transfer", "border", "egress"}
        for first, second in itertools.pairwise(legs):
            assert (first["to"], first["end"]) == (second["from"], second["begin"])
        fares, kilograms = [leg["fare_cny"] for leg in legs], [leg["co2_kg"] for leg in legs]
        assert row["fare_cny"] == (None if None in fares else pytest.approx(sum(fares)))
        assert (row["fare_cny"] is None) == (row["fare_missing"] is not None)
        assert row["co2_kg"] == (None if None in kilograms else pytest.approx(sum(kilograms), abs=0.01))


def test_what_a_journey_costs_and_emits(bbwnet: Run, priced: str) -> None:
    ask = ("times", priced, "--from", "nanning", "--to", "beihai", "--definition", "door_to_door", "--mode", "rail")
    row = row_of(bbwnet(*ask, "--format", "json"))
    # 10 + 7 x 2, 184 x 0.5, 10 + 4 x 2
    assert [leg["fare_cny"] for leg in row["legs"]] == [24, 0, 92, 0, 18]
    assert (row["fare_cny"], row["fare_missing"], row["fare_confidence"]) == (134, None, "assumed")
    assert [leg["co2_kg"] for leg in row["legs"]] == pytest.approx([0.7, 0, 3.68, 0, 0.4])
    assert row["co2_kg"] == pytest.approx(4.78)
    road = row_of(bbwnet("times", priced, "--from", "nanning", "--to", "beihai", "--definition", "door_to_door", "-f", "json"))
    assert (road["mode"], road["fare_cny"], road["co2_kg"]) == ("road", None, None)
    assert "drive" in road["fare_missing"]


def test_alternatives_are_rows_by_arrival(bbwnet: Run, priced: str) -> None:
    ask = ("times", priced, "--from", "nanning", "--to", "beihai", "--definition", "door_to_door", "--mode", "rail", "--depart", "06:00")
    answer = bbwnet(*ask, "--alternatives", "9", "--format", "json")
    assert answer.code == 0
    rows = answer.json["rows"]
    assert len(rows) > 1
    keys = [(row["arrive"], row["transfers"], row["fare_cny"]) for row in rows]
    assert keys == sorted(keys)
    # By bus both ways: 12 x 1.8 + 10 min to the station, 6 x 1.8 + 10 from it, 2 yuan each; it still is in time for the train of 07:13:30
    # and gets there 9.8 min after the taxi (20.8 instead of 11).
    assert rows[0]["minutes"] == pytest.approx(161.1)
    cheapest = min(rows, key=lambda row: row["fare_cny"])
    assert (cheapest["fare_cny"], cheapest["minutes"]) == (2 + 92 + 2, pytest.approx(161.1 + 9.8))
    two = bbwnet(*ask, "-k", "2", "--format", "json").json["rows"]
    assert len(two) == 2
    table = bbwnet(*ask, "-k", "9", "--legs").out
    assert table.count("in all:") == len(rows)


def test_pairs_as_csv_and_table(bbwnet: Run, baseline: str, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("from,to\nnanning,beihai\n钦州,Beihai\nnanning,nanning\nnanning,hanoi\n", encoding="utf-8")
    ask = ("times", baseline, "--pairs", pairs, "--definition", "door_to_door", "--mode", "transit")
    rows = list(csv.DictReader(io.StringIO(bbwnet(*ask, "--format", "csv").out)))
    # By taxi 55 + 5; the fourth has no way, for nobody walks over the border on the coast.
    assert [row["minutes"] for row in rows] == ["235.1", "60.0", "0.0", ""]
    assert [row["mode"] for row in rows] == ["rail", "local", "", ""]
    assert [row["way"] for row in rows][2:] == ["same place", "no way"]
    assert [row["reached_share"] for row in rows] == ["1.0", "1.0", "1.0", "0.0"]
    assert [leg["kind"] for leg in json.loads(rows[0]["legs"])] == ["way", "entry", "ride", "exit", "way"]
    table = bbwnet(*ask)
    assert table.code == 0
    for text in ("baseline, door_to_door, transit, P50, 2016-12-31", "235.1", "taxi 60", "no way", "same place", "view timetable: "):
        assert text in table.out
    heading = next(line for line in table.out.splitlines() if "leave" in line)
    assert heading.split().count("arrive") == 1


@pytest.mark.parametrize("arguments", [(), ("--depart", "08:00"), ("--depart", "08:00", "-k", "3")])
@pytest.mark.parametrize("definition", ["door_to_door", "planned"])
def test_no_way_is_an_answer(bbwnet: Run, baseline: str, arguments: tuple[str, ...], definition: str) -> None:
    ask = ("times", baseline, "--from", "nanning", "--to", "hanoi", "--definition", definition, "--mode", "transit", *arguments)
    row = row_of(bbwnet(*ask, "--format", "json"))
    nothing = ("minutes", "mode", "km", "leave", "arrive", "schedule_delay_min", "transfers", "fare_cny", "co2_kg")
    assert {key: row[key] for key in nothing} == dict.fromkeys(nothing)
    assert (row["legs"], row["way"], row["reached_share"]) == ([], "no way", None if arguments else 0)
    for more in ((), ("--legs",)):
        told = bbwnet(*ask, *more)
        assert (told.code, told.err) == (0, "")
        assert "no way" in told.out
        assert "无\n" in bbwnet(*ask, "--legs", "--lang", "zh").out


@pytest.mark.parametrize("arguments", [(), ("--depart", "08:00"), ("--depart", "08:00", "-k", "3")])
def test_from_a_place_to_itself(bbwnet: Run, baseline: str, arguments: tuple[str, ...]) -> None:
    # The city and its centre are one place.
    ask = ("times", baseline, "--from", "nanning", "--to", "qingxiu", "--definition", "door_to_door", *arguments)
    row = row_of(bbwnet(*ask, "--format", "json"))
    assert [row[key] for key in ("minutes", "km", "mode", "transfers", "fare_cny", "co2_kg", "legs")] == [0, 0, None, 0, 0, 0, []]
    assert row["way"] == "same place"
    assert row["leave"] == row["arrive"] == (arguments[1] if arguments else "06:00")
    told = bbwnet(*ask, "--legs").out
    assert "same place" in told
    assert "no way" not in told
    assert "同一地点" in bbwnet(*ask, "--lang", "zh").out


def test_a_node_with_no_road(bbwnet: Run, baseline: str) -> None:
    # No road leads to the airport, and a flight lands beside it; trains stop at Wutang, and who leaves one is there.
    ask = ("times", baseline, "--from", "nanning", "--definition", "door_to_door", "--format", "json")
    assert row_of(bbwnet(*ask, "--to", "wuxu_airport"))["minutes"] is None
    assert row_of(bbwnet(*ask, "--to", "rjct_qinzhou"))["minutes"] is None
    train = row_of(bbwnet(*ask, "--to", "wutang", "--depart", "05:00"))
    # Home at 05:23, Nanning East 06:00, 67.75 min at 100 km/h (and so on) to Wutang, 8 min to leave.
    assert (train["leave"], train["mode"], train["legs"][-1]["kind"]) == ("05:23", "rail", "exit")
    assert train["minutes"] == pytest.approx(60 + next(leg["minutes"] for leg in train["legs"] if leg["kind"] == "ride") + 8)


def test_the_next_day_is_counted(bbwnet: Run, baseline: str) -> None:
    ask = ("times", baseline, "--from", "nanning", "--to", "beihai", "--definition", "door_to_door", "--mode", "rail", "--depart")
    row = row_of(bbwnet(*ask, "20:00", "--format", "json"))
    assert (row["leave"], row["arrive"], row["minutes"]) == ("06:36 (+1)", "08:41 (+1)", pytest.approx(636.5 + 124.6))
    assert "06:36 (+1)" in bbwnet(*ask, "20:00").out


def test_views(bbwnet: Run, baseline: str) -> None:
    ask = ("times", baseline, "--from", "nanning", "--to", "beihai", "--definition", "door_to_door", "--mode", "rail")
    headway = ("--set", "evaluation.view=headway")
    answer = bbwnet(*ask, *headway, "--format", "json")
    assert answer.json["view"] == "headway"
    (row,) = answer.json["rows"]
    # Five trains in the 16 h of the window: every 192 min, half of it to wait.
    assert row["minutes"] == pytest.approx(96 + 124.6)
    assert [row[key] for key in ("leave", "arrive", "wished", "fare_cny", "co2_kg", "transfers")] == [None, None, None, None, None, 0]
    (line,) = row["legs"]
    assert (line["service"], line["headway_min"], line["wait_min"], line["probability"]) == ("emu_ns_bh_2016", 192, 96, 1)
    table = bbwnet(*ask, *headway, "--legs").out
    assert "100%  train emu_ns_bh_2016  Nanning East – Beihai station  (every 192 min, wait 96, ride 69, 184 km)" in table
    assert "in all: access 37, wait 96, ride 69, egress 19" in table
    assert "view headway: services by departures given 0, by departures spread evenly 0, by headway 9" in table
    assert (row["percentile"], row["reached_share"]) == (None, None)
    assert "door_to_door, rail, expected" in table
    # A plan is of no use to who knows no departures, and there are no percentiles of what is expected.
    assert bbwnet(*ask, "--definition", "planned", *headway, "--format", "json").json["rows"][0]["minutes"] == row["minutes"]
    refused = bbwnet(*ask, "--percentile", "95", *headway)
    assert refused.code == 2
    assert "knows no percentiles" in refused.err
    known = bbwnet(*ask, "--set", "evaluation.view=as_known")
    assert "view as_known: services by departures given 4, by departures spread evenly 2, by headway 3" in known.out
    # Which view a service is taken by stands at each ride.
    for view, seen in (("as_known", "headway"), ("timetable", "timetable")):
        at_nine = (*ask, "--depart", "09:00", "--set", f"evaluation.view={view}")
        (found,) = bbwnet(*at_nine, "--format", "json").json["rows"]
        assert {leg["view"] for leg in found["legs"] if leg["kind"] == "ride"} == {seen}
        assert (", by headway)" in bbwnet(*at_nine, "--legs").out) == (seen == "headway")
    drive = bbwnet(*ask[:-1], "road", *headway, "--depart", "08:00", "--format", "json").json["rows"][0]
    assert (drive["minutes"], drive["arrive"]) == (123, "10:03")
    car = bbwnet(*ask[:-1], "best", *headway, "--legs")
    assert "expected: drive; ride 115, egress 8" in car.out


def test_by_headway_nobody_departs(bbwnet: Run, baseline: str) -> None:
    ask = ("times", baseline, "--from", "nanning", "--to", "beihai", "--definition", "door_to_door", "--depart", "08:00")
    answer = bbwnet(*ask, "--set", "evaluation.view=headway")
    assert (answer.code, answer.out) == (1, "")
    assert "the view `headway` knows no departures" in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--definition", "official", "--depart", "08:00"), 2, "need --definition planned or door_to_door"),
        (("--legs",), 2, "need --definition planned or door_to_door"),
        (("--mode", "rail", "--percentile", "50"), 2, "need --definition planned or door_to_door"),
        (("--definition", "door_to_door", "-k", "2"), 2, "--alternatives needs --depart"),
        (("--definition", "door_to_door", "--depart", "25:00"), 2, "--depart 25:00"),
        (("--definition", "door_to_door", "--depart", "24:00"), 2, "before 24:00"),
        (("--definition", "door_to_door", "--depart", "noon"), 2, "--depart noon"),
        (("--definition", "door_to_door", "--percentile", "101"), 2, "--percentile"),
        (("--definition", "door_to_door", "--depart", "08:00", "-k", "0"), 2, "--alternatives"),
        (("--definition", "drive", "--mode", "transit"), 2, "--definition drive is for --mode road, not transit"),
        (("--definition", "door_to_door", "--set", "evaluation.departures.from=23:00"), 1, ""),
    ],
)
def test_wrong_questions(bbwnet: Run, baseline: str, arguments: tuple[str, ...], code: int, message: str) -> None:
    answer = bbwnet("times", baseline, "--from", "nanning", "--to", "beihai", *arguments)
    assert (answer.code, answer.out) == (code, "")
    assert message in answer.err
    assert "Traceback" not in answer.err
    assert "unexpected" not in answer.err


def test_every_unknown_name_of_the_pairs_is_told_with_its_line(bbwnet: Run, baseline: str, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("from,to\nnanning,Beihia\nAtlantis,beihai\n", encoding="utf-8")
    answer = bbwnet("times", baseline, "--pairs", pairs, "--definition", "door_to_door")
    assert (answer.code, answer.out) == (1, "")
    assert f"{pairs}:2:1" in answer.err
    assert f"{pairs}:3:1" in answer.err
    assert "2 problems" in answer.err
