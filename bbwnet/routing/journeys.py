"""Journeys door to door, leg by leg: out of the profile of a destination, for one departure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from bbwnet.routing.in_vehicle import Ride, ride_between
from bbwnet.routing.timetable_kernels import UNREACHED

if TYPE_CHECKING:
    from bbwnet.routing.door_to_door import DoorToDoor, Profile

LegKind = Literal["access", "wait", "ride", "transfer", "egress"]


@dataclass(frozen=True)
class Leg:
    """One part of a journey; seconds on the region's clock."""

    kind: LegKind
    """`access` and `egress` hold the way to and from the terminal and the time inside it; `transfer` those between two."""
    from_node: str
    to_node: str
    begin_s: int
    end_s: int
    ride: Ride | None = None

    @property
    def minutes(self) -> float:
        """Minutes that the leg takes."""
        return (self.end_s - self.begin_s) / 60


@dataclass(frozen=True)
class _Step:
    """Where to get off the vehicle boarded, and what comes next."""

    left: int
    """Connection that is left from."""
    next_stop: int
    """Stop boarded next; -1: the destination."""
    next_ready_s: int
    """Departure boarded next."""


def journey(search: DoorToDoor, origin: str, destination: str, start_s: int) -> tuple[Leg, ...]:
    """The earliest arrival of who wants to leave at `start_s`, leaving as late as that allows; empty if there is none."""
    departures = search.departures(origin, destination, np.array([start_s], dtype=np.int64))
    if not departures.reached[0]:
        return ()
    arrive, leave = int(departures.arrive_s[0]), int(departures.leave_s[0])
    profile = search.profile(destination)
    names = search.network.nodes.index
    stop = _first_stop(search, profile, origin, leave, arrive)
    legs: list[Leg] = []
    ready = leave + int(search.access.to_stop_s[search.row[origin], stop])
    legs.append(Leg("access", origin, str(names[stop]), leave, ready))
    while True:
        entered, step = _board(search, profile, destination, stop, ready, arrive)
        ride = ride_between(search.network, search.connections, entered, step.left)
        legs.append(Leg("ride", ride.from_stop, ride.to_stop, ride.depart_s, ride.arrive_s, ride))
        if step.next_stop < 0:
            legs.append(Leg("egress", ride.to_stop, destination, ride.arrive_s, arrive))
            return tuple(legs)
        off = search.network.node_index[ride.to_stop]
        if step.next_stop != off:
            there = ride.arrive_s + _transfer_seconds(search, off, step.next_stop)
            legs.append(Leg("transfer", ride.to_stop, str(names[step.next_stop]), ride.arrive_s, there))
        else:
            there = ride.arrive_s
        if step.next_ready_s > there:
            legs.append(Leg("wait", str(names[step.next_stop]), str(names[step.next_stop]), there, step.next_ready_s))
        stop, ready = step.next_stop, step.next_ready_s


def _first_stop(search: DoorToDoor, profile: Profile, origin: str, leave: int, arrive: int) -> int:
    """The stop reached in time for the entry that arrives so, the first of equals."""
    access = search.access.to_stop_s[search.row[origin]]
    for stop in np.flatnonzero(access != UNREACHED).tolist():
        entry = _entry(profile, stop, leave + int(access[stop]))
        if entry is not None and entry == (leave + int(access[stop]), arrive):
            return int(stop)
    raise AssertionError("a profile that arrives has a stop to begin from")


def _entry(profile: Profile, stop: int, second: int) -> tuple[int, int] | None:
    """The entry of a stop with the least departure not before `second`: departure and arrival."""
    first, count = int(profile.first_entry[stop]), int(profile.count[stop])
    ready = profile.ready_s[first : first + count]
    number = int(np.searchsorted(-ready, -second, side="right")) - 1
    return None if number < 0 else (int(ready[number]), int(profile.arrive_s[first + number]))


def _board(search: DoorToDoor, profile: Profile, destination: str, stop: int, ready: int, arrive: int) -> tuple[int, _Step]:
    """The vehicle that leaves `stop` at `ready` and makes the arrival, and where to get off it: as late as that allows."""
    connections = search.connections
    low, high = np.searchsorted(connections.depart_s, [ready, ready + 1])
    for entered in range(int(low), int(high)):
        if connections.from_stop[entered] != stop:
            continue
        later = np.flatnonzero(connections.run[entered:] == connections.run[entered]) + entered
        steps = [step for position in later.tolist() if (step := _step(search, profile, destination, position, arrive)) is not None]
        if steps:
            # Who can walk to the destination from here rides no further; else a change as late as may be saves a second one.
            return entered, next((step for step in steps if step.next_stop < 0), steps[-1])
    raise AssertionError("an entry of a profile has a vehicle that makes it")


def _step(search: DoorToDoor, profile: Profile, destination: str, position: int, arrive: int) -> _Step | None:
    """What getting off at the end of a connection leads to, if it makes the arrival."""
    connections, access = search.connections, search.access
    head, off = int(connections.to_stop[position]), int(connections.arrive_s[position])
    egress = int(access.from_stop_s[search.row[destination], head])
    if egress != UNREACHED and off + egress == arrive:
        return _Step(position, -1, 0)
    ways = [(head, int(search.network.minimum_connection_s[head]))]
    ways += [
        (int(access.transfer_to[number]), int(access.transfer_s[number]))
        for number in range(int(access.first_transfer[head]), int(access.first_transfer[head + 1]))
    ]
    for stop, seconds in ways:
        entry = _entry(profile, stop, off + seconds)
        if entry is not None and entry[1] == arrive:
            return _Step(position, stop, entry[0])
    return None


def _transfer_seconds(search: DoorToDoor, off: int, stop: int) -> int:
    access = search.access
    numbers = range(int(access.first_transfer[off]), int(access.first_transfer[off + 1]))
    return next(int(access.transfer_s[number]) for number in numbers if access.transfer_to[number] == stop)
