"""Lanes before arcs, of toll plazas and border crossings, and how kernels of road traffic take them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.scenario.schema.base import DAY_SECONDS
from bbwnet.simulation.calendars import ALWAYS, Calendar
from bbwnet.simulation.road_link import VEHICLE_CLASSES
from bbwnet.simulation.road_state import LaneArrays, LaneState
from bbwnet.simulation.service_times import draw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bbwnet.scenario.schema.simulation_service_time import ServiceTime
    from bbwnet.simulation.streams import Streams

_ROOM = 256
LEAST_DRAWS = 1 << 14
"""Service times drawn for a server at least; a cohort takes the one of its number."""


@dataclass(frozen=True)
class LaneGroup:
    """Lanes that serve one queue."""

    kind: str
    """`toll_lanes` or `border_lanes`."""
    server: str
    """Identifier, unique in its kind."""
    lanes: float
    service: ServiceTime
    calendar: Calendar = ALWAYS


@dataclass(frozen=True)
class Station:
    """Lanes that some classes of vehicles pass before they are on an arc."""

    arc: int
    classes: tuple[int, ...]
    stops: LaneGroup
    """Lanes of those who do not pay electronically."""
    pays: LaneGroup | None = None
    """Lanes of those who do."""
    share: float = 0.0
    """Share that does."""

    @property
    def groups(self) -> tuple[LaneGroup, ...]:
        """Its lanes."""
        return (self.stops,) if self.pays is None else (self.stops, self.pays)


def lane_arrays(stations: Sequence[Station], arcs: int, streams: Streams, single: int) -> tuple[LaneArrays, LaneState]:
    """Stations as kernels take them; `single` is the number of single vehicles, each of which has service times of its own."""
    groups = [group for station in stations for group in station.groups]
    number = {(group.kind, group.server): place for place, group in enumerate(groups)}
    station_of = np.full((len(VEHICLE_CLASSES), arcs), -1, dtype=np.int32)
    server = np.zeros((len(stations), 2), dtype=np.int32)
    draws = max(LEAST_DRAWS, single)
    choice = np.zeros((len(stations), draws if any(0 < item.share < 1 for item in stations) else 1))
    for place, item in enumerate(stations):
        station_of[list(item.classes), item.arc] = place
        server[place] = [number[group.kind, group.server] for group in (item.stops, item.pays or item.stops)]
        if 0 < item.share < 1:
            choice[place] = streams.of("toll_plaza", item.stops.server, "electronic").random(draws)
    times = [
        draw(group.service, streams.of(group.kind, group.server, "service"), 1 if group.service.distribution == "fixed" else draws)
        for group in groups
    ]
    calendars = [group.calendar for group in groups]
    arrays = LaneArrays(
        station=station_of,
        server=server,
        share=np.array([item.share for item in stations]),
        choice=choice,
        calendar_first=np.cumsum([0, *(len(item.start_s) for item in calendars)]).astype(np.int64),
        calendar_s=np.concatenate([np.zeros(0), *(item.start_s for item in calendars)]),
        calendar_speed=np.concatenate([np.zeros(0), *(item.speed for item in calendars)]),
        draw_first=np.cumsum([0, *map(len, times)]).astype(np.int64),
        draw_s=np.concatenate([np.zeros(0), *times]),
        mean_s=np.array([group.service.mean_seconds for group in groups]),
    )
    level_s, lanes = np.full((len(groups), _ROOM), -np.inf), np.zeros((len(groups), _ROOM))
    lanes[:, 0] = [group.lanes for group in groups]
    return arrays, LaneState(level_s, lanes, np.ones(max(len(groups), 1), dtype=np.int64))


def wider(state: LaneState) -> LaneState:
    """Lanes with room for twice as many groups."""
    level_s, lanes = (np.concatenate([values, np.zeros_like(values)], axis=1) for values in (state.level_s, state.lanes))
    return LaneState(level_s, lanes, state.groups)


def daily(open_s: float, close_s: float, first_day: int, last_day: int) -> Calendar:
    """Open every day from one second to another, which may be past midnight; raises `ValueError` where it does not close after it opens."""
    if not close_s > open_s:
        raise ValueError(f"closes (={close_s:g} s) before it opens (={open_s:g} s)")
    if close_s - open_s >= DAY_SECONDS:
        return ALWAYS
    # From the day before, whose hours may reach into the first one, to the day after the last.
    midnights = DAY_SECONDS * np.arange(first_day - 2, last_day + 2, dtype=np.float64)
    moments = np.stack([midnights + open_s, midnights + close_s], axis=1).ravel()
    return Calendar(np.concatenate([[-np.inf], moments]), np.concatenate([[0.0], np.tile([1.0, 0.0], len(midnights))]))
