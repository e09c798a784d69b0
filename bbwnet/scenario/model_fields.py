"""What the models say of their attributes: names as written in YAML, units, what is expected, and what is nested where."""

from __future__ import annotations

import datetime
import functools
import types
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AliasChoices, BaseModel
from pydantic.fields import FieldInfo

from bbwnet.scenario.document import DataPath


@dataclass(frozen=True)
class Attribute:
    """One attribute of a record: its name in YAML, its model's field, its unit."""

    name: str
    info: FieldInfo

    @property
    def extra(self) -> dict[str, Any]:
        """Unit and names in other formats."""
        return self.info.json_schema_extra if isinstance(self.info.json_schema_extra, dict) else {}

    @property
    def unit(self) -> str | None:
        """Unit of the quantity, if it is one."""
        return self.extra.get("unit")

    @property
    def expected(self) -> str:
        """What the attribute takes, in a few words."""
        kind = described(self.info.annotation)
        return f"{kind} in {self.unit}" if self.unit and "number" in kind else kind


@functools.cache
def attributes_of(model: type[BaseModel]) -> dict[str, Attribute]:
    """Attributes of a model by their names in YAML."""
    attributes = {}
    for field_name, info in model.model_fields.items():
        names = [info.alias or field_name]
        if isinstance(info.validation_alias, AliasChoices):
            names = [name for name in info.validation_alias.choices if isinstance(name, str)]
        attributes.update({name: Attribute(name, info) for name in names})
    return attributes


def described(annotation: Any) -> str:
    """Say in a few words what an annotation takes: `a number`, `text`, `one of rail, coach`, ..."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        text = described(arguments[0])
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        names = list(attributes_of(annotation))
        text = f"a map with {', '.join(names)}" if len(names) <= _FEW else "a map"
    elif origin is Literal:
        text = ", ".join(str(argument) for argument in arguments)
        text = f"one of {text}" if len(arguments) > 1 else text
    elif origin in {Union, types.UnionType}:
        text = " or ".join(dict.fromkeys(described(argument) for argument in arguments if argument is not type(None)))
    elif origin is tuple:
        text = "a list" if arguments[-1] is ... else f"a list of {len(arguments)}"
    else:
        text = _WORDS.get(origin or annotation, "a value")
    return text


_FEW = 6
_WORDS: dict[Any, str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    datetime.date: "a date YYYY-MM-DD",
    dict: "a map",
}


def attributes_at(model: type[BaseModel], data: Any, path: DataPath) -> dict[str, Attribute]:
    """Attributes valid at a path of the data; empty where the path leads to no record."""
    annotation: Any = model
    here = data
    for step in path:
        annotation = _inner(annotation, here, step)
        if annotation is None:
            return {}
        here = _item(here, step)
    record = _record(annotation, here)
    return attributes_of(record) if record is not None else {}


def annotation_at(model: type[BaseModel], data: Any, path: DataPath) -> Any:
    """Annotation of the value at a path of the data; `None` where the models know no such value."""
    annotation: Any = model
    here = data
    for step in path:
        annotation = _inner(annotation, here, step)
        if annotation is None:
            return None
        here = _item(here, step)
    return annotation


def item_annotation(info: FieldInfo) -> Any:
    """Annotation of the items, if a field holds a list of any length; else `None`."""
    arguments = get_args(info.annotation)
    if get_origin(info.annotation) is tuple and arguments[-1] is ...:
        return arguments[0]
    return None


def takes_text_only(annotation: Any) -> bool:
    """Whether text is the only scalar that fits, so that `2016` given for it means the text."""
    scalars = _scalars(annotation)
    return bool(scalars) and scalars <= {str, datetime.date}


def _scalars(annotation: Any) -> set[type]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _scalars(arguments[0])
    if origin is Literal:
        return {type(argument) for argument in arguments}
    if origin in {Union, types.UnionType}:
        return set().union(*(_scalars(argument) for argument in arguments)) - {type(None)}
    return {annotation} if annotation in {str, int, float, bool, datetime.date} else set()


def _item(container: Any, step: str | int) -> Any:
    if isinstance(container, dict):
        return container.get(step)
    return container[step] if isinstance(container, list) and isinstance(step, int) and 0 <= step < len(container) else None


def _inner(annotation: Any, here: Any, step: str | int) -> Any:
    """Annotation of the value `step` within a value of `annotation`."""
    record = _record(annotation, here)
    if record is not None:
        attribute = attributes_of(record).get(str(step))
        return attribute.info.annotation if attribute is not None else None
    for branch in _branches(annotation):
        arguments = get_args(branch)
        if get_origin(branch) is dict and isinstance(step, str):
            return arguments[1]
        if get_origin(branch) is tuple and isinstance(step, int):
            return arguments[0] if arguments[-1] is ... else arguments[min(step, len(arguments) - 1)]
    return None


def _branches(annotation: Any) -> list[Any]:
    """Alternatives of a union, the annotation alone if it is none."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _branches(arguments[0])
    if origin in {Union, types.UnionType}:
        return [branch for argument in arguments for branch in _branches(argument)]
    return [annotation]


def _record(annotation: Any, here: Any) -> type[BaseModel] | None:
    """Give the model that a map should fit: of several, the one whose `mode` it has."""
    models = [branch for branch in _branches(annotation) if isinstance(branch, type) and issubclass(branch, BaseModel)]
    mode = here.get("mode") if isinstance(here, dict) else None
    fitting = [model for model in models if "mode" in model.model_fields and mode in get_args(model.model_fields["mode"].annotation)]
    return next(iter(fitting or models[:1]), None)
