"""Given trips by way out and way home: all of them are travelled, each as its people would go."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from bbwnet.demand.demand import both_ways
from bbwnet.demand.user_trips import UnreachedTrips, UserTrips, as_gravity, half_each_way, out_and_home

NAMES = ("a", "b", "c")
TRIPS = np.array([[0.0, 8, 3], [2, 0, 0], [0, 6, 0]])
EVERYWHERE = np.ones((3, 3), dtype=np.bool_)
NO_AIRPORT = np.zeros(3, dtype=np.bool_)


def user_trips(trips: NDArray[np.float64] = TRIPS) -> UserTrips:
    return UserTrips(NAMES, {"business": trips}, {})


def test_half_of_each_pair_is_on_the_way_out() -> None:
    ways, unreached = out_and_home(user_trips(), "business", NO_AIRPORT, EVERYWHERE)
    assert unreached == ()
    assert ways.travelled().tolist() == TRIPS.tolist()
    assert ways.out.tolist() == (TRIPS / 2).tolist()
    # 8 go from a to b: 4 of them live at a and go out, 4 live at b and go home
    assert (ways.out[0, 1], ways.home[1, 0]) == (4, 4)


def test_who_goes_home_takes_the_mode_that_he_came_by() -> None:
    ways, _ = out_and_home(user_trips(), "business", NO_AIRPORT, EVERYWHERE)
    shares = np.zeros((3, 3, 2))
    shares[..., 0] = 1.0
    shares[1, 0] = [0.25, 0.75]  # those who live at b and go to a
    found = ways.travelled(shares)
    assert found.sum(axis=-1) == pytest.approx(TRIPS)
    # from a to b: 4 people of a by the first, 4 people of b by 0.25 and 0.75
    assert found[0, 1].tolist() == [5, 3]
    assert found[1, 0].tolist() == [1.25, 0.75]


def test_nobody_lives_at_an_airport() -> None:
    ways, unreached = out_and_home(user_trips(), "business", np.array([False, True, False]), EVERYWHERE)
    assert unreached == ()
    assert (ways.out[0, 1], ways.home[0, 1]) == (8, 2)
    assert ways.out[1].sum() == ways.home[1].sum() == 0
    assert ways.travelled().tolist() == TRIPS.tolist()


def test_trips_without_a_way_are_listed_and_those_with_one_way_round_all_live_at_one_end() -> None:
    reached = EVERYWHERE.copy()
    reached[0, 1] = reached[1, 0] = reached[2, 0] = False
    ways, unreached = out_and_home(user_trips(), "business", NO_AIRPORT, reached)
    assert unreached == (UnreachedTrips("business", "a", "b", 8.0), UnreachedTrips("business", "b", "a", 2.0))
    assert (ways.out[0, 2], ways.home[2, 0]) == (3, 0)
    assert ways.travelled()[0].tolist() == [0, 0, 3]


def test_a_purpose_of_cars_alone_has_no_trips() -> None:
    given_ = UserTrips(NAMES, {}, {"leisure": TRIPS})
    ways, unreached = out_and_home(given_, "leisure", NO_AIRPORT, EVERYWHERE)
    assert ways.travelled().sum() == 0
    assert unreached == ()
    assert given_.purposes == {"leisure"}
    assert as_gravity(NAMES, ways).converged


def test_among_other_places() -> None:
    found = user_trips().among(("0", "a", "aa", "b", "c"))
    assert found.trips["business"][1].tolist() == [0, 0, 0, 8, 3]
    assert found.trips["business"].sum() == TRIPS.sum()
    assert found.pairs()[3].tolist() == [False, True, False, False, True]
    idle = TRIPS.copy()
    idle[2] = idle[:, 2] = 0
    assert user_trips(idle).among(("a", "b")).trips["business"].tolist() == [[0, 8], [2, 0]]
    with pytest.raises(KeyError, match="trips of c"):
        user_trips().among(("a", "b"))


matrices = arrays(np.float64, (4, 4), elements=st.one_of(st.just(0.0), st.floats(0.1, 1e4)))


@settings(max_examples=100, deadline=None)
@given(matrices, arrays(np.bool_, (4, 4)), arrays(np.bool_, 4), arrays(np.float64, (4, 4, 2), elements=st.floats(0.01, 1)))
def test_what_is_given_is_travelled_or_listed(
    trips: NDArray[np.float64], reached: NDArray[np.bool_], airports: NDArray[np.bool_], weights: NDArray[np.float64]
) -> None:
    names = ("a", "b", "c", "d")
    ways, unreached = out_and_home(UserTrips(names, {"business": trips}, {}), "business", airports, reached)
    lost = np.zeros((4, 4))
    for item in unreached:
        lost[names.index(item.origin), names.index(item.destination)] = item.trips_day
    assert ways.travelled() + lost == pytest.approx(trips, rel=1e-12)
    shares = weights / weights.sum(axis=-1, keepdims=True)
    assert ways.travelled(shares).sum(axis=-1) == pytest.approx(ways.travelled(), rel=1e-12)
    # nobody travels from where he has no way, or lives at an airport
    made = as_gravity(names, ways).trips
    assert made[~reached].sum() == made[airports].sum() == 0


@settings(max_examples=50, deadline=None)
@given(matrices)
def test_trips_of_gravity_go_both_ways(made: NDArray[np.float64]) -> None:
    assert half_each_way(made).travelled() == pytest.approx(both_ways(made), rel=1e-12)
