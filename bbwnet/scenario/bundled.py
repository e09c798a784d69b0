"""Where the networks and scenarios that come with bbwnet lie: in the package when installed, beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def bundled_folder(kind: str) -> Path:
    """Give the folder of the bundled `networks` or `scenarios`; it may not exist in a broken installation."""
    installed = _PACKAGE / kind
    return installed if installed.is_dir() else _PACKAGE.parent / kind


def bundled_scenarios() -> tuple[str, ...]:
    """Names of the bundled scenarios, sorted."""
    return tuple(sorted(path.stem for path in bundled_folder("scenarios").glob("*.yaml")))


def bundled_networks() -> tuple[str, ...]:
    """Names of the bundled networks, sorted."""
    return tuple(sorted(path.parent.name for path in bundled_folder("networks").glob("*/network.yaml")))
