"""What freight moves over in the bundled network, figure by figure against the data that it comes from."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from pydantic import ValidationError

from bbwnet.assignment.freight_gates import freight_gates
from bbwnet.assignment.freight_network import FreightNetwork, freight_network
from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.network.state import NetworkState
from bbwnet.scenario.read import load_scenario
from bbwnet.scenario.schema.freight import FREIGHT_COMMODITIES
from bbwnet.scenario.schema.freight_chains import ChainChoice, FreightChains

ENDS = ("chongqing", "guangzhou", "guigang", "guiyang", "hanoi", "liuzhou", "port_singapore", "qingxiu", "qinnan", "xiashan", "xiuying")


@pytest.fixture(scope="module")
def network() -> Network:
    """The network of the end of 2016."""
    return build_network(load_scenario("baseline_2016"))


@pytest.fixture(scope="module")
def freight(network: Network) -> FreightNetwork:
    """What freight moves over in it."""
    return freight_network(network, NetworkState.free_flow(network), ENDS)


def test_youyiguan_by_hand(freight: FreightNetwork) -> None:
    """Three hours of dwell, open 08:00 to 19:00: a truck that comes at any hour waits 13 x 13 / 48 h more; 6 lanes of 12 trucks an hour."""
    gates = freight.gates
    at = gates.links.index("border_youyiguan-border_youyiguan_vn")
    assert gates.hours[at] == pytest.approx(3 + 13 * 13 / 48)
    assert gates.capacity_day[at] == pytest.approx(6 * 12 * 11)
    assert gates.crossing_of[at] == "crossing_youyiguan"


def test_no_trucks_where_no_dwell_of_trucks_is_known(freight: FreightNetwork) -> None:
    """The first bridge of Dongxing is for persons; the pontoon beside it takes trucks."""
    assert not any("border_dongxing" in link for link in freight.gates.links)
    assert any("border_km34" in link for link in freight.gates.links)


def test_ferries_share_room(network: Network, freight: FreightNetwork) -> None:
    """33 sailings each way of 90 vehicles, half of them trucks; two and a half fares of a car."""
    at = freight.gates.links.index("port_haian-port_xiuying")
    assert freight.gates.capacity_day[at] == pytest.approx(2 * 33 * 90 * 0.5)
    assert freight.gates.money[at] == pytest.approx(415.5 * 2.5)
    assert freight.gates.hours[at] == pytest.approx(network.links["car_seconds"]["port_haian-port_xiuying"] / 3600)
    # one factor for freight and for the roads
    dearer = build_network(load_scenario("baseline_2016", overrides=("roads.classes.heavy_truck.ferry_factor=3",)))
    gates = freight_gates(dearer, NetworkState.free_flow(dearer))
    assert gates.money[gates.links.index("port_haian-port_xiuying")] == pytest.approx(415.5 * 3)


def test_goods_stations(freight: FreightNetwork) -> None:
    """All freight yards, and the nearest station of each end on goods lines; none of a line for passengers alone."""
    assert {"yard_qinzhou_port", "yard_fangchenggang_port", "guiyang_station", "liuzhou_station"} <= set(freight.yards)
    assert "guiyang_north" not in freight.yards
    assert "guangzhou_south" not in freight.yards


def test_a_train_by_hand(network: Network, freight: FreightNetwork) -> None:
    """Qinzhou East to the port yard: 30.6 km of single track at 0.6 of 80 km/h; 32 paths, no passenger trains."""
    rail = freight.rail.ways(np.zeros(len(freight.rail.arcs.tail)))
    at = network.links.index.get_loc("qinzhou_east-yard_qinzhou_port")
    arc = int(np.flatnonzero(freight.rail.arcs.link == at)[0])
    assert freight.rail.arcs.hours[arc] == pytest.approx(30.6 / 48)
    assert freight.rail.capacity_day[arc] == 32
    one, two = freight.yards.index("yard_qinzhou_port"), freight.yards.index("yard_fangchenggang_port")
    assert 90 < rail.km[one, two] < 130
    assert rail.money[one, two] == pytest.approx(0.15 * rail.km[one, two])


def test_docks_are_those_of_freight_yards(freight: FreightNetwork) -> None:
    """The yard of Qinzhou port has a track to the quays, Qinzhou East has none."""
    port = freight.ports.names.index("port_fangchenggang")
    assert np.isfinite(freight.dock_km[freight.yards.index("yard_fangchenggang_port"), port])
    docked = {freight.yards[row] for row in np.flatnonzero(np.isfinite(freight.dock_km).any(axis=1))}
    assert docked
    assert all(freight.network.assembly.nodes[name].kind == "freight_yard" for name in docked)


def test_locks_by_hand(freight: FreightNetwork) -> None:
    """Changzhou: 360 min of wait and 75 of passage, 136 Mt a year one way."""
    at = freight.locks.nodes.index("lock_changzhou")
    assert freight.locks.hours[at] == pytest.approx((360 + 75) / 60)
    assert freight.locks.capacity[at] == 136e6


def test_a_barge_by_hand(freight: FreightNetwork) -> None:
    """Guigang to Huangpu: 576.5 km at 9 km/h, two locks, a day in each port; 3,000 t find no depth above Wuzhou."""
    one, two = (freight.river.ports.index(name) for name in ("port_guigang", "port_huangpu"))
    size = next(row for row, vessel in enumerate(freight.river.vessels) if vessel.dwt == 2000)
    hours = 576.5 / 9 + freight.locks.hours[[freight.locks.nodes.index(name) for name in ("lock_guiping", "lock_changzhou")]].sum() + 2 * 24
    assert freight.river.km[size, one, two] == pytest.approx(576.5)
    assert freight.river.hours[size, one, two] == pytest.approx(hours)
    assert freight.river.money[size, one, two] == pytest.approx(2 * 0.7 + hours * 8000 / 24 / 1200)
    assert np.isinf(freight.river.km[size + 1, one, two])


def test_ships_and_channels(freight: FreightNetwork) -> None:
    """Larger ships are cheaper by the tonne; none larger than the channel of Qinzhou lets in."""
    one, two = (freight.sea.ports.index(name) for name in ("port_qinzhou", "port_singapore"))
    dwt = np.array([vessel.dwt for vessel in freight.sea.vessels])
    money = freight.sea.money[:, one, two]
    assert np.isinf(money[dwt > 100_000]).all()
    assert (np.diff(money[dwt <= 100_000]) < 0).all()


def test_terminals_serve_what_they_say(freight: FreightNetwork) -> None:
    """Containers at Qinzhou, not at Xiashan's quays of Zhanjiang; where no terminal is in the data, everything."""
    containers = FREIGHT_COMMODITIES.index("containers")
    serves = dict(zip(freight.ports.names, freight.ports.serves[containers].tolist(), strict=True))
    assert serves["port_qinzhou"]
    assert serves["port_singapore"]
    assert not serves["port_zhanjiang"]
    shares = np.zeros((len(FREIGHT_COMMODITIES), len(freight.ports.names)))
    for place, port in enumerate(freight.ports.terminal_port.tolist()):
        shares[:, port] += freight.ports.share[:, place]
    assert set(np.round(np.unique(shares), 12)) <= {0.0, 1.0}


def test_what_is_closed_is_not_there(network: Network) -> None:
    """A closed port, lock, line and gate."""
    state = dataclasses.replace(
        NetworkState.free_flow(network),
        closed_nodes=frozenset({"port_tieshan", "lock_guigang"}),
        closed_links=frozenset({"port_haian-port_xiuying", "qinzhou_east-yard_qinzhou_port"}),
    )
    freight = freight_network(network, state, ENDS)
    assert "port_tieshan" not in freight.ports.names
    assert "lock_guigang" not in freight.locks.nodes
    assert "port_haian-port_xiuying" not in freight.gates.links
    assert "yard_qinzhou_port" not in freight.yards
    one, two = (freight.river.ports.index(name) for name in ("port_nanning", "port_huangpu"))
    assert np.isinf(freight.river.km[:, one, two]).all()


def test_an_unknown_end(network: Network) -> None:
    """Is refused by its name."""
    with pytest.raises(KeyError, match="atlantis"):
        freight_network(network, NetworkState.free_flow(network), ("atlantis",))


def test_scales_that_do_not_nest() -> None:
    """The ways to a port are more alike than the ports."""
    with pytest.raises(ValidationError, match="inland_scale"):
        ChainChoice(port_scale=0.4, inland_scale=0.6)
    with pytest.raises(ValidationError, match="gate_scale"):
        ChainChoice(inland_scale=0.4, gate_scale=0.5)
    assert {str(name) for name in FREIGHT_COMMODITIES} <= set(type(FreightChains().served_as).model_fields)
