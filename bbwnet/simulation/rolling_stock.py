"""Vehicles of services: they go out and back, first in first out, so that a late run makes the next one late.

Each day begins with the vehicles where the timetable needs them (the fewest that it can be run with); what a disturbed day leaves out of
place is put right overnight. A train that carries on as another service is one run already, and its delay goes on with it.
"""

from __future__ import annotations

import heapq
from collections import deque
from typing import TYPE_CHECKING, cast

from simpy.events import Event

if TYPE_CHECKING:
    from collections.abc import Iterable

    import simpy


class Depot:
    """Vehicles of one service at one of its ends on one day."""

    def __init__(self, env: simpy.Environment, vehicles: int) -> None:
        """So many stand there in the morning."""
        self._env = env
        self._ready = [float("-inf")] * vehicles
        self._wanted: deque[Event] = deque()

    def take(self) -> Event | float:
        """The second from which the vehicle that is ready first is free, or the event that gives it once one has come."""
        if self._ready:
            return heapq.heappop(self._ready)
        wanted = Event(self._env)
        self._wanted.append(wanted)
        return wanted

    def put(self, ready_s: float) -> None:
        """A vehicle is free from a second on; whoever waited longest gets it."""
        if self._wanted:
            self._wanted.popleft().succeed(ready_s)
        else:
            heapq.heappush(self._ready, ready_s)

    def withdraw(self, wanted: Event) -> None:
        """Wait no longer; a vehicle given meanwhile goes to the next."""
        if wanted.triggered:
            self.put(cast("float", wanted.value))
        else:
            self._wanted.remove(wanted)


def fewest_vehicles(departures_s: Iterable[float], ready_s: Iterable[float]) -> int:
    """Vehicles that must stand at an end in the morning for each departure to find one, if others are ready again at these seconds."""
    changes = sorted([(second, 1) for second in departures_s] + [(second, 0) for second in ready_s])
    level = fewest = 0
    for _, leaves in changes:
        level += 1 if leaves else -1
        fewest = max(fewest, level)
    return fewest


End = tuple[str, int, int]
"""Service, node, day."""


class RollingStock:
    """The vehicles of all services."""

    def __init__(self, env: simpy.Environment, runs: Iterable[tuple[End, float, End, float]]) -> None:
        """From runs as planned: where each begins, when, where it ends, and when its vehicle is ready again."""
        departures: dict[End, list[float]] = {}
        ready: dict[End, list[float]] = {}
        for start, depart_s, end, ready_s in runs:
            departures.setdefault(start, []).append(depart_s)
            ready.setdefault(end, []).append(ready_s)
        ends = sorted({*departures, *ready})
        self.vehicles = {end: fewest_vehicles(departures.get(end, ()), ready.get(end, ())) for end in ends}
        self._depots = {end: Depot(env, vehicles) for end, vehicles in self.vehicles.items()}

    def at(self, end: End) -> Depot:
        """Vehicles of a service at a node on a day."""
        return self._depots[end]
