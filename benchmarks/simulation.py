"""Wall times of the simulated day: a million passengers on 684,000 calls against SimPy alone and a process for each passenger; the region.

    python benchmarks/simulation.py stepping|empty|cohorts|naive|scaled|region|month [passengers]
    python benchmarks/simulation.py whole [days ...]

One case a process, so that memory and caches are its own; `benchmarks/RESULTS_simulation.md` has what they gave. The instance: 100 lines of
30 stops, a run every 5 min from 5:00 until 24:00 with 2 min between stops, 300 places; half of the passengers leave in a peak, half of them
change once, 3 min on foot. Seeded; the same passengers in every case.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import simpy

sys.path.insert(0, str(Path(__file__).parents[1]))

from bbwnet.network.trips import Pattern, Trips, compile_trips
from bbwnet.scenario.schema.simulation import SimulationChoice
from bbwnet.simulation.boarding_setup import LineRules
from bbwnet.simulation.boarding_state import ENDED, OUT
from bbwnet.simulation.closures import Closures
from bbwnet.simulation.cohort import PassengerCohorts, TimedTrips
from bbwnet.simulation.passengers import Passengers
from bbwnet.simulation.service_run import Nobody, PunctualRuns, Starter
from bbwnet.simulation.streams import Streams
from bbwnet.simulation.timetable_runs import RunTable, run_table
from bbwnet.simulation.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from bbwnet.network.network import Network
    from bbwnet.simulation.world import Part

clock = time.process_time
"""Processor time: the machine may be shared."""

LINES, STOPS, EVERY_S, RUN_S, PLACES, CHANGE_S = 100, 30, 300, 120, 300.0, 180.0
HALF = 0.5
FIRST_S, LAST_S = 5 * 3600, 24 * 3600


class Travellers:
    """Who rides from where to where: arrays of N, the second ride for those who change."""

    def __init__(self, count: int) -> None:
        """Draw them, as `shared/prototypes/passengers.py` does."""
        rng = np.random.default_rng(0)
        self.line, self.start = rng.integers(0, LINES, count), rng.integers(0, STOPS - 1, count)
        self.end = np.minimum(self.start + 1 + (rng.random(count) * (STOPS - 1 - self.start)).astype(int), STOPS - 1)
        peak = rng.random(count) < HALF
        second = np.where(peak, rng.normal(480, 45, count), rng.uniform(FIRST_S / 60, LAST_S / 60 - 120, count))
        # Whole seconds: sums are then exact in any order.
        self.second = np.floor(np.clip(second, FIRST_S / 60, LAST_S / 60 - 120) * 60)
        self.changes = rng.random(count) < HALF
        self.line2, self.start2 = rng.integers(0, LINES, count), rng.integers(0, STOPS - 1, count)
        self.end2 = np.minimum(self.start2 + 1 + (rng.random(count) * (STOPS - 1 - self.start2)).astype(int), STOPS - 1)


def timetable() -> Trips:
    """The lines; every stop is a node of its own."""
    index = {f"{line}_{stop}": line * STOPS + stop for line in range(LINES) for stop in range(STOPS)}
    starts = tuple(range(FIRST_S, LAST_S, EVERY_S))
    patterns = [
        Pattern(
            f"line_{line}", "coach", None, tuple(f"{line}_{stop}" for stop in range(STOPS)), (RUN_S,) * (STOPS - 1), (0,) * (STOPS - 2),
            (1.0,) * (STOPS - 1), ((),) * (STOPS - 1), starts, (127,) * len(starts), (True,) * STOPS, (True,) * STOPS,
        )
        for line in range(LINES)
    ]  # fmt: skip
    return compile_trips(patterns, index)


def cohorts_of(people: Travellers, trips: Trips) -> PassengerCohorts:
    """Each traveller a cohort of one."""
    count = len(people.line)
    rides = 1 + people.changes
    first = np.concatenate([[0], np.cumsum(rides)]).astype(np.int64)
    line, start, end = (np.empty(first[-1], dtype=np.int64) for _ in range(3))
    line[first[:-1]], start[first[:-1]], end[first[:-1]] = people.line, people.start, people.end
    again = first[:-1][people.changes] + 1
    line[again], start[again], end[again] = (item[people.changes] for item in (people.line2, people.start2, people.end2))
    trip = line * (trips.count // LINES)
    way = np.zeros(first[-1])
    way[again] = CHANGE_S
    nobody = np.zeros(count, dtype=np.int32)
    zero = np.zeros(len(way))
    return PassengerCohorts(
        ("here",), ("coach",), nobody, nobody, nobody.astype(np.int8), np.ones(count), people.second, people.second, np.zeros(count), first,
        trip, zero.astype(np.int64), trips.first_call[trip] + start, trips.first_call[trip] + end, way, zero, zero, TimedTrips.none(),
        trips.count,
    )  # fmt: skip


def table_of(trips: Trips) -> RunTable:
    """Every run of the day."""
    return run_table(trips.first_call.tolist(), trips.arrive_s.tolist(), trips.depart_s.tolist(), np.full(trips.count, PLACES))


def made(trips: Trips, cohorts: PassengerCohorts) -> tuple[World, Passengers]:
    """The world of the instance: one day, no warming up, lines that take whoever waits."""
    network = cast("Network", SimpleNamespace(trips=trips, nodes=range(LINES * STOPS)))
    env = simpy.Environment()
    world = World(env, network, SimulationChoice(warm_up_h=0.0), cast("Closures", None), Streams(1, 0), 0.0, 1, 30 * 3600.0)
    runs = np.ones((1, trips.count), dtype=np.bool_)
    part = Passengers(world, cohorts, (), {"coach": LineRules(turn_up=True)}, runs)
    return world, part


def stepping(_: int) -> None:
    """SimPy alone: a process for each run, one timeout a call, nobody aboard."""
    trips = timetable()
    starts = trips.depart_s[trips.first_call[:-1]].tolist()
    env = simpy.Environment()

    def run(start: float) -> Any:
        yield env.timeout(start)
        for _ in range(STOPS - 1):
            yield env.timeout(RUN_S)

    began = clock()
    for start in starts:
        env.process(run(start))
    env.run()
    told("stepping", clock() - began)


def empty(_: int) -> None:
    """The product's processes of runs with nobody aboard."""
    trips = timetable()
    env, table = simpy.Environment(), table_of(trips)
    began = clock()
    Starter(env, table, PunctualRuns(env, table, Nobody()).run).start()
    env.run()
    told("empty runs", clock() - began)


def cohorts(count: int, factor: float = 1.0) -> None:
    """The product: the same processes of runs, and one compiled call of boarding a call."""
    trips = timetable()
    found = cohorts_of(Travellers(count), trips)
    if factor != 1.0:
        found = found.scaled(factor)
    table = table_of(trips)
    _warm(trips)
    began = clock()
    world, part = made(trips, found)
    part.limit(np.full(trips.count, PLACES * factor))
    part.start()
    laid = clock()
    Starter(world.env, table, PunctualRuns(world.env, table, part).run).start()
    world.env.run(until=world.end_s)
    done = clock()
    state = part.state
    told(
        f"cohorts x {factor:g}", done - began, laid=round(laid - began, 3), boardings=float(state.runs["boardings"].sum()) / factor,
        wait_s=float(state.cohorts["wait_s"].sum()) / factor, left_behind=float(state.runs["left_behind"].sum()) / factor,
        arrived=float(state.totals[OUT]) / factor, ended=int(state.counters[ENDED]),
    )  # fmt: skip


def _warm(trips: Trips) -> None:
    """Compile, or load what was compiled, before the clock runs."""
    _, part = made(trips, cohorts_of(Travellers(1000), trips))
    part.start()
    for call in range(STOPS):
        (part.depart if call == 0 else part.visit if call < STOPS - 1 else part.arrive)(0, call, 0.0)


def naive(count: int) -> None:  # noqa: C901  told in one piece, as one would write it
    """A process for each passenger and each run; who waits is let on in order of readiness, ties by number."""
    import heapq  # noqa: PLC0415

    people = Travellers(count)
    env = simpy.Environment()
    waiting: list[list[tuple[float, int, simpy.Event, int]]] = [[] for _ in range(LINES * STOPS)]
    total = {"boardings": 0, "wait_s": 0.0, "left_behind": 0, "arrived": 0}

    def passenger(number: int, second: float, rides: list[tuple[int, int, int]]) -> Any:
        yield env.timeout(second)
        for place, (line, start, end) in enumerate(rides):
            if place:
                yield env.timeout(CHANGE_S)
            ready = env.now
            boarded = env.event()
            heapq.heappush(waiting[line * STOPS + start], (ready, number, boarded, end))
            off = yield boarded
            total["boardings"] += 1
            total["wait_s"] += env.now - ready
            yield off
        total["arrived"] += 1

    def run(line: int, start: float) -> Any:
        # As the product's runs: whoever is ready at the second of departure is on time, so runs call after all else of their second.
        yield At(env, start)
        off: list[simpy.Event | None] = [None] * STOPS
        leaving, load = [0] * STOPS, 0
        for stop in range(STOPS):
            event = off[stop]
            if event is not None:
                event.succeed()
                load -= leaving[stop]
            queue = waiting[line * STOPS + stop]
            while queue and load < PLACES:
                _, _, boarded, end = heapq.heappop(queue)
                if off[end] is None:
                    off[end] = env.event()
                leaving[end] += 1
                load += 1
                boarded.succeed(off[end])
            total["left_behind"] += len(queue)
            if stop < STOPS - 1:
                yield At(env, RUN_S)

    began = clock()
    ends = zip(*(item.tolist() for item in (people.line, people.start, people.end)), strict=True)
    more = zip(*(item.tolist() for item in (people.line2, people.start2, people.end2)), strict=True)
    for number, (second, first, then, changes) in enumerate(zip(people.second.tolist(), ends, more, people.changes.tolist(), strict=True)):
        env.process(passenger(number, second, [first, then] if changes else [first]))
    for line in range(LINES):
        for start in range(FIRST_S, LAST_S, EVERY_S):
            env.process(run(line, float(start)))
    env.run()
    told("naive", clock() - began, **total)


class At(simpy.Event):
    """A timeout that comes after everything else of its second."""

    def __init__(self, env: simpy.Environment, delay: float) -> None:
        """Schedule it."""
        super().__init__(env)
        self._ok = True
        self._value = None
        env.schedule(self, simpy.events.EventPriority(2), delay)


def region(days: int) -> None:
    """Passengers and services of the bundled region, for so many days: the processor time of a replication."""
    from functools import partial  # noqa: PLC0415

    from bbwnet.model.day_passengers import day_passengers  # noqa: PLC0415
    from bbwnet.model.passenger_loop import LoopSettings, passenger_model  # noqa: PLC0415
    from bbwnet.network.build import build_network  # noqa: PLC0415
    from bbwnet.scenario.read import load_scenario  # noqa: PLC0415
    from bbwnet.simulation.day import simulate_once  # noqa: PLC0415
    from bbwnet.simulation.runs import Runs  # noqa: PLC0415

    network = build_network(load_scenario("baseline_2016", overrides=(f"simulation.days={days}",)))
    model = passenger_model(network, settings=LoopSettings(if_not_converged="warn"))
    day = day_passengers(network, model)
    parts: dict[str, Callable[[World], Part]] = {
        "passengers": partial(Passengers, cohorts=day.cohorts),
        "runs": partial(Runs, vehicles_per_run=model.coaches.per_run),
    }
    for _ in range(2 if days == 1 else 1):
        began = clock()
        record = simulate_once(network, parts)
        told(f"region, {days} days", clock() - began, entered=round(sum(row.entered for row in record.balance)))


def whole(days: list[int]) -> None:
    """Every part of the bundled region, services, terminals, roads, ferries, ports and freight, for so many days each."""
    import dataclasses  # noqa: PLC0415

    from bbwnet.experiment.day_parts import day_parts  # noqa: PLC0415
    from bbwnet.model.flows import FlowSettings, flows  # noqa: PLC0415
    from bbwnet.network.build import build_network  # noqa: PLC0415
    from bbwnet.scenario.read import load_scenario  # noqa: PLC0415
    from bbwnet.simulation.day import simulate_once  # noqa: PLC0415

    network = build_network(load_scenario("baseline_2016"))
    began = clock()
    found = flows(network, settings=FlowSettings(if_not_converged="warn"))
    told("flows", clock() - began)
    for count in (1, *days):  # the first compiles, or loads what was compiled
        simulation = network.settings.simulation.model_copy(update={"days": count})
        longer = dataclasses.replace(network, settings=network.settings.model_copy(update={"simulation": simulation}))
        began = clock()
        parts = day_parts(longer, found)
        laid = clock()
        record = simulate_once(longer, parts.makers)
        rows = record.balance
        told(
            f"whole region, {count} days", clock() - laid, parts=round(laid - began, 2),
            entered={unit: round(sum(row.entered for row in rows if row.unit == unit)) for unit in sorted({row.unit for row in rows})},
        )  # fmt: skip
        del record, parts


def told(case: str, seconds: float, **more: object) -> None:
    """Print a figure."""
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{case}: {seconds:.2f} s, {memory:.0f} MB", *(f"{key}={value}" for key, value in more.items()))


if __name__ == "__main__":
    if sys.argv[1] == "whole":
        whole([int(text) for text in sys.argv[2:]] or [1])
        sys.exit()
    persons = int(float(sys.argv[2])) if sys.argv[2:] else 1_000_000
    cases: dict[str, Callable[[int], None]] = {
        "stepping": stepping, "empty": empty, "cohorts": cohorts, "naive": naive, "scaled": lambda count: cohorts(count, 10.0),
        "region": lambda _: region(1), "month": lambda _: region(30),
    }  # fmt: skip
    cases[sys.argv[1]](persons)
