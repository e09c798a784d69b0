"""Hubs: cities whose terminals are meant to work as one interchange."""

from __future__ import annotations

from typing import Literal

from bbwnet.scenario.schema.base import Identified, Identifier, Name, Sequence, attribute


class Hub(Identified):
    """An interchange of several modes: all terminals of a city, or those named."""

    name: Name = attribute("Chinese and English name")
    rank: Literal["national", "regional", "local"] = attribute("`national`, `regional` or `local`")
    city: Identifier = attribute("city that it serves")
    terminals: Sequence[Identifier] = attribute(
        "stations, airports, ports and coach stops that it is made of; absent: all that services call at in the city's zones", default=()
    )
