"""Compiled kernels find a folder wherever bbwnet is installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bbwnet.kernel_cache import VARIABLE, choose_folder


@pytest.fixture(autouse=True)
def _no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


@pytest.fixture
def unwritable(tmp_path: Path) -> Path:
    """A path that no folder can be made at, for root neither: its parent is a file."""
    (tmp_path / "file").touch()
    return tmp_path / "file" / "folder"


def test_a_setting_of_the_user_stands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "mine"))
    assert choose_folder(tmp_path) == tmp_path / "mine"


def test_a_writable_installation_keeps_kernels_beside_the_source(tmp_path: Path) -> None:
    assert choose_folder(tmp_path) is None


def test_a_read_only_installation_uses_the_users_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, unwritable: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert choose_folder(unwritable) == tmp_path / "cache" / "bbwnet" / "kernels"


def test_with_no_writable_home_kernels_go_to_a_private_temporary_folder(monkeypatch: pytest.MonkeyPatch, unwritable: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(unwritable))
    folder = choose_folder(unwritable)
    assert folder is not None
    assert folder.is_dir()
    assert folder.stat().st_mode & 0o077 == 0


def test_numba_keeps_its_kernels_in_the_chosen_folder(repository: Path, tmp_path: Path, unwritable: Path) -> None:
    kernel = tmp_path / "kernel.py"
    kernel.write_text(
        "import sys, pathlib, numba\n"
        "from bbwnet.kernel_cache import prepare\n"
        "prepare(pathlib.Path(sys.argv[1]))\n"
        "@numba.njit(cache=True)\n"
        "def double(x):\n    return 2 * x\n"
        "assert double(21) == 42\n",
        encoding="utf-8",
    )
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONPATH": str(repository)}
    subprocess.run([sys.executable, kernel, unwritable], check=True, env=environment)
    assert list((tmp_path / "cache" / "bbwnet" / "kernels").rglob("*.nbi"))
