"""Advisory locks of transactions. The whole database shares one space of numbers, so all of ours stand here."""

from enum import IntEnum

from django.db import connection


class Lock(IntEnum):
    """The numbers. SQL files write 7_320_450 (`articles/sql/finder.sql`) and FEED (`publishing/sql/changes.sql`) too."""

    NAMELESS_ARTICLES = 0x1F3A7_0001
    FOREIGN_CHECKS = 0x1F3A7_0002
    ENRICHMENT = 0x1F3A7_0003
    SOURCES = 0x1F3A7_0004
    FINDER_INDEX = 7_320_451
    WORD_COUNTS = 7_320_452
    CHECK_INDEX = 7_320_460
    REPEATS = 7_320_462
    FEED = 0x66656564  # "feed"
    ANCHORS = 0x616E6368  # "anch"


def wait_for_lock(lock: Lock) -> None:
    """Take the lock until the transaction ends; wait while another process has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock.value])


def share_lock(lock: Lock) -> None:
    """Take the lock together with others who share it, until the transaction ends; wait while somebody has it alone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [lock.value])


def try_lock(lock: Lock) -> bool:
    """Take the lock until the transaction ends; return False where another process has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock.value])
        return bool(cursor.fetchone()[0])
