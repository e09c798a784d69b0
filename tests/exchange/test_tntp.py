"""TNTP files: written and read again, and every problem told by line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bbwnet.errors import InputError
from bbwnet.exchange.tntp import (
    read_tntp_flows,
    read_tntp_network,
    read_tntp_trips,
    write_tntp_flows,
    write_tntp_network,
    write_tntp_trips,
)

NETWORK = """<NUMBER OF ZONES> 2
<NUMBER OF NODES> 3
<FIRST THRU NODE> 3
<NUMBER OF LINKS> 2
<END OF METADATA>

~ init term capacity length free b power speed toll type ;
1 3 100 2.5 1.5 0.15 4 50 0.5 7 ;
3\t2\t200\t1\t2\t0\t0\t0\t0\t1;
"""
TRIPS = """<NUMBER OF ZONES> 2
<TOTAL OD FLOW> 12.5
<END OF METADATA>
Origin 1
  1 : 2.5;  2 : 10;
Origin 2
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return Path()


def problems(text: str, of: str, zone_count: int | None = None) -> list[str]:
    path = Path(f"{of}.tntp")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        _ = read_tntp_network(path) if of == "net" else read_tntp_trips(path, zone_count)
    return str(caught.value).splitlines()


def test_a_network_is_read(folder: Path) -> None:
    (folder / "net.tntp").write_text(NETWORK, encoding="utf-8")
    found = read_tntp_network(folder / "net.tntp")
    links = found.links
    assert (found.zone_count, links.node_count, found.first_through_node) == (2, 3, 3)
    assert (links.tail.tolist(), links.head.tolist()) == ([0, 2], [2, 1])
    assert (links.capacity[0], links.length[0], links.free_time[0], links.toll[0]) == (100, 2.5, 1.5, 0.5)
    assert (links.bpr_b[0], links.bpr_power[0], found.speed[0], found.link_type[0]) == (0.15, 4, 50, 7)
    assert links.no_through.tolist() == [True, True, False]


def test_files_are_read_again_as_they_were(folder: Path, repository: Path) -> None:
    data = repository / "tests" / "data" / "sioux_falls"
    network, trips = read_tntp_network(data / "net.tntp"), read_tntp_trips(data / "trips.tntp", 24)
    volume, cost = read_tntp_flows(data / "flow.tntp", network)
    assert trips.sum() == 360_600
    assert (trips[0, 3], trips[3, 0], trips[9, 15]) == (500, 500, 4400)
    write_tntp_network(network, folder / "net.tntp")
    write_tntp_trips(trips, folder / "trips.tntp")
    write_tntp_flows(network, volume, cost, folder / "flow.tntp")
    again = read_tntp_network(folder / "net.tntp")
    for name in ("tail", "head", "capacity", "length", "free_time", "bpr_b", "bpr_power", "toll", "no_through"):
        assert np.array_equal(getattr(again.links, name), getattr(network.links, name)), name
    assert np.array_equal(read_tntp_trips(folder / "trips.tntp"), trips)
    assert all(map(np.array_equal, read_tntp_flows(folder / "flow.tntp", again), (volume, cost)))


def test_intrazonal_trips_are_kept_in_the_matrix(folder: Path) -> None:
    (folder / "trips.tntp").write_text(TRIPS, encoding="utf-8")
    assert read_tntp_trips(folder / "trips.tntp").tolist() == [[2.5, 10], [0, 0]]


def test_every_problem_of_a_network_is_told_by_line(folder: Path) -> None:
    assert not list(folder.iterdir())
    bad = NETWORK.replace("1 3 100", "1 9 0").replace("200\t1\t2", "-200\tnan\t2") + "1 2 3 ;\n1 2 100 1 1 0.15 0.5 1 1 1 ;\n"
    assert problems(bad, "net") == [
        "net.tntp:8:1: capacity (0), expected more than 0",
        "net.tntp:8:1: unknown node (9), expected 1 to 3",
        "net.tntp:9:1: capacity (-200), expected a number of 0 or more",
        "net.tntp:9:1: length (nan), expected a number of 0 or more",
        "net.tntp:10:1: 3 columns, expected 10: init_node, term_node, capacity, length, free_flow_time, b, power, speed, toll, link_type",
        "net.tntp:11:1: power (0.5), expected 0, or 1 and more",
    ]


def test_metadata_must_fit(folder: Path) -> None:
    assert not list(folder.iterdir())
    assert problems(NETWORK.replace("LINKS> 2", "LINKS> 5"), "net") == ["net.tntp:4:1: <NUMBER OF LINKS>, but 2 links follow (5)"]
    assert problems(NETWORK.replace("ZONES> 2", "ZONES> 4"), "net") == [
        "net.tntp:1:1: <NUMBER OF ZONES> is more than there are nodes (4), expected at most 3"
    ]
    assert problems(NETWORK.replace("<NUMBER OF NODES> 3\n", ""), "net") == [
        "net.tntp: <NUMBER OF NODES> is missing, expected a whole number of 1 or more"
    ]
    assert problems("1 2 3\n", "net") == ["net.tntp: is no TNTP file, expected a line <END OF METADATA>"]


def test_every_problem_of_trips_is_told_by_line(folder: Path) -> None:
    bad = TRIPS.replace("1 : 2.5;  2 : 10;", "2 : nan; 3 : 4;\n 2 : 5; 1 : -1;\nOrigin 8\n 1 : 3;").replace("Origin 1", " 1 : 2;\nOrigin 1")
    assert not list(folder.iterdir())
    assert problems(bad, "trips", 2) == [
        "trips.tntp:4:1: trips before any `Origin` (1 : 2;)",
        "trips.tntp:6:1: 1 to 2 (nan), expected a number of 0 or more",
        "trips.tntp:6:1: unknown zone (3), expected 1 to 2",
        "trips.tntp:7:1: 1 to 1 (-1), expected a number of 0 or more",
        "trips.tntp:7:1: trips from 1 to 2 are given twice (2 : 5)",
        "trips.tntp:8:1: unknown zone (8), expected 1 to 2",
    ]
    assert problems(TRIPS, "trips", 24) == ["trips.tntp:1:1: <NUMBER OF ZONES> is another than that of the network (2), expected 24"]


def test_a_total_that_is_none_is_warned_of(folder: Path) -> None:
    (folder / "trips.tntp").write_text(TRIPS.replace("12.5", "99"), encoding="utf-8")
    with pytest.warns(UserWarning, match=r"trips.tntp:2: <TOTAL OD FLOW> \(99\) is not the sum of the trips, 12.5"):
        read_tntp_trips(folder / "trips.tntp")


def test_flows_must_be_those_of_the_network(folder: Path) -> None:
    (folder / "net.tntp").write_text(NETWORK, encoding="utf-8")
    (folder / "flow.tntp").write_text("From To Volume Cost\n1 3 x 2\n1 2 5 5\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_tntp_flows(folder / "flow.tntp", read_tntp_network(folder / "net.tntp"))
    assert str(caught.value).splitlines() == [
        "flow.tntp: 1 links of the network are missing, the first from 3 to 2",
        "flow.tntp:2:1: volume (x), expected a number of 0 or more",
        "flow.tntp:3:1: is no link of the network, or one too many (1 to 2)",
    ]


def test_links_may_run_side_by_side(folder: Path) -> None:
    text = NETWORK.replace("LINKS> 2", "LINKS> 3") + "1 3 50 1 1 0.15 4 1 0 1 ;\n"
    (folder / "net.tntp").write_text(text, encoding="utf-8")
    network = read_tntp_network(folder / "net.tntp")
    write_tntp_flows(network, np.array([1.0, 2.0, 3.0]), np.array([4.0, 5.0, 6.0]), folder / "flow.tntp")
    assert read_tntp_flows(folder / "flow.tntp", network)[0].tolist() == [1, 2, 3]
