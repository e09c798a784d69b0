"""JSON Schema and attribute table: made from the models, current in the repository, and saying something of every attribute."""

from __future__ import annotations

from pathlib import Path

import pytest

from bbwnet.scenario.attribute_table import attribute_table, record_models
from bbwnet.scenario.json_schema import KINDS_OF_FILE, json_schema, json_schema_text, write_json_schemas


@pytest.mark.parametrize("kind", KINDS_OF_FILE)
def test_the_copies_in_the_repository_are_current(kind: str, repository: Path) -> None:
    committed = (repository / "docs" / "schema" / f"{kind}.schema.json").read_text(encoding="utf-8")
    assert committed == json_schema_text(kind), "run: bbwnet schema --out docs/schema"


def test_every_kind_is_written(tmp_path: Path) -> None:
    paths = write_json_schemas(tmp_path / "schema")
    assert [path.name for path in paths] == [f"{kind}.schema.json" for kind in KINDS_OF_FILE]
    assert all(path.read_text(encoding="utf-8").startswith("{\n") for path in paths)


def test_a_scenario_that_extends_needs_only_its_version() -> None:
    schema = json_schema("scenario")
    assert schema["required"] == ["schema"]
    assert schema["anyOf"] == [{"required": ["extends"]}, {"required": ["name", "network", "as_of"]}]


def test_unknown_keys_are_refused_and_both_names_of_services_known() -> None:
    definitions = json_schema("records")["$defs"]
    assert all(definition["additionalProperties"] is False for definition in definitions.values() if definition.get("type") == "object")
    assert definitions["Addition"]["properties"]["routes"] == definitions["Addition"]["properties"]["services"]


def test_editors_learn_units_and_clock_times() -> None:
    definitions = json_schema("records")["$defs"]
    assert definitions["RailLink"]["properties"]["length_km"]["unit"] == "km"
    assert definitions["Service"]["properties"]["departures"]["items"]["pattern"].startswith("^([0-9]{1,2}):")


def test_every_attribute_has_a_meaning() -> None:
    assert [row for row in attribute_table() if not row.meaning] == []
    assert len({(row.record, row.attribute) for row in attribute_table()}) == len(attribute_table())
    assert {row.record for row in attribute_table()} == {model.__name__ for model in record_models()}


_UNITS = {
    "_km": "km",
    "_kmh": "km/h",
    "_min": "min",
    "_m": "m",
    "_mm": "mm",
    "_cny": "CNY",
    "_h": "h",
    "_t": "t",
    "_cny_h": "CNY/h",
    "_cny_km": "CNY/km",
    "_cny_t": "CNY/t",
    "_cny_t_h": "CNY/(t h)",
    "_cny_t_km": "CNY/(t km)",
    "_kg_km": "kg/km",
    "_kg_t": "kg/t",
    "_pcu_h": "pcu/h",
    "_per_cny_t": "t/CNY",
    "_trucks_h": "1/h",
    "_t_h": "t/h",
    "_tonnes_h": "t/h",
    "_bookings_per_h": "vehicles/h",
    "_pcu_km": "pcu/km",
    "_per_min": "1/min",
}


@pytest.mark.parametrize("suffix", sorted(_UNITS))
def test_names_end_in_their_unit(suffix: str) -> None:
    # `cny_km` is a whole name as well as an ending
    ending = {row: max((end for end in _UNITS if f"_{row.attribute}".endswith(end)), key=len, default="") for row in attribute_table()}
    rows = [row for row, end in ending.items() if end == suffix]
    assert rows or suffix == "_t"
    assert {row.unit for row in rows} <= {_UNITS[suffix]}, [(row.record, row.attribute) for row in rows if row.unit != _UNITS[suffix]]


def test_defaults_are_written_as_yaml_would() -> None:
    rows = {(row.record, row.attribute): row for row in attribute_table()}
    defaults = [rows[key].default for key in [("DepartureWindow", "every_min"), ("LinkBase", "x")] if key in rows]
    assert defaults == ["1"]
    assert rows["RailLink", "directed"].default == "false"
    assert rows["RailLink", "length_km"].default == "required"
    assert rows["RailLink", "length_km"].gmns == "length"
    assert rows["RailLink", "from"].type == "str"
    assert rows["NetworkRecords", "links"].type == "list of RailLink or RoadLink or WaterLink or BorderLink"
    assert rows["Project", "planned"].default == "absent"
