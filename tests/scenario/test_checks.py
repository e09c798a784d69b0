"""Checks of records where what must pass is as telling as what must fail (the failing ones: tests/inputs_that_fail)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

ROAD = "mode: highway, line: case, road_class: class_2, lanes: 2, free_speed_kmh: 50, length_km: 9, source: made_up, confidence: assumed"
PROJECT = "name: {zh: 项目, en: Case}, commitment: none, status: proposed, source: made_up, confidence: assumed"


@pytest.fixture
def case(tiny: Path, problems_of: Callable[..., list[str]]) -> Callable[[str], list[str]]:
    """Give a function that puts records beside the tiny network's and gives the problems."""

    def problems(records: str) -> list[str]:
        (tiny / "network" / "case.yaml").write_text(f"schema: 1\n{records}", encoding="utf-8")
        return problems_of()

    return problems


def link(identifier: str, extra: str = "") -> str:
    return f"{{id: {identifier}, from: qinnan, to: qinzhou_east, {ROAD}{extra}}}"


def test_links_alike_may_follow_each_other_in_time(case: Callable[[str], list[str]]) -> None:
    old, new = link("old", ", closed: 2016-06-01"), link("new", ", opened: 2016-06-01")
    assert case(f"links: [{old}, {new}]\n") == []
    overlapping = link("new", ", opened: 2016-05-31")
    [problem] = case(f"links: [{old}, {overlapping}]\n")
    assert "link like old at network/case.yaml:2: same ends, mode, line and class (new)" in problem


def test_directed_links_of_both_directions_are_not_alike(case: Callable[[str], list[str]]) -> None:
    there, back = link("there", ", directed: true"), link("back", ", directed: true")
    assert case(f"links: [{there}, {back.replace('from: qinnan, to: qinzhou_east', 'from: qinzhou_east, to: qinnan')}]\n") == []
    assert len(case(f"links: [{there}, {back}]\n")) == 1


def test_a_project_may_bring_the_like_of_a_link_that_it_removes(case: Callable[[str], list[str]]) -> None:
    added = link("new").replace("line: case, road_class: class_2", "line: urban, road_class: urban")
    project = f"projects: [{{id: p, {PROJECT}, add: {{links: [{added}]}}"
    assert len(case(f"{project}}}]\n")) == 1
    assert case(f"{project}, remove: {{links: [urban_qinnan-qinzhou_east]}}}}]\n") == []
    assert case(f"{project}, change: {{links.urban_qinnan-qinzhou_east.closed: 2020-01-01}}}}]\n") == []


def test_variants_of_a_project_may_share_identifiers(case: Callable[[str], list[str]]) -> None:
    variant = f"{{add: {{links: [{link('x')}]}}}}"
    assert case(f"projects: [{{id: p, {PROJECT}, variants: {{a: {variant}, b: {variant}}}, default_variant: a}}]\n") == []


def test_projects_may_share_identifiers_only_if_they_exclude_each_other(case: Callable[[str], list[str]]) -> None:
    adding = f"add: {{links: [{link('x')}]}}"
    [problem] = case(f"projects: [{{id: p, {PROJECT}, {adding}}}, {{id: q, {PROJECT}, {adding}}}]\n")
    assert "projects.q.add.links.x.id: duplicate identifier, first at network/case.yaml:2 (x)" in problem
    assert case(f"projects: [{{id: p, {PROJECT}, {adding}}}, {{id: q, {PROJECT}, {adding}, conflicts: [p]}}]\n") == []


def test_a_project_may_build_on_what_it_requires_at_any_remove(case: Callable[[str], list[str]]) -> None:
    road = ROAD.replace("length_km: 9", "length_km: 130")
    adding = f"add: {{links: [{{id: on, from: qinzhou_port_station, to: nanning_east, {road}}}]}}"
    between = f"{{id: between, {PROJECT}, requires: [port_railway]}}"
    assert case(f"projects: [{between}, {{id: p, {PROJECT}, requires: [between], {adding}}}]\n") == []
    assert len(case(f"projects: [{between}, {{id: p, {PROJECT}, {adding}}}]\n")) == 1


@pytest.mark.parametrize(("length_km", "told"), [("8.42", 0), ("8.30", 0), ("8.20", 1), ("5.6", 1)])
def test_a_length_may_fall_short_by_two_percent_at_most(length_km: str, told: int, case: Callable[[str], list[str]]) -> None:
    # qinnan to qinzhou_east measures 6.93 km; this link is from qinnan to a node 8.42 km away.
    node = "nodes: [{id: far, name: {zh: 远, en: Far}, kind: junction, lon: 108.7016, lat: 21.95, source: made_up, confidence: assumed}]\n"
    problems = case(
        node + f"links: [{link('x').replace('to: qinzhou_east', 'to: far').replace('length_km: 9', f'length_km: {length_km}')}]\n"
    )
    assert [("shorter than the great circle" in problem) for problem in problems] == [True] * told


def test_a_long_road_needs_a_note_and_a_long_sea_lane_does_not(case: Callable[[str], list[str]]) -> None:
    road = link("x").replace("length_km: 9", "length_km: 40")
    assert len(case(f"links: [{road}]\n")) == 1
    assert case(f"links: [{road[:-1]}, length_note: round the bay}}]\n") == []
    assert (
        case("links: [{id: x, from: qinnan, to: port_qinzhou, mode: sea, line: s, length_km: 400, source: made_up, confidence: assumed}]\n")
        == []
    )


def test_exchanged_coordinates_are_recognised_where_both_are_latitudes(tiny: Path, problems_of: Callable[..., list[str]]) -> None:
    index = tiny / "network" / "network.yaml"
    box = "bounds: {west: 107.0, south: 21.0, east: 110.0, north: 23.5}"
    index.write_text(index.read_text(encoding="utf-8").replace(box, "bounds: {west: 5, south: 40, east: 25, north: 60}"), encoding="utf-8")
    [problem] = [problem for problem in problems_of("places.qingxiu.lon=45", "places.qingxiu.lat=15") if "exchanged" in problem]
    assert problem.endswith("places.qingxiu.lon: longitude and latitude are exchanged (lon 45, lat 15), expected lon 15, lat 45")


def test_gateways_may_lie_outside(case: Callable[[str], list[str]]) -> None:
    place = "{id: far, name: {zh: 远, en: Far}, kind: gateway, lon: 0, lat: 51.5, source: made_up, confidence: assumed}"
    node = "{id: station, name: {zh: 站, en: Station}, kind: station, lon: 0, lat: 51.5, place: far, source: made_up, confidence: assumed}"
    assert case(f"places: [{place}]\nnodes: [{node}]\n") == []


def test_a_service_that_carries_on_must_start_where_the_other_ends(case: Callable[[str], list[str]]) -> None:
    rest = "mode: coach, trips_per_day: 2, run_minutes: [50], source: made_up, confidence: assumed"
    first = f"{{id: first, stops: [qingxiu, qinnan], continues_as: second, directed: true, {rest}}}"
    assert case(f"services: [{first}, {{id: second, stops: [qinnan, qinzhou_east], directed: true, {rest}}}]\n") == []
    assert len(case(f"services: [{first}, {{id: second, stops: [qinzhou_east, qinnan], directed: true, {rest}}}]\n")) == 1


def test_a_file_of_projects_may_give_routes_for_services(case: Callable[[str], list[str]], problems_of: Callable[..., list[str]]) -> None:
    routes = "{id: r, mode: coach, stops: [qingxiu, qinnan], trips_per_day: 2, source: made_up, confidence: assumed}"
    assert case(f"projects: [{{id: p, {PROJECT}, add: {{routes: [{routes}]}}}}]\n") == []
    [problem] = problems_of("services.r.stops.1=nowhere_at_all")
    assert "projects.p.add.routes.r.stops.1: unknown node or place" in problem


def test_a_later_timetable_may_call_at_what_projects_had_opened_by_then(tiny: Path, problems_of: Callable[..., list[str]]) -> None:
    def service(observed: str) -> list[str]:
        (tiny / "network" / "case.yaml").write_text(
            "schema: 1\n"
            "timetables: [{id: late, name: {zh: 晚, en: Late}, mode: rail, source: made_up, confidence: assumed, "
            f"observed: {observed}}}]\n"
            "services: [{id: s, mode: rail, timetable: late, train_class: emu_250, stops: [qinzhou_east, qinzhou_port_station], "
            "trips_per_day: 3, source: made_up, confidence: assumed}]\n",
            encoding="utf-8",
        )
        return problems_of("projects.port_railway.opened=2021-06-01", "projects.port_railway.status=open")

    assert service("2021-12-31") == []
    [problem] = service("2020-12-31")
    expected = "comes with project port_railway (qinzhou_port_station), expected a node or place that was there on 2020-12-31"
    assert problem.endswith(expected)
