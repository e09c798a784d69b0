"""What isochrones are: bands of equal minutes around a place, and what they rest on."""

from __future__ import annotations

from dataclasses import dataclass, field

import shapely

ROUNDING_DEGREES = 1e-5
"""Coordinates are whole multiples of this, about a metre."""


@dataclass(frozen=True)
class LocalAccess:
    """How travellers go on from the network; all three are assumptions of ours, no survey of the region was seen."""

    speed_kmh: float = 30.0
    """Speed along local roads: a car or taxi on county and village roads. On foot, 4.8 km/h."""
    detour_factor: float = 1.3
    """Way along local roads over the straight line."""
    limit_min: float = 60.0
    """Longest time away from the network."""

    def __post_init__(self) -> None:
        """Raise `ValueError` if a value makes no sense."""
        if not (self.speed_kmh > 0 and self.detour_factor >= 1 and self.limit_min >= 0):
            raise ValueError(f"local access needs a speed above 0, a detour of at least 1 and a limit of at least 0, not {self}")

    @property
    def minutes_per_km(self) -> float:
        """Minutes for a kilometre of straight line."""
        return 60 * self.detour_factor / self.speed_kmh


@dataclass(frozen=True)
class Band:
    """Everywhere reached within some minutes; a band holds those of fewer minutes."""

    minutes: float
    area: shapely.MultiPolygon = field(repr=False)
    """WGS84 degrees; empty if nothing is reached."""
    area_km2: float
    population: float | None = None
    """Persons of the zones whose centre is reached within the minutes; `None` if no population was given."""


@dataclass(frozen=True)
class Isochrones:
    """The bands around a place, fewest minutes first, and what they rest on."""

    scenario: str
    origin: str
    """Row of `Network.nodes`, or the name of a place, that was left."""
    definition: str
    depart: str | None
    """Departure on the region's clock, if there is one."""
    bands: tuple[Band, ...]
    over_land: bool
    """Whether the bands are cut along the coast; else the network names no land, and they cover water too."""
    local: LocalAccess
    cell_km: float
