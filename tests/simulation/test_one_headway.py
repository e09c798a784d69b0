"""Two scenarios that differ in one headway: the same random numbers, so that nothing else differs."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.scenario.read import load_scenario
from bbwnet.simulation.day import Record, simulate_once
from bbwnet.simulation.runs import Runs

COAST = Path(__file__).parents[1] / "data" / "coast"
FERRY = "id: ferry_day, mode: ferry, stops: [port_beihai, port_haikou], trips_per_day: "


def network(folder: Path, trips: int) -> Network:
    """The coast with so many ferries by day, one of them each so many minutes."""
    shutil.copytree(COAST, folder)
    path = folder / "network" / "sea_and_air.yaml"
    text = path.read_text(encoding="utf-8")
    assert FERRY + "5" in text
    path.write_text(text.replace(FERRY + "5", f"{FERRY}{trips}"), encoding="utf-8")
    made = build_network(load_scenario(folder / "baseline.yaml"))
    given = made.settings.simulation
    late = given.model_copy(update={"services": given.services.model_copy(update={"delays": "reliability"}), "warm_up_h": 0.0})
    return replace(made, settings=made.settings.model_copy(update={"simulation": late}))


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> tuple[Record, Record]:
    folder = tmp_path_factory.mktemp("headway")
    one, other = (simulate_once(network(folder / str(trips), trips), {"runs": Runs}) for trips in (5, 6))
    return one, other


def of_others(record: Record) -> pd.DataFrame:
    """Runs of all lines but the one changed; trips are numbered over all lines, which is no difference."""
    runs = record.tables["runs"]
    return runs[runs["service"] != "ferry_day"].drop(columns="trip").reset_index(drop=True)


def test_only_the_line_changed_differs(records: tuple[Record, Record]) -> None:
    one, other = records
    assert (of_others(one)["delay_end_min"] > 0).any()
    pd.testing.assert_frame_equal(of_others(one), of_others(other), check_exact=True)
    own = [record.tables["runs"][record.tables["runs"]["service"] == "ferry_day"] for record in records]
    assert len(own[1]) == len(own[0]) + 2
    same = set(own[0]["departs"]) & set(own[1]["departs"])
    before, after = (item[item["departs"].isin(same)].drop(columns="trip").reset_index(drop=True) for item in own)
    assert len(before)
    pd.testing.assert_frame_equal(before, after, check_exact=True)
