"""Arrays of road traffic: made, given room, and cleared of cohorts that are there no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from bbwnet.simulation.road_state import Cohorts, Events, Quay, Queues, RoadArrays, Tally

if TYPE_CHECKING:
    from numpy.typing import NDArray

Arrays = TypeVar("Arrays", Cohorts, Events)
_EMPTY = {"tree": -1, "behind": -1, "arrive_s": np.inf, "joined_s": np.inf, "arc": -1}
"""What cohorts begin with, where not 0."""


def cohorts_of(room: int) -> Cohorts:
    """Cohorts that have not begun, with so much room."""
    kinds = {"number": np.int64, "position": np.int64, "road_class": np.int8, "state": np.int8, "event": np.int8}
    kinds |= dict.fromkeys(("path", "destination", "arc", "tree", "behind"), np.int32)
    return Cohorts(*(np.full(room, _EMPTY.get(name, 0), dtype=kinds.get(name, np.float64)) for name in Cohorts._fields))


def new_events() -> Events:
    """An empty heap."""
    return Events(np.empty(1024), np.empty(1024, np.int64), np.empty(1024, np.int32))


def new_queues(net: RoadArrays) -> Queues:
    """Ends of arcs, and with spill-back the ways onto them, with nobody there."""
    count = len(net.tail) * (2 if net.spill else 1)
    none = np.full(count, -1, dtype=np.int32)
    return Queues(
        np.full(count, -np.inf), np.zeros(count), np.zeros(count), none.copy(), none.copy(), np.full(count, -1, dtype=np.int64),
        none.copy(), np.full(count, np.inf),
    )  # fmt: skip


def new_quay(arcs: int) -> Quay:
    """No arc is a ferry's, and nobody has come."""
    return Quay(np.zeros(arcs, dtype=np.bool_), np.empty(64), np.empty(64, np.int32))


def new_tally(arcs: int, hours: int, watched: NDArray[np.int32]) -> Tally:
    """Nothing counted yet."""
    delay, queue, most, left = (np.zeros((arcs, hours)) for _ in range(4))
    moments = (np.empty(0) for _ in range(4))
    return Tally(np.zeros((arcs, hours, 4)), delay, queue, most, left, watched, np.empty(0, np.int32), *moments)


def with_more_visits(tally: Tally, more: int) -> Tally:
    """The same with room for so many visits more, and twice as many as before."""
    names = ("server", "arrive_s", "start_s", "leave_s", "units")
    found = {name: np.concatenate([old, np.empty(len(old) + more, old.dtype)]) for name in names if len(old := getattr(tally, name)) >= 0}
    return tally._replace(**found)


def grown(arrays: Arrays, size: int, room: int) -> Arrays:
    """The same with room for at least so many; what is behind `size` begins anew."""
    if len(arrays[0]) >= room:
        return arrays
    room = max(room, 2 * size)
    if isinstance(arrays, Events):
        return Events(*(np.concatenate([values, np.empty(room - len(values), values.dtype)]) for values in arrays))
    fresh = cohorts_of(room)
    for name in Cohorts._fields:
        getattr(fresh, name)[:size] = getattr(arrays, name)[:size]
    return fresh


def without(
    cohorts: Cohorts, size: int, done: NDArray[np.bool_], events: Events, queues: Queues, heap: int
) -> tuple[Cohorts, NDArray[np.int64]]:
    """Take cohorts out; also gives the new place of each, -1 of those taken out. Events and queues name the new places."""
    moved = np.where(done, -1, np.cumsum(~done) - 1)
    kept = ~done
    left = int(kept.sum())
    fresh = cohorts_of(left)
    for name in Cohorts._fields:
        getattr(fresh, name)[:] = getattr(cohorts, name)[:size][kept]

    def renamed(rows: NDArray[np.int32]) -> None:
        own = rows >= 0
        rows[own] = moved[rows[own]]

    renamed(fresh.behind)
    renamed(events.what[:heap])
    renamed(queues.first)
    # The last of an empty queue is nobody, whoever it was.
    queues.last[queues.first < 0] = -1
    renamed(queues.last)
    return fresh, moved
