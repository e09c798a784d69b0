"""JSON Schema of the files that users write, for editors that complete and check while one types."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bbwnet.scenario.schema.base import SCHEMA_VERSION
from bbwnet.scenario.schema.network_file import NetworkIndex, NetworkRecords
from bbwnet.scenario.schema.scenario_file import ScenarioFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(kind: str) -> dict[str, Any]:
    """Give the JSON Schema of a kind of file: `scenario`, `network` (the index) or `records`.

    Raises `KeyError` for any other kind.
    """
    return {"$schema": DIALECT, **_SCHEMAS[kind]()}


def _scenario() -> dict[str, Any]:
    schema = _of(ScenarioFile)
    # What a scenario extends may give any key but its own version.
    needed = [key for key in schema.pop("required") if key != "schema"]
    return {**schema, "required": ["schema"], "anyOf": [{"required": ["extends"]}, {"required": needed}]}


def _network() -> dict[str, Any]:
    return _of(NetworkIndex)


def _records() -> dict[str, Any]:
    schema = _of(NetworkRecords)
    definitions = schema.pop("$defs")
    addition = definitions["Addition"]["properties"]
    addition["routes"] = addition["services"]  # the other name that the reader takes
    projects = {"type": "array", "items": {"$ref": "#/$defs/Project"}, "description": "A file of projects in short: the list alone."}
    return {"$defs": definitions, "title": schema["title"], "description": schema["description"], "anyOf": [schema, projects]}


def _of(model: Any) -> dict[str, Any]:
    schema: dict[str, Any] = model.model_json_schema(by_alias=True, mode="validation")
    schema["properties"]["schema"]["const"] = SCHEMA_VERSION
    return schema


_SCHEMAS: dict[str, Callable[[], dict[str, Any]]] = {"scenario": _scenario, "network": _network, "records": _records}

KINDS_OF_FILE = tuple(_SCHEMAS)


def json_schema_text(kind: str) -> str:
    """Write the JSON Schema of a kind of file as the copies under `docs/schema/` hold it."""
    return json.dumps(json_schema(kind), indent=2, ensure_ascii=False) + "\n"


def write_json_schemas(folder: Path) -> list[Path]:
    """Write `KIND.schema.json` for every kind of file into a folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{kind}.schema.json" for kind in KINDS_OF_FILE]
    for kind, path in zip(KINDS_OF_FILE, paths, strict=True):
        path.write_text(json_schema_text(kind), encoding="utf-8")
    return paths
