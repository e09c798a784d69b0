"""Pieces of railway line as resources: trains keep their headway, and a single track is used in one direction at a time.

Trains pass and wait at stations (and yards), never at a junction between them: from one station to the next a train takes all the
pieces of line at once, each for its own time, or waits where it stands. Trains ask in order of time and are told at once when they may
go: at the first second at which nobody who asked before is in the way, be it between two of them. Whoever waits holds nothing, and what
was promised is never changed, so behind all that was promised there is room for everybody: each is told a finite second, and none waits
for another in a circle. Stations are taken to have room for all who wait.

Between stations a faster train follows the one before at its headway, or gets past it where the block lets it: no dispatcher is modelled
who would have held the slower one back in time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bbwnet.simulation.visits import Visits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_ROUNDING_S = 1e-9
_LEAST_STEP_S = 1.0
"""Least shift of a train that would meet something on its way between two stations, where a shift may not move it by as much."""


class Passage(NamedTuple):
    """A piece of line taken: from when until when."""

    enter_s: float
    leave_s: float


@dataclass
class Block:
    """A piece of line between two nodes."""

    link: str
    headway_s: float
    """Between trains of one direction on one track, on entering and on leaving."""
    crossing_s: float | None
    """Between a train's leaving and one of the other direction entering; `None`: the directions have tracks of their own."""
    tracks: int = 1
    """Tracks for each direction."""
    overtaking: bool = False
    """Whether a faster train gets past a slower one on the way; it then keeps its headway on entering only."""
    taken: tuple[list[list[Passage]], list[list[Passage]]] = field(init=False)
    """By direction (0 along the link, 1 against it) and track: passages to come, in order of entering."""
    asked: tuple[list[tuple[float, float, float]], list[tuple[float, float, float]]] = field(init=False)
    """By direction: when each train would have entered, entered, and left."""

    def __post_init__(self) -> None:
        """Nothing is taken."""
        self.taken = ([[] for _ in range(self.tracks)], [[] for _ in range(self.tracks)])
        self.asked = ([], [])

    def forget(self, now: float) -> None:
        """Drop what lies so far back that nobody can meet it."""
        clear = now - max(self.headway_s, self.crossing_s or 0.0)
        for own in self.taken:
            for passages in own:
                while passages and passages[0].leave_s <= clear:
                    passages.pop(0)

    def fit(self, direction: int, enter_s: float, leave_s: float) -> tuple[float, float, int]:
        """How much later a train must enter (0: it need not), when it leaves behind those before it, and on which track."""
        later = self._crossing(direction, enter_s, leave_s)
        if later > 0:
            return later, leave_s, 0
        found = [(*self._follow(passages, direction, enter_s, leave_s), number) for number, passages in enumerate(self.taken[direction])]
        return min(found)

    def take(self, direction: int, track: int, wanted_s: float, passage: Passage) -> None:
        """A train enters and leaves, where it fits."""
        passages = self.taken[direction][track]
        passages.append(passage)
        passages.sort()
        self.asked[direction].append((wanted_s, *passage))

    def _follow(self, passages: Sequence[Passage], direction: int, enter_s: float, leave_s: float) -> tuple[float, float]:
        headway = self.headway_s
        for before in passages:
            if before.enter_s <= enter_s - headway + _ROUNDING_S:
                leave_s = leave_s if self.overtaking else max(leave_s, before.leave_s + headway)
            elif before.enter_s < enter_s + headway - _ROUNDING_S or (
                not self.overtaking and before.leave_s < leave_s + headway - _ROUNDING_S
            ):
                # Too near, or it would be caught up with.
                return before.enter_s + headway - enter_s, leave_s
        return self._crossing(direction, enter_s, leave_s), leave_s

    def _crossing(self, direction: int, enter_s: float, leave_s: float) -> float:
        if self.crossing_s is None:
            return 0.0
        later = 0.0
        for other in self.taken[1 - direction][0]:
            clear = other.leave_s + self.crossing_s - enter_s
            if clear > _ROUNDING_S and leave_s + self.crossing_s > other.enter_s + _ROUNDING_S:
                later = max(later, clear)
        return later


def block_visits(blocks: Iterable[Block]) -> list[Visits]:
    """All passages of the pieces of each link, by direction, sorted; waits are those of trains that stood for a piece."""
    rows: dict[str, list[tuple[float, float, float]]] = {}
    for block in blocks:
        if block.headway_s > 0:
            for direction, asked in zip(("forward", "backward"), block.asked, strict=True):
                rows.setdefault(f"{block.link}|{direction}", []).extend(asked)
    made = []
    for server, found in sorted(rows.items()):
        if found:
            table = np.array(sorted(found), dtype=np.float64)
            made.append(Visits("line_block", server, "trains", np.nan, table[:, 0], table[:, 1], table[:, 2], np.ones(len(table))))
    return made


Way = tuple[tuple[Block, int], ...]
"""Pieces of line from one station to the next, each with the direction: 0 along the link, 1 against it."""


def reserve(way: Way, now: float, leaves: Callable[[float], Sequence[float]]) -> tuple[float, list[float]]:
    """When a train that is ready now may set out over a way, and when it leaves each piece of it; it has taken them then.

    `leaves` gives, for a second of setting out, when the train would leave each piece if it were alone: never earlier for later seconds.
    """
    for block, _ in way:
        block.forget(now)
    start, waited = now, 0
    while True:
        enter, held, taken = start, 0.0, []
        for number, ((block, direction), alone) in enumerate(zip(way, leaves(start), strict=True)):
            later, leave, track = block.fit(direction, enter, alone + held)
            if later > _ROUNDING_S:
                start += later if number == 0 else max(later, _LEAST_STEP_S)
                waited = number
                break
            taken.append((track, Passage(enter, leave)))
            held = leave - alone
            enter = leave
        else:
            break
    for number, ((block, direction), (track, passage)) in enumerate(zip(way, taken, strict=True)):
        # The wait is that for the piece which was met last.
        block.take(direction, track, passage.enter_s - (start - now if number == waited else 0.0), passage)
    return start, [passage.leave_s for _, passage in taken]
