"""The bundled tariffs: every trip has one on every date, each says where it is from, and known fares are met."""

from __future__ import annotations

import datetime

import pytest

from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.routing.fare_kernels import fare_of
from bbwnet.routing.fares import Fares
from bbwnet.scenario.read import load_scenario


@pytest.fixture(scope="module", params=["baseline_2016", "actual_2024", "plan_2030"])
def network(request: pytest.FixtureRequest) -> Network:
    return build_network(load_scenario(request.param))


def test_every_pattern_has_a_tariff_and_every_mode_a_factor(network: Network) -> None:
    fares = Fares(network)
    modes = {pattern.mode for pattern in network.trips.patterns}
    assert modes == {"rail", "coach", "air", "ferry"}
    assert [
        network.trips.patterns[number].service for number in range(len(fares.tariff_of_pattern)) if fares.tariff_of_pattern[number] < 0
    ] == []
    for mode in (*modes, "bus", "taxi", "drive"):
        assert (mode, None, "co2") in network.assembly.emission_factors
    assert all(fares.way_cny(mode, 10.0) for mode in ("bus", "taxi", "drive"))


def test_fares_are_plausible(network: Network) -> None:
    """No ride is free or dearer than a full-fare flight of its length."""
    fares = Fares(network)
    for number, pattern in enumerate(network.trips.patterns):
        metres = int(fares.metres[fares.first_call[number + 1] - 1])
        cny = fare_of(fares.table, int(fares.tariff_of_pattern[number]), metres) / 100
        assert 0 < cny < 150 + 1.8 * sum(pattern.length_km), pattern.service


def test_tariffs_cite_sources_and_what_was_not_seen_is_not_reported() -> None:
    records = load_scenario("baseline_2016").records
    assert len(records.tariffs) > 10
    for record in (*records.tariffs, *records.emission_factors):
        assert record.source in records.sources
        if record.source in ("general_knowledge", "planner_assumption"):
            assert record.confidence in ("estimated", "assumed")
        assert record.note, f"{record.id} says nothing of how it was come by"


@pytest.fixture(scope="module")
def priced_2024() -> Fares:
    return Fares(build_network(load_scenario("actual_2024")))


def test_some_tariff_of_flights_at_the_end_of_every_year() -> None:
    flights = [item for item in load_scenario("baseline_2016").records.tariffs if item.mode == "air"]
    for year in range(2016, 2036):
        day = datetime.date(year, 12, 31)
        assert any(item.valid_from <= day and (item.valid_until is None or day <= item.valid_until) for item in flights), year


@pytest.mark.parametrize(
    ("tariff", "km", "cny"),
    [
        ("rail_slow", 300, 18.0),  # 1 + 200 * 0.05861 + 100 * 0.05275 = 17.997
        ("rail_emu_250", 600, 177.0),  # 500 * 0.30 + 100 * 0.27
        ("rail_emu_350", 1100, 474.0),  # 500 * 0.46 + 500 * 0.414 + 100 * 0.368 = 473.8
        ("ferry_strait", 22, 41.5),
        ("air_2022", 900, 590.0),  # 50 + 20 + 20 + 0.4 * (300 * 1.14 + 300 * 1.443 + 300 * 1.573) = 588.72
    ],
)
def test_bundled_fares_by_hand(priced_2024: Fares, tariff: str, km: int, cny: float) -> None:
    fares = priced_2024
    names = [item.id for item in fares.tariffs]
    assert fare_of(fares.table, names.index(tariff), km * 1000) == round(cny * 100)
