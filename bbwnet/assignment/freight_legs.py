"""The legs that chains of a commodity are made of: generalised cost, money, hours and kilometres, and the yards and ports that they use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

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
_WEEK_H = 168.0
FIGURES: Final = ("cost", "money", "hours", "road_km", "rail_km", "water_km", "sea_km")
"""What is known of a leg, in this order: CNY/t generalised, CNY/t, hours, kilometres by mode; where only costs are asked for, the first."""
_COST = 0


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
    river_yard: NDArray[np.int64]
    """n x r: last yard of the train to a river port, -1 where a truck goes there."""
    yard_of_river: NDArray[np.int64]
    """r x n: first yard of the train from a river port, -1 where a truck comes."""
    first_river: NDArray[np.int64]
    """n x r: river port where a barge to a river port is loaded."""
    last_river: NDArray[np.int64]
    """r x n: river port where a barge from a river port is unloaded."""
    river_port: NDArray[np.int64]
    """n x n: last river port of the way by barge."""
    port_river: NDArray[np.int64]
    """p: row of each sea port among the river ports, -1 of those that no barge reaches."""
    river_size: NDArray[np.int64]
    """r x r: size of barge."""
    sea_size: NDArray[np.int64]
    """p x p: size of ship."""

    def costs(self) -> ChainCosts:
        """Generalised costs, for the choice."""
        direct = np.stack([self.road[_COST], self.rail[_COST], self.water[_COST]])
        return ChainCosts(direct, self.to_port[:, _COST], self.sea[_COST], self.from_port[:, _COST])


def legs_of(
    cargo: Cargo,
    freight: FreightNetwork,
    hauls: TruckHauls,
    rail: ModeWays,
    river: VesselWays,
    port_extra_h: NDArray[np.float64],
    barred: NDArray[np.bool_],
) -> Legs:
    """Legs of a commodity with trucks, trains and barges as they run; ports take `port_extra_h` more hours (p).

    Ends take no port that is `barred` to them (n x p), by whatever mode.
    Figures beside the cost are worked out where those of the `hauls` are.
    """
    make = _Maker(cargo, freight, hauls)
    ends, ports, yards, rivers = freight.end_site, freight.port_site, freight.yard_site, freight.river_site
    to_yard, from_yard = make.access(ends, yards, outward=True), make.access(ends, yards, outward=False)
    train, (barge, barge_size), (ship, ship_size) = make.train(rail), make.barge(river), make.ship(port_extra_h)

    loaded, first_yard = _joined(to_yard, train)
    received, last_yard = _joined(train, from_yard)
    rail_all, rail_yard = _joined(loaded, from_yard)
    to_port_rail, port_yard = _joined(loaded, make.dock(ports, freight.dock_km, outward=True))
    from_port_rail, yard_of_port = _joined(make.dock(ports, freight.dock_km, outward=False), received)

    to_river_rail, river_yard = _joined(loaded, make.dock(rivers, freight.river_dock_km, outward=True))
    from_river_rail, yard_of_river = _joined(make.dock(rivers, freight.river_dock_km, outward=False), received)
    to_river, river_yard = _cheaper(make.access(ends, rivers, outward=True), to_river_rail, river_yard)
    from_river, yard_of_river = _cheaper(make.access(ends, rivers, outward=False), from_river_rail, yard_of_river)
    afloat, first_river = _joined(to_river, barge)
    landed, last_river = _joined(barge, from_river)
    water_all, river_port = _joined(afloat, from_river)
    at_river = {name: place for place, name in enumerate(freight.river.ports)}
    port_river = np.array([at_river.get(name, -1) for name in freight.ports.names], dtype=np.int64)
    to_port_water = np.full((*afloat.shape[:2], len(ports)), _NO_WAY)
    to_port_water[:, :, port_river >= 0] = afloat[:, :, port_river[port_river >= 0]]
    from_port_water = np.full((len(landed), len(ports), len(ends)), _NO_WAY)
    from_port_water[:, port_river >= 0] = landed[:, port_river[port_river >= 0]]
    to_port = np.stack([make.access(ends, ports, outward=True), to_port_rail, to_port_water])
    from_port = np.stack([make.access(ends, ports, outward=False), from_port_rail, from_port_water])
    to_port[:, :, barred] = _NO_WAY
    from_port[:, :, barred.T] = _NO_WAY
    return Legs(
        road=make.road(ends),
        rail=rail_all,
        water=water_all,
        to_port=to_port,
        sea=ship,
        from_port=from_port,
        first_yard=first_yard,
        last_yard=last_yard,
        rail_yard=rail_yard,
        port_yard=port_yard,
        yard_of_port=yard_of_port,
        river_yard=river_yard,
        yard_of_river=yard_of_river,
        first_river=first_river,
        last_river=last_river,
        river_port=river_port,
        port_river=port_river,
        river_size=barge_size,
        sea_size=ship_size,
    )


def _cheaper(
    truck: NDArray[np.float64], train: NDArray[np.float64], yard: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The cheaper of truck and train to a river port, and the yard beside it that the train goes to, -1 by truck."""
    by_train = train[_COST] < truck[_COST]
    return np.where(by_train, train, truck), np.where(by_train, yard, -1)


def _joined(first: NDArray[np.float64], second: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Legs one after the other over the cheapest place between them, and that place."""
    cost, middle = least_over(first[_COST], second[_COST])
    if len(first) == 1:
        return cost[None], middle
    if not second.shape[1]:  # a region without such places
        return np.full((len(first), *cost.shape), _NO_WAY), middle
    at = np.maximum(middle, 0)
    rows, cols = np.indices(cost.shape)
    stack = first[:, rows, at] + second[:, at, cols]
    stack[:, middle < 0] = _NO_WAY
    return stack, middle


def trucked_share(cargo: Cargo, freight: FreightNetwork, km: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of a leg to or from a terminal that trucks carry; near it some senders and receivers have sidings or pipes."""
    return np.where(km <= freight.network.settings.freight_chains.siding_km, 1 - cargo.siding_share, 1.0)


class _Maker:
    """Makes the legs of a commodity."""

    def __init__(self, cargo: Cargo, freight: FreightNetwork, hauls: TruckHauls) -> None:
        self._cargo, self._freight, self._hauls = cargo, freight, hauls
        self._chains = freight.network.settings.freight_chains

    def _hour(self, mode: str) -> float:
        """What an hour by a mode is worth."""
        return self._cargo.hour_cny * self._cargo.spread[mode]

    def _figures(
        self, cost: NDArray[np.float64], money: NDArray[np.float64], hours: NDArray[np.float64], **km: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Stack the figures of legs in the order of `FIGURES`, all infinite where the cost is."""
        if not self._hauls.whole:
            return cost[None]
        none = np.zeros(cost.shape)
        stack = np.stack([cost, money, hours, *(km.get(name, none) for name in FIGURES[3:])])
        stack[:, ~np.isfinite(cost)] = _NO_WAY
        return stack

    def road(self, ends: NDArray[np.int64]) -> NDArray[np.float64]:
        """Door to door by truck."""
        haul, area = self._chains.road, np.ix_(ends, ends)
        fixed, fixed_h = 2 * haul.handling_cny_t, 2 * haul.handling_h
        cost = self._hauls.cost[area] + fixed + self._hour("road") * fixed_h
        return self._figures(cost, self._hauls.money[area] + fixed, self._hauls.hours[area] + fixed_h, road_km=self._hauls.km[area])

    def access(self, ends: NDArray[np.int64], terminals: NDArray[np.int64], *, outward: bool) -> NDArray[np.float64]:
        """Trucks between ends and terminals: n x k outward, k x n inward; sidings and pipes near them save trucks and handling."""
        haul, hauls = self._chains.road, self._hauls
        area = np.ix_(ends, terminals) if outward else np.ix_(terminals, ends)
        trucked = trucked_share(self._cargo, self._freight, self._freight.road.km[area])
        same = (ends[:, None] == terminals[None, :]) if outward else (terminals[:, None] == ends[None, :])
        fixed = np.where(same, 0.0, trucked * haul.handling_cny_t)
        fixed_h = np.where(same, 0.0, haul.handling_h)
        # Sidings are near, on this side of any gate: what they save is the truck on the road alone.
        saved = (1 - trucked) * self._cargo.truck_factor * np.where(trucked < 1, self._freight.road.money[area], 0.0)
        cost = hauls.cost[area] - saved + fixed + self._hour("road") * fixed_h
        km = np.where(trucked > 0, trucked * np.where(trucked > 0, hauls.km[area], 0.0), 0.0)
        return self._figures(cost, hauls.money[area] - saved + fixed, hauls.hours[area] + fixed_h, road_km=km)

    def train(self, rail: ModeWays) -> NDArray[np.float64]:
        """From yard to yard (y x y), loading and unloading included; none from a yard to itself."""
        haul = self._chains.rail
        hours = rail.hours + 2 * haul.yard_h
        money = haul.tariff_factor.of(self._cargo.commodity) * (rail.money + haul.base_cny_t) + 2 * haul.handling_cny_t
        money[np.eye(len(money), dtype=bool)] = _NO_WAY
        # Who has a siding of his own runs whole trains, and is spared the rest.
        applying = haul.inconvenience_cny_t * (1 - self._cargo.siding_share)
        return self._figures(money + applying + self._hour("rail") * hours, money, hours, rail_km=rail.km)

    def dock(self, quays: NDArray[np.int64], dock_km: NDArray[np.float64], *, outward: bool) -> NDArray[np.float64]:
        """From yards to sites of quays (y x q) or back (q x y), by track where there is one (`dock_km`, y x q), else by truck."""
        haul, hauls, truck = self._chains.rail, self._hauls, self._chains.road
        sites = (self._freight.yard_site, quays)
        area = np.ix_(*sites) if outward else np.ix_(*sites[::-1])
        track_km = dock_km if outward else dock_km.T
        docked = np.isfinite(track_km)
        track_km = np.where(docked, track_km, 0.0)
        track = haul.dock_cny_t_km * track_km
        by_truck = hauls.cost[area] + truck.handling_cny_t + self._hour("road") * truck.handling_h
        cost = np.where(docked, track + self._hour("rail") * haul.dock_h, by_truck)
        money = np.where(docked, track, hauls.money[area] + truck.handling_cny_t)
        hours = np.where(docked, haul.dock_h, hauls.hours[area] + truck.handling_h)
        return self._figures(cost, money, hours, road_km=np.where(docked, 0.0, hauls.km[area]), rail_km=track_km)

    def barge(self, river: VesselWays) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """From river port to river port (r x r) by the best size of barge, handling and dwell included."""
        haul = self._chains.water
        hours, money = river.hours + 2 * haul.dwell_h, river.money + 2 * haul.handling_cny_t
        return self._best_size(money + self._hour("water") * hours, money, hours, river.km, "water_km")

    def ship(self, port_extra_h: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """From sea port to sea port (p x p) by the best size of ship, all that happens in ports included."""
        haul, ports, sea, cargo = self._chains.sea, self._freight.ports, self._freight.sea, self._cargo
        row = ports.commodities.index(cargo.commodity)
        if cargo.tonnes_per_teu is None:
            wait = np.full((sea.count, sea.count), haul.tramp_wait_h)
            filled = np.full((sea.count, sea.count), np.inf)
        else:
            calls = np.minimum(ports.calls_week[:, None], ports.calls_week[None, :])
            wait = _WEEK_H / 2 / np.maximum(calls * haul.liner_destination_share, haul.least_calls_week)
            filled = calls * haul.liner_dwt_per_call
        abroad = ports.foreign[:, None] != ports.foreign[None, :]
        extra = port_extra_h[:, None] + port_extra_h[None, :]
        hours = sea.hours + 2 * cargo.dwell_port + wait + extra + abroad * haul.customs_h
        money = sea.money + 2 * cargo.handling_port + abroad * haul.customs_cny_t
        dwt = np.array([vessel.dwt for vessel in sea.vessels])
        largest = np.minimum(ports.dwt[row], cargo.largest_dwt)
        fits = dwt[:, None, None] <= np.minimum(np.minimum(largest[:, None], largest[None, :]), filled)
        # Small quays still take the smallest ship.
        fits[0] = True
        fits &= (ports.serves[row][:, None] & ports.serves[row][None, :])[None]
        cost = money + self._hour("sea") * hours + self._chains.capacity.waiting_cny_t_h * extra
        return self._best_size(np.where(fits, cost, _NO_WAY), money, hours, sea.km, "sea_km")

    def _best_size(
        self, cost: NDArray[np.float64], money: NDArray[np.float64], hours: NDArray[np.float64], km: NDArray[np.float64], mode: str
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Figures of the cheapest size between ports, and the size; none from a port to itself."""
        cost = cost.copy()
        cost[:, np.eye(cost.shape[1], dtype=bool)] = _NO_WAY
        size = np.asarray(cost.argmin(axis=0), dtype=np.int64)
        chosen = [np.take_along_axis(values, size[None], axis=0)[0] for values in (cost, money, hours, km)]
        return self._figures(chosen[0], chosen[1], chosen[2], **{mode: chosen[3]}), size
