"""Passengers of the simulated days: set out each morning, ride what runs call at stops, wait, book anew, arrive or give up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from bbwnet.scenario.schema.base import DAY_SECONDS
from bbwnet.simulation import boarding_kernels as kernels
from bbwnet.simulation.boarding_history import BoardingHistory
from bbwnet.simulation.boarding_setup import LineRules, boarding_state, midnight_s, with_room
from bbwnet.simulation.boarding_state import BOOKED_QUEUES, CHECKS, DOOR_QUEUES, ENDED, IN, NONE, USED
from bbwnet.simulation.passenger_results import passenger_results
from bbwnet.simulation.station import door_checks
from bbwnet.simulation.stay_home import StaysHome
from bbwnet.simulation.timetable_runs import operating
from bbwnet.simulation.visits import HOUR_S

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import simpy
    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.network.trips import Trips
    from bbwnet.scenario.schema.simulation_passengers import PassengerDay
    from bbwnet.simulation.boarding_setup import DoorChecks
    from bbwnet.simulation.boarding_state import BoardingState
    from bbwnet.simulation.cohort import PassengerCohorts
    from bbwnet.simulation.world import PartResult, World

_depart, _visit = kernels.depart, kernels.visit

SLACK = 100_000
"""Room kept for pieces that cohorts are split into, beside the cohorts of a day."""


@runtime_checkable
class Vehicles(Protocol):
    """What passengers ask of the part that runs the services."""

    def capacity(self, run: int) -> float:
        """Seats and standing room of a run; not-a-number: no limit is known."""


class Passengers:
    """The part of the day that passengers of services are.

    Whoever drives a run tells `arrive` and `depart` at each call, or `visit` where both are one, and `cancelled` if it goes no further.
    `run` is `day * trips + trip`, the day counted from the world's first; `call` is a row of the calls of the network's trips.
    """

    def __init__(
        self,
        world: World,
        cohorts: PassengerCohorts,
        checks: Sequence[DoorChecks] | None = None,
        rules: Mapping[str, LineRules] | None = None,
        runs: NDArray[np.bool_] | None = None,
    ) -> None:
        """Lay out the days.

        `checks` and `rules` by mode are those of the scenario by default; `runs` (days x trips) is what runs: by default trips on their
        days of the week.
        """
        network, self.world, self.cohorts = world.network, world, cohorts
        self.trips: Trips = network.trips
        self.runs = operating_runs(network, world.first_day, world.days) if runs is None else runs
        self.rules = line_rules(world.settings.passengers) if rules is None else rules
        self._own_checks = checks is not None
        self._lay_out(checks or ())
        self._told_left: dict[int, float] = {}
        self.stay_home = StaysHome(network, world.settings.stay_home, cohorts.places, cohorts.modes)
        self.stayed = 0.0
        """Persons who did not set out for a service, since they were told to stay at home."""
        self.not_simulated = 0.0
        """Persons who set out for a run that began before the first day."""
        days = int(cohorts.leave_s.max(initial=0.0) // DAY_SECONDS)
        self._days_before = range(-days, 0)

    def _lay_out(self, checks: Sequence[DoorChecks]) -> None:
        """Begin with nobody."""
        world = self.world
        self.checks = tuple(checks)
        self.state: BoardingState = boarding_state(
            self.cohorts, self.trips, self.runs, world.first_day, self.rules, self.checks, len(world.network.nodes)
        )
        self.history = BoardingHistory()
        self._addresses = self.state.addresses()
        self._checked_rides = int((self.cohorts.ride_check_s > 0).sum()) if self.checks else 0

    def start(self) -> None:
        """Take the capacities of runs, and set out the cohorts of the first day; those of the others follow at midnight."""
        vehicles: object = self.world.parts.get("runs")
        places = np.full(self.runs.size, np.nan)
        if isinstance(vehicles, Vehicles):
            places = np.array([vehicles.capacity(run) for run in range(self.runs.size)], dtype=np.float64)
        if not self._own_checks:
            self._lay_out(door_checks(self.world, places.reshape(self.runs.shape), self.runs))
        if isinstance(vehicles, Vehicles):
            self.limit(places)
        # All have booked before anybody looks for another run: who waits over night takes no seat of those who set out in the morning.
        for day in range(self._days_before.start, len(self.runs)):
            self.state.cohorts["count"] = self._persons(day)
            kernels.book_day(self._addresses, day, self._goes(day))
        # Who leaves the door a day after the one he wished to travel on sets out on days of which the first lie before the beginning.
        for day in (*self._days_before, 0):
            self._set_out(day)
        self.world.env.process(self._days())
        self.world.env.process(self._hours())

    def limit(self, capacity: NDArray[np.float64]) -> None:
        """Set what each run holds (days x trips, in one row); not-a-number: no limit."""
        self.state.runs["capacity"][:] = np.where(np.isnan(capacity), np.inf, capacity)

    def arrive(self, run: int, call: int, now: float) -> None:
        """Let off a run who gets off at a call."""
        kernels.arrive(self._addresses, run, call, now)

    def depart(self, run: int, call: int, now: float) -> float:
        """Take on board who is ready; how many persons."""
        boarded: float = _depart(self._addresses, run, call, now)
        if self.world.events is not None:
            self._tell(run, call, boarded)
        return boarded

    def visit(self, run: int, call: int, now: float) -> float:
        """Let off and take on board at once; how many persons board."""
        boarded: float = _visit(self._addresses, run, call, now)
        if self.world.events is not None:
            self._tell(run, call, boarded)
        return boarded

    def _tell(self, run: int, call: int, boarded: float) -> None:
        """Note who boarded, and who was left behind by this run so far."""
        trips = self.trips
        trip = run % trips.count
        place, what = str(self.world.network.nodes.index[trips.stop[call]]), f"{trips.patterns[trips.pattern[trip]].service}/{run}"
        if boarded > 0:
            self.world.tell("board", place, what, boarded)
        left = self.left_behind(run) - self._told_left.get(run, 0.0)
        if left > 0:
            self._told_left[run] = self.left_behind(run)
            self.world.tell("left_behind", place, what, left)

    def cancelled(self, run: int, from_call: int, now: float) -> None:
        """Hear that a run does not go on from a call: those on board get off there, those who wait for it look for another."""
        kernels.cancel(self._addresses, run, from_call, now)

    def passed(self, run: int, call: int, now: float) -> None:
        """Hear that a run does not call at a closed stop: who wanted to get off does so at the next, who waits there looks for another."""
        kernels.skip(self._addresses, run, call, now)

    def on_board(self, run: int) -> float:
        """Persons on board of a run."""
        return float(self.state.runs[run]["load"])

    def most_on_board(self, run: int) -> float:
        """Persons on board of a run when it was fullest so far."""
        return float(self.state.runs[run]["most"])

    def boardings(self, run: int) -> float:
        """Persons who have boarded a run so far."""
        return float(self.state.runs[run]["boardings"])

    def left_behind(self, run: int) -> float:
        """Persons whom a run had no room for so far; who was left behind by two runs is one of each."""
        return float(self.state.runs[run]["left_behind"])

    def riding(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
        """Runs under way now: run, calls left and reached, seconds late at the last departure, persons on board."""
        runs = self.state.runs
        found = np.flatnonzero((runs["left"] > 0) & (runs["left"] <= runs["end"]) & (runs["reached"] <= runs["end"]))
        own = runs[found]
        return found, own["left"].astype(np.int64), own["reached"].astype(np.int64), own["late_s"].copy(), own["load"].copy()

    def finish(self) -> PartResult:
        """Sums of what became of everybody."""
        for server in range(len(self.checks)):
            kernels.check(self._addresses, server, self.world.end_s)
        return passenger_results(self)

    def _days(self) -> simpy.events.ProcessGenerator:
        for day in range(1, len(self.runs)):
            yield self.world.env.timeout(midnight_s(self.world.first_day, day) - self.world.env.now)
            self.history.put_away(self.state)
            self._set_out(day)

    def _hours(self) -> simpy.events.ProcessGenerator:
        while True:
            yield self.world.env.timeout(HOUR_S)
            self._make_room(0)

    def _make_room(self, pieces: int) -> None:
        """Keep the slack that splitting needs."""
        state = self.state
        if (
            len(state.pieces) < state.counters[USED] + pieces + SLACK // 2
            or len(state.ends) < state.counters[ENDED] + state.counters[USED] + pieces + SLACK // 2
            or len(state.checked) < state.counters[CHECKS] + self._checked_rides + SLACK // 2
        ):
            self.state = with_room(state, pieces + SLACK, self._checked_rides + SLACK if self.checks else SLACK)
            self._addresses = self.state.addresses()

    def _set_out(self, day: int) -> None:
        """Make pieces of the cohorts of a day, in their first queues."""
        cohorts, world = self.cohorts, self.world
        leave = cohorts.leave_s + midnight_s(world.first_day, day)
        goes = self._goes(day)
        chosen = np.flatnonzero(goes)
        self._make_room(len(chosen))
        state = self.state
        within = (leave >= world.start_s) & (leave < world.days * float(DAY_SECONDS))
        persons = self._persons(day)
        self.stayed += float((cohorts.count - persons)[within].sum())
        self.not_simulated += float(persons[within & ~goes].sum())
        state.cohorts["count"] = persons
        state.totals[IN] += float(persons[chosen].sum())
        counts = goes & (leave >= 0)
        state.cohorts["entered"][counts] += persons[counts]
        queue, ready = self._first_queues(chosen, leave, day)
        order = np.lexsort((chosen, ready, queue))
        before = int(state.counters[USED])
        kernels.set_out(self._addresses, chosen[order], queue[order], ready[order], day)
        kernels.join_late(self._addresses, before, int((queue == NONE).sum()), world.env.now)

    def _goes(self, day: int) -> NDArray[np.bool_]:
        """Which cohorts set out on a day within the simulation, and ride nothing that began before its first day."""
        cohorts, world = self.cohorts, self.world
        leave = cohorts.leave_s + midnight_s(world.first_day, day)
        earliest = np.minimum.reduceat(cohorts.ride_day, cohorts.first_ride[:-1]) if len(cohorts) else np.zeros(0, dtype=np.int64)
        goes = np.asarray((leave >= world.start_s) & (leave < world.days * float(DAY_SECONDS)) & (day + earliest >= 0))
        return goes & (self._persons(day) > 0) if self.stay_home else goes

    def _persons(self, day: int) -> NDArray[np.float64]:
        """Persons of each cohort who do not stay at home on a day."""
        cohorts = self.cohorts
        if not self.stay_home:
            return cohorts.count
        leave = cohorts.leave_s + midnight_s(self.world.first_day, day)
        return cohorts.count * (1 - self.stay_home.share(cohorts.origin, cohorts.destination, cohorts.mode, leave))

    def _first_queues(
        self, chosen: NDArray[np.int64], leave: NDArray[np.float64], day: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Queue that each cohort stands in first (NONE: its run does not go), and since when."""
        state, cohorts = self.state, self.cohorts
        ride = cohorts.first_ride[:-1][chosen]
        records = state.rides[ride]
        server = state.calls["server"][cohorts.ride_from[ride]]
        ready = leave[chosen] + records["way_s"]
        at_door = (server != NONE) & (records["check_s"] > 0)
        # Nobody comes before the day on which he travels: what is before it has been simulated.
        planned = ready - records["entry_s"]
        door = np.maximum(planned - records["early_s"], np.minimum(planned, midnight_s(self.world.first_day, day)))
        own = state.patterns["queue"][self.trips.pattern[records["trip"]]].astype(np.int64)
        run = (day + records["day"]).astype(np.int64) * self.trips.count + records["trip"]
        held = state.runs[np.minimum(run, len(state.runs) - 1)]
        goes = (run < len(state.runs)) & (held["end"] >= records["to_position"]) & (held["left"] <= records["from_position"])
        booked = state.counters[BOOKED_QUEUES] + (day + records["day"]).astype(np.int64) * len(state.calls) + cohorts.ride_from[ride]
        queue = np.where(own != NONE, own + records["from_position"], np.where(goes, booked, NONE))
        queue = np.where(at_door & (queue != NONE), state.counters[DOOR_QUEUES] + server, queue)
        return queue, np.where(at_door & (queue != NONE), door, ready)


def operating_runs(network: Network, first_day: int, last_day: int) -> NDArray[np.bool_]:
    """Which trips run on each day (days x trips)."""
    return np.stack([operating(network, day) for day in range(first_day, last_day + 1)])


def line_rules(settings: PassengerDay) -> dict[str, LineRules]:
    """Rules by mode, as the scenario has them."""
    modes = ("rail", "coach", "air", "ferry")
    return {
        mode: LineRules(mode in settings.turn_up, settings.patience.of(mode), settings.cut_off.of(mode), settings.early.of(mode))
        for mode in modes
    }
