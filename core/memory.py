"""Make processes with threads give memory back. Imports no Django."""

import ctypes
import gc
import sys
from types import AsyncGeneratorType, CodeType, CoroutineType, FrameType, GeneratorType
from typing import Final

# Parameters of glibc's mallopt (malloc.h). Elsewhere there is no such function, and other allocators need none of it.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
# glibc opens eight a core, and each keeps what one large import needed.
_ARENAS: Final = 2
_LARGE: Final = 1024 * 1024
"""Bytes from which a block is mapped by itself, and goes back to the system when it is freed."""

# The lower half of a counter of references, all bits of it, says that the object is immortal.
_IMMORTAL: Final = 0xFFFF_FFFF
_IMMORTAL_IN: Final = {(3, 12)}
# Short-lived: made immortal, they and everything that they refer to would never be freed.
_RUNNING: Final = frozenset({AsyncGeneratorType, CoroutineType, FrameType, GeneratorType})
# Not its names of variables: asking makes a tuple of them that stays.
_OF_CODE: Final = (
    "co_consts",
    "co_names",
    "co_filename",
    "co_name",
    "co_qualname",
    "co_linetable",
    "co_exceptiontable",
)


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


def keep_objects_shared() -> None:
    """Make every object that exists immortal, so that forks do not copy a page each time they use something on it.

    A reference to an object is counted in it: a fork that only reads its parent's functions, classes and strings writes to them
    all the same, and copied 40 of 107 MB. CPython has immortal objects for this (PEP 683) and no way to ask for them, so their
    counters are set to the immortal value here. Elsewhere than in the versions that were tried nothing is done.

    Call once, just before forking and before gc.freeze(), which hides objects. What is replaced later stays in memory
    (2026-12-01, docs/decisions/2026-12-01-writes.md).
    """
    if not _knows_immortals():
        return
    waiting = gc.get_objects()
    while waiting:
        one = waiting.pop()
        # Its type, not `isinstance`: a lazy object would be made to answer for another one.
        kind = type(one)
        if kind in _RUNNING or sys.getrefcount(one) >= _IMMORTAL:
            continue
        ctypes.memset(id(one), 0xFF, 4)
        # The collector does not look into code.
        waiting += [getattr(one, name) for name in _OF_CODE] if kind is CodeType else gc.get_referents(one)


def _knows_immortals() -> bool:
    """Return whether an object begins with its counter, as in 64-bit CPython of the versions that were tried."""
    is_release = not hasattr(sys, "gettotalrefcount")  # a build for debugging keeps a list of all objects before it
    is_wide = sys.maxsize > _IMMORTAL and sys.byteorder == "little"
    return sys.implementation.name == "cpython" and sys.version_info[:2] in _IMMORTAL_IN and is_release and is_wide
