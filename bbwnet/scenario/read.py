"""Reading a scenario: its chain of files, its network's files, `--set`, and every problem of all of them at once."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bbwnet.errors import InputError, Problem
from bbwnet.scenario.bundled import bundled_folder, bundled_scenarios
from bbwnet.scenario.checks.all_checks import check_region
from bbwnet.scenario.checks.demand import check_demand
from bbwnet.scenario.checks.platforms import check_platforms
from bbwnet.scenario.checks.ports import check_ships
from bbwnet.scenario.checks.region import Region
from bbwnet.scenario.checks.settings import check_index, check_settings
from bbwnet.scenario.checks.simulation import check_simulation
from bbwnet.scenario.document import Document
from bbwnet.scenario.land import Land, read_land
from bbwnet.scenario.layers import Layers, read_chain
from bbwnet.scenario.matrix_files import MatrixFile, find_matrix_files
from bbwnet.scenario.nearest import nearest_name
from bbwnet.scenario.network_files import NetworkFiles, find_index, read_beside, read_network
from bbwnet.scenario.overrides import RecordChange, apply_to_records, parse_settings, settings_layer
from bbwnet.scenario.record_positions import KINDS, RecordPositions
from bbwnet.scenario.scenario import InputFile, Override, Scenario
from bbwnet.scenario.schema.base import SCHEMA_VERSION
from bbwnet.scenario.schema.network_file import NetworkIndex, NetworkRecords
from bbwnet.scenario.schema.scenario_file import ScenarioFile
from bbwnet.scenario.sound_part import sound_part
from bbwnet.scenario.validation import validate, validate_leniently

__all__ = ["InputFile", "Override", "Scenario", "load_scenario"]


def load_scenario(name_or_path: str | os.PathLike[str], *, overrides: Sequence[str] = ()) -> Scenario:
    """Read a scenario and the network that it is about.

    `name_or_path` is the name of a bundled scenario (`plan_2030`) or the path of a YAML file; `overrides` are settings written
    `key=value` as `--set` takes them. Raises `InputError` with every problem of every file.
    """
    path = scenario_path(name_or_path)
    settings_given = parse_settings(overrides)
    documents, problems, notices = read_chain(path)
    if not documents or not documents[-1].data:
        raise InputError(problems)
    chain = list(documents)
    top, found = settings_layer(settings_given, Layers(chain).data)
    problems.extend(found)
    layers = Layers([*chain, top] if top is not None else chain)
    settings, found = validate(layers, ScenarioFile)
    problems.extend(found)

    index_path, found = find_index(layers)
    problems.extend(found)
    if index_path is None:
        raise InputError(_without_repeats(problems))
    network = read_network(index_path)
    read_beside(layers, network)
    problems.extend(network.problems)
    if network.index is None:
        raise InputError(_without_repeats(problems))
    positions = RecordPositions(network.records)
    changes, found = apply_to_records(settings_given, network.index, positions)
    problems.extend(found)
    index, found = validate(network.index, NetworkIndex)
    problems.extend(found)
    records, found = _validated_records(network)
    problems.extend(found)
    matrices, found = find_matrix_files(layers, settings)
    problems.extend(found)
    land, found = read_land(network, set(positions.ids("sources")) if network.whole else None)
    problems.extend(found)
    if network.whole:
        problems.extend(_checked(layers, network, index, records, positions))
    if problems or settings is None or index is None:
        raise InputError(_without_repeats(problems))
    return Scenario(
        name=path.stem,
        path=path,
        settings=settings,
        index=index,
        records=records,
        files=tuple(_input_files(chain, network, land, matrices)),
        overrides=tuple(_overrides(layers, changes)),
        notices=(*notices, *network.notices),
        _layers=layers,
        _positions=positions,
        land=land,
        matrices=matrices,
    )


def scenario_path(name_or_path: str | os.PathLike[str]) -> Path:
    """File of a scenario given by bundled name or path; raises `InputError` if there is none."""
    path = Path(name_or_path)
    named = os.fspath(name_or_path)
    if named in bundled_scenarios():
        return bundled_folder("scenarios") / f"{named}.yaml"
    if path.is_file():
        return path
    expected = "the path of a YAML file or a bundled scenario: " + ", ".join(bundled_scenarios())
    raise InputError(Problem(named, message="no such scenario", expected=expected, nearest=nearest_name(named, bundled_scenarios())))


def _validated_records(network: NetworkFiles) -> tuple[NetworkRecords, list[Problem]]:
    """Validate each file of records and put all of them together, in the order of the index."""
    parts: list[NetworkRecords] = []
    problems: list[Problem] = []
    for document in network.records:
        part, found = validate_leniently(document, NetworkRecords)
        parts.append(part)
        problems.extend(found)
    together: dict[str, Any] = {kind: tuple(record for part in parts for record in getattr(part, kind)) for kind in KINDS}
    together["sources"] = {key: source for part in parts for key, source in part.sources.items()}
    together["plan"] = next((part.plan for part in parts if part.plan is not None), None)
    return NetworkRecords.model_construct(schema_=SCHEMA_VERSION, **together), problems


def _checked(
    layers: Layers,
    network: NetworkFiles,
    index: NetworkIndex | None,
    records: NetworkRecords,
    positions: RecordPositions,
) -> list[Problem]:
    problems: list[Problem] = []
    if index is not None and network.index is not None:
        problems.extend(check_index(network.index, index))
        region = Region(index, records, positions)
        problems.extend(check_region(region))
        settings, part = sound_part(layers)
        if settings is not None:
            problems.extend(check_settings(part, settings, index, records, positions))
            problems.extend(check_demand(part, settings, records, positions))
            problems.extend(check_ships(part, settings, records, positions))
            problems.extend(check_platforms(part, settings, positions))
            problems.extend(check_simulation(part, settings, region))
    return problems


def _without_repeats(problems: list[Problem]) -> list[Problem]:
    """Drop what only follows from a problem of the YAML at the same place: a value refused there cannot be right here."""
    places: dict[tuple[str, int, int], Problem] = {}
    for problem in problems:
        if not problem.path and problem.line:
            places.setdefault((problem.file, problem.line, problem.column), problem)
    return [
        problem for problem in problems if places.get((problem.file, problem.line, problem.column), problem) is problem or not problem.path
    ]


def _input_files(chain: Sequence[Document], network: NetworkFiles, land: Land | None, matrices: Sequence[MatrixFile]) -> list[InputFile]:
    files = [
        InputFile(f"scenarios/{document.path.name}", document.path, document.sha256) for document in chain if document.path is not None
    ]
    folder = network.folder
    for document in [network.index, *network.records]:
        if document is not None and document.path is not None:
            own = document.path.is_relative_to(folder)
            where = f"networks/{folder.resolve().name}/{document.path.relative_to(folder).as_posix()}" if own else document.path.name
            files.append(InputFile(where if own else f"scenarios/{where}", document.path, document.sha256))
    if land is not None:
        files.append(InputFile(f"networks/{folder.resolve().name}/{land.path.relative_to(folder).as_posix()}", land.path, land.sha256))
    # two matrices may lie in one file
    files += list(dict.fromkeys(InputFile(f"scenarios/{item.choice.file}", item.path, item.sha256) for item in matrices))
    return files


def _overrides(layers: Layers, changes: Sequence[RecordChange]) -> list[Override]:
    """Everything in effect that replaced a default, a value of an extended file, or one of a record."""
    least = {"schema": SCHEMA_VERSION, "name": {"zh": "-", "en": "-"}, "network": "-", "as_of": "2000-01-01"}
    defaults = ScenarioFile.model_validate(least).model_dump(mode="json", by_alias=True, exclude={"schema_", "name", "network", "as_of"})
    replaced = [Override(*parts) for parts in layers.overridden(defaults)]
    return [*replaced, *(Override(change.key, change.old, change.new, change.origin) for change in changes)]
