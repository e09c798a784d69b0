"""Cars, trucks and coaches of a day on the roads: an equilibrium for each group of hours, and what it costs, carries and leaves behind."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Literal

import numpy as np

from bbwnet.assignment.road import AssignmentSettings, assign_roads
from bbwnet.assignment.road_demand import RoadClass, RoadDemand
from bbwnet.assignment.skims import skim, skim_cost
from bbwnet.assignment.truck_trips import TRUCK_CLASSES, TruckTrips
from bbwnet.demand.profile import hour_shares
from bbwnet.errors import InputError
from bbwnet.model.car_roads import CarRoads, car_roads
from bbwnet.model.coach_traffic import coach_traffic
from bbwnet.model.road_loads import LostDrives, RoadLoads
from bbwnet.model.truck_costs import truck_classes, truck_extra_s
from bbwnet.network.car_times import IMPASSABLE
from bbwnet.routing.fares import Fares
from bbwnet.scenario.schema.demand import HOURS, PURPOSES, Purpose

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from bbwnet.assignment.equilibrium import Equilibrium
    from bbwnet.assignment.skims import RoadSkims
    from bbwnet.network.network import Network
    from bbwnet.network.state import NetworkState


class RoadLoading:
    """The roads of a network in a state, the places between which people drive on them, and what else is on them.

    What a traveller pays counts by the value of time of his purpose, what a truck pays by its own; both choose their way together. Coaches
    keep theirs. A trip loads the hours in which it leaves, a coach those in which it passes.
    """

    def __init__(
        self,
        network: Network,
        state: NetworkState,
        places: tuple[str, ...],
        fares: Fares | None = None,
        *,
        trucks: TruckTrips | None = None,
        gap: float = 1e-5,
        if_not_converged: Literal["raise", "warn"] = "raise",
    ) -> None:
        """Lay out roads and hours for n places; `state` is of empty roads (one period), `gap` the relative gap of each equilibrium.

        Raises `InputError` for trucks from or to a node that is not in the network.
        """
        self.network, self.state, self.places = network, state, places
        fares = fares or Fares(network)
        self.roads: CarRoads = car_roads(network, state, fares)
        self.starts = network.settings.roads.hour_groups
        """Hour at which each group begins."""
        self.hours = np.diff([*self.starts, HOURS]).astype(np.float64)
        shares = hour_shares(network.settings.demand.passenger, PURPOSES)
        self.group_shares = np.stack([part.sum(axis=1) for part in np.split(shares, self.starts[1:], axis=1)])
        """Share of the day's trips in each group (groups x purposes)."""
        trucks = trucks or TruckTrips.none()
        self._choice = network.settings.choice
        self.zones = (*places, *(name for name in trucks.nodes if name not in set(places)))
        """Nodes between which the equilibria have trips: places, then where only trucks set out or arrive."""
        if unknown := [name for name in trucks.nodes if name not in network.node_index]:
            raise InputError(f"trucks set out from or arrive at {', '.join(unknown)}, not in the network")
        at_border = network.links["mode"].to_numpy()[network.graph.link[self.roads.arcs]] == "border"
        self._no_cars: NDArray[np.bool_] = self.roads.no_cars | (at_border & (not self._choice.cars_cross_borders))
        """Where no car of a passenger passes: crossings of goods, and every border unless the scenario lets cars across."""
        self._zone_node = np.array([network.node_index[name] for name in self.zones], dtype=np.int32)
        self._trucks = self._truck_classes(trucks, truck_extra_s(network, self.roads, fares))
        coaches = coach_traffic(network, state, self.starts)
        self.stopped_coaches = coaches.stopped
        """Coach services that run on the day, but whose way is closed."""
        self._coaches = coaches
        self._coach_pcu = network.settings.roads.classes.coach.pcu
        self._settings = AssignmentSettings(gap=gap, if_not_converged=if_not_converged, if_disconnected="report")

    def assign(
        self, vehicles_day: NDArray[np.float64], last: Sequence[Equilibrium] = (), coaches_per_run: NDArray[np.float64] | None = None
    ) -> tuple[Equilibrium, ...]:
        """The equilibrium of each group of hours for cars of a day (purposes x n x n) and the trucks, from the paths of `last` on.

        `coaches_per_run` is how many vehicles stand for each run of a coach (patterns of the timetable), by default one.
        """
        found, coaches_h = [], self._coaches_h(coaches_per_run)
        for group, (shares, hours) in enumerate(zip(self.group_shares, self.hours, strict=True)):
            cars = (self._class(purpose, vehicles_day[row] * (shares[row] / hours)) for row, purpose in enumerate(PURPOSES))
            demand = RoadDemand(self._zone_node, (*cars, *self._trucks[group]))
            links = dataclasses.replace(self.roads.links, preload_pcu=self._coach_pcu * coaches_h[group])
            found.append(assign_roads(links, demand, self._settings, last[group].paths if last else None))
        return tuple(found)

    def empty_drive(self, by: Literal["vehicle", "car", "road"]) -> RoadSkims:
        """Seconds and kilometres of the quickest drive on empty roads (n x n); `inf` where there is none.

        `vehicle`: across every border that some vehicle of passengers may pass; `car`: where travellers' own cars may; `road`: on roads
        alone, without ferries and borders.
        """
        count = len(self.places)
        barred = {"vehicle": self.roads.no_cars, "car": self._no_cars, "road": self._no_cars | np.isnan(self.roads.capacity_pcu_h)}[by]
        nobody = RoadClass("nobody", np.zeros((count, count)), extra=np.where(barred, np.inf, 0.0))
        empty = assign_roads(self.roads.links, RoadDemand(self._zone_node[:count], (nobody,)), AssignmentSettings(algorithm="aon"))
        found = skim(empty)
        none = np.isinf(found.cost)
        return dataclasses.replace(found, time=np.where(none, np.inf, found.time), length=np.where(none, np.inf, found.length))

    def car_min(self, equilibria: Sequence[Equilibrium]) -> NDArray[np.float64]:
        """Cost of going by car, the mean over the hours in which people of each purpose leave, with parking (purposes x n x n)."""
        weights = self._choice.weights
        park_min = weights.terminal * self.network.settings.access.park_min
        off_diagonal = ~np.eye(len(self.places), dtype=np.bool_)
        count = len(self.places)
        cost = np.zeros((len(PURPOSES), count, count))
        for shares, item in zip(self.group_shares, equilibria, strict=True):
            for row in range(len(PURPOSES)):
                cost[row] += shares[row] * skim_cost(item, row, count)
        return np.asarray(weights.drive * cost / 60 + off_diagonal * park_min)

    def car_cny(self, equilibria: Sequence[Equilibrium]) -> NDArray[np.float64]:
        """What one of those in a car pays on the way whose cost is in `car_min` (purposes x n x n); 0 where there is none."""
        count = len(self.places)
        paid = np.zeros((len(PURPOSES), count, count))
        for shares, item in zip(self.group_shares, equilibria, strict=True):
            for row in range(len(PURPOSES)):
                paid[row] += shares[row] * np.nan_to_num(skim(item, row, count).toll, posinf=0.0)
        return paid

    def loaded_state(self, equilibria: Sequence[Equilibrium]) -> NetworkState:
        """The state with the seconds of each group, whole."""
        seconds = np.full((len(self.starts), self.network.graph.arc_count), IMPASSABLE, dtype=np.int64)
        for row, item in enumerate(equilibria):
            seconds[row, self.roads.arcs] = np.where(self.roads.no_cars, IMPASSABLE, np.rint(item.time).astype(np.int64))
        return dataclasses.replace(self.state, car_seconds=seconds, period_start_s=tuple(hour * 3600 for hour in self.starts))

    def loads(self, equilibria: Sequence[Equilibrium], coaches_per_run: NDArray[np.float64] | None = None) -> RoadLoads:
        """What every arc carries in each group, with as many coaches as `assign` was given."""
        coaches_h = self._coaches_h(coaches_per_run)
        star, frame, links = self.network.graph, self.network.links, self.roads.links
        nodes = [str(name) for name in self.network.nodes.index]
        rows = star.link[self.roads.arcs]
        return RoadLoads(
            link=tuple(map(str, frame.index[rows])),
            backward=star.backward[self.roads.arcs],
            from_node=tuple(nodes[node] for node in links.tail.tolist()),
            to_node=tuple(nodes[node] for node in links.head.tolist()),
            mode=tuple(map(str, frame["mode"].to_numpy()[rows])),
            length_km=links.length,
            start_hours=tuple(self.starts),
            zones=self.zones,
            classes=(*PURPOSES, *TRUCK_CLASSES, "coach"),
            pcu=(*(item.pcu for item in equilibria[0].demand.classes), self._coach_pcu),
            vehicles_h=np.stack([np.vstack([item.class_volume, row]) for item, row in zip(equilibria, coaches_h, strict=True)]),
            pcu_h=np.stack([item.volume_pcu for item in equilibria]),
            capacity_pcu_h=self.roads.capacity_pcu_h,
            free_s=links.free_time,
            seconds=np.stack([item.time for item in equilibria]),
            validated=np.zeros(len(rows), dtype=np.bool_),
        )

    def lost(self, equilibria: Sequence[Equilibrium]) -> tuple[LostDrives, ...]:
        """Drives without a way, over the day."""
        names, lost = self.zones, dict[tuple[str, str, str], list[float]]()
        for item, hours in zip(equilibria, self.hours.tolist(), strict=True):
            for trips in item.unassigned:
                key = (trips.class_name, names[trips.origin], names[trips.destination])
                lost.setdefault(key, []).append(trips.trips * hours)
        return tuple(
            LostDrives(name, origin, destination, math.fsum(values)) for (name, origin, destination), values in sorted(lost.items())
        )

    def _coaches_h(self, per_run: NDArray[np.float64] | None) -> NDArray[np.float64]:
        """Coaches in a mean hour of each group on each arc."""
        return self._coaches.of(per_run)[:, self.roads.arcs]

    def _class(self, purpose: Purpose, trips: NDArray[np.float64]) -> RoadClass:
        """Cars of a purpose: what they pay counts by their value of time, in seconds of driving."""
        weights, count = self._choice.weights, len(self.places)
        between = np.zeros((len(self.zones), len(self.zones)))
        between[:count, :count] = trips
        extra = self.roads.border_s * max(0.0, weights.border / weights.drive - 1)
        return RoadClass(
            purpose,
            between,
            toll_weight=3600 / (self._choice.value_of_time.of_drivers(purpose) * weights.drive),
            extra=np.where(self._no_cars, np.inf, extra),
        )

    def _truck_classes(self, trucks: TruckTrips, extra_s: Mapping[str, NDArray[np.float64]]) -> tuple[tuple[RoadClass, ...], ...]:
        """Trucks of a mean hour of each group, by class."""
        count, place = len(self.zones), [self.zones.index(name) for name in trucks.nodes]
        group_shares = [part.sum() for part in np.split(trucks.hour_shares, self.starts[1:])]
        found = []
        for share, hours in zip(group_shares, self.hours, strict=True):
            classes = []
            for name, truck in truck_classes(self.network).items():
                trips = np.zeros((count, count))
                trips[np.ix_(place, place)] = trucks.of(name) * (share / hours)
                classes.append(RoadClass(name, trips, pcu=truck.pcu, extra=extra_s[name]))
            found.append(tuple(classes))
        return tuple(found)
