"""Balancing freight, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from bbwnet.demand.freight_balance import NOBODY_GIVES, NOBODY_TAKES, Traded, balanced
from bbwnet.scenario.schema.freight import CommodityDemand

NAMES = ("coast", "far", "mine", "works")
NOTHING = np.zeros(4)
FAR = np.array([3.0, 1.0, 0, 0])


def traded(sent: float, received: float, to_sea: float = 0.0, from_sea: float = 0.0) -> Traded:
    """What a mine sends and a works receives."""
    return Traded(np.array([0, 0, sent, 0]), np.array([0, 0, 0, received]), np.array([0, 0, to_sea, 0]), np.array([0, 0, 0, from_sea]))


def test_distant_ends_supply_what_is_lacking_by_weight() -> None:
    found, lost = balanced("coal", NAMES, traded(20, 100), FAR, NOTHING, CommodityDemand(imported_share=0.0))
    assert found.sent == pytest.approx([60, 20, 20, 0])
    assert found.received == pytest.approx([0, 0, 0, 100])
    assert lost == ()


def test_the_share_exported_is_made_up_for() -> None:
    """A quarter of 20 leaves, so that 85 must come for 100."""
    choice = CommodityDemand(exported_share=0.25, imported_share=0.0)
    found, lost = balanced("coal", NAMES, traded(20, 100), FAR, FAR[::-1].copy(), choice)
    assert found.sent == pytest.approx([63.75, 21.25, 20, 0])
    assert found.received == pytest.approx([0, 0, 1.25, 103.75])
    assert lost == ()


def test_a_surplus_leaves_with_what_the_least_import_takes_the_place_of() -> None:
    """Of 40 received 4 come from far at least, so that 36 of the 100 sent are used here, and 64 leave."""
    found, lost = balanced("oil", NAMES, traded(100, 40), FAR, FAR, CommodityDemand(imported_share=0.1))
    assert found.sent == pytest.approx([3, 1, 100, 0])
    assert found.received == pytest.approx([48, 16, 0, 40])
    assert lost == ()


def test_what_is_for_the_sea_alone_leaves_and_comes_whatever_the_balance() -> None:
    """All 30 received come from the sea, and 20 of the 50 sent go there with half of the rest: surplus and more leave."""
    found, _ = balanced("oil", NAMES, traded(50, 30, to_sea=20, from_sea=30), FAR, FAR, CommodityDemand(exported_share=0.5))
    assert found.sent[:2].sum() == pytest.approx(30)
    assert found.received[:2].sum() == pytest.approx(50)
    less, _ = balanced("oil", NAMES, traded(50, 60, to_sea=20, from_sea=10), FAR, FAR, CommodityDemand(exported_share=0.5))
    assert less.received[:2].sum() == pytest.approx(20 + 0.5 * 30)
    assert less.sent[:2].sum() == pytest.approx(60 - 50 + 35)


def test_where_nobody_balances_the_greater_side_is_cut_and_listed() -> None:
    found, lost = balanced("steel", NAMES, traded(100, 40, to_sea=50), NOTHING, NOTHING, CommodityDemand())
    assert found.sent == pytest.approx([0, 0, 40, 0])
    assert found.sent_to_sea == pytest.approx([0, 0, 20, 0])
    assert [(item.end, item.side, item.tonnes_year, item.why) for item in lost] == [("mine", "production", 60.0, NOBODY_TAKES)]
    found, lost = balanced("steel", NAMES, traded(40, 100), NOTHING, FAR, CommodityDemand(exported_share=0.5))
    assert found.received == pytest.approx([0, 0, 0, 40])
    assert [(item.end, item.side, item.tonnes_year, item.why) for item in lost] == [("works", "attraction", 60.0, NOBODY_GIVES)]


def test_a_commodity_of_nobody_is_none() -> None:
    found, lost = balanced("lng", NAMES, traded(0, 0), FAR, FAR, CommodityDemand(exported_share=1.0, imported_share=1.0))
    assert not found.sent.any()
    assert not found.received.any()
    assert lost == ()


def test_production_alone_without_market_is_all_cut() -> None:
    found, lost = balanced("ore", NAMES, traded(7, 0), FAR, NOTHING, CommodityDemand())
    assert not found.sent.any()
    assert [item.tonnes_year for item in lost] == [7.0]
