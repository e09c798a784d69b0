"""`bbwnet run` and `bbwnet warmup`: compute a scenario into a folder; compile the kernels beforehand."""

from __future__ import annotations

from typing import Annotated

import typer

from bbwnet.cli.options import LanguageOption, OutOption, ScenarioName, SetOption, load
from bbwnet.cli.output import Language, note, say


def run(
    scenario: ScenarioName,
    out: OutOption = None,
    stages: Annotated[
        str, typer.Option("--stages", help="Stages to compute, separated by commas: network,times,goals.")
    ] = "network,times,goals",
    language: LanguageOption = Language.EN,
    overrides: SetOption = None,
) -> None:
    """Compute a scenario and leave manifest and tables in `runs/SCENARIO`; the folder appears only when it is complete."""
    from bbwnet.evaluation.goals import summarise
    from bbwnet.experiment.run import STAGES
    from bbwnet.experiment.run import run as run_scenario

    chosen = tuple(stage.strip() for stage in stages.split(",") if stage.strip())
    unknown = [stage for stage in chosen if stage not in STAGES]
    if unknown:
        raise typer.BadParameter(f"unknown stage {unknown[0]!r}: expected some of {', '.join(STAGES)}")
    loaded = load(scenario, overrides)
    result = run_scenario(loaded, out, chosen)
    for override in loaded.overrides:
        note(str(override))
    zh = language is Language.ZH
    for item in summarise(list(result.goals)):
        if item.group == "all":
            say(f"{item.goal} {item.definition}: {item.met} / {item.pairs}")
    say(("结果：" if zh else "written: ") + str(result.folder))


def warmup() -> None:
    """Compile the numerical kernels into the cache, so that the first run is as fast as the next."""
    from bbwnet.evaluation.travel_times import Timekeeper
    from bbwnet.network.build import build_network
    from bbwnet.network.lookup import Target
    from bbwnet.scenario.bundled import bundled_scenarios
    from bbwnet.scenario.read import load_scenario

    network = build_network(load_scenario(bundled_scenarios()[0]))
    cities = sorted(network.cities)[:2]
    Timekeeper(network).time(Target("city", cities[0]), Target("city", cities[1]), "official")
    say("kernels compiled")
