"""Observed totals in CSV files: passengers, vehicles and tonnes that were reported of airports, stations, the strait, ports and borders."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from bbwnet.errors import InputError, Problem
from bbwnet.exchange.observations import FOLDERS, Use
from bbwnet.exchange.observed_periods import Period, parse_period
from bbwnet.scenario.schema.base import Confidence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILES = ("airports.csv", "border.csv", "ports.csv", "stations.csv", "strait.csv")
"""Files of totals, in either folder; none need be there."""

COLUMNS = ("series", "place", "metric", "period", "value", "unit", "source", "confidence", "note")

Key = tuple[str, str, str]
"""Series, place, metric."""


@dataclass(frozen=True)
class ObservedTotal:
    """A figure of a place in a period."""

    use: Use
    series: str
    place: str
    metric: str
    period: Period
    value: float
    unit: str
    source: str
    confidence: Confidence
    note: str
    file: str
    line: int

    @property
    def key(self) -> Key:
        """What it is a figure of, whatever the period."""
        return self.series, self.place, self.metric


def read_observed_totals(folder: Path) -> list[ObservedTotal]:
    """Read the `FILES` under `observed/calibration` and `observed/validation` of a network folder, in order of folder, file and line.

    Raises `InputError` with every problem: columns that are missing, rows that cannot be read, figures given twice in a folder by one
    source, and rows that stand in both folders.
    """
    problems: list[Problem] = []
    rows: list[ObservedTotal] = []
    for name, use in FOLDERS.items():
        for file in FILES:
            path = folder / "observed" / name / file
            if path.is_file():
                rows.extend(_read(path, use, problems))
    problems.extend(_doubled(rows))
    if problems:
        raise InputError(problems)
    return rows


def _read(path: Path, use: Use, problems: list[Problem]) -> Iterator[ObservedTotal]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                message, expected = f"no column {', '.join(missing)}", f"columns {', '.join(COLUMNS)}"
                problems.append(Problem(file=str(path), line=1, column=1, message=message, expected=expected))
                return
            for row in reader:
                try:
                    yield _total(row, use, path, reader.line_num)
                except ValueError as error:
                    problems.append(Problem(file=str(path), line=reader.line_num, column=1, message=f"row cannot be read: {error}"))
    except UnicodeDecodeError:
        problems.append(Problem(file=str(path), message="is not UTF-8"))


def _total(row: dict[str, str | None], use: Use, path: Path, line: int) -> ObservedTotal:
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    empty = [name for name in COLUMNS[:-1] if not cells[name]]
    if empty:
        raise ValueError(f"{', '.join(empty)} missing")
    value = float(cells["value"])
    if not math.isfinite(value):
        raise ValueError(f"value {cells['value']!r} is not a finite number")
    confidences: tuple[Confidence, ...] = get_args(Confidence)
    confidence = next((name for name in confidences if name == cells["confidence"]), None)
    if confidence is None:
        raise ValueError(f"confidence {cells['confidence']!r} is none of {', '.join(confidences)}")
    return ObservedTotal(
        use=use,
        series=cells["series"],
        place=cells["place"],
        metric=cells["metric"],
        period=parse_period(cells["period"]),
        value=value,
        unit=cells["unit"],
        source=cells["source"],
        confidence=confidence,
        note=cells["note"],
        file=str(path),
        line=line,
    )


def _doubled(rows: list[ObservedTotal]) -> Iterator[Problem]:
    """Figures given twice by one source, and figures that calibration and validation share, though they must be disjoint."""
    once: dict[tuple[object, ...], ObservedTotal] = {}
    for row in rows:
        days = (row.period.kind, row.period.first, row.period.last)
        for key, message in (
            ((row.use, *row.key, *days, row.source), "stands there already, by the same source"),
            ((*row.key, *days), "stands both in calibration and in validation"),
        ):
            held = once.setdefault(key, row)
            if held is not row and (key[0] == row.use or held.use != row.use):
                yield Problem(file=row.file, line=row.line, column=1, message=f"{' '.join(row.key)} of {row.period.text} {message}")
