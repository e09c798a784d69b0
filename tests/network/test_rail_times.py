"""Run times of trains by the formula of RunTimeClass, worked by hand on the coast.

Speeds kept while running: EMU on the fast lines 250 x 0.8 = 200 km/h, on Beihai's (operated at 200) 160, on the slow double
track 120 x 0.75 = 90, on the single track 120 x 0.75 x 0.8 = 72; conventional 120 x 0.8 = 96, on the old line (single
track, diesel) 100 x 0.8 x 0.75 x 0.8 = 48.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bbwnet.network.build import build_with_problems
from bbwnet.network.network import Network
from bbwnet.network.rail_times import RailTimes
from bbwnet.scenario.scenario import Scenario

Networks = Callable[..., Network]
Scenarios = Callable[..., Scenario]


@pytest.fixture
def rail_times(coast: Networks, coast_scenario: Scenarios) -> Callable[..., RailTimes]:
    """Rail times of a train class on the coast with settings."""

    def make(train_class: str, *settings: str) -> RailTimes:
        return RailTimes(coast(*settings).assembly.links.values(), coast_scenario(*settings).records.run_time_classes, train_class)

    return make


@pytest.mark.parametrize(
    ("train_class", "start", "end", "via", "minutes", "dwell_min", "links"),
    [
        # 12 / 90 h = 8 min, start 1.5, stop 1 (slow class at both ends)
        ("emu_250", "nanning_station", "nanning_east", (), 10.5, 3, "ns-ne"),
        # 100 / 200 h = 30, start 2, stop 1
        ("emu_250", "nanning_east", "qinzhou_east", (), 33.0, 2, "ne-qz"),
        # 12 / 200 h = 3.6, 72 / 160 h = 27, start 2, stop 1: the junction is passed
        ("emu_250", "qinzhou_east", "beihai_station", (), 33.6, 2, "qz-rjct rjct-bh"),
        # 3.6, single track 36 / 72 h = 30, start 2 (fast class), stop 1 and dwell 3 (slow class)
        ("emu_250", "qinzhou_east", "fangchenggang_north", (), 36.6, 3, "qz-rjct rjct-fn"),
        # the other way round: start 1.5 (slow class), stop 1 and dwell 2 (fast class)
        ("emu_250", "fangchenggang_north", "qinzhou_east", (), 36.1, 2, "rjct-fn qz-rjct"),
        # 8 + 30 + 3.6 + 27, start 1.5 (slow), stop 1
        ("emu_250", "nanning_station", "beihai_station", (), 71.1, 2, "ns-ne ne-qz qz-rjct rjct-bh"),
        # 50 / 48 h = 62.5, start 3, stop 2
        ("conventional", "nanning_east", "wutang", (), 67.5, 4, "ne-wt"),
        # 100 / 96 h = 62.5, start 3, stop 2: the fast line is quicker than the old one
        ("conventional", "nanning_east", "qinzhou_east", (), 67.5, 4, "ne-qz"),
        # 62.5 + 45 / 48 h = 56.25, start 3, stop 2
        ("conventional", "nanning_east", "qinzhou_east", ("wutang",), 123.75, 4, "ne-wt wt-qz"),
        # the train ferry's own 90 minutes, no losses and no dwell
        ("conventional", "beihai_station", "haikou_station", (), 90.0, 0, "bh-hk_train_ferry"),
        # 12 / 96 h = 7.5, 72 / 96 h = 45, 90, start 3
        ("conventional", "qinzhou_east", "haikou_station", (), 145.5, 0, "qz-rjct rjct-bh bh-hk_train_ferry"),
    ],
)
def test_run_time(
    rail_times: Callable[..., RailTimes],
    train_class: str,
    start: str,
    end: str,
    via: tuple[str, ...],
    minutes: float,
    dwell_min: float,
    links: str,
) -> None:
    section = rail_times(train_class).section(start, end, via)
    assert section is not None
    assert section.seconds == minutes * 60
    assert section.dwell_seconds == dwell_min * 60
    assert section.links == tuple(links.split())


def test_trains_run_no_faster_than_they_can(rail_times: Callable[..., RailTimes]) -> None:
    section = rail_times("emu_250", "links.ne-qz.design_speed_kmh=350").section("nanning_east", "qinzhou_east")
    assert section is not None
    assert section.seconds == 33 * 60  # still min(350, 250) x 0.8


def test_goods_lines_are_not_for_passengers(rail_times: Callable[..., RailTimes]) -> None:
    tempting = "links.ns-bh_freight.design_speed_kmh=400"  # 180 / 200 h = 54 min, less than 68.6 over the coastal line
    goods = rail_times("emu_250", tempting).section("nanning_station", "beihai_station")
    mixed = rail_times("emu_250", tempting, "links.ns-bh_freight.use=mixed").section("nanning_station", "beihai_station")
    assert goods is not None
    assert goods.links == ("ns-ne", "ne-qz", "qz-rjct", "rjct-bh")
    assert mixed is not None
    assert (mixed.links, mixed.seconds) == (("ns-bh_freight",), 57 * 60)


def test_track_of_another_gauge_is_not_used(rail_times: Callable[..., RailTimes]) -> None:
    metre = rail_times("conventional", "links.ne-qz.gauge_mm=1000").section("nanning_east", "qinzhou_east")
    dual = rail_times("conventional", "links.ne-qz.gauge_mm=null", "links.ne-qz.mixed_gauge=true").section("nanning_east", "qinzhou_east")
    assert metre is not None
    assert metre.links == ("ne-wt", "wt-qz")
    assert dual is not None
    assert dual.links == ("ne-qz",)


def test_no_class_for_a_speed_means_no_trains_there(coast: Networks, coast_scenario: Scenarios) -> None:
    fast = [item for item in coast_scenario().records.run_time_classes if item.id == "emu_250_fast"]
    times = RailTimes(coast().assembly.links.values(), fast, "emu_250")
    assert times.section("nanning_east", "qinzhou_east") is not None
    assert times.section("nanning_station", "nanning_east") is None


def test_directed_track_is_run_one_way(rail_times: Callable[..., RailTimes]) -> None:
    times = rail_times(
        "emu_250", "links.rjct-bh.directed=true", "services.emu_ns_bh_2016.directed=true", "services.conv_qz_hk_2016.directed=true"
    )
    there, back = times.section("qinzhou_east", "beihai_station"), times.section("beihai_station", "qinzhou_east")
    assert there is not None
    assert back is None


def patterns(network: Network, service: str) -> list[tuple[tuple[str, ...], tuple[int, ...], tuple[int, ...]]]:
    return [(item.stops, item.run_seconds, item.dwell_seconds) for item in network.trips.patterns if item.service == service]


def test_pattern_of_a_service_both_ways(coast: Networks) -> None:
    # there: 10.5, dwell 3, 33, dwell 2, 33.6; back: 33.6, dwell 2, 33, dwell 2, 10.5 (the same losses at these stops)
    stops = ("nanning_station", "nanning_east", "qinzhou_east", "beihai_station")
    assert patterns(coast(), "emu_ns_bh_2016") == [
        (stops, (630, 1980, 2016), (180, 120)),
        (stops[::-1], (2016, 1980, 630), (120, 120)),
    ]


def test_dwell_of_the_service_itself(coast: Networks) -> None:
    there, _ = patterns(coast("services.emu_ns_bh_2016.dwell_min=1.5"), "emu_ns_bh_2016")
    assert there[2] == (90, 90)


def test_a_directed_service_runs_one_way(coast: Networks) -> None:
    assert len(patterns(coast("services.emu_ns_bh_2016.directed=true"), "emu_ns_bh_2016")) == 1


def test_via_is_passed_without_a_stop(coast: Networks) -> None:
    settings = ("services.conv_ne_qz_2016.stops=[nanning_station, nanning_east, qinzhou_east]", "services.conv_ne_qz_2016.via=[wutang]")
    there, back = (item for item in coast(*settings).trips.patterns if item.service == "conv_ne_qz_2016")
    assert there.links == (("ns-ne",), ("ne-wt", "wt-qz"))
    assert back.links == (("wt-qz", "ne-wt"), ("ns-ne",))
    # 12 / 96 h = 7.5 + 5; 62.5 + 56.25 + 5
    assert there.run_seconds == (750, 7425)
    assert back.run_seconds == (7425, 750)


def test_given_run_times_stand(coast: Networks) -> None:
    there, back = patterns(coast("services.emu_ns_bh_2016.run_minutes=[10, 30, 32]"), "emu_ns_bh_2016")
    assert there[1] == (600, 1800, 1920)
    assert back[1] == (1920, 1800, 600)


@pytest.mark.parametrize(("minutes", "accepted"), [(24, True), (23.6, True), (23.4, False)])
def test_given_run_times_faster_than_the_line(coast_scenario: Scenarios, minutes: float, *, accepted: bool) -> None:
    # 100 km at 250 km/h take 24 min; 2 % are forgiven: 24 / 1.02 = 23.53
    _, problems = build_with_problems(coast_scenario(f"services.emu_ns_bh_2016.run_minutes=[10, {minutes}, 32]"))
    assert (problems == []) is accepted
    if not accepted:
        assert len({problem.message for problem in problems}) == 1 + 1  # once a direction
        assert "run time from nanning_east to qinzhou_east is faster than the line's speed allows" in problems[0].message
        assert problems[0].expected == "at least 24.0 min over 100.0 km"


def test_a_train_carries_on_as_another(coast: Networks) -> None:
    network = coast("services.conv_ne_qz_2016.continues_as=conv_qz_hk_2016")
    there, back = (item for item in network.trips.patterns if (item.train_class or "") == "conventional")
    stops = ("nanning_east", "wutang", "qinzhou_east", "beihai_station", "haikou_station")
    # 67.5; 45 / 48 h + 5 = 61.25; 7.5 + 45 + 5 = 57.5; 90 min
    assert (there.service, there.stops, there.run_seconds) == ("conv_ne_qz_2016", stops, (4050, 3675, 3450, 5400))
    assert there.dwell_seconds == (240, 240, 240)
    assert there.departures_seconds == (6 * 3600,)
    # it comes back on the departure of the one that it carried on as
    assert (back.stops, back.departures_seconds) == (stops[::-1], (20 * 3600,))


def test_carrying_on_from_elsewhere_is_a_problem(coast_scenario: Scenarios) -> None:
    _, problems = build_with_problems(coast_scenario("services.conv_ne_qz_2016.continues_as=emu_ne_fn_2016"))
    assert "service emu_ne_fn_2016 is carried on from qinzhou_east but starts at nanning_east" in {problem.message for problem in problems}
