"""Names, areas and windows of simulated days that the network has not at its date: all at once, each with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bbwnet.errors import InputError
from bbwnet.experiment.day import DaySettings, simulate
from bbwnet.experiment.day_checks import day_problems, idle_settings
from bbwnet.network.build import build_network
from bbwnet.scenario.read import load_scenario

COAST = Path(__file__).parents[1] / "data" / "coast" / "baseline.yaml"
SCENARIO = """schema: 1
extends: {coast}
name: {{zh: 对, en: Pair}}
disruptions:
  - {{what: fn-qs, from: "day 1 08:00", until: "day 1 14:00"}}
  - {{mode: rail, from: "day 40 08:00", until: "day 40 14:00"}}
  - {{mode: waterway, from: "day 1 08:00", until: "day 1 14:00"}}
  - {{mode: rail, area: [[107.9, 21.5], [108.1, 21.5], [108.0, 21.6]], from: "day 1 08:00", until: "day 1 14:00"}}
simulation:
  flows: false
  streams:
    - {{id: b, what: car, from: qingxiu, to: jiangshan, arrivals: {{process: schedule, times: ["day 1 09:00"]}}}}
    - {{id: c, what: car, at: fn-qs, arrivals: {{process: regular, per_hour: [{{from: "day 9 00:00", until: "day 9 01:00", rate: 1}}]}}}}
  roads: {{watch: [fn-qs]}}
"""


def test_what_the_network_has_not_at_its_date_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(SCENARIO.format(coast=COAST), encoding="utf-8")
    scenario = load_scenario(file)
    network = build_network(scenario)
    told = [(item.line, item.path.rsplit(".", 1)[-1], item.value) for item in day_problems(scenario, network)]
    assert told == [
        (5, "what", "fn-qs"), (7, "mode", None), (8, "area", None), (12, "to", "jiangshan"), (13, "at", "fn-qs"), (14, "0", "fn-qs"),
    ]  # fmt: skip
    with pytest.raises(InputError, match="fn-qs"):
        simulate(scenario, network, DaySettings(replications=1))
    assert idle_settings(network) == [
        "disruption of rail from day 40 08:00 until day 40 14:00: not within the simulated time",
        "stream c from day 9 00:00 until day 9 01:00: not within the simulated time",
    ]
