"""Periods that an observation stands for, as the files write them: a year, a half, a quarter, a month, a day, a range, an open end."""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["closed", "before", "since", "about"]
"""`closed`: from a first to a last day; `before` a day and `since` a day have one end; `about`: roughly that period."""

_YEAR = re.compile(r"(\d{4})")
_PART = re.compile(r"(\d{4})-(H[12]|Q[1-4])")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_HALF_MONTHS, _QUARTER_MONTHS, _YEAR_MONTHS = 6, 3, 12


@dataclass(frozen=True)
class Period:
    """A period, and its first and last day as far as it has them."""

    text: str
    kind: Kind
    first: datetime.date | None
    last: datetime.date | None

    @property
    def year(self) -> int | None:
        """The calendar year if it is a whole one, else `None`."""
        if self.kind != "closed" or self.first is None or self.last is None or self.first.year != self.last.year:
            return None
        return self.first.year if (self.first, self.last) == _span(self.first.year, 1, _YEAR_MONTHS) else None

    def in_year(self, year: int) -> bool:
        """Whether any day of a calendar year is in it, as far as it has ends."""
        return (self.first is None or self.first.year <= year) and (self.last is None or self.last.year >= year)

    @property
    def days(self) -> int | None:
        """Number of days; `None` for an open or rough period."""
        return (self.last - self.first).days + 1 if self.kind == "closed" and self.first and self.last else None


def parse_period(text: str) -> Period:
    """Read a period; hours (`2018-02-21T08:00`) count as their day.

    It may be `2016`, `2017-H1`, `2022-Q1`, `2018-03`, `2016-02-11`, `2018-01/2018-05` (both ends count), or one of these after
    `before`, `since` or `about`.

    Raises `ValueError` for anything else, and for a range that ends before it begins.
    """
    word, _, rest = text.strip().partition(" ")
    if word in ("before", "since", "about") and rest:
        first, last = _ends(rest)
        if word == "before":
            return Period(text, "before", None, first - datetime.timedelta(days=1))
        return Period(text, "since", first, None) if word == "since" else Period(text, "about", first, last)
    first, last = _ends(text.strip())
    return Period(text, "closed", first, last)


def _ends(text: str) -> tuple[datetime.date, datetime.date]:
    begin, slash, end = text.partition("/")
    first, last = _one(begin)[0], _one(end if slash else begin)[1]
    if last < first:
        raise ValueError(f"period {text!r} ends before it begins")
    return first, last


def _one(text: str) -> tuple[datetime.date, datetime.date]:
    """First and last day of a period that is no range."""
    if found := _YEAR.fullmatch(text):
        return _span(int(found[1]), 1, _YEAR_MONTHS)
    if found := _PART.fullmatch(text):
        months = _HALF_MONTHS if found[2][0] == "H" else _QUARTER_MONTHS
        return _span(int(found[1]), (int(found[2][1]) - 1) * months + 1, months)
    try:
        if found := _MONTH.fullmatch(text):
            return _span(int(found[1]), int(found[2]), 1)
        day = datetime.datetime.fromisoformat(text).date()
    except ValueError:
        expected = "a year, 2017-H1, 2022-Q1, 2018-03, 2016-02-11, a range of two with /, or one of these after before, since or about"
        raise ValueError(f"period {text!r} cannot be read; expected {expected}") from None
    return day, day


def _span(year: int, month: int, months: int) -> tuple[datetime.date, datetime.date]:
    last = month + months - 1
    return datetime.date(year, month, 1), datetime.date(year, last, calendar.monthrange(year, last)[1])
