"""Travel times between cities, stations and places by the definitions in hand, each with its way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bbwnet.evaluation.definitions import DEFAULT_MODE, Definition, Mode
from bbwnet.network.state import NetworkState
from bbwnet.network.terminals import city_terminals, main_stations
from bbwnet.routing.in_vehicle import InVehicleSearch, TimetableJourney
from bbwnet.routing.road import Drive, RoadSearch

if TYPE_CHECKING:
    from collections.abc import Callable

    from bbwnet.network.lookup import Target
    from bbwnet.network.network import Network
    from bbwnet.network.trips import Pattern

SERVICE_MODES = {"rail": ("rail",), "air": ("air",), "sea": ("ferry",)}
"""Service modes ridden under each mode of travel."""

Way = TimetableJourney | Drive


@dataclass(frozen=True)
class TravelTime:
    """The time between two targets by one definition, and the way it takes; both `None` if there is no way."""

    definition: Definition
    mode: str | None
    """`rail`, `road`, `air` or `sea`; of `official`, the better of rail and road."""
    minutes: float | None
    length_km: float | None
    way: Way | None


class Timekeeper:
    """Answers times on one network in one state; searches are kept, so many pairs cost little more than one."""

    def __init__(self, network: Network, state: NetworkState | None = None) -> None:
        """Take the network and its state (free flow, all open, by default)."""
        self.network = network
        self._state = NetworkState.free_flow(network) if state is None else state
        self._rides: dict[tuple[str, str | None], InVehicleSearch] = {}
        self._road: RoadSearch | None = None

    def time(self, origin: Target, destination: Target, definition: Definition, mode: Mode | None = None) -> TravelTime:
        """The time from origin to destination by a definition; `mode` picks rail, air or sea for `in_vehicle`."""
        if definition == "drive":
            return self._drive(origin, destination)
        if definition == "in_vehicle":
            return self.ride(origin, destination, mode or DEFAULT_MODE[definition])
        rail, road = self.ride(origin, destination, "rail"), self._drive(origin, destination)
        known = [item for item in (rail, road) if item.minutes is not None]
        best = min(known, key=lambda item: item.minutes or 0.0, default=road)
        return TravelTime("official", best.mode if known else None, best.minutes, best.length_km, best.way)

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
        return self._road_search().shortest_km(self._road_node(origin), self._road_node(destination))

    def _road_search(self) -> RoadSearch:
        if self._road is None:
            self._road = RoadSearch(self.network, self._state)
        return self._road

    def _drive(self, origin: Target, destination: Target) -> TravelTime:
        drive = self._road_search().drive(self._road_node(origin), self._road_node(destination))
        if drive is None:
            return TravelTime("drive", None, None, None, None)
        return TravelTime("drive", "road", drive.minutes, drive.length_km, drive)

    def _road_node(self, target: Target) -> str:
        """The node of the road graph that stands for a target: a city's centre, a place or node itself."""
        return self.network.cities[target.id].centre if target.kind == "city" else target.id

    def _ride_search(self, mode: str, train_class_prefix: str | None) -> InVehicleSearch:
        key = mode, train_class_prefix
        if key not in self._rides:
            self._rides[key] = InVehicleSearch(self.network, self._state, _wanted(SERVICE_MODES[mode], train_class_prefix))
        return self._rides[key]


def _wanted(modes: tuple[str, ...], train_class_prefix: str | None) -> Callable[[Pattern], bool]:
    def wanted(pattern: Pattern) -> bool:
        return pattern.mode in modes and (train_class_prefix is None or (pattern.train_class or "").startswith(train_class_prefix))

    return wanted
