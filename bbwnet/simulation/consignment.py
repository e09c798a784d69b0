"""Consignments on their way: cohorts of tonnes that go from stage to stage, and wait for trains, barges, and what is closed.

Stages that take their time whatever happens need no event: a consignment is reckoned on to the next place where it meets others. Sea legs
beyond the region are not simulated: an export ends when its ship leaves, an import begins when it comes, and the time given for the rest is
added door to door.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np

from bbwnet.scenario.schema.base import DAY_SECONDS
from bbwnet.simulation.balance import BalanceRow
from bbwnet.simulation.barge import Fleet, passage
from bbwnet.simulation.calendars import any_open, together
from bbwnet.simulation.consignment_start import Senders, mean_seconds, set_out_s, under_way
from bbwnet.simulation.consignment_table import ARRIVED, GAVE_UP, UNDER_WAY, Outcome, consignments_table
from bbwnet.simulation.freight_day import SPENT, Kind, Spent
from bbwnet.simulation.freight_gate import GateQueue, gate_calendars, simulated_turn
from bbwnet.simulation.freight_train import Forming, PathSlots
from bbwnet.simulation.ports import Ports
from bbwnet.simulation.truck_haul import TruckHauls
from bbwnet.simulation.visits import HOUR_S, Visits
from bbwnet.simulation.weather import Weather
from bbwnet.simulation.world import PartResult

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import simpy
    from numpy.typing import NDArray

    from bbwnet.simulation.freight_day import FreightDay, Stage
    from bbwnet.simulation.lock import Lockage, ShipLock
    from bbwnet.simulation.world import World


class Consignment:
    """Tonnes of one route that set out together."""

    __slots__ = ("crowd", "first", "ready_s", "route", "set_out_s", "spent", "stage", "tonnes")

    def __init__(self, crowd: set[Consignment], route: int, tonnes: float, set_out_s: float) -> None:
        """Set out, one of a crowd."""
        crowd.add(self)
        self.crowd, self.first, self.route, self.stage = crowd, route, route, 0
        self.tonnes, self.set_out_s, self.ready_s = tonnes, set_out_s, set_out_s
        self.spent = [0.0] * len(SPENT)

    def split(self, tonnes: float) -> Consignment:
        """Take some tonnes off, as a consignment of their own."""
        part = Consignment(self.crowd, self.first, tonnes, self.set_out_s)
        part.route, part.ready_s, part.stage, part.spent = self.route, self.ready_s, self.stage, self.spent.copy()
        self.tonnes -= tonnes
        return part


class FreightPart:
    """Freight of the simulated days."""

    def __init__(self, world: World, day: FreightDay) -> None:
        """Lay out yards, river ports, locks and paths of trains."""
        choice, closures = world.settings.freight, world.closures
        self._world, self._day, self._env = world, day, world.env
        self._word = int(world.streams.of("freight", "consignments", "set_out").integers(2**63))
        hold = choice.patience
        self._patience_s = {
            Kind.GATE: HOUR_S * hold.road_h,
            Kind.TRAIN: HOUR_S * hold.rail_h,
            Kind.BARGE: HOUR_S * hold.water_h,
            Kind.PORT: HOUR_S * hold.port_h,
            Kind.HAUL: HOUR_S * hold.road_h,
        }
        self._moving: set[Consignment] = set()
        self._outcomes: list[Outcome] = []
        self._asleep: list[tuple[NDArray[np.int64], NDArray[np.float64]]] = []
        """Routes and moments of setting out of what takes no step before the end."""
        self._afloat: set[Consignment] = set()
        self._entered: list[float] = []
        self._visits: dict[tuple[str, str], list[tuple[float, float, float, float]]] = defaultdict(list)
        self._fleet = Fleet(world, day)
        self._slots = [
            PathSlots(f"{item.link}:{'forward' if item.forward else 'backward'}", item.interval_s, closures.of_link(item.link))
            for item in day.paths
        ]
        longest_s = HOUR_S * choice.trains.longest_forming_h
        self._trains = [Forming[Consignment](world.env, day.train_tonnes, longest_s, self._train_leaves) for _ in day.lines]
        longest_s = HOUR_S * choice.barges.longest_forming_h
        self._barges = [Forming[Consignment](world.env, item.tonnes, longest_s, self._barge_leaves) for item in day.voyages]
        self._rides = [
            passage(world, leg.links, leg.link_s, [closures.of_node(node) for node in (day.lines[leg.line].yard, leg.to_yard)])
            for leg in day.train_legs
        ]
        self._voyages = [
            passage(
                world,
                [link for reach in item.reaches for link in reach.links],
                [seconds for reach in item.reaches for seconds in reach.link_s],
                [closures.of_node(node) for node in (item.port, item.to_port)],
            )
            for item in day.voyages
        ]
        weather = Weather(world.network, world.settings.weather)
        days = (world.first_day - 1, world.days + 2 + int(world.settings.run_out_h // 24))
        self._gates = [GateQueue(gate, *days, gate_calendars(world, gate), simulated_turn(world, gate)) for gate in day.gates]
        self._port_open = [
            together([
                any_open([closures.of_terminal("terminals", name, port.node) for name in port.terminals] or [closures.of_node(port.node)]),
                *(closures.of_link(lane) for lane in port.lanes),
                weather.for_port(world.settings.ports.weather, [port.node])[0],
            ])
            for port in day.ports
        ]  # fmt: skip
        self._hauls = TruckHauls(world, day.roads)
        # What is asked for every stage, once.
        self._stages = [route.stages for route in day.routes]

    # --- setting out -------------------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Put what is under way where it is, and let every day set out."""
        self._env.process(self._days())

    def _days(self) -> simpy.events.ProcessGenerator:
        world, day = self._world, self._day
        sends = [(row, part / route.parts) for row, route in enumerate(day.routes) if route.tonnes_day > 0 for part in range(route.parts)]
        rows = np.array([row for row, _ in sends], dtype=np.int64)
        number = np.array([day.routes[row].number for row, _ in sends], dtype=np.uint64)
        senders = Senders(number, np.array([share for _, share in sends], dtype=np.float64))
        self._put_on_the_way(rows, senders)
        for number_of_day in range(world.first_day, world.days + 1):
            begin = float((number_of_day - 1) * DAY_SECONDS)
            if begin > self._env.now:
                yield self._env.timeout(begin - self._env.now)
            moments = set_out_s(senders, number_of_day, self._word, day.hour_weights)
            for row, moment in zip(rows.tolist(), moments.tolist(), strict=True):
                if moment >= world.start_s:
                    self._advance(self._new(row, moment), moment)

    def _new(self, row: int, moment: float) -> Consignment:
        load = Consignment(self._moving, row, self._day.routes[row].part_t, moment)
        self._entered.append(load.tonnes)
        return load

    def _put_on_the_way(self, rows: NDArray[np.int64], senders: Senders) -> None:
        """Put those under way at the start into the stages where the mean times of their routes have them."""
        world, day = self._world, self._day
        mean = mean_seconds(day, rows, world.settings.freight.trains.longest_forming_h, world.settings.freight.barges.longest_forming_h)
        ends = np.cumsum(mean, axis=1)
        for row, stages in zip(range(len(rows)), (self._stages[route] for route in rows.tolist()), strict=True):
            ends[row, len(stages) :] = np.inf
        waiting: list[tuple[float, int, Consignment]] = []
        for found in under_way(ends, senders, world.start_s, self._word, day.hour_weights):
            next_s = found.set_out_s + ends[found.sender, found.stage]
            kinds = np.array([self._stages[rows[row]][stage].kind for row, stage in zip(found.sender, found.stage, strict=True)], dtype=int)
            # Who is at a gate comes through it in the mean time of it.
            served = (kinds == Kind.TRAIN) | (kinds == Kind.BARGE)
            awake = (next_s <= world.end_s) | served
            self._asleep.append((rows[found.sender[~awake]], found.set_out_s[~awake]))
            for place in np.flatnonzero(awake).tolist():
                row = int(rows[found.sender[place]])
                load = self._new(row, float(found.set_out_s[place]))
                at = int(found.stage[place])
                for done in range(at):
                    stage = self._stages[row][done]
                    self._spend_mean(load, stage, float(mean[found.sender[place], done]))
                load.stage, load.ready_s = at, float(found.began_s[place])
                stage, ends_s = self._stages[row][at], float(next_s[place])
                if served[place] and ends_s - stage.seconds > world.start_s:
                    waiting.append((load.ready_s, len(waiting), load))
                    continue
                self._spend_mean(load, stage, ends_s - load.ready_s)
                load.stage += 1
                self._advance(load, ends_s)
        for _, _, load in sorted(waiting, key=lambda item: item[:2]):
            self._come(load)

    @staticmethod
    def _spend_mean(load: Consignment, stage: Stage, seconds: float) -> None:
        """Note a stage that took its mean time: for trains and barges the way and a wait before it."""
        load.spent[stage.spent] += seconds
        if stage.kind in {Kind.TRAIN, Kind.BARGE}:
            load.spent[stage.spent] += stage.seconds - seconds
            load.spent[Spent.YARD if stage.kind is Kind.TRAIN else Spent.RIVER_PORT] += seconds - stage.seconds

    # --- from stage to stage -----------------------------------------------------------------------------------------------------------

    def _advance(self, load: Consignment, at_s: float) -> None:
        """Reckon a consignment on from a moment to the next train or barge, or to its end."""
        stages, spent = self._stages[load.route], load.spent
        while load.stage < len(stages):
            stage = stages[load.stage]
            if stage.kind is Kind.TIMED:
                spent[stage.spent] += stage.seconds
                at_s += stage.seconds
            elif stage.kind in _QUEUED:
                load.ready_s = at_s
                self._at(at_s, self._come, load)
                return
            else:
                opens, gives_way = self._opens(stage, at_s), at_s + self._patience_s[stage.kind]
                if opens > gives_way:
                    load.ready_s = at_s
                    self._give_way(load, gives_way)
                    return
                leaves = opens + stage.seconds
                if opens > at_s:
                    self._visits[self._place(stage)[:2]].append((at_s, opens, opens, load.tonnes))
                spent[stage.spent] += leaves - at_s
                at_s = leaves
            load.stage += 1
        if at_s <= self._world.end_s:
            self._end(load, at_s, ARRIVED)

    def _at(self, second: float, act: Callable[[Consignment], None], load: Consignment) -> None:
        """Act at a moment, if there is one before the end."""
        if second <= self._world.end_s:
            event = self._env.timeout(max(second - self._env.now, 0.0))
            assert event.callbacks is not None  # noqa: S101  it is new
            event.callbacks.append(lambda _: act(load))

    def _opens(self, stage: Stage, at_s: float) -> float:
        """When the place or way of a stage is open from a moment on."""
        if stage.kind is Kind.GATE:
            return self._gates[stage.at].opens_s(at_s)
        if stage.kind is Kind.PORT:
            return self._port_open[stage.at].next_open_s(at_s)
        if stage.kind is Kind.HAUL:
            return self._hauls.begins_s(*self._day.hauls[stage.at], at_s)
        if stage.kind is Kind.TIMED:
            return at_s
        return (self._rides if stage.kind is Kind.TRAIN else self._voyages)[stage.at].whole.next_open_s(at_s)

    def _place(self, stage: Stage) -> tuple[str, str, int]:
        """Kind and name of the server of a stage, and its site."""
        day = self._day
        if stage.kind is Kind.GATE:
            gate = day.gates[stage.at]
            return "freight_border" if gate.crossing else "freight_ferry", gate.name, gate.site
        if stage.kind is Kind.PORT:
            return "freight_port", day.ports[stage.at].node, day.ports[stage.at].site
        if stage.kind is Kind.HAUL:
            start, _ = day.hauls[stage.at]
            return "freight_road", day.roads.sites[start], start
        if stage.kind is Kind.TRAIN:
            line = day.lines[day.train_legs[stage.at].line]
            return "freight_yard", line.yard, line.site
        return "river_port", day.voyages[stage.at].port, day.voyages[stage.at].site

    def _pass_gate(self, load: Consignment, stage: Stage) -> None:
        """Queue before a gate, or turn away where the turn comes too late."""
        gate, now = self._gates[stage.at], self._env.now
        gives_way = gate.usually_opens_s(now) + self._patience_s[Kind.GATE]
        if gate.turn_s(now) > gives_way:
            self._at(gives_way, lambda held: self._give_way(held, self._env.now), load)
            return
        first, mean = gate.take(now, load.tonnes * self._day.routes[load.route].trucks_per_tonne)
        leaves = mean + stage.seconds
        self._visits[self._place(stage)[:2]].append((now, first, leaves, load.tonnes))
        load.spent[stage.spent] += leaves - now
        load.stage += 1
        if math.isfinite(leaves):
            self._advance(load, leaves)

    def _pass_port(self, load: Consignment, stage: Stage) -> None:
        """Wait at the quay for it to open, and as ships wait there for a berth."""
        now, port = self._env.now, self._day.ports[stage.at]
        opens = self._opens(stage, now)
        if opens > now + self._patience_s[Kind.PORT]:
            self._at(now + self._patience_s[Kind.PORT], lambda held: self._give_way(held, self._env.now), load)
            return
        ports, wait_s = self._world.parts.get("ports"), None
        if isinstance(ports, Ports):
            wait_s = ports.berth_wait_s(port.terminals, now, HOUR_S * self._world.settings.freight.berth_wait_h)
        # Ships that have waited for the port to open have waited with the goods.
        begins = max(opens, now + (port.wait_s if wait_s is None else wait_s))
        leaves = begins + stage.seconds
        self._visits[self._place(stage)[:2]].append((now, begins, leaves, load.tonnes))
        load.spent[stage.spent] += leaves - now
        load.stage += 1
        self._advance(load, leaves)

    def _come(self, load: Consignment) -> None:
        """A consignment comes to a gate, or waits for its train or barge from `ready_s` on."""
        stage, now = self._stages[load.route][load.stage], self._env.now
        if stage.kind is Kind.GATE:
            self._pass_gate(load, stage)
            return
        if stage.kind is Kind.PORT:
            self._pass_port(load, stage)
            return
        opens = self._opens(stage, now)
        if opens > now:
            gives_way = load.ready_s + self._patience_s[stage.kind]
            if opens <= gives_way:
                self._at(opens, self._come, load)
            else:
                self._at(max(now, gives_way), lambda held: self._give_way(held, self._env.now), load)
        elif stage.kind is Kind.TRAIN:
            self._trains[self._day.train_legs[stage.at].line].add(load)
        else:
            self._barges[stage.at].add(load)

    def _go(self, loads: list[Consignment]) -> list[Consignment]:
        """Those whose way is open; the others wait on."""
        now, going = self._env.now, []
        for load in loads:
            if self._opens(self._stages[load.route][load.stage], now) > now:
                self._come(load)
            else:
                going.append(load)
        return going

    def _train_leaves(self, loads: list[Consignment], count: float) -> None:
        """A train leaves its yard, with paths over the busiest link of each way."""
        del count
        now, day = self._env.now, self._day
        by_path: dict[int, list[Consignment]] = defaultdict(list)
        for load in self._go(loads):
            by_path[day.train_legs[self._stages[load.route][load.stage].at].path].append(load)
        for path in sorted(by_path):
            own = by_path[path]
            trains = math.fsum(load.tonnes for load in own) / day.train_tonnes
            start = now if path < 0 else self._slots[path].take(now, trains)
            for load in own:
                stage = self._stages[load.route][load.stage]
                there = self._rides[stage.at].arrive_s(start)
                self._ride(load, stage, start, there)
                if math.isfinite(there):
                    self._advance(load, there)

    def _barge_leaves(self, loads: list[Consignment], count: float) -> None:
        """Barges leave their port together."""
        going = self._go(loads)
        if not going:
            return
        now, voyage = self._env.now, self._stages[going[0].route][going[0].stage].at

        def arrived() -> None:
            self._afloat.difference_update(going)
            for load in going:
                self._ride(load, self._stages[load.route][load.stage], now, self._env.now)
                self._advance(load, self._env.now)

        for load in going:
            self._visits["river_port", self._day.voyages[voyage].port].append((load.ready_s, now, now, load.tonnes))
        self._afloat.update(going)
        self._fleet.sail(voyage, count, arrived)

    def _ride(self, load: Consignment, stage: Stage, start: float, there: float) -> None:
        """Note a wait and a way; the consignment stands behind them."""
        if stage.kind is Kind.TRAIN:
            kind, name, _ = self._place(stage)
            self._visits[kind, name].append((load.ready_s, start, start, load.tonnes))
        load.spent[Spent.YARD if stage.kind is Kind.TRAIN else Spent.RIVER_PORT] += start - load.ready_s
        load.spent[stage.spent] += there - start
        load.stage += 1

    def _give_way(self, load: Consignment, at_s: float) -> None:
        """Patience is at its end: another chain from where the consignment stands, once, or none."""
        if at_s > self._world.end_s:
            return
        stage, day = self._stages[load.route][load.stage], self._day
        kind, name, site = self._place(stage)
        self._visits[kind, name].append((load.ready_s, math.inf, at_s, load.tonnes))
        load.spent[_WAITS_AT.get(stage.kind, stage.spent)] += at_s - load.ready_s
        for other in day.routes[load.route].others if load.route == load.first else ():
            join = day.routes[other].join_site
            there = self._hauls.begins_s(site, join, at_s) + float(day.roads.seconds[site, join])
            rest = day.routes[other].stages[day.routes[other].join_stage :]
            if math.isfinite(there) and all(self._opens(later, at_s) <= self._usually_opens(later, at_s) for later in rest):
                load.spent[Spent.ROAD] += there - at_s
                load.route, load.stage = other, day.routes[other].join_stage
                self._world.tell("rerouted", name, day.routes[other].chain, load.tonnes, at_s)
                self._advance(load, there)
                return
        self._world.tell("gave_up", name, day.routes[load.route].commodity, load.tonnes, at_s)
        self._end(load, at_s, GAVE_UP)

    def _usually_opens(self, stage: Stage, at_s: float) -> float:
        """When a stage would be open from a moment on without disruptions: gates have their hours; a way round may take some time."""
        if stage.kind is Kind.HAUL:
            return at_s + self._patience_s[Kind.HAUL]
        return self._gates[stage.at].usually_opens_s(at_s) if stage.kind is Kind.GATE else at_s

    def _end(self, load: Consignment, at_s: float, state: int) -> None:
        self._moving.remove(load)
        self._outcomes.append(self._outcome(load, at_s, state))

    def _outcome(self, load: Consignment, at_s: float, state: int) -> Outcome:
        return Outcome(load.first, load.route, load.tonnes, load.set_out_s, at_s, load.spent, state)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What arrived or was given up so far."""
        return tuple(self._outcomes)

    @property
    def locks(self) -> Sequence[ShipLock]:
        """The locks that its barges pass."""
        return self._fleet.locks

    @property
    def lockages(self) -> tuple[Lockage, ...]:
        """Lockages so far, lock by lock."""
        return tuple(item for lock in self._fleet.locks for item in lock.lockages)

    # --- what is left ------------------------------------------------------------------------------------------------------------------

    def finish(self) -> PartResult:
        """Count what arrived, is under way, or was given up."""
        world, day = self._world, self._day
        for load in self._moving:
            stages = self._stages[load.route]
            if load.stage < len(stages) and stages[load.stage].kind in _QUEUED and load.ready_s <= world.end_s:
                self._note_waiting(load, stages[load.stage])
        outcomes = [*self._outcomes, *(self._outcome(load, world.end_s, UNDER_WAY) for load in sorted(self._moving, key=_order))]
        for rows, moments in self._asleep:
            for row, moment in zip(rows.tolist(), moments.tolist(), strict=True):
                outcomes.append(Outcome(row, row, day.routes[row].part_t, moment, world.end_s, (), UNDER_WAY))
        sums = [math.fsum(item.tonnes for item in outcomes if item.state == state) for state in (ARRIVED, UNDER_WAY, GAVE_UP)]
        slept = math.fsum(day.routes[row].part_t for rows, _ in self._asleep for row in rows.tolist())
        entered = math.fsum(self._entered) + slept
        lost_s = math.fsum(item.tonnes * (item.end_s - max(item.set_out_s, world.start_s)) for item in outcomes)
        visits = [_visits(kind, name, rows) for (kind, name), rows in sorted(self._visits.items())]
        return PartResult(
            balance=(BalanceRow("freight_tonnes", "tonnes", entered, *sums),),
            visits=[*visits, *(slots.visits() for slots in self._slots), *self._fleet.visits()],
            tables={"consignments": consignments_table(day.routes, outcomes)},
            lost_hours={"tonne_h": lost_s / HOUR_S},
            messages=day.messages,
        )

    def _note_waiting(self, load: Consignment, stage: Stage) -> None:
        """Note who waits still."""
        if stage.kind is Kind.BARGE and load in self._afloat:
            return
        kind, name, _ = self._place(stage)
        self._visits[kind, name].append((load.ready_s, math.inf, math.inf, load.tonnes))


_QUEUED: Final = (Kind.GATE, Kind.TRAIN, Kind.BARGE, Kind.PORT)
"""Stages that consignments come to by an event."""
_WAITS_AT: Final = {Kind.TRAIN: Spent.YARD, Kind.BARGE: Spent.RIVER_PORT}
"""What is waited for elsewhere than it is ridden."""


def _order(load: Consignment) -> tuple[float, int, float]:
    return load.set_out_s, load.first, load.tonnes


def _visits(kind: str, name: str, rows: list[tuple[float, float, float, float]]) -> Visits:
    table = np.array(sorted(rows), dtype=np.float64).reshape(-1, 4)
    return Visits(kind, name, "tonnes", np.nan, *(np.ascontiguousarray(column) for column in table.T))
