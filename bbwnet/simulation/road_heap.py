"""The heap of road events: the earliest first, and of equal seconds the one made first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles

if TYPE_CHECKING:
    from bbwnet.simulation.road_state import Floats, Ints, Rows


@njit(cache=True)
def push_event(second: Floats, sequence: Ints, what: Rows, size: int, moment_s: float, number: int, item: int) -> int:
    """Add an event; returns the number of events. There must be room."""
    place = size
    while place > 0:
        parent = (place - 1) // 2
        if second[parent] < moment_s or (second[parent] == moment_s and sequence[parent] < number):
            break
        second[place], sequence[place], what[place] = second[parent], sequence[parent], what[parent]
        place = parent
    second[place], sequence[place], what[place] = moment_s, number, item
    return size + 1


@njit(cache=True)
def replace_event(second: Floats, sequence: Ints, what: Rows, size: int, moment_s: float, number: int, item: int) -> None:
    """Put an event in the place of the first of so many."""
    place = 0
    while True:
        child = 2 * place + 1
        if child >= size:
            break
        other = child + 1
        if other < size and (second[other] < second[child] or (second[other] == second[child] and sequence[other] < sequence[child])):
            child = other
        if moment_s < second[child] or (moment_s == second[child] and number < sequence[child]):
            break
        second[place], sequence[place], what[place] = second[child], sequence[child], what[child]
        place = child
    second[place], sequence[place], what[place] = moment_s, number, item


@njit(cache=True)
def pop_event(second: Floats, sequence: Ints, what: Rows, size: int) -> int:
    """Take the first event off; returns the number of events."""
    size -= 1
    replace_event(second, sequence, what, size, second[size], sequence[size], what[size])
    return size
