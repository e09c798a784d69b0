"""Alternatives of one departure: the journeys not dominated in (arrival, vehicles boarded, fare), with fares and emissions leg by leg.

Ways to terminals, from them and between them are taken by all modes of the scenario, not by the quickest alone: a bus that arrives later
than a taxi is cheaper. What is found is exact within the limits of `AlternativeSearch.find`; no stop is visited twice to no use, for a
journey that does is dominated by the one that stays there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.routing.alternative_front import Found, by_timetable, chosen, sensible_front
from bbwnet.routing.alternative_kernels import FEN, UNKNOWN, Labels, PricedWays, RideArrays, Wish
from bbwnet.routing.clock import way_arrival, way_latest
from bbwnet.routing.emissions import Emissions
from bbwnet.routing.fare_kernels import NO_FARE
from bbwnet.routing.fares import Fares
from bbwnet.routing.journeys import Journey, LegWriter
from bbwnet.routing.ways import DRIVE, NO_GATE, WAY_MODES, joined, towards
from bbwnet.scenario.schema.base import DAY_SECONDS

if TYPE_CHECKING:
    from bbwnet.routing.door_to_door import DoorToDoor, ModeSearch, Timetable
    from bbwnet.routing.fares import Fare, JourneyFare
    from bbwnet.routing.journeys import Leg
    from bbwnet.routing.ways import Ways

MOST_BOARDINGS = 6
"""Vehicles boarded by the longest journeys looked for, unless asked otherwise."""

WITHIN_S = DAY_SECONDS
"""Alternatives arrive so long after the earliest arrival at most, unless asked otherwise: in it every service of a day has its turn."""


@dataclass(frozen=True)
class Alternative:
    """One of the journeys to choose from, as one traveller pays for it."""

    journey: Journey
    fare: JourneyFare | None
    """What it costs, leg by leg; `None`: there are no tariffs, and alternatives differ in arrival and vehicles boarded alone."""
    leg_co2_kg: tuple[float | None, ...]
    """Kilograms of CO2 of each leg; `None` where no factor is known."""

    @property
    def fare_cny(self) -> float | None:
        """Fare as paid; `None` if a part of it is not known (`fare.missing`), or none is."""
        return None if self.fare is None else self.fare.cny

    @property
    def co2_kg(self) -> float | None:
        """Kilograms of CO2; `None` if those of a leg are not known."""
        known = [kg for kg in self.leg_co2_kg if kg is not None]
        return sum(known) if len(known) == len(self.leg_co2_kg) else None

    @property
    def boardings(self) -> int:
        """Vehicles of the timetable boarded; none on a drive or a walk all the way."""
        return len(self.journey.rides)


def alternatives(
    search: ModeSearch, origin: str, destination: str, start_s: int, k: int = 5, *, within_s: int = WITHIN_S
) -> tuple[Alternative, ...]:
    """Up to `k` alternatives for who wants to leave at `start_s`, as `AlternativeSearch.find` says; for many questions keep one search."""
    return AlternativeSearch(search).find(origin, destination, start_s, k, within_s=within_s)


class AlternativeSearch:
    """Searches for alternatives by one mode; what does not depend on the question is prepared once."""

    def __init__(self, search: ModeSearch, fares: Fares | None = None) -> None:
        """Take the services and ways of a mode, with the network's tariffs unless `fares` are given."""
        doors = search.doors
        self._search, self._doors = search, doors
        known = Fares(doors.network) if fares is None else fares
        self._fares: Fares | None = known if known.known else None
        self._table = known.table
        self._emissions = Emissions(doors.network)
        self._rides = _ride_arrays(doors, search.timetable, self._fares)
        self._direct = search.direct
        if search.mode in ("transit", "best"):
            direct = doors.access.direct
            self._direct = direct if search.mode == "transit" else joined(direct, doors.own_car)
        stops = doors.network.nodes.index
        self._board_stop = [str(stops[point.stop]) for point in doors.points.board]
        self._alight_stop = [str(stops[point.stop]) for point in doors.points.alight]
        self._place = list(doors.row)
        self._transfers = self._priced(doors.access.transfers, self._alight_stop, self._board_stop)
        policy, discount = doors.network.settings.policy.transfer, doors.network.settings.fares.discount_through_ticket
        self._through_weight = round(FEN * (1 - discount)) if policy.through_ticket and self._fares is not None else FEN

    @property
    def criteria(self) -> tuple[str, ...]:
        """What alternatives are compared by; `fare` is missing where the network has no tariffs."""
        return ("arrival", "boardings") if self._fares is None else ("arrival", "boardings", "fare")

    def find(
        self, origin: str, destination: str, start_s: int, k: int = 5, *, within_s: int = WITHIN_S, boardings: int = MOST_BOARDINGS
    ) -> tuple[Alternative, ...]:
        """Up to `k` journeys of who wants to leave at `start_s`, none dominated in (arrival, vehicles boarded, fare), by arrival.

        Looked for are journeys of `boardings` vehicles at most that arrive up to `within_s` after the earliest arrival. Of equals in
        all three the one that leaves latest counts. Where there are more than `k`, these are kept, in this order: the earliest arrival,
        the fewest vehicles, the cheapest (of equals the earlier, then the one with fewer vehicles), then the others by arrival. A fare
        that is not known counts as above all that are. Empty if nothing arrives; a place reaches itself by a journey without legs.

        Raises `KeyError` for a place that was not prepared, `ValueError` for `k` or `boardings` below one.
        """
        if k < 1 or boardings < 1:
            raise ValueError(f"{k} alternatives of {boardings} boardings: both must be at least 1")
        row = self._doors.row[origin], self._doors.row[destination]
        if origin == destination:
            return (self._alternative(Journey(start_s, ())),)
        first = self._search.departures(origin, destination, np.array([start_s], dtype=np.int64))
        if not first.reached[0]:
            return ()
        latest_s = int(first.arrive_s[0]) + within_s
        all_access = self._doors.access.to_board
        ways = all_access.only(all_access.row == row[0]), towards(self._doors.access.from_alight, row[1])
        access, egress = self._priced(ways[0], self._place, self._board_stop), self._priced(ways[1], self._alight_stop, self._place)
        wish = Wish(row[0], start_s, latest_s, boardings, self._through_weight)
        found, traces = by_timetable(self._rides, self._table, self._doors.clock, (access, self._transfers, egress), wish)
        front = sensible_front([*self._all_the_way(origin, destination, start_s, latest_s), *found], boardings)
        return tuple(
            self._alternative(Journey(start_s, self._legs((origin, destination), item, traces, ways))) for item in chosen(front, k)
        )

    def _all_the_way(self, origin: str, destination: str, start_s: int, latest_s: int) -> list[Found]:
        """Ways with no vehicle of the timetable."""
        ways, clock, row = self._direct, self._doors.clock, self._doors.row
        arrays, found = ways.arrays, []
        for way in range(int(arrays.first[row[origin]]), int(arrays.first[row[origin] + 1])):
            if arrays.to[way] != row[destination]:
                continue
            arrive = int(way_arrival(clock, arrays, way, start_s))
            if arrive > latest_s:
                continue
            leave = max(start_s, int(way_latest(clock, arrays, way, arrive)))
            writer = LegWriter(self._doors)
            writer.way("ride", ways, way, (origin, destination), leave)
            cny = None if self._fares is None else self._fares.journey_cny(writer.legs)
            found.append(Found(arrive, 0, UNKNOWN if cny is None else round(cny * 100), leave, -1, -1, way, odd=False))
        return found

    def _legs(self, ends: tuple[str, str], item: Found, traces: list[Labels], ways: tuple[Ways, Ways]) -> tuple[Leg, ...]:
        """The legs of what was found; `ways` are those of access and egress."""
        writer = LegWriter(self._doors)
        if item.trace < 0:
            writer.way("ride", self._direct, item.way, ends, item.leave_s)
            return tuple(writer.legs)
        labels, off = traces[item.trace], item.hop
        rides: list[tuple[int, int, int]] = []
        for number in range(item.boardings - 1, -1, -1):
            on = int(labels.alight_board[number, off - labels.low])
            rides.append((int(labels.board_way[number, on - labels.low]), on, off))
            off = int(labels.board_from[number, on - labels.low])
        way, on, off = rides.pop()
        ready = writer.to_board("access", ways[0], way, ends[0], item.leave_s)
        ride = writer.ride(ready, self._search.timetable.connections, on, off)
        for way, on, off in reversed(rides):
            ready = writer.to_board("transfer", self._doors.access.transfers, way, ride.to_stop, ride.arrive_s)
            ride = writer.ride(ready, self._search.timetable.connections, on, off)
        writer.way("egress", ways[1], item.way, (ride.to_stop, ends[1]), ride.arrive_s)
        return tuple(writer.legs)

    def _alternative(self, journey: Journey) -> Alternative:
        fare = None if self._fares is None else self._fares.journey(journey.legs)
        return Alternative(journey, fare, tuple(self._emissions.co2_kg(leg) for leg in journey.legs))

    def _priced(self, ways: Ways, starts: list[str], ends: list[str]) -> PricedWays:
        """Ways with their fares; `starts` names their rows, `ends` their targets."""
        fen = np.full(len(ways), NO_FARE, dtype=np.int64)
        if self._fares is not None:
            for way in range(len(ways)):
                fen[way] = self._way_fen(self._fares, ways, way, (starts[int(ways.row[way])], ends[int(ways.arrays.to[way])]))
        return PricedWays(ways.arrays, fen)

    def _way_fen(self, fares: Fares, ways: Ways, way: int, ends: tuple[str, str]) -> int:
        """Fen of one way, as its legs will cost."""
        gate = int(ways.arrays.gate[way])
        exit_s, entry_s = int(ways.exit_s[way]), int(ways.entry_s[way])
        before_s, after_s = int(ways.arrays.before_s[:, way].max()), int(ways.arrays.after_s[:, way].max())
        first, second = WAY_MODES[int(ways.mode[way])], WAY_MODES[int(ways.mode_after[way])]
        km, km_after = float(ways.km[way]), float(ways.km_after[way])
        if gate == NO_GATE:
            parts = [(first, km, before_s - exit_s - entry_s, ends)]
        else:
            record = self._doors.gates[gate]
            at_border = record.kind == "border"
            parts = [(first, km, before_s - exit_s, (ends[0], record.from_node))] if at_border else []
            parts.append((second, km_after, after_s - entry_s, (record.to_node if at_border else ends[0], ends[1])))
        fen = 0
        for mode, length_km, seconds, stops in parts:
            if seconds <= 0 and length_km <= 0:
                continue
            fare = self._part_fare(fares, mode, length_km, stops)
            if fare.cny is None:
                return NO_FARE
            fen += round(fare.cny * 100)
        return fen

    def _part_fare(self, fares: Fares, mode: str, length_km: float, ends: tuple[str, str]) -> Fare:
        """What one leg of a way costs; of a drive, that of its road."""
        if mode == WAY_MODES[DRIVE]:
            drive = self._doors.roads.drive(*ends)
            if drive is not None and drive.links:
                return fares.drive(drive.links)
        return fares.way(mode, length_km)


def _ride_arrays(doors: DoorToDoor, timetable: Timetable, fares: Fares | None) -> RideArrays:
    """The hops of a timetable as the rounds need them."""
    hops, connections = timetable.hops, timetable.connections
    count = len(hops.depart_s)
    order = np.lexsort((connections.call, hops.run))
    onward = np.full(count, -1, dtype=np.int32)
    same = hops.run[order[1:]] == hops.run[order[:-1]]
    onward[order[:-1][same]] = order[1:][same]
    tariff = np.full(count, -1, dtype=np.int32)
    board_m, alight_m = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    if fares is not None and count:
        trips = doors.network.trips
        trip = connections.run % connections.trip_count
        pattern = trips.pattern[trip]
        tariff = fares.tariff_of_pattern[pattern].astype(np.int32)
        call = fares.first_call[pattern] + connections.call - trips.first_call[trip]
        board_m, alight_m = fares.metres[call], fares.metres[call + 1]
    boarded = np.flatnonzero(hops.board_point >= 0)
    event = boarded[np.argsort(hops.board_point[boarded], kind="stable")].astype(np.int32)
    points = len(doors.points.board)
    first_event = np.concatenate([[0], np.cumsum(np.bincount(hops.board_point[boarded], minlength=points))]).astype(np.int64)
    return RideArrays(
        hops.depart_s, hops.arrive_s, hops.alight_point, connections.from_stop, connections.to_stop, hops.run, onward, tariff,
        board_m, alight_m, first_event, event,
    )  # fmt: skip
