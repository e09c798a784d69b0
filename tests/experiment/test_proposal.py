"""Proposed lines: great circle times the measured detour, and YAML that the reader takes back."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from bbwnet.errors import InputError
from bbwnet.experiment.detours import detour_at
from bbwnet.experiment.proposal import LINE_CLASSES, propose, to_yaml
from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.scenario.read import load_scenario
from bbwnet.scenario.scenario import Scenario

Networks = Callable[..., Network]
Scenarios = Callable[..., Scenario]


def direct_km(network: Network, a: str, b: str) -> float:
    """Great circle by the law of cosines, another formula than the builder's."""
    lon1, lon2, lat1, lat2 = (math.radians(float(network.nodes[column].to_dict()[node])) for column in ("lon", "lat") for node in (a, b))
    return 6371.0088 * math.acos(math.sin(lat1) * math.sin(lat2) + math.cos(lat1) * math.cos(lat2) * math.cos(lon2 - lon1))


def test_length_is_great_circle_times_the_median_detour(coast: Networks, coast_scenario: Scenarios) -> None:
    network = coast()
    found = propose(coast_scenario(), network, "new_line", ["nanning_east", "wutang", "beihai_station"], "rail_250")
    # one line of 250 km/h: Nanning East - 100 km - Qinzhou East - 12 km - junction - 72 km - Beihai; too few stretches for any to
    # be left out, so all six count at every distance
    chain = ("nanning_east", "qinzhou_east", "rjct_qinzhou", "beihai_station")
    along = {"nanning_east": 0, "qinzhou_east": 100, "rjct_qinzhou": 112, "beihai_station": 184}
    detour = statistics.median((along[b] - along[a]) / direct_km(network, a, b) for a, b in combinations(chain, 2))
    assert [item.stretches for item in found.detours] == [6, 6]
    assert [item.factor for item in found.detours] == pytest.approx([detour, detour], rel=1e-6)
    expected = [direct_km(network, a, b) * detour for a, b in (("nanning_east", "wutang"), ("wutang", "beihai_station"))]
    assert found.lengths_km == pytest.approx(expected, abs=0.051)
    # 200 km/h, and at each of three stops but the ends dwell 2: 2 x 3 min lost, 2 min stood
    assert found.run_minutes == pytest.approx(sum(found.lengths_km) / 200 * 60 + 2 * 3 + 2, abs=0.02)


def test_a_detour_is_that_of_like_distances() -> None:
    # ten stretches about 100 km apart, 10 % longer than the great circle, and ten about 300 km apart, 30 % longer
    near = [(95.0 + number, (95 + number) * 1.1) for number in range(10)]
    far = [(295.0 + number, (295 + number) * 1.3) for number in range(10)]
    for distance, factor in ((100, 1.1), (300, 1.3)):
        found = detour_at([*near, *far], distance)
        assert found.stretches == 10
        assert found.factor == pytest.approx(factor)
    with pytest.raises(ValueError, match="no stretches"):
        detour_at([], 100)


def test_a_road_takes_the_median_speed_of_its_class(coast: Networks, coast_scenario: Scenarios) -> None:
    found = propose(coast_scenario(), coast(), "road", ["qingxiu", "haicheng"], "expressway")
    assert found.free_speed_kmh == statistics.median([110, 90, 75, 60, 80])
    assert found.run_minutes == pytest.approx(found.lengths_km[0] / 80 * 60)


@pytest.mark.parametrize(
    ("nodes", "line_class"),
    [
        (["nanning_east", "wutang", "beihai_station"], "rail_250"),
        (["wutang", "haikou_station"], "rail_160"),
        (["qingxiu", "haicheng"], "expressway"),
        (["qinnan", "dongxing"], "class_2"),
    ],
)
def test_the_yaml_is_taken_when_included(
    coast: Networks, coast_scenario: Scenarios, coast_folder: Path, nodes: list[str], line_class: str
) -> None:
    proposal = propose(coast_scenario(), coast(), "new_line", nodes, line_class)
    (coast_folder / "network" / "proposal.yaml").write_text(to_yaml(proposal), encoding="utf-8")
    index = coast_folder / "network" / "network.yaml"
    index.write_text(index.read_text(encoding="utf-8").replace("projects.yaml]", "projects.yaml, proposal.yaml]"), encoding="utf-8")
    network = build_network(load_scenario(coast_folder / "baseline.yaml", overrides=["projects.also=[new_line]"]))
    added = [f"new_line_{number}" for number in range(1, len(nodes))]
    assert [network.links.at[link, "length_km"] for link in added] == list(proposal.lengths_km)
    assert set(network.links.index) - set(coast().links.index) == set(added)
    runs = [sum(item.run_seconds) + sum(item.dwell_seconds) for item in network.trips.patterns if item.service == "new_line_service"]
    if line_class.startswith("rail"):
        assert proposal.run_minutes is not None
        assert runs == pytest.approx([proposal.run_minutes * 60] * 2, abs=1)
    else:
        assert runs == []


def test_a_scenario_takes_the_line_in_by_itself(coast: Networks, coast_scenario: Scenarios, coast_folder: Path) -> None:
    proposal = propose(coast_scenario(), coast(), "new_line", ["nanning_east", "beihai_station"], "rail_250")
    (coast_folder / "line.yaml").write_text(to_yaml(proposal), encoding="utf-8")
    mine = "schema: 1\nextends: baseline.yaml\nname: {zh: 我, en: Mine}\ninclude: [line.yaml]\nprojects: {also: [new_line]}\n"
    (coast_folder / "mine.yaml").write_text(mine, encoding="utf-8")
    scenario = load_scenario(coast_folder / "mine.yaml")
    assert "scenarios/line.yaml" in [file.name for file in scenario.files]
    assert build_network(scenario).links.at["new_line_1", "length_km"] == proposal.lengths_km[0]


def test_a_class_that_is_not_there(coast: Networks, coast_scenario: Scenarios) -> None:
    with pytest.raises(InputError, match="unknown class of line") as caught:
        propose(coast_scenario(), coast(), "x", ["qingxiu", "haicheng"], "expresway")
    assert caught.value.problems[0].nearest == "expressway"
    with pytest.raises(InputError, match="no links of class rail_350 to measure a detour from"):
        propose(coast_scenario(), coast(), "x", ["nanning_east", "wutang"], "rail_350")


def test_classes_have_speeds_apart() -> None:
    ranges = sorted(item.speed_range_kmh for item in LINE_CLASSES.values() if item.mode == "rail")
    assert all(low[1] < high[0] for low, high in pairwise(ranges))
