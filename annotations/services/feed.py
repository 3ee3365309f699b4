"""The change feed: outbox rows get their number in commit order, after the transaction that wrote them.

A sequence would number at insert time, and transactions commit in another order than they insert. So a row is written
without a number, and whoever reads next numbers all that is committed, one reader at a time: the advisory lock is taken
in a statement of its own, because the snapshot of the statement that numbers has to be younger than the lock.
"""

from django.db import connection, transaction

_LOCK = 0x66656564  # "feed"


def number_changes() -> int:
    """Number what waits; returns how many rows. Cheap when nothing does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM annotations_change WHERE seq IS NULL LIMIT 1")
        if cursor.fetchone() is None:
            return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(
            "UPDATE annotations_change c SET seq = nextval('annotations_change_feed') FROM"
            " (SELECT id FROM annotations_change WHERE seq IS NULL ORDER BY id) waiting WHERE c.id = waiting.id"
        )
        return int(cursor.rowcount)
