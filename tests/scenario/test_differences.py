"""Differences of two scenarios: settings and records, key by key."""

from __future__ import annotations

import pytest

from bbwnet.scenario.differences import differences
from bbwnet.scenario.read import load_scenario


@pytest.mark.usefixtures("tiny")
def test_what_differs_and_nothing_else() -> None:
    base = load_scenario("scenario.yaml")
    overrides = [
        "as_of=2019-12-31",
        "links.qinnan-port.lanes=6",
        "projects.port_railway.planned.year=2025",
        "policy.border.single_inspection=true",
    ]
    other = load_scenario("scenario.yaml", overrides=overrides)
    assert [(item.key, item.first, item.second) for item in differences(base, other)] == [
        ("as_of", "2018-12-31", "2019-12-31"),
        ("policy.border.single_inspection", False, True),
        ("links.qinnan-port.lanes", 4, 6),
        ("projects.port_railway.planned.year", 2030, 2025),
    ]
    assert differences(base, base) == []


@pytest.mark.usefixtures("tiny")
def test_differences_turn_round() -> None:
    base, other = load_scenario("scenario.yaml"), load_scenario("scenario.yaml", overrides=["links.qinnan-port.note=new"])
    [there], [back] = differences(base, other), differences(other, base)
    assert (there.key, there.first, there.second) == (back.key, back.second, back.first) == ("links.qinnan-port.note", None, "new")
