"""Ship locks: chambers lift ships in batches, from one side and then from the other.

A chamber takes the ships that wait on a side in their order, as many as fit; one that does not fit is passed over by those behind it. It
does not wait for more. Without ships on its side it turns round empty for those on the other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from bbwnet.simulation.calendars import ALWAYS
from bbwnet.simulation.visits import Visits

if TYPE_CHECKING:
    from collections.abc import Sequence

    import simpy

    from bbwnet.simulation.calendars import Calendar

LockOrder = Literal["alternating", "fifo"]
_ROUNDING = 1e-9
"""Share of a ship that may be missing where room is a multiple of ships."""


@dataclass(frozen=True)
class Chamber:
    """One chamber; its room is in the unit of the sizes of ships."""

    room: float
    passage_s: float
    """A lockage, whichever way."""
    turn_s: float
    """Turning round without ships."""

    def __post_init__(self) -> None:
        """Refuse what is no chamber; raises `ValueError`."""
        if not (self.room > 0 and self.passage_s > 0 and self.turn_s >= 0):
            raise ValueError("a chamber must have room, and a lockage must take time")


@dataclass(frozen=True)
class Lockage:
    """Ships locked through at once."""

    chamber: int
    start_s: float
    finish_s: float
    """Infinite if a closure never ends."""
    forward: bool
    ships: float
    room: float
    """Room that they fill."""


@dataclass(eq=False)
class _Waiting:
    """Ships alike that came together and have not all begun to be locked through."""

    size: float
    count: float
    arrive_s: float
    done: simpy.Event


class ShipLock:
    """A lock with its chambers; ships wait outside on two sides."""

    def __init__(
        self,
        env: simpy.Environment,
        identifier: str,
        chambers: Sequence[Chamber],
        order: LockOrder = "alternating",
        calendar: Calendar = ALWAYS,
    ) -> None:
        """Open the lock, all chambers on the side of ships that go forward; a lockage rests while the `calendar` is closed."""
        self.identifier, self.chambers, self.lockages = identifier, tuple(chambers), list[Lockage]()
        self._env, self._order, self._calendar = env, order, calendar
        self._queue: dict[bool, list[_Waiting]] = {True: [], False: []}
        self._called: simpy.Event = env.event()
        self._begun: list[tuple[float, float, float, float, float]] = []
        for number, chamber in enumerate(self.chambers):
            env.process(self._work(number, chamber))

    @property
    def largest(self) -> float:
        """Largest ship that passes."""
        return max(chamber.room for chamber in self.chambers)

    def enter(self, *, forward: bool, size: float, count: float = 1.0) -> simpy.Event:
        """Come to the lock with ships of a size each; the event happens when the last of them leaves it.

        Raises `ValueError` for ships that no chamber takes.
        """
        if not (0 < size <= self.largest and count > 0):
            raise ValueError(f"lock {self.identifier}: no chamber takes a ship of size {size:g}, the largest has room {self.largest:g}")
        ships = _Waiting(size, count, self._env.now, self._env.event())
        self._queue[forward].append(ships)
        called, self._called = self._called, self._env.event()
        called.succeed()
        return ships.done

    def waiting(self, *, forward: bool) -> float:
        """Ships that wait on a side now."""
        return math.fsum(ships.count for ships in self._queue[forward])

    def visits(self) -> Visits:
        """Visits of all ships so far, by arrival; servers are the ships that chambers hold at once, of the mean size that came."""
        still = [(ships.arrive_s, np.inf, np.inf, ships.count, ships.size) for side in self._queue.values() for ships in side]
        table = np.array(sorted([*self._begun, *still]), dtype=np.float64).reshape(-1, 5)
        arrive, start, leave, count, size = (np.ascontiguousarray(column) for column in table.T)
        room, came = math.fsum(chamber.room for chamber in self.chambers), float(count.sum())
        held = room * came / float(count @ size) if came > 0 else np.nan
        return Visits("lock", self.identifier, "ships", held, arrive, start, leave, count)

    def _work(self, number: int, chamber: Chamber) -> simpy.events.ProcessGenerator:
        """What a chamber does, for ever."""
        stands_forward = True
        while True:
            side = self._side(chamber, stands_forward=stands_forward)
            if side is None:
                yield self._called
                continue
            opens = self._calendar.next_open_s(self._env.now)
            if opens > self._env.now:
                yield self._until(opens)
                continue
            if side != stands_forward:
                yield self._until(self._calendar.finish_s(self._env.now, chamber.turn_s))
                stands_forward = side
                # Another chamber may have taken whoever waited, and one that came first on the other side is still first.
                if not self._fitting(chamber, forward=side):
                    continue
            began = self._env.now
            ends = self._calendar.finish_s(began, chamber.passage_s)
            done = self._load(number, chamber, ends, forward=stands_forward)
            yield self._until(ends)
            stands_forward = not stands_forward
            for event in done:
                event.succeed()

    def _until(self, second: float) -> simpy.Event:
        """An event at a second; never, if that is infinite."""
        return self._env.timeout(second - self._env.now) if math.isfinite(second) else self._env.event()

    def _fitting(self, chamber: Chamber, *, forward: bool) -> list[_Waiting]:
        return [ships for ships in self._queue[forward] if ships.size <= chamber.room]

    def _side(self, chamber: Chamber, *, stands_forward: bool) -> bool | None:
        """The side to serve next; `None` without a ship that fits."""
        here, there = self._fitting(chamber, forward=stands_forward), self._fitting(chamber, forward=not stands_forward)
        if not (here and there):
            return stands_forward if here else not stands_forward if there else None
        if self._order == "fifo" and there[0].arrive_s < here[0].arrive_s:
            return not stands_forward
        return stands_forward

    def _load(self, number: int, chamber: Chamber, ends: float, *, forward: bool) -> list[simpy.Event]:
        """Take ships in; the events of those of whom none is left outside."""
        began, free, taken, done = self._env.now, chamber.room, 0.0, []
        for ships in self._fitting(chamber, forward=forward):
            fit = math.floor(free / ships.size + _ROUNDING)
            number_in = min(float(fit), ships.count)
            if number_in <= 0:
                continue
            free -= number_in * ships.size
            taken += number_in
            self._begun.append((ships.arrive_s, began, ends, number_in, ships.size))
            ships.count -= number_in
            if ships.count <= 0:
                self._queue[forward].remove(ships)
                done.append(ships.done)
        self.lockages.append(Lockage(number, began, ends, forward, taken, chamber.room - free))
        return done
