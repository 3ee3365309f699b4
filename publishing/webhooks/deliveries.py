"""Deliveries on their way: leased, sent, recorded, tried again, replayed.

A lease keeps two workers from sending at once and ends by itself: what a dead worker held is sent again. So a receiver may
get a message twice, always with the same `webhook-id`; none is lost.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.permissions import check_permission
from annotations.errors import InvalidInput, NotFound, WrongState
from annotations.services.base import writing
from articles.fetching import Answer, FetchError
from publishing.models import (
    Change,
    Delivery,
    DeliveryAttempt,
    WebhookEndpoint,
)
from publishing.webhooks.endpoints import disable, locked_endpoint, secrets_in_use
from publishing.webhooks.outbox import make_deliveries
from publishing.webhooks.signing import MOST_ATTEMPTS, headers, pause_after

LEASE: Final = timedelta(minutes=2)
KEPT_CHARACTERS: Final = 4_000
"""How much of an answer is kept to be looked at."""
WARN_AFTER: Final = 5
"""Failed attempts after which the people of the endpoint are told, some two and a half hours after the first."""
_MOST_REPLAYED: Final = 10_000
State = Delivery.State
Send = Callable[[str, bytes, Mapping[str, str]], Answer]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one attempt. `news` is what people should be told by mail: "", "warning" or "disabled"."""

    delivery: Delivery
    news: str = ""


def due_deliveries(*, now: datetime, limit: int = 500) -> list[UUID]:
    return list(_due(now).order_by("next_at", "pk").values_list("pk", flat=True)[:limit])


def deliver(*, delivery_id: UUID | str, send: Send, clock: Callable[[], datetime]) -> Result | None:
    """Send one delivery if it is due and nobody else is at it, and write down what came back."""
    now = clock()
    delivery = _lease(delivery_id, now)
    if delivery is None:
        return None
    endpoint = delivery.endpoint
    message_id = str(delivery.replay_of_id or delivery.pk)
    sent = {"content-type": "application/json"} | headers(
        message_id, delivery.body, secrets_in_use=secrets_in_use(endpoint, now=now), at=now
    )
    attempt = DeliveryAttempt(delivery=delivery, at=now, request_headers=sent)
    started = perf_counter()
    try:
        answer = send(endpoint.url, delivery.body.encode(), sent)
    except FetchError as error:
        attempt.error = error.message[:300]
    else:
        attempt.status = answer.status
        attempt.response_headers = {name: value[:500] for name, value in list(answer.headers.items())[:50]}
        attempt.response_body = _readable(answer.body)
    attempt.duration_ms = round((perf_counter() - started) * 1000)
    return _record(delivery, attempt, now=clock())


def replay(*, person: User, delivery_id: UUID | str, now: datetime) -> Delivery:
    """Send it once more: the same bytes under the same webhook-id, as a delivery of its own in the list."""
    check_permission(person, "webhook.manage")
    with writing(person):
        original = Delivery.objects.filter(pk=delivery_id).select_related("endpoint").first()
        if original is None:
            raise NotFound("This delivery does not exist.")
        _refuse_switched_off(locked_endpoint(original.endpoint_id))
        return _copy(original, now)


def replay_range(*, person: User, endpoint_id: UUID | str, since: datetime, until: datetime, now: datetime) -> int:
    """Everything between two moments once more, and what the endpoint missed while it was switched off. How many."""
    check_permission(person, "webhook.manage")
    if since >= until:
        raise InvalidInput("The range ends before it begins. Nothing was sent.")
    with writing(person):
        endpoint = locked_endpoint(endpoint_id)
        _refuse_switched_off(endpoint)
        sent = Delivery.objects.filter(endpoint=endpoint, replay_of=None, created_at__range=(since, until))
        done = list(sent.exclude(state=State.PENDING).order_by("created_at", "pk")[: _MOST_REPLAYED + 1])
        missed = Change.objects.filter(modified_at__range=(since, until), seq__isnull=False)
        missed = missed.exclude(deliveries__endpoint=endpoint).order_by("seq")
        if len(done) + missed.count() > _MOST_REPLAYED:
            raise InvalidInput(
                f"That is more than {_MOST_REPLAYED:,} deliveries: choose a shorter range. Nothing was sent."
            )
        copies = [_copy(delivery, now) for delivery in done]
        return len(copies) + make_deliveries(missed, endpoints=[endpoint], now=now)


def _due(now: datetime) -> QuerySet[Delivery]:
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    return Delivery.objects.filter(free, state=State.PENDING, next_at__lte=now)


def _lease(delivery_id: UUID | str, now: datetime) -> Delivery | None:
    with transaction.atomic():
        delivery = _due(now).filter(pk=delivery_id).select_for_update(skip_locked=True, of=("self",)).first()
        if delivery is None:
            return None
        delivery.lease_until = now + LEASE
        delivery.save(update_fields=["lease_until"])
    return Delivery.objects.select_related("endpoint__created_by").get(pk=delivery_id)


def _record(delivery: Delivery, attempt: DeliveryAttempt, *, now: datetime) -> Result:
    """The endpoint is locked before its delivery, in the order in which `disable` takes them."""
    with transaction.atomic():
        endpoint = locked_endpoint(delivery.endpoint_id)
        current = Delivery.objects.select_for_update().get(pk=delivery.pk)
        attempt.delivery = current
        attempt.save()
        current.attempts_made += 1
        is_ours = current.state == State.PENDING and current.lease_until == delivery.lease_until
        news = _settle(current, endpoint, attempt, now) if is_ours else ""
        current.save(update_fields=["attempts_made", "state", "next_at", "lease_until", "finished_at"])
        if news == "disabled":
            disable(endpoint, reason=_why_disabled(attempt))
    current.endpoint = endpoint
    return Result(current, news)


def _settle(delivery: Delivery, endpoint: WebhookEndpoint, attempt: DeliveryAttempt, now: datetime) -> str:
    delivery.lease_until = None
    if attempt.status is not None and 200 <= attempt.status < 300:
        delivery.state, delivery.finished_at = State.DELIVERED, now
        return ""
    retry_after = str(attempt.response_headers.get("retry-after", ""))
    pause = pause_after(delivery.attempts_made, status=attempt.status, retry_after=retry_after, now=now)
    if attempt.status == 410 or pause is None:
        delivery.state, delivery.finished_at = State.FAILED, now
        return "disabled"
    delivery.next_at = now + pause
    return "warning" if delivery.attempts_made == WARN_AFTER else ""


def _why_disabled(attempt: DeliveryAttempt) -> str:
    if attempt.status == 410:
        return "It answered 410 Gone: it wants no more deliveries."
    last = f"status {attempt.status}" if attempt.status else attempt.error
    return f"{MOST_ATTEMPTS} attempts to deliver failed, the last one with: {last}"


def _copy(original: Delivery, now: datetime) -> Delivery:
    first = original.replay_of_id or original.pk
    return Delivery.objects.create(
        endpoint_id=original.endpoint_id, change_id=original.change_id, event=original.event, body=original.body,
        replay_of_id=first, next_at=now, created_at=now,
    )  # fmt: skip


def _refuse_switched_off(endpoint: WebhookEndpoint) -> None:
    if not endpoint.is_active:
        raise WrongState("The endpoint is switched off. Switch it on first; nothing was sent.")


def _readable(body: bytes) -> str:
    return body.decode("utf-8", "replace").replace("\0", "\ufffd")[:KEPT_CHARACTERS]
