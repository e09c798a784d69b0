"""Which projects a scenario puts in force, in which order, and what is wrong with a choice."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest

from bbwnet.errors import InputError
from bbwnet.network.build import build_network, build_with_problems
from bbwnet.network.network import Network
from bbwnet.network.selection import projects_in_force
from bbwnet.scenario.scenario import Scenario

Scenarios = Callable[..., Scenario]


def in_force(scenario: Scenario) -> list[str]:
    return [item.id for item in projects_in_force(scenario)[0]]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (["as_of=2016-12-31"], []),
        (["as_of=2018-06-30"], []),
        (["as_of=2018-07-01"], ["qisha_line"]),  # open on its opening day
        (["as_of=2020-09-25"], ["qisha_line", "coastal_speedup"]),  # by date, not by name
        (["as_of=2020-09-26"], ["qisha_line", "coastal_speedup", "new_ferry"]),
        (["as_of=2020-12-30", "projects.by=planned"], []),  # a planned year means its last day
        (["as_of=2020-12-31", "projects.by=planned"], ["coastal_speedup", "qisha_line"]),  # one date: by name
        # the hall is first by name, but requires the extension
        (["as_of=2030-12-31", "projects.by=planned"], ["coastal_speedup", "qisha_line", "qisha_extension", "a_jiangshan_hall"]),
        (["as_of=2020-12-31", "projects.by=[new_ferry, qisha_line]"], ["qisha_line", "new_ferry"]),
        (["as_of=2018-12-31", "projects.by=[new_ferry, qisha_line]"], ["qisha_line", "new_ferry"]),  # named: open though before its day
        (["as_of=2018-12-31", "projects.also=[strait_crossing]"], ["qisha_line", "strait_crossing"]),
        (["as_of=2020-12-31", "projects.except=[qisha_line]"], ["coastal_speedup", "new_ferry"]),
        (["as_of=2020-12-31", "projects.by=[qisha_line, new_ferry]", "projects.except=[new_ferry]"], ["qisha_line"]),
    ],
    ids=lambda value: " ".join(value) or "none",
)
def test_choice_and_order(coast_scenario: Scenarios, settings: list[str], expected: list[str]) -> None:
    assert in_force(coast_scenario(*settings)) == expected


def test_a_named_project_counts_from_its_opening_or_else_from_the_day_looked_at(coast_scenario: Scenarios) -> None:
    found, _ = projects_in_force(coast_scenario("as_of=2018-12-31", "projects.by=[qisha_line, coastal_speedup]"))
    assert {item.id: item.since for item in found} == {
        "qisha_line": datetime.date(2018, 7, 1),
        "coastal_speedup": datetime.date(2018, 12, 31),
    }


def test_variant_of_the_scenario_or_by_default(coast: Callable[..., Network]) -> None:
    bridge = coast("projects.also=[strait_crossing]")
    assert {"bridge", "tunnel"} & set(bridge.links.index) == {"bridge"}
    assert bridge.assembly.nodes["beihai_station"].minimum_connection_min is None
    tunnel = coast("projects.also=[strait_crossing]", "projects.variant.strait_crossing=tunnel", "as_of=2018-12-31")
    assert {"bridge", "tunnel"} & set(tunnel.links.index) == {"tunnel"}
    assert "emu_bh_hk" in tunnel.services.index
    assert tunnel.assembly.nodes["beihai_station"].minimum_connection_min == 8


def problems_of(scenario: Scenario) -> list[str]:
    return [str(problem) for problem in build_with_problems(scenario)[1]]


def test_unordered_patches_of_one_key_name_both_projects(coast_scenario: Scenarios) -> None:
    problems = problems_of(coast_scenario("as_of=2018-12-31", "projects.by=[qisha_line, coastal_speedup, coastal_rebuild]"))
    assert len(problems) == 1
    assert "coastal_speedup" in problems[0]
    assert "coastal_rebuild" in problems[0]
    assert "links.rjct-bh.operating_speed_kmh" in problems[0]
    assert "projects.yaml:" in problems[0]


@pytest.mark.parametrize(
    ("settings", "speed_kmh"),
    [
        # opened on 2019-01-01, the rebuilding later by name: the later wins
        (["as_of=2019-12-31", "projects.by=[qisha_line, coastal_speedup, coastal_rebuild]"], 160),
        # one day, but an order
        (["projects.by=[coastal_speedup, coastal_rebuild]", "projects.coastal_rebuild.requires=[coastal_speedup]"], 160),
        (["projects.by=[coastal_speedup, coastal_rebuild]", "projects.coastal_speedup.requires=[coastal_rebuild]"], 250),
        # one day, no order, but one value
        (["projects.by=[coastal_speedup, coastal_rebuild]", "links.rjct-bh.operating_speed_kmh=180"], 180),
    ],
    ids=["dates", "rebuild last", "speedup last", "one value"],
)
def test_ordered_patches_apply_in_order(coast: Callable[..., Network], settings: list[str], speed_kmh: float) -> None:
    assert coast(*settings).links.at["rjct-bh", "operating_speed_kmh"] == speed_kmh


@pytest.mark.parametrize(
    "settings",
    [["projects.by=[qisha_extension]"], ["projects.by=planned", "as_of=2030-12-31", "projects.except=[qisha_line]"]],
    ids=["named alone", "excepted"],
)
def test_a_requirement_that_is_not_in_force_is_a_problem(coast_scenario: Scenarios, settings: list[str]) -> None:
    problems = problems_of(coast_scenario(*settings))
    assert [item for item in problems if "project qisha_extension requires qisha_line, which is not in force" in item]


def test_projects_that_exclude_each_other(coast_scenario: Scenarios) -> None:
    scenario = coast_scenario("as_of=2020-12-31", "projects.also=[strait_crossing]")
    with pytest.raises(InputError, match="projects strait_crossing and new_ferry are both in force") as caught:
        build_network(scenario)
    assert len(caught.value.problems) == 1


def test_leaving_out_takes_dependants_along(coast: Callable[..., Network]) -> None:
    settings = ("as_of=2030-12-31", "projects.by=planned")
    whole, without = coast(*settings), coast(*settings, left_out=("qisha_line",))
    assert [item.id for item in whole.projects] == ["coastal_speedup", "qisha_line", "qisha_extension", "a_jiangshan_hall"]
    assert [item.id for item in without.projects] == ["coastal_speedup"]
    assert [item.id for item in coast(*settings, left_out=("qisha_extension",)).projects] == ["coastal_speedup", "qisha_line"]
