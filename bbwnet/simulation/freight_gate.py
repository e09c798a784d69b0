"""Trucks of consignments before crossings and ferries, where they wait as the same trucks do that the simulated roads and ferries have.

Where no part has them, they are let through first come, first served, at the capacity of the year's flows, spread evenly over the opening
hours.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bbwnet.simulation.calendars import any_open, together
from bbwnet.simulation.ferries import Ferries
from bbwnet.simulation.road_link import HEAVY_TRUCK
from bbwnet.simulation.road_traffic import RoadTraffic
from bbwnet.simulation.weather import Weather

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

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


def simulated_turn(world: World, gate: Gate) -> Callable[[float], float] | None:
    """When the turn comes of a truck that comes at a moment, behind those that are simulated; `None` where none are."""
    roads, ferries = world.parts.get("roads"), world.parts.get("ferries")
    if gate.crossing and isinstance(roads, RoadTraffic) and roads.has_lanes(gate.link, backward=not gate.forward, road_class=HEAVY_TRUCK):
        return lambda now: roads.lane_free_s(gate.link, now, backward=not gate.forward, road_class=HEAVY_TRUCK)
    if not gate.crossing and isinstance(ferries, Ferries) and (lane := ferries.lane_of(gate.link, backward=not gate.forward)) is not None:

        def boards_s(now: float) -> float:
            lane.update(now)
            return lane.boards_s(now, lane.ahead_lane_m(now))

        return boards_s
    return None


class GateQueue:
    """The queue before a gate in one direction."""

    def __init__(
        self,
        gate: Gate,
        first_day: int,
        last_day: int,
        closures: Iterable[Calendar],
        simulated_s: Callable[[float], float] | None = None,
    ) -> None:
        """Open the gate at its hours of all days, but for closures; `simulated_s` as `simulated_turn` has it."""
        self._simulated_s = simulated_s
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
        free_s = self._free_s if self._simulated_s is None else self._simulated_s(moment_s)
        return self._open.next_open_s(max(moment_s, free_s)) if math.isfinite(free_s) or free_s < 0 else math.inf

    def take(self, moment_s: float, trucks: float) -> tuple[float, float]:
        """Let trucks through that come at a moment, none later than those before; when their first and their mean one has its turn.

        Trucks that are simulated take no capacity here besides.
        """
        first = self.turn_s(moment_s)
        if self._simulated_s is not None:
            return first, first
        self._free_s = self._open.finish_s(first, trucks * self._truck_s)
        return first, self._open.finish_s(first, trucks * self._truck_s / 2)
