"""What the formats share: the frames that they carry, plain values out of them, and files that appear only when whole."""

from __future__ import annotations

import contextlib
import datetime
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd

from bbwnet.errors import InputError, Problem, reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import networkx as nx

DATE_COLUMNS = ("opened", "closed")
"""Columns that hold calendar days, written as ISO text."""


class NetworkFrames(Protocol):
    """The part of `bbwnet.network.Network` that files carry.

    `nodes` has the node identifier as index and at least `lon`, `lat` (degrees, WGS84); `links` has the link identifier as
    index and at least `from`, `to` (node identifiers) and `geometry`, a list of [lon, lat] from end to end.
    """

    @property
    def scenario(self) -> str:
        """Name of the scenario."""

    @property
    def region(self) -> str:
        """Identifier of the region."""

    @property
    def as_of(self) -> datetime.date:
        """Date that the network stands at."""

    @property
    def nodes(self) -> pd.DataFrame:
        """Places and nodes."""

    @property
    def links(self) -> pd.DataFrame:
        """Links."""

    def to_networkx(self) -> nx.MultiDiGraph[int]:
        """Return the routing graph, one edge per arc, keyed by the row of its link."""


def plain_value(value: object) -> Any:
    """Return a cell as a value that JSON has: numpy scalars unboxed, dates as ISO text, every kind of absence `None`."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, (list, tuple)):
        return [plain_value(item) for item in value]
    if isinstance(value, datetime.date):
        return value.isoformat()
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    return value


def plain_rows(frame: pd.DataFrame) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the identifier and the plain values of every row, in the frame's order."""
    for identifier, row in zip(frame.index, frame.to_dict("records"), strict=True):
        yield str(identifier), {str(key): plain_value(value) for key, value in row.items()}


def frame_from_rows(rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """Build a frame, with `id` as index, of rows of plain values; columns keep the order in which the rows name them.

    Whole numbers become `Int64`, `DATE_COLUMNS` dates; an absent value is missing in its column.
    """
    listed = list(rows)
    names = list(dict.fromkeys(name for row in listed for name in row))
    columns = {name: _column(name, [row.get(name) for row in listed]) for name in names}
    return pd.DataFrame(columns, columns=names).set_index("id")


def _column(name: str, values: list[Any]) -> pd.Series[Any]:
    present = [value for value in values if value is not None]
    if name in DATE_COLUMNS:
        days = [None if value is None else datetime.date.fromisoformat(value) for value in values]
        return pd.Series(days, dtype=object)
    if present and all(type(value) is int for value in present):
        return pd.Series(values, dtype="Int64")
    if any(isinstance(value, (list, dict)) for value in present):
        return pd.Series(values, dtype=object)
    return pd.Series(values)


def refuse(path: Path, message: str, *, value: object = None, expected: str | None = None) -> InputError:
    """Return the error of a file that cannot be read."""
    return InputError(Problem(file=str(path), message=message, value=None if value is None else str(value), expected=expected))


def check_ends(path: Path, nodes: pd.DataFrame, links: pd.DataFrame) -> None:
    """Raise `InputError` with every identifier that stands twice and every link whose end is no node of the file."""
    problems = [
        Problem(file=str(path), path=f"{table}.{identifier}", message="the identifier stands twice", value=str(identifier))
        for table, frame in (("nodes", nodes), ("links", links))
        for identifier in frame.index[frame.index.duplicated()]
    ]
    for end in ("from", "to"):
        if end not in links:
            problems.append(Problem(file=str(path), path="links", message=f"no link has the property `{end}`"))
            continue
        strangers = links.loc[~links[end].isin(nodes.index), end]
        problems.extend(
            Problem(file=str(path), path=f"links.{identifier}.{end}", message="unknown node", value=str(node))
            for identifier, node in strangers.items()
        )
    if problems:
        raise InputError(problems)


@contextlib.contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """Give a temporary name to write to; it takes the name `path` once the block has ended well, else it is removed.

    A symbolic link is followed. Raises `InputError` if there is something other than a file, such as a folder or a device, or one may not
    write there.
    """
    # Resolved: a link such as /dev/stdout must not itself be replaced by the file.
    target = Path(path).resolve()
    if target.exists() and not target.is_file():
        raise refuse(Path(path), "cannot be written: it is there and is no file")
    partial = target.with_name(f".{target.stem}.partial{target.suffix}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        # Tried here, where the file has its own name still; GDAL's error is its own.
        partial.touch()
        partial.unlink()
    except OSError as error:
        raise refuse(Path(path), f"cannot be written: {reason(error)}") from None
    try:
        yield partial
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
