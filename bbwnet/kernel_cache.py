"""Where numba keeps compiled kernels: imported for its effect, before the first kernel, by the modules that hold kernels.

numba writes its cache beside the source, which fails where bbwnet is installed read-only and the home folder is too.
Here the folder is chosen once: `NUMBA_CACHE_DIR` if set; beside the source if that can be written; the user's cache; and
a private temporary folder, gone at exit, if nothing else can be written.
"""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

VARIABLE = "NUMBA_CACHE_DIR"
"""The environment variable that numba reads."""


def _is_writable(folder: Path) -> bool:
    """Whether a file can be made in `folder`, tried as numba tries it: permission bits lie on read-only mounts."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _user_cache() -> Path:
    """Return the folder for bbwnet's kernels in the user's cache (`XDG_CACHE_HOME`, `LOCALAPPDATA` or `~/.cache`)."""
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        if os.environ.get(name):
            return Path(os.environ[name]) / "bbwnet" / "kernels"
    return Path(os.path.expanduser("~")) / ".cache" / "bbwnet" / "kernels"  # noqa: PTH111 (never raises, unlike Path.home)


def choose_folder(package: Path) -> Path | None:
    """Return the cache folder for kernels of the package in `package`; None if numba's own choice will do."""
    if os.environ.get(VARIABLE):
        return Path(os.environ[VARIABLE])
    if _is_writable(package / "__pycache__"):
        return None
    cache = _user_cache()
    if _is_writable(cache):
        return cache
    temporary = Path(tempfile.mkdtemp(prefix="bbwnet-kernels-"))
    atexit.register(shutil.rmtree, temporary, ignore_errors=True)
    return temporary


def prepare(package: Path = Path(__file__).parent) -> None:
    """Set `NUMBA_CACHE_DIR` for this process and its workers, where it must be set."""
    folder = choose_folder(package)
    if folder is None or os.environ.get(VARIABLE):
        return
    os.environ[VARIABLE] = str(folder)
    if "numba" in sys.modules:  # it has read its settings already
        sys.modules["numba.core.config"].reload_config()


prepare()
