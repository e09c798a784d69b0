"""Tickets by hand: the same share for all who want a full run, then the nearest run with a seat; and sums and seats of random days."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbwnet.simulation.cohort import PassengerCohorts
from bbwnet.simulation.parties import in_parties
from bbwnet.simulation.tickets import TicketSale, sell_tickets
from tests.simulation.small_days import Party, cohorts_of, line, passengers_of, run_all, timetable

H = 3600
TRAINS = line("train", "rail", "abc", [8 * H, 9 * H, 10 * H])


def sold(parties: list[Party], places: float, shift_h: float = 4.0) -> tuple[PassengerCohorts, TicketSale]:
    trips = timetable(TRAINS, line("coach", "coach", "cd", [10 * H, 11 * H]))
    cohorts = cohorts_of(trips, parties)
    room = np.where(np.arange(trips.count) < 3, places, np.inf)
    return cohorts, sell_tickets(cohorts, trips, room, np.ones(trips.count, dtype=np.bool_), ("rail", "coach"), shift_h)


def riders(sale: TicketSale) -> list[tuple[float, list[int], float]]:
    """Persons, the trips that they ride, and when they leave."""
    found = sale.cohorts
    return [
        (round(float(count), 9), found.ride_trip[first:last].tolist(), float(leave))
        for count, first, last, leave in zip(found.count, found.first_ride, found.first_ride[1:], found.leave_s, strict=False)
    ]


def test_where_seats_are_enough_nothing_changes() -> None:
    cohorts, sale = sold([Party(150, 8 * H, [(1, 0, 2, 0, 0, 0)])], 150.0)
    assert sale.cohorts is cohorts
    assert (sale.shifted, sale.shift_h) == (0.0, 0.0)


def test_a_full_run_takes_the_same_share_of_all_and_the_rest_the_nearest() -> None:
    """250 want the train of 9:00 with 100 places: 60 of 150 and 40 of 100 go; the first 90 at 10:00, of the next 60 ten too, 50 at 8:00."""
    parties = [Party(150, 8 * H + 1800, [(1, 0, 2, 0, 0, 0)]), Party(100, 8 * H, [(1, 0, 2, 0, 0, 0)])]
    _, sale = sold(parties, 100.0)
    late, early = 8 * H + 1800, 8 * H
    assert riders(sale) == [
        (60, [1], late), (40, [1], early), (90, [2], late + H), (10, [2], early + H), (50, [0], early - H),
    ]  # fmt: skip
    assert (sale.shifted, sale.shift_h, len(sale.cohorts.no_seat)) == (150, 1.0, 0)
    _, none = sold(parties, 100.0, 0.5)
    assert riders(none) == [(60, [1], late), (40, [1], early)]
    assert none.cohorts.no_seat[:, -1].sum() == pytest.approx(150)
    # At other hours 100 seats are free at 10:00 and 100 at 8:00: the day has room for all, but none would do.
    assert none.cohorts.no_seat[:, -2].sum() == pytest.approx(0)
    _, crowd = sold([Party(350, 8 * H, [(1, 0, 2, 0, 0, 0)])], 100.0, 0.5)
    assert crowd.cohorts.no_seat[:, -2:].sum(axis=0).tolist() == pytest.approx([50, 250])
    _, ten = sold([Party(10 * item.persons, item.leave_s, item.rides) for item in parties], 1000.0)
    assert [(count / 10, trips, leave) for count, trips, leave in riders(ten)] == riders(sale)


def test_only_the_full_hop_binds_and_a_change_is_still_reached() -> None:
    """Of 120 for b to c and 100 for a to b half the former go; who changes to the coach of 10:00 at c gets that of 11:00 after 10:00."""
    hop = line("train", "rail", "abc", [8 * H, 9 * H, 10 * H])
    parties = [
        Party(100, 8 * H, [(1, 0, 1, 0, 0, 0)]),
        Party(60, 8 * H, [(1, 1, 2, 0, 0, 0)]),
        Party(60, 8 * H, [(1, 1, 2, 0, 0, 0), (3, 0, 1, 300, 0, 0)]),
    ]
    trips = timetable(hop, line("coach", "coach", "cd", [10 * H, 11 * H]))
    cohorts = cohorts_of(trips, parties)
    room = np.array([0.0, 100.0, 100.0, np.inf, np.inf])
    sale = sell_tickets(cohorts, trips, room, np.ones(5, dtype=np.bool_), ("rail",), 4.0)
    assert [(count, ways) for count, ways, _ in riders(sale)] == [(100, [1]), (50, [1]), (50, [1, 3]), (10, [2]), (10, [2, 4])]
    moved = sale.cohorts.arrive_s[-1] - sale.cohorts.arrive_s[2]
    assert moved == H


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0.5, 90), st.integers(0, 2), st.sampled_from([(0, 1), (0, 2), (1, 2)])), min_size=1, max_size=8))
def test_no_run_is_over_booked_and_nobody_is_lost(wishes: list[tuple[float, int, tuple[int, int]]]) -> None:
    parties = [Party(count, (6 + trip) * H, [(trip, *ends, 0, 0, 0)]) for count, trip, ends in wishes]
    cohorts, sale = sold(parties, 60.0)
    found = sale.cohorts
    aboard = np.zeros(9)
    for count, start, end in zip(found.count, found.ride_from, found.ride_to, strict=True):
        aboard[start:end] += count
    assert (aboard <= 60 * (1 + 1e-9)).all()
    assert found.count.sum() + found.no_seat[:, -1].sum() == pytest.approx(cohorts.count.sum(), abs=1e-4)


def test_many_who_ride_the_same_way_come_one_party_after_the_other() -> None:
    """90 of 100 places are nine parties of a tenth; 5 are one, and so are the riders of a vehicle that nobody knows the size of."""
    trips = timetable(TRAINS, line("coach", "coach", "cd", [11 * H]))
    change = [(1, 0, 2, 0, 0, 0), (3, 0, 1, 300, 0, 0)]
    cohorts = cohorts_of(trips, [Party(90, 8 * H, change), Party(5, 8 * H, [(0, 0, 1, 0, 0, 0)]), Party(70, 8 * H, [(3, 0, 1, 0, 0, 0)])])
    room = np.array([100.0, 100.0, 100.0, np.inf])
    found = in_parties(cohorts, room, 0.1)
    assert found.count.tolist() == pytest.approx([10] * 9 + [5, 70])
    assert found.ride_trip.tolist() == [1, 3] * 9 + [0, 3]
    assert found.arrive_s.tolist() == [cohorts.arrive_s[0]] * 9 + cohorts.arrive_s[1:].tolist()
    assert len(in_parties(cohorts.scaled(10), 10 * room, 0.1)) == len(found)
    assert in_parties(cohorts, room, 1.0) is cohorts


def test_with_tickets_nobody_is_left_behind() -> None:
    trips = timetable(TRAINS)
    part = passengers_of(trips, [Party(250, 8 * H, [(1, 0, 2, 0, 0, 0)])], 100.0)
    sale = sell_tickets(part.cohorts, trips, np.full(3, 80.0), np.ones(3, dtype=np.bool_), ("rail",), 4.0)
    day = run_all(passengers_of(trips, sale.cohorts, 80.0))
    result = day.finish()
    assert {row.what: row.gave_up for row in result.balance[2:]} == {
        "persons_no_seat_near": pytest.approx(0), "persons_no_seat_all_day": pytest.approx(10),
    }  # fmt: skip
    services = result.balance[0]
    assert services.entered == services.arrived == pytest.approx(240)
    row = result.tables["trips"].iloc[0]
    assert row["no_seat"] == row["no_seat_all_day"] == pytest.approx(10)
    assert (row["gave_up"], row["delay_min"]) == (0, 0)
    assert result.tables["left_behind"].empty
