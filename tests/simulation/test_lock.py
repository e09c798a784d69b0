"""Locks: lockages worked by hand, batches against the exact bulk queue, closures, and what may never be broken."""

from __future__ import annotations

import itertools
import math
from typing import Literal

import numpy as np
import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bbwnet.simulation.calendars import ALWAYS, Calendar, window
from bbwnet.simulation.lock import Chamber, ShipLock
from bbwnet.simulation.visits import Visits

Ship = tuple[float, bool, float, float]
"""Second of arrival, direction, size, count."""
Process = simpy.events.ProcessGenerator


def lock_of(
    env: simpy.Environment, *chambers: Chamber, order: Literal["alternating", "fifo"] = "alternating", calendar: Calendar = ALWAYS
) -> ShipLock:
    return ShipLock(env, "lock", chambers, order, calendar)


def through(env: simpy.Environment, lock: ShipLock, ships: list[Ship], until: float | None = None) -> list[float]:
    """When each ship has left, infinite if it has not."""
    left = [math.inf] * len(ships)

    def ship(number: int) -> Process:
        at, forward, size, count = ships[number]
        yield env.timeout(at - env.now)
        yield lock.enter(forward=forward, size=size, count=count)
        left[number] = env.now

    for number in range(len(ships)):
        env.process(ship(number))
    env.run(until=until)
    return left


def test_batches_and_turning_by_hand() -> None:
    env = simpy.Environment()
    lock = lock_of(env, Chamber(2.0, 60.0, 20.0))
    ships: list[Ship] = [(0, True, 1, 1), (10, True, 1, 1), (20, True, 1, 1), (30, True, 1, 1), (300, True, 1, 1), (310, False, 1, 1)]
    # The first goes alone at 0 and leaves at 60. Nobody comes down: the chamber turns, 60 to 80, takes two, 80 to 140, turns, 140 to 160,
    # and takes the fourth, 160 to 220. It stands above; at 300 it turns for the fifth, 320 to 380, and the sixth goes down, 380 to 440.
    assert through(env, lock, ships) == [60, 140, 140, 220, 380, 440]
    assert [(item.start_s, item.ships, item.forward) for item in lock.lockages] == [
        (0, 1, True),
        (80, 2, True),
        (160, 1, True),
        (320, 1, True),
        (380, 1, False),
    ]
    visits = lock.visits()
    assert visits.wait_s.tolist() == [0, 70, 60, 130, 20, 70]
    assert visits.servers == 2


def test_who_came_first_goes_first_only_where_asked() -> None:
    ships: list[Ship] = [(0, True, 1, 1), (10, True, 1, 1), (20, False, 1, 1)]
    left = {}
    orders: tuple[Literal["alternating", "fifo"], ...] = ("alternating", "fifo")
    for order in orders:
        env = simpy.Environment()
        left[order] = through(env, lock_of(env, Chamber(1.0, 60.0, 20.0), order=order), ships)
    assert left["alternating"] == [60, 180, 120]
    assert left["fifo"] == [60, 140, 200]


def test_a_large_ship_takes_the_large_chamber_and_lets_small_ones_pass() -> None:
    env = simpy.Environment()
    lock = lock_of(env, Chamber(3.0, 60.0, 0.0), Chamber(1.0, 60.0, 0.0))
    left = through(env, lock, [(0, True, 2, 1), (0, True, 2, 1), (0, True, 1, 1), (0, True, 1, 1)])
    # Large chamber: the first and, beside it, the third; small chamber: the fourth; the second goes next.
    assert left == [60, 120, 60, 60]


def test_ships_that_come_together_go_in_as_many_lockages_as_they_need() -> None:
    env = simpy.Environment()
    lock = lock_of(env, Chamber(4.0, 60.0, 0.0))
    assert through(env, lock, [(0, True, 1, 10.0)]) == [180]
    assert [item.ships for item in lock.lockages] == [4, 4, 2]
    assert lock.visits().count.tolist() == [4, 4, 2]


def test_a_closed_lock_keeps_its_ships_until_it_opens() -> None:
    env = simpy.Environment()
    lock = lock_of(env, Chamber(1.0, 60.0, 0.0), calendar=window(30.0, 1000.0))
    assert through(env, lock, [(0, True, 1, 1), (100, True, 1, 1)]) == [1030, 1090]
    env = simpy.Environment()
    for_ever = Calendar(np.array([-np.inf, 30.0]), np.array([1.0, 0.0]))
    lock = lock_of(env, Chamber(1.0, 60.0, 0.0), calendar=for_ever)
    assert through(env, lock, [(0, True, 1, 1), (100, True, 1, 1)], until=5000) == [math.inf, math.inf]
    assert lock.waiting(forward=True) == 1


def test_no_chamber_takes_what_is_too_large() -> None:
    env = simpy.Environment()
    lock = lock_of(env, Chamber(1.0, 60.0, 0.0))
    with pytest.raises(ValueError, match=r"lock lock: no chamber takes a ship of size 1\.5"):
        lock.enter(forward=True, size=1.5)
    with pytest.raises(ValueError, match="room"):
        Chamber(0.0, 60.0, 0.0)


def mean_wait(rate: float, lockage_s: float, batch: int, most: int = 400) -> float:
    """Mean wait of Poisson arrivals at a server that takes all who wait, at most a batch, at once for a fixed time.

    The chain of those left waiting at the end of a lockage has x' = max(x - batch, 0) + Poisson(rate times lockage), or after an idle time
    that one alone. Waiting grows by rate times time within a lockage, so its mean over a cycle is known, and Little's law gives the wait.
    """
    came = rate * lockage_s
    arrivals = np.exp([-came + k * math.log(came) - math.lgamma(k + 1) for k in range(most)])
    chain = np.zeros((most, most))
    for there in range(most):
        over = max(there - batch, 0)
        chain[there, over:] = arrivals[: most - over]
        chain[there, -1] += 1 - chain[there].sum()
    share = np.linalg.lstsq(np.vstack([chain.T - np.eye(most), np.ones(most)]), np.append(np.zeros(most), 1.0), rcond=None)[0]
    left = np.maximum(np.arange(most) - batch, 0)
    cycle = lockage_s + share[0] / rate
    return float(share @ (lockage_s * (left + came / 2)) / cycle / rate)


def test_the_oracle_knows_one_ship_at_a_time() -> None:
    # Batches of one are M/D/1: rho D / (2 (1 - rho)).
    assert mean_wait(0.01, 60.0, 1) == pytest.approx(0.6 * 60 / 0.8, rel=1e-6)


@pytest.mark.parametrize(("batch", "load"), [(1, 0.7), (3, 0.5), (3, 0.8)])
def test_batches_wait_as_the_bulk_queue_does(batch: int, load: float) -> None:
    # All go one way, and turning takes no time: a lockage is the time of the server.
    rng = np.random.default_rng(20161231 + batch)
    rate, count = load * batch / 60.0, 80_000
    moments: NDArray[np.float64] = rng.exponential(1 / rate, count).cumsum()
    env = simpy.Environment()
    lock = lock_of(env, Chamber(float(batch), 60.0, 0.0))

    def source() -> Process:
        for moment in moments.tolist():
            yield env.timeout(moment - env.now)
            lock.enter(forward=True, size=1.0)

    env.process(source())
    env.run()
    wait = lock.visits().wait_s
    parts = wait[: count // 50 * 50].reshape(50, -1).mean(axis=1)
    half = 3.5 * float(parts.std(ddof=1)) / math.sqrt(50)
    exact = mean_wait(rate, 60.0, batch)
    assert abs(float(wait.mean()) - exact) <= half
    assert half <= 0.08 * exact


def little(visits: Visits) -> float:
    """Rate times mean wait less the mean number waiting, the latter summed event by event."""
    moments = sorted([(second, 1, n) for second, n in zip(visits.arrive_s.tolist(), visits.count.tolist(), strict=True)]
                     + [(second, 0, -n) for second, n in zip(visits.start_s.tolist(), visits.count.tolist(), strict=True)])  # fmt: skip
    area, level, last = 0.0, 0.0, moments[0][0]
    for second, _, change in moments:
        area += level * (second - last)
        level, last = level + change, second
    return area - float(visits.wait_s @ visits.count)


ship_lists = st.lists(
    st.tuples(st.integers(0, 500).map(float), st.booleans(), st.sampled_from([0.5, 1.0, 2.0]), st.integers(1, 4).map(float)),
    min_size=1,
    max_size=25,
)
chamber_lists = st.lists(
    st.tuples(st.sampled_from([2.0, 3.5, 5.0]), st.integers(10, 90).map(float), st.integers(0, 30).map(float)), min_size=1, max_size=3
)


@settings(max_examples=150, deadline=None)
@given(ship_lists, chamber_lists, st.sampled_from(["alternating", "fifo"]), st.integers(0, 300), st.integers(0, 200))
def test_no_lockage_holds_more_than_fits_and_everybody_passes(
    ships: list[Ship],
    rooms: list[tuple[float, float, float]],
    order: Literal["alternating", "fifo"],
    shut_s: int,
    shut_for_s: int,
) -> None:
    env = simpy.Environment()
    chambers = [Chamber(*own) for own in rooms]
    calendar = window(float(shut_s), float(shut_s + shut_for_s)) if shut_for_s else ALWAYS
    lock = lock_of(env, *chambers, order=order, calendar=calendar)
    left = through(env, lock, ships)
    assert all(end >= ship[0] + min(own.passage_s for own in chambers) for end, ship in zip(left, ships, strict=True))
    assert all(item.room <= chambers[item.chamber].room + 1e-9 for item in lock.lockages)
    for number in range(len(chambers)):
        own = [item for item in lock.lockages if item.chamber == number]
        assert all(later.start_s >= item.finish_s for item, later in itertools.pairwise(own))
    visits = lock.visits()
    assert visits.count.sum() == sum(ship[3] for ship in ships)
    assert math.isclose(little(visits), 0.0, abs_tol=1e-6)
