"""Webhook endpoints and their deliveries. For admins only, also to read: the bodies name unpublished work."""

from typing import Any
from uuid import UUID

import orjson
from django.db import transaction
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import check_permission
from api.base import ApiView
from api.conditions import etag_of
from api.inputs.delivery import EndpointBody, EndpointPatch, ReplayBody
from api.json import Raw, dumps
from api.listing import list_page
from api.params import uuid_param
from api.resources.base import page_of
from api.resources.deliveries import DeliveryResource, ReplayedResource, WebhookEndpointResource
from api.schema.describe import describe
from api.views.common import check_unchanged, document_of, locate, show
from publishing.models import Delivery, WebhookEndpoint
from publishing.tasks import wake_outbox
from publishing.webhooks import endpoints as webhooks
from publishing.webhooks import replays
from publishing.webhooks.endpoints import Made

_SCOPE = "webhooks:manage"


class _AdminView(ApiView):
    required_scopes = dict.fromkeys(("GET", "POST", "PATCH", "DELETE"), _SCOPE)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        check_permission(self.person, "webhook.manage")


class WebhookEndpoints(_AdminView):
    query_params = frozenset({"limit", "cursor"})

    @describe("listWebhookEndpoints", "List endpoints, newest first", returns=page_of(WebhookEndpointResource))
    def get(self, request: Request) -> Response:
        return list_page(self, request, WebhookEndpointResource, WebhookEndpoint.objects.all())

    @describe(
        "createWebhookEndpoint",
        "Add an endpoint; its secret is in this answer alone",
        takes=EndpointBody,
        returns=WebhookEndpointResource,
        status=201,
    )
    def post(self, request: Request) -> Response:
        made = webhooks.create_endpoint(person=self.person, now=timezone.now(), **self.body(EndpointBody))
        response = _with_secret(self, request, made, status=201)
        return locate(response, request, "webhook-endpoint", made.endpoint.pk)


class WebhookEndpointDetail(_AdminView):
    @describe("getWebhookEndpoint", "One endpoint, without its secret", returns=WebhookEndpointResource)
    def get(self, request: Request, endpoint_id: UUID) -> Response:
        return show(self, request, WebhookEndpointResource, endpoint_id)

    @describe(
        "updateWebhookEndpoint",
        "Change an endpoint, switch it on or off",
        takes=EndpointPatch,
        returns=WebhookEndpointResource,
        errors=(412,),
    )
    def patch(self, request: Request, endpoint_id: UUID) -> Response:
        values = self.body(EndpointPatch, partial=True)
        with transaction.atomic():
            # Else of two callers with the same ETag the second would overwrite the first.
            webhooks.locked_endpoint(endpoint_id)
            check_unchanged(request, WebhookEndpointResource, endpoint_id)
            webhooks.update_endpoint(person=self.person, endpoint_id=endpoint_id, **values)
        return show(self, request, WebhookEndpointResource, endpoint_id)

    @describe("deleteWebhookEndpoint", "Delete an endpoint with its deliveries", status=204)
    def delete(self, request: Request, endpoint_id: UUID) -> Response:
        webhooks.delete_endpoint(person=self.person, endpoint_id=endpoint_id)
        return Response(status=204)


class WebhookTest(_AdminView):
    @describe("testWebhookEndpoint", "Send an endpoint.test message", returns=DeliveryResource, status=202)
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        sent = replays.send_test(person=self.person, endpoint_id=endpoint_id, now=timezone.now())
        return _on_its_way(self, request, sent)


class WebhookRotate(_AdminView):
    @describe(
        "rotateWebhookSecret",
        "A new secret; for a day messages carry the signature of the old one as well",
        returns=WebhookEndpointResource,
    )
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        made = webhooks.rotate_secret(person=self.person, endpoint_id=endpoint_id, now=timezone.now())
        return _with_secret(self, request, made, status=200)


class WebhookReplay(_AdminView):
    @describe(
        "replayDeliveries",
        "Send a range of time once more, and what was missed in it",
        takes=ReplayBody,
        returns=ReplayedResource,
        status=202,
    )
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        values = self.body(ReplayBody)
        count = replays.replay_range(person=self.person, endpoint_id=endpoint_id, now=timezone.now(), **values)
        wake_outbox()
        return self.respond(request, {"deliveries": count}, status=202)


class Deliveries(_AdminView):
    query_params = frozenset({"endpoint", "limit", "cursor"})

    @describe("listDeliveries", "List deliveries with every attempt, newest first", returns=page_of(DeliveryResource))
    def get(self, request: Request) -> Response:
        found = Delivery.objects.all()
        if endpoint := uuid_param(request, "endpoint"):
            found = found.filter(endpoint=endpoint)
        return list_page(self, request, DeliveryResource, found)


class DeliveryDetail(_AdminView):
    @describe("getDelivery", "One delivery with every attempt", returns=DeliveryResource)
    def get(self, request: Request, delivery_id: UUID) -> Response:
        return show(self, request, DeliveryResource, delivery_id)


class DeliveryReplay(_AdminView):
    @describe(
        "replayDelivery",
        "Send it once more: the same bytes under the same webhook-id",
        returns=DeliveryResource,
        status=202,
    )
    def post(self, request: Request, delivery_id: UUID) -> Response:
        copy = replays.replay(person=self.person, delivery_id=delivery_id, now=timezone.now())
        return _on_its_way(self, request, copy)


def _on_its_way(view: ApiView, request: Request, delivery: Delivery) -> Response:
    response = show(view, request, DeliveryResource, delivery.pk, status=202)
    wake_outbox()
    return locate(response, request, "delivery", delivery.pk)


def _with_secret(view: ApiView, request: Request, made: Made, *, status: int) -> Response:
    """Add the secret, which is not stored in the clear: a repetition by Idempotency-Key gets the answer without it."""
    document, _ = document_of(WebhookEndpointResource, made.endpoint.pk)
    if row := view.idempotency_row:
        row.status, row.headers, row.body = status, {"Content-Type": "application/json"}, bytes(document)
        row.save(update_fields=["status", "headers", "body"])
    body = Raw(dumps({**orjson.loads(bytes(document)), "secret": made.secret}))
    return view.respond(request, body, etag=etag_of(document), status=status)
