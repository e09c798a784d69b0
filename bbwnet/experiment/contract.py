"""What a contract of a table is: its columns, types, units, key and sort order."""

from __future__ import annotations

from dataclasses import dataclass

_SQL_TYPES = {
    "str": "VARCHAR",
    "float": "DOUBLE",
    "int": "BIGINT",
    "bool": "BOOLEAN",
    "date": "DATE",
    "list of str": "VARCHAR[]",
    "list of [lon, lat]": "DOUBLE[][]",
}


@dataclass(frozen=True)
class TableColumn:
    """One column of a table."""

    name: str
    type: str
    unit: str
    meaning: str

    @property
    def sql_type(self) -> str:
        """Type of the column in a Parquet table; alternatives (`a | b`) are text, unless all of them are whole numbers."""
        if self.type in _SQL_TYPES:
            return _SQL_TYPES[self.type]
        return "BIGINT" if all(word.strip().isdecimal() for word in self.type.split("|")) else "VARCHAR"


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
