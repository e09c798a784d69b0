"""Profile connection scan: for one destination, every departure that is worth making from every stop, in one pass.

Method: Dibbelt, Pajor, Strasser, Wagner (2018), "Connection Scan Algorithm", ACM JEA 23, section 4.1 (earliest-arrival
profile), with changes that take time and transfers between terminals. Integer seconds throughout.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles
from bbwnet.routing.timetable_kernels import UNREACHED

if TYPE_CHECKING:
    from numpy.typing import NDArray


@njit(cache=True)
def earliest_from(ready: NDArray[np.int64], arrive: NDArray[np.int64], first: int, size: int, second: int) -> int:
    """Arrival of who is ready at a stop at `second`: that of the entry with the least `ready` not before it.

    The stop's entries are `first:first + size`, `ready` and `arrive` falling.
    """
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        if ready[first + middle] >= second:
            low = middle + 1
        else:
            high = middle
    return arrive[first + low - 1] if low else UNREACHED


@njit(cache=True)
def scan_profile(  # noqa: PLR0913, PLR0917  a kernel takes its arrays one by one
    depart: NDArray[np.int64],
    arrive: NDArray[np.int64],
    from_stop: NDArray[np.int32],
    to_stop: NDArray[np.int32],
    run: NDArray[np.int32],
    run_count: int,
    first_entry: NDArray[np.int64],
    minimum_connection: NDArray[np.int64],
    first_transfer: NDArray[np.int64],
    transfer_to: NDArray[np.int32],
    transfer_seconds: NDArray[np.int64],
    egress_seconds: NDArray[np.int64],
    entry_ready: NDArray[np.int64],
    entry_arrive: NDArray[np.int64],
    entry_count: NDArray[np.int64],
) -> None:
    """Fill the profile of every stop towards a destination; entries of a stop begin at `first_entry` and fall in time.

    `egress_seconds` is the time from getting off at a stop to the destination (`UNREACHED`: too far). `transfer_seconds` is the
    time from getting off at a stop to being ready to board at another. Connections are sorted by departure, rising.
    """
    entry_count[:] = 0
    aboard = np.full(run_count, UNREACHED, dtype=np.int64)
    for position in range(len(depart) - 1, -1, -1):
        tail, head, vehicle, off = from_stop[position], to_stop[position], run[position], arrive[position]
        best = aboard[vehicle]
        if egress_seconds[head] != UNREACHED:
            best = min(best, off + egress_seconds[head])
        best = min(best, earliest_from(entry_ready, entry_arrive, first_entry[head], entry_count[head], off + minimum_connection[head]))
        for transfer in range(first_transfer[head], first_transfer[head + 1]):
            stop = transfer_to[transfer]
            second = off + transfer_seconds[transfer]
            best = min(best, earliest_from(entry_ready, entry_arrive, first_entry[stop], entry_count[stop], second))
        aboard[vehicle] = best
        if best == UNREACHED:
            continue
        last = first_entry[tail] + entry_count[tail] - 1
        if entry_count[tail] and entry_arrive[last] <= best:
            continue
        if entry_count[tail] and entry_ready[last] == depart[position]:
            entry_arrive[last] = best
        else:
            entry_ready[last + 1] = depart[position]
            entry_arrive[last + 1] = best
            entry_count[tail] += 1


@njit(cache=True)
def sweep_departures(
    starts: NDArray[np.int64],
    access_seconds: NDArray[np.int64],
    first_entry: NDArray[np.int64],
    entry_ready: NDArray[np.int64],
    entry_arrive: NDArray[np.int64],
    entry_count: NDArray[np.int64],
    arrival: NDArray[np.int64],
    leave: NDArray[np.int64],
) -> None:
    """For each start (seconds, rising) the earliest arrival over all stops, and the latest second to leave for it.

    `access_seconds` is the time from leaving to being ready to board at each stop (`UNREACHED`: too far).
    """
    arrival[:] = UNREACHED
    leave[:] = -1
    for stop in range(len(access_seconds)):
        if access_seconds[stop] == UNREACHED or entry_count[stop] == 0:
            continue
        entry = first_entry[stop] + entry_count[stop] - 1
        for number in range(len(starts)):
            second = starts[number] + access_seconds[stop]
            while entry >= first_entry[stop] and entry_ready[entry] < second:
                entry -= 1
            if entry < first_entry[stop]:
                break
            latest = entry_ready[entry] - access_seconds[stop]
            if entry_arrive[entry] < arrival[number] or (entry_arrive[entry] == arrival[number] and latest > leave[number]):
                arrival[number] = entry_arrive[entry]
                leave[number] = latest
