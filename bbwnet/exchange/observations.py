"""Observed times in CSV files: what was measured or reported, between which stops, when, by whom."""

from __future__ import annotations

import csv
import datetime
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bbwnet.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Use = Literal["fitted", "withheld"]

FOLDERS: dict[str, Use] = {"calibration": "fitted", "validation": "withheld"}
"""Folders of `observed/` and what their rows are used for; no row may stand in both."""


@dataclass(frozen=True)
class ObservedTime:
    """An observed time (and distance) between two stops or places."""

    use: Use
    mode: Literal["rail", "road"]
    kind: str
    """`emu` or `conventional` for rail, `car` for road."""
    origin: str
    destination: str
    minutes: float | None
    length_km: float | None
    date: datetime.date
    reliability: str
    """`A` (official or timetable), `B` (repost), or empty."""
    source: str
    confidence: str
    note: str


def read_observed_times(folder: Path) -> list[ObservedTime]:
    """Read `rail_*.csv` and `road_*.csv` under `observed/calibration` and `observed/validation` of a network folder.

    Raises `InputError` listing every row that cannot be read, and every row that stands in both folders.
    """
    rows: list[ObservedTime] = []
    problems: list[Problem] = []
    for name, use in FOLDERS.items():
        for path in sorted((folder / "observed" / name).glob("*.csv")):
            mode = path.name.partition("_")[0]
            if mode in ("rail", "road"):
                rows.extend(_read_file(path, use, mode, problems))
    problems.extend(_shared_rows(rows))
    if problems:
        raise InputError(problems)
    return rows


def _read_file(path: Path, use: Use, mode: str, problems: list[Problem]) -> Iterable[ObservedTime]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            try:
                yield ObservedTime(
                    use=use,
                    mode="rail" if mode == "rail" else "road",
                    kind=row.get("kind") or "car",
                    origin=row["from"],
                    destination=row["to"],
                    minutes=_positive(row.get("minutes")),
                    length_km=_positive(row.get("length_km")),
                    date=datetime.date.fromisoformat(row["date"]),
                    reliability=row.get("reliability") or "",
                    source=row["source"],
                    confidence=row["confidence"],
                    note=row.get("note") or "",
                )
            except (KeyError, TypeError, ValueError) as error:  # a short row has cells of `None`
                problems.append(Problem(file=str(path), line=reader.line_num, column=1, message=f"row cannot be read: {error}"))


def _positive(text: str | None) -> float | None:
    """A positive finite number, `None` for an empty cell."""
    if text is None or not text.strip():
        return None
    number = float(text)
    if not (math.isfinite(number) and number > 0):
        raise ValueError(f"{text!r} is not a positive number")
    return number


def _shared_rows(rows: list[ObservedTime]) -> Iterable[Problem]:
    """Rows that calibration and validation share, though they must be disjoint."""
    keys = {
        use: {(row.mode, row.kind, row.origin, row.destination, row.date) for row in rows if row.use == use} for use in FOLDERS.values()
    }
    for key in sorted(keys["fitted"] & keys["withheld"]):
        yield Problem(file="observed", message=f"{' '.join(map(str, key))} stands both in calibration and in validation")
