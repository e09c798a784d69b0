"""Perturbed grids of roads for benchmarks: road-like speeds, whole seconds, one street in ten missing; the same for a seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

SPACING_KM = 0.4
DETOUR = 1.1
"""Kilometres driven for a kilometre as the crow flies between crossings."""
MAIN_EVERY, EXPRESSWAY_EVERY = 5, 25
"""Every so many lines of the grid are main roads, and expressways."""
SPEEDS_KMH = {"street": 30.0, "main road": 60.0, "expressway": 100.0}
MISSING_SHARE = 0.1


@dataclass(frozen=True)
class RoadGrid:
    """Directed arcs, two a road, with whole seconds; positions in kilometres."""

    x_km: NDArray[np.float64]
    y_km: NDArray[np.float64]
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    seconds: NDArray[np.int64]

    @property
    def node_count(self) -> int:
        """Number of crossings."""
        return len(self.x_km)


def perturbed_grid(side: int, seed: int = 1) -> RoadGrid:
    """Crossings of `side` × `side` lines, each moved by up to 0.3 of the spacing; speeds vary by a fifth from road to road."""
    generator = np.random.default_rng(seed)
    node = np.arange(side * side)
    row, column = np.divmod(node, side)
    x_km, y_km = ((lines + generator.uniform(-0.3, 0.3, side * side)) * SPACING_KM for lines in (column, row))
    tail = np.concatenate([node[column < side - 1], node[row < side - 1]])
    head = tail + np.repeat([1, side], [side * (side - 1), side * (side - 1)])
    line = np.where(head - tail == 1, row[tail], column[tail])
    speed_kmh = np.full(len(tail), SPEEDS_KMH["street"])
    speed_kmh[line % MAIN_EVERY == 0] = SPEEDS_KMH["main road"]
    speed_kmh[line % EXPRESSWAY_EVERY == 0] = SPEEDS_KMH["expressway"]
    kept = (generator.random(len(tail)) >= MISSING_SHARE) | (line % MAIN_EVERY == 0)
    whole = csr_matrix((np.ones(kept.sum()), (tail[kept], head[kept])), shape=(side * side, side * side))
    part = connected_components(whole, directed=False)[1]
    kept |= part[tail] != part[head]  # no crossing is cut off
    tail, head, speed_kmh = tail[kept], head[kept], speed_kmh[kept] * generator.uniform(0.8, 1.2, kept.sum())
    length_km = DETOUR * np.hypot(x_km[tail] - x_km[head], y_km[tail] - y_km[head])
    seconds = np.maximum(1, np.rint(length_km / speed_kmh * 3600)).astype(np.int64)
    return RoadGrid(x_km, y_km, np.concatenate([tail, head]), np.concatenate([head, tail]), np.tile(seconds, 2))
