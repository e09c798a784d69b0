"""Freight of the bundled network: what is sent arrives or is listed, loads and capacities are told as they are, and changes tell."""

from __future__ import annotations

import dataclasses
from typing import Literal

import numpy as np
import pytest

from bbwnet.assignment.freight_flows import (
    BORDER_COLUMNS,
    CHAIN_COLUMNS,
    LINK_COLUMNS,
    LOCK_COLUMNS,
    RAIL_COLUMNS,
    TERMINAL_COLUMNS,
    UNSERVED_COLUMNS,
    FreightFlows,
)
from bbwnet.demand.freight import FreightDemand
from bbwnet.errors import DidNotConverge
from bbwnet.model.freight_model import freight_model
from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.network.state import NetworkState
from bbwnet.scenario.read import load_scenario
from bbwnet.scenario.schema.freight import FREIGHT_COMMODITIES

YOUYIGUAN = "border_youyiguan-border_youyiguan_vn"


def network_of(*overrides: str) -> Network:
    """The baseline with settings as `--set` takes them."""
    return build_network(load_scenario("baseline_2016", overrides=overrides))


def small_demand(pairs: dict[tuple[str, str, str], float]) -> FreightDemand:
    """Tonnes a year by commodity, origin, destination."""
    ends = tuple(sorted({end for _, one, two in pairs for end in (one, two)}))
    tonnes = np.zeros((len(FREIGHT_COMMODITIES), len(ends), len(ends)))
    for (commodity, one, two), amount in pairs.items():
        tonnes[[str(own) for own in FREIGHT_COMMODITIES].index(commodity), ends.index(one), ends.index(two)] = amount
    many = len(FREIGHT_COMMODITIES)
    zone: Literal["zone"] = "zone"
    return FreightDemand(FREIGHT_COMMODITIES, ends, (zone,) * len(ends), tonnes, np.full(many, np.nan), (), np.zeros(many), converged=True)


@pytest.fixture(scope="module")
def baseline() -> Network:
    """The network of the end of 2016."""
    return network_of()


@pytest.fixture(scope="module")
def flows(baseline: Network) -> FreightFlows:
    """Its freight."""
    return freight_model(baseline)


def test_frames_have_their_columns(flows: FreightFlows) -> None:
    """As the contract of the frames says."""
    for frame, columns in (
        (flows.chains, CHAIN_COLUMNS),
        (flows.link_tonnes, LINK_COLUMNS),
        (flows.terminals, TERMINAL_COLUMNS),
        (flows.locks, LOCK_COLUMNS),
        (flows.borders, BORDER_COLUMNS),
        (flows.rail, RAIL_COLUMNS),
        (flows.unserved, UNSERVED_COLUMNS),
    ):
        assert tuple(frame.columns) == columns


def test_what_is_sent_arrives_or_is_listed(flows: FreightFlows) -> None:
    """Tonnes of each commodity, origin and destination are those of the demand, but for what is unserved."""
    assert flows.solution is not None
    demand = flows.solution.tonnes_year
    ends = {name: row for row, name in enumerate(flows.ends)}
    got = np.zeros_like(demand)
    for number, commodity in enumerate(flows.commodities):
        for frame in (flows.chains, flows.unserved):
            own = frame[(frame["commodity"] == commodity) & (frame["destination"] != "") & (frame["origin"] != "")]
            np.add.at(got[number], (own["origin"].astype(str).map(ends), own["destination"].astype(str).map(ends)), own["tonnes_year"])
    np.testing.assert_allclose(got, demand, rtol=1e-9, atol=1e-6)
    assert flows.tonnes() + flows.unserved["tonnes_year"].sum() == pytest.approx(demand.sum(), rel=1e-9)


def test_shares_of_a_pair_add_up(flows: FreightFlows) -> None:
    """The chains of a commodity, origin and destination have shares of 1 together."""
    shares = flows.chains.groupby(["commodity", "origin", "destination"], observed=True)["share"].sum()
    np.testing.assert_allclose(shares, 1, rtol=1e-9)


def test_ports_load_what_the_sea_carries(flows: FreightFlows) -> None:
    """Every tonne at sea is loaded once and unloaded once; rail and river likewise."""
    assert flows.solution is not None
    moved = flows.solution.balance.moved
    for kind, total in (
        ("port", sum(own.flows.sea.sum() for own in moved)),
        ("river_port", sum(own.loads.river.sum() for own in moved)),
        ("yard", sum(own.loads.rail.sum() for own in moved)),
    ):
        own = flows.terminals[flows.terminals["kind"] == kind]
        assert own["loaded_tonnes_year"].sum() == pytest.approx(total, rel=1e-9)
        assert own["unloaded_tonnes_year"].sum() == pytest.approx(total, rel=1e-9)


def test_ports_load_exports_and_unload_imports(flows: FreightFlows, baseline: Network) -> None:
    """Loaded is what leaves by ship: an ore port abroad loads and unloads none, and ports of the Gulf unload more than they load."""
    freight = freight_model(baseline, demand=small_demand({("ore", "port_hedland", "qingxiu"): 1e6}))
    ports = freight.terminals[freight.terminals["kind"] == "port"].groupby("node")[["loaded_tonnes_year", "unloaded_tonnes_year"]].sum()
    assert ports.to_numpy()[ports.index.get_loc("port_hedland")].tolist() == pytest.approx([1e6, 0.0])
    assert ports.drop(index="port_hedland").sum().tolist() == pytest.approx([0.0, 1e6])
    whole = flows.terminals[flows.terminals["node"] == "port_zhanjiang"]
    assert whole["unloaded_tonnes_year"].sum() > whole["loaded_tonnes_year"].sum()


def test_tonne_kilometres_agree(flows: FreightFlows) -> None:
    """By train, barge and ship, tonne-kilometres of links are those of flows over the kilometres of their ways."""
    assert flows.solution is not None
    balance, freight = flows.solution.balance, flows.solution.freight
    by_mode = flows.link_tonnes.groupby("mode")["tonne_km_year"].sum()
    rail = sum((own.loads.rail * np.where(own.loads.rail > 0, balance.rail.km, 0)).sum() for own in balance.moved)
    assert by_mode["rail"] == pytest.approx(rail, rel=1e-9)
    sea = 0.0
    for own in balance.moved:
        km = np.take_along_axis(freight.sea.km, own.legs.sea_size[None], axis=0)[0]
        sea += float((own.flows.sea * np.where(own.flows.sea > 0, km, 0)).sum())
    assert by_mode["sea"] == pytest.approx(sea, rel=1e-9)


def test_loads_over_capacity_are_told(flows: FreightFlows) -> None:
    """`load` is tonnes, TEU or vehicles over capacity, above 1 too; what has no capacity in the data has no load."""
    known = flows.terminals.dropna(subset=["capacity_tonnes_year"]).groupby("terminal")
    tonnes = known["loaded_tonnes_year"].sum() + known["unloaded_tonnes_year"].sum()
    np.testing.assert_allclose(tonnes / known["capacity_tonnes_year"].first(), known["load"].first(), rtol=1e-9)
    boxes = flows.terminals.dropna(subset=["capacity_teu_year"])
    boxes = boxes[boxes["commodity"] == "containers"]
    assert (boxes["teu_year"] <= boxes["load"] * boxes["capacity_teu_year"] * (1 + 1e-9)).all()
    np.testing.assert_allclose(flows.borders["vehicles_day"] / flows.borders["capacity_vehicles_day"], flows.borders["load"], rtol=1e-9)
    locks = flows.locks
    busier = locks[["forward_tonnes_year", "backward_tonnes_year"]].max(axis=1)
    np.testing.assert_allclose(busier / locks["capacity_tonnes_year"], locks["load"], rtol=1e-9)
    assert flows.terminals[flows.terminals["terminal"] == ""]["load"].isna().all()


def test_magnitudes(flows: FreightFlows) -> None:
    """Before calibration ports come within a factor of two of 2015's: Qinzhou 65 Mt and 0.94 million TEU, Fangchenggang 115 Mt."""
    ports = (
        flows.terminals[flows.terminals["kind"] == "port"].groupby("node")[["loaded_tonnes_year", "unloaded_tonnes_year", "teu_year"]].sum()
    )
    handled = (ports["loaded_tonnes_year"] + ports["unloaded_tonnes_year"]) / 1e6
    assert 33 < handled["port_qinzhou"] < 130
    assert 58 < handled["port_fangchenggang"] < 230
    assert 0.47e6 < ports["teu_year"]["port_qinzhou"] < 1.9e6
    by_mode = flows.link_tonnes.groupby("mode")["tonne_km_year"].sum()
    # The Yangtze, which is long, is among the waterways.
    assert by_mode["road"] > by_mode[["rail", "water"]].max() > by_mode[["rail", "water"]].min() > 0


def test_trucks(flows: FreightFlows, baseline: Network) -> None:
    """Trips run between nodes of roads only, as many into a node as out of it where all come back empty or loaded alike."""
    trips = flows.truck_trips
    on_roads = set(baseline.links.loc[baseline.links["mode"].isin(["highway", "ferry"]), ["from", "to"]].to_numpy().ravel())
    assert set(trips.nodes) <= on_roads
    strait = flows.borders[flows.borders["kind"] == "ferry"].set_index("link")["vehicles_day"]
    rows = {name: row for row, name in enumerate(trips.nodes)}
    one, two = rows["port_haian"], rows["port_xiuying"]
    over = sum(trips.of(name)[one, two] + trips.of(name)[two, one] for name in trips.vehicles_day)
    assert over == pytest.approx(strait["port_haian-port_xiuying"], rel=1e-9)


def test_no_gate_is_full_beside_an_empty_one(flows: FreightFlows) -> None:
    """In balance no crossing and no ferry takes much more than it can, whatever others take; waits are no longer than the longest."""
    trucks = flows.borders[flows.borders["kind"].isin(["road", "ferry"])]
    assert trucks["load"].max() < 1.35
    assert flows.borders["dwell_h"].max() < 48 + 40


def test_a_closed_crossing_sends_trucks_elsewhere(flows: FreightFlows, baseline: Network) -> None:
    """Without Youyiguan nothing goes through it, and more through the others."""
    shut = dataclasses.replace(NetworkState.free_flow(baseline), closed_links=frozenset({YOUYIGUAN}))
    without = freight_model(baseline, shut, if_not_converged="warn")
    before, after = (frame[frame["kind"] == "road"].set_index("link")["vehicles_day"] for frame in (flows.borders, without.borders))
    assert YOUYIGUAN not in after.index
    assert after.sum() > before.drop(YOUYIGUAN).sum()


def test_an_end_that_nothing_reaches_is_listed(baseline: Network) -> None:
    """Tonnes to an airport island without a quay in the data are unserved, with their tonnes; others are not touched."""
    given = small_demand({("steel", "qingxiu", "nha_trang"): 500.0, ("steel", "qingxiu", "liuzhou"): 700.0})
    flows = freight_model(baseline, demand=given)
    assert flows.unserved[["commodity", "origin", "destination", "tonnes_year"]].to_numpy().tolist() == [
        ["steel", "qingxiu", "nha_trang", 500.0]
    ]
    assert flows.tonnes() == pytest.approx(700)


def test_land_borders_are_no_way_to_the_sea() -> None:
    """No port of the neighbour between Chinese places and the sea, unless the scenario lets it; goods for that port cross by truck."""
    overseas = small_demand({("containers", "qingxiu", "port_singapore"): 1e6, ("containers", "qingxiu", "port_haiphong"): 1e5})
    for settings, some in (
        (("freight_chains.choice.foreign_transit=false",), False),
        (("freight_chains.choice.foreign_transit=true",), True),
    ):
        found = freight_model(network_of(*settings), demand=overseas)
        chains = found.chains.astype({"port_out": str, "destination": str, "chain": str})
        through = chains[(chains["port_out"] == "port_haiphong") & (chains["destination"] != "port_haiphong")]
        assert (len(through) > 0) == some
        assert chains[(chains["destination"] == "port_haiphong") & (chains["chain"] == "road")]["tonnes_year"].sum() > 0


def test_no_truck_takes_bulk_over_a_land_border(flows: FreightFlows) -> None:
    """Coal, ore, oil and gas cross by train or sea; with an empty list trucks take them too."""
    gates = flows.borders[flows.borders["kind"] == "road"]["link"]

    def carried(found: FreightFlows) -> set[str]:
        own = found.link_tonnes
        return set(own[(own["mode"] == "road") & own["link"].isin(gates)]["commodity"])

    assert not carried(flows) & {"coal", "ore", "oil", "lng"}
    given = small_demand({("coal", "qingxiu", "hanoi"): 1e5})
    assert carried(freight_model(network_of("freight_chains.road.no_land_border=[]"), demand=given)) == {"coal"}
    assert carried(freight_model(network_of(), demand=given)) == set()


def test_bulk_needs_a_quay_that_takes_it(baseline: Network) -> None:
    """Coal for Nanning from overseas lands where terminals take coal, never at a container port."""
    flows = freight_model(baseline, demand=small_demand({("coal", "port_samarinda", "qingxiu"): 1e6}))
    landed = flows.terminals[(flows.terminals["kind"] == "port") & (flows.terminals["unloaded_tonnes_year"] > 0)]
    takes_coal = {item.port for item in baseline.assembly.terminals.values() if "coal" in item.commodities}
    without_terminals = {name for name in landed["node"] if name not in {item.port for item in baseline.assembly.terminals.values()}}
    assert set(landed["node"]) <= takes_coal | without_terminals
    assert set(landed["node"]) & {"port_fangchenggang", "port_qinzhou"}
    assert "port_baoman" not in set(landed["node"])


def test_a_warm_start_is_the_same_balance_sooner(flows: FreightFlows, baseline: Network) -> None:
    """Starting with the balance found, one round is enough, and the ports agree."""
    again = freight_model(baseline, start=flows)
    assert again.rounds < flows.rounds
    tonnes = [own.groupby("chain", observed=True)["tonnes_year"].sum() for own in (flows.chains, again.chains)]
    np.testing.assert_allclose(tonnes[0], tonnes[1], rtol=1e-6)


def test_one_joint_inspection_brings_more_trucks(flows: FreightFlows) -> None:
    """X8: half the dwell and twice the trucks a lane: more trucks pass all crossings together, and wait less."""
    joint = freight_model(network_of("policy.border.single_inspection=true"), if_not_converged="warn")
    trucks = [own.borders.loc[own.borders["kind"] == "road", "vehicles_day"].sum() for own in (flows, joint)]
    assert trucks[1] > trucks[0]
    before, after = (own.borders.set_index("link").loc[YOUYIGUAN] for own in (flows, joint))
    assert after["dwell_h"] < before["dwell_h"]
    assert after["capacity_vehicles_day"] > before["capacity_vehicles_day"]


def test_too_few_rounds_are_said() -> None:
    """A balance cut short raises, or warns if asked to, and says its gap."""
    hasty = network_of("freight_chains.capacity.rounds=2")
    with pytest.raises(DidNotConverge, match="freight: gap"):
        freight_model(hasty)
    with pytest.warns(RuntimeWarning, match="after 2 rounds"):
        found = freight_model(hasty, if_not_converged="warn")
    assert not found.converged
    assert found.rounds == 2


def test_what_stands_for_missing_data_is_said(flows: FreightFlows) -> None:
    """Yards and ports without terminals; every quay has a road and every crossing its lanes."""
    said = " ".join(flows.left_out)
    for word in (
        "Which stations handle goods",
        "Ports without terminals",
        "200 km/h: guangxi_coastal",
        "parallel ferries",
    ):
        assert word in said
    assert "No road in the data" not in said
    assert "Lanes of" not in said
