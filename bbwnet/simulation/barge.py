"""Barges on rivers: voyages from port to port, reach by reach and through the locks between."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bbwnet.simulation.freight_day import Passage
from bbwnet.simulation.lock import ShipLock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import simpy

    from bbwnet.simulation.calendars import Calendar
    from bbwnet.simulation.freight_day import FreightDay
    from bbwnet.simulation.visits import Visits
    from bbwnet.simulation.world import World


def passage(world: World, links: Sequence[str], link_s: Sequence[float], calendars: Sequence[Calendar] = ()) -> Passage:
    """A way link by link with the closures of its links; `calendars`: what else must be open for it."""
    closures, before = [], 0.0
    for link, seconds in zip(links, link_s, strict=True):
        calendar = world.closures.of_link(link)
        if not calendar.is_always_open:
            closures.append((before, seconds, calendar))
        before += seconds
    return Passage.of(before, closures, calendars)


class Fleet:
    """All barges, and the locks that they pass."""

    def __init__(self, world: World, day: FreightDay) -> None:
        """Open the locks; barges come with `sail`."""
        self._env = world.env
        self.locks = [
            ShipLock(world.env, item.identifier, item.chambers, item.order, world.closures.of_terminal("locks", item.identifier, item.node))
            for item in day.locks
        ]
        self._voyages = day.voyages
        self._reaches = [[passage(world, reach.links, reach.link_s) for reach in voyage.reaches] for voyage in day.voyages]

    def sail(self, voyage: int, count: float, arrived: Callable[[], None]) -> None:
        """Send so many barges off together; `arrived` is called when the last of them is there."""
        self._env.process(self._sail(voyage, count, arrived))

    def _sail(self, voyage: int, count: float, arrived: Callable[[], None]) -> simpy.events.ProcessGenerator:
        item = self._voyages[voyage]
        for reach, way in zip(item.reaches, self._reaches[voyage], strict=True):
            if reach.lock >= 0:
                yield self.locks[reach.lock].enter(forward=reach.forward, size=item.room, count=count)
            there = way.arrive_s(self._env.now)
            if not math.isfinite(there):
                return
            yield self._env.timeout(there - self._env.now)
        arrived()

    def visits(self) -> list[Visits]:
        """Visits to the locks."""
        return [lock.visits() for lock in self.locks]
