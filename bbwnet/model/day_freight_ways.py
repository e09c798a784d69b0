"""Ways of consignments by stages: trucks and gates, yards and trains, river ports and barges, sea ports; and what they pass.

Times are those that the chains were chosen by, less what the simulation makes itself: waiting for trains and barges to fill, for paths of
trains, at locks, crossings and ferries.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from bbwnet.assignment.freight_balance import extra_hours, port_waits
from bbwnet.assignment.freight_hauls import lands
from bbwnet.choice.chain_choice import INLAND_MODES
from bbwnet.model.day_locks import lock_site, locks_by_node, room_of
from bbwnet.network.trips import clock_shift_seconds
from bbwnet.scenario.schema.base import DAY_SECONDS, clock_seconds
from bbwnet.simulation.freight_day import (
    FreightDay,
    Gate,
    HaulRoads,
    Kind,
    LockSite,
    Reach,
    SeaPort,
    Spent,
    Stage,
    TrainLeg,
    TrainLine,
    TrainPaths,
    Voyage,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.assignment.freight_balance import FreightSolution, Moved
    from bbwnet.network.network import Network
    from bbwnet.simulation.freight_day import Route

_HOUR_S: Final = 3600.0
_ROAD, _RAIL, _WATER = range(len(INLAND_MODES))


class DayWays:
    """What all consignments pass, gathered as their ways are made."""

    def __init__(self, network: Network, solution: FreightSolution) -> None:
        """Lay out gates, locks and terminals of a solution."""
        self.network, self.freight, self.balance = network, solution.freight, solution.balance
        self.moved = solution.balance.moved
        self.chains, self.choice = network.settings.freight_chains, network.settings.simulation.freight
        self.land = lands(self.freight.road)
        self._end_row = {name: row for row, name in enumerate(self.freight.ends)}
        self.extra = extra_hours(self.freight, self.balance.loads)
        self.link_names = network.links.index.to_numpy()
        self.gates, self.gate_s = self._gates()
        self._lines: dict[tuple[int, str], int] = {}
        self._legs: dict[tuple[int, int], int] = {}
        self._paths: dict[int, int] = {}
        self._voyages: dict[tuple[int, int, int], int] = {}
        self._ports: dict[tuple[int, int], int] = {}
        self._hauls: dict[tuple[int, int], int] = {}
        self._commodities: dict[int, CommodityWay] = {}
        self.lines, self.train_legs, self.paths = list[TrainLine](), list[TrainLeg](), list[TrainPaths]()
        self.voyages, self.ports = list[Voyage](), list[SeaPort]()
        self._largest: dict[int, float] = {}
        """Largest barge, t, that the waterway's links let through each lock."""
        self.locks, self._lock_at, self._given_s = self._lock_sites()

    def of(self, commodity: int) -> CommodityWay:
        """Ways of a commodity, by its place."""
        if commodity not in self._commodities:
            self._commodities[commodity] = CommodityWay(self, self.moved[commodity])
        return self._commodities[commodity]

    def place_of(self, end: str) -> str:
        """City of an end, or the end itself outside of the region's cities."""
        city = self.network.nodes["city"].get(end)
        return str(city) if city in self.network.cities else end

    def land_of(self, end: str) -> int:
        """Land of an end: ends of one are joined by roads alone."""
        return int(self.land[self.freight.end_site[self._end_row[end]]])

    def in_region(self, port: int) -> bool:
        """Whether a sea port is one of the region's cities'; all are where the region has none."""
        name = self.freight.ports.names[port]
        return not self.network.cities or self.network.nodes["city"].get(name) in self.network.cities

    # --- what is passed ----------------------------------------------------------------------------------------------------------------

    def _gates(self) -> tuple[list[Gate], list[float]]:
        """Gates with their hours, each direction with half of the capacity, and the seconds through each without a queue."""
        found, seconds = [], []
        gates, crossings = self.freight.gates, self.network.assembly.crossings
        for row in range(gates.count):
            hours = (0, DAY_SECONDS)
            crossing = crossings.get(gates.crossing_of[row])
            if crossing is not None and crossing.hours:
                latest = max(
                    (item for item in crossing.hours if item.traffic in {"goods", "all"} and item.valid_from <= self.network.as_of),
                    key=lambda item: item.valid_from,
                )
                shift = clock_shift_seconds(latest.timezone, self.network.region_timezone, self.network.as_of)
                hours = (clock_seconds(latest.open) + shift, clock_seconds(latest.close) + shift)
            gate = Gate(
                link=gates.links[row],
                crossing=gates.crossing_of[row],
                forward=not gates.backward[row],
                tail=gates.tails[row],
                head=gates.heads[row],
                site=int(gates.tail_site[row]),
                open_s=float(hours[0]),
                close_s=float(hours[1]),
                truck_s=(hours[1] - hours[0]) / (float(gates.capacity_day[row]) / 2) if gates.capacity_day[row] > 0 else 0.0,
            )
            found.append(gate)
            seconds.append(float(gates.hours[row]) * _HOUR_S - gate.shut_s)
        return found, seconds

    def _lock_sites(self) -> tuple[list[LockSite], dict[int, int], dict[int, float]]:
        """Locks by node; those whose traffic is not in the network take the time of their record, by row of the node."""
        records = locks_by_node(self.network)
        sites, at, given = list[LockSite](), dict[int, int](), dict[int, float]()
        for place, node in enumerate(self.freight.locks.nodes):
            row = int(self.freight.locks.row[place])
            if all(lock.other_traffic for lock in records[node]):
                given[row] = float(self.freight.locks.hours[place]) * _HOUR_S
                continue
            at[row] = len(sites)
            sites.append(lock_site(self.network, records[node]))
        return sites, at, given

    def train_leg(self, first: int, last: int) -> int:
        """The train between two yards."""
        if (first, last) not in self._legs:
            lines = self.freight.rail
            arcs = self.balance.rail.way(first, last)
            names = [str(self.link_names[lines.arcs.link[arc]]) for arc in arcs]
            load = self.balance.outcome.rail[arcs]
            busiest = arcs[int(load.argmax())]
            self._legs[first, last] = len(self.train_legs)
            self.train_legs.append(
                TrainLeg(
                    line=self._line(first, names[0]),
                    to_yard=lines.yards[last],
                    links=tuple(names),
                    link_s=tuple(float(lines.arcs.hours[arc]) * _HOUR_S for arc in arcs),
                    path=self._path(busiest),
                )
            )
        return self._legs[first, last]

    def _line(self, yard: int, by: str) -> int:
        if (yard, by) not in self._lines:
            self._lines[yard, by] = len(self.lines)
            self.lines.append(TrainLine(self.freight.yards[yard], by, int(self.freight.yard_site[yard])))
        return self._lines[yard, by]

    def _path(self, arc: int) -> int:
        if arc not in self._paths:
            lines = self.freight.rail
            self._paths[arc] = len(self.paths)
            interval_s = DAY_SECONDS / float(lines.capacity_day[arc])
            self.paths.append(TrainPaths(str(self.link_names[lines.arcs.link[arc]]), not lines.arcs.backward[arc], interval_s))
        return self._paths[arc]

    def voyage(self, first: int, last: int, size: int) -> int:
        """The voyage of a size of barge between two river ports."""
        if (first, last, size) not in self._voyages:
            freight, river = self.freight, self.balance.river
            way, vessel = river.ways[size], river.vessels[size]
            arcs = way.arcs
            plain = freight.river.ways[size].arcs
            lock_of = freight.river.lock_of[size]
            reaches: list[Reach] = []
            links, link_s = list[str](), list[float]()
            lock, forward = -1, True
            for arc in way.way(first, last):
                seconds = float(plain.km[arc]) / vessel.speed_kmh * _HOUR_S
                if lock_of[arc] >= 0:
                    row = int(freight.locks.row[lock_of[arc]])
                    seconds += self._given_s.get(row, 0.0)
                    if row in self._lock_at:
                        if links:
                            reaches.append(Reach(tuple(links), tuple(link_s), lock, forward))
                        links, link_s = [], []
                        lock, forward = self._lock_at[row], not arcs.backward[arc]
                        self._largest[lock] = max(self._largest.get(lock, 0.0), vessel.dwt)
                links.append(str(self.link_names[arcs.link[arc]]))
                link_s.append(seconds)
            reaches.append(Reach(tuple(links), tuple(link_s), lock, forward))
            self._voyages[first, last, size] = len(self.voyages)
            self.voyages.append(
                Voyage(
                    port=river.ports[first],
                    to_port=river.ports[last],
                    site=int(freight.river_site[first]),
                    tonnes=float(river.tonnes[size]),
                    room=room_of(self.network, vessel.dwt),
                    reaches=tuple(reaches),
                )
            )
        return self._voyages[first, last, size]

    def port(self, port: int, commodity: str, wait_h: float) -> int:
        """A sea port as a commodity meets it; `wait_h` is the mean wait of ships for a berth."""
        ports = self.freight.ports
        row = ports.commodities.index(commodity)
        if (port, row) not in self._ports:
            node = ports.names[port]
            own = np.flatnonzero((ports.terminal_port == port) & (ports.share[row] > 0)).tolist()
            links = self.network.links
            at = (links["mode"] == "sea") & ((links["from"] == node) | (links["to"] == node))
            self._ports[port, row] = len(self.ports)
            self.ports.append(
                SeaPort(
                    node,
                    tuple(ports.terminals[place] for place in own),
                    tuple(map(str, links.index[at])),
                    int(self.freight.port_site[port]),
                    wait_h * _HOUR_S,
                )
            )
        return self._ports[port, row]

    def messages(self) -> tuple[str, ...]:
        """What stands for what the data lack."""
        given = [node for node in self.freight.locks.nodes if int(self.network.node_index[node]) in self._given_s]
        said = [f"Freight: {', '.join(given)}: most ships are not in the network; passage and wait are as recorded."] if given else []
        for lock, dwt in sorted(self._largest.items()):
            if room_of(self.network, dwt) > max(chamber.room for chamber in self.locks[lock].chambers):
                said.append(f"Freight: {self.locks[lock].identifier} is too small for barges of {dwt:g} t, which its links take: one fits.")
        return tuple(said)

    def _widened(self, place: int) -> LockSite:
        """A lock with room for one of the largest barges that come."""
        lock, least = self.locks[place], room_of(self.network, self._largest.get(place, 0.0))
        return replace(lock, chambers=tuple(replace(chamber, room=max(chamber.room, least)) for chamber in lock.chambers))

    def day(self, routes: Sequence[Route], messages: tuple[str, ...]) -> FreightDay:
        """The day with all that its routes pass."""
        return FreightDay(
            routes=tuple(routes),
            gates=tuple(self.gates),
            ports=tuple(self.ports),
            lines=tuple(self.lines),
            train_legs=tuple(self.train_legs),
            paths=tuple(self.paths),
            voyages=tuple(self.voyages),
            locks=tuple(self._widened(place) for place in range(len(self.locks))),
            train_tonnes=self.chains.rail.tonnes_per_train,
            hour_weights=np.array(self.chains.road.hour_weights, dtype=np.float64),
            hauls=tuple(self._hauls),
            roads=self._roads(),
            messages=messages,
        )

    def haul(self, start: int, end: int) -> int:
        """The haul between two sites that roads join."""
        return self._hauls.setdefault((start, end), len(self._hauls))

    def _roads(self) -> HaulRoads:
        road, disturbed = self.freight.road, bool(self.network.settings.disruptions)
        arcs = road.arcs
        return HaulRoads(
            sites=tuple(self.freight.sites),
            site_node=np.asarray(road.nodes, dtype=np.int64),
            seconds=road.hours * _HOUR_S,
            tail=arcs.tail.astype(np.int64),
            head=arcs.head.astype(np.int64),
            arc_s=arcs.hours * _HOUR_S,
            links=tuple(str(self.link_names[row]) if row >= 0 else "" for row in arcs.link.tolist()),
            no_through=arcs.no_through,
            ways={pair: tuple(road.way(*pair)) for pair in self._hauls} if disturbed else {},
        )


class CommodityWay:
    """Makes the ways of one commodity, stage by stage."""

    def __init__(self, ways: DayWays, own: Moved) -> None:
        """Begin."""
        self._ways, self._own, self._legs = ways, own, own.legs
        self.stages: list[Stage] = []
        self.gate_shares: NDArray[np.float64] = np.zeros(0)
        """Shares of the gates of the first land that the way leaves by truck; empty where it leaves none."""
        self.join_site, self.join_stage, self._spread = -1, 0, 0.0
        freight = ways.freight
        self._ends, self._yards, self._rivers, self._quays = freight.end_site, freight.yard_site, freight.river_site, freight.port_site
        self._blocks = {(int(ways.land[block.rows[0]]), int(ways.land[block.cols[0]])): block for block in own.hauls.blocks}
        self._port_wait_h = port_waits(freight, own.cargo.commodity, ways.extra.terminals)

    def begin(self, spread: float) -> None:
        """Begin a way; `spread`, from 0 to 1, says which of parallel gates it takes."""
        self.stages, self.join_site, self.join_stage, self._spread, self.gate_shares = [], -1, 0, spread, np.zeros(0)

    def direct(self, origin: int, destination: int, mode: str) -> None:
        """From end to end by one mode."""
        ends, legs = self._ends, self._legs
        if mode == "road":
            self._load_truck()
            self._haul(int(ends[origin]), int(ends[destination]))
            self._load_truck()
        elif mode == "rail":
            last = int(legs.rail_yard[origin, destination])
            self._to_yard(origin, last)
            self._access(int(self._yards[last]), int(ends[destination]))
        else:
            last = int(legs.river_port[origin, destination])
            self._to_river(origin, last)
            self._from_quay(last, destination)

    def by_sea(self, origin: int, destination: int, mode_out: int, port_out: int, port_in: int, mode_in: int) -> float:
        """From end to end by sea; hours that are not simulated.

        Where the second port is the region's and the first is not, it begins as the ship comes there; where the second is not, it ends as
        the ship leaves the first.
        """
        legs, ways = self._legs, self._ways
        out_h, sea_h, in_h, quay_h = self._sea_hours(port_out, port_in)
        before_h = float(legs.to_port[mode_out, 2, origin, port_out])
        after_h = float(legs.from_port[mode_in, 2, port_in, destination])
        if ways.in_region(port_in) and not ways.in_region(port_out):
            self._land(port_in, in_h, quay_h)
            self._from_port(port_in, destination, mode_in)
            return before_h + out_h + sea_h
        self._to_port(origin, port_out, mode_out)
        self._timed(Spent.PORT, out_h - quay_h - self._wait_h(port_out))
        self._at_quay(port_out, quay_h)
        if not ways.in_region(port_in):
            return sea_h + in_h + after_h
        self._timed(Spent.SEA, sea_h)
        self._land(port_in, in_h, quay_h)
        self._from_port(port_in, destination, mode_in)
        return 0.0

    def _sea_hours(self, port_out: int, port_in: int) -> tuple[float, float, float, float]:
        """Hours in the first port, at sea, and in the second, as `freight_legs` has them in sum, and those at the quay of each.

        Customs are the region's.
        """
        ways, cargo = self._ways, self._own.cargo
        haul, sea, ports = ways.chains.sea, ways.freight.sea, ways.freight.ports
        size = int(self._legs.sea_size[port_out, port_in])
        whole = float(self._legs.sea[2, port_out, port_in])
        in_port, sailing = sea.vessels[size].port_h, float(sea.hours[size, port_out, port_in])
        customs = haul.customs_h if ports.foreign[port_out] != ports.foreign[port_in] else 0.0
        in_h = cargo.dwell_port + in_port + float(self._port_wait_h[port_in])
        sea_h = sailing - 2 * in_port
        # Import: customs where goods land; what is left over is the first port's, its wait for a ship among it.
        if ways.in_region(port_in) and not ways.in_region(port_out):
            in_h += customs
        return whole - sea_h - in_h, sea_h, in_h, in_port

    # --- pieces ------------------------------------------------------------------------------------------------------------------------

    def _timed(self, spent: Spent, hours: float) -> None:
        if hours > 0:
            self.stages.append(Stage(Kind.TIMED, spent, hours * _HOUR_S))

    def _load_truck(self) -> None:
        self._timed(Spent.HANDLING, self._ways.chains.road.handling_h)

    def _haul(self, start: int, end: int) -> None:
        """By truck between two sites, through gates where roads alone do not lead."""
        ways, at = self._ways, start
        while ways.land[at] != ways.land[end]:
            block = self._blocks[int(ways.land[at]), int(ways.land[end])]
            share = block.share[:, int(np.searchsorted(block.rows, at)), int(np.searchsorted(block.cols, end))]
            if not len(self.gate_shares):
                self.gate_shares = np.asarray(share)
            gate = int(block.gates[min(int(np.searchsorted(np.cumsum(share), self._spread * share.sum(), side="right")), len(share) - 1)])
            tail, head = int(ways.freight.gates.tail_site[gate]), int(ways.freight.gates.head_site[gate])
            self._on_road(at, tail)
            spent = Spent.BORDER if ways.gates[gate].crossing else Spent.FERRY
            self.stages.append(Stage(Kind.GATE, spent, max(ways.gate_s[gate], 0.0), gate))
            at = head
        self._on_road(at, end)

    def _on_road(self, start: int, end: int) -> None:
        hours = float(self._ways.freight.road.hours[start, end])
        if hours > 0:
            self.stages.append(Stage(Kind.HAUL, Spent.ROAD, hours * _HOUR_S, self._ways.haul(start, end)))
        if self.join_site < 0:
            self.join_site, self.join_stage = end, len(self.stages)

    def _access(self, start: int, end: int) -> None:
        """By truck to or from a terminal; nothing if it is the place itself."""
        if start == end:
            if self.join_site < 0:
                self.join_site = end
            return
        self._haul(start, end)
        self._load_truck()

    def _dock(self, start: int, end: int, track_km: float) -> None:
        """Between a yard and a quay, by track or by truck."""
        if np.isfinite(track_km):
            self._timed(Spent.YARD, self._ways.chains.rail.dock_h)
        else:
            self._haul(start, end)
            self._load_truck()

    def _train(self, first: int, last: int) -> None:
        haul = self._ways.chains.rail
        self._timed(Spent.YARD, haul.yard_h - self._ways.choice.trains.forming_h)
        leg = self._ways.train_leg(first, last)
        self.stages.append(Stage(Kind.TRAIN, Spent.RAIL, sum(self._ways.train_legs[leg].link_s), leg))
        self._timed(Spent.YARD, haul.yard_h)

    def _barge(self, first: int, last: int) -> None:
        haul, size = self._ways.chains.water, int(self._legs.river_size[first, last])
        voyage = self._ways.voyage(first, last, size)
        in_port = haul.vessels[size].port_h
        self._timed(Spent.RIVER_PORT, haul.dwell_h - self._ways.choice.barges.forming_h + in_port)
        seconds = sum(sum(reach.link_s) for reach in self._ways.voyages[voyage].reaches)
        self.stages.append(Stage(Kind.BARGE, Spent.RIVER, seconds, voyage))
        self._timed(Spent.RIVER_PORT, haul.dwell_h + in_port)

    def _land(self, port: int, hours: float, quay_h: float) -> None:
        """Off the ship, and through the port."""
        self._at_quay(port, quay_h)
        self._timed(Spent.PORT, hours - quay_h - self._wait_h(port))

    def _at_quay(self, port: int, hours: float) -> None:
        place = self._ways.port(port, self._own.cargo.commodity, self._wait_h(port))
        self.stages.append(Stage(Kind.PORT, Spent.PORT, hours * _HOUR_S, place))

    def _wait_h(self, port: int) -> float:
        return float(self._port_wait_h[port])

    def _to_yard(self, origin: int, last: int) -> None:
        first = int(self._legs.first_yard[origin, last])
        self._access(int(self._ends[origin]), int(self._yards[first]))
        self._train(first, last)

    def _from_yard(self, first: int, destination: int) -> None:
        last = int(self._legs.last_yard[first, destination])
        self._train(first, last)
        self._access(int(self._yards[last]), int(self._ends[destination]))

    def _to_river(self, origin: int, last: int) -> None:
        first = int(self._legs.first_river[origin, last])
        yard = int(self._legs.river_yard[origin, first])
        if yard < 0:
            self._access(int(self._ends[origin]), int(self._rivers[first]))
        else:
            self._to_yard(origin, yard)
            self._dock(int(self._yards[yard]), int(self._rivers[first]), float(self._ways.freight.river_dock_km[yard, first]))
        self._barge(first, last)

    def _from_quay(self, port: int, destination: int) -> None:
        yard = int(self._legs.yard_of_river[port, destination])
        if yard < 0:
            self._access(int(self._rivers[port]), int(self._ends[destination]))
        else:
            self._dock(int(self._rivers[port]), int(self._yards[yard]), float(self._ways.freight.river_dock_km[yard, port]))
            self._from_yard(yard, destination)

    def _to_port(self, origin: int, port: int, mode: int) -> None:
        if mode == _ROAD:
            self._access(int(self._ends[origin]), int(self._quays[port]))
        elif mode == _RAIL:
            last = int(self._legs.port_yard[origin, port])
            self._to_yard(origin, last)
            self._dock(int(self._yards[last]), int(self._quays[port]), float(self._ways.freight.dock_km[last, port]))
        else:
            self._to_river(origin, int(self._legs.port_river[port]))

    def _from_port(self, port: int, destination: int, mode: int) -> None:
        if mode == _ROAD:
            self._access(int(self._quays[port]), int(self._ends[destination]))
        elif mode == _RAIL:
            first = int(self._legs.yard_of_port[port, destination])
            self._dock(int(self._quays[port]), int(self._yards[first]), float(self._ways.freight.dock_km[first, port]))
            self._from_yard(first, destination)
        else:
            river = int(self._legs.port_river[port])
            last = int(self._legs.last_river[river, destination])
            self._barge(river, last)
            self._from_quay(last, destination)
