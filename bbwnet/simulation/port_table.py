"""What a terminal did each day: ships, cargo by way of moving, the yard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bbwnet.scenario.schema.base import DAY_SECONDS
from bbwnet.simulation.port_traffic import LAND_MODES
from bbwnet.simulation.visits import HOUR_S, queue_peaks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.simulation.port_land import PortLand
    from bbwnet.simulation.port_terminal import PortTerminal
    from bbwnet.simulation.port_yard import PortYard

PORT_COLUMNS = (
    "terminal", "day", "ships_arrived", "ships_left", "ships_anchored_max", "wait_mean_h", "turnaround_mean_h", "berth_share",
    "unloaded_t", "loaded_t", "unloaded_teu", "loaded_teu", *(f"{mode}_{way}_t" for mode in LAND_MODES for way in ("in", "out")),
    "yard_mean_t", "yard_max_t", "yard_mean_teu", "yard_max_teu", "yard_max_share", "blocked_h",
)  # fmt: skip
"""`wait_mean_h`: at anchor, of ships that got a berth that day; `turnaround_mean_h`: from arrival until gone, of ships that left;
`berth_share`: of the time of all berths; cargo of a ship counts on the day on which it leaves its berth; `in` is towards ships;
`yard_max_share`: the fuller of tonnes outside containers and TEU, over the room there is; `blocked_h`: ship-hours alongside without room to
unload into."""


def terminal_days(name: str, ships: PortTerminal, yard: PortYard | None, land: PortLand | None, last_day: int) -> pd.DataFrame:
    """A row for each day from 1 to the last: `PORT_COLUMNS`."""
    edges = np.arange(last_day + 1, dtype=np.float64) * DAY_SECONDS
    calls, times = ships.calls, ships.times
    berthed, gone = _within(times.berth_s, edges), _within(times.done_s, edges)
    wait, turn = times.berth_s - calls.arrive_s, times.done_s - calls.arrive_s
    table: dict[str, object] = {
        "terminal": name,
        "day": np.arange(1, last_day + 1),
        "ships_arrived": _sum(calls.arrive_s, np.ones(calls.count), edges),
        "ships_left": _sum(times.done_s, np.ones(calls.count), edges),
        "ships_anchored_max": _most(calls.arrive_s, times.berth_s, edges),
        "wait_mean_h": _mean(berthed, wait, len(edges) - 1) / HOUR_S,
        "turnaround_mean_h": _mean(gone, turn, len(edges) - 1) / HOUR_S,
        "berth_share": _busy(times.berth_s, times.leave_s, edges) / DAY_SECONDS / len(ships.quay.berth_dwt),
    }
    per_tonne = np.zeros(calls.count) if yard is None else np.where(calls.kind >= 0, yard.teu_per_tonne[calls.kind], 0.0)
    for key, tonnes in (("unloaded", times.unloaded_t), ("loaded", times.loaded_t)):
        table[f"{key}_t"] = _sum(times.leave_s, tonnes, edges)
        table[f"{key}_teu"] = _sum(times.leave_s, tonnes * per_tonne, edges)
    table |= _by_land(land, last_day)
    if yard is not None:
        mean, most = yard.levels(edges)
        room = np.array([yard.room_t, yard.room_teu])
        table |= {"yard_mean_t": mean[:, 0], "yard_max_t": most[:, 0], "yard_mean_teu": mean[:, 1], "yard_max_teu": most[:, 1]}
        table["yard_max_share"] = np.where(room > 0, most / np.where(room > 0, room, 1.0), 0.0).max(axis=1)
    blocked = np.array(ships.blocked_s, dtype=np.float64).reshape(-1, 2)
    table["blocked_h"] = _busy(blocked[:, 0], blocked[:, 1], edges) / HOUR_S
    return pd.DataFrame(table)[list(PORT_COLUMNS)]


def _by_land(land: PortLand | None, days: int) -> dict[str, NDArray[np.float64]]:
    none = np.zeros((days, len(LAND_MODES)))
    moved = (("in", none if land is None else land.in_t), ("out", none if land is None else land.out_t))
    return {f"{mode}_{way}_t": tonnes[:, place] for place, mode in enumerate(LAND_MODES) for way, tonnes in moved}


def _within(moments: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.int64]:
    """Interval of each moment, -1 outside all."""
    place = np.searchsorted(edges, moments, side="right") - 1
    return np.where((place >= 0) & (place < len(edges) - 1), place, -1)


def _sum(moments: NDArray[np.float64], values: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.float64]:
    place = _within(moments, edges)
    return np.asarray(np.bincount(place[place >= 0], weights=values[place >= 0], minlength=len(edges) - 1), dtype=np.float64)


def _mean(place: NDArray[np.int64], values: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    own = place >= 0
    number = np.bincount(place[own], minlength=count)
    total = np.bincount(place[own], weights=values[own], minlength=count)
    return np.asarray(np.divide(total, number, out=np.full(count, np.nan), where=number > 0))


def _busy(begin: NDArray[np.float64], end: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Seconds between begin and end within each interval, summed."""
    spans = np.minimum(end[:, None], edges[None, 1:]) - np.maximum(begin[:, None], edges[None, :-1])
    return np.asarray(np.maximum(spans, 0.0).sum(axis=0))


def _most(arrive: NDArray[np.float64], berth: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.float64]:
    waits = berth > arrive
    return queue_peaks(arrive[waits], berth[waits], np.ones(int(waits.sum())), edges)
