"""Send deliveries: lease, send, record.

A delivery is leased when it is enqueued and again when it is sent. The lease keeps two workers from sending one delivery at
once and ends by itself, so nothing is lost with a dead worker or a lost message. A receiver may get a message twice, always
with the same `webhook-id`.

Locks: the endpoint before its deliveries, everywhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Case, Q, QuerySet, Value, When
from django.utils.translation import gettext

from core.database.leases import ended, held
from core.fetching import Answer, FetchError
from publishing.events import TEST_EVENT
from publishing.models import Delivery, DeliveryAttempt, EndpointHealth, WebhookEndpoint
from publishing.webhooks.endpoints import SecretLost, disable, locked_endpoint, secrets_in_use
from publishing.webhooks.retries import MOST_ATTEMPTS, break_after, is_paused, most_in_flight, pause_after
from publishing.webhooks.signing import headers

QUEUED: Final = timedelta(minutes=3)
"""Lease of a delivery that is enqueued. A message that the broker lost is enqueued again after this."""
SENDING: Final = timedelta(minutes=2)
"""Lease of a delivery that is being sent; the sender gives up after 15 s. Differs from QUEUED: see `_take`."""
KEPT_CHARACTERS: Final = 4_000
"""Characters of a receiver's answer that are stored for people to read."""
WARN_AFTER: Final = 5
"""Failed attempts of a delivery after which people are told by mail: two and a half hours after the first."""
State = Delivery.State
Send = Callable[[str, bytes, Mapping[str, str]], Answer]


@dataclass(frozen=True, slots=True)
class Turn:
    """A leased delivery. `lease` is the proof: with another value than the row's, nothing is sent."""

    delivery_id: UUID
    lease: datetime


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one attempt. `news` says which mail is due: "", "warning" or "disabled"."""

    delivery: Delivery
    news: str = ""


def lease_due(*, now: datetime, endpoint_id: UUID | None = None) -> list[Turn]:
    """Lease the deliveries that may be sent now, of one endpoint or of all. The caller enqueues each one.

    At most MOST_IN_FLIGHT per endpoint are leased at a time: however many wait, the queue stays short. None while the
    endpoint's circuit breaker is open.
    """
    due = _due(now).filter(endpoint=endpoint_id) if endpoint_id else _due(now)
    endpoints = due.order_by("endpoint").values_list("endpoint", flat=True).distinct()
    return [turn for endpoint in list(endpoints) for turn in _lease_for(endpoint, now)]


def deliver(*, turn: Turn, send: Send, clock: Callable[[], datetime]) -> Result | None:
    """Send one delivery and record the answer. Returns None when the turn is no longer valid."""
    now = clock()
    delivery = _take(turn, now)
    if delivery is None:
        return None
    endpoint = delivery.endpoint
    try:
        signing = secrets_in_use(endpoint, now=now)
    except SecretLost:
        # A failed attempt like any other, so that the endpoint's page and a mail tell of it.
        lost = gettext("Its secret cannot be read, because SECRET_KEY was changed: rotate the secret.")
        return _record(delivery, DeliveryAttempt(delivery=delivery, at=now, error=lost), now=now)
    # A replay keeps the id of the first delivery, so that a receiver recognises it.
    message_id = str(delivery.replay_of_id or delivery.pk)
    sent = {"content-type": "application/json"} | headers(message_id, delivery.body, secrets_in_use=signing, at=now)
    attempt = DeliveryAttempt(delivery=delivery, at=now, request_headers=sent)
    started = perf_counter()
    try:
        answer = send(endpoint.url, delivery.body.encode(), sent)
    except FetchError as error:
        attempt.error = error.message[:300]
    else:
        attempt.status = answer.status
        # People read them to find out what went wrong; a receiver may send as many as it likes.
        attempt.response_headers = {name: value[:500] for name, value in list(answer.headers.items())[:50]}
        attempt.response_body = _readable_text(answer.body)
    attempt.duration_ms = round((perf_counter() - started) * 1000)
    return _record(delivery, attempt, now=clock())


def _due(now: datetime) -> QuerySet[Delivery]:
    free = Q(lease_until=None) | ended(now, QUEUED)
    # The first attempt waits for nothing. A clock that runs ahead writes a time to come, and once it is put right the delivery
    # would wait for as long as it was wrong.
    is_first = Q(attempts_made=0)
    return Delivery.objects.filter(free, is_first | Q(next_at__lte=now), state=State.PENDING)


def _lease_for(endpoint_id: UUID, now: datetime) -> list[Turn]:
    with transaction.atomic():
        # Whoever numbers changes waits here for this moment, see `outbox.active_endpoints`.
        if not WebhookEndpoint.objects.select_for_update(no_key=True).filter(pk=endpoint_id).exists():
            return []
        in_flight = Delivery.objects.filter(held(now, QUEUED), endpoint=endpoint_id, state=State.PENDING).count()
        free = max(0, _places(endpoint_id, now) - in_flight)
        # A test first: a person watches for its answer. Then the oldest: it probes an endpoint that fails, so that its own
        # schedule of attempts decides when the endpoint is given up.
        is_test = Case(When(event=TEST_EVENT, then=Value(0)), default=Value(1))
        waiting = _due(now).filter(endpoint=endpoint_id).order_by(is_test, "created_at", "pk")
        # Read first: Postgres has no UPDATE with an order and a limit.
        ids = list(waiting.values_list("pk", flat=True)[:free])
        lease = now + QUEUED
        Delivery.objects.filter(pk__in=ids).update(lease_until=lease)
    return [Turn(pk, lease) for pk in ids]


def _places(endpoint_id: UUID, now: datetime) -> int:
    health = EndpointHealth.objects.filter(endpoint=endpoint_id).first()
    if health is None:
        return most_in_flight(0)
    return 0 if is_paused(health.paused_until, now=now) else most_in_flight(health.failures)


def _take(turn: Turn, now: datetime) -> Delivery | None:
    """Exchange the lease of the queue for that of the sender, which invalidates every copy of the message."""
    ours = Delivery.objects.filter(pk=turn.delivery_id, state=State.PENDING, lease_until=turn.lease)
    if not ours.update(lease_until=now + SENDING):
        return None
    return Delivery.objects.select_related("endpoint__created_by").get(pk=turn.delivery_id)


def _record(delivery: Delivery, attempt: DeliveryAttempt, *, now: datetime) -> Result:
    with transaction.atomic():
        endpoint = locked_endpoint(delivery.endpoint_id)
        health, _ = EndpointHealth.objects.get_or_create(endpoint=endpoint)
        current = Delivery.objects.select_for_update().get(pk=delivery.pk)
        attempt.delivery = current
        attempt.save()
        current.attempts_made += 1
        # A lease that ran out while the receiver was slow may have passed to another worker, whose answer counts.
        is_ours = current.state == State.PENDING and current.lease_until == delivery.lease_until
        news = _settle(current, health, attempt, now) if is_ours else ""
        current.save(update_fields=["attempts_made", "state", "next_at", "lease_until", "finished_at"])
        if news == "disabled":
            disable(endpoint, reason=_reason_to_disable(attempt))
    current.endpoint = endpoint
    return Result(current, news)


def _settle(delivery: Delivery, health: EndpointHealth, attempt: DeliveryAttempt, now: datetime) -> str:
    """Set the delivery's state, next attempt and the endpoint's health from one answer. Returns the news."""
    delivery.lease_until = None
    if attempt.status is not None and 200 <= attempt.status < 300:
        delivery.state, delivery.finished_at = State.DELIVERED, now
        health.recover()
        return ""
    health.fail(attempt.problem, now=now, pause=break_after(health.failures + 1))
    retry_after = str(attempt.response_headers.get("retry-after", ""))
    pause = pause_after(delivery.attempts_made, status=attempt.status, retry_after=retry_after, now=now)
    # Standard Webhooks: 410 means that the receiver wants no more.
    if attempt.status == 410 or pause is None:
        delivery.state, delivery.finished_at = State.FAILED, now
        return "disabled"
    delivery.next_at = now + pause
    # Once per outage: 200 deliveries that wait for one receiver would be 200 mails.
    return "warning" if delivery.attempts_made == WARN_AFTER and health.warn() else ""


def _reason_to_disable(attempt: DeliveryAttempt) -> str:
    if attempt.status == 410:
        return gettext("It answered 410 Gone: it wants no more deliveries.")
    return gettext("{count} attempts to deliver failed, the last one with: {problem}").format(
        count=MOST_ATTEMPTS, problem=attempt.problem
    )


def _readable_text(body: bytes) -> str:
    return body.decode("utf-8", "replace").replace("\0", "\ufffd")[:KEPT_CHARACTERS]
