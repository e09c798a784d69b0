"""A ro-ro port: berths that ships wait for, and for each route from it a gate, a marshalling yard and the road outside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.simulation.vehicle_queue import COUNT, NONE, SINCE, TAG, Gate, Taken, VehicleQueue
from bbwnet.simulation.visits import Visits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import simpy
    from numpy.typing import NDArray

    from bbwnet.simulation.calendars import Calendar
    from bbwnet.simulation.world import World

REROUTED = 0.5
"""Added to the tag of a vehicle that has gone to another ferry once."""


class Berths:
    """Berths of a port, given in the order in which ships come; those of a closed or slowed terminal are not given, all or in part.

    Where all terminals of a port are closed, ships that are at sea come in all the same.
    """

    def __init__(self, env: simpy.Environment, terminals: Sequence[tuple[int, Calendar]]) -> None:
        """Take berths and calendar of each terminal; none: as many berths as ships."""
        self._env, self._terminals = env, tuple(terminals)
        self._waiting: list[simpy.Event] = []
        self.taken = 0
        self.stays: list[tuple[float, float, float]] = []
        """Seconds at which a ship came, had a berth, and left it."""
        self.number = float(sum(count for count, _ in terminals)) if terminals else np.inf

    def start(self) -> None:
        """Wake waiting ships whenever a terminal opens."""
        changes = sorted({float(moment) for _, calendar in self._terminals for moment in calendar.start_s if np.isfinite(moment)})
        if changes:
            self._env.process(self._changes(changes))

    def in_use(self, now_s: float) -> float:
        """Berths that are given at a moment."""
        found = sum(int(count * min(calendar.speed_at(now_s), 1.0) + NONE) for count, calendar in self._terminals)
        return float(found) if found else self.number

    def request(self) -> simpy.Event:
        """An event that happens when a berth is the ship's."""
        event = self._env.event()
        self._waiting.append(event)
        self._give()
        return event

    def release(self, asked_s: float, given_s: float) -> None:
        """Leave a berth that was asked for, and given, at these seconds."""
        self.stays.append((asked_s, given_s, self._env.now))
        self.taken -= 1
        self._give()

    def _give(self) -> None:
        while self._waiting and self.taken < self.in_use(self._env.now):
            self.taken += 1
            self._waiting.pop(0).succeed()

    def _changes(self, moments: Iterable[float]) -> simpy.events.ProcessGenerator:
        for moment in moments:
            if moment > self._env.now:
                yield self._env.timeout(moment - self._env.now)
            self._give()


@dataclass
class Lane:
    """One route from one port: the queue of its vehicles, from the road outside to the ramp."""

    link: str
    backward: bool
    port: str
    other: str
    gate: Gate
    before: Callable[[float], None] | None = None
    """Called with the moment before the queue is looked at: whoever brings vehicles lazily brings them."""
    capacity_lane_m_per_s: float = 0.0
    """What its ships can carry away, for drivers who choose between ports."""
    interval_s: float = np.inf
    """Mean time between two of its sailings."""
    crossing_s: float = 0.0
    """Over the water; of several services the last."""
    sailing: list[Calendar] = field(default_factory=list)
    """When ships of each of its classes may leave."""
    boarded: list[NDArray[np.float64]] = field(default_factory=list)
    """(since, boarded, vehicles, tag) of all that went on board."""
    left: list[NDArray[np.float64]] = field(default_factory=list)
    """(since, left, vehicles, whether from the yard) of all that left the queue otherwise."""
    _came: list[NDArray[np.float64]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """How the lane is called in tables: route and port that is left."""
        return f"{self.link}:{self.port}"

    def update(self, now_s: float) -> None:
        """Bring the queue up to a moment."""
        if self.before is not None:
            self.before(now_s)
        self.gate.advance(now_s)

    def join(self, rows: NDArray[np.float64]) -> None:
        """Cohorts come to the gate."""
        self.gate.outside.add(rows)
        self._came.append(rows[:, [SINCE, COUNT]])

    def board(self, now_s: float, lane_m: float, persons: float) -> Taken:
        """Take vehicles from the yard on board."""
        self.update(now_s)
        taken = self.gate.take(now_s, lane_m, persons)
        if len(taken.rows):
            rows = taken.rows
            self.boarded.append(np.stack([rows[:, SINCE], np.full(len(rows), now_s), rows[:, COUNT], rows[:, TAG]], axis=1))
        return taken

    def leave(self, now_s: float, since_s: float, *, once: bool) -> Taken:
        """Take out all that came to a ferry by a moment `since_s`; `once`: only those that have not gone to another ferry yet."""
        self.update(now_s)
        pieces = [self._out_of(queue, since_s, once=once) for queue in (self.gate.outside, self.gate.yard)]
        self.gate.remove(float(pieces[1][:, COUNT].sum()))
        for inside, rows in enumerate(pieces):
            full = np.full(len(rows), now_s)
            self.left.append(np.stack([rows[:, SINCE], full, rows[:, COUNT], np.full(len(rows), float(inside))], axis=1))
        return Taken(np.concatenate(pieces))

    def _out_of(self, queue: VehicleQueue, since_s: float, *, once: bool) -> NDArray[np.float64]:
        who = queue.rows[:, SINCE] <= since_s
        return queue.leave(who & (queue.rows[:, TAG] % 1 == 0) if once else who)

    def waiting_at(self, moments_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Vehicles on the road outside and in the yard at moments (2, n), from who came, passed the gate, boarded and left."""
        left = np.concatenate([np.empty((0, 4)), *self.left])
        came = _until(np.concatenate([np.empty((0, 2)), *self._came]), moments_s)
        passed = _until(np.concatenate([np.empty((0, 3)), *self.gate.passed])[:, 1:], moments_s)
        boarded = _until(np.concatenate([np.empty((0, 4)), *self.boarded])[:, 1:3], moments_s)
        from_yard, from_road = (_until(left[(left[:, 3] > 0) == inside][:, 1:3], moments_s) for inside in (True, False))
        found = np.stack([came - passed - from_road, passed - boarded - from_yard])
        return np.where(np.abs(found) < 1e-6, 0.0, found)  # noqa: PLR2004  what sums of fractions leave

    def waiting_lane_m(self, now_s: float) -> float:
        """Lane metres of all vehicles that wait at a moment."""
        self.update(now_s)
        return self.gate.yard.waiting_lane_m() + self.gate.outside.waiting_lane_m(now_s)

    def expected_wait_s(self, now_s: float) -> float:
        """What a driver expects: the vehicles before him over what the ships carry away."""
        before = self.waiting_lane_m(now_s)
        return before / self.capacity_lane_m_per_s if self.capacity_lane_m_per_s > 0 else np.inf

    def ahead_lane_m(self, now_s: float) -> float:
        """Lane metres of all vehicles in the queue or on their way to it; asks nobody to bring more."""
        self.gate.advance(now_s)
        return self.gate.yard.waiting_lane_m() + self.gate.outside.waiting_lane_m()

    def boards_s(self, moment_s: float, before_lane_m: float) -> float:
        """When a driver expects to board who comes at a moment behind so many lane metres of vehicles; infinite where nothing sails."""
        if self.capacity_lane_m_per_s <= 0:
            return np.inf
        opens_s = min((item.next_open_s(moment_s) for item in self.sailing), default=moment_s)
        return opens_s + before_lane_m / self.capacity_lane_m_per_s

    def visits(self, end_s: float) -> list[Visits]:
        """Visits to the gate, and to the queue as a whole (arrival to boarding)."""
        gone = np.concatenate([np.empty((0, 4)), *self.boarded])
        left = np.concatenate([np.empty((0, 4)), *self.left])
        waiting = np.concatenate([self.gate.outside.rows, self.gate.yard.rows])
        waiting = waiting[waiting[:, SINCE] <= end_s]
        since = np.concatenate([gone[:, 0], left[:, 0], waiting[:, SINCE]])
        start = np.concatenate([gone[:, 1], np.full(len(left) + len(waiting), np.inf)])
        leave = np.concatenate([gone[:, 1], left[:, 1], np.full(len(waiting), np.inf)])
        count = np.concatenate([gone[:, 2], left[:, 2], waiting[:, COUNT]])
        found = [_visits("ferry_queue", self.name, np.nan, since, start, leave, count)]
        passed = np.concatenate([np.empty((0, 3)), *self.gate.passed])
        if len(passed):
            found.append(_visits("ferry_gate", self.name, self.gate.lanes, *_one_by_one(passed, self.gate.rate_per_s, self.gate.lanes)))
        return found


def _one_by_one(passed: NDArray[np.float64], rate_per_s: float, lanes: float) -> tuple[NDArray[np.float64], ...]:
    """Cohorts that have passed a gate (ready, last one through, vehicles) one by one: ready, begun, through, vehicles.

    A vehicle is in its lane for the lanes over their rate, however many come with it.
    """
    ready_s, through_s, count = passed.T
    pieces = np.maximum(np.ceil(count / min(lanes, 1.0)), 1).astype(np.int64)
    of = np.repeat(np.arange(len(passed)), pieces)
    after = np.cumsum(pieces)[of] - 1 - np.arange(len(of))
    own = (count / pieces)[of]
    leave_s = through_s[of] - after * own / rate_per_s
    return ready_s[of], np.maximum(leave_s - lanes / rate_per_s, ready_s[of]), leave_s, own


def _until(pairs: NDArray[np.float64], moments_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Vehicles until each moment, of pairs of a second and vehicles (n, 2)."""
    order = np.argsort(pairs[:, 0], kind="stable")
    sums = np.concatenate([[0.0], np.cumsum(pairs[order, 1])])
    return np.asarray(sums[np.searchsorted(pairs[order, 0], moments_s, side="right")])


def _visits(
    kind: str,
    server: str,
    servers: float,
    arrive: NDArray[np.float64],
    start: NDArray[np.float64],
    leave: NDArray[np.float64],
    count: NDArray[np.float64],
) -> Visits:
    order = np.argsort(arrive, kind="stable")
    return Visits(kind, server, "vehicles", servers, arrive[order], start[order], leave[order], count[order])


def berths_of(world: World, port: str) -> Berths:
    """Berths of the port terminals at a node that handle `roro`, each with its own closures."""
    terminals = [
        (item.berths, world.closures.of_terminal("terminals", item.id, port))
        for item in sorted(world.network.assembly.terminals.values(), key=lambda item: item.id)
        if item.port == port and "roro" in item.commodities
    ]
    return Berths(world.env, terminals)
