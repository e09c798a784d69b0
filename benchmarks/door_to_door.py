"""Door-to-door search against its limits: the bundled network, all zones to all zones; a national timetable, profiles to 100 places.

Run by hand on a quiet machine, from the root of the repository: `python -m benchmarks.door_to_door`. Writes
benchmarks/RESULTS_door_to_door.md; exits 1 if a median is over its limit. Kernels are compiled before the clock starts.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.network.build import build_network
from bbwnet.network.state import NetworkState
from bbwnet.routing.clock import Clock, WayArrays
from bbwnet.routing.door_to_door import DoorToDoor, window_starts
from bbwnet.routing.profile_kernels import HopArrays, ProfileArrays, compact, scan_profile
from bbwnet.routing.transfer_events import trace_transfers
from bbwnet.scenario.read import load_scenario
from benchmarks.run_benchmarks import machine

if TYPE_CHECKING:
    from numpy.typing import NDArray

RESULTS = Path(__file__).with_name("RESULTS_door_to_door.md")
STOPS, TRIPS, CALLS, PLACES = 5_000, 12_000, 20, 100
BUNDLED_LIMIT_S, NATIONAL_LIMIT_S, MEMORY_LIMIT_GB = 1.0, 3.0, 2.0


def bundled(scenario: str, repeats: int) -> list[tuple[str, float, float | None]]:
    """Median seconds of the steps from a built network to the percentiles of all zones to all zones, and to every change on the way."""
    network = build_network(load_scenario(scenario))
    zones = sorted(place.id for place in network.assembly.places.values() if place.kind == "zone")
    steps: dict[str, list[float]] = {
        "ways to, from and between terminals": [],
        "profiles and percentiles": [],
        "every change of vehicle": [],
    }
    for attempt in range(repeats + 1):
        clock = [time.perf_counter()]
        doors = DoorToDoor(network, NetworkState.free_flow(network), zones)
        search = doors.by("best")
        clock.append(time.perf_counter())
        starts = window_starts(6 * 3600, 22 * 3600, 60)
        search.travel_times(zones, zones, starts, (5, 50, 95))
        clock.append(time.perf_counter())
        trace_transfers(search, zones, starts)
        clock.append(time.perf_counter())
        if attempt:
            for name, begin, end in zip(steps, clock, clock[1:], strict=False):
                steps[name].append(end - begin)
    medians = [statistics.median(seconds) for seconds in steps.values()]
    whole = statistics.median(sum(parts) for parts in zip(*steps.values(), strict=True))
    label = f"bundled network ({scenario}), {len(zones)} zones to {len(zones)}, {len(starts)} departures, all modes"
    return [
        (f"{label}: all of it", whole, BUNDLED_LIMIT_S),
        *((f"– {name}", median, None) for name, median in zip(steps, medians, strict=True)),
    ]


def national(rng: np.random.Generator) -> tuple[HopArrays, WayArrays, NDArray[np.int64]]:
    """A timetable of trips between stops on a plane, each to a stop near the one before; changes at stops and to two others near."""
    place = rng.random((STOPS, 2))
    order = np.argsort((place * 20).astype(int)[:, 0] * 100 + (place * 20).astype(int)[:, 1], kind="stable")
    start = rng.integers(0, STOPS, TRIPS)
    steps = rng.integers(-25, 26, (TRIPS, CALLS - 1)).cumsum(axis=1)
    stop = order[np.concatenate([start[:, None], (start[:, None] + steps) % STOPS], axis=1)]
    run = rng.integers(300, 1800, (TRIPS, CALLS - 1))
    dwell = 120
    first = rng.integers(5 * 3600, 23 * 3600, TRIPS)
    arrive = first[:, None] + run.cumsum(axis=1) + dwell * np.arange(CALLS - 1)
    depart = np.concatenate([first[:, None], arrive[:, :-1] + dwell], axis=1)
    trip = np.repeat(np.arange(TRIPS), CALLS - 1)
    sorting = np.lexsort((trip, depart.ravel()))
    hops = HopArrays(
        depart.ravel()[sorting], arrive.ravel()[sorting], stop[:, :-1].ravel()[sorting].astype(np.int32),
        stop[:, 1:].ravel()[sorting].astype(np.int32), trip[sorting].astype(np.int32),
    )  # fmt: skip
    position = np.empty(STOPS, dtype=np.int64)
    position[order] = np.arange(STOPS)
    to = np.stack([np.arange(STOPS), order[(position + 1) % STOPS], order[(position - 1) % STOPS]], axis=1)
    seconds = np.stack([np.full(STOPS, 600), *(rng.integers(600, 1800, STOPS) for _ in range(2))], axis=1)
    return hops, ways_of(to, seconds), order


def ways_of(to: NDArray[np.int64], seconds: NDArray[np.int64]) -> WayArrays:
    """As many ways from each row."""
    rows, each = to.shape
    return WayArrays(
        np.arange(rows + 1, dtype=np.int64) * each, to.ravel().astype(np.int32), seconds.ravel().reshape(1, -1).astype(np.int64),
        np.full(to.size, -1, dtype=np.int32), np.zeros((1, to.size), dtype=np.int64),
    )  # fmt: skip


def profiles(repeats: int) -> tuple[list[float], int]:
    """Seconds of the day's profiles of all stops towards 100 places, run by run, and the entries kept."""
    rng = np.random.default_rng(1)
    hops, transfers, order = national(rng)
    clock = Clock(np.zeros(1, dtype=np.int64), *(np.zeros(0, dtype=np.int64) for _ in range(3)))
    first = np.concatenate([[0], np.cumsum(np.bincount(hops.board_point, minlength=STOPS))]).astype(np.int64)
    room = len(hops.depart_s)
    seconds: list[float] = []
    kept = 0
    for attempt in range(repeats + 1):
        begin = time.perf_counter()
        kept = 0
        for number in range(PLACES if attempt else 1):
            near = order[(number * 50 + np.arange(3)) % STOPS]
            count = np.zeros(STOPS, dtype=np.int64)
            count[near] = 1
            egress = WayArrays(
                np.concatenate([[0], np.cumsum(count)]).astype(np.int64), np.zeros(3, dtype=np.int32),
                np.array([[900, 1200, 1500]], dtype=np.int64), np.full(3, -1, dtype=np.int32), np.zeros((1, 3), dtype=np.int64),
            )  # fmt: skip
            scratch = ProfileArrays(
                first, np.zeros(STOPS, dtype=np.int64), np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64),
                np.empty(room, dtype=np.int32), np.empty(room, dtype=np.int32), np.empty(room, dtype=np.int32),
            )  # fmt: skip
            scan_profile(hops, TRIPS, transfers, egress, clock, scratch)
            kept += len(compact(scratch).ready_s)
        if attempt:
            seconds.append(time.perf_counter() - begin)
    return seconds, kept


def main() -> int:
    """Measure, print and write the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5, help="timed runs")
    parser.add_argument("--scenario", default="actual_2026")
    options = parser.parse_args()
    rows = bundled(options.scenario, options.repeats)
    seconds, kept = profiles(options.repeats)
    memory_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    text = (
        f"national timetable: {STOPS:,} stops, {TRIPS:,} trips of {CALLS} calls, profiles of the day between all stops and {PLACES} places"
    )
    rows += [(text, statistics.median(seconds), NATIONAL_LIMIT_S), ("– most memory of the process, GB", memory_gb, MEMORY_LIMIT_GB)]
    lines = ["| what | median s | limit | of the limit |", "|---|---:|---:|---:|"]
    lines += [
        f"| {name} | {value:.2f} | {'' if limit is None else f'{limit:g}'} | {'' if limit is None else f'{value / limit:.0%}'} |"
        for name, value, limit in rows
    ]
    result = (
        "# Door to door: results\n\n"
        f"Written by `python -m benchmarks.door_to_door`: medians of {options.repeats} runs after one to compile; one core.\n\n"
        f"{machine()}\n\n"
        + "\n".join(lines)
        + f"\n\nThe national timetable keeps {kept:,} departures worth making. A profile holds every departure of the day from every\n"
        "stop towards one place; from one place to all stops it costs the same, the timetable read backwards.\n"
    )
    print(result)
    RESULTS.write_text(result, encoding="utf-8")
    return 0 if all(limit is None or value <= limit for _, value, limit in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
