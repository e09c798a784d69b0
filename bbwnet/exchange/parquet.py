"""Parquet tables, the same bytes for the same frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd


def write_parquets(frames: Mapping[Path, pd.DataFrame]) -> None:
    """Write frames to Parquet, each to its path; one thread keeps the order of row groups, so equal frames give equal bytes."""
    import duckdb  # noqa: PLC0415  slow to import

    with duckdb.connect(config={"threads": 1}) as connection:
        for path, frame in frames.items():
            connection.register("frame", frame)
            connection.execute("COPY frame TO ? (FORMAT parquet, COMPRESSION zstd)", [str(path)])
            connection.unregister("frame")


def read_parquet(path: Path) -> pd.DataFrame:
    """Read a Parquet table."""
    import duckdb  # noqa: PLC0415  slow to import

    with duckdb.connect(config={"threads": 1}) as connection:
        return connection.execute("SELECT * FROM read_parquet(?)", [str(path)]).df()
