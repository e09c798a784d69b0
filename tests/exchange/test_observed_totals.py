"""Observed totals: periods as they are written, files read whole, every problem at once."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from bbwnet.errors import InputError
from bbwnet.exchange.observed_periods import parse_period
from bbwnet.exchange.observed_totals import COLUMNS, read_observed_totals
from bbwnet.scenario.bundled import bundled_folder

HEAD = ",".join(COLUMNS)


@pytest.mark.parametrize(
    ("text", "first", "last", "year"),
    [
        ("2016", "2016-01-01", "2016-12-31", 2016),
        ("2017-H1", "2017-01-01", "2017-06-30", None),
        ("2017-H2", "2017-07-01", "2017-12-31", None),
        ("2022-Q1", "2022-01-01", "2022-03-31", None),
        ("2022-Q4", "2022-10-01", "2022-12-31", None),
        ("2016-02", "2016-02-01", "2016-02-29", None),
        ("2016-02-11", "2016-02-11", "2016-02-11", None),
        ("2015-01/2015-09", "2015-01-01", "2015-09-30", None),
        ("2016-01/2016-12", "2016-01-01", "2016-12-31", 2016),
        ("2018-02-01/2018-03-12", "2018-02-01", "2018-03-12", None),
        ("2018-02-21T08:00/2018-02-22T07:30", "2018-02-21", "2018-02-22", None),
        ("2015/2019", "2015-01-01", "2019-12-31", None),
        ("2016/2020-09-25", "2016-01-01", "2020-09-25", None),
    ],
)
def test_closed_periods(text: str, first: str, last: str, year: int | None) -> None:
    period = parse_period(text)
    assert (period.kind, str(period.first), str(period.last), period.year) == ("closed", first, last, year)
    assert period.days == (datetime.date.fromisoformat(last) - datetime.date.fromisoformat(first)).days + 1


def test_open_and_rough_periods() -> None:
    before, since, about = (parse_period(text) for text in ("before 2020-09-26", "since 2019-05", "about 2015"))
    assert (before.kind, before.first, str(before.last), before.days) == ("before", None, "2020-09-25", None)
    assert (since.kind, str(since.first), since.last, since.year) == ("since", "2019-05-01", None, None)
    assert (about.kind, about.year, about.days) == ("about", None, None)


@pytest.mark.parametrize("text", ["", "16", "2016-13", "2016-02-30", "2017-H3", "2022-Q5", "2018/2017", "before", "until 2016", "2016-1"])
def test_periods_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match="period"):
        parse_period(text)


def write(folder: Path, use: str, name: str, *rows: str, head: str = HEAD) -> None:
    path = folder / "observed" / use / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")


def test_rows_as_they_stand(tmp_path: Path) -> None:
    write(tmp_path, "calibration", "airports.csv", 'airports,a_airport,passengers,2016,11560000,passengers,src,reported,"less, the growth"')
    write(tmp_path, "validation", "strait.csv", "strait,all,vehicles,2018-03,339000,vehicles,src,estimated,")
    fitted, withheld = read_observed_totals(tmp_path)
    assert (fitted.use, fitted.key, fitted.value, fitted.note) == (
        "fitted",
        ("airports", "a_airport", "passengers"),
        11_560_000,
        "less, the growth",
    )
    assert (withheld.use, withheld.period.text, withheld.confidence, withheld.line) == ("withheld", "2018-03", "estimated", 2)


def test_every_problem_at_once(tmp_path: Path) -> None:
    write(
        tmp_path, "calibration", "airports.csv",
        "airports,a,passengers,2016,1,persons,src,reported,",
        "airports,a,passengers,20x6,1,persons,src,reported,",
        "airports,b,passengers,2016,nan,persons,src,reported,",
        "airports,b,passengers,2017,many,persons,src,reported,",
        "airports,c,passengers,2016,1,persons,,reported,",
        "airports,c,passengers,2017,1,persons,src,sure,",
        "airports,a,passengers,2016,2,persons,src,reported,the same source again",
    )  # fmt: skip
    write(tmp_path, "calibration", "ports.csv", "x", head="series,place")
    write(tmp_path, "validation", "airports.csv", "airports,a,passengers,2016,1,persons,other,reported,")
    with pytest.raises(InputError) as failed:
        read_observed_totals(tmp_path)
    said = [(Path(problem.file).name, problem.line, problem.message) for problem in failed.value.problems]
    assert [(name, line) for name, line, _ in said] == [
        ("airports.csv", 3), ("airports.csv", 4), ("airports.csv", 5), ("airports.csv", 6), ("airports.csv", 7),
        ("airports.csv", 8), ("ports.csv", 1), ("airports.csv", 2),
    ]  # fmt: skip
    words = [
        "period '20x6'", "finite", "many", "source missing", "'sure' is none of", "already",
        "no column metric, period", "both in calibration",
    ]  # fmt: skip
    assert [word for word, (_, _, message) in zip(words, said, strict=True) if word not in message] == []


def test_the_bundled_totals_are_sound_and_share_no_row() -> None:
    rows = read_observed_totals(bundled_folder("networks") / "beibu_gulf")
    assert len(rows) > 300
    assert {row.use for row in rows} == {"fitted", "withheld"}
