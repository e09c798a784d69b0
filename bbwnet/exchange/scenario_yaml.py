"""Scenario files as bbwnet writes them: comments at the head, then plain YAML in the order given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from bbwnet.exchange.frames import whole_file

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_WIDTH = 140


def scenario_text(data: Mapping[str, Any], comments: Sequence[str] = ()) -> str:
    """The file's text: a line `# ...` for each comment, then the data, maps one key a line."""
    head = "".join(f"# {line}\n" for line in comments)
    return head + yaml.safe_dump(dict(data), sort_keys=False, allow_unicode=True, width=_WIDTH)


def write_scenario(path: Path, data: Mapping[str, Any], comments: Sequence[str] = ()) -> None:
    """Write a scenario file whole or not at all."""
    with whole_file(path) as partial:
        partial.write_text(scenario_text(data, comments), encoding="utf-8")
