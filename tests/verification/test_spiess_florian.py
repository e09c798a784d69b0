"""The example of Spiess and Florian (1989): expected time 27.75 min, and who boards what where.

Lines: L1 A–B 25 min every 12; L2 A–X–Y 7 + 6 min every 12; L3 X–Y–B 4 + 4 min every 30; L4 Y–B 10 min every 6. Waits are half the
headway: 6, 6, 15, 3. Figures as in AequilibraE's test_hyperpath.py.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbwnet.routing.strategies import optimal_strategy

NODES = ("A", "X", "Y", "B", "L1A", "L1B", "L2A", "L2X", "L2Y", "L3X", "L3Y", "L3B", "L4Y", "L4B")
# from, to, minutes, mean wait in minutes
ARCS = [
    ("A", "L1A", 0, 6), ("L1A", "L1B", 25, 0), ("L1B", "B", 0, 0),
    ("A", "L2A", 0, 6), ("L2A", "L2X", 7, 0), ("L2X", "X", 0, 0), ("X", "L2X", 0, 6), ("L2X", "L2Y", 6, 0), ("L2Y", "Y", 0, 0),
    ("X", "L3X", 0, 15), ("L3X", "L3Y", 4, 0), ("L3Y", "Y", 0, 0), ("Y", "L3Y", 0, 15), ("L3Y", "L3B", 4, 0), ("L3B", "B", 0, 0),
    ("Y", "L4Y", 0, 3), ("L4Y", "L4B", 10, 0), ("L4B", "B", 0, 0),
]  # fmt: skip
ROW = {name: row for row, name in enumerate(NODES)}
TAIL = np.array([ROW[arc[0]] for arc in ARCS], dtype=np.int64)
HEAD = np.array([ROW[arc[1]] for arc in ARCS], dtype=np.int64)
SECONDS = np.array([60.0 * arc[2] for arc in ARCS])
WAIT_S = np.array([60.0 * arc[3] for arc in ARCS])


def test_expected_time_is_27_75_minutes() -> None:
    found = optimal_strategy(len(NODES), TAIL, HEAD, SECONDS, WAIT_S, ROW["B"])
    assert found.expected_s[ROW["A"]] / 60 == pytest.approx(27.75, abs=1e-12)
    # the labels of the stops and of the lines at them, in seconds
    labels = {"L1A": 1500, "L2A": 1470, "L2X": 1050, "X": 1144.28572, "Y": 690, "L3X": 480, "L3Y": 240, "L4Y": 600, "L2Y": 690}
    assert {name: found.expected_s[ROW[name]] for name in labels} == pytest.approx(labels, abs=1e-4)


def test_who_boards_what() -> None:
    found = optimal_strategy(len(NODES), TAIL, HEAD, SECONDS, WAIT_S, ROW["B"])
    demand = np.zeros(len(NODES))
    demand[ROW["A"]] = 1.0
    flow = dict(zip(((arc[0], arc[1]) for arc in ARCS), found.load(TAIL, HEAD, demand), strict=True))
    boardings = {pair: flow[pair] for pair in (("A", "L1A"), ("A", "L2A"), ("X", "L3X"), ("Y", "L3Y"), ("Y", "L4Y"), ("L2X", "L2Y"))}
    expected = {("A", "L1A"): 0.5, ("A", "L2A"): 0.5, ("X", "L3X"): 0, ("Y", "L3Y"): 1 / 12, ("Y", "L4Y"): 5 / 12, ("L2X", "L2Y"): 0.5}
    assert boardings == pytest.approx(expected, abs=1e-12)
    assert flow["L1B", "B"] + flow["L3B", "B"] + flow["L4B", "B"] == pytest.approx(1.0)


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
