"""Folders of results: whole or not there, and what was there before stays where it is."""

from __future__ import annotations

import errno
import signal
from pathlib import Path

import pytest

from bbwnet.errors import RunError
from bbwnet.experiment import whole_folder as module
from bbwnet.experiment.whole_folder import refuse_unwritable, whole_folder


def test_an_older_folder_is_replaced_when_the_new_one_is_whole(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "old").write_text("old", encoding="utf-8")
    with whole_folder(tmp_path / "run") as temporary:
        (temporary / "new").write_text("new", encoding="utf-8")
        assert (tmp_path / "run" / "old").exists()
    assert [path.name for path in tmp_path.rglob("*")] == ["run", "new"]


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device")])
def test_what_stops_the_writing_leaves_the_older_folder_alone(tmp_path: Path, fault: BaseException) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "old").write_text("old", encoding="utf-8")
    told = pytest.raises(RunError, match="no space left on device") if isinstance(fault, OSError) else pytest.raises(KeyboardInterrupt)
    with told, whole_folder(tmp_path / "run") as temporary:
        (temporary / "new").write_text("new", encoding="utf-8")
        raise fault
    assert [path.name for path in tmp_path.rglob("*")] == ["run", "old"]


def test_an_interrupt_while_the_folder_takes_its_place_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put = module._put_in_place

    def interrupted(temporary: Path, target: Path) -> None:
        signal.raise_signal(signal.SIGINT)
        put(temporary, target)

    monkeypatch.setattr(module, "_put_in_place", interrupted)
    with pytest.raises(KeyboardInterrupt), whole_folder(tmp_path / "run") as temporary:
        (temporary / "new").write_text("new", encoding="utf-8")
    assert [path.name for path in tmp_path.rglob("*")] == ["run", "new"]


def test_where_nothing_can_be_made_is_told_beforehand(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(RunError, match="cannot be written"):
        refuse_unwritable(tmp_path / "file" / "run")
    refuse_unwritable(tmp_path / "not" / "there" / "run")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
