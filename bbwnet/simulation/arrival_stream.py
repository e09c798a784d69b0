"""Moments at which a stream brings someone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from bbwnet.scenario.schema.simulation_streams import Arrivals, Rate, Stream
    from bbwnet.simulation.world import World

_HOUR_S = 3600.0


def arrivals_of(world: World, stream: Stream) -> NDArray[np.float64]:
    """Seconds at which a stream of the scenario brings someone within the simulated days (n), rising.

    Who comes before simulating begins or after the last day is left out.
    """
    found = arrivals_s(stream.arrivals, world.streams.of("stream", stream.id, "arrivals"))
    last_s = 24 * _HOUR_S * world.days
    return found[(found >= world.start_s) & (found < last_s)]


def arrivals_s(arrivals: Arrivals, generator: np.random.Generator) -> NDArray[np.float64]:
    """Seconds of all arrivals (n), rising.

    Poisson arrivals are those of one process at the highest rate of all windows, thinned (Lewis and Shedler 1979): what a window draws
    does not change with the rate of another that is lower. Regular ones are 1/rate apart from the start of each window.
    """
    if arrivals.process == "schedule":
        return np.array(arrivals.times_s, dtype=np.float64)
    rates = sorted(arrivals.per_hour, key=lambda item: item.from_s)
    return _regular(rates) if arrivals.process == "regular" else _poisson(rates, generator)


def _regular(rates: Iterable[Rate]) -> NDArray[np.float64]:
    found: list[NDArray[np.float64]] = []
    found.append(np.zeros(0))
    for item in rates:
        # A rate of 2,880 an hour for 500 s brings 400, whatever the last bit of the division says.
        count = int(np.ceil((item.until_s - item.from_s) * item.rate / _HOUR_S - 1e-9))
        if count > 0:
            found.append(np.asarray(item.from_s + np.arange(count) * (_HOUR_S / item.rate), dtype=np.float64))
    return np.concatenate(found)


def _poisson(rates: list[Rate], generator: np.random.Generator) -> NDArray[np.float64]:
    most = max(item.rate for item in rates)
    if most == 0:
        return np.zeros(0)
    begin_s, end_s = rates[0].from_s, max(item.until_s for item in rates)
    mean = (end_s - begin_s) * most / _HOUR_S
    moments: list[NDArray[np.float64]] = []
    moments.append(np.array([begin_s], dtype=np.float64))
    while moments[-1][-1] < end_s:
        gaps: NDArray[np.float64] = generator.exponential(_HOUR_S / most, max(16, int(mean + 5 * np.sqrt(mean))))
        moments.append(np.add(moments[-1][-1], np.cumsum(gaps), dtype=np.float64))
    found = np.concatenate(moments)[1:]
    found = found[found < end_s]
    # Of those at the highest rate each stays with the share that its window has.
    start_s, share = [-np.inf], [0.0]
    for item in rates:
        if start_s[-1] == item.from_s:
            share[-1] = item.rate / most
        else:
            start_s, share = [*start_s, float(item.from_s)], [*share, item.rate / most]
        start_s, share = [*start_s, float(item.until_s)], [*share, 0.0]
    piece = np.searchsorted(np.array(start_s), found, side="right") - 1
    return found[generator.random(len(found)) < np.array(share)[piece]]
