"""A run: everything computed for a scenario, left in a folder that exists only when it is complete."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from bbwnet.errors import InputError, RunError
from bbwnet.evaluation.access_rows import access_region_table, access_table
from bbwnet.evaluation.binding import binding_part, parts_of
from bbwnet.evaluation.corridors import corridor_weights, corridors
from bbwnet.evaluation.definitions import DEFINITIONS, Definition
from bbwnet.evaluation.goals import GoalRow, evaluate_goals, summarise
from bbwnet.evaluation.provenance import link_km_shares, service_km_shares
from bbwnet.evaluation.region_access import evaluate_access, of_all_modes
from bbwnet.evaluation.through_tickets import through_tickets
from bbwnet.evaluation.transfer_rows import (
    headway_hours_table,
    headways_table,
    hubs_table,
    measures,
    terminals_table,
    tickets_table,
    transfers_table,
)
from bbwnet.evaluation.transfers import evaluate_transfers
from bbwnet.evaluation.travel_times import Timekeeper
from bbwnet.evaluation.words import Words
from bbwnet.experiment.day_stage import day_stage
from bbwnet.experiment.flow_stage import flow_stage
from bbwnet.experiment.tables import write_tables
from bbwnet.experiment.whole_folder import refuse_unwritable, whole_folder
from bbwnet.network.build import build_network
from bbwnet.network.lookup import Target
from bbwnet.routing.door_to_door import DOOR_MODES
from bbwnet.routing.journeys import PARTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bbwnet.evaluation.door_times import DoorTimes
    from bbwnet.model.flows import Flows
    from bbwnet.network.network import Network
    from bbwnet.scenario.scenario import Scenario

VERSIONED = ("bbwnet", "numpy", "scipy", "numba", "pandas", "networkx", "pydantic", "duckdb")
"""Packages whose versions the manifest records."""

STAGES = ("network", "times", "goals", "access", "transfers", "flows", "simulation")
"""Stages of a run, in order; the network is always built."""


@dataclass(frozen=True)
class Run:
    """A finished run: its folder, its network and its goals."""

    folder: Path
    network: Network
    goals: tuple[GoalRow, ...]
    manifest: dict[str, Any]
    messages: tuple[str, ...]
    """What the user should hear of the run: what is missing, loops that did not reach their gap."""


def run(scenario: Scenario, out: str | os.PathLike[str] | None = None, stages: tuple[str, ...] = STAGES, workers: int = 1) -> Run:
    """Run a scenario and write `manifest.json` and the tables of its stages to `out` (default `runs/<scenario>`).

    `workers` processes simulate the days; the tables are the same for any number.

    Everything is written under a temporary name beside `out` and renamed when whole; an older run there is replaced.
    Raises `RunError` if `out` exists and is no run folder, or cannot be written.
    """
    folder = Path("runs") / scenario.name if out is None else Path(out)
    _refuse(folder)
    durations: dict[str, float] = {}
    started = time.perf_counter()
    network = build_network(scenario)
    durations["network_s"] = time.perf_counter() - started
    frames = {"nodes": network.nodes, "links": network.links, "services": network.services}
    tables: dict[str, pd.DataFrame] = {name: frame.reset_index() for name, frame in frames.items()}
    timekeeper = Timekeeper(network)
    if "times" in stages:
        started = time.perf_counter()
        tables["times"] = city_times(timekeeper)
        durations["times_s"] = time.perf_counter() - started
    goals: list[GoalRow] = []
    if "goals" in stages and network.plan is not None:
        started = time.perf_counter()
        goals = evaluate_goals(timekeeper)
        tables["goals"] = goals_table(network, goals)
        tables["goal_summary"] = pd.DataFrame([vars(item) for item in summarise(goals)])
        durations["goals_s"] = time.perf_counter() - started
    if "access" in stages:
        started = time.perf_counter()
        doors, choice = timekeeper.doors, scenario.settings.evaluation
        shared = of_all_modes(network, doors)
        regions = [evaluate_access(network, doors, choice, mode, shared=shared) for mode in DOOR_MODES]
        tables["access"], tables["access_region"] = access_table(regions), access_region_table(regions)
        durations["access_s"] = time.perf_counter() - started
    if "transfers" in stages and not timekeeper.doors.by_headway("transit"):
        started = time.perf_counter()
        tables |= transfer_tables(network, timekeeper.doors)
        durations["transfers_s"] = time.perf_counter() - started
    told: list[str] = []
    further: dict[str, Any] = {}
    found: Flows | None = None
    if "flows" in stages:
        started = time.perf_counter()
        stage = flow_stage(scenario, network)
        tables |= stage.tables
        told, further, found = stage.messages, {"flows": stage.summary}, stage.found
        if stage.tables:
            durations["flows_s"] = time.perf_counter() - started
    if "simulation" in stages:
        started = time.perf_counter()
        simulated = day_stage(scenario, network, found, workers)
        tables |= simulated.tables
        told, further = [*told, *simulated.messages], further | simulated.summary
        durations["simulation_s"] = time.perf_counter() - started
    manifest = make_manifest(scenario, network, tables, durations) | further
    _write(folder, tables, manifest)
    return Run(folder, network, tuple(goals), manifest, tuple(dict.fromkeys(told)))


def _refuse(folder: Path) -> None:
    """Raise `RunError` if `folder` cannot be made, or is there and holds what no run has written: replacing it would lose that."""
    refuse_unwritable(folder)
    if not folder.exists():
        return
    if not (folder / "manifest.json").is_file():
        raise RunError(f"{folder} exists and is no run folder: it has no manifest.json, so it is left alone")
    # By their ending: the tables of another version of bbwnet may have other names.
    others = sorted(item.name for item in folder.iterdir() if item.name != "manifest.json" and item.suffix != ".parquet")
    if others:
        raise RunError(f"{folder} exists and holds what no run has written ({others[0]}), so it is left alone")


def city_times(timekeeper: Timekeeper, definitions: Sequence[Definition] = DEFINITIONS) -> pd.DataFrame:
    """Times between all cities of the data by every definition, one row per ordered pair and definition."""
    cities = sorted(timekeeper.network.cities)
    rows = []
    for origin in cities:
        for destination in cities:
            if origin == destination:
                continue
            for definition in definitions:
                found = timekeeper.time(Target("city", origin), Target("city", destination), definition)
                rows.append(
                    {
                        "from": origin,
                        "to": destination,
                        "definition": definition,
                        "mode": found.mode,
                        "minutes": found.minutes,
                        "length_km": found.length_km,
                        "reached_share": found.reached_share,
                        "schedule_delay_min": found.schedule_delay_min,
                    }
                )
    return pd.DataFrame(rows)


def travel_times(network: Network, definition: Definition = "official") -> pd.DataFrame:
    """Times between all cities of a network by one definition, one row per ordered pair; `planned` and `door_to_door` by the best mode.

    Columns as in `times.parquet` (docs/contracts.md). Raises `InputError` for an unknown definition.
    """
    if definition not in DEFINITIONS:
        raise InputError(f"there is no definition {definition!r}: expected one of {', '.join(DEFINITIONS)}")
    return city_times(Timekeeper(network), (definition,))


def transfer_tables(network: Network, doors: DoorTimes) -> dict[str, pd.DataFrame]:
    """Tables of the changes of vehicle, by any chain of services and `door_to_door`; those of corridors need a plan."""
    evaluation = evaluate_transfers(network, doors)
    lines = [] if network.plan is None else corridors(network)
    tickets = through_tickets(network, evaluation)
    region = measures(evaluation, lines, corridor_weights(network, lines), tickets)
    tables = {
        "transfers": transfers_table([evaluation]),
        "hubs": hubs_table([evaluation]),
        "terminals": terminals_table(evaluation),
        "through_tickets": tickets_table(evaluation, tickets),
        "transfer_measures": pd.DataFrame(region),
    }
    return tables | ({"headways": headways_table(lines), "headway_hours": headway_hours_table(lines)} if lines else {})


def goals_table(network: Network, goals: list[GoalRow]) -> pd.DataFrame:
    """The goals pair by pair and definition by definition."""
    words = Words(network, "en")
    rows = [
        {
            "goal": row.goal,
            "from": row.from_city,
            "to": row.to_city,
            "definition": name,
            "target_min": row.target_min,
            "minutes": row.minutes(name),
            "minutes_there": pair.there.minutes,
            "minutes_back": pair.back.minutes,
            "mode": pair.judged.mode,
            "met": row.met(name),
            "missing_min": row.missing_min(name),
            "share_within_target": pair.share_within(row.target_min),
            "schedule_delay_min": pair.judged.schedule_delay_min,
            **{f"{part}_min": parts[part] if parts else None for part in PARTS},
            "binding_part": binding.part if binding else None,
            "across_provinces": row.across_provinces,
            "way": words.way(pair.judged.way),
        }
        for row in goals
        for name, pair in row.times.items()
        for parts, binding in ((parts_of(row, name), binding_part(row, name)),)
    ]
    return pd.DataFrame(rows)


def make_manifest(scenario: Scenario, network: Network, tables: dict[str, pd.DataFrame], durations: dict[str, float]) -> dict[str, Any]:
    """What went into a run and what came out; durations stand here only, so that tables stay reproducible."""
    return {
        "scenario": scenario.name,
        "region": network.region,
        "as_of": network.as_of.isoformat(),
        "inputs": {file.name: file.sha256 for file in sorted(scenario.files, key=lambda file: file.name)},
        "overrides": [str(item) for item in scenario.overrides],
        "projects_in_force": [item.id for item in network.projects],
        "timetables": network.assembly.timetables,
        "services_withdrawn": list(network.withdrawn),
        "services_shortened": list(network.shortened),
        "infrastructure_sha256": network.infrastructure_hash,
        "services_sha256": network.services_hash,
        "link_km_by_confidence": link_km_shares(network),
        "service_km_by_confidence": service_km_shares(network),
        "versions": {name: _version(name) for name in VERSIONED} | {"python": platform.python_version()},
        "tables": {name: len(table) for name, table in sorted(tables.items())},
        "seeds": {},
        "durations": {name: round(value, 3) for name, value in durations.items()},
    }


def _version(package: str) -> str:
    """Version of a package; bbwnet itself may run from a checkout that is not installed."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _write(folder: Path, tables: dict[str, pd.DataFrame], manifest: dict[str, Any]) -> None:
    """Write all of a run, or nothing."""
    with whole_folder(folder) as temporary:
        write_tables(temporary, tables)
        (temporary / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
