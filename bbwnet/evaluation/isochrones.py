"""Isochrones: how far one gets from a place within 15, 30, ... minutes, as polygons over land.

The arrivals at the nodes of the network come from a search; from there, and from every point of a road that can be left on
the way, travellers go on over local roads that the network does not hold, at a speed and with a detour that are assumed.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import shapely

from bbwnet.evaluation.bands import ROUNDING_DEGREES, Band, Isochrones, LocalAccess
from bbwnet.evaluation.contours import rings_at_most_zero
from bbwnet.evaluation.local_grid import LocalTimes, local_times
from bbwnet.evaluation.local_plane import LocalPlane
from bbwnet.evaluation.road_points import points_reached

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from bbwnet.network.network import Network

STEPS_MIN = (15.0, 30.0, 45.0, 60.0, 75.0, 90.0, 105.0, 120.0)

MAX_CELL_KM = 2.0

_LONGEST_EDGE_DEGREES = 0.05
"""Longer edges of the land are divided before they are drawn in the plane, where they are not quite straight."""


def isochrones(  # noqa: PLR0913  one knob each
    network: Network,
    node_minutes: Mapping[str, float] | NDArray[np.float64],
    *,
    origin: str,
    definition: str,
    land: shapely.MultiPolygon | None,
    depart: str | None = None,
    steps_min: Sequence[float] = STEPS_MIN,
    local: LocalAccess | None = None,
    cell_km: float = 1.0,
    along_roads: bool = True,
    car_seconds: NDArray[np.int64] | None = None,
    populations: Mapping[str, float] | None = None,
) -> Isochrones:
    """Polygons of everywhere reached within each of `steps_min`, from the minutes at which nodes are reached.

    `node_minutes` gives minutes since departure by node identifier, or one value per row of `network.nodes`; NaN or infinite
    where a node is not reached. `land` is the geometry of `bbwnet.evaluation.land.land_geometry`: bands stay on it, and
    so does the way to them, so that a ferry does not reach what lies along its course; what lies beyond the box of the land
    is left out. `None` means that nothing is known of it. `along_roads` reaches points along roads by car too, in
    `car_seconds` per arc (`NetworkState.passable_car_seconds`; by default free flow); `populations` are persons by place.
    Times between the centres of cells are interpolated. Raises `ValueError` for steps that do not rise from above 0, cells
    of more than `MAX_CELL_KM`, a grid of too many cells, or unknown nodes.
    """
    steps = [float(step) for step in steps_min]
    if not steps or not all(math.isfinite(step) for step in steps) or sorted({0.0, *steps}) != [0.0, *steps]:
        raise ValueError(f"steps must rise from above 0, not {steps_min}")
    if not 0 < cell_km <= MAX_CELL_KM:
        raise ValueError(f"cells must be above 0 and at most {MAX_CELL_KM:g} km, not {cell_km:g}")
    access = LocalAccess() if local is None else local
    minutes = _by_row(network, node_minutes)
    points = points_reached(network, minutes, spacing_km=cell_km, longest_min=steps[-1], along_roads=along_roads, car_seconds=car_seconds)
    areas = [shapely.MultiPolygon()] * len(steps)
    sizes = [0.0] * len(steps)
    if len(points.minutes):
        plane = LocalPlane(*_centre(points.lon_lat if land is None else np.reshape(land.bounds, (2, 2))))
        times = local_times(
            plane.to_km(points.lon_lat),
            points.minutes,
            None if land is None else shapely.transform(shapely.segmentize(land, _LONGEST_EDGE_DEGREES), plane.to_km),
            cell_km=cell_km,
            minutes_per_km=access.minutes_per_km,
            longest_min=steps[-1],
            longest_local_min=access.limit_min,
        )
        if times is not None:
            areas = _areas(times, steps, access.limit_min, plane, land)
            sizes = [float(shapely.transform(area, plane.to_km).area) for area in areas]
    reached = {} if populations is None else {place: float(minutes[_row(network, place)]) for place in populations}
    return Isochrones(
        scenario=network.scenario,
        origin=origin,
        definition=definition,
        depart=depart,
        bands=tuple(
            Band(step, area, size, None if populations is None else _persons(populations, reached, step))
            for step, area, size in zip(steps, areas, sizes, strict=True)
        ),
        over_land=land is not None,
        local=access,
        cell_km=cell_km,
    )


def _by_row(network: Network, node_minutes: Mapping[str, float] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Minutes by row of the nodes, infinite where a node is not reached."""
    if isinstance(node_minutes, np.ndarray):
        if node_minutes.shape != (len(network.nodes),):
            raise ValueError(f"minutes of {len(network.nodes)} nodes are wanted, not of shape {node_minutes.shape}")
        return np.where(np.isnan(node_minutes), np.inf, node_minutes).astype(np.float64)
    minutes = np.full(len(network.nodes), np.inf)
    for node, value in node_minutes.items():
        minutes[_row(network, node)] = math.inf if math.isnan(value) else value
    return minutes


def _row(network: Network, node: str) -> int:
    if node not in network.node_index:
        raise ValueError(f"node {node} is not in the network")
    return network.node_index[node]


def _centre(lon_lat: NDArray[np.float64]) -> tuple[float, float]:
    """Middle of the box of some positions."""
    lon, lat = (lon_lat.min(axis=0) + lon_lat.max(axis=0)) / 2
    return float(lon), float(lat)


def _areas(
    times: LocalTimes, steps: Sequence[float], limit_min: float, plane: LocalPlane, land: shapely.MultiPolygon | None
) -> list[shapely.MultiPolygon]:
    """Where the minutes are at most each of the steps and the local ones at most the limit, in degrees.

    All outlines and the coast are rounded and cut at their crossings together, and the bands put together from the pieces:
    rounded one by one, a band would not quite hold the one before.
    """
    outlines = [_outline(np.maximum(times.total_min - step, times.local_min - limit_min), times, plane) for step in steps]
    lines = [shapely.boundary(area) for area in (*outlines, *([] if land is None else [land]))]
    cut = shapely.union_all(lines, grid_size=ROUNDING_DEGREES)
    pieces = np.array(shapely.get_parts(shapely.polygonize(shapely.get_parts(cut))), dtype=object)
    within = shapely.point_on_surface(pieces)
    on_land = np.ones(len(pieces), dtype=np.bool_) if land is None else shapely.contains(land, within)
    held = np.zeros(len(pieces), dtype=np.bool_)
    areas = []
    for outline in outlines:
        shapely.prepare(outline)
        held = held | (on_land & shapely.contains(outline, within))
        joined = shapely.coverage_union_all(pieces[held])
        areas.append(shapely.MultiPolygon([part for part in shapely.get_parts(shapely.normalize(joined)) if part.area > 0]))
    return areas


def _outline(over: NDArray[np.float64], times: LocalTimes, plane: LocalPlane) -> shapely.Geometry:
    """Where values at the centres of cells are at most zero, in degrees, across the shore by less than a cell."""
    corner = np.array([times.west_km, times.south_km])
    rings = [shapely.LinearRing(plane.to_degrees(ring * times.cell_km + corner)) for ring in rings_at_most_zero(over)]
    return shapely.build_area(shapely.GeometryCollection(rings)) if rings else shapely.MultiPolygon()


def _persons(populations: Mapping[str, float], reached: Mapping[str, float], step: float) -> float:
    """Persons of the places reached within a step."""
    return math.fsum(persons for place, persons in sorted(populations.items()) if reached[place] <= step)
