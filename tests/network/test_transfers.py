"""Transfers and hubs of a network: those of its date, from files and from projects."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bbwnet.network.build import build_network
from bbwnet.network.hubs import hub_terminals, served_stops
from bbwnet.network.network import Network
from bbwnet.scenario.read import load_scenario

END = "source: made_up, confidence: assumed}"
RECORDS = f"""schema: 1
transfers:
  - {{id: metro, from: nanning_station, to: nanning_east, mode: shuttle, transfer_min: 20, headway_min: 6,
     between: ["06:30", "22:30"], opened: 2016-12-28, {END}
  - {{id: bridge, from: beihai_station, to: haicheng, mode: walk, transfer_min: 4, closed: 2018-01-01, {END}
  - {{id: pier, from: beihai_station, to: port_beihai, mode: walk, transfer_min: 9, directed: true, {END}
hubs:
  - {{id: hub_nanning, name: {{zh: 南宁, en: Nanning}}, rank: national, city: nanning, {END}
  - {{id: hub_beihai, name: {{zh: 北海, en: Beihai}}, rank: regional, city: beihai,
     terminals: [port_tieshan, port_beihai, beihai_station], {END}
projects:
  - {{id: hall, name: {{zh: 站房, en: Hall}}, beyond_plan: true, commitment: none,
     opened: 2018-05-01, status: open, {END[:-1]},
     add: {{transfers: [{{id: tunnel, from: beihai_station, to: haicheng, mode: walk, transfer_min: 2, inside: true, {END}]}},
     change: {{transfers.metro.headway_min: 4}}, remove: {{transfers: [pier]}}}}
"""


@pytest.fixture
def built(coast_folder: Path) -> Callable[..., Network]:
    """Builds the coast with the records above on a date."""
    (coast_folder / "network" / "transfers.yaml").write_text(RECORDS, encoding="utf-8")
    index = coast_folder / "network" / "network.yaml"
    index.write_text(index.read_text(encoding="utf-8").replace("places.yaml,", "places.yaml, transfers.yaml,"), encoding="utf-8")
    return lambda *settings: build_network(load_scenario(coast_folder / "baseline.yaml", overrides=settings))


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (("as_of=2016-12-27",), ["bridge", "pier"]),
        (("as_of=2016-12-31",), ["bridge", "metro", "pier"]),
        (("as_of=2018-01-01",), ["metro", "pier"]),
        (("as_of=2018-05-01",), ["metro", "tunnel"]),
        # the new ferry takes port_beihai away, and the way to it with it
        (("as_of=2016-12-31", "projects.also=[new_ferry]"), ["bridge", "metro"]),
    ],
    ids=str,
)
def test_transfers_of_a_date(built: Callable[..., Network], settings: tuple[str, ...], expected: list[str]) -> None:
    assert sorted(built(*settings).assembly.transfers) == expected


def test_projects_change_transfers(built: Callable[..., Network]) -> None:
    before, after = built().assembly, built("as_of=2018-06-01").assembly
    assert (before.transfers["metro"].headway_min, after.transfers["metro"].headway_min) == (6, 4)
    assert (after.origins["transfers"]["metro"], after.origins["transfers"]["tunnel"]) == (("base", "hall"), ("hall",))
    assert after.transfers["tunnel"].inside


def test_hubs_are_made_of_what_services_call_at(built: Callable[..., Network]) -> None:
    network = built()
    hubs = network.assembly.hubs
    # wutang lies in no zone; the airport of Nanning does
    assert hub_terminals(network, hubs["hub_nanning"]) == ("nanning_east", "nanning_station", "wuxu_airport")
    assert hub_terminals(network, hubs["hub_beihai"]) == ("beihai_station", "port_beihai")
    assert hub_terminals(built("projects.also=[new_ferry]"), hubs["hub_beihai"]) == ("beihai_station", "port_tieshan")
    assert {"wutang", "meilan_airport"} < set(served_stops(network))
