"""Many road times on grids of 100,000 and 1,000,000 nodes, bbwnet beside its peers: writes benchmarks/RESULTS_road_matrix.md.

Run by hand on a quiet machine, in an environment with numpy, scipy, numba, pandas and the peers, from the root of the repository:
`python -m benchmarks.road_matrix`. A peer that is not installed is named in the tables. Exits 1 if answers differ, or if bbwnet is less
than 1.5 times as fast as scipy at anything asked here.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.road_contenders import CONTENDERS, BbwnetHierarchy, BbwnetSearch, Contender, Scipy
from benchmarks.road_grid import RoadGrid, perturbed_grid
from benchmarks.run_benchmarks import processor

RESULTS = Path(__file__).with_name("RESULTS_road_matrix.md")
SIDES = (316, 1000)
PLACES = 1000
SAMPLE = 100
"""Origins that a slow contender is timed on, and for `within` everyone; its matrix is counted as ten times as long."""
SLOW_S = 10.0
"""A matrix that would take longer is timed on a sample of origins; a run that takes longer is the only one."""
SLOW_SAMPLE = 20
"""Origins that a contender is timed on for what lies within a limit if 100 would take several times as long as `SLOW_S`."""
CHECKED = 10
"""Origins whose answers are compared."""
LIMITS_MIN = (60, 120)
BAR = 1.5
"""How many times as fast as scipy bbwnet must be (issue 3)."""


@dataclass
class Record:
    """What one contender took on one grid, in seconds, run by run; and what went wrong."""

    name: str
    remark: str = ""
    missing: str = ""
    prepare_s: list[float] = field(default_factory=list)
    matrix_s: list[float] = field(default_factory=list)
    """For all origins, whatever number was timed."""
    matrix_origins: int = 0
    within_s: dict[int, list[float]] = field(default_factory=dict)
    """By limit in minutes, for one origin."""
    within_origins: list[int] = field(default_factory=list)
    """Origins timed, by limit."""
    reweigh_s: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Question:
    """Places asked for on a grid, and the right answers (scipy's) for the first few origins."""

    origins: NDArray[np.int64]
    destinations: NDArray[np.int64]
    seconds: NDArray[np.int64]
    counts: dict[int, NDArray[np.int64]]
    """Nodes within each limit (minutes)."""

    @classmethod
    def on(cls, grid: RoadGrid) -> Question:
        """Draw origins and destinations and have scipy answer for the first ones."""
        origins, destinations = np.random.default_rng(2).integers(0, grid.node_count, (2, PLACES))
        oracle, checked = Scipy(grid), origins[:CHECKED]
        counts = {limit_min: oracle.within(checked, 60 * limit_min) for limit_min in LIMITS_MIN}
        return cls(origins, destinations, oracle.matrix(checked, destinations), counts)


def run_s(action: Callable[[], object]) -> float:
    """Processor time of an action: what else runs on the machine counts little, and one thread's is its wall time when nothing does."""
    start = time.process_time()
    action()
    return time.process_time() - start


def runs_s(action: Callable[[], object], repeats: int) -> list[float]:
    """Processor times of runs of an action: one run if it is slow."""
    runs = [run_s(action)]
    while len(runs) < repeats and runs[0] < SLOW_S:
        runs.append(run_s(action))
    return runs


def measure(kind: type[Contender], grid: RoadGrid, question: Question, repeats: int) -> Record:
    """Prepare a contender and have it answer again and again."""
    record = Record(kind.name, kind.remark)
    start = time.process_time()
    try:
        contender = kind(grid)
    except ImportError as error:
        record.missing = str(error)
        return record
    record.prepare_s.append(time.process_time() - start)
    if record.prepare_s[0] < SLOW_S and repeats > 1:
        record.prepare_s += runs_s(partial(kind, grid), repeats - 1)
    if "matrix" in contender.answers:
        measure_matrix(contender, question, repeats, record)
    if "within" in contender.answers:
        measure_within(contender, question, repeats, record)
    if "reweigh" in contender.answers:
        other = grid.seconds + np.arange(len(grid.seconds)) % 7
        record.reweigh_s = runs_s(partial(contender.reweigh, other), repeats)
    return record


def measure_matrix(contender: Contender, question: Question, repeats: int, record: Record) -> None:
    """Time the matrix, of all origins or of a sample if it is slow, and check the first rows."""
    start = time.process_time()
    seconds = contender.matrix(question.origins[:CHECKED], question.destinations)
    is_slow = contender.is_by_origin and (time.process_time() - start) * PLACES / CHECKED > SLOW_S
    if not np.array_equal(seconds, question.seconds):
        record.wrong.append(f"matrix: {np.count_nonzero(seconds != question.seconds)} of {seconds.size} values differ from scipy's")
    origins = question.origins[:SAMPLE] if is_slow else question.origins
    record.matrix_origins = len(origins)
    runs = runs_s(partial(contender.matrix, origins, question.destinations), repeats)
    record.matrix_s = [run * PLACES / len(origins) for run in runs]


def measure_within(contender: Contender, question: Question, repeats: int, record: Record) -> None:
    """Time what lies within each limit of a sample of origins, and check the first counts."""
    for limit_min in LIMITS_MIN:
        start = time.process_time()
        counts = contender.within(question.origins[:CHECKED], 60 * limit_min)
        is_slow = (time.process_time() - start) * SLOW_SAMPLE / CHECKED > SLOW_S / 3
        origins = question.origins[: SLOW_SAMPLE if is_slow else SAMPLE]
        record.within_origins.append(len(origins))
        if not np.array_equal(counts, question.counts[limit_min]):
            record.wrong.append(f"within {limit_min} min: {counts.tolist()} nodes, scipy {question.counts[limit_min].tolist()}")
        runs = runs_s(partial(contender.within, origins, 60 * limit_min), repeats)
        record.within_s[limit_min] = [run / len(origins) for run in runs]


def matrix_table(records: list[Record]) -> str:
    """Who takes how long for the matrix, once prepared and with its preparation."""
    titles = "preparation s | matrix s | fastest – slowest s | origins timed | both s | matrix, times bbwnet | both, times bbwnet"
    rows = [f"| {PLACES:,} × {PLACES:,} | {titles} |", "|---|---:|---:|---:|---:|---:|---:|---:|"]
    best = records[0]
    for record in records:
        if record.missing:
            rows.append(f"| {record.name} | not installed: {record.missing} | | | | | | |")
        elif record.matrix_s:
            prepare, matrix = statistics.median(record.prepare_s), statistics.median(record.matrix_s)
            ratio = matrix / statistics.median(best.matrix_s)
            ratio_both = (prepare + matrix) / (statistics.median(best.prepare_s) + statistics.median(best.matrix_s))
            rows.append(
                f"| {record.name} | {prepare:.2f} | {matrix:.2f} | {min(record.matrix_s):.2f} – {max(record.matrix_s):.2f} "
                f"| {record.matrix_origins:,} | {prepare + matrix:.2f} | {ratio:.1f} | {ratio_both:.1f} |"
            )
    return "\n".join(rows)


def within_table(records: list[Record], question: Question) -> str:
    """Who takes how long for what lies within a limit of an origin."""
    reached = [f"{question.counts[limit_min].mean():,.0f}" for limit_min in LIMITS_MIN]
    titles = [f"within {limit_min} min ({mean} nodes): ms | times bbwnet" for limit_min, mean in zip(LIMITS_MIN, reached, strict=True)]
    rows = [f"| one origin | preparation s | origins timed | {' | '.join(titles)} |", "|---|---:|---:|" + "---:|---:|" * len(titles)]
    best = next(record for record in records if record.within_s)
    for record in records:
        if record.missing:
            rows.append(f"| {record.name} | not installed: {record.missing} | |" + " | |" * len(titles))
        elif record.within_s:
            cells = [f"{statistics.median(record.prepare_s):.2f}", ", ".join(map(str, sorted(set(record.within_origins))))]
            for limit_min in LIMITS_MIN:
                median_s = statistics.median(record.within_s[limit_min])
                cells += [f"{1000 * median_s:.2f}", f"{median_s / statistics.median(best.within_s[limit_min]):.1f}"]
            rows.append(f"| {record.name} | {' | '.join(cells)} |")
    return "\n".join(rows)


def faults(records: list[Record]) -> list[str]:
    """Wrong answers, and what bbwnet is not fast enough at."""
    by_name = {record.name: record for record in records}
    hierarchy, search, scipy = by_name[BbwnetHierarchy.name], by_name[BbwnetSearch.name], by_name[Scipy.name]
    found = [f"{record.name}: {wrong}" for record in records for wrong in record.wrong]
    pairs = {
        "matrix": (scipy.matrix_s, hierarchy.matrix_s),
        "matrix by search": (scipy.matrix_s, search.matrix_s),
        **{f"within {limit_min} min": (scipy.within_s[limit_min], search.within_s[limit_min]) for limit_min in LIMITS_MIN},
    }
    for asked, (peer_s, own_s) in pairs.items():
        ratio = statistics.median(peer_s) / statistics.median(own_s)
        if ratio < BAR:
            found.append(f"{asked}: bbwnet is {ratio:.2f} times as fast as scipy, {BAR} is the bar")
    return found


def section(grid: RoadGrid, question: Question, records: list[Record]) -> str:
    """Results on one grid."""
    reweighed = [f"{record.name} {statistics.median(record.reweigh_s):.2f} s" for record in records if record.reweigh_s]
    lines = [
        f"## {grid.node_count:,} nodes, {len(grid.tail):,} arcs",
        matrix_table(records),
        within_table(records, question),
        f"Other seconds on all arcs, until matrices can be asked for again: {', '.join(reweighed)}.",
        "Answers that differ or bars that are missed: " + ("; ".join(faults(records)) or "none") + ".",
    ]
    return "\n\n".join(lines)


def installed(package: str) -> str:
    """Name and version of a package."""
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"{package} (not installed as a package)"


def report(sections: list[str], repeats: int) -> str:
    """Text of RESULTS_road_matrix.md."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    packages = ("bbwnet", "numpy", "scipy", "numba", "networkit", "pandana", "pyroutingkit")
    remarks = "\n".join(f"- {kind.name}: {kind.remark}." for kind in CONTENDERS if kind.remark)
    return (
        "# Many road times: bbwnet and its peers\n\n"
        f"Written by `python -m benchmarks.road_matrix`: medians of {repeats} runs, all in one process, one thread each, in seconds of\n"
        "processor time, which on a machine with nothing else to do is wall time. Roads are perturbed grids\n"
        "(`benchmarks/road_grid.py`): a crossing every 0.4 km, streets of 30 km/h, every fifth line a main road of 60 km/h, every 25th an\n"
        "expressway of 100 km/h, one street in ten missing, whole seconds. Origins and destinations are drawn at random. A matrix found\n"
        f"origin by origin that would take more than {SLOW_S:g} s is timed on {SAMPLE} origins and counted ten times; a run that takes\n"
        "more is the only one. Preparation is all that does not depend on the places asked for. bbwnet's kernels are compiled and kept\n"
        "on disk before.\n"
        f"Answers for {CHECKED} origins are compared with scipy's: every value of the matrix, the numbers of nodes within limits.\n\n"
        f"{remarks}\n\n"
        f"Machine: {processor()}, {cores} cores, {platform.system()} {platform.machine()}; other work ran on it at the time.\n"
        f"Versions: Python {platform.python_version()}, {', '.join(map(installed, packages))}.\n\n" + "\n\n".join(sections) + "\n"
    )


def main() -> int:
    """Measure, print and write the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3, help="timed runs of each question")
    parser.add_argument("--sides", type=int, nargs="+", default=SIDES, help="crossings along a side of each grid")
    parser.add_argument("--output", type=Path, default=RESULTS)
    options = parser.parse_args()
    for variable in ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS"):  # read when a peer is loaded
        os.environ[variable] = "1"
    small = perturbed_grid(40)
    for kind in (BbwnetHierarchy, BbwnetSearch):  # compiles
        measure(kind, small, Question.on(small), 1)
    sections, fault_count = [], 0
    for side in options.sides:
        grid = perturbed_grid(side)
        question = Question.on(grid)
        records = [measure(kind, grid, question, options.repeats) for kind in CONTENDERS]
        sections.append(section(grid, question, records))
        fault_count += len(faults(records))
        print(sections[-1], flush=True)
    options.output.write_text(report(sections, options.repeats), encoding="utf-8")
    return 1 if fault_count else 0


if __name__ == "__main__":
    sys.exit(main())
