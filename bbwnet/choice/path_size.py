"""Path size: how far an alternative is one of its own, and how far a variation of others that share its links or legs.

Ben-Akiva and Bierlaire (1999), "Discrete choice methods and their applications to short term travel decisions": the utility of path i
is corrected by a coefficient times ln PS(i), with

    PS(i) = sum over pieces a of i of (l(a) / L(i)) / N(a)

where l(a) is the length of the piece, L(i) that of the path and N(a) the number of alternatives that hold the piece. 1 for a path that
shares nothing, 1/n for each of n equal ones.

In the model's choice an alternative is a chain of modes with all its departures (`bbwnet.choice.mode_table`), and N(a) counts the
alternatives of the nest that ride a hop of a vehicle. Departures within one alternative share no vehicle: were one hop of two journeys
the same, the one that leaves later could go on as the one that arrives earlier does, which would be better than both for every wish.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from bbwnet.choice.path_size_kernels import sizes_among_alternatives
from bbwnet.routing.journey_set import KINDS
from bbwnet.scenario.schema.base import DAY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from bbwnet.routing.journey_set import JourneySet
    from bbwnet.routing.journeys import Journey

Piece = TypeVar("Piece", bound=Hashable)

_WAYS = [KINDS.index(kind) for kind in ("drive", "bus", "walk")]


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


def sizes_of_journeys(
    journeys: JourneySet, first_of_pair: NDArray[np.int64], alternative: NDArray[np.int64], nest: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Path size of each journey (n) among the alternatives of its pair that are in one nest with its own.

    The journeys of pair p are `first_of_pair[p]:first_of_pair[p + 1]`; `alternative` (n) is what each is a departure of, `nest` the nest
    of each alternative, 63 at most. Pieces are the hops of vehicles, by seconds: two alternatives share a hop if journeys of both ride the
    same vehicle on the same day over it, wherever they board and leave. Tomorrow's train is another train. Ways on foot, by bus or car are
    a journey's own, for the set does not say which they are; waits, entries and exits belong to no piece. Raises `ValueError` for more
    alternatives.
    """
    if len(nest) >= np.iinfo(np.int64).bits:
        raise ValueError(f"{len(nest)} alternatives; expected fewer than {np.iinfo(np.int64).bits}")
    together = np.array([np.sum(1 << np.flatnonzero(nest == own)) for own in nest], dtype=np.int64)
    trips, sizes = journeys.trips, np.ones(len(journeys))
    day = np.zeros(len(journeys.ride_trip), dtype=np.int64)
    if len(trips.depart_s):
        day = (journeys.ride_depart_s - trips.depart_s[journeys.ride_from]) // DAY_SECONDS
        day -= day.min(initial=0)
    sizes_among_alternatives(
        first_of_pair, alternative, together, journeys.seconds[:, _WAYS].sum(axis=1), journeys.first_ride,
        journeys.ride_from, journeys.ride_to, day, trips.arrive_s, trips.depart_s, sizes,
    )  # fmt: skip
    return sizes
