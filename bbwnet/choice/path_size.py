"""Path size: how far an alternative is one of its own, and how far a variation of others that share its links or legs.

Ben-Akiva and Bierlaire (1999), "Discrete choice methods and their applications to short term travel decisions": the utility of path i
is corrected by a coefficient times ln PS(i), with

    PS(i) = sum over pieces a of i of (l(a) / L(i)) / N(a)

where l(a) is the length of the piece, L(i) that of the path and N(a) the number of alternatives that hold the piece. 1 for a path that
shares nothing, 1/n for each of n equal ones.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from bbwnet.routing.journeys import Journey

Piece = TypeVar("Piece", bound=Hashable)


def path_sizes(paths: Sequence[Mapping[Piece, float]]) -> NDArray[np.float64]:
    """Path size of each alternative (n paths), each given by its pieces and their lengths, of whatever unit.

    A path without length has size 1: it shares nothing. Raises `ValueError` for a length that is negative or not finite.
    """
    for path in paths:
        for piece, length in path.items():
            if not (math.isfinite(length) and length >= 0):
                raise ValueError(f"length(={length:g}) of {piece} must be finite and not negative")
    holders = Counter(piece for path in paths for piece, length in path.items() if length > 0)
    sizes = np.ones(len(paths))
    for number, path in enumerate(paths):
        total = math.fsum(path.values())
        if total > 0:
            sizes[number] = math.fsum(length / holders[piece] for piece, length in path.items() if length > 0) / total
    return sizes


def journey_pieces(journey: Journey) -> dict[Hashable, float]:
    """The pieces of a journey and the minutes spent on each: vehicles between two stops, ways between two points by one mode.

    Two journeys share a ride if they take the same departure of the same vehicle between the same stops, and a way if they go the same
    way by the same mode at whatever hour. Waits, entries and exits belong to no piece: they are what a choice of vehicle brings about.
    """
    pieces: dict[Hashable, float] = {}
    for leg in journey.legs:
        if leg.kind not in ("ride", "way"):
            continue
        vehicle = (leg.ride.service, leg.ride.depart_s) if leg.ride is not None else ()
        key = (leg.kind, leg.mode, leg.from_node, leg.to_node, *vehicle)
        pieces[key] = pieces.get(key, 0.0) + leg.minutes
    return pieces
