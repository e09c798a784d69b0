"""Locks of a simulated day to which streams of the scenario bring barges, beside those of the flows."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bbwnet.simulation.arrival_stream import arrivals_of
from bbwnet.simulation.balance import BalanceRow
from bbwnet.simulation.consignment import FreightPart
from bbwnet.simulation.lock import ShipLock
from bbwnet.simulation.visits import HOUR_S
from bbwnet.simulation.world import PartResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    import simpy

    from bbwnet.simulation.freight_day import LockSite
    from bbwnet.simulation.world import World


@dataclass(frozen=True)
class BargeStream:
    """Barges of one stream of the scenario."""

    stream: str
    site: LockSite
    room: float
    """Room that each takes in a chamber."""
    forward: bool


@dataclass(eq=False)
class _Barge:
    came_s: float
    left_s: float = math.inf


class Locks:
    """The part of the day that brings barges of streams to their locks: to those of freight, where its barges pass the same."""

    def __init__(self, world: World, streams: Sequence[BargeStream]) -> None:
        """Open the locks that nobody has opened; made after freight. Raises `ValueError` for what is no chamber."""
        self._world, self._streams = world, streams
        freight = world.parts.get("freight")
        shared = {lock.identifier: lock for lock in freight.locks} if isinstance(freight, FreightPart) else {}
        self._own: dict[str, ShipLock] = {}
        for site in (item.site for item in streams):
            if site.identifier not in shared and site.identifier not in self._own:
                calendar = world.closures.of_terminal("locks", site.identifier, site.node)
                self._own[site.identifier] = ShipLock(world.env, site.identifier, site.chambers, site.order, calendar)
        self._locks = shared | self._own
        self._barges: list[_Barge] = []

    def start(self) -> None:
        """Barges come."""
        for item in self._streams:
            self._world.env.process(self._come(item))

    def _come(self, item: BargeStream) -> simpy.events.ProcessGenerator:
        env, lock = self._world.env, self._locks[item.site.identifier]
        (stream,) = (own for own in self._world.settings.streams if own.id == item.stream)
        # Who comes at one moment comes together: a chamber sees all of them before it takes any.
        for moment, alike in itertools.groupby(arrivals_of(self._world, stream).tolist()):
            yield env.timeout(moment - env.now)
            for _ in alike:
                barge = _Barge(moment)
                self._barges.append(barge)
                through = lock.enter(forward=item.forward, size=item.room)
                if through.callbacks is not None:
                    through.callbacks.append(partial(self._leaves, barge))

    def _leaves(self, barge: _Barge, _: simpy.Event) -> None:
        barge.left_s = self._world.env.now

    def finish(self) -> PartResult:
        """Barges that came, and are through; the visits to locks of freight are told by it."""
        end_s, entered = self._world.end_s, len(self._barges)
        through = sum(barge.left_s <= end_s for barge in self._barges)
        spent_s = math.fsum(min(barge.left_s, end_s) - barge.came_s for barge in self._barges)
        return PartResult(
            balance=[BalanceRow("barges", "ships", float(entered), float(through), float(entered - through), 0.0)],
            visits=[self._own[name].visits() for name in sorted(self._own)],
            lost_hours={"barge_h": spent_s / HOUR_S},
        )
