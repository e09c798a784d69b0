"""Little's law on every server of days made from YAML: berths, lanes of borders and tolls, a bottleneck."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from bbwnet.experiment.day import DaySettings, simulate
from bbwnet.network.build import build_network
from bbwnet.scenario.read import load_scenario
from bbwnet.simulation.day import Record
from bbwnet.simulation.visits import Visits
from tests.simulation.littles_law import check_littles_law, most_in_service

SERVERS = {"queues": 13, "queues_busy": 6, "queues_road": 4, "queues_bottleneck": 1, "queues_lock": 1}


def record_of(scenario: str, *settings: str) -> Record:
    given = load_scenario(scenario, overrides=settings)
    (record,) = simulate(given, build_network(given), DaySettings(replications=1, visits=True)).records
    return record


@pytest.mark.parametrize("scenario", SERVERS)
def test_holds_at_every_server_of_the_queues(scenario: str) -> None:
    record = record_of(scenario)
    # A day, a part of one that begins and ends with queues, and the whole with warming up.
    spans = [(0.0, 86_400.0), (30_000.0, 40_000.0), (-21_600.0, 90_000.0)]
    assert [check_littles_law(record.visits, *span) for span in spans] == [SERVERS[scenario]] * 3
    for item in record.visits:
        if not np.isnan(item.servers):
            assert most_in_service(item) <= item.servers


def test_the_check_finds_who_leaves_before_he_is_served() -> None:
    record = record_of("queues_bottleneck")
    (item,) = record.visits
    early = dataclasses.replace(item, leave_s=item.start_s - 1)
    with pytest.raises(AssertionError):
        check_littles_law([early], 0.0, 86_400.0)


def test_most_in_service_by_hand() -> None:
    def visits(*rows: tuple[float, float, float]) -> Visits:
        start, leave, count = (np.array(values) for values in zip(*rows, strict=True))
        return Visits("k", "s", "vehicles", 1.0, start, start, leave, count)

    assert most_in_service(visits((0.0, 10.0, 1.0), (10.0, 20.0, 1.0))) == 1.0
    assert most_in_service(visits((0.0, 10.0, 1.0), (9.0, 20.0, 2.0))) == 3.0
    assert most_in_service(visits((0.0, np.inf, 1.0), (np.inf, np.inf, 2.0))) == 1.0
