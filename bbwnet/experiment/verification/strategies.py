"""The example of Spiess and Florian (1989): optimal strategies over lines by headway.

Lines: L1 A–B 25 min every 12; L2 A–X–Y 7 + 6 min every 12; L3 X–Y–B 4 + 4 min every 30; L4 Y–B 10 min every 6. Waits are half the
headway: 6, 6, 15, 3.
"""

from __future__ import annotations

import numpy as np

from bbwnet.experiment.verification.cases import Case, Check
from bbwnet.routing.strategies import optimal_strategy

NODES = ("A", "X", "Y", "B", "L1A", "L1B", "L2A", "L2X", "L2Y", "L3X", "L3Y", "L3B", "L4Y", "L4B")
ARCS = (
    ("A", "L1A", 0, 6), ("L1A", "L1B", 25, 0), ("L1B", "B", 0, 0),
    ("A", "L2A", 0, 6), ("L2A", "L2X", 7, 0), ("L2X", "X", 0, 0), ("X", "L2X", 0, 6), ("L2X", "L2Y", 6, 0), ("L2Y", "Y", 0, 0),
    ("X", "L3X", 0, 15), ("L3X", "L3Y", 4, 0), ("L3Y", "Y", 0, 0), ("Y", "L3Y", 0, 15), ("L3Y", "L3B", 4, 0), ("L3B", "B", 0, 0),
    ("Y", "L4Y", 0, 3), ("L4Y", "L4B", 10, 0), ("L4B", "B", 0, 0),
)  # fmt: skip
"""From, to, minutes, mean wait in minutes."""
ROW = {name: row for row, name in enumerate(NODES)}
TAIL = np.array([ROW[arc[0]] for arc in ARCS], dtype=np.int64)
HEAD = np.array([ROW[arc[1]] for arc in ARCS], dtype=np.int64)
SECONDS = np.array([60.0 * arc[2] for arc in ARCS])
WAIT_S = np.array([60.0 * arc[3] for arc in ARCS])

EXPECTED_MIN = 27.75
LABELS_S = {
    "L1A": 1500.0,
    "L2A": 1470.0,
    "L2X": 1050.0,
    "X": 1144.28572,
    "Y": 690.0,
    "L3X": 480.0,
    "L3Y": 240.0,
    "L4Y": 600.0,
    "L2Y": 690.0,
}
"""Expected seconds to B from stops and from the lines at them."""
BOARDINGS = {("A", "L1A"): 0.5, ("A", "L2A"): 0.5, ("X", "L3X"): 0.0, ("Y", "L3Y"): 1 / 12, ("Y", "L4Y"): 5 / 12, ("L2X", "L2Y"): 0.5}
"""Share of those who leave A that takes an arc."""


def _strategy() -> list[Check]:
    found = optimal_strategy(len(NODES), TAIL, HEAD, SECONDS, WAIT_S, ROW["B"])
    demand = np.zeros(len(NODES))
    demand[ROW["A"]] = 1.0
    flow = dict(zip(((arc[0], arc[1]) for arc in ARCS), found.load(TAIL, HEAD, demand).tolist(), strict=True))
    return [
        Check("expected_time", "A→B, min", EXPECTED_MIN, float(found.expected_s[ROW["A"]]) / 60, 1e-12),
        *(Check("expected_time", f"{name}→B, s", known, float(found.expected_s[ROW[name]]), 1e-4) for name, known in LABELS_S.items()),
        *(Check("boardings", "→".join(pair), share, flow[pair], 1e-12) for pair, share in BOARDINGS.items()),
    ]


CASES = (
    Case(
        "spiess_florian",
        "services",
        "Spiess and Florian's example",
        "Spiess–Florian 算例",
        "Spiess and Florian (1989), Optimal strategies; figures as in AequilibraE's test_hyperpath.py",
        _strategy,
    ),
)
