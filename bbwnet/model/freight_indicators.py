"""What the flows of freight say of ports, hinterlands, corridors and crossings (clauses A4 to A9, O1 to O3, O5, V2 and V5 of the plan).

Ports are those of the region, in its zones; tonnes handled are loaded and unloaded together, as ports count them. Measures of chains that
are not taken (what a way over another port would cost) are of goods in containers unless another commodity is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bbwnet.assignment.freight_balance import DAYS
from bbwnet.assignment.freight_legs import FIGURES
from bbwnet.choice.chain_choice import INLAND_MODES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from bbwnet.assignment.freight_balance import FreightSolution, Moved
    from bbwnet.assignment.freight_flows import FreightFlows
    from bbwnet.network.network import Network

_COST, _MONEY, _HOURS = (FIGURES.index(name) for name in ("cost", "money", "hours"))
_RAIL, _DAY_H, _WEEK_H = INLAND_MODES.index("rail"), 24.0, 168.0


def port_indicators(flows: FreightFlows, passengers_year: Mapping[str, float] | None = None) -> pd.DataFrame:
    """A4, A5, A6: of each port its freight, share of the region's, TEU, capacity, spare capacity, and passengers where they are given.

    `passengers_year`: by node of the port, embarked and landed. `cargo_share` and `passenger_share` are of the region's ports together.
    """
    solution = _solved(flows)
    city, ports = solution.freight.network.nodes["city"], region_ports(solution)
    names = solution.freight.ports.names
    tonnes, teu = np.zeros(len(names)), np.zeros(len(names))
    for own in solution.balance.moved:
        handled = own.flows.sea.sum(axis=0) + own.flows.sea.sum(axis=1)
        tonnes += handled
        if own.cargo.tonnes_per_teu:
            teu += handled / own.cargo.tonnes_per_teu
    of = solution.freight.ports
    capacity, capacity_teu = (
        np.bincount(of.terminal_port, weights=np.where(kind & np.isfinite(of.capacity), of.capacity, 0.0), minlength=len(names))
        for kind in (~of.in_teu, of.in_teu)
    )
    bulk = np.zeros(len(names))
    for own in solution.balance.moved:
        share = of.share[of.commodities.index(own.cargo.commodity)] * ~of.in_teu
        handled = own.flows.sea.sum(axis=0) + own.flows.sea.sum(axis=1)
        bulk += np.bincount(of.terminal_port, weights=share * handled[of.terminal_port], minlength=len(names))
    people = np.array([np.nan if passengers_year is None else passengers_year.get(names[row], 0.0) for row in ports])
    return pd.DataFrame(
        {
            "port": [names[row] for row in ports],
            "city": [city[names[row]] for row in ports],
            "tonnes_year": tonnes[ports],
            "cargo_share": _shares(tonnes[ports]),
            "teu_year": teu[ports],
            "teu_share": _shares(teu[ports]),
            "capacity_tonnes_year": capacity[ports],
            "spare_tonnes_year": capacity[ports] - bulk[ports],
            "capacity_teu_year": capacity_teu[ports],
            "load": np.divide(bulk[ports], capacity[ports], out=np.full(len(ports), np.nan), where=capacity[ports] > 0),
            "passengers_year": people,
            "passenger_share": _shares(people),
        }
    )


def hinterlands(flows: FreightFlows) -> pd.DataFrame:
    """A4: tonnes by port, end that they come from or go to on land, and commodity, loaded on ships and unloaded there."""
    solution = _solved(flows)
    freight, parts = solution.freight, []
    ports = region_ports(solution)
    for own in solution.balance.moved:
        out, into = own.flows.to_port.sum(axis=0)[:, ports], own.flows.from_port.sum(axis=0)[ports].T
        end, port = np.nonzero(out + into > 0)
        parts.append(
            pd.DataFrame(
                {
                    "port": [freight.ports.names[ports[place]] for place in port.tolist()],
                    "end": [freight.ends[place] for place in end.tolist()],
                    "commodity": own.cargo.commodity,
                    "loaded_tonnes_year": out[end, port],
                    "unloaded_tonnes_year": into[end, port],
                }
            )
        )
    return pd.concat(parts, ignore_index=True).sort_values(["port", "end"], kind="stable", ignore_index=True)


def shared_hinterlands(flows: FreightFlows) -> pd.DataFrame:
    """A6: overlap of the hinterlands of two ports, 0 (none) to 1 (the same).

    The sum over ends of the lesser of the shares that an end has in the tonnes of each port (Schoener 1968); and the tonnes of both.
    """
    solution = _solved(flows)
    ports = region_ports(solution)
    total = sum(own.flows.to_port.sum(axis=0).T + own.flows.from_port.sum(axis=0) for own in solution.balance.moved)
    tonnes = np.asarray(total)[ports]
    whole = tonnes.sum(axis=1, keepdims=True)
    share = np.divide(tonnes, whole, out=np.zeros_like(tonnes), where=whole > 0)
    names = [solution.freight.ports.names[row] for row in ports]
    rows = [
        (names[one], names[two], float(np.minimum(share[one], share[two]).sum()), float(whole[one, 0] + whole[two, 0]))
        for one in range(len(ports))
        for two in range(one + 1, len(ports))
        if whole[one, 0] > 0 and whole[two, 0] > 0
    ]
    return pd.DataFrame(rows, columns=["port", "other_port", "shared_hinterland", "tonnes_year"])


def port_feeders(flows: FreightFlows) -> pd.DataFrame:
    """A8: tonnes and TEU that each mode brings to a port over land and river, and takes away; `share` is of the port's."""
    solution = _solved(flows)
    ports, rows = region_ports(solution), []
    for row in ports:
        by_mode = []
        for number, mode in enumerate(INLAND_MODES):
            tonnes = teu = 0.0
            for own in solution.balance.moved:
                moved = float(own.flows.to_port[number, :, row].sum() + own.flows.from_port[number, row].sum())
                tonnes += moved
                teu += moved / own.cargo.tonnes_per_teu if own.cargo.tonnes_per_teu else 0.0
            by_mode.append((mode, tonnes, teu))
        whole = sum(tonnes for _, tonnes, _ in by_mode)
        name = solution.freight.ports.names[row]
        rows += [(name, mode, tonnes, teu, tonnes / whole if whole > 0 else np.nan) for mode, tonnes, teu in by_mode]
    return pd.DataFrame(rows, columns=["port", "mode", "tonnes_year", "teu_year", "share"])


def ways_over_ports(flows: FreightFlows, commodity: str = "containers") -> pd.DataFrame:
    """O1: from ends on land to ports abroad over each port of the region by its cheapest inland mode: days, cost, kilometres, share.

    `share`: of what goes from the end to that port abroad by sea, whether over ports of the region or others.
    """
    solution = _solved(flows)
    freight, own = solution.freight, _moved(solution, commodity)
    ports, legs = region_ports(solution), own.legs
    far = {name: row for row, name in enumerate(freight.ports.names) if freight.ports.foreign[row] and name in freight.ends}
    origins = [row for row, site in enumerate(freight.end_site.tolist()) if site not in set(freight.port_site.tolist())]
    best = legs.to_port[:, _COST].argmin(axis=0)
    listed = own.choice.listed(_pairs(freight.ends, origins, far))
    chosen: dict[tuple[int, int, int], float] = {}
    by_sea: dict[tuple[int, int], float] = {}
    for o, d, p, share in zip(
        listed.origin.tolist(), listed.destination.tolist(), listed.port_out.tolist(), listed.share.tolist(), strict=True
    ):
        if p >= 0:
            chosen[o, p, d] = chosen.get((o, p, d), 0.0) + share
            by_sea[o, d] = by_sea.get((o, d), 0.0) + share
    rows = []
    for o in origins:
        for row in ports:
            mode = int(best[o, row])
            first = legs.to_port[mode, :, o, row]
            for name, end in far.items():
                whole = first + legs.sea[:, row, end]
                d = freight.ends.index(name)
                if np.isfinite(whole[_COST]):
                    total = by_sea.get((o, d), 0.0)
                    share = chosen.get((o, row, d), 0.0) / total if total > 0 else np.nan
                    rows.append(
                        (
                            freight.ends[o],
                            freight.ports.names[row],
                            name,
                            INLAND_MODES[mode],
                            whole[_HOURS] / _DAY_H,
                            whole[_MONEY],
                            float(first[3:6].sum()),
                            float(whole[6]),
                            share,
                        )
                    )
    columns = ["origin", "port", "destination", "inland_mode", "days", "cost_cny_t", "inland_km", "sea_km", "share"]
    return pd.DataFrame(rows, columns=columns)


def river_corridor(flows: FreightFlows, commodity: str = "containers") -> pd.DataFrame:
    """O2: between places of river ports by barge, train and truck: hours, cost, kilometres, and tonnes of all commodities."""
    solution = _solved(flows)
    freight, own = solution.freight, _moved(solution, commodity)
    places = freight.network.nodes["place"]
    at = sorted({freight.ends.index(str(places[name])) for name in freight.river.ports if str(places[name]) in freight.ends})
    tonnes = np.sum([item.flows.direct for item in solution.balance.moved], axis=0)
    rows = []
    for o in at:
        for d in at:
            if o == d:
                continue
            for mode, leg in zip(INLAND_MODES, (own.legs.road, own.legs.rail, own.legs.water), strict=True):
                figures = leg[:, o, d]
                if np.isfinite(figures[_COST]):
                    rows.append(
                        (
                            freight.ends[o],
                            freight.ends[d],
                            mode,
                            figures[_HOURS],
                            figures[_MONEY],
                            float(figures[3:].sum()),
                            float(tonnes[INLAND_MODES.index(mode), o, d]),
                        )
                    )
    return pd.DataFrame(rows, columns=["origin", "destination", "mode", "hours", "cost_cny_t", "km", "tonnes_year"])


def rail_sea(flows: FreightFlows, commodity: str = "containers") -> pd.DataFrame:
    """O3: from ends on land by train to each port of the region: hours, cost and kilometres, tonnes and loaded trains a day, both ways."""
    solution = _solved(flows)
    freight, own = solution.freight, _moved(solution, commodity)
    per_train = freight.network.settings.freight_chains.rail.tonnes_per_train
    rows = []
    for row in region_ports(solution):
        out = sum(item.flows.to_port[_RAIL, :, row] for item in solution.balance.moved)
        into = sum(item.flows.from_port[_RAIL, row] for item in solution.balance.moved)
        figures = own.legs.to_port[_RAIL, :, :, row]
        for o in np.flatnonzero(np.isfinite(figures[_COST])).tolist():
            tonnes = float(np.asarray(out)[o] + np.asarray(into)[o])
            rows.append(
                (
                    freight.ends[o],
                    freight.ports.names[row],
                    figures[_HOURS, o],
                    figures[_MONEY, o],
                    float(figures[3:6, o].sum()),
                    tonnes,
                    tonnes / per_train / DAYS,
                )
            )
    columns = ["origin", "port", "hours", "cost_cny_t", "km", "tonnes_year", "loaded_trains_day"]
    return pd.DataFrame(rows, columns=columns).sort_values(["origin", "port"], kind="stable", ignore_index=True)


def seaborne_shares(flows: FreightFlows) -> pd.DataFrame:
    """O3, O5: what ends on land send and receive by sea, over each port, in tonnes and as share of their seaborne freight.

    `in_region`: whether the port is one of the region's, against those of the Pearl River mouth and others.
    """
    solution = _solved(flows)
    freight = solution.freight
    region = set(region_ports(solution))
    total = np.asarray(sum(own.flows.to_port.sum(axis=0) + own.flows.from_port.sum(axis=0).T for own in solution.balance.moved))
    apart = set(freight.port_site.tolist())
    rows = []
    for end, site in enumerate(freight.end_site.tolist()):
        whole = float(total[end].sum())
        if site in apart or whole <= 0:
            continue
        rows += [
            (freight.ends[end], freight.ports.names[port], port in region, float(total[end, port]), float(total[end, port]) / whole)
            for port in np.flatnonzero(total[end] > 0).tolist()
        ]
    return pd.DataFrame(rows, columns=["end", "port", "in_region", "tonnes_year", "share"])


def sailings(flows: FreightFlows) -> pd.DataFrame:
    """A9: liners from each port of the region to each port abroad: days, time in both ports included, and sailings a week.

    Sailings follow from the capacity of container terminals by the scenario's rule; no timetable of liners is in the data.
    """
    solution = _solved(flows)
    freight, haul = solution.freight, solution.freight.network.settings.freight_chains.sea
    own = _moved(solution, "containers")
    rows = []
    for row in region_ports(solution):
        for far in np.flatnonzero(freight.ports.foreign).tolist():
            if np.isfinite(own.legs.sea[_COST, row, far]):
                size = int(own.legs.sea_size[row, far])
                calls = min(freight.ports.calls_week[row], freight.ports.calls_week[far]) * haul.liner_destination_share
                days = float(freight.sea.hours[size, row, far]) / _DAY_H
                rows.append((freight.ports.names[row], freight.ports.names[far], days, max(calls, haul.least_calls_week)))
    return pd.DataFrame(rows, columns=["port", "destination", "days", "sailings_week"])


def door_to_door(flows: FreightFlows) -> pd.DataFrame:
    """V5: by commodity tonnes, mean hours and cost from door to door, loadings and unloadings, and the share that changes mode."""
    chains = flows.chains
    rows = []
    for commodity in flows.commodities:
        own = chains[chains["commodity"] == commodity]
        tonnes = own["tonnes_year"].to_numpy(dtype=np.float64)
        whole = float(tonnes.sum())
        if whole <= 0:
            continue
        means = [float(tonnes @ own[name].to_numpy(dtype=np.float64)) / whole for name in ("hours", "cost_cny_t", "handlings")]
        changes = (own["handlings"].to_numpy(dtype=np.float64) > 2).astype(np.float64)  # noqa: PLR2004  loading and unloading alone
        rows.append((commodity, whole, *means, float(tonnes @ changes) / whole))
    return pd.DataFrame(rows, columns=["commodity", "tonnes_year", "hours", "cost_cny_t", "handlings", "intermodal_share"])


def transhipments(flows: FreightFlows, commodity: str = "containers") -> pd.DataFrame:
    """V2: from each yard to each port or river port of the same city: by track or truck, hours with loading, and cost."""
    solution = _solved(flows)
    freight, own = solution.freight, _moved(solution, commodity)
    haul, truck = freight.network.settings.freight_chains.rail, freight.network.settings.freight_chains.road
    places = freight.network.nodes["city"]
    rows = []
    for names, sites, tracks in (
        (freight.ports.names, freight.port_site, freight.dock_km),
        (freight.river.ports, freight.river_site, freight.river_dock_km),
    ):
        for one, yard in enumerate(freight.yards):
            for two, quay in enumerate(names):
                if not places[yard] or places[yard] != places[quay]:
                    continue
                start, end = freight.yard_site[one], sites[two]
                if np.isfinite(tracks[one, two]):
                    km = float(tracks[one, two])
                    rows.append((places[yard], yard, quay, "track", km, haul.dock_h, haul.dock_cny_t_km * km))
                elif np.isfinite(own.hauls.cost[start, end]):
                    hours, cost = float(own.hauls.hours[start, end]), float(own.hauls.money[start, end])
                    km = float(own.hauls.km[start, end])
                    rows.append((places[yard], yard, quay, "truck", km, hours + truck.handling_h, cost + truck.handling_cny_t))
    frame = pd.DataFrame(rows, columns=["city", "yard", "port", "by", "km", "hours", "cost_cny_t"])
    return frame.sort_values(["city", "yard", "port"], kind="stable", ignore_index=True)


def region_ports(solution: FreightSolution) -> list[int]:
    """Rows of the sea ports that lie in zones of the region."""
    network: Network = solution.freight.network
    kinds = {place.id: place.kind for place in network.assembly.places.values()}
    nodes = network.nodes["place"]
    return [row for row, name in enumerate(solution.freight.ports.names) if kinds.get(nodes[name]) == "zone"]


def _pairs(ends: Sequence[str], origins: Sequence[int], far: Mapping[str, int]) -> NDArray[np.float64]:
    """A tonne from each origin to each port abroad."""
    tonnes = np.zeros((len(ends), len(ends)))
    tonnes[np.ix_(list(origins), [ends.index(name) for name in far])] = 1.0
    return tonnes


def _moved(solution: FreightSolution, commodity: str) -> Moved:
    """One commodity; raises `KeyError` for one that there is none of."""
    for own in solution.balance.moved:
        if own.cargo.commodity == commodity:
            return own
    raise KeyError(f"no commodity {commodity}")


def _solved(flows: FreightFlows) -> FreightSolution:
    """What the flows were made of; raises `ValueError` where they do not say."""
    if flows.solution is None:
        raise ValueError("these flows of freight do not hold what they were made of")
    return flows.solution


def _shares(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shares of the sum; not-a-number of nothing."""
    whole = float(np.nansum(values))
    return np.asarray(values / whole if whole > 0 else np.full(len(values), np.nan))
