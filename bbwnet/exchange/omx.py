"""Trips between zones in OMX, the open matrix format: HDF5 with a matrix for each purpose under `data`, and the zones under `lookup`.

Version 0.2 of https://github.com/osPlanning/omx: root attributes `OMX_VERSION` and `SHAPE`, matrices of one shape under `/data`, labels
of the rows under `/lookup`. Needs h5py (`pip install bbwnet[omx]`), which is imported where it is used.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import numpy as np

from bbwnet.demand.user_matrix import LabelledMatrix, UserMatrices, from_matrices
from bbwnet.errors import BbwnetError, InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from bbwnet.demand.demand import Demand

LOOKUP = "zones"
"""Name of the zones' labels in the files that we write."""


def read_omx(path: Path, zones: Sequence[str], lookup: str | None = None) -> UserMatrices:
    """Read trips a day between zones, each matrix of the file a purpose.

    Rows are named by the lookup asked for, by `zones` or by the only one that there is; without any they stand for the zones sorted.
    Raises `InputError` with every problem of the file, `BbwnetError` where h5py is not installed.
    """
    return from_matrices(read_omx_matrices(path, lookup), zones, str(path))


def read_omx_matrices(path: Path, lookup: str | None = None, names: Sequence[str] | None = None) -> list[LabelledMatrix]:
    """Read matrices with the labels of their rows, sorted by name; those of `names` that the file has, or all.

    Raises `InputError` where the file, its labels or a matrix cannot be read, `BbwnetError` where h5py is not installed.
    """
    with _opened(path) as file:
        labels = _labels(file, lookup, str(path))
        data = file.get("data", {})
        chosen = [key for key in sorted(data) if names is None or key in names]
        return [LabelledMatrix(key, labels, _values(data[key], key, str(path))) for key in chosen]


def omx_names(path: Path) -> tuple[str, ...]:
    """Names of the matrices of a file, sorted; raises `InputError` where it cannot be read, `BbwnetError` where h5py is not installed."""
    with _opened(path) as file:
        return tuple(sorted(file.get("data", {})))


def write_omx(path: Path, demand: Demand) -> None:
    """Write the trips of a demand, a matrix for each purpose, with the zones as lookup `zones`; they read back as they were.

    Raises `BbwnetError` where h5py is not installed.
    """
    with _h5py().File(path, "w") as file:
        file.attrs["OMX_VERSION"] = np.bytes_(b"0.2")
        file.attrs["SHAPE"] = np.array([len(demand.zones)] * 2, dtype=np.int32)
        data, lookups = file.create_group("data"), file.create_group("lookup")
        lookups.create_dataset(LOOKUP, data=np.array(demand.zones, dtype="S"), track_times=False)
        for purpose, matrix in zip(demand.purposes, demand.trips, strict=True):
            data.create_dataset(purpose, data=matrix, track_times=False)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """An OMX file to read from."""
    h5py = _h5py()
    try:
        with h5py.File(path, "r") as file:
            yield file
    except OSError as error:
        raise InputError(Problem(file=str(path), message=f"is no OMX file that can be read: {error}")) from None


def _values(item: Any, key: str, name: str) -> NDArray[np.float64]:
    """The numbers of a matrix."""
    if getattr(item, "dtype", None) is None or item.dtype.kind not in "biuf":
        raise InputError(Problem(file=name, path=key, message="is no matrix of numbers"))
    return np.asarray(item, dtype=np.float64)


def _labels(file: Any, lookup: str | None, name: str) -> tuple[str, ...] | None:
    """Labels of the rows, of the lookup asked for or the one that says itself."""
    held = sorted(file.get("lookup", {}))
    asked = lookup or (LOOKUP if LOOKUP in held else held[0] if len(held) == 1 else None)
    if asked is None and not held:
        return None
    if asked not in held:
        what = "several lookups, and none is asked for" if lookup is None else "no such lookup"
        raise InputError(Problem(file=name, path="lookup", message=what, value=lookup, expected=f"one of {', '.join(held) or 'none'}"))
    values = np.asarray(file["lookup"][asked])
    return tuple(value.decode("utf-8") if isinstance(value, bytes) else str(value) for value in values.tolist())


def _h5py() -> Any:
    try:
        import h5py  # noqa: PLC0415  an extra
    except ImportError:
        raise BbwnetError("OMX needs h5py, which is not installed: pip install bbwnet[omx]") from None
    return h5py
