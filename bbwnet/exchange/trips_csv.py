"""Trips between zones in CSV, long form: `origin,destination,trips`, and `purpose` where there are several."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from bbwnet.demand.user_matrix import ALL_PURPOSES, LongRow, UserMatrices, from_long
from bbwnet.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bbwnet.demand.demand import Demand

COLUMNS = ("origin", "destination", "trips")


def read_trips_csv(path: Path, zones: Sequence[str]) -> UserMatrices:
    """Read trips a day between zones; pairs that are not named have none.

    Raises `InputError` with every problem of the file: columns that are missing, or all that `bbwnet.demand.user_matrix.from_long`
    finds in its rows.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                message, expected = f"no column {', '.join(missing)}", f"columns {', '.join(COLUMNS)}"
                raise InputError(Problem(file=str(path), line=1, column=1, message=message, expected=expected))
            rows, wide = [], []
            for row in reader:
                if None in row:  # a separator of thousands would cut a number in two
                    wide.append(Problem(file=str(path), line=reader.line_num, message="more cells than columns in the header"))
                rows.append(_row(row, reader.line_num))
            if wide:
                raise InputError(wide)
    except OSError as error:
        raise InputError(Problem(file=str(path), message=f"cannot be read: {error.strerror}")) from None
    except UnicodeDecodeError:
        raise InputError(Problem(file=str(path), message="is not UTF-8")) from None
    return from_long(rows, zones, str(path))


def write_trips_csv(path: Path, demand: Demand) -> None:
    """Write the trips of a demand, pairs with none left out, sorted by purpose, origin, destination; they read back as they were."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow((*COLUMNS, "purpose"))
        for purpose, matrix in zip(demand.purposes, demand.trips, strict=True):
            for row, origin in enumerate(demand.zones):
                for column, destination in enumerate(demand.zones):
                    if matrix[row, column] > 0:
                        writer.writerow((origin, destination, repr(float(matrix[row, column])), purpose))


def _row(row: dict[str, str | None], line: int) -> LongRow:
    origin, destination, trips = (_cell(row, name) for name in COLUMNS)
    return LongRow(line, origin, destination, trips, _cell(row, "purpose") or ALL_PURPOSES)


def _cell(row: dict[str, str | None], name: str) -> str:
    return (row.get(name) or "").strip()
