"""What the ports of the region do on a mean day, of a scenario's freight: ships and their cargo, the way by land, berths, yards and gates.

Ports beyond the region are not simulated: freight knows their mean times. Freight gives tonnes a year by terminal and commodity; ships are
as large as those that freight sends over the sea lanes of the port, and carry at a call what `simulation.ports.ships.exchange` says. What a
berth handles, how large a yard is and how many lanes a gate has follows, where the data have no figure, from design capacity and the
rules of `simulation.ports`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.assignment.freight_cargo import cargoes
from bbwnet.model.flow_region import nodes_in_region
from bbwnet.simulation.port_traffic import LAND_MODES, PortTraffic, TerminalTraffic, lanes_for
from bbwnet.simulation.ports import PortDay

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from bbwnet.assignment.freight_cargo import Cargo
    from bbwnet.assignment.freight_flows import FreightFlows
    from bbwnet.network.network import Network
    from bbwnet.scenario.schema.channels import Channel
    from bbwnet.scenario.schema.simulation_ports import ShipChoice
    from bbwnet.scenario.schema.terminals import PortTerminal

_DAYS = 365.0
_YEAR_H = 8760.0
_EARTH_KM = 6371.0
_LEAST_WORK_SHARE = 0.5
"""Of the time that a berth is taken: what remains for work where calls are so many that mooring would take all of it."""
_LEG_OF = {"rail": "rail", "water": "water", "road": "truck"}


def port_day(network: Network, freight: FreightFlows) -> PortDay:
    """The mean day of the terminals of the region that handle freight, sorted."""
    return _Maker(network, freight).day()


def berth_rate_t_h(record: PortTerminal, tonnes_year: float, calls_year: float, teu_per_tonne: float, network: Network) -> float:
    """Tonnes that a berth handles in an hour of work: as the data say, or so that design capacity keeps berths as busy as they ought to be.

    At design capacity the calls of the mean year grow with its tonnes, and each takes its time alongside without work. Not-a-number where
    neither rate nor capacity is known. `teu_per_tonne` makes tonnes of a capacity in TEU.
    """
    if record.berth_tonnes_h is not None:
        return record.berth_tonnes_h
    capacity_t = _capacity_t(record, teu_per_tonne)
    if math.isnan(capacity_t) or tonnes_year <= 0:
        return math.nan
    berths = network.settings.simulation.ports.berths
    occupancy = berths.occupancy[min(record.berths, len(berths.occupancy)) - 1]
    taken_h = record.berths * _YEAR_H * occupancy
    work_h = max(taken_h - calls_year * capacity_t / tonnes_year * berths.alongside_h, _LEAST_WORK_SHARE * taken_h)
    return capacity_t / work_h


def _capacity_t(record: PortTerminal, teu_per_tonne: float) -> float:
    if record.capacity_teu_per_year is not None and teu_per_tonne > 0:
        return record.capacity_teu_per_year / teu_per_tonne
    return record.capacity_tonnes_per_year or math.nan


@dataclass(frozen=True)
class _Handled:
    """Tonnes a year of a commodity at a terminal."""

    commodity: str
    loaded_t: float
    unloaded_t: float
    teu: float

    @property
    def tonnes(self) -> float:
        return self.loaded_t + self.unloaded_t

    @property
    def teu_per_tonne(self) -> float:
        return self.teu / self.tonnes if self.tonnes > 0 and math.isfinite(self.teu) else 0.0


def _handled(rows: pd.DataFrame) -> list[_Handled]:
    keys = ("commodity", "loaded_tonnes_year", "unloaded_tonnes_year", "teu_year")
    return [_Handled(*found) for found in zip(*(rows[key].tolist() for key in keys), strict=True)]


class _Maker:
    def __init__(self, network: Network, freight: FreightFlows) -> None:
        self._network, self._freight = network, freight
        self._settings = network.settings.simulation.ports
        self._cargo: dict[str, Cargo] = {item.commodity: item for item in cargoes(network.settings)}
        self._dwt = _mean_dwt(freight.link_tonnes, network)
        self._shares = _land_shares(freight.chains, network, self._cargo)
        self._messages: list[str] = []

    def day(self) -> PortDay:
        rows = self._freight.terminals
        inside = nodes_in_region(self._network)
        rows = rows[(rows["kind"] == "port") & rows["node"].isin(sorted(inside))]
        nameless = sorted({str(node) for node in rows.loc[rows["terminal"] == "", "node"]})
        if nameless:
            self._messages.append(f"Ports without terminals in the data are not simulated: {', '.join(nameless)}.")
        named = rows[rows["terminal"] != ""]
        found = [self._terminal(str(name), own) for name, own in named.groupby("terminal", sort=True)]
        self._messages.append(
            "Trucks at port gates are those of the mean day of freight, by its hours; they are not those that drive on the simulated roads."
        )
        return PortDay(tuple(item for item in found if item.traffic), tuple(self._messages))

    def _terminal(self, name: str, rows: pd.DataFrame) -> TerminalTraffic:
        record, handled = self._network.assembly.terminals[name], _handled(rows)
        calls = {item.commodity: self._call(record, item) for item in handled}
        # Less than a ship a year: no mean day has it.
        kept = [item for item in handled if calls[item.commodity][0] * _DAYS >= 1]
        boxes = max((item.teu_per_tonne for item in kept), default=0.0)
        year_t, year_calls = math.fsum(item.tonnes for item in kept), _DAYS * math.fsum(calls[item.commodity][0] for item in kept)
        rate = berth_rate_t_h(record, year_t, year_calls, boxes, self._network)
        traffic = tuple(self._traffic(record, item, *calls[item.commodity], rate) for item in kept)
        return self._with_room(record, traffic, _capacity_t(record, boxes))

    def _traffic(self, record: PortTerminal, item: _Handled, ships_day: float, dwt: float, rate_t_h: float) -> PortTraffic:
        settings, cargo = self._settings, self._cargo[item.commodity]
        least = settings.berths.least_t_h.of(item.commodity)
        by_truck = tuple(float(mode == "truck") for mode in LAND_MODES)
        return PortTraffic(
            commodity=item.commodity,
            ships_day=ships_day,
            come=settings.ships.liners if item.commodity == "containers" else settings.ships.tramps,
            dwt=dwt,
            unload_t=item.unloaded_t / _DAYS / ships_day,
            load_t=item.loaded_t / _DAYS / ships_day,
            teu_per_tonne=item.teu_per_tonne,
            berth_t_h=rate_t_h if record.berth_tonnes_h is not None else float(np.fmax(rate_t_h, least)),
            dwell_h=cargo.dwell_port,
            import_share=self._shares.get((record.port, item.commodity, "in"), by_truck),
            export_share=self._shares.get((record.port, item.commodity, "out"), by_truck),
            tonnes_per_truck=1 / cargo.loaded_per_tonne,
        )

    def _call(self, record: PortTerminal, item: _Handled) -> tuple[float, float]:
        """Ships a day and their mean deadweight; no ship unloads or loads more than that."""
        sea = self._network.settings.freight_chains.sea
        smallest = min(vessel.dwt for vessel in sea.vessels)
        channel = self._network.assembly.channels.get(record.port)
        deepest = math.inf if channel is None else _largest_dwt(channel, self._settings.ships)
        dwt = min(self._dwt.get((record.port, item.commodity), smallest), record.vessel_dwt_max or sea.open_port_dwt, deepest)
        exchange = self._settings.ships.exchange.of(item.commodity) * dwt
        return max(item.tonnes / exchange, max(item.loaded_t, item.unloaded_t) / dwt) / _DAYS, dwt

    def _with_room(self, record: PortTerminal, traffic: tuple[PortTraffic, ...], capacity_t: float) -> TerminalTraffic:
        settings = self._settings
        through = [item.imports_day + item.exports_day for item in traffic]
        whole = math.fsum(through)
        at_once = [share / whole * item.dwell_h / _YEAR_H for share, item in zip(through, traffic, strict=True)]
        room_t = room_teu = math.inf
        if math.isfinite(capacity_t) and traffic:
            over = settings.yards.room_over_dwell * capacity_t
            room_t = over * math.fsum(share for share, item in zip(at_once, traffic, strict=True) if item.teu_per_tonne <= 0)
            room_teu = over * math.fsum(share * item.teu_per_tonne for share, item in zip(at_once, traffic, strict=True))
        service_s, weights = settings.gates.service.mean_seconds, self._network.settings.freight_chains.road.hour_weights
        trucks_day = math.fsum(
            (item.imports_day * item.import_share[0] + item.exports_day * item.export_share[0]) / item.tonnes_per_truck for item in traffic
        )
        return TerminalTraffic(
            terminal=record.id,
            traffic=traffic,
            yard_t=record.yard_tonnes or room_t,
            yard_teu=record.yard_teu or room_teu,
            gate_lanes=record.gate_lanes or lanes_for(trucks_day, weights, service_s, settings.gates.busy_share),
            gate_service_s=service_s,
            hour_weights=tuple(weights),
        )


def _largest_dwt(channel: Channel, ships: ShipChoice) -> float:
    """Deadweight of the deepest ship that ever passes a channel."""
    if channel.depth_m is None:
        return math.inf
    water_m = channel.depth_m + (0.0 if channel.tide is None else channel.tide.rise_m)
    # Draughts are rounded to a tenth.
    draught = max(water_m / (1 + ships.under_keel_share) - 0.05, 0.1)
    return float((draught / ships.draught_m) ** (1 / ships.draught_power))


def _mean_dwt(links: pd.DataFrame, network: Network) -> dict[tuple[str, str], float]:
    """Mean deadweight of the ships that carry a commodity on the sea lanes of a port."""
    load = network.settings.freight_chains.sea.load_share
    sea = links[links["mode"] == "sea"]
    found: dict[tuple[str, str], tuple[float, float]] = {}
    columns = (sea[key].tolist() for key in ("link", "commodity", "tonnes_year", "vehicles_day"))
    for name, commodity, tonnes, ships_day in zip(*columns, strict=True):
        link = network.assembly.links[name]
        for port in (link.from_, link.to):
            own = found.get((port, commodity), (0.0, 0.0))
            found[port, commodity] = (own[0] + tonnes, own[1] + _DAYS * ships_day)
    return {key: tonnes / ships / load for key, (tonnes, ships) in found.items() if ships > 0}


def _land_shares(chains: pd.DataFrame, network: Network, cargo: Mapping[str, Cargo]) -> dict[tuple[str, str, str], tuple[float, ...]]:
    """Share of `LAND_MODES` by port, commodity and way: `out` onto ships, `in` off them.

    What comes to the quay by road from near by goes over a siding, conveyor or pipe for the share that has one.
    """
    sums: dict[tuple[str, str, str], list[float]] = {}
    limit_km = network.settings.freight_chains.siding_km
    near: dict[tuple[str, str], bool] = {}
    at_sea = chains[chains["chain"].str.contains("sea", regex=False)]
    keys = ("chain", "commodity", "origin", "destination", "port_out", "port_in", "tonnes_year")
    for chain, commodity, origin, destination, port_out, port_in, tonnes in zip(*(at_sea[key].tolist() for key in keys), strict=True):
        words = str(chain).split("+")
        first, last = words.index("sea"), len(words) - 1 - words[::-1].index("sea")
        before, after = words[first - 1] if first else "road", words[last + 1] if last + 1 < len(words) else "road"
        for way, port, end, word in (("out", port_out, origin, before), ("in", port_in, destination, after)):
            own = sums.setdefault((port, commodity, way), [0.0] * len(LAND_MODES))
            mode = _LEG_OF[word]
            if (port, end) not in near:
                near[port, end] = _apart_km(network, port, end) <= limit_km
            siding = cargo[commodity].siding_share if mode == "truck" and near[port, end] else 0.0
            own[LAND_MODES.index(mode)] += tonnes * (1 - siding)
            own[LAND_MODES.index("siding")] += tonnes * siding
    return {key: tuple(value / math.fsum(own) for value in own) for key, own in sums.items() if math.fsum(own) > 0}


def _apart_km(network: Network, one: str, other: str) -> float:
    """Along the great circle."""
    rows = [network.node_index[name] for name in (one, other)]
    lon, lat = (np.radians(network.nodes[key].to_numpy()[rows]) for key in ("lon", "lat"))
    half = np.sin((lat[1] - lat[0]) / 2) ** 2 + np.cos(lat[0]) * np.cos(lat[1]) * np.sin((lon[1] - lon[0]) / 2) ** 2
    return float(2 * _EARTH_KM * np.arcsin(np.sqrt(half)))
