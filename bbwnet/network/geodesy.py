"""Great-circle distances on the mean sphere."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""


def great_circle_km(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Great-circle distance in km between two WGS84 positions in degrees (haversine formula)."""
    phi_a, phi_b = math.radians(lat_a), math.radians(lat_b)
    half_lat = (phi_b - phi_a) / 2
    half_lon = math.radians(lon_b - lon_a) / 2
    haversine = math.sin(half_lat) ** 2 + math.cos(phi_a) * math.cos(phi_b) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(haversine)))


def polyline_km(points: Iterable[Sequence[float]]) -> float:
    """Length in km of a line through [lon, lat] points along great circles."""
    return math.fsum(great_circle_km(a[0], a[1], b[0], b[1]) for a, b in pairwise(points))
