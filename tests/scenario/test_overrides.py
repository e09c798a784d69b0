"""`--set`: typed by the schema, into settings and records alike, logged, and refused with the nearest name."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbwnet.errors import InputError
from bbwnet.scenario.overrides import parse_settings
from bbwnet.scenario.read import load_scenario
from bbwnet.scenario.scenario import Scenario

words = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=40)
"""Text of the basic plane: JSON writes other characters as two escapes, which YAML does not know;
and a key on one line has at most 1024 characters in YAML."""
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)


@given(st.from_regex(r"[a-z][a-z0-9_\-]*(\.[a-z0-9_\-]+){0,4}", fullmatch=True), json_values)
def test_any_key_and_flow_value_is_read_back(key: str, value: object) -> None:
    [setting] = parse_settings([f"{key}={json.dumps(value)}"])
    assert (setting.key, setting.value) == (key, value)


@given(st.text().filter(lambda text: "=" not in text))
def test_without_an_equals_sign_it_is_no_setting(text: str) -> None:
    with pytest.raises(InputError, match="not a setting"):
        parse_settings([text])


def test_values_may_hold_equals_signs() -> None:
    [setting] = parse_settings(["links.a.note=x=y"])
    assert (setting.key, setting.value) == ("links.a.note", "x=y")


def load(*overrides: str) -> Scenario:
    return load_scenario("scenario.yaml", overrides=overrides)


def log(scenario: Scenario) -> list[str]:
    return [str(override) for override in scenario.overrides]


def record(scenario: Scenario, kind: str, identifier: str) -> Any:
    return next(item for item in getattr(scenario.records, kind) if item.id == identifier)


@pytest.mark.usefixtures("tiny")
class TestRecords:
    """Settings of records."""

    @pytest.mark.parametrize(
        ("setting", "kind", "identifier", "attribute", "old", "new"),
        [
            ("services.emu_nanning_qinzhou.trips_per_day=24", "services", "emu_nanning_qinzhou", "trips_per_day", 20, 24),
            ("links.qinnan-port.free_speed_kmh=90", "links", "qinnan-port", "free_speed_kmh", 60, 90),
            ("links.qinnan-port.note=1e3", "links", "qinnan-port", "note", None, "1e3"),
            ("nodes.port_qinzhou.kind=ferry_terminal", "nodes", "port_qinzhou", "kind", "port", "ferry_terminal"),
            ("run_time_classes.emu_250_fast.speed_factor=0.9", "run_time_classes", "emu_250_fast", "speed_factor", 0.8, 0.9),
            ("terminals.qinzhou_coal.commodities=[coal, ore]", "terminals", "qinzhou_coal", "commodities", ["coal"], ["coal", "ore"]),
        ],
    )
    def test_an_attribute(self, setting: str, kind: str, identifier: str, attribute: str, old: object, new: object) -> None:
        scenario = load(setting)
        value = getattr(record(scenario, kind, identifier), attribute)
        assert (list(value) if isinstance(value, tuple) else value) == new
        [override] = scenario.overrides
        assert (override.key, override.old, override.new, override.origin) == (setting.partition("=")[0], old, new, f"--set {setting}")

    def test_a_nested_attribute(self) -> None:
        scenario = load("projects.port_railway.planned.year=2025")
        assert record(scenario, "projects", "port_railway").planned.year == 2025

    def test_a_map_that_was_not_there(self) -> None:
        scenario = load("links.qinnan-port.name.zh=港口路", "links.qinnan-port.name.en=Port road")
        assert record(scenario, "links", "qinnan-port").name.zh == "港口路"

    def test_an_item_by_number_and_a_figure_within(self) -> None:
        scenario = load("places.qingxiu.population.0.persons=5", "crossings.x.dwell.0.dwell_min=30")
        assert record(scenario, "places", "qingxiu").population[0].persons == 5
        assert record(scenario, "crossings", "x").dwell[0].dwell_min == 30

    def test_a_service_that_a_project_brings(self) -> None:
        scenario = load("services.emu_qinzhou_port.trips_per_day=24")
        assert record(scenario, "projects", "port_railway").add.services[0].trips_per_day == 24
        assert log(scenario) == ["services.emu_qinzhou_port.trips_per_day: 4 -> 24 (--set services.emu_qinzhou_port.trips_per_day=24)"]

    def test_the_same_by_way_of_its_project(self) -> None:
        scenario = load("projects.port_railway.add.services.emu_qinzhou_port.trips_per_day=24")
        assert record(scenario, "projects", "port_railway").add.services[0].trips_per_day == 24

    def test_it_wins_over_projects_that_patch_the_same_key(self) -> None:
        scenario = load("links.nanning_east-qinzhou_east.design_speed_kmh=200")
        patches = record(scenario, "projects", "coastal_upgrade").change
        assert patches == {"links.nanning_east-qinzhou_east.design_speed_kmh": 200}
        assert [(override.old, override.new) for override in scenario.overrides] == [(250, 200), (300, 200)]

    def test_a_patch_of_a_project(self) -> None:
        scenario = load("projects.coastal_upgrade.change.links.nanning_east-qinzhou_east.design_speed_kmh=350")
        assert record(scenario, "projects", "coastal_upgrade").change == {"links.nanning_east-qinzhou_east.design_speed_kmh": 350}
        assert record(scenario, "links", "nanning_east-qinzhou_east").design_speed_kmh == 250

    def test_the_plan_a_source_and_the_index(self) -> None:
        scenario = load("plan.main_target_min=100", "sources.made_up.title=2016", "network.minimum_connection_min=10")
        assert scenario.records.plan is not None
        assert scenario.records.plan.main_target_min == 100
        assert scenario.records.sources["made_up"].title == "2016"
        assert scenario.index.minimum_connection_min == 10

    def test_the_value_that_is_there_is_no_override(self) -> None:
        assert load("links.qinnan-port.free_speed_kmh=60").overrides == ()

    def test_departures_give_way_to_a_number_of_trips(self) -> None:
        service = record(load("services.coach_nanning_qinzhou.trips_per_day=24"), "services", "coach_nanning_qinzhou")
        assert (service.trips_per_day, len(service.departures)) == (24, 3)


@pytest.mark.usefixtures("tiny")
class TestSettings:
    """Settings of the scenario's own keys."""

    def test_typed_by_the_schema(self) -> None:
        scenario = load("as_of=2020-12-31", "projects.by=[coastal_upgrade]", "projects.except=[port_railway]", "simulation.seed=7")
        settings = scenario.settings
        assert settings.as_of.isoformat() == "2020-12-31"
        assert (settings.projects.by, settings.projects.except_, settings.simulation.seed) == (("coastal_upgrade",), ("port_railway",), 7)

    def test_text_that_looks_like_a_number_stays_text_where_only_text_fits(self, tiny: Path) -> None:
        (tiny / "network" / "case.yaml").write_text(
            "schema: 1\nprojects:\n  - {id: line, name: {zh: 线, en: Line}, commitment: plan, status: proposed, source: made_up, "
            'confidence: assumed, variants: {"160": {}, "200": {}}, default_variant: "160"}\n',
            encoding="utf-8",
        )
        assert load("projects.variant.line=200").settings.projects.variant == {"line": "200"}

    def test_another_network_is_sought_from_the_working_folder(self, tiny: Path) -> None:
        (tiny / "network").rename(tiny / "elsewhere")
        assert load("network=elsewhere/network.yaml").index.id == "tiny"


@pytest.mark.parametrize(
    ("setting", "problem"),
    [
        (
            "services.emu_nanning_qinzou.trips_per_day=24",
            "no such record in services (emu_nanning_qinzou), nearest valid name emu_nanning_qinzhou",
        ),
        ("service.emu_nanning_qinzhou.trips_per_day=24", "unknown key (service), nearest valid name services"),
        ("links.qinnan-port.free_speed=90", "unknown key (free_speed), nearest valid name free_speed_kmh"),
        ("links.qinnan-port.tracks=2", "unknown key (tracks)"),
        ("links.qinnan-port.lanes=wide", "not a whole number (wide), expected a whole number"),
        ("links.qinnan-port.lanes=2.5", "not a whole number (2.5), expected a whole number"),
        ("links.qinnan-port.length_km=-1", "must be > 0 (-1), expected a number in km"),
        ("links.qinnan-port.length_km=5", "shorter than the great circle (5.0), expected at least 25.66 km"),
        ("links.qinnan-port", "not a setting, expected key=value, such as services.ID.trips_per_day=24"),
        ("links.qinnan-port=3", "names a record, not one of its attributes, expected links.qinnan-port.ATTRIBUTE=value"),
        ("services.emu_nanning_qinzhou.stops.7=qinnan", "unknown key (7)"),
        ("services.emu_nanning_qinzhou.stops.1=qinnna", "unknown node or place (qinnna), nearest valid name qinnan"),
        ("projects.port_railway.planned.yer=2025", "unknown key (yer), nearest valid name year"),
        ("plan.neighbours.0.1=qinzho", "unknown city (qinzho), nearest valid name qinzhou"),
        ("plan.neighbours=[[nanning, nanning]]", "not a pair (nanning, nanning), expected two different cities"),
        ("plan.neighbours=[[nanning, qinzhou], [qinzhou, nanning]]", "pair named twice (qinzhou, nanning)"),
        ("plan.main_cities.0=nannin", "unknown city (nannin), nearest valid name nanning"),
        ("network.minimum_connection=10", "unknown key (minimum_connection), nearest valid name minimum_connection_min"),
        ("polcy.border.single_inspection=true", "unknown key (polcy), nearest valid name policy"),
        ("policy.border.single_inspektion=true", "unknown key (single_inspektion), nearest valid name single_inspection"),
        ("policy.border.single_inspection=yes", "neither true nor false (yes), expected true or false"),
        ("as_of=2031-01-01", "date outside the data (2031-01-01), expected a date from 2016-01-01 to 2030-12-31"),
        ("schema=2", "cannot be set from the command line (schema)"),
        ("extends=other.yaml", "cannot be set from the command line (extends)"),
        ("as_of=[", "not valid YAML: did not find expected node content"),
        ("projects.by=plannd", "not one of the values allowed (plannd), expected planned, opened or a list, nearest valid name planned"),
    ],
)
def test_refused_settings_are_told_by_the_setting(setting: str, problem: str, problems_of: Callable[..., list[str]]) -> None:
    [told] = problems_of(setting)
    assert told.startswith(f"--set {setting}: ")
    assert told.endswith(problem)
