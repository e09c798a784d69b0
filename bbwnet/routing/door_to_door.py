"""Door to door by timetable and road: what becomes of every departure of a window, between all places, by mode."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from bbwnet.routing.access import access_of
from bbwnet.routing.clock import UNREACHED, Clock
from bbwnet.routing.connections import Connections, connections_of
from bbwnet.routing.departure_kernels import ChoiceArrays, choose, fill_day_ends, fill_percentiles, nearest_rank
from bbwnet.routing.gates import gate_arrays, gates_of
from bbwnet.routing.headways import with_headways
from bbwnet.routing.own_car import own_car_ways
from bbwnet.routing.points import points_of
from bbwnet.routing.profile_kernels import HopArrays, ProfileArrays, compact, scan_profile
from bbwnet.routing.road import RoadSearch
from bbwnet.routing.ways import Ways, joined, towards
from bbwnet.scenario.schema.base import DAY_SECONDS
from bbwnet.scenario.schema.scenario_file import WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.network.state import NetworkState

DoorMode = Literal["rail", "coach", "air", "sea", "transit", "road", "best"]
"""One service mode with ways to its terminals; `transit`: all of them, and ways all along on foot, by bus or taxi; `road`: one's own
car; `best`: transit or own car, whichever arrives first."""

DOOR_MODES: tuple[DoorMode, ...] = get_args(DoorMode)

SERVICES_OF: dict[DoorMode, tuple[str, ...]] = {
    "rail": ("rail",),
    "coach": ("coach",),
    "air": ("air",),
    "sea": ("ferry",),
    "transit": ("rail", "coach", "air", "ferry"),
    "road": (),
    "best": ("rail", "coach", "air", "ferry"),
}


@dataclass(frozen=True)
class Departures:
    """What becomes of every departure from one place to another; seconds on the region's clock."""

    start_s: NDArray[np.int64]
    """Wished departures, rising."""
    choice: ChoiceArrays

    @property
    def leave_s(self) -> NDArray[np.int64]:
        """Second at which the door is left for the arrival; -1 where there is none."""
        return self.choice.leave_s

    @property
    def arrive_s(self) -> NDArray[np.int64]:
        """Arrival; `UNREACHED` if there is none."""
        return self.choice.arrive_s

    @property
    def reached(self) -> NDArray[np.bool_]:
        """Which departures arrive at all."""
        return np.asarray(self.choice.arrive_s != UNREACHED, dtype=np.bool_)

    @property
    def transfers(self) -> NDArray[np.int64]:
        """Changes of vehicle."""
        return np.maximum(self.choice.boardings - 1, 0)

    def minutes(self, *, planned: bool) -> NDArray[np.float64]:
        """Minutes from the wished departure, or with `planned` from leaving the door; infinite if there is no arrival."""
        begin = self.leave_s if planned else self.start_s
        found = np.full(len(self.start_s), np.inf)
        found[self.reached] = (self.arrive_s[self.reached] - begin[self.reached]) / 60
        return found


@dataclass(frozen=True)
class TravelTimes:
    """Minutes between places over the departures of a window."""

    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    percentiles: tuple[float, ...]
    minutes: NDArray[np.float32]
    """Origin x destination x percentile; not-a-number where that share of the departures does not arrive."""
    reached_share: NDArray[np.float32]
    """Origin x destination: share of the departures that arrive."""


class DoorToDoor:
    """Searches between fixed places in one state of the network; those of each mode are made when first asked for."""

    def __init__(self, network: Network, state: NetworkState, places: Sequence[str]) -> None:
        """Prepare the ways between `places` (rows of `Network.nodes` by name) and all terminals.

        Raises `KeyError` for a place that the network does not have.
        """
        self.network, self.state, waits = with_headways(network, state)
        self.row = {place: number for number, place in enumerate(dict.fromkeys(places))}
        self._nodes = [network.node_index[place] for place in self.row]
        self.points = points_of(self.network, waits)
        self.gates = gates_of(network, state)
        self.clock = Clock(np.array(state.period_start_s, dtype=np.int64), *gate_arrays(self.gates))
        self.access = access_of(self.network, state, self._nodes, self.points, self.gates)
        self.to_board, self.from_alight = self.access.to_board.quickest(), self.access.from_alight.quickest()
        self.transfers = self.access.transfers.quickest()
        self._own_car: Ways | None = None
        self._roads: RoadSearch | None = None
        self._timetables: dict[tuple[str, ...], Timetable] = {}
        self._modes: dict[DoorMode, ModeSearch] = {}

    @property
    def roads(self) -> RoadSearch:
        """Drives link by link."""
        if self._roads is None:
            self._roads = RoadSearch(self.network, self.state)
        return self._roads

    @property
    def own_car(self) -> Ways:
        """Drives from place to place, parking included."""
        if self._own_car is None:
            self._own_car = own_car_ways(self.network, self.state, self._nodes, self._nodes, self.gates)
        return self._own_car

    def timetable(self, services: tuple[str, ...]) -> Timetable:
        """The timetable of some modes of service."""
        if services not in self._timetables:
            self._timetables[services] = Timetable(self, services)
        return self._timetables[services]

    def by(self, mode: DoorMode) -> ModeSearch:
        """The search of one mode."""
        if mode not in self._modes:
            self._modes[mode] = ModeSearch(self, mode)
        return self._modes[mode]


class Timetable:
    """The connections of some modes of service, and the profiles of destinations over them, each kept once it is made."""

    def __init__(self, doors: DoorToDoor, services: tuple[str, ...]) -> None:
        """Take the services of these modes that run on the day of the week looked at."""
        network, points = doors.network, doors.points
        weekday = WEEKDAYS.index(network.settings.evaluation.weekday)
        self.connections: Connections = connections_of(network, doors.state, lambda pattern: pattern.mode in services, weekday)
        found = self.connections
        self.hops = HopArrays(
            found.depart_s, found.arrive_s, points.board_of_call[found.call], points.alight_of_call[found.call + 1], found.run
        )
        boarded = self.hops.board_point[self.hops.board_point >= 0]
        self._first = np.concatenate([[0], np.cumsum(np.bincount(boarded, minlength=len(points.board)))]).astype(np.int64)
        self._doors = doors
        self._profiles: dict[str, tuple[ProfileArrays, Ways]] = {}

    def profile(self, destination: str) -> tuple[ProfileArrays, Ways]:
        """The profile of every boarding point towards a destination, and the ways of egress that it names."""
        if destination not in self._profiles:
            doors, room = self._doors, len(self.hops.depart_s)
            egress = towards(doors.from_alight, doors.row[destination])
            scratch = ProfileArrays(
                self._first,
                np.zeros(len(self._first) - 1, dtype=np.int64),
                np.empty(room, dtype=np.int64),
                np.empty(room, dtype=np.int64),
                np.empty(room, dtype=np.int32),
                np.empty(room, dtype=np.int32),
                np.empty(room, dtype=np.int32),
            )
            scan_profile(self.hops, self.connections.run_count, doors.transfers.arrays, egress.arrays, doors.clock, scratch)
            self._profiles[destination] = compact(scratch), egress
        return self._profiles[destination]


class ModeSearch:
    """Searches by one mode."""

    def __init__(self, doors: DoorToDoor, mode: DoorMode) -> None:
        """Take the timetable of the mode's services, and the ways with none."""
        self.doors, self.mode = doors, mode
        self.timetable = doors.timetable(SERVICES_OF[mode])
        direct = doors.access.direct
        if mode == "road":
            self.direct = doors.own_car
        elif mode == "best":
            self.direct = joined(direct.quickest(), doors.own_car)
        else:
            self.direct = direct.quickest() if mode == "transit" else direct.only(np.zeros(len(direct), dtype=bool))

    def departures(self, origin: str, destination: str, start_s: NDArray[np.int64], *, planned: bool = False) -> Departures:
        """What becomes of each departure, `start_s` rising, on the day that the timetable describes.

        The earliest arrival counts; of equal ones that with the fewest changes, or with `planned` that which leaves latest. From a place
        to itself it takes no time, by any mode.
        """
        row = self.doors.row
        if row[origin] == row[destination]:
            nothing = np.zeros_like(start_s)
            return Departures(start_s, ChoiceArrays(start_s.copy(), start_s.copy(), nothing, nothing - 1, nothing - 1))
        profile, _ = self.timetable.profile(destination)
        choice = ChoiceArrays(*(np.empty(len(start_s), dtype=np.int64) for _ in ChoiceArrays._fields))
        choose(
            row[origin], row[destination], self.doors.to_board.arrays, self.direct.arrays, profile, self.doors.clock,
            np.ascontiguousarray(start_s, dtype=np.int64),
            not planned, choice,
        )  # fmt: skip
        return Departures(start_s, choice)

    def day_ends(self, places: Sequence[str], start_s: NDArray[np.int64], home_by_s: int) -> DayEnds:
        """First arrivals and last departures in time between all `places` (rows are left, columns reached), `start_s` rising."""
        row = self.doors.row
        rows = np.array([row[place] for place in places], dtype=np.int64)
        first, last = (np.empty((len(places), len(places)), dtype=np.int64) for _ in range(2))
        choice = ChoiceArrays(*(np.empty(len(start_s), dtype=np.int64) for _ in ChoiceArrays._fields))
        for column, destination in enumerate(places):
            profile, _ = self.timetable.profile(destination)
            fill_day_ends(
                rows, row[destination], self.doors.to_board.arrays, self.direct.arrays, profile, self.doors.clock,
                np.ascontiguousarray(start_s, dtype=np.int64), home_by_s, choice, first[column], last[column],
            )  # fmt: skip
        return DayEnds(np.ascontiguousarray(first.T), np.ascontiguousarray(last.T))

    def travel_times(
        self,
        origins: Sequence[str],
        destinations: Sequence[str],
        start_s: NDArray[np.int64],
        percentiles: Sequence[float],
        *,
        planned: bool = False,
    ) -> TravelTimes:
        """Percentiles over the departures `start_s` (rising) between all origins and destinations; zero from a place to itself.

        Nearest rank; departures that do not arrive count as infinite before, as in R5, and as not-a-number after.
        """
        row = self.doors.row
        rows = np.array([row[origin] for origin in origins], dtype=np.int64)
        asked = np.array(percentiles, dtype=np.float64)
        minutes = np.zeros((len(destinations), len(origins), len(asked)), dtype=np.float32)
        share = np.ones((len(destinations), len(origins)), dtype=np.float32)
        choice = ChoiceArrays(*(np.empty(len(start_s), dtype=np.int64) for _ in ChoiceArrays._fields))
        for column, destination in enumerate(destinations):
            profile, _ = self.timetable.profile(destination)
            fill_percentiles(
                rows, row[destination], self.doors.to_board.arrays, self.direct.arrays, profile, self.doors.clock,
                np.ascontiguousarray(start_s, dtype=np.int64), asked, planned, choice, minutes[column], share[column],
            )  # fmt: skip
        return TravelTimes(
            tuple(origins), tuple(destinations), tuple(percentiles),
            np.ascontiguousarray(minutes.transpose(1, 0, 2)), np.ascontiguousarray(share.T),
        )  # fmt: skip


@dataclass(frozen=True)
class DayEnds:
    """When a day out begins and must end, between places; seconds on the region's clock."""

    first_arrival_s: NDArray[np.int64]
    """Arrival of who leaves with the first departure of the window (n places x n places), `UNREACHED` if there is none."""
    last_leave_s: NDArray[np.int64]
    """Latest second to leave so as to arrive in time (n places x n places), -1 if there is none."""


def percentile_minutes(minutes: NDArray[np.float64], percentile: float) -> float:
    """Nearest-rank percentile of minutes that may be infinite; not-a-number if it is."""
    position = percentile_position(minutes, percentile)
    return float(minutes[position]) if np.isfinite(minutes[position]) else float("nan")


def percentile_position(minutes: NDArray[np.float64], percentile: float) -> int:
    """Position of the departure that the nearest-rank percentile falls on, the first of equals."""
    order = np.argsort(minutes, kind="stable")
    return int(np.flatnonzero(minutes == minutes[order[nearest_rank(float(percentile), len(order))]])[0])


def window_starts(first_s: int, until_s: int, every_s: int) -> NDArray[np.int64]:
    """Wished departures of a window, both ends included, within the day described.

    Raises `ValueError` if the window ends before it begins or leaves the day.
    """
    if not 0 <= first_s <= until_s <= DAY_SECONDS:
        raise ValueError(f"departures from second {first_s} until {until_s} are no window of the day")
    return np.arange(first_s, until_s + 1, every_s, dtype=np.int64)
