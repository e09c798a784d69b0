"""Finding cities, places and nodes by identifier and by Chinese and English name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bbwnet.errors import InputError
from bbwnet.network.lookup import Target, find_target
from bbwnet.network.network import Network

Networks = Callable[..., Network]


@pytest.mark.parametrize(
    ("text", "rail", "road"),
    [
        ("南宁", "node:nanning_station", "city:nanning"),  # on a ticket it means the station
        ("北海", "node:beihai_station", "city:beihai"),
        ("海口", "node:haikou_station", "city:haikou"),
        ("Nanning", "city:nanning", "city:nanning"),
        ("nanning", "city:nanning", "city:nanning"),
        ("NANNING", "city:nanning", "city:nanning"),
        (" Nanning ", "city:nanning", "city:nanning"),
        ("钦州", "city:qinzhou", "city:qinzhou"),  # no station has the plain name
        ("南宁站", "node:nanning_station", "node:nanning_station"),
        ("Nanning station", "node:nanning_station", "node:nanning_station"),
        ("nanning STATION", "node:nanning_station", "node:nanning_station"),
        ("nanning_station", "node:nanning_station", "node:nanning_station"),
        ("南宁市", "city:nanning", "city:nanning"),
        ("Nanning city", "city:nanning", "city:nanning"),
        ("南宁东", "node:nanning_east", "node:nanning_east"),
        ("南宁东站", "node:nanning_east", "node:nanning_east"),
        ("Nanning East", "node:nanning_east", "node:nanning_east"),
        ("nanning_east", "node:nanning_east", "node:nanning_east"),
        ("青秀区", "place:qingxiu", "place:qingxiu"),
        ("Hanoi", "place:hanoi", "place:hanoi"),
        ("北海港", "node:port_beihai", "node:port_beihai"),
        ("Beihai port", "node:port_beihai", "node:port_beihai"),
        ("city:南宁", "city:nanning", "city:nanning"),
        ("City: Nanning", "city:nanning", "city:nanning"),
        ("station:南宁", "node:nanning_station", "node:nanning_station"),
        ("station:Nanning station", "node:nanning_station", "node:nanning_station"),
        ("place:qingxiu", "place:qingxiu", "place:qingxiu"),
        ("node:port_haikou", "node:port_haikou", "node:port_haikou"),
    ],
)
def test_names(coast: Networks, text: str, rail: str, road: str) -> None:
    for expected, stations_first in ((rail, True), (road, False)):
        found = find_target(coast(), text, stations_first=stations_first)
        assert f"{found.kind}:{found.id}" == expected


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("Naning", "Nanning"),
        ("qinzhou_eest", "qinzhou_east"),
        ("北海北", "北海"),
        ("station:Beihai prot", "Beihai port"),
        ("zzz", None),
        ("", None),
    ],
)
def test_unknown_names_say_the_nearest(coast: Networks, text: str, nearest: str | None) -> None:
    with pytest.raises(InputError, match="nothing is called") as caught:
        find_target(coast(), text, stations_first=True)
    problem = caught.value.problems[0]
    assert problem.nearest == nearest
    assert problem.value == text


def test_the_kind_asked_for_is_kept(coast: Networks) -> None:
    with pytest.raises(InputError, match="nothing is called 'city:南宁东'"):
        find_target(coast(), "city:南宁东", stations_first=True)


def test_a_name_of_several_things_lists_them(coast: Networks) -> None:
    network = coast("nodes.wutang.name.zh=钦州东")
    with pytest.raises(InputError, match="names several things") as caught:
        find_target(network, "钦州东", stations_first=True)
    assert caught.value.problems[0].expected == "one of node:qinzhou_east, node:wutang"
    assert find_target(network, "node:wutang", stations_first=True) == Target("node", "wutang")
