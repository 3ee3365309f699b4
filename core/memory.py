"""Make processes with threads give memory back. Imports no Django."""

import ctypes
from typing import Final

# Parameters of glibc's mallopt (malloc.h). Elsewhere there is no such function, and other allocators need none of it.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
# glibc opens eight a core, and each keeps what one large import needed.
_ARENAS: Final = 2
_LARGE: Final = 1024 * 1024
"""Bytes from which a block is mapped by itself, and goes back to the system when it is freed."""


def keep_small() -> None:
    """Let all threads share two arenas, and give large blocks back at once.

    glibc makes an arena for each thread, and each keeps the most that one request ever took: web and workers together held 2 GB
    after a run of `make bench SECTION=size` (2026-11-30). Call before threads start.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for parameter, value in ((_M_ARENA_MAX, _ARENAS), (_M_MMAP_THRESHOLD, _LARGE), (_M_TRIM_THRESHOLD, _LARGE)):
            mallopt(parameter, value)


def give_back() -> None:
    """Return freed blocks to the system, those between used ones too. Call after something large was dropped."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
