"""What leaves the desk: exports, receipts, endpoints and deliveries. Aliases: ex, rc, we, dl; ep the endpoint of dl."""

from uuid import UUID

from django.conf import settings

from api.documents.claims import PERSON
from api.documents.sql import (
    array,
    objects,
    one,
    time,
)
from api.json import Raw

_API = settings.SITE_URL.replace("'", "") + "/api/v1"
EXPORT = objects(
    id="ex.id",
    kind="ex.kind",
    filter="ex.filter",
    state="ex.state",
    total="ex.total",
    done="ex.done",
    error="nullif(ex.error, '')",
    size="nullif(ex.size, 0)",
    sha256="nullif(ex.sha256, '')",
    download=f"CASE WHEN ex.state = 'finished' THEN '{_API}/exports/' || ex.id || '/download' END",
    created_by=PERSON.format("ex.created_by_id"),
    created_at=time("ex.created_at"),
    finished_at=time("ex.finished_at"),
    expires_at=time("ex.expires_at"),
)
RECEIPT = objects(
    id="rc.id",
    fact_check="rc.fact_check_id",
    version="rc.version",
    cms_url="rc.cms_url",
    status="rc.status",
    reported_by=PERSON.format("rc.reported_by_id"),
    reported_at=time("rc.reported_at"),
)
ENDPOINT = objects(
    id="we.id",
    url="we.url",
    description="we.description",
    events="to_json(we.events)",
    is_active="we.is_active",
    disabled_reason="nullif(we.disabled_reason, '')",
    secret="NULL::text",  # noqa: S106 - it is never read again
    old_secret_until=time("we.previous_secret_until"),
    created_by=PERSON.format("we.created_by_id"),
    created_at=time("we.created_at"),
)
DELIVERY = objects(
    id="dl.id",
    webhook_id="coalesce(dl.replay_of_id, dl.id)",
    endpoint="dl.endpoint_id",
    event="dl.event",
    state="dl.state",
    body="dl.body",
    replay_of="dl.replay_of_id",
    next_at=f"CASE WHEN dl.state = 'pending' THEN {time('dl.next_at')} END",
    created_at=time("dl.created_at"),
    finished_at=time("dl.finished_at"),
    attempts=array(
        objects(
            at=time("da.at"),
            request_headers="da.request_headers",
            status="da.status",
            response_headers="da.response_headers",
            response_body="da.response_body",
            error="nullif(da.error, '')",
            duration_ms="da.duration_ms",
        ),
        "publishing_deliveryattempt da WHERE da.delivery_id = dl.id",
        "da.id",
    ),
)


def export_document(export_id: UUID) -> Raw | None:
    return one(EXPORT, "publishing_exportrun ex WHERE ex.id = %s", [export_id])


def receipt_document(receipt_id: UUID) -> Raw | None:
    return one(RECEIPT, "publishing_receipt rc WHERE rc.id = %s", [receipt_id])


def endpoint_document(endpoint_id: UUID) -> Raw | None:
    return one(ENDPOINT, "publishing_webhookendpoint we WHERE we.id = %s", [endpoint_id])


def delivery_document(delivery_id: UUID) -> Raw | None:
    return one(DELIVERY, "publishing_delivery dl WHERE dl.id = %s", [delivery_id])
