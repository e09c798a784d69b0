"""From one place to every node of the road graph: the earliest arrival for each departure, by any mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bbwnet.routing.arrival_kernels import follow_ways, scan_arrivals, spread_locally, through_gates
from bbwnet.routing.clock import UNREACHED
from bbwnet.routing.own_car import own_car_ways
from bbwnet.routing.transfers import Ends, add_recorded
from bbwnet.routing.ways import WayList
from bbwnet.scenario.schema.base import DAY_SECONDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.routing.clock import Clock
    from bbwnet.routing.door_to_door import DoorToDoor, ModeSearch
    from bbwnet.routing.ways import Ways


def node_arrivals(search: ModeSearch, origin: str, start_s: NDArray[np.int64]) -> NDArray[np.int64]:
    """Earliest second at which each node is reached from a place, for each departure (n departures x n nodes), `UNREACHED` if it is not.

    Nodes are reached over local roads from the place itself (`transit`, `best`) and from every stop, by the scenario's modes of access, and
    in one's own car (`road`, `best`). Local ways cross one border at most. Recorded transfers lead on from a stop or from the place too.
    """
    doors, timetable = search.doors, search.timetable
    near, clock = doors.access.near, doors.clock
    size = len(doors.network.nodes)
    row = np.array([doors.network.node_index[origin]], dtype=np.int64)
    local_s = near.local_seconds()
    stops = np.array([point.stop for point in doors.points.alight], dtype=np.int64)
    leaving = np.array([point.seconds for point in doors.points.alight], dtype=np.int64)
    periods = len(clock.period_start_s)
    stops, leaving = np.repeat(stops, periods), np.repeat(leaving, periods)
    ready, off = np.empty(len(doors.points.board), dtype=np.int64), np.empty((len(stops) // periods, periods), dtype=np.int64)
    recorded, all_along = _recorded_ways(doors, row)
    drives = own_car_ways(doors.network, doors.state, row.tolist(), range(size), doors.gates)
    reached = np.full((len(start_s), size), UNREACHED, dtype=np.int64)
    for number, start in enumerate(start_s.tolist()):
        nodes = reached[number]
        nodes[row[0]] = start
        if search.mode != "road":
            if search.mode in {"transit", "best"}:
                begin = np.array([start, *_later_periods(clock, start)], dtype=np.int64)
                spread_locally(begin, np.zeros_like(begin), near.row_of(np.repeat(row, len(begin))), local_s, clock, nodes)
            scan_arrivals(
                timetable.hops, timetable.connections.run_count, doors.to_board.arrays, doors.row[origin], doors.transfers.arrays, clock,
                start, ready, off,
            )  # fmt: skip
            spread_locally(off.ravel(), leaving, near.row_of(stops), local_s, clock, nodes)
            through_gates(*near.borders, local_s, clock, nodes)
            # After the borders, for nobody comes to one by them.
            if search.mode in {"transit", "best"}:
                follow_ways(all_along.arrays, 0, start, clock, nodes)
            for point in np.unique(recorded.row).tolist():
                # They take as long all day: who gets off first is there first.
                first_off = off[point].min()
                if first_off != UNREACHED:
                    follow_ways(recorded.arrays, point, first_off, clock, nodes)
        if search.mode in {"road", "best"}:
            # Last, for nobody drives to a border in his own car to leave it there.
            follow_ways(drives.arrays, 0, start, clock, nodes)
    return reached


def _recorded_ways(doors: DoorToDoor, origin: NDArray[np.int64]) -> tuple[Ways, Ways]:
    """The ways that the data give to every node: from alighting points, and from the place itself (its row of `Network.nodes`)."""
    points, everywhere = doors.points.alight, np.arange(len(doors.network.nodes))
    stops = np.array([point.stop for point in points], dtype=np.int64)
    leaving = np.array([point.seconds for point in points], dtype=np.int64)
    found = []
    for starts in (Ends(stops, leaving), Ends(origin, np.zeros_like(origin))):
        ways = WayList(len(doors.clock.period_start_s))
        add_recorded(ways, doors.network, doors.state, doors.gates, starts, Ends(everywhere, np.zeros_like(everywhere)))
        found.append(ways.ways(len(starts.node)))
    return found[0], found[1]


def _later_periods(clock: Clock, start: int) -> list[int]:
    """Seconds within a day of a start at which a period begins: it may pay to wait at home for it."""
    if len(clock.period_start_s) == 1:
        return []
    midnight = start - start % DAY_SECONDS
    begins = [midnight + day + int(second) for day in (0, DAY_SECONDS) for second in clock.period_start_s]
    return [begin for begin in begins if start < begin < start + DAY_SECONDS]
