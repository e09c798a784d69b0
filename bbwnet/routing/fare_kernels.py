"""Fares in whole fen (hundredths of a yuan): one function of tariff and distance for kernels and Python alike.

Distances are whole metres and rates whole millionths of a yuan per km, so that a fare does not depend on the order of sums.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NO_FARE = -1
"""Fen of a ride that no tariff is known for."""

ONE_PERSON = 1000
"""`persons` of a fare that each traveller pays."""

_NANO_PER_FEN = 10_000_000
"""A metre times a millionth of a yuan per km is 1e-9 yuan."""


class FareTable(NamedTuple):
    """Tariffs as flat arrays; the bands of tariff `k` are `first_band[k]:first_band[k + 1]`."""

    start_fen: NDArray[np.int64]
    minimum_fen: NDArray[np.int64]
    maximum_fen: NDArray[np.int64]
    step_fen: NDArray[np.int64]
    persons: NDArray[np.int64]
    """Persons who share the fare, in thousandths."""
    first_band: NDArray[np.int64]
    from_m: NDArray[np.int64]
    rate: NDArray[np.int64]
    """Millionths of a yuan per km, by band."""
    surcharge_fen: NDArray[np.int64]


@njit(cache=True)
def party_fare(table: FareTable, tariff: int, metres: int) -> int:
    """Fen of a ride for all who share it; `NO_FARE` for a tariff below zero."""
    if tariff < 0:
        return NO_FARE
    fen = table.start_fen[tariff]
    nano = 0
    last = table.first_band[tariff + 1]
    for band in range(table.first_band[tariff], last):
        begin = table.from_m[band]
        if metres <= begin:
            break
        end = metres
        if band + 1 < last:
            end = min(metres, table.from_m[band + 1])
        nano += (end - begin) * table.rate[band]
        fen += table.surcharge_fen[band]
    step = table.step_fen[tariff]
    whole = step * _NANO_PER_FEN
    fen = (fen * _NANO_PER_FEN + nano + whole // 2) // whole * step
    return int(min(max(fen, table.minimum_fen[tariff]), table.maximum_fen[tariff]))


@njit(cache=True)
def fare_of(table: FareTable, tariff: int, metres: int) -> int:
    """Fen of a ride for one traveller; `NO_FARE` for a tariff below zero."""
    if tariff < 0:
        return NO_FARE
    persons = table.persons[tariff]
    return int((party_fare(table, tariff, metres) * ONE_PERSON + persons // 2) // persons)
