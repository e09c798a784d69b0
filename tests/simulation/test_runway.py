"""Runways: separation worked by hand, and random flights against Pollaczek and Khinchine."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bbwnet.network.build import build_network
from bbwnet.scenario.read import load_scenario
from bbwnet.simulation.day import simulate_once
from bbwnet.simulation.runs import Runs
from bbwnet.simulation.runway import RunwaySlots

QUIET = ("simulation.services.delays=none", "simulation.services.line_capacity=none", "simulation.warm_up_h=0")


def test_movements_keep_their_separation() -> None:
    slots = RunwaySlots("a", 1, 90.0)
    assert [slots.slot(now) for now in (0.0, 10.0, 20.0, 500.0)] == [0.0, 90.0, 180.0, 500.0]
    visits = slots.visits()
    assert visits.wait_s.tolist() == [0.0, 80.0, 160.0, 0.0]
    assert visits.leave_s.tolist() == [90.0, 180.0, 270.0, 590.0]


def test_two_runways() -> None:
    slots = RunwaySlots("a", 2, 90.0)
    assert [slots.slot(now) for now in (0.0, 10.0, 20.0, 95.0)] == [0.0, 10.0, 90.0, 100.0]


def test_no_runway_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a runway"):
        RunwaySlots("a", 0, 90.0)


@pytest.mark.parametrize("load", [0.5, 0.8, 0.9])
def test_random_flights_wait_as_pollaczek_and_khinchine_say(load: float) -> None:
    separation, waits = 90.0, []
    for seed in range(40):
        slots = RunwaySlots("a", 1, separation)
        arrivals = np.cumsum(np.random.default_rng([seed, 7]).exponential(separation / load, 40_000))
        starts = np.array([slots.slot(now) for now in arrivals.tolist()])
        waits.append((starts - arrivals)[4_000:].mean())
    exact = load * separation / (2 * (1 - load))
    half = 3.55 * np.std(waits, ddof=1) / np.sqrt(len(waits))
    assert abs(np.mean(waits) - exact) <= half <= (0.06 if load > 0.8 else 0.03) * exact


def test_flights_of_a_timetable_wait_for_each_other(coast_folder: Path) -> None:
    data = coast_folder / "network" / "sea_and_air.yaml"
    text = data.read_text(encoding="utf-8") + (
        '  - {id: air_more, mode: air, stops: [wuxu_airport, meilan_airport], departures: ["12:00"], return_departures: ["09:34"],'
        " run_minutes: [70], directed: false, source: made_up, confidence: assumed}\n"
        "airports:\n  - {id: wuxu_field, node: wuxu_airport, runways: [{length_m: 3200}], source: made_up, confidence: assumed}\n"
    )
    data.write_text(text, encoding="utf-8")
    network = build_network(load_scenario(coast_folder / "baseline.yaml", overrides=QUIET))
    record = simulate_once(network, {"runs": Runs})
    (visits,) = [item for item in record.visits if item.kind == "runways"]
    at_noon = visits.arrive_s == 12 * 3600
    # Two take off at noon: the second waits for 90 s, and runs off 3 % of its 70 min: 126 s, more than enough.
    assert visits.wait_s[at_noon].tolist() == [0.0, 90.0]
    runs = record.tables["runs"].set_index(["service", "direction"])
    assert runs.loc[("air_more", "forward"), "delay_end_min"] == 0.0
