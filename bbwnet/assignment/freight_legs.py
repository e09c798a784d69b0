"""The legs that chains are made of, for one commodity: generalised cost, money, hours and kilometres, and which yards and ports they use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.assignment.freight_ways import least_over
from bbwnet.choice.chain_choice import ChainCosts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.assignment.freight_cargo import Cargo
    from bbwnet.assignment.freight_hauls import TruckHauls
    from bbwnet.assignment.freight_network import FreightNetwork
    from bbwnet.assignment.freight_vessels import VesselWays
    from bbwnet.assignment.freight_ways import ModeWays

_NO_WAY = np.inf
FIGURES = ("cost", "money", "hours", "road_km", "rail_km", "water_km", "sea_km")
"""What is known of a leg, in this order: CNY/t generalised, CNY/t, hours, kilometres by mode."""
_COST, _MONEY, _HOURS, _ROAD_KM, _RAIL_KM, _WATER_KM, _SEA_KM = range(len(FIGURES))


@dataclass(frozen=True)
class Legs:
    """Legs of a commodity between n ends, p sea ports, y yards and r river ports; arrays of figures have those of `FIGURES` first (f)."""

    road: NDArray[np.float64]
    """f x n x n: by truck, loading and unloading included."""
    rail: NDArray[np.float64]
    """f x n x n: by train, haul to the yard and from it included."""
    water: NDArray[np.float64]
    """f x n x n: by barge, hauls included."""
    to_port: NDArray[np.float64]
    """3 x f x n x p, by mode."""
    sea: NDArray[np.float64]
    """f x p x p: loading, sailing, unloading, dwell and customs."""
    from_port: NDArray[np.float64]
    """3 x f x p x n, by mode."""
    first_yard: NDArray[np.int64]
    """n x y: yard where a train to a yard is loaded, -1 for none."""
    last_yard: NDArray[np.int64]
    """y x n: yard where a train from a yard is unloaded."""
    rail_yard: NDArray[np.int64]
    """n x n: last yard of the way by train."""
    port_yard: NDArray[np.int64]
    """n x p: last yard of the train to a port."""
    yard_of_port: NDArray[np.int64]
    """p x n: first yard of the train from a port."""
    first_river: NDArray[np.int64]
    """n x r."""
    last_river: NDArray[np.int64]
    """r x n."""
    river_port: NDArray[np.int64]
    """n x n: last river port of the way by barge."""
    port_river: NDArray[np.int64]
    """p: row of each sea port among the river ports, -1 of those that no barge reaches."""
    river_size: NDArray[np.int64]
    """r x r: size of barge."""
    sea_size: NDArray[np.int64]
    """p x p: size of ship."""
    docked: NDArray[np.bool_]
    """y x p: whether yard and port are joined by track."""

    def costs(self) -> ChainCosts:
        """Generalised costs, for the choice."""
        direct = np.stack([self.road[_COST], self.rail[_COST], self.water[_COST]])
        return ChainCosts(direct, self.to_port[:, _COST], self.sea[_COST], self.from_port[:, _COST])


def legs_of(
    cargo: Cargo, freight: FreightNetwork, hauls: TruckHauls, rail: ModeWays, river: VesselWays, port_extra_h: NDArray[np.float64]
) -> Legs:
    """Legs of a commodity with trucks, trains and barges as they run; ports take `port_extra_h` more hours (p)."""
    chains = freight.network.settings.freight_chains
    ends, ports, yards, rivers = freight.end_site, freight.port_site, freight.yard_site, freight.river_site
    road = _road(cargo, hauls, chains.road.handling_cny_t, chains.road.handling_h, ends)
    to_yard, from_yard = (_access(cargo, freight, hauls, ends, yards, outward=out) for out in (True, False))
    to_river, from_river = (_access(cargo, freight, hauls, ends, rivers, outward=out) for out in (True, False))
    to_port_road, from_port_road = (_access(cargo, freight, hauls, ends, ports, outward=out) for out in (True, False))
    train = _train(cargo, freight, rail)
    dock_out, dock_in, docked = _docks(cargo, freight, hauls)
    barge, barge_size = _barge(cargo, freight, river)
    ship, ship_size = _ship(cargo, freight, port_extra_h, chains.capacity.waiting_cny_t_h)

    loaded, first_yard = _joined(to_yard, train)
    received, last_yard = _joined(train, from_yard)
    rail_all, rail_yard = _joined(loaded, from_yard)
    to_port_rail, port_yard = _joined(loaded, dock_out)
    from_port_rail, yard_of_port = _joined(dock_in, received)

    afloat, first_river = _joined(to_river, barge)
    landed, last_river = _joined(barge, from_river)
    water_all, river_port = _joined(afloat, from_river)
    at_river = {name: place for place, name in enumerate(freight.river.ports)}
    port_river = np.array([at_river.get(name, -1) for name in freight.ports.names], dtype=np.int64)
    to_port_water = np.where(port_river >= 0, afloat[:, :, port_river], _NO_WAY)
    from_port_water = np.where((port_river >= 0)[:, None], landed[:, port_river], _NO_WAY)
    return Legs(
        road=road,
        rail=rail_all,
        water=water_all,
        to_port=np.stack([to_port_road, to_port_rail, to_port_water]),
        sea=ship,
        from_port=np.stack([from_port_road, from_port_rail, from_port_water]),
        first_yard=first_yard,
        last_yard=last_yard,
        rail_yard=rail_yard,
        port_yard=port_yard,
        yard_of_port=yard_of_port,
        first_river=first_river,
        last_river=last_river,
        river_port=river_port,
        port_river=port_river,
        river_size=barge_size,
        sea_size=ship_size,
        docked=docked,
    )


def _figures(
    cost: NDArray[np.float64], money: NDArray[np.float64], hours: NDArray[np.float64], **km: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Stack the figures of legs in the order of `FIGURES`, all infinite where the cost is."""
    none = np.zeros(cost.shape)
    stack = np.stack([cost, money, hours, *(km.get(name, none) for name in FIGURES[3:])])
    stack[:, ~np.isfinite(cost)] = _NO_WAY
    return stack


def _joined(first: NDArray[np.float64], second: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Legs one after the other over the cheapest place between them, and that place."""
    cost, middle = least_over(first[_COST], second[_COST])
    at = np.maximum(middle, 0)
    rows, cols = np.indices(cost.shape)
    stack = first[:, rows, at] + second[:, at, cols]
    stack[:, middle < 0] = _NO_WAY
    return stack, middle


def _road(cargo: Cargo, hauls: TruckHauls, handling_cny: float, handling_h: float, ends: NDArray[np.int64]) -> NDArray[np.float64]:
    """Door to door by truck."""
    area = np.ix_(ends, ends)
    hour = cargo.hour_cny * cargo.spread["road"]
    fixed = 2 * handling_cny + hour * 2 * handling_h
    return _figures(
        hauls.cost[area] + fixed, hauls.money[area] + 2 * handling_cny, hauls.hours[area] + 2 * handling_h, road_km=hauls.km[area]
    )


def _access(
    cargo: Cargo, freight: FreightNetwork, hauls: TruckHauls, ends: NDArray[np.int64], terminals: NDArray[np.int64], *, outward: bool
) -> NDArray[np.float64]:
    """Trucks between ends and terminals: n x k outward, k x n inward; sidings and pipes near them save trucks and handling."""
    chains = freight.network.settings.freight_chains
    area = np.ix_(ends, terminals) if outward else np.ix_(terminals, ends)
    trucked = trucked_share(cargo, freight, hauls.km[area])
    same = (ends[:, None] == terminals[None, :]) if outward else (terminals[:, None] == ends[None, :])
    fixed = np.where(same, 0.0, trucked * chains.road.handling_cny_t)
    fixed_h = np.where(same, 0.0, chains.road.handling_h)
    hour = cargo.hour_cny * cargo.spread["road"]
    money = trucked * hauls.money[area] + fixed
    hours = hauls.hours[area] + fixed_h
    saved = (1 - trucked) * np.where(np.isfinite(hauls.money[area]), hauls.money[area], 0.0)
    return _figures(hauls.cost[area] - saved + fixed + hour * fixed_h, money, hours, road_km=trucked * hauls.km[area])


def trucked_share(cargo: Cargo, freight: FreightNetwork, km: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of a leg to or from a terminal that trucks carry; near it some senders and receivers have sidings or pipes."""
    return np.where(km <= freight.network.settings.freight_chains.siding_km, 1 - cargo.siding_share, 1.0)


def _train(cargo: Cargo, freight: FreightNetwork, rail: ModeWays) -> NDArray[np.float64]:
    """From yard to yard (y x y), loading and unloading included; none from a yard to itself."""
    haul = freight.network.settings.freight_chains.rail
    hours = rail.hours + 2 * haul.yard_h
    money = haul.tariff_factor.of(cargo.commodity) * (rail.money + haul.base_cny_t) + 2 * haul.handling_cny_t
    money[np.eye(len(money), dtype=bool)] = _NO_WAY
    return _figures(money + haul.inconvenience_cny_t + cargo.hour_cny * cargo.spread["rail"] * hours, money, hours, rail_km=rail.km)


def _docks(cargo: Cargo, freight: FreightNetwork, hauls: TruckHauls) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """From yards to ports (y x p) and back (p x y), by track where there is one, else by truck, and where it is by track."""
    chains = freight.network.settings.freight_chains
    docked = np.isfinite(freight.dock_km)
    hour = cargo.hour_cny
    dock_km = np.where(docked, freight.dock_km, 0.0)
    dock_money = chains.rail.dock_cny_t_km * dock_km
    dock_cost = dock_money + hour * cargo.spread["rail"] * chains.rail.dock_h
    stacks = []
    for area, turned in ((np.ix_(freight.yard_site, freight.port_site), False), (np.ix_(freight.port_site, freight.yard_site), True)):
        at = docked.T if turned else docked
        own = [values.T if turned else values for values in (dock_cost, dock_money, dock_km)]
        truck_hour = hour * cargo.spread["road"] * chains.road.handling_h
        cost = np.where(at, own[0], hauls.cost[area] + chains.road.handling_cny_t + truck_hour)
        money = np.where(at, own[1], hauls.money[area] + chains.road.handling_cny_t)
        hours = np.where(at, chains.rail.dock_h, hauls.hours[area] + chains.road.handling_h)
        stacks.append(_figures(cost, money, hours, road_km=np.where(at, 0.0, hauls.km[area]), rail_km=np.where(at, own[2], 0.0)))
    return stacks[0], stacks[1], docked


def _barge(cargo: Cargo, freight: FreightNetwork, river: VesselWays) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """From river port to river port (r x r) by the best size of barge, handling and dwell included."""
    haul = freight.network.settings.freight_chains.water
    hour = cargo.hour_cny * cargo.spread["water"]
    hours = river.hours + 2 * haul.dwell_h
    money = river.money + 2 * haul.handling_cny_t
    return _best_size(money + hour * hours, money, hours, river.km, "water_km")


def _ship(
    cargo: Cargo, freight: FreightNetwork, port_extra_h: NDArray[np.float64], waiting_cny_t_h: float
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """From sea port to sea port (p x p) by the best size of ship, all that happens in ports included."""
    haul, ports, sea = freight.network.settings.freight_chains.sea, freight.ports, freight.sea
    row = ports.commodities.index(cargo.commodity)
    if cargo.commodity == "containers":
        calls = np.minimum(ports.calls_week[:, None], ports.calls_week[None, :]) * haul.liner_destination_share
        wait = 168.0 / 2 / np.maximum(calls, haul.least_calls_week)
    else:
        wait = np.full((sea.count, sea.count), haul.tramp_wait_h)
    abroad = ports.foreign[:, None] != ports.foreign[None, :]
    extra = port_extra_h[:, None] + port_extra_h[None, :]
    hours = sea.hours + 2 * cargo.dwell_port + wait + extra + abroad * haul.customs_h
    money = sea.money + 2 * cargo.handling_port + abroad * haul.customs_cny_t
    dwt = np.array([vessel.dwt for vessel in sea.vessels])
    largest = np.minimum(ports.dwt[row], cargo.largest_dwt)
    fits = dwt[:, None, None] <= np.minimum(largest[:, None], largest[None, :])
    # Small quays still take the smallest ship.
    fits[0] = True
    fits &= (ports.serves[row][:, None] & ports.serves[row][None, :])[None]
    cost = money + cargo.hour_cny * cargo.spread["sea"] * hours + waiting_cny_t_h * extra
    return _best_size(np.where(fits, cost, _NO_WAY), money, hours, sea.km, "sea_km")


def _best_size(
    cost: NDArray[np.float64], money: NDArray[np.float64], hours: NDArray[np.float64], km: NDArray[np.float64], mode: str
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Figures of the cheapest size between ports, and the size; none from a port to itself."""
    cost = cost.copy()
    cost[:, np.eye(cost.shape[1], dtype=bool)] = _NO_WAY
    size = cost.argmin(axis=0)
    chosen = [np.take_along_axis(values, size[None], axis=0)[0] for values in (cost, money, hours, km)]
    return _figures(chosen[0], chosen[1], chosen[2], **{mode: chosen[3]}), np.asarray(size, dtype=np.int64)
