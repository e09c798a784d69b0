"""Optimal strategies against all sets of lines; the example of Spiess and Florian is in `bbwnet.experiment.verification.strategies`."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbwnet.routing.strategies import optimal_strategy


def test_an_arc_without_wait_beats_waiting_for_a_slower_line() -> None:
    # from 0 to 1: a line of 5 min after 10 min of waiting, or walking 12 min at once: 12 < 15
    found = optimal_strategy(2, np.array([0, 0]), np.array([1, 1]), np.array([300.0, 720.0]), np.array([600.0, 0.0]), 1)
    assert found.expected_s[0] == 720
    assert found.share.tolist() == [0.0, 1.0]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 60), st.integers(1, 30)), min_size=1, max_size=7))
def test_parallel_lines_are_the_best_of_all_sets(lines: list[tuple[int, int]]) -> None:
    """Between two stops the strategy is the set of lines with the least (1 + sum of f t) / (sum of f), by trying all sets."""
    tail, head = np.zeros(len(lines), dtype=np.int64), np.ones(len(lines), dtype=np.int64)
    seconds, wait = (np.array([60.0 * line[part] for line in lines]) for part in (0, 1))
    found = optimal_strategy(2, tail, head, seconds, wait, 1)
    best = min(
        (1 + sum(seconds[i] / wait[i] for i in chosen)) / sum(1 / wait[i] for i in chosen)
        for mask in range(1, 2 ** len(lines))
        if (chosen := [i for i in range(len(lines)) if mask >> i & 1])
    )
    assert found.expected_s[0] == pytest.approx(best, rel=1e-12)
    assert found.share.sum() == pytest.approx(1.0)


@st.composite
def networks(draw: st.DrawFn) -> list[tuple[int, int, int, int]]:
    """Arcs among six nodes: tail, head, seconds, mean wait (often none)."""
    node, wait = st.integers(0, 5), st.one_of(st.just(0), st.integers(1, 30))
    arcs = draw(st.lists(st.tuples(node, node, st.integers(1, 40), wait), min_size=1, max_size=18))
    return [arc for arc in arcs if arc[0] != arc[1]]


@settings(max_examples=300, deadline=None)
@given(networks())
def test_no_other_set_of_arcs_at_any_node_is_better(arcs: list[tuple[int, int, int, int]]) -> None:
    """The condition of optimality at every node, by trying all sets of its arcs against the labels of their heads."""
    tail, head = (np.array([arc[part] for arc in arcs], dtype=np.int64) for part in (0, 1))
    seconds, wait = (np.array([arc[part] for arc in arcs], dtype=np.float64) for part in (2, 3))
    found = optimal_strategy(6, tail, head, seconds, wait, 0)
    for node in range(1, 6):
        out = [arc for arc in range(len(arcs)) if tail[arc] == node and np.isfinite(found.expected_s[head[arc]])]
        onward = {arc: seconds[arc] + found.expected_s[head[arc]] for arc in out}
        at_once = [onward[arc] for arc in out if wait[arc] == 0]
        lines = [arc for arc in out if wait[arc] > 0]
        awaited = [
            (1 + sum(onward[arc] / wait[arc] for arc in chosen)) / sum(1 / wait[arc] for arc in chosen)
            for mask in range(1, 2 ** len(lines))
            if (chosen := [arc for position, arc in enumerate(lines) if mask >> position & 1])
        ]
        assert found.expected_s[node] == pytest.approx(min([*at_once, *awaited], default=np.inf), rel=1e-12)
        assert found.share[tail == node].sum() == pytest.approx(1.0 if out else 0.0)
    # whoever starts anywhere arrives, and takes in the mean as long as was expected
    reached = np.isfinite(found.expected_s)
    flow = found.load(tail, head, reached.astype(np.float64))
    assert flow[head == 0].sum() == pytest.approx(reached.sum() - 1)
    assert flow @ (seconds + found.share * wait) == pytest.approx(found.expected_s[reached].sum())


@pytest.mark.parametrize(("seconds", "wait"), [(-1.0, 1.0), (1.0, -1.0), (float("nan"), 1.0), (1.0, float("inf"))])
def test_impossible_times_are_refused(seconds: float, wait: float) -> None:
    with pytest.raises(ValueError, match="finite and not negative"):
        optimal_strategy(2, np.array([0]), np.array([1]), np.array([seconds]), np.array([wait]), 1)
