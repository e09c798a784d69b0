"""The attribute table: every field of every record, with its meaning, unit and names elsewhere.

The fields of the models in this folder *are* the table. Schema, `docs/contracts.md` and the exchange formats all
read it through `attribute_table`, so a unit or a foreign name is written once.
"""

from __future__ import annotations

import datetime
import re
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

Confidence = Literal["measured", "reported", "estimated", "assumed"]
"""How far a record may be trusted, best first (DESIGN.md, "Provenance is a field")."""

CONFIDENCES: tuple[Confidence, ...] = ("measured", "reported", "estimated", "assumed")

SCHEMA_VERSION = 1
"""The version of the file formats that this bbwnet writes; readers migrate older files and refuse newer ones."""


def attribute(
    meaning: str,
    *,
    default: Any = ...,
    unit: str | None = None,
    gmns: str | None = None,
    gtfs: str | None = None,
    osmnx: str | None = None,
    **constraints: Any,
) -> Any:
    """Declare one attribute: what it means, its unit, and what other formats call it.

    `constraints` are passed on to `pydantic.Field` (`gt`, `ge`, `le`, `min_length`, ...).
    """
    foreign = {"gmns": gmns, "gtfs": gtfs, "osmnx": osmnx}
    extra: dict[str, Any] = {key: value for key, value in {"unit": unit, **foreign}.items() if value is not None}
    return Field(default, description=meaning, json_schema_extra=extra or None, **constraints)


class Record(BaseModel):
    """A frozen record of a YAML file; unknown keys, non-finite numbers and silent conversions are refused."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        populate_by_name=True,
    )


Item = TypeVar("Item")
Sequence = Annotated[tuple[Item, ...], Field(strict=False)]
"""A YAML sequence, held as a tuple so that records stay immutable."""


Point = Annotated[tuple[float, float], Field(strict=False)]
"""A position as [lon, lat], WGS84 degrees."""


def _parse_date(value: object) -> object:
    """Read an ISO date; YAML 1.2 leaves `2023-12-27` a string."""
    if isinstance(value, str):
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            raise ValueError("expected a date written YYYY-MM-DD")
        try:
            return datetime.date.fromisoformat(value)
        except ValueError as error:
            raise ValueError(f"expected a day of the calendar written YYYY-MM-DD ({error})") from None
    return value


IsoDate = Annotated[
    datetime.date,
    BeforeValidator(_parse_date),
    PlainSerializer(lambda value: value.isoformat(), return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date"}),
]
"""A calendar day, `YYYY-MM-DD`."""

DAY_SECONDS = 86_400

_CLOCK = re.compile(r"([0-9]{1,2}):([0-5][0-9])(?::([0-5][0-9]))?")


def clock_seconds(text: str) -> int:
    """Seconds after midnight of a clock time `HH:MM` or `HH:MM:SS`; hours pass 24 as in GTFS.

    Raises `ValueError` if the text is no clock time.
    """
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise ValueError("expected a clock time written HH:MM")
    return int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0)


def _parse_clock(value: object) -> object:
    if isinstance(value, str):
        clock_seconds(value)
    return value


ClockTime = Annotated[str, BeforeValidator(_parse_clock), WithJsonSchema({"type": "string", "pattern": rf"^{_CLOCK.pattern}$"})]
"""A local clock time, `HH:MM`; times pass 24:00 for the early hours of the next day."""

Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_\-]*$", max_length=80)]
"""ASCII snake case; link identifiers may also hold hyphens (`from_station-to_station`)."""


class Name(Record):
    """What a thing is called, in Chinese and in English."""

    zh: str = attribute("Chinese name", min_length=1)
    en: str = attribute("English name", min_length=1)


class Sourced(Record):
    """A record that says where it comes from and how far it may be trusted."""

    source: str = attribute("key into `sources` (title, date, licence)", min_length=1)
    confidence: Confidence = attribute("`measured`, `reported`, `estimated` or `assumed`")
    note: str | None = attribute("remark for the reader of the record", default=None)


class Identified(Sourced):
    """A sourced record with an identifier."""

    id: Identifier = attribute("unique identifier, ASCII snake case")
