"""Where ferries that carry vehicles sail: their ports with berths, the lanes in which vehicles queue, and routes as ships see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bbwnet.scenario.schema.base import DAY_SECONDS
from bbwnet.simulation.calendars import together
from bbwnet.simulation.ferry_neighbours import neighbours
from bbwnet.simulation.ferry_terminal import Berths, Lane, berths_of
from bbwnet.simulation.vehicle_queue import Gate
from bbwnet.simulation.vessel import Route, Side, cycle_s
from bbwnet.simulation.visits import HOUR_S
from bbwnet.simulation.weather import Weather

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bbwnet.network.network import Network
    from bbwnet.network.trips import Pattern
    from bbwnet.simulation.world import World


def ferry_patterns(network: Network) -> list[Pattern]:
    """Patterns of services that the ferries part sails: they carry vehicles over one link between two ports."""
    services = network.assembly.services
    return [
        pattern
        for pattern in network.trips.patterns
        if services[pattern.service].carries_vehicles and len(pattern.stops) == 2 and len(pattern.links[0]) == 1  # noqa: PLR2004
    ]


class FerryLayout:
    """Ports, lanes and routes of a replication."""

    def __init__(self, world: World) -> None:
        """Lay them out."""
        self._world, self._choice = world, world.settings.ferries
        self._weather = Weather(world.network, world.settings.weather)
        self.patterns = {(item.service, item.stops[0]): item for item in ferry_patterns(world.network)}
        self.lanes = self._make_lanes()
        """By link and port that is left."""
        self.berths: dict[str, Berths] = {port: berths_of(world, port) for port in sorted({lane.port for lane in self.lanes.values()})}
        self._routes: dict[tuple[str, str | None], Route] = {}
        self.fleets = [item for _, item in sorted(world.network.assembly.fleets.items()) if self._sails(item.service)]
        self._set_capacities()
        self.near = neighbours(world.network, self.lanes.values(), 60 * self._choice.other_ferry.within_min)
        """By name of a lane, the ferries of the same shores that its drivers may take instead."""

    @property
    def fleet_services(self) -> frozenset[str]:
        """Services that are sailed by ships which go to and fro, not by timetable."""
        return frozenset(item.service for item in self.fleets) if self._choice.run == "fleet" else frozenset()

    def vessel_class_of(self, service: str) -> str | None:
        """Class of the most ships of a service's fleets; none without a fleet."""
        own = [item for item in self.fleets if item.service == service]
        return max(own, key=lambda item: item.ships).vessel_class if own else None

    def route(self, service: str, vessel_class: str | None) -> Route:
        """The route of a service for a class of ships."""
        key = (service, vessel_class)
        if key not in self._routes:
            world, assembly = self._world, self._world.network.assembly
            vessel = None if vessel_class is None else assembly.vessel_classes[vessel_class]
            ports = assembly.services[service].stops
            pattern = self._pattern(service)
            link = pattern.links[0][0]
            closures = world.closures
            calendar = together(
                [closures.of_link(link), closures.of_service(service), *(closures.of_node(port) for port in ports),
                 self._weather.for_vessel(vessel, ports)]
            )  # fmt: skip
            first, last = (Side(self.lanes[link, port], self.berths[port]) for port in ports)
            lane_m, persons = (self._choice.usual_lane_m, np.inf) if vessel is None else (vessel.lane_m, vessel.seats)
            self._routes[key] = Route(service, (first, last), float(pattern.run_seconds[0]), calendar, lane_m, persons)
        return self._routes[key]

    def lanes_between(self, ports: Iterable[str], others: Iterable[str]) -> list[Lane]:
        """Lanes from any of some ports to any of others, by name."""
        here, there = set(ports), set(others)
        return sorted((lane for lane in self.lanes.values() if lane.port in here and lane.other in there), key=lambda lane: lane.name)

    def _sails(self, service: str) -> bool:
        return any(name == service for name, _ in self.patterns)

    def _pattern(self, service: str) -> Pattern:
        return next(item for (name, _), item in sorted(self.patterns.items()) if name == service)

    def _make_lanes(self) -> dict[tuple[str, str], Lane]:
        """A lane for each link and end; those of one port share its gate and yard by their daily sailings."""
        daily: dict[tuple[str, str], float] = {}
        others: dict[tuple[str, str], str] = {}
        for pattern in self.patterns.values():
            link, (port, other) = pattern.links[0][0], pattern.stops
            daily[link, port] = daily.get((link, port), 0.0) + pattern.trips_per_day
            daily.setdefault((link, other), 0.0)
            others[link, port], others[link, other] = other, port
        whole: dict[str, float] = {}
        for (_, port), trips in daily.items():
            whole[port] = whole.get(port, 0.0) + trips
        links = self._world.network.links
        found = {}
        for (link, port), trips in sorted(daily.items()):
            gate = self._gate(port, trips / whole[port] if whole[port] > 0 else 1.0)
            found[link, port] = Lane(link, str(links.at[link, "from"]) != port, port, others[link, port], gate)
        return found

    def _gate(self, port: str, share: float) -> Gate:
        record, as_of = self._world.network.assembly.roro_terminals.get(port), self._world.network.as_of
        if record is None or share <= 0:
            return Gate(np.inf, np.inf)
        rate_per_s = record.gate_lanes / record.check_s
        if record.booking_from is not None and record.bookings_per_h is not None and record.booking_from <= as_of:
            rate_per_s = min(rate_per_s, record.bookings_per_h / HOUR_S)
        return Gate(rate_per_s * share, record.yard_spaces * share, record.gate_lanes * share)

    def _set_capacities(self) -> None:
        """What the ships of each lane can carry away in a second, for drivers who choose between ports."""
        for pattern in self.patterns.values():
            lane = self.lanes[pattern.links[0][0], pattern.stops[0]]
            route = self.route(pattern.service, self.vessel_class_of(pattern.service))
            if pattern.service not in self.fleet_services:
                _sails_more(lane, route, pattern.trips_per_day / DAY_SECONDS)
        for fleet in self.fleets if self.fleet_services else ():
            route = self.route(fleet.service, fleet.vessel_class)
            vehicles = route.lane_m / self._choice.lane_m.car
            for side in route.sides:
                _sails_more(side.lane, route, fleet.ships / cycle_s(route, self._choice.berth, vehicles))


def _sails_more(lane: Lane, route: Route, sailings_per_s: float) -> None:
    """Let a lane have more sailings."""
    lane.capacity_lane_m_per_s += sailings_per_s * route.lane_m
    if sailings_per_s > 0:
        lane.interval_s = 1 / (1 / lane.interval_s + sailings_per_s)
        lane.sailing.append(route.sailing)
    lane.crossing_s = route.crossing_s
