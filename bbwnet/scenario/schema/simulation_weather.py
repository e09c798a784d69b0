"""Wind and visibility at moments of the simulated days, against which each class of vessel has its limits."""

from __future__ import annotations

import itertools
from typing import Self

from pydantic import Field, model_validator

from bbwnet.scenario.schema.base import Identified, Identifier, Point, Record, Sequence, attribute
from bbwnet.scenario.schema.simulation_window import DayAndTime, moment_seconds


class WeatherMoment(Record):
    """The weather from a moment on, until the next."""

    from_: DayAndTime = Field(alias="from", description="first moment, `day N HH:MM`")
    wind_ms: float = attribute("mean wind", unit="m/s", default=0.0, ge=0, le=120)
    visibility_m: float = attribute("visibility", unit="m", default=50_000.0, ge=0)


class WeatherSeries(Identified):
    """The weather of an area or of named ports; calm and clear before its first moment."""

    area: Sequence[Point] = attribute("corners of the area, [lon, lat]", default=())
    nodes: Sequence[Identifier] = attribute("ports that it holds for", default=())
    at: Sequence[WeatherMoment] = attribute("what it is like, in order of time", min_length=1)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        """Refuse weather of nowhere, areas without an inside, and moments in disorder."""
        if bool(self.area) == bool(self.nodes):
            raise ValueError("expected either `area` or `nodes`")
        if 0 < len(self.area) < 3:  # noqa: PLR2004  a triangle is the least area
            raise ValueError("expected at least three corners of an area")
        moments = [moment_seconds(item.from_) for item in self.at]
        if any(later <= earlier for earlier, later in itertools.pairwise(moments)):
            raise ValueError("expected the moments of `at` in order of time")
        return self
