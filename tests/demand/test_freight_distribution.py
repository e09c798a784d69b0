"""Distribution of freight: pairs that trade and pairs that do not, margins kept, what is stranded; worked by hand where it can be."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bbwnet.demand.freight import EndKind, FreightDemand
from bbwnet.demand.freight_distribution import NO_WAY, NOTHING_LEFT, distribute
from bbwnet.demand.freight_ends import FreightEnds
from bbwnet.errors import DidNotConverge
from bbwnet.scenario.schema.freight import FREIGHT_COMMODITIES, FreightChoice

STEEL = FREIGHT_COMMODITIES.index("steel")
CONTAINERS = FREIGHT_COMMODITIES.index("containers")
KINDS: tuple[EndKind, ...] = ("sea", "gateway", "gateway", "zone", "zone")
NAMES = ("coast", "gate_one", "gate_two", "town_one", "town_two")


def ends(
    row: int, sent: list[float], received: list[float], to_sea: list[float] | None = None, from_sea: list[float] | None = None
) -> FreightEnds:
    """Five ends that trade in one commodity only."""
    arrays = np.zeros((4, len(FREIGHT_COMMODITIES), 5))
    for number, values in enumerate((sent, received, to_sea or [0.0] * 5, from_sea or [0.0] * 5)):
        arrays[number, row] = values
    return FreightEnds(2016, FREIGHT_COMMODITIES, NAMES, KINDS, arrays[0], arrays[1], arrays[2], arrays[3], (), ())


def choice(**commodities: Any) -> FreightChoice:
    return FreightChoice.model_validate({"commodities": commodities})


def steel(found: FreightDemand) -> NDArray[np.float64]:
    return found.of("steel")


FLAT = np.full((5, 5), 10.0)


def test_equal_costs_share_out_by_what_is_received() -> None:
    """Without deterrence, rows share in proportion to columns: 60 and 40 sent, 75 and 25 received."""
    found = distribute(ends(STEEL, [0, 60, 40, 0, 0], [0, 0, 0, 75, 25]), choice(), FLAT, must_converge=True)
    assert steel(found)[1:3, 3:] == pytest.approx(np.array([[45, 15], [30, 10]]))
    assert found.total() == found.total("steel") == pytest.approx(100)
    assert found.converged


def test_deterrence_by_hand() -> None:
    """Two by two with odds ratio exp(b (c12 + c21 - c11 - c22)): equal margins give x / (50 - x) = square root of it."""
    cost = FLAT.copy()
    cost[1, 4] = cost[2, 3] = 10 + 100 * np.log(4.0)
    by_hand = choice(steel={"deterrence": {"decay_per_cny_t": 0.01}})
    found = distribute(ends(STEEL, [0, 50, 50, 0, 0], [0, 0, 0, 50, 50]), by_hand, cost, must_converge=True)
    assert steel(found)[1, 3] == pytest.approx(40, rel=1e-5)  # odds 16 : 1, of which the root is 4 : 1
    assert steel(found)[1, 4] == pytest.approx(10, rel=1e-5)
    # What one end costs more from everywhere changes nothing where deterrence is exponential.
    cost[:, 3] += 500
    again = distribute(ends(STEEL, [0, 50, 50, 0, 0], [0, 0, 0, 50, 50]), by_hand, cost, must_converge=True)
    assert steel(again) == pytest.approx(steel(found), rel=1e-5)


def test_no_freight_within_an_end_nor_from_gateway_to_gateway_where_none_goes_through() -> None:
    sent, received = [0.0, 50, 0, 50, 0], [0.0, 0, 40, 20, 40]
    through = distribute(ends(STEEL, sent, received), choice(), FLAT, must_converge=True)
    assert steel(through)[1, 2] > 0
    assert steel(through)[3, 3] == 0
    barred = distribute(ends(STEEL, sent, received), choice(steel={"through": False}), FLAT, must_converge=True)
    assert steel(barred)[1, 2] == 0
    assert steel(barred)[3, 2] == pytest.approx(40)


def test_what_is_for_the_sea_goes_to_the_sea_alone() -> None:
    """A gateway sends 50, of which 30 for the sea; the coast takes 30 in all, so the other 20 stay on land."""
    only = ends(STEEL, [0, 50, 0, 0, 0], [30, 0, 0, 20, 0], to_sea=[0, 30, 0, 0, 0])
    found = distribute(only, choice(), FLAT, must_converge=True)
    assert steel(found)[1] == pytest.approx([30, 0, 0, 20, 0])
    back = ends(STEEL, [30, 0, 0, 20, 0], [0, 50, 0, 0, 0], from_sea=[0, 30, 0, 0, 0])
    assert steel(distribute(back, choice(), FLAT, must_converge=True))[:, 1] == pytest.approx([30, 0, 0, 20, 0])
    mixed = ends(STEEL, [0, 50, 0, 10, 0], [40, 0, 0, 0, 20], to_sea=[0, 30, 0, 0, 0])
    found = distribute(mixed, choice(), FLAT, must_converge=True)
    assert steel(found)[1, 0] > 30  # the sea's own and a share of the rest
    assert steel(found)[1].sum() == pytest.approx(50)


def test_ways_that_are_not_there_strand_by_end_and_volume() -> None:
    cost = FLAT.copy()
    cost[1, :] = cost[:, 1] = np.inf
    found = distribute(ends(STEEL, [0, 30, 70, 0, 0], [0, 0, 0, 100, 0]), choice(), cost, must_converge=True)
    listed = [(item.commodity, item.end, item.side, item.tonnes_year, item.why) for item in found.stranded]
    assert listed == [
        ("steel", "gate_one", "production", 30.0, NO_WAY),
        ("steel", "town_one", "attraction", pytest.approx(30), NOTHING_LEFT),
    ]
    assert steel(found)[2, 3] == pytest.approx(70)
    # The other way round nobody receives more than was asked for.
    found = distribute(ends(STEEL, [0, 0, 0, 100, 0], [0, 30, 70, 0, 0]), choice(), cost, must_converge=True)
    assert steel(found)[3, 2] == pytest.approx(70)
    assert {(item.end, item.side) for item in found.stranded} == {("gate_one", "attraction"), ("town_one", "production")}
    assert sum(item.tonnes_year for item in found.stranded) == pytest.approx(60)


def test_nobody_to_trade_with_at_all() -> None:
    found = distribute(ends(STEEL, [0, 30, 0, 0, 0], [0, 0, 0, 30, 0]), choice(), np.full((5, 5), np.inf), must_converge=True)
    assert found.total() == 0
    assert {(item.end, item.side, item.tonnes_year) for item in found.stranded} == {
        ("gate_one", "production", 30.0),
        ("town_one", "attraction", 30.0),
    }
    assert distribute(ends(STEEL, [0.0] * 5, [0.0] * 5), choice(), FLAT).stranded == ()


def test_margins_that_pairs_forbid_are_a_gap() -> None:
    """A town that sends all and receives half: what is its own it may not send itself."""
    torn = ends(STEEL, [0, 0, 0, 90, 10], [0, 0, 0, 50, 50])
    assert not distribute(torn, choice(), FLAT).converged
    assert distribute(torn, choice(), FLAT).gaps[STEEL] > 0.1
    with pytest.raises(DidNotConverge):
        distribute(torn, choice(), FLAT, must_converge=True)


def test_costs_by_commodity_and_costs_that_are_none() -> None:
    trade = ends(STEEL, [0, 60, 40, 0, 0], [0, 0, 0, 75, 25])
    costs = np.full((len(FREIGHT_COMMODITIES), 5, 5), np.nan)
    costs[STEEL] = FLAT
    assert distribute(trade, choice(), costs).total() == pytest.approx(100)  # others trade nothing, and their costs are not looked at
    with pytest.raises(ValueError, match="do not fit 9 commodities and 5 ends"):
        distribute(trade, choice(), np.ones((4, 4)))
    with pytest.raises(ValueError, match="not a number"):
        distribute(trade, choice(), np.full((5, 5), np.nan))


def test_containers_have_teu() -> None:
    found = distribute(ends(CONTAINERS, [0, 240, 0, 0, 0], [240, 0, 0, 0, 0]), choice(containers={"tonnes_per_teu": 12.0}), FLAT)
    assert found.teu_year()[1, 0] == pytest.approx(20)
    assert found.teu_year("steel").sum() == 0
    with pytest.raises(KeyError, match="no commodity gold; there are coal, ore"):
        found.of("gold")


def test_what_is_no_demand_is_refused() -> None:
    sound = distribute(ends(STEEL, [0, 60, 40, 0, 0], [0, 0, 0, 75, 25]), choice(), FLAT)
    within = sound.tonnes_year.copy()
    within[STEEL, 1, 1] = 5
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({"ends": NAMES[::-1]}, "sorted"),
        ({"tonnes_year": sound.tonnes_year[:, :4, :4]}, "do not fit"),
        ({"tonnes_year": -sound.tonnes_year}, "not negative"),
        ({"tonnes_year": within}, "local haulage"),
        ({"gaps": np.zeros(2)}, "for each of 9"),
    )
    for changes, message in wrong:
        with pytest.raises(ValueError, match=message):
            dataclasses.replace(sound, **changes)


@settings(max_examples=60, deadline=None)
@given(
    sent=st.lists(st.floats(1.0, 1e6), min_size=3, max_size=3),
    weights=st.lists(st.floats(0.05, 1.0), min_size=2, max_size=2),
    costs=st.lists(st.floats(1.0, 300.0), min_size=25, max_size=25),
    sea_share=st.one_of(st.just(0.0), st.floats(1e-6, 0.3)),
)
def test_every_end_sends_and_receives_what_it_was_asked_to(
    sent: list[float], weights: list[float], costs: list[float], sea_share: float
) -> None:
    """Three ends send, the coast and two towns receive, a part of the first's for the coast alone; nothing is lost or made."""
    total = sum(sent)
    coast = sea_share * sent[0] + 0.2 * total
    received = [coast, 0.0, 0.0, *((total - coast) * np.array(weights) / sum(weights))]
    asked = ends(STEEL, [0.0, sent[0], sent[1] + sent[2], 0.0, 0.0], received, to_sea=[0.0, sea_share * sent[0], 0, 0, 0])
    found = distribute(asked, choice(), np.array(costs).reshape(5, 5), tolerance=1e-9)
    assert found.converged
    assert found.stranded == ()
    assert steel(found).sum(axis=1) == pytest.approx(asked.productions[STEEL], rel=1e-6)
    assert steel(found).sum(axis=0) == pytest.approx(asked.attractions[STEEL], rel=1e-6)
    assert steel(found)[1, 0] >= sea_share * sent[0] * (1 - 1e-6)
