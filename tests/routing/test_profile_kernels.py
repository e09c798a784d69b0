"""Profiles against an oracle with no shared code: a graph of hops in which networkx finds what follows from boarding each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bbwnet.routing.profile_kernels import earliest_from, scan_profile, sweep_departures
from bbwnet.routing.timetable_kernels import UNREACHED


@dataclass(frozen=True)
class Hop:
    """A trip from a stop to the next."""

    tail: int
    head: int
    depart: int
    arrive: int
    trip: int


@dataclass(frozen=True)
class Small:
    """A small timetable with changes that take time, transfers, and ways from and to one place each; minutes."""

    stops: int
    hops: tuple[Hop, ...]
    connection: tuple[int, ...]
    transfers: dict[tuple[int, int], int]
    access: tuple[int | None, ...]
    egress: tuple[int | None, ...]


@st.composite
def small_timetables(draw: st.DrawFn) -> Small:
    stops = draw(st.integers(2, 5))
    hops: list[Hop] = []
    for trip in range(draw(st.integers(1, 7))):
        calls = draw(st.permutations(range(stops)))[: draw(st.integers(2, stops))]
        clock = draw(st.integers(0, 60))
        for tail, head in pairwise(calls):
            arrive = clock + draw(st.integers(1, 20))
            hops.append(Hop(tail, head, clock, arrive, trip))
            clock = arrive + draw(st.integers(0, 5))
    maybe = st.one_of(st.none(), st.integers(0, 30))
    pairs = draw(
        st.lists(st.tuples(st.integers(0, stops - 1), st.integers(0, stops - 1)).filter(lambda pair: pair[0] != pair[1]), max_size=4)
    )
    return Small(
        stops=stops,
        hops=tuple(sorted(hops, key=lambda hop: (hop.depart, hop.arrive, hop.trip))),
        connection=tuple(draw(st.lists(st.integers(0, 10), min_size=stops, max_size=stops))),
        transfers={pair: draw(st.integers(0, 15)) for pair in pairs},
        access=tuple(draw(st.lists(maybe, min_size=stops, max_size=stops))),
        egress=tuple(draw(st.lists(maybe, min_size=stops, max_size=stops))),
    )


def oracle(small: Small, start: int) -> tuple[int, int] | None:
    """Earliest arrival of who may leave at `start`, and the latest minute to leave for it."""
    graph: nx.DiGraph[Hop] = nx.DiGraph()
    graph.add_nodes_from(small.hops)
    for hop in small.hops:
        for other in small.hops:
            stays = other.trip == hop.trip and other.tail == hop.head and other.depart >= hop.arrive
            changes = other.tail == hop.head and other.depart >= hop.arrive + small.connection[hop.head]
            walks = (hop.head, other.tail) in small.transfers and other.depart >= hop.arrive + small.transfers[hop.head, other.tail]
            if stays or changes or walks:
                graph.add_edge(hop, other)
    found: list[tuple[int, int]] = []
    for hop in small.hops:
        access = small.access[hop.tail]
        if access is None or hop.depart < start + access:
            continue
        ends = [(last.arrive, small.egress[last.head]) for last in {hop, *nx.descendants(graph, hop)}]
        arrivals = [arrive + egress for arrive, egress in ends if egress is not None]
        if arrivals:
            found.append((min(arrivals), -(hop.depart - access)))
    if not found:
        return None
    best = min(found)
    return best[0], -best[1]


def swept(small: Small, starts: list[int]) -> list[tuple[int, int] | None]:
    """What the kernels say for each start."""
    far = [[UNREACHED if value is None else value for value in values] for values in (small.access, small.egress)]
    pairs = sorted(small.transfers)
    counts = np.bincount([pair[0] for pair in pairs], minlength=small.stops) if pairs else np.zeros(small.stops, dtype=np.int64)
    first_transfer = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    departures = np.bincount([hop.tail for hop in small.hops], minlength=small.stops)
    first_entry = np.concatenate([[0], np.cumsum(departures)]).astype(np.int64)
    ready, arrive = np.empty(len(small.hops), dtype=np.int64), np.empty(len(small.hops), dtype=np.int64)
    count = np.zeros(small.stops, dtype=np.int64)

    scan_profile(
        np.array([hop.depart for hop in small.hops], dtype=np.int64),
        np.array([hop.arrive for hop in small.hops], dtype=np.int64),
        np.array([hop.tail for hop in small.hops], dtype=np.int32),
        np.array([hop.head for hop in small.hops], dtype=np.int32),
        np.array([hop.trip for hop in small.hops], dtype=np.int32),
        1 + max(hop.trip for hop in small.hops),
        first_entry,
        np.array(small.connection, dtype=np.int64),
        first_transfer,
        np.array([pair[1] for pair in pairs], dtype=np.int32),
        np.array([small.transfers[pair] for pair in pairs], dtype=np.int64),
        np.array(far[1], dtype=np.int64),
        ready,
        arrive,
        count,
    )
    arrival, leave = np.empty(len(starts), dtype=np.int64), np.empty(len(starts), dtype=np.int64)
    sweep_departures(np.array(starts, dtype=np.int64), np.array(far[0], dtype=np.int64), first_entry, ready, arrive, count, arrival, leave)
    return [None if a == UNREACHED else (int(a), int(b)) for a, b in zip(arrival, leave, strict=True)]


@settings(max_examples=400, deadline=None)
@given(small_timetables())
def test_every_departure_is_the_oracles(small: Small) -> None:
    starts = list(range(0, 70, 3))
    assert swept(small, starts) == [oracle(small, start) for start in starts]


def test_the_least_departure_in_time_counts() -> None:
    ready, arrive = np.array([50, 40, 10], dtype=np.int64), np.array([90, 60, 55], dtype=np.int64)
    assert [earliest_from(ready, arrive, 0, 3, second) for second in (0, 10, 11, 40, 41, 50, 51)] == [55, 55, 60, 60, 90, 90, UNREACHED]
