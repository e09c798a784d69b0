"""Validating data against the models, with every problem located in the file that it comes from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from bbwnet.errors import Problem
from bbwnet.scenario.document import DataPath
from bbwnet.scenario.faults import Located, problem_of
from bbwnet.scenario.model_fields import item_annotation

Model = TypeVar("Model", bound=BaseModel)


def validate(source: Located, model: type[Model]) -> tuple[Model | None, list[Problem]]:
    """Validate the data of `source`; gives the model, or `None` and every problem."""
    try:
        return model.model_validate(source.data), []
    except ValidationError as error:
        return None, list(schema_problems(source, model, error))


def validate_leniently(source: Located, model: type[Model]) -> tuple[Model, list[Problem]]:
    """Validate a file of records; if some are wrong, give the sound ones and every problem of the others."""
    result, problems = validate(source, model)
    if result is not None:
        return result, []
    sound: dict[str, Any] = {}
    data = source.data if isinstance(source.data, dict) else {}
    for name, info in model.model_fields.items():
        value = data.get(info.alias or name)
        item = item_annotation(info)
        annotation: Any = item if item is not None else info.annotation
        adapter: TypeAdapter[Any] = TypeAdapter(annotation)
        values = value if item is not None and isinstance(value, list) else [value] if item is None and value is not None else []
        kept = [result for value in values for result in _sound(adapter, value)]
        if item is not None:
            sound[name] = tuple(kept)
        elif kept:
            sound[name] = kept[0]
    return model.model_construct(**sound), problems


def _sound(adapter: TypeAdapter[Any], value: Any) -> list[Any]:
    try:
        return [adapter.validate_python(value)]
    except ValidationError:
        return []


def schema_problems(source: Located, model: type[BaseModel], error: ValidationError) -> Iterable[Problem]:
    """Turn each of pydantic's errors into a problem; the branches of a union that failed become one."""
    by_place: dict[DataPath, list[Any]] = {}
    for detail in error.errors(include_url=False):
        by_place.setdefault(data_path(source.data, detail["loc"], detail["type"]), []).append(detail)
    found = [(path, details[0]["type"], problem_of(source, model, path, details)) for path, details in by_place.items()]
    misspelt = {(*path[:-1], problem.nearest) for path, kind, problem in found if kind == "extra_forbidden"}
    for path, kind, problem in found:
        if kind == "missing" and path in misspelt:
            continue  # a misspelt key is not told again as missing
        if kind == "too_short" and any(other[: len(path)] == path and other != path for other in by_place):
            continue  # pydantic counts the sound items of a list; those that are not are told
        yield problem


def data_path(data: Any, location: tuple[int | str, ...], kind: str) -> DataPath:
    """Path into the data of pydantic's location, which also names the branches of unions that it took."""
    path: list[int | str] = []
    here = data
    for index, step in enumerate(location):
        inside = (isinstance(here, dict) and step in here) or (isinstance(here, list) and isinstance(step, int) and step < len(here))
        if inside:
            here = here[step]
            path.append(step)
        elif index == len(location) - 1 and kind == "missing":
            path.append(step)
    return tuple(path)
