"""Send again on request: a test event, one delivery, all deliveries of a time."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import check_permission
from annotations.errors import InvalidInput, NotFound, WrongState
from annotations.services.base import writing
from publishing.events import TEST_EVENT
from publishing.links import api_url
from publishing.models import Change, Delivery, EndpointHealth, WebhookEndpoint
from publishing.webhooks.endpoints import locked_endpoint
from publishing.webhooks.outbox import make_deliveries, payload

_MOST_REPLAYED: Final = 10_000


def send_test(*, person: User, endpoint_id: UUID | str, now: datetime) -> Delivery:
    """Make a delivery of type endpoint.test, whatever the endpoint listens to."""
    check_permission(person, "webhook.manage")
    with writing(person):
        endpoint = _ready_endpoint(endpoint_id)
        url = api_url(f"webhook-endpoints/{endpoint.pk}")
        body = payload(TEST_EVENT, at=now, object_id=endpoint.pk, url=url)
        return Delivery.objects.create(endpoint=endpoint, event=TEST_EVENT, body=body, next_at=now, created_at=now)


def replay(*, person: User, delivery_id: UUID | str, now: datetime) -> Delivery:
    """Copy one delivery to be sent: the same bytes under the same webhook-id."""
    check_permission(person, "webhook.manage")
    with writing(person):
        found = Delivery.objects.filter(pk=delivery_id)
        endpoint_id = found.values_list("endpoint", flat=True).first()
        if endpoint_id:
            _ready_endpoint(endpoint_id)
        # Locked: the clean-up may be deleting it.
        original = found.select_for_update(no_key=True).first()
        if original is None:
            raise NotFound(_("This delivery does not exist."))
        return _copy_delivery(original, now)


def replay_range(*, person: User, endpoint_id: UUID | str, since: datetime, until: datetime, now: datetime) -> int:
    """Copy every finished delivery between two moments, and make those missed while the endpoint was switched off.

    Returns how many will be sent.
    """
    check_permission(person, "webhook.manage")
    if since >= until:
        raise InvalidInput(_("The range ends before it begins. Nothing was sent."))
    with writing(person):
        endpoint = _ready_endpoint(endpoint_id)
        sent = Delivery.objects.filter(endpoint=endpoint, replay_of=None, created_at__range=(since, until))
        finished = sent.exclude(state=Delivery.State.PENDING).select_for_update(no_key=True)
        done = list(finished.order_by("created_at", "pk")[: _MOST_REPLAYED + 1])
        missed = Change.objects.filter(modified_at__range=(since, until), seq__isnull=False)
        # While it was switched off no deliveries were made at all.
        missed = missed.exclude(deliveries__endpoint=endpoint).order_by("seq")
        if len(done) + missed.count() > _MOST_REPLAYED:
            raise InvalidInput(
                _("That is more than {most_replayed:,} deliveries: choose a shorter range. Nothing was sent.").format(
                    most_replayed=_MOST_REPLAYED
                )
            )
        copies = [_copy_delivery(delivery, now) for delivery in done]
        return len(copies) + make_deliveries(missed, endpoints=[endpoint], now=now)


def _ready_endpoint(endpoint_id: UUID | str) -> WebhookEndpoint:
    """Lock the endpoint and end its pause: a person who sends now has reason to think that it answers again."""
    endpoint = locked_endpoint(endpoint_id)
    if not endpoint.is_active:
        raise WrongState(_("The endpoint is switched off. Switch it on first; nothing was sent."))
    EndpointHealth.objects.filter(endpoint=endpoint).update(paused_until=None)
    return endpoint


def _copy_delivery(original: Delivery, now: datetime) -> Delivery:
    return Delivery.objects.create(
        endpoint_id=original.endpoint_id,
        change_id=original.change_id,
        event=original.event,
        body=original.body,
        replay_of_id=original.replay_of_id or original.pk,
        next_at=now,
        created_at=now,
    )
