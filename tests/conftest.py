"""What tests of every room share."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pandas as pd
import pytest

from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.scenario.read import load_scenario
from bbwnet.scenario.scenario import Scenario
from bbwnet.simulation.visits import Visits, server_hours
from tests.simulation.littles_law import check_littles_law

COAST = Path(__file__).parent / "data" / "coast"


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return Path(__file__).parents[1]


@pytest.fixture(scope="session")
def coast_scenario() -> Callable[..., Scenario]:
    """Loads the coast (tests/data/coast, made for answers worked by hand) with settings as `--set` takes them."""

    @functools.cache
    def load(*settings: str) -> Scenario:
        return load_scenario(COAST / "baseline.yaml", overrides=settings)

    return load


@pytest.fixture(scope="session")
def coast(coast_scenario: Callable[..., Scenario]) -> Callable[..., Network]:
    """Builds the network of the coast with settings as `--set` takes them."""

    @functools.cache
    def build(*settings: str, left_out: tuple[str, ...] = ()) -> Network:
        return build_network(coast_scenario(*settings), left_out=left_out)

    return build


@pytest.fixture
def coast_folder(tmp_path: Path) -> Path:
    """A copy of the coast to write in; its scenario is `baseline.yaml`."""
    return Path(shutil.copytree(COAST, tmp_path / "coast"))


@pytest.fixture(scope="session", autouse=True)
def littles_law() -> Iterator[None]:
    """Hold every server of every day that any test simulates to Little's law, where its visits become hours."""

    def held(visits: Sequence[Visits], from_s: float, until_s: float) -> pd.DataFrame:
        check_littles_law(visits, from_s, max(until_s, from_s + 1.0))
        return server_hours(visits, from_s, until_s)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bbwnet.simulation.day.server_hours", held)
        yield
