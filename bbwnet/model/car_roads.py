"""The roads of a network as assignment wants them: what vehicles can use in a state, with capacity, delay, and what a traveller pays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.assignment.road_links import RoadLinks
from bbwnet.errors import InputError
from bbwnet.network.car_times import border_dwell_min
from bbwnet.network.terminals import no_through_nodes
from bbwnet.routing.fares import Fares
from bbwnet.scenario.schema.infrastructure import BorderLink, RoadLink, WaterLink

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.network.state import NetworkState
    from bbwnet.scenario.schema.infrastructure import Link


@dataclass(frozen=True)
class CarRoads:
    """Arcs of the forward star that cars or trucks can use (n), roads, ro-ro ferries and borders."""

    arcs: NDArray[np.int64]
    """Their places in the forward star."""
    links: RoadLinks
    """Seconds of a car (of a truck where cars may not pass), kilometres, and as toll what one traveller in a car pays for the link: fuel,
    toll, ferry (CNY)."""
    capacity_pcu_h: NDArray[np.float64]
    """Of one direction; not-a-number where it is not known (ferries, borders), whose time is constant."""
    border_s: NDArray[np.float64]
    """Part of the free time that formalities take."""
    no_cars: NDArray[np.bool_]
    """Crossings of goods, which no car may pass."""
    truck_border_s: NDArray[np.float64]
    """What formalities take a truck; `inf` where none may pass, 0 elsewhere than at borders."""
    fare_assumed: NDArray[np.bool_]
    """Where the scenario's fare per km stands for what is not known."""


def car_roads(network: Network, state: NetworkState, fares: Fares | None = None) -> CarRoads:
    """Lay out the roads of a network in a state of one period, whose seconds are those of the empty road.

    Lanes count half in each direction of a two-way road. Ways do not cross stations, airports and freight yards, as in routing. Raises
    `InputError` for a state of several periods.
    """
    if len(state.period_start_s) != 1:
        raise InputError(f"the state of empty roads has {len(state.period_start_s)} periods, expected 1")
    settings, star = network.settings, network.graph
    truck_s = _truck_border_s(network, state)
    car_s = state.passable_car_seconds(network)
    no_cars = (car_s < 0) & np.isfinite(truck_s) & (truck_s > 0)
    seconds = np.where(no_cars, truck_s, car_s)
    arcs = np.flatnonzero(seconds >= 0)
    fares = fares or Fares(network)
    names = [str(name) for name in network.links.index]
    rows, place = np.unique(star.link[arcs], return_inverse=True)
    records = [network.assembly.links[names[row]] for row in rows.tolist()]
    costs = [_cost_cny(fares, record, settings.choice.unknown_fare_cny_km) for record in records]
    figures = np.array([_figures(network, record) for record in records]).reshape(-1, 4)[place]
    links = RoadLinks(
        node_count=star.node_count,
        tail=star.tail[arcs],
        head=star.head[arcs],
        free_time=seconds[arcs].astype(np.float64),
        capacity=figures[:, 0],
        bpr_b=figures[:, 1],
        bpr_power=figures[:, 2],
        length=np.array([record.length_km for record in records])[place],
        toll=np.array([cny for cny, _ in costs])[place],
        no_through=no_through_nodes(network),
        conical_a=figures[:, 3],
    )
    at_border = np.array([isinstance(record, BorderLink) for record in records], dtype=np.bool_)[place]
    return CarRoads(
        arcs=arcs,
        links=links,
        capacity_pcu_h=figures[:, 0],
        border_s=np.where(at_border, seconds[arcs], 0.0),
        no_cars=no_cars[arcs],
        truck_border_s=truck_s[arcs],
        fare_assumed=np.array([assumed for _, assumed in costs], dtype=np.bool_)[place],
    )


def _truck_border_s(network: Network, state: NetworkState) -> NDArray[np.float64]:
    """Seconds of a truck's formalities on every arc of the forward star."""
    star, settings = network.graph, network.settings
    found = np.zeros(len(network.links))
    closed = network.links.index.isin(list(state.closed_links))
    for row, name in enumerate(network.links.index):
        link = network.assembly.links[str(name)]
        if not isinstance(link, BorderLink):
            continue
        crossing = network.assembly.crossings.get(link.crossing)
        single = settings.policy.border.single_inspection
        dwell = None if crossing is None else border_dwell_min(crossing, "truck", network.as_of, single_inspection=single)
        shut = closed[row] or link.from_ in state.closed_nodes or link.to in state.closed_nodes
        found[row] = np.inf if dwell is None or shut else round(dwell * 60)
    return found[star.link]


def _figures(network: Network, record: Link) -> tuple[float, float, float, float]:
    """Capacity of one direction (pcu/h), b and p of the delay, a of a conical one; a ferry or border takes the same time whatever comes.

    What the link says goes before what the scenario says of its class.
    """
    if not isinstance(record, RoadLink):
        return np.nan, 0.0, 1.0, np.nan
    roads, of = network.settings.roads, record.road_class
    lanes = record.lanes if record.directed else record.lanes / 2
    return (
        lanes * roads.lane_capacity.of(of) if record.capacity_pcu_h is None else record.capacity_pcu_h,
        roads.delay_factor.of(of) if record.delay_factor is None else record.delay_factor,
        roads.delay_power.of(of) if record.delay_power is None else record.delay_power,
        np.nan if record.conical_a is None else record.conical_a,
    )


def _cost_cny(fares: Fares, record: Link, unknown_cny_km: float) -> tuple[float, bool]:
    """What one of those in a car pays for a link, and whether that is assumed."""
    if not isinstance(record, RoadLink | WaterLink):
        return 0.0, False
    known = fares.drive((record.id,)).cny
    return (unknown_cny_km * record.length_km, True) if known is None else (known, False)
