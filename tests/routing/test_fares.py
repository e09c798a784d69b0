"""Fares worked by hand on the coast: bands, bounds, steps, slower lines, cars and ferries, one ticket for two rides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import njit
from numpy.typing import NDArray

from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.network.trips import Pattern
from bbwnet.routing.emissions import Emissions
from bbwnet.routing.fare_kernels import NO_FARE, FareTable, fare_of, party_fare
from bbwnet.routing.fares import Fares
from bbwnet.routing.in_vehicle import Ride
from bbwnet.scenario.read import load_scenario

RECORDS = """schema: 1
tariffs:
  - {id: rail_old, mode: rail, valid_from: 2016-01-01, start_cny: 9, source: made_up, confidence: reported}
  - {id: rail, mode: rail, valid_from: 2016-06-01, start_cny: 1, step_cny: 0.5, minimum_cny: 5, maximum_cny: 20, source: made_up,
     confidence: reported, bands: [{from_km: 0, rate_cny_km: 0.1}, {from_km: 100, rate_cny_km: 0.08}, {from_km: 200, rate_cny_km: 0.05}]}
  - {id: rail_emu, mode: rail, train_class: emu_250, valid_from: 2016-01-01, step_cny: 0.5, line_speed_kmh: 250, slower_line_share: 0.5,
     bands: [{from_km: 0, rate_cny_km: 0.3}], source: made_up, confidence: estimated}
  - {id: ferry_by_day, mode: ferry, services: [ferry_day, ferry_fast], valid_from: 2016-01-01, start_cny: 41.5, source: made_up,
     confidence: reported}
  - {id: air, mode: air, valid_from: 2016-01-01, start_cny: 50, paid_share: 0.5, source: made_up, confidence: assumed,
     bands: [{from_km: 0, rate_cny_km: 1.0, surcharge_cny: 20}, {from_km: 800, rate_cny_km: 1.0, surcharge_cny: 20}]}
  - {id: bus, mode: bus, valid_from: 2016-01-01, start_cny: 2, source: made_up, confidence: reported}
  - {id: bus_later, mode: bus, valid_from: 2017-01-01, valid_until: 2017-12-31, start_cny: 3, source: made_up, confidence: reported}
  - {id: taxi, mode: taxi, per: vehicle, valid_from: 2016-01-01, start_cny: 9, step_cny: 1, source: made_up, confidence: reported,
     bands: [{from_km: 2, rate_cny_km: 2}, {from_km: 15, rate_cny_km: 3}]}
  - {id: fuel, mode: drive, per: vehicle, valid_from: 2016-01-01, bands: [{from_km: 0, rate_cny_km: 0.5}], source: made_up,
     confidence: reported}
emission_factors:
  - {id: co2_emu, mode: rail, train_class: emu_250, valid_from: 2016-01-01, factor_kg_km: 0.02, source: made_up, confidence: reported}
  - {id: co2_rail, mode: rail, valid_from: 2016-01-01, factor_kg_km: 0.03, source: made_up, confidence: estimated}
  - {id: co2_ferry, mode: ferry, valid_from: 2016-01-01, factor_kg_km: 0.1, source: made_up, confidence: reported}
  - {id: co2_car, mode: drive, per: vehicle, valid_from: 2016-01-01, factor_kg_km: 0.16, source: made_up, confidence: reported}
  - {id: nox_car, mode: drive, pollutant: nox, per: vehicle, valid_from: 2016-01-01, factor_kg_km: 0.0004, source: made_up,
     confidence: reported}
"""

SCENARIO = """schema: 1
extends: baseline.yaml
name: {zh: 票价, en: Fares}
include: [fares.yaml]
fares: {persons_per_car: 2, persons_per_taxi: 2}
"""

Priced = Callable[..., Network]


@dataclass(frozen=True)
class Leg:
    """A leg as the router gives it."""

    kind: str
    mode: str = "walk"
    length_km: float = 0.0
    ride: Ride | None = None
    links: tuple[str, ...] = ()


@pytest.fixture
def priced(coast_folder: Path) -> Priced:
    """Builds the coast with the tariffs above and settings as `--set` takes them."""
    (coast_folder / "fares.yaml").write_text(RECORDS, encoding="utf-8")
    (coast_folder / "priced.yaml").write_text(SCENARIO, encoding="utf-8")
    return lambda *settings: build_network(load_scenario(coast_folder / "priced.yaml", overrides=settings))


def ride_of(network: Network, service: str, first: str, last: str) -> Ride:
    """The ride on a service between two of its stops."""
    pattern = next(
        item
        for item in network.trips.patterns
        if item.service == service and first in item.stops and last in item.stops and item.stops.index(first) < item.stops.index(last)
    )
    return ride_on(pattern, pattern.stops.index(first), pattern.stops.index(last))


def ride_on(pattern: Pattern, board: int, alight: int) -> Ride:
    """The ride between two calls of a pattern."""
    return Ride(
        service=pattern.service,
        mode=pattern.mode,
        train_class=pattern.train_class,
        from_stop=pattern.stops[board],
        to_stop=pattern.stops[alight],
        depart_s=0,
        arrive_s=60,
        length_km=sum(pattern.length_km[board:alight]),
        links=tuple(link for section in pattern.links[board:alight] for link in section),
        stops_between=alight - board - 1,
        operating_share=1.0,
    )


def row(network: Network, tariff: str) -> int:
    """Row of a tariff in the table of fares."""
    return [item.id for item in Fares(network).tariffs].index(tariff)


@pytest.mark.parametrize(
    ("km", "cny"),
    [
        (0, 5.0),  # the least fare
        (12, 5.0),  # 1 + 1.2, rounded to 2.0
        (60, 7.0),  # 1 + 6
        (100, 11.0),
        (112, 12.0),  # 1 + 10 + 12 * 0.08 = 11.96
        (196, 18.5),  # 1 + 10 + 96 * 0.08 = 18.68
        (202.5, 19.0),  # 1 + 10 + 8 + 0.125
        (205, 19.5),  # 1 + 10 + 8 + 0.25: halves are rounded up
        (300, 20.0),  # 1 + 10 + 8 + 5, but the highest fare
    ],
)
def test_taper_bounds_and_steps(priced: Priced, km: float, cny: float) -> None:
    network = priced()
    assert fare_of(Fares(network).table, row(network, "rail"), round(km * 1000)) == round(cny * 100)


@pytest.mark.parametrize(("km", "cny"), [(500, 320.0), (800, 470.0), (801, 490.5)])
def test_surcharge_is_added_beyond_its_distance(priced: Priced, km: float, cny: float) -> None:
    network = priced()
    assert fare_of(Fares(network).table, row(network, "air"), round(km * 1000)) == round(cny * 100)


@pytest.mark.parametrize(
    ("first", "last", "cny"),
    [
        ("nanning_station", "nanning_east", 2.0),  # 12 km of a line of 120 km/h count as 6: 1.8
        ("nanning_station", "qinzhou_east", 32.0),  # 6 + 100 km: 31.8
        ("nanning_east", "beihai_station", 55.0),  # 184 km: 55.2
        ("beihai_station", "nanning_east", 55.0),
    ],
)
def test_fast_trains_are_cheaper_on_slow_lines(priced: Priced, first: str, last: str, cny: float) -> None:
    network = priced()
    fare = Fares(network).ride(ride_of(network, "emu_ns_bh_2016", first, last))
    assert (fare.cny, fare.basis, fare.confidence) == (cny, "rail_emu", "estimated")


def test_other_trains_take_the_tariff_of_their_mode_and_the_latest(priced: Priced) -> None:
    network = priced()
    fare = Fares(network).ride(ride_of(network, "conv_ne_qz_2016", "nanning_east", "qinzhou_east"))
    assert (fare.cny, fare.basis) == (10.5, "rail")  # 95 km


@pytest.mark.parametrize(("as_of", "cny"), [("2016-12-31", 2.0), ("2017-12-31", 3.0), ("2018-01-01", 2.0)])
def test_tariff_of_the_date(priced: Priced, as_of: str, cny: float) -> None:
    assert Fares(priced(f"as_of={as_of}")).way_cny("bus", 7) == cny


def test_services_may_have_a_tariff_of_their_own(priced: Priced) -> None:
    network = priced()
    fares = Fares(network)
    assert fares.ride(ride_of(network, "ferry_fast", "port_beihai", "port_haikou")).basis == "ferry_by_day"
    missing = fares.ride(ride_of(network, "ferry_night", "port_beihai", "port_haikou"))
    assert (missing.cny, missing.missing) == (None, "no tariff for ferry")


@pytest.mark.parametrize(
    ("mode", "km", "cny"),
    [("walk", 1.0, 0.0), ("bus", 12.0, 2.0), ("taxi", 2.0, 4.5), ("taxi", 10.0, 12.5), ("taxi", 20.0, 25.0), ("drive", 30.0, 7.5)],
)
def test_ways(priced: Priced, mode: str, km: float, cny: float) -> None:
    assert Fares(priced()).way_cny(mode, km) == cny


def test_who_shares_a_vehicle_is_assumed(priced: Priced) -> None:
    fares = Fares(priced())
    assert fares.way("taxi", 2.0).confidence == "assumed"
    assert fares.way("bus", 2.0).confidence == "reported"
    assert fares.way("shuttle", 2.0) == fares.way("bus", 2.0)
    assert Fares(priced("fares.persons_per_taxi=1")).way_cny("taxi", 10.0) == 25.0


def test_drive_pays_fuel_and_tolls(priced: Priced) -> None:
    toll = "links.g75_qingxiu-qinnan.toll_cny_km=0.4"
    links = ("g75_qingxiu-qinnan",)
    assert Fares(priced()).drive_cny(links) == 27.5  # 110 km * 0.5, by two
    assert Fares(priced(toll)).drive_cny(links) == 49.5  # 55 + 44, by two
    assert Fares(priced(toll, "fares.factor.toll=2", "fares.factor.drive=0")).drive_cny(links) == 44.0


def test_drive_pays_the_ferry_for_the_car_and_each_passenger(priced: Priced) -> None:
    links = ("urban_haicheng-port", "beihai-haikou_ferry", "g98_port-longhua")
    missing = Fares(priced()).drive(links)
    assert (missing.cny, missing.missing) == (None, "no fare of a car for beihai-haikou_ferry")
    # 19 km of road 9.5, the car with its driver 300, one more passenger 41.5, by two; the night ferry is dearer
    settings = ("services.ferry_day.fare_car_cny=300", "services.ferry_night.fare_car_cny=350")
    assert Fares(priced(*settings)).drive_cny(links) == 175.5
    # alone, no passenger's fare is needed
    alone = Fares(priced("services.ferry_night.fare_car_cny=350", "fares.persons_per_car=1"))
    assert alone.drive_cny(links) == 359.5
    assert Fares(priced("services.ferry_night.fare_car_cny=350")).drive(links).missing == "no tariff for ferry"


def test_tariffs_can_be_set(priced: Priced) -> None:
    assert Fares(priced("tariffs.taxi.start_cny=12")).way_cny("taxi", 10.0) == 14.0


def test_factors_change_every_part_of_a_fare(priced: Priced) -> None:
    fares = Fares(priced("fares.factor.taxi=2", "fares.factor.ferry=0.5"))
    assert fares.way_cny("taxi", 10.0) == 25.0
    network = priced("fares.factor.ferry=0.5")
    assert Fares(network).ride_cny(ride_of(network, "ferry_day", "port_beihai", "port_haikou")) == 20.75


def test_one_ticket_takes_a_share_off_two_rides(priced: Priced) -> None:
    network = priced()
    legs = [
        Leg("way", "taxi", 10.0),
        Leg("entry", "terminal"),
        Leg("ride", ride=ride_of(network, "emu_ns_bh_2016", "nanning_station", "qinzhou_east")),
        Leg("wait", "taxi", 99.0),
        Leg("ride", ride=ride_of(network, "emu_ns_bh_2016", "nanning_east", "beihai_station")),
        Leg("way", "walk", 1.0),
    ]
    found = Fares(network).journey(legs)
    assert (found.cny, found.full_cny, found.through_saving_cny) == (99.5, 99.5, 8.7)  # 12.5 + 32 + 55; a tenth of 87
    assert not found.through_ticket
    assert found.confidence == "assumed"
    joined = Fares(priced("policy.transfer.through_ticket=true"))
    assert joined.journey_cny(legs) == 90.8
    assert joined.journey(legs, through_ticket=False).cny == 99.5
    assert joined.journey(legs[:3]).through_saving_cny == 0  # one ride
    assert joined.journey(legs[2:]).confidence == "assumed"
    assert joined.journey(legs[2:], through_ticket=False).confidence == "estimated"
    half = Fares(priced("policy.transfer.through_ticket=true", "fares.discount_through_ticket=0.5"))
    assert half.journey_cny(legs) == 56.0


def test_nothing_is_made_up_where_a_tariff_is_missing(priced: Priced, coast: Callable[..., Network]) -> None:
    network = priced()
    legs = [
        Leg("ride", ride=ride_of(network, "emu_ns_bh_2016", "nanning_station", "qinzhou_east")),
        Leg("ride", ride=ride_of(network, "ferry_night", "port_beihai", "port_haikou")),
        Leg("ride", ride=ride_of(network, "ferry_night", "port_haikou", "port_beihai")),
    ]
    found = Fares(network).journey(legs)
    assert (found.cny, found.full_cny, found.through_saving_cny) == (None, None, None)
    assert found.missing == ("no tariff for ferry",)
    assert [fare.cny for fare in found.legs] == [32.0, None, None]
    bare = Fares(coast())
    assert not bare.known
    assert set(bare.tariff_of_pattern.tolist()) == {NO_FARE}
    assert bare.way("taxi", 3.0).missing == "no tariff for taxi"
    assert bare.drive(("g75_qingxiu-qinnan",)).missing == "no tariff for drive"
    assert fare_of(bare.table, NO_FARE, 1000) == NO_FARE
    assert party_fare(bare.table, NO_FARE, 1000) == NO_FARE


def test_kernel_and_rides_agree_between_all_calls(priced: Priced) -> None:
    network = priced()
    fares = Fares(network)
    compared = 0
    for number, pattern in enumerate(network.trips.patterns):
        first = int(fares.first_call[number])
        for board in range(len(pattern.stops)):
            for alight in range(board + 1, len(pattern.stops)):
                metres = int(fares.metres[first + alight] - fares.metres[first + board])
                fen = fare_of(fares.table, int(fares.tariff_of_pattern[number]), metres)
                cny = fares.ride_cny(ride_on(pattern, board, alight))
                assert (None if fen == NO_FARE else fen / 100) == cny
                compared += 1
    assert compared > 20


@given(
    start=st.integers(0, 10_000),
    gaps=st.lists(st.integers(1, 500_000), min_size=1, max_size=5),
    rates=st.lists(st.integers(0, 3_000_000), min_size=5, max_size=5),
    surcharges=st.lists(st.integers(0, 5_000), min_size=5, max_size=5),
    step=st.sampled_from([1, 50, 100, 1000]),
    metres=st.integers(0, 3_000_000),
)
def test_fares_are_exact(start: int, gaps: list[int], rates: list[int], surcharges: list[int], step: int, metres: int) -> None:
    begins = [sum(gaps[:number]) for number in range(len(gaps))]
    size = len(begins)
    table = FareTable(
        *(np.array([value], dtype=np.int64) for value in (start, 0, 2**53, step, 1000)),
        *(np.array(values, dtype=np.int64) for values in ([0, size], begins, rates[:size], surcharges[:size])),
    )
    exact = Fraction(start)
    for metre_from, metre_to, rate, surcharge in zip(begins, [*begins[1:], 10**9], rates, surcharges, strict=False):
        if metres > metre_from:
            exact += Fraction(min(metres, metre_to) - metre_from, 1000) * Fraction(rate, 10_000) + surcharge
    fen = fare_of(table, 0, metres)
    assert fen % step == 0
    assert -step / 2 < fen - exact <= Fraction(step, 2)


def test_emissions_by_class_mode_and_vehicle(priced: Priced) -> None:
    network = priced()
    emissions = Emissions(network)
    emu = Leg("ride", ride=ride_of(network, "emu_ns_bh_2016", "nanning_east", "beihai_station"))
    old = Leg("ride", ride=ride_of(network, "conv_ne_qz_2016", "nanning_east", "qinzhou_east"))
    assert emissions.co2_kg(emu) == pytest.approx(184 * 0.02)
    assert emissions.co2_kg(old) == pytest.approx(95 * 0.03)
    assert emissions.co2_kg(Leg("way", "walk", 1.0)) == 0
    assert emissions.co2_kg(Leg("wait", "rail")) == 0
    assert emissions.co2_kg(Leg("way", "drive", 30.0)) == pytest.approx(30 * 0.16 / 2)
    over = ("urban_haicheng-port", "beihai-haikou_ferry", "g98_port-longhua")
    assert emissions.co2_kg(Leg("way", "drive", 114.0, links=over)) == pytest.approx(19 * 0.08 + 95 * 0.1)
    assert emissions.leg_kg(Leg("way", "drive", 30.0), "nox") == pytest.approx(30 * 0.0002)
    assert emissions.journey_kg([emu, old]) == pytest.approx(184 * 0.02 + 95 * 0.03)
    assert emissions.confidence([emu, Leg("wait", "rail")]) == "reported"
    assert emissions.confidence([emu, old]) == "estimated"
    assert emissions.confidence([emu, Leg("way", "drive", 1.0)]) == "assumed"


def test_no_emissions_without_a_factor(priced: Priced) -> None:
    emissions = Emissions(priced())
    assert emissions.co2_kg(Leg("way", "taxi", 3.0)) is None
    assert emissions.journey_kg([Leg("way", "taxi", 3.0), Leg("way", "walk", 1.0)]) is None
    assert emissions.leg_kg(Leg("way", "drive", 99.0, links=("beihai-haikou_ferry",)), "nox") is None
    assert emissions.confidence([Leg("way", "taxi", 3.0)]) is None


@njit(cache=False)
def _fares_from_first(
    table: FareTable, tariffs: NDArray[np.int32], first_call: NDArray[np.int64], metres: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Fen from the first stop of every pattern to each of its calls, as a search would ask."""
    fen = np.empty(len(metres), dtype=np.int64)
    for pattern in range(len(tariffs)):
        begin = first_call[pattern]
        for call in range(begin, first_call[pattern + 1]):
            fen[call] = fare_of(table, tariffs[pattern], metres[call] - metres[begin])
    return fen


def test_kernels_can_ask_for_fares(priced: Priced) -> None:
    network = priced()
    fares = Fares(network)
    fen = _fares_from_first(fares.table, fares.tariff_of_pattern, fares.first_call, fares.metres)
    number = next(
        position
        for position, item in enumerate(network.trips.patterns)
        if item.service == "emu_ns_bh_2016" and item.stops[0] == "nanning_station"
    )
    first = int(fares.first_call[number])
    assert fen[first : first + 4].tolist() == [0, 200, 3200, 5700]  # 190 km in all: 57.0
    assert fen.min() == NO_FARE
