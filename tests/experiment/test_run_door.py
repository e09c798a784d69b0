"""What a run keeps of the times from door to door, and the same from Python."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import bbwnet
from bbwnet.errors import InputError
from bbwnet.evaluation.definitions import DEFINITIONS
from bbwnet.evaluation.goals import evaluate_goals
from bbwnet.evaluation.travel_times import Timekeeper
from bbwnet.exchange.parquet import read_parquet
from bbwnet.experiment.comparison import compare
from bbwnet.experiment.run import run
from bbwnet.network.lookup import Target
from bbwnet.network.network import Network
from bbwnet.routing.journeys import PARTS
from bbwnet.scenario.scenario import Scenario

Scenarios = Callable[..., Scenario]
Networks = Callable[..., Network]


@pytest.fixture(scope="module")
def folder(coast_scenario: Scenarios, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run(coast_scenario(), tmp_path_factory.mktemp("runs") / "coast", ("times", "goals")).folder


def row_at(frame: pd.DataFrame, key: tuple[str, ...]) -> dict[str, Any]:
    """The row of a key."""
    (row,) = frame[frame.index == key].to_dict("records")
    return {str(name): value for name, value in row.items()}


def test_times_have_the_share_of_departures_that_arrive(folder: Path) -> None:
    times = read_parquet(folder / "times.parquet").set_index(["from", "to", "definition"])
    assert set(times.index.get_level_values("definition")) == set(DEFINITIONS)
    # By car 115 min and 8 to park, whenever one leaves.
    for definition in ("planned", "door_to_door"):
        row = row_at(times, ("nanning", "beihai", definition))
        assert (row["mode"], row["minutes"], row["length_km"], row["reached_share"]) == ("road", 123, 198, 1)
    assert row_at(times, ("nanning", "qinzhou", "door_to_door"))["mode"] == "local"
    assert times.xs("official", level="definition")["reached_share"].isna().all()


def test_goals_have_their_parts(folder: Path, coast: Networks) -> None:
    goals = read_parquet(folder / "goals.parquet").set_index(["goal", "from", "to", "definition"])
    columns = [f"{part}_min" for part in PARTS]
    of_doors = goals[goals.index.get_level_values("definition").isin(["planned", "door_to_door"])]
    assert len(of_doors) == 26
    assert of_doors[columns].sum(axis=1).to_numpy() == pytest.approx(of_doors["minutes"].to_numpy())
    others = goals.drop(of_doors.index)
    assert others[[*columns, "share_within_target"]].isna().all(axis=None)
    assert others["binding_part"].isna().all()
    # 120 min back from Beihai by car and 8 to park.
    row = row_at(of_doors, ("main", "nanning", "beihai", "door_to_door"))
    assert (row["minutes_there"], row["minutes_back"], row["minutes"], row["missing_min"]) == (123, 128, 128, 8)
    assert (row["ride_min"], row["egress_min"], row["binding_part"], row["share_within_target"]) == (120, 8, "ride", 0)
    kept = row_at(of_doors, ("main", "nanning", "qinzhou", "door_to_door"))
    assert (kept["missing_min"], kept["share_within_target"], bool(kept["met"])) == (0, 1, True)
    assert pd.isna(kept["binding_part"])
    for item in evaluate_goals(Timekeeper(coast())):
        for definition, pair in item.times.items():
            written = row_at(goals, (item.goal, item.from_city, item.to_city, definition))
            assert written["minutes"] == pytest.approx(item.minutes(definition))
            assert bool(written["met"]) == item.met(definition)
            assert written["share_within_target"] == pytest.approx(pair.share_within(item.target_min), nan_ok=True) or (
                pd.isna(written["share_within_target"]) and pair.share_within(item.target_min) is None
            )


def test_a_run_by_headway_keeps_no_changes_of_vehicle(coast_scenario: Scenarios, tmp_path: Path) -> None:
    folder = run(coast_scenario("evaluation.view=headway"), tmp_path / "a").folder
    names = {path.stem for path in folder.glob("*.parquet")}
    assert {"times", "goals", "access", "access_region"} <= names
    assert not names & {"transfers", "hubs", "terminals", "through_tickets"}
    times = read_parquet(folder / "times.parquet").set_index(["from", "to", "definition"])["minutes"]
    pairs = times.xs("door_to_door", level="definition"), times.xs("planned", level="definition")
    assert pairs[0].equals(pairs[1])


@pytest.mark.parametrize("definition", ["planned", "door_to_door"])
def test_times_from_python(coast: Networks, definition: str) -> None:
    network = coast()
    frame = bbwnet.travel_times(network, definition=definition)  # type: ignore[arg-type]
    assert list(frame.columns) == ["from", "to", "definition", "mode", "minutes", "length_km", "reached_share", "schedule_delay_min"]
    assert len(frame) == 20
    assert set(frame["definition"]) == {definition}
    keeper = Timekeeper(network)
    for row in frame.to_dict("records"):
        found = keeper.time(Target("city", row["from"]), Target("city", row["to"]), row["definition"])
        assert (row["minutes"], row["mode"], row["reached_share"]) == (found.minutes, found.mode, 1)
    minutes = frame.set_index(["from", "to"])["minutes"]
    # 55 and 5 min by taxi one way, 60 and 5 the other; who knows when the ferry leaves waits at home for it.
    assert (minutes["qinzhou", "beihai"], minutes["beihai", "qinzhou"], minutes["nanning", "haikou"]) == (60, 65, 424)
    assert minutes["beihai", "haikou"] == (191 if definition == "planned" else 289)


def test_a_definition_that_there_is_not(coast: Networks) -> None:
    with pytest.raises(InputError, match="there is no definition 'door'"):
        bbwnet.travel_times(coast(), definition="door")  # type: ignore[arg-type]


def test_a_region_without_a_plan_runs_and_compares(coast_scenario: Scenarios, tmp_path: Path) -> None:
    planned = coast_scenario()
    scenario = dataclasses.replace(planned, records=planned.records.model_copy(update={"plan": None}))
    folder = run(scenario, tmp_path / "a").folder
    written = {path.stem for path in folder.glob("*.parquet")}
    assert not written & {"goals", "goal_summary", "headways", "headway_hours"}
    assert {"times", "access", "transfers"} <= written
    assert [item.changes for item in compare(scenario, [scenario])] == [()]
