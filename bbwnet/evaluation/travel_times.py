"""Travel times between cities, stations and places by every definition, each with its way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.evaluation.definitions import DEFAULT_MODE, DOOR_DEFINITIONS, Definition, Mode
from bbwnet.evaluation.door_times import DoorTimes
from bbwnet.network.state import NetworkState
from bbwnet.network.terminals import city_terminals, main_stations
from bbwnet.routing.door_to_door import percentile_position
from bbwnet.routing.in_vehicle import InVehicleSearch, TimetableJourney
from bbwnet.routing.journeys import Journey, journey_of
from bbwnet.routing.road import Drive, RoadSearch
from bbwnet.routing.strategy_lines import ExpectedJourney

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from bbwnet.network.lookup import Target
    from bbwnet.network.network import Network
    from bbwnet.network.trips import Pattern

SERVICE_MODES = {"rail": ("rail",), "air": ("air",), "sea": ("ferry",)}
"""Service modes ridden under each mode of travel."""

ROUNDING_MIN = 1e-9
"""A time at exactly the limit keeps it; only the rounding of the division by 60 is forgiven."""

Way = TimetableJourney | Drive | Journey | ExpectedJourney


@dataclass(frozen=True)
class TravelTime:
    """The time between two targets by one definition, and the way it takes; both `None` if there is no way."""

    definition: Definition
    mode: str | None
    """`rail`, `road`, `air`, `sea`, `coach`, or `local` for a walk, bus or taxi all the way; of several, that of the longest ride."""
    minutes: float | None
    length_km: float | None
    way: Way | None
    """From door to door, the journey of the first departure whose time is the percentile's."""
    departures_min: NDArray[np.float64] | None = None
    """Minutes of every departure of the window, infinite if it does not arrive; for the definitions from door to door."""

    @property
    def reached_share(self) -> float | None:
        """Share of the departures that arrive; `None` for a time that knows no departures."""
        return None if self.departures_min is None else float(np.isfinite(self.departures_min).mean())

    @property
    def schedule_delay_min(self) -> float | None:
        """Minutes from the wished departure to leaving, on the journey at the percentile; `None` where there is none."""
        return self.way.schedule_delay_min if isinstance(self.way, Journey) else None

    def share_within(self, limit_min: float) -> float | None:
        """Share of the departures that take no longer than a limit; `None` for a time that knows no departures."""
        return None if self.departures_min is None else float((self.departures_min <= limit_min + ROUNDING_MIN).mean())


class Timekeeper:
    """Answers times on one network in one state; searches are kept, so many pairs cost little more than one."""

    def __init__(self, network: Network, state: NetworkState | None = None, percentile: float | None = None) -> None:
        """Take the network, its state (free flow, all open, by default) and the percentile over departures (the scenario's by default)."""
        self.network = network
        self.percentile = network.settings.evaluation.percentile if percentile is None else percentile
        self._state = NetworkState.free_flow(network) if state is None else state
        self._rides: dict[tuple[str, str | None], InVehicleSearch] = {}
        self._road: RoadSearch | None = None
        self._doors: DoorTimes | None = None

    def time(self, origin: Target, destination: Target, definition: Definition, mode: Mode | None = None) -> TravelTime:
        """The time from origin to destination by a definition; `mode` picks among those that it can be asked for (`MODES_OF`)."""
        if definition in DOOR_DEFINITIONS:
            return self._door(origin, destination, definition, mode or DEFAULT_MODE[definition])
        if definition == "drive":
            return self._drive(origin, destination)
        if definition == "in_vehicle":
            return self.ride(origin, destination, mode or DEFAULT_MODE[definition])
        rail, road = self.ride(origin, destination, "rail"), self._drive(origin, destination)
        known = [item for item in (rail, road) if item.minutes is not None]
        best = min(known, key=lambda item: item.minutes or 0.0, default=road)
        return TravelTime("official", best.mode if known else None, best.minutes, best.length_km, best.way)

    @property
    def doors(self) -> DoorTimes:
        """Door-to-door times in this state."""
        if self._doors is None:
            self._doors = DoorTimes(self.network, self._state)
        return self._doors

    def _door(self, origin: Target, destination: Target, definition: Definition, mode: Mode) -> TravelTime:
        start, end = self.road_node(origin), self.road_node(destination)
        planned = definition == "planned"
        if self.doors.by_headway(mode):
            found = self.doors.expected_journey(start, end, mode)
            # An expectation: what single departures take is not known, nor what share of them arrives in time.
            if found is None:
                return TravelTime(definition, None, None, None, None)
            return TravelTime(definition, main_mode(found), found.minutes, found.length_km, found)
        search = self.doors.search(mode, (start, end))
        departures = search.departures(start, end, self.doors.starts_s, planned=planned)
        minutes = np.zeros(len(departures.start_s)) if start == end else departures.minutes(planned=planned)
        number = percentile_position(minutes, self.percentile)
        if start == end or not np.isfinite(minutes[number]):
            return TravelTime(definition, None, 0.0 if start == end else None, 0.0 if start == end else None, None, minutes)
        journey = journey_of(search, start, end, departures, number)
        if journey is None:  # pragma: no cover  a finite time has a journey
            return TravelTime(definition, None, None, None, None, minutes)
        return TravelTime(definition, main_mode(journey), float(minutes[number]), journey.length_km, journey, minutes)

    def door_ways(self, origin: Target, destination: Target, definition: Definition, mode: Mode | None = None) -> list[Journey]:
        """Every journey that some departure of the window takes, by a definition from door to door."""
        start, end = self.road_node(origin), self.road_node(destination)
        if start == end or self.doors.by_headway(mode or DEFAULT_MODE[definition]):
            return []
        search = self.doors.search(mode or DEFAULT_MODE[definition], (start, end))
        departures = search.departures(start, end, self.doors.starts_s, planned=definition == "planned")
        chosen = np.stack([departures.choice.way, departures.choice.entry])[:, departures.reached]
        _, first = np.unique(chosen, axis=1, return_index=True)
        numbers = np.flatnonzero(departures.reached)[np.sort(first)]
        return [found for number in numbers if (found := journey_of(search, start, end, departures, int(number))) is not None]

    def ride(self, origin: Target, destination: Target, mode: str, train_class_prefix: str | None = None) -> TravelTime:
        """The fastest scheduled service from any stop of the origin to any of the destination.

        `train_class_prefix` keeps to trains whose class begins so (`emu`, `conventional`), as a check against observed
        times of one kind needs.
        """
        search = self._ride_search(mode, train_class_prefix)
        journey = search.fastest(self.stops(origin, mode), self.stops(destination, mode))
        if journey is None:
            return TravelTime("in_vehicle", None, None, None, None)
        return TravelTime("in_vehicle", mode, journey.minutes, journey.length_km, journey)

    def stops(self, target: Target, mode: str) -> tuple[str, ...]:
        """Stops of a target: the station itself, or the city's main stations, airports or ports."""
        if target.kind == "node":
            return (target.id,)
        if target.kind == "city":
            city = self.network.cities[target.id]
            return main_stations(self.network, city) if mode == "rail" else city_terminals(self.network, city, mode)
        nodes = self.network.assembly.nodes.values()
        kinds = {"rail": ("station",), "air": ("airport",), "sea": ("port", "ferry_terminal")}[mode]
        return tuple(sorted(node.id for node in nodes if node.place == target.id and node.kind in kinds))

    def shortest_road_km(self, origin: Target, destination: Target) -> float | None:
        """Kilometres of the shortest way by road, however long it lasts; `None` if there is none."""
        return self._road_search().shortest_km(self.road_node(origin), self.road_node(destination))

    def _road_search(self) -> RoadSearch:
        if self._road is None:
            self._road = RoadSearch(self.network, self._state)
        return self._road

    def _drive(self, origin: Target, destination: Target) -> TravelTime:
        drive = self._road_search().drive(self.road_node(origin), self.road_node(destination))
        if drive is None:
            return TravelTime("drive", None, None, None, None)
        return TravelTime("drive", "road", drive.minutes, drive.length_km, drive)

    def road_node(self, target: Target) -> str:
        """The node of the road graph that stands for a target: a city's centre, a place or node itself."""
        return self.network.cities[target.id].centre if target.kind == "city" else target.id

    def _ride_search(self, mode: str, train_class_prefix: str | None) -> InVehicleSearch:
        key = mode, train_class_prefix
        if key not in self._rides:
            self._rides[key] = InVehicleSearch(self.network, self._state, _wanted(SERVICE_MODES[mode], train_class_prefix))
        return self._rides[key]


def main_mode(journey: Journey | ExpectedJourney) -> str:
    """The mode of a journey's longest ride; `road` for one's own car all the way, `local` for another way with no ride."""
    if isinstance(journey, ExpectedJourney):
        rides = [(line.probability * line.length_km, line.mode) for line in journey.lines]
        driven = journey.way_mode == "drive"
    else:
        rides = [(ride.length_km, ride.mode) for ride in journey.rides]
        driven = any(leg.mode == "drive" for leg in journey.legs)
    if rides:
        mode = max(rides)[1]
        return "sea" if mode == "ferry" else mode
    return "road" if driven else "local"


def _wanted(modes: tuple[str, ...], train_class_prefix: str | None) -> Callable[[Pattern], bool]:
    def wanted(pattern: Pattern) -> bool:
        return pattern.mode in modes and (train_class_prefix is None or (pattern.train_class or "").startswith(train_class_prefix))

    return wanted
