"""The land of a region as one geometry, to clip what is drawn over it."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

import shapely

if TYPE_CHECKING:
    from bbwnet.scenario.land import Land


@overload
def land_geometry(land: Land) -> shapely.MultiPolygon: ...


@overload
def land_geometry(land: None) -> None: ...


def land_geometry(land: Land | None) -> shapely.MultiPolygon | None:
    """Polygons of land (WGS84 degrees), made valid and joined where they overlap; `None` where the region has none."""
    if land is None:
        return None
    polygons = [shapely.make_valid(shapely.Polygon(rings[0], rings[1:])) for rings in land.polygons]
    joined = shapely.union_all(polygons)
    parts = [part for part in shapely.get_parts(joined) if isinstance(part, shapely.Polygon)]
    return shapely.MultiPolygon(parts)
