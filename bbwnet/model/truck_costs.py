"""What a way costs a truck besides the time of a car: its slower pace, its formalities, and its money at the value of its time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bbwnet.assignment.truck_trips import TRUCK_CLASSES
from bbwnet.scenario.schema.infrastructure import RoadLink, WaterLink

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from bbwnet.model.car_roads import CarRoads
    from bbwnet.network.network import Network
    from bbwnet.routing.fares import Fares
    from bbwnet.scenario.schema.infrastructure import Link
    from bbwnet.scenario.schema.roads import TruckClass


def truck_classes(network: Network) -> dict[str, TruckClass]:
    """What the scenario says of each class of trucks, in the order of `TRUCK_CLASSES`."""
    classes = network.settings.roads.classes
    return dict(zip(TRUCK_CLASSES, (classes.light_truck, classes.heavy_truck), strict=True))


def truck_extra_s(network: Network, roads: CarRoads, fares: Fares) -> Mapping[str, NDArray[np.float64]]:
    """Seconds that each arc of the roads costs a truck besides a car's time, by class of trucks (n); `inf` where none may pass.

    The slower pace is that on the empty road: what a truck loses there it loses on a full one too, where cars are no faster than it, so
    that its time there is too long rather than too short. Where no fare of a car on a ferry is known, that of the scenario per km stands
    for it. At borders a truck is never quicker than a car.
    """
    rows, place = np.unique(network.graph.link[roads.arcs], return_inverse=True)
    names = [str(name) for name in network.links.index]
    records = [network.assembly.links[names[row]] for row in rows.tolist()]
    is_road = np.array([isinstance(record, RoadLink) for record in records], dtype=np.bool_)[place]
    links, formalities_s = roads.links, np.maximum(roads.truck_border_s - roads.border_s, 0.0)
    found = {}
    for name, truck in truck_classes(network).items():
        slower_s = np.where(is_road, np.maximum(links.length / truck.top_speed_kmh * 3600 - links.free_time, 0.0), 0.0)
        cny = np.array([_cny(network, fares, record, truck) for record in records])[place]
        found[name] = slower_s + formalities_s + cny * (3600 / truck.value_of_time_cny_h)
    return found


def _cny(network: Network, fares: Fares, record: Link, truck: TruckClass) -> float:
    """What a truck pays for a link."""
    if isinstance(record, RoadLink):
        toll_cny_km = record.toll_cny_km * network.settings.fares.factor.toll * truck.toll_factor
        return record.length_km * (truck.running_cny_km + toll_cny_km)
    if isinstance(record, WaterLink):
        settings = network.settings
        known = fares.car_on_ferry_cny(record.id)
        car_cny = record.length_km * settings.choice.unknown_fare_cny_km * settings.fares.persons_per_car if known is None else known
        return car_cny * truck.ferry_factor
    return 0.0
