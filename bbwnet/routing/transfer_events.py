"""Every journey of a window between places, and every change of vehicle on them: where, from what to what, how long, how safe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.routing.transfer_kernels import (
    E_ALIGHT,
    E_BOARD,
    E_BORDER,
    E_ENTRY,
    E_EXIT,
    E_HOP_BOARDED,
    E_HOP_LEFT,
    E_JOURNEY,
    E_NUMBER,
    E_OFF,
    E_ROAD,
    E_SLACK,
    E_WAIT,
    E_WAY,
    EVENT_COLUMNS,
    J_ARRIVE,
    J_BOARDINGS,
    J_COUNT,
    J_FIRST,
    J_HOP_FIRST,
    J_HOP_LAST,
    J_LEAVE,
    J_ORIGIN,
    JOURNEY_COLUMNS,
    Changes,
    trace_journeys,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.routing.door_to_door import DoorToDoor, ModeSearch


@dataclass(frozen=True)
class JourneyTable:
    """Journeys between places (n journeys), each for the wished departures that make it; seconds on the region's clock."""

    origin: NDArray[np.int64]
    """Position among the places asked for."""
    destination: NDArray[np.int64]
    first_start: NDArray[np.int64]
    """Position of the first wished departure."""
    departures: NDArray[np.int64]
    """Wished departures that make the journey, one after the other."""
    leave_s: NDArray[np.int64]
    arrive_s: NDArray[np.int64]
    """Of a way with no vehicle, both are those of its first departure."""
    boardings: NDArray[np.int64]
    hop_first: NDArray[np.int64]
    """Hop boarded first, a position in `Timetable.hops`; -1 with no vehicle."""
    hop_last: NDArray[np.int64]
    """Hop left last."""

    def __len__(self) -> int:
        """Count the journeys."""
        return len(self.origin)


@dataclass(frozen=True)
class TransferEvents:
    """Changes of vehicle (n changes), journey after journey in the order travelled."""

    journey: NDArray[np.int64]
    """Row of the journey."""
    number: NDArray[np.int64]
    """Place among the changes of the journey, from zero."""
    alight: NDArray[np.int64]
    """Alighting point left, a position in `Points.alight`."""
    board: NDArray[np.int64]
    """Boarding point entered."""
    hop_left: NDArray[np.int64]
    hop_boarded: NDArray[np.int64]
    way: NDArray[np.int64]
    """Way taken, among the transfers of the search."""
    off_s: NDArray[np.int64]
    """Second of getting off."""
    exit_s: NDArray[np.int64]
    """Out of the terminal."""
    way_s: NDArray[np.int64]
    """From door to door of the terminals; or the whole change within one stop, or behind the gates."""
    entry_s: NDArray[np.int64]
    """Into the next terminal until ready to board."""
    wait_s: NDArray[np.int64]
    """Waiting: for the vehicle, for the first shuttle, and the mean wait of services known by their headway."""
    border_s: NDArray[np.int64]
    """Waiting for and passing a border."""
    slack_s: NDArray[np.int64]
    """Delay of the vehicle left that the change bears without missing the next."""

    def __len__(self) -> int:
        """Count the changes."""
        return len(self.journey)

    @property
    def walk_s(self) -> NDArray[np.int64]:
        """Out of the one terminal, along the way and into the next, or the change within one stop."""
        return self.exit_s + self.way_s + self.entry_s

    @property
    def hour(self) -> NDArray[np.int64]:
        """Hour of the day of getting off, 0 to 23."""
        return self.off_s // 3600 % 24


@dataclass(frozen=True)
class TracedJourneys:
    """What all wished departures of a window between some places become."""

    places: tuple[str, ...]
    starts: int
    """Wished departures of each pair."""
    journeys: JourneyTable
    events: TransferEvents


def trace_transfers(search: ModeSearch, places: Sequence[str], start_s: NDArray[np.int64], *, planned: bool = False) -> TracedJourneys:
    """Journeys and changes of all departures `start_s` (seconds, rising) between all `places`, which the search knows.

    The earliest arrival counts; of equal ones that with the fewest changes, or with `planned` that which leaves latest.
    """
    doors = search.doors
    rows = np.array([doors.row[place] for place in places], dtype=np.int64)
    starts = np.ascontiguousarray(start_s, dtype=np.int64)
    changes = _changes(doors)
    journeys: list[NDArray[np.int64]] = [np.empty((0, JOURNEY_COLUMNS), dtype=np.int64)]
    events: list[NDArray[np.int64]] = [np.empty((0, EVENT_COLUMNS), dtype=np.int64)]
    destinations: list[NDArray[np.int64]] = []
    known = 0
    for position, place in enumerate(places):
        profile, _ = search.timetable.profile(place)
        made, changed = trace_journeys(
            rows, rows[position], doors.to_board.arrays, search.direct.arrays, profile, search.timetable.hops, changes, doors.clock,
            starts, not planned,
        )  # fmt: skip
        changed[:, E_JOURNEY] += known
        known += len(made)
        journeys.append(made)
        events.append(changed)
        destinations.append(np.full(len(made), position, dtype=np.int64))
    position_of = np.zeros(len(doors.row), dtype=np.int64)
    position_of[rows] = np.arange(len(rows))
    return TracedJourneys(
        tuple(places),
        len(starts),
        _journey_table(np.concatenate(journeys), np.concatenate([np.empty(0, dtype=np.int64), *destinations]), position_of),
        _event_table(np.concatenate(events)),
    )


def _changes(doors: DoorToDoor) -> Changes:
    """The transfers of a search as its kernels take them."""
    return Changes(
        doors.transfers.arrays,
        doors.transfers.exit_s,
        doors.transfers.entry_s,
        np.array([point.headway_wait_s for point in doors.points.board], dtype=np.int64),
        np.array([gate.kind == "border" for gate in doors.gates], dtype=np.bool_),
    )


def _journey_table(rows: NDArray[np.int64], destination: NDArray[np.int64], position_of: NDArray[np.int64]) -> JourneyTable:
    return JourneyTable(
        origin=position_of[rows[:, J_ORIGIN]],
        destination=destination,
        first_start=rows[:, J_FIRST].copy(),
        departures=rows[:, J_COUNT].copy(),
        leave_s=rows[:, J_LEAVE].copy(),
        arrive_s=rows[:, J_ARRIVE].copy(),
        boardings=rows[:, J_BOARDINGS].copy(),
        hop_first=rows[:, J_HOP_FIRST].copy(),
        hop_last=rows[:, J_HOP_LAST].copy(),
    )


def _event_table(rows: NDArray[np.int64]) -> TransferEvents:
    return TransferEvents(
        journey=rows[:, E_JOURNEY].copy(),
        number=rows[:, E_NUMBER].copy(),
        alight=rows[:, E_ALIGHT].copy(),
        board=rows[:, E_BOARD].copy(),
        hop_left=rows[:, E_HOP_LEFT].copy(),
        hop_boarded=rows[:, E_HOP_BOARDED].copy(),
        way=rows[:, E_WAY].copy(),
        off_s=rows[:, E_OFF].copy(),
        exit_s=rows[:, E_EXIT].copy(),
        way_s=rows[:, E_ROAD].copy(),
        entry_s=rows[:, E_ENTRY].copy(),
        wait_s=rows[:, E_WAIT].copy(),
        border_s=rows[:, E_BORDER].copy(),
        slack_s=rows[:, E_SLACK].copy(),
    )
