"""A terminal of a port: its ships from the anchorage through the channel to a berth, their cargo to the yard, and out again."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.simulation.berth import Berths, serve_by_size, serve_plainly
from bbwnet.simulation.ship import depth_needed_m

if TYPE_CHECKING:
    from collections.abc import Generator

    import simpy
    from numpy.typing import NDArray

    from bbwnet.scenario.schema.simulation_ports import PortChoice
    from bbwnet.simulation.calendars import Calendar
    from bbwnet.simulation.channel import ChannelPassage
    from bbwnet.simulation.port_yard import PortYard
    from bbwnet.simulation.ship import ShipCalls
    from bbwnet.simulation.world import World


@dataclass(frozen=True)
class Quay:
    """What binds the ships of a terminal."""

    terminal: str
    berth_dwt: tuple[float, ...]
    moves: Calendar
    """When ships may come alongside and cast off."""
    works: Calendar
    """When they are worked there."""
    ports: PortChoice
    cranes: int | None = None
    channel: ChannelPassage | None = None
    yard: PortYard | None = None

    def only_berths_bind(self, calls: ShipCalls) -> bool:
        """Whether ships need nothing but one of so many equal berths, so that no event is needed for them."""
        return (
            self.cranes is None
            and self.channel is None
            and self.yard is None
            and bool((calls.dwt <= min(self.berth_dwt)).all())
            and self.moves is self.works
            and not shelter_from(self.works, self.ports)
        )


@dataclass
class ShipTimes:
    """What became of ships (n), in order of arrival; infinite where it has not happened."""

    berth_s: NDArray[np.float64]
    """When each got its berth."""
    leave_s: NDArray[np.float64]
    """When it left the berth."""
    done_s: NDArray[np.float64]
    """When it was through the channel again."""
    unloaded_t: NDArray[np.float64]
    loaded_t: NDArray[np.float64]
    aboard_tonne_s: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    """Tonne-seconds that cargo spent on board from arrival until it was unloaded."""

    @classmethod
    def nothing_yet(cls, count: int) -> ShipTimes:
        """No ship has come."""
        ever = np.full(count, np.inf)
        return cls(ever, ever.copy(), ever.copy(), np.zeros(count), np.zeros(count), np.zeros(count))


def shelter_from(calendar: Calendar, ports: PortChoice) -> list[tuple[float, float]]:
    """Closures that ships leave the anchorage for: from when until when."""
    ships = ports.ships
    if ships.shelter_return_h <= 0:
        return []
    ends = np.append(calendar.start_s[1:], np.inf)
    found: list[tuple[float, float]] = []
    for start, end, speed in zip(calendar.start_s.tolist(), ends.tolist(), calendar.speed.tolist(), strict=True):
        if speed > 0:
            continue
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return [(start, end) for start, end in found if end - start >= 3600 * ships.shelter_after_h]


class PortTerminal:
    """The ships of one terminal, each a process; where nothing but berths binds they are reckoned without one."""

    def __init__(self, world: World, quay: Quay, calls: ShipCalls) -> None:
        """No ship has come but those that arrived before the simulation begins; raises `ValueError` for a ship that can never come."""
        self._world, self.quay, self.calls = world, quay, calls
        self.times = ShipTimes.nothing_yet(calls.count)
        self.is_plain = quay.only_berths_bind(calls)
        self._berths = Berths(quay.berth_dwt)
        self._boarded: dict[int, simpy.Event] = {}
        self._at_work: list[simpy.Event] = []
        self._working = 0
        self.blocked_s: list[tuple[float, float]] = []
        """From when until when a ship could not unload for want of room."""
        self.unloaded_before_t, self.loaded_before_t = np.zeros(calls.count), np.zeros(calls.count)
        """Tonnes that were off and on board when the simulation began."""
        self.most_at_berth = 0
        self._depth_m: dict[float, float] = {}
        """Water that ships need, by deadweight."""
        self._refuse_impossible()

    def _refuse_impossible(self) -> None:
        largest, quay = float(self.calls.dwt.max(initial=0.0)), self.quay
        if not self._berths.fits(largest):
            raise ValueError(f"impossible vessel: {largest:g} t, and the largest berth of {quay.terminal} takes {max(quay.berth_dwt):g} t")
        if quay.channel is not None:
            self._depth_m = {dwt: depth_needed_m(dwt, quay.ports.ships) for dwt in np.unique(self.calls.dwt).tolist()}
            deepest = max(self._depth_m.values(), default=0.0)
            if not quay.channel.takes(deepest):
                way = quay.channel.record.id
                raise ValueError(
                    f"impossible vessel: {largest:g} t for {quay.terminal} needs {deepest:.1f} m of water, never found in {way}"
                )

    def start(self) -> None:
        """Let ships come."""
        if self.is_plain:
            times = self.times
            times.berth_s, times.leave_s = serve_plainly(self.calls, len(self.quay.berth_dwt), self.quay.works)
            times.done_s = times.leave_s
            return
        env = self._world.env
        env.process(self._arrivals())
        # Fog is waited out at anchor; from wind that nothing is worked in ships shelter, and are back some time after they may come.
        sheltered = {self.quay.moves.next_open_s(until_s) for _, until_s in shelter_from(self.quay.works, self.quay.ports)}
        for moment_s in self.quay.moves.start_s[1:].tolist():
            if moment_s > env.now:
                env.process(self._opens(moment_s, sheltered=moment_s in sheltered))

    def _arrivals(self) -> Generator[simpy.Event, None, None]:
        env, arrive = self._world.env, self.calls.arrive_s
        berthed = self._before()
        for ship in range(self.calls.count):
            if arrive[ship] > env.now:
                yield env.timeout(arrive[ship] - env.now)
            if ship not in berthed:
                env.process(self._ship(ship))

    def _before(self) -> set[int]:
        """Ships that had a berth before the simulation began: gone by then, or alongside with part of their work done."""
        now, calls = self._world.env.now, self.calls
        early = calls.arrive_s < now
        if not early.any():
            return set()
        past = calls.taken(early)
        berth_s, leave_s = serve_by_size(past, self.quay.berth_dwt)
        for ship in np.flatnonzero(berth_s < now).tolist():
            self.times.berth_s[ship] = berth_s[ship]
            done = min(1.0, (now - berth_s[ship]) / max(leave_s[ship] - berth_s[ship], 1e-9))
            if done >= 1:
                self.times.leave_s[ship] = self.times.done_s[ship] = leave_s[ship]
                self.times.unloaded_t[ship], self.times.loaded_t[ship] = calls.unload_t[ship], calls.load_t[ship]
            else:
                self._berths.wait(ship, float(calls.dwt[ship]), now)
                self._berths.give(now)
                self._world.env.process(self._alongside(ship, done))
        return set(np.flatnonzero(berth_s < now).tolist())

    def _ship(self, ship: int) -> Generator[simpy.Event, None, None]:
        env = self._world.env
        self._world.tell("arrive", self.quay.terminal, self._name(ship))
        boarded = self._boarded[ship] = env.event()
        self._berths.wait(ship, float(self.calls.dwt[ship]), env.now)
        self._dispatch()
        yield boarded
        self.times.berth_s[ship] = env.now
        if self.quay.channel is not None:
            yield from self.quay.channel.passage("in", self._depth_m[float(self.calls.dwt[ship])])
        self._world.tell("berth", self.quay.terminal, self._name(ship))
        yield from self._alongside(ship, 0.0)

    def _alongside(self, ship: int, done: float) -> Generator[simpy.Event, None, None]:
        """From the quay until the ship is at sea; `done` is the share of its time alongside that lies behind it."""
        env, calls = self._world.env, self.calls
        if self.quay.yard is None or calls.kind[ship] < 0:
            yield from self._work((1 - done) * float(calls.alongside_s[ship]))
            self.times.unloaded_t[ship], self.times.loaded_t[ship] = calls.unload_t[ship], calls.load_t[ship]
        else:
            yield from self._rest((1 - done) * float(calls.idle_s[ship]))
            yield from self._cargo(ship, done, self.quay.yard)
        if self.quay.channel is not None:
            # It waits for the channel alongside; the berth is free when it has entered.
            depth_m = self._depth_m[float(self.calls.dwt[ship])]
            yield from self.quay.channel.passage("out", depth_m, lambda: self._cast_off(ship))
        else:
            opens_s = self.quay.moves.next_open_s(env.now)
            if opens_s > env.now:
                yield env.timeout(opens_s - env.now) if math.isfinite(opens_s) else env.event()
            self._cast_off(ship)
        self.times.done_s[ship] = env.now

    def _cast_off(self, ship: int) -> None:
        self.times.leave_s[ship] = self._world.env.now
        self._berths.leave(ship)
        self._world.tell("depart", self.quay.terminal, self._name(ship))
        self._dispatch()

    def _cargo(self, ship: int, done: float, yard: PortYard) -> Generator[simpy.Event, None, None]:
        """Unload, then load, lot by lot; `done` of both lies behind the ship."""
        env, calls, times, row = self._world.env, self.calls, self.times, int(self.calls.kind[ship])
        unload, load = float(calls.unload_t[ship]), float(calls.load_t[ship])
        second_t = float(calls.work_s[ship]) / (unload + load) if unload + load > 0 else 0.0
        before = done * (unload + load)
        times.unloaded_t[ship], times.loaded_t[ship] = min(before, unload), max(0.0, before - unload)
        self.unloaded_before_t[ship], self.loaded_before_t[ship] = times.unloaded_t[ship], times.loaded_t[ship]
        for lot in self._lots(unload - times.unloaded_t[ship], second_t, yard.largest_lot_t(row)):
            asked = env.now
            while not yard.reserve(row, lot):
                yield yard.changed()
            if env.now > asked:
                self.blocked_s.append((asked, env.now))
            yield from self._work(lot * second_t)
            yard.land(row, lot)
            times.unloaded_t[ship] += lot
            times.aboard_tonne_s[ship] += lot * (env.now - max(float(calls.arrive_s[ship]), self._world.start_s))
        patience_until = env.now + 3600 * self.quay.ports.berths.wait_for_cargo_h
        for lot in self._lots(load - times.loaded_t[ship], second_t, np.inf):
            while float(yard.exports[row]) < lot and env.now < patience_until:
                yield yard.changed() | env.timeout(patience_until - env.now)
            taken = yard.ship(row, lot)
            times.loaded_t[ship] += taken
            yield from self._work(taken * second_t)

    def _lots(self, tonnes: float, second_t: float, largest_t: float) -> list[float]:
        if tonnes <= 0:
            return []
        lot_t = min(3600 * self.quay.ports.yards.lot_h / second_t if second_t > 0 else np.inf, largest_t / 2)
        count = max(1, math.ceil(tonnes / lot_t))
        return [tonnes / count] * count

    def _rest(self, seconds: float) -> Generator[simpy.Event, None, None]:
        """Time alongside that needs no crane."""
        env = self._world.env
        end = self.quay.works.finish_s(env.now, seconds)
        yield env.timeout(end - env.now) if math.isfinite(end) else env.event()

    def _work(self, seconds: float) -> Generator[simpy.Event, None, None]:
        """Work at the full rate of a berth, slower while cranes are shared by more ships than they can serve."""
        if self.quay.cranes is None:
            yield from self._rest(seconds)
            return
        env, left, calendar = self._world.env, seconds, self.quay.works
        self._working += 1
        self._tell_cranes()
        while left > 0:
            pace, begun = self._crane_pace(), env.now
            end = calendar.finish_s(begun, left / pace)
            changed = env.event()
            self._at_work.append(changed)
            yield (changed | env.timeout(end - begun)) if math.isfinite(end) else changed
            if env.now >= end:
                break
            left -= _worked_s(calendar, begun, env.now) * pace
        self._working -= 1
        self._tell_cranes()

    def _crane_pace(self) -> float:
        cranes = np.inf if self.quay.cranes is None else self.quay.cranes
        return min(1.0, cranes / (self._working * self.quay.ports.berths.cranes_per_ship))

    def _tell_cranes(self) -> None:
        waiting, self._at_work = self._at_work, []
        for event in waiting:
            event.succeed()

    def _dispatch(self) -> None:
        env = self._world.env
        if self.quay.moves.is_open(env.now):
            for ship in self._berths.give(env.now):
                if ship in self._boarded:
                    self._boarded.pop(ship).succeed()
            self.most_at_berth = max(self.most_at_berth, self._berths.taken)

    def _opens(self, moment_s: float, *, sheltered: bool) -> Generator[simpy.Event, None, None]:
        """Berths are given anew where ships may come again; ships that sheltered, and those that came meanwhile, are back later."""
        env = self._world.env
        yield env.timeout(moment_s - env.now)
        if sheltered:
            back_s = moment_s + 3600 * self.quay.ports.ships.shelter_return_h
            self._berths.send_away(back_s)
            yield env.timeout(back_s - env.now)
        self._dispatch()

    def _name(self, ship: int) -> str:
        return f"{self.quay.terminal}:{ship}"


def _worked_s(calendar: Calendar, from_s: float, until_s: float) -> float:
    """Work at speed 1 that is done between two moments."""
    ends = np.append(calendar.start_s[1:], np.inf)
    spans = np.minimum(ends, until_s) - np.maximum(calendar.start_s, from_s)
    return float((calendar.speed * np.maximum(spans, 0.0)).sum())
