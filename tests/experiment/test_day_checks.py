"""Names and windows of simulated days that cannot be: all at once, each with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bbwnet.errors import InputError
from bbwnet.experiment.day import DaySettings, simulate
from bbwnet.experiment.day_checks import day_problems, idle_disruptions
from bbwnet.network.build import build_network
from bbwnet.scenario.read import load_scenario

COAST = Path(__file__).parents[1] / "data" / "coast" / "baseline.yaml"
SCENARIO = """schema: 1
extends: {coast}
name: {{zh: 对, en: Pair}}
disruptions:
  - {{what: dongxin, from: "day 1 08:00", until: "day 1 14:00"}}
  - {{mode: rail, from: "day 40 08:00", until: "day 40 14:00"}}
simulation:
  flows: false
  streams:
    - {{id: b, what: car, from: qingxu, to: atlantis, arrivals: {{process: schedule, times: ["day 1 09:00"]}}}}
    - {{id: b, what: car, at: g75_qingxiu-qinan, arrivals: {{process: schedule, times: ["day 1 09:00"]}}}}
"""


def test_all_unknown_names_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(SCENARIO.format(coast=COAST), encoding="utf-8")
    scenario = load_scenario(file)
    network = build_network(scenario)
    told = [(item.line, item.value, item.nearest) for item in day_problems(scenario, network)]
    assert told == [
        (5, "dongxin", "dongxing"), (10, "b", None), (10, "qingxu", "qingxiu"), (10, "atlantis", None), (11, "b", None),
        (11, "g75_qingxiu-qinan", "g75_qingxiu-qinnan"),
    ]  # fmt: skip
    with pytest.raises(InputError, match="dongxin"):
        simulate(scenario, network, DaySettings(replications=1))
    assert idle_disruptions(network) == ["disruption of rail from day 40 08:00 until day 40 14:00: not within the simulated time"]
