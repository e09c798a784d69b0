"""The simulated days of a scenario: replications on any number of workers, beside the same days undisturbed."""

from __future__ import annotations

import contextlib
import dataclasses
import math
import multiprocessing
import os
import signal
import threading
import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bbwnet.errors import InputError, NetworkError
from bbwnet.experiment.day_checks import day_problems, idle_settings
from bbwnet.experiment.day_parts import DayParts, day_parts
from bbwnet.model.flows import FlowSettings, flows
from bbwnet.scenario.schema.simulation_window import moment_seconds
from bbwnet.simulation.day import Record, simulate_once
from bbwnet.simulation.free_memory import give_back_free_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bbwnet.model.flows import Flows
    from bbwnet.network.network import Network
    from bbwnet.scenario.scenario import Scenario


@dataclass(frozen=True)
class SimulatedDays:
    """All replications of a scenario's days."""

    network: Network
    records: tuple[Record, ...]
    """In order of replication."""
    undisturbed: tuple[Record, ...]
    """The same replications without disruptions; none where nothing is disrupted."""
    messages: tuple[str, ...]

    @property
    def last_closure_s(self) -> float:
        """When the last disruption ends, or the weather last changes; seconds from midnight before day 1, minus infinity without any."""
        settings = self.network.settings
        ends = [item.until_s for item in settings.disruptions]
        ends += [moment_seconds(series.at[-1].from_) for series in settings.simulation.weather if series.at]
        return float(max(ends, default=-math.inf))

    @property
    def lost_hours(self) -> dict[str, list[float]]:
        """Unit-hours more than on the undisturbed days, by what travels, one figure a replication."""
        names = sorted({name for record in self.records for name in record.lost_hours})
        return {
            name: [
                disturbed.lost_hours.get(name, 0.0) - calm.lost_hours.get(name, 0.0)
                for disturbed, calm in zip(self.records, self.undisturbed, strict=True)
            ]
            for name in names
            if self.undisturbed
        }


@dataclass(frozen=True, kw_only=True)
class DaySettings:
    """What may be asked for beside the scenario."""

    replications: int | None = None
    """By default the scenario's."""
    first: int = 0
    """Number of the first replication."""
    workers: int = 1
    """Processes; the result is the same for any number."""
    log: bool = False
    """Whether events are kept, of the first replication."""
    visits: bool = False
    """Whether every visit to every server is kept, beyond the hours that they make: 10 MB a day and replication of the region."""


def simulate(
    scenario: Scenario,
    network: Network,
    settings: DaySettings | None = None,
    found: Flows | None = None,
    progress: Callable[[float], None] | None = None,
) -> SimulatedDays:
    """Simulate a scenario's days; `found` are its flows if they are there already.

    `progress` hears the share that is done. Raises `InputError` for disruptions and streams of unknown things, `RunError` for a day
    that does not balance.
    """
    settings = DaySettings() if settings is None else settings
    if problems := day_problems(scenario, network):
        raise InputError(problems)
    told = idle_settings(network)
    if found is None and network.settings.simulation.flows:
        found = _flows(network, told)
    parts = day_parts(network, found)
    del found  # where nobody else keeps them, flows need not lie beside the days
    give_back_free_memory()
    calm = _calm(network)
    count = network.settings.simulation.replications if settings.replications is None else settings.replications
    numbers = range(settings.first, settings.first + count)
    jobs = [(network, number) for number in numbers] + ([] if calm is None else [(calm, number) for number in numbers])
    records = _run(jobs, parts, settings, progress)
    # Replications say much the same: the first speaks for all.
    said = dict.fromkeys([*told, *parts.messages, *records[0].messages])
    return SimulatedDays(network, tuple(records[:count]), tuple(records[count:]), tuple(said))


def _flows(network: Network, told: list[str]) -> Flows | None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", RuntimeWarning)
        try:
            found = flows(network, settings=FlowSettings(if_not_converged="warn"))
        except NetworkError as error:
            told.append(str(error))
            return None
    told += [str(warning.message) for warning in caught if issubclass(warning.category, RuntimeWarning)]
    return found


def _calm(network: Network) -> Network | None:
    """The same network with nothing disrupted and fair weather; none where that is what it has."""
    settings = network.settings
    if not settings.disruptions and not settings.simulation.weather:
        return None
    fair = settings.simulation.model_copy(update={"weather": ()})
    return dataclasses.replace(network, settings=settings.model_copy(update={"disruptions": (), "simulation": fair}))


def _run(
    jobs: Sequence[tuple[Network, int]], parts: DayParts, settings: DaySettings, progress: Callable[[float], None] | None
) -> list[Record]:
    """Records in the order of jobs, on as many processes as asked for."""
    if settings.workers <= 1 or len(jobs) == 1:
        records = []
        for place, (network, number) in enumerate(jobs):
            tell = None if progress is None else _share(progress, network, place, len(jobs))
            records.append(_once(network, parts, number, settings, first=place == 0, progress=tell))
        return records
    # Forked workers inherit network and parts; elsewhere they are sent to each once.
    way = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(way)
    with ProcessPoolExecutor(settings.workers, context, _inherit, ([*jobs], parts, settings)) as pool:
        found = []
        try:
            with _no_interrupt_while_forking():
                coming = pool.map(_job, range(len(jobs)))
            for record in coming:
                found.append(record)
                if progress is not None:
                    progress(len(found) / len(jobs))
        except BaseException:
            # Whoever stops the program, or whose days do not balance, does not wait for days that are under way.
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in multiprocessing.active_children():
                worker.terminate()
            raise
        return found


@contextlib.contextmanager
def _no_interrupt_while_forking() -> Iterator[None]:
    """Let workers begin with interrupts held back: one that met them before they heed `_inherit` would show a traceback."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _share(progress: Callable[[float], None], network: Network, place: int, jobs: int) -> Callable[[float], None]:
    settings = network.settings.simulation
    whole = settings.warm_up_h + 24.0 * settings.days + settings.run_out_h

    def tell(hour: float) -> None:
        progress((place + (hour + settings.warm_up_h) / whole) / jobs if whole > 0 else math.nan)

    return tell


_SHARED: dict[str, tuple[list[tuple[Network, int]], DayParts, DaySettings]] = {}
"""What a worker process works on."""


def _inherit(jobs: list[tuple[Network, int]], parts: DayParts, settings: DaySettings) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started them stops them
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _SHARED["day"] = (jobs, parts, settings)


def _end_with_parent() -> None:
    """End this worker when the process that started it is gone, however that was killed: nobody waits for its days."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _job(place: int) -> Record:
    jobs, parts, settings = _SHARED["day"]
    network, number = jobs[place]
    return _once(network, parts, number, settings, first=place == 0)


def _once(
    network: Network,
    parts: DayParts,
    number: int,
    settings: DaySettings,
    *,
    first: bool,
    progress: Callable[[float], None] | None = None,
) -> Record:
    """One replication, of which the `first` keeps events and frames."""
    record = simulate_once(network, parts.makers, number, log=settings.log and first, frames=first, progress=progress)
    return record if settings.visits else dataclasses.replace(record, visits=())
