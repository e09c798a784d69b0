"""Freight on made-up worlds: nothing is lost at any site, the balance closes, capacities bite, gates are chosen by cost."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bbwnet.assignment.freight_balance import (
    Balance,
    empty_loads,
    expected_costs,
    extra_hours,
    freight_balance,
    gate_tonnes,
    gate_vehicles,
    lock_tonnes,
    terminal_loads,
)
from bbwnet.assignment.freight_cargo import Cargo
from bbwnet.assignment.freight_gates import Gates
from bbwnet.assignment.freight_hauls import TruckPrices, lands, truck_hauls
from bbwnet.assignment.freight_legs import _joined
from bbwnet.assignment.freight_network import FreightNetwork
from bbwnet.assignment.freight_ports import Ports
from bbwnet.assignment.freight_rail import RailLines
from bbwnet.assignment.freight_vessels import Locks, VesselWays
from bbwnet.assignment.freight_ways import ModeArcs, ModeWays
from bbwnet.choice.chain_choice import ChainScales
from bbwnet.scenario.schema.freight import FREIGHT_COMMODITIES
from bbwnet.scenario.schema.freight_chains import FreightChains, Vessel

YEAR_DAYS = 365.0


def arcs_of(nodes: int, ways: list[tuple[int, int, float, float, float]], first_link: int = 0) -> ModeArcs:
    """Arcs both ways of rows of ends, hours, money, kilometres."""
    rows = [(a, b, *rest, first_link + n, False) for n, (a, b, *rest) in enumerate(ways)]
    rows += [(b, a, *rest, first_link + n, True) for n, (a, b, *rest) in enumerate(ways)]
    columns = list(zip(*rows, strict=True)) if rows else [()] * 7
    return ModeArcs(
        nodes,
        np.array(columns[0], dtype=np.int64),
        np.array(columns[1], dtype=np.int64),
        np.array(columns[2], dtype=np.float64),
        np.array(columns[3], dtype=np.float64),
        np.array(columns[4], dtype=np.float64),
        np.array(columns[5], dtype=np.int64),
        np.array(columns[6], dtype=bool),
        np.zeros(nodes, dtype=bool),
    )


def cargo(**changes: Any) -> Cargo:
    """Goods that have no siding; heavy trucks of 20 t, half of them empty on the way back."""
    figures: dict[str, Any] = {
        "commodity": "containers",
        "hour_cny": 0.5,
        "trucks_per_tonne": (0.0, 1.5 / 20),
        "loaded_by_class": (0.0, 1 / 20),
        "truck_factor": 1.5 / 20,
        "siding_share": 0.0,
        "handling_port": 30.0,
        "dwell_port": 48.0,
        "largest_dwt": 100_000.0,
        "tonnes_per_teu": 12.0,
        "scales": ChainScales(0.02, 0.7, 0.5, 0.001),
        "spread": dict.fromkeys(("road", "rail", "water", "sea"), 1.0),
        "gate_cny": 5.0,
    }
    return Cargo(**(figures | changes))


def gates_of(rows: list[tuple[int, int, float, float]], first_link: int = 0) -> Gates:
    """Borders between sites, both ways: ends, hours, trucks a day."""
    both = [(n, a, b, False, *rest) for n, (a, b, *rest) in enumerate(rows)] + [
        (n, b, a, True, *rest) for n, (a, b, *rest) in enumerate(rows)
    ]
    both.sort()
    count = len(both)
    return Gates(
        links=tuple(f"gate_{row[0] + first_link}" for row in both),
        tails=tuple(str(row[1]) for row in both),
        heads=tuple(str(row[2]) for row in both),
        kinds=("border",) * count,
        backward=np.array([row[3] for row in both], dtype=bool),
        hours=np.array([row[4] for row in both], dtype=np.float64),
        money=np.zeros(count),
        customs=np.zeros(count),
        km=np.ones(count),
        crossing_of=tuple(f"crossing_{row[0]}" for row in both),
        capacity_day=np.array([row[5] for row in both], dtype=np.float64),
        pair=np.array([row[0] for row in both], dtype=np.int64),
        left_out=(),
        tail_site=np.array([row[1] for row in both], dtype=np.int64),
        head_site=np.array([row[2] for row in both], dtype=np.int64),
    )


def world(seed: int, *, port_capacity: float = 2e6) -> FreightNetwork:
    """Two lands of sites with gates between them, some joined by rail, some by river with a lock, some by sea; a far port."""
    draw = np.random.default_rng(seed)
    sites = 12
    near, beyond = list(range(8)), list(range(8, 11))

    def way(a: int, b: int) -> tuple[int, int, float, float, float]:
        km = float(draw.uniform(40, 300))
        return a, b, km / 50, km * 3, km

    roads = [way(a, a + 1) for a in near[:-1]] + [way(a, a + 1) for a in beyond[:-1]]
    roads += [way(*sorted(draw.choice(near, 2, replace=False).tolist())) for _ in range(3)]
    road = ModeWays.least(arcs_of(sites, roads), np.arange(sites), 80.0)
    gates = gates_of([(int(draw.choice(near)), int(draw.choice(beyond)), 5.0, 30.0) for _ in range(3)])
    tracks = [(a, b, km / 45, km * 0.15, km) for a, b, *_, km in (way(a, b) for a, b in ((1, 3), (3, 5), (5, 9)))]
    lines = arcs_of(sites, tracks)
    yards = np.array([1, 3, 5, 9])
    rail = RailLines(tuple(map(str, yards)), yards, lines, np.full(len(lines.tail), 3.0), np.zeros(len(lines.tail)))
    locks = Locks(("12",), np.array([12]), np.array([4.0]), np.array([5e5]), 0.7)
    barges, rivers = (Vessel(dwt=1000.0, cny_day=5000.0, speed_kmh=9.0, port_h=20.0),), np.array([2, 6])
    stream = arcs_of(13, [(2, 12, 15.0, 0.7, 140.0), (12, 6, 15.0, 0.0, 140.0)])
    river = vessels(barges, (stream,), rivers, (np.where(stream.tail == 12, 0, -1),))
    ports = np.array([4, 6, 7, 10, 11])
    ships = (
        Vessel(dwt=5000.0, cny_day=30_000.0, speed_kmh=20.0, port_h=24.0),
        Vessel(dwt=50_000.0, cny_day=1e5, speed_kmh=22.0, port_h=48.0),
    )
    lanes = [(11, a, km / 20, 0.0, km) for a, km in ((4, 900.0), (6, 950.0), (7, 1000.0), (10, 800.0))]
    sea = vessels(ships, tuple(arcs_of(sites, lanes) for _ in ships), ports, (np.full(8, -1),) * 2)
    many, count = len(FREIGHT_COMMODITIES), len(ports)
    quays = Ports(
        names=tuple(map(str, ports)),
        commodities=FREIGHT_COMMODITIES,
        serves=np.ones((many, count), dtype=bool),
        dwt=np.full((many, count), 60_000.0),
        calls_week=np.full(count, 20.0),
        foreign=np.array([False, False, False, False, True]),
        terminals=("quay_4", "quay_6"),
        terminal_port=np.array([0, 1]),
        capacity=np.array([port_capacity, port_capacity]),
        in_teu=np.zeros(2, dtype=bool),
        share=np.ones((many, 2)),
    )
    network: Any = SimpleNamespace(settings=SimpleNamespace(freight_chains=FreightChains()))
    return FreightNetwork(
        network=network,
        ends=tuple(f"{n:02}" for n in range(sites)),
        sites=tuple(f"{n:02}" for n in range(sites)),
        end_site=np.arange(sites),
        yard_site=yards,
        river_site=rivers,
        port_site=ports,
        road=road,
        gates=gates,
        rail=rail,
        river=river,
        locks=locks,
        sea=sea,
        ports=quays,
        dock_km=np.full((len(yards), count), np.inf),
        river_dock_km=np.full((len(yards), len(rivers)), np.inf),
        left_out=(),
    )


def vessels(
    sizes: tuple[Vessel, ...], arcs: tuple[ModeArcs, ...], ports: NDArray[np.int64], locks: tuple[NDArray[np.int64], ...]
) -> VesselWays:
    """Ways of vessels, half full."""
    tonnes = np.array([size.dwt / 2 for size in sizes])
    ways = [ModeWays.least(own, ports, 0.2) for own in arcs]
    return VesselWays.of(tuple(map(str, ports)), sizes, tonnes, ways, locks)


def demand_of(seed: int, ends: int, total: float) -> NDArray[np.float64]:
    """Tonnes of two commodities between all ends."""
    draw = np.random.default_rng(seed)
    tonnes = draw.lognormal(0, 1.5, (2, ends, ends)) * (draw.random((2, ends, ends)) < 0.6)
    np.einsum("cii->ci", tonnes)[:] = 0
    return np.asarray(tonnes * total / max(tonnes.sum(), 1e-9))


def balance_of(seed: int, total: float = 5e6) -> tuple[FreightNetwork, NDArray[np.float64], Balance]:
    """A world in balance."""
    freight = world(seed)
    tonnes = demand_of(seed + 1, len(freight.ends), total)
    return freight, tonnes, freight_balance(freight, (cargo(), cargo(commodity="coal", hour_cny=0.02, tonnes_per_teu=None)), tonnes)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_what_comes_to_a_site_leaves_it(seed: int) -> None:
    """At every site and gate, of each commodity: sent + brought = received + taken away + unserved."""
    freight, tonnes, balance = balance_of(seed)
    count = len(freight.sites)
    for number, own in enumerate(balance.moved):
        trucks, through = own.hauls.legs(own.loads.trucked, freight.gates)
        out, into = trucks.sum(axis=1), trucks.sum(axis=0)
        np.add.at(out, freight.gates.tail_site, through)
        np.add.at(into, freight.gates.head_site, through)
        for flow, at in ((own.loads.rail, freight.yard_site), (own.loads.river, freight.river_site), (own.flows.sea, freight.port_site)):
            out += np.bincount(at, weights=flow.sum(axis=1), minlength=count)
            into += np.bincount(at, weights=flow.sum(axis=0), minlength=count)
        sent, received = (tonnes[number] - own.flows.unserved).sum(axis=1), (tonnes[number] - own.flows.unserved).sum(axis=0)
        np.testing.assert_allclose(sent + into, received + out, rtol=1e-9, atol=1e-3)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_links_carry_what_goes_between_terminals(seed: int) -> None:
    """Loads of arcs are the flows along their ways: tonne-kilometres agree, and at no terminal anything is left."""
    freight, _, balance = balance_of(seed)
    for own in balance.moved:
        for ways, flow in ((balance.rail, own.loads.rail), (freight.road, own.hauls.legs(own.loads.trucked, freight.gates)[0])):
            load = ways.loads(flow[:, :, None])[:, 0]
            known = np.where(np.isfinite(ways.km), ways.km, 0.0)
            assert load @ ways.arcs.km == pytest.approx((flow * known).sum(), rel=1e-9, abs=1e-6)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_balance_closes(seed: int) -> None:
    """Loads that costs were taken at and loads that come about agree within the gap, which is what it says it is."""
    freight, _, balance = balance_of(seed, total=3e6)
    new, old = balance.outcome.vector(), balance.loads.vector()
    assert balance.gap == pytest.approx(np.abs(new - old).sum() / new.sum())
    assert balance.converged == (balance.gap <= freight.network.settings.freight_chains.capacity.gap)


def test_loads_are_what_they_are_said_to_be() -> None:
    """Terminals, locks and gates over their capacities."""
    freight, _, balance = balance_of(7)
    handled = sum(own.flows.sea.sum(axis=0) + own.flows.sea.sum(axis=1) for own in balance.moved)
    np.testing.assert_allclose(terminal_loads(freight, balance.moved), handled[:2])
    np.testing.assert_allclose(balance.outcome.terminals, handled[:2] / 2e6)
    np.testing.assert_allclose(balance.outcome.locks, lock_tonnes(freight, balance.moved, balance.river).max(axis=0) / 5e5)
    through = gate_tonnes(freight, balance.moved)
    daily = np.bincount(freight.gates.pair, weights=through.sum(axis=0)) * 1.5 / 20 / YEAR_DAYS
    np.testing.assert_allclose(gate_vehicles(freight, balance.moved), daily)
    np.testing.assert_allclose(balance.outcome.gates, daily / 30)


def test_a_full_port_sends_ships_elsewhere() -> None:
    """The same freight with quays of a tenth of the capacity: less goes through them, more through the others."""
    wide, narrow = world(3, port_capacity=5e6), world(3, port_capacity=5e5)
    tonnes = demand_of(4, len(wide.ends), 8e6)
    goods = (cargo(), cargo(commodity="coal", hour_cny=0.02, tonnes_per_teu=None))
    calm, full = (terminal_loads(own, freight_balance(own, goods, tonnes).moved).sum() for own in (wide, narrow))
    assert full < 0.98 * calm


def test_waits_make_chains_dearer() -> None:
    """Expected costs with loads are at least those without any, and finite where they were."""
    freight, _, balance = balance_of(11)
    goods = tuple(own.cargo for own in balance.moved)
    calm, busy = expected_costs(freight, goods), expected_costs(freight, goods, balance.outcome)
    np.testing.assert_array_equal(np.isfinite(calm), np.isfinite(busy))
    assert (busy[np.isfinite(busy)] >= calm[np.isfinite(calm)] - 1e-9).all()
    assert np.einsum("cii->ci", calm).sum() == 0


def test_two_gates_by_hand() -> None:
    """A truck from 0 to 3 over gates at 1 (50 km, 2 h) or straight at 0 (8 h): a logit of their costs, and legs that show it."""
    road = ModeWays.least(arcs_of(4, [(0, 1, 1.0, 150.0, 50.0), (2, 3, 1.0, 150.0, 50.0)]), np.arange(4), 80.0)
    gates = gates_of([(0, 3, 8.0, 100.0), (1, 2, 2.0, 100.0)])
    goods = cargo(hour_cny=2.0, truck_factor=0.1, gate_cny=25.0)
    hauls = truck_hauls(goods, road, lands(road), gates, np.zeros(4), TruckPrices(3.0, 0.0))
    straight = 0.1 * 3 * 1 + 2 * 8
    round_about = 0.1 * (150 + 3 + 150) + 2 * (1 + 2 + 1)
    scale = 0.5 / 0.02
    share = 1 / (1 + math.exp((straight - round_about) / scale))
    assert hauls.cost[0, 3] == pytest.approx(round_about - scale * math.log(1 + math.exp((round_about - straight) / scale)))
    flow = np.zeros((4, 4))
    flow[0, 3] = 10
    legs, through = hauls.legs(flow, gates)
    assert through[[place for place in range(4) if gates.tail_site[place] == 0]] == pytest.approx([10 * share])
    assert legs[0, 1] == pytest.approx(10 * (1 - share))
    assert legs[2, 3] == pytest.approx(10 * (1 - share))
    assert hauls.hours[0, 3] == pytest.approx(8 * share + 4 * (1 - share))


def test_a_truck_that_waits_costs_its_hours() -> None:
    """Two gates alike, one with 2 h of waiting more: an hour of goods of 0.5 CNY/t and of trucks of 0.075 x 80 CNY/t, on a scale of 5."""
    road = ModeWays.least(arcs_of(2, []), np.arange(2), 80.0)
    gates = gates_of([(0, 1, 3.0, 100.0), (0, 1, 3.0, 100.0)])
    waits = np.where(gates.pair == 0, 2.0, 0.0)
    hauls = truck_hauls(cargo(), road, lands(road), gates, waits, TruckPrices(3.0, 80.0))
    flow = np.array([[0.0, 10.0], [0.0, 0.0]])
    _, through = hauls.legs(flow, gates)
    share = 1 / (1 + math.exp(2 * (0.5 + 0.075 * 80) / 5))
    assert through[(gates.pair == 0) & ~gates.backward] == pytest.approx([10 * share])
    assert hauls.hours[0, 1] == pytest.approx(3 + 2 * share)


def test_no_wait_is_longer_than_the_longest() -> None:
    """Loads of three times the capacity: 12 x 81 h at a crossing and 8 x 81 h at a lock are 48 h, 24 x 81 h at a quay 168 h."""
    freight = world(1)
    loads = empty_loads(freight)
    thrice = loads.placed(np.full(len(loads.vector()), 3.0))
    found = extra_hours(freight, thrice)
    for hours, most in ((found.terminals, 168.0), (found.locks, 48.0), (found.gates, 48.0)):
        assert hours == pytest.approx(most)
    half = extra_hours(freight, loads.placed(np.full(len(loads.vector()), 0.5)))
    assert half.gates == pytest.approx(12 / 16)
    assert half.rail == pytest.approx(freight.rail.arcs.hours / 16)


def test_a_third_land() -> None:
    """From a land to one that no gate of its own leads to, through the one between."""
    road = ModeWays.least(arcs_of(4, [(1, 2, 1.0, 150.0, 50.0)]), np.arange(4), 80.0)
    gates = gates_of([(0, 1, 3.0, 100.0), (2, 3, 3.0, 100.0)])
    hauls = truck_hauls(cargo(), road, lands(road), gates, np.zeros(4), TruckPrices(3.0, 0.0))
    assert hauls.hours[0, 3] == pytest.approx(7)
    flow = np.zeros((4, 4))
    flow[0, 3] = 5
    legs, through = hauls.legs(flow, gates)
    assert legs[1, 2] == pytest.approx(5)
    assert through.sum() == pytest.approx(10)


def test_no_freight_at_all() -> None:
    """Nothing moves, nothing is loaded, and the balance is found at once."""
    freight = world(1)
    balance = freight_balance(freight, (cargo(),), np.zeros((1, 12, 12)))
    assert balance.converged
    assert balance.rounds == 1
    assert balance.outcome.vector().sum() == 0
    assert empty_loads(freight).vector().size == balance.outcome.vector().size


def test_ways_end_at_nodes_that_may_not_be_passed() -> None:
    """From 0 to 2 the short way leads through 1, which may be reached and left but not passed."""
    arcs = arcs_of(4, [(0, 1, 1.0, 1.0, 1.0), (1, 2, 1.0, 1.0, 1.0), (0, 3, 5.0, 5.0, 5.0), (3, 2, 5.0, 5.0, 5.0)])
    closed = ModeArcs(**{**vars(arcs), "no_through": np.array([False, True, False, False])})
    ways = ModeWays.least(closed, np.array([0, 1, 2]), 1.0)
    assert pd.DataFrame(ways.km).to_numpy().tolist() == [[0, 1, 10], [1, 0, 1], [10, 1, 0]]
    flow = np.zeros((3, 3, 1))
    flow[0, 2], flow[1, 2], flow[1, 1] = 3, 4, 9
    load = ways.loads(flow)[:, 0]
    by_ends = {(int(tail), int(head)): value for tail, head, value in zip(arcs.tail, arcs.head, load, strict=True) if value}
    assert by_ends == {(0, 3): 3, (3, 2): 3, (1, 2): 4}


def test_legs_join_over_the_cheapest_place_or_none() -> None:
    """Cost and hours over the place of least cost; without any place between, or none that leads there, no way and place -1."""
    first = np.array([[[1.0, 5.0]], [[10.0, 50.0]]])
    second = np.array([[[9.0, np.inf], [2.0, np.inf]], [[90.0, np.inf], [20.0, np.inf]]])
    joined, middle = _joined(first, second)
    assert middle.tolist() == [[1, -1]]
    assert joined.tolist() == [[[7.0, np.inf]], [[70.0, np.inf]]]
    for figures in (1, 2):
        nowhere, place = _joined(np.zeros((figures, 3, 0)), np.zeros((figures, 0, 2)))
        assert nowhere.shape == (figures, 3, 2)
        assert np.isinf(nowhere).all()
        assert (place == -1).all()
