"""Traffic counts in CSV: vehicles of a mean day on a link, by direction and class of vehicle, when they were counted and by whom."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast, get_args

from bbwnet.errors import InputError, Problem
from bbwnet.exchange.observed_periods import Period, parse_period
from bbwnet.scenario.nearest import Names

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

COLUMNS = ("link", "direction", "class", "period", "vehicles_day", "source")
"""All of them must be there; others are read over."""

CountDirection = Literal["forward", "backward", "both"]
"""As the link is given, against that, or both directions together."""


@dataclass(frozen=True)
class Count:
    """Vehicles counted on a link."""

    link: str
    direction: CountDirection
    vehicle_class: str
    """`all`, `car`, `truck` (light and heavy), or a class of the road loads."""
    period: Period
    """Days that the mean day stands for."""
    vehicles_day: float
    source: str
    file: str
    line: int

    @property
    def directions(self) -> tuple[str, ...]:
        """The directions that it counts."""
        return ("forward", "backward") if self.direction == "both" else (self.direction,)


def read_counts(
    path: Path, links: Collection[str], classes: Collection[str], ways: Mapping[str, Collection[str]] | None = None
) -> tuple[Count, ...]:
    """Read counts, in the order of the file; `links` and `classes` are the names that may stand in it.

    `ways` has the directions of each link that some vehicle can use, `forward` or `backward`; by default both.
    Raises `InputError` with every problem: a file that cannot be read, columns that are missing, links, classes and directions that are not
    known, directions that no vehicle can use (of `both` neither), periods that cannot be read, volumes that are no numbers, not finite or
    negative, rows without a source, and a link, direction and class counted twice in a period (`both` and one direction count as the same).
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                message, expected = f"no column {', '.join(missing)}", f"columns {', '.join(COLUMNS)}"
                raise InputError(Problem(file=str(path), line=1, column=1, message=message, expected=expected))
            rows = [({name: (row.get(name) or "").strip() for name in COLUMNS}, reader.line_num) for row in reader]
    except OSError as error:
        raise InputError(Problem(file=str(path), message=f"cannot be read: {error.strerror}")) from None
    except UnicodeDecodeError:
        raise InputError(Problem(file=str(path), message="is not UTF-8")) from None
    except csv.Error as error:
        raise InputError(Problem(file=str(path), message=f"cannot be read as CSV: {error}")) from None
    known = {"link": Names(links), "class": Names(classes), "direction": Names(get_args(CountDirection))}
    valid = {"link": frozenset(links), "class": frozenset(classes), "direction": frozenset(get_args(CountDirection))}
    problems: list[Problem] = []
    counts: list[Count] = []
    for cells, line in rows:
        wrong = [*_faults(cells, str(path), line, known, valid)]
        if not wrong and ways is not None:
            wrong = [*_closed(cells, str(path), line, ways.get(cells["link"], ()))]
        problems += wrong
        if not wrong:
            counts.append(
                Count(
                    link=cells["link"],
                    direction=cast("CountDirection", cells["direction"]),
                    vehicle_class=cells["class"],
                    period=parse_period(cells["period"]),
                    vehicles_day=float(cells["vehicles_day"]),
                    source=cells["source"],
                    file=str(path),
                    line=line,
                )
            )
    problems += _doubled(counts)
    if problems:
        raise InputError(problems)
    return tuple(counts)


def _faults(cells: dict[str, str], file: str, line: int, known: dict[str, Names], valid: dict[str, frozenset[str]]) -> Iterator[Problem]:
    """What is wrong with one row by itself."""

    def problem(name: str, message: str, expected: str, nearest: str | None = None) -> Problem:
        column = COLUMNS.index(name) + 1
        return Problem(
            file=file, line=line, column=column, path=name, message=message, value=cells[name], expected=expected, nearest=nearest
        )

    for name, expected in (
        ("link", "a link that vehicles on the road can use"),
        ("direction", "forward, backward or both"),
        ("class", "a class of vehicles, or all"),
    ):
        if cells[name] not in valid[name]:
            yield problem(name, f"unknown {name}", expected, known[name].nearest(cells[name]))
    try:
        parse_period(cells["period"])
    except ValueError as error:
        yield problem("period", str(error), "such as 2016 or 2016-05")
    try:
        vehicles = float(cells["vehicles_day"])
    except ValueError:
        yield problem("vehicles_day", "no number", "vehicles of a mean day")
    else:
        if not (math.isfinite(vehicles) and vehicles >= 0):
            yield problem("vehicles_day", "not finite" if not math.isfinite(vehicles) else "negative", "0 or more")
    if not cells["source"]:
        yield problem("source", "no source", "who counted, or where it stands")


def _closed(cells: dict[str, str], file: str, line: int, ways: Collection[str]) -> Iterator[Problem]:
    """A direction that no vehicle can use."""
    direction = cells["direction"]
    if direction in ways or (direction == "both" and ways):
        return
    column, expected = COLUMNS.index("direction") + 1, " or ".join(way for way in ("forward", "backward") if way in ways)
    message = f"no vehicle can use {cells['link']} in this direction" if ways else f"no vehicle can use {cells['link']}"
    yield Problem(file=file, line=line, column=column, path="direction", message=message, value=direction, expected=expected or None)


def _doubled(counts: list[Count]) -> Iterator[Problem]:
    first: dict[tuple[object, ...], Count] = {}
    for count in counts:
        keys = [(count.link, way, count.vehicle_class, count.period.text) for way in count.directions]
        held = next((first[key] for key in keys if key in first), None)
        if held is not None:
            message = f"{count.link} {count.direction} {count.vehicle_class} of {count.period.text} stands in line {held.line} already"
            yield Problem(file=count.file, line=count.line, column=1, message=message)
        for key in keys:
            first.setdefault(key, count)
