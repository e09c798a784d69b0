"""`bbwnet run` and `bbwnet warmup`: compute a scenario into a folder; compile the kernels beforehand."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from bbwnet.cli.options import LanguageOption, OutOption, ScenarioName, SetOption, load
from bbwnet.cli.output import Language, note, say


def run(
    scenario: ScenarioName,
    out: OutOption = None,
    stages: Annotated[
        str | None,
        typer.Option(
            "--stages",
            help="Stages to compute, separated by commas; all by default: network,times,goals,access,transfers,flows,simulation.",
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option("--workers", "-w", min=1, help="Processes for the simulated days, by default one a core; results are the same."),
    ] = None,
    language: LanguageOption = Language.EN,
    overrides: SetOption = None,
) -> None:
    """Compute a scenario and leave manifest and tables in `runs/SCENARIO`; the folder appears only when it is complete."""
    from bbwnet.evaluation.goals import summarise
    from bbwnet.experiment.run import STAGES
    from bbwnet.experiment.run import run as run_scenario

    chosen = STAGES if stages is None else tuple(stage.strip() for stage in stages.split(",") if stage.strip())
    unknown = [stage for stage in chosen if stage not in STAGES]
    if not chosen:
        raise typer.BadParameter(f"names no stage: expected some of {', '.join(STAGES)}")
    if unknown:
        raise typer.BadParameter(f"unknown stage {unknown[0]!r}: expected some of {', '.join(STAGES)}")
    loaded = load(scenario, overrides)
    result = run_scenario(loaded, out, chosen, workers or os.cpu_count() or 1)
    for override in loaded.overrides:
        note(str(override))
    for message in result.messages:
        note(message)
    zh = language is Language.ZH
    for item in summarise(list(result.goals)):
        if item.group == "all":
            say(f"{item.goal} {item.definition}: {item.met} / {item.pairs}")
    say(("结果：" if zh else "written: ") + str(result.folder))


def warmup() -> None:
    """Compile the numerical kernels into the cache, so that the first run is as fast as the next."""
    import tempfile
    from pathlib import Path

    from bbwnet.evaluation.door_times import DoorTimes
    from bbwnet.experiment.run import run as run_scenario
    from bbwnet.experiment.verification.cases import solve_all
    from bbwnet.experiment.verification.registry import CASES
    from bbwnet.routing.alternatives import alternatives
    from bbwnet.scenario.bundled import bundled_scenarios
    from bbwnet.scenario.read import load_scenario

    with tempfile.TemporaryDirectory() as folder:
        once = load_scenario(bundled_scenarios()[0], overrides=("simulation.replications=1",))
        network = run_scenario(once, Path(folder) / "run").network
    doors = DoorTimes(network)
    first, second = sorted({city.centre for city in network.cities.values() if city.member})[:2]
    alternatives(doors.search("best"), first, second, int(doors.starts_s[0]), 2)
    doors.node_minutes(first, "best", int(doors.starts_s[0]))
    # The run has been through times, choice, demand and roads; known answers go through what no scenario asks for by itself.
    list(solve_all(CASES))
    say("kernels compiled")
