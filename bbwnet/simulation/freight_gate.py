"""Trucks of consignments before crossings and ferries: first come, first served, at the rate that the capacity allows.

The capacity is that of the year's flows, spread evenly over the opening hours: nothing is said here of single lanes or sailings.
The parts `roads` and `ferries` have the same trucks with lanes and sailings.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bbwnet.simulation.calendars import any_open, together
from bbwnet.simulation.weather import Weather

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bbwnet.simulation.calendars import Calendar
    from bbwnet.simulation.freight_day import Gate
    from bbwnet.simulation.world import World


def gate_calendars(world: World, gate: Gate) -> list[Calendar]:
    """What may close a gate: closures of its link and ends, and for a ferry those of the fleets that sail there, by weather too."""
    closures = world.closures
    found = [closures.of_link(gate.link), closures.of_node(gate.tail), closures.of_node(gate.head)]
    if gate.crossing or not (world.settings.weather or world.network.settings.disruptions):
        return found
    assembly, weather = world.network.assembly, Weather(world.network, world.settings.weather)
    ports = (gate.tail, gate.head)
    ships = [
        together([closures.of_service(fleet.service), weather.for_vessel(assembly.vessel_classes[fleet.vessel_class], ports)])
        for _, fleet in sorted(assembly.fleets.items())
        if set(ports) <= set(assembly.services[fleet.service].stops)
    ]
    return [*found, any_open(ships)] if ships else found


class GateQueue:
    """The queue before a gate in one direction."""

    def __init__(self, gate: Gate, first_day: int, last_day: int, closures: Iterable[Calendar]) -> None:
        """Open the gate at its hours of all days, but for closures."""
        self._hours = gate.hours(first_day, last_day)
        self._open, self._truck_s, self._free_s = together([self._hours, *closures]), gate.truck_s, -math.inf

    def usually_opens_s(self, moment_s: float) -> float:
        """When it would be open from a moment on, without closures and queue."""
        return self._hours.next_open_s(moment_s)

    def opens_s(self, moment_s: float) -> float:
        """When it is open from a moment on."""
        return self._open.next_open_s(moment_s)

    def turn_s(self, moment_s: float) -> float:
        """When the turn would come of who comes at a moment; infinite if never."""
        return self._open.next_open_s(max(moment_s, self._free_s))

    def take(self, moment_s: float, trucks: float) -> tuple[float, float]:
        """Let trucks through that come at a moment, none later than those before; when their first and their mean one has its turn."""
        first = self.turn_s(moment_s)
        self._free_s = self._open.finish_s(first, trucks * self._truck_s)
        return first, self._open.finish_s(first, trucks * self._truck_s / 2)
