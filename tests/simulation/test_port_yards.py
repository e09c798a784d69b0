"""Yards, gates and cargo of a terminal: worked by hand, and at random: room, berths and balance hold."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import numpy as np
import pytest
import simpy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bbwnet.network.network import Network
from bbwnet.simulation.day import simulate_once
from bbwnet.simulation.port_traffic import LAND_MODES, PortTraffic, TerminalTraffic, draw_calls, lanes_for
from bbwnet.simulation.port_yard import PortYard
from bbwnet.simulation.ports import PortDay, Ports
from bbwnet.simulation.streams import Streams
from tests.simulation.harbour import at, network_of, port_day, write_harbour

BY_TRUCK = (1.0, 0.0, 0.0, 0.0)
BY_RAIL = (0.0, 1.0, 0.0, 0.0)
ORE = PortTraffic(
    commodity="ore", ships_day=1.0, come="regular", dwt=50_000.0, unload_t=24_000.0, load_t=0.0, teu_per_tonne=0.0, berth_t_h=1000.0,
    dwell_h=48.0, import_share=BY_RAIL, export_share=BY_TRUCK, tonnes_per_truck=20.0,
)  # fmt: skip
NO_SPREAD = "ports: {ships: {cargo_cv: 0, lead_days: 0}, berths: {alongside_h: 0}}"


def terminal(*traffic: PortTraffic, yard_t: float = math.inf, yard_teu: float = math.inf, lanes: int = 4) -> TerminalTraffic:
    return TerminalTraffic("quay", traffic, yard_t, yard_teu, lanes, 120.0, (1.0,) * 24)


def harbour(folder: Path, simulation: str = NO_SPREAD, quay: str = "id: quay, berths: 2") -> Network:
    return network_of(write_harbour(folder, [quay], f"run_out_h: 0, {simulation}"))


def test_room_is_kept_for_goods_that_come() -> None:
    box = dataclasses.replace(ORE, teu_per_tonne=0.1, dwell_h=0.0)
    yard = PortYard(simpy.Environment(), terminal(dataclasses.replace(ORE, dwell_h=0.0), box, yard_t=100.0, yard_teu=5.0))
    assert yard.reserve(0, 60.0)
    assert not yard.reserve(0, 41.0)
    # Boxes take room of their own: 40 t are 4 TEU.
    assert yard.reserve(1, 40.0)
    assert yard.bring(np.array([50.0, 20.0])).tolist() == [40.0, 10.0]
    yard.land(0, 60.0)
    yard.land(1, 40.0)
    assert (yard.tonnes, yard.teu) == (100.0, 5.0)
    assert yard.fetch(np.array([70.0, 10.0])).tolist() == [60.0, 10.0]
    assert yard.ship(0, 50.0) == 40.0
    assert (yard.tonnes, yard.teu) == (0.0, 4.0)


def test_a_yard_begins_with_what_a_mean_dwell_leaves() -> None:
    assert PortYard(simpy.Environment(), terminal(ORE)).tonnes == 48_000.0
    assert PortYard(simpy.Environment(), terminal(ORE, yard_t=40_000.0)).tonnes == pytest.approx(36_000.0)


def test_a_ship_waits_for_room_alongside(tmp_path: Path) -> None:
    """A yard of 24,000 t holds 21,600 t of the beginning; trains take some 450 t an hour, and a ship brings 24,000 t at 1,000 t an hour."""
    record = port_day(harbour(tmp_path), PortDay((terminal(ORE, yard_t=24_000.0),)))
    table = record.tables["ports"]
    assert (table["yard_max_share"] <= 1 + 1e-9).all()
    assert (table["blocked_h"] > 0).all()
    visits = at(record, "berths", "quay")
    assert len(visits.arrive_s) == 1
    # 24 hours of work, and longer alongside for want of room: it has not left.
    assert not np.isfinite(visits.leave_s[0])
    row = {item.what: item for item in record.balance}["port_tonnes"]
    assert row.entered == pytest.approx(21_600 + 24_000)
    assert row.arrived == pytest.approx(table["rail_out_t"].sum())


def test_a_ship_is_worked_at_the_rate_of_its_berth(tmp_path: Path) -> None:
    record = port_day(harbour(tmp_path, f"days: 3, {NO_SPREAD}"), PortDay((terminal(dataclasses.replace(ORE, load_t=6000.0)),)))
    visits = at(record, "berths", "quay")
    done = np.isfinite(visits.leave_s)
    assert (visits.leave_s - visits.start_s)[done] == pytest.approx(30 * 3600)
    table = record.tables["ports"]
    assert table["unloaded_t"].sum() == pytest.approx(24_000 * done.sum())
    assert table["loaded_t"].sum() == pytest.approx(6000 * done.sum())
    assert table["truck_in_t"].to_numpy() == pytest.approx(6000, rel=0.05)
    gates = at(record, "port_gates", "quay")
    assert gates.count.sum() == pytest.approx(3 * 6000 / 20)
    assert gates.unit == "vehicles"


def test_a_narrow_gate_holds_trucks_back(tmp_path: Path) -> None:
    """900 trucks a day of two minutes each need 1.25 lanes: with one, a fifth is not through at the end of the day."""
    exports = dataclasses.replace(ORE, unload_t=0.0, load_t=18_000.0)
    record = port_day(harbour(tmp_path), PortDay((terminal(exports, lanes=1),)))
    gates = at(record, "port_gates", "quay")
    assert gates.count[np.isfinite(gates.leave_s)].sum() == pytest.approx(720, abs=2)
    assert (record.tables["ports"]["truck_in_t"] <= 720 * 20 + 1e-6).all()


def test_a_ship_leaves_behind_what_is_not_there(tmp_path: Path) -> None:
    scarce = dataclasses.replace(ORE, unload_t=0.0, load_t=24_000.0, dwell_h=1.0)
    record = port_day(harbour(tmp_path, f"days: 2, {NO_SPREAD}"), PortDay((terminal(scarce),)))
    table = record.tables["ports"]
    # What came is what ships take at most.
    assert 0 < table["loaded_t"].sum() <= 1000 + 2 * 24_000
    assert {item.what: item for item in record.balance}["port_tonnes"].error == pytest.approx(0, abs=1e-4)


def test_ships_before_the_first_day_are_alongside_when_it_begins(tmp_path: Path) -> None:
    """A ship a day that lies 24 hours: with a lead there is one alongside at midnight, and two berths are busy half of the time."""
    simulation = "days: 2, ports: {ships: {cargo_cv: 0, lead_days: 5}, berths: {alongside_h: 0}}"
    record = port_day(harbour(tmp_path, simulation), PortDay((terminal(ORE),)))
    assert record.tables["ports"]["berth_share"].tolist() == pytest.approx([0.5, 0.5])
    assert (at(record, "berths", "quay").start_s < 0).sum() == 1
    assert {item.what: item for item in record.balance}["ships"].entered == 3


def test_a_surge_keeps_the_draws(tmp_path: Path) -> None:
    """Half as many ships again come in two thirds of the time, in the same order of cargo."""
    network = harbour(tmp_path, "ports: {ships: {lead_days: 0}, surge: {quay: 1.5}}")
    calm = harbour(tmp_path, "ports: {ships: {lead_days: 0}}")
    by_chance = terminal(dataclasses.replace(ORE, come="poisson", ships_day=20.0))
    found = [
        draw_calls(by_chance, item.settings.simulation.ports, Streams(1, 0), math.inf, 0.0, 86_400.0 * days)
        for item, days in ((network, 2), (calm, 3))
    ]
    assert found[0].count == found[1].count
    np.testing.assert_allclose(found[0].arrive_s * 1.5, found[1].arrive_s)
    np.testing.assert_array_equal(found[0].unload_t, found[1].unload_t)


def test_goods_for_ships_wait_while_a_terminal_is_closed(tmp_path: Path) -> None:
    closed = '{what: quay, from: "day 1 06:00", until: "day 1 18:00"}'
    path = write_harbour(tmp_path, ["id: quay, berths: 2"], f"days: 2, run_out_h: 0, {NO_SPREAD}", disruptions=(closed,))
    exports = dataclasses.replace(ORE, unload_t=0.0, load_t=9600.0, export_share=BY_RAIL)
    table = port_day(network_of(path), PortDay((terminal(exports),))).tables["ports"]
    # 400 t an hour; from 18:00 twice as much until 06:00, when the twelve hours are made up for.
    assert table["rail_in_t"].tolist() == pytest.approx([2400 + 4800, 4800 + 7200])


def test_lanes_keep_the_busiest_hour_below_a_use() -> None:
    # 240 trucks a day, a tenth of them in the busiest hour: 24 x 2 min = 48 min of a lane.
    assert lanes_for(240, (1.0,) * 20 + (2.5, 0.0, 0.0, 2.5), 120.0, 0.8) == 1
    assert lanes_for(240, (1.0,) * 20 + (2.5, 0.0, 0.0, 2.5), 120.0, 0.7) == 2


WAY = "id: way, passage_min: 45, one_way: true, depth_m: 11.0, tide: {first_high_water: '03:00', rise_m: 2, window_h: 3}"
CLOSED_LONG = ('{what: quay, from: "day 1 06:00", until: "day 1 22:00"}',)
CLOSED_AT_NIGHT = ('{what: harbour, from: "day 1 20:00", until: "day 2 02:00"}',)
SHARES = st.sampled_from([BY_TRUCK, BY_RAIL, (0.5, 0.2, 0.2, 0.1)])
TRAFFIC = st.builds(
    PortTraffic,
    commodity=st.sampled_from(["ore", "containers", "other"]),
    ships_day=st.floats(0.2, 6),
    come=st.sampled_from(["regular", "poisson"]),
    dwt=st.sampled_from([5000.0, 30_000.0]),
    unload_t=st.floats(0, 5000),
    load_t=st.floats(1, 5000),
    teu_per_tonne=st.sampled_from([0.0, 0.08]),
    berth_t_h=st.floats(50, 2000),
    dwell_h=st.floats(0, 100),
    import_share=SHARES,
    export_share=SHARES,
    tonnes_per_truck=st.floats(5, 30),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    traffic=st.lists(TRAFFIC, min_size=1, max_size=3, unique_by=lambda item: item.commodity),
    room=st.tuples(st.floats(500, 40_000), st.floats(50, 2000)),
    lanes=st.integers(1, 3),
    quay=st.sampled_from(["berths: 1", "berths: 3, berth_dwt: [6000.0, 30000.0, 40000.0]", "berths: 2, cranes: 4"]),
    channel=st.sampled_from([None, WAY]),
    closed=st.sampled_from([(), CLOSED_LONG, CLOSED_AT_NIGHT]),
    seed=st.integers(0, 1000),
)  # fmt: skip
def test_nothing_is_overfull_and_nothing_is_lost(
    tmp_path: Path, traffic: list[PortTraffic], room: tuple[float, float], lanes: int, quay: str, channel: str | None,
    closed: tuple[str, ...], seed: int,
) -> None:  # fmt: skip
    path = write_harbour(tmp_path, [f"id: quay, {quay}"], f"days: 2, seed: {seed}", channel=channel, disruptions=closed)
    parts: list[Ports] = []

    def make(world: object) -> Ports:
        parts.append(Ports(world, PortDay((terminal(*traffic, yard_t=room[0], yard_teu=room[1], lanes=lanes),))))  # type: ignore[arg-type]
        return parts[0]

    record = simulate_once(network_of(path), {"ports": make})
    berths = at(record, "berths", "quay")
    begin, end = berths.start_s[np.isfinite(berths.start_s)], np.minimum(berths.leave_s[np.isfinite(berths.start_s)], 1e9)
    at_once = np.array([((begin <= moment) & (end > moment)).sum() for moment in begin])
    assert (at_once <= berths.servers).all()
    assert (berths.start_s >= berths.arrive_s).all()
    table = record.tables["ports"]
    assert (table["yard_max_share"] <= 1 + 1e-9).all()
    assert (table[[f"{mode}_{way}_t" for mode in LAND_MODES for way in ("in", "out")]] >= 0).all(axis=None)
    assert all(abs(row.error) <= 1e-9 * max(1.0, row.entered) and row.under_way >= -1e-6 for row in record.balance)
    gate = [item for item in record.visits if item.kind == "port_gates"]
    for item in gate:
        share = item.count / item.servers
        moments = item.start_s[np.isfinite(item.start_s)]
        busy = np.array([share[(item.start_s <= moment) & (item.leave_s > moment)].sum() for moment in moments])
        assert (busy <= 1 + 1e-9).all()
