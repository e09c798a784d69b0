"""The roads of a simulated day from a network and its flows: arcs with their times, vehicles of the equilibria and coaches as cohorts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bbwnet.assignment.delays import times
from bbwnet.assignment.select_link import paths_of
from bbwnet.assignment.truck_trips import TRUCK_CLASSES
from bbwnet.demand.profile import hour_shares
from bbwnet.model.car_roads import car_roads
from bbwnet.model.day_coaches import coach_cohorts
from bbwnet.model.truck_costs import truck_classes
from bbwnet.network.state import NetworkState
from bbwnet.scenario.schema.demand import HOURS, PURPOSES
from bbwnet.scenario.schema.infrastructure import RoadLink
from bbwnet.simulation.road_cohorts import RoadCohorts
from bbwnet.simulation.road_link import CAR, HEAVY_TRUCK, LIGHT_TRUCK, VEHICLE_CLASSES, RoadArcs
from bbwnet.simulation.road_traffic import RoadDay

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.assignment.equilibrium import Equilibrium
    from bbwnet.assignment.freight_flows import FreightFlows
    from bbwnet.model.car_roads import CarRoads
    from bbwnet.model.flows import Flows
    from bbwnet.network.network import Network

PERSONS_OF_OTHERS = 1.0
"""Persons in a vehicle whose riders are counted elsewhere (coaches), or not at all (trucks): the driver."""
AT_BORDERS = "roads: freight's trucks cross borders as journeys of their own, apart from those to and from the crossing"
"""Freight chooses crossings by itself: its trucks on the roads end at one side and begin anew at the other."""
_GOLDEN = (np.sqrt(5.0) - 1) / 2
"""Steps of this part of the whole fill it evenly, however many they are."""


def day_roads(network: Network, found: Flows | None) -> RoadDay:
    """The roads of a day; without flows (of passengers) they are empty but for streams."""
    passengers = None if found is None else found.passengers
    roads = car_roads(network, NetworkState.free_flow(network))
    equilibria = () if passengers is None else passengers.equilibria
    persons = np.full(len(VEHICLE_CLASSES), PERSONS_OF_OTHERS)
    if passengers is None or found is None:
        return RoadDay(road_arcs(network, roads, ()), RoadCohorts.none(), persons)
    persons[CAR] = passengers.persons_per_car
    shares = None if found.freight is None else found.freight.truck_trips.hour_shares
    arcs = road_arcs(network, roads, equilibria)
    crossing = np.zeros(arcs.count) if found.freight is None else trucks_at_borders(arcs, found.freight)
    messages = (AT_BORDERS,) if crossing.any() else ()
    cohorts = road_cohorts(network, arcs, equilibria, shares, crossing).joined(coach_cohorts(network, arcs, passengers.coaches.per_run))
    return RoadDay(arcs, cohorts, persons, messages)


def trucks_at_borders(arcs: RoadArcs, freight: FreightFlows) -> NDArray[np.float64]:
    """Trucks of freight that cross each border in a day (arcs); as many come back as go out, loaded or empty."""
    found = np.zeros(arcs.count)
    table = freight.borders
    for link, vehicles in zip(table["link"], table["vehicles_day"].to_numpy(dtype=np.float64), strict=True):
        for backward in (False, True):
            arc = arcs.arc_of.get((str(link), backward))
            if arc is not None and arcs.mode[arc] == "border" and np.isfinite(arcs.seconds[HEAVY_TRUCK, :, arc]).all():
                found[arc] = vehicles / 2
    return found


def road_arcs(network: Network, roads: CarRoads, equilibria: tuple[Equilibrium, ...]) -> RoadArcs:
    """Arcs with whole seconds by class and group of hours: those of the equilibrium, but of no more than its capacity.

    What is over capacity waits in a queue, and is not made slower besides. A truck is no faster than its top speed.
    """
    star, links = network.graph, roads.links
    rows = star.link[roads.arcs]
    records = [network.assembly.links[str(network.links.index[row])] for row in rows.tolist()]
    starts = tuple(network.settings.roads.hour_groups) if equilibria else (0,)
    capacity = links.capacity
    bound = np.where(np.isfinite(capacity) & (capacity > 0), capacity, np.inf)
    car_s = np.array([np.rint(times(links.delays, np.minimum(item.volume_pcu, bound))) for item in equilibria]).reshape(-1, len(rows))
    if not equilibria:
        car_s = np.rint(links.free_time)[None, :]
    seconds = np.repeat(car_s[None], len(VEHICLE_CLASSES), axis=0)
    is_road = np.array([isinstance(record, RoadLink) for record in records], dtype=np.bool_)
    for place, truck in zip((LIGHT_TRUCK, HEAVY_TRUCK), truck_classes(network).values(), strict=True):
        slow_s = np.where(is_road, np.rint(links.length / truck.top_speed_kmh * 3600), 0.0)
        at_border = roads.truck_border_s > 0
        seconds[place] = np.where(at_border, np.maximum(roads.truck_border_s, 0.0), np.maximum(car_s, slow_s))
    seconds[:LIGHT_TRUCK, :, roads.no_cars] = np.inf
    lanes = np.array([_lanes(record) if isinstance(record, RoadLink) else np.nan for record in records])
    classes = network.settings.roads.classes
    return RoadArcs(
        link=tuple(str(record.id) for record in records),
        backward=star.backward[roads.arcs].copy(),
        mode=tuple(str(record.mode) for record in records),
        tail=links.tail.astype(np.int32),
        head=links.head.astype(np.int32),
        node_count=links.node_count,
        no_through=links.no_through,
        start_hours=starts,
        seconds=np.ascontiguousarray(seconds),
        capacity_pcu_h=np.where(is_road, roads.capacity_pcu_h, np.nan),
        lane_km=lanes * links.length,
        pcu=np.array([1.0, classes.coach.pcu, classes.light_truck.pcu, classes.heavy_truck.pcu]),
    )


def _lanes(record: RoadLink) -> float:
    return float(record.lanes) if record.directed else record.lanes / 2


def road_cohorts(
    network: Network,
    road_links: RoadArcs,
    equilibria: tuple[Equilibrium, ...],
    truck_shares: NDArray[np.float64] | None,
    at_borders: NDArray[np.float64],
) -> RoadCohorts:
    """Cars and trucks of a day on the paths of the equilibria, in about as many cohorts as the scenario wants.

    `at_borders` has the trucks of a day over single arcs besides (arcs); they are heavy ones.

    Paths that carry more than the size of a cohort have cohorts of their own, equal ones. Of those that carry less, one after the other by
    class, origin and destination, every so many units one is taken for all of them (systematic sampling), so that the total of each class
    and group of hours is kept exactly. The size is a share of the day's traffic in pcu: it grows with demand, their number does not.
    """
    starts = (*network.settings.roads.hour_groups, HOURS)
    shares = hour_shares(network.settings.demand.passenger, PURPOSES)
    trucks = np.full(HOURS, 1 / HOURS) if truck_shares is None else truck_shares
    profiles = np.vstack([shares, *(trucks for _ in TRUCK_CLASSES)])
    flows = [paths_of(item) for item in equilibria]
    hours = np.diff(starts)
    total = float(sum(item.flow_pcu.sum() * length for item, length in zip(flows, hours.tolist(), strict=True)))
    size = total / network.settings.simulation.roads.cohorts
    pieces: list[dict[str, NDArray[np.float64]]] = []
    curves: list[NDArray[np.float64]] = []
    paths_before, arcs_before = 0, 0
    firsts, arcs, ends = [np.zeros(1, np.int64)], [np.empty(0, np.int32)], [np.empty((0, 2), np.int32)]
    for group, (item, solution) in enumerate(zip(flows, equilibria, strict=True)):
        order = np.lexsort((np.arange(len(item)), item.destination, item.origin, item.road_class))
        day_pcu = item.flow_pcu * hours[group]
        for place, name in enumerate(solution.demand.classes):
            own = order[item.road_class[order] == place]
            piece = _cut(day_pcu[own], size)
            piece["path"] = own[piece["path"].astype(np.int64)] + paths_before
            piece["count"] = piece["count"] / name.pcu
            piece["curve"] = np.full(len(piece["path"]), len(curves))
            piece["class"] = np.full(len(piece["path"]), VEHICLE_CLASSES.index(name.name) if name.name in TRUCK_CLASSES else CAR)
            curves.append(_curve(profiles[place], starts[group], starts[group + 1]))
            pieces.append(piece)
        nodes = solution.demand.zone_node[np.stack([item.origin, item.destination], axis=1)]
        firsts.append(item.first[1:] + arcs_before)
        arcs.append(item.link.astype(np.int32))
        ends.append(nodes.astype(np.int32))
        paths_before, arcs_before = paths_before + len(item), arcs_before + len(item.link)
    own_arcs = np.flatnonzero(at_borders)
    piece = _cut(at_borders[own_arcs] * road_links.pcu[HEAVY_TRUCK], size)
    piece |= {"path": piece["path"] + paths_before, "count": piece["count"] / road_links.pcu[HEAVY_TRUCK]}
    piece |= {"curve": np.full(len(piece["path"]), len(curves)), "class": np.full(len(piece["path"]), HEAVY_TRUCK)}
    curves.append(_curve(trucks, 0, HOURS))
    pieces.append(piece)
    firsts.append(arcs_before + 1 + np.arange(len(own_arcs)))
    arcs.append(own_arcs.astype(np.int32))
    ends.append(np.stack([road_links.tail[own_arcs], road_links.head[own_arcs]], axis=1))
    both = np.concatenate(ends)
    column = {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}
    phase = (_GOLDEN * np.arange(1, len(column["path"]) + 1)) % 1.0
    return RoadCohorts(
        path_first=np.concatenate(firsts),
        path_arc=np.concatenate(arcs),
        path_origin=np.ascontiguousarray(both[:, 0]),
        path_destination=np.ascontiguousarray(both[:, 1]),
        path=column["path"].astype(np.int32),
        road_class=column["class"].astype(np.int8),
        count=column["count"],
        place=column["place"],
        of=column["of"],
        phase=phase,
        curve=column["curve"].astype(np.int16),
        curves=np.array(curves),
        days=np.full(len(phase), (1 << 7) - 1, dtype=np.uint8),
    )


def _cut(pcu: NDArray[np.float64], size: float) -> dict[str, NDArray[np.float64]]:
    """Cohorts of flows (n): `path` by its place, `count` in pcu, and which of how many of its flow each one is."""
    large = np.flatnonzero(pcu >= size)
    number = np.ceil(pcu[large] / size - 1e-9).astype(np.int64)
    own = np.repeat(np.arange(len(large)), number)
    place = np.arange(len(own)) - np.repeat(np.cumsum(number) - number, number)
    small = np.flatnonzero(pcu < size)
    running = np.cumsum(pcu[small])
    sum_small = float(running[-1]) if len(small) else 0.0
    taken = int(np.ceil(sum_small / size - 1e-9)) if sum_small > 0 else 0
    # The middle of each equal part of the total falls on the flow that is taken for it.
    middle = (np.arange(taken) + 0.5) * (sum_small / max(taken, 1))
    chosen = small[np.minimum(np.searchsorted(running, middle, side="right"), max(len(small) - 1, 0))] if taken else small[:0]
    return {
        "path": np.concatenate([large[own], chosen]).astype(np.float64),
        "count": np.concatenate([pcu[large][own] / number[own], np.full(taken, sum_small / max(taken, 1))]),
        "place": np.concatenate([place, np.zeros(taken)]).astype(np.float64),
        "of": np.concatenate([number[own], np.ones(taken)]).astype(np.float64),
    }


def _curve(profile: NDArray[np.float64], first: int, last: int) -> NDArray[np.float64]:
    """Share of a group's trips that have set out at the beginning of each hour, and at the end of the day."""
    within = np.zeros(HOURS)
    within[first:last] = profile[first:last]
    if not within.sum() > 0:
        within[first:last] = 1.0
    return np.concatenate([[0.0], np.cumsum(within / within.sum())])
