"""What pydantic's errors mean in the words of a planner: what is wrong, what was expected, the nearest valid name."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import BaseModel

from bbwnet.errors import Problem
from bbwnet.scenario.document import DataPath, value_at
from bbwnet.scenario.model_fields import Attribute, attributes_at
from bbwnet.scenario.nearest import nearest_name
from bbwnet.scenario.schema.simulation_window import MOMENT_PATTERN

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


_PATTERNS = {
    r"^[a-z0-9][a-z0-9_\-]*$": "an identifier in snake case: a-z, 0-9, _ and -",
    r"^[A-Z]{3}$": "three capital letters",
    r"^[A-Z]{2}[A-Z0-9]{3}$": "five characters such as CNQZH",
    r"^[A-Z]\d+$": "a clause number such as X5",
    MOMENT_PATTERN: "a moment such as `day 1 05:00`",
}
_LAT_MAX = 90


class Located(Protocol):
    """Data that can say where a value of theirs stands: a document, or the merged layers of a scenario."""

    data: Any

    def problem(
        self,
        path: DataPath,
        message: str,
        *,
        value: object = ...,
        expected: str | None = None,
        nearest: str | None = None,
        of_key: bool = False,
    ) -> Problem:
        """Make a problem of the value (or key) at `path`."""


@dataclass(frozen=True)
class _Fault:
    """What is wrong at one path: pydantic's errors there, and what the model says of the attribute and its siblings."""

    source: Located
    path: DataPath
    details: list[Any]
    siblings: dict[str, Attribute]

    @property
    def kind(self) -> str:
        return str(self.details[0]["type"])

    @property
    def value(self) -> Any:
        return self.details[0]["input"]

    @property
    def context(self) -> dict[str, Any]:
        return self.details[0].get("ctx", {})  # type: ignore[no-any-return]

    @property
    def attribute(self) -> Attribute | None:
        return self.siblings.get(str(self.path[-1])) if self.path else None

    @property
    def expected(self) -> str | None:
        return self.attribute.expected if self.attribute is not None else None

    def problem(self, message: str, expected: str | None, nearest: str | None = None) -> Problem:
        return self.source.problem(self.path, message, value=self.value, expected=expected, nearest=nearest)


def problem_of(source: Located, model: type[BaseModel], path: DataPath, details: list[Any]) -> Problem:
    """Make one problem of pydantic's errors at one path; several are the branches of a union that all failed."""
    fault = _Fault(source, path, details, attributes_at(model, source.data, path[:-1]))
    literal = next((detail for detail in details if detail["type"] == "literal_error"), None)
    if literal is not None:
        otherwise = "" if len(details) == 1 else " or a list"
        return _not_one_of(fault, path, fault.value, literal["ctx"]["expected"], otherwise)
    return _SAYING.get(fault.kind, _wrong_type)(fault)


def reason(detail: Any) -> str:
    """Say in a few words what one of pydantic's errors found wrong with a value."""
    kind = detail["type"]
    if kind in _BOUNDS:
        name, sign = _BOUNDS[kind]
        return f"must be {sign} {detail['ctx'][name]:g}"
    return "not one of the values allowed" if kind == "literal_error" else _TYPE_PROBLEMS.get(kind, "not valid")


def _missing(fault: _Fault) -> Problem:
    parent, key, attribute = fault.path[:-1], fault.path[-1], fault.attribute
    if attribute is None:
        expected = f"{key + 1} items" if isinstance(key, int) else None
        return fault.source.problem(parent, "item is missing", expected=expected)
    return fault.source.problem(parent, f"key is missing: {key}", expected=f"{attribute.info.description} ({attribute.expected})")


def _missing_tag(fault: _Fault) -> Problem:
    key = fault.context["discriminator"].strip("'")
    return fault.source.problem(fault.path, f"key is missing: {key}")


def _unknown_tag(fault: _Fault) -> Problem:
    key = fault.context["discriminator"].strip("'")
    return _not_one_of(fault, (*fault.path, key), fault.context["tag"], fault.context["expected_tags"])


def _unknown_key(fault: _Fault) -> Problem:
    key = str(fault.path[-1])
    stem = _UNIT_SUFFIX.sub("", key)
    alike = next((item for item in fault.siblings.values() if item.unit and _UNIT_SUFFIX.sub("", item.name) == stem), None)
    message, expected, nearest = "unknown key", None, nearest_name(key, fault.siblings)
    if alike is not None:
        message, expected, nearest = "wrong unit", f"{alike.name}, in {alike.unit}", alike.name
    return fault.source.problem(fault.path, message, value=key, expected=expected, nearest=nearest, of_key=True)


def _not_one_of(fault: _Fault, path: DataPath, value: object, allowed: str, otherwise: str = "") -> Problem:
    names = re.findall(r"'([^']*)'", allowed)
    expected = ", ".join(names or [allowed]) + otherwise
    return fault.source.problem(path, "not one of the values allowed", value=value, expected=expected, nearest=nearest_name(value, names))


def _out_of_bounds(fault: _Fault) -> Problem:
    lat, lon = fault.value, value_at(fault.source.data, (*fault.path[:-1], "lon"))
    if fault.path[-1] == "lat" and isinstance(lat, int | float) and isinstance(lon, int | float) and abs(lon) <= _LAT_MAX:
        shown, expected = f"lon {lon:g}, lat {lat:g}", f"lon {lat:g}, lat {lon:g}"
        return fault.source.problem(fault.path, "longitude and latitude are exchanged", value=shown, expected=expected)
    return fault.problem(reason(fault.details[0]), fault.expected)


def _not_valid(fault: _Fault) -> Problem:
    return fault.problem("not valid", str(fault.context["error"]).removeprefix("expected "))


def _too_short(fault: _Fault) -> Problem:
    expected = f"at least {fault.context['min_length']}" if fault.kind == "too_short" else fault.expected
    return fault.problem("too short" if fault.value else "empty", expected)


def _too_long(fault: _Fault) -> Problem:
    return fault.problem("too long", f"at most {fault.context['max_length']}")


def _not_like_pattern(fault: _Fault) -> Problem:
    pattern = fault.context["pattern"]
    return fault.problem("not valid", _PATTERNS.get(pattern, f"text like {pattern}"))


def _wrong_type(fault: _Fault) -> Problem:
    number = _NUMBER_WITH_UNIT.fullmatch(fault.value) if isinstance(fault.value, str) else None
    if number is not None and fault.kind in {"float_type", "int_type"}:
        return fault.problem("number with a unit in it", f"{number[1]} alone, {fault.expected or 'a number'}")
    return fault.problem(_TYPE_PROBLEMS.get(fault.kind, fault.details[0]["msg"].lower()), fault.expected)


_SAYING: dict[str, Callable[[_Fault], Problem]] = {
    "missing": _missing,
    "extra_forbidden": _unknown_key,
    "union_tag_not_found": _missing_tag,
    "union_tag_invalid": _unknown_tag,
    "value_error": _not_valid,
    "string_too_short": _too_short,
    "too_short": _too_short,
    "string_too_long": _too_long,
    "too_long": _too_long,
    "string_pattern_mismatch": _not_like_pattern,
    **dict.fromkeys(_BOUNDS, _out_of_bounds),
}
