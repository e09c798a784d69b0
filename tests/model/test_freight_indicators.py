"""Indicators of freight on the bundled network: they add up to the flows that they are made of."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from bbwnet.assignment.freight_flows import FreightFlows
from bbwnet.model.freight_indicators import (
    door_to_door,
    hinterlands,
    port_feeders,
    port_indicators,
    rail_sea,
    river_corridor,
    sailings,
    seaborne_shares,
    shared_hinterlands,
    transhipments,
    ways_over_ports,
)
from bbwnet.model.freight_model import freight_model
from bbwnet.network.build import build_network
from bbwnet.scenario.read import load_scenario


@pytest.fixture(scope="module")
def flows() -> FreightFlows:
    """Freight of the end of 2016."""
    return freight_model(build_network(load_scenario("baseline_2016")))


def test_ports_add_up(flows: FreightFlows) -> None:
    """Tonnes and TEU of ports are those of their terminals; shares add up to 1; people only where they are given (A4, A5)."""
    ports = port_indicators(flows).set_index("port")
    terminals = (
        flows.terminals[flows.terminals["kind"] == "port"].groupby("node")[["loaded_tonnes_year", "unloaded_tonnes_year", "teu_year"]].sum()
    )
    own = terminals.loc[ports.index]
    np.testing.assert_allclose(ports["tonnes_year"], own["loaded_tonnes_year"] + own["unloaded_tonnes_year"], rtol=1e-9)
    np.testing.assert_allclose(ports["teu_year"], own["teu_year"], rtol=1e-9, atol=1e-6)
    assert ports["cargo_share"].sum() == pytest.approx(1)
    assert "port_nansha" not in ports.index
    assert ports["passenger_share"].isna().all()
    people = port_indicators(flows, {"port_xiuying": 3e6, "port_beihai": 1e6}).set_index("port")
    assert people.loc["port_xiuying", "passenger_share"] == pytest.approx(0.75)


def test_spare_capacity_by_hand(flows: FreightFlows) -> None:
    """Capacity in tonnes less the tonnes of the terminals that have one (A6)."""
    ports = port_indicators(flows).set_index("port")
    known = flows.terminals.dropna(subset=["capacity_tonnes_year"])
    here = known[known["node"] == "port_qinzhou"]
    capacity = here.groupby("terminal")["capacity_tonnes_year"].first().sum()
    handled = here["loaded_tonnes_year"].sum() + here["unloaded_tonnes_year"].sum()
    assert ports.loc["port_qinzhou", "spare_tonnes_year"] == pytest.approx(capacity - handled)


def test_hinterlands_add_up(flows: FreightFlows) -> None:
    """What ends send to a port and get from it is what feeders bring and take (A4, A8)."""
    by_port = hinterlands(flows).groupby("port")[["unloaded_tonnes_year", "loaded_tonnes_year"]].sum().sum(axis=1)
    feeders = port_feeders(flows)
    by_mode = feeders.groupby("port")["tonnes_year"].sum()
    np.testing.assert_allclose(by_port, by_mode[by_port.index], rtol=1e-9)
    np.testing.assert_allclose(feeders.groupby("port")["share"].sum(), 1)


def test_shared_hinterlands_are_shares(flows: FreightFlows) -> None:
    """Between 0 and 1, and neighbours share more than ports far apart (A6)."""
    overlap = shared_hinterlands(flows).set_index(["port", "other_port"])["shared_hinterland"]
    assert overlap.between(0, 1).all()
    assert overlap["port_fangchenggang", "port_qinzhou"] > overlap["port_fangchenggang", "port_yangjiang"]


def test_ways_over_ports(flows: FreightFlows) -> None:
    """Each port's way is there whether taken or not; shares over the region's ports are at most 1 (O1)."""
    ways = ways_over_ports(flows)
    assert ways.groupby(["origin", "destination"])["share"].sum().max() <= 1 + 1e-9
    one = ways[(ways["origin"] == "qingxiu") & (ways["destination"] == "port_singapore")].set_index("port").to_dict("index")
    assert one["port_qinzhou"]["cost_cny_t"] < one["port_baoman"]["cost_cny_t"]
    assert 5 < one["port_qinzhou"]["days"] < 30


def test_barges_are_slow_and_cheap(flows: FreightFlows) -> None:
    """Guigang to Guangzhou: by barge cheapest, by truck quickest (O2)."""
    ways = river_corridor(flows)
    corridor = ways[(ways["origin"] == "guigang") & (ways["destination"] == "guangzhou")].set_index("mode")
    assert corridor["cost_cny_t"].idxmin() == "water"
    assert corridor["hours"].idxmin() == "road"
    assert corridor["tonnes_year"].min() > 0


def test_trains_to_ports(flows: FreightFlows) -> None:
    """Trains from Guiyang to Qinzhou (O3): their tonnes over the load of a train, within the lines that carry them."""
    trains = rail_sea(flows)
    [one] = trains[(trains["origin"] == "guiyang") & (trains["port"] == "port_qinzhou")].to_dict("records")
    assert one["loaded_trains_day"] == pytest.approx(one["tonnes_year"] / 2200 / 365)
    assert 700 < one["km"] < 1000


def test_seaborne_shares(flows: FreightFlows) -> None:
    """Of each end they add up to 1; Guangzhou's is not over the gulf (O5)."""
    shares = seaborne_shares(flows)
    np.testing.assert_allclose(shares.groupby("end")["share"].sum(), 1)
    gulf = shares[shares["in_region"]].groupby("end")["share"].sum()
    assert gulf["guangzhou"] < 0.5 < gulf["qingxiu"]


def test_sailings(flows: FreightFlows) -> None:
    """Qinzhou to Haiphong is the shortest; days include both ports (A9)."""
    own = sailings(flows)
    own = own[own["port"] == "port_qinzhou"].set_index("destination")
    assert own["days"].idxmin() == "port_haiphong"
    assert own["days"].min() > 1


def test_door_to_door(flows: FreightFlows) -> None:
    """Every commodity with tonnes; at least loading and unloading (V5)."""
    doors = door_to_door(flows)
    assert doors["tonnes_year"].sum() == pytest.approx(flows.tonnes())
    assert (doors["handlings"] >= 2).all()
    assert doors["intermodal_share"].between(0, 1).all()


def test_transhipments(flows: FreightFlows) -> None:
    """Within a city, by track where yard and port lie side by side (V2)."""
    ways = transhipments(flows).set_index(["yard", "port"])
    assert ways.loc[("yard_fangchenggang_port", "port_fangchenggang"), "by"] == "track"
    assert ways.loc[("qinzhou_east", "port_qinzhou"), "by"] == "truck"
    assert (ways["hours"] > 0).all()


def test_flows_without_their_making(flows: FreightFlows) -> None:
    """Frames alone do not tell what was not taken."""
    with pytest.raises(ValueError, match="do not hold"):
        port_indicators(dataclasses.replace(flows, solution=None))
    with pytest.raises(KeyError, match="no commodity"):
        river_corridor(flows, "gold")
