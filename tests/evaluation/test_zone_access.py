"""Accessibility of the coast's six zones from hand-made times, and the lines of its region."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bbwnet.errors import NetworkError
from bbwnet.evaluation.access_rows import access_region_table, access_table, region_measures, region_rows, zone_rows
from bbwnet.evaluation.accessibility import day_ends_of
from bbwnet.evaluation.door_times import DoorTimes
from bbwnet.evaluation.region_access import RegionAccess, evaluate_access
from bbwnet.evaluation.zone_access import day_visits, reached_from, zone_figures
from bbwnet.network.network import Network
from bbwnet.routing.door_to_door import DayEnds, DoorMode, TravelTimes
from bbwnet.scenario.schema.places import GdpFigure, PopulationFigure
from bbwnet.scenario.schema.scenario_file import EvaluationChoice

Networks = Callable[..., Network]

HOUR = 3600
NAN = float("nan")

MILLIONS = {"gangkou": 1, "haicheng": 2, "longhua": 3, "qingxiu": 4, "qinnan": None, "qiongshan": 1}
"""Of Fangchenggang, Beihai, Haikou, Nanning, Qinzhou and Haikou; nobody knows how many live in Qinnan."""

POSITION_H = {"gangkou": 2, "haicheng": 3, "longhua": 8, "qingxiu": 0, "qinnan": 1, "qiongshan": 8.5}
"""Hours along the coast: two places are as far apart as these."""


@dataclass(frozen=True)
class Day:
    """A departure at each of some hours, arriving `minutes` later unless it is after the last one."""

    start_s: NDArray[np.int64]
    arrive_s: NDArray[np.int64]

    @property
    def leave_s(self) -> NDArray[np.int64]:
        return self.start_s

    @property
    def reached(self) -> NDArray[np.bool_]:
        return np.asarray(self.arrive_s >= 0, dtype=np.bool_)

    def minutes(self, *, planned: bool) -> NDArray[np.float64]:
        late = 0 if planned else 15
        return np.where(self.reached, (self.arrive_s - self.start_s) / 60 + late, np.inf)


@dataclass
class Search:
    """A search along the line of `POSITION_H`; `last_h` is the last departure to a place, by destination."""

    last_h: dict[str, float] = field(default_factory=dict)
    asked: list[tuple[str, tuple[str, ...], bool]] = field(default_factory=list)

    def hours(self, a: str, b: str) -> float:
        return abs(POSITION_H.get(a, 0.5) - POSITION_H.get(b, 0.5))

    def matrix(
        self,
        mode: str,
        places: Sequence[str],
        percentiles: Sequence[float],
        *,
        planned: bool = False,
        destinations: Sequence[str] | None = None,
    ) -> TravelTimes:
        ends = places if destinations is None else destinations
        self.asked.append((mode, tuple(dict.fromkeys([*places, *ends])), planned))
        table = np.array([[60 * self.hours(a, b) for b in ends] for a in places], dtype=np.float32)
        shape = (*table.shape, len(percentiles))
        return TravelTimes(tuple(places), tuple(ends), tuple(percentiles), np.broadcast_to(table[:, :, None], shape), np.ones_like(table))

    def departures(self, origin: str, destination: str, mode: str, *, planned: bool = False) -> Day:
        del mode, planned
        start = np.arange(6, 23, dtype=np.int64) * HOUR
        arrive = start + round(self.hours(origin, destination) * HOUR)
        return Day(start, np.where(start > self.last_h.get(destination, 24) * HOUR, -1, arrive))

    def day_ends(self, mode: str, places: Sequence[str], home_by_s: int) -> DayEnds:
        ends = np.array([[day_ends_of(self.departures(a, b, mode), home_by_s) for b in places] for a in places], dtype=np.int64)
        return DayEnds(ends[:, :, 0], ends[:, :, 1])


def settled(network: Network) -> Network:
    """The coast with people in all zones but Qinnan, and a product of Haikou only."""
    places = dict(network.assembly.places)
    for zone, millions in MILLIONS.items():
        if millions is not None:
            figure = PopulationFigure(year=2016, persons=millions * 1_000_000, source="made_up", confidence="reported")
            places[zone] = places[zone].model_copy(update={"population": (figure,)})
    product = GdpFigure(year=2016, gdp_cny=8e11, source="made_up_too", confidence="reported")
    cities = network.cities | {"haikou": network.cities["haikou"].model_copy(update={"gdp": (product,)})}
    return dataclasses.replace(network, assembly=dataclasses.replace(network.assembly, places=places), cities=cities)


@pytest.fixture(scope="module")
def region(coast: Networks) -> RegionAccess:
    return evaluate_access(settled(coast()), Search(), EvaluationChoice(), "best")


def row(region: RegionAccess, zone: str) -> Any:
    return next(item for item in region.zones if item.zone == zone)


def test_people_within_reach_count_their_own(region: RegionAccess) -> None:
    assert row(region, "qingxiu").persons_within == (4e6, 5e6, 7e6)  # Qinnan not known, Gangkou at 120, Haicheng at 180
    assert row(region, "qinnan").persons_within == (5e6, 7e6, 7e6)
    assert row(region, "longhua").persons_within == (4e6, 4e6, 4e6)


def test_product_within_reach_is_unknown_where_no_zone_within_has_one(region: RegionAccess) -> None:
    assert row(region, "longhua").product_within_cny == (8e11, 8e11, 8e11)
    assert row(region, "qiongshan").product.value == pytest.approx(2e11)
    assert row(region, "qingxiu").product_within_cny == (None, None, None)


def test_potential_mean_time_and_share_reached(region: RegionAccess) -> None:
    found = row(region, "longhua")
    others = {"gangkou": (1, 6), "haicheng": (2, 5), "qingxiu": (4, 8), "qiongshan": (1, 0.5)}
    assert found.potential_persons == pytest.approx(1e6 * (3 + sum(people / 2**hours for people, hours in others.values())))
    assert found.mean_min == pytest.approx(60 * sum(people * hours for people, hours in others.values()) / 8)
    assert found.reached_share == 1


def test_half_time_is_the_scenarios(coast: Networks) -> None:
    slow = evaluate_access(settled(coast()), Search(), EvaluationChoice(hansen_half_time_min=30), "best")
    assert row(slow, "qiongshan").potential_persons == pytest.approx(1e6 * (1 + 3 / 2 + 2 / 2**11 + 1 / 2**13 + 4 / 2**17))


def test_visits_of_one_day(region: RegionAccess) -> None:
    # out at 6, home by 24: with h hours each way there are 18 - 2 h hours to stay, and the last departure is at 22
    found = row(region, "qingxiu")
    assert found.day_zones == 3  # Longhua is 8 h away: 14 to 16
    assert found.day_persons == 3e6
    # eight hours out at 14; home from Haikou at 16
    assert row(region, "longhua").day_zones == 4
    assert row(region, "longhua").day_persons == 4e6  # not Qingxiu


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({}, True),  # out at 6, there at 11, home at 19: 8 hours
        ({"stay_h": 8.0}, True),
        ({"stay_h": 8.1}, False),
        ({"home_by": "20:00"}, True),  # the 15:00, home at 20:00: 4 hours
        ({"home_by": "19:59"}, False),
    ],
)
def test_how_long_a_visit_lasts(choice: dict[str, Any], *, expected: bool) -> None:
    visits = day_visits(Search(), ("haicheng", "longhua"), "rail", EvaluationChoice(**choice))
    assert visits.tolist() == [[False, expected], [expected, False]]


def test_a_last_train_missed_takes_the_visit_away() -> None:
    # Haicheng is reached at 11; the last train back to Longhua leaves at 14, one hour too early
    search = Search(last_h={"longhua": 14})
    assert day_visits(search, ("haicheng", "longhua"), "rail", EvaluationChoice()).tolist() == [[False, True], [False, False]]
    assert day_visits(search, ("haicheng", "longhua"), "rail", EvaluationChoice(stay_h=3)).tolist() == [[False, True], [True, False]]


@pytest.mark.parametrize("mode", ["rail", "transit", "best"])
def test_ends_of_a_day_are_those_of_its_departures(coast: Networks, mode: DoorMode) -> None:
    times, places = DoorTimes(coast()), sorted(POSITION_H)
    for home_by_s in (20 * HOUR, 24 * HOUR):
        ends = times.day_ends(mode, places, home_by_s)
        for row, a in enumerate(places):
            for column, b in enumerate(places):
                expected = day_ends_of(times.departures(a, b, mode, planned=True), home_by_s)
                assert (ends.first_arrival_s[row, column], ends.last_leave_s[row, column]) == expected


def test_inequality_over_the_people_of_zones_that_are_known(region: RegionAccess) -> None:
    spreads = {item.measure: item for item in region.spreads}
    found = spreads["persons_within_60_min"]
    # people and what they have, in millions: Gangkou 1 has 3, Haicheng 2 has 3, Longhua 3 and Qiongshan 1 have 4, Qingxiu 4 has 4
    mean = (3 * 3 + 8 * 4) / 11
    assert found.gini == pytest.approx(2 * 3 * 8 * 1 / (2 * 11**2 * mean))
    assert found.palma == pytest.approx((0.1 * 11 * 4) / (3 * 3 + (0.4 * 11 - 3) * 4))
    # only the two zones of Haikou know of any product within reach, and it is the same
    assert spreads["gdp_within_60_min_cny"].gini == 0
    assert spreads["gdp_within_60_min_cny"].palma == pytest.approx(0.25)


def test_lines_of_the_region(region: RegionAccess) -> None:
    lines = {(item["clause"], item["measure"]): (item["value"], item["unit"]) for item in region_measures(region)}
    # across provinces Haikou (8) with 0, 1, 2, 3; within Guangxi all pairs of those
    assert lines["D1", "mean:across_provinces"] == (60 * (8 + 7 + 6 + 5) / 4, "min")
    assert lines["D1", "worst:within_province"] == (180, "min")
    assert lines["D1", "mean_ratio"][0] == pytest.approx(6.5 / (10 / 6))
    assert lines["D2", "expressway_share"] == (0.6, "")
    assert lines["D2", "pairs"] == (10, "pairs")
    # the airports stand at half past zero on the line
    assert lines["A1", "persons_within_60_min_by_road:any_of_cluster"] == (4e6, "persons")
    assert lines["A1", "persons_within_90_min_by_road:wuxu_airport"] == (5e6, "persons")
    assert lines["A1", "share_within_90_min_by_road:wuxu_airport"][0] == pytest.approx(5 / 11)


def test_what_the_numbers_rest_on(region: RegionAccess) -> None:
    assert region.year == 2016
    assert region.zones_without_population == ("qinnan",)
    assert region.zones_without_product == ("gangkou", "haicheng", "qingxiu", "qinnan")
    assert region.population_by_confidence["reported"] == 1
    assert region.product_by_confidence["estimated"] == 1
    assert region.product_by_method["shared_out"] == 1


def test_a_region_without_people_says_so_everywhere(coast: Networks) -> None:
    found = evaluate_access(coast(), Search(), EvaluationChoice(), "rail", percentile=80, planned=True)
    assert (found.percentile, found.planned) == (80, True)
    for item in found.zones:
        assert item.persons_within == item.product_within_cny == (None, None, None)
        assert (item.potential_persons, item.mean_min, item.reached_share, item.day_persons) == (None, None, None, None)
    assert {(item.gini, item.palma) for item in found.spreads} == {(None, None)}
    assert len(found.zones_without_population) == 6


def test_times_are_asked_for_by_mode_and_definition_and_drives_for_airports(coast: Networks) -> None:
    search = Search()
    evaluate_access(coast(), search, EvaluationChoice(), "rail", planned=True)
    zones = ("gangkou", "haicheng", "longhua", "qingxiu", "qinnan", "qiongshan")
    assert search.asked == [
        ("road", (*zones, "meilan_airport", "wuxu_airport"), False),
        ("rail", zones, True),
    ]


def test_zones_reached_from_a_place_nearest_first(coast: Networks) -> None:
    network, search = settled(coast()), Search()
    found = reached_from(zone_figures(network), search, "qinnan", "best", 120, percentile=50, planned=True)
    assert [(item.zone, item.minutes) for item in found] == [("qinnan", 0), ("gangkou", 60), ("qingxiu", 60), ("haicheng", 120)]
    assert [item.population.value for item in found] == [None, 1e6, 4e6, 2e6]
    # a random departure waits a quarter of an hour besides: Haicheng is out of reach
    late = reached_from(zone_figures(network), search, "qinnan", "best", 120, percentile=50, planned=False)
    assert [item.zone for item in late] == ["qinnan", "gangkou", "qingxiu"]


def test_a_zone_that_most_departures_do_not_reach_is_not_reached(coast: Networks) -> None:
    figures = zone_figures(coast())
    search = Search(last_h={"gangkou": 9})  # 4 of 17 departures
    some = reached_from(figures, search, "qinnan", "rail", 90, percentile=20, planned=True)
    assert next(item.reached_share for item in some if item.zone == "gangkou") == pytest.approx(4 / 17)
    assert "gangkou" not in {item.zone for item in reached_from(figures, search, "qinnan", "rail", 90, percentile=50, planned=True)}


def test_rows_of_the_tables(region: RegionAccess) -> None:
    rows = zone_rows([region])
    assert len(rows) == 6
    first = rows[0]
    assert (first["zone"], first["mode"], first["definition"], first["percentile"]) == ("gangkou", "best", "door_to_door", 50)
    assert (first["population_persons"], first["population_years"], first["population_confidence"]) == (1e6, "2016", "reported")
    assert (first["gdp_cny"], first["gdp_years"], first["gdp_confidence"], first["gdp_method"]) == (None, None, None, "missing")
    table, lines = access_table([region]), access_region_table([region])
    assert list(table.columns) == list(first)
    assert table["population_persons"].isna().tolist() == [False, False, False, False, True, False]
    assert {str(table[name].dtype) for name in ("population_persons", "mean_min", "gdp_cny", "gdp_within_60_min_cny")} == {"float64"}
    measures = region_rows([region])
    assert len(lines) == len(measures)
    keys = [(item["mode"], item["definition"], item["measure"]) for item in measures]
    assert len(keys) == len(set(keys))
    assert all(item["value"] is None or math.isfinite(item["value"]) for item in measures)


def test_a_column_with_nothing_known_is_still_of_numbers(coast: Networks) -> None:
    table = access_table([evaluate_access(coast(), Search(), EvaluationChoice(), "rail")])
    assert str(table["gdp_cny"].dtype) == "float64"
    assert table["gdp_cny"].isna().all()
    assert table["gdp_years"].tolist() == [None] * 6


def test_a_region_without_zones(coast: Networks) -> None:
    network = coast()
    gateways = {key: place for key, place in network.assembly.places.items() if place.kind != "zone"}
    empty = dataclasses.replace(network, assembly=dataclasses.replace(network.assembly, places=gateways))
    with pytest.raises(NetworkError, match="no places of kind `zone`"):
        evaluate_access(empty, Search(), EvaluationChoice(), "best")
