"""Links of roads as a simulated day needs them: one arc for each direction, its time by class and hour, its capacity and its room."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from bbwnet.simulation.calendars import together
from bbwnet.simulation.road_state import RoadArrays

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.scenario.schema.simulation_roads import RoadDayChoice
    from bbwnet.simulation.calendars import Calendar
    from bbwnet.simulation.closures import Closures

VEHICLE_CLASSES: Final = ("car", "coach", "light_truck", "heavy_truck")
"""Classes of vehicles in the order of all arrays by class."""
CAR, COACH, LIGHT_TRUCK, HEAVY_TRUCK = range(4)
_DAY_HOURS = 24


@dataclass(frozen=True)
class RoadArcs:
    """Arcs (n) that cars or trucks can use: roads, ro-ro ferries, borders."""

    link: tuple[str, ...]
    """Link of each arc."""
    backward: NDArray[np.bool_]
    """Whether the arc runs against its link's own direction."""
    mode: tuple[str, ...]
    """`highway`, `ferry` or `border`."""
    tail: NDArray[np.int32]
    """Rows of `Network.nodes`."""
    head: NDArray[np.int32]
    node_count: int
    no_through: NDArray[np.bool_]
    """Nodes at which ways begin and end, but that none passes."""
    start_hours: tuple[int, ...]
    """Hour at which each group of hours begins."""
    seconds: NDArray[np.float64]
    """Whole seconds over an arc with nobody waiting (classes x groups x n); infinite where a class may not pass."""
    capacity_pcu_h: NDArray[np.float64]
    """Of the arc's end; not-a-number where nothing binds (ferries, borders)."""
    lane_km: NDArray[np.float64]
    """Kilometres of lanes on which vehicles stand; not-a-number where they stand elsewhere."""
    pcu: NDArray[np.float64]
    """Passenger-car units of a vehicle of each class."""

    @property
    def count(self) -> int:
        """Arcs."""
        return len(self.link)

    @cached_property
    def arc_of(self) -> dict[tuple[str, bool], int]:
        """Arc of a link and direction (backward or not)."""
        return {key: arc for arc, key in enumerate(zip(self.link, self.backward.tolist(), strict=True))}

    @cached_property
    def group_of_hour(self) -> NDArray[np.int64]:
        """Group of each hour of the day (24)."""
        return np.asarray(np.searchsorted(self.start_hours, np.arange(_DAY_HOURS), side="right") - 1, dtype=np.int64)

    def calendars(self, closures: Closures, node_names: tuple[str, ...]) -> dict[int, Calendar]:
        """Calendars of the arcs that are ever closed or slowed; a closed node closes what leads to and from it."""
        found = {}
        for arc, link in enumerate(self.link):
            ends = (node_names[self.tail[arc]], node_names[self.head[arc]])
            calendar = together([closures.of_link(link), *(closures.of_node(node) for node in ends)])
            if not calendar.is_always_open:
                found[arc] = calendar
        return found

    def arrays(self, choice: RoadDayChoice, calendars: dict[int, Calendar], seconds: NDArray[np.float64]) -> RoadArrays:
        """The arcs as kernels take them, with the calendars of those that have one.

        `seconds` has those of the arcs without the service in the lanes before them (as `self.seconds`).
        """
        whole = np.where(np.isinf(self.seconds), seconds, self.seconds)
        spill = choice.queue == "spill_back"
        row = np.full(self.count, -1, dtype=np.int32)
        row[list(calendars)] = np.arange(len(calendars))
        items = list(calendars.values())
        moments = np.unique(np.concatenate([[-np.inf], *(item.start_s for item in items)]))
        by_head = np.argsort(self.head, kind="stable").astype(np.int32)
        first = np.zeros(self.node_count + 1, dtype=np.int64)
        np.cumsum(np.bincount(self.head, minlength=self.node_count), out=first[1:])
        room = np.where(np.isnan(self.lane_km), np.inf, np.maximum(self.lane_km * choice.jam_pcu_km, 1.0))
        return RoadArrays(
            tail=self.tail,
            head=self.head,
            no_through=self.no_through,
            first_into=first,
            into=by_head,
            seconds=seconds,
            mean_seconds=np.ascontiguousarray(whole[:, self.group_of_hour].mean(axis=1)),
            group_of_hour=self.group_of_hour,
            pcu=self.pcu,
            second_per_pcu=np.where(np.isnan(self.capacity_pcu_h), 0.0, 3600.0 / self.capacity_pcu_h),
            room_pcu=room if spill else np.full(self.count, np.inf),
            calendar=row,
            calendar_first=np.cumsum([0, *(len(item.start_s) for item in items)]).astype(np.int64),
            calendar_s=np.concatenate([np.zeros(0), *(item.start_s for item in items)]),
            calendar_speed=np.concatenate([np.zeros(0), *(item.speed for item in items)]),
            epoch_s=moments,
            patience_s=60.0 * choice.drivers.patience_min,
            give_up_s=3600.0 * choice.drivers.give_up_h,
            unblock_s=60.0 * choice.unblock_min,
            spill=spill,
        )
