"""Scenarios compared: pairs gained, lost and improved, and the projects that each gain needs, worked by hand.

Drives before: Beihai - Haikou 6 + 280 + 15 = 301. With the bridge (110 km at 100 km/h) 66, with the new ferry 15 + 150 + 15 = 180.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bbwnet.errors import InputError
from bbwnet.experiment.comparison import Comparison, Need, PairChange, compare
from bbwnet.scenario.read import load_scenario
from bbwnet.scenario.scenario import Scenario

Scenarios = Callable[..., Scenario]

BRIDGE = "projects.also=[strait_crossing]"
BEIHAI_HAIKOU = ("main", "beihai", "haikou")


def pairs(changes: list[PairChange]) -> list[tuple[str, str, str]]:
    return [(change.after.goal, change.after.from_city, change.after.to_city) for change in changes]


@pytest.fixture(scope="module")
def bridge(coast_scenario: Scenarios) -> Comparison:
    return compare(coast_scenario(), [coast_scenario(BRIDGE)], "drive")[0]


def test_gained_and_needed(bridge: Comparison) -> None:
    assert pairs(bridge.gained) == [BEIHAI_HAIKOU]
    assert bridge.lost == []
    change = bridge.gained[0]
    assert (change.before.minutes("drive"), change.after.minutes("drive"), change.saved_min) == (301, 66, 235)
    assert bridge.needs == {BEIHAI_HAIKOU: (Need(("strait_crossing",), (), 301, target_lost=True),)}


def test_most_improved_in_order(bridge: Comparison) -> None:
    # Nanning 421 -> 186, Qinzhou 361 -> 126, Beihai 301 -> 66, Fangchenggang 401 -> 166: 235 each, so in the order of the goals
    assert pairs(bridge.most_improved(10)) == [("main", city, "haikou") for city in ("nanning", "qinzhou", "beihai", "fangchenggang")]
    assert {change.saved_min for change in bridge.most_improved(10)} == {235}
    assert len(bridge.most_improved(2)) == 2


def test_lost(coast_scenario: Scenarios) -> None:
    comparison = compare(coast_scenario(BRIDGE), [coast_scenario()], "drive")[0]
    assert pairs(comparison.lost) == [BEIHAI_HAIKOU]
    assert comparison.gained == []
    assert comparison.needs == {}
    assert comparison.most_improved(10) == []


def test_nothing_gained(coast_scenario: Scenarios) -> None:
    comparison = compare(coast_scenario(), [coast_scenario()])[0]
    assert (comparison.gained, comparison.lost, comparison.most_improved(10), comparison.needs) == ([], [], [], {})
    # by train the pair keeps its two hours already
    assert compare(coast_scenario(), [coast_scenario(BRIDGE)])[0].gained == []


def test_what_requires_the_project_is_left_out_with_it(coast_scenario: Scenarios) -> None:
    other = coast_scenario("projects.also=[strait_crossing, coastal_rebuild]", "projects.coastal_rebuild.requires=[strait_crossing]")
    needs = compare(coast_scenario(), [other], "drive")[0].needs
    assert needs == {BEIHAI_HAIKOU: (Need(("strait_crossing",), ("coastal_rebuild",), 301, target_lost=True),)}


def test_a_ferry_service_is_needed_through_its_project(coast_scenario: Scenarios) -> None:
    target = "plan.main_target_min=180"
    before, after = coast_scenario(target, "as_of=2020-09-25"), coast_scenario(target, "as_of=2020-09-26")
    comparison = compare(before, [after], "drive")[0]
    assert pairs(comparison.gained) == [BEIHAI_HAIKOU]
    assert comparison.needs == {BEIHAI_HAIKOU: (Need(("new_ferry",), (), 301, target_lost=True),)}


def test_two_projects_each_of_which_is_enough(coast_scenario: Scenarios) -> None:
    # faster track and faster trains both bring Nanning - Beihai under 68 min: 68.6 - 27 + 72 / 200 h = 63.2 with either
    target = "plan.main_target_min=68"
    settings = ("projects.coastal_rebuild.change={links.rjct-bh.design_speed_kmh: 251, links.rjct-bh.operating_speed_kmh: 250}",)
    both = "projects.also=[coastal_speedup, coastal_rebuild]"
    comparison = compare(coast_scenario(target, *settings), [coast_scenario(target, *settings, both)], "in_vehicle")[0]
    key = ("main", "nanning", "beihai")
    assert key in pairs(comparison.gained)
    without = comparison.needs[key]
    # neither alone is needed, but both together are: without either it takes the 68.6 minutes of before
    assert [(need.projects, need.target_lost) for need in without] == [
        (("coastal_rebuild",), False),
        (("coastal_speedup",), False),
        (("coastal_rebuild", "coastal_speedup"), True),
    ]
    assert [need.minutes_without for need in without] == pytest.approx([63.2, 63.2, 68.6], abs=0.02)


def test_several_others_in_their_order(coast_scenario: Scenarios) -> None:
    others = [coast_scenario(BRIDGE), coast_scenario("as_of=2020-12-31"), coast_scenario()]
    found = compare(coast_scenario(), others, "drive")
    assert [len(item.gained) for item in found] == [1, 0, 0]
    # the new ferry saves 121; the one-way road is closed by then: Nanning - Haikou 421 -> 60 + 60 + 15 + 150 + 15 = 300
    saved = {pair: change.saved_min for pair, change in zip(pairs(list(found[1].changes)), found[1].changes, strict=True)}
    assert saved["main", "nanning", "haikou"] == 121
    assert saved["main", "nanning", "qinzhou"] == 0


def test_a_project_that_only_adds_sailings_is_needed_by_those_who_cross(coast_scenario: Scenarios) -> None:
    # 49 sailings of 10 + 60 min beside the seven of 200: (1400 + 3430) / 56 = 86.25; 960 / 55 / 2 = 8.73 waited; 6 + 15 by road
    sailings = (
        "projects.coastal_rebuild.add={services: [{id: ferry_more, mode: ferry, stops: [port_beihai, port_haikou], trips_per_day: 49, "
        "between: ['06:00', '18:00'], run_minutes: [60], check_in_min: 10, carries_vehicles: true, source: made_up, confidence: assumed}]}"
    )
    other = coast_scenario("projects.also=[coastal_rebuild]", sailings)
    comparison = compare(coast_scenario(), [other], "drive")[0]
    assert pairs(comparison.gained) == [BEIHAI_HAIKOU]
    assert comparison.gained[0].after.minutes("drive") == pytest.approx(86.25 + 960 / 55 / 2 + 21, abs=0.01)
    assert comparison.needs == {BEIHAI_HAIKOU: (Need(("coastal_rebuild",), (), 301, target_lost=True),)}


def test_scenarios_of_another_region_do_not_compare(coast_scenario: Scenarios) -> None:
    with pytest.raises(InputError, match=r"baseline_2016 is not of the region of baseline \("):
        compare(coast_scenario(), [load_scenario("baseline_2016")])
