"""The bundled scenarios: found by name, sound by themselves, and each what its name says."""

from __future__ import annotations

import datetime

import pytest

from bbwnet.scenario.bundled import bundled_folder, bundled_networks, bundled_scenarios
from bbwnet.scenario.layers import Layers, read_chain
from bbwnet.scenario.schema.scenario_file import ScenarioFile
from bbwnet.scenario.validation import validate

DATES = {
    "actual_2016": "2016-12-31",
    "actual_2017": "2017-12-31",
    "actual_2018": "2018-12-31",
    "actual_2019": "2019-12-31",
    "actual_2020": "2020-12-31",
    "actual_2021": "2021-12-31",
    "actual_2022": "2022-12-31",
    "actual_2023": "2023-12-31",
    "actual_2024": "2024-12-31",
    "actual_2025": "2025-12-31",
    "actual_2026": "2026-06-30",
    "baseline_2016": "2016-12-31",
    "calibrated_2016": "2016-12-31",
    "beyond_2035": "2035-12-31",
    "border_single_inspection": "2016-12-31",
    "plan_2020": "2020-12-31",
    "plan_2030": "2030-12-31",
    "queues": "2000-12-31",
    "queues_bottleneck": "2000-12-31",
    "queues_busy": "2000-12-31",
    "queues_lock": "2000-12-31",
    "queues_road": "2000-12-31",
    "port_surge": "2017-12-31",
    "spring_festival_2024": "2024-02-11",
    "strait_crossing": "2024-12-31",
    "strait_fog_2018": "2018-02-15",
    "typhoon_yagi_2024": "2024-09-03",
    "sioux_falls": "2000-12-31",
}


def settings(name: str) -> ScenarioFile:
    documents, problems, _ = read_chain(bundled_folder("scenarios") / f"{name}.yaml")
    validated, more = validate(Layers(documents), ScenarioFile)
    assert problems + more == []
    assert validated is not None
    return validated


def test_all_are_known_by_name() -> None:
    assert bundled_scenarios() == tuple(sorted(DATES))


@pytest.mark.parametrize(("name", "date"), DATES.items())
def test_each_is_of_its_day_by_plan_or_by_opening(name: str, date: str) -> None:
    read = settings(name)
    assert read.as_of == datetime.date.fromisoformat(date)
    assert read.network in bundled_networks()
    assert read.projects.by == ("planned" if name.startswith(("plan", "beyond")) else "opened")


def test_promises_are_looked_at_with_the_services_of_2016() -> None:
    # and what really happened with those of its own day
    assert {name: settings(name).timetable_date.year for name in ("baseline_2016", "plan_2020", "plan_2030", "actual_2025")} == {
        "baseline_2016": 2016,
        "plan_2020": 2016,
        "plan_2030": 2016,
        "actual_2025": 2025,
    }


def test_only_the_plan_of_2030_has_the_undated_promises() -> None:
    assert settings("plan_2030").policy.headway_factor.rail_intercity == 0.5
    assert settings("plan_2020").policy == settings("actual_2025").policy == settings("baseline_2016").policy
