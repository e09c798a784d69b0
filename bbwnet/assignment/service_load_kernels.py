"""Riders put on vehicles, call by call, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles

if TYPE_CHECKING:
    from numpy.typing import NDArray


@njit(cache=True)
def load_calls(
    first_ride: NDArray[np.int64],
    ride_from: NDArray[np.int64],
    ride_to: NDArray[np.int64],
    riders: NDArray[np.float64],
    boardings: NDArray[np.float64],
    alightings: NDArray[np.float64],
    transfers_out: NDArray[np.float64],
    transfers_in: NDArray[np.float64],
) -> None:
    """Add the riders of each journey to the calls where they board and leave; `transfers_*` are those who change there."""
    for journey in range(len(first_ride) - 1):
        flow = riders[journey]
        if flow == 0.0:
            continue
        begin, end = first_ride[journey], first_ride[journey + 1]
        for ride in range(begin, end):
            boardings[ride_from[ride]] += flow
            alightings[ride_to[ride]] += flow
            if ride > begin:
                transfers_in[ride_from[ride]] += flow
            if ride + 1 < end:
                transfers_out[ride_to[ride]] += flow


@njit(cache=True)
def fullest(ride_from: NDArray[np.int64], ride_to: NDArray[np.int64], of_call: NDArray[np.float64]) -> NDArray[np.float64]:
    """Greatest figure of the calls left behind on each ride (rides), from that boarded to the one before that left."""
    found = np.zeros(len(ride_from))
    for ride in range(len(ride_from)):
        most = 0.0
        for call in range(ride_from[ride], ride_to[ride]):
            most = max(most, of_call[call])
        found[ride] = most
    return found


@njit(cache=True)
def fullest_at(ride_from: NDArray[np.int64], ride_to: NDArray[np.int64], of_call: NDArray[np.float64]) -> NDArray[np.int64]:
    """Call at which the greatest figure of each ride is, the first of equals."""
    found = np.empty(len(ride_from), dtype=np.int64)
    for ride in range(len(ride_from)):
        best = ride_from[ride]
        for call in range(ride_from[ride] + 1, ride_to[ride]):
            if of_call[call] > of_call[best]:
                best = call
        found[ride] = best
    return found
