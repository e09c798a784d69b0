"""A grid of cells over the land, and how long each of them takes to reach from where one gets off the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.spatial import KDTree

from bbwnet.evaluation.local_kernels import spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

OFF_SHORE_KM = 3.0
"""Points this far off the land still count as on the shore: the coastline is a generalised one, and ports are built into the sea."""

MARGIN_CELLS = 3
"""Cells that are reached beyond every limit, so that contours at the limit lie between two values."""

MAX_CELLS = 30_000_000
"""More cells than this are refused; a region of 700 by 700 km at 1 km has half a million."""


@dataclass(frozen=True)
class LocalTimes:
    """Minutes at the centres of cells, and the local part of them; infinite where a cell is not reached."""

    west_km: float
    """x of the centres of the first column."""
    south_km: float
    """y of the centres of the first row."""
    cell_km: float
    total_min: NDArray[np.float64]
    local_min: NDArray[np.float64]


def local_times(
    points_km: NDArray[np.float64],
    minutes: NDArray[np.float64],
    land_km: shapely.MultiPolygon | None,
    *,
    cell_km: float,
    minutes_per_km: float,
    longest_min: float,
    longest_local_min: float,
) -> LocalTimes | None:
    """Spread the minutes of points (rows of x, y in km) over cells of the land, or everywhere if there is none.

    `None` if no point lies on the land or within `OFF_SHORE_KM` of it. Raises `ValueError` for a grid of over `MAX_CELLS`.
    """
    margin_min = MARGIN_CELLS * cell_km * minutes_per_km
    reach_km = np.minimum(longest_min - minutes, longest_local_min) / minutes_per_km + MARGIN_CELLS * cell_km
    low, high = (points_km - reach_km[:, None]).min(axis=0), (points_km + reach_km[:, None]).max(axis=0)
    if land_km is not None:
        bounds = np.asarray(land_km.bounds)
        low, high = np.maximum(low, bounds[:2] - cell_km), np.minimum(high, bounds[2:] + cell_km)
    first, last = np.floor(low / cell_km), np.ceil(high / cell_km)
    columns, rows = (int(extent) + 1 for extent in last - first)
    if rows < 1 or columns < 1:
        return None
    if rows * columns > MAX_CELLS:
        raise ValueError(f"a grid of {rows} x {columns} cells of {cell_km:g} km is too large: take larger cells or fewer minutes")
    cells = _positions_in_cells(points_km, first, cell_km)
    open_cells = np.ones((rows, columns), dtype=np.bool_)
    nearest = np.rint(cells).astype(np.int64)
    kept = np.ones(len(cells), dtype=np.bool_)
    if land_km is not None:
        open_cells = _cells_of_land(land_km, first, cell_km, rows, columns)
        where = np.argwhere(open_cells)[:, ::-1]
        if not len(where):
            return None
        off_km, index = KDTree(where).query(cells, distance_upper_bound=OFF_SHORE_KM / cell_km + 1)
        kept = np.isfinite(off_km)
        nearest = where[np.where(kept, index, 0)]
        if not kept.any():
            return None
    total, local = spread(
        open_cells,
        np.ascontiguousarray(cells[kept, 0]),
        np.ascontiguousarray(cells[kept, 1]),
        np.ascontiguousarray(nearest[kept, 1]),
        np.ascontiguousarray(nearest[kept, 0]),
        minutes[kept],
        minutes_per_km * cell_km,
        (float(longest_min), float(longest_local_min), margin_min),
    )
    west, south = first * cell_km
    return LocalTimes(float(west), float(south), cell_km, total, local)


def _positions_in_cells(points_km: NDArray[np.float64], first: NDArray[np.float64], cell_km: float) -> NDArray[np.float64]:
    """Column and row, with fractions, of positions in km."""
    cells: NDArray[np.float64] = points_km / cell_km - first
    return cells


def _cells_of_land(land_km: shapely.MultiPolygon, first: NDArray[np.float64], cell_km: float, rows: int, columns: int) -> NDArray[np.bool_]:
    """Which cells have their centre on land."""
    shapely.prepare(land_km)
    x, y = np.meshgrid((first[0] + np.arange(columns)) * cell_km, (first[1] + np.arange(rows)) * cell_km)
    return np.asarray(shapely.contains_xy(land_km, x, y))
