"""What people travel for, and the base of parameters that say where they come from."""

from __future__ import annotations

from typing import Literal, get_args

from bbwnet.scenario.schema.base import Confidence, Record, attribute

Purpose = Literal["airport_access", "business", "commuting", "leisure"]
"""`airport_access`: over land to an airport and back, by those who fly on to places that are no zones; `business`; `commuting`: between
neighbours, every working day; `leisure`: family and holidays."""

PURPOSES: tuple[Purpose, ...] = get_args(Purpose)

HOURS = 24


class Assumed(Record):
    """Parameters that say where they come from."""

    source: str = attribute("key into `sources`, or where the figures were found", default="planner_assumption", min_length=1)
    confidence: Confidence = attribute("`measured`, `reported`, `estimated` or `assumed`", default="assumed")
