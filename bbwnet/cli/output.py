"""What commands print: one list of rows as a table, as JSON in the envelope of DESIGN.md, or as CSV."""

from __future__ import annotations

import csv
import datetime
import enum
import io
import json
import math
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Format(enum.StrEnum):
    """How rows are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class Language(enum.StrEnum):
    """Language of names and headings."""

    EN = "en"
    ZH = "zh"


@dataclass(frozen=True)
class Column:
    """A column of a printed table: the key of the row, its headings, and how a value is written."""

    key: str
    en: str
    zh: str
    write: Callable[[Any], str] = str
    right: bool = False


def one_decimal(value: float | None) -> str:
    """A number with one decimal, or a dash."""
    return "–" if value is None or math.isnan(value) else f"{value:.1f}"


def whole(value: float | None) -> str:
    """A whole number, or a dash."""
    return "–" if value is None or math.isnan(value) else f"{value:.0f}"


def percent(value: float | None) -> str:
    """A share as a percentage with its sign where negative, or a dash."""
    return "–" if value is None or math.isnan(value) else f"{value * 100:.1f} %"


def plain(value: Any) -> Any:
    """A value that JSON and CSV can hold; numbers rounded to a thousandth of their unit, those that are not finite absent."""
    if isinstance(value, float):
        return round(value, 3) if math.isfinite(value) else None
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def print_json(**envelope: Any) -> None:
    """Print one JSON document to standard output."""
    sys.stdout.write(json.dumps(plain(envelope), ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def print_csv(rows: Sequence[dict[str, Any]], header: Sequence[str] = ()) -> None:
    """Print rows as CSV; lists and maps within a cell as JSON. `header` names the columns where there may be no rows to name them."""
    names = list(rows[0]) if rows else list(header)
    if not names:
        return
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=names, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        cells = {key: plain(value) for key, value in row.items()}
        writer.writerow(
            {key: json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else value for key, value in cells.items()}
        )
    sys.stdout.write(text.getvalue())


def print_table(columns: Sequence[Column], rows: Sequence[dict[str, Any]], language: str, title: str | None = None) -> None:
    """Print rows as a table, as wide as the terminal, or as wide as they need where the output is no terminal."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column.zh if language == "zh" else column.en, justify="right" if column.right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(column.write(row.get(column.key)) for column in columns))
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else 200, highlight=False, markup=False)
    # Written by ourselves: rich would leave with an error of its own where the reader of a pipe has gone.
    with console.capture() as captured:
        console.print(table)
    sys.stdout.write(captured.get())


def say(text: str) -> None:
    """Print a line of text to standard output."""
    sys.stdout.write(text + "\n")


def note(text: str) -> None:
    """Print a remark to standard error, so that results can be piped."""
    sys.stderr.write(text + "\n")
