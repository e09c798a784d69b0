"""Random streams belong to entities, not to the order in which they are asked for."""

from __future__ import annotations

from bbwnet.simulation.streams import Streams


def test_a_stream_is_its_entitys_own() -> None:
    streams = Streams(1, 0)
    first = streams.of("run", "g1", "delay").random(3).tolist()
    streams.of("run", "g2", "delay").random(100)
    assert streams.of("run", "g1", "delay").random(3).tolist() == first
    others = [Streams(1, 1), Streams(2, 0)]
    drawn = [first, *(other.of("run", "g1", "delay").random(3).tolist() for other in others)]
    drawn += [streams.of(*key).random(3).tolist() for key in (("run", "g1", "dwell"), ("ship", "g1", "delay"), ("run", "g1d", "elay"))]
    assert len({tuple(item) for item in drawn}) == len(drawn)


def test_streams_stay_what_they_were() -> None:
    """A change here changes every published result."""
    assert Streams(1, 0).of("run", "g1", "delay").integers(0, 1000, 4).tolist() == [158, 891, 375, 845]
