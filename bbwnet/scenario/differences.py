"""What two scenarios assume differently: settings and records, key by key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bbwnet.scenario.layers import leaves
from bbwnet.scenario.record_positions import KINDS
from bbwnet.scenario.scenario import Scenario

_OF_THE_FILE = {"schema", "extends", "name"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One key that two scenarios have different values for; `None` where one has none."""

    key: str
    first: object
    second: object


def differences(first: Scenario, second: Scenario) -> list[Difference]:
    """List what differs: settings first, then records by kind and identifier; keys that are equal are left out."""
    found = [
        Difference(key, one, other)
        for key, one, other in _unequal(_settings(first), _settings(second))
        if key.split(".")[0] not in _OF_THE_FILE
    ]
    if first.records is second.records:
        return found
    for kind in KINDS:
        ones = {record.id: record for record in getattr(first.records, kind)}
        others = {record.id: record for record in getattr(second.records, kind)}
        for identifier in {**ones, **others}:
            one, other = ones.get(identifier), others.get(identifier)
            if one != other:
                prefix = f"{kind}.{identifier}"
                found.extend(Difference(f"{prefix}.{key}", *values) for key, *values in _unequal(_plain(one), _plain(other)))
    return found


def _settings(scenario: Scenario) -> dict[str, Any]:
    return scenario.settings.model_dump(mode="json", by_alias=True)


def _plain(record: Any) -> dict[str, Any]:
    return {} if record is None else record.model_dump(mode="json", by_alias=True)


def _unequal(one: dict[str, Any], other: dict[str, Any]) -> Iterator[tuple[str, object, object]]:
    ones, others = ({".".join(map(str, path)): value for path, value in leaves(data)} for data in (one, other))
    for key in {**ones, **others}:
        if ones.get(key) != others.get(key):
            yield key, ones.get(key), others.get(key)
