"""Boarding and alighting points: a stop as travellers of one mode meet it, with the time to get in and to get out.

Flights that close their check-in earlier than others at one airport, or coaches and trains at one stop, have points of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.scenario.schema.scenario_file import AccessChoice
    from bbwnet.scenario.schema.services import Service


@dataclass(frozen=True, order=True)
class Point:
    """Where vehicles of a mode are boarded or left."""

    stop: int
    """Row of `Network.nodes`."""
    mode: str
    """Mode of the services."""
    seconds: int
    """From the door to being ready to board, mean waits of the headway view included; or from getting off to the door."""
    headway_wait_s: int = 0
    """Part of `seconds` that is the mean wait of a service known by its headway only."""


@dataclass(frozen=True)
class Points:
    """Boarding and alighting points, each sorted, and those of every call of every trip."""

    board: tuple[Point, ...]
    alight: tuple[Point, ...]
    board_of_call: NDArray[np.int32]
    """Boarding point of each call of `Network.trips`; -1 where passengers do not board."""
    alight_of_call: NDArray[np.int32]
    """Alighting point of each call; -1 where they do not get off."""


def points_of(network: Network, headway_wait_s: dict[int, int] | None = None) -> Points:
    """Points of all patterns; `headway_wait_s` adds a mean wait to the boarding of some patterns."""
    choice, walk_factor = network.settings.access, network.settings.policy.transfer.walk_factor
    waits = headway_wait_s or {}
    index = network.node_index
    boards: list[list[Point]] = []
    alights: list[list[Point]] = []
    for number, pattern in enumerate(network.trips.patterns):
        entry, leaving = terminal_seconds(network.assembly.services[pattern.service], choice, walk_factor)
        wait = waits.get(number, 0)
        boards.append([Point(index[stop], pattern.mode, entry + wait, wait) for stop in pattern.stops])
        alights.append([Point(index[stop], pattern.mode, leaving) for stop in pattern.stops])
    board, board_rows = _numbered(boards)
    alight, alight_rows = _numbered(alights)
    patterns = network.trips.patterns
    return Points(
        board,
        alight,
        _of_calls(network, board_rows, [pattern.may_board for pattern in patterns]),
        _of_calls(network, alight_rows, [pattern.may_alight for pattern in patterns]),
    )


def terminal_seconds(service: Service, choice: AccessChoice, walk_factor: float) -> tuple[int, int]:
    """Seconds from the door of a terminal to boarding a service, and from leaving it to the door.

    Flights and ferries without vehicles say so themselves (`check_in_min`, `check_out_min`); what a ro-ro ferry says is for its vehicles.
    """
    usual = {
        "rail": (choice.rail_entry_min, choice.rail_exit_min),
        "coach": (choice.coach_entry_min, choice.coach_exit_min),
        "air": (choice.air_entry_min, choice.air_exit_min),
        "ferry": (choice.ferry_entry_min, choice.ferry_exit_min),
    }[service.mode]
    own = (None, None) if service.carries_vehicles else (service.check_in_min, service.check_out_min)
    entry, leaving = (given if given is not None else default for given, default in zip(own, usual, strict=True))
    return round(entry * 60 * walk_factor), round(leaving * 60 * walk_factor)


def _numbered(points: list[list[Point]]) -> tuple[tuple[Point, ...], list[list[int]]]:
    """The distinct points, sorted, and the number of each point given."""
    distinct = tuple(sorted({point for row in points for point in row}))
    number = {point: position for position, point in enumerate(distinct)}
    return distinct, [[number[point] for point in row] for row in points]


def _of_calls(network: Network, rows: list[list[int]], allowed: list[tuple[bool, ...]]) -> NDArray[np.int32]:
    """The point of each call, trips one after the other; -1 where it is not allowed."""
    masked = [
        np.where(np.array(may, dtype=bool), np.array(row, dtype=np.int32), np.int32(-1)) for row, may in zip(rows, allowed, strict=True)
    ]
    calls = [masked[pattern] for pattern in network.trips.pattern.tolist()]
    return np.concatenate(calls).astype(np.int32) if calls else np.zeros(0, dtype=np.int32)
