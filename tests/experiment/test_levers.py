"""Single changes: what each one touches, and what it saves on the coast, by hand.

By train from Nanning to Beihai, and back, for who knows the timetable: 37 or 31 min to the train (12 or 6 by taxi and 5 for it, 20 to
enter), 68.6 in it, 19 or 25 from it (8 to leave): 124.6 min, 4.6 over the two hours.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bbwnet.evaluation.definitions import Definition
from bbwnet.evaluation.goals import Goal, GoalRow, evaluate_goals, goal_row
from bbwnet.evaluation.travel_times import Timekeeper
from bbwnet.experiment import levers
from bbwnet.experiment.levers import LEVERS, Change, try_levers
from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.network.state import NetworkState
from bbwnet.routing.door_to_door import DoorMode
from bbwnet.scenario.read import load_scenario
from bbwnet.scenario.scenario import Scenario

Scenarios = Callable[..., Scenario]
Networks = Callable[..., Network]

BY_ID = {lever.id: lever for lever in LEVERS}
KEY: tuple[Goal, str, str] = ("main", "nanning", "beihai")


def row_of(scenario: Scenario, definition: Definition, mode: DoorMode, a: str = "nanning", b: str = "beihai") -> GoalRow:
    keeper = Timekeeper(build_network(scenario))
    return goal_row(keeper, "main", a, b, 120, definitions=(definition,), door_mode=mode)


def flat(settings: object, path: str = "") -> dict[str, object]:
    """Every setting by its dotted path."""
    fields = getattr(type(settings), "model_fields", None)
    if fields is None:
        return {path: settings}
    return {key: value for name in fields for key, value in flat(getattr(settings, name), f"{path}.{name}").items()}


@pytest.mark.parametrize(
    ("lever", "changed"),
    [
        ("headways", {f".policy.headway_factor.{name}": 0.5 for name in ("rail_intercity", "rail", "coach", "air", "ferry")}),
        ("terminals", {".policy.transfer.walk_factor": 0.5}),
        ("through_ticket", {".policy.transfer.through_ticket": True}),
        ("single_inspection", {".policy.border.single_inspection": True}),
        ("local_wait", {".access.taxi_wait_min": 0, ".access.bus_wait_min": 0}),
    ],
)
def test_a_change_of_settings_changes_no_other(coast_scenario: Scenarios, lever: str, changed: dict[str, object]) -> None:
    settings = coast_scenario().settings
    change = BY_ID[lever].settings
    assert change is not None
    before, after = flat(settings), flat(change(settings))
    assert {key: value for key, value in after.items() if value != before[key]} == changed
    # It is a copy: the scenario stays as it was.
    assert flat(coast_scenario().settings) == before


def test_faster_trains_are_trains_only(coast: Networks) -> None:
    network = coast()
    lever = BY_ID["trains"].network
    assert lever is not None
    faster = lever(network)
    for old, new in zip(network.trips.patterns, faster.trips.patterns, strict=True):
        if old.mode == "rail":
            assert new.run_seconds == tuple(round(0.8 * seconds) for seconds in old.run_seconds)
        else:
            assert new == old
        assert (new.service, new.stops, new.departures_seconds) == (old.service, old.stops, old.departures_seconds)
    assert faster.trips.count == network.trips.count


def test_faster_roads_leave_ferries_and_borders_alone(coast: Networks) -> None:
    network = coast()
    lever = BY_ID["roads"]
    assert lever.state is not None
    assert lever.network is not None
    free = NetworkState.free_flow(network)
    state = lever.state(lever.network(network), free)
    mode = network.links["mode"].to_numpy()[network.graph.link]
    open_to_cars = free.car_seconds[0] >= 0
    highway = (mode == "highway") & open_to_cars
    assert {str(name) for name in mode[open_to_cars]} >= {"highway", "ferry", "border"}
    assert (state.car_seconds[0][highway] == np.rint(free.car_seconds[0][highway] * 0.8)).all()
    assert (state.car_seconds[0][~highway] == free.car_seconds[0][~highway]).all()


@pytest.mark.parametrize(
    ("lever", "saved"),
    [
        ("headways", None),  # he who knows when it leaves does not wait
        ("terminals", 10 + 4),
        ("through_ticket", None),  # no change
        ("single_inspection", None),
        ("local_wait", 5 + 5),
        ("trains", (396 + 403) / 60),  # a fifth of 33 and 33.6 min, the stop between them as long as before
        ("roads", 0.2 * (12 + 6)),
    ],
)
def test_what_each_change_saves(coast_scenario: Scenarios, monkeypatch: pytest.MonkeyPatch, lever: str, saved: float | None) -> None:
    monkeypatch.setattr(levers, "LEVERS", (BY_ID[lever],))
    scenario = coast_scenario()
    found = try_levers(scenario, [row_of(scenario, "planned", "rail")], "planned", "rail")
    if saved is None:
        assert found == {}
        return
    change = found[KEY]
    assert change.saved_min == pytest.approx(saved)
    assert change.minutes == pytest.approx(124.6 - saved)
    assert (change.lever.id, change.closes) == (lever, saved >= 4.6)


@pytest.mark.parametrize(
    ("definition", "percentile", "lever", "saved"),
    [
        ("planned", None, "terminals", 14),
        # Of who leaves at any minute half waits longer than 110.5 or 112 min; with a train every 96 min or so, than 50.
        ("door_to_door", None, "headways", 62),
        # The shortest waits cannot be shortened.
        ("door_to_door", 0, "terminals", 14),
    ],
)
def test_the_change_that_saves_most(
    coast_scenario: Scenarios, definition: Definition, percentile: float | None, lever: str, saved: float
) -> None:
    scenario = coast_scenario()
    keeper = Timekeeper(build_network(scenario), percentile=percentile)
    row = goal_row(keeper, *KEY, 120, definitions=(definition,), door_mode="rail")
    change = try_levers(scenario, [row], definition, "rail", percentile)[KEY]
    assert change.lever.id == lever
    assert change.saved_min == pytest.approx(saved, abs=0.51)
    before = row.minutes(definition)
    assert before is not None
    assert before - change.saved_min == pytest.approx(change.minutes)
    assert change.closes == (change.minutes <= 120)


def test_a_road_takes_a_fifth_less(coast_scenario: Scenarios) -> None:
    # 120 min back by car, and 8 to park, which takes as long as ever.
    scenario = coast_scenario()
    change = try_levers(scenario, [row_of(scenario, "door_to_door", "road")], "door_to_door", "road")[KEY]
    assert (change.lever.id, change.minutes, change.saved_min, change.closes) == ("roads", 104, 24, True)


def test_a_border_inspected_once(coast_folder: Path) -> None:
    """With Haikou's centre beyond the border: 84 min to it, an hour there, 6 on the other side, 8 to park; 20 min if inspected once."""
    places = coast_folder / "network" / "places.yaml"
    text = places.read_text(encoding="utf-8").replace("role: pole, centre: longhua", "role: pole, centre: mong_cai")
    places.write_text(text.replace("kind: gateway, lon: 107.95", "kind: zone, city: haikou, lon: 107.95"), encoding="utf-8")
    scenario = load_scenario(coast_folder / "baseline.yaml")
    row = row_of(scenario, "planned", "road", "qinzhou", "haikou")
    assert row.minutes("planned") == 158
    (change,) = try_levers(scenario, [row], "planned", "road").values()
    assert (change.lever.id, change.minutes, change.saved_min, change.closes) == ("single_inspection", 118, 40, True)


def test_targets_kept_and_pairs_without_a_way_have_no_change(coast_scenario: Scenarios) -> None:
    scenario = coast_scenario()
    rows = evaluate_goals(Timekeeper(build_network(scenario)), definitions=("planned",), door_mode="rail")
    found = try_levers(scenario, rows, "planned", "rail")
    for row in rows:
        minutes = row.minutes("planned")
        key = row.goal, row.from_city, row.to_city
        assert (key in found) == (minutes is not None and minutes > row.target_min), key
    assert ("main", "nanning", "haikou") not in found  # no road to the station of the island
    assert try_levers(scenario, [row for row in rows if row.met("planned")], "planned", "rail") == {}
    assert try_levers(scenario, [], "planned", "rail") == {}


def test_a_change_by_headway(coast_scenario: Scenarios) -> None:
    scenario = coast_scenario("evaluation.view=headway")
    change: Change = try_levers(scenario, [row_of(scenario, "door_to_door", "rail")], "door_to_door", "rail")[KEY]
    # Five trains in the 16 h of the window: half of 192 min to wait, then half of 96.
    assert change.lever.id == "headways"
    assert [change.saved_min, change.minutes] == pytest.approx([48, 48 + 124.6])
