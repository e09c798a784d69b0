"""How much longer than the great circle lines of a class are, measured on the region's own lines over like distances."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.network.least_cost import LeastCostWays
from bbwnet.scenario.great_circle import great_circle_km

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bbwnet.scenario.schema.infrastructure import Link, Node
    from bbwnet.scenario.schema.places import Place

LIKE_DISTANCE = 1.3
"""Stretches of a line count for a distance if they are at most so many times as far apart, or it as they."""
FEWEST = 10
"""Where fewer stretches are alike, the nearest ones in distance are taken up to this number."""
SHORTEST_KM = 5.0
"""Stretches less far apart say nothing about a line's detour."""


@dataclass(frozen=True)
class Detour:
    """Length over great circle at some distance, and the number of stretches that it is the median of."""

    factor: float
    stretches: int


def stretches_of_lines(links: Sequence[Link], place: Mapping[str, Place | Node]) -> list[tuple[float, float]]:
    """Great circle in km and length in km between every two nodes of one line, for each line of `links`.

    Lengths run along the line's own links, the shortest way where it has a loop.
    """
    lines: dict[str, list[Link]] = {}
    for link in links:
        lines.setdefault(link.line, []).append(link)
    found: list[tuple[float, float]] = []
    for line in sorted(lines):
        nodes = sorted({end for link in lines[line] for end in (link.from_, link.to)})
        index = {node: number for number, node in enumerate(nodes)}
        tail = np.array([index[link.from_] for link in lines[line]], dtype=np.int64)
        head = np.array([index[link.to] for link in lines[line]], dtype=np.int64)
        length = np.array([link.length_km for link in lines[line]], dtype=np.float64)
        ways = LeastCostWays(len(nodes), np.concatenate([tail, head]), np.concatenate([head, tail]), np.concatenate([length, length]))
        for first, second in combinations(nodes, 2):
            km = ways.cost(index[first], index[second])
            direct = great_circle_km(place[first].lon, place[first].lat, place[second].lon, place[second].lat)
            if math.isfinite(km) and direct > SHORTEST_KM:
                found.append((direct, km))
    return found


def detour_at(stretches: Sequence[tuple[float, float]], distance_km: float) -> Detour:
    """Median of length over great circle over the stretches about as far apart as `distance_km`.

    Raises `ValueError` if there are no stretches.
    """
    if not stretches:
        raise ValueError("no stretches to measure a detour on")
    nearest = sorted(stretches, key=lambda stretch: (abs(math.log(stretch[0] / distance_km)), stretch))
    alike = [stretch for stretch in nearest if abs(math.log(stretch[0] / distance_km)) <= math.log(LIKE_DISTANCE)]
    chosen = alike if len(alike) >= FEWEST else nearest[:FEWEST]
    return Detour(float(np.median([km / direct for direct, km in chosen])), len(chosen))
