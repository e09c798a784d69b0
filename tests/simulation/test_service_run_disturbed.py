"""Runs of the coast that something disturbs: closures, late vehicles, platforms, delays of their own; worked by hand in minutes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from bbwnet.network.network import Network
from bbwnet.scenario.schema.simulation_services import DelaySplit
from bbwnet.simulation.day import Record, simulate_once
from bbwnet.simulation.disturbed_run import own_delays
from bbwnet.simulation.passengers import operating_runs
from bbwnet.simulation.runs import Runs
from bbwnet.simulation.timetable_runs import operating
from bbwnet.simulation.world import PartResult, World

QUIET = ("simulation.services.delays=none", "simulation.services.line_capacity=none", "simulation.warm_up_h=0")
Coast = Callable[..., Network]


class Diary:
    """Riders who write down what they hear."""

    def __init__(self, _: World) -> None:
        self.lines: list[tuple[str, int, int, float]] = []

    def start(self) -> None:
        """Nothing to begin."""

    def arrive(self, run: int, call: int, now: float) -> None:
        self.lines.append(("arrive", run, call, now))

    def depart(self, run: int, call: int, now: float) -> None:
        self.lines.append(("depart", run, call, now))

    def visit(self, run: int, call: int, now: float) -> None:
        self.lines.append(("visit", run, call, now))

    def passed(self, run: int, call: int, now: float) -> None:
        self.lines.append(("passed", run, call, now))

    def cancelled(self, run: int, from_call: int, now: float) -> None:
        self.lines.append(("cancelled", run, from_call, now))

    def finish(self) -> PartResult:
        return PartResult()


def simulate(network: Network) -> tuple[Record, Diary]:
    diaries: list[Diary] = []

    def diary(world: World) -> Diary:
        diaries.append(Diary(world))
        return diaries[0]

    return simulate_once(network, {"passengers": diary, "runs": Runs}), diaries[0]


def closed(what: str, start: str, end: str, more: str = "") -> str:
    return f"disruptions=[{{{what}, from: 'day 1 {start}', until: 'day 1 {end}'{more}}}]"


def calls(network: Network, diary: Diary, service: str, number: int) -> list[tuple[str, str, float]]:
    """What a service's run (counted over both directions, in order of trips) does where, in minutes."""
    trips = network.trips
    run = [trip for trip in range(trips.count) if trips.patterns[trips.pattern[trip]].service == service][number]
    names = network.nodes.index
    return [(what, str(names[trips.stop[call]]), round(second / 60, 6)) for what, own, call, second in diary.lines if own == run]


def late(record: Record, service: str, direction: str, departs_min: float) -> float:
    runs = record.tables["runs"]
    own = runs[(runs["service"] == service) & (runs["direction"] == direction) & (runs["departs"] == departs_min * 60)]
    return float(own["delay_end_min"].iloc[0])


@pytest.mark.parametrize("closure", [(), (closed("what: haikou_station", "23:50", "23:51"),)])
def test_runs_that_nothing_disturbs_are_on_time_to_the_second(coast: Coast, closure: tuple[str, ...]) -> None:
    # A closure that touches nobody sends all trains of its service the long way round in the code; `by_service` is on.
    network = coast(*QUIET, *closure)
    trips = network.trips
    _, diary = simulate(network)
    heard = {(run, call): second for what, run, call, second in diary.lines if what in {"arrive", "visit"}}
    planned = {
        (trip, call): float(trips.arrive_s[call])
        for trip in np.flatnonzero(operating(network, 1)).tolist()
        for call in range(trips.first_call[trip] + 1, trips.first_call[trip + 1])
    }
    assert heard == planned


def test_days_of_runs_are_those_of_passengers(coast: Coast) -> None:
    network = coast(*QUIET)
    assert (operating_runs(network, 0, 9) == np.stack([operating(network, day) for day in range(10)])).all()


def test_a_closed_link_stops_who_is_on_it_and_holds_who_is_not(coast: Coast) -> None:
    network = coast(*QUIET, closed("what: ne-qz", "07:40", "08:30"))
    record, diary = simulate(network)
    # 26.5 of 33 min are run when it closes at 460; then 70 % of the stop and 95 % of the run are needed.
    assert calls(network, diary, "emu_ns_bh_2016", 0) == [
        ("depart", "nanning_station", 420.0),
        ("arrive", "nanning_east", 430.5),
        ("depart", "nanning_east", 433.5),
        ("arrive", "qinzhou_east", 516.5),
        ("depart", "qinzhou_east", 517.9),
        ("arrive", "beihai_station", 549.82),
    ]
    assert calls(network, diary, "emu_ne_fn_2016", 0) == [
        ("depart", "nanning_east", 510.0),
        ("arrive", "qinzhou_east", 541.35),
        ("depart", "qinzhou_east", 542.75),
        ("arrive", "fangchenggang_north", 577.52),
    ]
    runs = record.tables["runs"].set_index(["service", "direction", "departs"])
    assert runs.loc[("emu_ne_fn_2016", "forward", 480 * 60), "held_min"] == pytest.approx(30.0)
    assert late(record, "emu_ns_bh_2016", "forward", 420) == pytest.approx(47.72)
    assert late(record, "emu_ne_fn_2016", "backward", 480) == 0.0


def test_out_of_patience_a_run_is_cancelled_and_its_vehicle_is_missed_at_the_other_end(coast: Coast) -> None:
    network = coast(*QUIET, closed("what: ne-qz", "07:40", "08:30"), "simulation.services.hold_patience_min.rail=10")
    record, diary = simulate(network)
    assert calls(network, diary, "emu_ne_fn_2016", 0) == [("cancelled", "nanning_east", 490.0)]
    # The train of 840 from Fangchenggang should have been its vehicle's; the one of 1200 has that of the run of 840 the other way.
    assert calls(network, diary, "emu_ne_fn_2016", 4) == [("cancelled", "fangchenggang_north", 850.0)]
    assert late(record, "emu_ne_fn_2016", "backward", 1200) == 0.0
    (row,) = record.balance
    assert (row.gave_up, row.under_way) == (2.0, 0.0)
    assert "emu_ne_fn_2016 (2)" in record.messages[0]


def test_a_run_that_is_under_way_ends_at_the_stop_before(coast: Coast) -> None:
    network = coast(*QUIET, closed("what: rjct-bh", "07:00", "12:00"), "simulation.services.hold_patience_min.rail=10")
    _, diary = simulate(network)
    assert calls(network, diary, "emu_ns_bh_2016", 0)[-2:] == [("arrive", "qinzhou_east", 466.5), ("cancelled", "qinzhou_east", 478.5)]


def test_the_next_run_of_a_vehicle_waits_for_it(coast: Coast) -> None:
    closure = closed("what: ne-qz", "07:40", "08:30")
    network = coast(*QUIET, closure, "simulation.services.turnaround_min.rail=97")
    record, diary = simulate(network)
    # 47.72 min late, ready again 97 min later; 5 % of the runs and 30 % of the stops are run off on the way back.
    assert calls(network, diary, "emu_ns_bh_2016", 6) == [
        ("depart", "beihai_station", 646.82),
        ("arrive", "qinzhou_east", 678.74),
        ("depart", "qinzhou_east", 680.14),
        ("arrive", "nanning_east", 711.49),
        ("depart", "nanning_east", 712.89),
        ("arrive", "nanning_station", 722.865),
    ]
    alone, _ = simulate(coast(*QUIET, closure, "simulation.services.rolling_stock=none"))
    assert late(alone, "emu_ns_bh_2016", "backward", 600) == 0.0
    assert late(record, "emu_ns_bh_2016", "backward", 600) == pytest.approx(41.765)


def test_a_train_passes_a_closed_station_and_makes_up_for_nothing(coast: Coast) -> None:
    network = coast(*QUIET, closed("what: qinzhou_east", "07:30", "08:10"))
    _, diary = simulate(network)
    assert calls(network, diary, "emu_ns_bh_2016", 0)[-2:] == [("passed", "qinzhou_east", 466.5), ("arrive", "beihai_station", 502.1)]


def test_a_train_waits_outside_its_closed_last_station(coast: Coast) -> None:
    record, _ = simulate(coast(*QUIET, closed("what: beihai_station", "08:00", "09:00")))
    assert late(record, "emu_ns_bh_2016", "forward", 420) == pytest.approx(37.9)


def test_a_slowed_mode_is_slowed_once(coast: Coast) -> None:
    network = coast(*QUIET, closed("mode: rail", "00:00", "23:59", ", to: slowed, speed_factor: 0.5"))
    _, diary = simulate(network)
    assert calls(network, diary, "emu_ns_bh_2016", 0)[:2] == [("depart", "nanning_station", 420.0), ("arrive", "nanning_east", 441.0)]


def test_flights_are_held_by_a_closed_airport_at_their_other_end(coast: Coast) -> None:
    _, diary = simulate(network := coast(*QUIET, closed("what: wuxu_airport", "07:30", "08:30")))
    assert calls(network, diary, "air_hanoi_nanning", 0)[0] == ("depart", "noibai_airport", 510.0)


def test_platforms(coast: Coast) -> None:
    one = "simulation.services.platforms=[{node: qinzhou_east, platforms: 1}]"
    record, diary = simulate(network := coast(*QUIET, one, closed("what: ne-qz", "07:40", "08:30")))
    (visits,) = [item for item in record.visits if item.kind == "platforms"]
    busy = np.sort(np.stack([visits.start_s, visits.leave_s], axis=1), axis=0)
    assert (busy[1:, 0] >= busy[:-1, 1]).all()
    # The late train comes at 516.5, while another one stands from 516.1 to 518.1.
    assert visits.wait_s.max() == pytest.approx(96.0)
    assert ("arrive", "qinzhou_east", 518.1) in calls(network, diary, "emu_ns_bh_2016", 0)
    # 10 and 6 of the two lines call, the slow one each way, and on some days the one over the strait.
    runs = record.tables["runs"]
    assert len(visits.arrive_s) == 18 + int((runs["service"] == "conv_qz_hk_2016").sum())


def test_own_delays_are_as_the_scenario_says() -> None:
    drawn = [own_delays(np.random.default_rng(seed), 0.25, 600.0, DelaySplit(initial_share=0.4), (100, 300)) for seed in range(20_000)]
    ends = np.array(drawn)
    assert (ends[:, 2] > 0).mean() == pytest.approx(0.25, abs=0.012)
    assert ends[:, 2].mean() == pytest.approx(150.0, rel=0.06)
    some = ends[ends[:, 2] > 0]
    assert some[:, 0] / some[:, 2] == pytest.approx(0.4)
    assert (np.diff(some, axis=1) >= 0).all()


def test_runs_are_as_late_as_the_scenario_says_where_nothing_is_in_their_way(coast: Coast) -> None:
    settings = ("simulation.services.line_capacity=none", "simulation.services.rolling_stock=none", "simulation.days=300")
    runs = simulate(coast(*settings))[0].tables["runs"]
    rail = runs[(runs["mode"] == "rail") & runs["delay_end_min"].notna()]["delay_end_min"]
    assert (rail > 1e-9).mean() == pytest.approx(0.1, abs=0.02)
    assert rail[rail > 1e-9].mean() == pytest.approx(10.0, rel=0.12)


def test_scenarios_that_differ_in_one_headway_differ_only_there(coast: Coast) -> None:
    def known(*settings: str) -> pd.DataFrame:
        runs = simulate(coast(*settings))[0].tables["runs"].drop(columns="trip")
        return runs.set_index(["service", "direction", "departs"]).sort_index()

    usual, more = known(), known("policy.headway_factor.ferry=0.5")
    assert len(more) > len(usual)
    pd.testing.assert_frame_equal(usual[usual["mode"] != "ferry"], more[more["mode"] != "ferry"])
    assert (usual["delay_end_min"] > 0).any()
