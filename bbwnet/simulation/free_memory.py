"""Memory that is free, given back to the system."""

from __future__ import annotations

import ctypes
import functools
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def give_back_free_memory() -> None:
    """Let the system have what the C library keeps for later: arrays of flows leave half a gigabyte of holes that nothing fills.

    Some hundredths of a second where glibc is; elsewhere nothing happens.
    """
    _trim()(0)


@functools.cache
def _trim() -> Callable[[int], object]:
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    return (lambda _: None) if trim is None else trim
