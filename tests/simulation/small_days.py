"""Small timetables and cohorts, driven without a network: what the tests of passengers share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import NamedTuple, cast

import numpy as np
import simpy
from numpy.typing import NDArray

from bbwnet.network.network import Network
from bbwnet.network.trips import Pattern, Trips, compile_trips
from bbwnet.scenario.schema.simulation import SimulationChoice
from bbwnet.scenario.schema.simulation_stay_home import StayHome
from bbwnet.simulation.boarding_setup import DoorChecks, LineRules
from bbwnet.simulation.closures import Closures
from bbwnet.simulation.cohort import PassengerCohorts, TimedTrips
from bbwnet.simulation.passengers import Passengers
from bbwnet.simulation.service_run import PunctualRuns, Starter
from bbwnet.simulation.streams import Streams
from bbwnet.simulation.timetable_runs import run_table
from bbwnet.simulation.world import World


class Party(NamedTuple):
    """A cohort: persons, when they leave, their rides (trip, position boarded, position left, way, entry, check), egress, day of rides."""

    persons: float
    leave_s: float
    rides: Sequence[tuple[int, int, int, float, float, float]]
    egress_s: float = 0.0
    day: int = 0


def line(name: str, mode: str, stops: str, starts: Sequence[int], run_s: int = 600, dwell_s: int = 0) -> Pattern:
    """A line of stops named by a letter each."""
    count = len(stops)
    return Pattern(
        name, mode, None, tuple(stops), (run_s,) * (count - 1), (dwell_s,) * (count - 2), (1.0,) * (count - 1), ((),) * (count - 1),
        tuple(starts), (127,) * len(starts), (True,) * count, (True,) * count,
    )  # fmt: skip


def timetable(*lines: Pattern) -> Trips:
    """Trips of lines; stops are numbered by letter."""
    return compile_trips(lines, {letter: number for number, letter in enumerate("abcdefghijklmnopqrstuvwxyz")})


def cohorts_of(trips: Trips, parties: Sequence[Party]) -> PassengerCohorts:
    """Cohorts of parties; each plans to arrive with the last of its runs."""
    first = np.concatenate([[0], np.cumsum([len(party.rides) for party in parties])]).astype(np.int64)
    rides = [ride for party in parties for ride in party.rides]
    trip = np.array([ride[0] for ride in rides], dtype=np.int64)
    start, end = (trips.first_call[trip] + np.array([ride[column] for ride in rides], dtype=np.int64) for column in (1, 2))
    nobody = np.zeros(len(parties), dtype=np.int32)
    day = np.repeat([party.day for party in parties], np.diff(first)).astype(np.int64)
    egress = np.array([party.egress_s for party in parties], dtype=np.float64)
    last = first[1:] - 1
    return PassengerCohorts(
        ("here",), ("rail",), nobody, nobody, nobody.astype(np.int8), np.array([party.persons for party in parties], dtype=np.float64),
        np.array([party.leave_s for party in parties], dtype=np.float64), trips.arrive_s[end[last]] + egress + 86400.0 * day[last], egress,
        first, trip, day, start, end,
        np.array([ride[3] for ride in rides], dtype=np.float64), np.array([ride[4] for ride in rides], dtype=np.float64),
        np.array([ride[5] for ride in rides], dtype=np.float64), TimedTrips.none(), trips.count,
    )  # fmt: skip


def world_of(trips: Trips, days: int = 1, run_out_h: float = 30.0, stay_home: Sequence[StayHome] = ()) -> World:
    """A world with no warming up and nothing but a timetable."""
    names = np.array(list("abcdefghijklmnopqrstuvwxyz"), dtype=object)
    network = cast("Network", SimpleNamespace(trips=trips, nodes=_Nodes(names)))
    settings = SimulationChoice(warm_up_h=0.0, days=days, run_out_h=run_out_h, stay_home=tuple(stay_home))
    end_s = days * 86400.0 + 3600 * run_out_h
    return World(simpy.Environment(), network, settings, cast("Closures", None), Streams(1, 0), 0.0, days, end_s)


class _Nodes(dict[str, int]):
    """Nodes by name, in order."""

    def __init__(self, names: NDArray[np.object_]) -> None:
        super().__init__({name: number for number, name in enumerate(names)})
        self.index = _Index(names)


class _Index(list[str]):
    """Names of nodes."""

    def to_numpy(self) -> NDArray[np.object_]:
        """As an array."""
        return np.array(self, dtype=object)


def passengers_of(
    trips: Trips,
    parties: Sequence[Party] | PassengerCohorts,
    places: Sequence[float] | float = np.nan,
    rules: Mapping[str, LineRules] | None = None,
    checks: Sequence[DoorChecks] = (),
    days: int = 1,
    run_out_h: float = 30.0,
    stay_home: Sequence[StayHome] = (),
) -> Passengers:
    """Passengers ready to start; `places` by trip."""
    world = world_of(trips, days, run_out_h, stay_home)
    cohorts = parties if isinstance(parties, PassengerCohorts) else cohorts_of(trips, parties)
    part = Passengers(world, cohorts, checks, rules or {}, np.ones((days, trips.count), dtype=np.bool_))
    part.limit(np.tile(np.broadcast_to(np.asarray(places, dtype=np.float64), (trips.count,)), days))
    world.parts["passengers"] = part
    part.start()
    return part


def run_all(part: Passengers) -> Passengers:
    """Let every run go by its timetable until the end."""
    world, trips = part.world, part.trips
    table = run_table(
        trips.first_call.tolist(), trips.arrive_s.tolist(), trips.depart_s.tolist(), np.full(trips.count, np.nan),
        days=range(1, world.days + 1),
    )  # fmt: skip
    Starter(world.env, table, PunctualRuns(world.env, table, part).run).start()
    world.env.run(until=world.end_s)
    return part
