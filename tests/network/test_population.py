"""People and product of zones in a year, from a few figures, worked by hand."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import pytest

from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.network.population import (
    Figure,
    _products,
    in_year,
    shares_by_confidence,
    shares_by_method,
    worst,
    zone_populations,
    zone_products,
    zones,
)
from bbwnet.scenario.read import load_scenario
from bbwnet.scenario.schema.places import GdpFigure, PopulationFigure

Networks = Callable[..., Network]


def persons(year: int, number: int, confidence: Any = "reported", source: str = "census") -> PopulationFigure:
    return PopulationFigure(year=year, persons=number, source=source, confidence=confidence)


def product(year: int, gdp_cny: float, confidence: Any = "reported", source: str = "yearbook") -> GdpFigure:
    return GdpFigure(year=year, gdp_cny=gdp_cny, source=source, confidence=confidence)


def with_figures(network: Network, places: dict[str, dict[str, Any]], cities: dict[str, dict[str, Any]] | None = None) -> Network:
    """The network with other figures at some places and cities."""
    new_places = {key: place.model_copy(update=places.get(key, {})) for key, place in network.assembly.places.items()}
    new_cities = {key: city.model_copy(update=(cities or {}).get(key, {})) for key, city in network.cities.items()}
    return dataclasses.replace(network, assembly=dataclasses.replace(network.assembly, places=new_places), cities=new_cities)


def test_zones_alone_count(coast: Networks) -> None:
    assert [zone.id for zone in zones(coast())] == ["gangkou", "haicheng", "longhua", "qingxiu", "qinnan", "qiongshan"]


def test_a_zone_without_figures_has_none_rather_than_nobody(coast: Networks) -> None:
    found = zone_populations(coast(), 2016)
    assert set(found.values()) == {Figure(None, "missing")}
    assert set(shares_by_confidence(found).values()) == {0.0}
    assert set(zone_products(coast(), 2016).values()) == {Figure(None, "missing")}


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2010, Figure(100.0, "figure", (2010,), "reported", ("census",))),
        (2016, Figure(160.0, "interpolated", (2010, 2020), "estimated", ("census", "guess"))),  # 100 + 100 * 6/10
        (2020, Figure(200.0, "figure", (2020,), "estimated", ("guess",))),
        (2005, Figure(100.0, "nearest_year", (2010,), "reported", ("census",))),
        (2030, Figure(200.0, "nearest_year", (2020,), "estimated", ("guess",))),
    ],
)
def test_between_two_years_linear_and_outside_the_nearest(coast: Networks, year: int, expected: Figure) -> None:
    figures = (persons(2020, 200, "estimated", "guess"), persons(2010, 100))
    network = with_figures(coast(), {"qingxiu": {"population": figures}})
    assert zone_populations(network, year)["qingxiu"] == expected


def test_of_two_figures_of_one_year_the_better_trusted_counts(coast: Networks) -> None:
    figures = (persons(2010, 90, "assumed"), persons(2010, 100, "measured"), persons(2010, 95, "estimated"))
    network = with_figures(coast(), {"qingxiu": {"population": figures}})
    assert zone_populations(network, 2010)["qingxiu"].value == 100.0


def test_the_product_of_a_city_is_shared_out_by_population(coast: Networks) -> None:
    network = with_figures(
        coast(),
        {"longhua": {"population": (persons(2016, 300),)}, "qiongshan": {"population": (persons(2016, 100, "assumed"),)}},
        {"haikou": {"gdp": (product(2015, 1000.0), product(2017, 1400.0))}},
    )
    found = zone_products(network, 2016)
    assert found["longhua"].value == pytest.approx(900)  # 3/4 of 1200
    assert (found["longhua"].method, found["longhua"].confidence) == ("shared_out", "estimated")
    assert (found["longhua"].years, found["longhua"].sources) == ((2015, 2016, 2017), ("census", "yearbook"))
    assert found["qiongshan"].value == pytest.approx(300)
    assert found["qiongshan"].confidence == "assumed"
    assert found["qingxiu"] == Figure(None, "missing")


def test_the_only_zone_of_a_city_has_all_of_its_product(coast: Networks) -> None:
    network = with_figures(coast(), {}, {"qinzhou": {"gdp": (product(2016, 500.0),)}})
    assert zone_products(network, 2016)["qinnan"] == Figure(500.0, "figure", (2016,), "reported", ("yearbook",))


def test_a_zone_with_a_figure_of_another_year_keeps_its_share_of_the_city(coast: Networks) -> None:
    network = with_figures(
        coast(),
        {
            "longhua": {"population": (persons(2016, 300),), "gdp": (product(2023, 600.0),)},
            "qiongshan": {"population": (persons(2016, 100),)},
        },
        {"haikou": {"gdp": (product(2016, 1000.0), product(2023, 2000.0))}},
    )
    found = zone_products(network, 2016)
    assert found["longhua"].value == pytest.approx(300)  # 600/2000 of 1000
    assert found["longhua"].method == "shared_out"
    assert found["qiongshan"].value == pytest.approx(700)
    of_2023 = zone_products(network, 2023)
    assert of_2023["longhua"] == Figure(600.0, "figure", (2023,), "reported", ("yearbook",))
    assert of_2023["qiongshan"].value == pytest.approx(1400)


def test_a_zone_with_a_figure_where_the_city_has_none_carries_it_to_the_year(coast: Networks) -> None:
    network = with_figures(coast(), {"longhua": {"gdp": (product(2023, 600.0),)}})
    found = zone_products(network, 2016)
    assert (found["longhua"].value, found["longhua"].method) == (600.0, "nearest_year")
    assert found["qiongshan"].value is None


def test_nothing_is_shared_out_where_a_zone_has_no_population_or_nothing_is_left(coast: Networks) -> None:
    city = {"haikou": {"gdp": (product(2016, 1000.0),)}}
    one = with_figures(coast(), {"longhua": {"population": (persons(2016, 300),)}}, city)
    assert zone_products(one, 2016)["longhua"].value is None
    everything: dict[str, dict[str, Any]] = {
        "longhua": {"population": (persons(2016, 300),), "gdp": (product(2016, 1000.0),)},
        "qiongshan": {"population": (persons(2016, 1),)},
    }
    assert zone_products(with_figures(coast(), everything, city), 2016)["qiongshan"].value is None


def test_shares_are_of_the_people_counted() -> None:
    figures = {
        "a": Figure(300.0, "figure", (2020,), "reported", ("census",)),
        "b": Figure(100.0, "interpolated", (2010, 2020), "estimated", ("guess",)),
        "c": Figure(None, "missing"),
    }
    assert shares_by_confidence(figures) == {"measured": 0.0, "reported": 0.75, "estimated": 0.25, "assumed": 0.0}
    assert shares_by_method(figures) == {"figure": 0.75, "interpolated": 0.25, "nearest_year": 0.0, "shared_out": 0.0}
    assert worst("reported", "assumed", "measured") == "assumed"


@pytest.mark.parametrize("year", [2016, 2023, 2030])
def test_the_products_of_the_bundled_zones_add_up_to_their_cities(year: int) -> None:
    network = build_network(load_scenario("baseline_2016"))
    found = zone_products(network, year)
    for city in (city for city in network.cities.values() if city.member):
        members = [found[zone.id].value for zone in zones(network) if zone.city == city.id]
        assert None not in members
        total = in_year(_products(city), year).value
        assert math.fsum(value for value in members if value is not None) == pytest.approx(total), city.id
