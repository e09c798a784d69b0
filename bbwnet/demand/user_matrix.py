"""Matrices that the user brings instead of a gravity model: checked against the zones, every problem at once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.demand.demand import Demand
from bbwnet.errors import InputError, Problem
from bbwnet.scenario.nearest import Names
from bbwnet.scenario.schema.demand import HOURS

if TYPE_CHECKING:
    from numpy.typing import NDArray

ALL_PURPOSES = "all"
"""Purpose of trips that name none."""


@dataclass(frozen=True)
class LongRow:
    """One row of a long list of trips, as it was read."""

    line: int
    origin: str
    destination: str
    trips: str
    purpose: str = ALL_PURPOSES


@dataclass(frozen=True)
class LabelledMatrix:
    """One matrix of a file, with the zones that its rows and columns stand for."""

    purpose: str
    labels: tuple[str, ...] | None
    """`None`: the file names no zones; rows stand for the zones sorted by identifier."""
    values: NDArray[np.float64]


@dataclass(frozen=True)
class UserMatrices:
    """Trips a day that the user brought, by purpose, without those within a zone, which are kept apart."""

    zones: tuple[str, ...]
    """Sorted."""
    purposes: tuple[str, ...]
    """Sorted."""
    trips: NDArray[np.float64]
    """Purpose x origin x destination; zero where the file has none."""
    intrazonal_trips: NDArray[np.float64]
    """Purpose x zone: trips within a zone, which are local travel and load nothing."""

    @property
    def intrazonal(self) -> dict[str, float]:
        """Trips within each zone that has any, all purposes, to be reported."""
        held = {zone: math.fsum(self.intrazonal_trips[:, row]) for row, zone in enumerate(self.zones)}
        return {zone: trips for zone, trips in held.items() if trips > 0}

    def demand(self, hour_shares: NDArray[np.float64] | None = None) -> Demand:
        """The same as `Demand`, with shares of the hours (purposes x 24; even ones by default)."""
        shares = np.full((len(self.purposes), HOURS), 1 / HOURS) if hour_shares is None else hour_shares
        return Demand(self.zones, self.purposes, self.trips, shares)


def from_long(rows: Iterable[LongRow], zones: Sequence[str], file: str) -> UserMatrices:
    """Trips of a long list; pairs that it does not name have none.

    Raises `InputError` that lists every row whose zone is unknown, whose trips are no number, negative or not finite, and every pair of
    a purpose given twice.
    """
    known, names, row_of = sorted(zones), Names(zones), {zone: row for row, zone in enumerate(sorted(zones))}
    problems: list[Problem] = []
    first_line: dict[tuple[str, str, str], int] = {}
    cells: dict[tuple[str, int, int], float] = {}
    for row in rows:
        found = list(_problems_of(row, row_of, names, file))
        key = (row.purpose, row.origin, row.destination)
        if key in first_line:
            message = f"{row.origin} to {row.destination} stands in line {first_line[key]} already"
            found.append(Problem(file=file, line=row.line, column=1, message=message))
        first_line.setdefault(key, row.line)
        problems += found
        if not found:
            cells[row.purpose, row_of[row.origin], row_of[row.destination]] = float(row.trips)
    if problems:
        raise InputError(problems)
    purposes = tuple(sorted({purpose for purpose, _, _ in cells}))
    trips = np.zeros((len(purposes), len(known), len(known)))
    for (purpose, origin, destination), value in cells.items():
        trips[purposes.index(purpose), origin, destination] = value
    return _without_diagonal(tuple(known), purposes, trips)


def from_matrices(matrices: Sequence[LabelledMatrix], zones: Sequence[str], file: str) -> UserMatrices:
    """Trips of whole matrices, each of which must name every zone once, or name none and have their number.

    Raises `InputError` that lists every matrix of a wrong size, unknown, missing and doubled zones, and cells that are negative or not
    finite (the first of each zone's row and how many there are).
    """
    known = tuple(sorted(zones))
    problems: list[Problem] = []
    found: dict[str, NDArray[np.float64]] = {}
    for matrix in matrices:
        wrong = list(_matrix_problems(matrix, known, file))
        problems += wrong
        if matrix.purpose in found:
            problems.append(Problem(file=file, path=matrix.purpose, message="matrix stands twice in the file"))
        if not wrong:
            order = np.argsort(np.array(matrix.labels)) if matrix.labels is not None else np.arange(len(known))
            found[matrix.purpose] = matrix.values[np.ix_(order, order)]
    if not matrices:
        problems.append(Problem(file=file, message="no matrix in the file"))
    if problems:
        raise InputError(problems)
    purposes = tuple(sorted(found))
    return _without_diagonal(known, purposes, np.stack([found[purpose] for purpose in purposes]))


def _problems_of(row: LongRow, known: dict[str, int], names: Names, file: str) -> Iterator[Problem]:
    """What is wrong with one row by itself."""
    for key in ("origin", "destination"):
        zone: str = getattr(row, key)
        if zone not in known:
            yield Problem(file=file, line=row.line, column=1, path=key, message="unknown zone", value=zone, nearest=names.nearest(zone))
    try:
        value = float(row.trips)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= 0):
        expected = "a number of at least 0"
        yield Problem(file=file, line=row.line, column=1, path="trips", message="no trips", value=row.trips, expected=expected)


def _matrix_problems(matrix: LabelledMatrix, known: tuple[str, ...], file: str) -> Iterator[Problem]:
    """What is wrong with one matrix."""
    labels = matrix.labels
    count = len(known) if labels is None else len(labels)
    if matrix.values.shape != (count, count):
        size = " x ".join(map(str, matrix.values.shape))
        what = f"{count} x {count}, for the {len(known)} zones" if labels is None else f"{count} x {count}, as its labels"
        yield Problem(file=file, path=matrix.purpose, message="matrix of the wrong size", value=size, expected=what)
        return
    if labels is not None:
        yield from _label_problems(matrix.purpose, labels, known, file)
    bad = ~(np.isfinite(matrix.values) & (matrix.values >= 0))
    row_names = known if labels is None else labels
    for row in map(int, np.flatnonzero(bad.any(axis=1))):
        column = int(np.flatnonzero(bad[row])[0])
        more = int(bad[row].sum()) - 1
        message = f"no trips from {row_names[row]} to {row_names[column]}" + (f", and to {more} more" if more else "")
        value = f"{matrix.values[row, column]:g}"
        yield Problem(file=file, path=matrix.purpose, message=message, value=value, expected="a number of at least 0")


def _label_problems(purpose: str, labels: tuple[str, ...], known: tuple[str, ...], file: str) -> Iterator[Problem]:
    """Labels that are no zones, zones that have no label, labels given twice."""
    names = Names(known)
    for label in sorted(set(labels) - set(known)):
        yield Problem(file=file, path=purpose, message="unknown zone", value=label, nearest=names.nearest(label))
    missing = sorted(set(known) - set(labels))
    if missing:
        yield Problem(file=file, path=purpose, message=f"no row for {len(missing)} of {len(known)} zones", value=", ".join(missing))
    for label in sorted({label for label in labels if labels.count(label) > 1}):
        yield Problem(file=file, path=purpose, message="zone has two rows", value=label)


def _without_diagonal(zones: tuple[str, ...], purposes: tuple[str, ...], trips: NDArray[np.float64]) -> UserMatrices:
    """Trips with those within a zone taken apart."""
    within = np.einsum("pii->pi", trips).copy()
    np.einsum("pii->pi", trips)[:] = 0.0
    return UserMatrices(zones, purposes, trips, within)
