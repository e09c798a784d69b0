"""Transfers: ways between two stops or places that the road graph does not show, on foot or by a shuttle that comes all the time."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bbwnet.scenario.schema.base import ClockTime, Identified, Identifier, IsoDate, Name, attribute


class Transfer(Identified):
    """A way from one stop to another, with the time that it takes.

    Outside the gates (the default) `transfer_min` is the way alone, from the exit of the one terminal to the entrance of the
    other: leaving the one (check-out) and entering the other (security, check-in) come on top of it. `inside` the gates
    nobody leaves or enters: `transfer_min` is the whole least time from the arrival of one vehicle to the departure of the
    next, and takes the place of the least connection there. The wait for a shuttle, half its headway on average, comes on
    top in both cases. Those outside the gates also serve journeys that begin or end at one of their ends. The least time to
    change within one stop is no transfer, but the node's `minimum_connection_min`.
    """

    from_: Identifier = Field(
        alias="from", description="node or place where the way starts", json_schema_extra={"gtfs": "from_stop_id", "gmns": "from_node_id"}
    )
    to: Identifier = attribute("node or place where it ends", gtfs="to_stop_id", gmns="to_node_id")
    name: Name | None = attribute("name, such as that of the metro line", default=None)
    mode: Literal["walk", "shuttle"] = attribute("`walk`, or `shuttle`: metro, people mover or bus that comes at short intervals")
    transfer_min: float = attribute(
        "time of the way: between the doors of the terminals, or `inside` the least time between vehicles",
        unit="min",
        ge=0,
        gtfs="min_transfer_time",
    )
    inside: bool = attribute("whether it runs behind the gates: nobody leaves or enters a terminal on it", default=False)
    length_km: float | None = attribute("length of the way; absent: the great circle", unit="km", default=None, gt=0)
    headway_min: float | None = attribute("time between departures of the shuttle", unit="min", default=None, gt=0, gtfs="headway_secs")
    between: tuple[ClockTime, ClockTime] | None = attribute(
        "first and last time of starting on it, local time; absent: at any time", default=None, strict=False
    )
    directed: bool = attribute("whether it runs from `from` to `to` only", default=False)
    opened: IsoDate | None = attribute("first day open; absent: before the data begin", default=None)
    closed: IsoDate | None = attribute("first day closed; absent: still open", default=None)
