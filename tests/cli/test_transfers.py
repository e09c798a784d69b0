"""`bbwnet transfers` on the coast."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Bbwnet = Callable[..., Any]


def test_hubs_and_clauses(bbwnet: Bbwnet, baseline: str) -> None:
    answer = bbwnet("transfers", baseline, "--format", "json")
    assert answer.code == 0, answer.err
    envelope = {key: answer.json[key] for key in ("scenario", "definition", "mode", "weights")}
    assert envelope == {"scenario": "baseline", "definition": "door_to_door", "mode": "transit", "weights": "equal"}
    rows = {(row["hub"], row["mode_pair"]): row for row in answer.json["rows"]}
    beihai = rows["city:beihai", "ferry-rail"]
    assert beihai["name"] == "Beihai"
    assert (beihai["walk_median_min"], beihai["way_mean_min"]) == (47, 17)
    assert rows["all", "all"]["transfers_per_1000_journeys"] == beihai["transfers_per_1000_journeys"]
    assert rows["city:nanning", "all"]["walk_mean_min"] is None
    summary = answer.json["summary"]
    assert {row["clause"] for row in summary["measures"]} == {"V1", "V3", "V4", "N1"}
    assert {(row["from"], row["to"]): row["minutes"] for row in summary["terminals"]}["beihai_station", "port_beihai"] == 55
    assert [row["modes"] for row in summary["through_tickets"]] == ["all", "ferry-rail"]
    assert len(summary["headways"]) == 60


def test_one_hub_in_full(bbwnet: Bbwnet, baseline: str) -> None:
    for name in ("beihai", "Beihai", "北海", "city:beihai"):
        answer = bbwnet("transfers", baseline, "--hub", name, "--within", "47", "--format", "json")
        assert answer.code == 0, answer.err
        assert answer.json["hub"] == "city:beihai"
    assert [row["mode_pair"] for row in answer.json["rows"]] == ["all", "ferry-rail"]
    assert (answer.json["summary"]["hub"]["terminal_pairs_within"], answer.json["summary"]["hub"]["terminal_pairs"]) == (1, 2)
    table = bbwnet("transfers", baseline, "--hub", "beihai")
    for text in ("Between terminals", "Beihai port", "ferry-rail", "all pairs alike", "no people in the data of: Gangkou"):
        assert text in table.out
    assert "北海港" in bbwnet("transfers", baseline, "--hub", "beihai", "--lang", "zh").out


def test_an_unknown_hub_is_one_line(bbwnet: Bbwnet, baseline: str) -> None:
    answer = bbwnet("transfers", baseline, "--hub", "Beihei")
    assert answer.code == 1
    assert "nobody changes at 'Beihei', or nothing is called so" in answer.err
    assert "beihai" in answer.err


def test_a_corridor_by_hour(bbwnet: Bbwnet, baseline: str) -> None:
    answer = bbwnet("transfers", baseline, "--corridor", "Nanning", "钦州", "--format", "json")
    assert answer.code == 0, answer.err
    rows = {(row["from"], row["service"]): row for row in answer.json["rows"]}
    assert (rows["nanning", "rail"]["departures"], rows["nanning", "coach"]["departures"]) == (9, 0)
    assert rows["nanning", "coach"]["mean_wait_min"] is None
    hours = {(row["from"], row["service"], row["hour"]): row["departures"] for row in answer.json["summary"]["hours"]}
    assert [hours["nanning", "all", hour] for hour in range(6, 22)] == [1, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0, 0, 1, 1, 0]
    table = bbwnet("transfers", baseline, "--corridor", "Nanning", "钦州")
    assert "Departures by hour" in table.out
    listed = bbwnet("transfers", baseline, "--corridor", "Nanning", "钦州", "--format", "csv")
    assert len(list(csv.DictReader(io.StringIO(listed.out)))) == 2 * 3 * 16
    missing = bbwnet("transfers", baseline, "--corridor", "Fangchenggang", "Fangchenggang")
    assert missing.code == 1
    assert "neither a pair of main cities of the plan nor of neighbours" in missing.err


PAIRS = {"rail": {"all", "rail-rail"}, "best": {"all", "ferry-rail"}, "sea": {"all", "ferry-ferry"}}
"""By ship alone, who lives on the island reaches the next town by sailing to the mainland and back."""


@pytest.mark.parametrize("mode", sorted(PAIRS))
def test_other_modes(bbwnet: Bbwnet, baseline: str, mode: str) -> None:
    answer = bbwnet("transfers", baseline, "--mode", mode, "--definition", "planned", "--format", "json")
    assert answer.code == 0, answer.err
    assert answer.json["definition"] == "planned"
    assert {row["mode_pair"] for row in answer.json["rows"]} <= PAIRS[mode]


def test_tables_in_both_languages_and_csv(bbwnet: Bbwnet, baseline: str) -> None:
    table = bbwnet("transfers", baseline)
    assert table.code == 0, table.err
    for text in ("Beihai", "ferry-rail", "Hubs (N1, V2)", "Through tickets (V4)", "short_wait_share:main", "assumed by default"):
        assert text in table.out
    chinese = bbwnet("transfers", baseline, "--lang", "zh")
    for text in ("北海", "枢纽 (N1, V2)", "一票到底", "各对等权"):
        assert text in chinese.out
    rows = list(csv.DictReader(io.StringIO(bbwnet("transfers", baseline, "--format", "csv").out)))
    assert rows[0]["hub"] == "all"


def test_a_region_without_a_plan_has_no_corridors(bbwnet: Bbwnet, coast_folder: Path) -> None:
    places = coast_folder / "network" / "places.yaml"
    text = places.read_text(encoding="utf-8")
    begin, end = text.index("plan:\n"), text.index("places:\n")
    places.write_text((text[:begin] + text[end:]).replace("[jiangshan]", "[fangchenggang_north]"), encoding="utf-8")
    (coast_folder / "network" / "projects.yaml").write_text("schema: 1\nprojects: []\n", encoding="utf-8")
    answer = bbwnet("transfers", str(coast_folder / "baseline.yaml"), "--format", "json")
    assert answer.code == 0, answer.err
    assert answer.json["summary"]["headways"] == []
    assert {row["clause"] for row in answer.json["summary"]["measures"]} == {"V1", "V4", "N1"}
    corridor = bbwnet("transfers", str(coast_folder / "baseline.yaml"), "--corridor", "nanning", "qinzhou")
    assert corridor.code == 1
    assert "no plan" in corridor.err
