"""Travellers who do not set out because they were told, or saw, what was coming."""

from __future__ import annotations

from typing import Literal

from bbwnet.scenario.schema.base import Confidence, Identified, Identifier, Sequence, attribute
from bbwnet.scenario.schema.simulation_window import Window

Traveller = Literal["rail", "coach", "air", "ferry", "local", "car", "light_truck", "heavy_truck"]
"""Main modes of passengers, and vehicles of roads and ferries; who rides a coach of a scenario's ferry stream is `coach` too."""


class StayHome(Identified, Window):
    """A share of trips that would leave in a window from or to some places, and are not made, or put off beyond the days simulated."""

    places: Sequence[Identifier] = attribute("places, cities or nodes that trips come from or lead to", min_length=1)
    of: Sequence[Traveller] = attribute(
        "main modes of passengers, and vehicles on roads and at ferries, that heed it",
        default=("rail", "coach", "air", "ferry", "local", "car"),
    )
    share: float = attribute("share of their trips; where several hold for a trip the largest counts", gt=0, le=1)
    source: str = attribute("key into `sources`", min_length=1)
    confidence: Confidence = attribute("how far the share may be trusted")
    note: str | None = attribute("remark for the reader", default=None)
