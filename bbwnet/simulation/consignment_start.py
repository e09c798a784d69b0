"""When consignments set out, and which are under way before the clock starts.

The moment of a consignment hangs on the stream of the replication, the day, and the number of its route, not on what else sets out: two
scenarios that share a route share its moments. Before the clock starts every day has been like the first, with nothing in the way but what
trains and barges wait on average to fill: so a day simulated alone shows a steady day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.scenario.schema.base import DAY_SECONDS
from bbwnet.simulation.freight_day import Kind
from bbwnet.simulation.visits import HOUR_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from bbwnet.simulation.freight_day import FreightDay

_GOLDEN, _FIRST, _SECOND = (np.uint64(word) for word in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
_MANTISSA = 53


@dataclass(frozen=True)
class Senders:
    """Consignments of a day (k)."""

    number: NDArray[np.uint64]
    """Of their routes."""
    share: NDArray[np.float64]
    """How far behind the first consignment of its route each sets out, in days of even hours: they are spread over the day."""


def set_out_s(senders: Senders, day: int, word: int, hour_weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Seconds from midnight before day 1 at which consignments set out on a day, spread as the hours weigh (k)."""
    share = (_uniform(senders.number, day, word) + senders.share) % 1.0
    edges = np.concatenate([[0.0], np.cumsum(hour_weights) / hour_weights.sum()])
    return (day - 1) * DAY_SECONDS + np.interp(share, edges, np.linspace(0.0, DAY_SECONDS, len(edges)))


def _uniform(numbers: NDArray[np.uint64], day: int, word: int) -> NDArray[np.float64]:
    """Numbers from 0 to 1 by splitmix64 (Steele, Lea and Flood 2014) of the route, day and word."""
    mixed = numbers * _GOLDEN + np.uint64((word + day * int(_SECOND)) % 2**64)
    for _ in range(2):
        mixed = mixed + _GOLDEN
        mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
        mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
        mixed ^= mixed >> np.uint64(31)
    return np.asarray((mixed >> np.uint64(64 - _MANTISSA)) * 2.0**-_MANTISSA)


@dataclass(frozen=True)
class UnderWay:
    """Consignments of one day that are under way when the clock starts (k)."""

    sender: NDArray[np.int64]
    set_out_s: NDArray[np.float64]
    stage: NDArray[np.int64]
    """The stage that they are in."""
    began_s: NDArray[np.float64]
    """When that began."""


def under_way(
    ends_s: NDArray[np.float64], senders: Senders, start_s: float, word: int, hour_weights: NDArray[np.float64]
) -> Iterator[UnderWay]:
    """Those under way at `start_s`, day by day backwards; `ends_s`: mean seconds from setting out to the end of stages (k x stages).

    Stages that a consignment does not have end at infinity.
    """
    if not ends_s.size:
        return
    total = np.where(np.isfinite(ends_s), ends_s, 0.0).max(axis=1)
    longest = float(total.max())
    day = 1 + int(np.floor(start_s / DAY_SECONDS))
    while (day * DAY_SECONDS) > start_s - longest:
        moments = set_out_s(senders, day, word, hour_weights)
        since = start_s - moments
        row = np.flatnonzero((since > 0) & (since < total))
        stage = (ends_s[row] <= since[row, None]).sum(axis=1)
        began = np.where(stage > 0, ends_s[row, np.maximum(stage - 1, 0)], 0.0)
        yield UnderWay(row, moments[row], stage, moments[row] + began)
        day -= 1


def mean_seconds(day: FreightDay, rows: NDArray[np.int64], train_longest_h: float, barge_longest_h: float) -> NDArray[np.float64]:
    """Mean seconds of each stage of routes (k x most stages), with nothing closed and the mean wait to fill trains and barges.

    A train fills in its tonnes over those of a day that wait for it; goods wait half of that, or half of the longest wait.
    """
    routes = [day.routes[row] for row in rows.tolist()]
    line_t, barge_t = np.zeros(len(day.lines)), np.zeros(len(day.voyages))
    for route in routes:
        for stage in route.stages:
            if stage.kind is Kind.TRAIN:
                line_t[day.train_legs[stage.at].line] += route.part_t
            elif stage.kind is Kind.BARGE:
                barge_t[stage.at] += route.part_t
    with np.errstate(divide="ignore"):
        line_s = np.minimum(day.train_tonnes / line_t * DAY_SECONDS, HOUR_S * train_longest_h) / 2
        barge_s = np.minimum(np.array([item.tonnes for item in day.voyages]) / barge_t * DAY_SECONDS, HOUR_S * barge_longest_h) / 2
    mean = np.zeros((len(routes), max((len(route.stages) for route in routes), default=0)))
    for place, route in enumerate(routes):
        for number, stage in enumerate(route.stages):
            extra = 0.0
            if stage.kind is Kind.TRAIN:
                extra = float(line_s[day.train_legs[stage.at].line])
            elif stage.kind is Kind.BARGE:
                extra = float(barge_s[stage.at])
            elif stage.kind is Kind.GATE:
                extra = day.gates[stage.at].shut_s
            elif stage.kind is Kind.PORT:
                extra = day.ports[stage.at].wait_s
            mean[place, number] = stage.seconds + extra
    return mean
