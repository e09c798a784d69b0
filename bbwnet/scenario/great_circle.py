"""Great-circle distance, the least that any way between two positions can measure."""

from __future__ import annotations

import math

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""


def great_circle_km(lon_1: float, lat_1: float, lon_2: float, lat_2: float) -> float:
    """Distance in km between two WGS84 positions in degrees (haversine formula)."""
    phi_1, phi_2 = math.radians(lat_1), math.radians(lat_2)
    half_chord = math.sin((phi_2 - phi_1) / 2) ** 2 + math.cos(phi_1) * math.cos(phi_2) * math.sin(math.radians(lon_2 - lon_1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half_chord)))
