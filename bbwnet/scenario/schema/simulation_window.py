"""Moments of simulated days, `day 1 05:00`, and windows between two of them."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import Field, model_validator

from bbwnet.scenario.schema.base import DAY_SECONDS, Record, attribute, clock_seconds

_MOMENT = re.compile(r"day ([0-9]+) ([0-9]{1,2}:[0-5][0-9](?::[0-5][0-9])?)")

MOMENT_PATTERN = rf"^{_MOMENT.pattern}$"
DayAndTime = Annotated[str, Field(pattern=MOMENT_PATTERN)]
"""A moment of the simulation: `day 1 05:00`, on the region's clock; day 0 is the one before."""


def moment_seconds(text: str) -> int:
    """Seconds of a moment from midnight before day 1; raises `ValueError` if the text is none."""
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise ValueError("expected a moment written `day N HH:MM`")
    return (int(match[1]) - 1) * DAY_SECONDS + clock_seconds(match[2])


class Window(Record):
    """From a moment until a later one."""

    from_: DayAndTime = Field(alias="from", description="start, `day N HH:MM`")
    until: DayAndTime = attribute("end, `day N HH:MM`")

    @model_validator(mode="after")
    def _forward(self) -> Self:
        """Refuse an end that is not after the start."""
        if moment_seconds(self.until) <= moment_seconds(self.from_):
            raise ValueError(f"expected `until` after {self.from_}")
        return self

    @property
    def from_s(self) -> int:
        """Seconds from midnight before day 1."""
        return moment_seconds(self.from_)

    @property
    def until_s(self) -> int:
        """Seconds from midnight before day 1."""
        return moment_seconds(self.until)
