"""Visits to a server: when each came, began to be served and left; and what they make of each hour: queues, waits, use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

Unit = Literal["persons", "vehicles", "ships", "trains", "flights", "tonnes", "teu"]
HOUR_S = 3600.0


@dataclass(frozen=True)
class Visits:
    """All visits of a replication to one server, in order of arrival (n)."""

    kind: str
    """What the server is: `station_check`, `border_lanes`, `berths`, `road_link`, ..."""
    server: str
    """Identifier of the server, unique in its kind."""
    unit: Unit
    servers: float
    """Served at once, in units; not-a-number or infinite where something else binds (the rate of a road)."""
    arrive_s: NDArray[np.float64]
    start_s: NDArray[np.float64]
    """When service began; infinite for who waits still, or gave up."""
    leave_s: NDArray[np.float64]
    """When the server was left, served or not; infinite for who is there still."""
    count: NDArray[np.float64]
    """Units of each visit."""

    @property
    def wait_s(self) -> NDArray[np.float64]:
        """Wait of each visit for service; infinite for who was not served."""
        return np.asarray(self.start_s - self.arrive_s)


SERVER_COLUMNS = (
    "kind", "server", "unit", "hour", "arrivals", "served", "gave_up", "queue_mean", "queue_max", "wait_mean_s", "wait_p95_s",
    "utilisation", "blocked_s",
)  # fmt: skip


def server_hours(
    visits: Iterable[Visits], from_s: float, until_s: float, closed_s: dict[tuple[str, str], NDArray[np.float64]] | None = None
) -> pd.DataFrame:
    """Each server and hour: `SERVER_COLUMNS`, sorted; hours without a visit, a queue or a closure are left out.

    `closed_s`: seconds of each hour in which a server was closed, by kind and identifier. Waits are those of the visits that began to be
    served in the hour; the queue is that of who waits, its mean over the hour; `utilisation` is the share of time that servers were
    busy. `hour` counts from `from_s`.
    """
    hours = round((until_s - from_s) / HOUR_S)
    edges = np.asarray(from_s + HOUR_S * np.arange(hours + 1), dtype=np.float64)
    found = [
        _hours(item, edges, None if closed_s is None else closed_s.get((item.kind, item.server)))
        for item in sorted(visits, key=lambda found: (found.kind, found.server))
    ]
    # Columns at once: a map for each row took more room than all that a month of days leaves.
    return pd.DataFrame({name: np.concatenate([item[name] for item in found]) if found else [] for name in SERVER_COLUMNS})


def _hours(item: Visits, edges: NDArray[np.float64], closed_s: NDArray[np.float64] | None) -> dict[str, NDArray[Any]]:
    blocked = np.zeros(len(edges) - 1) if closed_s is None else closed_s
    queue_end = np.minimum(item.start_s, item.leave_s)
    arrivals = _by_hour(item.arrive_s, item.count, edges)
    served = _by_hour(np.where(np.isfinite(item.start_s), item.leave_s, np.inf), item.count, edges)
    gave_up = _by_hour(np.where(np.isfinite(item.start_s), np.inf, item.leave_s), item.count, edges)
    waiting = spent_s(item.arrive_s, queue_end, item.count, edges)
    busy = spent_s(item.start_s, item.leave_s, item.count, edges)
    most = queue_peaks(item.arrive_s, queue_end, item.count, edges)
    # Sorted by the second in which service began, the visits of an hour lie together.
    order = np.argsort(item.start_s, kind="stable")
    first = np.searchsorted(item.start_s[order], edges)
    told = np.flatnonzero((arrivals != 0) | (served != 0) | (waiting != 0) | (blocked != 0))
    waits = np.full((len(told), 2), np.nan)
    for row, hour in enumerate(told.tolist()):
        own = order[first[hour] : first[hour + 1]]
        waits[row] = weighted_wait(item.start_s[own] - item.arrive_s[own], item.count[own])
    names = {"kind": item.kind, "server": item.server, "unit": item.unit}
    return {
        **{key: np.full(len(told), name, dtype=object) for key, name in names.items()},
        "hour": told,
        "arrivals": arrivals[told],
        "served": served[told],
        "gave_up": gave_up[told],
        "queue_mean": waiting[told] / HOUR_S,
        "queue_max": most[told],
        "wait_mean_s": waits[:, 0],
        "wait_p95_s": waits[:, 1],
        "utilisation": busy[told] / HOUR_S / item.servers if 0 < item.servers < np.inf else np.full(len(told), np.nan),
        "blocked_s": blocked[told].astype(np.float64),
    }


def _by_hour(moments: NDArray[np.float64], count: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.float64]:
    within = (moments >= edges[0]) & (moments < edges[-1])
    place = np.searchsorted(edges, moments[within], side="right") - 1
    return np.asarray(np.bincount(place, weights=count[within], minlength=len(edges) - 1), dtype=np.float64)


def spent_s(
    begin: NDArray[np.float64], end: NDArray[np.float64], count: NDArray[np.float64], edges: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Unit-seconds between begin and end (n) that fall between each two edges."""
    # The integral of the number that have begun, less that of those that have ended.
    there = begin < edges[-1]
    begun, ended = begin[there], np.minimum(end[there], edges[-1])
    return np.diff(_ramp(begun, count[there], edges)) - np.diff(_ramp(ended, count[there], edges))


def _ramp(moments: NDArray[np.float64], count: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum over moments before each edge of count times the seconds since."""
    order = np.argsort(moments, kind="stable")
    moments, count = moments[order], count[order]
    number, moment = np.concatenate([[0.0], np.cumsum(count)]), np.concatenate([[0.0], np.cumsum(count * (moments - edges[0]))])
    place = np.searchsorted(moments, edges, side="left")
    return np.asarray(number[place] * (edges - edges[0]) - moment[place])


def queue_peaks(
    begin: NDArray[np.float64], end: NDArray[np.float64], count: NDArray[np.float64], edges: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Most units that waited at once between each two edges; who begins as another ends does not wait with him."""
    waits = end > begin
    moments = np.concatenate([begin[waits], end[waits], edges[:-1]])
    change = np.concatenate([count[waits], -count[waits], np.zeros(len(edges) - 1)])
    # Departures first, so that whoever takes a free place meets no queue.
    order = np.lexsort((np.where(change < 0, 0, np.where(change == 0, 1, 2)), moments))
    level = np.cumsum(change[order])
    place = np.searchsorted(edges, moments[order], side="right") - 1
    most = np.zeros(len(edges) - 1)
    within = (place >= 0) & (place < len(most))
    np.maximum.at(most, place[within], level[within])
    return np.asarray(np.where(most < 1e-9, 0.0, most))  # noqa: PLR2004  what sums of fractions leave


def weighted_wait(wait_s: NDArray[np.float64], count: NDArray[np.float64]) -> tuple[float, float]:
    """Mean and 95th percentile of waits, each counted so many times; not-a-number without any."""
    total = float(count.sum())
    if total <= 0:
        return float("nan"), float("nan")
    order = np.argsort(wait_s, kind="stable")
    place = np.searchsorted(np.cumsum(count[order]), 0.95 * total)
    return float((wait_s * count).sum() / total), float(wait_s[order[min(int(place), len(order) - 1)]])
