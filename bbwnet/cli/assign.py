"""`bbwnet assign`: load trips on a road network of TNTP files, by the engine that the scenarios use."""

from __future__ import annotations

import enum
import json
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bbwnet.cli.options import FormatOption, LanguageOption
from bbwnet.cli.output import Column, Format, Language, note, print_csv, print_table

if TYPE_CHECKING:
    from bbwnet.assignment.equilibrium import Equilibrium
    from bbwnet.exchange.tntp import TntpNetwork

_SHOWN = 20
"""Disconnected pairs that are printed; JSON has all of them."""
_EXACT_BELOW = 1e-2
"""Numbers below this are printed with an exponent."""


class AlgorithmChoice(enum.StrEnum):
    """What is sought."""

    UE = "ue"
    SO = "so"
    AON = "aon"
    SUE = "sue"


class NotConverged(enum.StrEnum):
    """What to do if the gap is not reached."""

    RAISE = "raise"
    WARN = "warn"


def assign(
    network: Annotated[Path, typer.Argument(metavar="NET.tntp", help="Road network, a TNTP file.")],
    trips: Annotated[Path, typer.Argument(metavar="TRIPS.tntp", help="Trips between its zones, a TNTP file.")],
    gap: Annotated[float, typer.Option("--gap", help="Relative gap to reach.")] = 1e-6,
    algorithm: Annotated[
        AlgorithmChoice,
        typer.Option(
            "--algorithm", help="User equilibrium, system optimum, all-or-nothing at free flow, stochastic (logit) user equilibrium."
        ),
    ] = AlgorithmChoice.UE,
    flows: Annotated[Path | None, typer.Option("--flows", metavar="OUT.csv", help="Write volume, time and cost of every link.")] = None,
    toll_factor: Annotated[float, typer.Option("--toll-factor", help="Time that one unit of toll is worth.")] = 0.0,
    distance_factor: Annotated[float, typer.Option("--distance-factor", help="Time that one unit of length is worth.")] = 0.0,
    dispersion: Annotated[
        float, typer.Option("--dispersion", help="Stochastic: a way's share is proportional to exp(-dispersion x cost).")
    ] = 1.0,
    iterations: Annotated[int, typer.Option("--iterations", help="Iterations at most.")] = 1000,
    if_not_converged: Annotated[
        NotConverged, typer.Option("--if-not-converged", help="`raise`: an error and no result; `warn`: the result, and a warning.")
    ] = NotConverged.RAISE,
    output: FormatOption = Format.TABLE,
    language: LanguageOption = Language.EN,
) -> None:
    """Equilibrium of a road network: objective, total travel time, relative gap, iterations, seconds, and trips that are not assigned.

    Times are in the unit of the network file. Trips within a zone load nothing and are counted; so are those between zones
    that no way joins, which are listed.
    """
    import warnings

    from bbwnet.assignment.road import AssignmentSettings, assign_roads
    from bbwnet.assignment.road_demand import RoadDemand
    from bbwnet.errors import InputError
    from bbwnet.exchange.tntp import read_tntp_network, read_tntp_trips

    for option, value, least in (
        ("--gap", gap, None),
        ("--dispersion", dispersion, None),
        ("--iterations", iterations, 1),
        ("--toll-factor", toll_factor, 0),
        ("--distance-factor", distance_factor, 0),
    ):
        _check_option(option, value, least)
    settings = AssignmentSettings(
        algorithm=algorithm.value,
        gap=gap,
        most_iterations=iterations,
        if_not_converged=if_not_converged.value,
        if_disconnected="report",
        dispersion=dispersion,
    )
    if flows is not None and any(flows.resolve() == given.resolve() for given in (network, trips)):
        raise InputError(f"{flows}: is what is read; --flows needs a file of its own")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        read = read_tntp_network(network)
        matrix = read_tntp_trips(trips, read.zone_count)
        demand = RoadDemand.of_one_class(read.zone_node, matrix, toll_weight=toll_factor, distance_weight=distance_factor)
        found = assign_roads(read.links, demand, settings)
    for warning in caught:
        note(f"warning: {warning.message}")
    if flows is not None:
        _write_flows(found, flows)
    _print(found, read, network, output, language)


def _check_option(name: str, value: float, least: int | None) -> None:
    """Raise `BadParameter` for a value that is not finite, below the least, or 0 and less where there is no least."""
    if not math.isfinite(value) or (value <= 0 if least is None else value < least):
        raise typer.BadParameter(f"{name} {value:g}: expected {'more than 0' if least is None else f'{least} or more'}")


def _write_flows(found: Equilibrium, path: Path) -> None:
    import csv

    from bbwnet.exchange.frames import whole_file

    links = found.links
    columns = (links.tail + 1, links.head + 1, found.volume_pcu, links.capacity, found.time, found.class_cost(0))
    with whole_file(path) as partial, partial.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["from", "to", "volume", "capacity", "time", "cost"])
        writer.writerows(zip(*(column.tolist() for column in columns), strict=True))
    note(f"{path}: {links.link_count} links")


def _print(found: Equilibrium, read: TntpNetwork, network: Path, output: Format, language: Language) -> None:
    row: dict[str, Any] = {
        "algorithm": found.algorithm,
        "converged": found.converged,
        "objective": found.objective,
        "total_travel_time": found.total_travel_time,
        "total_cost": found.total_cost,
        "relative_gap": found.relative_gap,
        "iterations": found.iterations,
        "seconds": round(found.seconds, 6),
        "trips": float(found.demand.classes[0].trips.sum()),
        "intrazonal_trips": found.intrazonal_trips,
        "unassigned_trips": found.unassigned_trips,
        "zones": read.zone_count,
        "nodes": read.links.node_count,
        "links": read.links.link_count,
    }
    unassigned = [{"from": item.origin + 1, "to": item.destination + 1, "trips": item.trips} for item in found.unassigned]
    if output is Format.JSON:
        # Not `print_json`, which rounds to thousandths: a gap of 1e-12 must be told from none.
        document = {"scenario": network.stem, "definition": found.algorithm, "rows": [row], "unassigned": unassigned}
        sys.stdout.write(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2) + "\n")
        return
    if output is Format.CSV:
        print_csv([{key: repr(value) if isinstance(value, float) else value for key, value in row.items()}])
    else:
        names = {
            "algorithm": "算法", "converged": "已收敛", "objective": "目标函数（Beckmann）", "total_travel_time": "总行程时间",
            "total_cost": "总费用", "relative_gap": "相对间隙", "iterations": "迭代次数", "seconds": "秒", "trips": "出行量",
            "intrazonal_trips": "区内出行", "unassigned_trips": "未分配出行", "zones": "小区", "nodes": "节点", "links": "路段",
        }  # fmt: skip
        if found.algorithm == "aon":  # loaded once: there is nothing to converge to
            row["converged"] = "非迭代" if language is Language.ZH else "not iterated"
        rows = [{"name": names[key] if language is Language.ZH else key.replace("_", " "), "value": value} for key, value in row.items()]
        print_table([Column("name", "measure", "指标"), Column("value", "value", "数值", _value, right=True)], rows, language, network.name)
    for item in unassigned[:_SHOWN]:
        note(f"no way from zone {item['from']} to {item['to']}: {item['trips']:g} trips")
    if len(unassigned) > _SHOWN:
        note(f"no way for {len(unassigned) - _SHOWN} more pairs; --format json lists them all")


def _value(value: object) -> str:
    """A number as it reads best: gaps with an exponent, totals with all that they hold."""
    if isinstance(value, bool) or not isinstance(value, float):
        return str(value).lower() if isinstance(value, bool) else str(value)
    return f"{value:.3e}" if 0 < abs(value) < _EXACT_BELOW else f"{value:,.6f}"
