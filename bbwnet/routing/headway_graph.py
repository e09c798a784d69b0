"""The network as those see it who know headways only: arcs of access, boarding, riding, transfers and egress for optimal strategies.

No clock is known here. A way whose seconds depend on the period takes their mean over the scenario's window of departures, and a gate
its dwell and the mean wait of who comes at any minute of that window. Services run at all hours, at their headway. Delays of single
trips do not count; cancelled ones make their service the more seldom.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from bbwnet.routing.headways import strategy_headway_s, window_seconds
from bbwnet.routing.strategies import arc_arrays
from bbwnet.routing.ways import NO_GATE
from bbwnet.scenario.schema.base import DAY_SECONDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.routing.door_to_door import DoorToDoor
    from bbwnet.routing.strategy_kernels import ArcArrays
    from bbwnet.routing.ways import Ways

ACCESS, BOARD, STAY, LEAVE, TRANSFER, EGRESS = range(6)
"""Kinds of arcs: to the first vehicle; into one; a section and on in the same; a section and off; to the next vehicle; from the last."""

MINUTE_S = 60


class MeanWays(NamedTuple):
    """Mean seconds of ways over the window, an array each (n ways)."""

    seconds: NDArray[np.float64]
    border_s: NDArray[np.float64]
    """Part of them that a border takes, its closed hours included."""


@dataclass(frozen=True)
class HeadwayGraph:
    """Arcs for strategies; nodes are origins, then destinations, boarding points, alighting points and sections of patterns."""

    arcs: ArcArrays
    kind: NDArray[np.int8]
    number: NDArray[np.int64]
    """Way of an access, transfer or egress; section of a boarding or ride."""
    border_s: NDArray[np.float64]
    km: NDArray[np.float64]
    pattern: NDArray[np.int64]
    """Pattern of each section."""
    position: NDArray[np.int64]
    """Position in its pattern of the stop where each section begins."""
    headway_s: NDArray[np.float64]
    """Headway of each section's pattern."""
    places: int
    """Number of places."""

    def origin(self, row: int) -> int:
        """Node of a place where journeys begin."""
        return row

    def destination(self, row: int) -> int:
        """Node of a place where they end."""
        return self.places + row


@dataclass
class _ArcList:
    """Collects arcs; columns are tail, head, seconds, wait, kind, number, border seconds, kilometres."""

    parts: list[tuple[NDArray[Any], ...]] = field(default_factory=list)

    def add(self, kind: int, tail: Any, head: Any, seconds: Any, *, wait: Any = 0.0, number: Any, border: Any = 0.0, km: Any = 0.0) -> None:
        """Add arcs of one kind: arrays, or one value for all."""
        count = len(tail)
        columns = (tail, head, seconds, wait, kind, number, border, km)
        self.parts.append(tuple(np.broadcast_to(np.asarray(column), (count,)) for column in columns))

    def columns(self) -> list[NDArray[Any]]:
        """Every column, whole."""
        return [np.concatenate(list(column)) for column in zip(*self.parts, strict=True)]


class HeadwayClock:
    """What is left of the clock: the window of departures, minute by minute."""

    def __init__(self, doors: DoorToDoor) -> None:
        """Take periods and gates of a search, and the window of its scenario."""
        first, until = window_seconds(doors.network)
        self.window_s = until - first
        minutes = np.arange(first, max(until, first + 1), MINUTE_S) % DAY_SECONDS
        clock = doors.clock
        period = np.searchsorted(clock.period_start_s, minutes, side="right") - 1
        self._weight = np.bincount(period, minlength=len(clock.period_start_s)) / len(minutes)
        since = (minutes[None, :] - clock.gate_open_s[:, None]) % DAY_SECONDS
        closed = (since > clock.gate_span_s[:, None]) & (clock.gate_span_s[:, None] < DAY_SECONDS)
        self._gate_s = np.where(closed, DAY_SECONDS - since, 0).mean(axis=1) + clock.gate_dwell_s
        self._is_border = np.array([gate.kind == "border" for gate in doors.gates], dtype=bool)

    def mean(self, ways: Ways) -> MeanWays:
        """Mean seconds of every way."""
        arrays = ways.arrays
        seconds: NDArray[np.float64] = self._weight @ (arrays.before_s + arrays.after_s).astype(np.float64)
        border = np.zeros(len(ways))
        gated = arrays.gate != NO_GATE
        at_gate = self._gate_s[arrays.gate[gated]]
        seconds[gated] += at_gate
        border[gated] = np.where(self._is_border[arrays.gate[gated]], at_gate, 0.0)
        return MeanWays(seconds, border)


def headway_graph(doors: DoorToDoor, services: tuple[str, ...], clock: HeadwayClock) -> HeadwayGraph:
    """The graph of some modes of service, with the ways to them, from them and between them.

    Vehicles are neither boarded nor left at closed stops, but pass them; services over a closed link do not run.
    """
    points, places = doors.points, len(doors.row)
    board_node = 2 * places
    alight_node = board_node + len(points.board)
    first_section = alight_node + len(points.alight)
    arcs = _ArcList()
    _add_ways(arcs, ACCESS, doors.to_board, clock, 0, board_node)
    _add_ways(arcs, TRANSFER, doors.transfers, clock, alight_node, board_node)
    _add_ways(arcs, EGRESS, doors.from_alight, clock, alight_node, places)

    trip, headway = _trips_that_stand_for_patterns(doors, services, clock.window_s)
    call, trip_row = _sections(doors, trip)
    trips = doors.network.trips
    pattern = trips.pattern[trip].astype(np.int64)[trip_row]
    position = call - trips.first_call[trip][trip_row]
    km = np.array([trips.patterns[p].length_km[at] for p, at in zip(pattern.tolist(), position.tolist(), strict=True)], dtype=np.float64)
    closed = [doors.network.node_index[node] for node in doors.state.closed_nodes if node in doors.network.node_index]
    usable = ~np.isin(trips.stop, closed)
    section = np.arange(len(call))
    node = first_section + section
    board = np.flatnonzero(usable[call] & (points.board_of_call[call] >= 0))
    arcs.add(
        BOARD, board_node + points.board_of_call[call[board]], node[board], 0.0, wait=headway[trip_row[board]] / 2, number=section[board]
    )
    stay = np.flatnonzero(trip_row[1:] == trip_row[:-1])
    run = trips.arrive_s[call + 1] - trips.depart_s[call]
    dwell = trips.depart_s[call + 1] - trips.arrive_s[call + 1]
    arcs.add(STAY, node[stay], node[stay + 1], (run + dwell)[stay], number=section[stay], km=km[stay])
    leave = np.flatnonzero(usable[call + 1] & (points.alight_of_call[call + 1] >= 0))
    arcs.add(LEAVE, node[leave], alight_node + points.alight_of_call[call[leave] + 1], run[leave], number=section[leave], km=km[leave])

    tail, head, seconds, wait, kind, number, border, kilometres = arcs.columns()
    return HeadwayGraph(
        arc_arrays(first_section + len(section), tail, head, seconds, wait),
        kind.astype(np.int8), number.astype(np.int64), border.astype(np.float64), kilometres.astype(np.float64),
        pattern, position, headway[trip_row], places,
    )  # fmt: skip


def _add_ways(arcs: _ArcList, kind: int, ways: Ways, clock: HeadwayClock, first_tail: int, first_head: int) -> None:
    mean = clock.mean(ways)
    arcs.add(
        kind, first_tail + ways.row.astype(np.int64), first_head + ways.arrays.to.astype(np.int64), mean.seconds,
        number=np.arange(len(ways)), border=mean.border_s, km=ways.km + ways.km_after,
    )  # fmt: skip


def _trips_that_stand_for_patterns(
    doors: DoorToDoor, services: tuple[str, ...], window_s: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The first trip of each pattern that runs at all, and the headways of these patterns."""
    trips, state = doors.network.trips, doors.state
    count = np.bincount(trips.pattern, minlength=len(trips.patterns))
    first = np.cumsum(count) - count
    cancelled = np.bincount(trips.pattern[sorted(state.cancelled_trips)], minlength=len(trips.patterns))
    chosen: list[int] = []
    headways: list[float] = []
    for number, pattern in enumerate(trips.patterns):
        running = int(count[number] - cancelled[number])
        if pattern.mode not in services or running == 0:
            continue
        if state.closed_links and not state.closed_links.isdisjoint(link for section in pattern.links for link in section):
            continue
        chosen.append(int(first[number]))
        headways.append(strategy_headway_s(pattern, window_s, running / int(count[number])))
    return np.array(chosen, dtype=np.int64), np.array(headways, dtype=np.float64)


def _sections(doors: DoorToDoor, trip: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The call where each section of these trips begins, and the position of its trip among them."""
    first_call = doors.network.trips.first_call
    begin, count = first_call[trip], first_call[trip + 1] - first_call[trip] - 1
    trip_row = np.repeat(np.arange(len(trip)), count)
    within = np.arange(len(trip_row)) - np.repeat(np.cumsum(count) - count, count)
    return begin[trip_row] + within, trip_row
