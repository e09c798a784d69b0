"""bbwnet: a multimodal transport network simulator; see README.md.

Everything that stands here is imported when it is first used, so that `import bbwnet` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bbwnet.errors import BbwnetError as BbwnetError
    from bbwnet.errors import InputError as InputError
    from bbwnet.errors import NetworkError as NetworkError
    from bbwnet.evaluation.door_times import DoorTimes as DoorTimes
    from bbwnet.evaluation.goals import evaluate_goals as evaluate_goals
    from bbwnet.evaluation.travel_times import Timekeeper as Timekeeper
    from bbwnet.experiment.comparison import compare as compare
    from bbwnet.experiment.run import run as run
    from bbwnet.experiment.run import travel_times as travel_times
    from bbwnet.network.build import build_network as build_network
    from bbwnet.network.network import Network as Network
    from bbwnet.network.state import NetworkState as NetworkState
    from bbwnet.scenario.read import Scenario as Scenario
    from bbwnet.scenario.read import load_scenario as load_scenario

_HOMES = {
    "BbwnetError": "bbwnet.errors",
    "DoorTimes": "bbwnet.evaluation.door_times",
    "InputError": "bbwnet.errors",
    "NetworkError": "bbwnet.errors",
    "Network": "bbwnet.network.network",
    "NetworkState": "bbwnet.network.state",
    "Scenario": "bbwnet.scenario.read",
    "Timekeeper": "bbwnet.evaluation.travel_times",
    "build_network": "bbwnet.network.build",
    "compare": "bbwnet.experiment.comparison",
    "evaluate_goals": "bbwnet.evaluation.goals",
    "load_scenario": "bbwnet.scenario.read",
    "run": "bbwnet.experiment.run",
    "travel_times": "bbwnet.experiment.run",
}

__all__ = sorted(_HOMES)  # noqa: PLE0605  one table of names and homes


def __getattr__(name: str) -> Any:
    """Import a public name from its home at first use."""
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(_HOMES)
