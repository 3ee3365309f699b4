"""Webhook endpoints and their deliveries. For admins alone, reading included: the bodies name what is not public yet."""

from typing import Any
from uuid import UUID

import orjson
from django.urls import reverse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import check_permission
from api.base import ApiView
from api.conditions import check_match, etag_of
from api.documents.delivery import (
    DELIVERY,
    ENDPOINT,
    delivery_document,
    endpoint_document,
)
from api.inputs.delivery import EndpointBody, EndpointPatch, ReplayBody
from api.json import Raw, dumps
from api.listing import Listing, page
from api.params import uuid_param
from api.schema.describe import describe
from api.views.common import existing
from publishing.models import Delivery
from publishing.tasks import wake_outbox
from publishing.webhooks import endpoints as webhooks
from publishing.webhooks import replays
from publishing.webhooks.endpoints import Made

_SCOPE = "webhooks:manage"


class AdminView(ApiView):
    required_scopes = dict.fromkeys(("GET", "POST", "PATCH", "DELETE"), _SCOPE)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        check_permission(self.person, "webhook.manage")


class WebhookEndpoints(AdminView):
    query_params = frozenset({"limit", "cursor"})

    @describe("List endpoints, newest first", returns="WebhookEndpointList")
    def get(self, request: Request) -> Response:
        listing = Listing(ENDPOINT, "publishing_webhookendpoint we", "we.created_at", "we.id")
        return self.respond(request, page(request, listing))

    @describe(
        "Add an endpoint; its secret is in this answer alone", takes=EndpointBody, returns="WebhookEndpoint", status=201
    )
    def post(self, request: Request) -> Response:
        made = webhooks.create_endpoint(person=self.person, now=timezone.now(), **self.body(EndpointBody))
        response = _with_secret(self, request, made, status=201)
        response["Location"] = request.build_absolute_uri(reverse("api:webhook-endpoint", args=[made.endpoint.pk]))
        return response


class WebhookEndpointDetail(AdminView):
    @describe("One endpoint, without its secret", returns="WebhookEndpoint")
    def get(self, request: Request, endpoint_id: UUID) -> Response:
        return self.respond(request, existing(endpoint_document(endpoint_id)))

    @describe("Change an endpoint, switch it on or off", takes=EndpointPatch, returns="WebhookEndpoint", errors=(412,))
    def patch(self, request: Request, endpoint_id: UUID) -> Response:
        values = self.body(EndpointPatch, partial=True)
        check_match(request, etag_of(existing(endpoint_document(endpoint_id))))
        webhooks.update_endpoint(person=self.person, endpoint_id=endpoint_id, **values)
        return self.respond(request, existing(endpoint_document(endpoint_id)))

    @describe("Delete an endpoint with its deliveries", status=204)
    def delete(self, request: Request, endpoint_id: UUID) -> Response:
        webhooks.delete_endpoint(person=self.person, endpoint_id=endpoint_id)
        return Response(status=204)


class WebhookTest(AdminView):
    @describe("Send an endpoint.test message", returns="Delivery", status=202)
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        sent = replays.send_test(person=self.person, endpoint_id=endpoint_id, now=timezone.now())
        return _on_its_way(self, request, sent)


class WebhookRotate(AdminView):
    @describe("A new secret; for a day messages carry the signature of the old one as well", returns="WebhookEndpoint")
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        made = webhooks.rotate_secret(person=self.person, endpoint_id=endpoint_id, now=timezone.now())
        return _with_secret(self, request, made, status=200)


class WebhookReplay(AdminView):
    @describe(
        "Send a range of time once more, and what was missed in it", takes=ReplayBody, returns="Replayed", status=202
    )
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        values = self.body(ReplayBody)
        count = replays.replay_range(person=self.person, endpoint_id=endpoint_id, now=timezone.now(), **values)
        wake_outbox()
        return self.respond(request, {"deliveries": count}, status=202)


class Deliveries(AdminView):
    query_params = frozenset({"endpoint", "limit", "cursor"})

    @describe("List deliveries with every attempt, newest first", returns="DeliveryList")
    def get(self, request: Request) -> Response:
        listing = Listing(DELIVERY, "publishing_delivery dl", "dl.created_at", "dl.id")
        if endpoint := uuid_param(request, "endpoint"):
            listing.where("dl.endpoint_id = %s", endpoint)
        return self.respond(request, page(request, listing))


class DeliveryDetail(AdminView):
    @describe("One delivery with every attempt", returns="Delivery")
    def get(self, request: Request, delivery_id: UUID) -> Response:
        return self.respond(request, existing(delivery_document(delivery_id)))


class DeliveryReplay(AdminView):
    @describe("Send it once more: the same bytes under the same webhook-id", returns="Delivery", status=202)
    def post(self, request: Request, delivery_id: UUID) -> Response:
        copy = replays.replay(person=self.person, delivery_id=delivery_id, now=timezone.now())
        return _on_its_way(self, request, copy)


def _on_its_way(view: ApiView, request: Request, delivery: Delivery) -> Response:
    response = view.respond(request, existing(delivery_document(delivery.pk)), status=202)
    response["Location"] = request.build_absolute_uri(reverse("api:delivery", args=[delivery.pk]))
    wake_outbox()
    return response


def _with_secret(view: ApiView, request: Request, made: Made, *, status: int) -> Response:
    """The secret lies nowhere in the clear: a repetition with the same Idempotency-Key gets the answer without it."""
    document = existing(endpoint_document(made.endpoint.pk))
    if row := view.idempotency_row:
        row.status, row.headers, row.body = status, {"Content-Type": "application/json"}, bytes(document)
        row.save(update_fields=["status", "headers", "body"])
        view.idempotency_row = None
    body = Raw(dumps({**orjson.loads(bytes(document)), "secret": made.secret}))
    return view.respond(request, body, etag=etag_of(document), status=status)
