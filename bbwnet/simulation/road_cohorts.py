"""Vehicles of a day in cohorts: the paths that they take, how many go together, and when in the day they set out."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.scenario.schema.base import DAY_SECONDS

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class RoadCohorts:
    """Cohorts of one day (n) on paths (p); each day has the same."""

    path_first: NDArray[np.int64]
    """Where the arcs of each path begin in `path_arc` (p + 1)."""
    path_arc: NDArray[np.int32]
    path_origin: NDArray[np.int32]
    """Node at which a path begins (p)."""
    path_destination: NDArray[np.int32]
    path: NDArray[np.int32]
    """Path of each cohort (n)."""
    road_class: NDArray[np.int8]
    """By its place in `VEHICLE_CLASSES`."""
    count: NDArray[np.float64]
    """Vehicles, not whole."""
    place: NDArray[np.float64]
    """Cohorts of the same flow before this one."""
    of: NDArray[np.float64]
    """Cohorts of the same flow."""
    phase: NDArray[np.float64]
    """Where within its part of the flow a cohort sets out, if departures are not random: 0 to 1."""
    curve: NDArray[np.int16]
    """Curve of departures; -1: at the second that `place` says."""
    curves: NDArray[np.float64]
    """Share of a flow that has set out at the beginning of each hour, and at the end of the day (curves x 25)."""
    days: NDArray[np.uint8]
    """Days of the week on which each cohort goes: bit 0 is Monday."""

    @property
    def count_of(self) -> int:
        """Cohorts of a day."""
        return len(self.path)

    def departures_s(self, generator: np.random.Generator | None) -> NDArray[np.float64]:
        """Whole seconds of the day at which cohorts set out (n), evenly or at random within their parts of the flow."""
        within = self.phase if generator is None else generator.random(self.count_of)
        share = np.minimum((self.place + within) / self.of, 1.0)
        found = self.place.copy()
        hours = np.arange(self.curves.shape[1]) * 3600.0
        for number, curve in enumerate(self.curves):
            own = self.curve == number
            # Hours in which nobody sets out have no share: they are left out, so that none falls into them.
            rises = np.concatenate([np.diff(curve) > 0, [False]]) | np.concatenate([[False], np.diff(curve) > 0])
            found[own] = np.interp(share[own], curve[rises], hours[rises])
        return np.minimum(np.floor(found), np.where(self.curve < 0, np.inf, DAY_SECONDS - 1.0))

    def joined(self, other: RoadCohorts) -> RoadCohorts:
        """These cohorts, then others with paths and curves of their own."""
        paths, rows, curves = len(self.path_origin), len(self.path_arc), len(self.curves)
        moved = replace(
            other,
            path_first=np.concatenate([self.path_first, other.path_first[1:] + rows]),
            path=other.path + np.int32(paths),
            curve=np.where(other.curve < 0, other.curve, other.curve + curves).astype(np.int16),
        )
        columns = {item.name: (getattr(self, item.name), getattr(moved, item.name)) for item in fields(self)}
        first = columns.pop("path_first")[1]
        return RoadCohorts(path_first=first, **{name: np.concatenate(both) for name, both in columns.items()})

    @classmethod
    def none(cls) -> RoadCohorts:
        """Nobody."""
        rows, floats = np.empty(0, np.int32), np.empty(0)
        return cls(
            np.zeros(1, np.int64), rows, rows, rows, rows, np.empty(0, np.int8), floats, floats, floats, floats, np.empty(0, np.int16),
            np.empty((0, 25)), np.empty(0, np.uint8),
        )  # fmt: skip
