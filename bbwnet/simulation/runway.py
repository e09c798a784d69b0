"""Runways: every take-off and landing keeps its distance in time to the one before; who comes too soon waits, first come first served."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bbwnet.simulation.visits import Visits

if TYPE_CHECKING:
    from bbwnet.network.network import Network


class RunwaySlots:
    """The runways of one airport, each used for take-offs and landings alike."""

    def __init__(self, airport: str, runways: int, separation_s: float) -> None:
        """Raises `ValueError` without a runway or a separation."""
        if runways < 1 or not separation_s > 0:
            raise ValueError(f"{airport}: expected a runway and a separation above 0 s")
        self.airport = airport
        self._separation_s = separation_s
        self._free_s = [-np.inf] * runways
        self._asked: list[tuple[float, float]] = []

    def slot(self, now: float) -> float:
        """When a movement that could be made now is made; to be asked in order of time, ties in order of runs."""
        start = max(now, min(self._free_s))
        self._free_s[self._free_s.index(min(self._free_s))] = start + self._separation_s
        self._asked.append((now, start))
        return start

    def visits(self) -> Visits:
        """All movements: a runway is taken until the next one may use it."""
        asked = np.array(self._asked, dtype=np.float64).reshape(-1, 2)
        return Visits(
            kind="runways",
            server=self.airport,
            unit="flights",
            servers=float(len(self._free_s)),
            arrive_s=asked[:, 0],
            start_s=asked[:, 1],
            leave_s=asked[:, 1] + self._separation_s,
            count=np.ones(len(asked)),
        )


def runways_of(network: Network) -> dict[str, RunwaySlots]:
    """Runways by node, of airports in the data, those that are open on the scenario's day; none where the scenario lets nobody wait."""
    settings = network.settings.simulation.services
    if settings.runways == "none":
        return {}
    made = {}
    for airport in sorted(network.assembly.airports.values(), key=lambda item: item.id):
        count = sum(runway.opened is None or runway.opened <= network.as_of for runway in airport.runways)
        if count and airport.node in network.node_index:
            made[airport.node] = RunwaySlots(airport.id, count, settings.runway.separation_s)
    return made
