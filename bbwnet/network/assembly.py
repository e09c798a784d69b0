"""The records that stand at the scenario's date: base network plus the projects in force, minus what is closed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from bbwnet.network.selection import ProjectInForce, projects_in_force
from bbwnet.scenario.schema.projects import Removal

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection, Sequence

    from bbwnet.errors import Problem
    from bbwnet.scenario.scenario import Scenario
    from bbwnet.scenario.schema.base import Record
    from bbwnet.scenario.schema.channels import Channel
    from bbwnet.scenario.schema.fares import EmissionFactor, Tariff
    from bbwnet.scenario.schema.freight import FreightHinterland, FreightSite
    from bbwnet.scenario.schema.groups import Group
    from bbwnet.scenario.schema.hubs import Hub
    from bbwnet.scenario.schema.infrastructure import Link, Node
    from bbwnet.scenario.schema.places import Place
    from bbwnet.scenario.schema.services import Service
    from bbwnet.scenario.schema.simulation_ferries import Fleet, RoroTerminal, VesselClass
    from bbwnet.scenario.schema.terminals import Airport, Crossing, Lock, PortTerminal
    from bbwnet.scenario.schema.transfers import Transfer

KINDS = ("nodes", "links", "services", "terminals", "crossings", "locks", "airports", "transfers", "freight_sites")
"""The lists of records that projects may add to."""

BASE = "base"
"""Origin of a record that no project adds or changes."""

FareKey = tuple[str, str | None, str | None]
"""Mode, train class and service of a tariff, the latter two `None` where it is for all that have none of their own."""

Dated = TypeVar("Dated", "Tariff", "EmissionFactor")
"""A record that is valid from a day on, until another day or the next of its kind."""


@dataclass(frozen=True)
class Assembly:
    """Records in force, by identifier, with the projects that brought or changed each (`origins[kind][id]`)."""

    places: dict[str, Place]
    nodes: dict[str, Node]
    links: dict[str, Link]
    services: dict[str, Service]
    terminals: dict[str, PortTerminal]
    crossings: dict[str, Crossing]
    locks: dict[str, Lock]
    airports: dict[str, Airport]
    transfers: dict[str, Transfer]
    """Ways between stops, both of whose ends are there."""
    freight_sites: dict[str, FreightSite]
    """Works and the like in use, at places and nodes that are there."""
    freight_hinterlands: dict[str, FreightHinterland]
    """Gateways that freight rates hold for, by place."""
    hubs: dict[str, Hub]
    projects: tuple[ProjectInForce, ...]
    timetables: dict[str, str]
    """Timetable in force by mode."""
    origins: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    absent_nodes: dict[str, tuple[Node, str | None]] = field(default_factory=dict)
    """Nodes of the data that are not there in this scenario, each with the project that brings it (`None`: closed)."""
    tariffs: dict[FareKey, Tariff] = field(default_factory=dict)
    """Tariff in force of each kind."""
    emission_factors: dict[tuple[str, str | None, str], EmissionFactor] = field(default_factory=dict)
    """Emission factor in force by mode, train class and pollutant."""
    groups: dict[str, Group] = field(default_factory=dict)
    """All groups, whatever of their members is in force."""
    vessel_classes: dict[str, VesselClass] = field(default_factory=dict)
    fleets: dict[str, Fleet] = field(default_factory=dict)
    """Fleets that sail on the day, of services in force."""
    roro_terminals: dict[str, RoroTerminal] = field(default_factory=dict)
    """By the node of their port."""
    channels: dict[str, Channel] = field(default_factory=dict)
    """By the node of each of their ports."""


def assemble(scenario: Scenario, left_out: Collection[str] = ()) -> tuple[Assembly, list[Problem]]:
    """Apply the projects in force to the base records, and drop what is not open at the date.

    `left_out` names projects to leave out (with those that require them). Gives the records and all problems found.
    """
    in_force, problems = projects_in_force(scenario, left_out)
    pool: dict[str, dict[str, Any]] = {kind: {record.id: record for record in getattr(scenario.records, kind)} for kind in KINDS}
    origins: dict[str, dict[str, tuple[str, ...]]] = {kind: dict.fromkeys(pool[kind], (BASE,)) for kind in KINDS}
    added_services: dict[str, ProjectInForce] = {}
    for item in in_force:
        problems.extend(_apply(scenario, item, pool, origins))
        added_services.update({service.id: item for service in item.add.services})
    as_of = scenario.settings.as_of
    for kind in KINDS:
        pool[kind] = {key: record for key, record in pool[kind].items() if _is_open(record, as_of)}
    timetables, timetable_problems = _timetables_in_force(scenario)
    problems.extend(timetable_problems)
    pool["services"] = {
        key: service for key, service in pool["services"].items() if _runs(scenario, service, added_services.get(key), timetables)
    }
    _drop_dangling(pool, {place.id for place in scenario.records.places})
    assembly = Assembly(
        places={place.id: place for place in scenario.records.places},
        freight_hinterlands={item.place: item for item in scenario.records.freight_hinterlands},
        hubs={hub.id: hub for hub in scenario.records.hubs},
        **pool,
        projects=in_force,
        timetables=timetables,
        origins=origins,
        absent_nodes=_absent_nodes(scenario, pool["nodes"]),
        tariffs={
            (item.mode, item.train_class, service): item
            for item in _valid_on(as_of, scenario.records.tariffs)
            for service in item.services or (None,)
        },
        emission_factors={
            (item.mode, item.train_class, item.pollutant): item for item in _valid_on(as_of, scenario.records.emission_factors)
        },
        groups={item.id: item for item in scenario.records.groups},
        vessel_classes={item.id: item for item in scenario.records.vessel_classes},
        fleets={item.id: item for item in scenario.records.fleets if item.service in pool["services"] and _sails(item, as_of)},
        roro_terminals={item.port: item for item in scenario.records.roro_terminals if item.port in pool["nodes"]},
        channels={port: item for item in scenario.records.channels for port in item.ports if port in pool["nodes"]},
    )
    return assembly, problems


def _absent_nodes(scenario: Scenario, present: dict[str, Node]) -> dict[str, tuple[Node, str | None]]:
    """Nodes that the scenario lacks, so that who asks for one learns why."""
    absent: dict[str, tuple[Node, str | None]] = {node.id: (node, None) for node in scenario.records.nodes if node.id not in present}
    for project in scenario.records.projects:
        for addition in (project.add, *(variant.add for variant in project.variants.values())):
            absent.update({node.id: (node, project.id) for node in addition.nodes if node.id not in present})
    return absent


def _apply(
    scenario: Scenario, item: ProjectInForce, pool: dict[str, dict[str, Any]], origins: dict[str, dict[str, tuple[str, ...]]]
) -> list[Problem]:
    """Apply one project: removals, additions, then changes."""
    problems: list[Problem] = []
    for kind in Removal.model_fields:
        for key in getattr(item.remove, kind):
            pool[kind].pop(key, None)
    for kind in KINDS:
        for record in getattr(item.add, kind):
            if record.id in pool[kind]:
                problems.append(
                    scenario.problem(
                        "projects",
                        item.id,
                        f"add.{kind}",
                        f"project {item.id} adds {kind} {record.id}, which is there already",
                        value=record.id,
                    )
                )
                continue
            pool[kind][record.id] = _as_planned(item, record)
            origins[kind][record.id] = (item.id,)
    for path, value in item.change.items():
        problem = _change(scenario, item, path, value, pool)
        if problem is not None:
            problems.append(problem)
        else:
            kind, key, _ = path.split(".", 2)
            origins[kind][key] = (*origins[kind].get(key, ()), item.id)
    return problems


def _as_planned(item: ProjectInForce, record: Any) -> Any:
    """A record without its real opening day where the project is in force by plan, not by its own opening."""
    if getattr(record, "opened", None) is None or item.since == item.project.opened:
        return record
    return record.model_copy(update={"opened": None})


def _change(scenario: Scenario, item: ProjectInForce, path: str, value: object, pool: dict[str, dict[str, Any]]) -> Problem | None:
    """Set one attribute of one record; gives a problem if there is no such record or the value does not fit."""
    kind, _, rest = path.partition(".")
    key, _, attribute = rest.partition(".")
    record: Record | None = pool.get(kind, {}).get(key)
    where = f"change.{path}"
    if record is None:
        return scenario.problem(
            "projects", item.id, where, f"project {item.id} changes {path}, but {kind} {key} is not there when it opens", value=value
        )
    try:
        pool[kind][key] = type(record).model_validate(record.model_dump(by_alias=True) | {attribute: value})
    except ValidationError as error:
        return scenario.problem("projects", item.id, where, f"{path}: {error.errors()[0]['msg']}", value=value)
    return None


def _is_open(record: Any, as_of: datetime.date) -> bool:
    """Whether a record is open at the date; records with no dates always are."""
    opened = getattr(record, "opened", None)
    closed = getattr(record, "closed", None)
    return (opened is None or opened <= as_of) and (closed is None or as_of < closed)


def _sails(fleet: Fleet, as_of: datetime.date) -> bool:
    return (fleet.valid_from is None or fleet.valid_from <= as_of) and (fleet.valid_until is None or as_of <= fleet.valid_until)


def _valid_on(as_of: datetime.date, records: Sequence[Dated]) -> list[Dated]:
    """Records valid on a day, the older first, so that in a map the latest of its kind stays."""
    valid = [item for item in records if item.valid_from <= as_of and (item.valid_until is None or as_of <= item.valid_until)]
    return sorted(valid, key=lambda item: item.valid_from)


def timetable_date(scenario: Scenario) -> datetime.date:
    """The day whose timetables are run: the scenario's own, else the day looked at."""
    return scenario.settings.timetable or scenario.settings.as_of


def _timetables_in_force(scenario: Scenario) -> tuple[dict[str, str], list[Problem]]:
    """The latest timetable of each mode not after the scenario's timetable date."""
    date = timetable_date(scenario)
    chosen: dict[str, str] = {}
    problems = []
    for timetable in sorted(scenario.records.timetables, key=lambda item: item.observed):
        if timetable.observed <= date:
            chosen[timetable.mode] = timetable.id
    for mode in sorted({timetable.mode for timetable in scenario.records.timetables} - set(chosen)):
        first = min(item.observed for item in scenario.records.timetables if item.mode == mode)
        problems.append(
            scenario.problem(
                "settings",
                None,
                "timetable",
                f"no {mode} timetable is known for {date}: the first was observed on {first}",
                value=date.isoformat(),
                expected=f"a date from {first} on",
            )
        )
    return chosen, problems


def _runs(scenario: Scenario, service: Service, brought_by: ProjectInForce | None, timetables: dict[str, str]) -> bool:
    """Whether a service runs: it is in the timetable in force, or dated so, or a project newer than that timetable brings it."""
    settings = scenario.settings
    date = timetable_date(scenario) if brought_by is None else settings.as_of
    if service.timetable is not None:
        return service.timetable == timetables.get(service.mode)
    if brought_by is not None and service.mode in timetables:
        # A timetable is a whole observation: what opened before it is in it already.
        observed = next(item.observed for item in scenario.records.timetables if item.id == timetables[service.mode])
        if brought_by.since <= observed:
            return False
    return (service.valid_from is None or service.valid_from <= date) and (service.valid_until is None or date <= service.valid_until)


def _drop_dangling(pool: dict[str, dict[str, Any]], places: set[str]) -> None:
    """Drop links, transfers and freight sites whose end node is closed or removed.

    Services that lose a stop are dealt with where paths are sought.
    """
    known = places | set(pool["nodes"])
    for kind in ("links", "transfers"):
        pool[kind] = {key: record for key, record in pool[kind].items() if record.from_ in known and record.to in known}
    pool["freight_sites"] = {key: site for key, site in pool["freight_sites"].items() if site.end in known}
