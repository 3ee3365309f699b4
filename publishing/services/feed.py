"""The change feed: outbox rows get their number in commit order, after the transaction that wrote them.

A sequence would number at insert time, and transactions commit in another order than they insert. So a row is written
without a number, and whoever reads next numbers all that is committed, one reader at a time: the advisory lock is taken
in a statement of its own, because the snapshot of the statement that numbers has to be younger than the lock.

The same transaction writes the deliveries to webhook endpoints: a change with a number has them, whoever numbered it.
"""

from django.db import connection, transaction
from django.utils import timezone

from publishing.models import Change
from publishing.webhooks.outbox import active_endpoints, make_deliveries

_LOCK = 0x66656564  # "feed"


def number_changes() -> int:
    """Number what waits and make its deliveries; returns how many rows. Cheap when nothing does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM publishing_change WHERE seq IS NULL LIMIT 1")
        if cursor.fetchone() is None:
            return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(
            "UPDATE publishing_change c SET seq = nextval('publishing_change_feed') FROM"
            " (SELECT id FROM publishing_change WHERE seq IS NULL ORDER BY id) waiting WHERE c.id = waiting.id"
            " RETURNING c.id"
        )
        numbered = [row[0] for row in cursor.fetchall()]
        endpoints = active_endpoints()
        if endpoints and numbered:
            changes = Change.objects.filter(pk__in=numbered).order_by("seq")
            make_deliveries(changes, endpoints=endpoints, now=timezone.now())
        return len(numbered)
