"""Border crossings: lanes by direction and type of vehicle, opening hours, inspection, and the queue on the road before them.

Of the dwell of a crossing one part is spent in a lane, whose number bounds what passes, the rest beside it (papers, yard), which holds up
nobody else. Who comes outside the opening hours waits in the queue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from bbwnet.errors import InputError
from bbwnet.network.car_times import border_dwell_min
from bbwnet.network.trips import clock_shift_seconds
from bbwnet.scenario.nearest import Names
from bbwnet.scenario.schema.base import clock_seconds
from bbwnet.scenario.schema.infrastructure import BorderLink
from bbwnet.scenario.schema.simulation_service_time import ServiceTime
from bbwnet.simulation.calendars import ALWAYS
from bbwnet.simulation.road_lanes import LaneGroup, Station, daily
from bbwnet.simulation.road_link import CAR, COACH, HEAVY_TRUCK, LIGHT_TRUCK

if TYPE_CHECKING:
    from bbwnet.network.network import Network
    from bbwnet.scenario.schema.simulation_roads import CrossingLanes
    from bbwnet.scenario.schema.terminals import Crossing, OpeningHours
    from bbwnet.simulation.calendars import Calendar
    from bbwnet.simulation.road_link import RoadArcs
    from bbwnet.simulation.world import World

KIND = "border_lanes"
Traffic = Literal["car", "truck"]
_CLASSES: dict[Traffic, tuple[int, ...]] = {"car": (CAR, COACH), "truck": (LIGHT_TRUCK, HEAVY_TRUCK)}


def border_stations(world: World, arcs: RoadArcs) -> tuple[list[Station], dict[tuple[int, int], float]]:
    """Lanes of all crossings that vehicles may pass, and the seconds of formalities beside them by class and arc.

    Raises `InputError` for lanes of a crossing that no road of the network leads over.
    """
    network, found, rest_s = world.network, list[Station](), dict[tuple[int, int], float]()
    given = {(item.crossing, item.traffic): item for item in world.settings.roads.border.crossings}
    links = (network.assembly.links[link] for link in arcs.link)
    known = {link.crossing for link in links if isinstance(link, BorderLink) and link.crossing in network.assembly.crossings}
    for name, _ in given:
        if name not in known:
            nearest = Names(known).nearest(name)
            hint = f"; did you mean {nearest}?" if nearest else ""
            raise InputError(f"simulation.roads.border.crossings: {name} is no crossing of the network's roads{hint}")
    for arc, link in enumerate(arcs.link):
        record = network.assembly.links[link]
        crossing = network.assembly.crossings.get(record.crossing) if isinstance(record, BorderLink) else None
        if crossing is None:
            continue
        for traffic, classes in _CLASSES.items():
            dwell = _dwell_s(network, crossing, traffic)
            own = given.get((crossing.id, traffic))
            if dwell is None and own is None:
                continue
            lanes, service = _lanes(world, crossing, traffic, own)
            name = f"{link}:{'in' if arcs.backward[arc] else 'out'}:{traffic}"
            group = LaneGroup(KIND, name, lanes, service, _hours(world, crossing, traffic))
            found.append(Station(arc, classes, group))
            beside = None if own is None or own.rest_min is None else 60 * own.rest_min
            for road_class in classes:
                rest_s[road_class, arc] = max((dwell or 0.0) - service.mean_seconds, 0.0) if beside is None else beside
    return found, rest_s


def _lanes(world: World, crossing: Crossing, traffic: Traffic, own: CrossingLanes | None) -> tuple[float, ServiceTime]:
    """Lanes in one direction, and how long one vehicle takes one of them."""
    border, capacity = world.settings.roads.border, world.network.settings.freight_chains.capacity
    if own is not None:
        return float(own.lanes), own.service_time
    if traffic == "car":
        lanes, mean_s = float(border.car_lanes), border.car_service_s
        dwell = _dwell_s(world.network, crossing, "car")
        mean_s = mean_s if dwell is None or dwell <= 0 else min(mean_s, dwell)
    else:
        # Lanes of the record are those of both directions; half inspections free them for as many more.
        lanes = (crossing.lanes or capacity.lanes) / 2
        dwell, twice = _dwell_s(world.network, crossing, "truck"), _dwell_s(world.network, crossing, "truck", single=False)
        mean_s = 3600 / capacity.lane_trucks_h * (dwell / twice if dwell and twice else 1.0)
    if border.inspection == "fixed":
        return lanes, ServiceTime(mean_s=mean_s)
    return lanes, ServiceTime(distribution="lognormal", mean_s=mean_s, cv=border.inspection_cv)


def _dwell_s(network: Network, crossing: Crossing, traffic: Traffic, *, single: bool | None = None) -> float | None:
    single = network.settings.policy.border.single_inspection if single is None else single
    found = border_dwell_min(crossing, traffic, network.as_of, single_inspection=single)
    return None if found is None else 60 * found


def _hours(world: World, crossing: Crossing, traffic: Traffic) -> Calendar:
    """When the lanes are open; always where no hours are known. Closures are those of the link, before which drivers wait or turn."""
    network = world.network
    hours = _latest(network, crossing, {"car": "persons", "truck": "goods"}[traffic])
    if hours is None:
        return ALWAYS
    shift_s = clock_shift_seconds(hours.timezone, network.region_timezone, network.as_of)
    return daily(clock_seconds(hours.open) + shift_s, clock_seconds(hours.close) + shift_s, world.first_day, world.days + 1)


def _latest(network: Network, crossing: Crossing, traffic: str) -> OpeningHours | None:
    known = [item for item in crossing.hours if item.traffic in {traffic, "all"} and item.valid_from <= network.as_of]
    return max(known, key=lambda item: item.valid_from, default=None)
