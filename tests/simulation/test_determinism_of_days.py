"""Days are the same again, on any number of workers; and a change of one thing changes only what it touches."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bbwnet.experiment.day import DaySettings, SimulatedDays, simulate
from bbwnet.experiment.day_tables import day_tables
from bbwnet.network.build import build_network
from bbwnet.scenario.read import load_scenario

COAST = Path(__file__).parent.parent / "data" / "coast"
STREAMS = """
    - {id: first, what: heavy_truck, from: qingxiu, to: border_dongxing_vn, arrivals: {process: poisson, per_hour: [
        {from: "day 1 06:00", until: "day 1 12:00", rate: 40}]}}
    - {id: second, what: car, at: g75_qingxiu-qinnan, arrivals: {process: poisson, per_hour: [
        {from: "day 1 00:00", until: "day 2 00:00", rate: 100}]}}
    - {id: third, what: ship, at: beihai_roro, arrivals: {process: poisson, per_hour: [
        {from: "day 1 00:00", until: "day 2 00:00", rate: 2}]}, service: {distribution: exponential, mean_h: 1}}
"""


def days(folder: Path, workers: int = 1, streams: str = STREAMS, *overrides: str) -> SimulatedDays:
    file = folder / "pair.yaml"
    file.write_text(
        f"schema: 1\nextends: {COAST / 'baseline.yaml'}\nname: {{zh: 对, en: Pair}}\nsimulation:\n  flows: false\n  streams:{streams}"
        'disruptions:\n  - {what: dongxing, from: "day 1 08:00", until: "day 1 14:00"}\n',
        encoding="utf-8",
    )
    scenario = load_scenario(file, overrides=overrides)
    return simulate(scenario, build_network(scenario), DaySettings(replications=3, workers=workers))


def told(found: SimulatedDays) -> dict[str, str]:
    return {name: frame.to_csv(index=False) for name, frame in day_tables(found).items()}


def test_two_runs_and_any_number_of_workers_agree_to_the_byte(tmp_path: Path) -> None:
    first = told(days(tmp_path))
    assert first == told(days(tmp_path)) == told(days(tmp_path, 2)) == told(days(tmp_path, 4))
    assert {"simulation_servers", "simulation_runs", "simulation_balance", "simulation_lost"} <= set(first)


def changed(first: pd.DataFrame, second: pd.DataFrame, key: list[str]) -> set[tuple[object, ...]]:
    """Keys of rows that are not in both alike."""
    both = pd.concat([first, second])
    return {tuple(row) for row in both[~both.duplicated(keep=False)][key].itertuples(index=False)}


def test_a_stream_that_comes_more_often_changes_no_other(tmp_path: Path) -> None:
    first = day_tables(days(tmp_path))
    second = day_tables(days(tmp_path, 1, STREAMS.replace("rate: 2}", "rate: 3}")))
    assert changed(first["simulation_servers"], second["simulation_servers"], ["kind", "server"]) == {("berths", "beihai_roro")}
    assert changed(first["simulation_balance"], second["simulation_balance"], ["what"]) == {("ships",)}
    replays = (first["simulation_replay_servers"], second["simulation_replay_servers"])
    assert changed(*replays, ["kind", "server"]) == {("berths", "beihai_roro")}
    others = {"servers", "replay_servers", "balance", "lost", "recovery", "ports"}
    for name in set(first) - {f"simulation_{other}" for other in others}:
        pd.testing.assert_frame_equal(first[name], second[name])


def test_a_ferry_that_sails_more_often_changes_only_what_is_at_sea(tmp_path: Path) -> None:
    """Nobody drives onto it here; trains, aircraft and roads share nothing with it but the clock."""
    first = day_tables(days(tmp_path))
    second = day_tables(days(tmp_path, 1, STREAMS, "services.ferry_day.trips_per_day=6"))
    sailings = (first["simulation_ferry_sailings"], second["simulation_ferry_sailings"])
    # Five a day and direction at 6, 9, 12, 15 and 18 o'clock, six at 6:00, 8:24, ...: 6:00 and 18:00 are the same; three replications.
    assert len(sailings[1]) - len(sailings[0]) == 3 * 2
    for name in ("simulation_runs", "simulation_punctuality", "simulation_roads", "simulation_vehicle_trips", "simulation_ports"):
        # Trips are numbered through all services, ferries' among them.
        pd.testing.assert_frame_equal(first[name].drop(columns="trip", errors="ignore"), second[name].drop(columns="trip", errors="ignore"))
    assert {kind for (kind,) in changed(first["simulation_servers"], second["simulation_servers"], ["kind"])} <= {
        "ferry_queue",
        "ferry_gate",
    }
