"""`goals`, `compare` and `access` from door to door on the coast, by hand; times by train are those of test_door.py.

Beihai to Nanning takes the same 124.6 min as Nanning to Beihai, but home is left at 06:29, 09:29 ... 18:29: waits of 0 to 29 min are
there five times, of up to 179 four times, so the 481st of 961 departures waits 112.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

PARTS = {"access", "wait", "ride", "transfer", "border", "egress"}


@pytest.fixture
def bridge(coast_folder: Path) -> Path:
    """The coast with a bridge to the island, for cars."""
    other = coast_folder / "bridge.yaml"
    other.write_text("schema: 1\nextends: baseline.yaml\nname: {zh: 桥, en: Bridge}\nprojects: {also: [strait_crossing]}\n", "utf-8")
    return other


@pytest.fixture
def tunnel(coast_folder: Path) -> Path:
    """The coast with ten trains a day to the island."""
    other = coast_folder / "tunnel.yaml"
    projects = "projects: {also: [strait_crossing], variant: {strait_crossing: tunnel}}"
    other.write_text(f"schema: 1\nextends: baseline.yaml\nname: {{zh: 隧, en: Tunnel}}\n{projects}\n", "utf-8")
    return other


def goal(answer: Any, a: str, b: str, name: str = "main") -> dict[str, Any]:
    """The row of a pair."""
    assert (answer.code, answer.err) == (0, "")
    (row,) = (row for row in answer.json["rows"] if (row["goal"], row["from"], row["to"]) == (name, a, b))
    assert isinstance(row, dict)
    return row


def test_goals_from_door_to_door_by_train(bbwnet: Run, baseline: str) -> None:
    answer = bbwnet("goals", baseline, "--definition", "door_to_door", "--mode", "rail", "--format", "json")
    document = answer.json
    assert {key: document[key] for key in ("scenario", "definition", "door_mode", "percentile", "view", "as_of")} == {
        "scenario": "baseline",
        "definition": "door_to_door",
        "door_mode": "rail",
        "percentile": 50,
        "view": "timetable",
        "as_of": "2016-12-31",
    }
    row = goal(answer, "nanning", "beihai")
    assert [row[f"{name}_min"] for name in ("in_vehicle", "drive", "official", "planned", "door_to_door")] == pytest.approx(
        [68.6, 120, 68.6, 124.6, 236.6]
    )
    assert (row["target_min"], row["missing_min"], row["met"], row["mode"]) == (120, pytest.approx(116.6), False, "rail")
    assert row["door_to_door_parts_min"] == pytest.approx(
        {"access": 31, "wait": 112, "ride": 68.6, "transfer": 0, "border": 0, "egress": 25}
    )
    # All of the longest part would not do: 112 of 116.6.
    assert (row["binding_part"], row["binding_part_min"], row["binding_cut_share"]) == ("wait", 112, None)
    assert (row["met_official"], row["met_planned"], row["door_to_door_share_within_target"]) == (True, False, 0)
    # A train every 96 min: 62 min saved, whatever the percentile of the others.
    assert (row["best_change"], row["best_change_saves_min"], row["best_change_closes"]) == ("headways", 62, False)
    counts = {(item["goal"], item["group"], item["definition"]): (item["met"], item["pairs"]) for item in document["summary"]}
    assert counts["main", "all", "official"] == (7, 10)
    assert counts["main", "all", "door_to_door"] == (sum(row["met_door_to_door"] for row in document["rows"] if row["goal"] == "main"), 10)


def test_goals_planned_by_train(bbwnet: Run, baseline: str) -> None:
    row = goal(bbwnet("goals", baseline, "--definition", "planned", "--mode", "rail", "--format", "json"), "nanning", "beihai")
    parts = row["planned_parts_min"]
    # Both directions are as slow: 37 + 19 or 31 + 25 min at the ends.
    assert {part: minutes for part, minutes in parts.items() if part not in {"access", "egress"}} == pytest.approx(
        {"wait": 0, "ride": 68.6, "transfer": 0, "border": 0}
    )
    assert (parts["access"], parts["egress"]) in {(37, 19), (31, 25)}
    # 4.6 min of 68.6; half of 20 and of 8 min saved in the stations.
    assert (row["binding_part"], row["binding_cut_share"]) == ("ride", pytest.approx(4.6 / 68.6, abs=1e-3))
    assert (row["best_change"], row["best_change_saves_min"], row["best_change_closes"]) == ("terminals", 14, True)


def test_goals_by_any_chain_and_by_percentile(bbwnet: Run, baseline: str) -> None:
    answer = bbwnet("goals", baseline, "--definition", "door_to_door", "--mode", "transit", "--percentile", "95", "--format", "json")
    assert (answer.json["percentile"], answer.json["door_mode"]) == (95, "transit")
    near = goal(answer, "nanning", "qinzhou", "neighbour")
    # By taxi at any minute, 60 + 5; a fifth less of the drive closes the gap.
    assert (near["door_to_door_min"], near["mode"], near["missing_min"], near["binding_part"]) == (65, "local", 5, "ride")
    assert (near["best_change"], near["best_change_saves_min"], near["best_change_closes"]) == ("roads", 12, True)
    far = goal(answer, "nanning", "beihai")
    usual = goal(bbwnet("goals", baseline, "--definition", "door_to_door", "--mode", "transit", "--format", "json"), "nanning", "beihai")
    assert far["door_to_door_min"] > usual["door_to_door_min"]
    assert usual["door_to_door_min"] == pytest.approx(236.6)
    met = goal(answer, "nanning", "qinzhou")
    keys = ("binding_part", "binding_part_min", "binding_cut_share", "best_change", "best_change_saves_min", "best_change_closes")
    assert {key: met[key] for key in keys} == dict.fromkeys(keys)
    assert (met["missing_min"], met["door_to_door_share_within_target"]) == (0, 1)


def test_goals_that_no_way_keeps(bbwnet: Run, baseline: str) -> None:
    row = goal(bbwnet("goals", baseline, "--definition", "door_to_door", "--mode", "rail", "--format", "json"), "nanning", "haikou")
    # No road leads to the station of the island.
    assert [row[key] for key in ("door_to_door_min", "missing_min", "mode", "met", "binding_part", "best_change")] == [
        None, None, None, False, None, None,
    ]  # fmt: skip
    assert (row["door_to_door_parts_min"], row["way"], row["door_to_door_share_within_target"]) == (None, "no way", 0)
    table = bbwnet("goals", baseline, "--definition", "door_to_door", "--mode", "rail")
    assert (table.code, table.err) == (0, "")
    for text in ("binding part", "best single change", "twice as many services", "rail P50", "view timetable: "):
        assert text in table.out
    chinese = bbwnet("goals", baseline, "--definition", "door_to_door", "--mode", "rail", "--lang", "zh").out
    for text in ("主要环节", "等候", "班次加倍", "按时比例"):
        assert text in chinese
    rows = list(csv.DictReader(io.StringIO(bbwnet("goals", baseline, "--definition", "planned", "--mode", "rail", "-f", "csv").out)))
    assert set(json.loads(next(row["planned_parts_min"] for row in rows if row["to"] == "beihai"))) == PARTS


def test_goals_by_headway(bbwnet: Run, baseline: str) -> None:
    ask = ("goals", baseline, "--definition", "door_to_door", "--mode", "rail", "--set", "evaluation.view=headway")
    row = goal(bbwnet(*ask, "--format", "json"), "nanning", "beihai")
    # Half of 192 min to wait; twice as many trains halve that.
    assert (row["door_to_door_min"], row["planned_min"]) == (pytest.approx(220.6), pytest.approx(220.6))
    assert (row["best_change"], row["best_change_saves_min"], row["binding_part"]) == ("headways", 48, "wait")
    assert "view headway: services by departures given 0" in bbwnet(*ask).out
    assert "emu_ns_bh_2016" in bbwnet(*ask, "--explain", "nanning", "beihai").out


def test_a_goal_explained_leg_by_leg(bbwnet: Run, baseline: str) -> None:
    told = bbwnet("goals", baseline, "--explain", "南宁", "beihai", "--mode", "rail")
    assert (told.code, told.err) == (0, "")
    for line in (
        "Nanning – Beihai, target 120 min",
        "  planned: 124.6 min, missed, 0% of departures in time",
        "  door_to_door: 236.6 min, missed, 0% of departures in time",
        "    there: 235.1 min (access 37, wait 110, ride 69, egress 19)",
        "    back: 236.6 min (access 31, wait 112, ride 69, egress 25)",
        "      wished 07:37, leave later by 112 min",
        "      09:29–09:40  taxi  Haicheng – Beihai station  (11 min, 4.0 km)",
        "      10:00–11:08  train emu_ns_bh_2016  Beihai station – Nanning East  (69 min, 184.0 km)",
        "      11:16–11:33  taxi  Nanning East – Qingxiu  (17 min, 7.0 km)",
        "  planned: misses by 5 min; ride 69 min (-7%)",
        "  door_to_door: misses by 117 min; wait 112 min (all of it would not do)",
        "  best single change: twice as many services, -62 min, does not close the gap",
    ):
        assert f"{line}\n" in told.out
    # The change is sought for the definition that decides.
    planned = bbwnet("goals", baseline, "--explain", "nanning", "beihai", "--mode", "rail", "--definition", "planned").out
    assert "best single change: half the time inside terminals, -14 min, closes the gap\n" in planned
    chinese = bbwnet("goals", baseline, "--explain", "nanning", "beihai", "--mode", "rail", "--lang", "zh").out
    for text in (
        "南宁 – 北海, 目标 120 分",
        "等候 112",
        "最有效的单项改进: 班次加倍, -62 分, 仍未达标",
        "全免亦不足",
    ):
        assert text in chinese
    transit = bbwnet("goals", baseline, "--explain", "nanning", "haikou", "--mode", "transit").out
    assert "ferry ferry_day  Beihai port – Haikou port  (120 min, 95.0 km)" in transit
    assert "transfer" in transit
    one = bbwnet("goals", baseline, "--explain", "nanning", "beihai", "--mode", "rail", "--format", "json").json
    assert [(row["from"], row["to"], row["best_change"]) for row in one["rows"]] == [("nanning", "beihai", "headways")]
    assert (one["definition"], one["rows"][0]["door_to_door_parts_min"]["wait"]) == ("official", 112)


def test_compare_by_train_under_the_strait(bbwnet: Run, baseline: str, tunnel: Path) -> None:
    ask = ("compare", baseline, tunnel, "--definition", "door_to_door", "--mode", "transit", "--no-flows")
    answer = bbwnet(*ask, "--format", "json")
    assert (answer.code, answer.err) == (0, "")
    document = answer.json
    assert (document["scenario"], document["others"], document["definition"], len(document["rows"])) == (
        "baseline", ["tunnel"], "door_to_door", 13,
    )  # fmt: skip
    for row in document["rows"]:
        assert row["saved_min"] == pytest.approx(row["before_min"] - row["after_min"], abs=0.002)
        assert (row["gained"], row["lost"]) == (row["met_after"] and not row["met_before"], row["met_before"] and not row["met_after"])
    (access,) = document["access"]
    assert (access["base"], access["other"], access["mode"]) == ("baseline", "tunnel", "transit")
    assert {item["measure"] for item in access["measures"]} >= {"mean_min", "mean_share_of_people_within_60_min", "expressway_share"}
    assert len(access["zones"]) == 6
    (transfers,) = document["transfers"]
    assert (transfers["base"], transfers["other"]) == ("baseline", "tunnel")
    assert {"clause", "measure", "unit", "before", "after"} == set(transfers["measures"][0])
    figures = {"terminal_pairs_within", "transfers_per_1000_journeys", "transfer_mean_min", "interchange_share"}
    assert all(set(hub["figures"]) == figures for hub in transfers["hubs"])
    table = bbwnet(*ask)
    assert (table.code, table.err) == (0, "")
    assert "baseline → tunnel: access (transit, door_to_door)" in table.out
    assert "baseline → tunnel: transfers (transit, door_to_door)" in table.out
    chinese = bbwnet(*ask, "--lang", "zh").out
    assert "可达性 (transit, door_to_door)" in chinese
    assert "换乘 (transit, door_to_door)" in chinese


def test_compare_by_car_over_a_bridge(bbwnet: Run, baseline: str, bridge: Path) -> None:
    ask = ("compare", baseline, bridge, "--definition", "door_to_door", "--mode", "road")
    document = bbwnet(*ask, "--format", "json").json
    (gained,) = (row for row in document["rows"] if row["gained"])
    # 301 min with the ferry and 8 to park; 110 km at 100 km/h.
    assert (gained["from"], gained["to"], gained["before_min"], gained["after_min"], gained["saved_min"]) == (
        "beihai", "haikou", 309, 74, 235,
    )  # fmt: skip
    assert gained["needs"] == [{"projects": ["strait_crossing"], "also_left_out": [], "minutes_without": 309, "needed": True}]
    measures = {(item["clause"], item["measure"]): (item["before"], item["after"]) for item in document["access"][0]["measures"]}
    # Haikou to Nanning: 421 min before, 66 + 60 + 60 after, and 8 to park.
    assert measures["D1", "worst:across_provinces"] == (429, 194)
    assert measures["D2", "expressway_share"] == (0.6, 1)
    table = bbwnet(*ask).out
    assert "Strait crossing (309)" in table
    assert "worst:across_provinces" in table
    assert "transfers (transit, door_to_door), nothing changed" in table
    bare = bbwnet(*ask, "--no-access", "--no-transfers")
    assert "access (" not in bare.out
    assert "transfers (" not in bare.out
    empty = bbwnet(*ask, "--no-access", "--no-transfers", "--format", "json").json
    assert (empty["access"], empty["transfers"], empty["rows"]) == ([], [], document["rows"])


def test_compare_by_headway_says_what_it_leaves_out(bbwnet: Run, baseline: str, tunnel: Path) -> None:
    ask = ("compare", baseline, tunnel, "--definition", "door_to_door", "--mode", "transit", "--set", "evaluation.view=headway")
    answer = bbwnet(*ask, "--format", "json")
    assert answer.code == 0
    assert answer.json["transfers"] == []
    assert "changes of vehicle are not compared" in answer.err
    assert "changes of vehicle are not compared" not in bbwnet(*ask, "--no-transfers").err


@pytest.mark.parametrize("depart", [None, "08:00"])
def test_isochrones_of_one_departure_or_of_all(bbwnet: Run, baseline: str, tmp_path: Path, depart: str | None) -> None:
    path = tmp_path / "areas.geojson"
    more = () if depart is None else ("--depart", depart)
    ask = ("access", baseline, "--from", "Qinzhou", "--mode", "road", "--isochrones", path, "--within", "60", *more)
    answer = bbwnet(*ask)
    assert answer.code == 0
    assert f"{path}: 4 areas; the region's data have no land, so the sea is not cut off" in answer.err
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    assert [item["properties"]["minutes"] for item in features] == [15, 30, 45, 60]
    areas = [item["properties"]["area_km2"] for item in features]
    assert areas == sorted(areas)
    assert areas[0] > 0
    assert {item["properties"]["from"] for item in features} == {"qinnan"}
    assert {item["properties"]["depart"] for item in features} == {depart}
    # By car every minute is like every other.
    assert bbwnet(*ask, "--format", "json").json["summary"]["zones"] == 2


def test_isochrones_that_cannot_be_drawn(bbwnet: Run, baseline: str, tmp_path: Path) -> None:
    path = tmp_path / "areas.geojson"
    ask = ("access", baseline, "--from", "Qinzhou", "--isochrones", path)
    for arguments, code, message in (
        (("--within", "10"), 2, "--isochrones needs --within 15 or more"),
        (("--definition", "planned"), 2, "--isochrones is for --definition door_to_door"),
        (("--depart", "25:00"), 2, "--depart 25:00"),
        (("--set", "evaluation.view=headway"), 1, "the view `headway` knows no departures"),
    ):
        answer = bbwnet(*ask, *arguments)
        assert (answer.code, answer.out) == (code, "")
        assert message in answer.err
        assert not path.exists()
    (tmp_path / "file").write_text("", encoding="utf-8")
    blocked = bbwnet("access", baseline, "--from", "Qinzhou", "--isochrones", tmp_path / "file" / "areas.geojson")
    assert blocked.code == 1
    assert "unexpected" not in blocked.err
