"""An expected journey told by its lines: who boards what where, how likely, and what the expected time is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.routing.headway_graph import ACCESS, BOARD, EGRESS, LEAVE, STAY, TRANSFER
from bbwnet.routing.journeys import PARTS
from bbwnet.routing.ways import WAY_MODES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.routing.door_to_door import DoorToDoor
    from bbwnet.routing.headway_graph import HeadwayGraph, MeanWays
    from bbwnet.routing.journeys import Part
    from bbwnet.routing.strategies import Strategy
    from bbwnet.routing.ways import Ways

PART_OF_WAY: dict[int, Part] = {ACCESS: "access", TRANSFER: "transfer", EGRESS: "egress"}


@dataclass(frozen=True)
class StrategyLine:
    """A line boarded at one stop, and left at one: where to get off is settled once one sits in it."""

    service: str
    mode: str
    train_class: str | None
    board_stop: str
    alight_stop: str
    probability: float
    """Share of the travellers who board it there."""
    share_at_stop: float
    """Share of those waiting there, for it or another, who board it."""
    headway_min: float
    """Minutes between its vehicles."""
    wait_min: float
    """Expected wait of all who wait there, for whichever attractive line comes first."""
    ride_min: float
    length_km: float


@dataclass(frozen=True)
class ExpectedJourney:
    """What is to be expected from one place to another, over all that may happen at the stops."""

    minutes: float
    part_minutes: dict[Part, float]
    """Minutes by part, which add up to the whole; waits after the first vehicle count as transfer, as in `Journey`."""
    boardings: float
    """Expected number of vehicles boarded."""
    length_km: float
    """Expected kilometres, ways included."""
    way_mode: str | None
    """Mode of the way to the first stop, or all the way; `None` from a place to itself."""
    lines: tuple[StrategyLine, ...]
    """Lines boarded, in the order of travel, then the likeliest first; none for a way all along."""

    @property
    def transfers(self) -> float:
        """Expected changes of vehicle."""
        return max(0.0, self.boardings - 1)

    @classmethod
    def nothing(cls) -> ExpectedJourney:
        """From a place to itself."""
        return cls(0.0, dict.fromkeys(PARTS, 0.0), 0.0, 0.0, None, ())


def all_the_way(ways: Ways, mean: MeanWays, way: int) -> ExpectedJourney:
    """A way with no vehicle boarded: it counts as the ride, but for a border on it, and the parking at its end."""
    parts: dict[Part, float] = dict.fromkeys(PARTS, 0.0)
    parts["border"], parts["egress"] = float(mean.border_s[way]) / 60, float(ways.entry_s[way]) / 60
    minutes = float(mean.seconds[way]) / 60
    parts["ride"] = minutes - parts["border"] - parts["egress"]
    return ExpectedJourney(minutes, parts, 0.0, float(ways.km[way] + ways.km_after[way]), WAY_MODES[int(ways.mode[way])], ())


def by_strategy(doors: DoorToDoor, graph: HeadwayGraph, strategy: Strategy, origin: int) -> ExpectedJourney:
    """The strategy from a node of origin to the destination that it was made for."""
    arcs, kind = graph.arcs, graph.kind
    demand = np.zeros(len(strategy.expected_s))
    demand[origin] = 1.0
    flow = strategy.load(arcs.tail, arcs.head, demand)
    used = np.flatnonzero(flow > 0)
    parts: dict[Part, float] = dict.fromkeys(PARTS, 0.0)
    for number, part in PART_OF_WAY.items():
        of_part = used[kind[used] == number]
        border = float(flow[of_part] @ graph.border_s[of_part])
        parts[part] = float(flow[of_part] @ arcs.seconds[of_part]) - border
        parts["border"] += border
    riding = used[(kind[used] == STAY) | (kind[used] == LEAVE)]
    parts["ride"] = float(flow[riding] @ arcs.seconds[riding])

    boarding = used[kind[used] == BOARD]
    # Of the lines at a stop each has its share of their joint frequency, so any one of them tells the wait that they share.
    wait_s = strategy.share[boarding] * arcs.wait_s[boarding]
    access = int(used[kind[used] == ACCESS][0])
    first = arcs.tail[boarding] == arcs.head[access]
    parts["wait"] = float(flow[boarding[first]] @ wait_s[first])
    parts["transfer"] += float(flow[boarding[~first]] @ wait_s[~first])
    return ExpectedJourney(
        float(strategy.expected_s[origin]) / 60,
        {part: seconds / 60 for part, seconds in parts.items()},
        float(flow[boarding].sum()),
        float(flow[used] @ graph.km[used]),
        WAY_MODES[int(doors.to_board.mode[graph.number[access]])],
        _lines(doors, graph, strategy, flow, boarding, riding),
    )


def _lines(
    doors: DoorToDoor,
    graph: HeadwayGraph,
    strategy: Strategy,
    flow: NDArray[np.float64],
    boarding: NDArray[np.int64],
    riding: NDArray[np.int64],
) -> tuple[StrategyLine, ...]:
    """The lines boarded: stops from the farthest from the destination on, at each the likeliest line first."""
    arcs, patterns = graph.arcs, doors.network.trips.patterns
    on = dict(zip(arcs.tail[riding].tolist(), riding.tolist(), strict=True))
    order = np.lexsort((boarding, -flow[boarding], arcs.tail[boarding], -strategy.expected_s[arcs.tail[boarding]]))
    found = []
    for arc in boarding[order].tolist():
        section = int(graph.number[arc])
        pattern = patterns[graph.pattern[section]]
        ridden = [on[int(arcs.head[arc])]]
        while graph.kind[ridden[-1]] == STAY:
            ridden.append(on[int(arcs.head[ridden[-1]])])
        start = int(graph.position[section])
        found.append(
            StrategyLine(
                pattern.service, pattern.mode, pattern.train_class, pattern.stops[start], pattern.stops[start + len(ridden)],
                float(flow[arc]), float(strategy.share[arc]), float(graph.headway_s[section]) / 60,
                float(strategy.share[arc] * arcs.wait_s[arc]) / 60, float(arcs.seconds[ridden].sum()) / 60, float(graph.km[ridden].sum()),
            )
        )  # fmt: skip
    return tuple(found)
