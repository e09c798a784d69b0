"""The generated documentation is current."""

from __future__ import annotations

import importlib.util
from pathlib import Path


def test_contracts_are_current(repository: Path) -> None:
    specification = importlib.util.spec_from_file_location("make_contracts", repository / "docs" / "make_contracts.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    committed = (repository / "docs" / "contracts.md").read_text(encoding="utf-8")
    assert committed == module.contracts(), "run python docs/make_contracts.py"
