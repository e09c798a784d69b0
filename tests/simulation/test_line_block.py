"""Pieces of line: headways and single track worked by hand, and for any trains nothing ever too near or head on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbwnet.simulation.line_block import Block, Way, block_visits, reserve


def alone(*seconds: float) -> Callable[[float], Sequence[float]]:
    """Leaves pieces that take so long each."""
    return lambda start: [start + part for part in np.cumsum(seconds).tolist()]


def test_trains_of_one_direction_keep_their_headway() -> None:
    block = Block("a-b", 180.0, None)
    assert reserve(((block, 0),), 0.0, alone(600)) == (0.0, [600.0])
    assert reserve(((block, 0),), 100.0, alone(600)) == (180.0, [780.0])
    assert reserve(((block, 0),), 360.0, alone(600)) == (360.0, [960.0])
    # The other direction has a track of its own.
    assert reserve(((block, 1),), 370.0, alone(600)) == (370.0, [970.0])
    (there, back) = block_visits([block])
    assert (there.server, back.server) == ("a-b|backward", "a-b|forward")
    assert (back.start_s - back.arrive_s).tolist() == [0.0, 80.0, 0.0]


def test_a_faster_train_follows_or_gets_past() -> None:
    for overtaking, left in ((False, 780.0), (True, 480.0)):
        block = Block("a-b", 180.0, None, overtaking=overtaking)
        reserve(((block, 0),), 0.0, alone(600))
        assert reserve(((block, 0),), 180.0, alone(300)) == (180.0, [left])


def test_two_tracks_a_direction_take_two_trains() -> None:
    block = Block("a-b", 180.0, None, tracks=2)
    assert [reserve(((block, 0),), 10.0, alone(600))[0] for _ in range(3)] == [10.0, 10.0, 190.0]


def test_a_single_track_is_used_in_one_direction_at_a_time() -> None:
    block = Block("a-b", 180.0, 60.0)
    assert reserve(((block, 0),), 0.0, alone(600))[0] == 0.0
    # It waits until the first has come out, and a minute for the points; the third follows the first meanwhile, ahead of nobody.
    assert reserve(((block, 1),), 100.0, alone(600)) == (660.0, [1260.0])
    # Were it to follow the first it would come out at 800, in the way of the second: it goes behind that one.
    assert reserve(((block, 0),), 200.0, alone(600)) == (1320.0, [1920.0])


def test_who_asks_later_uses_a_gap_that_nobody_needs() -> None:
    near, far = Block("a-j", 180.0, None), Block("j-b", 180.0, None)
    # A train from afar is at the junction at 3,600; another one that is there long before it does not wait for it.
    assert reserve(((Block("z-j", 180.0, None), 0), (far, 0)), 0.0, alone(3600, 300))[0] == 0.0
    assert reserve(((near, 0), (far, 0)), 100.0, alone(300, 300)) == (100.0, [400.0, 700.0])
    # One that would be there within the headway waits where it stands.
    start, left = reserve(((near, 0), (far, 0)), 3250.0, alone(300, 300))
    assert (start, left) == (3480.0, [3780.0, 4080.0])


def test_a_train_runs_off_what_it_waited() -> None:
    block = Block("a-b", 200.0, None)
    reserve(((block, 0),), 0.0, alone(100))
    # Ready at 190, due at 790, at least 580 s on its way: it leaves at 200 and is there on time.
    assert reserve(((block, 0),), 190.0, lambda start: [max(start + 580.0, 790.0)]) == (200.0, [790.0])


@pytest.mark.parametrize("load", [0.5, 0.8])
def test_random_trains_wait_as_pollaczek_and_khinchine_say(load: float) -> None:
    headway, waits = 180.0, []
    for seed in range(40):
        block = Block("a-b", headway, None)
        arrivals = np.cumsum(np.random.default_rng([seed, 11]).exponential(headway / load, 8_000))
        starts = np.array([reserve(((block, 0),), now, lambda start: [start + 900.0])[0] for now in arrivals.tolist()])
        waits.append((starts - arrivals)[1_000:].mean())
    exact = load * headway / (2 * (1 - load))
    half = 3.55 * np.std(waits, ddof=1) / np.sqrt(len(waits))
    assert abs(np.mean(waits) - exact) <= half <= 0.06 * exact


TRAINS = st.lists(
    st.tuples(st.integers(0, 3_000), st.integers(0, 5), st.booleans(), st.integers(60, 900), st.integers(60, 900)), min_size=1, max_size=25
)


@settings(max_examples=150, deadline=None)
@given(trains=TRAINS, headway=st.integers(30, 300), crossing=st.integers(0, 120), shared=st.booleans(), overtaking=st.booleans())
def test_no_two_trains_meet_or_come_too_near(
    trains: list[tuple[int, int, bool, int, int]], headway: int, crossing: int, *, shared: bool, overtaking: bool
) -> None:
    past = overtaking and not shared
    blocks = [Block(name, float(headway), float(crossing) if shared else None, 1, past) for name in ("a-j", "j-b", "j-c")]
    # Over a junction: from a to b or to c, or back, and short ways over one piece.
    pairs = [(0, 1), (0, 2), (0,), (1,), (2,), (1, 0)]
    for now, pair, backward, *seconds in sorted(trains):
        chosen = pairs[pair]
        way: Way = tuple((blocks[number], int(backward)) for number in (chosen[::-1] if backward else chosen))
        start, left = reserve(way, float(now), alone(*[float(second) for second in seconds[: len(way)]]))
        # Nobody waits for ever: behind all others there is room.
        assert now <= start <= now + 25 * 2 * (1_800 + headway + crossing) * 2
        assert all(end - begin >= second for begin, end, second in zip([start, *left], left, seconds, strict=False))
    for block in blocks:
        for direction in (0, 1):
            own = sorted(row[1:] for row in block.asked[direction])
            for (enter, leave), (following, follows) in pairwise(own):
                assert following - enter >= headway - 1e-6
                assert past or follows - leave >= headway - 1e-6
        if shared:
            for _, enter, leave in block.asked[0]:
                assert all(other_leave <= enter or other_enter >= leave for _, other_enter, other_leave in block.asked[1])
