"""Path sizes of many journeys at once, compiled: how much of each is its own, and how much other alternatives of its nest ride too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles

if TYPE_CHECKING:
    from numpy.typing import NDArray


@njit(cache=True)
def sizes_among_alternatives(  # noqa: PLR0913, PLR0917
    first_of_pair: NDArray[np.int64],
    alternative: NDArray[np.int64],
    together: NDArray[np.int64],
    own_s: NDArray[np.int64],
    first_ride: NDArray[np.int64],
    ride_from: NDArray[np.int64],
    ride_to: NDArray[np.int64],
    ride_day: NDArray[np.int64],
    arrive_s: NDArray[np.int64],
    depart_s: NDArray[np.int64],
    size: NDArray[np.float64],
) -> None:
    """Fill the path size of each journey: seconds of its own, and of each hop over the alternatives that hold it, over all its seconds.

    The journeys of pair p are `first_of_pair[p]:first_of_pair[p + 1]`; `together[a]` are the bits of the alternatives in one nest with a.
    A hop is that of one vehicle on one day (`ride_day`, from 0) from one call to the next, with the dwell before it where that is sat
    through. A journey without a second has size 1.
    """
    calls, days = len(arrive_s), 1
    for ride in range(len(ride_day)):
        days = max(days, ride_day[ride] + 1)
    holders = np.zeros(days * calls, dtype=np.int64)
    for pair in range(len(first_of_pair) - 1):
        begin, end = first_of_pair[pair], first_of_pair[pair + 1]
        for journey in range(begin, end):
            for ride in range(first_ride[journey], first_ride[journey + 1]):
                for call in range(ride_from[ride], ride_to[ride]):
                    holders[ride_day[ride] * calls + call] |= 1 << alternative[journey]
        for journey in range(begin, end):
            among, whole, kept = together[alternative[journey]], float(own_s[journey]), float(own_s[journey])
            for ride in range(first_ride[journey], first_ride[journey + 1]):
                since = depart_s[ride_from[ride]]
                for call in range(ride_from[ride], ride_to[ride]):
                    length = arrive_s[call + 1] - since
                    since = arrive_s[call + 1]
                    held, count = holders[ride_day[ride] * calls + call] & among, 0
                    while held:
                        held &= held - 1
                        count += 1
                    whole += length
                    kept += length / count
            size[journey] = kept / whole if whole > 0 else 1.0
        for journey in range(begin, end):
            for ride in range(first_ride[journey], first_ride[journey + 1]):
                holders[ride_day[ride] * calls + ride_from[ride] : ride_day[ride] * calls + ride_to[ride]] = 0
