"""Choice among chains: worked by hand, against a plain enumeration, and what must hold whatever the costs."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbwnet.choice.chain_choice import SEA_WAY, ChainChoice, ChainCosts, ChainScales

NONE = math.inf


def one_pair(road: float, rail: float, water: float, ports: int = 0) -> ChainCosts:
    """Two ends, of which only the way from the first to the second has chains; no ports unless asked for."""
    direct = np.full((3, 2, 2), NONE)
    direct[:, 0, 1] = road, rail, water
    return ChainCosts(direct, np.full((3, 2, ports), NONE), np.full((ports, ports), NONE), np.full((3, ports, 2), NONE))


TONNES = np.array([[0.0, 100.0], [0.0, 0.0]])


def test_two_ways_as_a_binary_logit() -> None:
    """Road at 100, rail at 120 CNY/t, 0.05 t/CNY: 1 / (1 + exp(-1)) go by road."""
    flows = ChainChoice(one_pair(100.0, 120.0, NONE), ChainScales(0.05)).flows(TONNES)
    by_road = 100 / (1 + math.exp(-1))
    assert flows.direct[0, 0, 1] == pytest.approx(by_road, rel=1e-14)
    assert flows.direct[1, 0, 1] == pytest.approx(100 - by_road, rel=1e-14)
    assert flows.expected_cost[0, 1] == pytest.approx(100 - 20 * math.log(1 + math.exp(-1)), rel=1e-14)


def test_three_nests_by_hand() -> None:
    """Road 150; by sea over two ports, one of them by road or rail, to one far port: every nest in closed form."""
    costs = one_pair(150.0, NONE, NONE, ports=3)
    costs.to_port[0, 0, 0], costs.to_port[1, 0, 0] = 30.0, 40.0
    costs.to_port[0, 0, 1] = 50.0
    costs.sea[0, 2], costs.sea[1, 2] = 90.0, 80.0
    costs.from_port[0, 2, 1] = 10.0
    scales = ChainScales(0.04, port=0.6, inland=0.3)
    # Ways to port 0: scale 0.3 / 0.04 = 7.5 CNY.
    to_first = 30 - 7.5 * math.log(1 + math.exp(-10 / 7.5))
    by_rail = math.exp(-10 / 7.5) / (1 + math.exp(-10 / 7.5))
    # Ports: scale 0.6 / 0.04 = 15 CNY; both sail on to the far port.
    first, second = to_first + 90 + 10, 50 + 80 + 10
    at_first = 1 / (1 + math.exp(-(second - first) / 15))
    sea = first - 15 * math.log(1 + math.exp(-(second - first) / 15))
    by_sea = 1 / (1 + math.exp(-(150 - sea) / 25))
    flows = ChainChoice(costs, scales).flows(TONNES)
    assert flows.direct[0, 0, 1] == pytest.approx(100 * (1 - by_sea), rel=1e-13)
    assert flows.to_port[0, 0, 0] == pytest.approx(100 * by_sea * at_first * (1 - by_rail), rel=1e-13)
    assert flows.to_port[1, 0, 0] == pytest.approx(100 * by_sea * at_first * by_rail, rel=1e-13)
    assert flows.to_port[0, 0, 1] == pytest.approx(100 * by_sea * (1 - at_first), rel=1e-13)
    assert flows.sea[0, 2] == pytest.approx(100 * by_sea * at_first, rel=1e-13)
    assert flows.from_port[0, 2, 1] == pytest.approx(100 * by_sea, rel=1e-13)
    assert flows.expected_cost[0, 1] == pytest.approx(150 - 25 * math.log(1 + math.exp((150 - sea) / 25)), rel=1e-13)


def test_no_chain_is_said() -> None:
    """Tonnes without any chain are unserved, and nothing else."""
    flows = ChainChoice(one_pair(NONE, NONE, NONE, ports=2), ChainScales(0.05)).flows(TONNES)
    assert flows.unserved[0, 1] == 100
    assert flows.unserved.sum() == 100
    assert math.isinf(flows.expected_cost[0, 1])
    assert flows.direct.sum() + flows.to_port.sum() + flows.sea.sum() == 0


def test_the_unlikely_is_not_considered() -> None:
    """An alternative 0.9 per cent as likely as the best is dropped at one per cent, one of 1.1 per cent is kept."""
    far = 100 - math.log(0.009) / 0.05
    near = 100 - math.log(0.011) / 0.05
    scales = ChainScales(0.05, least_likely=0.01)
    assert ChainChoice(one_pair(100.0, far, NONE), scales).flows(TONNES).direct[1, 0, 1] == 0
    assert ChainChoice(one_pair(100.0, near, NONE), scales).flows(TONNES).direct[1, 0, 1] > 0


def test_refuses_what_is_no_choice() -> None:
    """Shapes, not-a-number and scales that do not nest."""
    with pytest.raises(ValueError, match="to_port has shape"):
        ChainChoice(ChainCosts(np.zeros((3, 2, 2)), np.zeros((3, 2, 1)), np.zeros((2, 2)), np.zeros((3, 2, 2))), ChainScales(0.05))
    costs = one_pair(100.0, math.nan, NONE)
    with pytest.raises(ValueError, match="direct has costs"):
        ChainChoice(costs, ChainScales(0.05))
    with pytest.raises(ValueError, match="inland"):
        ChainScales(0.05, port=0.4, inland=0.6)
    with pytest.raises(ValueError, match="tonnes have shape"):
        ChainChoice(one_pair(1.0, 1.0, 1.0), ChainScales(0.05)).flows(np.zeros((3, 3)))


def random_costs(seed: int, ends: int, ports: int) -> ChainCosts:
    """Costs of which about a third are missing."""
    draw = np.random.default_rng(seed)

    def some(*shape: int) -> np.ndarray:
        return np.where(draw.random(shape) < 0.35, NONE, draw.uniform(10, 200, shape))

    sea = some(ports, ports)
    np.fill_diagonal(sea, NONE)
    return ChainCosts(some(3, ends, ends), some(3, ends, ports), sea, some(3, ports, ends))


def plain_shares(costs: ChainCosts, scales: ChainScales, o: int, d: int) -> dict[tuple[int, ...], float]:
    """Shares of every chain of a pair, by the formulas alone."""
    t, ports = scales.sensitivity, costs.sea.shape[0]

    def nest(values: list[float], scale: float) -> float:
        total = math.fsum(math.exp(-t * value / scale) for value in values)
        return -scale / t * math.log(total) if total > 0 else NONE

    to = [nest(list(costs.to_port[:, o, p]), scales.inland) for p in range(ports)]
    after = [nest(list(costs.from_port[:, q, d]), scales.inland) for q in range(ports)]
    pairs = {(p, q): to[p] + costs.sea[p, q] + after[q] for p, q in itertools.product(range(ports), repeat=2)}
    sea = nest(list(pairs.values()), scales.port)
    whole = nest([*costs.direct[:, o, d], sea], 1.0)
    found: dict[tuple[int, ...], float] = {
        (way,): math.exp(-t * (costs.direct[way, o, d] - whole)) for way in range(3) if costs.direct[way, o, d] < NONE
    }
    for (p, q), cost in pairs.items():
        if cost < NONE:
            share = math.exp(-t * (sea - whole)) * math.exp(-t * (cost - sea) / scales.port)
            for m, k in itertools.product(range(3), repeat=2):
                if costs.to_port[m, o, p] < NONE and costs.from_port[k, q, d] < NONE:
                    own = math.exp(-t * (costs.to_port[m, o, p] - to[p]) / scales.inland)
                    own *= math.exp(-t * (costs.from_port[k, q, d] - after[q]) / scales.inland)
                    found[SEA_WAY, p, q, m, k] = share * own
    return found


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), ends=st.integers(2, 5), ports=st.integers(0, 4))
def test_against_a_plain_enumeration(seed: int, ends: int, ports: int) -> None:
    """Listed chains and flows by leg are those of the formulas, and shares of a pair add up to 1."""
    costs, scales = random_costs(seed, ends, ports), ChainScales(0.03, port=0.7, inland=0.4)
    tonnes = np.random.default_rng(seed + 1).uniform(0, 10, (ends, ends))
    choice = ChainChoice(costs, scales)
    flows, listed = choice.flows(tonnes), choice.listed(tonnes)
    expected = {}
    to_port, at_sea = np.zeros((3, ends, ports)), np.zeros((ports, ports))
    for o, d in itertools.product(range(ends), repeat=2):
        shares = plain_shares(costs, scales, o, d)
        if shares:
            assert math.fsum(shares.values()) == pytest.approx(1, abs=1e-12)
        else:
            assert flows.unserved[o, d] == tonnes[o, d]
        for chain, share in shares.items():
            expected[(o, d, *chain)] = share
            if chain[0] == SEA_WAY:
                to_port[chain[3], o, chain[1]] += tonnes[o, d] * share
                at_sea[chain[1], chain[2]] += tonnes[o, d] * share
    got = {}
    for row in range(len(listed.share)):
        key: tuple[int, ...] = (listed.origin[row], listed.destination[row], listed.way[row])
        if listed.way[row] == SEA_WAY:
            key = (*key, listed.port_out[row], listed.port_in[row], listed.mode_out[row], listed.mode_in[row])
        got[tuple(int(part) for part in key)] = listed.share[row]
    assert got == pytest.approx({key: share for key, share in expected.items() if tonnes[key[0], key[1]] > 0}, abs=1e-12)
    np.testing.assert_allclose(flows.to_port, to_port, atol=1e-10)
    np.testing.assert_allclose(flows.sea, at_sea, atol=1e-10)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), least=st.floats(0, 0.3), listed_from=st.floats(0, 3))
def test_nothing_is_lost(seed: int, least: float, listed_from: float) -> None:
    """What sets out arrives or is unserved, whatever is not considered or not listed."""
    ends, ports = 4, 3
    choice = ChainChoice(random_costs(seed, ends, ports), ChainScales(0.03, 0.7, 0.4, least))
    tonnes = np.random.default_rng(seed + 1).uniform(0, 10, (ends, ends))
    flows, listed = choice.flows(tonnes), choice.listed(tonnes, listed_from)
    sent = flows.direct.sum(axis=(0, 2)) + flows.to_port.sum(axis=(0, 2)) + flows.unserved.sum(axis=1)
    received = flows.direct.sum(axis=(0, 1)) + flows.from_port.sum(axis=(0, 1)) + flows.unserved.sum(axis=0)
    np.testing.assert_allclose(sent, tonnes.sum(axis=1), atol=1e-9)
    np.testing.assert_allclose(received, tonnes.sum(axis=0), atol=1e-9)
    np.testing.assert_allclose(flows.to_port.sum(axis=(0, 1)), flows.sea.sum(axis=1), atol=1e-9)
    np.testing.assert_allclose(flows.sea.sum(axis=0), flows.from_port.sum(axis=(0, 2)), atol=1e-9)
    total = np.zeros((ends, ends))
    np.add.at(total, (listed.origin, listed.destination), listed.share)
    np.testing.assert_allclose(total, (flows.unserved == 0).astype(float), atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_shares_are_the_slopes_of_the_expected_cost(seed: int) -> None:
    """Williams 1977: what a CNY more on an alternative adds to the expected cost is the alternative's share."""
    costs, scales, step = random_costs(seed, 3, 3), ChainScales(0.03, 0.7, 0.4), 1e-4
    every = np.ones((3, 3))
    base = ChainChoice(costs, scales).flows(every)
    for p, q in itertools.product(range(3), repeat=2):
        sea = costs.sea.copy()
        sea[p, q] += step
        dearer = ChainChoice(ChainCosts(costs.direct, costs.to_port, sea, costs.from_port), scales).flows(every)
        known = np.isfinite(base.expected_cost)
        slope = (dearer.expected_cost[known] - base.expected_cost[known]).sum() / step
        assert slope == pytest.approx(base.sea[p, q], abs=1e-5)
