"""Gates: crossings of trucks and ro-ro ferries, among which a truck chooses where roads alone do not lead on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.assignment.freight_roads import mean_car_seconds
from bbwnet.network.car_times import border_dwell_min
from bbwnet.scenario.schema.base import clock_seconds
from bbwnet.scenario.schema.infrastructure import BorderLink, WaterLink

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.network.state import NetworkState
    from bbwnet.scenario.schema.terminals import Crossing

_DAY_H = 24.0


@dataclass(frozen=True)
class Gates:
    """Directed gates (g); the two directions of a link share its capacity."""

    links: tuple[str, ...]
    """Link of each direction."""
    tails: tuple[str, ...]
    heads: tuple[str, ...]
    kinds: tuple[str, ...]
    """`border` or `ferry`."""
    backward: NDArray[np.bool_]
    hours: NDArray[np.float64]
    """Hours through it, capacity enough: dwell and wait for opening, or check-in, wait for a sailing and crossing."""
    money: NDArray[np.float64]
    """CNY a truck."""
    customs: NDArray[np.float64]
    """CNY a tonne."""
    km: NDArray[np.float64]
    crossing_of: tuple[str, ...]
    """Border crossing; empty of a ferry."""
    capacity_day: NDArray[np.float64]
    """Trucks a day, both directions of the link together."""
    pair: NDArray[np.int64]
    """Number of the link among those of all gates: its directions have the same."""
    left_out: tuple[str, ...]
    tail_site: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    head_site: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @property
    def count(self) -> int:
        """Directed gates."""
        return len(self.links)

    @property
    def pair_count(self) -> int:
        """Links."""
        return int(self.pair.max(initial=-1)) + 1

    def placed(self, site_of: Mapping[str, int]) -> Gates:
        """The gates with the rows of their ends among the sites of the roads."""
        tail, head = (np.array([site_of[name] for name in names], dtype=np.int64) for names in (self.tails, self.heads))
        return replace(self, tail_site=tail, head_site=head)


def freight_gates(network: Network, state: NetworkState) -> Gates:
    """Crossings that trucks may pass and ro-ro ferries, open in a state. A crossing without dwell of trucks takes none."""
    chains, star = network.settings.freight_chains, network.graph
    names = network.links.index.to_numpy()
    nodes = network.nodes.index.to_numpy()
    seconds = mean_car_seconds(network, state)
    rows = []
    unknown_lanes: set[str] = set()
    unknown_fares: set[str] = set()
    for arc in np.flatnonzero(np.isin(network.links["mode"].to_numpy()[star.link], ("border", "ferry"))).tolist():
        link = network.assembly.links[str(names[star.link[arc]])]
        tail, head = str(nodes[star.tail[arc]]), str(nodes[star.head[arc]])
        if link.id in state.closed_links or {tail, head} & state.closed_nodes:
            continue
        if isinstance(link, BorderLink):
            figures = _border(network, link, unknown_lanes)
        elif isinstance(link, WaterLink) and seconds[arc] >= 0:
            figures = _ferry(network, link, float(seconds[arc]) / 3600, unknown_fares)
        else:
            continue
        if figures is not None:
            rows.append((link.id, tail, head, bool(star.backward[arc]), link.length_km, *figures))
    rows.sort(key=lambda row: (row[0], row[3]))
    links = [row[0] for row in rows]
    number = {link: place for place, link in enumerate(dict.fromkeys(links))}
    notes = []
    if unknown_lanes:
        notes.append(f"Lanes of {', '.join(sorted(unknown_lanes))} are not known: {chains.capacity.lanes} stand for them.")
    if unknown_fares:
        notes.append(f"The fare of vehicles is not known on {', '.join(sorted(unknown_fares))}: a price per km stands for it.")
    if sum(row[5] == "ferry" and not row[3] for row in rows) > 1:
        notes.append(
            "Trucks of freight choose among parallel ferries by themselves (flows_capacities); on the roads they meet cars and"
            " choose again on the way between the quays (flows_links): lines that run side by side may differ, their sum does not."
        )

    def figure(place: int) -> NDArray[np.float64]:
        return np.array([row[place] for row in rows], dtype=np.float64)

    return Gates(
        links=tuple(links),
        tails=tuple(row[1] for row in rows),
        heads=tuple(row[2] for row in rows),
        kinds=tuple(str(row[5]) for row in rows),
        backward=np.array([row[3] for row in rows], dtype=bool),
        km=figure(4),
        hours=figure(6),
        money=figure(7),
        customs=figure(8),
        capacity_day=figure(9),
        crossing_of=tuple(str(row[10]) for row in rows),
        pair=np.array([number[link] for link in links], dtype=np.int64),
        left_out=tuple(notes),
    )


def _border(network: Network, link: BorderLink, unknown_lanes: set[str]) -> tuple[str, float, float, float, float, str] | None:
    """Kind, hours, CNY a truck, CNY a tonne, trucks a day and crossing; `None` if trucks may not pass."""
    chains, single = network.settings.freight_chains, network.settings.policy.border.single_inspection
    crossing = network.assembly.crossings.get(link.crossing)
    if crossing is None:
        return None
    dwell = border_dwell_min(crossing, "truck", network.as_of, single_inspection=single)
    twice = border_dwell_min(crossing, "truck", network.as_of, single_inspection=False)
    open_h = goods_hours(crossing, network)
    if dwell is None or twice is None or open_h <= 0:
        return None
    if crossing.lanes is None:
        unknown_lanes.add(crossing.id)
    # Half the inspections free the lanes for as many more trucks.
    faster = twice / dwell if dwell > 0 else 1.0
    capacity = (crossing.lanes or chains.capacity.lanes) * chains.capacity.lane_trucks_h * open_h * faster
    # A truck that comes at any hour finds the gate shut with the share of the closed hours, and then waits half of them.
    shut = (_DAY_H - open_h) ** 2 / (2 * _DAY_H)
    return "border", dwell / 60 + shut, 0.0, chains.sea.customs_cny_t, capacity, crossing.id


def goods_hours(crossing: Crossing, network: Network) -> float:
    """Hours a day that a crossing is open to goods; 24 if no hours of it are known, 0 if those known are not for goods yet."""
    if not crossing.hours:
        return _DAY_H
    known = [item for item in crossing.hours if item.traffic in {"goods", "all"} and item.valid_from <= network.as_of]
    if not known:
        return 0.0
    latest = max(known, key=lambda item: item.valid_from)
    return (clock_seconds(latest.close) - clock_seconds(latest.open)) / 3600


def _ferry(network: Network, link: WaterLink, hours: float, unknown_fares: set[str]) -> tuple[str, float, float, float, float, str]:
    """The same of a ro-ro ferry, whose sailings take vehicles of all kinds."""
    chains = network.settings.freight_chains
    sailings, fares = 0.0, []
    for pattern in network.trips.patterns:
        service = network.assembly.services[pattern.service]
        if pattern.mode == "ferry" and service.carries_vehicles and any(link.id in links for links in pattern.links):
            sailings += pattern.trips_per_day
            fares += [service.fare_car_cny] if service.fare_car_cny is not None else []
    if not fares:
        unknown_fares.add(link.id)
    fare = sum(fares) / len(fares) if fares else chains.road.unknown_ferry_cny_km * link.length_km
    capacity = sailings * chains.capacity.ferry_vehicles_sailing * chains.capacity.ferry_truck_share
    return "ferry", hours, fare * network.settings.roads.classes.heavy_truck.ferry_factor, 0.0, capacity, ""
