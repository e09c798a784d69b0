"""Frames: who waits and is served when, worked by hand; where runs are between their stops."""

from __future__ import annotations

import numpy as np
import pytest

from bbwnet.simulation.replay import Replay, server_frames
from bbwnet.simulation.timetable_runs import run_table
from bbwnet.simulation.visits import Visits
from tests.simulation.small_days import Party, line, passengers_of, run_all, timetable

H = 3600


def test_servers_at_each_frame() -> None:
    """Two come at 0 s, one is served until 60 s, the other from then until 100 s; three wait from 30 s and give up at 90 s."""
    arrive, start, leave = np.array([0.0, 0.0, 30.0]), np.array([0.0, 60.0, np.inf]), np.array([60.0, 100.0, 90.0])
    found = server_frames([Visits("gate", "g", "persons", 1.0, arrive, start, leave, np.array([1.0, 1.0, 3.0]))], 130.0, 30.0)
    assert found[["second", "waiting", "in_service"]].to_numpy().tolist() == [[0, 1, 1], [30, 4, 1], [60, 3, 1], [90, 0, 1]]


def test_runs_between_their_stops() -> None:
    """A train leaves at 8:00, is at b from 8:20 to 8:30 and at c at 8:50: frames every ten minutes."""
    trips = timetable(line("train", "rail", "abc", [8 * H], 1200, 600))
    part = passengers_of(trips, [Party(7, 7 * H, [(0, 0, 2, 0, 0, 0)]), Party(5, 7 * H, [(0, 1, 2, 0, 0, 0)])], 100.0, run_out_h=0)
    table = run_table(trips.first_call.tolist(), trips.arrive_s.tolist(), trips.depart_s.tolist(), np.full(1, np.nan))
    replay = Replay(part.world, table, 600.0)
    replay.start()
    run_all(part)
    found = replay.finish().tables["replay_runs"]
    rows = found[["second", "from", "to", "share", "on_board", "late_min"]].to_numpy().tolist()
    at = 8 * H
    moving = [row for row in rows if row[0] not in {at, at + 1200, at + 1800, at + 3000}]
    assert moving == [[at + 600, "a", "b", pytest.approx(0.5), 7, 0], [at + 2400, "b", "c", pytest.approx(0.5), 12, 0]]
    assert {row[0] for row in rows} <= {at, at + 600, at + 1200, at + 1800, at + 2400, at + 3000}
    assert all(row[3] == 1 for row in rows if row[0] == at + 1200)
