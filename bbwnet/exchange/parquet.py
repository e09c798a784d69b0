"""Parquet tables, the same bytes for the same frame."""

from __future__ import annotations

import errno
import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd


def write_parquets(frames: Mapping[Path, pd.DataFrame], types: Mapping[Path, Mapping[str, str]]) -> None:
    """Write frames to Parquet, each to its path; one thread keeps the order of row groups, so equal frames give equal bytes.

    `types` has the SQL type of each column of each frame: a column without a value would tell none.
    """
    import duckdb  # noqa: PLC0415  slow to import

    with duckdb.connect(config={"threads": 1}) as connection:
        for path, frame in frames.items():
            connection.register("frame", frame)
            columns = ", ".join(f'CAST("{name}" AS {types[path][name]}) AS "{name}"' for name in frame.columns)
            try:
                connection.execute(f"COPY (SELECT {columns} FROM frame) TO ? (FORMAT parquet, COMPRESSION zstd)", [str(path)])  # noqa: S608  names and types of contracts
            except duckdb.IOException as error:
                raise _as_os_error(error, path) from error
            connection.unregister("frame")


def _as_os_error(error: Exception, path: Path) -> OSError:
    """What the system said of a file that could not be written, out of what DuckDB wraps round it."""
    found = re.search(r'"errno":"([0-9]+)"', str(error))
    number = int(found[1]) if found else errno.EIO
    return OSError(number, os.strerror(number), str(path))


def read_parquet(path: Path) -> pd.DataFrame:
    """Read a Parquet table."""
    import duckdb  # noqa: PLC0415  slow to import

    with duckdb.connect(config={"threads": 1}) as connection:
        return connection.execute("SELECT * FROM read_parquet(?)", [str(path)]).df()
