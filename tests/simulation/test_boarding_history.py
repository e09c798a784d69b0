"""What boarding puts away changes nothing, whenever it is done, and leaves room for those under way only."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import simpy

from bbwnet.simulation.boarding_setup import DoorChecks, LineRules
from bbwnet.simulation.boarding_state import USED
from bbwnet.simulation.calendars import ALWAYS
from bbwnet.simulation.passengers import Passengers
from tests.simulation.small_days import Party, line, passengers_of, run_all, timetable

H = 3600
DAYS = 3


def crowded(every_s: float | None) -> Passengers:
    """Three days of full trains, a coach that takes whoever waits, and a door; what is over put away so often, or at midnight only."""
    trips = timetable(
        line("train", "rail", "abc", list(range(5 * H, 24 * H, 2 * H))), line("bus", "coach", "cde", list(range(6 * H, 26 * H, H)))
    )
    draw = np.random.default_rng(7)
    parties = []
    for _ in range(300):
        trip = int(draw.integers(0, 9))
        start = (5 + 2 * trip) * H
        rides = [(trip, 0, 2, 300.0, 300.0, 300.0)]
        if draw.random() < 0.5:
            rides.append((10 + min(2 * trip + 1, 19), 0, int(draw.integers(1, 3)), 60.0, 0.0, 0.0))
        parties.append(Party(float(draw.integers(1, 9)), start - float(draw.integers(600, 4000)), rides))
    rules = {"rail": LineRules(patience_s=20 * H), "coach": LineRules(turn_up=True, patience_s=5 * H)}
    places = [120.0] * 10 + [30.0] * 20
    part = passengers_of(trips, parties, places, rules, [DoorChecks(0, "rail", 2.0, 9.0, ALWAYS)], days=DAYS)

    def keep_tidy(env: simpy.Environment, seconds: float) -> Iterator[simpy.Event]:
        while True:
            yield env.timeout(seconds)
            part.history.put_away(part.state)

    if every_s is not None:
        part.world.env.process(keep_tidy(part.world.env, every_s))  # type: ignore[arg-type]
    return run_all(part)


def test_the_days_are_the_same_however_often_what_is_over_is_put_away() -> None:
    seldom, often = crowded(None), crowded(437.0)
    for first, second in zip(seldom.history.ends(seldom.state).tolist(), often.history.ends(often.state).tolist(), strict=True):
        assert first == second
    assert (seldom.state.cohorts == often.state.cohorts).all()
    assert (seldom.state.totals == often.state.totals).all()
    left = seldom.state.runs["left_behind"].sum()
    assert left > 0
    one, other = seldom.finish(), often.finish()
    for first_visits, second_visits in zip(one.visits, other.visits, strict=True):
        assert (first_visits.arrive_s == second_visits.arrive_s).all()
        assert (first_visits.leave_s == second_visits.leave_s).all()
        assert (np.diff(first_visits.arrive_s) >= 0).all()
    assert len(one.visits) == 1
    assert one.balance == other.balance
    assert one.balance[0].gave_up > 0
    # Of three days of parties, no more pieces are there than those of a day and what waited.
    assert int(seldom.state.counters[USED]) < 300 * DAYS
