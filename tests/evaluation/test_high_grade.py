"""Clause D2 on the coast: which cities its expressways and its railways of 200 km/h and more join."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bbwnet.evaluation import high_grade
from bbwnet.evaluation.high_grade import HighGradeLinks, high_grade_links
from bbwnet.network.network import Network
from bbwnet.network.state import NetworkState

Networks = Callable[..., Network]

MAINLAND = {("beihai", "fangchenggang"), ("beihai", "nanning"), ("beihai", "qinzhou"), ("fangchenggang", "nanning"),
            ("fangchenggang", "qinzhou"), ("nanning", "qinzhou")}  # fmt: skip


def pairs(found: HighGradeLinks, kind: str) -> set[tuple[str, str]]:
    return {(pair.from_city, pair.to_city) for pair in found.pairs if getattr(pair, kind)}


def test_expressways_join_the_mainland_and_the_ferry_is_none(coast: Networks) -> None:
    found = high_grade_links(coast())
    assert len(found.pairs) == 10
    assert pairs(found, "expressway") == MAINLAND
    assert found.expressway_share == 0.6


def test_a_bridge_joins_the_island(coast: Networks) -> None:
    found = high_grade_links(coast("projects.also=[strait_crossing]", "projects.except=[new_ferry]"))
    assert found.expressway_share == 1.0


def test_a_closed_expressway_parts_what_it_joined_though_another_road_is_there(coast: Networks) -> None:
    network = coast()
    closed = replace(NetworkState.free_flow(network), closed_links=frozenset({"g75_qinnan-haicheng"}))
    assert pairs(high_grade_links(network, closed), "expressway") == {pair for pair in MAINLAND if "beihai" not in pair}
    node = replace(NetworkState.free_flow(network), closed_nodes=frozenset({"qinnan"}))
    assert pairs(high_grade_links(network, node), "expressway") == set()


def test_a_city_beside_the_expressway_is_joined_as_far_as_local_access_goes(coast: Networks, monkeypatch: pytest.MonkeyPatch) -> None:
    # with its own piece closed Nanning has the class 2 road: 105 km at 52.5 km/h, two hours to Qinzhou's expressway
    network = coast()
    closed = replace(NetworkState.free_flow(network), closed_links=frozenset({"g75_qingxiu-qinnan"}))
    assert pairs(high_grade_links(network, closed), "expressway") == {pair for pair in MAINLAND if "nanning" not in pair}
    monkeypatch.setattr(high_grade, "LOCAL_ACCESS_MIN", 120.0)
    assert pairs(high_grade_links(network, closed), "expressway") == MAINLAND
    monkeypatch.setattr(high_grade, "LOCAL_ACCESS_MIN", 119.9)
    assert pairs(high_grade_links(network, closed), "expressway") == {pair for pair in MAINLAND if "nanning" not in pair}


def test_a_gap_in_the_middle_is_no_local_access_of_those_beyond(coast: Networks, monkeypatch: pytest.MonkeyPatch) -> None:
    # expressway Nanning - Qinzhou 60 min, a road of class 1 on to Beihai 55, an expressway over the strait
    gap = coast("projects.also=[strait_crossing]", "projects.except=[new_ferry]", "links.g75_qinnan-haicheng.road_class=class_1")
    monkeypatch.setattr(high_grade, "LOCAL_ACCESS_MIN", 118.0)
    found = pairs(high_grade_links(gap), "expressway")
    assert ("haikou", "qinzhou") in found
    assert ("haikou", "nanning") not in found


def test_a_ferry_is_no_local_access(coast: Networks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(high_grade, "LOCAL_ACCESS_MIN", 1000.0)
    assert pairs(high_grade_links(coast()), "expressway") == MAINLAND


def test_an_expressway_of_one_direction_joins_nobody(coast: Networks) -> None:
    found = high_grade_links(coast("links.g75_qingxiu-qinnan.directed=true"))
    assert pairs(found, "expressway") == {pair for pair in MAINLAND if "nanning" not in pair}


def test_rail_of_200_is_by_design_speed_and_by_the_speed_run(coast: Networks) -> None:
    # Nanning East - Qinzhou - junction 250; on to Beihai 250, run at 200; the branch to Fangchenggang is of 120
    expected = {("beihai", "nanning"), ("beihai", "qinzhou"), ("nanning", "qinzhou")}
    found = high_grade_links(coast())
    assert pairs(found, "rail_by_design_speed") == pairs(found, "rail_by_operating_speed") == expected
    assert found.rail_by_design_speed_share == found.rail_by_operating_speed_share == 0.3
    slower = high_grade_links(coast("links.rjct-bh.operating_speed_kmh=160"))
    assert pairs(slower, "rail_by_design_speed") == expected
    assert pairs(slower, "rail_by_operating_speed") == {("nanning", "qinzhou")}


def test_closed_track_and_freight_lines_do_not_join(coast: Networks) -> None:
    network = coast("links.ns-bh_freight.design_speed_kmh=250")
    for state in (
        replace(NetworkState.free_flow(network), closed_links=frozenset({"qz-rjct"})),
        replace(NetworkState.free_flow(network), closed_nodes=frozenset({"rjct_qinzhou"})),
    ):
        assert pairs(high_grade_links(network, state), "rail_by_design_speed") == {("nanning", "qinzhou")}


def test_no_pairs_no_share() -> None:
    assert HighGradeLinks(()).expressway_share is None
