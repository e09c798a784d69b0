"""Exact waits of queues, worked again apart; what the cases of queues state of themselves. The cases run in `test_cases`."""

from __future__ import annotations

import numpy as np
import pytest

from bbwnet.experiment.verification.queues import CASES, QUEUES, REPLICATIONS, SEED, TWO_BERTHS, erlang_c, pollaczek_khinchine
from bbwnet.scenario.read import load_scenario

TABLE = {
    50: (1.0, 0.3333, 0.1579, 0.0870),
    80: (4.0, 1.7778, 1.0787, 0.7455),
    90: (9.0, 4.2632, 2.7235, 1.9693),
}
"""Groenveld (2007), M/M/c."""


@pytest.mark.parametrize("percent", TABLE)
def test_erlang_c_is_what_the_tables_have(percent: int) -> None:
    found = [erlang_c(servers, percent / 100) for servers in (1, 2, 3, 4)]
    assert found == pytest.approx(TABLE[percent], abs=1e-4)


def test_pollaczek_khinchine_by_hand() -> None:
    assert pollaczek_khinchine(0.8, 1.0) == pytest.approx(erlang_c(1, 0.8))
    assert pollaczek_khinchine(0.5, 0.0) == pytest.approx(0.5)
    assert pollaczek_khinchine(0.85, 0.5) == pytest.approx(4.25)


def test_two_berths_by_balance_equations() -> None:
    # States: (ships there, how many of those at berth are in their second stage), each stage of rate 2 with a mean service of 1.
    most, arrivals, stage = 200, 1.0, 2.0
    states = [(n, second) for n in range(most + 1) for second in range(min(n, 2) + 1)]
    place = {state: row for row, state in enumerate(states)}
    rates = np.zeros((len(states),) * 2)
    for (n, second), row in place.items():
        at_berth = min(n, 2)
        if n < most:
            rates[row, place[n + 1, second]] += arrivals
        if at_berth > second:
            rates[row, place[n, second + 1]] += stage * (at_berth - second)
        if second:
            rates[row, place[n - 1, second - 1]] += stage * second
    rates -= np.diag(rates.sum(axis=1))
    system = np.vstack([rates.T[1:], np.ones(len(states))])
    share = np.linalg.solve(system, np.append(np.zeros(len(states) - 1), 1.0))
    waiting = sum(share[row] * max(n - 2, 0) for (n, _), row in place.items())
    assert waiting / arrivals == pytest.approx(TWO_BERTHS, abs=1e-9)


def test_each_queue_has_the_utilisation_and_the_seed_that_its_case_states() -> None:
    for name in REPLICATIONS[False]:
        settings = load_scenario(name).settings.simulation
        assert settings.seed == SEED
        assert settings.replications == REPLICATIONS[False][name]
        for stream in settings.streams:
            if stream.service is not None:
                (rate,) = stream.arrivals.per_hour
                servers, percent = int(stream.id[1]), int(stream.id[-2:])
                assert rate.rate * stream.service.mean_seconds / 3600 / servers == pytest.approx(percent / 100)
    assert {f"m{servers}_{percent}" for percent in TABLE for servers in (1, 2, 3, 4)} <= {queue.stream for queue in QUEUES}
    assert all(f"seed {SEED}" in case.source for case in CASES if case.key.startswith("queue_"))
