"""Journeys door to door, leg by leg: out of the profile of a destination, for one departure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from bbwnet.routing.clock import pass_gate, period_at, way_arrival
from bbwnet.routing.in_vehicle import Ride, ride_between
from bbwnet.routing.profile_kernels import entry_from
from bbwnet.routing.ways import NO_GATE, WAY_MODES

if TYPE_CHECKING:
    from bbwnet.routing.connections import Connections
    from bbwnet.routing.door_to_door import Departures, DoorToDoor, ModeSearch
    from bbwnet.routing.ways import Ways

Part = Literal["access", "wait", "ride", "transfer", "border", "egress"]
"""What a planner holds to account; `transfer` has everything between two vehicles: exit, way, entry and wait."""

PARTS: tuple[Part, ...] = ("access", "wait", "ride", "transfer", "border", "egress")

DRIVEN = ("bus", "taxi", "drive")
"""Modes of ways that follow the quickest road."""

LegKind = Literal["way", "entry", "exit", "wait", "ride", "formalities", "connection"]


@dataclass(frozen=True)
class Leg:
    """One piece of a journey; seconds on the region's clock."""

    part: Part
    kind: LegKind
    mode: str
    """`walk`, `bus`, `taxi`, `drive`, `shuttle`, a mode of service, `terminal` or `border`."""
    from_node: str
    to_node: str
    begin_s: int
    end_s: int
    length_km: float = 0.0
    ride: Ride | None = None
    links: tuple[str, ...] = ()
    """Links driven over by bus, taxi or car."""

    @property
    def minutes(self) -> float:
        """Minutes that the leg takes."""
        return (self.end_s - self.begin_s) / 60


@dataclass(frozen=True)
class Journey:
    """A journey from door to door."""

    start_s: int
    """Wished departure."""
    legs: tuple[Leg, ...]

    @property
    def leave_s(self) -> int:
        """Second at which the door is left."""
        return self.legs[0].begin_s if self.legs else self.start_s

    @property
    def arrive_s(self) -> int:
        """Second of arrival."""
        return self.legs[-1].end_s if self.legs else self.start_s

    @property
    def schedule_delay_min(self) -> float:
        """Minutes from the wished departure to leaving: of who knows the timetable, spent at home."""
        return (self.leave_s - self.start_s) / 60

    def minutes(self, *, planned: bool) -> float:
        """Minutes from the wished departure, or with `planned` from leaving the door."""
        return (self.arrive_s - (self.leave_s if planned else self.start_s)) / 60

    @property
    def rides(self) -> tuple[Ride, ...]:
        """Vehicles ridden."""
        return tuple(leg.ride for leg in self.legs if leg.ride is not None)

    @property
    def transfers(self) -> int:
        """Changes of vehicle."""
        return max(0, len(self.rides) - 1)

    @property
    def links(self) -> tuple[str, ...]:
        """Links ridden or driven over, in order, borders included."""
        return tuple(link for leg in self.legs for link in (leg.ride.links if leg.ride is not None else leg.links))

    @property
    def length_km(self) -> float:
        """Kilometres of all legs."""
        return sum(leg.length_km for leg in self.legs)

    def part_minutes(self, *, planned: bool) -> dict[Part, float]:
        """Minutes by part; unless `planned`, the time until leaving counts as waiting. They add up to the whole."""
        minutes: dict[Part, float] = dict.fromkeys(PARTS, 0.0)
        for leg in self.legs:
            minutes[leg.part] += leg.minutes
        if not planned:
            minutes["wait"] += self.schedule_delay_min
        return minutes


def journey(search: ModeSearch, origin: str, destination: str, start_s: int, *, planned: bool = False) -> Journey | None:
    """The journey of who wants to leave at `start_s`; `None` if there is none."""
    departures = search.departures(origin, destination, np.array([start_s], dtype=np.int64), planned=planned)
    return journey_of(search, origin, destination, departures, 0)


def journey_of(search: ModeSearch, origin: str, destination: str, departures: Departures, number: int) -> Journey | None:
    """The journey chosen at one of the departures; `None` if that one does not arrive."""
    if not departures.reached[number]:
        return None
    choice = departures.choice
    start, leave, way = int(departures.start_s[number]), int(choice.leave_s[number]), int(choice.way[number])
    if origin == destination:
        return Journey(start, ())
    writer = LegWriter(search.doors)
    if way < 0:
        # A way with no vehicle of the timetable counts as the ride, a border on it apart.
        writer.way("ride", search.direct, -1 - way, (origin, destination), leave)
    else:
        _by_timetable(writer, search, (origin, destination), leave, way, int(choice.entry[number]))
    return Journey(start, tuple(writer.legs))


def _by_timetable(writer: LegWriter, search: ModeSearch, ends: tuple[str, str], leave: int, way: int, entry: int) -> None:
    """Follow the pointers of a profile: access, rides with transfers between them, egress."""
    doors, timetable = search.doors, search.timetable
    profile, egress = timetable.profile(ends[1])
    ready = writer.to_board("access", doors.to_board, way, ends[0], leave)
    while True:
        ride = writer.ride(ready, timetable.connections, int(profile.enter[entry]), int(profile.leave[entry]))
        step, off = int(profile.step[entry]), ride.arrive_s
        if step < 0:
            writer.way("egress", egress, -1 - step, (ride.to_stop, ends[1]), off)
            return
        to = int(doors.transfers.arrays.to[step])
        entry = int(entry_from(profile, to, way_arrival(doors.clock, doors.transfers.arrays, step, off)))
        ready = writer.to_board("transfer", doors.transfers, step, ride.to_stop, off)


class LegWriter:
    """Writes down the legs of one journey, in order."""

    def __init__(self, doors: DoorToDoor) -> None:
        """Begin with none."""
        self._doors = doors
        self._names = doors.network.nodes.index
        self.legs: list[Leg] = []

    def to_board(self, part: Literal["access", "transfer"], ways: Ways, way: int, start: str, begin: int) -> int:
        """The legs of a way to a boarding point; the second at which one is ready there."""
        point = self._doors.points.board[int(ways.arrays.to[way])]
        return self.way(part, ways, way, (start, str(self._names[point.stop])), begin, point.headway_wait_s)

    def ride(self, ready: int, connections: Connections, entered: int, left: int) -> Ride:
        """The wait of who is ready to board since `ready`, and the ride between two connections of one vehicle."""
        ride = ride_between(self._doors.network, connections, entered, left)
        changed = any(leg.ride is not None for leg in self.legs)
        ends = ride.from_stop, ride.to_stop
        self._add("transfer" if changed else "wait", "wait", "terminal", (ends[0], ends[0]), ready, ride.depart_s)
        self.legs.append(Leg("ride", "ride", ride.mode, *ends, ride.depart_s, ride.arrive_s, ride.length_km, ride))
        return ride

    def way(self, part: Part, ways: Ways, way: int, ends: tuple[str, str], begin: int, headway_wait_s: int = 0) -> int:
        """The legs of a way: out of a terminal, over the road or through a gate, into the next; the second at which the wait begins."""
        doors, arrays, (start, end) = self._doors, ways.arrays, ends
        clock, gate = doors.clock, int(arrays.gate[way])
        finish = int(way_arrival(clock, arrays, way, begin)) - headway_wait_s
        entry_s = int(ways.entry_s[way]) - headway_wait_s
        at, mode, km = begin + int(ways.exit_s[way]), WAY_MODES[int(ways.mode[way])], float(ways.km[way])
        self._add(part, "exit", "terminal", (start, start), begin, at)
        if gate != NO_GATE:
            record = doors.gates[gate]
            near = begin + int(arrays.before_s[period_at(clock, begin), way])
            through = int(pass_gate(clock, gate, near))
            if record.kind == "border":
                self._road(part, mode, (start, record.from_node), at, near, km)
                self._add("border", "formalities", "border", (record.from_node, record.to_node), near, through, 0.0, (record.link,))
                start = record.to_node
            else:
                self._add(part, "wait", "terminal", (start, start), near, through)
            at, mode, km = through, WAY_MODES[int(ways.mode_after[way])], float(ways.km_after[way])
        if mode == "terminal":
            self._add(part, "connection", mode, (start, end), at, finish - entry_s)
        else:
            self._road(part, mode, (start, end), at, finish - entry_s, km)
        # What is entered at the end of a drive all the way is a car park.
        self._add("egress" if part == "ride" else part, "entry", "terminal", (end, end), finish - entry_s, finish)
        return finish

    def _road(self, part: Part, mode: str, ends: tuple[str, str], begin: int, finish: int, km: float) -> None:
        """A leg over the road; of a bus, taxi or car with its links."""
        self._add(part, "way", mode, ends, begin, finish, km, self._doors.roads.links(*ends) if mode in DRIVEN else ())

    def _add(
        self, part: Part, kind: LegKind, mode: str, ends: tuple[str, str], begin: int, finish: int, km: float = 0.0,
        links: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        """Add a leg, unless it is nothing."""
        if finish > begin or km > 0:
            self.legs.append(Leg(part, kind, mode, *ends, begin, finish, km, None, links))
