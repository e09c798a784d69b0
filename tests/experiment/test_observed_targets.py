"""Targets out of observed totals: years, parts of years and neighbours, by hand."""

from __future__ import annotations

import pytest

from bbwnet.exchange.observations import Use
from bbwnet.exchange.observed_periods import parse_period
from bbwnet.exchange.observed_totals import ObservedTotal
from bbwnet.experiment.observed_targets import Target, Unused, targets_of
from bbwnet.scenario.schema.base import Confidence
from bbwnet.scenario.schema.measures import Measure, Quantity


def row(
    period: str, value: float, confidence: Confidence = "reported", *, place: str = "a", use: Use = "fitted", line: int = 2
) -> ObservedTotal:
    return ObservedTotal(use, "s", place, "m", parse_period(period), value, "u", f"src_{period}", confidence, "", "f.csv", line)


def measure(place: str = "a", nodes: tuple[str, ...] = ("n",), quantity: Quantity = "port_tonnes", factor: float = 1.0) -> Measure:
    return Measure(
        id=f"of_{place}",
        series="s",
        place=place,
        metric="m",
        quantity=quantity,
        nodes=nodes,
        unit_factor=factor,
        source="x",
        confidence="assumed",
    )


def one(*rows: ObservedTotal, year: int, use: Use = "fitted") -> Target:
    (target,), _ = targets_of(rows, [measure()], year, use)
    return target


def test_a_figure_of_the_year_is_the_target_and_the_best_known_of_two() -> None:
    target = one(row("2016", 900, "estimated"), row("2016", 1000, line=3), row("2015", 1), year=2016)
    assert (target.value, target.method, target.confidence, target.weight) == (1000, "figure", "reported", 1.0)
    assert one(row("2016", 900, "assumed"), year=2016).weight == 0.25


def test_neighbours_two_years_apart_give_their_geometric_mean_and_count_half() -> None:
    target = one(row("2015", 100), row("2017", 400), year=2016)
    assert target.value == pytest.approx(200)
    assert (target.method, target.confidence, target.weight) == ("interpolated", "estimated", 0.5)


def test_neighbours_further_apart_give_none() -> None:
    assert targets_of([row("2015", 100), row("2018", 400)], [measure()], 2016, "fitted")[0] == []


def test_a_part_of_the_year_by_the_season_of_another() -> None:
    """2015: 365 in all, 181 of them in the first half: one a day throughout; 2017 to June: 90 in the same days are 90 * 365 / 181."""
    target = one(row("2015", 365), row("2015-H1", 181), row("2017-H1", 90), year=2017)
    assert target.value == pytest.approx(90 * 365 / 181)
    assert target.method == "seasonal"
    assert target.sources == ("src_2015", "src_2015-H1", "src_2017-H1")


def test_the_season_weighs_days_within_and_outside_its_part() -> None:
    """2015: 200 in January to June (181 days), 100 after (184); half of the year's first part of 2017 is days of the first kind."""
    known = (row("2015", 300), row("2015-H1", 200))
    share = (90 * 200 / 181) / 300
    assert one(*known, row("2017-01/2017-03", 50), year=2017).value == pytest.approx(50 / share)


def test_withheld_years_may_learn_the_season_from_fitted_ones_but_never_the_other_way_round() -> None:
    season = (row("2015", 365), row("2015-H1", 181))
    target = one(*season, row("2018-01/2018-05", 151, use="withheld"), year=2018, use="withheld")
    assert target.use == "withheld"
    assert target.value == pytest.approx(365)
    turned = [row("2018", 365, use="withheld"), row("2018-H1", 181, use="withheld"), row("2017-01/2017-05", 151)]
    assert targets_of(turned, [measure()], 2017, "fitted")[0] == []


def test_parts_without_a_season_fill_the_year_at_the_mean_of_calm_days() -> None:
    """January to May and August; March within is no more days. 183 days are left, at August's rate of 10 a day, not at spring's."""
    target = one(row("2018-01/2018-05", 7550), row("2018-03", 3000), row("2018-08", 310), year=2018)
    assert target.value == pytest.approx(7550 + 310 + 10 * (365 - 151 - 31))
    assert target.method == "filled"


def test_a_short_part_makes_no_target_and_is_listed() -> None:
    found, unused = targets_of([row("2018-08", 310), row("2018-07-01/2018-07-09", 5, place="b")], [measure()], 2018, "fitted")
    assert found == []
    assert unused == [
        Unused("s", "a", "m", "2018-08", "part of the year, and no season to scale it by"),
        Unused("s", "b", "m", "2018-07-01/2018-07-09", "no measure says what it is in the model"),
    ]


def test_two_measures_of_the_same_count_once_by_the_better_figure() -> None:
    rows = [row("2016", 1, "estimated"), row("2016", 2, place="b")]
    (target,), unused = targets_of(rows, [measure(factor=10.0), measure("b", factor=10.0)], 2016, "fitted")
    assert (target.measure.place, target.value) == ("b", 20.0)
    assert [item.reason for item in unused] == ["counts the same as b m"]
