"""The land side of a terminal: trucks through the gate, trains, conveyors and barges, between the yard and everywhere else.

Goods that came by ship leave the yard by a mean time (their stock over their dwell); goods for ships come evenly over the days. Trucks
follow the hours of the scenario, the others run all day. Trucks are real counts: who comes within a minute waits in the gate as one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bbwnet.simulation.lane_server import CohortServer, visits_of
from bbwnet.simulation.port_traffic import LAND_MODES
from bbwnet.simulation.visits import Visits

if TYPE_CHECKING:
    from collections.abc import Generator

    import simpy
    from numpy.typing import NDArray

    from bbwnet.simulation.calendars import Calendar
    from bbwnet.simulation.lane_server import Served
    from bbwnet.simulation.port_traffic import TerminalTraffic
    from bbwnet.simulation.port_yard import PortYard

STEP_S = 900.0
"""Every so often goods come and go; trucks of a step arrive minute by minute."""
_MINUTES = 15
_TRUCK = LAND_MODES.index("truck")
_HOURS = 24
MOVED_COLUMNS = ("second", "row", "mode", "tonnes", "is_in")


class PortLand:
    """Goods by land of one terminal."""

    def __init__(self, env: simpy.Environment, terminal: TerminalTraffic, yard: PortYard, calendar: Calendar, surge: float = 1.0) -> None:
        """The gate is empty."""
        self._env, self._terminal, self._yard, self._calendar = env, terminal, yard, calendar
        self._gate = CohortServer(terminal.gate_lanes, calendar)
        self._served: list[Served] = []
        self._export_day = surge * np.array([item.exports_day for item in terminal.traffic])
        self._export_share = np.array([item.export_share for item in terminal.traffic]).reshape(-1, len(LAND_MODES))
        self._import_share = np.array([item.import_share for item in terminal.traffic]).reshape(-1, len(LAND_MODES))
        self._dwell_s = 3600 * np.array([max(item.dwell_h, 1.0) for item in terminal.traffic])
        self._per_truck = np.array([item.tonnes_per_truck for item in terminal.traffic])
        weights = np.array(terminal.hour_weights, dtype=np.float64)
        self._hour_factor = weights / weights.mean()
        self._called = np.zeros(len(terminal.traffic))
        """Tonnes that trucks at the gate have come to fetch."""
        self.at_gate = np.zeros(len(terminal.traffic))
        """Tonnes for ships on trucks at the gate, or outside for want of room."""
        self._outside = np.zeros((len(terminal.traffic), len(LAND_MODES)))
        self.came = np.zeros(len(terminal.traffic))
        """Tonnes for ships that have come to the terminal, by traffic."""
        self.left = np.zeros(len(terminal.traffic))
        """Tonnes off ships that have left it by land."""
        self.moved: list[tuple[float, int, int, float, bool]] = []
        """Second, traffic, mode, tonnes, and whether they came in."""

    def run(self, until_s: float) -> Generator[simpy.Event, None, None]:
        """Steps until a moment, from when on nothing sets out any more."""
        env = self._env
        while env.now < until_s:
            step_s = min(STEP_S, until_s - env.now)
            self._step(step_s)
            yield env.timeout(step_s)

    def _step(self, step_s: float) -> None:
        now, yard = self._env.now, self._yard
        if not self._calendar.is_open(now):
            return
        self._let_in()
        pace = np.ones(len(LAND_MODES))
        pace[_TRUCK] = self._hour_factor[int(now // 3600) % _HOURS]
        stock = np.maximum(yard.imports - self._called, 0.0)
        leaving = (stock * -np.expm1(-step_s / self._dwell_s))[:, None] * self._import_share * pace
        leaving *= np.minimum(1.0, np.divide(stock, leaving.sum(axis=1), out=np.ones(len(stock)), where=leaving.sum(axis=1) > 0))[:, None]
        coming = self._export_day[:, None] * self._export_share * pace * (step_s / 86_400)
        self.came += coming.sum(axis=1)
        for row, mode in np.argwhere(leaving > 0).tolist():
            if mode != _TRUCK:
                self._fetch(row, mode, float(leaving[row, mode]))
        self.at_gate += coming.sum(axis=1)
        for row, mode in np.argwhere(coming > 0).tolist():
            if mode != _TRUCK:
                self._bring(row, mode, float(coming[row, mode]))
        self._trucks(step_s, coming[:, _TRUCK], leaving[:, _TRUCK])

    def _trucks(self, step_s: float, coming: NDArray[np.float64], leaving: NDArray[np.float64]) -> None:
        number = float(((coming + leaving) / self._per_truck).sum())
        if number <= 0:
            return
        self._called += leaving
        arrive = self._env.now + step_s * (np.arange(_MINUTES) + 0.5) / _MINUTES
        served = self._gate.serve(
            arrive, np.full(_MINUTES, self._terminal.gate_service_s), np.full(_MINUTES, number / _MINUTES)
        )  # fmt: skip
        self._served.append(served)
        share = served.count / number
        # Goods follow when the last truck of the step is through, in as many pieces as the gate lets through at once.
        through = np.maximum(served.leave_s, self._env.now)
        for leave_s in np.unique(np.ceil(through / STEP_S) * STEP_S).tolist():
            if np.isfinite(leave_s):
                own = float(share[np.ceil(through / STEP_S) * STEP_S == leave_s].sum())
                self._env.process(self._through(leave_s, own * coming, own * leaving))

    def _through(self, leave_s: float, coming: NDArray[np.float64], leaving: NDArray[np.float64]) -> Generator[simpy.Event, None, None]:
        yield self._env.timeout(leave_s - self._env.now)
        self._called -= leaving
        for row in np.flatnonzero(leaving > 0).tolist():
            self._fetch(row, _TRUCK, float(leaving[row]))
        for row in np.flatnonzero(coming > 0).tolist():
            self._bring(row, _TRUCK, float(coming[row]))

    def _fetch(self, row: int, mode: int, tonnes: float) -> None:
        taken = self._yard.fetch(row, tonnes)
        self.left[row] += taken
        if taken > 0:
            self.moved.append((self._env.now, row, mode, taken, False))

    def _bring(self, row: int, mode: int, tonnes: float) -> None:
        # Who finds no room waits outside, behind those that wait already.
        waiting = self._outside[row, mode]
        taken = 0.0 if waiting > 0 else self._yard.bring(row, tonnes)
        self._enter(row, mode, taken)
        self._outside[row, mode] += tonnes - taken

    def _let_in(self) -> None:
        for row, mode in np.argwhere(self._outside > 0).tolist():
            taken = self._yard.bring(row, float(self._outside[row, mode]))
            self._outside[row, mode] = max(0.0, self._outside[row, mode] - taken)
            self._enter(row, mode, taken)

    def _enter(self, row: int, mode: int, tonnes: float) -> None:
        self.at_gate[row] -= tonnes
        if tonnes > 0:
            self.moved.append((self._env.now, row, mode, tonnes, True))

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
