"""Reported figures against simulated ones: by hand on a small strait, and the fog of 2018 within what it claims."""

from __future__ import annotations

from pathlib import Path

import pytest

from bbwnet.experiment.strait_check import strait_check
from bbwnet.network.build import build_network
from bbwnet.scenario.read import load_scenario
from bbwnet.simulation.day import simulate_once
from bbwnet.simulation.ferries import Ferries
from tests.simulation.ferry_days import DEMAND, simulated, strait

REPORTED = """    reported:
      - {what: shipped, of: out, from: "day 1 06:00", until: "day 1 10:00", value: 50.0, fitted: true}
      - {what: sailings, of: out, from: "day 1 06:00", until: "day 2 00:00", value: 3.0}
      - {what: waiting, of: out, from: "day 1 05:00", value: 40.0, least: true}
      - {what: waiting, of: out, from: "day 1 07:00"}
"""


def test_figures_worked_by_hand(tmp_path: Path) -> None:
    network = strait(tmp_path, DEMAND % ("0.0", "50.0") + REPORTED)
    frame = strait_check(network, [simulated(network)])
    # Fifty wait; 20 leave at 06:00, 20 at 08:00, 10 at 10:00.
    assert frame["modelled"].tolist() == pytest.approx([40.0, 3.0, 50.0, 30.0])
    assert frame["used_as"].tolist() == ["fitted", "seen", "seen", "predicted"]
    assert frame["error"].tolist() == pytest.approx([-0.2, 0.0, float("nan"), float("nan")], nan_ok=True)


def test_the_fog_of_2018() -> None:
    network = build_network(load_scenario("strait_fog_2018"))
    frame = strait_check(network, [simulate_once(network, {"ferries": Ferries}, number) for number in range(3)])
    known = frame[frame["error"].notna()]
    shipped = known[known["what"].isin(["shipped", "sailings"])]
    assert len(shipped) == 5
    assert (shipped["error"].abs() < 0.1).all()
    assert (frame[frame["used_as"] == "predicted"]["modelled"] >= 0).all()
    # Nothing after the 21st was fitted on.
    late = frame[frame["from"].str.match(r"day (8|9|1\d) ")]
    assert not (late["used_as"] == "fitted").any()
