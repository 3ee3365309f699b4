"""Webhook endpoints: made, changed, rotated, switched on and off, tested. Their secrets lie encrypted and are shown once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from accounts.encryption import decrypt, encrypt
from accounts.models import User
from accounts.permissions import check_permission
from annotations.errors import InvalidInput, NotFound, WrongState
from annotations.services.base import writing
from articles.fetching.client import checked_url
from articles.fetching.connections import is_allowed_by_name, is_private_by_name
from publishing.links import api_url
from publishing.models import Delivery, WebhookEndpoint
from publishing.webhooks.outbox import EVENTS, TEST_EVENT, payload
from publishing.webhooks.signing import new_secret

ROTATION: Final = timedelta(hours=24)
"""How long after a rotation the old secret signs as well."""
_PURPOSE: Final = "webhook-secret"


@dataclass(frozen=True, slots=True)
class Made:
    """`secret` is in the clear, for this one time."""

    endpoint: WebhookEndpoint
    secret: str


def create_endpoint(
    *, person: User, url: str, now: datetime, events: Sequence[str] = (), description: str = ""
) -> Made:
    """`events` empty: all of them."""
    check_permission(person, "webhook.manage")
    secret = new_secret()
    with writing(person):
        endpoint = WebhookEndpoint.objects.create(
            url=_good_url(url), events=_good_events(events), description=description.strip(),
            secret=encrypt(secret, purpose=_PURPOSE), created_by=person, created_at=now,
        )  # fmt: skip
    return Made(endpoint, secret)


def update_endpoint(
    *,
    person: User,
    endpoint_id: UUID | str,
    url: str | None = None,
    events: Sequence[str] | None = None,
    description: str | None = None,
    is_active: bool | None = None,
) -> WebhookEndpoint:
    """What is None stays. Switching off ends what waits; switching on again starts with the next change."""
    check_permission(person, "webhook.manage")
    with writing(person):
        endpoint = locked_endpoint(endpoint_id)
        endpoint.url = endpoint.url if url is None else _good_url(url)
        endpoint.events = endpoint.events if events is None else _good_events(events)
        endpoint.description = endpoint.description if description is None else description.strip()
        if is_active and not endpoint.is_active:
            endpoint.is_active, endpoint.disabled_reason = True, ""
        elif is_active is False and endpoint.is_active:
            disable(endpoint, reason=f"Switched off by {person.name}.")
        endpoint.save()
    return endpoint


def delete_endpoint(*, person: User, endpoint_id: UUID | str) -> None:
    """With all its deliveries."""
    check_permission(person, "webhook.manage")
    with writing(person):
        locked_endpoint(endpoint_id).delete()


def rotate_secret(*, person: User, endpoint_id: UUID | str, now: datetime) -> Made:
    """A new secret at once; the old one signs as well for a day."""
    check_permission(person, "webhook.manage")
    secret = new_secret()
    with writing(person):
        endpoint = locked_endpoint(endpoint_id)
        endpoint.previous_secret, endpoint.previous_secret_until = endpoint.secret, now + ROTATION
        endpoint.secret = encrypt(secret, purpose=_PURPOSE)
        endpoint.save(update_fields=["secret", "previous_secret", "previous_secret_until"])
    return Made(endpoint, secret)


def send_test(*, person: User, endpoint_id: UUID | str, now: datetime) -> Delivery:
    """A delivery of type endpoint.test, whatever the endpoint listens to."""
    check_permission(person, "webhook.manage")
    with writing(person):
        endpoint = locked_endpoint(endpoint_id)
        if not endpoint.is_active:
            raise WrongState("The endpoint is switched off. Switch it on first; nothing was sent.")
        url = api_url(f"webhook-endpoints/{endpoint.pk}")
        body = payload(TEST_EVENT, at=now, object_id=endpoint.pk, url=url)
        return Delivery.objects.create(endpoint=endpoint, event=TEST_EVENT, body=body, next_at=now, created_at=now)


def secrets_in_use(endpoint: WebhookEndpoint, *, now: datetime) -> list[str]:
    """In the clear: the secret, and its predecessor while a rotation lasts."""
    found = [decrypt(endpoint.secret, purpose=_PURPOSE)]
    if endpoint.previous_secret and endpoint.previous_secret_until and endpoint.previous_secret_until > now:
        found.append(decrypt(endpoint.previous_secret, purpose=_PURPOSE))
    return found


def disable(endpoint: WebhookEndpoint, *, reason: str) -> None:
    """Nothing more goes there; what waits is called off and can be replayed. The caller saves nothing else."""
    endpoint.is_active, endpoint.disabled_reason = False, reason[:200]
    endpoint.save(update_fields=["is_active", "disabled_reason"])
    Delivery.objects.filter(endpoint=endpoint, state=Delivery.State.PENDING).update(
        state=Delivery.State.CANCELLED, lease_until=None
    )


def locked_endpoint(endpoint_id: UUID | str) -> WebhookEndpoint:
    assert transaction.get_connection().in_atomic_block  # noqa: S101 - a lock outlives no statement of its own
    endpoint = WebhookEndpoint.objects.select_for_update().filter(pk=endpoint_id).first()
    if endpoint is None:
        raise NotFound("This endpoint does not exist.")
    return endpoint


def _good_url(url: str) -> str:
    """Where a connection leads is judged when it is made; here only what can be told from the text."""
    text = url.strip()
    parts = checked_url(text)
    host = str(parts.hostname)
    if not is_allowed_by_name(host):
        if is_private_by_name(host):
            raise _refused("private-address", f"{host} is not on the public internet.")
        if parts.scheme != "https":
            raise _refused("https-needed", "Give an https address.")
    if len(text) > 2000:
        raise InvalidInput("The address is longer than 2,000 characters. Nothing was saved.")
    return text


def _refused(code: str, reason: str) -> InvalidInput:
    detail = (
        f"{reason} A host of your own network can be allowed by the people who run this desk:"
        " its name in FETCH_ALLOWED_HOSTS."
    )
    return InvalidInput(f"{detail} Nothing was saved.", errors=[{"pointer": "/url", "code": code, "detail": detail}])


def _good_events(events: Sequence[str]) -> list[str]:
    unknown = sorted(set(events) - set(EVENTS))
    if unknown:
        raise InvalidInput(
            f"No such event: {', '.join(unknown)}. There are: {', '.join(EVENTS)}. Nothing was saved.",
            errors=[{"pointer": "/events", "code": "unknown-event", "detail": name} for name in unknown],
        )
    return [name for name in EVENTS if name in set(events)]
