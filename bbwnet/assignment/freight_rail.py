"""Goods lines: tracks open to freight, goods stations, and the paths that passenger trains leave."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.assignment.freight_roads import straight_km
from bbwnet.assignment.freight_ways import ModeArcs, ModeWays
from bbwnet.network.car_times import border_dwell_min
from bbwnet.network.rail_times import STANDARD_GAUGE_MM
from bbwnet.scenario.schema.infrastructure import RailLink, WaterLink

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.network.state import NetworkState

_PATH_HOUR_CNY = 0.3
"""What an hour counts against money in the way of a train, CNY/(t h): a tie-break between lines of like length."""


@dataclass(frozen=True)
class RailLines:
    """Goods lines with y yards; money in CNY a tonne."""

    yards: tuple[str, ...]
    yard_node: NDArray[np.int64]
    arcs: ModeArcs
    capacity_day: NDArray[np.float64]
    """Freight trains a day and direction on each arc."""
    passenger_day: NDArray[np.float64]
    """Passenger trains a day and direction on each arc, the busier direction."""

    def ways(self, extra_h: NDArray[np.float64], waiting_cny_t_h: float = 0.0) -> ModeWays:
        """Ways between yards when arcs take `extra_h` hours more, each paid with `waiting_cny_t_h`."""
        later = replace(self.arcs, hours=self.arcs.hours + extra_h, money=self.arcs.money + waiting_cny_t_h * extra_h)
        return ModeWays.least(later, self.yard_node, _PATH_HOUR_CNY)


def rail_lines(network: Network, state: NetworkState, ends: Sequence[str]) -> tuple[RailLines, tuple[str, ...]]:
    """Lay out goods lines of standard gauge in a state, and say what stands for what the data lack."""
    haul, sea = network.settings.freight_chains.rail, network.settings.freight_chains.sea
    star, names = network.graph, network.links.index.to_numpy()
    trains = _passenger_trains(network)
    rows: list[tuple[float, ...]] = []
    closed_nodes = {network.node_index[name] for name in state.closed_nodes if name in network.node_index}
    for arc in np.flatnonzero(np.isin(network.links["mode"].to_numpy()[star.link], ("rail", "train_ferry"))).tolist():
        link = network.assembly.links[str(names[star.link[arc]])]
        tail, head = int(star.tail[arc]), int(star.head[arc])
        if link.id in state.closed_links or {tail, head} & closed_nodes:
            continue
        passengers = trains.get(link.id, 0.0)
        if isinstance(link, RailLink) and _takes_freight(link, haul.line_speed_max_kmh):
            run = link.length_km / (min(link.operating_speed_kmh or link.design_speed_kmh, haul.speed_max_kmh) * haul.speed_factor)
            paths = haul.paths_day[min(link.tracks, len(haul.paths_day)) - 1] - passengers * haul.paths_per_passenger_train
            border_h, abroad = _at_border(network, tail, head)
            money, paths = haul.cny_t_km * link.length_km, max(paths, haul.least_paths_day)
            if abroad:
                run += border_h + haul.border_h
                money += sea.customs_cny_t + haul.border_cny_t
                paths = min(paths, haul.border_trains_day)
            rows.append((arc, run, money, link.length_km, paths, passengers))
        elif isinstance(link, WaterLink) and link.crossing_min is not None:
            money = haul.ferry_cny_t + haul.cny_t_km * link.length_km
            rows.append((arc, link.crossing_min / 60, money, link.length_km, haul.ferry_trains_day, passengers))
    table = np.array(rows, dtype=np.float64).reshape(-1, 6)
    arcs = table[:, 0].astype(np.int64)
    lines = ModeArcs(
        node_count=star.node_count,
        tail=star.tail[arcs].astype(np.int64),
        head=star.head[arcs].astype(np.int64),
        hours=table[:, 1],
        money=table[:, 2],
        km=table[:, 3],
        link=star.link[arcs].astype(np.int64),
        backward=star.backward[arcs],
        no_through=np.zeros(star.node_count, dtype=bool),
    )
    yards, note = _yards(network, lines, ends)
    node = np.array([network.node_index[name] for name in yards], dtype=np.int64)
    return RailLines(yards, node, lines, table[:, 4], table[:, 5]), (*note, *_lines_left_out(network, haul.line_speed_max_kmh))


def _takes_freight(link: RailLink, line_speed_max_kmh: float) -> bool:
    """Whether freight trains of standard gauge run on a track."""
    fits = link.mixed_gauge or link.gauge_mm == STANDARD_GAUGE_MM
    return fits and link.use != "passenger" and (link.use == "freight" or link.design_speed_kmh <= line_speed_max_kmh)


def _lines_left_out(network: Network, line_speed_max_kmh: float) -> tuple[str, ...]:
    """Sentences on lines that the data open to freight and freight does not use."""
    links = [link for link in network.assembly.links.values() if isinstance(link, RailLink) and link.use != "passenger"]
    fast = sorted({link.line for link in links if not _takes_freight(link, line_speed_max_kmh) and link.gauge_mm == STANDARD_GAUGE_MM})
    other = sorted({link.line for link in links if not link.mixed_gauge and link.gauge_mm != STANDARD_GAUGE_MM})
    said = []
    if fast:
        said.append(
            f"No freight trains on lines for mixed traffic that are built for more than {line_speed_max_kmh:g} km/h: {', '.join(fast)}."
        )
    if other:
        said.append(f"No freight on lines of another gauge: {', '.join(other)}.")
    return tuple(said)


def _at_border(network: Network, tail: int, head: int) -> tuple[float, bool]:
    """Hours of the formalities between two nodes, and whether they lie on two sides of a border: their clocks differ."""
    zones = network.nodes["timezone"].to_numpy()
    if zones[tail] == zones[head]:
        return 0.0, False
    ends = {str(network.nodes.index[tail]), str(network.nodes.index[head])}
    single = network.settings.policy.border.single_inspection
    for crossing in network.assembly.crossings.values():
        if crossing.kind == "rail" and crossing.node in ends:
            dwell = border_dwell_min(crossing, "train", network.as_of, single_inspection=single)
            return (dwell or 0.0) / 60, True
    return 0.0, True


def _passenger_trains(network: Network) -> dict[str, float]:
    """Passenger trains a day over each link, in the busier direction."""
    total: dict[tuple[str, bool], float] = {}
    for pattern in network.trips.patterns:
        if pattern.mode != "rail":
            continue
        daily = pattern.trips_per_day
        for position, links in enumerate(pattern.links):
            node = pattern.stops[position]
            for name in links:
                link = network.assembly.links[name]
                forward = link.from_ == node
                total[name, forward] = total.get((name, forward), 0.0) + daily
                node = link.to if forward else link.from_
    busiest: dict[str, float] = {}
    for (name, _), daily in total.items():
        busiest[name] = max(busiest.get(name, 0.0), daily)
    return busiest


def _yards(network: Network, lines: ModeArcs, ends: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Freight yards, the scenario's own stations, and of each end the nearest station in it on goods lines."""
    haul = network.settings.freight_chains.rail
    names, nodes = network.nodes.index.to_numpy(), network.assembly.nodes
    on_line = [str(names[row]) for row in np.unique(np.concatenate([lines.tail, lines.head])).tolist()]
    yards = {name for name in on_line if nodes[name].kind == "freight_yard"} | (set(haul.extra_stations) & set(on_line))
    chosen: dict[str, str] = {}
    stations: dict[str, list[str]] = {}
    for name in on_line:
        place = nodes[name].place
        if nodes[name].kind in {"station", "freight_yard"} and place is not None:
            stations.setdefault(place, []).append(name)
    for end in sorted(set(ends) & set(stations)):
        near = straight_km(network, [end], stations[end])[0]
        if near.min() <= haul.station_km:
            chosen[end] = stations[end][int(near.argmin())]
    note = (
        f"Which stations handle goods is not in the data: yards do, and of {len(chosen)} ends the station nearest to the centre."
        if chosen
        else "No end has a station on goods lines."
    )
    return tuple(sorted(yards | set(chosen.values()))), (note,)
