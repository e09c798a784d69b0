"""From pydantic's errors to problems with file, line, expectation and nearest valid name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from bbwnet.errors import Problem
from bbwnet.scenario.document import DataPath, value_at
from bbwnet.scenario.model_fields import Attribute, attributes_at, item_annotation
from bbwnet.scenario.nearest import nearest_name

Model = TypeVar("Model", bound=BaseModel)

_UNIT_SUFFIX = re.compile(
    r"_(km|m|mm|cm|mi|miles|kmh|kph|km_h|mph|ms|min|mins|minutes|h|hours|s|sec|seconds|days?|cny|yuan|rmb|usd|t|tonnes|teu|kg|dwt|persons|veh_h)$"
)
_NUMBER_WITH_UNIT = re.compile(r"\s*([-+]?[\d.,]+)\s*([A-Za-z/%°公千米里元吨分小时]+.*)")
_TYPE_PROBLEMS = {
    "float_type": "not a number",
    "float_parsing": "not a number",
    "int_type": "not a whole number",
    "int_from_float": "not a whole number",
    "string_type": "not text",
    "bool_type": "neither true nor false",
    "date_type": "not a date",
    "tuple_type": "not a list",
    "list_type": "not a list",
    "dict_type": "not a map",
    "model_type": "not a map",
    "model_attributes_type": "not a map",
    "finite_number": "number is not finite",
}
_BOUNDS = {"greater_than": ("gt", ">"), "greater_than_equal": ("ge", ">="), "less_than": ("lt", "<"), "less_than_equal": ("le", "<=")}


class Located(Protocol):
    """Data that can say where a value of theirs stands: a document, or the merged layers of a scenario."""

    data: Any

    def problem(  # noqa: PLR0913
        self, path: DataPath, message: str, *, value: object = ..., expected: str | None = None, nearest: str | None = None, of_key: bool = False
    ) -> Problem:
        """Make a problem of the value (or key) at `path`."""


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
        adapter: TypeAdapter[Any] = TypeAdapter(item if item is not None else info.annotation)
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
    for path, details in by_place.items():
        yield _problem(source, model, path, details)


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


def _problem(source: Located, model: type[BaseModel], path: DataPath, details: list[Any]) -> Problem:
    kind = details[0]["type"]
    value = details[0]["input"]
    context = details[0].get("ctx", {})
    siblings = attributes_at(model, source.data, path[:-1])
    attribute = siblings.get(str(path[-1])) if path else None
    expected = attribute.expected if attribute is not None else None
    if kind == "missing":
        return _missing(source, path, attribute)
    if kind == "extra_forbidden":
        return _unknown_key(source, path, siblings)
    if kind == "union_tag_not_found":
        return source.problem(path, f"key is missing: {context['discriminator'].strip(chr(39))}")
    if kind == "union_tag_invalid":
        key = context["discriminator"].strip("'")
        return _not_one_of(source, (*path, key), context["tag"], context["expected_tags"])
    literal = next((detail for detail in details if detail["type"] == "literal_error"), None)
    if literal is not None:
        return _not_one_of(source, path, value, literal["ctx"]["expected"], "" if len(details) == 1 else " or a list")
    if kind in _BOUNDS:
        return _out_of_bounds(source, path, value, details[0], attribute)
    if kind == "value_error":
        message = str(context["error"])
        return source.problem(path, "not valid", value=value, expected=message.removeprefix("expected "))
    if kind in {"string_too_short", "too_short"}:
        return source.problem(path, "too short" if value else "empty", value=value, expected=f"at least {context['min_length']}" if kind == "too_short" else expected)
    if kind in {"too_long", "string_too_long"}:
        return source.problem(path, "too long", value=value, expected=f"at most {context['max_length']}")
    if kind == "string_pattern_mismatch":
        return source.problem(path, "not valid", value=value, expected=_PATTERNS.get(context["pattern"], f"text like {context['pattern']}"))
    number = _NUMBER_WITH_UNIT.fullmatch(value) if isinstance(value, str) and kind in {"float_type", "int_type"} else None
    if number is not None:
        return source.problem(path, "number with a unit in it", value=value, expected=f"{number[1]} alone, {expected or 'a number'}")
    return source.problem(path, _TYPE_PROBLEMS.get(kind, details[0]["msg"].lower()), value=value, expected=expected)


def reason(detail: Any) -> str:
    """Say in a few words what one of pydantic's errors found wrong with a value."""
    kind = detail["type"]
    if kind in _BOUNDS:
        name, sign = _BOUNDS[kind]
        return f"must be {sign} {detail['ctx'][name]:g}"
    return "not one of the values allowed" if kind == "literal_error" else _TYPE_PROBLEMS.get(kind, "not valid")


_PATTERNS = {
    r"^[a-z0-9][a-z0-9_\-]*$": "an identifier in snake case: a-z, 0-9, _ and -",
    r"^[A-Z]{3}$": "three capital letters",
    r"^[A-Z]{2}[A-Z0-9]{3}$": "five characters such as CNQZH",
    r"^[A-Z]\d+$": "a clause number such as X5",
    r"^day [1-9]\d* \d{1,2}:[0-5]\d$": "a moment such as `day 1 05:00`",
}


def _missing(source: Located, path: DataPath, attribute: Attribute | None) -> Problem:
    if attribute is None:
        return source.problem(path[:-1], "item is missing")
    return source.problem(path[:-1], f"key is missing: {path[-1]}", expected=f"{attribute.info.description} ({attribute.expected})")


def _unknown_key(source: Located, path: DataPath, siblings: dict[str, Attribute]) -> Problem:
    key = str(path[-1])
    stem = _UNIT_SUFFIX.sub("", key)
    alike = [name for name in siblings if name != key and _UNIT_SUFFIX.sub("", name) == stem]
    if alike and siblings[alike[0]].unit:
        right = siblings[alike[0]]
        return source.problem(path, "wrong unit", value=key, expected=f"{right.name}, in {right.unit}", nearest=right.name, of_key=True)
    return source.problem(path, "unknown key", value=key, nearest=nearest_name(key, siblings), of_key=True)


def _not_one_of(source: Located, path: DataPath, value: object, expected: str, otherwise: str = "") -> Problem:
    names = re.findall(r"'([^']*)'", expected)
    return source.problem(
        path, "not one of the values allowed", value=value, expected=", ".join(names or [expected]) + otherwise, nearest=nearest_name(value, names)
    )


def _out_of_bounds(source: Located, path: DataPath, value: object, detail: Any, attribute: Attribute | None) -> Problem:
    lon = value_at(source.data, (*path[:-1], "lon")) if path[-1] == "lat" else None
    if isinstance(lon, int | float) and isinstance(value, int | float) and abs(lon) <= _LAT_MAX:
        return source.problem(path, "longitude and latitude are exchanged", value=f"lon {lon:g}, lat {value:g}", expected=f"lon {value:g}, lat {lon:g}")
    return source.problem(path, reason(detail), value=value, expected=attribute.expected if attribute is not None else "a number")


_LAT_MAX = 90
