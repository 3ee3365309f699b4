"""Make deliveries: one for every numbered change that an endpoint listens to.

They are written in the transaction that numbers the changes, under its lock, whoever numbers (a reader of the feed or a
worker). So no numbered change is without its deliveries.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from articles.models import ImportRun
from core.canonical_json import canonical_bytes, rfc3339
from publishing.events import IMPORT_EVENTS
from publishing.links import api_url
from publishing.models import Change, Delivery, WebhookEndpoint

_PATHS: Final = {"fact_check": "fact-checks", "article": "articles", "import": "imports", "export": "exports"}


def make_deliveries(changes: Iterable[Change], *, endpoints: Iterable[WebhookEndpoint], now: datetime) -> int:
    """Make a delivery per change and listening endpoint. Existing ones stay as they are. Returns how many."""
    listening = list(endpoints)
    made = [
        Delivery(
            endpoint=endpoint, change=change, event=change.event, body=_body_of(change), next_at=now, created_at=now
        )
        for change in changes
        for endpoint in listening
        if _wants(endpoint, change.event)
    ]
    # A replay of a time may have made some of them before.
    Delivery.objects.bulk_create(made, ignore_conflicts=True, batch_size=500)
    return len(made)


def announce_event(event: str, *, kind: str, object_id: UUID, now: datetime) -> int:
    """Make deliveries of an event outside the feed (an export, an import). Call in the transaction of the event."""
    body = payload(event, at=now, object_id=object_id, url=api_url(f"{_PATHS[kind]}/{object_id}"))
    endpoints = [endpoint for endpoint in active_endpoints() if _wants(endpoint, event)]
    made = [Delivery(endpoint=one, event=event, body=body, next_at=now, created_at=now) for one in endpoints]
    return len(Delivery.objects.bulk_create(made))


def announce_import(*, run: ImportRun, now: datetime, **_signal: Any) -> None:
    """Make deliveries of import.finished or import.failed, each time a run ends (`articles.signals.import_ended`).

    A cancelled run makes none. A run that waits for a decision has not ended.
    """
    event = IMPORT_EVENTS.get(run.state)
    if event:
        announce_event(event, kind="import", object_id=run.pk, now=now)


def active_endpoints() -> list[WebhookEndpoint]:
    """Return the endpoints that are switched on. Call in the transaction that makes their deliveries.

    Locks: each endpoint (SHARE). One that is deleted or switched off meanwhile waits; otherwise deliveries of a deleted one
    would fail the whole transaction, and those of a disabled one would be sent all the same.
    """
    return list(
        WebhookEndpoint.objects.raw("SELECT * FROM publishing_webhookendpoint WHERE is_active ORDER BY id FOR SHARE")
    )


def _wants(endpoint: WebhookEndpoint, event: str) -> bool:
    """Return whether the endpoint listens to the event. Without a list of its own it listens to all."""
    return not endpoint.events or event in endpoint.events


def _body_of(change: Change) -> str:
    return payload(
        change.event,
        at=change.modified_at,
        object_id=change.object_id,
        version=change.version,
        seq=change.seq,
        etag=change.etag,
        url=api_url(f"{_PATHS[change.kind]}/{change.object_id}"),
    )


def payload(
    event: str, *, at: datetime, object_id: UUID, url: str, version: int = 0, seq: int | None = None, etag: str = ""
) -> str:
    """Return the exact text that is stored, signed and sent. A receiver reads the rest at `url`."""
    data = {"id": str(object_id), "version": version or None, "seq": seq, "etag": etag or None, "url": url}
    return canonical_bytes({"type": event, "timestamp": rfc3339(at), "data": data}).decode()
