"""The land side of a terminal: trucks through the gate, trains, conveyors and barges, between the yard and everywhere else.

Goods that came by ship leave the yard by a mean time (their stock over their dwell); goods for ships come evenly over the days. Trucks
follow the hours of the scenario, the others run all day. Trucks are real counts: who comes within two minutes, or less at a busy gate,
waits as one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bbwnet.scenario.schema.base import DAY_SECONDS
from bbwnet.simulation.lane_server import CohortServer, visits_of
from bbwnet.simulation.port_traffic import LAND_MODES
from bbwnet.simulation.visits import HOUR_S, Visits

if TYPE_CHECKING:
    from collections.abc import Generator

    import simpy
    from numpy.typing import NDArray

    from bbwnet.simulation.calendars import Calendar
    from bbwnet.simulation.lane_server import Served
    from bbwnet.simulation.port_traffic import TerminalTraffic
    from bbwnet.simulation.port_yard import PortYard

STEP_S = 1800.0
"""Every so often goods come and go."""
_LEAST_PIECES, _MOST_PIECES = 15, 450
"""Moments of a step at which its trucks arrive."""
_TRUCK = LAND_MODES.index("truck")
_HOURS = 24


class PortLand:
    """Goods by land of one terminal."""

    def __init__(
        self, env: simpy.Environment, terminal: TerminalTraffic, yard: PortYard, calendar: Calendar, days: int, surge: float = 1.0
    ) -> None:
        """The gate is empty."""
        self._env, self._terminal, self._yard, self._calendar = env, terminal, yard, calendar
        self._gate = CohortServer(terminal.gate_lanes, calendar)
        self._served: list[Served] = []
        self._export_day = surge * np.array([item.exports_day for item in terminal.traffic])
        self._export_share = np.array([item.export_share for item in terminal.traffic]).reshape(-1, len(LAND_MODES))
        self._import_share = np.array([item.import_share for item in terminal.traffic]).reshape(-1, len(LAND_MODES))
        self._dwell_s = HOUR_S * np.array([max(item.dwell_h, 1.0) for item in terminal.traffic])
        self._per_truck = np.array([item.tonnes_per_truck for item in terminal.traffic])
        weights = np.array(terminal.hour_weights, dtype=np.float64)
        self._hour_factor = weights / weights.mean()
        self._called = np.zeros(len(terminal.traffic))
        """Tonnes that trucks at the gate have come to fetch."""
        self._outside = np.zeros((len(terminal.traffic), len(LAND_MODES)))
        self._held = np.zeros((len(terminal.traffic), len(LAND_MODES)))
        """Tonnes for ships that do not set out while the terminal is closed."""
        self.at_gate = np.zeros(len(terminal.traffic))
        """Tonnes for ships on trucks at the gate, or outside for want of room."""
        self.came = np.zeros(len(terminal.traffic))
        """Tonnes for ships that have come to the terminal, by traffic."""
        self.left = np.zeros(len(terminal.traffic))
        """Tonnes off ships that have left it by land."""
        self.in_t = np.zeros((days, len(LAND_MODES)))
        """Tonnes that came into the yard by land, by day and way."""
        self.out_t = np.zeros((days, len(LAND_MODES)))

    def run(self, until_s: float) -> Generator[simpy.Event, None, None]:
        """Steps until a moment, from when on nothing sets out any more."""
        env = self._env
        while env.now < until_s:
            step_s = min(STEP_S, until_s - env.now)
            self._step(step_s)
            yield env.timeout(step_s)

    def _step(self, step_s: float) -> None:
        now, yard = self._env.now, self._yard
        pace = np.ones(len(LAND_MODES))
        pace[_TRUCK] = self._hour_factor[int(now // HOUR_S) % _HOURS]
        coming = self._export_day[:, None] * self._export_share * pace * (step_s / DAY_SECONDS)
        if not self._calendar.is_open(now):
            self._held += coming
            return
        # What was held back comes beside the rest, as much again until all is there.
        later = np.minimum(self._held, coming)
        self._held -= later
        coming += later
        if self._outside.any():
            self._let_in()
        stock = np.maximum(yard.imports - self._called, 0.0)
        wanted = self._import_share * pace
        # Never more than there is, however the ways share it in this hour.
        share = np.minimum(-np.expm1(-step_s / self._dwell_s), 1 / np.maximum(wanted.sum(axis=1), 1.0))
        leaving = (stock * share)[:, None] * wanted
        self.came += coming.sum(axis=1)
        self.at_gate += coming.sum(axis=1)
        trucks_in, trucks_out = coming[:, _TRUCK].copy(), leaving[:, _TRUCK].copy()
        coming[:, _TRUCK] = leaving[:, _TRUCK] = 0.0
        self._move(coming, leaving)
        number = float(((trucks_in + trucks_out) / self._per_truck).sum())
        if number > 0:
            self._trucks(step_s, number, trucks_in, trucks_out)

    def _trucks(self, step_s: float, number: float, coming: NDArray[np.float64], leaving: NDArray[np.float64]) -> None:
        """Trucks of a step through the gate; goods follow at the end of the steps in which they are through."""
        self._called += leaving
        # No more than the lanes take at once, so that each piece is served as one.
        pieces = min(max(_LEAST_PIECES, int(np.ceil(number / self._terminal.gate_lanes))), _MOST_PIECES)
        arrive = self._env.now + step_s * (np.arange(pieces) + 0.5) / pieces
        service = np.full(pieces, self._terminal.gate_service_s)
        served = self._gate.serve(arrive, service, np.full(pieces, number / pieces))
        self._served.append(served)
        through = self._env.now + np.ceil((served.leave_s - self._env.now) / STEP_S) * STEP_S
        for leave_s in np.unique(through).tolist():
            if np.isfinite(leave_s):
                share = float(served.count[through == leave_s].sum()) / number
                self._env.process(self._through(leave_s, share * coming, share * leaving))

    def _through(self, leave_s: float, coming: NDArray[np.float64], leaving: NDArray[np.float64]) -> Generator[simpy.Event, None, None]:
        yield self._env.timeout(leave_s - self._env.now)
        self._called -= leaving
        by_truck = np.zeros((2, len(leaving), len(LAND_MODES)))
        by_truck[:, :, _TRUCK] = coming, leaving
        self._move(by_truck[0], by_truck[1])

    def _move(self, coming: NDArray[np.float64], leaving: NDArray[np.float64]) -> None:
        """Goods in and out (k x ways); who finds no room waits outside, behind those that wait already."""
        asked = leaving.sum(axis=1)
        if asked.any():
            taken = self._yard.fetch(asked)
            self.left += taken
            self._note(self.out_t, leaving * np.divide(taken, asked, out=np.zeros(len(asked)), where=asked > 0)[:, None])
        if coming.any():
            self._outside += coming
            self._let_in()

    def _let_in(self) -> None:
        asked = self._outside.sum(axis=1)
        taken = self._yard.bring(asked)
        entered = self._outside * np.divide(taken, asked, out=np.zeros(len(asked)), where=asked > 0)[:, None]
        # All that found room leaves nothing behind, not even a rounding.
        self._outside = np.where((taken == asked)[:, None], 0.0, np.maximum(self._outside - entered, 0.0))
        self.at_gate = np.where(self.at_gate - taken < 0, 0.0, self.at_gate - taken)
        self._note(self.in_t, entered)

    def _note(self, table: NDArray[np.float64], tonnes: NDArray[np.float64]) -> None:
        day = int(self._env.now // DAY_SECONDS)
        if 0 <= day < len(table):
            table[day] += tonnes.sum(axis=0)

    def visits(self, server: str, end_s: float) -> list[Visits]:
        """Trucks at the gate until the end."""
        if not self._served:
            return []
        whole = [visits_of(item, "port_gates", server, "vehicles", self._terminal.gate_lanes) for item in self._served]
        arrive, start, leave, count = (np.concatenate([getattr(item, key) for item in whole]) for key in _VISIT)
        there = arrive < end_s
        start, leave = np.where(start <= end_s, start, np.inf), np.where(leave <= end_s, leave, np.inf)
        order = np.argsort(arrive[there], kind="stable")
        return [
            Visits(
                "port_gates", server, "vehicles", self._terminal.gate_lanes,
                *(values[there][order] for values in (arrive, start, leave, count)),
            )
        ]  # fmt: skip


_VISIT = ("arrive_s", "start_s", "leave_s", "count")
