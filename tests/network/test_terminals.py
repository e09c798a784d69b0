"""Stations, airports and ports that count as a city's own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bbwnet.network.network import Network
from bbwnet.network.terminals import city_terminals, main_stations

Networks = Callable[..., Network]


@pytest.mark.parametrize(
    ("settings", "city", "stations"),
    [
        ((), "nanning", ("nanning_station", "nanning_east")),  # the latest of two lists
        ((), "fangchenggang", ("fangchenggang_north", "qisha")),  # the next list's too: it stands already
        (("as_of=2030-12-31", "projects.by=planned"), "fangchenggang", ("fangchenggang_north", "qisha", "jiangshan")),
    ],
    ids=["latest list", "next list", "built by the plan"],
)
def test_main_stations(coast: Networks, settings: tuple[str, ...], city: str, stations: tuple[str, ...]) -> None:
    network = coast(*settings)
    assert main_stations(network, network.cities[city]) == stations


@pytest.mark.parametrize(
    ("city", "mode", "terminals"),
    [
        ("nanning", "air", ("wuxu_airport",)),
        ("haikou", "air", ("meilan_airport",)),
        ("haikou", "sea", ("port_haikou",)),
        ("qinzhou", "sea", ()),
    ],
)
def test_airports_and_ports(coast: Networks, city: str, mode: str, terminals: tuple[str, ...]) -> None:
    network = coast()
    assert city_terminals(network, network.cities[city], mode) == terminals
