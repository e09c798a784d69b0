"""Road equilibria of public test networks, bbwnet beside its peers: writes benchmarks/RESULTS_assignment.md.

Run by hand on a quiet machine, in an environment with numpy, scipy, numba, pandas and the peers, from the root of the repository:
`python -m benchmarks.assignment --folder ../shared/bench/tntp`. Networks are read from the folder and not copied. Every contender has a
process of its own on each network, so that its memory can be told; a peer that is not installed is named. Exits 1 if a bar is missed.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from bbwnet.assignment.road_demand import RoadDemand
from bbwnet.exchange.tntp import read_tntp_network, read_tntp_trips
from benchmarks.assignment_contenders import CONTENDERS, AequilibraE, Bbwnet, Case, Contender, Pytraf
from benchmarks.run_benchmarks import machine

RESULTS = Path(__file__).with_name("RESULTS_assignment.md")
GAPS = (1e-4, 1e-6, 1e-12)
SLOW_S = 10.0
"""A run that takes longer is the only one."""
NARROWED = (0.9, 0.7)
"""Shares of its capacity that the most loaded link keeps before a warm start."""
SMALL = "SiouxFalls"
"""Solved first, so that compiled code is loaded before memory and time are measured."""


@dataclass(frozen=True)
class Network:
    """A test network and what counts in its costs."""

    name: str
    toll_factor: float
    distance_factor: float
    optimum: float
    """Beckmann's objective of the best-known flows."""

    def read(self, folder: Path) -> Case:
        """Read its files."""
        network = read_tntp_network(folder / f"{self.name}_net.tntp")
        trips = read_tntp_trips(folder / f"{self.name}_trips.tntp", network.zone_count)
        demand = RoadDemand.of_one_class(network.zone_node, trips, toll_weight=self.toll_factor, distance_weight=self.distance_factor)
        return Case(network.links, demand)


NETWORKS = {
    item.name: item
    for item in (
        Network("SiouxFalls", 0.0, 0.0, 4_231_335.28710744),
        Network("Anaheim", 0.0, 0.0, 1_286_032.17109603),
        Network("ChicagoSketch", 0.02, 0.04, 17_313_018.7387477),
    )
}
SHOWN = ("Anaheim", "ChicagoSketch")
BARS = {("AequilibraE", 1e-4): 8.0, ("AequilibraE", 1e-6): 40.0, ("pytraf", 1e-4): 2.0, ("pytraf", 1e-6): 2.0, ("pytraf", 1e-12): 4.0}
"""How many times as fast bbwnet must be on Chicago Sketch (issue 4)."""
WARM_BAR = 4.0


def megabytes() -> float:
    """Most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def timed(contender: Contender, gap: float, repeats: int, case: Case, optimum: float) -> dict[str, Any]:
    """Wall times of a contender to a gap, and how good its solution is."""
    wall_s: list[float] = []
    while len(wall_s) < repeats and not (wall_s and wall_s[-1] > SLOW_S):
        start = time.perf_counter()
        volume, told, iterations = contender.solve(gap)
        wall_s.append(time.perf_counter() - start)
    return {
        "gap": gap,
        "wall_s": wall_s,
        "told": told,
        "iterations": iterations,
        "above_optimum": case.objective(volume) / optimum - 1.0,
        "memory_mb": megabytes(),
    }


def warm_start(case: Case, repeats: int) -> dict[str, Any]:
    """Wall times cold and warm after the capacity of the most loaded link has changed, in turns."""
    before = Bbwnet(case)
    volume, _, _ = before.solve(1e-6)
    link = int(np.argmax(volume / case.links.capacity))
    found: dict[str, Any] = {}
    for share, gap in itertools.product(NARROWED, GAPS):
        changed = case.with_narrower_link(link, share)
        wall_s: dict[str, list[float]] = {"cold": [], "warm": []}
        for _ in range(repeats):
            for name, start in (("cold", None), ("warm", before.paths)):
                contender = Bbwnet(changed)
                contender.start = start
                began = time.perf_counter()
                contender.solve(gap)
                wall_s[name].append(time.perf_counter() - began)
        found[f"{share:g} {gap:g}"] = wall_s
    return found


def child(name: str, network: str, folder: Path, repeats: int) -> dict[str, Any]:
    """Measure one contender on one network, in this process."""
    kind = next(item for item in CONTENDERS if item.name == name)
    kind(NETWORKS[SMALL].read(folder)).solve(max(1e-10, kind.smallest_gap))
    case = NETWORKS[network].read(folder)
    before_mb = megabytes()
    contender = kind(case)
    runs = [timed(contender, gap, repeats, case, NETWORKS[network].optimum) for gap in GAPS if gap >= kind.smallest_gap]
    result = {"runs": runs, "before_mb": before_mb}
    return {**result, "warm": warm_start(case, repeats)} if kind is Bbwnet else result


def measure(name: str, network: str, folder: Path, repeats: int) -> dict[str, Any]:
    """Measure one contender on one network, in a process of its own."""
    environment = {**os.environ, "AEQ_SHOW_PROGRESS": "FALSE"}
    command = [sys.executable, "-m", "benchmarks.assignment", "--folder", str(folder), "--repeats", str(repeats), "--child", name, network]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"exit code {done.returncode}"
        return {"missing": last}
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def median_s(record: dict[str, Any], gap: float) -> float | None:
    """Median wall time to a gap; None if it was not reached."""
    return next((statistics.median(run["wall_s"]) for run in record.get("runs", []) if run["gap"] == gap and run["told"] <= gap), None)


def times_table(records: dict[str, dict[str, Any]]) -> str:
    """Wall times to each gap, and how many times as long as bbwnet's they are."""
    head = " | ".join(f"{gap:g}: s | times bbwnet" for gap in GAPS)
    rows = [f"| | {head} | memory MB |", "|---|" + "---:|---:|" * len(GAPS) + "---:|"]
    for name, record in records.items():
        if "missing" in record:
            rows.append(f"| {name} | not measured: {record['missing']} |" + " | |" * len(GAPS))
            continue
        cells = []
        for gap in GAPS:
            own, mine = median_s(records[Bbwnet.name], gap), median_s(record, gap)
            cells += ["not asked", ""] if mine is None or own is None else [f"{mine:.3f}", f"{mine / own:.1f}"]
        rows.append(f"| {name} | {' | '.join(cells)} | {record['runs'][-1]['memory_mb'] - record['before_mb']:.0f} |")
    return "\n".join(rows)


def quality_table(records: dict[str, dict[str, Any]]) -> str:
    """What was reached: gap told, iterations, objective above the best known."""
    rows = ["| | gap asked | gap told | iterations | objective above the best known | runs, s |", "|---|---:|---:|---:|---:|---|"]
    for name, record in records.items():
        for run in record.get("runs", []):
            spread = f"{min(run['wall_s']):.3f} – {max(run['wall_s']):.3f} ({len(run['wall_s'])})"
            cells = f"{run['gap']:g} | {run['told']:.1e} | {run['iterations']} | {run['above_optimum']:.1e} | {spread}"
            rows.append(f"| {name} | {cells} |")
    return "\n".join(rows)


def warm_ratios(record: dict[str, Any]) -> dict[str, float]:
    """How many times as fast as a cold start a warm one is, by share of capacity left and gap."""
    return {name: statistics.median(wall["cold"]) / statistics.median(wall["warm"]) for name, wall in record["warm"].items()}


def warm_table(record: dict[str, Any]) -> str:
    """Cold against warm."""
    rows = ["| capacity left | gap | cold s | warm s | times as fast |", "|---:|---:|---:|---:|---:|"]
    for name, ratio in warm_ratios(record).items():
        wall = record["warm"][name]
        rows.append(
            f"| {' | '.join(name.split())} | {statistics.median(wall['cold']):.3f} | {statistics.median(wall['warm']):.3f} | {ratio:.1f} |"
        )
    return "\n".join(rows)


def bars(records: dict[str, dict[str, Any]]) -> list[tuple[str, bool]]:
    """Each bar of issue 4 with what was measured on Chicago Sketch, and whether it is kept."""
    own, found = records[Bbwnet.name], []
    for (peer, gap), bar in BARS.items():
        mine, other = median_s(own, gap), median_s(records[peer], gap)
        if mine is None or other is None:
            found.append((f"{peer} at {gap:g}: not measured, bar {bar:g}", False))
        else:
            found.append((f"{peer} at {gap:g}: {other / mine:.1f} times as fast, bar {bar:g}", other / mine >= bar))
    for name, ratio in warm_ratios(own).items():
        share, gap_text = name.split()
        if float(gap_text) != GAPS[-1]:
            text = f"warm start at {gap_text}, capacity × {share}: {ratio:.1f} times as fast as cold, bar {WARM_BAR:g}"
            found.append((text, ratio >= WARM_BAR))
    frank_wolfe = records[AequilibraE.name]
    if "runs" in frank_wolfe:
        memory: list[float] = [record["runs"][-1]["memory_mb"] - record["before_mb"] for record in (own, frank_wolfe)]
        found.append((f"memory: {memory[0]:.0f} MB, AequilibraE {memory[1]:.0f} MB", memory[0] < memory[1]))
    return found


def installed(package: str) -> str:
    """Name and version of a package."""
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"{package} not installed"


def report(all_records: dict[str, dict[str, dict[str, Any]]], repeats: int) -> str:
    """Text of RESULTS_assignment.md."""
    parts = [
        "# Road equilibria: bbwnet and its peers\n\n"
        f"Written by `python -m benchmarks.assignment`: median wall time of up to {repeats} runs (one where a run takes more than\n"
        f"{SLOW_S:g} s), two threads each, each contender in a process of its own with its code compiled and loaded on Sioux Falls\n"
        "before. Files are read outside the time. Memory is the most held while solving to all gaps, beyond imports and inputs; each\n"
        "gap is the one that the contender tells, the objective is computed from its volumes by us. AequilibraE is not asked for 1e-12:\n"
        "Frank–Wolfe does not come there.\n\n"
        + "\n".join(f"- {kind.name}: {kind.remark}." for kind in CONTENDERS)
        + f"\n\n{machine()} Peers: {', '.join(map(installed, ('aequilibrae', 'pytraf')))}. Other work may have run at the time.\n"
    ]
    for network, records in all_records.items():
        lines = [
            f"## {network}\n",
            times_table(records) + "\n",
            quality_table(records) + "\n",
            "Warm start after the most loaded link lost capacity, from a solution to 1e-6:\n",
            warm_table(records[Bbwnet.name]) + "\n",
        ]
        parts.append("\n".join(lines))
    if "ChicagoSketch" in all_records:
        kept = [f"- {text}: {'kept' if is_kept else '**missed**'}" for text, is_kept in bars(all_records["ChicagoSketch"])]
        parts.append("## Bars (issue 4, Chicago Sketch)\n\n" + "\n".join(kept) + "\n")
    return "\n".join(parts)


def main() -> int:
    """Measure, print and write the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True, help="where the TNTP files are")
    parser.add_argument("--repeats", type=int, default=5, help="timed runs of each question")
    parser.add_argument("--networks", nargs="+", default=SHOWN, choices=NETWORKS)
    parser.add_argument("--output", type=Path, default=RESULTS)
    parser.add_argument("--child", nargs=2, metavar=("CONTENDER", "NETWORK"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        name, on = options.child
        print(json.dumps(child(name, on, options.folder, options.repeats)))
        return 0
    records: dict[str, dict[str, dict[str, Any]]] = {
        network: {kind.name: measure(kind.name, network, options.folder, options.repeats) for kind in (Bbwnet, Pytraf, AequilibraE)}
        for network in options.networks
    }
    text = report(records, options.repeats)
    print(text)
    options.output.write_text(text, encoding="utf-8")
    return 0 if "ChicagoSketch" not in records or all(is_kept for _, is_kept in bars(records["ChicagoSketch"])) else 1


if __name__ == "__main__":
    sys.exit(main())
