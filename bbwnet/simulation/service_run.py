"""Runs of services as SimPy processes: each calls at its stops and tells the passengers when it comes and goes.

What happens at equal seconds is ordered: vehicles come, then call in passing (no dwell), then go; ties by run. Who gets off at a second can
so board what leaves at that second, however the events were made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from simpy.events import Event, EventPriority

from bbwnet.simulation.visits import HOUR_S

if TYPE_CHECKING:
    from collections.abc import Generator

    import simpy

    from bbwnet.simulation.timetable_runs import RunTable

    Running = Generator[Event, object, None]

_PHASE = 1 << 40
"""More than there are runs."""
COMES, CALLS, GOES = (EventPriority(phase * _PHASE) for phase in (1, 2, 3))


class Riders(Protocol):
    """Whoever rides; `call` is the row of `Trips.stop`, `now` the second."""

    def arrive(self, run: int, call: int, now: float) -> object:
        """The run has come to a call: who wants to gets off."""

    def depart(self, run: int, call: int, now: float) -> object:
        """The run leaves a call: who waits and finds room has boarded."""

    def visit(self, run: int, call: int, now: float) -> object:
        """Come and gone at once."""

    def cancelled(self, run: int, from_call: int, now: float) -> object:
        """The run goes no further than a call: who is on board gets off there; who waits there or beyond looks elsewhere."""


class Nobody:
    """Nobody rides."""

    def arrive(self, run: int, call: int, now: float) -> None:
        """Nobody gets off."""

    def depart(self, run: int, call: int, now: float) -> None:
        """Nobody boards."""

    def visit(self, run: int, call: int, now: float) -> None:
        """Nobody does either."""

    def cancelled(self, run: int, from_call: int, now: float) -> None:
        """Nobody minds."""


class At(Event):
    """A timeout with a priority among what happens at its second."""

    def __init__(self, env: simpy.Environment, delay: float, priority: int) -> None:
        """Lay out the event as `simpy.Timeout` does, in as few steps."""
        self.env = env
        self.callbacks = []
        self._value = None
        self._ok = True
        env.schedule(self, EventPriority(priority), delay)


class Timekeeper(Protocol):
    """Who hears of runs."""

    def began(self, run: int) -> None:
        """A run has set out, or would have."""

    def ended(self, run: int, late_s: float) -> None:
        """A run has come to its last stop."""


class PunctualRuns:
    """Runs that nothing disturbs: one timeout a call (two where they stand), and nothing else in between."""

    def __init__(self, env: simpy.Environment, table: RunTable, riders: Riders, keeper: Timekeeper | None = None) -> None:
        """Take the clock, the timetable and who rides."""
        self._env, self._table, self._riders, self._keeper = env, table, riders, keeper

    def run(self, run: int) -> Running:
        """The process of one run, begun before it sets out."""
        env, table, riders = self._env, self._table, self._riders
        come, go, visit = table.arrive_s, table.depart_s, riders.visit
        trip = run % table.trips
        first, last = table.first_call[trip], table.first_call[trip + 1] - 1
        midnight, calls, comes, goes = table.midnight_s(run), CALLS + run, COMES + run, GOES + run
        left = go[first]
        yield At(env, midnight + left - env.now, goes)
        if self._keeper is not None:
            self._keeper.began(run)
        riders.depart(run, first, midnight + left)
        for call in range(first + 1, last):
            come_s, go_s = come[call], go[call]
            if come_s == go_s:
                yield At(env, come_s - left, calls)
                visit(run, call, midnight + come_s)
            else:
                yield At(env, come_s - left, comes)
                riders.arrive(run, call, midnight + come_s)
                yield At(env, go_s - come_s, goes)
                riders.depart(run, call, midnight + go_s)
            left = go_s
        yield At(env, come[last] - left, comes)
        riders.arrive(run, last, midnight + come[last])
        if self._keeper is not None:
            self._keeper.ended(run, 0.0)


class Starter:
    """Starts runs within the hour before they set out, so that few processes wait at any time."""

    def __init__(self, env: simpy.Environment, table: RunTable, process: Starts) -> None:
        """`process` makes the process of a run."""
        self._env, self._table, self._process = env, table, process

    def start(self) -> None:
        """Begin to start runs."""
        self._env.process(self._starting())

    def _starting(self) -> Running:
        env, runs, start = self._env, self._table.runs.tolist(), self._table.start_s.tolist()
        place, count = 0, len(runs)
        while place < count:
            yield At(env, max(start[place] - _HEAD_S - env.now, 0.0), 1)
            soon = env.now + _HEAD_S + HOUR_S
            while place < count and start[place] < soon:
                made = self._process(runs[place])
                if made is not None:
                    env.process(made)
                place += 1


_HEAD_S = HOUR_S
"""How long before it sets out a run's process begins at the latest, if simulating has begun by then."""


class Starts(Protocol):
    """Makes processes of runs."""

    def __call__(self, run: int) -> Running | None:
        """The process of a run; `None`: it is none of ours."""
