"""Frames of what freight loads: links, terminals, locks, gates and goods lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bbwnet.assignment.freight_balance import DAYS, both_ways, extra_hours, gate_tonnes, gate_vehicles, lock_tonnes, pair_capacity
from bbwnet.assignment.freight_flows import BORDER_COLUMNS, LINK_COLUMNS, LOCK_COLUMNS, RAIL_COLUMNS, TERMINAL_COLUMNS
from bbwnet.scenario.schema.terminals import Crossing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from bbwnet.assignment.freight_balance import Balance
    from bbwnet.assignment.freight_network import FreightNetwork
    from bbwnet.assignment.freight_ways import ModeArcs


def links_frame(freight: FreightNetwork, balance: Balance) -> pd.DataFrame:
    """Tonnes on links by direction and commodity; columns as in `LINK_COLUMNS`."""
    frame = pd.concat([*_links(freight, balance)], ignore_index=True)
    keys = ["link", "direction", "mode", "commodity"]
    frame = frame.groupby(keys, sort=True, observed=True, as_index=False).sum()
    order = pd.Categorical(frame["commodity"], categories=[own.cargo.commodity for own in balance.moved], ordered=True)
    frame = frame.assign(_order=order).sort_values(["link", "direction", "_order"], kind="stable")
    return frame[list(LINK_COLUMNS)].reset_index(drop=True)


def _links(freight: FreightNetwork, balance: Balance) -> Iterator[pd.DataFrame]:
    """Rows of each mode, those of vessels by size."""
    moved, gates = balance.moved, freight.gates
    legs = np.stack([own.hauls.legs(own.loads.trucked, gates)[0] for own in moved], axis=2)
    trucks = np.array([own.cargo.loaded_per_tonne for own in moved]) / DAYS
    yield _rows(freight, balance, "road", freight.road.arcs, freight.road.loads(legs), trucks)
    through = gate_tonnes(freight, moved).T
    names = freight.network.links.index.get_indexer(pd.Index(gates.links))
    yield _table(freight, balance, "road", names, gates.backward, gates.km, through, trucks)
    trains = np.stack([own.loads.rail for own in moved], axis=2)
    per_train = np.full(len(moved), 1 / freight.network.settings.freight_chains.rail.tonnes_per_train / DAYS)
    yield _rows(freight, balance, "rail", balance.rail.arcs, balance.rail.loads(trains), per_train)
    for mode, ways in (("water", balance.river), ("sea", freight.sea)):
        for size, way in enumerate(ways.ways):
            flow = np.stack(
                [
                    np.where(
                        (own.legs.river_size if mode == "water" else own.legs.sea_size) == size,
                        own.loads.river if mode == "water" else own.flows.sea,
                        0.0,
                    )
                    for own in moved
                ],
                axis=2,
            )
            if flow.any():
                yield _rows(freight, balance, mode, way.arcs, way.loads(flow), np.full(len(moved), 1 / ways.tonnes[size] / DAYS))


def _rows(
    freight: FreightNetwork, balance: Balance, mode: str, arcs: ModeArcs, load: NDArray[np.float64], per_tonne: NDArray[np.float64]
) -> pd.DataFrame:
    """Rows of arcs of a mode, connectors left out."""
    known = arcs.link >= 0
    return _table(freight, balance, mode, arcs.link[known], arcs.backward[known], arcs.km[known], load[known], per_tonne)


def _table(
    freight: FreightNetwork,
    balance: Balance,
    mode: str,
    link: NDArray[np.int64],
    backward: NDArray[np.bool_],
    km: NDArray[np.float64],
    load: NDArray[np.float64],
    per_tonne: NDArray[np.float64],
) -> pd.DataFrame:
    """Rows of links that carry something (loads: links x c)."""
    at, commodity = np.nonzero(load > 0)
    tonnes = load[at, commodity]
    names = np.array([own.cargo.commodity for own in balance.moved])
    return pd.DataFrame(
        {
            "link": freight.network.links.index.to_numpy()[link[at]],
            "direction": np.where(backward[at], "backward", "forward"),
            "mode": mode,
            "commodity": names[commodity],
            "tonnes_year": tonnes,
            "tonne_km_year": tonnes * km[at],
            "vehicles_day": tonnes * per_tonne[commodity],
        }
    )


def terminals_frame(freight: FreightNetwork, balance: Balance) -> pd.DataFrame:
    """What terminals load and unload by commodity; columns as in `TERMINAL_COLUMNS`."""
    ports, waits = freight.ports, extra_hours(freight, balance.outcome).terminals
    rows: list[tuple[object, ...]] = []
    for own in balance.moved:
        commodity, per_teu = own.cargo.commodity, own.cargo.tonnes_per_teu
        share = ports.share[ports.commodities.index(commodity)]
        shipped, landed = own.flows.sea.sum(axis=1), own.flows.sea.sum(axis=0)
        for place, terminal in enumerate(ports.terminals):
            port = int(ports.terminal_port[place])
            loaded, unloaded = float(share[place] * shipped[port]), float(share[place] * landed[port])
            if loaded + unloaded > 0:
                limit = ports.capacity[place]
                in_tonnes, in_teu = (np.nan, limit) if ports.in_teu[place] else (limit, np.nan)
                load = balance.outcome.terminals[place] if np.isfinite(limit) else np.nan
                teu = (loaded + unloaded) / per_teu if per_teu else 0.0
                rows.append((ports.names[port], terminal, "port", commodity, loaded, unloaded, teu, in_tonnes, in_teu, load, waits[place]))
        served = np.bincount(ports.terminal_port, weights=share, minlength=len(ports.names)) > 0
        for kind, names, started, ended, apart in (
            ("port", ports.names, shipped, landed, served),
            ("river_port", freight.river.ports, own.loads.river.sum(axis=1), own.loads.river.sum(axis=0), None),
            ("yard", freight.yards, own.loads.rail.sum(axis=1), own.loads.rail.sum(axis=0), None),
        ):
            for place, name in enumerate(names):
                loaded, unloaded = float(started[place]), float(ended[place])
                if loaded + unloaded > 0 and not (apart is not None and apart[place]):
                    teu = (loaded + unloaded) / per_teu if per_teu else 0.0
                    rows.append((name, "", kind, commodity, loaded, unloaded, teu, np.nan, np.nan, np.nan, 0.0))
    order = {own.cargo.commodity: place for place, own in enumerate(balance.moved)}
    rows.sort(key=lambda row: (str(row[2]), str(row[0]), str(row[1]), order[row[3]]))  # type: ignore[index]
    return pd.DataFrame(rows, columns=list(TERMINAL_COLUMNS))


def locks_frame(freight: FreightNetwork, balance: Balance) -> pd.DataFrame:
    """Tonnes through locks; columns as in `LOCK_COLUMNS`."""
    locks = freight.locks
    tonnes = lock_tonnes(freight, balance.moved, balance.river)
    ships = np.zeros(len(locks.nodes))
    for size, (way, lock) in enumerate(zip(balance.river.ways, balance.river.lock_of, strict=True)):
        flow = np.sum([np.where(own.legs.river_size == size, own.loads.river, 0.0) for own in balance.moved], axis=0)
        load = way.loads(flow[:, :, None])[:, 0]
        at = lock >= 0
        ships += np.bincount(lock[at], weights=load[at], minlength=len(ships)) / balance.river.tonnes[size] / DAYS
    return pd.DataFrame(
        {
            "node": list(locks.nodes),
            "forward_tonnes_year": tonnes[0],
            "backward_tonnes_year": tonnes[1],
            "ships_day": ships,
            "capacity_tonnes_year": locks.capacity,
            "load": tonnes.max(axis=0, initial=0.0) / locks.capacity,
            "wait_h": locks.hours + extra_hours(freight, balance.outcome).locks,
        },
        columns=list(LOCK_COLUMNS),
    )


def borders_frame(freight: FreightNetwork, balance: Balance) -> pd.DataFrame:
    """Trucks and trains through crossings, and trucks on ro-ro ferries; columns as in `BORDER_COLUMNS`."""
    gates, moved = freight.gates, balance.moved
    tonnes, vehicles = gate_tonnes(freight, moved).sum(axis=0), gate_vehicles(freight, moved)
    capacity, waits = pair_capacity(freight), extra_hours(freight, balance.outcome).gates
    rows: list[tuple[object, ...]] = []
    for pair in range(gates.pair_count):
        at = np.flatnonzero(gates.pair == pair)
        one = int(at[0])
        kind = "ferry" if gates.kinds[one] == "ferry" else "road"
        out, into = (float(tonnes[at[gates.backward[at] == turned]].sum()) for turned in (False, True))
        load = vehicles[pair] / capacity[pair] if capacity[pair] > 0 else np.nan
        rows.append(
            (
                gates.links[one],
                gates.crossing_of[one],
                kind,
                out,
                into,
                vehicles[pair],
                capacity[pair],
                load,
                gates.hours[one] + waits[pair],
            )
        )
    rows += _rail_borders(freight, balance)
    return pd.DataFrame(rows, columns=list(BORDER_COLUMNS)).sort_values("link", kind="stable", ignore_index=True)


def _rail_borders(freight: FreightNetwork, balance: Balance) -> Iterator[tuple[object, ...]]:
    """Rows of crossings of trains, which are links of the rail graph."""
    at_node: dict[str, Crossing] = {item.node: item for item in freight.network.assembly.crossings.values() if item.kind == "rail"}
    zones, names = freight.network.nodes["timezone"], freight.network.links.index
    arcs = balance.rail.arcs
    load = balance.rail.loads(np.sum([own.loads.rail for own in balance.moved], axis=0)[:, :, None])[:, 0]
    trains = both_ways(freight, load) / freight.network.settings.freight_chains.rail.tonnes_per_train / DAYS
    for row in sorted(set(arcs.link.tolist())):
        link = freight.network.assembly.links[str(names[row])]
        crossing = at_node.get(link.from_) or at_node.get(link.to)
        if crossing is None or zones[link.from_] == zones[link.to]:
            continue
        own = np.flatnonzero(arcs.link == row)
        out, into = (float(load[own[arcs.backward[own] == turned]].sum()) for turned in (False, True))
        capacity = 2 * float(freight.rail.capacity_day[own[0]])
        daily = 2 * float(trains[own[0]])
        yield link.id, crossing.id, "rail", out, into, daily, capacity, daily / capacity, float(arcs.hours[own[0]])


def rail_frame(freight: FreightNetwork, balance: Balance) -> pd.DataFrame:
    """Freight trains on goods lines; columns as in `RAIL_COLUMNS`."""
    lines = freight.rail
    load = balance.rail.loads(np.sum([own.loads.rail for own in balance.moved], axis=0)[:, :, None])[:, 0]
    trains = both_ways(freight, load) / freight.network.settings.freight_chains.rail.tonnes_per_train / DAYS
    extra = extra_hours(freight, balance.outcome).rail
    _, first = np.unique(lines.arcs.link, return_index=True)
    first = first[trains[first] > 0]
    return pd.DataFrame(
        {
            "link": freight.network.links.index.to_numpy()[lines.arcs.link[first]],
            "trains_day": trains[first],
            "capacity_trains_day": lines.capacity_day[first],
            "passenger_trains_day": lines.passenger_day[first],
            "load": trains[first] / lines.capacity_day[first],
            "extra_h": extra[first],
        },
        columns=list(RAIL_COLUMNS),
    )
