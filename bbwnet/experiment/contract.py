"""What a contract of a table is: its columns, types, units, key and sort order."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TableColumn:
    """One column of a table."""

    name: str
    type: str
    unit: str
    meaning: str


@dataclass(frozen=True)
class Table:
    """A table: what it holds, the columns that identify a row and order the rows, and all columns in order."""

    name: str
    holds: str
    key: tuple[str, ...]
    sorted_by: str
    columns: tuple[TableColumn, ...]


def column(name: str, kind: str, meaning: str, unit: str = "") -> TableColumn:
    """A column that is no attribute of a record."""
    return TableColumn(name, kind, unit, meaning)
