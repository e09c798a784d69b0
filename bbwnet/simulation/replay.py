"""Frames of a replication for replaying it on a map: who waits and is served where, and where each run is, every so many minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
import pandas as pd

from bbwnet.simulation.world import PartResult

if TYPE_CHECKING:
    from collections.abc import Iterable

    import simpy
    from numpy.typing import NDArray

    from bbwnet.simulation.timetable_runs import RunTable
    from bbwnet.simulation.visits import Visits
    from bbwnet.simulation.world import World

SERVER_FRAME_COLUMNS = ("second", "kind", "server", "unit", "waiting", "in_service")
"""Columns of the frames of servers; those at which nobody is are left out."""
RUN_FRAME_COLUMNS = ("second", "service", "trip", "day", "from", "to", "share", "on_board", "late_min")
"""Columns of the frames of runs: between which stops each is, and what share of the time between them is over (0: it has just left, 1:
it is there, or would be by plan)."""

LEAST = 1e-9
"""Fewer units than these are what sums leave."""


@runtime_checkable
class Riding(Protocol):
    """What frames ask of the passengers, who know where each run is."""

    def riding(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
        """Runs under way: run, calls left and reached, seconds late at the last departure, persons on board."""


class Replay:
    """The part `replay`: looks at the runs at each frame, and changes nothing."""

    def __init__(self, world: World, table: RunTable, every_s: float) -> None:
        """Look every so many seconds from midnight before day 1 on."""
        self._world, self._table, self._every_s = world, table, every_s
        self._frames: list[pd.DataFrame] = []

    def start(self) -> None:
        """Begin to look."""
        self._world.env.process(self._look())

    def _look(self) -> simpy.events.ProcessGenerator:
        for moment in frame_seconds(self._world.end_s, self._every_s).tolist():
            yield self._world.env.timeout(moment - self._world.env.now)
            self._note(moment)

    def _note(self, moment: float) -> None:
        part: object = self._world.parts.get("passengers")
        if not isinstance(part, Riding):
            return
        run, left, reached, late_s, on_board = part.riding()
        table, trips, names = self._table, self._world.network.trips, self._world.network.nodes.index.to_numpy()
        trip = run % table.trips
        first = trips.first_call[trip]
        # Who stands at a stop is at the end of the hop before it.
        hop = np.minimum(left, np.maximum(reached - 1, left)) - 1
        leaves, comes = trips.depart_s[first + hop].astype(np.float64), trips.arrive_s[first + hop + 1].astype(np.float64)
        day = run // table.trips + table.first_day
        since = moment - ((day - 1) * 86_400.0 + leaves + late_s)
        share = np.where(reached > left, 1.0, np.clip(since / np.maximum(comes - leaves, 1.0), 0.0, 1.0))
        services = np.array([pattern.service for pattern in trips.patterns], dtype=object)
        columns = (
            np.full(len(run), moment), services[trips.pattern[trip]], trip, day, names[trips.stop[first + hop]],
            names[trips.stop[first + hop + 1]], share, on_board, late_s / 60,
        )  # fmt: skip
        self._frames.append(pd.DataFrame(dict(zip(RUN_FRAME_COLUMNS, columns, strict=True))))

    def finish(self) -> PartResult:
        """All frames, one after the other."""
        found = pd.concat(self._frames, ignore_index=True) if self._frames else pd.DataFrame(columns=list(RUN_FRAME_COLUMNS))
        return PartResult(tables={"replay_runs": found})


def frame_seconds(end_s: float, every_s: float) -> NDArray[np.float64]:
    """Moments of frames from midnight before day 1 until the end."""
    return np.arange(0.0, end_s, every_s)


def server_frames(visits: Iterable[Visits], end_s: float, every_s: float) -> pd.DataFrame:
    """Units that wait, and that are served, at each server and frame: `SERVER_FRAME_COLUMNS`, by second, kind and server."""
    moments = frame_seconds(end_s, every_s)
    found = []
    for item in visits:
        queue_end = np.minimum(item.start_s, item.leave_s)
        waiting = _there(item.arrive_s, queue_end, item.count, moments)
        served = _there(item.start_s, item.leave_s, item.count, moments)
        some = np.flatnonzero((waiting > LEAST) | (served > LEAST))
        found.append(
            pd.DataFrame(
                {
                    "second": moments[some],
                    "kind": item.kind,
                    "server": item.server,
                    "unit": item.unit,
                    "waiting": waiting[some],
                    "in_service": served[some],
                },
                columns=list(SERVER_FRAME_COLUMNS),
            )
        )
    if not found:
        return pd.DataFrame(columns=list(SERVER_FRAME_COLUMNS))
    return pd.concat(found, ignore_index=True).sort_values(["second", "kind", "server"], kind="stable", ignore_index=True)


def _there(
    begin: NDArray[np.float64], end: NDArray[np.float64], count: NDArray[np.float64], moments: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Units that have begun and not ended at moments; who ends at one is gone."""
    return np.maximum(_until(begin, count, moments) - _until(np.maximum(begin, end), count, moments), 0.0)


def _until(seconds: NDArray[np.float64], count: NDArray[np.float64], moments: NDArray[np.float64]) -> NDArray[np.float64]:
    order = np.argsort(seconds, kind="stable")
    running = np.concatenate([[0.0], np.cumsum(count[order])])
    return np.asarray(running[np.searchsorted(seconds[order], moments, side="right")])
