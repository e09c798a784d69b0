"""Queues whose mean wait is known, each built from a network in YAML and simulated as every scenario is.

A queue is right if the interval of 99.9 % confidence about its mean wait over service, by Student's t over independent replications,
contains the exact value and reaches no further to either side than a share of it: 3 % (6 % where servers are nine tenths busy), and 1 % in
the long cases. All replications have the one seed of the scenarios.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Literal

import numpy as np

from bbwnet.errors import RunError
from bbwnet.experiment.day import DaySettings, simulate
from bbwnet.experiment.verification.cases import Case, Check
from bbwnet.network.build import build_network
from bbwnet.scenario.read import load_scenario
from bbwnet.scenario.schema.base import DAY_SECONDS
from bbwnet.simulation.replications import interval

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bbwnet.scenario.schema.scenario_file import ScenarioFile
    from bbwnet.simulation.visits import Visits

LEVEL = 0.999
"""Confidence of the intervals."""
SEED = 1
"""Of the scenarios; it is theirs, and said here for the list of cases."""
BUSY = 90
"""Per cent of time, from which the scenario is `queues_busy`."""
REPLICATIONS = {
    False: {"queues": 100, "queues_busy": 100, "queues_road": 100},
    True: {"queues": 800, "queues_busy": 2800, "queues_road": 800},
}
"""By whether the case is long, and by scenario: as many as make intervals narrow enough, by how far trial runs with other draws spread."""
MOST = {"queues": 0.03, "queues_busy": 0.06, "queues_road": 0.03}
"""Furthest that an interval may reach, over the exact value, by scenario."""
MOST_LONG = 0.01
TWO_BERTHS = 34 / 133
"""M/E2/2, half busy, .25564: wait over service from the balance equations of its Markov chain."""
BOTTLENECK_S = 31.25
"""Cars at 0.8/s for 500 s and at 0.4/s for 1,000 s before a capacity of 2/s / 3: 25,000 vehicle-seconds over 800 cars."""

LOCKAGE_S = 12.0
"""A passage of the lock for one barge, as its record says; turning takes half of that by the scenario's default."""
FOUR_BARGES_S = (3600.0, 3600.0, 9000.0, 9000.0)
"""From coming to leaving: P, P, 2P + T, 2P + T."""

Kind = Literal["border_lanes", "toll_lanes", "berths", "lock"]


@dataclass(frozen=True)
class Queue:
    """One queue of the network `queues`."""

    stream: str
    """Stream of the scenario that brings its customers."""
    kind: Kind
    server: str
    scenario: str
    exact: float
    """Mean wait over mean service."""
    en: str
    zh: str
    source: str


def erlang_c(servers: int, busy: float) -> float:
    """Mean wait over service of M/M/c with servers busy for a share of time (Erlang 1917)."""
    load = servers * busy
    terms = [load**n / math.factorial(n) for n in range(servers)]
    last = load**servers / math.factorial(servers) / (1 - busy)
    return last / (math.fsum(terms) + last) / (servers * (1 - busy))


def pollaczek_khinchine(busy: float, variance: float) -> float:
    """Mean wait over service of M/G/1; `variance` is that of service over its squared mean (Pollaczek 1930, Khinchine 1932)."""
    return busy * (1 + variance) / (2 * (1 - busy))


def lock_of_one(busy: float, turn: float) -> float:
    """Mean wait over passage of a lock that takes one ship at a time, all one way; `turn` is the time of turning over that of passage.

    Each ship needs a turn and then its passage, busy or not, since the chamber stands on the other side: M/D/1 before the turn.
    """
    return pollaczek_khinchine(busy, 0.0) * (1 + turn) + turn


def _at_berths(letter: str, servers: int, percent: int) -> Queue:
    busy, service = percent / 100, {"m": "M", "d": "D", "e": "E2"}[letter]
    if letter == "m":
        exact, source = erlang_c(servers, busy), "Erlang C (1917)"
    elif servers == 1:
        exact, source = pollaczek_khinchine(busy, {"d": 0.0, "e": 0.5}[letter]), "Pollaczek (1930), Khinchine (1932)"
    else:
        exact, source = TWO_BERTHS, "balance equations of the Markov chain; tables of PIANC (2014) have .26"
    stream, name = f"{letter}{servers}_{percent}", f"M/{service}/{servers}"
    scenario = "queues_busy" if percent == BUSY else "queues"
    return Queue(stream, "berths", stream, scenario, exact, f"{name}: berths, {percent} % busy", f"{name}：泊位，利用率 {percent}%", source)


QUEUES = (
    *(_at_berths("m", servers, percent) for percent in (50, 80, BUSY) for servers in (1, 2, 3, 4)),
    *(_at_berths(letter, 1, percent) for letter in "de" for percent in (50, 80, BUSY)),
    _at_berths("e", 2, 50),
    Queue(
        "travellers", "border_lanes", "border_way:out:car", "queues_road", erlang_c(2, 0.5), "M/M/2: lanes of a border crossing, 50 % busy",
        "M/M/2：口岸通道，利用率 50%", "Erlang C (1917)",
    ),
    Queue(
        "payers", "toll_lanes", "plaza", "queues_road", pollaczek_khinchine(0.5, 0.0), "M/D/1: a toll plaza, 50 % busy",
        "M/D/1：收费站，利用率 50%", "Pollaczek (1930), Khinchine (1932)",
    ),
    Queue(
        "wide_payers", "toll_lanes", "wide_plaza", "queues_road", erlang_c(3, 0.8), "M/M/3: lanes of a toll plaza, 80 % busy",
        "M/M/3：收费车道，利用率 80%", "Erlang C (1917)",
    ),
    Queue(
        "barges", "lock", "narrow_lock", "queues_road", lock_of_one(0.5, 0.5), "M/D/1: a lock for one barge, one way, 50 % busy",
        "M/D/1：单船船闸，单向，利用率 50%", "Pollaczek (1930), Khinchine (1932), service a lockage and a turn",
    ),
)  # fmt: skip


@cache
def mean_waits(scenario: str, replications: int) -> Mapping[str, tuple[float, ...]]:
    """Mean wait over mean service of each stream of a scenario, one figure a replication, of all who came on its days.

    Who came while it warmed up is left out. Raises `RunError` where someone who came was not served by the end.
    """
    given = load_scenario(scenario)
    network = build_network(given)
    settings = network.settings
    found: dict[str, list[float]] = {queue.stream: [] for queue in QUEUES if queue.scenario == scenario}
    for number in range(replications):
        # One at a time: a record holds every visit.
        (record,) = simulate(given, network, DaySettings(replications=1, first=number, visits=True)).records
        visits = {(item.kind, item.server): item for item in record.visits}
        for queue in QUEUES:
            if queue.stream in found:
                own = visits.get((queue.kind, queue.server))
                if own is None:
                    raise RunError(f"nobody came to {queue.kind} {queue.server}")
                found[queue.stream].append(_mean_wait_s(own, settings.simulation.days) / _service_s(settings, queue))
    return {stream: tuple(values) for stream, values in found.items()}


def _mean_wait_s(visits: Visits, days: int) -> float:
    own = (visits.arrive_s >= 0) & (visits.arrive_s < days * DAY_SECONDS)
    waits = visits.wait_s[own]
    if not len(waits) or not np.isfinite(waits).all():
        raise RunError(f"{int((~np.isfinite(waits)).sum())} of {len(waits)} at {visits.kind} {visits.server} were not served")
    return float(waits.mean())


def _service_s(settings: ScenarioFile, queue: Queue) -> float:
    """Mean service as the scenario says it."""
    roads = settings.simulation.roads
    times = {f"{item.crossing}_way:out:{item.traffic}": item.service_time for item in roads.border.crossings}
    times.update((plaza.id, plaza.service_time) for plaza in roads.toll_plazas)
    times.update((stream.at, stream.service) for stream in settings.simulation.streams if stream.at and stream.service)
    return LOCKAGE_S if queue.kind == "lock" else times[queue.server].mean_seconds


def _checks(queue: Queue, *, long: bool) -> list[Check]:
    found = interval(mean_waits(queue.scenario, REPLICATIONS[long][queue.scenario])[queue.stream], LEVEL)
    return [
        Check("wait_over_service", "", queue.exact, found.mean, found.half_width),
        Check("half_width", "", 0.0, found.half_width / queue.exact, MOST_LONG if long else MOST[queue.scenario]),
    ]


def _bottleneck() -> list[Check]:
    given = load_scenario("queues_bottleneck")
    (record,) = simulate(given, build_network(given), DaySettings(visits=True)).records
    (queue,) = (item for item in record.visits if item.server.startswith("origin-gate"))
    return [
        Check("trips", "", 800.0, float(queue.count.sum()), 0.0),
        Check("delay", "", BOTTLENECK_S, float((queue.wait_s * queue.count).sum() / queue.count.sum()), 1e-6),
    ]


def _lock_of_two() -> list[Check]:
    given = load_scenario("queues_lock")
    (record,) = simulate(given, build_network(given), DaySettings(visits=True)).records
    (lock,) = (item for item in record.visits if item.kind == "lock")
    left = np.repeat(lock.leave_s - lock.arrive_s, lock.count.astype(np.int64))
    if len(left) != len(FOUR_BARGES_S):
        raise RunError(f"{len(left)} barges went through the lock, not {len(FOUR_BARGES_S)}")
    return [Check("time", f"barge {place + 1}", exact, float(left[place]), 1e-6) for place, exact in enumerate(FOUR_BARGES_S)]


def _case(queue: Queue, *, long: bool) -> Case:
    count = REPLICATIONS[long][queue.scenario]
    within = MOST_LONG if long else MOST[queue.scenario]
    return Case(
        f"queue_{queue.stream}{'_long' if long else ''}",
        "simulation",
        f"{queue.en}{f', to {within:.0%}' if long else ''}",
        f"{queue.zh}{f'，精确到 {within:.0%}' if long else ''}",
        f"{queue.source}; {count:,} replications, seed {SEED}, 99.9 %",
        partial(_checks, queue, long=long),
        long=long,
    )


CASES = (
    Case(
        "bottleneck",
        "simulation",
        "Bottleneck: 0.8 cars a second for 500 s, then 0.4, capacity 2/3",
        "瓶颈：500 秒内每秒 0.8 辆，其后 0.4 辆，通行能力 2/3",
        "cumulative curves by hand (Vickrey 1969); nothing random",
        _bottleneck,
    ),
    Case(
        "lock_of_two",
        "simulation",
        "Four barges come at once to a lock for two: 60 min through it, 30 min to turn",
        "四船同时到达双船船闸：过闸 60 分钟，空闸换向 30 分钟",
        "by hand: P, P, 2P + T, 2P + T; nothing random",
        _lock_of_two,
    ),
    *(_case(queue, long=False) for queue in QUEUES),
    *(_case(queue, long=True) for queue in QUEUES),
)
