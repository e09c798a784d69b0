"""Matrices that users bring: what is right reads back, what is wrong says so, all of it at once."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bbwnet.demand.demand import Demand
from bbwnet.demand.user_matrix import LabelledMatrix, LongRow, from_long, from_matrices
from bbwnet.errors import BbwnetError, InputError
from bbwnet.exchange.omx import read_omx, write_omx
from bbwnet.exchange.trips_csv import read_trips_csv, write_trips_csv

ZONES = ("haicheng", "qingxiu", "qinnan")

DEMAND = Demand(
    ZONES,
    ("business", "leisure"),
    np.array([[[0, 1.5, 2], [3, 0, 1 / 3], [0, 5, 0]], [[0, 0, 7], [8, 0, 0], [9, 1e-9, 0]]]),
    np.full((2, 24), 1 / 24),
)

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def put(text: str) -> Path:
        path = tmp_path / "trips.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return put


def problems(error: pytest.ExceptionInfo[InputError], file: str) -> list[str]:
    """The problems without the file's name."""
    return [str(problem).replace(file, "F") for problem in error.value.problems]


def test_csv_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "trips.csv"
    write_trips_csv(path, DEMAND)
    found = read_trips_csv(path, ZONES)
    assert found.demand(DEMAND.hour_shares).trips.tolist() == DEMAND.trips.tolist()
    assert found.purposes == DEMAND.purposes


def test_csv_without_purpose_in_any_order_with_trips_within_zones(write: Write) -> None:
    path = write("trips,destination,origin,remark\n4,qingxiu,qinnan,x\n2.5,haicheng,haicheng,\n0,qinnan,haicheng,\n")
    found = read_trips_csv(path, reversed_zones())
    assert found.purposes == ("all",)
    assert found.zones == ZONES
    assert found.trips[0].tolist() == [[0, 0, 0], [0, 0, 0], [0, 4, 0]]
    assert found.intrazonal == {"haicheng": 2.5}
    assert found.demand().total() == 4


def reversed_zones() -> tuple[str, ...]:
    return tuple(reversed(ZONES))


def test_csv_says_everything_that_is_wrong_at_once(write: Write) -> None:
    path = write(
        "origin,destination,trips\n"
        "qinnan,qingxu,1\n"
        "qinnan,haicheng,-2\n"
        "qinnan,qingxiu,nan\n"
        "haicheng,qinnan,many\n"
        "qingxiu,qinnan,3\n"
        "qingxiu,qinnan,3\n"
        "qingxiu,haicheng\n"
        "haicheng,qingxiu,inf\n"
    )
    with pytest.raises(InputError) as error:
        read_trips_csv(path, ZONES)
    expected = "expected a number of at least 0"
    assert problems(error, str(path)) == [
        "F:2:1: destination: unknown zone (qingxu), nearest valid name qingxiu",
        f"F:3:1: trips: no trips (-2), {expected}",
        f"F:4:1: trips: no trips (nan), {expected}",
        f"F:5:1: trips: no trips (many), {expected}",
        "F:7:1: qingxiu to qinnan stands in line 6 already",
        f"F:8:1: trips: no trips (), {expected}",
        f"F:9:1: trips: no trips (inf), {expected}",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("from,to,trips\n", "F:1:1: no column origin, destination, expected columns origin, destination, trips"),
        ("", "F:1:1: no column origin, destination, trips, expected columns origin, destination, trips"),
    ],
)
def test_csv_without_its_columns(write: Write, text: str, message: str) -> None:
    path = write(text)
    with pytest.raises(InputError) as error:
        read_trips_csv(path, ZONES)
    assert problems(error, str(path)) == [message]


def test_csv_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be read: No such file"):
        read_trips_csv(tmp_path / "none.csv", ZONES)
    (tmp_path / "bytes.csv").write_bytes(b"origin,\xff\xfe")
    with pytest.raises(InputError, match="is not UTF-8"):
        read_trips_csv(tmp_path / "bytes.csv", ZONES)


def test_the_same_pair_of_another_purpose_is_no_double() -> None:
    rows = [LongRow(2, "qinnan", "qingxiu", "1", "leisure"), LongRow(3, "qinnan", "qingxiu", "2", "business")]
    assert from_long(rows, ZONES, "f").trips[:, 2, 1].tolist() == [2, 1]


def test_matrices_in_the_order_of_their_labels() -> None:
    values = np.array([[9.0, 1, 2], [3, 0, 4], [5, 6, 0]])
    found = from_matrices([LabelledMatrix("all", ("qinnan", "haicheng", "qingxiu"), values)], ZONES, "f")
    # haicheng to qinnan 3, qinnan to qingxiu 2
    assert (found.trips[0, 0, 2], found.trips[0, 2, 1], found.intrazonal) == (3, 2, {"qinnan": 9})
    plain = from_matrices([LabelledMatrix("all", None, values)], ZONES, "f")
    assert (plain.trips[0, 0, 2], plain.intrazonal) == (2, {"haicheng": 9})


def test_matrices_say_everything_that_is_wrong_at_once() -> None:
    bad = np.array([[0, -1, np.nan], [1, 0, 1], [np.inf, 1, 0]])
    matrices = [
        LabelledMatrix("a", None, np.zeros((2, 2))),
        LabelledMatrix("b", ("haicheng", "qingxu", "qinnan"), np.zeros((3, 3))),
        LabelledMatrix("c", ("haicheng", "haicheng", "qinnan"), np.zeros((3, 3))),
        LabelledMatrix("d", ZONES, bad),
        LabelledMatrix("e", ZONES, np.zeros((3, 2))),
        LabelledMatrix("f", ZONES, np.zeros((3, 3))),
        LabelledMatrix("f", ZONES, np.zeros((3, 3))),
    ]
    with pytest.raises(InputError) as error:
        from_matrices(matrices, ZONES, "F")
    expected = "expected a number of at least 0"
    assert problems(error, "F") == [
        "F: a: matrix of the wrong size (2 x 2), expected 3 x 3, for the 3 zones",
        "F: b: no row for 1 of 3 zones (qingxiu)",
        "F: b: unknown zone (qingxu), nearest valid name qingxiu",
        "F: c: no row for 1 of 3 zones (qingxiu)",
        "F: c: zone has two rows (haicheng)",
        f"F: d: no trips from haicheng to qingxiu, and to 1 more (-1), {expected}",
        f"F: d: no trips from qinnan to haicheng (inf), {expected}",
        "F: e: matrix of the wrong size (3 x 2), expected 3 x 3, as its labels",
        "F: f: matrix stands twice in the file",
    ]
    with pytest.raises(InputError, match="no matrix in the file"):
        from_matrices([], ZONES, "f")


def test_omx_reads_back(tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    path = tmp_path / "trips.omx"
    write_omx(path, DEMAND)
    found = read_omx(path, ZONES)
    assert found.demand().trips.tolist() == DEMAND.trips.tolist()
    assert found.purposes == DEMAND.purposes
    with h5py.File(path, "r") as file:
        assert bytes(file.attrs["OMX_VERSION"]) == b"0.2"
        assert file.attrs["SHAPE"].tolist() == [3, 3]
    again = tmp_path / "again.omx"
    write_omx(again, DEMAND)
    assert again.read_bytes() == path.read_bytes()


def test_omx_of_others(tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    path = tmp_path / "trips.omx"
    with h5py.File(path, "w") as file:
        file["data/car"] = np.arange(9, dtype=np.float32).reshape(3, 3)
    assert read_omx(path, ZONES).trips[0].tolist() == [[0, 1, 2], [3, 0, 5], [6, 7, 0]]
    with h5py.File(path, "a") as file:
        file["lookup/name"] = np.array(["qinnan", "qingxiu", "haicheng"], dtype="S")
    assert read_omx(path, ZONES).trips[0].tolist() == [[0, 7, 6], [5, 0, 3], [2, 1, 0]]
    with h5py.File(path, "a") as file:
        file["lookup/number"] = np.array([1, 2, 3])
    with pytest.raises(InputError, match="several lookups, and none is asked for, expected one of name, number"):
        read_omx(path, ZONES)
    with pytest.raises(InputError, match="no such lookup \\(id\\), expected one of name, number"):
        read_omx(path, ZONES, "id")
    with pytest.raises(InputError, match="unknown zone \\(1\\)"):
        read_omx(path, ZONES, "number")


def test_omx_that_is_none(tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    path = tmp_path / "trips.omx"
    path.write_text("no HDF5", encoding="utf-8")
    with pytest.raises(InputError, match="is no OMX file that can be read"):
        read_omx(path, ZONES)
    with h5py.File(path, "w") as file:
        file["data/names"] = np.array([["a", "b"]], dtype="S")
    with pytest.raises(InputError, match="no matrix of numbers"):
        read_omx(path, ZONES)
    with h5py.File(path, "w"):
        pass
    with pytest.raises(InputError, match="no matrix in the file"):
        read_omx(path, ZONES)


def test_omx_without_h5py_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(BbwnetError, match=r"pip install bbwnet\[omx\]"):
        read_omx(tmp_path / "trips.omx", ZONES)


def test_csv_with_a_number_cut_in_two(write: Write) -> None:
    with pytest.raises(InputError, match="more cells than columns"):
        read_trips_csv(write("origin,destination,trips\na,b,1,000\n"), ("a", "b"))
