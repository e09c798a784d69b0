"""What stands at a date: records added, changed, removed, opened and closed; timetables in force."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bbwnet.network.assembly import assemble
from bbwnet.network.build import build_with_problems
from bbwnet.network.network import Network
from bbwnet.scenario.scenario import Scenario

Scenarios = Callable[..., Scenario]
Networks = Callable[..., Network]


def test_a_project_adds(coast: Networks) -> None:
    before, after = coast("as_of=2018-06-30"), coast("as_of=2018-08-01")
    assert set(after.links.index) - set(before.links.index) == {"fn-qs"}
    assert set(after.services.index) - set(before.services.index) == {"emu_ne_qs_project"}
    assert after.links.at["fn-qs", "origin"] == "qisha_line"
    assert after.assembly.origins["services"]["emu_ne_qs_project"] == ("qisha_line",)


def test_a_project_changes(coast: Networks) -> None:
    network = coast("as_of=2019-12-31")
    assert network.links.at["rjct-bh", "operating_speed_kmh"] == 250
    assert network.links.at["rjct-bh", "origin"] == "base coastal_speedup"
    assert network.links.at["ne-qz", "origin"] == "base"


def test_a_project_removes_and_links_to_what_is_gone_go_too(coast: Networks) -> None:
    before, after = coast("as_of=2020-09-25"), coast("as_of=2020-09-26")
    assert set(before.nodes.index) - set(after.nodes.index) == {"port_beihai"}
    assert set(before.links.index) - set(after.links.index) == {"urban_haicheng-port", "beihai-haikou_ferry"}
    assert set(after.links.index) - set(before.links.index) == {"s_haicheng-tieshan", "tieshan-haikou_ferry"}
    assert {service for service in after.services.index if service.startswith("ferry")} == {"ferry_new"}
    assert "beihai_roro" in before.assembly.terminals
    assert "beihai_roro" not in after.assembly.terminals


def test_base_links_open_and_close_on_their_days(coast: Networks, coast_scenario: Scenarios) -> None:
    assert "s312_qinnan-haicheng" in coast("as_of=2019-12-31").links.index
    assert "s312_qinnan-haicheng" not in coast("as_of=2020-01-01").links.index
    early, _ = assemble(coast_scenario("as_of=2016-02-29"))
    assert "g75_qinnan-gangkou" not in early.links
    later, _ = assemble(coast_scenario("as_of=2016-03-01"))
    assert "g75_qinnan-gangkou" in later.links


@pytest.mark.parametrize(
    ("settings", "timetable"),
    [
        (["as_of=2016-12-31"], "rail_2016"),
        (["as_of=2018-09-30"], "rail_2016"),
        (["as_of=2018-10-01"], "rail_2018"),
        (["as_of=2030-12-31", "timetable=2016-12-31"], "rail_2016"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else value,
)
def test_the_latest_timetable_not_after_the_day_is_in_force(coast_scenario: Scenarios, settings: list[str], timetable: str) -> None:
    assembly, problems = assemble(coast_scenario(*settings))
    assert problems == []
    assert assembly.timetables == {"rail": timetable}
    running = {service.timetable for service in assembly.services.values() if service.mode == "rail" and service.timetable}
    assert running == {timetable}


def test_no_timetable_before_the_first_is_a_problem(coast_scenario: Scenarios) -> None:
    _, problems = assemble(coast_scenario("as_of=2016-06-30"))
    assert len(problems) == 1
    assert "no rail timetable is known for 2016-06-30: the first was observed on 2016-10-15" in problems[0].message


@pytest.mark.parametrize(
    ("settings", "runs"),
    [
        (["as_of=2018-09-30"], True),  # the timetable of 2016 knows nothing of it
        (["as_of=2018-10-01"], False),  # that of 2018 has its trains already
        (["as_of=2018-12-31", "timetable=2016-12-31"], True),
        (["as_of=2018-12-31", "projects.qisha_line.opened=2018-10-01"], False),  # opened on the day observed
        (["as_of=2018-12-31", "projects.qisha_line.opened=2018-10-02"], True),
        (["as_of=2020-12-31", "projects.by=planned"], True),  # planned for later than the timetable
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_services_of_a_project_run_until_a_timetable_has_them(coast_scenario: Scenarios, settings: list[str], *, runs: bool) -> None:
    assembly, _ = assemble(coast_scenario(*settings))
    assert ("emu_ne_qs_project" in assembly.services) is runs


@pytest.mark.parametrize(
    ("settings", "runs"),
    [
        (["services.ferry_fast.valid_from=2017-01-01"], False),
        (["services.ferry_fast.valid_from=2017-01-01", "as_of=2017-01-01"], True),
        (["services.ferry_fast.valid_until=2017-01-01", "as_of=2017-01-01"], True),  # its last day
        (["services.ferry_fast.valid_until=2017-01-01", "as_of=2017-01-02"], False),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_dated_services_run_on_their_days(coast_scenario: Scenarios, settings: list[str], *, runs: bool) -> None:
    assert ("ferry_fast" in assemble(coast_scenario(*settings))[0].services) is runs


def test_a_service_whose_track_is_not_there_is_a_problem(coast_scenario: Scenarios) -> None:
    _, problems = build_with_problems(coast_scenario("as_of=2018-12-31", "projects.by=[]"))
    assert len(problems) == 1
    assert problems[0].path == "services.emu_ne_qs_2018.stops"
    assert "no track that its emu_250 trains can use joins fangchenggang_north and qisha" in problems[0].message


def test_a_service_that_loses_part_of_its_track_is_cut_to_the_rest_and_named(coast: Networks) -> None:
    for network in (coast("as_of=2018-12-31", "projects.except=[qisha_line]"), coast("as_of=2018-12-31", left_out=("qisha_line",))):
        assert (network.shortened, network.withdrawn) == (("emu_ne_qs_2018",), ())
        stops = {pattern.stops for pattern in network.trips.patterns if pattern.service == "emu_ne_qs_2018"}
        assert {frozenset(item) for item in stops} == {
            frozenset(coast("as_of=2018-12-31").assembly.services["emu_ne_qs_2018"].stops) - {"qisha"}
        }
    whole = coast("as_of=2018-12-31")
    assert (whole.shortened, whole.withdrawn) == ((), ())


def test_a_service_left_with_one_stop_is_withdrawn_and_named(coast: Networks) -> None:
    settings = ("as_of=2018-12-31", "services.emu_ne_qs_2018.stops=[fangchenggang_north, qisha]")
    network = coast(*settings, left_out=("qisha_line",))
    assert (network.shortened, network.withdrawn) == ((), ("emu_ne_qs_2018",))
    assert "emu_ne_qs_2018" not in {pattern.service for pattern in network.trips.patterns}


def test_a_service_at_a_closed_stop_is_a_problem(coast_scenario: Scenarios) -> None:
    _, problems = build_with_problems(coast_scenario("as_of=2020-12-31", "projects.new_ferry.remove.services=[ferry_night, ferry_fast]"))
    assert [problem.message for problem in problems] == ["service ferry_day stops at port_beihai, which is not open on 2020-12-31"]


def test_a_change_of_what_is_not_there_is_a_problem(coast_scenario: Scenarios) -> None:
    _, problems = assemble(coast_scenario("projects.by=[a_jiangshan_hall]"))
    assert [problem.path for problem in problems] == [
        "projects.a_jiangshan_hall.requires",
        "projects.a_jiangshan_hall.change.nodes.jiangshan.minimum_connection_min",
    ]


def test_a_member_cut_off_is_a_problem(coast_scenario: Scenarios) -> None:
    _, problems = build_with_problems(
        coast_scenario("services.ferry_day.carries_vehicles=false", "services.ferry_night.carries_vehicles=false")
    )
    assert [problem.path for problem in problems] == ["cities.haikou.centre"]
    assert "member city haikou is cut off" in problems[0].message


def test_infrastructure_and_services_are_hashed_apart(coast: Networks) -> None:
    base = coast()
    headway = coast("policy.headway_factor.rail_intercity=0.5")
    assert (headway.infrastructure_hash, headway.services_hash != base.services_hash) == (base.infrastructure_hash, True)
    lanes = coast("links.g75_qingxiu-qinnan.lanes=6")
    assert (lanes.infrastructure_hash != base.infrastructure_hash, lanes.services_hash) == (True, base.services_hash)
