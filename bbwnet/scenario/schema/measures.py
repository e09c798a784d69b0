"""Measures: what of the model an observed total is to be held against; and what calibration may fit to them."""

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

PASSENGER_QUANTITIES: frozenset[Quantity] = frozenset({"airport_passengers", "boardings", "crossing_persons", "crossing_vehicles"})
"""Quantities that the passenger model counts, the trucks of freight among the vehicles; the others are of freight alone."""

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
    roro_tonnes: float = attribute(
        "tonnes of a goods vehicle that crosses the edge of the side, which the statistic of a port counts besides",
        unit="t",
        default=0.0,
        ge=0,
    )
    persons_per_truck: float = attribute("crew of a goods vehicle that counts among persons who cross", default=0.0, ge=0, le=10)
    to_fit: bool = attribute("whether calibration fits to it; validation shows it all the same", default=True)
    unit_factor: float = attribute("persons, vehicles, t or TEU that one unit of the observed figures stands for", default=1.0, gt=0)

    @model_validator(mode="after")
    def _ends_of_its_kind(self) -> Self:
        """Refuse a measure of nothing, or of both nodes and a side."""
        side = bool(self.cities or self.places)
        if self.quantity in OF_SIDES and (self.nodes or not side):
            raise ValueError(f"{self.quantity} is of a side: expected cities or places, and no nodes")
        if self.quantity not in OF_SIDES and (side != (self.roro_tonnes > 0) or not self.nodes):
            raise ValueError(f"{self.quantity} is of nodes: expected nodes, and cities or places with roro_tonnes only")
        return self


class FitParameter(Identified):
    """One number that calibration may find: it scales, or shifts, one or several settings together."""

    by: Literal["factor", "shift", "none"] = attribute(
        "`factor`: the settings are their starts times the number; `shift`: plus the number; `none`: they stay at their starts, not fitted",
        default="factor",
    )
    settings: dict[str, float] = attribute(
        "dotted keys of the scenario under `demand.passenger` or `choice`, and what they start from, uncalibrated", min_length=1
    )
    lower: float = attribute("least value of the number", default=0.1)
    upper: float = attribute("greatest value of the number", default=10.0)
    scale: float = attribute("change of a shift that weighs as much as a factor of e in the pull to the start", default=60.0, gt=0)

    @model_validator(mode="after")
    def _room_around_the_start(self) -> Self:
        """Refuse bounds that leave no room, or leave out the start."""
        start = 0.0 if self.by == "shift" else 1.0
        if self.by != "none" and not self.lower < start < self.upper:
            raise ValueError(f"expected lower < {start:g} < upper, the start of a {self.by}")
        if self.by == "factor" and self.lower <= 0:
            raise ValueError("expected a lower bound above 0 of a factor")
        return self
