"""Goods wait at the quay as ships wait for a berth there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bbwnet.simulation.calendars import window
from bbwnet.simulation.consignment import FreightPart
from bbwnet.simulation.consignment_table import ARRIVED
from bbwnet.simulation.day import simulate_once
from bbwnet.simulation.ports import PortDay, Ports
from bbwnet.simulation.world import PartResult, World
from tests.simulation.freight_days import EXPORT, HOUR_S, day_of, route_of, run_day
from tests.simulation.harbour import network_of, ships, write_harbour

if TYPE_CHECKING:
    from collections.abc import Collection

    import simpy


class _Looks:
    """A part that asks for the wait at some hours."""

    def __init__(self, world: World, hours: tuple[float, ...]) -> None:
        self.world, self.hours, self.found = world, hours, dict[float, float | None]()

    def start(self) -> None:
        self.world.env.process(self._look())

    def _look(self) -> simpy.events.ProcessGenerator:
        ports = self.world.parts["ports"]
        assert isinstance(ports, Ports)
        for hour in self.hours:
            yield self.world.env.timeout(hour * HOUR_S - self.world.env.now)
            self.found[hour] = ports.berth_wait_s({"quay"}, self.world.env.now, 6 * HOUR_S)

    def finish(self) -> PartResult:
        return PartResult()


@pytest.mark.parametrize("quay", ["id: quay, berths: 1", "id: quay, berths: 1, cranes: 9"])
def test_the_mean_wait_of_ships_of_late(tmp_path: Path, quay: str) -> None:
    """One berth, three hours a ship: of two that come at two and three the second waits two hours; no process or one for each."""
    streams = ", ".join(ships(name, "quay", [f"day 1 0{hour}:00"], "mean_h: 3") for name, hour in (("a", 2), ("b", 3)))
    network = network_of(write_harbour(tmp_path, [quay], f"streams: [{streams}]"))
    looks: list[_Looks] = []

    def looking(world: World) -> _Looks:
        looks.append(_Looks(world, (1, 2.5, 4, 7, 9, 12)))
        return looks[-1]

    simulate_once(network, {"ports": lambda world: Ports(world, PortDay()), "looks": looking}, 0)
    # Nobody; the first, at once; half an hour of the second so far; both; the second alone within six hours; nobody any more.
    assert looks[0].found == {
        1: None, 2.5: 0.0, 4: pytest.approx(0.5 * HOUR_S), 7: pytest.approx(HOUR_S), 9: pytest.approx(2 * HOUR_S), 12: None,
    }  # fmt: skip


class _Told(Ports):
    """Ports of which is known how long ships wait."""

    def __init__(self, wait_s: float | None) -> None:
        self.wait_s = wait_s

    def berth_wait_s(self, terminals: Collection[str], now: float, within_s: float) -> float | None:
        assert list(terminals) == ["quay"]
        assert within_s == 72 * HOUR_S
        assert now >= 0
        return self.wait_s


@pytest.mark.parametrize(("wait_h", "closed_until_h", "takes_h"), [(None, 0, 26 + 3), (5, 0, 26 + 5), (0, 0, 26), (1, 30, None)])
def test_exports_wait_for_a_berth(
    monkeypatch: pytest.MonkeyPatch, wait_h: float | None, closed_until_h: float, takes_h: float | None
) -> None:
    """Two hours by road, 20 in the port and four at the quay; three hours of wait in the year's flows."""
    day = day_of(route_of(*EXPORT))
    day = replace(day, ports=(replace(day.ports[0], wait_s=3 * HOUR_S),))
    started = FreightPart.start

    def start(part: FreightPart) -> None:
        part._world.parts["ports"] = _Told(None if wait_h is None else wait_h * HOUR_S)
        started(part)

    monkeypatch.setattr(FreightPart, "start", start)
    shut = {"quay": window(0.0, closed_until_h * HOUR_S)} if closed_until_h else {}
    part, _ = run_day(day, shut, days=2, warm_up_h=0.0, run_out_h=24.0)
    late = [item for item in part.outcomes if item.state == ARRIVED and item.set_out_s >= 0]
    assert late
    for item in late:
        begins = item.set_out_s + 22 * HOUR_S
        waits = max(closed_until_h * HOUR_S, begins + HOUR_S) - begins + 26 * HOUR_S if takes_h is None else takes_h * HOUR_S
        assert item.end_s - item.set_out_s == pytest.approx(waits)
