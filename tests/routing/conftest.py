"""Small networks for tests of journeys, written as YAML and read like any other."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.scenario.read import load_scenario

# So that tests may share what is no fixture: `tests.routing.time_expanded`.
sys.path.insert(0, str(Path(__file__).parents[2]))

Records = Mapping[str, list[dict[str, Any]]]

SOURCED = {"source": "made_up", "confidence": "assumed"}

CLASS = {
    "id": "emu", "train_class": "emu", "design_speed_from_kmh": 0, "design_speed_until_kmh": 400, "train_speed_max_kmh": 400,
    "speed_factor": 1.0, "start_loss_min": 0, "stop_loss_min": 0, "dwell_min": 1,
}  # fmt: skip


def write_network(folder: Path, records: Records, *, index: Mapping[str, Any], scenario: Mapping[str, Any]) -> Network:
    """Write a network and its scenario, then read and build it.

    Places and nodes need no position: those without are put a few metres apart. Links need no line, and say why they wind.
    """
    filled: dict[str, Any] = {"schema": 1, "sources": {"made_up": {"title": "Made for the tests", "licence": "facts"}}}
    spot = 0
    for kind, rows in {"run_time_classes": [CLASS], **records}.items():
        filled[kind] = []
        for row in rows:
            record = {**SOURCED, **row}
            if kind in {"places", "nodes"}:
                spot += 1
                record = {"name": {"zh": "甲", "en": record["id"]}, "lon": 108 + spot / 10_000, "lat": 22.0, **record}
            if kind == "places":
                record = {"kind": "town", **record}
            if kind == "links":
                record = {"line": record["id"].replace("-", "_"), "length_note": "made up", **record}
                record = {**_OF_MODE.get(record["mode"], {}), **record}
            if kind in {"crossings", "cities"}:
                record = {"name": {"zh": "甲", "en": record["id"]}, **record}
            filled[kind].append(record)
    network = folder / "network"
    network.mkdir(parents=True)
    head = {
        "schema": 1, "id": "small", "name": {"zh": "小", "en": "Small"}, "timezone": "Asia/Shanghai", "base_date": "2016-12-31",
        "bounds": {"west": 107, "south": 21, "east": 110, "north": 23}, "data_from": "2016-01-01", "data_until": "2030-12-31",
        "include": ["records.yaml"], **index,
    }  # fmt: skip
    chosen = {"schema": 1, "name": {"zh": "小", "en": "Small"}, "network": "network", "as_of": "2016-12-31", **scenario}
    # JSON is YAML.
    for path, content in ((network / "network.yaml", head), (network / "records.yaml", filled), (folder / "scenario.yaml", chosen)):
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return build_network(load_scenario(folder / "scenario.yaml"))


_OF_MODE: dict[str, dict[str, Any]] = {
    "highway": {"road_class": "urban", "lanes": 2},
    "rail": {"design_speed_kmh": 300, "tracks": 2, "electrified": True, "use": "passenger"},
}

Small = Callable[..., Network]


@pytest.fixture
def small_network(tmp_path: Path) -> Small:
    """Builds a network of lists of records; `index` and `scenario` change its other two files."""

    def build(records: Records, *, index: Mapping[str, Any] | None = None, scenario: Mapping[str, Any] | None = None) -> Network:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        return write_network(folder, records, index=index or {}, scenario=scenario or {})

    return build
