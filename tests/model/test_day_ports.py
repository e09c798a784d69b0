"""Ports of a mean day of freight: worked by hand on a small port, and what must hold of the bundled region."""

from __future__ import annotations

import dataclasses
import math
import warnings
from pathlib import Path

import pandas as pd
import pytest

from bbwnet.assignment.freight_flows import CHAIN_COLUMNS, LINK_COLUMNS, TERMINAL_COLUMNS, FreightFlows
from bbwnet.model.day_ports import berth_rate_t_h, port_day
from bbwnet.model.freight_model import freight_model
from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.scenario.read import load_scenario
from bbwnet.simulation.day import simulate_once
from bbwnet.simulation.port_traffic import LAND_MODES
from bbwnet.simulation.ports import PortDay, Ports
from tests.simulation.harbour import network_of, write_harbour

QUAY = "id: quay, berths: 2, vessel_dwt_max: 100000.0, capacity_tonnes_per_year: 8760000.0"


@pytest.fixture(scope="module")
def region() -> Network:
    return build_network(load_scenario("baseline_2016"))


@pytest.fixture(scope="module")
def freight(region: Network) -> FreightFlows:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return freight_model(region, if_not_converged="warn")


@pytest.fixture(scope="module")
def day(region: Network, freight: FreightFlows) -> PortDay:
    return port_day(region, freight)


def one_port(freight: FreightFlows, chain: str = "rail+sea") -> FreightFlows:
    """Ore for a port of one terminal, in ships of 30,000 t laden with 16,500 t."""
    year_t = 3_285_000.0
    quay = ("harbour", "quay", "port", "ore", 0.0, year_t, math.nan, 8.76e6, math.nan, 0.375, 0.0)
    sent = ("ore", "qinnan", "harbour", chain, "harbour", "qinnan", 10.0, 0.0, 1.0, *[0.0] * 7)
    lane = ("qinnan-harbour", "forward", "sea", "ore", year_t, 0.0, year_t / 365 / 16_500)
    return dataclasses.replace(
        freight,
        terminals=pd.DataFrame([quay], columns=list(TERMINAL_COLUMNS)),
        chains=pd.DataFrame([sent], columns=list(CHAIN_COLUMNS)),
        link_tonnes=pd.DataFrame([lane], columns=list(LINK_COLUMNS)),
    )


def test_a_terminal_by_hand(tmp_path: Path, freight: FreightFlows) -> None:
    network = network_of(write_harbour(tmp_path, [QUAY], "days: 1"))
    found = port_day(network, one_port(freight)).terminals[0]
    ore = found.traffic[0]
    assert ore.dwt == pytest.approx(30_000)
    # 0.9 of the deadweight at a call: 27,000 t, 9,000 t a day.
    assert ore.ships_day == pytest.approx(1 / 3)
    assert ore.unload_t == pytest.approx(27_000)
    assert ore.load_t == 0
    # Two berths are busy half of the year: 8,760 h, of which 8.76e6 / 27,000 calls take 2 h each without work.
    assert ore.berth_t_h == pytest.approx(8.76e6 / (8760 - 2 * 8.76e6 / 27_000))
    assert list(ore.export_share) == [0, 1, 0, 0]
    # Nothing is known of the way of imports: trucks. Ten days of design capacity and six tenths more.
    assert list(ore.import_share) == [1, 0, 0, 0]
    assert found.yard_t == pytest.approx(1.6 * 240 * 1000)
    assert found.yard_teu == 0


def test_design_capacity_is_reproduced(tmp_path: Path, freight: FreightFlows) -> None:
    """A year's ships at design capacity keep two berths busy for the half of the time from which their rate was reckoned."""
    network = network_of(write_harbour(tmp_path, [QUAY], "days: 60, ports: {ships: {cargo_cv: 0, tramps: regular, lead_days: 0}}"))
    full = one_port(freight)
    full.terminals["unloaded_tonnes_year"] = 8.76e6
    full.link_tonnes["tonnes_year"] *= 8.76 / 3.285
    full.link_tonnes["vehicles_day"] *= 8.76 / 3.285
    day = port_day(network, full)
    record = simulate_once(network, {"ports": lambda world: Ports(world, day)})
    table = record.tables["ports"]
    assert table["berth_share"].iloc[10:].mean() == pytest.approx(0.5, rel=0.03)
    assert table["unloaded_t"].iloc[10:].mean() == pytest.approx(8.76e6 / 365, rel=0.05)


def test_a_rate_of_the_data_stands(tmp_path: Path, freight: FreightFlows) -> None:
    network = network_of(write_harbour(tmp_path, [QUAY + ", berth_tonnes_h: 150.0, gate_lanes: 7, yard_tonnes: 5000.0"], "days: 1"))
    found = port_day(network, one_port(freight)).terminals[0]
    assert (found.traffic[0].berth_t_h, found.gate_lanes, found.yard_t) == (150.0, 7, 5000.0)
    assert berth_rate_t_h(network.assembly.terminals["quay"], 1.0, 1.0, 0.0, network) == 150.0


def test_ships_are_no_deeper_than_the_channel(tmp_path: Path, freight: FreightFlows) -> None:
    network = network_of(write_harbour(tmp_path, [QUAY], "days: 1", channel="id: way, passage_min: 60, depth_m: 8.0"))
    ore = port_day(network, one_port(freight)).terminals[0].traffic[0]
    assert 5000 < ore.dwt < 10_000
    assert ore.ships_day * ore.unload_t == pytest.approx(9000)
    simulate_once(network, {"ports": lambda world: Ports(world, port_day(network, one_port(freight)))})


def test_all_tonnes_of_the_region_s_terminals(region: Network, freight: FreightFlows, day: PortDay) -> None:
    names = {item.terminal for item in day.terminals}
    rows = freight.terminals[freight.terminals["terminal"].isin(names)]
    handled = sum(traffic.imports_day + traffic.exports_day for item in day.terminals for traffic in item.traffic)
    assert handled * 365 == pytest.approx((rows["loaded_tonnes_year"] + rows["unloaded_tonnes_year"]).sum(), rel=1e-3)
    assert "term_qinzhou_containers" in names
    assert not {name for name in names if region.assembly.terminals[name].port in {"port_singapore", "port_shenzhen", "port_nansha"}}
    for item in day.terminals:
        for traffic in item.traffic:
            assert sum(traffic.import_share) == pytest.approx(1)
            assert sum(traffic.export_share) == pytest.approx(1)
            assert max(traffic.unload_t, traffic.load_t) <= traffic.dwt * (1 + 1e-9)
            assert 50 <= traffic.berth_t_h <= 20_000


def test_a_day_of_the_region(region: Network, day: PortDay) -> None:
    first, again = (simulate_once(region, {"ports": lambda world: Ports(world, day)}) for _ in range(2))
    table = first.tables["ports"]
    pd.testing.assert_frame_equal(table, again.tables["ports"])
    assert (table["yard_max_share"] <= 1 + 1e-9).all()
    assert len(table) == len(day.terminals)
    by_land = table[[f"{mode}_in_t" for mode in LAND_MODES]].to_numpy().sum()
    assert by_land == pytest.approx(sum(item.exports_day for terminal in day.terminals for item in terminal.traffic), rel=0.05)


def test_a_surge_of_containers(day: PortDay) -> None:
    surge = load_scenario("port_surge")
    assert surge.settings.simulation.ports.surge == {"term_qinzhou_containers": 1.5}
    calm = load_scenario("port_surge", overrides=["simulation.ports.surge.term_qinzhou_containers=1.0"])
    moved = []
    for scenario in (surge, calm):
        table = simulate_once(build_network(scenario), {"ports": lambda world: Ports(world, day)}).tables["ports"]
        moved.append(table.groupby("terminal")[["ships_arrived", "unloaded_t"]].sum())
    name = "term_qinzhou_containers"
    # Whole ships, of a week: 3.8 a day against 5.7.
    ships = [float(item["ships_arrived"][item.index == name].sum()) for item in moved]
    assert ships[0] == pytest.approx(1.5 * ships[1], abs=2)
    pd.testing.assert_frame_equal(moved[0].drop(index=name), moved[1].drop(index=name))
