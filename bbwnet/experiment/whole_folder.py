"""Folders of results that are there whole or not at all, whatever stops the program while they are written."""

from __future__ import annotations

import contextlib
import shutil
import signal
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from bbwnet.errors import RunError, reason

if TYPE_CHECKING:
    from collections.abc import Iterator


def refuse_unwritable(folder: Path) -> None:
    """Raise `RunError` where no folder can be made, before anything is computed for it; leaves nothing behind."""
    parent = folder.resolve().parent
    while not parent.exists() and parent != parent.parent:
        parent = parent.parent
    try:
        Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=parent)).rmdir()
    except OSError as error:
        raise RunError(f"{folder}: cannot be written: {reason(error)}") from None


@contextlib.contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """A temporary folder beside `folder`, which takes its place when the block is done; gone, as if nothing had been, when it fails.

    What is in the way is replaced only then. Raises `RunError` if the folder cannot be made, or what is in it cannot be written.
    """
    # Resolved: `.` has no name to rename, and what a symbolic link stands for is replaced, not the link.
    target = folder.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise RunError(f"{folder}: cannot be written: {reason(error)}") from None
    try:
        yield temporary
        temporary.chmod(0o755)
        with _not_interrupted():
            _put_in_place(temporary, target)
    except OSError as error:
        _remove(temporary)
        raise RunError(f"{folder}: cannot be written: {reason(error)}") from None
    except BaseException:
        _remove(temporary)
        raise


def _put_in_place(temporary: Path, target: Path) -> None:
    if not target.exists():
        temporary.rename(target)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent))
    try:
        target.rename(old / "run")
        temporary.rename(target)
    except BaseException:
        if (old / "run").exists() and not target.exists():
            (old / "run").rename(target)
        old.rmdir()
        raise
    shutil.rmtree(old)


def _remove(temporary: Path) -> None:
    with _not_interrupted():
        shutil.rmtree(temporary, ignore_errors=True)


@contextlib.contextmanager
def _not_interrupted() -> Iterator[None]:
    """Put off what stops the program until files are where they belong: who presses Ctrl-C once often does so again."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    waiting = (signal.SIGINT, signal.SIGTERM)
    before = {kind: signal.signal(kind, lambda number, _: came.append(number)) for kind in waiting}
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, signal.SIG_DFL if handler is None else handler)
        if came:
            signal.raise_signal(came[0])
