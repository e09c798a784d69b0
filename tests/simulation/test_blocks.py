"""Blocks of groups: every row once, groups whole and in order."""

from __future__ import annotations

import numpy as np
import pytest

from bbwnet.simulation.blocks import blocks


@pytest.mark.parametrize("most", [1, 7, 40, 1000])
def test_every_row_is_in_the_block_of_its_group(most: int) -> None:
    group = np.random.default_rng(3).integers(0, 23, 200)
    found = list(blocks(group, 23, most))
    assert [part.start for part, _ in found[1:]] == [part.stop for part, _ in found[:-1]]
    assert (found[0][0].start, found[-1][0].stop) == (0, 23)
    assert sorted(np.concatenate([rows for _, rows in found]).tolist()) == list(range(200))
    for part, rows in found:
        assert ((group[rows] >= part.start) & (group[rows] < part.stop)).all()
        assert (np.diff(rows) > 0).all()
        assert len(rows) <= most + max(np.bincount(group)) or most == 1000
