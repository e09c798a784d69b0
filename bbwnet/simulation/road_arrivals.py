"""Who has arrived or given up on the roads, as it is noted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bbwnet.simulation.road_state import GAVE_UP, UNDER_WAY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.simulation.road_state import Cohorts


@dataclass(frozen=True)
class ArrivalTable:
    """Cohorts that are there no more (n), or are looked at where the clock stopped."""

    origin: NDArray[np.int32]
    destination: NDArray[np.int32]
    road_class: NDArray[np.int8]
    vehicles: NDArray[np.float64]
    depart_s: NDArray[np.float64]
    arrive_s: NDArray[np.float64]
    """Second of arriving or giving up; infinite where neither has happened."""
    gave_up: NDArray[np.bool_]
    set_out: NDArray[np.bool_]
    """Whether it ever began."""


class RoadArrivals:
    """The table as it grows."""

    def __init__(self) -> None:
        """Begin empty."""
        self._parts: list[ArrivalTable] = []

    def add(self, cohorts: Cohorts, path_ends: NDArray[np.int32], rows: NDArray[np.int64]) -> None:
        """Note cohorts by their places."""
        path, state = cohorts.path[rows], cohorts.state[rows]
        part = ArrivalTable(
            path_ends[path, 0], path_ends[path, 1], cohorts.road_class[rows], cohorts.vehicles[rows], cohorts.depart_s[rows],
            cohorts.arrive_s[rows], state == GAVE_UP, state >= UNDER_WAY,
        )  # fmt: skip
        self._parts.append(part)

    def table(self) -> ArrivalTable:
        """All that was noted."""
        if len(self._parts) != 1:
            names = ArrivalTable.__dataclass_fields__
            empty: dict[str, NDArray[Any]] = dict.fromkeys(names, np.empty(0))
            empty |= dict.fromkeys(("origin", "destination"), np.empty(0, np.int32)) | {"road_class": np.empty(0, np.int8)}
            empty |= dict.fromkeys(("gave_up", "set_out"), np.empty(0, np.bool_))
            found = {name: np.concatenate([empty[name], *(getattr(part, name) for part in self._parts)]) for name in names}
            self._parts = [ArrivalTable(**found)]
        return self._parts[0]
