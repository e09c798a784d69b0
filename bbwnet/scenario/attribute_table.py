"""The attribute table as rows, taken from the models: what `docs/contracts.md` and the exchange formats are made from."""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from bbwnet.scenario.model_fields import attributes_of, described
from bbwnet.scenario.schema.base import Record
from bbwnet.scenario.schema.network_file import NetworkIndex, NetworkRecords
from bbwnet.scenario.schema.scenario_file import ScenarioFile


@dataclass(frozen=True, slots=True)
class AttributeRow:
    """One attribute of one record; empty text where a column does not apply."""

    record: str
    attribute: str
    type: str
    unit: str
    default: str
    meaning: str
    gmns: str
    gtfs: str
    osmnx: str


def attribute_table() -> list[AttributeRow]:
    """Rows of every record's attributes: scenario first, then the network's index, then records in the order of its lists."""
    rows: list[AttributeRow] = []
    for model in record_models():
        for name, attribute in attributes_of(model).items():
            if rows and rows[-1].record == model.__name__ and rows[-1].meaning == attribute.info.description:
                continue  # a second name of the same attribute
            extra = attribute.extra
            rows.append(
                AttributeRow(
                    record=model.__name__,
                    attribute=name,
                    type=type_name(attribute.info.annotation),
                    unit=str(extra.get("unit", "")),
                    default=_default(attribute.info),
                    meaning=attribute.info.description or "",
                    gmns=str(extra.get("gmns", "")),
                    gtfs=str(extra.get("gtfs", "")),
                    osmnx=str(extra.get("osmnx", "")),
                )
            )
    return rows


def record_models() -> list[type[BaseModel]]:
    """All models of the file formats, each before those that it nests."""
    found: list[type[BaseModel]] = []
    for root in (ScenarioFile, NetworkIndex, NetworkRecords):
        _collect(root, found)
    return found


def _collect(model: type[BaseModel], found: list[type[BaseModel]]) -> None:
    if model in found:
        return
    found.append(model)
    for info in model.model_fields.values():
        for inner in _models_in(info.annotation):
            _collect(inner, found)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def type_name(annotation: Any) -> str:
    """Name of a type as the contracts write it: `float`, `list of Link`, `rail or coach`, `date`."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return type_name(arguments[0])
    if origin is Literal:
        return " | ".join(str(argument) for argument in arguments)
    if origin in {Union, types.UnionType}:
        return " or ".join(dict.fromkeys(type_name(argument) for argument in arguments if argument is not type(None)))
    if origin is tuple:
        items = [type_name(argument) for argument in arguments if argument is not ...]
        return f"list of {items[0]}" if ... in arguments else f"[{', '.join(items)}]"
    if origin is dict:
        return f"map of {type_name(arguments[1])} by {type_name(arguments[0])}"
    return getattr(annotation, "__name__", None) or described(annotation)


def _default(info: FieldInfo) -> str:
    value = info.default
    if value is PydanticUndefined:
        return "required"
    if isinstance(value, Record):
        return "its own defaults"
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "absent"
    return "none" if value in ((), {}) else str(value)
