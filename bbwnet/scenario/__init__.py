"""Scenarios: YAML with line numbers, schema, `extends`, overrides and differences; paths in, `Scenario` out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bbwnet.scenario.read import Scenario, load_scenario

__all__ = ["Scenario", "load_scenario"]


def __getattr__(name: str) -> object:
    """Import the reader, and pydantic with it, only when it is asked for."""
    if name in __all__:
        from bbwnet.scenario import read  # noqa: PLC0415

        return getattr(read, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
