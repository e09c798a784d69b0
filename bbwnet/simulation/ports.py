"""The ports of a simulated day: terminals with their ships, yards and gates, of the flows and of streams of arrivals."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bbwnet.errors import RunError
from bbwnet.scenario.schema.base import DAY_SECONDS
from bbwnet.simulation.arrival_stream import arrivals_of
from bbwnet.simulation.balance import BalanceRow
from bbwnet.simulation.calendars import together
from bbwnet.simulation.channel import ChannelPassage
from bbwnet.simulation.port_land import PortLand
from bbwnet.simulation.port_table import PORT_COLUMNS, terminal_days
from bbwnet.simulation.port_terminal import PortTerminal, Quay
from bbwnet.simulation.port_traffic import draw_calls
from bbwnet.simulation.port_yard import PortYard
from bbwnet.simulation.service_times import draw
from bbwnet.simulation.ship import merged, plain_calls
from bbwnet.simulation.visits import HOUR_S, Visits
from bbwnet.simulation.weather import Weather
from bbwnet.simulation.world import PartResult

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from bbwnet.simulation.port_traffic import TerminalTraffic
    from bbwnet.simulation.ship import ShipCalls
    from bbwnet.simulation.world import World


@dataclass(frozen=True)
class PortDay:
    """What ports have to do on a mean day."""

    terminals: tuple[TerminalTraffic, ...] = ()
    """Sorted by identifier."""
    messages: tuple[str, ...] = ()


@dataclass
class _Place:
    """A terminal at work."""

    name: str
    ships: PortTerminal
    yard: PortYard | None = None
    land: PortLand | None = None
    traffic: TerminalTraffic | None = None


@dataclass
class Ports:
    """The part of the day that ports are."""

    world: World
    day: PortDay

    def __post_init__(self) -> None:
        """Draw the ships; raises `RunError` for ships that no berth or channel takes."""
        terminals = self.world.network.assembly.terminals
        traffic = {item.terminal: item for item in self.day.terminals}
        self._channels: dict[str, ChannelPassage] = {}
        self._weather = Weather(self.world.network, self.world.settings.weather)
        streams = _ship_streams(self.world)
        unknown = sorted({*streams, *traffic} - set(terminals))
        if unknown:
            raise RunError(f"ships for terminals that are not there: {', '.join(unknown)}")
        self._places = [self._place(name, traffic.get(name), streams.get(name, [])) for name in sorted({*traffic, *streams})]

    def _place(self, name: str, traffic: TerminalTraffic | None, streams: list[ShipCalls]) -> _Place:
        world, record = self.world, self.world.network.assembly.terminals[name]
        ports = world.settings.ports
        closed = world.closures.of_terminal("terminals", name, record.port)
        moves = works = closed
        if world.settings.weather:
            moves, works = (together([closed, own]) for own in self._weather.for_port(ports.weather, [record.port]))
        largest = record.vessel_dwt_max or math.inf
        sizes = record.berth_dwt or (largest,) * record.berths
        yard = land = None
        calls = list(streams)
        surge = ports.surge.get(name, 1.0)
        if traffic is not None:
            lead_s = ports.ships.lead_days * DAY_SECONDS
            calls.append(draw_calls(traffic, ports, world.streams, max(sizes), world.start_s - lead_s, float(world.days * DAY_SECONDS)))
            yard = PortYard(world.env, traffic, surge)
            land = PortLand(world.env, traffic, yard, closed, world.days, surge)
        quay = Quay(name, sizes, moves, works, ports, record.cranes, self._channel(record.port), yard)
        try:
            ships = PortTerminal(world, quay, merged(calls))
        except ValueError as error:
            raise RunError(str(error)) from None
        return _Place(name, ships, yard, land, traffic)

    def _channel(self, port: str) -> ChannelPassage | None:
        world, record = self.world, self.world.network.assembly.channels.get(port)
        if record is None:
            return None
        if record.id not in self._channels:
            closed = world.closures.of_terminal("channels", record.id, record.ports[0])
            moves, _ = self._weather.for_port(world.settings.ports.weather, record.ports)
            self._channels[record.id] = ChannelPassage(world.env, record, together([closed, moves]))
        return self._channels[record.id]

    def berth_wait_s(self, terminals: Collection[str], now: float, within_s: float) -> float | None:
        """Mean wait of ships for a berth at terminals, of those that got one in some seconds before now and those that wait now.

        `None` where there are none.
        """
        waits = [_waits_s(place.ships, now, within_s) for place in self._places if place.name in terminals]
        found = np.concatenate([np.empty(0), *waits])
        return float(found.mean()) if len(found) else None

    def start(self) -> None:
        """Ships come, gates open."""
        for place in self._places:
            place.ships.start()
            if place.land is not None:
                self.world.env.process(place.land.run(float(self.world.days * DAY_SECONDS)))

    def finish(self) -> PartResult:
        """Ships, trucks, goods and what they waited."""
        world = self.world
        visits = [item for place in self._places for item in self._visits(place)]
        visits += [_channel_visits(self._channels[name]) for name in sorted(self._channels)]
        frames = [
            terminal_days(place.name, place.ships, place.yard, place.land, world.days) for place in self._places if place.yard is not None
        ]
        table = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame({name: [] for name in PORT_COLUMNS})
        return PartResult(
            balance=self._balance(),
            visits=visits,
            tables={"ports": table},
            lost_hours=self._lost(),
            messages=self.day.messages,
        )

    def _visits(self, place: _Place) -> list[Visits]:
        end_s, calls, times = self.world.end_s, place.ships.calls, place.ships.times
        own = (calls.arrive_s < end_s) & (times.leave_s > self.world.start_s)
        start = np.where(times.berth_s <= end_s, times.berth_s, np.inf)
        leave = np.where(times.leave_s <= end_s, times.leave_s, np.inf)
        berths = float(len(place.ships.quay.berth_dwt))
        found = [Visits("berths", place.name, "ships", berths, calls.arrive_s[own], start[own], leave[own], np.ones(int(own.sum())))]
        return found + ([] if place.land is None else place.land.visits(place.name, end_s))

    def _balance(self) -> list[BalanceRow]:
        entered = arrived = 0
        for place in self._places:
            calls, times = place.ships.calls, place.ships.times
            own = (calls.arrive_s < self.world.end_s) & (times.done_s > self.world.start_s)
            entered += int(own.sum())
            arrived += int((times.done_s[own] <= self.world.end_s).sum())
        rows = [BalanceRow("ships", "ships", float(entered), float(arrived), float(entered - arrived), 0.0)]
        goods = [self._goods(place) for place in self._places if place.yard is not None]
        units: tuple[tuple[str, str], ...] = (("port_tonnes", "tonnes"), ("port_teu", "teu"))
        for row, (what, unit) in enumerate(units if goods else ()):
            sums = [math.fsum(item[row][column] for item in goods) for column in range(3)]
            rows.append(BalanceRow(what, unit, sums[0], sums[1], sums[2], 0.0))
        return rows

    def _goods(self, place: _Place) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
        """Entered, arrived and under way: tonnes, and TEU."""
        yard, land, ships = place.yard, place.land, place.ships
        if yard is None or land is None:
            return (0.0, 0.0, 0.0), (0.0, 0.0, 0.0)
        calls, times = ships.calls, ships.times
        count = len(yard.teu_per_tonne)
        # What was unloaded or loaded before the simulation began is in the stock that it begins with, or gone.
        there = (calls.kind >= 0) & (calls.arrive_s < self.world.end_s) & (times.done_s > self.world.start_s)
        row = calls.kind[there]

        def by_row(tonnes: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.asarray(np.bincount(row, weights=tonnes[there], minlength=count), dtype=np.float64)

        brought = by_row(calls.unload_t - ships.unloaded_before_t)
        off, on = by_row(times.unloaded_t - ships.unloaded_before_t), by_row(times.loaded_t - ships.loaded_before_t)
        entered = yard.begun_t + brought + land.came
        arrived = land.left + on
        under_way = (brought - off) + yard.imports + yard.exports + land.at_gate
        both = [(float(values.sum()), float((values * yard.teu_per_tonne).sum())) for values in (entered, arrived, under_way)]
        return (both[0][0], both[1][0], both[2][0]), (both[0][1], both[1][1], both[2][1])

    def _lost(self) -> dict[str, float]:
        """Ship-hours from arrival until the ship is gone, and tonne-hours on board of ships that are to be unloaded, until the end."""
        start_s, end_s = self.world.start_s, self.world.end_s
        ship_s, tonne_s = [], []
        for place in self._places:
            calls, times = place.ships.calls, place.ships.times
            own = (calls.arrive_s < end_s) & (times.done_s > start_s)
            begun = np.maximum(calls.arrive_s[own], start_s)
            ship_s.append(float((np.minimum(times.done_s[own], end_s) - begun).sum()))
            left = (calls.unload_t[own] - times.unloaded_t[own]) * (end_s - begun)
            tonne_s.append(float(times.aboard_tonne_s[own].sum() + left.sum()))
        return {"ship_h": math.fsum(ship_s) / HOUR_S, "port_tonne_h": math.fsum(tonne_s) / HOUR_S}


def _waits_s(ships: PortTerminal, now: float, within_s: float) -> NDArray[np.float64]:
    """Seconds until now, or until they got it, of ships that wait for a berth or got one not long ago."""
    came = int(np.searchsorted(ships.calls.arrive_s, now, side="right"))
    until_s = np.minimum(ships.times.berth_s[:came], now)
    return np.asarray((until_s - ships.calls.arrive_s[:came])[until_s >= now - within_s])


def _ship_streams(world: World) -> dict[str, list[ShipCalls]]:
    """Ships of the scenario's streams, by terminal."""
    found: dict[str, list[ShipCalls]] = {}
    for stream in sorted(world.settings.streams, key=lambda item: item.id):
        if stream.what == "ship" and stream.at is not None and stream.service is not None:
            arrive_s = arrivals_of(world, stream)
            service_s = draw(stream.service, world.streams.of("stream", stream.id, "service"), len(arrive_s))
            found.setdefault(stream.at, []).append(plain_calls(arrive_s, service_s, stream.dwt or 0.0))
    return found


def _channel_visits(channel: ChannelPassage) -> Visits:
    asked, entered, through = channel.passages()
    return Visits("channels", channel.record.id, "ships", math.nan, asked, entered, through, np.ones(len(asked)))
