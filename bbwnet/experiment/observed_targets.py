"""Targets: what a year's observed totals come to, figure by figure, and why those that are left out are."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bbwnet.network.population import worst

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bbwnet.exchange.observations import Use
    from bbwnet.exchange.observed_totals import Key, ObservedTotal
    from bbwnet.scenario.schema.base import Confidence
    from bbwnet.scenario.schema.measures import Measure

Method = Literal["figure", "interpolated", "seasonal", "filled"]
"""`figure`: reported of the year; `interpolated`: geometric between years at most 2 apart; `seasonal`: a part of the year by the share
that it has in another year of the same series; `filled`: parts of the year, and the days that none covers at their mean."""

WIDEST_GAP_YEARS = 2
"""Years between two figures that one in between is found from."""
LEAST_SEASONAL_SHARE = 0.2
"""Share of the days that a part must cover to stand for the year by its season."""
LEAST_FILLED_SHARE = 0.45
"""Share of the days that parts must cover for the rest to be filled at their mean."""
SPRING_MONTHS = (1, 2, 3)
"""Months that Spring Festival's travel lies in, whose days are no measure for the others."""

HOURS_A_YEAR = 8760.0
"""What a year's total is divided by for the GEH statistic, which is of hourly volumes."""

WEIGHTS: dict[Confidence, float] = {"measured": 1.0, "reported": 1.0, "estimated": 0.5, "assumed": 0.25}
"""What a target's error counts by confidence; what no source reported as such, but was worked out, is estimated at best."""


@dataclass(frozen=True)
class Target:
    """A total of a year to be met."""

    measure: Measure
    year: int
    value: float
    """Persons, vehicles, t or TEU a year."""
    method: Method
    confidence: Confidence
    sources: tuple[str, ...]
    use: Use

    @property
    def weight(self) -> float:
        """What its error counts in a fit."""
        return WEIGHTS[self.confidence]

    @property
    def name(self) -> str:
        """Place and metric."""
        return f"{self.measure.place} {self.measure.metric}"


@dataclass(frozen=True)
class Unused:
    """Figures that touch the year but make no target, and why."""

    series: str
    place: str
    metric: str
    period: str
    reason: str


def targets_of(rows: Sequence[ObservedTotal], measures: Iterable[Measure], year: int, use: Use) -> tuple[list[Target], list[Unused]]:
    """Targets of a year from the rows of one use, sorted by measure; and the figures about that year that make none.

    Fitted targets are made of fitted rows only; withheld ones may learn the season from fitted rows. Where several measures count the same
    in the model, the best known figure is the target.
    """
    own = [row for row in rows if row.use == use]
    seasons = own if use == "fitted" else list(rows)
    by_key = {(item.series, item.place, item.metric): item for item in measures}
    found: dict[Key, Target] = {}
    unused: list[Unused] = []
    for key in sorted({row.key for row in own}):
        series = [row for row in own if row.key == key]
        touching = [row for row in series if _touches(row, year)]
        if key not in by_key:
            unused += [_unused(row, "no measure says what it is in the model") for row in touching]
            continue
        target = _target(by_key[key], year, series, [row for row in seasons if row.key == key])
        if target is not None:
            found[key] = target
        else:
            unused += [_unused(row, "part of the year, and no season to scale it by") for row in touching]
    return _once(found, unused), unused


def _target(measure: Measure, year: int, rows: list[ObservedTotal], seasons: list[ObservedTotal]) -> Target | None:
    """The best that the rows of one series give for a year."""
    whole = {row.period.year: row for row in sorted(rows, key=_rank, reverse=True) if row.period.year is not None and row.value > 0}
    if year in whole:
        row = whole[year]
        return _made(measure, year, row.value, "figure", [row])
    parts = [row for row in rows if _part_of(row, year)]
    seasonal = _seasonal(year, parts, seasons)
    if seasonal is not None:
        return _made(measure, year, seasonal[0], "seasonal", seasonal[1])
    filled = _filled(year, parts)
    if filled is not None:
        return _made(measure, year, filled[0], "filled", filled[1])
    before = max((other for other in whole if other < year), default=None)
    after = min((other for other in whole if other > year), default=None)
    if before is None or after is None or after - before > WIDEST_GAP_YEARS:
        return None
    first, last = whole[before], whole[after]
    value = first.value * (last.value / first.value) ** ((year - before) / (after - before))
    return _made(measure, year, value, "interpolated", [first, last])


def _seasonal(year: int, parts: list[ObservedTotal], rows: list[ObservedTotal]) -> tuple[float, list[ObservedTotal]] | None:
    """A year's total from its longest part, by the share of these days in the nearest year with a total and a part of its own.

    In that other year days within the part have one rate and all others another.
    """
    part = max(parts, key=_days, default=None)
    if part is None or _days(part) < LEAST_SEASONAL_SHARE * _year_days(year):
        return None
    for other in sorted({row.period.year for row in rows if row.period.year is not None}, key=lambda item: (abs(item - year), item)):
        whole = min((row for row in rows if row.period.year == other), key=_rank)
        known = max((row for row in rows if _part_of(row, other)), key=_days, default=None)
        if known is None or not 0 < known.value < whole.value:
            continue
        within = _days_of_year(known)
        inside = known.value / len(within)
        outside = (whole.value - known.value) / (_year_days(other) - len(within))
        share = math.fsum(inside if day in within else outside for day in sorted(_days_of_year(part))) / whole.value
        return part.value / share, [part, whole, known]
    return None


def _filled(year: int, parts: list[ObservedTotal]) -> tuple[float, list[ObservedTotal]] | None:
    """A year's total from parts that cover much of it; other days at the mean of the covered ones outside the spring, if there are any."""
    pieces: list[tuple[frozenset[tuple[int, int]], float]] = []
    used: list[ObservedTotal] = []
    # short periods first: what a long one has beside them is what is left of it
    for row in sorted(parts, key=_days):
        days, value = _days_of_year(row), row.value
        inner = [piece for piece in pieces if piece[0] & days]
        if any(not piece[0] <= days for piece in inner):
            continue  # overlaps in part: the same days would count twice
        rest = frozenset(days.difference(*(piece[0] for piece in inner)))
        left = value - math.fsum(piece[1] for piece in inner)
        if not rest or left < 0:
            continue
        pieces.append((rest, left))
        used.append(row)
    covered = sum(len(days) for days, _ in pieces)
    if not pieces or covered < LEAST_FILLED_SHARE * _year_days(year):
        return None
    calm = [piece for piece in pieces if all(month not in SPRING_MONTHS for month, _ in piece[0])] or pieces
    rate = math.fsum(value for _, value in calm) / sum(len(days) for days, _ in calm)
    return math.fsum(value for _, value in pieces) + rate * (_year_days(year) - covered), used


def _once(found: dict[Key, Target], unused: list[Unused]) -> list[Target]:
    """One target for each quantity and ends; the others are listed."""
    best: dict[tuple[object, ...], Target] = {}
    for key in sorted(found, key=lambda item: (_worse(found[item]), item)):
        target = found[key]
        measure = target.measure
        same = (measure.quantity, frozenset(measure.nodes), frozenset(measure.cities), frozenset(measure.places))
        if best.setdefault(same, target) is not target:
            reason = f"counts the same as {best[same].name}"
            unused.append(Unused(measure.series, measure.place, measure.metric, str(target.year), reason))
    return sorted(best.values(), key=lambda item: item.measure.id)


def _worse(target: Target) -> tuple[float, bool]:
    return -target.weight, target.method != "figure"


def _made(measure: Measure, year: int, value: float, method: Method, rows: list[ObservedTotal]) -> Target:
    confidence = worst(*(row.confidence for row in rows), *(() if method == "figure" else ("estimated",)))
    sources = tuple(sorted({row.source for row in rows}))
    return Target(measure, year, value * measure.unit_factor, method, confidence, sources, rows[0].use)


def _rank(row: ObservedTotal) -> tuple[float, str, int]:
    """Best known first; of equals the first of the files."""
    return -WEIGHTS[row.confidence], row.file, row.line


def _touches(row: ObservedTotal, year: int) -> bool:
    first, last = row.period.first, row.period.last
    return row.period.kind == "closed" and first is not None and last is not None and first.year <= year <= last.year


def _part_of(row: ObservedTotal, year: int) -> bool:
    """Whether a row is of a part of a year, and nothing besides."""
    first, last = row.period.first, row.period.last
    if row.period.kind != "closed" or first is None or last is None or row.period.year is not None:
        return False
    return first.year == last.year == year and row.value > 0


def _days(row: ObservedTotal) -> int:
    return row.period.days or 0


def _days_of_year(row: ObservedTotal) -> frozenset[tuple[int, int]]:
    """Month and day of every day of a period within one year."""
    first = row.period.first
    if first is None:
        return frozenset()
    days = (first + datetime.timedelta(days=number) for number in range(_days(row)))
    return frozenset((day.month, day.day) for day in days)


def _year_days(year: int) -> int:
    return datetime.date(year, 12, 31).timetuple().tm_yday


def _unused(row: ObservedTotal, reason: str) -> Unused:
    return Unused(row.series, row.place, row.metric, row.period.text, reason)
