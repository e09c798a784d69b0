"""Passenger demand of a made-up region, worked by hand where it can be."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bbwnet.demand.demand import Demand, both_ways
from bbwnet.demand.passengers import Passengers, passengers
from bbwnet.demand.people import People
from bbwnet.demand.productions import trip_ends
from bbwnet.demand.profile import hour_shares
from bbwnet.errors import DidNotConverge
from bbwnet.scenario.schema.demand import (
    PURPOSES,
    Business,
    Commuting,
    ExternalDemand,
    Leisure,
    PassengerDemand,
    Purpose,
    Purposes,
)

PEOPLE = People(
    year=2016,
    names=("airport", "county", "district", "outside", "port"),
    kinds=("airport", "zone", "zone", "gateway", "zone"),
    persons=np.array([0, 730_000.0, 365_000, 1_000_000, 730_000]),
    product_per_person_cny=np.array([40_000, 20_000.0, 80_000, 40_000, 40_000]),
    urban_share=np.array([0.5, 0.2, 1.0, 0.5, 0.5]),
    seats_day=np.array([3_000.0, 0, 0, 0, 0]),
    without_persons=(),
    mean_product=("outside",),
)
MINUTES = np.array(
    [
        [0, 80, 40, 200, 60],
        [80, 0, 60, 180, 100],
        [40, 60, 0, 150, 35],
        [200, 180, 150, 0, 240],
        [60, 100, 35, 240, 0],
    ],
    dtype=float,
)


def choice(**changes: Any) -> PassengerDemand:
    return PassengerDemand(**changes)


def run(chosen: PassengerDemand, minutes: NDArray[np.float64] = MINUTES) -> Passengers:
    return passengers(PEOPLE, chosen, dict.fromkeys(PURPOSES, minutes), minutes, must_converge=True)


def test_productions_by_hand() -> None:
    """Business: 2 a year, urban 2.5 times as many, elasticity 0.8."""
    ends = trip_ends(PEOPLE, choice(), "business")
    county = 730_000 * 2 / 365 * (1 + 1.5 * 0.2) * 0.5**0.8
    assert ends.productions == pytest.approx([0, county, 365_000 * 2 / 365 * 2.5 * 2**0.8, 0, 4000 * 1.75])
    # weights: a fifth by residents, four fifths by product
    assert ends.weights == pytest.approx([0, 730_000 * (0.2 + 0.8 * 0.5), 365_000 * (0.2 + 0.8 * 2), 1_000_000, 730_000])


def test_resorts_draw_leisure_alone() -> None:
    more = choice(attraction_factor={"port": 3.0})
    assert trip_ends(PEOPLE, more, "leisure").weights[4] == pytest.approx(3 * trip_ends(PEOPLE, choice(), "leisure").weights[4])
    assert trip_ends(PEOPLE, more, "business").weights[4] == trip_ends(PEOPLE, choice(), "business").weights[4]


def test_the_peak_season_multiplies_by_purpose() -> None:
    peak = choice(season="peak")
    factors: dict[Purpose, float] = {"leisure": 2.0, "business": 0.5}
    for purpose, factor in factors.items():
        assert trip_ends(PEOPLE, peak, purpose).productions == pytest.approx(factor * trip_ends(PEOPLE, choice(), purpose).productions)


def test_every_trip_is_somewhere() -> None:
    found = run(choice())
    for number, purpose in enumerate(PURPOSES):
        gravity = found.gravity[purpose]
        ends = trip_ends(PEOPLE, choice(), purpose)
        outside = PEOPLE.rows("gateway")
        residents = gravity.trips[~outside].sum()
        assert residents + gravity.stranded_trips == pytest.approx(ends.productions.sum(), rel=1e-9)
        assert found.demand.trips[number].sum() == pytest.approx(gravity.trips.sum(), rel=1e-12)
        assert gravity.gap <= 1e-11
    assert found.gap <= 1e-11
    assert found.demand.total() == pytest.approx(sum(map(found.demand.total, PURPOSES)))


def test_who_goes_where() -> None:
    found = run(choice(purposes=Purposes(business=Business(shortest_min=50.0, constraint="production"))))
    row = {name: number for number, name in enumerate(PEOPLE.names)}
    business, commuting = found.demand.of("business"), found.demand.of("commuting")
    air = found.gravity["airport_access"].trips
    assert business[row["district"], row["port"]] == 0, "35 min apart is local travel"
    assert business[row["county"], row["port"]] > 0
    assert commuting[row["county"], row["port"]] == 0, "100 min is too far to commute"
    assert commuting[row["county"], row["district"]] > 0
    assert business[row["airport"]].sum() + business[:, row["airport"]].sum() == 0
    assert air[:, row["airport"]].sum() == pytest.approx(air.sum())
    assert air[row["outside"]].sum() == 0
    assert business == pytest.approx(business.T), "as many come home as go"


def test_the_edge_has_as_many_visitors_as_residents_unless_the_scenario_says_otherwise() -> None:
    row = PEOPLE.names.index("outside")
    for visitors in (0.0, 1.0, 3.0):
        trips = run(choice(external=ExternalDemand(visitors_per_trip=visitors))).gravity["leisure"].trips
        assert trips[row].sum() == pytest.approx(visitors * trips[:, row].sum(), rel=1e-9)


@pytest.mark.parametrize("constraint", ["doubly", "production"])
def test_cordon_totals_are_kept(constraint: Any) -> None:
    purposes = Purposes(business=Business(constraint=constraint), leisure=Leisure(constraint=constraint))
    found = run(choice(purposes=purposes, external=ExternalDemand(cordon_trips_day={"outside": 5000.0})))
    assert found.cordon_trips == {"outside": pytest.approx(5000, rel=1e-9)}
    assert found.cordon_lost == ()


def test_without_a_cordon_total_production_constrained_trips_are_free_choice() -> None:
    purposes = Purposes(leisure=Leisure(constraint="production"))
    found = run(choice(purposes=purposes)).gravity["leisure"]
    assert found.sweeps == 1
    weights = trip_ends(PEOPLE, choice(), "leisure").weights * np.exp(-0.005 * MINUTES[1])
    weights[1] = 0
    expected = trip_ends(PEOPLE, choice(), "leisure").productions[1] * weights / weights.sum()
    assert found.trips[1] == pytest.approx(expected, rel=1e-9)


def test_cordon_totals_without_trips_are_named() -> None:
    external = ExternalDemand(cordon_trips_day={"outside": 5000.0, "nowhere": 10.0, "port": 3.0})
    cut = MINUTES.copy()
    cut[3, :], cut[:, 3] = math.inf, math.inf
    assert run(choice(external=external), cut).cordon_lost == ("nowhere", "outside", "port")


def test_an_island_is_listed_by_name_and_volume() -> None:
    cut = MINUTES.copy()
    cut[4, :], cut[:, 4] = math.inf, math.inf
    found = run(choice(), cut)
    for purpose in PURPOSES:
        lost = {item.zone: item.trips for item in found.gravity[purpose].stranded if item.side == "production"}
        assert lost["port"] == pytest.approx(trip_ends(PEOPLE, choice(), purpose).productions[4])


def test_commuters_out_of_reach_are_stranded_not_dropped() -> None:
    purposes = Purposes(commuting=Commuting(shortest_min=36.0, longest_min=70.0))
    found = run(choice(purposes=purposes)).gravity["commuting"]
    assert [item.zone for item in found.stranded if item.side == "production"] == ["port"]


def test_attractions_that_nobody_could_keep_do_not_converge() -> None:
    """The district makes more leisure trips than all that are not local to it draw."""
    minutes = MINUTES.copy()
    minutes[2, 4] = minutes[4, 2] = 20
    chosen = choice(external=ExternalDemand(cordon_trips_day={"outside": 1.0}))
    found = passengers(PEOPLE, chosen, dict.fromkeys(PURPOSES, minutes), minutes)
    assert not found.gravity["leisure"].converged
    assert found.gap > 0.1
    with pytest.raises(DidNotConverge, match="with a margin off by"):
        run(chosen, minutes)


def test_a_warm_start_gives_the_same() -> None:
    cold = run(choice())
    warm = passengers(PEOPLE, choice(), dict.fromkeys(PURPOSES, MINUTES), MINUTES, must_converge=True, start=cold.gravity)
    assert warm.demand.trips == pytest.approx(cold.demand.trips, rel=1e-8)
    assert warm.gravity["business"].sweeps <= 2


def test_hours_add_up_and_commuters_leave_in_the_morning() -> None:
    shares = hour_shares(choice(), PURPOSES)
    assert shares.sum(axis=1) == pytest.approx(np.ones(len(PURPOSES)))
    assert int(shares[PURPOSES.index("commuting")].argmax()) == 7
    demand = run(choice()).demand
    assert sum(demand.in_hour("leisure", hour).sum() for hour in range(24)) == pytest.approx(demand.total("leisure"))


@pytest.mark.parametrize("weights", [(1.0,) * 23, (0.0,) * 24, (-1.0,) + (1.0,) * 23])
def test_a_profile_has_24_hours(weights: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="expected 24 weights"):
        Business(hour_weights=weights)


def test_both_ways_keeps_the_total() -> None:
    assert both_ways(np.array([[0.0, 6], [2, 0]])).tolist() == [[0, 4], [4, 0]]


def test_what_is_no_demand_is_refused() -> None:
    hours = np.full((1, 24), 1 / 24)
    trips = np.array([[[0.0, 1], [1, 0]]])
    assert Demand(("a", "b"), ("x",), trips, hours).total("x") == 2
    for arguments, message in (
        ((("b", "a"), ("x",), trips, hours), "zones must be sorted"),
        ((("a", "b"), ("x", "x"), trips, hours), "purposes must be sorted"),
        ((("a", "b", "c"), ("x",), trips, hours), "do not fit"),
        ((("a", "b"), ("x",), -trips, hours), "not negative"),
        ((("a", "b"), ("x",), trips + np.eye(2), hours), "within a zone"),
        ((("a", "b"), ("x",), trips, hours * 2), "add up to 1"),
    ):
        with pytest.raises(ValueError, match=message):
            Demand(*arguments)
    with pytest.raises(KeyError, match="no purpose y; there are x"):
        Demand(("a", "b"), ("x",), trips, hours).of("y")


def test_purposes_are_those_of_the_schema() -> None:
    assert tuple(sorted(Purposes.model_fields)) == PURPOSES
