"""Streams of single arrivals, vehicles, ships or barges, beside the flows of a mean day."""

from __future__ import annotations

import itertools
from typing import Literal, Self

from pydantic import Field, model_validator

from bbwnet.scenario.schema.base import Identifier, Record, Sequence, attribute
from bbwnet.scenario.schema.purposes import Assumed
from bbwnet.scenario.schema.simulation_service_time import ServiceTime
from bbwnet.scenario.schema.simulation_window import DayAndTime, Window, moment_seconds

StreamKind = Literal["car", "coach", "light_truck", "heavy_truck", "ship", "barge"]
"""What comes, one by one."""

ROAD_STREAMS: tuple[StreamKind, ...] = ("car", "coach", "light_truck", "heavy_truck")
"""Kinds that drive on roads."""


class Rate(Window):
    """A rate of arrivals from a moment until another; no arrivals outside all such windows."""

    rate: float = attribute("arrivals in an hour", unit="1/h", ge=0, le=1e6)


class Arrivals(Record):
    """When they come."""

    process: Literal["poisson", "regular", "schedule"] = attribute(
        "`poisson`: at random at the rate; `regular`: equally apart, the first at the start of each window; `schedule`: at `times`"
    )
    per_hour: Sequence[Rate] = attribute("rate by window, of `poisson` and `regular`; windows must not overlap", default=())
    times: Sequence[DayAndTime] = attribute("moments of `schedule`", default=())

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """Refuse a process without what it needs, or with what it does not know, and windows that overlap."""
        if (self.process == "schedule") != bool(self.times):
            raise ValueError("expected `times` with `process: schedule`, and only with it")
        if (self.process == "schedule") == bool(self.per_hour):
            raise ValueError("expected `per_hour` with `process: poisson` or `regular`, and only with them")
        windows = sorted(self.per_hour, key=lambda item: item.from_s)
        for first, second in itertools.pairwise(windows):
            if second.from_s < first.until_s:
                raise ValueError(f"windows overlap: one until {first.until}, another from {second.from_}")
        return self

    @property
    def times_s(self) -> tuple[int, ...]:
        """Moments of `schedule` in seconds, rising."""
        return tuple(sorted(moment_seconds(text) for text in self.times))


class Stream(Assumed):
    """Arrivals at one place, or on the way between two."""

    id: Identifier = attribute("unique identifier of the stream")
    what: StreamKind = attribute("what comes")
    at: Identifier | None = attribute(
        "where: a port terminal for ships, a lock for barges; for vehicles a road link, crossing or toll plaza, "
        "which they pass in its own direction",
        default=None,
    )
    from_: Identifier | None = Field(None, alias="from", description="node at which vehicles set out")
    to: Identifier | None = attribute("node to which they go, the quickest way", default=None)
    arrivals: Arrivals = attribute("when they come")
    service: ServiceTime | None = attribute("time that ships lie at a berth", default=None)
    dwt: float | None = attribute(
        "deadweight of each; barges need one, ships without one fit every berth and channel", unit="t", default=None, gt=0
    )
    direction: Literal["forward", "backward"] | None = attribute(
        "direction of barges, that of the links of the waterway or against it; chambers begin on the side of those that go forward",
        default=None,
    )
    note: str | None = attribute("remark for the reader", default=None)

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        """Refuse a stream that is nowhere, or at a place and on a way at once."""
        if (self.at is None) == (self.from_ is None) or (self.from_ is None) != (self.to is None):
            raise ValueError("expected either `at`, or `from` and `to`")
        if self.from_ is not None and self.from_ == self.to:
            raise ValueError(f"from and to are the same node ({self.to})")
        if (self.what == "ship") != (self.service is not None):
            raise ValueError("expected `service` with `what: ship`, and only with it")
        if self.what not in {"ship", "barge"} and self.dwt is not None:
            raise ValueError("expected `dwt` only with `what: ship` or `barge`")
        if self.what == "barge" and (self.at is None or self.dwt is None or self.direction is None):
            raise ValueError("expected `at`, a lock, `direction` and `dwt` with `what: barge`")
        if self.what != "barge" and self.direction is not None:
            raise ValueError("expected `direction` only with `what: barge`")
        if self.what == "ship" and self.at is None:
            raise ValueError("expected `at`, a terminal, with `what: ship`")
        return self
