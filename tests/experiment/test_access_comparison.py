"""Access and changes of vehicle before and after, on the coast with people, by hand."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from bbwnet.errors import NetworkError
from bbwnet.evaluation.travel_times import Timekeeper
from bbwnet.experiment.access_comparison import AccessComparison, compare_access
from bbwnet.experiment.measures import MeasureChange, measure_changes
from bbwnet.experiment.transfer_comparison import HUB_FIGURES, TransferComparison, compare_transfers
from bbwnet.network.network import Network

Networks = Callable[..., Network]

PEOPLE = tuple(
    f"places.{zone}.population=[{{year: 2016, persons: {thousands}000, source: made_up, confidence: reported}}]"
    for zone, thousands in (("gangkou", 100), ("haicheng", 200), ("longhua", 300), ("qingxiu", 400))
)
"""Those of Qinnan and Qiongshan are not known; a million in all."""

BRIDGE = (*PEOPLE, "projects.also=[strait_crossing]")
TUNNEL = (*BRIDGE, "projects.variant.strait_crossing=tunnel")


@pytest.fixture(scope="module")
def bridged(coast: Networks) -> AccessComparison:
    (found,) = compare_access(Timekeeper(coast(*PEOPLE)), [Timekeeper(coast(*BRIDGE))], "road")
    return found


@pytest.fixture(scope="module")
def transfers(coast: Networks) -> list[TransferComparison]:
    networks = (PEOPLE, PEOPLE, (*PEOPLE, "policy.transfer.walk_factor=0.5"), TUNNEL)
    first, *others = (Timekeeper(coast(*settings)) for settings in networks)
    return compare_transfers(first, others)


def values(measures: tuple[MeasureChange, ...]) -> dict[str, list[float | None]]:
    return {item.measure: [item.before, item.after] for item in measures}


def test_zones_before_and_after_a_bridge(bridged: AccessComparison) -> None:
    assert bridged.mode == "road"
    zones = {zone.zone: zone for zone in bridged.zones}
    assert list(zones) == ["gangkou", "haicheng", "longhua", "qingxiu", "qinnan", "qiongshan"]
    # From Beihai by car, parking included: 108 min to Fangchenggang, 128 to Nanning, 309 by ferry or 74 by bridge to Haikou.
    beihai = zones["haicheng"]
    assert beihai.city == "beihai"
    assert beihai.mean_before_min == pytest.approx((100 * 108 + 400 * 128 + 300 * 309) / 800)
    assert beihai.mean_after_min == pytest.approx((100 * 108 + 400 * 128 + 300 * 74) / 800)
    assert beihai.saved_min == pytest.approx(300 * 235 / 800)
    # Own people, Fangchenggang within two hours, Nanning within three; by bridge Haikou too, within two.
    assert beihai.share_within_before == pytest.approx((0.2, 0.3, 0.7))
    assert beihai.share_within_after == pytest.approx((0.2, 0.6, 1.0))
    assert zones["longhua"].saved_min == pytest.approx(235)


def test_the_region_before_and_after_a_bridge(bridged: AccessComparison) -> None:
    measures = values(bridged.measures)
    zones = {zone.zone: zone for zone in bridged.zones}
    people = {"gangkou": 0.1, "haicheng": 0.2, "longhua": 0.3, "qingxiu": 0.4}
    before, after = measures["mean_min"]
    # Each zone counts as much as its people; zones where nobody is counted do not.
    assert before == pytest.approx(sum(share * (zones[zone].mean_before_min or 0) for zone, share in people.items()))
    assert after == pytest.approx(sum(share * (zones[zone].mean_after_min or 0) for zone, share in people.items()))
    # 0.1 x 0.1 + 0.2 x 0.2 + 0.3 x 0.3 + 0.4 x 0.4: nobody has another zone with people within the hour.
    assert measures["mean_share_of_people_within_60_min"] == pytest.approx([0.30, 0.30])
    # Before: 0.1 x 0.7 + 0.2 x 0.3 + 0.3 x 0.3 + 0.4 x 0.5; after: 0.1 x 0.7 + 0.2 x 0.6 + 0.3 x 0.5 + 0.4 x 0.5.
    assert measures["mean_share_of_people_within_120_min"] == pytest.approx([0.42, 0.54])
    assert measures["worst:across_provinces"] == [429, 194]
    assert measures["expressway_share"] == [0.6, 1]


def test_zones_most_improved_first(bridged: AccessComparison) -> None:
    saved = [zone.saved_min or 0 for zone in bridged.most_improved(9)]
    assert saved == sorted(saved, reverse=True)
    assert [zone.zone for zone in bridged.most_improved(2)] == ["longhua", "qiongshan"]
    assert bridged.most_improved(0) == []
    unknown = dataclasses.replace(bridged, zones=(dataclasses.replace(bridged.zones[0], mean_after_min=None),))
    assert (unknown.zones[0].saved_min, unknown.most_improved(9)) == (None, [])


def test_nothing_changed(coast: Networks) -> None:
    (same,) = compare_access(Timekeeper(coast(*PEOPLE)), [Timekeeper(coast(*PEOPLE))], "transit")
    assert all(item.before == item.after for item in same.measures)
    assert same.most_improved(9) == []


def test_a_region_where_nobody_is_counted(coast: Networks) -> None:
    (found,) = compare_access(Timekeeper(coast()), [Timekeeper(coast("projects.also=[strait_crossing]"))], "road")
    measures = values(found.measures)
    assert measures["mean_min"] == [None, None]
    assert measures["mean_share_of_people_within_60_min"] == [None, None]
    # The times of cities need no people.
    assert measures["worst:across_provinces"] == [429, 194]
    assert {zone.saved_min for zone in found.zones} == {None}
    assert found.most_improved(9) == []


def test_changes_of_vehicle(transfers: list[TransferComparison]) -> None:
    same, shorter, tunnel = transfers
    assert all(item.before == item.after for item in same.measures)
    assert all(before == after for hub in same.hubs for before, after in hub.figures.values())
    # Train to ferry: 8 min to leave, 12 by taxi and 5 for it, 30 to enter; ferry to train: 10, 17 and 20. All but the way is halved.
    walks = values(shorter.measures)
    assert walks["walk_p90"] == [55, 36]
    before, after = walks["walk_mean"]
    assert before is not None
    assert after is not None
    assert 17 + (before - 17) / 2 == pytest.approx(after, abs=0.6)
    # Trains to the island: Beihai and Haikou are joined by rail both ways, though no road leads to the station of Haikou.
    assert values(tunnel.measures)["directions_served:main"] == [10, 12]
    for found in transfers:
        assert all(set(hub.figures) == set(HUB_FIGURES) for hub in found.hubs)


def test_changes_of_vehicle_by_headway_are_none(coast: Networks) -> None:
    keeper = Timekeeper(coast("evaluation.view=headway"))
    with pytest.raises(NetworkError, match="knows no departures"):
        compare_transfers(keeper, [keeper])


def test_measures_side_by_side() -> None:
    def row(clause: str | None, measure: str, value: float | None) -> dict[str, object]:
        return {"clause": clause, "measure": measure, "unit": "min", "value": value}

    before = [row("V1", "walk", 10.0), row(None, "walk", 1.0), row("V1", "gone", 3.0), row("V3", "wait", float("nan"))]
    after = [row("V3", "wait", 5.0), row(None, "walk", None), row("V1", "walk", 8.0), row("V1", "new", 7.0)]
    assert measure_changes(before, after) == (
        MeasureChange("V1", "walk", "min", 10.0, 8.0),
        MeasureChange(None, "walk", "min", 1.0, None),
        MeasureChange("V3", "wait", "min", None, 5.0),
    )
