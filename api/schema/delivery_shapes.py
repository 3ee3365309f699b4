"""Shapes of what leaves the desk, and the messages of its webhooks."""

from api.schema.build import (
    ANY_OBJECT,
    AT,
    COUNT,
    ID,
    SHA256,
    TEXT,
    URL,
    YES,
    Schema,
    listing,
    many,
    maybe,
    obj,
    one_of,
    ref,
)
from publishing.events import EVENTS, TEST_EVENT
from publishing.exports.formats import KINDS
from publishing.models import Delivery
from publishing.services.receipts import STATUSES

_PERSON = maybe(ref("Person"))
DELIVERY_SHAPES: dict[str, Schema] = {
    "Export": obj(
        "One background export. `download` is there once it is finished, for seven days.",
        id=ID, kind=one_of(*KINDS), filter=ANY_OBJECT,
        state=one_of("queued", "running", "finished", "failed", "cancelled", "expired"), total=COUNT, done=COUNT,
        error=maybe(TEXT), size=maybe(COUNT), sha256=maybe(SHA256), download=maybe(URL), created_by=_PERSON,
        created_at=AT, finished_at=maybe(AT), expires_at=maybe(AT),
    ),
    "ExportList": listing("Export"),
    "File": {"type": "string", "format": "binary", "description": "A file."},
    "Receipt": obj(
        "What a CMS says it shows: which version of a check, on which page.",
        id=ID, fact_check=ID, version=COUNT, cms_url=URL, status=one_of(*STATUSES), reported_by=_PERSON, reported_at=AT,
    ),
    "ReceiptList": listing("Receipt"),
    "WebhookEndpoint": obj(
        "Where messages go. `secret` is null but in the answer that made it. `events` empty: all.",
        id=ID, url=URL, description=TEXT, events=many(one_of(*EVENTS)), is_active=YES, disabled_reason=maybe(TEXT),
        secret=maybe(TEXT), old_secret_until=maybe(AT), created_by=_PERSON, created_at=AT,
    ),
    "WebhookEndpointList": listing("WebhookEndpoint"),
    "Delivery": obj(
        "One message on its way. `webhook_id` is the same on every attempt and replay, and so are the bytes of `body`.",
        id=ID, webhook_id=ID, endpoint=ID, event=one_of(*EVENTS, TEST_EVENT), state=one_of(*Delivery.State.values),
        body=TEXT, replay_of=maybe(ID), next_at=maybe(AT), created_at=AT, finished_at=maybe(AT),
        attempts=many(obj(
            at=AT, request_headers=ANY_OBJECT, status=maybe(COUNT), response_headers=ANY_OBJECT, response_body=TEXT,
            error=maybe(TEXT), duration_ms=COUNT,
        )),
    ),
    "DeliveryList": listing("Delivery"),
    "Replayed": obj("How many deliveries are on their way again.", deliveries=COUNT),
    "WebhookMessage": obj(
        "A webhook's body. Thin: read what you need at `data.url`. `seq` is the change's place in the feed, null for what"
        " is no item of it.",
        type=one_of(*EVENTS, TEST_EVENT), timestamp=AT,
        data=obj(id=ID, version=maybe(COUNT), seq=maybe(COUNT), etag=maybe(SHA256), url=URL),
    ),
}  # fmt: skip


def webhook_operations() -> Schema:
    """OpenAPI's `webhooks`: what we send, by its type."""
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    headers = [{"name": name, "in": "header", "required": True, "schema": TEXT} for name in names]
    return {
        event: {
            "post": {
                "operationId": f"webhook_{event.replace('.', '_')}",
                "summary": f"Standard Webhooks message {event}",
                "tags": ["webhooks"],
                "parameters": headers,
                "requestBody": {"required": True, "content": {"application/json": {"schema": ref("WebhookMessage")}}},
                "responses": {
                    "2XX": {"description": "Taken"},
                    "410": {"description": "Gone: the endpoint is switched off"},
                    "default": {"description": "Tried again, ten times in some three days"},
                },
            }
        }
        for event in (*EVENTS, TEST_EVENT)
    }
