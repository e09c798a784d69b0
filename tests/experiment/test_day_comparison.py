"""Paired replications: means and the interval of their differences by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pandas as pd
import pytest

from bbwnet.errors import InputError
from bbwnet.experiment.day import SimulatedDays
from bbwnet.experiment.day_comparison import compare_days, figures
from bbwnet.scenario.schema.simulation import SimulationChoice
from bbwnet.simulation.balance import BalanceRow
from bbwnet.simulation.day import Record


def record(number: int, hours: float, gave_up: float) -> Record:
    servers = pd.DataFrame({"kind": ["gate", "gate", "berths"], "unit": ["persons", "persons", "ships"], "queue_mean": [1.0, 2.0, hours]})
    trips = pd.DataFrame({"mode": ["rail", "rail"], "arrived": [1.0, 3.0], "mean_min": [40.0, 80.0], "no_seat": [2.0, 0.5]})
    runs = pd.DataFrame({"mode": ["rail", "rail"], "delay_end_min": [3.0, None]})
    cars = pd.DataFrame({"mode": ["car", "car"], "arrived": [1.0, 1.0], "mean_min": [30.0, 50.0]})
    balance = (BalanceRow("persons_on_services", "persons", 10.0 + gave_up, 10.0, 0.0, gave_up),)
    return Record(number, balance, servers, {"trips": trips, "car_trips": cars, "runs": runs}, {"person_h": hours}, (), ())


def days(name: str, *records: Record, simulated: int = 1) -> SimulatedDays:
    settings = SimpleNamespace(simulation=SimulationChoice(days=simulated))
    return cast("SimulatedDays", SimpleNamespace(network=SimpleNamespace(scenario=name, settings=settings), records=records))


def test_figures_of_a_replication() -> None:
    found = figures(record(0, 7.0, 2.0))
    assert found["waited:gate"] == ("persons hours", 3.0)
    assert found["waited:berths"] == ("ships hours", 7.0)
    assert found["minutes:rail"] == ("min", 70.0)
    assert found["road_minutes:car"] == ("min", 40.0)
    assert found["delay:rail"] == ("min", 3.0)
    assert found["no_seat:rail"] == ("persons", 2.5)
    assert found["gave_up:persons_on_services"] == ("persons", 2.0)


def test_differences_are_of_pairs() -> None:
    """Hours 10, 20, 30 and 11, 22, 33: 2 more with a deviation of 1, t(2, .975) = 4.3027; alone they would drown in 10."""
    base = days("a", *(record(number, hours, 1.0) for number, hours in enumerate((10.0, 20.0, 30.0))))
    other = days("b", *(record(number, hours, 1.0) for number, hours in enumerate((11.0, 22.0, 33.0))))
    found = {item.measure: item for item in compare_days(base, other).changes}
    hours = found["hours:person_h"]
    assert (hours.before, hours.after, hours.change) == (20.0, 22.0, 2.0)
    assert hours.change_ci95 == pytest.approx(4.302653 / 3**0.5, rel=1e-6)
    assert not hours.told_apart
    assert not found["waited:gate"].told_apart
    more = {item.measure: item for item in compare_days(base, days("c", *(record(n, 10.0 * n + 12, 1.0) for n in range(3)))).changes}
    assert more["hours:person_h"].told_apart


def test_other_replications_are_no_pairs() -> None:
    with pytest.raises(ValueError, match="cannot be paired"):
        compare_days(days("a", record(0, 1.0, 0.0)), days("b", record(1, 1.0, 0.0)))


def test_other_spans_of_time_are_not_compared() -> None:
    with pytest.raises(InputError, match=r"a \(days 1, .*b \(days 7, "):
        compare_days(days("a", record(0, 1.0, 0.0)), days("b", record(0, 1.0, 0.0), simulated=7))
