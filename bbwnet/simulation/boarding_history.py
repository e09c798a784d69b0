"""What boarding is done with, put away once a day, so that only those under way need room: whose journey ended, who passed which checks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.scenario.schema.base import DAY_SECONDS
from bbwnet.simulation.boarding_state import CHECKS, ENDED, FIRST_DAY, FREE, NONE, USED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.simulation.boarding_state import BoardingState, Records

ENDED_PIECE = np.dtype([("count", "f8"), ("second", "f8"), ("cohort", "i4"), ("day", "i2"), ("why", "i2")])
"""What is kept of a piece that has ended."""

_MOMENTS = ("arrive_s", "start_s", "leave_s", "count")


@dataclass
class BoardingHistory:
    """Journeys that ended, and visits to checks, of the days that are over."""

    _ends: list[Records] = field(default_factory=list)
    _visits: list[list[NDArray[np.float64]]] = field(default_factory=list)
    """By server, since each is brought together by itself."""

    def put_away(self, state: BoardingState) -> None:
        """Take over what was noted, and give the room of ended pieces back; whoever is under way keeps his place and order."""
        self._ends.append(_ended(state))
        self._put_visits_away(state)
        state.counters[ENDED] = 0
        drop_ended(state)

    def ends(self, state: BoardingState) -> Records:
        """What became of all pieces that have ended: `ENDED_PIECE`, in the order in which they did."""
        return np.concatenate(self.ends_by_day(state))

    def ends_by_day(self, state: BoardingState) -> list[Records]:
        """The same, day after day."""
        return [*self._ends, _ended(state)]

    def take_visits(self, state: BoardingState) -> list[NDArray[np.float64]]:
        """Visits to each server of checks in order of arrival: seconds of arrival, start and end, and persons (4 x n); told once."""
        self._put_visits_away(state)
        found = []
        for days in self._visits:
            found.append(np.concatenate(days, axis=1))
            days.clear()
        return found

    def _put_visits_away(self, state: BoardingState) -> None:
        noted = state.checked[: int(state.counters[CHECKS])]
        order = np.argsort(noted["server"], kind="stable")
        first = np.searchsorted(noted["server"][order], np.arange(len(state.servers) + 1))
        moments = np.stack([noted[name][order] for name in _MOMENTS])
        self._visits = self._visits or [[] for _ in range(len(state.servers))]
        for server, days in enumerate(self._visits):
            days.append(moments[:, first[server] : first[server + 1]].copy())
        state.counters[CHECKS] = 0


def left_door_s(state: BoardingState, records: Records) -> NDArray[np.float64]:
    """Second at which those of pieces or ends left the door."""
    midnight = (records["day"].astype(np.float64) + state.counters[FIRST_DAY] - 1) * DAY_SECONDS
    return np.asarray(state.cohorts["leave_s"][records["cohort"]] + midnight)


def _ended(state: BoardingState) -> Records:
    ends = state.ends[: int(state.counters[ENDED])]
    found = np.empty(len(ends), dtype=ENDED_PIECE)
    for name in ENDED_PIECE.names or ():
        found[name] = ends[name]
    return found


def drop_ended(state: BoardingState) -> None:
    """Move the pieces under way together, in the same order, and let all that points at them follow."""
    counters = state.counters
    used = int(counters[USED])
    pieces = state.pieces[:used]
    kept = np.ones(used, dtype=np.bool_)
    following, piece = pieces["next"].tolist(), int(counters[FREE])
    while piece != NONE:
        kept[piece] = False
        piece = following[piece]
    # How many are kept before each: the new place of those kept, and for slices of a queue the place of the first that is.
    place = np.concatenate([[0], np.cumsum(kept)]).astype(np.int32)
    moved = pieces[kept]
    for name in ("next", "before"):
        moved[name] = _moved(moved[name], place)
    state.pieces[: len(moved)] = moved
    queues = state.queues
    queues["fresh"], queues["fresh_end"] = place[queues["fresh"]], place[queues["fresh_end"]]
    for name in ("head", "tail"):
        queues[name] = _moved(queues[name], place)
    state.aboard[:] = _moved(state.aboard, place)
    counters[USED], counters[FREE] = len(moved), NONE


def _moved(links: NDArray[np.int32], place: NDArray[np.int32]) -> NDArray[np.int32]:
    return np.where(links == NONE, NONE, place[links]).astype(np.int32)
