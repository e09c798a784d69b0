"""Traffic counts in CSV: read as they stand, every problem at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bbwnet.errors import InputError
from bbwnet.exchange.counts import read_counts

LINKS = ("g75_qingxiu-qinnan", "g325_qingxiu-qinnan", "border_bridge")
CLASSES = ("all", "car", "truck", "coach")
HEAD = "link,direction,class,period,vehicles_day,source\n"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "counts.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_counts_are_read_in_order(tmp_path: Path) -> None:
    rows = "g75_qingxiu-qinnan,both,all,2016,18000,bureau\n g325_qingxiu-qinnan , backward ,truck,2016-05,1.5e3,bureau\n"
    first, second = read_counts(written(tmp_path, "﻿" + HEAD.replace("source", "source,note") + rows), LINKS, CLASSES)
    assert (first.link, first.directions, first.vehicle_class, first.vehicles_day) == (
        "g75_qingxiu-qinnan", ("forward", "backward"), "all", 18000.0,
    )  # fmt: skip
    assert (first.period.year, first.source, first.line) == (2016, "bureau", 2)
    assert (second.link, second.directions, second.vehicles_day, second.line) == ("g325_qingxiu-qinnan", ("backward",), 1500.0, 3)


def test_a_file_without_rows_has_no_counts(tmp_path: Path) -> None:
    assert read_counts(written(tmp_path, HEAD), LINKS, CLASSES) == ()


def test_every_problem_at_once(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        HEAD
        + "g75_qingxiu-qinan,both,all,2016,18000,bureau\n"  # line 2: link
        + "border_bridge,both,all,2016,-1,bureau\n"  # 3: negative
        + "border_bridge,north,lorry,yesterday,nan,\n"  # 4: direction, class, period, NaN, source
        + "border_bridge,both,all,2016,many,bureau\n"  # 5: no number
        + "border_bridge,both,all,2016\n"  # 6: short row
        + "border_bridge,both,car,2016,5,bureau\n"
        + "border_bridge,forward,car,2016,5,bureau\n"  # 8: within both
        + "border_bridge,forward,car,2017,5,bureau\n",
    )
    with pytest.raises(InputError) as caught:
        read_counts(path, LINKS, CLASSES)
    lines = [(problem.line, problem.path) for problem in caught.value.problems]
    assert lines == [
        (2, "link"), (3, "vehicles_day"), (4, "direction"), (4, "class"), (4, "period"), (4, "vehicles_day"), (4, "source"),
        (5, "vehicles_day"), (6, "vehicles_day"), (6, "source"), (8, ""),
    ]  # fmt: skip
    text = str(caught.value)
    assert f"{path}:2:1: link: unknown link (g75_qingxiu-qinan)" in text
    assert "nearest valid name g75_qingxiu-qinnan" in text
    assert "negative (-1)" in text
    assert "not finite (nan)" in text
    assert "border_bridge forward car of 2016 stands in line 7 already" in text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("link,direction,class,period,vehicles_day\n", "no column source"),
        ("", "no column link, direction, class, period, vehicles_day, source"),
    ],
)
def test_columns_must_be_there(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_counts(written(tmp_path, text), LINKS, CLASSES)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_counts(tmp_path / "none.csv", LINKS, CLASSES)
    path = tmp_path / "latin.csv"
    path.write_bytes(HEAD.encode() + b"border_bridge,both,all,2016,5,b\xfcro\n")
    with pytest.raises(InputError, match="is not UTF-8"):
        read_counts(path, LINKS, CLASSES)


def test_a_direction_that_no_vehicle_can_use_is_told(tmp_path: Path) -> None:
    ways = {"g75_qingxiu-qinnan": {"forward", "backward"}, "g325_qingxiu-qinnan": {"forward"}}
    rows = (
        "g75_qingxiu-qinnan,backward,all,2016,1,bureau\n"
        "g325_qingxiu-qinnan,backward,all,2016,1,bureau\n"
        "g325_qingxiu-qinnan,both,truck,2016,1,bureau\n"  # all that there is, together
        "border_bridge,both,all,2016,1,bureau\n"
    )
    path = written(tmp_path, HEAD + rows)
    with pytest.raises(InputError) as caught:
        read_counts(path, LINKS, CLASSES, ways)
    assert [str(problem) for problem in caught.value.problems] == [
        f"{path}:3:2: direction: no vehicle can use g325_qingxiu-qinnan in this direction (backward), expected forward",
        f"{path}:5:2: direction: no vehicle can use border_bridge (both)",
    ]
