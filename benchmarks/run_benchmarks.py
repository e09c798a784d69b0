"""Wall times of what a user waits for, each next to its limit and to starting Python: writes benchmarks/RESULTS.md.

Run by hand on a quiet machine, with bbwnet installed: `python benchmarks/run_benchmarks.py`. Exits 1 if a median is over its limit.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")
REPEATS = 5


@dataclass(frozen=True)
class Measurement:
    """Wall times of one command."""

    command: str
    limit_s: float | None
    wall_s: tuple[float, ...]

    @property
    def median_s(self) -> float:
        """Median of the wall times."""
        return statistics.median(self.wall_s)

    @property
    def kept(self) -> bool:
        """Whether the median is within the limit."""
        return self.limit_s is None or self.median_s <= self.limit_s


def measure(arguments: list[str], shown: str, limit_s: float | None, repeats: int) -> Measurement:
    """Run a command once to warm up (compiled kernels, disk cache), then `repeats` times in an empty folder."""
    wall_s = []
    for attempt in range(repeats + 1):
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            done = subprocess.run(arguments, cwd=folder, capture_output=True, text=True, check=False)
            elapsed = time.perf_counter() - start
        if done.returncode:
            sys.exit(f"{shown} failed with exit code {done.returncode}:\n{done.stderr}")
        if attempt:
            wall_s.append(elapsed)
    return Measurement(shown, limit_s, tuple(wall_s))


def processor() -> str:
    """Name of the processor, where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def table(measurements: list[Measurement]) -> str:
    """Measurements as a Markdown table; the first is what the others are held against."""
    rows = ["| command | median s | fastest – slowest s | limit s | times `python -c pass` | |", "|---|---:|---:|---:|---:|---|"]
    for item in measurements:
        limit = "" if item.limit_s is None else f"{item.limit_s:g}"
        verdict = "" if item.limit_s is None else ("kept" if item.kept else "**over**")
        ratio = item.median_s / measurements[0].median_s
        span = f"{min(item.wall_s):.2f} – {max(item.wall_s):.2f}"
        rows.append(f"| `{item.command}` | {item.median_s:.2f} | {span} | {limit} | {ratio:.1f} | {verdict} |")
    return "\n".join(rows)


def machine(packages: tuple[str, ...] = ("numpy", "scipy", "numba")) -> str:
    """What the figures were measured on: processor, cores, Python and packages."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    return (
        f"Machine: {processor()}, {cores} cores, {platform.system()} {platform.machine()}.\n"
        f"Versions: Python {platform.python_version()}, {versions}."
    )


def report(measurements: list[Measurement], repeats: int) -> str:
    """Text of RESULTS.md."""
    return (
        "# Benchmark results\n\n"
        f"Written by `benchmarks/run_benchmarks.py`: median wall time of {repeats} runs after one to warm up.\n\n"
        f"{machine(('bbwnet', 'numpy', 'pandas', 'numba', 'pydantic'))}\n\n"
        f"{table(measurements)}\n"
    )


def main() -> int:
    """Measure, print and write the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=REPEATS, help="timed runs of each command")
    parser.add_argument("--scenario", default="baseline_2016")
    options = parser.parse_args()
    bbwnet = shutil.which("bbwnet", path=sysconfig.get_path("scripts"))
    if bbwnet is None:
        sys.exit("bbwnet is not installed beside this Python: pip install -e .")
    commands: list[tuple[list[str], str, float | None]] = [
        ([sys.executable, "-c", "pass"], "python -c pass", None),
        ([bbwnet, "--help"], "bbwnet --help", 0.3),
        ([bbwnet, "check", options.scenario], f"bbwnet check {options.scenario}", 2.0),
        ([bbwnet, "run", options.scenario], f"bbwnet run {options.scenario}", 5.0),
    ]
    measurements = [measure(arguments, shown, limit_s, options.repeats) for arguments, shown, limit_s in commands]
    text = report(measurements, options.repeats)
    print(text)
    RESULTS.write_text(text, encoding="utf-8")
    return 0 if all(item.kept for item in measurements) else 1


if __name__ == "__main__":
    sys.exit(main())
