"""The front of alternatives: what is not dominated in (arrival, vehicles boarded, fare), and which of it to show."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bbwnet.routing.alternative_kernels import FEN, UNKNOWN, Labels, PricedWays, RideArrays, Wish, arrivals, least_fares, not_dominated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bbwnet.routing.clock import Clock
    from bbwnet.routing.fare_kernels import FareTable


class Found(NamedTuple):
    """One journey, before its legs are written."""

    arrive_s: int
    boardings: int
    fen: int
    """As paid; `UNKNOWN` if some fare is not known."""
    leave_s: int
    trace: int
    """Which labels lead to it; -1: a way with no vehicle."""
    hop: int
    """Hop at whose end the last vehicle is left."""
    way: int
    """Way taken from there, or all the way."""
    odd: bool
    """Whether it comes back to a stop."""


def by_timetable(
    rides: RideArrays, table: FareTable, clock: Clock, ways: tuple[PricedWays, PricedWays, PricedWays], wish: Wish
) -> tuple[list[Found], list[Labels]]:
    """Journeys with one vehicle or more, among them the whole front, and the labels that their `trace` numbers; whole searches of rounds.

    `ways` are those of access, transfers and egress, the last to the destination alone. One ticket for all (`wish.ride_weight` below
    `FEN`) makes two rides or more cheaper, one alone not: that is looked for apart.
    """
    access, transfers, egress = ways
    passes = [(wish, 0)] if wish.ride_weight == FEN else [(wish._replace(rounds=1, ride_weight=FEN), 0), (wish, 1)]
    traces: list[Labels] = []
    found: list[Found] = []
    for asked, first_round in passes:
        labels = least_fares(asked, access, transfers, rides, table, clock)
        ends = arrivals(asked, first_round, egress, rides, clock, labels)
        # Half a fen that the ticket for all takes off is taken off as a whole one.
        fen = np.where(ends.cost >= UNKNOWN, UNKNOWN, (ends.cost + FEN // 2 - 1) // FEN)
        for part in (~ends.odd, ends.odd):
            rows = np.flatnonzero(part)
            rows = rows[
                np.lexsort((ends.way[rows], ends.hop[rows], -ends.leave_s[rows], fen[rows], ends.boardings[rows], ends.arrive_s[rows]))
            ]
            kept = rows[not_dominated(ends.boardings[rows], fen[rows], wish.rounds)]
            columns = (ends.arrive_s, ends.boardings, fen, ends.leave_s, ends.hop, ends.way)
            for arrive, boardings, cost, leave, hop, way in zip(*(column[kept].tolist() for column in columns), strict=True):
                found.append(Found(arrive, boardings, cost, leave, len(traces), hop, way, bool(part is ends.odd)))
        traces.append(labels)
    return found, traces


def front_of(found: Sequence[Found], most: int) -> list[Found]:
    """What is not dominated, sorted by arrival, boardings (`most` of any), fare; of equals the latest leaving, then the first found."""
    ordered = sorted(found, key=lambda item: (item.arrive_s, item.boardings, item.fen, -item.leave_s, item.odd, *item[4:7]))
    boardings, fen = (np.array([getattr(item, name) for item in ordered], dtype=np.int64) for name in ("boardings", "fen"))
    return [item for item, keep in zip(ordered, not_dominated(boardings, fen, most), strict=True) if keep]


def sensible_front(found: Sequence[Found], most: int) -> list[Found]:
    """The front without odd journeys, unless the earliest arrival is by one.

    Who comes back to a stop does so for a way that the data offer between vehicles only (a bus from station to airport is a transfer,
    no access): dear in time, a few yuan cheaper, and nothing a traveller would do.
    """
    sensible = [item for item in found if not item.odd]
    earliest = min((item.arrive_s for item in found), default=0)
    if all(item.arrive_s > earliest for item in sensible):
        sensible.extend(item for item in found if item.arrive_s == earliest)
    return front_of(sensible, most)


def chosen(front: Sequence[Found], k: int) -> list[Found]:
    """At most `k` of a front in its order: the earliest, the one of fewest vehicles, the cheapest, then the others by arrival."""
    numbers = range(len(front))
    if len(front) <= k:
        return list(front)
    fewest = min(numbers, key=lambda number: (front[number].boardings, number))
    cheapest = min(numbers, key=lambda number: (front[number].fen, number))
    kept = list(dict.fromkeys([0, fewest, cheapest, *numbers]))[:k]
    return [front[number] for number in sorted(kept)]
