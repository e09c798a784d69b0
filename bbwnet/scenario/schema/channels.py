"""Channels that ships take to a port: depth, passage, one ship at a time or both ways, and the tide that the deepest wait for."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from bbwnet.scenario.schema.base import ClockTime, Identified, Identifier, Name, Record, Sequence, attribute


class Tide(Record):
    """High water that comes again after a period: deep ships pass within hours of it."""

    first_high_water: ClockTime = attribute("a high water, region's clock, day 1 of the simulation")
    period_h: float = attribute(
        "time from one high water to the next; once a day in most of the Gulf", unit="h", default=24.84, gt=0, le=48
    )
    rise_m: float = attribute("water that can be counted on above the channel's depth within the window", unit="m", gt=0, le=20)
    window_h: float = attribute("time before and after high water in which deep ships pass", unit="h", gt=0)

    @model_validator(mode="after")
    def _apart(self) -> Self:
        """Refuse windows that run into each other."""
        if 2 * self.window_h >= self.period_h:
            raise ValueError(f"expected `window_h` below half of period_h, {self.period_h:g} h, not {self.window_h:g} h")
        return self


class Channel(Identified):
    """The way between the anchorage and the terminals of one port or several."""

    name: Name = attribute("Chinese and English name")
    ports: Sequence[Identifier] = attribute("nodes of the ports that it leads to", min_length=1)
    depth_m: float | None = attribute("depth at low water; absent: no ship is too deep", unit="m", default=None, gt=0)
    passage_min: float = attribute("time of a passage", unit="min", gt=0)
    one_way: bool = attribute("whether ships cannot meet in it", default=False)
    headway_min: float = attribute("least time between two ships that enter the same way", unit="min", default=15.0, ge=0)
    tide: Tide | None = attribute("tide that deep ships wait for; absent: what is deeper than the channel cannot come", default=None)
