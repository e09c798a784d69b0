"""Transfers by hub and pair of modes, weights, percentiles, missed connections, terminals of a city, worked by hand on the coast."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bbwnet.evaluation.door_times import DoorTimes
from bbwnet.evaluation.interchanges import interchanges
from bbwnet.evaluation.missed_connections import missed_shares
from bbwnet.evaluation.terminal_times import terminal_times
from bbwnet.evaluation.transfer_rows import hub_rows, terminals_table, transfer_rows, transfers_table
from bbwnet.evaluation.transfers import TransferEvaluation, evaluate_transfers
from bbwnet.evaluation.weighted import weighted_mean, weighted_percentile
from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.scenario.read import load_scenario
from bbwnet.scenario.schema.scenario_file import LateShare, MeanDelay, Reliability

Networks = Callable[..., Network]

HUB = """schema: 1
hubs:
  - {id: hub_beihai, name: {zh: 北海枢纽, en: Beihai hub}, rank: regional, city: beihai, terminals: [port_beihai],
     source: made_up, confidence: assumed}
"""


@pytest.fixture
def populated(coast_folder: Path) -> Callable[..., Network]:
    """Builds the coast with a hub at the port of Beihai, and people (thousands) in some zones."""

    def build(*settings: str, **thousands: int) -> Network:
        places = coast_folder / "network" / "places.yaml"
        text = places.read_text(encoding="utf-8")
        for zone, number in thousands.items():
            begin = text.index(f"  - {{id: {zone}, ")
            figure = f"kind: zone, population: [{{year: 2016, persons: {number}000, source: made_up, confidence: reported}}]"
            text = text[:begin] + text[begin:].replace("kind: zone", figure, 1)
        places.write_text(text, encoding="utf-8")
        (coast_folder / "network" / "hubs.yaml").write_text(HUB, encoding="utf-8")
        index = coast_folder / "network" / "network.yaml"
        index.write_text(index.read_text(encoding="utf-8").replace("projects.yaml]", "projects.yaml, hubs.yaml]"), encoding="utf-8")
        return build_network(load_scenario(coast_folder / "baseline.yaml", overrides=settings))

    return build


def evaluated(network: Network, *, planned: bool = False) -> TransferEvaluation:
    return evaluate_transfers(network, DoorTimes(network), planned=planned)


@pytest.mark.parametrize(
    ("percentile", "expected"), [(0, 10.0), (25, 10.0), (26, 20.0), (50, 20.0), (51, 30.0), (75, 30.0), (76, 40.0), (100, 40.0)]
)
def test_equal_weights_give_the_nearest_rank(percentile: float, expected: float) -> None:
    values = np.array([40.0, 10.0, 30.0, 20.0])
    assert weighted_percentile(values, np.full(4, 0.1), percentile) == expected


def test_weights_count_as_so_many_values() -> None:
    values, weights = np.array([1.0, 5.0, 9.0, 100.0]), np.array([6.0, 3.0, 1.0, 0.0])
    assert [weighted_percentile(values, weights, percentile) for percentile in (50, 60, 61, 90, 91, 100)] == [1, 1, 5, 5, 9, 9]
    assert weighted_mean(values, weights) == pytest.approx(3.0)
    nothing = np.zeros(0)
    assert math.isnan(weighted_percentile(nothing, nothing, 50))
    assert math.isnan(weighted_mean(values, np.zeros(4)))


def test_missed_is_late_share_times_what_is_later_than_the_slack() -> None:
    reliability = Reliability(late_share=LateShare(rail=0.2, air=0.5), mean_delay_min=MeanDelay(rail=10, air=40))
    slack = np.array([0, 600, 1200, 2400], dtype=np.int64)
    expected = [0.2, 0.2 * math.exp(-1), 0.2 * math.exp(-2), 0.5 * math.exp(-1)]
    assert missed_shares(reliability, ["rail", "rail", "rail", "air"], slack).tolist() == pytest.approx(expected)


def test_missed_is_what_a_simulated_year_misses() -> None:
    reliability = Reliability(late_share=LateShare(coach=0.3), mean_delay_min=MeanDelay(coach=15))
    random = np.random.default_rng(1)
    late = random.random(200_000) < 0.3
    delay_min = np.where(late, random.exponential(15, 200_000), 0)
    # 95 % confidence: 1.96 standard errors of a share of about 0.154
    assert missed_shares(reliability, ["coach"], np.array([600]))[0] == pytest.approx((delay_min > 10).mean(), abs=1.96 * 0.361 / 447)


def test_every_stop_served_has_one_interchange(populated: Callable[..., Network]) -> None:
    network = populated()
    found = {item.id: item for item in interchanges(network)}
    assert next(iter(found)) == "hub_beihai"
    assert found["hub_beihai"].terminals == ("port_beihai",)
    assert (found["city:beihai"].kind, found["city:beihai"].terminals) == ("rest_of_city", ("beihai_station",))
    assert (found["city:nanning"].kind, found["city:nanning"].terminals) == ("city", ("nanning_east", "nanning_station", "wuxu_airport"))
    assert found["place:hanoi"].terminals == ("noibai_airport",)
    assert (found["stop:wutang"].kind, found["stop:wutang"].name.en) == ("stop", "Wutang")
    stops = [stop for item in found.values() for stop in item.terminals]
    assert sorted(stops) == sorted(set(stops)) == sorted({stop for pattern in network.trips.patterns for stop in pattern.stops})


def test_pairs_alike_where_the_data_have_no_people(coast: Networks) -> None:
    found = evaluated(coast())
    assert found.weights == "equal"
    assert found.zones_without_population == ("gangkou", "haicheng", "longhua", "qingxiu", "qinnan", "qiongshan")
    assert found.pair_weight.sum() == pytest.approx(1)
    # all changes are between station and port of Beihai
    changed = [hub for hub in found.hubs if hub.total.departures]
    assert [hub.interchange.id for hub in changed] == ["city:beihai"]
    assert found.transfers_per_journey == pytest.approx(found.total.per_1000_journeys / 1000)
    assert changed[0].interchange_share == pytest.approx(found.changing_share)


def test_figures_of_two_zones_by_hand(populated: Callable[..., Network]) -> None:
    # Only Qinnan and Longhua have people: each direction has half the weight, whatever the numbers.
    found = evaluated(populated(qinnan=300, longhua=100))
    assert (found.weights, len(found.zones_without_population)) == ("population_product", 4)
    assert found.arrived_share == 1
    assert found.transfers_per_journey == pytest.approx(1)
    # three zones of the mainland's, without Beihai's, with two of the island's, both ways, at 961 departures: who has no people counts here
    assert found.total.departures == 3 * 2 * 2 * 961
    # Longhua - Qinnan: exit 10, taxi 17, station 20 min; Qinnan - Longhua: exit 8, taxi 17, port 30 min
    assert found.total.walk_mean_min == pytest.approx((47 + 55) / 2)
    assert (found.total.walk_median_min, found.total.walk_p90_min) == (47, 55)
    assert found.total.way_mean_min == 17
    # waits by the ships and trains caught, with the departures that do (tests/routing/test_transfer_events.py):
    # 73 min for 541 and 298 for 420 of Longhua; of Qinnan 9774 s for 69 + 180 + 180 + 172, 6174 s for 180, 2574 s for 180
    there = (73 * 541 + 298 * 420) / 961
    back = (9774 * 601 + 6174 * 180 + 2574 * 180) / 60 / 961
    assert found.total.wait_mean_min == pytest.approx((there + back) / 2)
    # nearest rank by weight: 180 of 1922 at 42.9, 541 at 73, 180 at 102.9, 601 at 162.9, then 420 at 298
    assert found.total.wait_median_min == pytest.approx(162.9)
    assert found.total.wait_p90_min == 298
    assert (found.total.short_walk_share, found.total.one_stop_share, found.total.border_mean_min) == (0, 0, 0)
    assert found.total.transfer_mean_min == pytest.approx(found.total.walk_mean_min + found.total.wait_mean_min)
    missed_there = 0.2 * (541 * math.exp(-73 / 20) + 420 * math.exp(-298 / 20)) / 961
    missed_back = 0.1 * (601 * math.exp(-16.29) + 180 * math.exp(-10.29) + 180 * math.exp(-4.29)) / 961
    assert found.total.missed_share == pytest.approx((missed_there + missed_back) / 2)


def test_a_change_between_a_hub_and_another_terminal_is_the_hubs(populated: Callable[..., Network]) -> None:
    found = evaluated(populated(qinnan=300, longhua=100, qingxiu=50))
    by_id = {hub.interchange.id: hub for hub in found.hubs}
    assert by_id["hub_beihai"].total == found.total
    assert by_id["hub_beihai"].by_modes == found.by_modes
    assert list(found.by_modes) == ["ferry-rail"]
    assert by_id["hub_beihai"].modes == ("ferry",)
    assert "city:beihai" not in by_id
    rows = {(row["hub"], row["mode_pair"]): row for row in transfer_rows(found)}
    assert rows["hub_beihai", "all"]["interchange_share"] == pytest.approx(found.changing_share)
    assert rows["hub_beihai", "ferry-rail"]["interchange_share"] is None
    assert rows["city:nanning", "all"]["departures"] == 0
    assert math.isnan(rows["city:nanning", "all"]["walk_mean_min"])


def test_people_weigh_pairs(populated: Callable[..., Network]) -> None:
    found = evaluated(populated(qinnan=300, longhua=100, qingxiu=50))
    places = found.traced.places
    # both directions of 300 x 100, 300 x 50 and 100 x 50
    total = 2 * (30_000 + 15_000 + 5_000)
    assert found.pair_weight[places.index("qinnan"), places.index("longhua")] == pytest.approx(30_000 / total)
    assert found.pair_weight[places.index("longhua"), places.index("qingxiu")] == pytest.approx(5_000 / total)
    assert found.pair_weight.trace() == 0
    # Qinnan - Qingxiu needs no change, the other two do
    assert found.changing_share == pytest.approx(0.7)
    assert found.total.per_1000_journeys == pytest.approx(700)


def test_who_knows_the_timetable_changes_alike_here(populated: Callable[..., Network]) -> None:
    network = populated(qinnan=300, longhua=100)
    assert evaluated(network, planned=True).total == evaluated(network).total


def test_nobody_is_late_nobody_misses(coast: Networks) -> None:
    assert evaluated(coast("reliability.late_share.rail=0", "reliability.late_share.ferry=0")).total.missed_share == 0


def test_times_between_the_terminals_of_a_city(coast: Networks) -> None:
    network = coast("evaluation.weekday=tue")
    times = DoorTimes(network)
    doors = times.search("transit").doors
    found = terminal_times(doors, ("beihai_station", "port_beihai"), times.starts_s)
    # 8 out, 5 + 12 by taxi, 30 in; 10 out, 17, 20 in; a change of train 10, of ship 10
    assert found.minutes.tolist() == [[10, 55], [47, 10]]
    assert [found.within(limit) for limit in (46, 47, 55)] == [(0, 2), (1, 2), (2, 2)]
    # the airport stands off all roads
    air = terminal_times(doors, ("nanning_east", "wuxu_airport"), times.starts_s).minutes
    assert np.isnan(air[0, 1])
    assert np.isnan(air[1, 0])
    # 7 min there are 8 km at 32 km/h and 7 km at 35: 15 and 12 min, 5 of wait
    nanning = terminal_times(doors, ("nanning_east", "nanning_station"), times.starts_s).minutes
    assert nanning[0, 1] == 8 + 5 + 27 + 20


def test_hub_score(populated: Callable[..., Network]) -> None:
    found = evaluated(populated(qinnan=300, longhua=100))
    rows = {row["hub"]: row for row in hub_rows(found, 46)}
    nanning = rows["city:nanning"]
    assert (nanning["modes"], nanning["terminals"], nanning["terminal_pairs"]) == ("air rail", 3, 6)
    assert nanning["terminal_pairs_within"] == 0
    assert {row["hub"]: row["terminal_pairs_within"] for row in hub_rows(found, 60)}["city:nanning"] == 2
    assert rows["hub_beihai"]["rank"] == "regional"
    assert rows["hub_beihai"]["interchange_share"] == 1


def test_tables(coast: Networks) -> None:
    found = evaluated(coast())
    table = transfers_table([found])
    assert table.set_index(["mode", "definition", "hub", "mode_pair"]).index.is_unique
    assert set(table["weights"]) == {"equal"}
    assert table.loc[table["hub"] == "all", "mode_pair"].tolist() == ["all", "ferry-rail"]
    terminals = terminals_table(found)
    assert len(terminals) == sum(len(hub.interchange.terminals) ** 2 for hub in found.hubs)
