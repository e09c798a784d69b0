"""Matrices of trips that the user brings: they take the place of gravity for their purpose."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from bbwnet.scenario.schema.base import attribute
from bbwnet.scenario.schema.purposes import Assumed, Purpose


class UserMatrix(Assumed):
    """Trips of one purpose from a file, each in the direction travelled: OMX (`.omx`), or CSV of origin, destination, trips (long form).

    Rows and columns are places by identifier: zones, gateways, and airports for the purpose `airport_access`. Pairs that a CSV does not
    name have no trips; an OMX file without labels holds the zones of the region, sorted by identifier.
    """

    purpose: Purpose = attribute("purpose whose trips these are, instead of those of the gravity model")
    file: str = attribute("OMX or CSV file, relative to this file, in its folder", min_length=1)
    matrix: str | None = attribute(
        "matrix of the OMX file, or value of the column `purpose` of the CSV; absent: the one called as the purpose, or the only one",
        default=None,
        min_length=1,
    )
    lookup: str | None = attribute("labels of the OMX file's rows; absent: `zones`, or the only ones", default=None, min_length=1)
    unit: Literal["trips_day", "vehicles_day"] = attribute(
        "`trips_day`: persons; `vehicles_day`: cars, `mode: car` only", unit="1/day", default="trips_day"
    )
    mode: Literal["any", "car"] = attribute(
        "`any`: people choose among the modes; `car`: by car without a choice, straight onto the roads", default="any"
    )
    factor: float = attribute("what every cell is multiplied by, such as days over hours", default=1.0, gt=0)

    @model_validator(mode="after")
    def _vehicles_drive(self) -> Self:
        """Refuse vehicles that would choose a mode."""
        if self.unit == "vehicles_day" and self.mode != "car":
            raise ValueError("expected mode: car where unit is vehicles_day, for cars choose no mode")
        return self
