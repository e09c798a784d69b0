"""Vehicles that a scenario has come to the ferries day by day, in cohorts, each to the port where the wait is shortest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bbwnet.scenario.schema.base import DAY_SECONDS
from bbwnet.scenario.schema.purposes import HOURS
from bbwnet.scenario.schema.simulation_ferries import VEHICLE_CLASSES
from bbwnet.simulation.stay_home import StaysHome
from bbwnet.simulation.vessel import crossing_factors
from bbwnet.simulation.visits import HOUR_S

if TYPE_CHECKING:
    import simpy
    from numpy.typing import NDArray

    from bbwnet.scenario.schema.simulation_ferries import FerryDemand, LaneMetres
    from bbwnet.simulation.ferry_terminal import Lane
    from bbwnet.simulation.world import World


class DemandOfDays:
    """One demand of the scenario: its vehicles of a replication, and the process that brings them."""

    def __init__(self, world: World, demand: FerryDemand, number: int, lanes: list[Lane], lane_m: LaneMetres, cohort_s: float) -> None:
        """Draw the days; `number` is the tag of its vehicles, `lanes` what they choose from."""
        self._world, self._demand, self._number, self._lanes, self._cohort_s = world, demand, number, lanes, cohort_s
        self.entered = 0.0
        shares = np.array([getattr(demand.mix, name) for name in VEHICLE_CLASSES])
        kinds = np.flatnonzero(shares > 0)
        # Columns of a cohort: ready, count, lane metres, persons, class, tag, since.
        self._rows = np.zeros((len(kinds), 7))
        self._rows[:, 2] = [getattr(lane_m, VEHICLE_CLASSES[kind]) for kind in kinds]
        self._rows[:, 3], self._rows[:, 4], self._rows[:, 5] = demand.persons_per_vehicle, kinds, number
        self._share = shares[kinds]
        ports = (*demand.from_, *demand.to)
        self._stay_home = StaysHome(world.network, world.settings.stay_home, ports, [VEHICLE_CLASSES[kind] for kind in kinds])
        self._ends = np.repeat(np.arange(len(ports), dtype=np.int32), len(kinds))
        self._kinds = np.tile(np.arange(len(kinds), dtype=np.int8), len(ports))
        self.stayed = 0.0
        """Vehicles that did not come, since their drivers were told to stay at home."""

    def start(self) -> None:
        """Bring whoever waits already, and begin."""
        env = self._world.env
        if self._demand.waiting > 0:
            # They are all there before anybody comes: to each port its share.
            for lane in self._lanes:
                self._bring(lane, self._demand.waiting * lane.capacity_lane_m_per_s / self._capacity, env.now)
        if self._lanes:
            env.process(self._run())

    @property
    def _capacity(self) -> float:
        return sum(lane.capacity_lane_m_per_s for lane in self._lanes)

    def _run(self) -> simpy.events.ProcessGenerator:
        env = self._world.env
        for begin_s, count in zip(*self.cohorts(), strict=True):
            moment = begin_s + self._cohort_s / 2
            if moment < env.now:
                continue
            yield env.timeout(moment - env.now)
            lane = min(self._lanes, key=lambda item: (item.expected_wait_s(env.now), item.name))
            self._bring(lane, float(count), env.now)

    def cohorts(self) -> tuple[list[float], NDArray[np.float64]]:
        """Beginning and vehicles of each cohort of the simulated days."""
        world, demand = self._world, self._demand
        shares = np.array(demand.hours or (1.0,) * HOURS)
        shares /= shares.sum()
        edges = np.arange(0.0, DAY_SECONDS + self._cohort_s / 2, self._cohort_s)
        until = np.interp(edges, HOUR_S * np.arange(HOURS + 1), np.concatenate([[0.0], np.cumsum(shares)]))
        begin: list[float] = []
        count: list[NDArray[np.float64]] = []
        for day in range(world.first_day, world.days + 1):
            vehicles = demand.vehicles[min(max(day - 1, 0), len(demand.vehicles) - 1)]
            factor = crossing_factors(world.streams.of("ferry_demand", demand.id, f"day {day}"), demand.day_cv, 1)[0]
            begin += ((day - 1) * DAY_SECONDS + edges[:-1]).tolist()
            count.append(np.diff(until) * vehicles * factor)
        return begin, np.concatenate(count) if count else np.zeros(0)

    def _bring(self, lane: Lane, vehicles: float, now_s: float) -> None:
        if vehicles <= 0:
            return
        rows = self._rows.copy()
        rows[:, 0], rows[:, 1], rows[:, 6] = now_s, vehicles * self._share, now_s
        if self._stay_home:
            # An order for any of its ports is one for all: they are ways between the same shores.
            home = (
                self._stay_home.share(self._ends, self._ends, self._kinds, np.full(len(self._ends), now_s))
                .reshape(-1, len(rows))
                .max(axis=0)
            )
            self.stayed += float((rows[:, 1] * home).sum())
            rows[:, 1] *= 1 - home
            rows = rows[rows[:, 1] > 0]
        if not len(rows):
            return
        self.entered += float(rows[:, 1].sum())
        lane.join(rows)
