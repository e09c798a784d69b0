"""Ports as queues, built from YAML: answers worked by hand, closed forms, and the two ways of reckoning against each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bbwnet.errors import InputError, RunError
from bbwnet.simulation.day import Record
from bbwnet.simulation.replications import batch_means
from tests.simulation.harbour import MADE_UP, at, network_of, port_day, ships, write_harbour

HOUR = 3600.0
TWO_SHIPS = ships("a", "quay", ["day 1 00:00", "day 1 01:00"], "mean_h: 3")


def run(path: Path) -> Record:
    return port_day(network_of(path))


def hours(values: NDArray[np.float64]) -> list[float]:
    return [round(float(value), 6) for value in values / HOUR]


def test_two_ships_one_berth(tmp_path: Path) -> None:
    visits = at(run(write_harbour(tmp_path, ["id: quay, berths: 1"], f"streams: [{TWO_SHIPS}]")), "berths", "quay")
    assert hours(visits.arrive_s) == [0, 1]
    assert hours(visits.start_s) == [0, 3]
    assert hours(visits.leave_s) == [3, 6]
    assert visits.servers == 1


def test_who_comes_at_once_goes_by_name(tmp_path: Path) -> None:
    both = ", ".join(ships(name, "quay", ["day 1 02:00"], f"mean_h: {hour}") for name, hour in (("b", 5), ("a", 1)))
    visits = at(run(write_harbour(tmp_path, ["id: quay, berths: 1"], f"streams: [{both}]")), "berths", "quay")
    assert hours(visits.start_s) == [2, 3]
    assert hours(visits.leave_s) == [3, 8]


def test_ships_that_only_the_large_berth_takes_let_others_pass(tmp_path: Path) -> None:
    streams = ", ".join(
        ships(name, "quay", [f"day 1 0{hour}:00"], "mean_h: 4", dwt)
        for name, hour, dwt in (("a", 0, 50_000.0), ("b", 1, 50_000.0), ("c", 2, 10_000.0), ("d", 3, 10_000.0))
    )
    quay = "id: quay, berths: 2, vessel_dwt_max: 50000.0, berth_dwt: [10000.0, 50000.0]"
    visits = at(run(write_harbour(tmp_path, [quay], f"streams: [{streams}]")), "berths", "quay")
    # The second large ship waits for the large berth; the small ones share the small one meanwhile.
    assert hours(visits.start_s) == [0, 4, 2, 6]


def test_a_closed_port_rests(tmp_path: Path) -> None:
    closed = '{what: quay, from: "day 1 02:00", until: "day 1 05:00"}'
    path = write_harbour(tmp_path, ["id: quay, berths: 1"], f"streams: [{TWO_SHIPS}]", disruptions=(closed,))
    visits = at(run(path), "berths", "quay")
    assert hours(visits.leave_s) == [6, 9]


@pytest.mark.parametrize(("until", "start_h"), [("12:00", 12.0), ("14:00", 22.0)])
def test_ships_shelter_from_long_closures(tmp_path: Path, until: str, start_h: float) -> None:
    closed = f'{{what: harbour, from: "day 1 01:00", until: "day 1 {until}"}}'
    stream = ships("a", "quay", ["day 1 02:00"], "mean_h: 1")
    path = write_harbour(tmp_path, ["id: quay, berths: 1"], f"streams: [{stream}]", disruptions=(closed,))
    # Eleven hours are waited out at anchor; from thirteen a ship returns eight hours after they end.
    assert hours(at(run(path), "berths", "quay").start_s) == [start_h]


@pytest.mark.parametrize(
    ("weather", "leave_h"),
    [
        # Worked by five, the first may not leave in fog, nor in a gale after it.
        ("{from: 'day 1 04:00', visibility_m: 800}, {from: 'day 1 08:00', wind_ms: 19}, {from: 'day 1 10:00'}", [10, 13]),
        ("{from: 'day 1 04:00', visibility_m: 1000, wind_ms: 17}, {from: 'day 1 10:00'}", [5, 8]),
        # In wind that cranes stop in, the last of its three hours is left until ten.
        ("{from: 'day 1 04:00', wind_ms: 25}, {from: 'day 1 10:00'}", [11, 14]),
        # Fourteen hours of it: the second shelters, and is back eight hours after it may come again.
        ("{from: 'day 1 04:00', wind_ms: 25}, {from: 'day 1 18:00', wind_ms: 18}, {from: 'day 1 19:00'}", [19, 30]),
        ("{from: 'day 1 04:00', visibility_m: 100}, {from: 'day 1 19:00'}", [19, 22]),
    ],
)
def test_ships_of_cargo_heed_wind_and_fog(tmp_path: Path, weather: str, leave_h: list[float]) -> None:
    streams = ", ".join(ships(name, "quay", [f"day 1 0{hour}:00"], "mean_h: 3") for name, hour in (("a", 2), ("b", 3)))
    path = write_harbour(
        tmp_path,
        ["id: quay, berths: 1"],
        f"days: 2, streams: [{streams}], weather: [{{id: w, nodes: [harbour], at: [{weather}], {MADE_UP}}}]",
    )
    assert hours(at(run(path), "berths", "quay").leave_s) == leave_h


def test_channels_are_closed_in_fog(tmp_path: Path) -> None:
    stream = ships("a", "quay", ["day 1 02:00"], "mean_h: 3", 1000.0)
    weather = (
        f"weather: [{{id: w, nodes: [harbour], at: [{{from: 'day 1 04:00', visibility_m: 800}}, {{from: 'day 1 12:00'}}], {MADE_UP}}}]"
    )
    path = write_harbour(
        tmp_path, ["id: quay, berths: 1"], f"streams: [{stream}], {weather}", channel="id: way, passage_min: 60, headway_min: 0"
    )
    # In from two to three, worked by six, and out when the fog is over.
    assert hours(at(run(path), "channels", "way").start_s) == [2, 12]


def test_deep_ships_wait_for_the_tide_and_others_do_not(tmp_path: Path) -> None:
    # 100,000 t lie 15.4 m deep and need 16.9 m; 20,000 t lie 9.9 m deep.
    channel = (
        "id: way, depth_m: 15.0, passage_min: 60, headway_min: 0, tide: {first_high_water: '06:00', rise_m: 3.0, window_h: 2, period_h: 24}"
    )
    streams = ", ".join(
        (ships("a", "quay", ["day 1 01:00"], "mean_h: 8", 100_000.0), ships("b", "quay", ["day 1 02:00"], "mean_h: 3", 20_000.0))
    )
    path = write_harbour(tmp_path, ["id: quay, berths: 2, vessel_dwt_max: 100000.0"], f"days: 2, streams: [{streams}]", channel=channel)
    record = run(path)
    passages = at(record, "channels", "way")
    # In with the tide from 04:00, an hour's way, eight hours of work, and out with the next tide.
    assert hours(passages.start_s) == [4, 2, 6, 28]
    assert hours(passages.leave_s) == [5, 3, 7, 29]
    assert hours(at(record, "berths", "quay").leave_s) == [28, 6]


def test_ships_meet_in_a_shared_channel_and_wait_at_one_of_one_way(tmp_path: Path) -> None:
    streams = ships("a", "quay", ["day 1 00:00", "day 1 03:30"], "mean_h: 3")
    found = []
    for one_way in ("false", "true"):
        channel = f"id: way, passage_min: 60, headway_min: 0, one_way: {one_way}"
        record = run(write_harbour(tmp_path / one_way, ["id: quay, berths: 2"], f"streams: [{streams}]", channel=channel))
        found.append(hours(at(record, "channels", "way").start_s))
    # The first is ready to leave at 04:00 and meets the second, which is in the channel until 04:30.
    assert found == [[0, 3.5, 4, 7.5], [0, 3.5, 4.5, 7.5]]


def test_cranes_are_shared(tmp_path: Path) -> None:
    stream = ships("a", "quay", ["day 1 00:00", "day 1 02:00"], "mean_h: 4")
    record = run(write_harbour(tmp_path, ["id: quay, berths: 2, cranes: 3"], f"streams: [{stream}]"))
    # Alone a ship has the three cranes; from 02:00 to 06:00 each has half of them: all that the first needs, half of the second.
    assert hours(at(record, "berths", "quay").leave_s) == [6, 8]


@pytest.mark.parametrize(
    ("berths", "service", "rate_h", "exact"),
    [(2, "distribution: erlang, shape: 2, mean_h: 1", 1.0, 0.25564), (2, "distribution: exponential, mean_h: 1", 1.0, 1 / 3)],
)
def test_berths_are_the_queue_of_the_textbook(tmp_path: Path, berths: int, service: str, rate_h: float, exact: float) -> None:
    """Seed 1: the interval at 99.9 % of the mean wait over the mean service, by 40 batches, holds the exact value, within 3 %."""
    stream = (
        "{id: a, what: ship, at: quay, "
        "arrivals: {process: poisson, per_hour: [{from: 'day 1 00:00', until: 'day 366 00:00', rate: RATE}]}, "
        f"service: {{{service}}}}}"
    ).replace("RATE", str(60 * rate_h))
    scaled = stream.replace("mean_h", "mean_min")
    path = write_harbour(tmp_path, [f"id: quay, berths: {berths}"], f"days: 366, streams: [{scaled}]")
    visits = at(run(path), "berths", "quay")
    waits = visits.wait_s[np.isfinite(visits.wait_s)] / 60
    found = batch_means(waits, 40, 0.999)
    assert found.holds(exact)
    assert found.half_width < 0.03 * exact


def test_both_ways_of_reckoning_agree(tmp_path: Path) -> None:
    """A channel of no length makes processes of the ships; their times are those of the recursion."""
    stream = (
        "{id: a, what: ship, at: quay, arrivals: {process: poisson, per_hour: [{from: 'day 1 00:00', until: 'day 20 00:00', rate: 2.5}]}, "
        "service: {distribution: exponential, mean_h: 1}, dwt: 5000.0}"
    )
    closed = '{what: quay, from: "day 3 00:00", until: "day 3 07:00"}'
    quays = {"plain": "id: quay, berths: 3", "sized": "id: quay, berths: 3, cranes: 9"}
    found = [
        at(run(write_harbour(tmp_path / name, [quay], f"days: 20, streams: [{stream}]", disruptions=(closed,))), "berths", "quay")
        for name, quay in quays.items()
    ]
    assert len(found[0].arrive_s) > 1000
    for name in ("arrive_s", "start_s", "leave_s"):
        np.testing.assert_allclose(getattr(found[1], name), getattr(found[0], name), rtol=0, atol=1e-6)


def test_impossible_vessels(tmp_path: Path) -> None:
    stream = ships("a", "quay", ["day 1 00:00"], "mean_h: 3", 60_000.0)
    quay = "id: quay, berths: 1, vessel_dwt_max: 50000.0"
    with pytest.raises(InputError, match=r"a\.dwt: impossible vessel: larger than every berth of quay \(60000\.0\)"):
        run(write_harbour(tmp_path, [quay], f"streams: [{stream}]"))
    with pytest.raises(RunError, match=r"impossible vessel: 60000 t for quay needs 14\.\d m of water, never found in way"):
        run(write_harbour(tmp_path, ["id: quay, berths: 1"], f"streams: [{stream}]", channel="id: way, depth_m: 12.0, passage_min: 30"))
