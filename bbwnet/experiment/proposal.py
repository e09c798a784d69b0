"""A proposed line in five minutes: length, run time and services as a project to edit."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.errors import InputError, Problem
from bbwnet.experiment.detours import FEWEST, Detour, detour_at, stretches_of_lines
from bbwnet.network.rail_times import RailTimes
from bbwnet.scenario.great_circle import great_circle_km
from bbwnet.scenario.nearest import nearest_name
from bbwnet.scenario.schema.infrastructure import Link, RailLink, RoadLink

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bbwnet.network.network import Network
    from bbwnet.scenario.scenario import Scenario
    from bbwnet.scenario.schema.infrastructure import Node
    from bbwnet.scenario.schema.places import Place


@dataclass(frozen=True)
class LineClass:
    """A class of line that can be proposed, and the links of the network whose detour it takes."""

    id: str
    mode: str
    attributes: dict[str, object]
    """Link attributes of the class; speeds and lanes are the usual ones of its standard."""
    speed_range_kmh: tuple[float, float] = (0.0, math.inf)
    road_class: str | None = None
    train_class: str | None = None


LINE_CLASSES = {
    item.id: item
    for item in (
        LineClass(
            "rail_350", "rail", {"design_speed_kmh": 350, "tracks": 2, "electrified": True, "use": "passenger"}, (300, 350), None, "emu_350"
        ),
        LineClass(
            "rail_250", "rail", {"design_speed_kmh": 250, "tracks": 2, "electrified": True, "use": "passenger"}, (201, 250), None, "emu_250"
        ),
        LineClass(
            "rail_200", "rail", {"design_speed_kmh": 200, "tracks": 2, "electrified": True, "use": "mixed"}, (161, 200), None, "emu_250"
        ),
        LineClass(
            "rail_160", "rail", {"design_speed_kmh": 160, "tracks": 1, "electrified": True, "use": "mixed"}, (0, 160), None, "conventional"
        ),
        LineClass("expressway", "highway", {"road_class": "expressway", "lanes": 4}, road_class="expressway"),
        LineClass("class_1", "highway", {"road_class": "class_1", "lanes": 4}, road_class="class_1"),
        LineClass("class_2", "highway", {"road_class": "class_2", "lanes": 2}, road_class="class_2"),
    )
}


@dataclass(frozen=True)
class Proposal:
    """A proposed line from node to node, as it would stand in a project."""

    project_id: str
    line_class: LineClass
    nodes: tuple[str, ...]
    great_circle_km: tuple[float, ...]
    detours: tuple[Detour, ...]
    """Length over great circle of the region's lines of this class over the distance of each link."""
    free_speed_kmh: float | None
    """Median free speed of the network's roads of this class; `None` for rail."""
    run_minutes: float | None
    """Time end to end, stops included; `None` where no run-time class fits."""

    @property
    def lengths_km(self) -> tuple[float, ...]:
        """Length of each link: great circle times detour."""
        return tuple(round(km * detour.factor, 1) for km, detour in zip(self.great_circle_km, self.detours, strict=True))


def propose(scenario: Scenario, network: Network, project_id: str, nodes: Sequence[str], class_id: str) -> Proposal:
    """Measure a line through `nodes` (identifiers, at least two) of a class; raises `InputError` for what does not exist."""
    if class_id not in LINE_CLASSES:
        raise InputError(
            Problem(
                file="--class",
                message="unknown class of line",
                value=class_id,
                expected=f"one of {', '.join(LINE_CLASSES)}",
                nearest=nearest_name(class_id, LINE_CLASSES),
            )
        )
    line_class = LINE_CLASSES[class_id]
    known = _positions(network)
    positions = [(known[node].lon, known[node].lat) for node in nodes]
    direct = tuple(great_circle_km(*a, *b) for a, b in pairwise(positions))
    if min(direct) == 0:
        nowhere = [f"{a} - {b}" for (a, b), km in zip(pairwise(nodes), direct, strict=True) if km == 0]
        raise InputError(f"a line needs two ends apart: {', '.join(nowhere)} leads nowhere")
    links, place = _links_of_class(scenario, line_class)
    # An estimated length may itself come from a detour: measured and reported ones are taken alone where they are enough.
    stretches = stretches_of_lines([link for link in links if link.confidence in {"measured", "reported"}], place)
    if len(stretches) < FEWEST:
        stretches = stretches_of_lines(links, place)
    if not stretches:
        raise InputError(f"{scenario.name} has no links of class {class_id} to measure a detour from")
    speeds = [link.free_speed_kmh for link in links if isinstance(link, RoadLink)]
    speed = float(np.median(speeds)) if speeds else None
    detours = tuple(detour_at(stretches, distance) for distance in direct)
    proposal = Proposal(project_id, line_class, tuple(nodes), direct, detours, speed, None)
    return replace(proposal, run_minutes=_run_minutes(scenario, proposal))


def _positions(network: Network) -> dict[str, Place | Node]:
    """Places and nodes by identifier."""
    return {**network.assembly.places, **network.assembly.nodes}


def _links_of_class(scenario: Scenario, line_class: LineClass) -> tuple[list[Link], dict[str, Place | Node]]:
    """The region's links of a class, built or planned, and the positions of all nodes."""
    additions = [project.add for project in scenario.records.projects]
    place: dict[str, Place | Node] = {record.id: record for record in scenario.records.places}
    place |= {node.id: node for node in (*scenario.records.nodes, *(node for add in additions for node in add.nodes))}
    low, high = line_class.speed_range_kmh
    found: list[Link] = [
        link
        for link in (*scenario.records.links, *(link for add in additions for link in add.links))
        if (line_class.mode == "rail" and isinstance(link, RailLink) and low <= link.design_speed_kmh <= high)
        or (isinstance(link, RoadLink) and link.road_class == line_class.road_class)
    ]
    return found, place


def _run_minutes(scenario: Scenario, proposal: Proposal) -> float | None:
    """Minutes end to end with a stop at every node, by the run-time classes or the free speed."""
    if proposal.free_speed_kmh is not None:
        return math.fsum(proposal.lengths_km) / proposal.free_speed_kmh * 60
    links = [
        RailLink.model_validate({"from": a, "to": b, **link_record(proposal, position)})
        for position, (a, b) in enumerate(pairwise(proposal.nodes))
    ]
    times = RailTimes(links, scenario.records.run_time_classes, proposal.line_class.train_class or "")
    sections = [times.section(a, b) for a, b in pairwise(proposal.nodes)]
    if any(section is None for section in sections):
        return None
    known = [section for section in sections if section is not None]
    return (sum(section.seconds for section in known) + sum(section.dwell_seconds for section in known[:-1])) / 60


def link_record(proposal: Proposal, position: int) -> dict[str, object]:
    """Attributes of one link of the proposal, its ends apart."""
    a, b = proposal.nodes[position], proposal.nodes[position + 1]
    record: dict[str, object] = {
        "id": f"{proposal.project_id}_{position + 1}",
        "mode": proposal.line_class.mode,
        "line": proposal.project_id,
        "length_km": proposal.lengths_km[position],
        **proposal.line_class.attributes,
    }
    if proposal.free_speed_kmh is not None:
        record["free_speed_kmh"] = proposal.free_speed_kmh
    return {
        **record,
        "source": "planner_assumption",
        "confidence": "assumed",
        "note": f"great circle {a} - {b} x {proposal.detours[position].factor:.3f}",
    }


def to_yaml(proposal: Proposal) -> str:
    """The proposal as a projects file to edit, comments saying where each figure comes from."""
    title = proposal.project_id.replace("_", " ")
    legs = list(zip(pairwise(proposal.nodes), proposal.detours, strict=True))
    lines = [
        "# Proposed line: lengths are great circle x detour, the median over like distances along the region's lines of the class",
        f"# {proposal.line_class.id}:",
        *(f"#   {a} - {b}: {detour.factor:.3f}, of {detour.stretches} stretches" for (a, b), detour in legs),
        "# Edit what you know better; a scenario in the same folder takes it in with `include: [THIS_FILE]` and `projects: {also: [ID]}`.",
        "schema: 1",
        "projects:",
        f"  - id: {proposal.project_id}",
        f"    name: {{zh: {title}, en: {title}}}",
        "    beyond_plan: true",
        "    commitment: none",
        "    status: proposed",
        "    source: planner_assumption",
        "    confidence: assumed",
        "    add:",
        "      links:",
    ]
    for position, (a, b) in enumerate(pairwise(proposal.nodes)):
        record = {"id": None, "from": a, "to": b} | link_record(proposal, position)
        lines.append("        - {" + ", ".join(f"{key}: {_scalar(value)}" for key, value in record.items()) + "}")
    if proposal.line_class.train_class is not None:
        minutes = f"{proposal.run_minutes:.0f} min end to end by the run-time classes" if proposal.run_minutes else "no run-time class fits"
        lines += [
            f"      services:  # {minutes}",
            f"        - {{id: {proposal.project_id}_service, mode: rail, train_class: {proposal.line_class.train_class},",
            f"           stops: [{', '.join(proposal.nodes)}],",
            '           trips_per_day: 20, between: ["06:30", "21:30"], source: planner_assumption, confidence: assumed}',
        ]
    elif proposal.run_minutes is not None:
        lines.append(f"    # {proposal.run_minutes:.0f} min end to end at {proposal.free_speed_kmh:.0f} km/h, the median of the class")
    return "\n".join(lines) + "\n"


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) and not value.replace("_", "").replace("-", "").isalnum() else str(value)
