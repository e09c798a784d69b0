"""What tests of every room share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# the same examples at every run, and no deadline on a busy machine
settings.register_profile("bbwnet", derandomize=True, deadline=None)
settings.load_profile("bbwnet")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return Path(__file__).parents[1]
