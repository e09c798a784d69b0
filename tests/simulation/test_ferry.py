"""Sailings of a timetable and of fleets worked by hand; closures, clearing, patience; Little's law; nothing lost."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bbwnet.simulation.day import Record
from tests.simulation.ferry_days import DEMAND, sailings, simulated, strait

HOUR = 3600.0


def balance(record: Record) -> tuple[float, float, float, float]:
    """Entered, arrived, under way and given up."""
    (row,) = record.balance
    return row.entered, row.arrived, row.under_way, row.gave_up


def test_a_timetable_takes_what_its_decks_hold(tmp_path: Path) -> None:
    # Fifty cars wait from midnight; a deck of 100 m holds 20 of 5 m.
    record = simulated(strait(tmp_path, DEMAND % ("0.0", "50.0")))
    found = sailings(record)
    assert found["depart_s"].tolist() == [6 * HOUR, 8 * HOUR, 10 * HOUR]
    assert found["arrive_s"].tolist() == [7 * HOUR, 9 * HOUR, 11 * HOUR]
    assert found["vehicles"].tolist() == pytest.approx([20.0, 20.0, 10.0])
    assert found["deck_use"].tolist() == pytest.approx([1.0, 1.0, 0.5])
    assert balance(record) == pytest.approx((50.0, 50.0, 0.0, 0.0))


def test_who_waits_at_midnight_is_told(tmp_path: Path) -> None:
    record = simulated(strait(tmp_path, DEMAND % ("0.0", "70.0")))
    day = record.tables["ferry_days"]
    (row,) = day[day["from"] == "south"].to_dict("records")
    assert (row["sailings"], row["vehicles"], row["waiting_at_midnight"]) == pytest.approx((3, 60.0, 10.0))
    # 70 come to the gate at once; each is in its lane as long as a check takes, and all its lanes are busy until the last is through.
    (gate,) = (item for item in record.visits if item.kind == "ferry_gate" and item.server.endswith(":south"))
    busy_s = float((gate.count * (gate.leave_s - gate.start_s)).sum()) / gate.servers
    assert gate.count.sum() == pytest.approx(70)
    assert busy_s == pytest.approx(gate.leave_s.max() - gate.arrive_s.min(), rel=0.05)
    assert balance(record) == pytest.approx((70.0, 60.0, 10.0, 0.0))


def test_a_closed_route_holds_a_sailing_and_then_cancels_it(tmp_path: Path) -> None:
    closed = 'disruptions: [{what: all_boats, from: "day 1 05:00", until: "day 1 09:30"}]\n'
    record = simulated(strait(tmp_path, DEMAND % ("0.0", "50.0") + closed))
    # 06:00 would wait 3.5 h, more than the 3 h that it may; 08:00 leaves at 09:30.
    assert sailings(record)["depart_s"].tolist() == [9.5 * HOUR, 10 * HOUR]
    assert sailings(record, "north")["depart_s"].tolist() == [9.5 * HOUR, 9.5 * HOUR, 11 * HOUR]
    assert record.messages == ("ferries: 1 sailings of the timetable cancelled",)
    assert balance(record) == pytest.approx((50.0, 40.0, 10.0, 0.0))


def test_fog_stops_and_slows_ships_by_their_class(tmp_path: Path) -> None:
    weather = """
  weather:
    - {id: fog, nodes: [south], source: made_up, confidence: assumed,
       at: [{from: "day 1 05:00", visibility_m: 200.0}, {from: "day 1 07:00", visibility_m: 800.0}, {from: "day 1 09:00"}]}
"""
    found = sailings(simulated(strait(tmp_path, weather)))
    assert found["depart_s"].tolist() == [7 * HOUR, 8 * HOUR, 10 * HOUR]
    assert found["arrive_s"].tolist() == [9 * HOUR, 10 * HOUR, 11 * HOUR]


def test_ships_go_to_and_fro(tmp_path: Path) -> None:
    fleet = ("simulation.ferries.run=fleet", "simulation.ferries.berth.fixed_min=20", "simulation.ferries.berth.load_per_min=2",
             "simulation.ferries.berth.unload_per_min=4", "simulation.ferries.berth.longest_wait_min=30")  # fmt: skip
    record = simulated(strait(tmp_path, DEMAND % ("0.0", "70.0"), *fleet))
    found = sailings(record)
    # Ship 1: 10 min to moor, 20 cars in 10 min, 10 min to cast off; ship 2 comes from the north, where nobody waits.
    assert found["depart_s"].tolist()[0] == 30 * 60.0
    assert found["vehicles"].tolist()[0] == pytest.approx(20.0)
    north = sailings(record, "north")
    # North: 10 min, nobody comes and none wait there while two decks and more wait in the south; 10 min; an hour at sea.
    assert north["depart_s"].tolist()[0] == 20 * 60.0
    assert found["depart_s"].tolist()[1] == (20 + 60 + 30) * 60.0
    assert balance(record) == pytest.approx((70.0, 70.0, 0.0, 0.0))


def test_no_more_ships_at_berth_than_there_are_berths(tmp_path: Path) -> None:
    network = strait(tmp_path, DEMAND % ("800.0", "0.0"), "simulation.ferries.run=fleet", "fleets.ships.ships=12")
    record = simulated(network)
    for port in ("south", "north"):
        (berths,) = [item for item in record.visits if item.kind == "ferry_berths" and item.server == port]
        moments = np.sort(berths.start_s)
        there = [(int((berths.start_s <= now).sum() - (berths.leave_s <= now).sum())) for now in moments]
        assert max(there) <= 2
    assert (record.tables["ferry_sailings"]["deck_use"] <= 1 + 1e-9).all()


def test_who_gives_up_is_counted(tmp_path: Path) -> None:
    network = strait(tmp_path, DEMAND % ("0.0", "50.0"), "simulation.ferries.patience.give_up_h=7")
    assert balance(simulated(network)) == pytest.approx((50.0, 20.0, 0.0, 30.0))


def test_extra_sailings_clear_the_queue(tmp_path: Path) -> None:
    extra = """    extra_sailings:
      - {service: boat, vessel_class: ship, from_node: south, sailings: 2, from: "day 1 12:00", until: "day 1 14:00"}
"""
    record = simulated(strait(tmp_path, DEMAND % ("0.0", "90.0") + extra))
    assert sailings(record)["depart_s"].tolist() == [6 * HOUR, 8 * HOUR, 10 * HOUR, 12.5 * HOUR, 13.5 * HOUR]
    assert balance(record) == pytest.approx((90.0, 90.0, 0.0, 0.0))


def test_little(tmp_path: Path) -> None:
    record = simulated(strait(tmp_path, DEMAND % ("55.0", "0.0"), "simulation.run_out_h=0"))
    (queue,) = [item for item in record.visits if item.kind == "ferry_queue" and item.server == "route:south"]
    whole = 24 * HOUR
    stay = (np.minimum(np.minimum(queue.start_s, queue.leave_s), whole) - queue.arrive_s) * queue.count
    servers = record.servers
    mean = servers[(servers["kind"] == "ferry_queue") & (servers["server"] == "route:south")]["queue_mean"].sum() / 24
    assert mean == pytest.approx(stay.sum() / whole, rel=1e-9)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(0, 400), st.integers(0, 60), st.integers(0, 20), st.integers(1, 9), st.booleans(), st.sampled_from(["timetable", "fleet"])
)
def test_nothing_is_lost_and_no_deck_overfull(
    tmp_path: Path,
    vehicles: int,
    waiting: int,
    closed: int,
    hours: int,
    slowed: bool,  # noqa: FBT001
    run: str,
) -> None:
    what = "to: slowed, speed_factor: 0.5" if slowed else "to: closed"
    more = DEMAND % (float(vehicles), float(waiting)) + (
        f'disruptions: [{{what: route, from: "day 1 {closed:02}:00", until: "day 2 {hours:02}:00", {what}}}]\n'
    )
    record = simulated(strait(tmp_path, more, f"simulation.ferries.run={run}", "simulation.ferries.patience.give_up_h=5"))
    entered, arrived, under_way, gave_up = balance(record)
    assert arrived + under_way + gave_up == pytest.approx(entered, abs=1e-6)
    assert entered == pytest.approx(vehicles + waiting, abs=1e-6)
    assert (record.tables["ferry_sailings"]["deck_use"] <= 1 + 1e-9).all()
