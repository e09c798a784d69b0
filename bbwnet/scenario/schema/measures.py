"""Measures: what of the model an observed total is to be held against."""

from __future__ import annotations

from typing import Literal, Self, get_args

from pydantic import model_validator

from bbwnet.scenario.schema.base import Identified, Identifier, Sequence, attribute

Quantity = Literal[
    "airport_passengers", "boardings", "crossing_persons", "crossing_vehicles", "port_tonnes", "port_teu", "lock_tonnes", "border_trucks"
]
"""`airport_passengers`: who boards or leaves flights at airports; `boardings`: who boards services at stations; `crossing_persons` and
`crossing_vehicles`: both ways between the places of a side and all others over land and sea, crews of goods vehicles and train passengers
included; `port_tonnes` and `port_teu`: in and out of ports; `lock_tonnes`: both ways; `border_trucks`: both ways over a crossing."""

QUANTITIES: tuple[Quantity, ...] = get_args(Quantity)

OF_SIDES: frozenset[Quantity] = frozenset({"crossing_persons", "crossing_vehicles"})
"""Quantities that are of a side; the others are of nodes."""


class Measure(Identified):
    """Which modelled quantity a series of observed totals of a place is compared with."""

    series: str = attribute("series of the observed total", min_length=1)
    place: str = attribute("its place", min_length=1)
    metric: str = attribute("its metric", min_length=1)
    quantity: Quantity = attribute("what is counted in the model")
    nodes: Sequence[Identifier] = attribute(
        "airports, stations, ports, locks or home nodes of crossings that are counted together", default=()
    )
    cities: Sequence[Identifier] = attribute("cities of the side whose edge is crossed", default=())
    places: Sequence[Identifier] = attribute("places of that side besides", default=())
    unit_factor: float = attribute("persons, vehicles, t or TEU that one unit of the observed figures stands for", default=1.0, gt=0)

    @model_validator(mode="after")
    def _ends_of_its_kind(self) -> Self:
        """Refuse a measure of nothing, or of both nodes and a side."""
        side = bool(self.cities or self.places)
        if self.quantity in OF_SIDES and (self.nodes or not side):
            raise ValueError(f"{self.quantity} is of a side: expected cities or places, and no nodes")
        if self.quantity not in OF_SIDES and (side or not self.nodes):
            raise ValueError(f"{self.quantity} is of nodes: expected nodes, and neither cities nor places")
        return self
