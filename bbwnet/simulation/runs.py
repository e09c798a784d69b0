"""The part of the day that services are: every run of the timetable, the vehicles, lines and runways that they share."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bbwnet.simulation.disturbed_run import DisturbedRun, Manner, Plan, Surroundings, own_delays
from bbwnet.simulation.ferry_layout import ferry_patterns
from bbwnet.simulation.line_block import block_visits
from bbwnet.simulation.platforms import Platforms
from bbwnet.simulation.rolling_stock import RollingStock
from bbwnet.simulation.run_log import RunLog, backward_patterns, punctuality
from bbwnet.simulation.run_ways import RunWays
from bbwnet.simulation.runway import runways_of
from bbwnet.simulation.service_run import Nobody, PunctualRuns, Starter
from bbwnet.simulation.timetable_runs import run_name, runs_of
from bbwnet.simulation.world import PartResult

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bbwnet.network.trips import Pattern
    from bbwnet.simulation.rolling_stock import End
    from bbwnet.simulation.run_ways import RunWay
    from bbwnet.simulation.service_run import Riders, Running
    from bbwnet.simulation.world import World

_MOST_NAMED = 5
"""Services named in a message."""


class Runs:
    """The part `runs`; ferries that carry vehicles sail in the part `ferries`, where there is one."""

    def __init__(self, world: World, vehicles_per_run: NDArray[np.float64] | None = None) -> None:
        """Lay out the timetable; who rides it is asked for when it starts.

        `vehicles_per_run` (patterns): vehicles that leave together as one run, such as coaches that operators add; by default one.
        """
        self._world, self._settings = world, world.settings.services
        self.table = runs_of(world, vehicles_per_run)
        self.log = RunLog(self.table)
        self._patterns = world.network.trips.patterns
        self._backward = backward_patterns(world.network)
        self._pattern_of = world.network.trips.pattern.tolist()
        self._ways_of_lines = RunWays(world.network, world.closures)
        self._ways = [self._ways_of_lines.of(pattern) for pattern in self._patterns]
        self._manners = {mode: self._manner(mode) for mode in {pattern.mode for pattern in self._patterns}}
        self._runways = runways_of(world.network)
        self._platforms = {
            item.node: Platforms(world.env, item.node, item.platforms, 60.0 * item.turn_min) for item in self._settings.platforms
        }
        self._riders: Riders = Nobody()
        self._others: frozenset[int] = frozenset()
        self._stock: RollingStock | None = None

    def capacity(self, run: int) -> float:
        """Persons that find room on a run; not-a-number: whoever comes."""
        return float(self.table.capacity[run % self.table.trips])

    def start(self) -> None:
        """Start every run that sets out within the simulation."""
        world = self._world
        self._riders = cast("Riders", world.parts.get("passengers", self._riders))
        if "ferries" in world.parts:
            sailed = {id(pattern) for pattern in ferry_patterns(world.network)}
            self._others = frozenset(number for number, pattern in enumerate(self._patterns) if id(pattern) in sailed)
        if self._settings.rolling_stock == "by_service":
            self._stock = self._rolling_stock()
        punctual = self._punctual_services()
        on_time = PunctualRuns(world.env, self.table, self._riders, self.log)
        around = Surroundings(world, self.table, self._riders, self.log, self._runways, self._platforms)

        def process(run: int) -> Running | None:
            number = self._pattern_of[run % self.table.trips]
            if number in self._others:
                return None
            if self._patterns[number].service in punctual:
                return on_time.run(run)
            return DisturbedRun(around, self._plan(run, number)).run()

        Starter(world.env, self.table, process).start()

    def finish(self) -> PartResult:
        """Tables of runs, balance, and all that was waited for."""
        runs = self.log.runs(self._world.network, self._riders)
        blocks = block_visits(self._ways_of_lines.blocks.values())
        return PartResult(
            balance=(self.log.balance(),),
            visits=(*blocks, *(item.visits() for item in self._platforms.values()), *(item.visits() for item in self._runways.values())),
            tables={"runs": runs, "punctuality": punctuality(runs)},
            messages=self._messages(),
        )

    def _messages(self) -> list[str]:
        short = self.log.cancelled_services(self._pattern_of, [pattern.service for pattern in self._patterns])
        if not short:
            return []
        most = sorted(short.items(), key=lambda item: (-item[1], item[0]))[:_MOST_NAMED]
        named = ", ".join(f"{service} ({count})" for service, count in most)
        return [f"{sum(short.values())} runs of {len(short)} services were cancelled, or ended early; most of {named}"]

    def _manner(self, mode: str) -> Manner:
        settings = self._settings
        return Manner(
            margin=settings.margin.of(mode),
            least_dwell=settings.least_dwell.of(mode),
            patience_s=60.0 * settings.hold_patience_min.of(mode),
            turnaround_s=60.0 * settings.turnaround_min.of(mode),
        )

    def _punctual_services(self) -> frozenset[str]:
        """Services that nothing can disturb, if nothing random is asked for: all their ways are clear and free."""
        if self._settings.delays != "none" or self._world.events is not None:
            return frozenset()
        bound = self._runways.keys() | self._platforms.keys()
        disturbed = {
            pattern.service
            for pattern, way in zip(self._patterns, self._ways, strict=True)
            if not way.is_clear or not way.is_free or not bound.isdisjoint(pattern.stops) or self._on_roads(pattern)
        }
        return frozenset(pattern.service for pattern in self._patterns) - disturbed

    def _on_roads(self, pattern: Pattern) -> bool:
        return pattern.mode == "coach" and "roads" in self._world.parts

    def _plan(self, run: int, number: int) -> Plan:
        pattern, way = self._patterns[number], self._ways[number]
        first = self.table.first_call[run % self.table.trips]
        name = run_name(pattern, backward=self._backward[number], departure_s=self.table.depart_s[first], day=self.table.day_of(run))
        return Plan(
            run=run,
            name=name,
            nodes=pattern.stops,
            way=way,
            manner=self._manners[pattern.mode],
            late_s=self._late_s(name, pattern, way),
            depots=None if self._stock is None else (self._stock.at(self._end(run, number, 0)), self._stock.at(self._end(run, number, -1))),
            on_roads=self._on_roads(pattern),
        )

    def _late_s(self, name: str, pattern: Pattern, way: RunWay) -> list[float]:
        if self._settings.delays == "none":
            return [0.0] * (len(way.sections) + 1)
        reliability = self._world.network.settings.reliability
        return own_delays(
            self._world.streams.of("run", name, "delay"),
            getattr(reliability.late_share, pattern.mode),
            60.0 * getattr(reliability.mean_delay_min, pattern.mode),
            self._settings.delay_split,
            pattern.run_seconds,
        )

    def _end(self, run: int, number: int, stop: int) -> End:
        pattern = self._patterns[number]
        return pattern.service, self._world.network.node_index[pattern.stops[stop]], self.table.day_of(run)

    def _rolling_stock(self) -> RollingStock:
        table = self.table
        planned = []
        for run in table.runs.tolist():
            number = self._pattern_of[run % table.trips]
            if number in self._others:
                continue
            first, last = table.first_call[run % table.trips], table.first_call[run % table.trips + 1] - 1
            midnight, turn_s = table.midnight_s(run), self._manners[self._patterns[number].mode].turnaround_s
            ready = midnight + table.arrive_s[last] + turn_s
            planned.append((self._end(run, number, 0), midnight + table.depart_s[first], self._end(run, number, -1), ready))
        return RollingStock(self._world.env, planned)
