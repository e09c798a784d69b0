"""A day of the bundled region with ten times the demand, and ten times the capacity of whatever carries or serves it.

    python benchmarks/simulation_scaled.py [factor] [repetitions]

What moves is counted in cohorts, so that it should take as long. Ten times as many are persons and places; vehicles on the roads, the
capacity of links, decks, gates and yards of ferries, lanes of borders; tonnes, what a train, a barge, a lock and a truck of freight takes;
what a ship brings, berths handle and yards hold; trucks at the gates of ports, one by one, and their lanes.
`benchmarks/RESULTS_simulation.md` has what it gave.
"""

from __future__ import annotations

import dataclasses
import statistics
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bbwnet.experiment.day_parts import day_parts
from bbwnet.model.flows import FlowSettings, flows
from bbwnet.network.build import build_network
from bbwnet.scenario.read import load_scenario
from bbwnet.simulation.day import simulate_once
from bbwnet.simulation.runs import Runs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bbwnet.network.network import Network
    from bbwnet.simulation.world import Part, World


class WideRuns(Runs):
    """Runs whose vehicles hold so many times as many."""

    factor = 1.0

    def capacity(self, run: int) -> float:
        """Persons that find room on a run."""
        return self.factor * super().capacity(run)


def scaled_network(network: Network, factor: int) -> Network:
    """The network with wider ferries, gates and borders."""
    assembly, settings = network.assembly, network.settings
    ferries, border = settings.simulation.ferries, settings.simulation.roads.border
    berth = ferries.berth
    wide = {
        "ferries": _times(ferries, factor, "usual_lane_m").model_copy(
            update={"berth": _times(berth, factor, "unload_per_min", "load_per_min")}
        ),
        "roads": settings.simulation.roads.model_copy(update={"border": _times(border, factor, "car_lanes")}),
    }
    return dataclasses.replace(
        network,
        settings=settings.model_copy(update={"simulation": settings.simulation.model_copy(update=wide)}),
        assembly=dataclasses.replace(
            assembly,
            vessel_classes={name: _times(item, factor, "lane_m", "seats") for name, item in assembly.vessel_classes.items()},
            roro_terminals={
                name: _times(item, factor, "gate_lanes", "yard_spaces", "bookings_per_h") for name, item in assembly.roro_terminals.items()
            },
            crossings={name: _times(item, factor, "lanes") for name, item in assembly.crossings.items()},
        ),
    )


def _times(record: Any, factor: int, *names: str) -> Any:
    """A record with some figures so many times as large, where they are given."""
    found = {name: getattr(record, name) for name in names}
    return record.model_copy(update={name: factor * value for name, value in found.items() if value is not None})


def scaled_parts(makers: Mapping[str, Callable[[World], Part]], factor: int) -> dict[str, Callable[[World], Part]]:
    """The parts with so many times the demand and capacities."""
    found: dict[str, Any] = dict(makers)
    roads: Any = found["roads"]
    arcs = dataclasses.replace(roads.arcs, capacity_pcu_h=factor * roads.arcs.capacity_pcu_h, lane_km=factor * roads.arcs.lane_km)
    cohorts = dataclasses.replace(roads.cohorts, count=factor * roads.cohorts.count)
    found["roads"] = dataclasses.replace(roads, arcs=arcs, cohorts=cohorts)
    found["passengers"] = partial(found["passengers"].func, cohorts=found["passengers"].keywords["cohorts"].scaled(factor))
    runs = type("FactorRuns", (WideRuns,), {"factor": float(factor)})
    found["runs"] = partial(runs, **found["runs"].keywords)
    freight = found["freight"].keywords["day"]
    more = dataclasses.replace(
        freight,
        routes=[
            dataclasses.replace(item, tonnes_day=factor * item.tonnes_day, trucks_per_tonne=item.trucks_per_tonne / factor)
            for item in freight.routes
        ],
        voyages=[dataclasses.replace(item, tonnes=factor * item.tonnes) for item in freight.voyages],
        train_tonnes=factor * freight.train_tonnes,
    )
    found["freight"] = partial(found["freight"].func, day=more)
    ports = found["ports"].keywords["day"]
    terminals = tuple(
        dataclasses.replace(
            item, yard_t=factor * item.yard_t, yard_teu=factor * item.yard_teu, gate_lanes=factor * item.gate_lanes,
            traffic=tuple(
                dataclasses.replace(one, **{name: factor * getattr(one, name) for name in ("unload_t", "load_t", "berth_t_h")})
                for one in item.traffic
            ),
        )
        for item in ports.terminals
    )  # fmt: skip
    found["ports"] = partial(found["ports"].func, day=dataclasses.replace(ports, terminals=terminals))
    return found


def main(factor: int, repetitions: int) -> None:
    """Print the processor time of a day as it is and so many times larger, in turn, and what entered."""
    network = build_network(load_scenario("baseline_2016"))
    parts = day_parts(network, flows(network, settings=FlowSettings(if_not_converged="warn")))
    cases = {1: (network, dict(parts.makers)), factor: (scaled_network(network, factor), scaled_parts(parts.makers, factor))}
    seconds: dict[int, list[float]] = {number: [] for number in cases}
    for repetition in range(repetitions + 1):  # the first compiles, or loads what was compiled
        for number, (own, makers) in cases.items():
            began = time.process_time()
            record = simulate_once(own, makers)
            if repetition:
                seconds[number].append(time.process_time() - began)
            if repetition == 1:
                print(f"x {number}", {row.what: (row.unit, round(row.entered), round(row.arrived)) for row in record.balance})
    middle = {number: statistics.median(values) for number, values in seconds.items()}
    for number, values in seconds.items():
        print(f"x {number}: median {middle[number]:.2f} s of {', '.join(f'{value:.2f}' for value in values)}")
    print(f"ratio: {middle[factor] / middle[1]:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 10, int(sys.argv[2]) if sys.argv[2:] else 5)
