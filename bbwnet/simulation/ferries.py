"""The part of the simulated day that sails ferries which carry vehicles, by timetable or as fleets, and queues vehicles for them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from bbwnet.scenario.schema.base import DAY_SECONDS
from bbwnet.simulation.balance import BalanceRow
from bbwnet.simulation.ferry_demand import DemandOfDays
from bbwnet.simulation.ferry_layout import FerryLayout
from bbwnet.simulation.ferry_neighbours import chosen
from bbwnet.simulation.ferry_tables import ferry_days, ferry_queues, ferry_sailings
from bbwnet.simulation.ferry_terminal import REROUTED
from bbwnet.simulation.service_run import COMES, GOES, Nobody
from bbwnet.simulation.timetable_runs import runs_of
from bbwnet.simulation.vehicle_queue import COUNT, PERSONS, READY, SINCE, TAG
from bbwnet.simulation.vessel import FleetShips, Ship, Timed, TimedSailings, crossing_factors, cycle_s, spread_s
from bbwnet.simulation.visits import HOUR_S, Visits
from bbwnet.simulation.world import PartResult

if TYPE_CHECKING:
    import simpy
    from numpy.typing import NDArray

    from bbwnet.scenario.schema.simulation_ferries import ExtraSailings, Fleet
    from bbwnet.simulation.ferry_terminal import Lane
    from bbwnet.simulation.service_run import Riders
    from bbwnet.simulation.vehicle_queue import Taken
    from bbwnet.simulation.vessel import Route, Sailing
    from bbwnet.simulation.world import World

ROADS = 100_000
"""Tag from which on vehicles are those of the roads; below it, of the scenario's demands by their number."""
_CROSSINGS = 512
"""Crossings of a ship for which times are drawn; they then begin anew."""
_NO_RUN = 1
"""Priority of a sailing that is no run of the timetable."""


@runtime_checkable
class Drivers(Protocol):
    """Whoever sends vehicles beside the scenario's ferry demand: the roads."""

    def advance(self, now: float) -> None:
        """Hand over, with `Ferries.join`, all that comes to a ferry by now."""

    def landed(self, link: str, rows: NDArray[np.float64], now: float, *, backward: bool) -> None:
        """Vehicles (columns of `vehicle_queue`, tags as they were handed over) have driven off the ferry of a link."""

    def left_ferry(self, rows: NDArray[np.float64], now: float) -> None:
        """Vehicles have given up waiting for a ferry."""


class Ferries:
    """The part `ferries`."""

    def __init__(self, world: World) -> None:
        """Lay out ports, lanes, routes and demand."""
        self._world, self._choice = world, world.settings.ferries
        self.layout = FerryLayout(world)
        """Ports, lanes and routes."""
        cohort_s = 60 * self._choice.cohort_min
        self._demands = [
            DemandOfDays(world, item, number, self.layout.lanes_between(item.from_, item.to), self._choice.lane_m, cohort_s)
            for number, item in enumerate(self._choice.demand)
        ]
        self._riders: Riders = Nobody()
        self._drivers: Drivers | None = None
        self._table = runs_of(world) if self.layout.patterns else None
        self._due: dict[tuple[str, int], list[tuple[float, int]]] = {}
        self._on_foot: dict[Sailing, list[int]] = {}
        self._sailings: list[Sailing] = []
        self._cancelled: list[str] = []
        self._ships: list[Ship] = []
        self._at_sea: dict[Sailing, Taken] = {}
        self._landed: list[NDArray[np.float64]] = []
        self._gave_up: list[NDArray[np.float64]] = []
        self._from_roads = 0.0

    # --- vehicles of the roads

    def lane_of(self, link: str, *, backward: bool) -> Lane | None:
        """The lane of a link in a direction, if anything that carries vehicles sails there."""
        own = (lane for lane in self.layout.lanes.values() if lane.link == link and lane.backward == backward)
        return next((lane for lane in own if lane.capacity_lane_m_per_s > 0), None)

    def join(self, link: str, rows: NDArray[np.float64], *, backward: bool) -> None:
        """Take vehicles of the roads into the queue of a link's ferry; rows as `vehicle_queue` has them, tags the owner's own."""
        lane = next(lane for lane in self.layout.lanes.values() if lane.link == link and lane.backward == backward)
        rows = rows.copy()
        rows[:, TAG] = ROADS + rows[:, TAG]
        self._from_roads += float(rows[:, COUNT].sum())
        near = self.layout.near[lane.name]
        if not near:
            lane.join(rows)
            return
        now = self._world.env.now
        rows = rows[np.argsort(rows[:, READY], kind="stable")]
        to = chosen(lane, near, rows, now, 60 * self._choice.other_ferry.gain_min)
        for place in [None, *near]:
            own = rows[[item is place for item in to]]
            if len(own) and place is not None:
                # Who goes on to the other quay has come to a ferry when he came to the first.
                own[:, READY] = np.maximum(own[:, READY] + place.drive_s, now)
                own[:, TAG] += REROUTED
                self._world.tell("rerouted", lane.port, place.lane.name, float(own[:, COUNT].sum()))
            if len(own):
                (lane if place is None else place.lane).join(own)

    # --- the day

    def start(self) -> None:
        """Begin all sailings, and bring the vehicles."""
        world = self._world
        self._riders = world.parts.get("passengers", Nobody())  # type: ignore[assignment]  # the part `passengers` has these methods
        roads: object = world.parts.get("roads")
        if isinstance(roads, Drivers):
            self._drivers = roads
            for lane in self.layout.lanes.values():
                lane.before = roads.advance
        for berths in self.layout.berths.values():
            berths.start()
        for demand in self._demands:
            demand.start()
        for fleet in self.layout.fleets if self.layout.fleet_services else ():
            self._start_fleet(fleet)
        self._start_timetable()
        for number, extra in enumerate(self._choice.extra_sailings):
            self._start_extra(number, extra)
        if self._drivers is not None and any(self.layout.near.values()):
            world.env.process(self._watch_quays(self._drivers))
        patience = self._choice.patience
        if patience.reroute_h is not None or patience.give_up_h is not None:
            world.env.process(self._impatient())

    def _start_fleet(self, fleet: Fleet) -> None:
        world, choice = self._world, self._choice
        shelter = (HOUR_S * choice.shelter.closed_h, HOUR_S * choice.shelter.return_h)
        smallest_m = min(choice.lane_m.car, choice.lane_m.light_truck, choice.lane_m.coach, choice.lane_m.heavy_truck)
        ships = FleetShips(world.env, choice.berth, self, shelter, smallest_m)
        route = self.layout.route(fleet.service, fleet.vessel_class)
        cycle = cycle_s(route, choice.berth, route.lane_m / choice.lane_m.car)
        for number in range(fleet.ships):
            name = f"{fleet.id}:{number + 1}"
            factors = crossing_factors(world.streams.of("ship", name, "crossing"), choice.crossing_cv, _CROSSINGS)
            first_s = world.start_s + spread_s(number, fleet.ships, cycle)
            ship = Ship(name, route, number % 2, factors, first_s, number, fleet.ships)
            self._ships.append(ship)
            world.env.process(ships.run(ship))

    def _start_timetable(self) -> None:
        """Every run of the timetable: a sailing of its own, or one that a fleet's ships make when they can."""
        if self._table is None:
            return
        world, table, choice = self._world, self._table, self._choice
        sailings = TimedSailings(world.env, self, HOUR_S * choice.hold_h, choice.berth.unload_per_min)
        trips, as_fleet = world.network.trips, self.layout.fleet_services
        for run, depart_s in zip(table.runs.tolist(), table.start_s.tolist(), strict=True):
            pattern = trips.patterns[int(trips.pattern[run % table.trips])]
            if (pattern.service, pattern.stops[0]) not in self.layout.patterns:
                continue
            side = int(world.network.assembly.services[pattern.service].stops[0] != pattern.stops[0])
            if pattern.service in as_fleet:
                self._due.setdefault((pattern.service, side), []).append((depart_s, run))
                continue
            route = self.layout.route(pattern.service, self.layout.vessel_class_of(pattern.service))
            timed = Timed(f"run:{run}", depart_s, side, GOES + run, COMES + run)
            world.env.process(sailings.run(timed, route))

    def _start_extra(self, number: int, extra: ExtraSailings) -> None:
        world, choice = self._world, self._choice
        route = self.layout.route(extra.service, extra.vessel_class)
        side = 0 if route.sides[0].lane.port == extra.from_node else 1
        sailings = TimedSailings(world.env, self, math.inf, choice.berth.unload_per_min)
        apart_s = (extra.until_s - extra.from_s) / extra.sailings
        for place in range(extra.sailings):
            timed = Timed(f"extra:{number + 1}:{place + 1}", extra.from_s + apart_s * (place + 0.5), side, _NO_RUN, _NO_RUN)
            if timed.depart_s >= world.start_s:
                world.env.process(sailings.run(timed, route))

    def _watch_quays(self, drivers: Drivers) -> simpy.events.ProcessGenerator:
        """Every few minutes, let those come to the quays who are there by now: what they do depends on the queues of that moment."""
        while True:
            yield self._world.env.timeout(60 * self._choice.cohort_min)
            drivers.advance(self._world.env.now)

    def _impatient(self) -> simpy.events.ProcessGenerator:
        """Every few minutes, let those go whose patience is over: to another ferry of their way, or home."""
        env, choice = self._world.env, self._choice
        patience, lanes = choice.patience, sorted(self.layout.lanes.values(), key=lambda lane: lane.name)
        while True:
            yield env.timeout(60 * choice.cohort_min)
            for lane in lanes:
                if patience.give_up_h is not None:
                    gone = lane.leave(env.now, env.now - HOUR_S * patience.give_up_h, once=False)
                    self._go_home(lane, gone.rows)
                if patience.reroute_h is not None:
                    self._reroute(lane, HOUR_S * patience.reroute_h)

    def _go_home(self, lane: Lane, rows: NDArray[np.float64]) -> None:
        if not len(rows):
            return
        now = self._world.env.now
        roads = rows[:, TAG] >= ROADS
        if roads.any() and self._drivers is not None:
            self._drivers.left_ferry(_handed_over(rows[roads]), now)
        self._gave_up.append(np.column_stack([rows, np.full(len(rows), now)]))
        self._world.tell("gave_up", lane.port, lane.name, float(rows[:, COUNT].sum()))

    def _reroute(self, lane: Lane, patience_s: float) -> None:
        now = self._world.env.now
        near = [item for item in self.layout.lanes.values() if item is not lane and self._alike(item, lane)]
        if not near:
            return
        best = min(near, key=lambda item: (item.expected_wait_s(now), item.name))
        if best.expected_wait_s(now) >= lane.expected_wait_s(now):
            return
        rows = lane.leave(now, now - patience_s, once=True).rows.copy()
        if len(rows):
            rows[:, READY], rows[:, TAG] = now, np.floor(rows[:, TAG]) + REROUTED
            rows[:, SINCE] = now
            self._world.tell("rerouted", lane.port, best.name, float(rows[:, COUNT].sum()))
            best.join(rows)

    def _alike(self, one: Lane, other: Lane) -> bool:
        """Whether a driver may take one lane for another: some demand goes by either."""
        return any(
            one.port in item.from_ and other.port in item.from_ and one.other in item.to and other.other in item.to
            for item in self._choice.demand
        )

    # --- what ships tell (`vessel.Shore`)

    def sailed(self, sailing: Sailing, route: Route, side: int) -> None:
        """Note a sailing, and let those on foot board."""
        self._sailings.append(sailing)
        self._at_sea[sailing] = sailing.taken
        runs = self._runs_of(sailing, route, side)
        if runs:
            self._on_foot[sailing] = runs
        for run in runs:
            self._riders.depart(run, self._call(run, last=False), sailing.depart_s)
        self._world.tell("sailed", route.sides[side].lane.port, sailing.ship, sailing.taken.count)

    def berthed(self, sailing: Sailing, route: Route, side: int) -> None:
        """Those on foot get off."""
        for run in self._on_foot.pop(sailing, ()):
            self._riders.arrive(run, self._call(run, last=True), self._world.env.now)
        self._world.tell("berthed", route.sides[1 - side].lane.port, sailing.ship, sailing.taken.count)

    def landed(self, sailing: Sailing, route: Route, side: int, drove_off_s: float) -> None:
        """Vehicles have driven off."""
        lane, rows = route.sides[side].lane, self._at_sea.pop(sailing).rows
        roads = rows[:, TAG] >= ROADS
        if roads.any() and self._drivers is not None:
            self._drivers.landed(lane.link, _handed_over(rows[roads]), drove_off_s, backward=lane.backward)
        self._landed.append(np.column_stack([rows, np.full(len(rows), drove_off_s)]))

    def cancelled(self, ship: str, route: Route, side: int) -> None:
        """A sailing of the timetable will not leave: those on foot look elsewhere."""
        lane, now = route.sides[side].lane, self._world.env.now
        self._cancelled.append(ship)
        if ship.startswith("run:"):
            run = int(ship.removeprefix("run:"))
            self._riders.cancelled(run, self._call(run, last=False), now)
        self._world.tell("cancelled", lane.port, ship)

    def _runs_of(self, sailing: Sailing, route: Route, side: int) -> list[int]:
        """Runs of the timetable that a sailing makes: its own, or with a fleet all that should have left by now and have not."""
        if sailing.ship.startswith("run:"):
            return [int(sailing.ship.removeprefix("run:"))]
        due = self._due.get((route.service, side), [])
        count = 0
        while count < len(due) and due[count][0] <= sailing.depart_s:
            count += 1
        found = [run for _, run in due[:count]]
        del due[:count]
        return found

    def _call(self, run: int, *, last: bool) -> int:
        table = self._table
        if table is None:
            raise AssertionError("runs have a timetable")
        trip = run % table.trips
        return table.first_call[trip + 1] - 1 if last else table.first_call[trip]

    # --- what is left

    def finish(self) -> PartResult:
        """Balance, visits and tables."""
        world = self._world
        lanes = [self.layout.lanes[key] for key in sorted(self.layout.lanes)]
        for lane in lanes:
            lane.update(world.end_s)
        visits = [item for lane in lanes for item in lane.visits(world.end_s)]
        visits += [item for port in sorted(self.layout.berths) for item in self._berth_visits(port)]
        landed = np.concatenate([np.empty((0, 8)), *self._landed])
        gave_up = np.concatenate([np.empty((0, 8)), *self._gave_up])
        waiting = np.concatenate([np.empty((0, 7)), *(queue.rows for lane in lanes for queue in (lane.gate.outside, lane.gate.yard))])
        aboard = np.concatenate(
            [np.empty((0, 7)), *(item.rows for item in self._at_sea.values()), *(ship.aboard.rows for ship in self._ships)]
        )
        messages = []
        if self._cancelled:
            messages.append(f"ferries: {len(self._cancelled)} sailings of the timetable cancelled")
        missing = sum(len(runs) for runs in self._due.values())
        if missing:
            messages.append(f"ferries: {missing} sailings of the timetable were made by no ship of the fleets before the end")
        return PartResult(
            balance=self._balance(landed, gave_up, waiting, aboard),
            visits=visits,
            tables={
                "ferry_days": ferry_days(self._sailings, lanes, range(1, world.days + 1), DAY_SECONDS),
                "ferry_sailings": ferry_sailings(self._sailings, lanes),
                "ferry_queues": ferry_queues(lanes, world.end_s),
            },
            lost_hours=_hours_at_ferries(landed, gave_up, np.concatenate([waiting, aboard]), world.end_s),
            messages=messages,
        )

    def _balance(
        self, landed: NDArray[np.float64], gave_up: NDArray[np.float64], waiting: NDArray[np.float64], aboard: NDArray[np.float64]
    ) -> list[BalanceRow]:
        """Vehicles of the scenario's demand; those of the roads are in the roads' balance."""
        if not self._demands:
            return []
        sums = [float(rows[rows[:, TAG] < ROADS, COUNT].sum()) for rows in (landed, waiting, aboard, gave_up)]
        entered, home = (math.fsum(found) for found in zip(*((item.entered, item.stayed) for item in self._demands), strict=True))
        stayed = [BalanceRow("vehicles_not_at_ferries", "vehicles", home, 0.0, 0.0, home)] if home else []
        return [BalanceRow("vehicles_at_ferries", "vehicles", entered, sums[0], sums[1] + sums[2], sums[3]), *stayed]

    def _berth_visits(self, port: str) -> list[Visits]:
        berths = self.layout.berths[port]
        if not berths.stays:
            return []
        stays = np.array(berths.stays)
        return [Visits("ferry_berths", port, "ships", berths.number, stays[:, 0], stays[:, 1], stays[:, 2], np.ones(len(stays)))]


def _handed_over(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows of vehicles of the roads, with their owner's tags again."""
    own = rows.copy()
    own[:, TAG] = np.floor(own[:, TAG]) - ROADS
    return own


def _hours_at_ferries(
    landed: NDArray[np.float64], gave_up: NDArray[np.float64], there: NDArray[np.float64], end_s: float
) -> dict[str, float]:
    """Vehicle-hours and person-hours of the scenario's ferry demand from the port's approach until they drive off, give up, or the end."""
    rows = np.concatenate([landed, gave_up, np.column_stack([there, np.full(len(there), end_s)])])
    rows = rows[rows[:, TAG] < ROADS]
    if not len(rows):
        return {}
    hours = (rows[:, 7] - rows[:, SINCE]) * rows[:, COUNT] / HOUR_S
    return {"vehicle_h_at_ferries": float(hours.sum()), "person_h_in_vehicles_at_ferries": float((hours * rows[:, PERSONS]).sum())}
