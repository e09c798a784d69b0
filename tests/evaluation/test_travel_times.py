"""Times between cities, stations and places by definition and mode, and the words they are told in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bbwnet.evaluation.journey_words import clock
from bbwnet.evaluation.travel_times import Timekeeper
from bbwnet.evaluation.words import Words, road_name
from bbwnet.network.lookup import Target
from bbwnet.network.network import Network

Networks = Callable[..., Network]


def city(key: str) -> Target:
    return Target("city", key)


def test_official_is_the_better_of_rail_and_road(coast: Networks) -> None:
    timekeeper = Timekeeper(coast())
    rail = timekeeper.time(city("nanning"), city("beihai"), "official")
    assert (rail.mode, rail.definition) == ("rail", "official")
    assert rail.minutes == pytest.approx(68.6)
    road = timekeeper.time(city("beihai"), city("fangchenggang"), "official")
    assert (road.mode, road.minutes, road.length_km) == ("road", 100, 140)


@pytest.mark.parametrize(
    ("origin", "destination", "mode", "minutes"),
    [
        (city("nanning"), city("haikou"), "air", 70),
        (city("haikou"), city("nanning"), "air", 70),
        (Target("node", "noibai_airport"), city("nanning"), "air", 65),
        (Target("place", "hanoi"), city("nanning"), "air", 65),
        (city("beihai"), city("haikou"), "sea", 75),  # the fast ferry, for people only
        (Target("place", "qingxiu"), Target("place", "qinnan"), "rail", 33),
        (Target("node", "nanning_station"), Target("node", "qinzhou_east"), "rail", 46.5),
    ],
)
def test_modes(coast: Networks, origin: Target, destination: Target, mode: str, minutes: float) -> None:
    found = Timekeeper(coast()).ride(origin, destination, mode)
    assert (found.minutes, found.mode) == (minutes, mode)


@pytest.mark.parametrize(("prefix", "minutes"), [("emu", 33), ("conventional", 132.75), ("freight", None)])
def test_trains_of_one_kind(coast: Networks, prefix: str, minutes: float | None) -> None:
    assert Timekeeper(coast()).ride(city("nanning"), city("qinzhou"), "rail", prefix).minutes == minutes


def test_no_way_at_all(coast: Networks) -> None:
    timekeeper = Timekeeper(coast())
    airport, port = Target("node", "wuxu_airport"), Target("place", "qinnan")
    for definition in ("in_vehicle", "drive", "official"):
        found = timekeeper.time(airport, port, definition)
        assert (found.minutes, found.mode, found.way) == (None, None, None)
    assert Words(coast(), "zh").way(None) == "无"


def test_words(coast: Networks) -> None:
    timekeeper = Timekeeper(coast())
    way = timekeeper.ride(city("beihai"), city("fangchenggang"), "rail").way
    assert Words(coast(), "en").way(way) == (
        "Beihai station 07:00 – Qinzhou East 07:33 (emu_250, 34 min, 84 km), change 61 min, "
        "Qinzhou East 08:35 – Fangchenggang North 09:11 (emu_250, 37 min, 48 km)"
    )
    drive = timekeeper.time(city("qinzhou"), city("haikou"), "drive").way
    assert Words(coast(), "en").way(drive) == "S312 88 km, urban 4 km, ferry Beihai port – Haikou port 280 min, G98 15 km (356 min, 202 km)"
    assert Words(coast(), "zh").way(drive) == "S312 88 km，urban 4 km，轮渡 北海港 – 海口港 280 分，G98 15 km (356 分, 202 km)"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "00:00"), (86399, "23:59"), (86400, "00:00 (+1)"), (92565, "01:42 (+1)"), (172800, "00:00 (+2)")]
)
def test_clock(seconds: int, text: str) -> None:
    assert clock(seconds) == text


@pytest.mark.parametrize(
    ("line", "text"), [("g75", "G75"), ("g7511", "G7511"), ("s40w1", "S40W1"), ("coastal_road", "coastal road"), ("urban", "urban")]
)
def test_road_names(line: str, text: str) -> None:
    assert road_name(line) == text
