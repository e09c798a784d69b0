"""A run that something may disturb: late of itself, late with its vehicle, behind other trains, held by a closure, cancelled.

A run has a timetable of its own: the planned one, and on top of it the delay that is drawn for it. What comes on top of that (others,
closures) it runs off as far as the margin of its run times and stops goes. So with nothing in its way its delays are those of the
scenario's `reliability`, and without these it is on time to the second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast, runtime_checkable

import numpy as np
from simpy.events import Event

from bbwnet.simulation.calendars import together
from bbwnet.simulation.line_block import reserve
from bbwnet.simulation.service_run import CALLS, COMES, GOES, At

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from bbwnet.scenario.schema.simulation_services import DelaySplit
    from bbwnet.simulation.calendars import Calendar
    from bbwnet.simulation.platforms import Platforms
    from bbwnet.simulation.rolling_stock import Depot
    from bbwnet.simulation.run_log import RunLog
    from bbwnet.simulation.run_ways import RunWay, Section, Stretch
    from bbwnet.simulation.runway import RunwaySlots
    from bbwnet.simulation.service_run import Riders, Running
    from bbwnet.simulation.timetable_runs import RunTable
    from bbwnet.simulation.world import World

    Waiting = Generator[Event, object, bool]


@runtime_checkable
class PassedBy(Protocol):
    """Riders that can be told that a run does not call at a closed stop."""

    def passed(self, run: int, call: int, now: float) -> object:
        """The run goes past a call: who wanted to get off does so at the next, who waits there looks elsewhere."""


@runtime_checkable
class RoadQueues(Protocol):
    """Roads on which coaches wait with the cars."""

    def delay_s(self, links: tuple[str, ...], directions: tuple[bool, ...], now: float) -> float:
        """Seconds that queues on links (backward or not) add for a vehicle that sets out over them now."""


@dataclass(frozen=True)
class Manner:
    """How runs of one mode behave."""

    margin: float
    least_dwell: float
    patience_s: float
    turnaround_s: float


@dataclass(frozen=True)
class Plan:
    """What is needed of one run."""

    run: int
    name: str
    nodes: tuple[str, ...]
    way: RunWay
    manner: Manner
    late_s: Sequence[float]
    """Of itself, on leaving the first stop and on coming to each other."""
    depots: tuple[Depot, Depot] | None
    """Where its vehicle comes from and goes to."""
    on_roads: bool


def own_delays(rng: np.random.Generator, late_share: float, mean_s: float, split: DelaySplit, run_seconds: Sequence[int]) -> list[float]:
    """Delay of a run of itself on leaving its first stop and on coming to each other one.

    A share of runs is late at the end by an exponential delay: a part of it from the start, the rest by run time, each section weighted
    by an exponential number. As much is drawn for a punctual run, so that nothing else changes with the share.
    """
    chance, size = float(rng.random()), float(rng.exponential())
    weights = rng.exponential(size=len(run_seconds)) * np.asarray(run_seconds, dtype=np.float64)
    total = mean_s * size if chance < late_share else 0.0
    on_the_way = np.cumsum(weights) / weights.sum() if weights.sum() > 0 else np.linspace(0.0, 1.0, len(run_seconds) + 1)[1:]
    grown = split.initial_share + (1 - split.initial_share) * np.concatenate([[0.0], on_the_way])
    return [float(total * share) for share in grown]


class Surroundings:
    """What runs of a timetable share: who rides, what is waited for."""

    def __init__(
        self,
        world: World,
        table: RunTable,
        riders: Riders,
        log: RunLog,
        runways: Mapping[str, RunwaySlots],
        platforms: Mapping[str, Platforms],
    ) -> None:
        """Take the clock, the timetable, who rides; runways and platforms by node."""
        self.world, self.env, self.table, self.riders, self.log = world, world.env, table, riders, log
        self.runways, self.platforms = runways, platforms
        # What a part can do beyond what all can is asked of it, whichever part it is.
        asked: tuple[object, object] = (riders, world.parts.get("roads"))
        self.passed_by = asked[0] if isinstance(asked[0], PassedBy) else None
        self.roads = asked[1] if isinstance(asked[1], RoadQueues) else None


class DisturbedRun:
    """One run; its process is `run()`, begun before it sets out."""

    def __init__(self, around: Surroundings, plan: Plan) -> None:
        """Stand before the first stop."""
        self._around, self._plan, self._env = around, plan, around.env
        trip = plan.run % around.table.trips
        self._first, self._last = around.table.first_call[trip], around.table.first_call[trip + 1] - 1
        self._midnight_s = around.table.midnight_s(plan.run)
        self._due_s = self._midnight_s + around.table.depart_s[self._first]
        self._position = 0
        self._stands = True
        """Whether riders know that it stands at the stop."""
        self._passes = False
        """Whether it goes past the stop."""
        self._platform: Platforms | None = None
        self._visit = 0

    def run(self) -> Running:
        """From its first stop to its last, or to where it is cancelled."""
        if not (yield from self._set_out()):
            return
        while True:
            if not (yield from self._leave_stop()):
                return
            yield from self._come()
            if self._passes:
                continue
            if self._call == self._last:
                self._end()
                return

    # --- what the parts of a run use

    @property
    def _call(self) -> int:
        return self._first + self._position

    @property
    def _node(self) -> str:
        return self._plan.nodes[self._position]

    def _until(self, second: float, phase: int) -> At:
        return At(self._env, max(second - self._env.now, 0.0), phase + self._plan.run)

    def _halt(self) -> None:
        """Come to a stand at a stop, if that is not so yet."""
        if not self._stands and not self._passes:
            self._around.riders.arrive(self._plan.run, self._call, self._env.now)
            self._stands = True

    def _cancel(self) -> None:
        """Go no further than here."""
        self._around.riders.cancelled(self._plan.run, self._call, self._env.now)
        self._around.log.cancelled(self._plan.run, self._call)
        self._tell("cancelled")

    def _tell(self, kind: str) -> None:
        world = self._around.world
        if world.events is not None:
            on_board = getattr(self._around.riders, "on_board", None)
            world.tell(kind, self._node, self._plan.name, 0.0 if on_board is None else float(on_board(self._plan.run)))

    def _held(self, hold: Calendar, until_s: float) -> Waiting:
        """Stand until a calendar is open, or until a second; whether it is open."""
        began, opens = self._env.now, hold.next_open_s(self._env.now)
        self._tell("held")
        if min(opens, until_s) == np.inf:
            yield Event(self._env)
        yield self._until(min(opens, until_s), GOES)
        self._around.log.held(self._plan.run, self._env.now - began)
        return opens <= until_s

    def _take_platform(self) -> Running:
        self._platform = self._around.platforms.get(self._node)
        if self._platform is not None:
            began = self._env.now
            self._visit, granted = self._platform.take()
            if granted is not None:
                yield granted
                self._around.log.held(self._plan.run, self._env.now - began)

    def _leave_platform(self) -> None:
        if self._platform is not None:
            self._platform.leave(self._visit)
            self._platform = None

    # --- the first stop

    def _set_out(self) -> Waiting:
        """Have a vehicle and a platform; whether there is a vehicle in time."""
        platform = self._around.platforms.get(self._node)
        yield self._until(self._due_s - (0.0 if platform is None else platform.turn_s), GOES)
        self._around.log.began(self._plan.run)
        if self._plan.depots is not None and not (yield from self._vehicle(self._plan.depots[0])):
            self._cancel()
            return False
        yield from self._take_platform()
        if self._env.now < self._due_s:
            yield self._until(self._due_s, GOES)
        return True

    def _vehicle(self, depot: Depot) -> Waiting:
        """Wait for the vehicle as long as patience goes; whether it came."""
        env, began, until_s = self._env, self._env.now, self._due_s + self._plan.manner.patience_s
        given = depot.take()
        if isinstance(given, Event):
            yield given | self._until(until_s, GOES)
            if not given.processed:
                depot.withdraw(given)
                self._around.log.held(self._plan.run, env.now - began)
                return False
            given = float(cast("float", given.value))
        if given > env.now:
            yield self._until(min(given, until_s), GOES)
        self._around.log.held(self._plan.run, env.now - began)
        if given > until_s:
            depot.put(given)
            return False
        return True

    # --- at a stop

    def _leave_stop(self) -> Waiting:
        """Stand as planned, or as long as must be; whether it goes on."""
        around, plan, env = self._around, self._plan, self._env
        came = env.now
        ready = came if self._passes else self._ready_s(came)
        if ready > came:
            self._halt()
            yield self._until(ready, GOES)
        section = plan.way.sections[self._position]
        hold = section.hold if self._position else together([plan.way.first_stop, section.hold])
        if hold.next_open_s(env.now) > env.now:
            self._halt()
            since = self._due_s if self._position == 0 else env.now
            until = np.inf if self._passes else max(since + plan.manner.patience_s, env.now)
            if not (yield from self._held(hold, until)):
                self._cancel()
                self._leave_platform()
                if self._position == 0 and plan.depots is not None:
                    plan.depots[0].put(env.now)
                return False
        start, self._left_s = self._enter(0)
        if start > env.now:
            self._halt()
            around.log.held(plan.run, start - env.now)
            yield self._until(start, GOES)
        if not self._passes:
            go = around.riders.depart if self._stands else around.riders.visit
            go(plan.run, self._call, env.now)
            self._tell("depart")
        self._leave_platform()
        return True

    def _ready_s(self, came: float) -> float:
        """When it would leave if nothing were in its way."""
        table, call = self._around.table, self._call
        planned = self._midnight_s + table.depart_s[call] + self._plan.late_s[self._position]
        least = 0.0 if self._position == 0 else self._plan.manner.least_dwell * (table.depart_s[call] - table.arrive_s[call])
        return max(came + least, planned)

    # --- between stops

    def _come(self) -> Running:
        """Go to the next stop and come to it, unless it is closed and gone past."""
        around, plan, table, env = self._around, self._plan, self._around.table, self._env
        section, call = plan.way.sections[self._position], self._call + 1
        calls = call < self._last and table.depart_s[call] == table.arrive_s[call]
        yield from self._ride(section, CALLS if calls else COMES)
        self._position += 1
        self._stands = False
        is_open = section.stop.is_open(env.now)
        self._passes = not is_open and call < self._last and around.passed_by is not None
        if self._passes and around.passed_by is not None:
            around.passed_by.passed(plan.run, call, env.now)
            self._tell("passed")
            return
        if not is_open:
            yield from self._held(section.stop, np.inf)
        runway = around.runways.get(self._node)
        if runway is not None and (lands := runway.slot(env.now)) > env.now:
            around.log.held(plan.run, lands - env.now)
            yield self._until(lands, COMES)
        yield from self._take_platform()
        self._tell("arrive")
        if call < self._last:
            around.log.came(plan.run, env.now - self._midnight_s - table.arrive_s[call])

    def _end(self) -> None:
        """Let everybody off at the last stop; the vehicle is turned."""
        around, plan, now = self._around, self._plan, self._env.now
        around.riders.arrive(plan.run, self._last, now)
        around.log.ended(plan.run, now - self._midnight_s - around.table.arrive_s[self._last])
        if plan.depots is not None:
            plan.depots[1].put(now + plan.manner.turnaround_s)
        platform, visit = self._platform, self._visit
        if platform is not None:
            turned = At(self._env, platform.turn_s, GOES + plan.run)
            turned.callbacks.append(lambda _: platform.leave(visit))

    def _ride(self, section: Section, phase: int) -> Running:
        """Go over a section whose first stretch is entered already."""
        env, left = self._env, self._left_s
        for number, stretch in enumerate(section.stretches):
            if number:
                if stretch.hold.next_open_s(env.now) > env.now:
                    yield from self._held(stretch.hold, np.inf)
                start, left = self._enter(number)
                if start > env.now:
                    self._around.log.held(self._plan.run, start - env.now)
                    yield self._until(start, COMES)
            if left == np.inf:
                yield Event(env)
            yield self._until(left + self._queue_s(stretch), phase)

    def _queue_s(self, stretch: Stretch) -> float:
        roads = self._around.roads
        if roads is None or not self._plan.on_roads:
            return 0.0
        return float(roads.delay_s(stretch.links, stretch.backward, self._env.now))

    def _enter(self, number: int) -> tuple[float, float]:
        """When it may begin a stretch of the section ahead, and when it is through."""
        plan, now, section = self._plan, self._env.now, self._plan.way.sections[self._position]
        stretch = section.stretches[number]
        runway = self._around.runways.get(self._node)
        begin = now if runway is None else runway.slot(now)
        before, whole = section.begins_s[number], section.begins_s[-1]
        first, last = plan.late_s[self._position], plan.late_s[self._position + 1]
        # What a run is late of itself grows along the section; the end is exact.
        late = first + (last - first) * before / whole if number else first
        later = last if number == len(section.stretches) - 1 else first + (last - first) * (before + stretch.seconds) / whole
        due = self._midnight_s + self._around.table.depart_s[self._call] + before + stretch.seconds + later
        least = stretch.seconds * (1 - plan.manner.margin) + later - late

        def leaves(start: float) -> list[float]:
            times = stretch.times(start, max(least, due - start))
            if stretch.is_clear and due - start > least:
                # On time to the last bit, however the seconds are summed.
                times[-1] = due
            return times

        if not stretch.way:
            return begin, leaves(begin)[-1]
        start, left = reserve(stretch.way, begin, leaves)
        return start, left[-1]
