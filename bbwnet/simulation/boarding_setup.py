"""The records of boarding laid out: trips on their days, queues, who may change where, servers at doors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.scenario.schema.base import DAY_SECONDS
from bbwnet.simulation.boarding_state import (
    BOOKED_QUEUES,
    BUSY,
    CALL,
    CHECKED,
    CHECKS,
    COHORT,
    COUNTERS,
    DOOR_QUEUES,
    END,
    ENDED,
    FIRST_DAY,
    FREE,
    N_CALLS,
    N_DAYS,
    N_TRIPS,
    NONE,
    PATTERN,
    PIECE,
    QUEUE,
    RIDE,
    RUN,
    SERVER,
    TOTALS,
    TRIP,
    USED,
    BoardingState,
)
from bbwnet.simulation.calendars import ALWAYS
from bbwnet.simulation.check_kernels import ROOM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from bbwnet.network.trips import Trips
    from bbwnet.simulation.boarding_state import Records
    from bbwnet.simulation.calendars import Calendar
    from bbwnet.simulation.cohort import PassengerCohorts

_GOLDEN = (np.sqrt(5.0) - 1) / 2

MODES = ("rail", "coach", "air", "ferry")
"""Modes of services, as patterns count them."""


@dataclass(frozen=True)
class DoorChecks:
    """Checks at the door of a terminal: so many lanes, each person so many seconds."""

    node: int
    """Row of the network's nodes."""
    mode: str
    lanes: float
    seconds: float
    calendar: Calendar = ALWAYS


@dataclass(frozen=True)
class LineRules:
    """What passengers of a mode do."""

    turn_up: bool = False
    """Whether they take the first vehicle of their line that has room."""
    patience_s: float = np.inf
    cut_off_s: float = 0.0
    early_s: float = 0.0
    """Window before the latest second at the door over which parties come there."""


def boarding_state(
    cohorts: PassengerCohorts,
    trips: Trips,
    runs: NDArray[np.bool_],
    first_day: int,
    rules: Mapping[str, LineRules],
    checks: Sequence[DoorChecks] = (),
    nodes: int | None = None,
) -> BoardingState:
    """Lay out everything; nobody has set out, nothing has run, no capacity binds.

    `runs` (days x trips): what runs on each day, the first of them `first_day`. `nodes` is how many nodes the network has. Raises
    `ValueError` where `runs` is not of the trips.
    """
    if runs.shape[1:] != (trips.count,):
        raise ValueError(f"runs has {runs.shape} flags for {trips.count} trips")
    days, count, calls = len(runs), trips.count, len(trips.stop)
    nodes = int(trips.stop.max(initial=-1)) + 1 if nodes is None else nodes
    trip, patterns = _trips(trips), _patterns(trips, rules)
    waiting = int(sum(len(trips.patterns[row].stops) for row in np.flatnonzero(patterns["queue"] != NONE)))
    queues = np.zeros(waiting + days * calls + len(checks), dtype=QUEUE)
    queues["head"] = queues["tail"] = NONE
    run = np.zeros(days * count, dtype=RUN)
    run["capacity"] = np.inf
    run["end"] = np.where(runs.ravel(), np.tile(trip["calls"] - 1, days), NONE)
    counters = np.zeros(COUNTERS, dtype=np.int64)
    counters[[N_TRIPS, N_CALLS, N_DAYS, FIRST_DAY, FREE]] = count, calls, days, first_day, NONE
    counters[[BOOKED_QUEUES, DOOR_QUEUES]] = waiting, waiting + days * calls
    position, first, of_pattern, at = stops_of_patterns(trips, nodes)
    servers, moments, speeds = _servers(checks)
    return BoardingState(
        pieces=np.zeros(0, dtype=PIECE),
        rides=_rides(cohorts, trips, trip, rules),
        cohorts=_cohorts(cohorts),
        queues=queues,
        runs_left=_runs_left(trips, patterns, runs, waiting),
        runs=run,
        trips=trip,
        calls=_calls(trips, checks),
        patterns=patterns,
        aboard=np.full(days * calls, NONE, dtype=np.int32),
        booked=np.zeros(days * calls),
        position=position,
        stop_first=first,
        stop_pattern=of_pattern,
        stop_position=at,
        servers=servers,
        busy=np.zeros(ROOM * len(checks), dtype=BUSY),
        calendar_s=moments,
        calendar_speed=speeds,
        ends=np.zeros(0, dtype=END),
        checked=np.zeros(0, dtype=CHECKED),
        counters=counters,
        totals=np.zeros(TOTALS),
    )


def with_room(state: BoardingState, pieces: int, checked: int) -> BoardingState:
    """The state with room for so many pieces and visits to checks from now on; what is there stays."""
    made, ended, noted = (int(number) for number in state.counters[[USED, ENDED, CHECKS]])
    return state._replace(
        pieces=_longer(state.pieces, made + pieces),
        ends=_longer(state.ends, ended + made + pieces),
        checked=_longer(state.checked, noted + checked),
    )


def _longer(records: Records, count: int) -> Records:
    if len(records) >= count:
        return records
    longer = np.zeros(count + len(records) // 2, dtype=records.dtype)
    longer[: len(records)] = records
    return longer


def _trips(trips: Trips) -> Records:
    found = np.zeros(trips.count, dtype=TRIP)
    found["first_call"], found["calls"], found["pattern"] = trips.first_call[:-1], np.diff(trips.first_call), trips.pattern
    return found


def _patterns(trips: Trips, rules: Mapping[str, LineRules]) -> Records:
    found = np.zeros(len(trips.patterns), dtype=PATTERN)
    queue = 0
    found["trips"] = np.bincount(trips.pattern, minlength=len(found)) if trips.count else 0
    found["first_trip"] = np.searchsorted(trips.pattern, np.arange(len(found)))
    for row, pattern in enumerate(trips.patterns):
        rule = rules.get(pattern.mode, LineRules())
        found[row]["patience_s"], found[row]["cut_off_s"] = rule.patience_s, rule.cut_off_s
        found[row]["mode"] = MODES.index(pattern.mode)
        found[row]["queue"] = queue if rule.turn_up else NONE
        queue += len(pattern.stops) if rule.turn_up else 0
    return found


def _rides(cohorts: PassengerCohorts, trips: Trips, trip: Records, rules: Mapping[str, LineRules]) -> Records:
    found = np.zeros(len(cohorts.ride_trip), dtype=RIDE)
    first = trip["first_call"][cohorts.ride_trip]
    found["way_s"], found["entry_s"], found["check_s"] = cohorts.ride_way_s, cohorts.ride_entry_s, cohorts.ride_check_s
    found["trip"], found["day"] = cohorts.ride_trip, cohorts.ride_day
    found["from_position"], found["to_position"] = cohorts.ride_from - first, cohorts.ride_to - first
    found["stop"], found["target"] = trips.stop[cohorts.ride_from], trips.stop[cohorts.ride_to]
    head = cohorts.first_ride[:-1]
    window_s = np.array([rules.get(pattern.mode, LineRules()).early_s for pattern in trips.patterns])[
        trips.pattern[cohorts.ride_trip[head]]
    ]
    # Steps of this part of the whole fill a window evenly, however many they are; cohorts of a run follow each other in any order.
    found["early_s"][head] = np.floor(window_s * ((np.arange(1, len(head) + 1) * _GOLDEN) % 1.0))
    return found


def _cohorts(cohorts: PassengerCohorts) -> Records:
    found = np.zeros(len(cohorts), dtype=COHORT)
    for name in ("count", "leave_s", "arrive_s", "egress_s"):
        found[name] = getattr(cohorts, name)
    found["first_ride"], found["last_ride"] = cohorts.first_ride[:-1], cohorts.first_ride[1:] - 1
    return found


def _calls(trips: Trips, checks: Sequence[DoorChecks]) -> Records:
    found = np.zeros(len(trips.stop), dtype=CALL)
    found["arrive_s"], found["depart_s"], found["stop"], found["server"] = trips.arrive_s, trips.depart_s, trips.stop, NONE
    mode = np.array([pattern.mode for pattern in trips.patterns], dtype=object)
    of_call = np.repeat(mode[trips.pattern], np.diff(trips.first_call)) if trips.count else np.zeros(0, dtype=object)
    for number, item in enumerate(checks):
        found["server"][(trips.stop == item.node) & (of_call == item.mode)] = number
    return found


def _runs_left(trips: Trips, patterns: Records, runs: NDArray[np.bool_], waiting: int) -> NDArray[np.int32]:
    """Runs of all days for each queue of a line."""
    found = np.zeros(waiting, dtype=np.int32)
    by_pattern = np.bincount(trips.pattern, weights=runs.sum(axis=0), minlength=len(patterns)) if trips.count else np.zeros(len(patterns))
    for row, pattern in enumerate(trips.patterns):
        first = int(patterns[row]["queue"])
        if first != NONE:
            found[first : first + len(pattern.stops)] = int(by_pattern[row])
    return found


def stops_of_patterns(trips: Trips, nodes: int) -> tuple[NDArray[np.int16], NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """Where patterns may be left, and boarded, at nodes: `position` and the three `stop_` arrays of `BoardingState`."""
    position = np.full((len(trips.patterns), nodes), NONE, dtype=np.int16)
    rows: list[tuple[int, int, int]] = []
    first_trip = np.searchsorted(trips.pattern, np.arange(len(trips.patterns)))
    for number, pattern in enumerate(trips.patterns):
        if first_trip[number] >= trips.count or trips.pattern[first_trip[number]] != number:
            continue
        call = trips.first_call[first_trip[number]]
        for at in range(len(pattern.stops)):
            node = int(trips.stop[call + at])
            if at > 0 and pattern.may_alight[at]:
                position[number, node] = at
            if at + 1 < len(pattern.stops) and pattern.may_board[at]:
                rows.append((node, number, at))
    table = np.array(sorted(rows), dtype=np.int64).reshape(-1, 3)
    first = np.concatenate([[0], np.cumsum(np.bincount(table[:, 0], minlength=nodes))]).astype(np.int64)
    return position, first, table[:, 1].astype(np.int32), table[:, 2].astype(np.int32)


def _servers(checks: Sequence[DoorChecks]) -> tuple[Records, NDArray[np.float64], NDArray[np.float64]]:
    found = np.zeros(len(checks), dtype=SERVER)
    moments: list[NDArray[np.float64]] = []
    speeds: list[NDArray[np.float64]] = []
    used = 0
    for number, item in enumerate(checks):
        size = len(item.calendar.start_s)
        found[number]["lanes"], found[number]["service_s"], found[number]["first"] = item.lanes, item.seconds, ROOM * number
        found[number]["calendar"], found[number]["calendar_end"] = used, used + size
        used += size
        moments.append(item.calendar.start_s)
        speeds.append(item.calendar.speed)
    return found, np.concatenate([np.zeros(0), *moments]), np.concatenate([np.zeros(0), *speeds])


def midnight_s(first_day: int, day: int) -> float:
    """Second at which a day begins, counted from the first."""
    return float((first_day - 1 + day) * DAY_SECONDS)
