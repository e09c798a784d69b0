"""Who flies and who goes over land; trips between gateways through the region: by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bbwnet.demand.flying import share_flying
from bbwnet.demand.passengers import passengers
from bbwnet.demand.people import People
from bbwnet.demand.productions import trip_ends
from bbwnet.demand.through import through_pairs, through_trips
from bbwnet.scenario.schema.demand import PURPOSES, AirportAccess, ExternalDemand, PassengerDemand, Purposes

PEOPLE = People(
    year=2018,
    names=("airport", "east", "island", "town", "west"),
    kinds=("airport", "gateway", "zone", "zone", "gateway"),
    persons=np.array([0, 4e6, 1e6, 1e6, 2e6]),
    product_per_person_cny=np.full(5, 40_000.0),
    urban_share=np.zeros(5),
    seats_day=np.array([1_000.0, 0, 0, 0, 0]),
    without_persons=(),
    mean_product=(),
)
AIRPORT, EAST, ISLAND, TOWN, WEST = range(5)
# the town lies on the way from east to west; the island is far from both
MINUTES = np.array(
    [
        [0, 300, 50, 50, 300],
        [300, 0, 900, 100, 195],
        [50, 900, 0, 800, 900],
        [50, 100, 800, 0, 100],
        [300, 195, 900, 100, 0],
    ],
    dtype=np.float64,
)


def test_far_from_the_great_cities_more_fly() -> None:
    choice = AirportAccess(land_weight=100.0, land_decay_per_minute=0.01)
    log_access = np.full((5, 5), -math.inf)
    log_access[[ISLAND, TOWN], AIRPORT] = -0.5
    found = share_flying(PEOPLE, choice, log_access, MINUTES)
    flights = 1000 * math.exp(-0.5)
    assert found[ISLAND] == pytest.approx(flights / (flights + 100 * (4 + 2) * math.exp(-9)))
    assert found[TOWN] == pytest.approx(flights / (flights + 100 * (4 + 2) * math.exp(-1)))


def test_without_a_weight_of_land_all_fly_and_with_one_those_without_a_flight_do_not() -> None:
    nowhere = np.full((5, 5), -math.inf)
    assert share_flying(PEOPLE, AirportAccess(), nowhere, MINUTES).tolist() == [1.0] * 5
    assert share_flying(PEOPLE, AirportAccess(land_weight=1.0), nowhere, MINUTES)[TOWN] == 0.0


def test_pairs_of_gateways_lead_through_where_a_zone_is_nearly_on_the_way() -> None:
    # by the town 200 minutes for 195
    found = through_pairs(PEOPLE, MINUTES, 1.1)
    assert np.argwhere(found).tolist() == [[EAST, WEST], [WEST, EAST]]
    assert not through_pairs(PEOPLE, MINUTES, 1.02).any()


def test_through_trips_by_hand() -> None:
    """Half a trip a resident and year from the gateways too, as strongly as from the zones by their mean accessibility."""
    ends = trip_ends(PEOPLE, PassengerDemand(), "business")
    rate = 2.0 / 365
    log_f = np.where(MINUTES > 0, -0.006 * MINUTES, -np.inf)
    log_f[AIRPORT] = log_f[:, AIRPORT] = -np.inf
    pairs = through_pairs(PEOPLE, MINUTES, 1.1)
    found = through_trips(PEOPLE, ends, log_f, pairs, 0.5)
    f = np.exp(log_f)
    access = sum(1e6 * rate * sum(f[zone, other] * PEOPLE.persons[other] for other in range(1, 5)) for zone in (ISLAND, TOWN)) / (
        2e6 * rate
    )
    assert found[EAST, WEST] == pytest.approx(0.5 * 4e6 * rate * 2e6 * f[EAST, WEST] / access)
    assert found.sum() == pytest.approx(found[EAST, WEST] + found[WEST, EAST])


def test_through_trips_are_in_demand_and_not_in_cordon_totals() -> None:
    costs = dict.fromkeys(PURPOSES, np.where(MINUTES > 0, MINUTES, np.inf))
    pairs = through_pairs(PEOPLE, MINUTES, 1.1)
    without, found = (passengers(PEOPLE, PassengerDemand(), costs, MINUTES, through=through) for through in (None, pairs))
    assert without.demand.trips[:, EAST, WEST].sum() == 0
    both = found.demand.trips[:, EAST, WEST].sum() + found.demand.trips[:, WEST, EAST].sum()
    assert both == pytest.approx(sum(found.through_trips.values()))
    assert found.through_trips["commuting"] == 0
    assert found.cordon_trips == pytest.approx(without.cordon_trips)
    gravity = found.gravity["leisure"]
    assert gravity.trips.sum(axis=1) == pytest.approx(gravity.productions, rel=1e-9)
    none = PassengerDemand(external=ExternalDemand(through_factor=0.0))
    assert sum(passengers(PEOPLE, none, costs, MINUTES, through=pairs).through_trips.values()) == 0


@pytest.mark.parametrize(("years", "power"), [(3.0, 2.0), (1.0, 1.0), (0.0, 0.0)])
def test_trips_grow_from_the_base_year_as_long_as_the_trend_is_said_to_last(years: float, power: float) -> None:
    grown = PassengerDemand(purposes=Purposes(airport_access=AirportAccess(growth=0.1, growth_years=years)))
    made, plain = (trip_ends(PEOPLE, choice, "airport_access").productions[TOWN] for choice in (grown, PassengerDemand()))
    assert made / plain == pytest.approx(1.1**power)
