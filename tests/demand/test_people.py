"""Who lives where in the year of the demand: on the coast, and on the bundled network."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from bbwnet.demand.people import _figure_year, _grown, _real_product, airport_seats, people_of
from bbwnet.errors import NetworkError
from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.network.population import Figure
from bbwnet.scenario.read import load_scenario
from bbwnet.scenario.schema.demand import PassengerDemand

Networks = Callable[..., Network]

CHOICE = PassengerDemand(price_growth=0.02, product_growth=0.05, population_growth=0.01)


@pytest.fixture(scope="module")
def gulf() -> Network:
    return build_network(load_scenario("baseline_2016"))


def test_figures_are_taken_on_from_the_last_and_deflated() -> None:
    last = Figure(100.0, "nearest_year", (2020,), "reported")
    assert _figure_year(last, 2030) == 2020
    assert _grown(last, 2030, 0.01) == pytest.approx(100 * 1.01**10)
    # prices of 2020 are four years' rise above those of 2016; ten years of real growth follow
    assert _real_product(last, 2030, CHOICE) == pytest.approx(100 / 1.02**4 * 1.05**10)
    between = Figure(100.0, "interpolated", (2010, 2020), "reported")
    assert _real_product(between, 2018, CHOICE) == pytest.approx(100 / 1.02**2)
    assert _grown(between, 2018, 0.01) == 100
    before = Figure(100.0, "nearest_year", (2020,), "reported")
    assert _real_product(before, 2018, CHOICE) == pytest.approx(100 / 1.02**4 / 1.05**2)
    assert _grown(before, 2018, 0.01) == 100


def test_the_places_of_the_gulf(gulf: Network) -> None:
    people = people_of(gulf)
    assert list(people.names) == sorted(people.names)
    assert people.rows("zone").sum() == 66
    assert people.year == 2016
    assert 41e6 < people.persons[people.rows("zone")].sum() < 43e6
    assert people.persons[people.rows("airport")].sum() == 0
    assert set(people.mean_product) >= {"guangzhou", "kunming"}
    assert "lang_son" in people.without_persons
    row = people.names.index("wuxu_airport")
    assert people.kinds[row] == "airport"
    assert people.seats_day[row] == airport_seats(gulf)["wuxu_airport"] > 10_000


def test_urban_shares_by_zone_by_city_and_over_time(gulf: Network) -> None:
    passenger = PassengerDemand(urban_shares={"nanning": 0.6, "qingxiu": 0.95}, urban_share=0.4, urban_growth=0.1, growth="none")
    settings = gulf.settings.model_copy(update={"demand": gulf.settings.demand.model_copy(update={"passenger": passenger})})
    people = people_of(dataclasses.replace(gulf, settings=settings))
    share = dict(zip(people.names, people.urban_share, strict=True))
    assert (share["qingxiu"], share["hengzhou"], share["haicheng"]) == pytest.approx((0.95, 0.6, 0.4))
    later = passenger.model_copy(update={"growth": "from_population_and_gdp"})
    demand = settings.demand.model_copy(update={"passenger": later, "year": 2018})
    people = people_of(dataclasses.replace(gulf, settings=settings.model_copy(update={"demand": demand})))
    assert people.year == 2018
    assert people.urban_share[people.names.index("haicheng")] == pytest.approx(1 - 0.6 * 0.9**2)


def test_without_residents_there_is_no_demand(coast: Networks) -> None:
    network = coast()
    places = {key: place.model_copy(update={"population": ()}) for key, place in network.assembly.places.items()}
    empty = dataclasses.replace(network, assembly=dataclasses.replace(network.assembly, places=places))
    with pytest.raises(NetworkError, match="no zones with population"):
        people_of(empty)
