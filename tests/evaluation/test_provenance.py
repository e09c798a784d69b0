"""Shares by confidence: of link-km, of service-km, and of one way."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bbwnet.evaluation.provenance import link_km_shares, service_km_shares, way_shares, way_sources
from bbwnet.evaluation.travel_times import Timekeeper
from bbwnet.network.lookup import Target
from bbwnet.network.network import Network

Networks = Callable[..., Network]


def test_link_km(coast: Networks) -> None:
    shares = link_km_shares(coast())
    # rail: 12 measured, 100 reported of 12 + 100 + 12 + 72 + 36 + 50 + 45 + 180 = 507 km
    assert shares["rail"] == pytest.approx({"measured": 12 / 507, "reported": 100 / 507, "estimated": 0, "assumed": 395 / 507})
    assert shares["border"] == {"measured": 0, "reported": 0, "estimated": 0, "assumed": 1}
    assert sum(shares["all"].values()) == pytest.approx(1)


def test_service_km(coast: Networks) -> None:
    # trains a week both ways x km: 70 x 196 = 13720 reported; 42 x 148 + 14 x 95 + 8 x 194 = 9098 assumed
    assert service_km_shares(coast())["rail"] == pytest.approx(
        {"measured": 0, "reported": 13720 / 22818, "estimated": 0, "assumed": 9098 / 22818}
    )


def test_a_way(coast: Networks) -> None:
    way = Timekeeper(coast()).ride(Target("node", "nanning_station"), Target("node", "qinzhou_east"), "rail").way
    assert way is not None
    links, rides = way_shares(coast(), way)
    assert links == pytest.approx({"measured": 12 / 112, "reported": 100 / 112, "estimated": 0, "assumed": 0})
    assert rides == {"measured": 0, "reported": 1, "estimated": 0, "assumed": 0}
    assert way_sources(coast(), way) == ("made_up", "made_up_too")


def test_a_drive_rests_on_no_service(coast: Networks) -> None:
    way = Timekeeper(coast()).time(Target("city", "nanning"), Target("city", "qinzhou"), "drive").way
    assert way is not None
    links, rides = way_shares(coast(), way)
    assert links["measured"] == 1
    assert set(rides.values()) == {0}
