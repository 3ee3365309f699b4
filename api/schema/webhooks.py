"""OpenAPI's `webhooks`: the messages that the desk sends, by their type."""

from api.resources.fields import Schema
from publishing.events import EVENTS, TEST_EVENT

_MESSAGE: Schema = {"$ref": "#/components/schemas/WebhookMessage"}


def webhook_operations() -> Schema:
    """Return an operation for each type of message."""
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    headers = [{"name": name, "in": "header", "required": True, "schema": {"type": "string"}} for name in names]
    return {
        event: {
            "post": {
                "operationId": _operation_id(event),
                "summary": f"Standard Webhooks message {event}",
                "tags": ["webhooks"],
                "parameters": headers,
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/WebhookMessage"}}},
                },
                "responses": {
                    "2XX": {"description": "Taken"},
                    "410": {"description": "Gone: the endpoint is switched off"},
                    "default": {"description": "Tried again, ten times in some three days"},
                },
            }
        }
        for event in (*EVENTS, TEST_EVENT)
    }


def _operation_id(event: str) -> str:
    """Return `onFactCheckPublished` for `fact_check.published`."""
    return "on" + "".join(word.capitalize() for word in event.replace(".", "_").split("_"))
